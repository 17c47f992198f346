"""The history of backups: which configuration a device had from when on, and where it lies sealed."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.errors import BackupUnknown
from records.models import BackupRow
from records.tables import BackupTable


class Backups:
    """The backups inside one transaction; appended, never overwritten."""

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._clock = clock

    def add(self, device: str, platform: str, *, evidence: str, sealed: str, reason: str) -> BackupRow:
        """Remember that a device has had this configuration since now."""
        row = BackupTable(
            device=device,
            platform=platform,
            evidence=evidence,
            sealed=sealed,
            at=self._clock(),
            reason=reason,
        )
        self._session.add(row)
        self._session.flush()
        return _backup(row)

    def newest(self, device: str) -> BackupRow | None:
        """Return the newest backup of a device."""
        query = select(BackupTable).where(BackupTable.device == device)
        row = self._session.scalars(query.order_by(BackupTable.number.desc()).limit(1)).first()
        return None if row is None else _backup(row)

    def get(self, number: int) -> BackupRow:
        """Return one backup.

        Raises:
            BackupUnknown: there is none of that number.

        """
        row = self._session.get(BackupTable, number)
        if row is None:
            raise BackupUnknown(f"there is no backup {number}; `samdrift backup list` shows those there are")
        return _backup(row)

    def of_device(self, device: str) -> tuple[BackupRow, ...]:
        """Return every backup of a device, the oldest first."""
        query = select(BackupTable).where(BackupTable.device == device).order_by(BackupTable.number)
        return tuple(_backup(row) for row in self._session.scalars(query))

    def latest(self) -> tuple[BackupRow, ...]:
        """Return the newest backup of every device."""
        numbers = select(func.max(BackupTable.number)).group_by(BackupTable.device)
        query = select(BackupTable).where(BackupTable.number.in_(numbers)).order_by(BackupTable.device)
        return tuple(_backup(row) for row in self._session.scalars(query))


def _backup(row: BackupTable) -> BackupRow:
    return BackupRow(
        number=row.number,
        device=row.device,
        platform=row.platform,
        evidence=row.evidence,
        sealed=row.sealed,
        at=row.at,
        reason=row.reason,
    )
