"""What every twin owes to the ``Twin`` protocol, asked of each platform through its real driver."""

import re
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from napalm.base.exceptions import MergeConfigException

from lab.clock import ManualClock, SystemClock
from lab.errors import LabFileError, LabRunError, LineRefused
from lab.models import Fault, PendingCommit, TwinSpec
from lab.platforms import twin_class
from lab.twin import TwinCredential
from tests.lab.twin_bench import (
    EOS,
    IOS,
    JUNOS,
    USER,
    TwinBench,
    is_refused,
    starting_text,
    twin_bench,
    wait_until,
)


@dataclass(frozen=True)
class Subject:
    """The same change in the words of a platform."""

    spec: TwinSpec
    change: str
    replaced: tuple[str, str]
    merge_difference: str
    replace_difference: str
    refused: str
    cuts: tuple[str, ...]
    console: tuple[str, ...]
    shut_port: tuple[str, ...]

    def changed(self, running: str) -> str:
        """Return a running configuration after the change."""
        assert running.count(self.replaced[0]) == 1
        return running.replace(*self.replaced)


SUBJECTS = (
    Subject(
        spec=IOS,
        change="no ip http server",
        replaced=("\nip http server\n", "\nno ip http server\n"),
        merge_difference="-no ip http server",
        replace_difference="-ip http server\n+no ip http server",
        refused="hostname other\nbogus line",
        cuts=(
            "interface Vlan99\n shutdown",
            "interface Vlan99\n no ip address",
            "no interface Vlan99",
            "no vlan 99",
        ),
        console=("ip domain name console.example",),
        shut_port=("interface GigabitEthernet1/0/1", "shutdown"),
    ),
    Subject(
        spec=EOS,
        change="management telnet\n   shutdown",
        replaced=("management telnet\n   no shutdown\n", "management telnet\n"),
        merge_difference="management telnet\n-   no shutdown",
        replace_difference="management telnet\n-   no shutdown",
        refused="hostname other\nmanagment telnet",
        cuts=(
            "interface Management1\nshutdown",
            "interface Management1\nno ip address",
            "management api http-commands\nshutdown",
            "interface Management1\nvrf MGMT",
        ),
        console=("dns domain console.example",),
        shut_port=("interface Ethernet1", "shutdown"),
    ),
    Subject(
        spec=JUNOS,
        change="delete system services telnet",
        replaced=("        telnet;\n", ""),
        merge_difference="[edit system services]\n-   telnet;",
        replace_difference="[edit system services]\n-   telnet;",
        refused="set system host-name other\nset protcols lldp interface all",
        cuts=(
            "set interfaces fxp0 disable",
            "delete interfaces fxp0 unit 0 family inet address 198.51.100.10/24",
            "delete system services netconf",
        ),
        console=("set system domain-name console.example",),
        shut_port=("set interfaces ge-0/0/0 disable",),
    ),
)
CUTS = [(subject, cut) for subject in SUBJECTS for cut in subject.cuts]


def name_of(value: object) -> str:
    return value.spec.platform if isinstance(value, Subject) else str(value).replace("\n", " ")


@pytest.fixture(params=SUBJECTS, ids=name_of)
def subject(request: pytest.FixtureRequest) -> Subject:
    chosen: Subject = request.param
    return chosen


@pytest.fixture
def bench(subject: Subject, tmp_path: Path, manual_clock: ManualClock) -> Iterator[TwinBench]:
    with twin_bench(subject.spec, tmp_path, manual_clock) as made:
        yield made


def held(text: str) -> str:
    """Leave out the line that NAPALM switches on for its work on IOS and off when it closes."""
    return text.replace("file prompt quiet\n", "")


def running(bench: TwinBench) -> str:
    return held(bench.twin.state().running)


def commit(driver: Any, lines: str, **options: int) -> None:
    driver.load_merge_candidate(config=f"{lines}\n")
    driver.commit_config(**options)


def test_a_started_twin_holds_its_configuration_and_nothing_is_pending(
    subject: Subject, bench: TwinBench
) -> None:
    state = bench.twin.state()
    assert (state.name, state.platform) == (subject.spec.name, subject.spec.platform)
    assert state.running == state.startup
    assert (state.pending, state.commits, state.reverts, state.sessions) == (None, 0, 0, 0)
    assert (state.management_reachable, state.faults, bench.twin.transcript()) == (True, (), ())
    assert not is_refused(bench.twin.port)


def test_the_driver_meets_the_device_of_the_lab_file(subject: Subject, bench: TwinBench) -> None:
    driver = bench.connect()
    (neighbour,) = subject.spec.neighbours
    assert driver.get_facts()["hostname"] == subject.spec.name
    assert driver.get_lldp_neighbors() == {
        neighbour.local_interface: [{"hostname": neighbour.device, "port": neighbour.remote_interface}]
    }
    bench.twin.console(subject.shut_port)
    assert driver.get_lldp_neighbors() == {}


def test_the_device_itself_tells_what_would_change(subject: Subject, bench: TwinBench) -> None:
    before = running(bench)
    driver = bench.connect()
    driver.load_merge_candidate(config=f"{subject.change}\n")
    assert driver.compare_config() == subject.merge_difference
    driver.discard_config()
    driver.load_replace_candidate(config=subject.changed(before))
    assert driver.compare_config() == subject.replace_difference
    driver.discard_config()
    assert (running(bench), bench.twin.state().commits) == (before, 0)


def test_a_whole_configuration_replaces_the_running_one(subject: Subject, bench: TwinBench) -> None:
    changed = subject.changed(running(bench))
    driver = bench.connect()
    driver.load_replace_candidate(config=changed)
    driver.commit_config()
    assert running(bench) == changed


def test_a_confirmed_change_stays_and_is_saved(
    subject: Subject, bench: TwinBench, manual_clock: ManualClock
) -> None:
    changed = subject.changed(running(bench))
    driver = bench.connect()
    commit(driver, subject.change, revert_in=120)
    assert bench.twin.state().pending == PendingCommit(user=USER, seconds_left=120.0)
    assert driver.has_pending_commit()
    manual_clock.advance(119)
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    manual_clock.advance(3600)
    state = bench.twin.state()
    assert (held(state.running), held(state.startup), state.pending) == (changed, changed, None)
    assert (state.commits, state.reverts) == (1, 0)


def test_an_unconfirmed_change_goes_back_with_nobody_connected(
    subject: Subject, bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = running(bench)
    driver = bench.connect()
    commit(driver, subject.change, revert_in=60)
    bench.leave(driver)
    wait_until(lambda: bench.twin.state().sessions == 0)
    manual_clock.advance(59)
    assert running(bench) == subject.changed(before)
    manual_clock.advance(1)
    state = bench.twin.state()
    assert (held(state.running), state.pending, state.commits, state.reverts) == (before, None, 1, 1)
    assert not bench.connect().has_pending_commit()


def test_a_roll_back_while_the_timer_runs_goes_back_at_once(
    subject: Subject, bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = running(bench)
    driver = bench.connect()
    commit(driver, subject.change, revert_in=60)
    driver.rollback()
    assert (running(bench), bench.twin.state().pending) == (before, None)
    manual_clock.advance(3600)
    assert (running(bench), bench.twin.state().reverts) == (before, 0)


def test_timers_run_faster_by_the_clock_factor(subject: Subject, tmp_path: Path) -> None:
    fast = subject.spec.model_copy(update={"clock_factor": 60.0})
    with twin_bench(fast, tmp_path, SystemClock()) as bench:
        before = running(bench)
        commit(bench.connect(), subject.change, revert_in=120)
        # Two seconds here, more on a machine under load, but never the two minutes of the device.
        wait_until(lambda: bench.twin.state().reverts == 1, seconds=60)
        assert running(bench) == before


@pytest.mark.parametrize(("subject", "cut"), CUTS, ids=name_of)
def test_a_change_that_cuts_the_management_path_silences_all_until_it_goes_back(
    bench: TwinBench, manual_clock: ManualClock, cut: str
) -> None:
    before = running(bench)
    committing = threading.Thread(
        target=commit, args=(bench.connect(), cut), kwargs={"revert_in": 60}, daemon=True
    )
    committing.start()
    wait_until(lambda: not bench.twin.state().management_reachable)
    assert is_refused(bench.twin.port)
    committing.join(timeout=0.3)
    assert committing.is_alive(), "the answer came over a path that is cut"
    manual_clock.advance(60)
    committing.join(timeout=10)
    assert not committing.is_alive()
    state = bench.twin.state()
    assert (held(state.running), state.pending, state.reverts) == (before, None, 1)
    assert state.management_reachable
    assert bench.connect().get_facts()["hostname"] == bench.twin.name


def test_the_console_reaches_a_device_that_nobody_else_does(subject: Subject, bench: TwinBench) -> None:
    bench.twin.console(subject.console)
    state = bench.twin.state()
    assert ("console.example" in state.running, state.startup == state.running) == (
        True,
        subject.spec.platform == "junos",
    )
    assert (state.commits, state.reverts, bench.twin.transcript()) == (1, 0, ())
    with pytest.raises(LineRefused):
        bench.twin.console(("bogus",))
    assert bench.twin.state() == state


def test_a_refused_line_is_an_error_and_changes_nothing(subject: Subject, bench: TwinBench) -> None:
    before = running(bench)
    driver = bench.connect()
    with pytest.raises(MergeConfigException):
        commit(driver, subject.refused)
    assert running(bench) == before


def test_a_line_can_be_made_to_fail_once(subject: Subject, bench: TwinBench) -> None:
    before = running(bench)
    argument = subject.change.splitlines()[0]
    bench.twin.switch_fault(Fault(name="error-line", argument=f"^{re.escape(argument)}"))
    driver = bench.connect()
    with pytest.raises(MergeConfigException):
        commit(driver, subject.change)
    assert (running(bench), bench.twin.state().faults) == (before, ())
    commit(driver, subject.change)
    assert running(bench) == subject.changed(before)


def test_a_wrong_password_is_refused(bench: TwinBench) -> None:
    # What each driver makes of a refused login is its own affair; it must say that it was one.
    with pytest.raises(Exception, match=r"(?i)authenticat|ConnectAuthError"):
        bench.connect(password=secrets.token_urlsafe(12))


def test_refused_logins_end_when_the_fault_is_cleared(bench: TwinBench) -> None:
    bench.twin.switch_fault(Fault(name="refuse-login", times=None))
    with pytest.raises(Exception, match=r"(?i)authenticat|ConnectAuthError"):
        bench.connect()
    bench.twin.clear_faults()
    assert bench.connect().is_alive() == {"is_alive": True}


def test_a_connection_dropped_after_the_commit_leaves_the_change_and_its_timer(
    subject: Subject, bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = running(bench)
    # netmiko does not notice that the connection is gone; without the override it waits for 90 seconds.
    options = {"read_timeout_override": 3} if subject.spec.platform == "ios" else {}
    driver = bench.connect(**options)
    driver.load_merge_candidate(config=f"{subject.change}\n")
    bench.twin.switch_fault(Fault(name="drop-after-commit"))
    with pytest.raises(Exception):  # noqa: B017 - what a driver makes of a dead connection is its own affair
        driver.commit_config(revert_in=60)
    state = bench.twin.state()
    assert (held(state.running), state.pending is not None) == (subject.changed(before), True)
    assert (state.commits, state.faults) == (1, ())
    manual_clock.advance(60)
    assert running(bench) == before


def test_an_answer_can_be_made_to_wait(bench: TwinBench) -> None:
    driver = bench.connect()
    bench.twin.switch_fault(Fault(name="delay", seconds=0.5))
    began = time.monotonic()
    driver.get_config(retrieve="running")
    assert time.monotonic() - began >= 0.5
    assert bench.twin.state().faults == ()


def test_the_transcript_tells_what_was_asked_and_no_password(subject: Subject, bench: TwinBench) -> None:
    driver = bench.connect()
    driver.load_merge_candidate(config=f"{subject.change}\n")
    driver.discard_config()
    text = "\n".join(bench.twin.transcript())
    assert text
    assert bench.credential.password not in text


def test_a_starting_configuration_that_cannot_be_is_an_error_that_names_the_twin(
    subject: Subject, tmp_path: Path, manual_clock: ManualClock
) -> None:
    text = f"{starting_text(subject.spec).removesuffix('end' + chr(10))}\nnonsense\n"
    with pytest.raises(LabFileError, match=f"{subject.spec.name}.*nonsense"):
        twin_class(subject.spec.platform)(
            subject.spec, text, TwinCredential(USER, secrets.token_urlsafe(12)), tmp_path, manual_clock
        )


def test_a_taken_port_is_one_clear_error(
    subject: Subject, bench: TwinBench, tmp_path: Path, manual_clock: ManualClock
) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    port = bench.twin.port
    clash = subject.spec.model_copy(update={"port": port})
    with (
        pytest.raises(
            LabRunError, match=f"twin {subject.spec.name}: cannot listen on loopback port {port}: .*"
        ),
        twin_bench(clash, folder, manual_clock),
    ):
        pytest.fail("two twins listen on one port")


def test_stop_leaves_no_thread_no_port_and_no_timer(
    subject: Subject, tmp_path: Path, manual_clock: ManualClock
) -> None:
    before = threading.active_count()
    with twin_bench(subject.spec, tmp_path, manual_clock) as bench:
        commit(bench.connect(), subject.change, revert_in=60)
        port, changed = bench.twin.port, running(bench)
    assert is_refused(port)
    wait_until(lambda: threading.active_count() <= before)
    manual_clock.advance(3600)
    assert running(bench) == changed
