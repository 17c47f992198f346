"""Sensors and their feeds: owned, connected, and carrying only what the law allows (R14-R16)."""

from collections.abc import Iterator

from inventory.models import MunicipalityInventory, SensorFeed
from inventory.rules.topology import interface_of
from inventory.violations import Finding, ModelPath, suggest
from inventory.vlan_ranges import vlan_ids

_HEALTH_ONLY = "DCIS Sund"


def sensor_owned(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find sensors without an owner: the municipality owns its sensors (R16)."""
    for index, sensor in enumerate(town.sensors):
        if not sensor.owner:
            yield Finding(
                rule="sensor-owner",
                path=(*at, "sensors", index),
                message=f"the sensor {sensor.name} has no owner",
                action=f"add 'owner', usually {town.municipality.title}",
            )


def sensor_ports_exist(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find sensor ports that no device has, or that are not kept for a sensor."""
    for index, sensor in enumerate(town.sensors):
        for side in ("inside_port", "outside_port"):
            end: str | None = getattr(sensor, side)
            if end is None:
                continue
            port = interface_of(town, end)
            path: ModelPath = (*at, "sensors", index, side)
            if port is None:
                ends = tuple(
                    f"{device.name}:{one.name}"
                    for device in town.devices
                    for one in device.interfaces
                    if one.role == "sensor"
                )
                yield Finding(
                    rule="sensor-port",
                    path=path,
                    message=f"{end} does not exist",
                    action=suggest(end, ends),
                )
            elif port.role != "sensor":
                yield Finding(
                    rule="sensor-port",
                    path=path,
                    message=f"{end} has the role {port.role}",
                    action="give the interface the role sensor in devices.yaml, or correct the port",
                )


def feed_carries_its_scope(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find feeds of unknown sensors, and feeds that carry more than their legal scope (R15)."""
    sensors = tuple(sensor.name for sensor in town.sensors)
    for index, feed in enumerate(town.sensor_feeds):
        here: ModelPath = (*at, "sensor_feeds", index)
        if feed.sensor not in sensors:
            yield Finding(
                rule="feed-sensor",
                path=(*here, "sensor"),
                message=f"the feed {feed.name} is of the sensor {feed.sensor}, which does not exist",
                action=suggest(feed.sensor, sensors),
            )
        if feed.recipient == _HEALTH_ONLY and feed.legal_scope != "health":
            yield Finding(
                rule="feed-scope",
                path=(*here, "legal_scope"),
                message=f"{_HEALTH_ONLY} may receive health traffic only, not the scope '{feed.legal_scope}'",
                action="write 'legal_scope: health' and list health VLANs only",
            )
        yield from _beyond_scope(town, feed, here)


def _beyond_scope(town: MunicipalityInventory, feed: SensorFeed, here: ModelPath) -> Iterator[Finding]:
    if feed.legal_scope != "health":
        return
    health_zones = {zone.name for zone in town.zones if zone.sensitivity == "health"}
    zone_of = {vlan.vlan_id: vlan.zone for vlan in town.vlans}
    beyond = sorted(
        number for number in vlan_ids(feed.vlans) if number in zone_of and zone_of[number] not in health_zones
    )
    if beyond:
        yield Finding(
            rule="feed-scope",
            path=(*here, "vlans"),
            message=f"the feed {feed.name} is for health traffic only, and {_listed(beyond)} of another zone",
            action="remove those VLANs from the feed, or correct their zone in vlans.yaml",
        )


def _listed(numbers: list[int]) -> str:
    names = ", ".join(str(number) for number in numbers)
    return f"VLAN {names} is" if len(numbers) == 1 else f"the VLANs {names} are"
