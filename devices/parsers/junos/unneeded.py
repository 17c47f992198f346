"""Read the services of Junos that hardly anybody needs."""

from typing import Final

from devices.facts import ConfigLine, SmallService
from devices.parsers.junos.tree import Tree

_SERVICES: Final = ("system", "services")
_NAMES: Final = ("finger", "ftp", "rlogin", "xnm-clear-text", "tftp-server", "rest http")


def read_junos_services(tree: Tree, extent: tuple[ConfigLine, ...]) -> tuple[SmallService, ...]:
    """Return the services; each is off unless a line says otherwise."""
    searched = tree.lines(*_SERVICES) or extent
    found: list[SmallService] = []
    for name in _NAMES:
        lines = tree.lines(*_SERVICES, *name.split())
        found.append(
            SmallService(
                name=f"system services {name}",
                enabled=bool(lines),
                by_default=not lines,
                lines=lines or searched,
            )
        )
    return tuple(found)
