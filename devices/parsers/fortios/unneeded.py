"""Read the services of FortiOS that hardly anybody needs."""

from typing import Final

from devices.facts import ConfigLine, SmallService
from devices.parsers.fortios.tree import Section

_NAMES: Final = ("auto-install-config", "auto-install-image")


def read_fortios_services(root: Section, extent: tuple[ConfigLine, ...]) -> tuple[SmallService, ...]:
    """Return what is installed from a USB stick at boot; None where the text does not show it."""
    section = root.at("system auto-install")
    searched = (ConfigLine(section.number, section.written),) if section.written else extent
    found: list[SmallService] = []
    for name in _NAMES:
        stated = section.settings.get(name)
        found.append(
            SmallService(
                name=name,
                enabled=None if stated is None else stated.words != ("disable",),
                lines=searched
                if stated is None
                else (ConfigLine(stated.number, stated.written.split("\n")[0]),),
            )
        )
    return tuple(found)
