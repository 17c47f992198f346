"""Addresses and prefixes: unique inside a routing domain, and inside the prefixes they claim."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from inventory.models import Device, Inventory, MunicipalityInventory
from inventory.rules.routing_domains import all_routing_domains
from inventory.violations import Finding, ModelPath


class _Use(NamedTuple):
    domain: str
    address: IPv4Address
    host: str
    path: ModelPath


def address_twice(inventory: Inventory) -> Iterator[Finding]:
    """Find an address used by two hosts, or by two ports, of one routing domain."""
    first: dict[tuple[str, IPv4Address], _Use] = {}
    for use in _uses(inventory):
        earlier = first.setdefault((use.domain, use.address), use)
        if earlier is not use:
            yield Finding(
                rule="duplicate-address",
                path=use.path,
                message=f"{use.address} of {use.host} is already used by {earlier.host} in {use.domain}",
                action="give one of the two another address",
                related=(earlier.path,),
            )


def prefixes_overlap(inventory: Inventory) -> Iterator[Finding]:
    """Find overlapping prefixes of one routing domain: its own, and those of its VLANs."""
    for domain, at in all_routing_domains(inventory):
        own = ((prefix, (*at, "prefixes", index)) for index, prefix in enumerate(domain.prefixes))
        yield from _overlaps(tuple(own), domain.name)
    by_domain: dict[str, list[tuple[IPv4Network, ModelPath]]] = {}
    for number, town in enumerate(inventory.municipalities):
        for index, vlan in enumerate(town.vlans):
            if vlan.prefix is not None:
                path: ModelPath = ("municipalities", number, "vlans", index, "prefix")
                by_domain.setdefault(vlan.routing_domain, []).append((vlan.prefix, path))
    for name, prefixes in by_domain.items():
        yield from _overlaps(tuple(prefixes), name)


def address_outside_prefix(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find VLAN prefixes outside their routing domain, and servers outside the prefix of their VLAN."""
    domains = {domain.name: domain.prefixes for domain in town.routing_domains}
    for index, vlan in enumerate(town.vlans):
        allowed = domains.get(vlan.routing_domain)
        if vlan.prefix is None or allowed is None:
            continue
        if not any(vlan.prefix.subnet_of(prefix) for prefix in allowed):
            yield _outside(f"{vlan.prefix}", allowed, (*at, "vlans", index, "prefix"))
    prefixes = {vlan.vlan_id: vlan.prefix for vlan in town.vlans}
    for index, server in enumerate(town.servers):
        for number, adapter in enumerate(server.networks):
            prefix = prefixes.get(adapter.vlan)
            if prefix is None or adapter.address is None or _usable(adapter.address, prefix):
                continue
            path: ModelPath = (*at, "servers", index, "networks", number, "address")
            yield _outside(f"{adapter.address}", (prefix,), path)


def _usable(address: IPv4Address, prefix: IPv4Network) -> bool:
    ends = (prefix.network_address, prefix.broadcast_address)
    return address in prefix and (prefix.num_addresses <= len(ends) or address not in ends)


def _outside(written: str, allowed: tuple[IPv4Network, ...], path: ModelPath) -> Finding:
    names = ", ".join(str(prefix) for prefix in allowed)
    return Finding(
        rule="address-outside-prefix",
        path=path,
        message=f"{written} is not a usable part of {names}",
        action="correct the address, or the prefix it should lie in",
    )


def _overlaps(prefixes: tuple[tuple[IPv4Network, ModelPath], ...], domain: str) -> Iterator[Finding]:
    """Compare each prefix, in the order of addresses, with the widest one that came before it."""
    ordered = sorted(prefixes, key=lambda one: (one[0].network_address, one[0].prefixlen))
    widest: tuple[IPv4Network, ModelPath] | None = None
    for prefix, path in ordered:
        if widest is not None and prefix.overlaps(widest[0]):
            earlier, later = sorted((widest[1], path), key=str)
            yield Finding(
                rule="prefix-overlap",
                path=later,
                message=f"{prefix} and {widest[0]} overlap in the routing domain {domain}",
                action="correct one of them, or put it in a routing domain of its own",
                related=(earlier,),
            )
        if widest is None or prefix.broadcast_address > widest[0].broadcast_address:
            widest = (prefix, path)


def _uses(inventory: Inventory) -> Iterator[_Use]:
    for number, town in enumerate(inventory.municipalities):
        at: ModelPath = ("municipalities", number)
        for index, device in enumerate(town.devices):
            yield from _device_uses(device, (*at, "devices", index))
        domains = {vlan.vlan_id: vlan.routing_domain for vlan in town.vlans}
        for index, server in enumerate(town.servers):
            for place, adapter in enumerate(server.networks):
                domain = domains.get(adapter.vlan)
                if domain is not None and adapter.address is not None:
                    path: ModelPath = (*at, "servers", index, "networks", place, "address")
                    yield _Use(domain, adapter.address, server.name, path)


def _device_uses(device: Device, at: ModelPath) -> Iterator[_Use]:
    domain = device.routing_domain
    yield _Use(domain, device.management_address, device.name, (*at, "management_address"))
    for index, port in enumerate(device.interfaces):
        if port.address is None:
            continue
        if port.address.ip != device.management_address:
            host = f"{device.name}:{port.name}"
            yield _Use(
                port.routing_domain or domain, port.address.ip, host, (*at, "interfaces", index, "address")
            )
