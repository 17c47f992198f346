"""The interfaces of a device by its own configuration: addresses, and what each port carries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Interface

from devices.discovery.models import OwnInterface, PortMode
from devices.discovery.panos_interfaces import (
    panos_addresses,
    panos_management,
    panos_owner,
    panos_tags,
)
from devices.facts import ALL_VLANS, Port, VLANNumbers, interface_key
from devices.models import Platform
from devices.parsers import PlacedLine, parse, read_outline

_ADDRESS_LINES: Mapping[Platform, tuple[str, ...]] = {
    "ios": ("ip", "address"),
    "eos": ("ip", "address"),
    "aoscx": ("ip", "address"),
    "nxos": ("ip", "address"),
    "fortios": ("set", "ip"),
}
_ADDRESS_WORDS = 2
_PANOS_MANAGEMENT = "management"


@dataclass(slots=True)
class _Gathered:
    name: str
    addresses: list[IPv4Interface] = field(default_factory=list)
    vlan_ids: set[int] = field(default_factory=set)


def own_interfaces(
    platform: Platform, running: str, names: tuple[str, ...], *, device: str
) -> tuple[OwnInterface, ...]:
    """Return the interfaces of a configuration, and those that the device lists beside it.

    Raises:
        ConfigurationTextError: the text cannot be read as a configuration of the platform.

    """
    gathered: dict[str, _Gathered] = {}
    for name in names:
        if _is_port(platform, name):
            gathered.setdefault(interface_key(name), _Gathered(_plain(name)))
    for line in read_outline(platform, running, device=device):
        owner = _owner(platform, line)
        if owner is None:
            continue
        found = gathered.setdefault(interface_key(owner), _Gathered(_plain(owner)))
        found.addresses += _addresses(platform, line)
        found.vlan_ids |= set(_vlan_ids(platform, line))
    if platform == "panos":
        # The management port is no interface of the network part.
        management = gathered.setdefault(_PANOS_MANAGEMENT, _Gathered(_PANOS_MANAGEMENT))
        management.addresses += panos_management(running, device=device)
    ports = {interface_key(port.name): port for port in parse(platform, running, device=device).ports}
    for key, port in ports.items():
        gathered.setdefault(key, _Gathered(_plain(port.name)))
    return tuple(_interface(one, ports.get(key)) for key, one in gathered.items())


def _interface(gathered: _Gathered, port: Port | None) -> OwnInterface:
    mode, access, trunk = _mode(gathered, port)
    addresses = tuple(dict.fromkeys(gathered.addresses))
    return OwnInterface(
        name=gathered.name, mode=mode, access_vlan=access, trunk_vlans=trunk, addresses=addresses
    )


def _mode(gathered: _Gathered, port: Port | None) -> tuple[PortMode, int | None, str | None]:
    if gathered.vlan_ids:
        # Tagged units of a router's port: for its neighbour it is a trunk.
        return "trunk", None, _written(tuple((one, one) for one in sorted(gathered.vlan_ids)))
    if port is not None and port.mode == "trunk":
        return "trunk", None, _written(port.trunk_vlans)
    if port is not None and port.mode == "access" and port.access_vlan is not None:
        return "access", port.access_vlan, None
    routed = bool(gathered.addresses) and (port is None or port.mode == "routed")
    return ("routed" if routed else "other"), None, None


def _written(vlans: VLANNumbers | None) -> str | None:
    if not vlans or vlans == ALL_VLANS:
        return None
    return ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in vlans)


def _plain(name: str) -> str:
    """Return a name without the space that some platforms write before the number."""
    return name.replace(" ", "")


def _is_port(platform: Platform, name: str) -> bool:
    """Return whether a listed interface can be an end of a cable or have an address of its own."""
    if platform == "nxos":
        # NAPALM spells them otherwise than the switch, whose configuration names every one that it has.
        return False
    return platform != "junos" or "." not in name


def _owner(platform: Platform, line: PlacedLine) -> str | None:
    section = line.section
    if platform == "junos":
        return section[1] if section[:1] == ("interfaces",) and len(section) > 1 else None
    if platform == "fortios":
        inside = section[:1] == ("config system interface",) and len(section) > 1
        return section[1].removeprefix("edit ").strip('"') if inside else None
    if platform == "panos":
        return panos_owner(section)
    header = section[0] if section else line.text
    return header.removeprefix("interface ") if header.startswith("interface ") else None


def _addresses(platform: Platform, line: PlacedLine) -> Iterator[IPv4Interface]:
    if platform == "junos":
        yield from _junos_addresses(line)
        return
    if platform == "panos":
        yield from panos_addresses(line.section, line.text)
        return
    words = tuple(line.text.split())
    if words[:_ADDRESS_WORDS] != _ADDRESS_LINES[platform]:
        return
    written = words[_ADDRESS_WORDS:]
    text = written[0] if written and "/" in written[0] else "/".join(written[:2])
    yield from _read(text)


def _junos_addresses(line: PlacedLine) -> Iterator[IPv4Interface]:
    """Yield an address of a unit: ``interfaces PORT unit N family inet address ADDRESS …``."""
    path = (*line.section, line.text.split()[-1])
    if line.text.startswith("set ") and path[4:7] == ("family", "inet", "address"):
        yield from _read(path[7])


def _read(text: str) -> Iterator[IPv4Interface]:
    try:
        address = IPv4Interface(text)
    except ValueError:
        return  # dhcp, negotiated, unnumbered: no address is written here
    if int(address.ip):
        yield address


def _vlan_ids(platform: Platform, line: PlacedLine) -> Iterator[int]:
    last = line.text.split()[-1:]
    tagged = platform == "junos" and line.section[-1:] == ("vlan-id",)
    if platform == "panos":
        yield from panos_tags(line.section, line.text)
    if tagged and line.section[2:3] == ("unit",) and last and last[0].isdecimal():
        yield int(last[0])
