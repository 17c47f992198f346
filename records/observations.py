"""What was seen: the history of verdicts and of configurations."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from records.models import ConfigurationRow, VerdictChange, VerdictRow
from records.tables import ConfigurationTable, VerdictTable


class Verdicts:
    """The verdict history inside one transaction; appended, never overwritten."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rows: Sequence[VerdictRow]) -> None:
        """Append the verdicts of a run."""
        self._session.add_all(
            VerdictTable(
                run=row.run,
                device=row.device,
                control=row.control,
                verdict=row.verdict,
                message=row.message,
                lines=list(row.lines),
                evidence=row.evidence,
                at=row.at,
            )
            for row in rows
        )
        self._session.flush()

    def of_run(self, run: str) -> tuple[VerdictRow, ...]:
        """Return the verdicts of one run."""
        rows = self._session.scalars(
            select(VerdictTable)
            .where(VerdictTable.run == run)
            .order_by(VerdictTable.device, VerdictTable.control),
        )
        return tuple(_verdict(row) for row in rows)

    def latest(
        self, *, devices: Collection[str] | None = None, before: datetime | None = None
    ) -> tuple[VerdictRow, ...]:
        """Return the newest verdict of every control on every device, or on these, or before a moment."""
        return self._edge(func.max(VerdictTable.id), devices=devices, before=before)

    def changes(
        self, *, devices: Collection[str], before: datetime | None = None
    ) -> tuple[VerdictChange, ...]:
        """Return when the verdict of a control on these devices became another, the oldest first."""
        was = func.lag(VerdictTable.verdict).over(
            partition_by=(VerdictTable.device, VerdictTable.control), order_by=VerdictTable.id
        )
        rows = select(
            VerdictTable.id,
            VerdictTable.device,
            VerdictTable.control,
            VerdictTable.verdict,
            VerdictTable.at,
            was.label("was"),
        ).where(VerdictTable.device.in_(tuple(devices)))
        if before is not None:
            rows = rows.where(VerdictTable.at < before)
        every = rows.subquery()
        changed = (
            select(every)
            .where(every.c.was.is_(None) | (every.c.was != every.c.verdict))
            .order_by(every.c.device, every.c.control, every.c.id)
        )
        return tuple(
            VerdictChange(device=row.device, control=row.control, verdict=row.verdict, at=row.at)
            for row in self._session.execute(changed)
        )

    def first(self) -> tuple[VerdictRow, ...]:
        """Return the oldest verdict of every control on every device: how it was found."""
        return self._edge(func.min(VerdictTable.id))

    def _edge(
        self,
        choice: ColumnElement[int],
        *,
        devices: Collection[str] | None = None,
        before: datetime | None = None,
    ) -> tuple[VerdictRow, ...]:
        ids = select(choice).group_by(VerdictTable.device, VerdictTable.control)
        if devices is not None:
            ids = ids.where(VerdictTable.device.in_(tuple(devices)))
        if before is not None:
            ids = ids.where(VerdictTable.at < before)
        rows = self._session.scalars(
            select(VerdictTable)
            .where(VerdictTable.id.in_(ids))
            .order_by(VerdictTable.device, VerdictTable.control),
        )
        return tuple(_verdict(row) for row in rows)


class Configurations:
    """The configuration history inside one transaction."""

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._clock = clock

    def add(
        self,
        device: str,
        platform: str,
        *,
        evidence: str,
        approved: bool,
        reason: str,
        backup: int | None,
    ) -> ConfigurationRow:
        """Remember that a device had a configuration, seen only or accepted as right."""
        row = ConfigurationTable(
            device=device,
            platform=platform,
            evidence=evidence,
            origin="approved" if approved else "collected",
            at=self._clock(),
            reason=reason,
            backup=backup,
        )
        self._session.add(row)
        self._session.flush()
        return _configuration(row)

    def newest(
        self, device: str, *, approved: bool, before: datetime | None = None
    ) -> ConfigurationRow | None:
        """Return the newest configuration of a device, of any kind or the newest approved one."""
        query = select(ConfigurationTable).where(ConfigurationTable.device == device)
        if before is not None:
            query = query.where(ConfigurationTable.at < before)
        if approved:
            query = query.where(ConfigurationTable.origin == "approved")
        row = self._session.scalars(query.order_by(ConfigurationTable.id.desc()).limit(1)).first()
        return None if row is None else _configuration(row)

    def devices(self) -> tuple[str, ...]:
        """Return the devices of which a configuration is known."""
        return tuple(
            self._session.scalars(
                select(ConfigurationTable.device).distinct().order_by(ConfigurationTable.device),
            ),
        )


def _verdict(row: VerdictTable) -> VerdictRow:
    return VerdictRow.model_validate(
        {
            "run": row.run,
            "device": row.device,
            "control": row.control,
            "verdict": row.verdict,
            "message": row.message,
            "lines": tuple(row.lines),
            "evidence": row.evidence,
            "at": row.at,
        },
    )


def _configuration(row: ConfigurationTable) -> ConfigurationRow:
    return ConfigurationRow.model_validate(
        {
            "device": row.device,
            "platform": row.platform,
            "evidence": row.evidence,
            "origin": row.origin,
            "at": row.at,
            "reason": row.reason,
            "backup": row.backup,
        },
    )
