"""What changed on devices since their configuration was last approved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from compliance.service import Drift, drift
from devices.errors import DeviceError
from devices.service import driven_platform
from migrations.backups import open_backup
from migrations.change_events import raise_unauthorised_change
from migrations.collection import CollectionRun, DeviceCollected, collect_and_judge
from migrations.facts import DRIFT, DeviceDrift, DriftLine
from migrations.last_change import LastChange, last_change
from migrations.programme import Programme
from records.models import ConfigurationRow


@dataclass(frozen=True)
class DeviceDrifted:
    """What was found on one device; ``message`` says why nothing could be compared."""

    device: str
    message: str
    drift: DeviceDrift | None
    last_change: LastChange | None = None


def find_drift(programme: Programme, *, selection: str) -> tuple[DeviceDrifted, ...]:
    """Collect again, and compare every device with the configuration that was last approved.

    Raises:
        SelectionError: nothing is selected.
        PlaybookError: the collection ended without a result that can be believed.
    """
    return compare_with_approved(programme, collect_and_judge(programme, selection=selection))


def compare_with_approved(programme: Programme, run: CollectionRun) -> tuple[DeviceDrifted, ...]:
    """Compare what was collected with what was last approved, and raise an event for a change that was not.

    A difference is told once, when it is first seen; another difference is another event. While a device is
    being changed by an approved plan nothing is raised.
    """
    return tuple(_compare(programme, one) for one in run.devices)


def _compare(programme: Programme, one: DeviceCollected) -> DeviceDrifted:
    name = one.device.name
    with programme.records.reading() as transaction:
        approved = transaction.configurations.newest(name, approved=True)
        current = transaction.configurations.newest(name, approved=False)
    if one.collection is None or current is None:
        return _untold(name, f"could not be collected: {one.message}")
    if approved is None:
        return _untold(name, "no configuration was approved yet; harden it first")
    try:
        found = _lines(programme, one, approved, current)
    except DeviceError as error:
        return _untold(name, str(error))
    with programme.records.writing() as transaction:
        before = transaction.assets.fact(name, DRIFT)
        told = DeviceDrift(
            found_at=programme.clock(),
            approved_evidence=approved.evidence,
            current_evidence=current.evidence,
            lines=found,
            since=_since(before, approved, found, now=programme.clock()),
        )
        transaction.assets.put_fact(name, DRIFT, told.model_dump(mode="json"))
        change = last_change(transaction, name)
        if found:
            transaction.journal.append(
                actor=programme.actor,
                action="find drift",
                subject=name,
                why=approved.reason,
                before=approved.evidence,
                after={"evidence": current.evidence, "lines": [f"{one.change}: {one.text}" for one in found]},
            )
            raise_unauthorised_change(
                transaction, one, approved=approved, current=current, drift=told, change=change
            )
    return DeviceDrifted(name, "", told, change)


def _since(
    before: JsonValue, approved: ConfigurationRow, lines: tuple[DriftLine, ...], *, now: datetime
) -> tuple[datetime, ...]:
    """Return when each line was first seen to differ from this approved configuration."""
    known: dict[DriftLine, datetime] = {}
    if before is not None:
        earlier = DeviceDrift.model_validate(before)
        if earlier.approved_evidence == approved.evidence:
            known = dict(
                zip(earlier.lines, earlier.since or (earlier.found_at,) * len(earlier.lines), strict=True)
            )
    return tuple(known.get(line, now) for line in lines)


def _lines(
    programme: Programme,
    one: DeviceCollected,
    approved: ConfigurationRow,
    current: ConfigurationRow,
) -> tuple[DriftLine, ...]:
    texts = _whole(programme, approved, current)
    if texts is None:
        evidence = programme.records.evidence
        texts = (evidence.get(approved.evidence).decode(), evidence.get(current.evidence).decode())
    difference: Drift = drift(driven_platform(one.device.name, one.device.platform), *texts)
    added = (_line("added", line.section, line.text) for line in difference.added)
    removed = (_line("removed", line.section, line.text) for line in difference.removed)
    moved = (
        DriftLine(change="reordered", section=section, text="its lines stand in another order")
        for section in difference.reordered
    )
    return (*removed, *added, *moved)


def _whole(
    programme: Programme, approved: ConfigurationRow, current: ConfigurationRow
) -> tuple[str, str] | None:
    """Return both configurations with their secrets, so that a changed password is seen.

    The difference masks every secret that it tells. Records of an older release have no backup: None.
    """
    if approved.backup is None or current.backup is None:
        return None
    with programme.records.reading() as transaction:
        rows = (transaction.backups.get(approved.backup), transaction.backups.get(current.backup))
    return open_backup(programme, rows[0]), open_backup(programme, rows[1])


def _line(change: Literal["added", "removed"], section: tuple[str, ...], text: str) -> DriftLine:
    return DriftLine(change=change, section=" / ".join(section), text=text.strip())


def _untold(device: str, message: str) -> DeviceDrifted:
    """Return that nothing could be compared; what an earlier comparison found stays as it was."""
    return DeviceDrifted(device, message, None)
