"""Read the web server of Junos."""

from typing import Final

from devices.facts import ConfigLine, WebService
from devices.parsers.junos.tree import Tree

_WEB: Final = ("system", "services", "web-management")


def read_junos_web_services(tree: Tree, extent: tuple[ConfigLine, ...]) -> tuple[WebService, ...]:
    """Return ``web-management``; there is none unless a line says so."""
    http, all_of_it = tree.lines(*_WEB, "http"), tree.lines(*_WEB)
    return (
        WebService(
            name="system services web-management",
            clear=bool(http),
            encrypted=bool(tree.lines(*_WEB, "https")),
            on_firewall=bool(tree.lines("security", "zones")),
            by_default=not all_of_it,
            lines=http or all_of_it or tree.lines("system", "services") or extent,
        ),
    )
