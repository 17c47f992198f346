"""Read from where PAN-OS is managed."""

from collections.abc import Iterator
from typing import Final

from devices.facts import ConfigLine, ManagementGate, RemoteAccess, read_network
from devices.parsers.panos.tree import Word

_SYSTEM: Final = ("deviceconfig", "system")
_PROFILES: Final = ("network", "profiles", "interface-management-profile")


def read_panos_gates(
    root: Word, access: tuple[RemoteAccess, ...], extent: tuple[ConfigLine, ...]
) -> tuple[ManagementGate, ...]:
    """Return the permitted addresses of the management port, and of each profile that lets somebody in."""
    return tuple(_gates(root, access, extent))


def _gates(
    root: Word, access: tuple[RemoteAccess, ...], extent: tuple[ConfigLine, ...]
) -> Iterator[ManagementGate]:
    system = root.at(*_SYSTEM)
    searched = extent if system is None else (system.line,)
    yield _gate("deviceconfig system", "", system, searched)
    profiles = {one.holder: one for one in access if one.holder is not None and one.protocols}
    for name, one in profiles.items():
        yield _gate(f"interface-management-profile {name}", name, root.at(*_PROFILES, name), one.lines)


def _gate(name: str, place: str, held: Word | None, searched: tuple[ConfigLine, ...]) -> ManagementGate:
    entries = () if held is None else tuple(held.entries("permitted-ip"))
    networks = [(text, read_network(text)) for text, _ in entries]
    return ManagementGate(
        name=name,
        place=place,
        family=None,
        sources=tuple(network for _, network in networks if network is not None),
        unresolved=tuple(text for text, network in networks if network is None),
        written=tuple(text for text, _ in networks),
        lines=tuple(dict.fromkeys(word.line for _, word in entries)) or searched,
    )
