"""The events that a SOC learns of (R23): what they are called, what they tell, and when one is raised."""

from typing import Final

from migrations.collection import DeviceCollected
from migrations.facts import DeviceDrift
from migrations.last_change import LastChange
from records.models import ConfigurationRow
from records.service import Transaction

UNAUTHORISED_CHANGE: Final = "unauthorised-change"
MOST_LINES: Final = 200
"""More lines than this are counted, not listed; the journal and the evidence hold all of them."""

_BEING_CHANGED: Final = frozenset({"HARDENING"})


def raise_unauthorised_change(
    transaction: Transaction,
    one: DeviceCollected,
    *,
    approved: ConfigurationRow,
    current: ConfigurationRow,
    drift: DeviceDrift,
    change: LastChange | None,
) -> None:
    """Raise that a device is not as it was approved, once for each configuration it was found with.

    The event stands in the same transaction as the journal's entry, so neither is there without the other.
    """
    name = one.device.name
    state = transaction.assets.state(name)
    if state is not None and state.state in _BEING_CHANGED:
        return
    transaction.events.add(
        key=f"{UNAUTHORISED_CHANGE}:{name}:{_which(approved)}:{_which(current)}",
        kind=UNAUTHORISED_CHANGE,
        subject=name,
        body={
            "municipality": one.municipality,
            "device": name,
            "role": one.device.role,
            "platform": one.device.platform,
            "found_at": drift.found_at.isoformat(),
            "run": current.reason,
            "approved_evidence": approved.evidence,
            "approved_at": approved.at.isoformat(),
            "current_evidence": current.evidence,
            "last_change": None if change is None else change.model_dump(mode="json"),
            "lines_total": len(drift.lines),
            "lines": [line.model_dump(mode="json") for line in drift.lines[:MOST_LINES]],
        },
    )


def _which(row: ConfigurationRow) -> str:
    """Return what names a configuration whole: its backup; in records of an older release its evidence."""
    return f"backup {row.backup}" if row.backup is not None else row.evidence
