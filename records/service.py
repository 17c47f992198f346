"""The door of the records: open them, and work inside transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy.orm import Session

from records.approvals import Approvals
from records.assets import Assets
from records.backups import Backups
from records.database import open_engine, session_on
from records.events import Events
from records.evidence import EvidenceStore
from records.journal import Journal
from records.locks import Locks
from records.observations import Configurations, Verdicts
from records.plans import Plans
from records.watches import Watches


def utc_now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)


class Transaction:
    """Everything that becomes durable together, or not at all."""

    def __init__(self, session: Session, clock: Callable[[], datetime], release: str) -> None:
        self.journal = Journal(session, clock, release)
        self.plans = Plans(session, clock)
        self.approvals = Approvals(session, clock)
        self.assets = Assets(session, clock)
        self.verdicts = Verdicts(session)
        self.configurations = Configurations(session, clock)
        self.backups = Backups(session, clock)
        self.events = Events(session, clock)
        self.watches = Watches(session)


class Records:
    """The programme database, the evidence store and the locks of one programme."""

    def __init__(self, url: str, evidence_folder: Path, *, clock: Callable[[], datetime] = utc_now) -> None:
        """Open the records, bringing the database to this release.

        Raises:
            DatabaseUnavailable, DatabaseReadOnly, DatabaseNewer: see ``records.errors``.

        """
        self._engine = open_engine(url)
        self._clock = clock
        self._release = version("samdrift")
        self.evidence = EvidenceStore(evidence_folder)
        self.locks = Locks(self._engine, clock)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Open a transaction that is committed whole at the end and undone whole on any error."""
        with session_on(self._engine, reading=False) as session:
            yield Transaction(session, self._clock, self._release)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a transaction that only reads, beside any writer."""
        with session_on(self._engine, reading=True) as session:
            yield Transaction(session, self._clock, self._release)
