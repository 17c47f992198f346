"""Routing domains: where an address is unique."""

from collections.abc import Iterator

from inventory.outline import InventoryOutline
from inventory.violations import Finding, ModelPath, suggest


def routing_domain_defined(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find centres, VLANs, devices and ports in a routing domain that nobody defines."""
    shared = frozenset(domain.name for domain in inventory.routing_domains)
    for index, centre in enumerate(inventory.centres):
        if centre.routing_domain not in shared:
            yield _undefined(centre.routing_domain, ("centres", index, "routing_domain"), shared)
    for town, at in inventory.towns():
        known = shared | {domain.name for domain in town.routing_domains}
        for use in town.foreign_domains:
            if use.domain not in known:
                yield _undefined(use.domain, (*at, *use.path), known)


def _undefined(name: str, path: ModelPath, known: frozenset[str]) -> Finding:
    return Finding(
        rule="routing-domain-undefined",
        path=path,
        message=f"the routing domain '{name}' is not defined",
        action=suggest(name, tuple(known)),
    )
