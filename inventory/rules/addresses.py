"""Addresses and prefixes: unique inside a routing domain, and inside the prefixes they claim.

Most routing domains belong to one municipality, and what lies in them is compared there. Only what lies in
a routing domain that several share is compared across the inventory.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from inventory.models import MunicipalityInventory, RoutingDomain
from inventory.natural_order import natural_key
from inventory.outline import AddressUse, InventoryOutline, PrefixUse, address_uses, prefix_uses
from inventory.violations import Finding, ModelPath


def address_twice(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find an address used by two hosts, or two ports, of a routing domain of this municipality."""
    own = frozenset(domain.name for domain in town.routing_domains)
    yield from _used_twice((use, (*at, *use.path)) for use in address_uses(town) if use.domain in own)


def shared_address_twice(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find an address used by two hosts, or two ports, of a routing domain that several share."""
    yield from _used_twice(
        (use, (*at, *use.path)) for town, at in inventory.towns() for use in town.shared_addresses
    )


def prefixes_overlap(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find overlapping prefixes of the municipality's routing domains: their own, and those of VLANs."""
    yield from _domains_overlap(town.routing_domains, at)
    own = frozenset(domain.name for domain in town.routing_domains)
    yield from _vlans_overlap((use, (*at, *use.path)) for use in prefix_uses(town) if use.domain in own)


def shared_prefixes_overlap(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find overlapping prefixes of routing domains that several share."""
    yield from _domains_overlap(inventory.routing_domains, ())
    yield from _vlans_overlap(
        (use, (*at, *use.path)) for town, at in inventory.towns() for use in town.shared_prefixes
    )


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


def _used_twice(uses: Iterable[tuple[AddressUse, ModelPath]]) -> Iterator[Finding]:
    first: dict[tuple[str, IPv4Address], tuple[AddressUse, ModelPath]] = {}
    for use, path in uses:
        earlier, earlier_path = first.setdefault((use.domain, use.address), (use, path))
        if earlier is not use:
            yield Finding(
                rule="duplicate-address",
                path=path,
                message=f"{use.address} of {use.host} is already used by {earlier.host} in {use.domain}",
                action="give one of the two another address",
                related=(earlier_path,),
            )


def _domains_overlap(domains: tuple[RoutingDomain, ...], at: ModelPath) -> Iterator[Finding]:
    for index, domain in enumerate(domains):
        path: ModelPath = (*at, "routing_domains", index, "prefixes")
        own = tuple((prefix, (*path, number)) for number, prefix in enumerate(domain.prefixes))
        yield from _overlaps(own, domain.name)


def _vlans_overlap(uses: Iterable[tuple[PrefixUse, ModelPath]]) -> Iterator[Finding]:
    by_domain: dict[str, list[tuple[IPv4Network, ModelPath]]] = {}
    for use, path in uses:
        by_domain.setdefault(use.domain, []).append((use.prefix, path))
    for name, prefixes in by_domain.items():
        yield from _overlaps(tuple(prefixes), name)


def _in_order_of_files(path: ModelPath) -> tuple[tuple[int, int, str], ...]:
    return natural_key("/".join(str(step) for step in path))


def _overlaps(prefixes: tuple[tuple[IPv4Network, ModelPath], ...], domain: str) -> Iterator[Finding]:
    """Compare each prefix, in the order of addresses, with the widest one that came before it."""
    ordered = sorted(prefixes, key=lambda one: (one[0].network_address, one[0].prefixlen))
    widest: tuple[IPv4Network, ModelPath] | None = None
    for prefix, path in ordered:
        if widest is not None and prefix.overlaps(widest[0]):
            earlier, later = sorted((widest[1], path), key=_in_order_of_files)
            yield Finding(
                rule="prefix-overlap",
                path=later,
                message=f"{prefix} and {widest[0]} overlap in the routing domain {domain}",
                action="correct one of them, or put it in a routing domain of its own",
                related=(earlier,),
            )
        if widest is None or prefix.broadcast_address > widest[0].broadcast_address:
            widest = (prefix, path)
