"""The IOS twin as the real NAPALM driver meets it; what the twin holds is read through its state."""

from collections.abc import Callable
from typing import Any

import pytest
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    MergeConfigException,
)

from lab.clock import ManualClock
from lab.ios.twin import IOSTwin
from lab.models import PendingCommit
from tests.lab.twin_bench import TwinBench, is_refused

CHANGE = "no ip http server\nline vty 0 15\n transport input ssh\n exec-timeout 5 0\nend\n"
CUT = "interface Vlan99\n shutdown\nend\n"


def body(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("!")]


def without_quiet(text: str) -> list[str]:
    """Leave out the line that NAPALM switches on for its work and off when it closes."""
    return [line for line in body(text) if line != "file prompt quiet"]


@pytest.fixture
def driver(ios_bench: TwinBench) -> Any:
    return ios_bench.connect()


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


@pytest.mark.parametrize("lines", [("vlan 99", "shutdown"), ("line vty 0 15", "transport input none")])
def test_what_lets_nobody_in_refuses_new_connections(ios_twin: IOSTwin, lines: tuple[str, ...]) -> None:
    ios_twin.console(lines)
    assert is_refused(ios_twin.port)
    assert not ios_twin.state().management_reachable


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


def test_without_an_archive_there_is_no_timer(make_ios_bench: Callable[..., TwinBench]) -> None:
    bench = make_ios_bench(
        "version 17.9\nhostname a\nip scp server enable\n"
        "interface Vlan99\n ip address 10.0.0.2 255.0.0.0\nline vty 0 4\nend\n"
    )
    driver = bench.connect()
    driver.load_merge_candidate(config="hostname b\nend\n")
    with pytest.raises(CommitConfirmException, match="archive"):
        driver.commit_config(revert_in=60)
    assert bench.twin.state().commits == 0


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


def test_the_transcript_holds_what_was_sent_and_no_password(
    ios_bench: TwinBench, ios_twin: IOSTwin, driver: Any
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
    assert ios_bench.credential.password not in "\n".join(ios_twin.transcript())
