"""Back devices up: judge nothing, and keep what differs from the newest backup."""

import shutil
from dataclasses import dataclass

from devices.errors import CapabilityMissing
from devices.service import mask_secrets
from inventory.selection import select_devices
from migrations.backups import keep_backup
from migrations.collection import hosts_of, new_run, run_place
from migrations.programme import Programme
from playbooks.service import HostResult, PlaybookHost, back_up_devices
from records.models import BackupRow


@dataclass(frozen=True)
class BackupTaken:
    """What came of the backup of one device: the row that holds its configuration, or why there is none."""

    device: str
    backup: BackupRow | None
    is_new: bool
    message: str


def collect_backups(programme: Programme, *, selection: str) -> tuple[BackupTaken, ...]:
    """Back every selected device up; a device without a result is told, never left out.

    Raises:
        SelectionError: nothing is selected.
        PlaybookError: the run ended without a result that can be believed; nothing is kept.
        RecordsError: the vault cannot be used.
    """
    hosts: list[PlaybookHost] = []
    answers: dict[str, BackupTaken] = {}
    names = [one.device.name for one in select_devices(programme.snapshot.inventory, selection)]
    for name in names:
        try:
            hosts.extend(hosts_of(programme, (name,)))
        except CapabilityMissing as error:
            answers[name] = BackupTaken(name, None, is_new=False, message=error.reason)
    for result in _run(programme, tuple(hosts)):
        answers[result.device] = _keep(programme, result, new_run(programme, "backup"))
    return tuple(answers[name] for name in names)


def _run(programme: Programme, hosts: tuple[PlaybookHost, ...]) -> tuple[HostResult, ...]:
    if not hosts:
        return ()
    place = run_place(programme)
    done: list[str] = []

    def progress(host: HostResult) -> None:
        done.append(host.device)
        programme.report("backing up", len(done), len(hosts))

    programme.report("backing up", 0, len(hosts))
    try:
        return back_up_devices(hosts, place, progress=progress).hosts
    finally:
        # It holds whole configurations with their secrets; what is kept of them is sealed.
        shutil.rmtree(place.folder, ignore_errors=True)


def _keep(programme: Programme, result: HostResult, run: str) -> BackupTaken:
    message = mask_secrets(result.message)
    if result.state != "ok" or result.collection is None:
        return BackupTaken(result.device, None, is_new=False, message=message)
    with programme.records.writing() as transaction:
        before = transaction.backups.newest(result.device)
        row = keep_backup(
            programme,
            transaction,
            device=result.device,
            platform=result.collection.platform,
            running=result.collection.running,
            reason=run,
        )
    return BackupTaken(
        result.device, row, is_new=before is None or before.number != row.number, message=message
    )
