"""When the scheduled collection of each municipality is due, so that a watch that was stopped goes on."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.models import WatchRow
from records.tables import WatchTable


class Watches:
    """The schedule inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, municipality: str) -> WatchRow | None:
        """Return how far a municipality is, or None if it was never watched."""
        row = self._session.get(WatchTable, municipality)
        return None if row is None else _watch(row)

    def all(self) -> tuple[WatchRow, ...]:
        """Return every municipality that is watched, by name."""
        rows = self._session.scalars(select(WatchTable).order_by(WatchTable.municipality))
        return tuple(_watch(row) for row in rows)

    def begin(self, municipality: str, *, now: datetime) -> int:
        """Remember that a round begins and return its number; until it ends it stays due."""
        row = self._session.get(WatchTable, municipality)
        if row is None:
            row = WatchTable(
                municipality=municipality, rounds=0, next_due_at=now, last_run="", last_ended_at=None
            )
            self._session.add(row)
        row.rounds += 1
        self._session.flush()
        return row.rounds

    def end(self, municipality: str, *, run: str, at: datetime, next_due_at: datetime) -> None:
        """Remember what the round came to, and when the next one is due."""
        row = self._session.get_one(WatchTable, municipality)
        row.last_run, row.last_ended_at, row.next_due_at = run, at, next_due_at
        self._session.flush()


def _watch(row: WatchTable) -> WatchRow:
    return WatchRow(
        municipality=row.municipality,
        rounds=row.rounds,
        next_due_at=row.next_due_at,
        last_run=row.last_run,
        last_ended_at=row.last_ended_at,
    )
