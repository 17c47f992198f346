"""Routing domains: where an address is unique."""

from collections.abc import Iterator

from inventory.models import Inventory, RoutingDomain
from inventory.violations import Finding, ModelPath, suggest


def all_routing_domains(inventory: Inventory) -> Iterator[tuple[RoutingDomain, ModelPath]]:
    """Yield every routing domain, of the centres first, with its place."""
    for index, domain in enumerate(inventory.routing_domains):
        yield domain, ("routing_domains", index)
    for number, town in enumerate(inventory.municipalities):
        for index, domain in enumerate(town.routing_domains):
            yield domain, ("municipalities", number, "routing_domains", index)


def routing_domain_defined(inventory: Inventory) -> Iterator[Finding]:
    """Find centres, VLANs and devices in a routing domain that nobody defines."""
    shared = {domain.name for domain in inventory.routing_domains}
    for index, centre in enumerate(inventory.centres):
        if centre.routing_domain not in shared:
            yield _undefined(centre.routing_domain, ("centres", index, "routing_domain"), shared)
    for number, town in enumerate(inventory.municipalities):
        known = shared | {domain.name for domain in town.routing_domains}
        at: ModelPath = ("municipalities", number)
        for index, vlan in enumerate(town.vlans):
            if vlan.routing_domain not in known:
                yield _undefined(vlan.routing_domain, (*at, "vlans", index, "routing_domain"), known)
        for index, device in enumerate(town.devices):
            here: ModelPath = (*at, "devices", index)
            if device.routing_domain not in known:
                yield _undefined(device.routing_domain, (*here, "routing_domain"), known)
            for port_index, port in enumerate(device.interfaces):
                if port.routing_domain is not None and port.routing_domain not in known:
                    path = (*here, "interfaces", port_index, "routing_domain")
                    yield _undefined(port.routing_domain, path, known)


def _undefined(name: str, path: ModelPath, known: set[str]) -> Finding:
    return Finding(
        rule="routing-domain-undefined",
        path=path,
        message=f"the routing domain '{name}' is not defined",
        action=suggest(name, tuple(known)),
    )
