"""Sensors at the firewall clusters, what they deliver to whom, and exceptions that were granted."""

import random
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from inventory.generator.addressing import Addressing
from inventory.generator.condition import RECORDED_ON
from inventory.generator.core_network import CoreNetwork
from inventory.generator.national_plan import SENSOR_PILOTS, MunicipalityPlan
from inventory.models import ControlException, Device, Sensor, SensorFeed
from inventory.vlan_ranges import render_vlan_range

_ONE_DIRECTION_PERCENT = 10
_SILENT_PERCENT = 5
_SENSORS_OF_A_CLUSTER = 2
_MOST_EXCEPTIONS = 3
_REASONS = (
    ("MGT-01", "Leverandørens fjernsupport kræver den gamle adgang, indtil kontrakten udløber."),
    ("SNMP-01", "Overvågningen kan ikke læse SNMPv3, før den er skiftet ud."),
    ("L2-01", "Stikkene bruges skiftevis, indtil ombygningen er færdig."),
    ("OPS-01", "Enheden kan ikke sikkerhedskopieres automatisk og er bestilt udskiftet."),
)


class Sensors(NamedTuple):
    """The sensors and their feeds."""

    sensors: tuple[Sensor, ...]
    feeds: tuple[SensorFeed, ...]


def plan_sensors(plan: MunicipalityPlan, addressing: Addressing, core: CoreNetwork) -> Sensors:
    """Return the sensors with their feeds, and keep the ports for them on the core and edge drafts.

    Where outside sensors are missing, the sensor sees the inside only. Mirrors of some copy one direction.
    """
    chance = plan.chance("sensors")
    everything = (*addressing.routed, addressing.mirror_vlan)
    health = addressing.of_zones("care", "care-servers")
    sensors: list[Sensor] = []
    feeds: list[SensorFeed] = []
    for number in range(plan.size.sensors):
        name = plan.host(f"sensor{number + 1}")
        at = number % _SENSORS_OF_A_CLUSTER
        inside, edge = core.pairs[0][at], core.edges[at % len(core.edges)]
        outside_port = None
        if plan.has_outside_sensors:
            outside_port = edge.add(edge.take_top_port(), "sensor", f"{name} outside")
        sensors.append(
            Sensor(
                name=name,
                owner=f"{plan.national.name} Kommune",
                version="3.1"
                if plan.national.slug in SENSOR_PILOTS
                else chance.choice(("2.4", "2.5", "3.0")),
                inside_port=inside.add(inside.take_top_port(), "sensor", f"{name} inside"),
                outside_port=outside_port,
                directions=_directions(chance),
                last_seen_at=_last_seen(chance),
            )
        )
        feeds.append(
            SensorFeed(
                name=f"kommunecert-{number + 1}",
                sensor=name,
                recipient="KommuneCERT",
                legal_scope="all",
                vlans=render_vlan_range(everything),
            )
        )
        feeds.append(
            SensorFeed(
                name=f"dcis-sund-{number + 1}",
                sensor=name,
                recipient="DCIS Sund",
                legal_scope="health",
                vlans=render_vlan_range(health),
            )
        )
    return Sensors(tuple(sensors), tuple(feeds))


def plan_exceptions(plan: MunicipalityPlan, devices: tuple[Device, ...]) -> tuple[ControlException, ...]:
    """Return the deviations that a municipality was granted."""
    chance = plan.chance("exceptions")
    switches = tuple(device.name for device in devices if device.role == "access")
    granted = chance.sample(_REASONS, chance.randint(0, _MOST_EXCEPTIONS))
    return tuple(
        ControlException(
            name=f"afvigelse-{number}",
            control=control,
            devices=tuple(chance.sample(switches, chance.randint(1, 3))),
            owner="IT og Digitalisering",
            reason=reason,
            compensating_measure="Adgangen er begrænset til driftens net og efterses hver måned.",
            expires_on=RECORDED_ON + timedelta(days=chance.randint(60, 420)),
        )
        for number, (control, reason) in enumerate(granted, start=1)
    )


def _directions(chance: random.Random) -> Literal["both", "receive", "transmit"]:
    one = chance.randrange(100) < _ONE_DIRECTION_PERCENT
    return chance.choice(("receive", "transmit")) if one else "both"


def _last_seen(chance: random.Random) -> datetime | None:
    """Return when a sensor delivered last; some have been silent for weeks, or always."""
    recorded = datetime(RECORDED_ON.year, RECORDED_ON.month, RECORDED_ON.day, 6, tzinfo=UTC)
    if chance.randrange(100) >= _SILENT_PERCENT:
        return recorded - timedelta(minutes=chance.randint(0, 30))
    return chance.choice((None, recorded - timedelta(days=chance.randint(7, 60))))
