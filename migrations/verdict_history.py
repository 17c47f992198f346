"""What fails, since when, whether a new control still has its grace, and who approved the last change."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from compliance.exceptions import verdict_on
from compliance.grace import control_versions, grace_until
from compliance.history import Turn, by_cell, standing_since
from compliance.models import Verdict
from inventory.local_time import local_date
from migrations.last_change import LastChange, last_change
from migrations.programme import Programme


class Standing(BaseModel):
    """A control that fails on a device today."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: str
    control: str
    message: str
    since: datetime
    grace_until: date | None
    last_change: LastChange | None


def standing_failures(programme: Programme, municipality: str) -> tuple[Standing, ...]:
    """Return the failures of a municipality, the longest standing first.

    A recorded waiver whose exception has ended is one of them, from the day on which it ended.

    Raises:
        NothingToDo: the inventory has no such municipality.
    """
    part = programme.municipality(municipality)
    names = tuple(device.name for device in part.devices)
    today = local_date(programme.clock())
    days = part.municipality.hardening.new_control_grace_days
    versions = control_versions()
    found = []
    with programme.records.reading() as transaction:
        rows = transaction.verdicts.latest(devices=names)
        turns = by_cell(
            Turn(device=one.device, control=one.control, verdict=Verdict(one.verdict), at=one.at)
            for one in transaction.verdicts.changes(devices=names)
        )
        changes = {name: last_change(transaction, name) for name in {row.device for row in rows}}
    for row in rows:
        verdict = verdict_on(
            Verdict(row.verdict),
            device=row.device,
            control=row.control,
            exceptions=part.exceptions,
            today=today,
        )
        if verdict is not Verdict.FAIL:
            continue
        history = turns[row.device, row.control]
        found.append(
            Standing(
                device=row.device,
                control=row.control,
                message=row.message,
                since=standing_since(history),
                grace_until=grace_until(history, versions[row.control], grace_days=days, today=today),
                last_change=changes[row.device],
            )
        )
    return tuple(sorted(found, key=lambda one: (one.since, one.device, one.control)))
