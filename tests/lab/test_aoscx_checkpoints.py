"""What becomes of a change on the AOS-CX twin: checkpoints, sessions, faults and a path that is cut."""

import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import paramiko
import pytest

from lab.clock import ManualClock, SystemClock
from lab.errors import LabFileError, LabRunError, LineRefused
from lab.models import Fault, PendingCommit
from lab.platforms import twin_class
from lab.twin import TwinCredential
from tests.lab.aoscx_room import SPEC, TEXT, Room
from tests.lab.twin_bench import USER, is_refused, wait_until

CHANGE = ("interface 1/1/2", "vlan access 30")
ARMED = "Auto checkpoint mode expires in {} minute(s)"


@pytest.fixture
def room(tmp_path: Path, manual_clock: ManualClock) -> Iterator[Room]:
    with ExitStack() as stack:
        yield Room(tmp_path, manual_clock, stack)


def test_a_started_twin_holds_its_configuration_and_nothing_is_pending(room: Room) -> None:
    twin = room.start()
    state = twin.state()
    assert (state.name, state.platform) == (SPEC.name, "aoscx")
    assert state.running == state.startup
    assert (state.pending, state.commits, state.reverts, state.sessions) == (None, 0, 0, 0)
    assert (state.management_reachable, state.faults, twin.transcript()) == (True, (), ())


def test_a_line_is_in_force_at_once_and_not_saved(room: Room) -> None:
    twin = room.start()
    person = room.enter(twin)
    person.ask("configure terminal")
    person.ask("vlan 40")
    assert "vlan 40" in twin.state().running
    person.ask("end")
    state = twin.state()
    assert ("vlan 40" in state.startup, state.commits) == (False, 1)
    assert person.ask("write memory").endswith("[Success]")
    assert twin.state().startup == state.running


def test_a_confirmed_change_stays_and_is_not_saved_by_that(room: Room, manual_clock: ManualClock) -> None:
    twin = room.start()
    person = room.enter(twin)
    assert person.ask("checkpoint auto 2") == ARMED.format(2)
    assert twin.state().pending == PendingCommit(user=USER, seconds_left=120.0)
    person.configure(*CHANGE)
    manual_clock.advance(119)
    assert person.ask("checkpoint auto confirm") == "checkpoint AUTO20261121120159 created"
    manual_clock.advance(3600)
    state = twin.state()
    assert ("vlan access 30" in state.running, "vlan access 30" in state.startup) == (True, False)
    assert (state.pending, state.commits, state.reverts) == (None, 1, 0)


def test_an_unconfirmed_change_goes_back_when_its_time_is_over(room: Room, manual_clock: ManualClock) -> None:
    twin = room.start()
    before = twin.state().running
    person = room.enter(twin)
    person.ask("checkpoint auto 5")
    person.configure(*CHANGE)
    manual_clock.advance(180)
    assert 'WARNING Please "checkpoint auto confirm" within 2 minutes' in person.read("restored.\r\n")
    manual_clock.advance(119)
    assert twin.state().running != before
    manual_clock.advance(1)
    assert "Restoration successful" in person.read("successful\r\n")
    state = twin.state()
    assert (state.running, state.pending, state.commits, state.reverts) == (before, None, 1, 1)
    assert person.ask("checkpoint auto confirm") == "Checkpoint auto timer is not running"


@pytest.mark.parametrize("ending", ["exit", "cut"])
def test_the_change_goes_back_soon_after_the_session_that_armed_it_has_ended(
    room: Room, manual_clock: ManualClock, ending: str
) -> None:
    twin = room.start()
    before = twin.state().running
    person, other = room.enter(twin), room.enter(twin)
    person.ask("checkpoint auto 30")
    person.configure(*CHANGE)
    if ending == "exit":
        person.channel.sendall(b"exit\r")
    else:
        person.client.close()
    wait_until(lambda: twin.state().sessions == 1)
    wait_until(lambda: twin.state().pending == PendingCommit(user=USER, seconds_left=5.0))
    manual_clock.advance(4)
    assert "vlan access 30" in other.ask("show running-config interface 1/1/2")
    manual_clock.advance(1)
    assert (twin.state().running, twin.state().reverts) == (before, 1)


def test_another_session_sees_no_timer_and_cannot_start_a_second(room: Room) -> None:
    twin = room.start()
    person, other = room.enter(twin), room.enter(twin)
    person.ask("checkpoint auto 5")
    assert other.ask("show checkpoint").splitlines()[1:] == []
    assert other.ask("checkpoint auto 1") == "Checkpoint auto timer is already ON"
    assert twin.state().pending == PendingCommit(user=USER, seconds_left=300.0)


def test_a_confirmation_from_another_session_ends_the_timer(room: Room, manual_clock: ManualClock) -> None:
    twin = room.start()
    person, other = room.enter(twin), room.enter(twin)
    person.ask("checkpoint auto 5")
    person.configure(*CHANGE)
    assert other.ask("checkpoint auto confirm").endswith("created")
    person.client.close()
    manual_clock.advance(3600)
    assert (twin.state().reverts, "vlan access 30" in twin.state().running) == (0, True)


def test_no_two_checkpoints_hold_the_same(room: Room) -> None:
    person = room.enter(room.start())
    assert person.ask("copy running-config checkpoint one").endswith("[Success]")
    assert person.ask("copy running-config checkpoint two").splitlines()[-1] == (
        "An identical checkpoint already exists"
    )
    person.configure(*CHANGE)
    assert person.ask("copy running-config checkpoint two").endswith("[Success]")
    assert [row.split()[0] for row in person.ask("show checkpoint").splitlines()] == ["NAME", "one", "two"]
    assert (
        person.ask("copy running-config checkpoint CPC1").splitlines()[-1] == "Invalid checkpoint name CPC1"
    )
    person.ask("checkpoint rename one first")
    assert person.ask("erase checkpoint first") == ""
    assert person.ask("checkpoint rollback first") == "Checkpoint first doesn't exist"


def test_the_device_tells_what_makes_two_configurations_differ(room: Room) -> None:
    person = room.enter(room.start())
    person.ask("copy running-config checkpoint before")
    person.configure(*CHANGE)
    assert person.ask("checkpoint diff before running-config").splitlines() == [
        "--- /tmp/chkpt_diff/src-before",
        "+++ /tmp/chkpt_diff/dest-running-config",
        "@@ -29,7 +29,7 @@",
        " interface 1/1/2",
        "     no shutdown",
        "     no routing",
        "-    vlan access 20",
        "+    vlan access 30",
        " interface 1/1/3",
        "     shutdown",
        "     no routing",
    ]


@pytest.mark.parametrize("command", ["checkpoint rollback before", "copy checkpoint before running-config"])
def test_a_checkpoint_brings_a_configuration_back(room: Room, command: str) -> None:
    twin = room.start()
    before = twin.state().running
    person = room.enter(twin)
    person.ask("copy running-config checkpoint before")
    person.configure(*CHANGE)
    assert person.ask(command).endswith("[Success]")
    assert (twin.state().running, twin.state().commits) == (before, 2)


def test_the_system_keeps_a_checkpoint_of_its_own_after_five_quiet_minutes(
    room: Room, manual_clock: ManualClock
) -> None:
    person = room.enter(room.start())
    person.configure(*CHANGE)
    manual_clock.advance(301)
    rows = person.ask("show checkpoint").splitlines()
    assert [row.split()[:3] for row in rows[1:]] == [["CPC20261121120500", "checkpoint", "System"]]
    assert "identical" in person.ask("copy running-config checkpoint mine")


@pytest.mark.parametrize(
    "cut",
    [
        ("interface vlan 99", "shutdown"),
        ("interface vlan 99", "no ip address 198.51.100.20/24"),
        ("no interface vlan 99",),
        ("no vlan 99",),
    ],
)
def test_a_change_that_cuts_the_management_path_silences_all_until_it_goes_back(
    room: Room, manual_clock: ManualClock, cut: tuple[str, ...]
) -> None:
    twin = room.start()
    before = twin.state().running
    person = room.enter(twin)
    person.ask("checkpoint auto 1")
    person.channel.sendall("\r".join(("configure terminal", *cut, "")).encode())
    wait_until(lambda: not twin.state().management_reachable)
    assert is_refused(twin.port)
    manual_clock.advance(60)
    assert (twin.state().running, twin.state().reverts) == (before, 1)
    assert room.enter(twin).ask("show running-config | include hostname") == "hostname sw-cx1"


def test_without_its_ssh_server_a_device_takes_no_new_session(room: Room) -> None:
    twin = room.start()
    person = room.enter(twin)
    person.configure("no ssh server vrf default")
    assert (twin.state().management_reachable, is_refused(twin.port)) == (False, True)
    assert person.configure("ssh server vrf default") == []
    assert room.enter(twin).ask("") == ""


def test_the_console_reaches_a_device_that_nobody_else_does(room: Room) -> None:
    twin = room.start()
    twin.console(("interface vlan 99", "shutdown"))
    assert (twin.state().management_reachable, twin.state().commits, twin.transcript()) == (False, 1, ())
    twin.console(("interface vlan 99", "no shutdown"))
    state = twin.state()
    assert state.management_reachable
    with pytest.raises(LineRefused):
        twin.console(("bogus",))
    assert twin.state() == state


def test_a_wrong_password_is_refused_and_a_fault_refuses_every_one(room: Room) -> None:
    twin = room.start()
    with pytest.raises(paramiko.AuthenticationException):
        room.enter(twin, TwinCredential(USER, secrets.token_urlsafe(12)))
    twin.switch_fault(Fault(name="refuse-login", times=None))
    with pytest.raises(paramiko.AuthenticationException):
        room.enter(twin)
    twin.clear_faults()
    assert room.enter(twin).ask("") == ""


def test_a_line_can_be_made_to_fail_once(room: Room) -> None:
    twin = room.start()
    person = room.enter(twin)
    twin.switch_fault(Fault(name="error-line", argument="^vlan access"))
    assert person.configure(*CHANGE) == ["Invalid input: vlan"]
    assert twin.state().faults == ()
    assert person.configure(*CHANGE) == []


def test_a_connection_dropped_after_the_change_takes_the_change_with_it(
    room: Room, manual_clock: ManualClock
) -> None:
    twin = room.start()
    before = twin.state().running
    person = room.enter(twin)
    person.ask("checkpoint auto 5")
    twin.switch_fault(Fault(name="drop-after-commit"))
    with pytest.raises((AssertionError, OSError)):
        person.configure(*CHANGE)
    wait_until(lambda: twin.state().sessions == 0)
    assert (twin.state().running != before, twin.state().commits) == (True, 1)
    wait_until(lambda: twin.state().pending == PendingCommit(user=USER, seconds_left=5.0))
    manual_clock.advance(5)
    assert twin.state().running == before


def test_an_answer_can_be_made_to_wait(room: Room) -> None:
    twin = room.start()
    person = room.enter(twin)
    twin.switch_fault(Fault(name="delay", seconds=0.3))
    began = time.monotonic()
    person.ask("show version")
    assert time.monotonic() - began >= 0.3
    assert twin.state().faults == ()


def test_timers_run_faster_by_the_clock_factor(tmp_path: Path) -> None:
    with ExitStack() as stack:
        room = Room(tmp_path, SystemClock(), stack)
        twin = room.start(SPEC.model_copy(update={"clock_factor": 120.0}))
        person = room.enter(twin)
        person.ask("checkpoint auto 1")
        person.configure(*CHANGE)
        wait_until(lambda: twin.state().reverts == 1, seconds=30)
        assert "vlan access 20" in twin.state().running


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{TEXT}nonsense\n", "nonsense"),
        (TEXT.replace("interface vlan 99\n    ip address 198.51.100.20/24\n", ""), "no interface vlan 99"),
        (TEXT.replace("!Version", "!version"), "!Version AOS-CX"),
    ],
)
def test_a_starting_configuration_that_cannot_be_is_an_error_that_names_the_twin(
    tmp_path: Path, manual_clock: ManualClock, text: str, said: str
) -> None:
    credential = TwinCredential(USER, secrets.token_urlsafe(12))
    with pytest.raises(LabFileError, match=f"twin sw-cx1: .*{re.escape(said)}"):
        twin_class("aoscx")(SPEC, text, credential, tmp_path, manual_clock)


def test_a_taken_port_is_one_clear_error(room: Room) -> None:
    port = room.start().port
    with pytest.raises(LabRunError, match=f"twin sw-cx1: cannot listen on loopback port {port}: .*"):
        room.start(SPEC.model_copy(update={"port": port}))


def test_stop_leaves_no_thread_no_port_and_no_timer(tmp_path: Path, manual_clock: ManualClock) -> None:
    before = threading.active_count()
    with ExitStack() as stack:
        room = Room(tmp_path, manual_clock, stack)
        twin = room.start()
        person = room.enter(twin)
        person.ask("checkpoint auto 1")
        person.configure(*CHANGE)
        changed, port = twin.state().running, twin.port
    assert is_refused(port)
    wait_until(lambda: threading.active_count() <= before)
    manual_clock.advance(3600)
    assert twin.state().running == changed
