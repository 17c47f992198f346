"""What the real NAPALM driver meets on the EOS twin and on no other platform."""

import ssl
from typing import Any

import pyeapi
import pytest
from napalm.base.exceptions import (
    CommitError,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)

from lab.clock import ManualClock
from tests.lab.eapi_client import run
from tests.lab.twin_bench import CONFIGURATIONS, EOS, TwinBench

RUNNING = (CONFIGURATIONS / EOS.configuration).read_text()
HARDENED = RUNNING.replace("management telnet\n   no shutdown\n", "management telnet\n")
HARDEN = "management telnet\n   shutdown"


def stage(driver: Any, lines: str = HARDEN) -> None:
    driver.load_merge_candidate(config=lines)


def test_the_driver_reads_configurations_with_their_headers_and_facts(eos_bench: TwinBench) -> None:
    driver = eos_bench.connect()
    header = "! device: core1 (DCS-7050SX3-48YC8, EOS-4.32.2F)\n!\n"
    assert driver.get_config() == {
        "running": f"! Command: show running-config\n{header}{RUNNING}",
        "startup": "! Command: show startup-config\n"
        f"! Startup-config last modified at  Sat Nov 21 12:00:00 2026 by root\n{header}{RUNNING}",
        "candidate": "",
    }
    facts = driver.get_facts()
    assert {
        key: facts[key] for key in ("hostname", "fqdn", "vendor", "model", "os_version", "interface_list")
    } == {
        "hostname": "core1",
        "fqdn": "core1.example.dk",
        "vendor": "Arista",
        "model": "DCS-7050SX3-48YC8",
        "os_version": "4.32.2F",
        "interface_list": ["Ethernet1", "Ethernet2", "Ethernet3", "Management1"],
    }
    assert eos_bench.twin.state().running == RUNNING


def test_an_expired_commit_leaves_no_session_behind(eos_bench: TwinBench, manual_clock: ManualClock) -> None:
    driver = eos_bench.connect()
    stage(driver)
    driver.commit_config(revert_in=60)
    manual_clock.advance(59)
    assert (eos_bench.twin.state().running, eos_bench.twin.state().startup) == (HARDENED, RUNNING)
    manual_clock.advance(1)
    assert run(eos_bench, "enable", "show configuration sessions")["result"][1]["sessions"] == {}
    with pytest.raises(CommitError, match="No pending commit-confirm found"):
        driver.confirm_commit()


def test_closing_the_driver_takes_an_unconfirmed_commit_back(eos_bench: TwinBench) -> None:
    driver = eos_bench.connect()
    stage(driver)
    driver.commit_config(revert_in=60)
    driver.close()
    state = eos_bench.twin.state()
    assert (state.running, state.pending) == (RUNNING, None)


def test_rollback_after_a_plain_commit_goes_back_to_the_startup_of_before(eos_bench: TwinBench) -> None:
    driver = eos_bench.connect()
    stage(driver)
    driver.commit_config()
    assert (eos_bench.twin.state().running, eos_bench.twin.state().startup) == (HARDENED, HARDENED)
    driver.rollback()
    assert (eos_bench.twin.state().running, eos_bench.twin.state().startup) == (RUNNING, RUNNING)


def test_a_refused_line_is_told_with_its_place(eos_bench: TwinBench) -> None:
    driver = eos_bench.connect()
    with pytest.raises(
        MergeConfigException, match=r"CLI command 4 of 5 'managment telnet' failed: invalid command"
    ):
        stage(driver, "hostname other\nmanagment telnet")
    assert eos_bench.twin.state().running == RUNNING


def test_the_running_text_replaces_without_a_difference(eos_bench: TwinBench) -> None:
    driver = eos_bench.connect()
    driver.load_replace_candidate(config=driver.get_config()["running"])
    assert driver.compare_config() == ""
    driver.discard_config()


def test_a_whole_configuration_with_an_error_is_refused(eos_bench: TwinBench) -> None:
    driver = eos_bench.connect()
    with pytest.raises(ReplaceConfigException, match="Invalid input"):
        driver.load_replace_candidate(config=HARDENED.replace("hostname", "hostnam-e"))


def test_a_banner_keeps_its_lines(eos_bench: TwinBench) -> None:
    driver = eos_bench.connect()
    stage(driver, "banner login\nAuthorised use only\n  second line\nEOF")
    assert driver.compare_config() == "+banner login\n+Authorised use only\n+second line\n+EOF"
    driver.commit_config()
    assert "!\nbanner login\nAuthorised use only\nsecond line\nEOF\n!\n" in eos_bench.twin.state().running


def test_a_pending_session_of_somebody_else_is_a_lock(
    eos_bench: TwinBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(eos_bench, "enable", "configure session other")
    driver = eos_bench.connect()
    monkeypatch.setattr(driver, "_obtain_lock", lambda **_: driver._lock())
    with pytest.raises(SessionLockedException):
        stage(driver)


def test_a_vrf_that_eapi_serves_is_reachable(eos_bench: TwinBench) -> None:
    driver = eos_bench.connect()
    stage(driver, "management api http-commands\nvrf MGMT\nno shutdown\ninterface Management1\nvrf MGMT")
    driver.commit_config()
    assert eos_bench.twin.state().management_reachable


def test_the_certificate_is_verified_by_who_trusts_it_and_by_nobody_else(eos_bench: TwinBench) -> None:
    assert eos_bench.connect().is_alive() == {"is_alive": True}
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="certificate verify failed"):
        eos_bench.connect(context=ssl.create_default_context())
