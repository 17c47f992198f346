"""What the real NAPALM driver meets on the Junos twin and on no other platform."""

import socket
from pathlib import Path
from typing import Any

import pytest
from jnpr.junos.exception import ConnectClosedError
from napalm.base.exceptions import LockError, MergeConfigException, ReplaceConfigException
from ncclient.transport.errors import SessionCloseError

from lab.clock import ManualClock
from lab.errors import LineRefused
from tests.lab.twin_bench import JUNOS, USER, TwinBench, starting_text, twin_bench, wait_until

CONFIGURATION = starting_text(JUNOS)
HARDENED = CONFIGURATION.replace("        telnet;\n", "")
HARDEN = "delete system services telnet"
HARDEN_DIFF = "[edit system services]\n-   telnet;"


def stage(driver: Any, lines: str = HARDEN) -> None:
    driver.load_merge_candidate(config=lines)


def test_the_driver_reads_the_configuration_with_its_header_and_facts(junos_bench: TwinBench) -> None:
    driver = junos_bench.connect()
    assert (
        driver.get_config()["running"].strip()
        == (f"## Last commit: 2026-11-21 12:00:00 UTC by root\n{CONFIGURATION}").strip()
    )
    assert driver.get_facts() == {
        "vendor": "Juniper",
        "model": "SRX300",
        "serial_number": driver.device.facts["serialnumber"],
        "os_version": "22.4R3-S2.11",
        "hostname": "fw1",
        "fqdn": "fw1.example.dk",
        "uptime": -1.0,
        "interface_list": ["ge-0/0/0", "fxp0"],
    }
    assert junos_bench.twin.state().running == CONFIGURATION


def test_the_commit_history_tells_who_and_why(junos_bench: TwinBench, manual_clock: ManualClock) -> None:
    driver = junos_bench.connect()
    stage(driver)
    driver.commit_config(revert_in=60, message="remove telnet")
    manual_clock.advance(61)
    assert driver.cli(["show system commit"])["show system commit"].splitlines()[1:] == [
        "0   2026-11-21 12:01:00 UTC by root via other",
        f"1   2026-11-21 12:00:00 UTC by {USER} via netconf commit confirmed, rollback in 1mins",
        "    remove telnet",
        "2   2026-11-21 12:00:00 UTC by root via other",
    ]


def test_a_second_confirmed_commit_confirms_the_first(
    junos_bench: TwinBench, manual_clock: ManualClock
) -> None:
    driver = junos_bench.connect()
    stage(driver)
    driver.commit_config(revert_in=60)
    stage(driver, "set system domain-name other.example")
    driver.commit_config(revert_in=60)
    manual_clock.advance(61)
    assert junos_bench.twin.state().running == HARDENED


def test_a_warning_is_told(junos_bench: TwinBench) -> None:
    with pytest.raises(MergeConfigException, match="statement not found"):
        stage(junos_bench.connect(), "delete system services ftp")


def test_curly_text_is_merged_and_replaces_where_it_is_tagged(junos_bench: TwinBench) -> None:
    driver = junos_bench.connect()
    stage(
        driver,
        "system {\n    replace: services {\n        netconf {\n            ssh;\n        }\n    }\n}\n",
    )
    assert driver.compare_config() == "[edit system services]\n-   ssh;\n-   telnet;"


def test_xml_is_merged(junos_bench: TwinBench) -> None:
    driver = junos_bench.connect()
    stage(
        driver,
        "<configuration><system><services><telnet delete='delete'/></services></system></configuration>",
    )
    assert driver.compare_config() == HARDEN_DIFF


def test_a_whole_configuration_with_an_error_is_refused(junos_bench: TwinBench) -> None:
    driver = junos_bench.connect()
    with pytest.raises(ReplaceConfigException, match="syntax error"):
        driver.load_replace_candidate(config=HARDENED.replace("lldp", "lldpp"))
    assert driver.compare_config() == ""


def test_the_running_text_overrides_without_a_difference(junos_bench: TwinBench) -> None:
    driver = junos_bench.connect()
    driver.load_replace_candidate(config=driver.get_config()["running"])
    assert driver.compare_config() == ""


def test_the_lock_is_held_against_others_until_the_commit(junos_bench: TwinBench) -> None:
    first, second = junos_bench.connect(), junos_bench.connect()
    stage(first)
    with pytest.raises(LockError, match="configuration database locked by"):
        stage(second, "set system host-name other")
    first.commit_config()
    stage(second, "set system domain-name other.example")
    second.discard_config()
    assert junos_bench.twin.state().running == HARDENED


def test_a_session_that_ends_gives_its_lock_back(junos_bench: TwinBench) -> None:
    gone = junos_bench.new_driver()
    gone.open()
    stage(gone)
    gone.device._conn._session.transport.sock.shutdown(socket.SHUT_RDWR)
    wait_until(lambda: junos_bench.twin.state().sessions == 0)
    second = junos_bench.connect()
    stage(second, "set system domain-name other.example")
    assert (
        second.compare_config()
        == "[edit system]\n-   domain-name example.dk;\n+   domain-name other.example;"
    )


def test_a_commit_without_root_authentication_fails_its_check(junos_bench: TwinBench) -> None:
    driver = junos_bench.connect()
    stage(driver, "delete system root-authentication")
    with pytest.raises(Exception, match="Missing mandatory statement: 'root-authentication'"):
        driver.commit_config()
    driver.discard_config()
    assert junos_bench.twin.state().running == CONFIGURATION


def test_the_console_changes_the_device_past_a_lock(junos_bench: TwinBench) -> None:
    driver = junos_bench.connect()
    stage(driver)
    junos_bench.twin.console(("set system services ftp",))
    state = junos_bench.twin.state()
    assert state.running == CONFIGURATION.replace(
        "        ssh;\n        telnet;\n", "        ftp;\n        ssh;\n        telnet;\n"
    )
    assert state.commits == 1
    driver.discard_config()


def test_the_console_refuses_what_cannot_be_committed(junos_bench: TwinBench) -> None:
    with pytest.raises(LineRefused, match="Missing mandatory statement: 'root-authentication'"):
        junos_bench.twin.console(("delete system root-authentication",))
    assert junos_bench.twin.state().running == CONFIGURATION


def test_an_unknown_operation_is_answered_with_a_syntax_error(junos_bench: TwinBench) -> None:
    with pytest.raises(Exception, match="syntax error"):
        junos_bench.connect().device.rpc.request_system_reboot()


def test_stop_ends_the_sessions_that_are_open(tmp_path: Path, manual_clock: ManualClock) -> None:
    with twin_bench(JUNOS, tmp_path, manual_clock) as bench:
        driver = bench.connect()
        bench.drivers.remove(driver)
        stage(driver)
    with pytest.raises((ConnectClosedError, SessionCloseError)):
        driver.get_config()
    driver.device._conn = None
