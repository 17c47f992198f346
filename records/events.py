"""Events and their outbox: raised with what they tell of, delivered at least once, retried until they are."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import takewhile

from pydantic import JsonValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.models import DeliveryRow, EventRow
from records.tables import DeliveryTable, EventTable


class Events:
    """The events inside one transaction."""

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._clock = clock

    def add(self, *, key: str, kind: str, subject: str, body: JsonValue) -> EventRow | None:
        """Raise an event; None says that it was raised before and is not raised again."""
        known = self._session.scalars(select(EventTable.number).where(EventTable.key == key)).first()
        if known is not None:
            return None
        row = EventTable(key=key, kind=kind, subject=subject, at=self._clock(), body=body)
        self._session.add(row)
        self._session.flush()
        return _event(row)

    def all(self) -> tuple[EventRow, ...]:
        """Return every event, the oldest first."""
        return tuple(
            _event(row) for row in self._session.scalars(select(EventTable).order_by(EventTable.number))
        )

    def post(self, receivers: Iterable[str]) -> None:
        """Put every event that a receiver was never sent into its outbox, due now."""
        for receiver in receivers:
            posted = select(DeliveryTable.event).where(DeliveryTable.receiver == receiver)
            missing = self._session.scalars(select(EventTable.number).where(EventTable.number.not_in(posted)))
            self._session.add_all(
                DeliveryTable(
                    event=number,
                    receiver=receiver,
                    attempts=0,
                    next_attempt_at=self._clock(),
                    delivered_at=None,
                    last_error="",
                )
                for number in missing.all()
            )
        self._session.flush()

    def due(self, receiver: str, *, most: int) -> tuple[tuple[EventRow, DeliveryRow], ...]:
        """Return what is due for a receiver, the oldest event first; none overtakes one that waits."""
        query = (
            select(EventTable, DeliveryTable)
            .join(DeliveryTable, DeliveryTable.event == EventTable.number)
            .where(DeliveryTable.delivered_at.is_(None), DeliveryTable.receiver == receiver)
            .order_by(EventTable.number)
            .limit(most)
        )
        rows = [(_event(event), _delivery(delivery)) for event, delivery in self._session.execute(query)]
        now = self._clock()
        return tuple(takewhile(lambda row: row[1].next_attempt_at <= now, rows))

    def delivered(self, event: int, receiver: str) -> None:
        """Remember that a receiver has an event."""
        row = self._row(event, receiver)
        row.attempts, row.delivered_at, row.last_error = row.attempts + 1, self._clock(), ""
        self._session.flush()

    def failed(self, event: int, receiver: str, *, reason: str, next_attempt_at: datetime) -> None:
        """Remember that an attempt failed and when the next one is due."""
        row = self._row(event, receiver)
        row.attempts, row.next_attempt_at, row.last_error = row.attempts + 1, next_attempt_at, reason
        self._session.flush()

    def deliveries(self) -> tuple[DeliveryRow, ...]:
        """Return how far every delivery is, by event and receiver."""
        query = select(DeliveryTable).order_by(DeliveryTable.event, DeliveryTable.receiver)
        return tuple(_delivery(row) for row in self._session.scalars(query))

    def waiting(self) -> int:
        """Return how many deliveries are still to be made."""
        query = select(func.count()).select_from(DeliveryTable).where(DeliveryTable.delivered_at.is_(None))
        return self._session.scalars(query).one()

    def _row(self, event: int, receiver: str) -> DeliveryTable:
        return self._session.get_one(DeliveryTable, (event, receiver))


def _event(row: EventTable) -> EventRow:
    return EventRow(
        number=row.number, key=row.key, kind=row.kind, subject=row.subject, at=row.at, body=row.body
    )


def _delivery(row: DeliveryTable) -> DeliveryRow:
    return DeliveryRow(
        event=row.event,
        receiver=row.receiver,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        delivered_at=row.delivered_at,
        last_error=row.last_error,
    )
