"""The lifecycle's states are those of the database, and the status shows what the records hold."""

from typing import Any, get_args

import pytest

from inventory.service import take_snapshot
from migrations.facts import DRIFT, MOVE, DeviceDrift, DriftLine, MoveFigures
from migrations.lifecycle import DeviceState, Lifecycle, ServerState
from migrations.status import VerdictCounts, build_status
from records.errors import IllegalTransition, StaleState
from records.models import AssetKind, VerdictRow
from records.revisions.versions.r0001_first_tables import TRANSITIONS

Rehearsal = Any


@pytest.mark.parametrize(("kind", "states"), [("server", ServerState), ("device", DeviceState)])
def test_the_states_in_code_are_those_of_the_database(kind: AssetKind, states: Any) -> None:
    rows = TRANSITIONS[kind]
    assert {state for row in rows for state in row} - {"NEW"} == set(get_args(states))
    assert {before for before, _ in rows} >= {"NEW"}


def test_the_database_holds_exactly_these_steps(rehearsal: Rehearsal) -> None:
    with rehearsal.programme() as programme, programme.records.reading() as transaction:
        for kind, rows in TRANSITIONS.items():
            states = {state for row in rows for state in row}
            found = {(before, after) for before in states for after in transaction.assets.steps(kind, before)}
            assert found == set(rows)


def test_every_state_can_be_left_or_is_the_goal() -> None:
    for kind, rows in TRANSITIONS.items():
        ends = {after for _, after in rows} - {before for before, _ in rows}
        assert ends == ({"HYPERCARE"} if kind == "server" else set())


def test_a_step_is_journalled_once_and_an_illegal_one_not_at_all(rehearsal: Rehearsal) -> None:
    with rehearsal.programme() as programme:
        lifecycle = Lifecycle(programme.records, "server", "ida")
        assert lifecycle.advance("ndj-web1", "DISCOVERED", reason="seen") is True
        assert lifecycle.advance("ndj-web1", "DISCOVERED", reason="seen again") is False
        with pytest.raises(IllegalTransition, match="from there it can go to ASSESSED"):
            lifecycle.advance("ndj-web1", "HYPERCARE", reason="in a hurry")
        assert lifecycle.require("ndj-web1", "DISCOVERED", "ASSESSED") == "DISCOVERED"
        with pytest.raises(StaleState, match="ndj-web1 is DISCOVERED, not SYNCED"):
            lifecycle.require("ndj-web1", "SYNCED")
        assert lifecycle.state("ndj-file1") == "NEW"
        with programme.records.reading() as transaction:
            entries = [
                (entry.actor, entry.action, entry.subject, entry.why, entry.before, entry.after)
                for entry in transaction.journal.entries()
            ]
    assert entries == [("ida", "advance", "ndj-web1", "seen", "NEW", "DISCOVERED")]


def _verdict(programme: Any, run: str, device: str, control: str, verdict: str) -> VerdictRow:
    return VerdictRow.model_validate(
        {
            "run": run,
            "device": device,
            "control": control,
            "verdict": verdict,
            "message": f"{control} of {run}",
            "lines": ("1: line",),
            "evidence": None,
            "at": programme.clock(),
        },
    )


def test_status_shows_first_and_latest_verdicts_drift_and_figures(rehearsal: Rehearsal) -> None:
    with rehearsal.programme() as programme:
        drift = DeviceDrift(
            found_at=programme.clock(),
            approved_evidence="a" * 64,
            current_evidence="b" * 64,
            lines=(DriftLine(change="added", section="line vty 0 4", text="transport input telnet"),),
        )
        figures = MoveFigures(bytes_seeded=5, deltas=2, bytes_in_deltas=3, downtime_milliseconds=1500)
        with programme.records.writing() as transaction:
            for run, verdicts in (
                ("r1", {"MGT-01": "FAIL", "MGT-02": "ERROR", "L2-01": "WAIVED", "SEN-01": "NOT_APPLICABLE"}),
                ("r2", {"MGT-01": "PASS", "MGT-02": "PASS", "L2-01": "FAIL", "SEN-01": "NOT_APPLICABLE"}),
            ):
                transaction.verdicts.add(
                    [_verdict(programme, run, "ndj-acc1", name, one) for name, one in verdicts.items()]
                )
            transaction.assets.put_fact("ndj-acc1", DRIFT, drift.model_dump(mode="json"))
            transaction.assets.put_fact("ndj-web1", MOVE, figures.model_dump(mode="json"))
        Lifecycle(programme.records, "device", "ida").advance("ndj-acc1", "DISCOVERED", reason="reached")
        status = build_status(programme.snapshot, programme.records, now=programme.clock())
    (town,) = status.municipalities
    devices, servers = {one.name: one for one in town.devices}, {one.name: one for one in town.servers}
    assert len(devices) == 7
    assert len(servers) == 4
    device = devices["ndj-acc1"]
    assert device.found == VerdictCounts(failed=1, error=1, waived=1, not_applicable=1)
    assert device.now == VerdictCounts(passed=2, failed=1, not_applicable=1)
    assert (device.found.judged, device.now.judged) == (3, 3)
    assert [(one.control, one.message) for one in device.controls] == [
        (name, f"{name} of r2") for name in ("L2-01", "MGT-01", "MGT-02", "SEN-01")
    ]
    assert (device.state, device.reason, device.drift) == ("DISCOVERED", "reached", drift)
    assert servers["ndj-web1"].figures == figures
    assert (servers["ndj-file1"].state, servers["ndj-file1"].figures) == ("NEW", MoveFigures())
    assert devices["ndj-fw1"].now == VerdictCounts()
    assert status.journal_entries == len(status.journal) == 1
    assert status.snapshot == take_snapshot(programme.snapshot.inventory).digest
