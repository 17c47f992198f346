"""A removal of what is absent: IOS lists it on every run, and nothing of it is committed twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.service import ApprovedChange, apply_change, preview_change

if TYPE_CHECKING:
    from tests.devices.conftest import Bench, Benches

LINES = "no ip http server\nno snmp-server community absent-one\nsnmp-server location Grenaa\n"
FIRST = "-no ip http server\n-no snmp-server community <secret>\n+snmp-server location Grenaa"
# What IOS shows in the negative form is gone from the list; what was never there stays in it.
AFTERWARDS = "-no snmp-server community <secret>"


def change(bench: Bench, approved: str) -> tuple[str, str]:
    result = apply_change(
        bench.target,
        ApprovedChange(lines=LINES, approved_diff=approved, revert_after_seconds=60),
        lock=bench.lock,
        post_check=lambda _before, _after: (),
        clock=bench.clock,
    )
    return result.outcome, result.diff


def test_ios_removal_of_what_is_absent_is_listed_again_and_never_committed_again(benches: Benches) -> None:
    bench = benches.start("ios")
    assert preview_change(bench.target, LINES, lock=bench.lock) == FIRST
    assert change(bench, FIRST) == ("confirmed", FIRST)
    true = bench.twin.state()
    # What is left is not what was approved, so a second run refuses and the rules above it decide.
    assert change(bench, FIRST) == ("refused", AFTERWARDS)
    again = bench.twin.state()
    assert (again.running, again.startup, again.commits) == (true.running, true.startup, 1)


def test_ios_change_that_only_removes_what_is_absent_has_no_effect_and_is_not_kept(benches: Benches) -> None:
    bench = benches.start("ios")
    before = bench.twin.state()
    lines = "no snmp-server community absent-one\n"
    result = apply_change(
        bench.target,
        ApprovedChange(lines=lines, approved_diff=AFTERWARDS, revert_after_seconds=60, poll_seconds=30.0),
        lock=bench.lock,
        post_check=lambda _before, _after: (),
        clock=bench.clock,
    )
    assert [failure.check for failure in result.failures] == ["effect"]
    assert result.outcome == "reverted"
    after = bench.twin.state()
    assert (after.running, after.startup, after.pending) == (before.running, before.startup, None)
