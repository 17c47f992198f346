"""The IOS twin as the real NAPALM driver meets it; what the twin holds is read through its state."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    ConnectionException,
    MergeConfigException,
)

from lab.clock import ManualClock
from lab.ios.twin import IOSTwin
from lab.models import Fault, PendingCommit

CHANGE = "no ip http server\nline vty 0 15\n transport input ssh\n exec-timeout 5 0\nend\n"
CUT = "interface Vlan99\n shutdown\nend\n"


def until(condition: Callable[[], bool], *, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def body(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("!")]


def without_quiet(text: str) -> list[str]:
    """Leave out the line that NAPALM switches on for its work and off when it closes."""
    return [line for line in body(text) if line != "file prompt quiet"]


@pytest.fixture
def driver(ios_twin: IOSTwin, open_ios_driver: Callable[..., Any]) -> Any:
    return open_ios_driver(ios_twin)


def test_running_and_startup_are_collected_as_the_twin_holds_them(ios_twin: IOSTwin, driver: Any) -> None:
    collected = driver.get_config()
    state = ios_twin.state()
    assert body(collected["running"]) == body(state.running)
    assert body(collected["startup"])[1:] == body(state.startup)
    assert collected["startup"].startswith("Using ")


def test_defaults_are_shown_when_all_is_asked_for(driver: Any) -> None:
    collected = driver.get_config(retrieve="running", full=True)["running"]
    usual = driver.get_config(retrieve="running")["running"]
    hidden = {"ip domain lookup", "ip source-route", " exec-timeout 10 0", " ip redirects", " cdp enable"}
    assert hidden <= set(collected.splitlines())
    assert not hidden & set(usual.splitlines())
    assert set(body(usual)) <= set(body(collected))


def test_facts_and_neighbours_are_those_of_the_lab_file(driver: Any) -> None:
    facts = driver.get_facts()
    assert (facts["vendor"], facts["model"], facts["hostname"]) == ("Cisco", "C9200L-24T-4X", "sw-acc1")
    assert facts["interface_list"] == [
        "GigabitEthernet1/0/1",
        "GigabitEthernet1/0/2",
        "GigabitEthernet1/0/3",
        "Vlan99",
    ]
    assert driver.get_lldp_neighbors() == {
        "GigabitEthernet1/0/1": [{"hostname": "core1", "port": "Ethernet3"}]
    }


def test_the_difference_is_the_devices_own(ios_twin: IOSTwin, driver: Any) -> None:
    driver.load_merge_candidate(config=CHANGE)
    assert driver.compare_config() == (
        "-no ip http server\n+line vty 0 15\n+ transport input ssh\n+ exec-timeout 5 0"
    )
    driver.load_merge_candidate(config="hostname sw-acc1\nend\n")
    assert driver.compare_config() == ""
    assert ios_twin.state().commits == 0


def test_a_confirmed_change_stays_and_is_saved(
    ios_twin: IOSTwin, driver: Any, manual_clock: ManualClock
) -> None:
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config(revert_in=120)
    assert driver.has_pending_commit() is True
    assert ios_twin.state().pending == PendingCommit(user="samdrift", seconds_left=120.0)
    manual_clock.advance(119)
    driver.confirm_commit()
    manual_clock.advance(3600)
    state = ios_twin.state()
    assert (state.pending, state.commits, state.reverts) == (None, 1, 0)
    assert "\nno ip http server\n" in state.running
    assert body(state.startup) == body(state.running)


def test_an_unconfirmed_change_goes_back_with_nobody_connected(
    ios_twin: IOSTwin, open_ios_driver: Callable[..., Any], manual_clock: ManualClock
) -> None:
    before = body(ios_twin.state().running)
    driver = open_ios_driver(ios_twin)
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config(revert_in=60)
    driver.device.disconnect()
    until(lambda: ios_twin.state().sessions == 0)
    manual_clock.advance(59)
    assert "\nno ip http server\n" in ios_twin.state().running
    manual_clock.advance(1)
    state = ios_twin.state()
    assert (without_quiet(state.running), state.pending, state.reverts) == (before, None, 1)
    assert open_ios_driver(ios_twin).has_pending_commit() is False


def test_a_change_that_cuts_the_management_path_silences_sessions_until_it_goes_back(
    ios_twin: IOSTwin, driver: Any, open_ios_driver: Callable[..., Any], manual_clock: ManualClock
) -> None:
    before = ios_twin.state().running
    driver.load_merge_candidate(config=CUT)
    committing = threading.Thread(target=driver.commit_config, kwargs={"revert_in": 60}, daemon=True)
    committing.start()
    until(lambda: not ios_twin.state().management_reachable)
    with pytest.raises(ConnectionException):
        open_ios_driver(ios_twin)
    committing.join(timeout=0.5)
    assert committing.is_alive(), "the answer came over a path that is cut"
    manual_clock.advance(60)
    committing.join(timeout=10)
    assert not committing.is_alive()
    state = ios_twin.state()
    assert state.management_reachable is True
    assert without_quiet(state.running) == body(before)
    assert open_ios_driver(ios_twin).get_facts()["hostname"] == "sw-acc1"


@pytest.mark.parametrize(
    "lines",
    [
        "interface Vlan99\n no ip address\n",
        "no interface Vlan99\n",
        "no vlan 99\n",
        "vlan 99\n shutdown\n",
        "line vty 0 15\n transport input none\n",
    ],
)
def test_every_way_to_cut_the_path_refuses_new_connections(
    ios_twin: IOSTwin, open_ios_driver: Callable[..., Any], lines: str
) -> None:
    ios_twin.console(tuple(lines.splitlines()))
    with pytest.raises(ConnectionException):
        open_ios_driver(ios_twin)


def test_a_roll_back_while_the_timer_runs_goes_back_at_once(ios_twin: IOSTwin, driver: Any) -> None:
    before = body(ios_twin.state().running)
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config(revert_in=60)
    driver.rollback()
    state = ios_twin.state()
    assert state.pending is None
    assert without_quiet(state.running) == before


def test_a_roll_back_after_a_plain_commit_restores_what_was_before(ios_twin: IOSTwin, driver: Any) -> None:
    before = body(ios_twin.state().running)
    driver.load_merge_candidate(config=CHANGE)
    driver.commit_config()
    assert "no ip http server" in body(ios_twin.state().startup)
    driver.rollback()
    driver.close()
    assert body(ios_twin.state().running) == before


def test_the_pending_commit_of_another_user_is_not_ours_to_confirm(
    ios_twin: IOSTwin, driver: Any, manual_clock: ManualClock
) -> None:
    ios_twin._device.arm("somebody", 5)
    with pytest.raises(CommitConfirmException, match="not owned by samdrift"):
        driver.confirm_commit()
    driver.load_merge_candidate(config=CHANGE)
    with pytest.raises(CommandErrorException, match="already in progress"):
        driver.commit_config(revert_in=60)
    assert ios_twin.state().pending == PendingCommit(user="somebody", seconds_left=300.0)
    manual_clock.advance(300)
    assert ios_twin.state().pending is None


def test_a_refused_line_makes_the_merge_fail_and_go_back(ios_twin: IOSTwin, driver: Any) -> None:
    before = body(ios_twin.state().running)
    driver.load_merge_candidate(config="hostname other\nbogus line\nend\n")
    with pytest.raises(MergeConfigException, match="Invalid input detected"):
        driver.commit_config()
    assert without_quiet(ios_twin.state().running) == before


def test_without_an_archive_there_is_no_timer(
    make_ios_twin: Callable[..., IOSTwin], open_ios_driver: Callable[..., Any]
) -> None:
    twin = make_ios_twin(
        "version 17.9\nhostname a\nip scp server enable\n"
        "interface Vlan99\n ip address 10.0.0.2 255.0.0.0\nline vty 0 4\nend\n"
    )
    driver = open_ios_driver(twin)
    driver.load_merge_candidate(config="hostname b\nend\n")
    with pytest.raises(CommitConfirmException, match="archive"):
        driver.commit_config(revert_in=60)
    assert twin.state().commits == 0


def test_without_the_scp_server_nothing_is_uploaded(ios_twin: IOSTwin, driver: Any) -> None:
    ios_twin.console(("no ip scp server enable",))
    with pytest.raises(CommandErrorException, match="ip scp server enable"):
        driver.load_merge_candidate(config=CHANGE)


def test_discarding_leaves_no_candidate(ios_twin: IOSTwin, driver: Any) -> None:
    driver.load_merge_candidate(config=CHANGE)
    driver.discard_config()
    assert driver.compare_config() == ""
    driver.close()
    assert "file prompt quiet" not in ios_twin.state().running


def test_a_whole_configuration_replaces_the_running_one(ios_twin: IOSTwin, driver: Any) -> None:
    target = (
        ios_twin.state()
        .running.replace("ip http server", "no ip http server")
        .replace(" description core\n", "")
    )
    driver.load_replace_candidate(config=target)
    assert driver.compare_config() == (
        "interface GigabitEthernet1/0/1\n- description core\n-ip http server\n+no ip http server"
    )
    driver.commit_config()
    driver.close()
    assert ios_twin.state().running == target


def test_a_refused_login_is_a_refused_login(ios_twin: IOSTwin, open_ios_driver: Callable[..., Any]) -> None:
    with pytest.raises(Exception, match=r"[Aa]uthentication"):
        open_ios_driver(ios_twin, password="wrong")
    ios_twin.switch_fault(Fault(name="refuse-login", times=None))
    with pytest.raises(Exception, match=r"[Aa]uthentication"):
        open_ios_driver(ios_twin)
    ios_twin.clear_faults()
    assert open_ios_driver(ios_twin).is_alive() == {"is_alive": True}


def test_a_connection_dropped_after_the_commit_leaves_the_change_and_its_timer(
    ios_twin: IOSTwin, open_ios_driver: Callable[..., Any], manual_clock: ManualClock
) -> None:
    # netmiko does not notice that the connection is gone; without the override it waits for 90 seconds.
    driver = open_ios_driver(ios_twin, read_timeout_override=3)
    driver.load_merge_candidate(config=CHANGE)
    ios_twin.switch_fault(Fault(name="drop-after-commit"))
    with pytest.raises(Exception):  # noqa: B017 - what netmiko makes of a dead connection is its own affair
        driver.commit_config(revert_in=60)
    state = ios_twin.state()
    assert (state.commits, state.pending is not None, state.faults) == (1, True, ())
    assert "no ip http server" in body(state.running)
    manual_clock.advance(60)
    assert "ip http server" in body(ios_twin.state().running)


def test_a_line_can_be_made_to_fail(ios_twin: IOSTwin, driver: Any) -> None:
    driver.load_merge_candidate(config=CHANGE)
    ios_twin.switch_fault(Fault(name="error-line", argument="exec-timeout"))
    with pytest.raises(MergeConfigException, match=" exec-timeout 5 0"):
        driver.commit_config()


def test_an_answer_can_be_made_to_wait(ios_twin: IOSTwin, driver: Any) -> None:
    ios_twin.switch_fault(Fault(name="delay", seconds=0.5, times=1))
    began = time.monotonic()
    driver.device.send_command("show clock")
    assert time.monotonic() - began >= 0.5
    assert ios_twin.state().faults == ()


def test_the_transcript_holds_what_was_sent_and_no_password(
    ios_twin: IOSTwin, driver: Any, ios_credential: Any
) -> None:
    driver.load_merge_candidate(config=CHANGE)
    sent = [line for line in ios_twin.transcript() if line]
    assert sent == [
        "terminal width 511",
        "terminal length 0",
        "dir",
        "dir flash:",
        "dir flash:/merge_config.txt",
        "dir flash:",
        "show running-config | inc ip scp server enable",
        "scp -t flash:/merge_config.txt",
        "verify /md5 flash:/merge_config.txt",
    ]
    ios_twin.console(("hostname x",))
    assert ios_credential.password not in "\n".join(ios_twin.transcript())
