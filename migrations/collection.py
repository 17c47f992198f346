"""Collect from devices, judge what they said, and remember both."""

import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass

from compliance.models import ControlVerdict
from compliance.service import context_for, evaluate, evaluate_collection
from devices.errors import CapabilityMissing, DeviceUnreachable
from devices.models import Collection
from devices.service import mask_secrets
from inventory.local_time import local_date
from inventory.models import Device
from inventory.selection import SelectedDevice, select_devices
from migrations.backups import keep_backup
from migrations.lifecycle import Lifecycle
from migrations.programme import Programme
from playbooks.service import PlaybookHost, RunPlace, collect_devices, host_of
from records.models import VerdictRow
from records.service import Transaction


@dataclass(frozen=True)
class DeviceCollected:
    """What came of one device: its configuration or why there is none, and the verdicts."""

    device: Device
    municipality: str
    collection: Collection | None
    message: str
    verdicts: tuple[ControlVerdict, ...]


@dataclass(frozen=True)
class CollectionRun:
    """One run over the selected devices; every device has a result, and every control a verdict."""

    run: str
    devices: tuple[DeviceCollected, ...]

    @property
    def unreached(self) -> tuple[DeviceCollected, ...]:
        """Return the devices that could not be collected."""
        return tuple(device for device in self.devices if device.collection is None)


def new_run(programme: Programme, verb: str) -> str:
    """Return a name for a run that no other run has."""
    return f"{verb}-{programme.clock():%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def run_place(programme: Programme) -> RunPlace:
    """Return a place of its own for one playbook run; device locks are shared by all runs."""
    folder = programme.run_folder / f"run-{secrets.token_hex(4)}"
    return RunPlace(folder, programme.state_folder / "device-locks")


def hosts_of(programme: Programme, names: Iterable[str]) -> tuple[PlaybookHost, ...]:
    """Return devices as playbooks reach them."""
    return tuple(host_of(programme.endpoints.device(name)) for name in names)


def collect_and_judge(programme: Programme, *, selection: str) -> CollectionRun:
    """Collect from the selected devices, judge every control, and record all of it.

    A device that could not be reached gives ERROR on every control, never nothing.

    Raises:
        SelectionError: nothing is selected.
        PlaybookError: the run ended without a result that can be believed; nothing is recorded.
    """
    selected = select_devices(programme.snapshot.inventory, selection)
    hosts, undriven = _driven(programme, selected)
    place = run_place(programme)
    total = len(hosts)
    done: list[str] = []

    def progress(device: str) -> None:
        done.append(device)
        programme.report("collecting", len(done), total)

    programme.report("collecting", 0, total)
    answers: dict[str, tuple[Collection | None, str]] = {name: (None, why) for name, why in undriven.items()}
    try:
        result = collect_devices(hosts, place, progress=lambda host: progress(host.device)) if hosts else None
    finally:
        # It holds what devices answered, in full; what may be kept is in the evidence store.
        shutil.rmtree(place.folder, ignore_errors=True)
    if result is not None:
        answers |= {
            one.name: (result.host(one.name).collection, result.host(one.name).message) for one in hosts
        }
    collected = tuple(judge(programme, one, *answers[one.device.name]) for one in selected)
    run = CollectionRun(new_run(programme, "collect"), collected)
    record_collections(programme, run)
    return run


def _driven(
    programme: Programme, selected: tuple[SelectedDevice, ...]
) -> tuple[tuple[PlaybookHost, ...], dict[str, str]]:
    """Return the devices that a driver can reach, and why there is none for the others."""
    hosts: list[PlaybookHost] = []
    undriven: dict[str, str] = {}
    for one in selected:
        try:
            hosts.extend(hosts_of(programme, (one.device.name,)))
        except CapabilityMissing as error:
            undriven[one.device.name] = error.reason
    return tuple(hosts), undriven


def judge(
    programme: Programme,
    one: SelectedDevice,
    collection: Collection | None,
    message: str,
) -> DeviceCollected:
    """Judge what a device said; without a collection every control is ERROR."""
    part = programme.municipality(one.municipality)
    context = context_for(one.device.name, part)
    today = local_date(programme.clock())
    if collection is None:
        error = DeviceUnreachable(one.device.name, message)
        verdicts = evaluate(one.device.name, error, context, part.exceptions, today)
    else:
        verdicts = evaluate_collection(collection, context, exceptions=part.exceptions, today=today)
    return DeviceCollected(one.device, one.municipality, collection, message, verdicts)


def record_collections(programme: Programme, run: CollectionRun) -> None:
    """Remember a run: evidence first, then verdicts, configurations and journal in one transaction."""
    evidence = {
        one.device.name: programme.records.evidence.put(
            mask_secrets(one.collection.running).encode(),
        )
        for one in run.devices
        if one.collection is not None
    }
    with programme.records.writing() as transaction:
        for one in run.devices:
            _record(programme, transaction, run.run, one, evidence.get(one.device.name))
    lifecycle = Lifecycle(programme.records, "device", programme.actor)
    for one in run.devices:
        if one.collection is not None:
            _advance(lifecycle, one.device.name)


def _record(
    programme: Programme,
    transaction: Transaction,
    run: str,
    one: DeviceCollected,
    evidence: str | None,
) -> None:
    now = programme.clock()
    transaction.verdicts.add(
        [
            VerdictRow(
                run=run,
                device=row.device,
                control=row.control,
                verdict=row.verdict.value,
                message=row.message,
                lines=tuple(f"{line.line_number}: {line.text}" for line in row.observations),
                evidence=evidence,
                at=now,
            )
            for row in one.verdicts
        ],
    )
    if evidence is not None and one.collection is not None:
        backup = keep_backup(
            programme,
            transaction,
            device=one.device.name,
            platform=one.collection.platform,
            running=one.collection.running,
            reason=run,
        )
        transaction.configurations.add(
            one.device.name,
            one.device.platform,
            evidence=evidence,
            approved=False,
            reason=run,
            backup=backup.number,
        )
    counts: dict[str, int] = {}
    for row in one.verdicts:
        counts[row.verdict.value] = counts.get(row.verdict.value, 0) + 1
    transaction.journal.append(
        actor=programme.actor,
        action="collect",
        subject=one.device.name,
        why=one.message,
        after={"run": run, "evidence": evidence, "verdicts": dict(counts)},
    )


def _advance(lifecycle: Lifecycle, device: str) -> None:
    """Bring a device that was read for the first time to ASSESSED; what is further along stays."""
    state = lifecycle.state(device)
    if state == "NEW":
        lifecycle.advance(device, "DISCOVERED", reason="in the inventory and reached")
    if state in {"NEW", "DISCOVERED"}:
        lifecycle.advance(device, "BACKED_UP", reason="its configuration is in the evidence store")
    if state in {"NEW", "DISCOVERED", "BACKED_UP"}:
        lifecycle.advance(device, "ASSESSED", reason="every control is judged")
