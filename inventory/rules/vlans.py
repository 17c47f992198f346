"""VLANs: used ones are defined, each is in a zone, and the parking VLAN leads nowhere."""

from collections.abc import Iterator

from inventory.models import MunicipalityInventory
from inventory.violations import Finding, ModelPath, suggest
from inventory.vlan_ranges import vlan_ids


def zone_defined(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find VLANs in a zone that is not defined."""
    known = tuple(zone.name for zone in town.zones)
    for index, vlan in enumerate(town.vlans):
        if vlan.zone not in known:
            yield Finding(
                rule="zone-undefined",
                path=(*at, "vlans", index, "zone"),
                message=f"the zone '{vlan.zone}' of VLAN {vlan.vlan_id} is not defined",
                action=suggest(vlan.zone, known),
            )


def vlan_defined(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find VLANs that are used and not defined."""
    known = {vlan.vlan_id for vlan in town.vlans}
    told: set[ModelPath] = set()
    for number, where, path in _uses(town, at):
        # A range of ports is one line of the file; it is told once.
        if number in known or path in told:
            continue
        told.add(path)
        yield Finding(
            rule="vlan-undefined",
            path=path,
            message=f"VLAN {number} is used by {where} and not defined",
            action="define it in vlans.yaml, or correct the number",
        )


def parking_vlan_on_trunk(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find trunks that carry the parking VLAN, which must lead nowhere."""
    parking = town.municipality.hardening.parking_vlan
    if parking is None:
        return
    for index, device in enumerate(town.devices):
        for number, port in enumerate(device.interfaces):
            if port.vlans is not None and parking in vlan_ids(port.vlans):
                yield Finding(
                    rule="parking-vlan",
                    path=(*at, "devices", index, "interfaces", number, "vlans"),
                    message=f"{port.name} of {device.name} carries the parking VLAN {parking}",
                    action="remove it from the trunk",
                )


def _uses(town: MunicipalityInventory, at: ModelPath) -> Iterator[tuple[int, str, ModelPath]]:
    hardening = town.municipality.hardening
    here: ModelPath = (*at, "municipality", "hardening")
    for key in ("native_vlan", "parking_vlan"):
        number: int | None = getattr(hardening, key)
        if number is not None:
            yield number, f"the hardening context ({key})", (*here, key)
    if hardening.user_vlans is not None:
        for number in sorted(vlan_ids(hardening.user_vlans)):
            yield number, "the hardening context (user_vlans)", (*here, "user_vlans")
    yield from _port_uses(town, at)
    for index, feed in enumerate(town.sensor_feeds):
        for number in sorted(vlan_ids(feed.vlans)):
            yield number, f"the feed {feed.name}", (*at, "sensor_feeds", index, "vlans")
    for index, server in enumerate(town.servers):
        yield server.vlan, server.name, (*at, "servers", index, "vlan")


def _port_uses(town: MunicipalityInventory, at: ModelPath) -> Iterator[tuple[int, str, ModelPath]]:
    for index, device in enumerate(town.devices):
        for number, port in enumerate(device.interfaces):
            path: ModelPath = (*at, "devices", index, "interfaces", number)
            where = f"{port.name} of {device.name}"
            if port.vlan is not None:
                yield port.vlan, where, (*path, "vlan")
            if port.vlans is not None:
                for vlan in sorted(vlan_ids(port.vlans)):
                    yield vlan, where, (*path, "vlans")
