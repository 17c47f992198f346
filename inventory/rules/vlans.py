"""VLANs: used ones are defined, each is in a zone, and the parking VLAN leads nowhere."""

from collections.abc import Iterator

from inventory.models import MunicipalityInventory
from inventory.violations import Finding, ModelPath, suggest
from inventory.vlan_ranges import vlan_ids

_Use = tuple[frozenset[int], str, ModelPath]


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
    for used, where, path in _uses(town, at):
        missing = sorted(used - known)
        if missing:
            names = ", ".join(str(number) for number in missing)
            said = f"VLAN {names} is" if len(missing) == 1 else f"the VLANs {names} are"
            yield Finding(
                rule="vlan-undefined",
                path=path,
                message=f"{said} used by {where} and not defined",
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


def _uses(town: MunicipalityInventory, at: ModelPath) -> Iterator[_Use]:
    hardening = town.municipality.hardening
    here: ModelPath = (*at, "municipality", "hardening")
    for key in ("native_vlan", "parking_vlan"):
        number: int | None = getattr(hardening, key)
        if number is not None:
            yield frozenset({number}), f"the hardening context ({key})", (*here, key)
    if hardening.user_vlans is not None:
        yield vlan_ids(hardening.user_vlans), "the hardening context (user_vlans)", (*here, "user_vlans")
    yield from _port_uses(town, at)
    for index, feed in enumerate(town.sensor_feeds):
        yield vlan_ids(feed.vlans), f"the feed {feed.name}", (*at, "sensor_feeds", index, "vlans")
    for index, server in enumerate(town.servers):
        for number, adapter in enumerate(server.networks):
            path: ModelPath = (*at, "servers", index, "networks", number, "vlan")
            yield frozenset({adapter.vlan}), server.name, path


def _port_uses(town: MunicipalityInventory, at: ModelPath) -> Iterator[_Use]:
    for index, device in enumerate(town.devices):
        for number, port in enumerate(device.interfaces):
            path: ModelPath = (*at, "devices", index, "interfaces", number)
            where = f"{port.name} of {device.name}"
            if port.vlan is not None:
                yield frozenset({port.vlan}), where, (*path, "vlan")
            if port.vlans is not None:
                yield vlan_ids(port.vlans), where, (*path, "vlans")
