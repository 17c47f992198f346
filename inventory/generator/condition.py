"""The mess: devices past their support, devices nobody reaches, weak logins that came with them."""

import random
from collections.abc import Iterable
from datetime import date, timedelta

from inventory.generator.device_draft import DeviceDraft
from inventory.generator.national_plan import MunicipalityPlan
from inventory.models import Device, Weakness

RECORDED_ON = date(2026, 11, 1)
"""The day of recording; a fixed one, so that a seed gives the same bytes for ever."""

_AGED_PERCENT = (10, 15)
_UNREACHABLE_PERCENT = 5
_SHARED_ACCOUNT_PERCENT = (20, 60)
_SNMP_V2C_PERCENT = (30, 70)
_TELNET_PERCENT_OF_AGED = 30


def finished_devices(
    plan: MunicipalityPlan, drafts: Iterable[DeviceDraft], routing_domain: str
) -> tuple[Device, ...]:
    """Return the devices as they are found: some old, some out of reach, many with weak logins."""
    chance = plan.chance("condition")
    every = tuple(drafts)
    aged = _some(chance, len(every), chance.uniform(*_AGED_PERCENT))
    unreachable = _some(chance, len(every), _UNREACHABLE_PERCENT)
    shared = _some(chance, len(every), chance.uniform(*_SHARED_ACCOUNT_PERCENT))
    snmp = _some(chance, len(every), chance.uniform(*_SNMP_V2C_PERCENT))
    credential = f"env:{plan.national.abbreviation.upper()}_DEVICES"
    devices = []
    for number, draft in enumerate(every):
        device = draft.device(routing_domain=routing_domain, credential=credential)
        weaknesses: list[Weakness] = []
        if number in shared:
            weaknesses.append("shared-local-account")
        if number in snmp:
            weaknesses.append("snmp-v2c")
        if number in aged and chance.randrange(100) < _TELNET_PERCENT_OF_AGED:
            weaknesses.append("telnet")
        update: dict[str, object] = {
            "serial_number": f"{plan.national.abbreviation.upper()}{number + 1:06d}",
            "end_of_support": _after(chance, years=(1, 8)),
            "known_weaknesses": tuple(weaknesses),
        }
        if number in aged:
            update["model"], update["software_version"] = draft.gear.aged_model, draft.gear.aged_version
            update["end_of_support"] = _before(chance, days=2500)
        if number in unreachable:
            update["unreachable_since"] = _before(chance, days=400)
            update["software_version"] = None
        devices.append(device.model_copy(update=update))
    return tuple(devices)


def _some(chance: random.Random, count: int, percent: float) -> frozenset[int]:
    """Return that share of the numbers below a count, to the nearest whole one."""
    return frozenset(chance.sample(range(count), round(count * percent / 100)))


def _before(chance: random.Random, *, days: int) -> date:
    return RECORDED_ON - timedelta(days=chance.randint(1, days))


def _after(chance: random.Random, *, years: tuple[int, int]) -> date:
    """Return the last day of a month in the coming years, as vendors announce it."""
    month = chance.randint(1, 12)
    first = date(RECORDED_ON.year + chance.randint(*years), month, 1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
