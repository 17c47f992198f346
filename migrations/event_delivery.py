"""Deliver events from the outbox: at least once, in order, and never waiting for one receiver."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from migrations.errors import EventNotDelivered
from migrations.event_receivers import Sender
from records.errors import RecordsError
from records.service import Records

FIRST_PAUSE_SECONDS: Final = 5
LONGEST_PAUSE_SECONDS: Final = 3600
_MOST_AT_ONCE: Final = 100
_LARGEST_EXPONENT: Final = 10


def pause_seconds(attempts: int) -> int:
    """Return how long to wait after so many failed attempts: doubled each time, an hour at most."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS << min(attempts - 1, _LARGEST_EXPONENT))


class EventDelivery:
    """Empties the outbox of its receivers; events that are not taken stay in it for as long as it takes."""

    def __init__(self, records: Records, senders: tuple[Sender, ...], clock: Callable[[], datetime]) -> None:
        """Keep what events come from and who takes them."""
        self._records = records
        self._senders = {one.name: one for one in senders}
        self._clock = clock

    def deliver_due(self) -> int:
        """Try everything that is due and return how many deliveries were made.

        A receiver that fails is left for this time, so that it holds up nobody else and gets no later event
        before an earlier one. A delivery is written down after it was made: killed in between, the event is
        sent again, and its key says that it is the same.
        """
        if not self._senders:
            return 0
        with self._records.writing() as transaction:
            transaction.events.post(self._senders)
        return sum(self._deliver_to(sender) for sender in self._senders.values())

    def _deliver_to(self, sender: Sender) -> int:
        with self._records.reading() as transaction:
            due = transaction.events.due(sender.name, most=_MOST_AT_ONCE)
        for number, (event, delivery) in enumerate(due):
            try:
                sender.send(event)
            except EventNotDelivered as error:
                again = self._clock() + timedelta(seconds=pause_seconds(delivery.attempts + 1))
                with self._records.writing() as transaction:
                    transaction.events.failed(
                        event.number, sender.name, reason=str(error), next_attempt_at=again
                    )
                return number
            with self._records.writing() as transaction:
                transaction.events.delivered(event.number, sender.name)
        return len(due)

    def run(self, stop: threading.Event, *, every_seconds: float) -> None:
        """Deliver until told to stop; a database that is busy or away is asked again the next time."""
        while not stop.wait(every_seconds):
            try:
                self.deliver_due()
            except RecordsError:
                continue
