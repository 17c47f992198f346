"""The outline of a municipality: the little of it that rules over the whole inventory look at.

A rule over one municipality sees all of it. A rule over the whole country must not: 32,000 devices do not
have to be in memory to find a host name that two municipalities use. So those rules read outlines, and what
a municipality's files gave, its violations and its outline, can be kept for as long as they do not change.

Paths are those of the municipality's own models, such as ``("devices", 2, "name")``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from inventory.models import (
    Centre,
    ChangeTime,
    Device,
    Inventory,
    MaintenanceWindow,
    Model,
    MunicipalityInventory,
    PublicRange,
    RoutingDomain,
    Scope,
    Slug,
)
from inventory.violations import ModelPath


class DomainUse(NamedTuple):
    """A routing domain named by a municipality that does not define it itself."""

    domain: str
    path: ModelPath


class PrefixUse(NamedTuple):
    """A prefix of a VLAN in a routing domain."""

    domain: str
    prefix: IPv4Network
    path: ModelPath


class AddressUse(NamedTuple):
    """An address of a host in a routing domain."""

    domain: str
    address: IPv4Address
    host: str
    path: ModelPath


class MunicipalityOutline(Model):
    """What the rules over the whole inventory know of one municipality."""

    name: Slug
    title: str
    code: int
    centre: Slug
    change_times: tuple[ChangeTime, ...]
    maintenance_windows: tuple[MaintenanceWindow, ...]
    routing_domains: tuple[RoutingDomain, ...]
    public_ranges: tuple[PublicRange, ...]
    devices: tuple[str, ...]
    servers: tuple[str, ...]
    depends_on: tuple[tuple[str, ...], ...]
    foreign_domains: tuple[DomainUse, ...]
    shared_prefixes: tuple[PrefixUse, ...]
    shared_addresses: tuple[AddressUse, ...]


@dataclass(frozen=True, slots=True)
class InventoryOutline:
    """The whole inventory as its rules see it."""

    scope: Scope
    centres: tuple[Centre, ...]
    routing_domains: tuple[RoutingDomain, ...]
    municipalities: tuple[MunicipalityOutline, ...]

    def towns(self) -> Iterator[tuple[MunicipalityOutline, ModelPath]]:
        """Yield each municipality with its place."""
        for number, town in enumerate(self.municipalities):
            yield town, ("municipalities", number)


def outline_of(town: MunicipalityInventory) -> MunicipalityOutline:
    """Return the outline of a municipality."""
    own = frozenset(domain.name for domain in town.routing_domains)
    return MunicipalityOutline(
        name=town.municipality.name,
        title=town.municipality.title,
        code=town.municipality.code,
        centre=town.municipality.centre,
        change_times=town.municipality.change_times,
        maintenance_windows=town.maintenance_windows,
        routing_domains=town.routing_domains,
        public_ranges=town.public_ranges,
        devices=tuple(device.name for device in town.devices),
        servers=tuple(server.name for server in town.servers),
        depends_on=tuple(server.depends_on for server in town.servers),
        foreign_domains=tuple(use for use in domain_uses(town) if use.domain not in own),
        shared_prefixes=tuple(use for use in prefix_uses(town) if use.domain not in own),
        shared_addresses=tuple(use for use in address_uses(town) if use.domain not in own),
    )


def inventory_outline(inventory: Inventory) -> InventoryOutline:
    """Return the outline of an inventory that is in memory."""
    return InventoryOutline(
        scope=inventory.scope,
        centres=inventory.centres,
        routing_domains=inventory.routing_domains,
        municipalities=tuple(outline_of(town) for town in inventory.municipalities),
    )


def domain_uses(town: MunicipalityInventory) -> Iterator[DomainUse]:
    """Yield every routing domain that VLANs, devices and ports are said to be in."""
    for index, vlan in enumerate(town.vlans):
        yield DomainUse(vlan.routing_domain, ("vlans", index, "routing_domain"))
    for index, device in enumerate(town.devices):
        yield DomainUse(device.routing_domain, ("devices", index, "routing_domain"))
        for number, port in enumerate(device.interfaces):
            if port.routing_domain is not None:
                path: ModelPath = ("devices", index, "interfaces", number, "routing_domain")
                yield DomainUse(port.routing_domain, path)


def prefix_uses(town: MunicipalityInventory) -> Iterator[PrefixUse]:
    """Yield the prefix of every VLAN that is routed."""
    for index, vlan in enumerate(town.vlans):
        if vlan.prefix is not None:
            yield PrefixUse(vlan.routing_domain, vlan.prefix, ("vlans", index, "prefix"))


def address_uses(town: MunicipalityInventory) -> Iterator[AddressUse]:
    """Yield every address of devices, their ports and servers; that of the management port once."""
    for index, device in enumerate(town.devices):
        yield from _device_addresses(device, ("devices", index))
    domains = {vlan.vlan_id: vlan.routing_domain for vlan in town.vlans}
    for index, server in enumerate(town.servers):
        for place, adapter in enumerate(server.networks):
            domain = domains.get(adapter.vlan)
            if domain is not None and adapter.address is not None:
                path: ModelPath = ("servers", index, "networks", place, "address")
                yield AddressUse(domain, adapter.address, server.name, path)


def _device_addresses(device: Device, at: ModelPath) -> Iterator[AddressUse]:
    domain = device.routing_domain
    yield AddressUse(domain, device.management_address, device.name, (*at, "management_address"))
    told = False
    for index, port in enumerate(device.interfaces):
        if port.address is None:
            continue
        if port.address.ip == device.management_address and not told:
            # The address of the management port is written at both places.
            told = True
            continue
        path = (*at, "interfaces", index, "address")
        yield AddressUse(port.routing_domain or domain, port.address.ip, f"{device.name}:{port.name}", path)
