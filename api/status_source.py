"""What the service needs from the controller, declared beside its user."""

from collections.abc import Iterator
from typing import Protocol

from migrations.status import ProgrammeStatus
from records.models import JournalEntry


class StatusSource(Protocol):
    """Where the service reads from; it changes nothing."""

    def status(self) -> ProgrammeStatus:
        """Return where everything stands now."""

    def journal(self, *, after: int) -> Iterator[JournalEntry]:
        """Return the journal behind a sequence number."""

    def evidence(self, digest: str) -> bytes:
        """Return evidence by its digest."""
