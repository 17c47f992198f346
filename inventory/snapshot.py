"""The immutable snapshot of an inventory and its digest.

The digest says what exists and what is intended. It ignores the order of files and of objects and every
matter of formatting. Approvers are not part of it: who may approve a plan is asked when it is approved, and
a new colleague does not make an approved plan stale.
"""

from functools import lru_cache
from typing import TypeVar

from pydantic import Field, JsonValue

from inventory.cycle_collection import cycle_collection_paused
from inventory.interface_ranges import InterfaceRange, merge_ranges, read_range
from inventory.models import (
    RANGE_ROLES,
    WEEKDAYS,
    Centre,
    ChangeTime,
    Device,
    FirewallCluster,
    Interface,
    Inventory,
    Link,
    Model,
    MunicipalityInventory,
    RoutingDomain,
    SensorFeed,
    Server,
)
from inventory.natural_order import natural_key
from inventory.vlan_ranges import render_vlan_range, vlan_ids
from records.canonical_json import canonical_digest

NamedT = TypeVar("NamedT", bound=Model)


class Snapshot(Model):
    """An inventory at one moment, named by the SHA-256 of its canonical JSON."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    inventory: Inventory


def take_snapshot(inventory: Inventory) -> Snapshot:
    """Return the snapshot of an inventory."""
    with cycle_collection_paused():
        in_order = put_in_order(inventory)
        return Snapshot(digest=canonical_digest(_facts(in_order)), inventory=in_order)


def put_in_order(inventory: Inventory) -> Inventory:
    """Return the same inventory with everything whose order means nothing in one fixed order."""
    return inventory.model_copy(
        update={
            "centres": _by_name(tuple(_centre(one) for one in inventory.centres)),
            "routing_domains": _by_name(tuple(_domain(one) for one in inventory.routing_domains)),
            "municipalities": tuple(
                sorted(
                    (_town(one) for one in inventory.municipalities), key=lambda one: one.municipality.name
                )
            ),
            "approvers": tuple(sorted(inventory.approvers, key=lambda one: (one.principal, one.public_key))),
        }
    )


def _centre(centre: Centre) -> Centre:
    update = {
        "municipalities": tuple(sorted(centre.municipalities)),
        "change_times": _change_times(centre.change_times),
    }
    return centre.model_copy(update=update)


def _change_times(times: tuple[ChangeTime, ...]) -> tuple[ChangeTime, ...]:
    return tuple(sorted(times, key=lambda one: (WEEKDAYS.index(one.weekday), one.starts_at, one.ends_at)))


def _town(town: MunicipalityInventory) -> MunicipalityInventory:
    hardening = town.municipality.hardening.model_copy(
        update={"user_vlans": _range(town.municipality.hardening.user_vlans)}
    )
    times = _change_times(town.municipality.change_times)
    named = ("sites", "zones", "sensors", "applications", "maintenance_windows", "freezes")
    update: dict[str, object] = {key: _by_name(getattr(town, key)) for key in named}
    update |= {
        "municipality": town.municipality.model_copy(update={"hardening": hardening, "change_times": times}),
        "routing_domains": _by_name(tuple(_domain(one) for one in town.routing_domains)),
        "public_ranges": tuple(sorted(town.public_ranges, key=lambda one: one.prefix)),
        "vlans": tuple(sorted(town.vlans, key=lambda one: one.vlan_id)),
        "devices": _by_name(tuple(_device(one) for one in town.devices)),
        "links": tuple(sorted((_link(one) for one in town.links), key=lambda one: one.named_ends())),
        "firewall_clusters": _by_name(tuple(_cluster(one) for one in town.firewall_clusters)),
        "sensor_feeds": _by_name(tuple(_feed(one) for one in town.sensor_feeds)),
        "servers": _by_name(tuple(_server(one) for one in town.servers)),
        "cost_baselines": tuple(sorted(town.cost_baselines, key=lambda one: one.year)),
        "exceptions": _by_name(
            tuple(one.model_copy(update={"devices": _sorted(one.devices)}) for one in town.exceptions)
        ),
        "risk_overrides": _by_name(
            tuple(one.model_copy(update={"devices": _sorted(one.devices)}) for one in town.risk_overrides)
        ),
    }
    return town.model_copy(update=update)


def _domain(domain: RoutingDomain) -> RoutingDomain:
    return domain.model_copy(update={"prefixes": tuple(sorted(domain.prefixes))})


def _device(device: Device) -> Device:
    update = {
        "interfaces": _interfaces(device.interfaces),
        "known_weaknesses": _sorted(device.known_weaknesses),
    }
    return device.model_copy(update=update)


def _interfaces(interfaces: tuple[Interface, ...]) -> tuple[Interface, ...]:
    """Return the ports in order, like neighbours as one range: however a person wrote them."""
    alike: dict[tuple[object, ...], tuple[Interface, list[InterfaceRange]]] = {}
    ordered: list[Interface] = []
    for port in interfaces:
        ports = read_range(port.name) if port.role in RANGE_ROLES and port.address is None else None
        if ports is None:
            ordered.append(_changed(port, {"vlans": _range(port.vlans)}))
            continue
        look = (ports.stem, port.role, port.description, port.vlan, _range(port.vlans), port.routing_domain)
        alike.setdefault(look, (port, []))[1].append(ports)
    ordered.extend(
        _changed(port, {"name": ports.render(), "vlans": _range(port.vlans)})
        for port, ranges in alike.values()
        for ports in merge_ranges(ranges)
    )
    return _by_name(tuple(ordered))


def _changed(port: Interface, values: dict[str, str | None]) -> Interface:
    """Return the port with these values; most ports have them already."""
    same = all(getattr(port, key) == value for key, value in values.items())
    return port if same else port.model_copy(update=values)


def _link(link: Link) -> Link:
    return link if link.ends is None else link.model_copy(update={"ends": _sorted(link.ends)})


def _cluster(cluster: FirewallCluster) -> FirewallCluster:
    update = {key: _sorted(getattr(cluster, key)) for key in ("members", "inside", "outside")}
    return cluster.model_copy(update=update)


def _feed(feed: SensorFeed) -> SensorFeed:
    return feed.model_copy(update={"vlans": _range(feed.vlans)})


def _server(server: Server) -> Server:
    return server.model_copy(
        update={"disks": _by_name(server.disks), "depends_on": _sorted(server.depends_on)}
    )


@lru_cache(maxsize=4096)
def _range(text: str | None) -> str | None:
    return None if text is None else render_vlan_range(vlan_ids(text))


def _sorted(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names, key=natural_key))


def _by_name(models: tuple[NamedT, ...]) -> tuple[NamedT, ...]:
    return tuple(sorted(models, key=lambda one: natural_key(getattr(one, "name"))))  # noqa: B009


def _facts(inventory: Inventory) -> JsonValue:
    facts: JsonValue = inventory.model_dump(mode="json", exclude={"approvers"})
    return facts
