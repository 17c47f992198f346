"""The grace of a new control: its first failures raise no alarm until the devices had time to be mended."""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from pydantic import Field

from compliance.controls.registry import all_controls
from compliance.errors import ControlTableInvalid
from compliance.history import Turn
from compliance.models import Model, Verdict
from inventory.local_time import local_date


class ControlVersion(Model):
    """Since when a control is judged as it is now; a stricter reading is a new version with its own day."""

    control: str
    version: int = Field(ge=1)
    introduced_on: date


@cache
def control_versions() -> dict[str, ControlVersion]:
    """Return the version of every control.

    Raises:
        ControlTableInvalid: a control has none, or one is told of that does not exist.
    """
    text = files("compliance").joinpath("data/control_versions.csv").read_text(encoding="utf-8")
    versions = {
        row["control"]: ControlVersion(
            control=row["control"],
            version=int(row["version"]),
            introduced_on=date.fromisoformat(row["introduced_on"]),
        )
        for row in csv.DictReader(text.splitlines())
    }
    known = {control.id for control in all_controls()}
    if versions.keys() != known:
        strange = ", ".join(sorted(versions.keys() ^ known))
        raise ControlTableInvalid(f"the versions of controls and the table differ on {strange}")
    return versions


def grace_until(
    turns: Iterable[Turn], version: ControlVersion, *, grace_days: int, today: date
) -> date | None:
    """Return the day on which the grace of a failing control ends, or None where it has none.

    A device that has passed this version of the control once has no grace: it was right, and somebody
    changed it.

    Args:
        turns: What the control came to on one device, the oldest first.
        version: The version of the control.
        grace_days: How long the municipality gives.
        today: The day in Denmark.
    """
    history = tuple(turns)
    if not history or history[-1].verdict is not Verdict.FAIL:
        return None
    if any(turn.verdict is Verdict.PASS and local_date(turn.at) >= version.introduced_on for turn in history):
        return None
    until = version.introduced_on + timedelta(days=grace_days)
    return until if version.introduced_on <= today < until else None
