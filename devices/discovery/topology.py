"""Links from what both ends tell of each other."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from devices.discovery.announced_text import host_label, plain_chassis_id
from devices.discovery.models import (
    Announcement,
    DiscoveredDevice,
    DiscoveredLink,
    DiscoveryConflict,
    NeighbourProtocol,
    Port,
)
from devices.facts import interface_key

Ends = tuple[Port, Port]


class Resolver:
    """Finds the device that an announcement is of, among those that were discovered."""

    def __init__(self, devices: tuple[DiscoveredDevice, ...]) -> None:
        self._by_chassis: dict[str, list[DiscoveredDevice]] = defaultdict(list)
        self._by_address: dict[IPv4Address, list[DiscoveredDevice]] = defaultdict(list)
        self._by_name: dict[str, list[DiscoveredDevice]] = defaultdict(list)
        for device in devices:
            for chassis in {plain_chassis_id(one) for one in device.said.chassis_ids}:
                self._by_chassis[chassis].append(device)
            for address in device.said.addresses() | set(device.seen_at):
                self._by_address[address].append(device)
            self._by_name[host_label(device.said.host_name)].append(device)

    def device_of(self, heard: Announcement) -> DiscoveredDevice | None:
        """Return the one device that an announcement can be of; None where there is none, or several."""
        found = self.candidates(heard)
        return found[0] if len(found) == 1 else None

    def candidates(self, heard: Announcement) -> list[DiscoveredDevice]:
        """Return the devices that an announcement can be of.

        A name that was announced must be the device's; addresses and chassis choose between devices of one
        name, and find those that announce no name.
        """
        same_body = self._by_chassis.get(plain_chassis_id(heard.chassis_id), []) if heard.chassis_id else []
        same_address = [
            device for address in heard.management_addresses for device in self._by_address.get(address, [])
        ]
        if not heard.system_name:
            return _different(same_address) or _different(same_body)
        same_name = self._by_name.get(host_label(heard.system_name), [])
        for others in (same_address, same_body):
            both = [device for device in same_name if device in others]
            if both:
                return _different(both)
        return _different(same_name)


def make_links(
    devices: tuple[DiscoveredDevice, ...],
) -> tuple[tuple[DiscoveredLink, ...], tuple[DiscoveryConflict, ...], tuple[str, ...]]:
    """Return the links between devices, ports that seem to have several cables, and ends without a port."""
    resolver = Resolver(devices)
    several = {name for name, count in Counter(_label(one) for one in devices).items() if count > 1}
    told: dict[Ends, dict[str, set[NeighbourProtocol]]] = defaultdict(lambda: defaultdict(set))
    gaps: set[str] = set()
    for device in devices:
        for heard in device.said.neighbours:
            other = resolver.device_of(heard)
            # Between devices of one name nobody could tell which of them a link ends at.
            if other is None or other == device or {_label(device), _label(other)} & several:
                continue
            near = Port(device=device.said.host_name, interface=_own_name(device, heard.local_interface))
            far = _far_port(device, other, heard, resolver)
            if far is None:
                gaps.add(_gap(near, other, heard))
                continue
            told[_sorted_ends(near, far)][device.said.host_name].add(heard.protocol)
    links, conflicts = _judge(told)
    return links, conflicts, tuple(sorted(gaps))


def _far_port(
    device: DiscoveredDevice, other: DiscoveredDevice, heard: Announcement, resolver: Resolver
) -> Port | None:
    """Return the port at the other end; None where it is not known, or may be of another device."""
    near = _own_name(device, heard.local_interface)
    told_back = _told_back(device, other, near, resolver)
    own = other.said.addresses() | set(other.seen_at)
    if heard.management_addresses and not own & set(heard.management_addresses) and told_back is None:
        return None
    name = _far_interface(other, heard) or told_back
    return None if name is None else Port(device=other.said.host_name, interface=name)


def _gap(near: Port, other: DiscoveredDevice, heard: Announcement) -> str:
    name = other.said.host_name
    if _far_interface(other, heard) is not None:
        addresses = ", ".join(map(str, heard.management_addresses))
        return (
            f"{near.render()} leads to a {name} with the address {addresses}, which the {name} that answered "
            "does not have; look whether there are two of that name"
        )
    return (
        f"{near.render()} leads to {name}, which has no interface '{heard.remote_interface}'; look at the "
        "cable and write the link by hand"
    )


def _judge(
    told: Mapping[Ends, Mapping[str, set[NeighbourProtocol]]],
) -> tuple[tuple[DiscoveredLink, ...], tuple[DiscoveryConflict, ...]]:
    at_port: dict[Port, list[Ends]] = defaultdict(list)
    for ends in told:
        for port in ends:
            at_port[port].append(ends)
    crowded = {port: sorted(found, key=_render) for port, found in at_port.items() if len(found) > 1}
    refused = {ends for found in crowded.values() for ends in found}
    links = tuple(
        DiscoveredLink(
            ends=ends,
            told_by=tuple(sorted(by)),
            protocols=tuple(sorted({protocol for one in by.values() for protocol in one})),
        )
        for ends, by in sorted(told.items(), key=lambda item: _render(item[0]))
        if ends not in refused
    )
    return links, tuple(_conflicts(crowded))


def _conflicts(crowded: Mapping[Port, list[Ends]]) -> Iterator[DiscoveryConflict]:
    for port, found in sorted(crowded.items(), key=lambda item: item[0].render()):
        parties = tuple(_render(ends) for ends in found)
        yield DiscoveryConflict(
            kind="port",
            subject=port.render(),
            parties=parties,
            message=f"{port.render()} would have several cables: {', '.join(parties)}; look for a switch "
            "between them that tells nothing, then write the links by hand",
        )


def _different(devices: list[DiscoveredDevice]) -> list[DiscoveredDevice]:
    return [one for number, one in enumerate(devices) if one not in devices[:number]]


def _label(device: DiscoveredDevice) -> str:
    return host_label(device.said.host_name)


def _own_name(device: DiscoveredDevice, told: str) -> str:
    """Return an interface as the device's configuration writes it."""
    return _interface(device, told) or told


def _interface(device: DiscoveredDevice, told: str) -> str | None:
    if not told:
        return None
    names = {interface_key(one.name): one.name for one in device.said.interfaces}
    # Junos may tell the logical interface; the cable is in the port.
    return names.get(interface_key(told)) or names.get(interface_key(told.partition(".")[0]))


def _far_interface(other: DiscoveredDevice, heard: Announcement) -> str | None:
    """Return the other end's port; some tell a number or address as its id, and its name as description."""
    return _interface(other, heard.remote_interface) or _interface(other, heard.remote_interface_description)


def _told_back(
    device: DiscoveredDevice, other: DiscoveredDevice, interface: str, resolver: Resolver
) -> str | None:
    """Return the port of the other device that leads back to an interface, where exactly one says so."""
    back = {
        _own_name(other, heard.local_interface)
        for heard in other.said.neighbours
        if resolver.device_of(heard) == device and _far_interface(device, heard) == interface
    }
    return back.pop() if len(back) == 1 else None


def _sorted_ends(one: Port, other: Port) -> Ends:
    return (one, other) if one.render() <= other.render() else (other, one)


def _render(ends: Ends) -> str:
    return f"{ends[0].render()} - {ends[1].render()}"
