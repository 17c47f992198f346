"""The journal: append-only, hash-chained. Who did what, when, why, with what before and after."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.canonical_json import canonical_digest, render_canonical
from records.errors import JournalBroken
from records.models import JournalEntry
from records.tables import JournalHeadTable, JournalTable

GENESIS = "0" * 64
_HEAD = "head"


def _entry(content: str, digest: str) -> JournalEntry:
    value = json.loads(content)
    return JournalEntry.model_validate({**value, "at": datetime.fromisoformat(value["at"]), "digest": digest})


class Journal:
    """The journal inside one transaction."""

    def __init__(self, session: Session, clock: Callable[[], datetime], version: str) -> None:
        self._session = session
        self._clock = clock
        self._version = version

    def append(  # noqa: D417
        self,
        *,
        actor: str,
        action: str,
        subject: str,
        why: str = "",
        before: JsonValue = None,
        after: JsonValue = None,
    ) -> JournalEntry:
        """Append one entry; it becomes durable with the transaction it stands in.

        Args:
            actor: the person or part that acts.
            action: what is done, a verb of the field such as ``commit``.
            subject: the asset, plan or run it is done to.
            before, after: JSON without fractions and without secrets.

        """
        head = self._session.get(JournalHeadTable, _HEAD)
        if head is None:
            head = JournalHeadTable(name=_HEAD, sequence=0, digest=GENESIS)
            self._session.add(head)
        content: dict[str, JsonValue] = {
            "sequence": head.sequence + 1,
            "at": self._clock().isoformat(),
            "actor": actor,
            "action": action,
            "subject": subject,
            "why": why,
            "before": before,
            "after": after,
            "version": self._version,
            "previous": head.digest,
        }
        digest = canonical_digest(content)
        text = render_canonical(content).decode()
        self._session.add(JournalTable(sequence=head.sequence + 1, content=text, digest=digest))
        head.sequence += 1
        head.digest = digest
        self._session.flush()
        return _entry(text, digest)

    def entries(self, *, subject: str | None = None, after: int = 0) -> Iterator[JournalEntry]:
        """Yield entries in order, those of one subject or all, behind a sequence number."""
        rows = self._session.execute(
            select(JournalTable.content, JournalTable.digest)
            .where(JournalTable.sequence > after)
            .order_by(JournalTable.sequence),
        )
        for content, digest in rows:
            entry = _entry(content, digest)
            if subject is None or entry.subject == subject:
                yield entry

    def latest(self, count: int) -> tuple[JournalEntry, ...]:
        """Return the last entries, newest first."""
        rows = self._session.execute(
            select(JournalTable.content, JournalTable.digest)
            .order_by(JournalTable.sequence.desc())
            .limit(count),
        )
        return tuple(_entry(content, digest) for content, digest in rows)

    def verify(self) -> int:
        """Re-hash every row and return how many there are.

        Raises:
            JournalBroken: an entry was altered, is missing, stands out of order, or the tail was cut.

        """
        previous, expected = GENESIS, 0
        rows = self._session.execute(
            select(JournalTable.sequence, JournalTable.content, JournalTable.digest).order_by(
                JournalTable.sequence,
            ),
        )
        for sequence, content, digest in rows:
            expected += 1
            _verify_row(sequence, content, digest, expected=expected, previous=previous)
            previous = digest
        head = self._session.get(JournalHeadTable, _HEAD)
        told = (head.sequence, head.digest) if head is not None else (0, GENESIS)
        if told != (expected, previous):
            raise JournalBroken(expected + 1, f"the head tells of {told[0]} entries, {expected} are here")
        return expected


def _verify_row(sequence: int, content: str, digest: str, *, expected: int, previous: str) -> None:
    if sequence != expected:
        raise JournalBroken(expected, f"missing; the next one here is {sequence}")
    try:
        value = json.loads(content)
    except ValueError as error:
        raise JournalBroken(sequence, "altered: it is no longer JSON") from error
    if canonical_digest(value) != digest or render_canonical(value).decode() != content:
        raise JournalBroken(sequence, "altered: its content does not match its digest")
    if value["previous"] != previous:
        raise JournalBroken(sequence, "it does not follow the entry before it")
    if value["sequence"] != sequence:
        raise JournalBroken(sequence, f"moved: it was written as entry {value['sequence']}")
