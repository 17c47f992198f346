"""What each fault does to the twins that can have it, and that the others say that they cannot."""

import hashlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from jnpr.junos.exception import CommitError as JunosCommitError
from pyeapi.eapilib import CommandError

from lab.aoscx.twin import AOSCXTwin
from lab.clock import ManualClock, SystemClock
from lab.delayed_line import DelayedLine
from lab.device_twin import OTHER_USER
from lab.errors import FaultUnknown
from lab.models import Fault, FaultName, LatencyProfile, PendingCommit, TwinSpec
from lab.platforms import twin_class
from tests.lab import aoscx_room
from tests.lab.aoscx_room import Person
from tests.lab.twin_bench import (
    EOS,
    FORTIOS,
    IOS,
    JUNOS,
    TwinBench,
    is_refused,
    starting_text,
    twin_bench,
    wait_until,
)

COMMON: frozenset[FaultName] = frozenset(
    {"refuse-login", "drop-after-commit", "error-line", "delay", "reboot"}
)
BACK_AFTER_SECONDS = 90
PENDING_SECONDS = 600


@dataclass(frozen=True)
class Case:
    """A platform: what its twin can have, and a line of another user in its words."""

    spec: TwinSpec
    text: str
    more_faults: frozenset[FaultName]
    lines: tuple[str, ...]
    marker: str
    saves_at_once: bool = False


CASES = {
    "ios": Case(
        IOS,
        starting_text(IOS),
        frozenset({"flash-full", "slow-echo", "other-user-change", "other-user-pending"}),
        ("ip domain name other.example",),
        "other.example",
    ),
    "aoscx": Case(
        aoscx_room.SPEC,
        aoscx_room.TEXT,
        frozenset({"slow-echo", "other-user-change", "other-user-pending"}),
        ("vlan 77", "name other"),
        "vlan 77",
    ),
    "eos": Case(
        EOS,
        starting_text(EOS),
        frozenset({"flash-full", "other-user-change", "other-user-pending"}),
        ("dns domain other.example",),
        "other.example",
    ),
    "junos": Case(
        JUNOS,
        starting_text(JUNOS),
        frozenset({"flash-full", "other-user-change", "other-user-pending"}),
        ("set system domain-name other.example",),
        "other.example",
        saves_at_once=True,
    ),
    "fortios": Case(
        FORTIOS,
        starting_text(FORTIOS),
        frozenset({"other-user-change"}),
        ("config system dns", "set domain other.example", "end"),
        "other.example",
        saves_at_once=True,
    ),
}
WITH_PENDING = [name for name, case in CASES.items() if "other-user-pending" in case.more_faults]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def bench(case: Case, tmp_path: Path, manual_clock: ManualClock) -> Iterator[TwinBench]:
    with twin_bench(case.spec, tmp_path, manual_clock, text=case.text) as made:
        yield made


def is_gone(client: socket.socket) -> bool:
    """Return whether a connection is ended or reset, after reading what had been said before."""
    client.settimeout(5)
    try:
        while client.recv(1024):
            pass
    except ConnectionResetError:
        pass
    return True


def ask_something(bench: TwinBench) -> None:
    """Let somebody ask the device for something that changes nothing."""
    if isinstance(bench.twin, AOSCXTwin):
        person = Person(bench.twin, bench.credential)
        try:
            person.ask("show version")
        finally:
            person.client.close()
        return
    driver = bench.connect()
    driver.get_config(retrieve="running")
    bench.leave(driver)


def test_a_twin_has_the_faults_that_its_platform_can_have_and_refuses_the_others(
    case: Case, bench: TwinBench
) -> None:
    possible = COMMON | case.more_faults
    assert bench.twin.possible_faults == possible
    for name in set(get_args(FaultName)) - possible:
        with pytest.raises(FaultUnknown, match=rf"{bench.twin.name}: .*{case.spec.platform}.*{name}"):
            bench.twin.switch_fault(Fault(name=name))
    assert bench.twin.state().faults == ()


def test_a_reboot_drops_who_is_there_and_comes_back_with_what_was_saved(
    case: Case, bench: TwinBench, manual_clock: ManualClock
) -> None:
    saved = bench.twin.state().startup
    bench.twin.console(case.lines)
    changed = bench.twin.state()
    assert (case.marker in changed.running, changed.startup == changed.running) == (True, case.saves_at_once)
    with socket.create_connection(("127.0.0.1", bench.twin.port), timeout=5) as client:
        bench.twin.switch_fault(Fault(name="reboot", seconds=BACK_AFTER_SECONDS))
        assert is_gone(client)
    state = bench.twin.state()
    expected = changed.running if case.saves_at_once else saved
    assert (state.running, state.startup, state.sessions) == (expected, expected, 0)
    assert (state.management_reachable, [one.name for one in state.faults]) == (False, ["reboot"])
    manual_clock.advance(BACK_AFTER_SECONDS - 1)
    assert is_refused(bench.twin.port)
    manual_clock.advance(1)
    assert (bench.twin.state().management_reachable, bench.twin.state().faults) == (True, ())
    ask_something(bench)
    assert (bench.twin.state().commits, bench.twin.state().reverts) == (1, 0)


@pytest.mark.parametrize("case", [CASES[name] for name in WITH_PENDING], ids=WITH_PENDING)
def test_a_pending_commit_of_another_user_goes_back_in_its_time(
    case: Case, bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = bench.twin.state().running
    bench.twin.switch_fault(Fault(name="other-user-pending", seconds=PENDING_SECONDS, lines=case.lines))
    assert bench.twin.state().pending is None
    ask_something(bench)
    state = bench.twin.state()
    assert state.pending == PendingCommit(user=OTHER_USER, seconds_left=float(PENDING_SECONDS))
    assert (case.marker in state.running, state.faults) == (True, ())
    assert f"! {OTHER_USER} acted: other-user-pending" in bench.twin.transcript()
    manual_clock.advance(PENDING_SECONDS)
    state = bench.twin.state()
    assert (state.running, state.pending, state.reverts) == (before, None, 1)


@pytest.mark.parametrize("case", [CASES[name] for name in WITH_PENDING], ids=WITH_PENDING)
def test_a_reboot_takes_the_timer_of_a_pending_commit_with_it(
    case: Case, bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = bench.twin.state().running
    bench.twin.switch_fault(Fault(name="other-user-pending", seconds=PENDING_SECONDS, lines=case.lines))
    ask_something(bench)
    bench.twin.switch_fault(Fault(name="reboot", seconds=BACK_AFTER_SECONDS))
    assert bench.twin.state().pending is None
    manual_clock.advance(10 * PENDING_SECONDS)
    state = bench.twin.state()
    assert (state.running != before, state.reverts) == (case.saves_at_once, 0)


def test_a_stitch_of_fortios_is_in_the_configuration_and_outlives_a_reboot(
    tmp_path: Path, manual_clock: ManualClock
) -> None:
    with twin_bench(FORTIOS, tmp_path, manual_clock) as bench:
        before = bench.twin.state().running
        driver = bench.connect()
        driver.load_merge_candidate(config="config system global\nset admintimeout 17\nend\n")
        driver.commit_config(revert_in=600)
        bench.twin.switch_fault(Fault(name="reboot", seconds=BACK_AFTER_SECONDS))
        manual_clock.advance(BACK_AFTER_SECONDS)
        assert bench.twin.state().pending is not None
        manual_clock.advance(700)
        assert (bench.twin.state().running, bench.twin.state().reverts) == (before, 1)


def test_a_stitch_of_fortios_that_was_due_during_a_reboot_never_fires(
    tmp_path: Path, manual_clock: ManualClock
) -> None:
    with twin_bench(FORTIOS, tmp_path, manual_clock) as bench:
        driver = bench.connect()
        driver.load_merge_candidate(config="config system global\nset admintimeout 17\nend\n")
        driver.commit_config(revert_in=60)
        bench.twin.switch_fault(Fault(name="reboot", seconds=BACK_AFTER_SECONDS))
        manual_clock.advance(3600)
        state = bench.twin.state()
        assert ("set admintimeout 17" in state.running, state.pending, state.reverts) == (True, None, 0)


def test_another_user_acts_right_before_the_request_that_was_named(case: Case, bench: TwinBench) -> None:
    fault = Fault(name="other-user-change", argument="never sent by anybody", lines=case.lines)
    bench.twin.switch_fault(fault)
    ask_something(bench)
    assert (case.marker in bench.twin.state().running, bench.twin.state().faults) == (False, (fault,))
    bench.twin.switch_fault(Fault(name="other-user-change", argument=".", lines=case.lines))
    ask_something(bench)
    state = bench.twin.state()
    assert (case.marker in state.running, state.commits, state.faults) == (True, 1, ())


def test_another_user_is_refused_while_somebody_holds_the_lock(
    tmp_path: Path, manual_clock: ManualClock
) -> None:
    case = CASES["junos"]
    with twin_bench(JUNOS, tmp_path, manual_clock) as bench:
        driver = bench.connect()
        driver.load_merge_candidate(config="set system domain-name ours.example\n")
        fault = Fault(name="other-user-change", argument="commit", lines=case.lines)
        bench.twin.switch_fault(fault)
        driver.commit_config()
        state = bench.twin.state()
        assert ("ours.example" in state.running, case.marker in state.running) == (True, False)
        assert any(line.startswith(f"! {OTHER_USER} was refused") for line in bench.twin.transcript())


def test_a_full_flash_of_ios_takes_neither_files_nor_a_revert_timer(ios_bench: TwinBench) -> None:
    before = ios_bench.twin.state().running
    driver = ios_bench.connect()
    ios_bench.twin.switch_fault(Fault(name="flash-full", times=None))
    device = driver.device
    assert "(0 bytes free)" in device.send_command("dir flash:")
    copied = device.send_command_timing("copy running-config flash:kept.cfg")
    copied += device.send_command_timing("")
    assert "%Error writing flash:kept.cfg (No space left on device)" in copied
    assert "No space left on device" in device.send_command_timing("configure terminal revert timer 5")
    with pytest.raises(Exception, match=r"(?i)space"):
        driver.load_merge_candidate(config="ip domain name ours.example\n")
    state = ios_bench.twin.state()
    assert (state.running.replace("file prompt quiet\n", ""), state.pending) == (before, None)


def test_a_full_flash_of_eos_takes_a_change_and_does_not_save_it(eos_bench: TwinBench) -> None:
    startup = eos_bench.twin.state().startup
    driver = eos_bench.connect()
    eos_bench.twin.switch_fault(Fault(name="flash-full", times=None))
    with pytest.raises(CommandError, match="No space left on device"):
        driver.device.run_commands(["enable", "copy running-config startup-config"])
    assert eos_bench.twin.state().startup == startup
    eos_bench.twin.clear_faults()
    driver.device.run_commands(["enable", "copy running-config startup-config"])


def test_a_full_flash_of_junos_refuses_the_commit_and_keeps_what_runs(junos_bench: TwinBench) -> None:
    before = junos_bench.twin.state()
    driver = junos_bench.connect()
    driver.load_merge_candidate(config="set system domain-name ours.example\n")
    junos_bench.twin.switch_fault(Fault(name="flash-full"))
    with pytest.raises(JunosCommitError, match="No space left on device"):
        driver.commit_config(revert_in=120)
    state = junos_bench.twin.state()
    assert (state.running, state.pending, state.commits) == (before.running, None, 0)
    driver.commit_config()
    assert "ours.example" in junos_bench.twin.state().running


@pytest.mark.parametrize("case", [CASES["ios"], CASES["aoscx"]], ids=["ios", "aoscx"])
def test_a_slow_terminal_echoes_letter_by_letter(bench: TwinBench) -> None:
    person = Person(bench.twin, bench.credential) if isinstance(bench.twin, AOSCXTwin) else None
    channel: Any = person.channel if person else bench.connect().device.remote_conn
    bench.twin.switch_fault(Fault(name="slow-echo", seconds=0.05))
    began = time.monotonic()
    channel.sendall(b"show version\r")
    text = b""
    while b"show version\r\n" not in text:
        text += channel.recv(4096)
    assert time.monotonic() - began >= 0.05 * len("show version")
    assert bench.twin.state().faults == ()
    if person:
        person.client.close()


# -- latency -------------------------------------------------------------------------------------------------


def test_a_driver_reaches_a_twin_at_the_end_of_a_long_line_and_nothing_is_left(tmp_path: Path) -> None:
    threads = threading.active_count()
    line = LatencyProfile(round_trip_ms=40, jitter_ms=10, seed=3)
    spec = EOS.model_copy(update={"latency": line})
    with twin_bench(spec, tmp_path, SystemClock()) as bench:
        began = time.monotonic()
        assert bench.connect().get_facts()["hostname"] == "core1"
        assert time.monotonic() - began >= 0.04
    wait_until(lambda: threading.active_count() <= threads)


def test_everything_arrives_in_order_and_no_faster_than_the_line_is_wide() -> None:
    sent = os.urandom(40_000)
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, socket.create_connection(listener.getsockname()) as client:
        accepted, _ = listener.accept()
        profile = LatencyProfile(round_trip_ms=20, jitter_ms=30, seed=1, kilobits_per_second=1000)
        line = DelayedLine(accepted, profile, "test")
        with line.near:
            began = time.monotonic()
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            received = b"".join(iter(lambda: line.near.recv(65536), b""))
            seconds = time.monotonic() - began
        line.end()
        line.join(5)
    assert hashlib.sha256(received).digest() == hashlib.sha256(sent).digest()
    assert seconds >= len(sent) * 8 / 1_000_000 + 0.01


def test_a_twin_that_is_stopped_cuts_a_long_line(tmp_path: Path, manual_clock: ManualClock) -> None:
    spec = IOS.model_copy(update={"latency": LatencyProfile(round_trip_ms=60_000)})
    with (
        twin_bench(spec, tmp_path, manual_clock) as bench,
        socket.create_connection(("127.0.0.1", bench.twin.port), timeout=5) as client,
    ):
        bench.twin.stop()
        assert is_gone(client)


def test_every_platform_that_has_a_twin_has_a_case() -> None:
    assert {case.spec.platform for case in CASES.values()} == set(CASES)
    for name, case in CASES.items():
        assert twin_class(case.spec.platform).__name__.lower() == f"{name}twin"
