"""Which answers are one device, and which devices only look like one."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from ipaddress import IPv4Address
from itertools import combinations

from devices.discovery.announced_text import host_label, plain_chassis_id
from devices.discovery.crawl import Answers
from devices.discovery.models import DiscoveredDevice, DiscoveryConflict, IdentifiedDevice

Place = tuple[IPv4Address, IdentifiedDevice]


def merge_devices(
    answers: Answers, seeds: tuple[IPv4Address, ...]
) -> tuple[tuple[DiscoveredDevice, ...], tuple[DiscoveryConflict, ...]]:
    """Return the devices behind the answers, and the devices that cannot be told apart by name or number.

    A device in a conflict is among the devices too: its links are real. Whoever writes the inventory leaves
    it out until a person has cleared the conflict.
    """
    places: list[Place] = [
        (address, answer)
        for address, answer in sorted(answers.items())
        if isinstance(answer, IdentifiedDevice)
    ]
    groups = _groups(places)
    devices = tuple(sorted((_device(group, seeds) for group in groups), key=_order))
    return devices, (*_name_conflicts(devices), *_number_conflicts(devices))


def is_same_device(one: Place, other: Place) -> bool:
    """Return whether two answers come from one device.

    Two serial numbers that differ are two devices, whatever else they share. Otherwise the same serial number
    or chassis with the same name or an address in common is one device, and so is the same name with an
    address in common. A name alone, or a number alone (virtual machines that were cloned have one serial
    number), is not enough.
    """
    (address, device), (other_address, other_device) = one, other
    numbers = device.serial_number, other_device.serial_number
    same_platform = device.platform == other_device.platform
    if not same_platform or (all(numbers) and numbers[0] != numbers[1]):
        return False
    same_name = host_label(device.host_name) == host_label(other_device.host_name)
    shares_address = address in other_device.addresses() or other_address in device.addresses()
    same_body = all(numbers) or _same_body(device, other_device)
    return (same_name and shares_address) or (same_body and (same_name or shares_address))


def _same_body(one: IdentifiedDevice, other: IdentifiedDevice) -> bool:
    return bool(set(map(plain_chassis_id, one.chassis_ids)) & set(map(plain_chassis_id, other.chassis_ids)))


def _groups(places: list[Place]) -> list[list[Place]]:
    """Return the answers by device; only answers that share a key at all are compared."""
    leader = list(range(len(places)))

    def find(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    for one, other in _candidates(places):
        if find(one) != find(other) and is_same_device(places[one], places[other]):
            leader[max(find(one), find(other))] = min(find(one), find(other))
    groups: dict[int, list[Place]] = defaultdict(list)
    for number, place in enumerate(places):
        groups[find(number)].append(place)
    return list(groups.values())


def _candidates(places: list[Place]) -> Iterator[tuple[int, int]]:
    by_key: dict[Hashable, list[int]] = defaultdict(list)
    for number, (_, device) in enumerate(places):
        keys: list[Hashable] = [("name", host_label(device.host_name))]
        keys += [("chassis", plain_chassis_id(one)) for one in device.chassis_ids]
        if device.serial_number:
            keys.append(("serial", device.serial_number))
        for key in keys:
            by_key[key].append(number)
    yield from sorted({pair for numbers in by_key.values() for pair in combinations(numbers, 2)})


def _device(group: list[Place], seeds: tuple[IPv4Address, ...]) -> DiscoveredDevice:
    addresses = tuple(sorted(address for address, _ in group))
    # What a person typed is how they reach it; else an address of one of its own ports, the lowest first.
    own = {address for _, device in group for address in device.addresses()}
    managed = min(addresses, key=lambda one: (one not in seeds, one not in own, one))
    said = next(device for address, device in group if address == managed)
    return DiscoveredDevice(said=said, management_address=managed, seen_at=addresses)


def _order(device: DiscoveredDevice) -> tuple[str, IPv4Address]:
    return device.said.host_name, device.management_address


def _name_conflicts(devices: Iterable[DiscoveredDevice]) -> Iterator[DiscoveryConflict]:
    by_name: dict[str, list[DiscoveredDevice]] = defaultdict(list)
    for device in devices:
        by_name[device.said.host_name.lower()].append(device)
    for name, same in sorted(by_name.items()):
        if len(same) > 1:
            parties = tuple(_party(one) for one in same)
            yield DiscoveryConflict(
                kind="name",
                subject=name,
                parties=parties,
                message=f"{len(same)} devices are called {name}: {', '.join(parties)}; give each its own "
                "host name, then discover again; none of them is inventoried",
            )


def _number_conflicts(devices: Iterable[DiscoveredDevice]) -> Iterator[DiscoveryConflict]:
    by_number: dict[tuple[str, str], list[DiscoveredDevice]] = defaultdict(list)
    for device in devices:
        if device.said.serial_number:
            by_number[device.said.platform, device.said.serial_number].append(device)
    for (_, number), same in sorted(by_number.items()):
        if len(same) > 1:
            parties = tuple(_party(one) for one in same)
            yield DiscoveryConflict(
                kind="serial-number",
                subject=number,
                parties=parties,
                message=f"{len(same)} devices say that their serial number is {number}: {', '.join(parties)}"
                "; look whether it is one device with two names, or a copied virtual machine",
            )


def _party(device: DiscoveredDevice) -> str:
    serial = f", serial number {device.said.serial_number}" if device.said.serial_number else ""
    return f"{device.said.host_name} at {device.management_address} ({device.said.model}{serial})"
