"""Names are unique where people and commands look things up by them."""

from collections.abc import Hashable, Iterable, Iterator

from inventory.models import Device, MunicipalityInventory
from inventory.outline import InventoryOutline, MunicipalityOutline
from inventory.violations import Finding, ModelPath

Named = tuple[Hashable, ModelPath]


def twice(named: Iterable[Named], what: str) -> Iterator[Finding]:
    """Find values that are used a second time; the first use is related."""
    first: dict[Hashable, ModelPath] = {}
    for value, path in named:
        earlier = first.setdefault(value, path)
        if earlier != path:
            yield Finding(
                rule="duplicate-name",
                path=path,
                message=f"the {what} '{value}' is already used",
                action="give one of the two another name",
                related=(earlier,),
            )


def name_twice(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find centres, municipalities, routing domains and host names used twice in the inventory."""
    towns = tuple(inventory.towns())
    yield from twice(
        ((one.name, ("centres", at, "name")) for at, one in enumerate(inventory.centres)), "centre name"
    )
    yield from twice(((town.name, (*at, "municipality", "name")) for town, at in towns), "municipality name")
    yield from twice(_routing_domains(inventory), "routing domain")
    yield from twice((name for town, at in towns for name in _hosts(town, at)), "host name")


def name_twice_in_municipality(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find names and VLAN numbers used twice inside a municipality, and ports inside a device."""
    for key in (
        "sites",
        "zones",
        "firewall_clusters",
        "sensors",
        "sensor_feeds",
        "applications",
        "maintenance_windows",
        "freezes",
        "exceptions",
        "risk_overrides",
    ):
        named = ((one.name, (*at, key, index, "name")) for index, one in enumerate(getattr(town, key)))
        yield from twice(named, f"{key[:-1].replace('_', ' ')} name")
    vlans = tuple(enumerate(town.vlans))
    yield from twice(((one.vlan_id, (*at, "vlans", index, "vlan_id")) for index, one in vlans), "VLAN")
    yield from twice(((one.name, (*at, "vlans", index, "name")) for index, one in vlans), "VLAN name")
    years = (
        (one.year, (*at, "cost_baselines", index, "year")) for index, one in enumerate(town.cost_baselines)
    )
    yield from twice(years, "cost baseline year")
    for index, device in enumerate(town.devices):
        yield from _ports_twice(device, (*at, "devices", index))
    for index, server in enumerate(town.servers):
        disks = (
            (disk.name, (*at, "servers", index, "disks", number, "name"))
            for number, disk in enumerate(server.disks)
        )
        yield from twice(disks, f"disk of {server.name}")


def _ports_twice(device: Device, at: ModelPath) -> Iterator[Finding]:
    """Find ports described twice; two ranges that share many ports are told once."""
    first: dict[str, int] = {}
    for number, port in enumerate(device.interfaces):
        shared: dict[int, list[str]] = {}
        for name in port.names():
            earlier = first.setdefault(name, number)
            if earlier != number:
                shared.setdefault(earlier, []).append(name)
        for earlier, names in shared.items():
            said = f"'{names[0]}'" if len(names) == 1 else f"'{names[0]}' to '{names[-1]}'"
            yield Finding(
                rule="duplicate-name",
                path=(*at, "interfaces", number, "name"),
                message=f"the interface of {device.name} {said} is already used",
                action="describe each port once",
                related=((*at, "interfaces", earlier, "name"),),
            )


def _hosts(town: MunicipalityOutline, at: ModelPath) -> Iterator[Named]:
    for key, names in (("devices", town.devices), ("servers", town.servers)):
        for index, name in enumerate(names):
            yield name, (*at, key, index, "name")


def _routing_domains(inventory: InventoryOutline) -> Iterator[Named]:
    for index, domain in enumerate(inventory.routing_domains):
        yield domain.name, ("routing_domains", index, "name")
    for town, at in inventory.towns():
        for index, domain in enumerate(town.routing_domains):
            yield domain.name, (*at, "routing_domains", index, "name")
