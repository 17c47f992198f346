"""Each hazard of the libraries below the drivers, named after what it does to a device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devices.drivers.eos_driver import EOSDriver
from devices.drivers.ios_driver import IOSDriver
from devices.drivers.junos_driver import JunosDriver
from devices.drivers.napalm_driver import revert_seconds_for
from devices.drivers.opening import driver_for
from devices.errors import (
    CommandRefused,
    ConfigurationRefused,
    EffectDiffers,
    LockHeld,
    NothingStaged,
    NotOurCommit,
    RevertTimerInvalid,
)
from devices.profiles import PROFILES
from devices.service import preview_change
from lab.models import Fault

if TYPE_CHECKING:
    from devices.models import Platform
    from tests.devices.conftest import Benches

LINES = {
    "ios": "snmp-server location Grenaa\n",
    "eos": "snmp-server location Grenaa\n",
    "junos": "set system host-name fw-99\n",
    "fortios": "config system snmp sysinfo\nset location Grenaa\nend\n",
    "aoscx": "snmp-server system-location Grenaa\n",
}
PLATFORMS = tuple(LINES)
# An AOS-CX switch takes a change back when the session ends that made it; see test_aoscx_hazards.py.
OUTLIVING = tuple(platform for platform in PLATFORMS if platform != "aoscx")


@pytest.mark.parametrize("platform", OUTLIVING)
def test_closing_leaves_a_pending_commit_to_its_timer(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    driver = driver_for(bench.target)
    driver.open()
    driver.stage(LINES[platform])
    driver.commit(revert_after_seconds=120)
    driver.close()
    del driver
    state = bench.twin.state()
    assert state.pending is not None
    assert (state.commits, state.reverts) == (1, 0)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_another_object_never_confirms_or_takes_back_a_commit(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    first, second = driver_for(bench.target), driver_for(bench.target)
    first.open()
    first.stage(LINES[platform])
    first.commit(revert_after_seconds=120)
    first.close()
    second.open()
    assert (second.has_pending_commit(), second.owns_pending_commit()) == (True, False)
    with pytest.raises(NotOurCommit):
        second.confirm()
    with pytest.raises(NotOurCommit):
        second.roll_back()
    second.close()
    state = bench.twin.state()
    assert state.pending is not None
    assert state.startup != state.running or platform in {"junos", "fortios"}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_expired_commit_is_not_confirmed_late(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    before = bench.twin.state()
    driver = driver_for(bench.target)
    driver.open()
    driver.stage(LINES[platform])
    driver.commit(revert_after_seconds=120)
    bench.clock.sleep(121.0 if platform != "fortios" else 180.0)  # FortiOS goes back by a reboot.
    with pytest.raises(NotOurCommit):
        driver.confirm()
    driver.close()
    state = bench.twin.state()
    assert (state.running, state.startup, state.pending) == (before.running, before.startup, None)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_taking_back_restores_at_once_and_saves_nothing(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    before = bench.twin.state()
    driver = driver_for(bench.target)
    driver.open()
    driver.stage(LINES[platform])
    driver.commit(revert_after_seconds=120)
    driver.roll_back()
    driver.close()
    bench.clock.sleep(60.0 if platform == "fortios" else 0.0)  # It reboots into what it was.
    state = bench.twin.state()
    assert (state.running, state.startup, state.pending) == (before.running, before.startup, None)
    assert not any("write mem" in line for line in bench.twin.transcript())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_nothing_is_compared_or_committed_before_it_was_staged(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    driver = driver_for(bench.target)
    driver.open()
    with pytest.raises(NothingStaged):
        driver.diff()
    with pytest.raises(NothingStaged):
        driver.commit(revert_after_seconds=120)
    with pytest.raises(NothingStaged):
        driver.stage("\n  \n")
    driver.close()
    assert bench.twin.state().commits == 0


def test_ios_file_that_was_exchanged_after_the_comparison_is_not_copied(benches: Benches) -> None:
    bench = benches.start("ios")
    before = bench.twin.state()
    ours, theirs = IOSDriver(bench.target), IOSDriver(bench.target)
    ours.open()
    theirs.open()
    ours.stage(LINES["ios"])
    theirs.stage("no ip scp server enable\n")
    with pytest.raises(CommandRefused, match="changed by somebody else after the comparison"):
        ours.commit(revert_after_seconds=120)
    ours.close()
    theirs.close()
    assert (bench.twin.state().running, bench.twin.state().pending) == (before.running, None)


def test_ios_file_that_was_exchanged_before_the_comparison_is_not_what_is_compared(benches: Benches) -> None:
    bench = benches.start("ios")
    ours, others = IOSDriver(bench.target), IOSDriver(bench.target)
    ours.open()
    others.open()
    ours.stage("snmp-server location Grenaa\n")
    others.stage("lldp run\n")  # It runs already: its difference is empty.
    with pytest.raises(CommandRefused, match="changed by somebody else"):
        ours.diff()
    others.close()
    ours.close()
    assert bench.twin.state().commits == 0


def test_ios_file_that_was_exchanged_while_the_timer_was_armed_is_taken_back(benches: Benches) -> None:
    bench = benches.start("ios")
    before = bench.twin.state()
    ours, others = IOSDriver(bench.target), IOSDriver(bench.target)
    ours.open()
    others.open()
    ours.stage("snmp-server location Grenaa\n")
    ours.diff()
    keep_backup = ours._napalm._gen_rollback_cfg

    def exchange() -> None:
        keep_backup()
        others.stage("snmp-server location Auning\n")

    ours._napalm._gen_rollback_cfg = exchange
    with pytest.raises(EffectDiffers, match="other lines than the approved ones"):
        ours.commit(revert_after_seconds=120)
    assert "Auning" in bench.twin.state().running
    ours.roll_back()
    others.close()
    ours.close()
    state = bench.twin.state()
    assert (state.running, state.startup, state.pending) == (before.running, before.startup, None)


def test_ios_without_scp_is_refused_and_said(benches: Benches) -> None:
    bench = benches.start("ios", change=("ip scp server enable\n", ""))
    with pytest.raises(CommandRefused, match="ip scp server enable"):
        preview_change(bench.target, LINES["ios"], lock=bench.lock)


def test_eos_session_of_a_killed_run_does_not_block_the_next(benches: Benches) -> None:
    bench = benches.start("eos")
    killed = EOSDriver(bench.target)
    killed.open()
    killed.stage(LINES["eos"])
    assert preview_change(bench.target, LINES["eos"], lock=bench.lock) == "+snmp-server location Grenaa"


def test_eos_session_of_somebody_else_is_waited_for_and_then_refused(benches: Benches) -> None:
    bench = benches.start("eos")
    other = EOSDriver(bench.target, session_id=lambda: "one")
    other.open()
    other._session_name = "maintenance"
    other.stage(LINES["eos"])
    with pytest.raises(LockHeld):
        preview_change(bench.target, LINES["eos"], lock=bench.lock)
    other.close()
    assert preview_change(bench.target, LINES["eos"], lock=bench.lock) == "+snmp-server location Grenaa"


def test_eos_refusal_names_the_command_and_hides_its_secret(benches: Benches) -> None:
    bench = benches.start("eos")
    with pytest.raises(ConfigurationRefused) as caught:
        preview_change(bench.target, "frobnicate password hunter2\n", lock=bench.lock)
    assert "frobnicate password <secret>" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_junos_lock_is_released_after_a_commit_that_failed(benches: Benches) -> None:
    bench = benches.start("junos")
    driver = JunosDriver(bench.target)
    driver.open()
    driver.stage("delete system root-authentication\n")
    with pytest.raises(ConfigurationRefused, match="root-authentication"):
        driver.commit(revert_after_seconds=120)
    assert preview_change(bench.target, LINES["junos"], lock=bench.lock).startswith("[edit system]")
    driver.close()
    assert (bench.twin.state().commits, bench.twin.state().pending) == (0, None)


def test_junos_edit_of_somebody_else_stops_the_confirmation(benches: Benches) -> None:
    bench = benches.start("junos")
    before = bench.twin.state()
    ours, other = JunosDriver(bench.target), JunosDriver(bench.target)
    ours.open()
    ours.stage(LINES["junos"])
    ours.commit(revert_after_seconds=120)
    other.open()
    other.stage("set system domain-name example.dk\n")
    with pytest.raises(LockHeld):
        ours.confirm()
    bench.clock.sleep(121.0)
    other.close()
    ours.close()
    assert bench.twin.state().running == before.running


@pytest.mark.parametrize(
    ("platform", "asked", "counted"),
    [
        ("ios", 60, 60),
        ("ios", 61, 120),
        ("ios", 7200, 7200),
        ("junos", 90, 120),
        ("eos", 61, 61),
        ("eos", 86399, 86399),
        ("fortios", 61, 61),
        ("fortios", 86400, 86400),
    ],
)
def test_a_revert_timer_is_never_shorter_than_asked_for(platform: Platform, asked: int, counted: int) -> None:
    assert revert_seconds_for("sw-01", PROFILES[platform], asked) == counted


@pytest.mark.parametrize(
    ("platform", "asked"), [("ios", 59), ("ios", 7201), ("eos", 86400), ("junos", 0), ("fortios", 86401)]
)
def test_a_revert_timer_that_the_platform_cannot_count_is_refused(platform: Platform, asked: int) -> None:
    with pytest.raises(RevertTimerInvalid, match="choose 60 to"):
        revert_seconds_for("sw-01", PROFILES[platform], asked)


def test_a_slow_device_is_waited_for(benches: Benches) -> None:
    bench = benches.start("eos")
    bench.twin.switch_fault(Fault(name="delay", seconds=1.0, times=2))
    assert preview_change(bench.target, LINES["eos"], lock=bench.lock) == "+snmp-server location Grenaa"
