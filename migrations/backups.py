"""Keep every change of a device's configuration so that it can be restored (OPS-01), and give it out."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from compliance.service import read_facts
from devices.errors import DeviceError
from devices.service import comparable_configuration, driven_platform, mask_secrets
from inventory.selection import select_devices
from migrations.errors import BackupNotWhole, BackupNotWritten
from migrations.facts import BACKUP_SEEN, BackupSeen
from migrations.programme import Programme
from records.errors import RecordsError
from records.models import BackupRow
from records.service import Transaction


class Sealed(BaseModel):
    """What lies in the vault: the configuration, and to which record it belongs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: str
    evidence: str
    running: str


@dataclass(frozen=True)
class BackupCheck:
    """Whether the newest backup of a device can be restored; ``message`` says why not."""

    device: str
    backup: BackupRow | None
    message: str

    @property
    def is_restorable(self) -> bool:
        """Return whether it was opened and is what it was."""
        return not self.message


def keep_backup(
    programme: Programme, transaction: Transaction, *, device: str, platform: str, running: str, reason: str
) -> BackupRow:
    """Seal a configuration when it differs from the newest backup, and return the backup that holds it.

    Lines that change by themselves make no new backup. A password alone does: what people see of the two is
    equal, what is sealed is not.

    Raises:
        RecordsError: the vault cannot be used; nothing is remembered.
    """
    newest = transaction.backups.newest(device)
    if newest is not None and _same(programme, device, platform, newest, running):
        _seen(programme, transaction, newest)
        return newest
    evidence = programme.records.evidence.put(mask_secrets(running).encode())
    sealed = Sealed(device=device, evidence=evidence, running=running)
    row = transaction.backups.add(
        device,
        platform,
        evidence=evidence,
        sealed=programme.vault.seal(sealed.model_dump_json()),
        reason=reason,
    )
    transaction.journal.append(
        actor=programme.actor,
        action="back up",
        subject=device,
        why=reason,
        before=None if newest is None else newest.number,
        after={"backup": row.number, "evidence": row.evidence, "sealed": row.sealed},
    )
    _seen(programme, transaction, row)
    return row


def open_backup(programme: Programme, row: BackupRow) -> str:
    """Return the configuration of a backup with its secrets.

    Raises:
        BackupNotWhole: what is sealed belongs to another device or configuration.
        RecordsError: the vault cannot be used.
    """
    try:
        sealed = Sealed.model_validate_json(programme.vault.unseal(row.sealed))
    except ValidationError:
        # The cause is left out: a validation error repeats what was read, and that is a configuration.
        raise BackupNotWhole(
            f"backup {row.number} of {row.device} holds something else; collect again"
        ) from None
    if (sealed.device, sealed.evidence) != (row.device, row.evidence):
        raise BackupNotWhole(
            f"backup {row.number} of {row.device} holds a configuration of {sealed.device}; restore the "
            "database from its backup"
        )
    return sealed.running


def verify_backups(programme: Programme, *, selection: str) -> tuple[BackupCheck, ...]:
    """Open the newest backup of every selected device and compare it with what people were shown of it.

    A device without a backup is a failed check, never an absent one.

    Raises:
        SelectionError: nothing is selected.
    """
    names = [one.device.name for one in select_devices(programme.snapshot.inventory, selection)]
    return tuple(_verify(programme, name) for name in names)


def reveal_backup(programme: Programme, number: int, path: Path) -> BackupRow:
    """Write a backup with its secrets into a new file that only this user may read; the journal says so.

    Raises:
        BackupUnknown: there is no such backup.
        BackupNotWritten: the file is there already, or cannot be written.
        RecordsError: the vault cannot be used.
    """
    with programme.records.reading() as transaction:
        row = transaction.backups.get(number)
    text = open_backup(programme, row)
    with programme.records.writing() as transaction:
        # The journal first: a secret that was given out without a trace cannot be taken back.
        transaction.journal.append(
            actor=programme.actor,
            action="reveal backup",
            subject=row.device,
            why=f"backup {number} is written out with its secrets",
            after={"backup": number, "sealed": row.sealed},
        )
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BackupNotWritten(
            f"{path}: {error.strerror}; name a new file in a folder you may write"
        ) from error
    return row


def export_backups(programme: Programme, folder: Path, *, selection: str) -> tuple[Path, ...]:
    """Write the newest backup of every selected device, secrets masked, as files that git can follow.

    The path is ``municipality/device.cfg``. Lines that change by themselves are left out, so that a file
    differs only when the configuration does. Files of devices without a backup are not touched.

    Raises:
        SelectionError: nothing is selected.
        BackupNotWritten: the folder cannot be written.
    """
    written: list[Path] = []
    for one in select_devices(programme.snapshot.inventory, selection):
        with programme.records.reading() as transaction:
            row = transaction.backups.newest(one.device.name)
        if row is None:
            continue
        text = programme.records.evidence.get(row.evidence).decode()
        platform = driven_platform(row.device, row.platform)
        path = folder / one.municipality / f"{one.device.name}.cfg"
        part = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(f"{comparable_configuration(platform, text)}\n", encoding="utf-8")
            part.replace(path)
        except OSError as error:
            raise BackupNotWritten(f"{path}: {error.strerror}; name a folder you may write") from error
        written.append(path)
    return tuple(written)


def _seen(programme: Programme, transaction: Transaction, row: BackupRow) -> None:
    seen = BackupSeen(backup=row.number, at=programme.clock())
    transaction.assets.put_fact(row.device, BACKUP_SEEN, seen.model_dump(mode="json"))


def _same(programme: Programme, device: str, platform: str, newest: BackupRow, running: str) -> bool:
    if newest.platform != platform:
        return False
    known = driven_platform(device, platform)
    before = comparable_configuration(known, open_backup(programme, newest))
    return before == comparable_configuration(known, running)


def _verify(programme: Programme, device: str) -> BackupCheck:
    with programme.records.reading() as transaction:
        row = transaction.backups.newest(device)
    if row is None:
        return BackupCheck(device, None, "there is no backup; collect from it")
    return BackupCheck(device, row, fault_of_backup(programme, row))


def fault_of_backup(programme: Programme, row: BackupRow) -> str:
    """Open a backup and read it; return why it cannot be restored, or ''."""
    try:
        text = open_backup(programme, row)
        programme.records.evidence.get(row.evidence)
        facts = read_facts(row.device, driven_platform(row.device, row.platform), text)
    except (BackupNotWhole, DeviceError, RecordsError) as error:
        return str(error)
    return str(facts) if isinstance(facts, DeviceError) else ""
