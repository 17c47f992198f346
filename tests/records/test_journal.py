"""The journal keeps everything, in order, and tells when somebody touched it."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.errors import JournalBroken, PlanUnknown
from records.service import Records


def _fill(records: Records, count: int = 4) -> None:
    for number in range(count):
        with records.writing() as transaction:
            transaction.journal.append(
                actor="anna",
                action="commit",
                subject=f"ndj-acc{number}",
                why="hardening",
                before=None,
                after={"lines": number},
            )


def _append_and_fail(records: Records) -> None:
    with records.writing() as transaction:
        transaction.journal.append(actor="anna", action="commit", subject="ndj-acc7")
        transaction.plans.get("none")


def _tamper(tmp_path: Path, *statements: str) -> None:
    with sqlite3.connect(tmp_path / "programme.db") as connection:
        connection.execute("DROP TRIGGER journal_no_update")
        connection.execute("DROP TRIGGER journal_no_delete")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_entries_come_back_as_they_were_written(records: Records) -> None:
    _fill(records, 2)
    with records.reading() as transaction:
        entries = list(transaction.journal.entries())
        assert transaction.journal.verify() == 2
    assert [(e.sequence, e.actor, e.action, e.subject, e.after) for e in entries] == [
        (1, "anna", "commit", "ndj-acc0", {"lines": 0}),
        (2, "anna", "commit", "ndj-acc1", {"lines": 1}),
    ]
    assert entries[1].previous == entries[0].digest


def test_entries_can_be_asked_for_one_subject_and_from_a_place(records: Records) -> None:
    _fill(records)
    with records.reading() as transaction:
        assert [e.sequence for e in transaction.journal.entries(subject="ndj-acc2")] == [3]
        assert [e.sequence for e in transaction.journal.entries(after=2)] == [3, 4]
        assert [e.sequence for e in transaction.journal.latest(2)] == [4, 3]


def test_an_entry_of_a_failed_transaction_is_not_in_the_journal(records: Records) -> None:
    _fill(records, 1)
    with pytest.raises(PlanUnknown):
        _append_and_fail(records)
    with records.reading() as transaction:
        assert transaction.journal.verify() == 1


def test_the_database_itself_refuses_to_change_an_entry(records: Records, tmp_path: Path) -> None:
    _fill(records)
    connection = sqlite3.connect(tmp_path / "programme.db")
    for statement in ("UPDATE journal SET digest = 'x'", "DELETE FROM journal"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statements", "sequence"),
    [
        (["UPDATE journal SET content = replace(content, 'ndj-acc1', 'ndj-acc9') WHERE sequence = 2"], 2),
        (["DELETE FROM journal WHERE sequence = 3"], 3),
        (["DELETE FROM journal WHERE sequence = 4"], 4),
        (["DELETE FROM journal"], 1),
        (
            [
                "UPDATE journal SET sequence = 9 WHERE sequence = 2",
                "UPDATE journal SET sequence = 2 WHERE sequence = 3",
                "UPDATE journal SET sequence = 3 WHERE sequence = 9",
            ],
            2,
        ),
        (["UPDATE journal SET content = 'nonsense' WHERE sequence = 1"], 1),
    ],
    ids=["altered", "missing", "tail cut", "emptied", "reordered", "no json"],
)
def test_a_touched_journal_is_told(
    records: Records,
    tmp_path: Path,
    statements: list[str],
    sequence: int,
) -> None:
    _fill(records)
    _tamper(tmp_path, *statements)
    with records.reading() as transaction, pytest.raises(JournalBroken) as caught:
        transaction.journal.verify()
    assert caught.value.sequence == sequence


@given(position=st.integers(min_value=0), byte=st.integers(min_value=1, max_value=255))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_changed_byte_is_told(records: Records, tmp_path: Path, position: int, byte: int) -> None:
    with records.reading() as transaction:
        empty = not list(transaction.journal.entries())
    if empty:
        _fill(records, 1)
        _tamper(tmp_path)
    connection = sqlite3.connect(tmp_path / "programme.db")
    (content,) = connection.execute("SELECT content FROM journal").fetchone()
    raw = bytearray(content.encode())
    raw[position % len(raw)] ^= byte
    connection.execute("UPDATE journal SET content = ?", (raw.decode("latin-1"),))
    connection.commit()
    try:
        with records.reading() as transaction, pytest.raises(JournalBroken):
            transaction.journal.verify()
    finally:
        connection.execute("UPDATE journal SET content = ?", (content,))
        connection.commit()
        connection.close()
