"""The service's source: the snapshot it was started with and the records as they are now."""

from collections.abc import Callable, Iterator
from datetime import datetime

from inventory.snapshot import Snapshot
from migrations.status import ProgrammeStatus, build_status
from records.models import JournalEntry
from records.service import Records


class ProgrammeSource:
    """Reads one programme; fulfils ``StatusSource``."""

    def __init__(self, snapshot: Snapshot, records: Records, *, clock: Callable[[], datetime]) -> None:
        self._snapshot = snapshot
        self._records = records
        self._clock = clock

    def status(self) -> ProgrammeStatus:
        """Return where everything stands now."""
        return build_status(self._snapshot, self._records, now=self._clock())

    def journal(self, *, after: int) -> Iterator[JournalEntry]:
        """Return the journal behind a sequence number."""
        with self._records.reading() as transaction:
            yield from transaction.journal.entries(after=after)

    def evidence(self, digest: str) -> bytes:
        """Return evidence by its digest."""
        return self._records.evidence.get(digest)
