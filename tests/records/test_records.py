"""Plans, lifecycle, verdicts, configurations, evidence, locks and the database underneath."""

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from records.canonical_json import canonical_digest, render_canonical
from records.database import open_engine
from records.errors import (
    DatabaseNewer,
    DatabaseReadOnly,
    DatabaseUnavailable,
    EvidenceAltered,
    EvidenceMissing,
    IllegalTransition,
    LockHeld,
    PlanUnknown,
    StaleState,
)
from records.locks import process_start
from records.models import VerdictRow
from records.service import Records
from records.tables import Table

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_revisions_make_exactly_the_tables_that_the_code_uses(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    engine.dispose()


def test_a_database_of_a_newer_release_is_refused(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseNewer, match="9999"):
        open_engine(database_url)


def test_a_read_only_database_gives_one_clear_message(tmp_path: Path, records: Records) -> None:
    records.close()
    url = f"sqlite:///file:{tmp_path / 'programme.db'}?mode=ro&uri=true"
    read_only = Records(url, tmp_path / "evidence")
    with read_only.reading() as transaction:
        assert transaction.journal.verify() == 0
    with pytest.raises(DatabaseReadOnly, match="write permission"), read_only.writing() as transaction:
        transaction.journal.append(actor="anna", action="commit", subject="x")
    read_only.close()


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="check the path"):
        Records(f"sqlite:///{tmp_path / 'missing' / 'programme.db'}", tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=10,
)


@given(JSON)
def test_canonical_json_ignores_the_order_of_keys(value: object) -> None:
    def turned(item: object) -> object:
        if isinstance(item, dict):
            return {key: turned(inner) for key, inner in reversed(item.items())}
        return [turned(inner) for inner in item] if isinstance(item, list) else item

    assert render_canonical(value) == render_canonical(turned(value))  # type: ignore[arg-type]


def test_canonical_json_is_what_it_says() -> None:
    assert render_canonical({"b": [1, None], "a": "ø"}) == '{"a":"ø","b":[1,null]}'.encode()
    with pytest.raises(TypeError, match=r"\$\.a\[0\]"):
        canonical_digest({"a": [0.5]})


def test_a_plan_is_found_by_the_beginning_of_its_digest(records: Records) -> None:
    with records.writing() as transaction:
        plan = transaction.plans.put(kind="wave", author="carl", body={"a": 1})
        assert transaction.plans.put(kind="wave", author="carl", body={"a": 1}) == plan
        other = transaction.plans.put(kind="wave", author="dorte", body={"a": 1})
    assert other.digest != plan.digest
    with records.reading() as transaction:
        assert transaction.plans.get(plan.digest[:10]) == plan
        assert transaction.plans.list("wave") == (other, plan)
        for wrong in ("", "zz", "%"):
            with pytest.raises(PlanUnknown):
                transaction.plans.get(wrong)


def test_a_plan_altered_in_the_database_is_refused(records: Records, tmp_path: Path) -> None:
    with records.writing() as transaction:
        plan = transaction.plans.put(kind="wave", author="carl", body={"a": 1})
    with sqlite3.connect(tmp_path / "programme.db") as connection:
        connection.execute("UPDATE plan SET body = ?", ('{"a": 2}',))
    connection.close()
    with records.reading() as transaction, pytest.raises(PlanUnknown, match="altered"):
        transaction.plans.get(plan.digest)


def test_an_asset_walks_its_lifecycle(records: Records) -> None:
    with records.writing() as transaction:
        assets = transaction.assets
        assert assets.state("ndj-web1") is None
        assets.transition("ndj-web1", "server", from_state="NEW", to_state="DISCOVERED", reason="import")
        assets.transition(
            "ndj-web1", "server", from_state="DISCOVERED", to_state="ASSESSED", reason="disks read"
        )
        assets.put_fact("ndj-web1", "bytes_seeded", 7)
        assets.put_fact("ndj-web1", "bytes_seeded", 9)
    with records.reading() as transaction:
        assert [(s.asset, s.state, s.reason) for s in transaction.assets.states("server")] == [
            ("ndj-web1", "ASSESSED", "disks read"),
        ]
        assert transaction.assets.states("device") == ()
        assert transaction.assets.fact("ndj-web1", "bytes_seeded") == 9
        assert transaction.assets.fact("ndj-web1", "nothing") is None


def test_an_illegal_step_is_refused_and_the_legal_ones_named(records: Records) -> None:
    with records.writing() as transaction:
        with pytest.raises(IllegalTransition, match="it can go to DISCOVERED"):
            transaction.assets.transition(
                "ndj-web1", "server", from_state="NEW", to_state="HYPERCARE", reason="no"
            )
        assert transaction.assets.state("ndj-web1") is None


def test_the_database_refuses_an_illegal_step_whoever_writes(records: Records, tmp_path: Path) -> None:
    del records
    connection = sqlite3.connect(tmp_path / "programme.db")
    connection.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        connection.execute(
            "INSERT INTO transition (asset, kind, number, from_state, to_state, at, reason) "
            "VALUES ('x', 'server', 1, 'NEW', 'FINALISED', '2026-01-01', '')",
        )
    connection.close()


def test_an_asset_that_somebody_else_moved_is_refused(records: Records) -> None:
    with records.writing() as transaction:
        transaction.assets.transition(
            "ndj-web1", "server", from_state="NEW", to_state="DISCOVERED", reason=""
        )
        with pytest.raises(StaleState, match="is DISCOVERED, not NEW"):
            transaction.assets.transition(
                "ndj-web1", "server", from_state="NEW", to_state="DISCOVERED", reason=""
            )


def _verdict(run: str, verdict: str) -> VerdictRow:
    return VerdictRow.model_validate(
        {
            "run": run,
            "device": "ndj-acc1",
            "control": "MGT-01",
            "verdict": verdict,
            "message": "telnet on line vty 5 15",
            "lines": ("12: transport input all",),
            "evidence": None,
            "at": NOON,
        },
    )


def test_verdicts_are_history_and_the_newest_counts(records: Records) -> None:
    with records.writing() as transaction:
        transaction.verdicts.add([_verdict("run-1", "FAIL")])
        transaction.verdicts.add([_verdict("run-2", "PASS")])
    with records.reading() as transaction:
        assert transaction.verdicts.first() == (_verdict("run-1", "FAIL"),)
        assert transaction.verdicts.latest() == (_verdict("run-2", "PASS"),)
        assert transaction.verdicts.of_run("run-1") == (_verdict("run-1", "FAIL"),)


def test_the_newest_approved_configuration_is_the_baseline(records: Records) -> None:
    digests = [records.evidence.put(content) for content in (b"one", b"two")]
    with records.writing() as transaction:
        for digest, approved in zip(digests, (True, False), strict=True):
            transaction.configurations.add(
                "ndj-acc1", "ios", evidence=digest, approved=approved, reason="night", backup=None
            )
    with records.reading() as transaction:
        baseline = transaction.configurations.newest("ndj-acc1", approved=True)
        seen = transaction.configurations.newest("ndj-acc1", approved=False)
        assert transaction.configurations.newest("ndj-acc2", approved=False) is None
        assert transaction.configurations.devices() == ("ndj-acc1",)
    assert (baseline and baseline.evidence, seen and seen.evidence) == (digests[0], digests[1])


def test_evidence_is_checked_at_every_read(records: Records, tmp_path: Path) -> None:
    digest = records.evidence.put(b"show running-config")
    assert records.evidence.put(b"show running-config") == digest
    assert records.evidence.get(digest) == b"show running-config"
    (tmp_path / "evidence" / digest[:2] / digest).write_bytes(b"show running-confiG")
    with pytest.raises(EvidenceAltered):
        records.evidence.get(digest)
    for missing in ("0" * 64, "../../etc/passwd"):
        with pytest.raises(EvidenceMissing):
            records.evidence.get(missing)


def test_a_lock_is_held_once_and_free_again_afterwards(records: Records) -> None:
    with (
        records.locks.hold("device ndj-acc1"),
        pytest.raises(LockHeld, match=f"process {os.getpid()}"),
        records.locks.hold("device ndj-acc1"),
    ):
        pass
    with records.locks.hold("device ndj-acc1"):
        pass


def test_the_lock_of_a_killed_process_is_taken_over(
    records: Records, tmp_path: Path, database_url: str
) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from records.service import Records\n"
        "records = Records(sys.argv[1], Path(sys.argv[2]))\n"
        "with records.locks.hold('device ndj-acc1'):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, database_url, str(tmp_path)], check=False, timeout=60
    )
    assert result.returncode == -9
    with records.locks.hold("device ndj-acc1"):
        pass


def test_a_process_is_known_by_its_id_and_start() -> None:
    assert process_start(os.getpid()) == process_start(os.getpid()) != None  # noqa: E711
    assert process_start(2**22 + 1) is None
