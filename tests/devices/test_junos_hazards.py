"""Each hazard of Junos and of the libraries that drive it, named after what it does to a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devices.drivers.junos_driver import JunosDriver
from devices.drivers.opening import driver_for
from devices.errors import (
    ConfigurationRefused,
    DeviceError,
    LockHeld,
    NotOurCommit,
    PendingCommit,
    UnexpectedAnswer,
)
from devices.models import Collection, DeviceTarget, PostCheckFailure
from devices.profiles import PROFILES
from devices.service import ApprovedChange, apply_change, collect, preview_change
from lab.models import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from devices.driver import DeviceDriver
    from devices.models import ChangeResult
    from lab.models import TwinState
    from tests.devices.conftest import Bench, Benches

LINE = "set system host-name fw-99\n"
DIFF = "[edit system]\n-  host-name fw-01;\n+  host-name fw-99;"


def nothing_to_say(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return ()


def change(
    bench: Bench,
    lines: str = LINE,
    diff: str | None = None,
    opener: Callable[[DeviceTarget], DeviceDriver] = driver_for,
) -> ChangeResult:
    if diff is None:
        diff = preview_change(bench.target, lines, lock=bench.lock)
    return apply_change(
        bench.target,
        ApprovedChange(
            lines=lines, approved_diff=diff, revert_after_seconds=120, margin_seconds=60, poll_seconds=60.0
        ),
        lock=bench.lock,
        post_check=nothing_to_say,
        clock=bench.clock,
        opener=opener,
    )


def assert_untouched(now: TwinState, before: TwinState) -> None:
    assert (now.running, now.startup, now.pending) == (before.running, before.startup, None)


@pytest.fixture
def bench(benches: Benches) -> Bench:
    return benches.start("junos")


@pytest.fixture
def driver(bench: Bench) -> Iterator[JunosDriver]:
    opened = JunosDriver(bench.target)
    opened.open()
    yield opened
    opened.close()


# The lock and the shared candidate.


def test_junos_lock_of_somebody_else_is_said_and_left_alone(bench: Bench, driver: JunosDriver) -> None:
    driver._session().device.cu.lock()
    with pytest.raises(LockHeld, match="locked or being edited by somebody else"):
        preview_change(bench.target, LINE, lock=bench.lock)
    driver._session().device.cu.unlock()
    assert preview_change(bench.target, LINE, lock=bench.lock).startswith("[edit system]")


def test_junos_lock_of_ours_ends_with_our_session(bench: Bench) -> None:
    killed = JunosDriver(bench.target)
    killed.open()
    killed.stage(LINE)
    killed._abort_sockets()
    before = bench.twin.state()
    for _ in range(50):
        try:
            preview_change(bench.target, LINE, lock=bench.lock)
        except LockHeld:
            continue
        break
    else:
        pytest.fail("the lock of a dead session is still held")
    assert bench.twin.state().running == before.running


# The commit.


def test_junos_commit_of_somebody_else_just_before_our_lock_is_not_confirmed_by_ours(bench: Bench) -> None:
    other = JunosDriver(bench.target)
    other.open()

    def opener(target: DeviceTarget) -> DeviceDriver:
        driver = driver_for(target)
        stage = driver.stage

        def come_second(lines: str) -> None:
            if bench.twin.state().pending is None:
                other.stage("set system domain-name example.dk\n")
                other.commit(revert_after_seconds=600)
            stage(lines)

        driver.stage = come_second  # type: ignore[method-assign]
        return driver

    result = change(bench, opener=opener, diff=preview_change(bench.target, LINE, lock=bench.lock))
    assert (result.outcome, "is pending on it" in result.message) == ("refused", True)
    state = bench.twin.state()
    assert (state.pending is not None, "fw-99" in state.running) == (True, False)
    with pytest.raises(PendingCommit):
        preview_change(bench.target, LINE, lock=bench.lock)
    other.confirm()
    other.close()
    assert preview_change(bench.target, LINE, lock=bench.lock).startswith("[edit system]")


def test_junos_taking_back_never_takes_back_a_commit_of_somebody_else(
    bench: Bench, driver: JunosDriver
) -> None:
    driver.stage(LINE)
    driver.commit(revert_after_seconds=120)
    bench.twin.console(("set system domain-name example.dk",))
    with pytest.raises(NotOurCommit):
        driver.roll_back()
    state = bench.twin.state()
    assert ("domain-name example.dk" in state.running, "fw-99" in state.running) == (True, True)


def test_junos_rollback_that_fired_is_a_commit_of_root_and_not_ours(
    bench: Bench, driver: JunosDriver
) -> None:
    before = bench.twin.state()
    driver.stage(LINE)
    driver.commit(revert_after_seconds=60)
    bench.clock.sleep(61.0)
    assert (driver.has_pending_commit(), driver.owns_pending_commit()) == (False, False)
    with pytest.raises(NotOurCommit):
        driver.confirm()
    assert_untouched(bench.twin.state(), before)


def test_junos_comment_that_stays_after_a_confirmation_is_no_pending_commit_when_its_time_is_over(
    bench: Bench, driver: JunosDriver
) -> None:
    driver.stage(LINE)
    driver.commit(revert_after_seconds=60)
    driver._session().device.cu.commit_check()
    assert bench.twin.state().pending is None
    timer = PROFILES["junos"].revert_timer
    assert timer is not None
    bench.clock.sleep(60.0 + timer.late_seconds + 1)
    assert not driver.has_pending_commit()
    assert "fw-99" in bench.twin.state().running


def test_junos_slow_commit_is_waited_for_longer_than_an_answer(bench: Bench) -> None:
    hasty = bench.target.model_copy(update={"timeout_seconds": 1.0})
    driver = JunosDriver(hasty)
    driver.open()
    driver.stage(LINE)
    commit = driver._session().commit_config

    def slow(**options: int) -> None:
        bench.twin.switch_fault(Fault(name="delay", seconds=2.0))
        commit(**options)

    driver._session().commit_config = slow
    driver.commit(revert_after_seconds=120)
    assert driver.owns_pending_commit()
    driver.confirm()
    driver.close()
    assert (bench.twin.state().pending, "fw-99" in bench.twin.state().running) == (None, True)


def test_junos_commit_that_fails_its_check_leaves_neither_lines_nor_lock(
    bench: Bench, driver: JunosDriver
) -> None:
    before = bench.twin.state()
    driver.stage(f"{LINE}delete system root-authentication\n")
    with pytest.raises(ConfigurationRefused, match="root-authentication"):
        driver.commit(revert_after_seconds=120)
    assert_untouched(bench.twin.state(), before)
    other = JunosDriver(bench.target)
    other.open()
    other.stage("set system domain-name example.dk\n")
    assert "fw-99" not in other.diff()
    other.close()


# What is loaded.


@pytest.mark.parametrize(
    "lines",
    [
        "system { host-name fw-99; }",
        "system {\n    host-name fw-99;\n}",
        "<configuration><system><host-name>fw-99</host-name></system></configuration>",
        '{"configuration": {"system": {"host-name": "fw-99"}}}',
    ],
)
def test_junos_lines_that_would_replace_instead_of_merge_are_refused(bench: Bench, lines: str) -> None:
    before = bench.twin.state()
    with pytest.raises(ConfigurationRefused, match="set-style"):
        preview_change(bench.target, lines, lock=bench.lock)
    assert_untouched(bench.twin.state(), before)


def test_junos_line_with_an_error_leaves_nothing_of_the_lines_before_it(bench: Bench) -> None:
    before = bench.twin.state()
    with pytest.raises(ConfigurationRefused):
        preview_change(bench.target, f"{LINE}set protcols lldp interface all\n", lock=bench.lock)
    assert preview_change(bench.target, "set system domain-name a.dk\n", lock=bench.lock).count("fw-99") == 0
    assert_untouched(bench.twin.state(), before)


def test_junos_equal_candidate_is_an_empty_diff_and_commits_nothing(bench: Bench) -> None:
    result = change(bench, "set system host-name fw-01\n", "")
    assert (result.outcome, bench.twin.state().commits) == ("unchanged", 0)


# The session.


@pytest.mark.parametrize("chunked", [False, True])
def test_junos_both_framings_of_netconf_carry_a_change(benches: Benches, *, chunked: bool) -> None:
    bench = benches.start("junos", options={"chunked": chunked})
    assert change(bench).outcome == "confirmed"
    assert "fw-99" in bench.twin.state().running


def test_junos_ssh_settings_of_the_operator_are_not_used(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "home" / ".ssh"
    settings.mkdir(parents=True)
    (settings / "config").write_text("Host *\n    HostName 127.0.0.2\n    Port 1\n    ProxyCommand false\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert collect(bench.target).running


def test_junos_is_asked_on_the_port_of_netconf(bench: Bench) -> None:
    assert PROFILES["junos"].default_port == 830
    assert collect(bench.target).device == bench.target.device


# What is read.


def test_junos_line_that_tells_the_last_commit_is_no_difference(bench: Bench) -> None:
    first = collect(bench.target)
    bench.clock.sleep(7200.0)
    bench.twin.console(("set system domain-name a.dk",))
    bench.twin.console(("delete system domain-name",))
    assert collect(bench.target).running == first.running


@pytest.mark.parametrize("text", ["", "None", "system {\n    host-name fw-01;\n"])
def test_junos_configuration_that_did_not_come_whole_is_none(bench: Bench, text: str) -> None:
    driver = JunosDriver(bench.target)
    with pytest.raises(UnexpectedAnswer, match="did not come whole"):
        driver._checked_configuration(text)


def test_junos_show_command_that_is_refused_is_an_error_and_no_output(driver: JunosDriver) -> None:
    with pytest.raises(DeviceError, match="refused"):
        driver.show(("show frobnicate",))
