"""How a change ended is said as it was, and what a killed run left is judged before it is saved."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from devices import aoscx_difference
from devices.drivers.aoscx_driver import AOSCXDriver
from devices.drivers.ios_driver import IOSDriver
from devices.drivers.nxos_driver import NXOSDriver
from devices.errors import ConnectionLost
from devices.models import ChangeResult, Collection, Platform, PostCheckFailure
from devices.profiles import PROFILES
from devices.service import ApprovedChange, apply_change, preview_change

if TYPE_CHECKING:
    from lab.models import TwinState
    from tests.devices.conftest import Bench, Benches

LINES: dict[Platform, str] = {
    "ios": "snmp-server location Grenaa\n",
    "aoscx": "snmp-server system-location Grenaa\n",
    "nxos": "snmp-server location Grenaa\n",
}
FAILURE = PostCheckFailure(check="MGT-01", message="telnet still answers")
unsaved_platform = pytest.mark.parametrize("platform", ["aoscx", "nxos"])


def nothing_to_say(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return ()


def approved(bench: Bench, **values: Any) -> ApprovedChange:
    platform = bench.target.platform
    lines = LINES[platform]
    settings = {
        "lines": lines,
        "approved_diff": preview_change(bench.target, lines, lock=bench.lock),
        "revert_after_seconds": 120,
        "allowed_risks": PROFILES[platform].risks,
        "margin_seconds": 60.0,
        "poll_seconds": 5.0,
    }
    return ApprovedChange.model_validate(settings | values)


def apply(bench: Bench, change: ApprovedChange, **options: Any) -> ChangeResult:
    return apply_change(
        bench.target,
        change,
        lock=bench.lock,
        post_check=options.pop("post_check", nothing_to_say),
        clock=bench.clock,
        **options,
    )


def assert_untouched(now: TwinState, before: TwinState) -> None:
    assert (now.running, now.startup, now.pending, now.commits) == (
        before.running,
        before.startup,
        before.pending,
        before.commits,
    )


class _CutBeforeCommit(IOSDriver):
    """The true driver on a path that is cut just before it commits."""

    def _commit(self, seconds: int) -> None:
        self._abort_sockets()
        super()._commit(seconds)


class _CutBeforeLines(AOSCXDriver):
    def _commit(self, seconds: int) -> None:
        self._abort_sockets()
        super()._commit(seconds)


class _CutBeforeEntering(NXOSDriver):
    def commit_without_timer(self) -> None:
        self._abort_sockets()
        super().commit_without_timer()


def first_then_true(kind: Any, true: Any) -> Any:
    """Return an opener whose first session is of one kind and every later one the true driver."""
    opened: list[Any] = []

    def open_one(target: Any) -> Any:
        opened.append((true if opened else kind)(target))
        return opened[-1]

    return open_one


def test_a_path_that_died_before_the_device_took_anything_is_refused_and_not_reverted(
    benches: Benches,
) -> None:
    """Nothing but us takes a change back on NX-OS without a save, so what is not there never was."""
    bench = benches.start("nxos")
    change = approved(bench)
    before = bench.twin.state()
    result = apply(bench, change, opener=first_then_true(_CutBeforeEntering, NXOSDriver))
    assert (result.outcome, "the device took nothing of it" in result.message) == ("refused", True), result
    assert_untouched(bench.twin.state(), before)


@pytest.mark.parametrize(
    ("platform", "cut", "true"),
    [("ios", _CutBeforeCommit, IOSDriver), ("aoscx", _CutBeforeLines, AOSCXDriver)],
)
def test_where_a_session_died_in_the_commit_it_is_said_that_nobody_saw(
    benches: Benches, platform: Platform, cut: Any, true: Any
) -> None:
    """The end of the session takes a change back on AOS-CX, and a device that boots does so anywhere."""
    bench = benches.start(platform)
    change = approved(bench)
    before = bench.twin.state()
    result = apply(bench, change, opener=first_then_true(cut, true))
    assert result.outcome == "reverted"
    assert "whether it was in force for a while could not be seen, and it is not now" in result.message
    assert_untouched(bench.twin.state(), before)


@unsaved_platform
def test_lines_that_a_killed_run_left_unsaved_are_judged_and_saved(
    benches: Benches, platform: Platform
) -> None:
    bench = benches.start(platform)
    change = approved(bench)
    bench.twin.console(tuple(change.lines.splitlines()))
    before = bench.twin.state()
    assert before.running != before.startup
    seen: list[tuple[str, str]] = []

    def look(old: Collection, new: Collection) -> tuple[PostCheckFailure, ...]:
        seen.append((old.running, new.running))
        return ()

    result = apply(bench, change, post_check=look)
    state = bench.twin.state()
    assert (result.outcome, result.diff) == ("confirmed", change.approved_diff)
    assert "a run that was killed had changed it and not saved it" in result.message
    assert (state.running, state.startup) == (before.running, before.running)
    [(old, new)] = seen
    assert ("Grenaa" in old, "Grenaa" in new) == (False, True)
    assert apply(bench, change).outcome == "unchanged"


@unsaved_platform
def test_unsaved_lines_that_fail_a_check_are_left_for_a_person(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    change = approved(bench)
    bench.twin.console(tuple(change.lines.splitlines()))
    before = bench.twin.state()
    result = apply(bench, change, post_check=lambda _old, _new: (FAILURE,))
    assert (result.outcome, result.failures) == ("refused", (FAILURE,))
    assert "take it back or save it by hand" in result.message
    assert_untouched(bench.twin.state(), before)


@unsaved_platform
def test_unsaved_lines_of_somebody_else_are_never_saved(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    change = approved(bench)
    other = "vlan 77"  # NX-OS lists it among others
    for lines in ((other,), tuple(change.lines.splitlines())):
        bench.twin.console(lines)
        before = bench.twin.state()
        result = apply(bench, change)
        assert (result.outcome, "startup" in result.message) == ("refused", True), result
        assert_untouched(bench.twin.state(), before)
    assert "77" in bench.twin.state().running


def test_a_timer_of_somebody_else_keeps_what_it_takes_back_from_being_saved(benches: Benches) -> None:
    bench = benches.start("aoscx")
    change = approved(bench)
    other = AOSCXDriver(bench.target)
    other.open()
    try:
        other.stage(change.lines)
        other.commit(revert_after_seconds=300)
        pending = bench.twin.state()
        assert pending.pending is not None
        result = apply(bench, change)
        assert (result.outcome, "automatic checkpoint of somebody else" in result.message) == (
            "refused",
            True,
        )
        assert_untouched(bench.twin.state(), pending)
    finally:
        other.close()


@pytest.mark.parametrize("platform", ["ios", "nxos"])
def test_what_allows_a_risk_must_last_until_the_device_would_have_gone_back(
    benches: Benches, platform: Platform
) -> None:
    bench = benches.start(platform)
    before = bench.twin.state()
    timer = PROFILES[platform].revert_timer
    late = 0 if timer is None else timer.step_seconds + timer.late_seconds
    longest = timedelta(seconds=120 + late)
    change = approved(bench, allowed_until=bench.clock.now() + longest - timedelta(seconds=1))
    sent = bench.twin.transcript()
    result = apply(bench, change)
    assert (result.outcome, "what allows the risks of this change ends at" in result.message) == (
        "refused",
        True,
    )
    assert bench.twin.transcript() == sent
    assert_untouched(bench.twin.state(), before)
    enough = change.model_copy(update={"allowed_until": bench.clock.now() + longest})
    assert apply(bench, enough).outcome == "confirmed"


def test_a_session_of_a_device_with_a_timer_refuses_every_way_around_it(benches: Benches) -> None:
    driver = IOSDriver(benches.start("ios").target)
    for ask in (
        driver.keep_way_back,
        driver.commit_without_timer,
        lambda: driver.go_back_to("samdrift-1"),
        lambda: driver.drop_way_back("samdrift-1"),
    ):
        with pytest.raises(Exception, match="never changed without its timer") as told:
            ask()
        assert not isinstance(told.value, ConnectionLost)


def test_the_difference_of_aoscx_says_that_it_is_ours(benches: Benches) -> None:
    assert approved(benches.start("aoscx")).approved_diff.startswith(aoscx_difference.MARK)
