"""What the FortiOS twin owes to the ``Twin`` protocol, through the real driver and through plain requests."""

import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from napalm.base.exceptions import (
    CommitConfirmException,
    CommitError,
    ConnectionException,
    MergeConfigException,
)

from lab.clock import ManualClock, SystemClock
from lab.errors import LabFileError, LabRunError, LineRefused
from lab.fortios.twin import FortiOSTwin
from lab.models import Fault, PendingCommit
from lab.twin import TwinCredential
from tests.lab.twin_bench import FORTIOS, USER, TwinBench, is_refused, starting_text, twin_bench, wait_until

CHANGE = "config system global\nset admintimeout 10\nend\n"
REPLACED = ("set admintimeout 15", "set admintimeout 10")
LATE_SECONDS = 8
REBOOT_SECONDS = 43
CUTS = (
    "config system interface\nedit mgmt\nset status down\nend\n",
    "config system interface\nedit mgmt\nunset ip\nend\n",
    "config system interface\nedit mgmt\nset allowaccess ping ssh\nend\n",
    "config system global\nset admin-sport 8443\nend\n",
)


@pytest.fixture
def bench(make_fortios_bench: Callable[..., TwinBench]) -> TwinBench:
    return make_fortios_bench()


def commit(driver: Any, lines: str = CHANGE, **options: int) -> None:
    driver.load_merge_candidate(config=lines)
    driver.commit_config(**options)


def test_a_started_twin_holds_its_configuration_and_nothing_is_pending(bench: TwinBench) -> None:
    state = bench.twin.state()
    assert (state.name, state.platform, state.running) == (FORTIOS.name, "fortios", state.startup)
    assert (state.pending, state.commits, state.reverts, state.sessions) == (None, 0, 0, 0)
    assert (state.management_reachable, state.faults, bench.twin.transcript()) == (True, (), ())


def test_the_driver_meets_the_device_of_the_lab_file(bench: TwinBench) -> None:
    driver = bench.connect()
    facts = driver.get_facts()
    assert (facts["hostname"], facts["os_version"], facts["vendor"]) == ("fg-edge1", "7.4.7", "Fortinet")
    assert facts["interface_list"] == ["mgmt", "port1", "port2"]
    assert driver.get_lldp_neighbors() == {"port1": [{"hostname": "core1", "port": "Ethernet9"}]}
    bench.twin.console(("config system interface", "edit port1", "set status down", "end"))
    assert driver.get_lldp_neighbors() == {}


def test_a_confirmed_change_stays_and_is_saved(bench: TwinBench, manual_clock: ManualClock) -> None:
    before = bench.twin.state().running
    driver = bench.connect()
    commit(driver, revert_in=120)
    assert bench.twin.state().pending == PendingCommit(user=USER, seconds_left=120.0 + LATE_SECONDS)
    assert driver.has_pending_commit()
    manual_clock.advance(80)
    driver.confirm_commit()
    manual_clock.advance(3600)
    state = bench.twin.state()
    for section in ("trigger", "action", "stitch"):
        before = before.replace(
            "config system settings\n", f"config system automation-{section}\nend\nconfig system settings\n"
        )
    assert sorted(state.running.splitlines()) == sorted(before.replace(*REPLACED).splitlines())
    assert (state.startup, state.pending, state.commits, state.reverts) == (state.running, None, 1, 0)


def test_an_unconfirmed_change_goes_back_by_a_reboot_with_nobody_connected(
    bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = bench.twin.state().running
    driver = bench.connect()
    commit(driver, revert_in=60)
    bench.leave(driver)
    manual_clock.advance(60 + LATE_SECONDS - 1)
    assert REPLACED[1] in bench.twin.state().running
    manual_clock.advance(1 + 12)
    assert is_refused(bench.twin.port), "it reboots"
    manual_clock.advance(REBOOT_SECONDS)
    state = bench.twin.state()
    assert (state.running, state.startup, state.pending) == (before, before, None)
    assert (state.commits, state.reverts, state.management_reachable) == (1, 1, True)
    assert not bench.connect().has_pending_commit()


def test_a_roll_back_while_the_timer_runs_reboots_at_once(
    bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = bench.twin.state().running
    driver = bench.connect()
    commit(driver, revert_in=60)
    driver.rollback()
    manual_clock.advance(REBOOT_SECONDS)
    assert (bench.twin.state().running, bench.twin.state().pending) == (before, None)
    manual_clock.advance(3600)
    assert (bench.twin.state().running, bench.twin.state().reverts) == (before, 0)


def test_timers_run_faster_by_the_clock_factor(tmp_path: Path) -> None:
    fast = FORTIOS.model_copy(update={"clock_factor": 30.0})
    with twin_bench(fast, tmp_path, SystemClock()) as bench:
        before = bench.twin.state().running
        commit(bench.connect(), revert_in=60)
        wait_until(lambda: bench.twin.state().reverts == 1, seconds=60)
        wait_until(lambda: bench.twin.state().running == before, seconds=60)


@pytest.mark.parametrize("cut", CUTS)
def test_a_change_that_cuts_the_management_path_silences_all_until_it_goes_back(
    bench: TwinBench, manual_clock: ManualClock, cut: str
) -> None:
    before = bench.twin.state().running
    errors: list[Exception] = []

    def try_it(driver: Any) -> None:
        try:
            commit(driver, cut, revert_in=60)
        except MergeConfigException as error:
            errors.append(error)

    committing = threading.Thread(target=try_it, args=(bench.connect(),), daemon=True)
    committing.start()
    wait_until(lambda: not bench.twin.state().management_reachable)
    assert is_refused(bench.twin.port)
    committing.join(timeout=0.3)
    assert committing.is_alive(), "the answer came over a path that is cut"
    manual_clock.advance(60 + LATE_SECONDS + REBOOT_SECONDS)
    committing.join(timeout=10)
    assert not committing.is_alive()
    assert "timed out" in str(errors[0])
    state = bench.twin.state()
    assert (state.running, state.pending, state.reverts, state.management_reachable) == (
        before,
        None,
        1,
        True,
    )
    assert bench.connect().get_facts()["hostname"] == "fg-edge1"


def test_the_console_reaches_a_device_that_nobody_else_does(bench: TwinBench) -> None:
    bench.twin.console(("config system interface", "edit mgmt", "set status down", "next", "end"))
    assert is_refused(bench.twin.port)
    bench.twin.console(("config system interface", "edit mgmt", "set status up", "next", "end"))
    state = bench.twin.state()
    assert (state.commits, state.running, bench.twin.transcript()) == (2, state.startup, ())
    for bogus in ("bogus", "config system globall", "config system global\nset admintimeout 0\nend"):
        with pytest.raises(LineRefused):
            bench.twin.console((bogus,))
    with pytest.raises(LineRefused):
        bench.twin.console(("config system global", "set admintimeout 9"))
    assert bench.twin.state() == state


def test_a_line_can_be_made_to_fail_once(bench: TwinBench) -> None:
    bench.twin.switch_fault(Fault(name="error-line", argument="admintimeout"))
    before = bench.twin.state().running
    with pytest.raises(MergeConfigException, match="Return code -61"):
        commit(bench.connect())
    assert (bench.twin.state().running, bench.twin.state().faults) == (before, ())
    commit(bench.connect())
    assert REPLACED[1] in bench.twin.state().running


def test_a_wrong_token_and_refused_logins_are_told(bench: TwinBench) -> None:
    with pytest.raises(ConnectionException, match="401"):
        bench.connect(password=secrets.token_urlsafe(12))
    bench.twin.switch_fault(Fault(name="refuse-login", times=None))
    with pytest.raises(ConnectionException, match="401"):
        bench.connect()
    bench.twin.clear_faults()
    assert bench.connect().is_alive() == {"is_alive": True}


def test_a_connection_dropped_after_the_change_leaves_it_and_its_timer(
    bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = bench.twin.state().running
    driver = bench.connect()
    bench.twin.switch_fault(Fault(name="drop-after-commit"))
    with pytest.raises(MergeConfigException, match="timed out"):
        commit(driver, revert_in=60)
    state = bench.twin.state()
    assert (REPLACED[1] in state.running, state.pending is not None, state.faults) == (True, True, ())
    manual_clock.advance(60 + LATE_SECONDS + REBOOT_SECONDS)
    assert bench.twin.state().running == before


def test_an_answer_can_be_made_to_wait(bench: TwinBench) -> None:
    driver = bench.connect()
    bench.twin.switch_fault(Fault(name="delay", seconds=0.5))
    began = time.monotonic()
    driver.get_config(retrieve="running")
    assert time.monotonic() - began >= 0.5
    assert bench.twin.state().faults == ()


def test_the_transcript_tells_what_was_asked_and_no_token(bench: TwinBench) -> None:
    commit(bench.connect(), "config user tacacs+\nedit regional\nset key hunter2\nend\n")
    text = "\n".join(bench.twin.transcript())
    assert "config user tacacs+" in text
    assert bench.credential.password not in text


def test_two_drivers_cannot_both_hold_a_commit_and_one_that_was_restored_is_not_confirmed(
    bench: TwinBench, manual_clock: ManualClock
) -> None:
    first, second = bench.connect(), bench.connect()
    commit(first, revert_in=60)
    with pytest.raises(CommitError, match="pending"):
        commit(second, revert_in=60)
    manual_clock.advance(60 + LATE_SECONDS + REBOOT_SECONDS)
    with pytest.raises(CommitConfirmException, match="No commit-confirm is pending"):
        first.confirm_commit()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("config router multicast\nend\n", "nonsense\n"), "refuses line 122.*nonsense"),
        (("config router multicast\nend\n", "config router multicast\n"), "ends inside 'config router multi"),
        (('set device "port1"', 'set device "port1'), "never ends"),
        ((":vdom=0:", ":vdom=1:"), "divided into VDOMs"),
    ],
)
def test_a_starting_configuration_that_cannot_be_is_an_error_that_names_the_twin(
    tmp_path: Path, manual_clock: ManualClock, change: tuple[str, str], said: str
) -> None:
    text = starting_text(FORTIOS)
    assert text.count(change[0]) == 1
    credential = TwinCredential(USER, secrets.token_urlsafe(12))
    with pytest.raises(LabFileError, match=f"fg-edge1.*{said}"):
        FortiOSTwin(FORTIOS, text.replace(*change), credential, tmp_path, manual_clock)


def test_a_taken_port_is_one_clear_error(bench: TwinBench, tmp_path: Path, manual_clock: ManualClock) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    clash = FORTIOS.model_copy(update={"port": bench.twin.port})
    with (
        pytest.raises(LabRunError, match=f"cannot listen on loopback port {bench.twin.port}"),
        twin_bench(clash, folder, manual_clock),
    ):
        pytest.fail("two twins listen on one port")


def test_stop_leaves_no_thread_no_port_and_no_timer(tmp_path: Path, manual_clock: ManualClock) -> None:
    before = threading.active_count()
    with twin_bench(FORTIOS, tmp_path, manual_clock) as bench:
        commit(bench.connect(), revert_in=60)
        port, changed = bench.twin.port, bench.twin.state().running
    assert is_refused(port)
    wait_until(lambda: threading.active_count() <= before)
    manual_clock.advance(3600)
    assert bench.twin.state().running == changed
