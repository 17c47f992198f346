"""How old the newest backup of every device is that can truly be restored: the evidence for OPS-01."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from inventory.selection import select_devices
from migrations.backups import fault_of_backup
from migrations.facts import BACKUP_SEEN, BackupSeen
from migrations.programme import Programme
from records.models import BackupRow


@dataclass(frozen=True)
class BackupAge:
    """The newest backup of a device that was opened and read just now.

    ``seen_at`` is when the device was last found to hold it: a configuration that never changes has an old
    backup that is as good as a new one. ``message`` says what is wrong with newer ones, or why there is none.
    """

    device: str
    backup: BackupRow | None
    seen_at: datetime | None
    age: timedelta | None
    message: str

    def is_within(self, longest: timedelta) -> bool:
        """Return whether the newest backup can be restored and was seen on the device not longer ago."""
        return not self.message and self.age is not None and self.age <= longest


def backup_ages(programme: Programme, *, selection: str) -> tuple[BackupAge, ...]:
    """Return the newest restorable backup of every selected device, from the newest one back to the first.

    Raises:
        SelectionError: nothing is selected.
    """
    names = [one.device.name for one in select_devices(programme.snapshot.inventory, selection)]
    return tuple(_age(programme, name) for name in names)


def _age(programme: Programme, device: str) -> BackupAge:
    with programme.records.reading() as transaction:
        rows = transaction.backups.of_device(device)
        fact = transaction.assets.fact(device, BACKUP_SEEN)
    seen = None if fact is None else BackupSeen.model_validate(fact)
    faults: list[str] = []
    for row in reversed(rows):
        fault = fault_of_backup(programme, row)
        if fault:
            faults.append(fault)
            continue
        seen_at = seen.at if seen is not None and seen.backup == row.number else row.at
        return BackupAge(device, row, seen_at, programme.clock() - seen_at, "; ".join(faults))
    told = "; ".join(faults) or "there is no backup; collect from it"
    return BackupAge(device, None, None, None, told)
