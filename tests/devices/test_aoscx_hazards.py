"""Each hazard of AOS-CX sessions, timers and checkpoints, named after what it does to a change."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from devices.aoscx_difference import MARK
from devices.drivers.aoscx_driver import AOSCXDriver
from devices.drivers.aoscx_napalm import AOSCXNetworkDriver
from devices.drivers.napalm_driver import revert_seconds_for
from devices.errors import (
    ConnectionLost,
    PendingCommit,
    RevertTimerInvalid,
)
from devices.profiles import PROFILES, comparable_configuration
from devices.service import ApprovedChange, apply_change, preview_change
from lab.models import Fault
from tests.devices.aoscx_changes import (
    LINE,
    assert_untouched,
    change,
    nothing_to_say,
    session_on,
    twin_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devices.models import Collection, PostCheckFailure
    from tests.devices.conftest import Bench, Benches


@pytest.fixture
def bench(benches: Benches) -> Bench:
    return benches.start("aoscx")


@pytest.fixture
def other(bench: Bench) -> Iterator[AOSCXNetworkDriver]:
    """Somebody else at a terminal of the switch."""
    session = session_on(bench)
    try:
        yield session
    finally:
        session.close()


# The session that made a change.


def test_aoscx_end_of_the_session_that_armed_takes_the_change_back(bench: Bench) -> None:
    before = bench.twin.state()
    driver = AOSCXDriver(bench.target)
    driver.open()
    driver.stage(LINE)
    driver.commit(revert_after_seconds=1200)
    assert bench.twin.state().running != before.running
    driver.close()
    deadline = time.monotonic() + 10
    while bench.twin.state().sessions and time.monotonic() < deadline:
        time.sleep(0.02)
    bench.clock.sleep(6.0)
    assert_untouched(bench.twin.state(), before)
    assert bench.twin.state().reverts == 1


def test_aoscx_session_that_dies_while_it_waits_ends_the_change_as_reverted(bench: Bench) -> None:
    before = bench.twin.state()

    def cut(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        twin_of(bench).cut_sessions()
        return ()

    result = change(bench, post_check=cut, seconds=1200)
    assert result.outcome == "reverted"
    assert_untouched(bench.twin.state(), before)
    # The timer of twenty minutes was not waited for.
    assert result.seconds < 1200


def test_aoscx_session_that_is_dead_owns_nothing(bench: Bench) -> None:
    driver = AOSCXDriver(bench.target)
    driver.open()
    driver.stage(LINE)
    driver.commit(revert_after_seconds=120)
    twin_of(bench).cut_sessions()
    with pytest.raises(ConnectionLost):
        driver.owns_pending_commit()
    with pytest.raises(ConnectionLost):
        driver.confirm()
    driver.close()


def test_aoscx_session_that_waits_is_kept_in_use(bench: Bench) -> None:
    session = session_on(bench, keep_alive_seconds=0.02)
    session.load_merge_candidate(config=LINE)
    session.commit_config(revert_in=120)
    lines = len(bench.twin.transcript())
    deadline = time.monotonic() + 10
    while len(bench.twin.transcript()) < lines + 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert set(bench.twin.transcript()[lines : lines + 3]) == {""}
    session.confirm_commit()
    session.close()
    assert bench.twin.state().startup == bench.twin.state().running


def test_aoscx_goodbye_that_nobody_hears_is_no_error(bench: Bench) -> None:
    for _ in range(8):
        session = session_on(bench, keep_alive_seconds=15)
        transport = session.terminal._connection.remote_conn.get_transport()
        transport.sock.shutdown(socket.SHUT_WR)
        session.close()
        transport.join(5)
        assert not transport.is_active()


def test_aoscx_warning_in_the_middle_of_answers_disturbs_no_answer(bench: Bench) -> None:
    def wait(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        bench.clock.sleep(181.0)
        return ()

    result = change(bench, post_check=wait, seconds=300)
    assert result.outcome == "confirmed"
    assert bench.twin.state().reverts == 0


# The timer.


def test_aoscx_timer_of_somebody_else_is_found_when_ours_is_refused(
    bench: Bench, other: AOSCXNetworkDriver
) -> None:
    before = bench.twin.state()
    other.cli(["checkpoint auto 30"])
    pending = bench.twin.state().pending
    driver = AOSCXDriver(bench.target)
    driver.open()
    driver.stage(LINE)
    with pytest.raises(PendingCommit, match="an automatic checkpoint of somebody else runs"):
        driver.commit(revert_after_seconds=120)
    driver.close()
    assert change(bench).outcome == "refused"
    state = bench.twin.state()
    assert (state.running, state.pending, state.commits) == (before.running, pending, 0)
    assert "checkpoint" not in other.cli(["show checkpoint"])["show checkpoint"].partition("\n")[2]


def test_aoscx_running_that_is_not_saved_may_be_a_pending_commit(bench: Bench) -> None:
    bench.twin.console(("snmp-server system-contact somebody",))
    before = bench.twin.state()
    with pytest.raises(PendingCommit, match="running is not what startup holds"):
        preview_change(bench.target, LINE, lock=bench.lock)
    result = apply_change(
        bench.target,
        ApprovedChange(lines=LINE, approved_diff="", revert_after_seconds=120),
        lock=bench.lock,
        post_check=nothing_to_say,
        clock=bench.clock,
    )
    assert (result.outcome, "have it confirmed and saved" in result.message) == ("refused", True)
    now = bench.twin.state()
    assert (now.running, now.startup, now.commits) == (before.running, before.startup, before.commits)


def test_aoscx_confirmation_does_not_save_so_running_is_saved_after_it(bench: Bench) -> None:
    assert change(bench).outcome == "confirmed"
    sent = [line for line in bench.twin.transcript() if line in ("checkpoint auto confirm", "write memory")]
    assert sent == ["checkpoint auto confirm", "write memory"]
    assert bench.twin.state().startup == bench.twin.state().running


@pytest.mark.parametrize(("asked", "counted"), [(60, 60), (61, 120), (3600, 3600)])
def test_aoscx_timer_counts_whole_minutes(asked: int, counted: int) -> None:
    assert revert_seconds_for("sw-01", PROFILES["aoscx"], asked) == counted


@pytest.mark.parametrize("asked", [59, 3601])
def test_aoscx_timer_of_more_than_an_hour_is_refused(asked: int) -> None:
    with pytest.raises(RevertTimerInvalid, match="choose 60 to 3600 s"):
        revert_seconds_for("sw-01", PROFILES["aoscx"], asked)


# Checkpoints.


@pytest.mark.parametrize("release", ["FL.10.13.1000", "FL.10.07.0001"])
def test_aoscx_identical_checkpoint_is_used_and_left_alone(benches: Benches, release: str) -> None:
    bench = benches.start("aoscx", change=("FL.10.13.1000", release))
    other = session_on(bench)
    other.cli(["copy running-config checkpoint monday"])
    assert change(bench).outcome == "confirmed"
    failing = change(bench, "snmp-server system-location Odder\nfrobnicate\n")
    assert (failing.outcome, "frobnicate" in failing.message) == ("reverted", True)
    rows = other.cli(["show checkpoint list all"])["show checkpoint list all"].splitlines()[1:]
    other.close()
    assert [row.split()[0] for row in rows if "User" in row] == ["monday"]


def test_aoscx_checkpoints_of_changes_do_not_fill_the_switch(bench: Bench, other: AOSCXNetworkDriver) -> None:
    for place in ("Grenaa", "Ebeltoft"):
        assert change(bench, f"snmp-server system-location {place}\n").outcome == "confirmed"
    assert other.cli(["show checkpoint"])["show checkpoint"].splitlines()[1:] == []


def test_aoscx_switch_without_room_for_a_checkpoint_is_not_changed(
    bench: Bench, other: AOSCXNetworkDriver
) -> None:
    for number in range(32):
        bench.twin.console((f"snmp-server system-contact c{number}",))
        other.cli([f"copy running-config checkpoint c{number}"])
    bench.twin.console(("snmp-server system-contact last",))
    other.save()
    before = bench.twin.state()
    result = change(bench)
    assert result.outcome == "refused"
    assert "maximum number of checkpoints" in result.message
    assert_untouched(bench.twin.state(), before)


# The safe change around it.


def test_aoscx_other_diff_than_the_approved_one_sends_nothing(bench: Bench) -> None:
    before = bench.twin.state()
    result = apply_change(
        bench.target,
        ApprovedChange(lines=LINE, approved_diff=f"{MARK}\n+something else", revert_after_seconds=120),
        lock=bench.lock,
        post_check=nothing_to_say,
        clock=bench.clock,
    )
    assert (result.outcome, "approved but not there: '+something else'" in result.message) == (
        "refused",
        True,
    )
    assert_untouched(bench.twin.state(), before)
    assert not any(line.startswith(("configure", "copy", "checkpoint")) for line in bench.twin.transcript())


def test_aoscx_switch_that_another_run_holds_is_not_even_asked(bench: Bench) -> None:
    with bench.lock.hold(bench.target.device):
        result = apply_change(
            bench.target,
            ApprovedChange(lines=LINE, approved_diff="", revert_after_seconds=120),
            lock=bench.lock,
            post_check=nothing_to_say,
            clock=bench.clock,
        )
    assert (result.outcome, bench.twin.transcript()) == ("refused", ())


def test_aoscx_lost_neighbour_is_a_reason_to_go_back(bench: Bench) -> None:
    before = bench.twin.state()
    result = change(bench, "interface 1/1/1\n    shutdown\n")
    assert (result.outcome, [failure.check for failure in result.failures]) == ("reverted", ["neighbours"])
    assert_untouched(bench.twin.state(), before)


def test_aoscx_configuration_that_was_upgraded_over_equals_the_one_it_was(benches: Benches) -> None:
    bench = benches.start("aoscx")
    text = bench.twin.state().running
    old, new = (
        f"Current configuration:\n!\n!Version {brand}\n!export-password: default\n{text}"
        for brand in ("ArubaOS-CX FL.10.13.1000", "AOS-CX FL.10.15.1020")
    )
    assert comparable_configuration("aoscx", old) == comparable_configuration("aoscx", new)
    assert comparable_configuration("aoscx", old) != comparable_configuration("aoscx", new + "vlan 99\n")


def test_aoscx_spinner_of_a_slow_save_is_read_to_its_end(bench: Bench) -> None:
    bench.twin.console(("snmp-server system-contact somebody",))
    driver = AOSCXDriver(bench.target)
    driver.open()
    bench.twin.switch_fault(Fault(name="delay", seconds=1.0))
    driver.save()
    driver.close()
    assert bench.twin.state().startup == bench.twin.state().running
