"""Each hazard of AOS-CX lines and of what a terminal makes of them, named after what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devices.aoscx_difference import MARK
from devices.drivers.aoscx_driver import AOSCXDriver
from devices.errors import (
    CommandRefused,
    ConfigurationRefused,
    NotOurCommit,
)
from devices.service import preview_change
from lab.models import NeighbourSpec
from tests.devices.aoscx_changes import (
    LINE,
    assert_untouched,
    change,
)

if TYPE_CHECKING:
    from tests.devices.conftest import Bench, Benches


@pytest.fixture
def bench(benches: Benches) -> Bench:
    return benches.start("aoscx")


def test_aoscx_line_is_in_force_at_once_so_those_before_a_refused_one_are_taken_back(bench: Bench) -> None:
    before = bench.twin.state()
    result = change(bench, "snmp-server system-contact x\nvlan 40\n    frobnicate 1\n")
    assert result.outcome == "reverted"
    assert "frobnicate 1 / Invalid input: frobnicate" in result.message
    assert_untouched(bench.twin.state(), before)
    assert bench.twin.state().reverts == 0


def test_aoscx_allowed_vlans_are_added_never_replaced(bench: Bench) -> None:
    lines = "interface 1/1/1\n    vlan trunk allowed 30\n"
    assert preview_change(bench.target, lines, lock=bench.lock) == (
        f"{MARK}\n interface 1/1/1\n-    vlan trunk allowed 10,20\n+    vlan trunk allowed 10,20,30"
    )
    assert change(bench, lines).outcome == "confirmed"


def test_aoscx_new_lag_is_shut_until_a_line_opens_it(bench: Bench) -> None:
    assert preview_change(bench.target, "interface lag 5\n", lock=bench.lock) == (
        f"{MARK}\n+interface lag 5\n+    shutdown"
    )
    lines = "interface lag 5\n    no shutdown\n    no routing\n    vlan trunk allowed 20\n"
    assert change(bench, lines).outcome == "confirmed"


def test_aoscx_port_goes_into_no_vlan_that_is_not_there(bench: Bench) -> None:
    before = bench.twin.state()
    result = change(bench, "interface 1/1/2\n    vlan access 77\n")
    assert (result.outcome, "VLAN 77 doesn't exist" in result.message) == ("reverted", True)
    assert_untouched(bench.twin.state(), before)
    assert change(bench, "vlan 77\ninterface 1/1/2\n    vlan access 77\n").outcome == "confirmed"


def test_aoscx_sections_are_left_before_the_next_line(bench: Bench) -> None:
    lines = (
        "vlan 40\n    name Guests\ninterface 1/1/3\n    port-access port-security\n        enable\n"
        "        client-limit 2\n    vlan access 40\nvlan 41\nmirror session 1\n    enable\n"
        "    source interface 1/1/1 both\n    destination interface 1/1/2\nhostname sw-cx-02\n"
    )
    result = change(bench, lines)
    assert result.outcome == "confirmed"
    running = bench.twin.state().running
    assert running.startswith("hostname sw-cx-02\n")
    assert (
        "    vlan access 40\n    port-access port-security\n        enable\n        client-limit 2\n"
        in running
    )
    assert "vlan 40\n    name Guests\nvlan 41\n" in running


def test_aoscx_banner_of_several_lines_goes_in_whole(bench: Bench) -> None:
    assert change(bench, "banner motd ^\nKun for\nautoriserede!\n^\n").outcome == "confirmed"
    assert "banner motd ^\nKun for\nautoriserede!\n^\n" in bench.twin.state().running


def test_aoscx_greeting_that_looks_like_a_prompt_is_none(benches: Benches) -> None:
    banner = "banner motd ^\nsw-cx-01# \nother> \nadgang forbudt#\n^\n"
    bench = benches.start("aoscx", change=("user samdrift", f"{banner}user samdrift"))
    assert preview_change(bench.target, LINE, lock=bench.lock).splitlines()[1:] == [
        "-snmp-server system-location Odder",
        "+snmp-server system-location Grenaa",
    ]


def test_aoscx_long_line_is_not_broken_by_the_width_of_the_screen(bench: Bench) -> None:
    text = " ".join(["kælder"] * 20)
    assert change(bench, f"interface 1/1/2\n    description {text}\n").outcome == "confirmed"
    assert f"    description {text}\n" in bench.twin.state().running


def test_aoscx_line_longer_than_the_widest_screen_goes_in_whole(bench: Bench) -> None:
    key = "ssh-rsa " + "AAAAB3NzaC1yc2E" * 50 + " admin@example"
    assert change(bench, f"user samdrift authorized-key {key}\n").outcome == "confirmed"
    assert f"user samdrift authorized-key {key}\n" in bench.twin.state().running


def test_aoscx_name_that_came_back_with_the_old_configuration_is_known(bench: Bench) -> None:
    driver = AOSCXDriver(bench.target)
    driver.open()
    driver.stage("hostname other\n")
    driver.commit(revert_after_seconds=60)
    bench.clock.sleep(61.0)
    with pytest.raises(NotOurCommit, match="nothing was confirmed or saved"):
        driver.confirm()
    driver.close()


@pytest.mark.parametrize(
    ("local", "device", "port"),
    [
        ("1/1/2", "core-01.grenaa.example", "Ethernet7"),
        ("1/1/3", "120", "48"),
        ("1/1/3", "", "b4:2e:99:00:00:01"),
    ],
)
def test_aoscx_neighbours_of_any_name_are_read(benches: Benches, local: str, device: str, port: str) -> None:
    seen = NeighbourSpec(local_interface=local, device=device, remote_interface=port)
    bench = benches.start("aoscx", neighbours=(seen,))
    driver = AOSCXDriver(bench.target)
    driver.open()
    [neighbour] = driver.neighbours()
    driver.close()
    assert (neighbour.local_interface, neighbour.remote_interface) == (local, port)
    assert neighbour.device == (device or "e3:b0:c4:42:98:fc")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("snmp-server system-location Grenaa\n    vlan access 30\n", "opened no section"),
        ("interface 1/1/2\n    vlan 30\n        name x\n", "left the section"),
        ("interface 1/1/2\n    snmp-server system-location Grenaa\n", "left the section"),
    ],
)
def test_aoscx_line_in_the_wrong_section_is_taken_back(bench: Bench, lines: str, said: str) -> None:
    before = bench.twin.state()
    result = change(bench, lines)
    assert (result.outcome, said in result.message) == ("reverted", True)
    assert_untouched(bench.twin.state(), before)


def test_aoscx_effect_that_was_not_foreseen_is_taken_back_at_once(bench: Bench) -> None:
    before = bench.twin.state()
    # The switch does not show what is its default, so nothing of it comes into the configuration.
    result = change(bench, LINE + "spanning-tree mode mstp\n")
    assert result.outcome == "reverted"
    assert "had another effect than approved: - spanning-tree mode mstp" in result.message
    assert_untouched(bench.twin.state(), before)
    assert bench.twin.state().reverts == 0


def test_aoscx_change_of_somebody_else_after_the_comparison_stops_the_commit(bench: Bench) -> None:
    driver = AOSCXDriver(bench.target)
    driver.open()
    driver.stage(LINE)
    bench.twin.console(("vlan 99",))
    changed = bench.twin.state()
    with pytest.raises(CommandRefused, match="changed by somebody else after the comparison"):
        driver.commit(revert_after_seconds=120)
    driver.close()
    state = bench.twin.state()
    assert (state.running, state.pending, state.commits) == (changed.running, None, changed.commits)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("user x group operators password plaintext hunter2\n", "give the ciphertext"),
        ("end\n", "no configuration line"),
        ("interface 1/1/2\n    exit\n", "no configuration line"),
        ("write memory\n", "no configuration line"),
        ("checkpoint rollback startup-config\n", "no configuration line"),
    ],
)
def test_aoscx_line_whose_effect_nobody_can_foresee_is_refused_before_it_is_sent(
    bench: Bench, lines: str, said: str
) -> None:
    with pytest.raises(ConfigurationRefused, match=said) as caught:
        preview_change(bench.target, lines, lock=bench.lock)
    assert "hunter2" not in str(caught.value)
    assert not any("hunter2" in line or line == lines.strip() for line in bench.twin.transcript())


def test_aoscx_secrets_are_masked_in_the_diff_that_a_person_sees(bench: Bench) -> None:
    lines = (
        "snmp-server community hunter1\ntacacs-server host 10.0.0.1 key ciphertext hunter2\n"
        "user x group operators password ciphertext hunter3\n"
        "snmp-server host 10.0.0.9 trap version v2c community hunter4\n"
        "snmpv3 user u auth sha auth-pass ciphertext hunter5 priv aes priv-pass ciphertext hunter6\n"
    )
    shown = preview_change(bench.target, lines, lock=bench.lock)
    assert "hunter" not in shown
    assert shown.count("<secret>") == 6


def test_aoscx_question_is_answered_with_no(bench: Bench) -> None:
    before = bench.twin.state()
    driver = AOSCXDriver(bench.target)
    driver.open()
    with pytest.raises(CommandRefused, match=r"answered with no, for it asked: Erase startup-config"):
        driver.show(("erase startup-config",))
    assert driver.show(("show clock",))[0].text
    driver.close()
    assert bench.twin.state().startup == before.startup != ""


def test_aoscx_show_command_that_is_refused_is_an_error(bench: Bench) -> None:
    driver = AOSCXDriver(bench.target)
    driver.open()
    with pytest.raises(CommandRefused, match="Invalid input: frobnicate"):
        driver.show(("show frobnicate",))
    driver.close()
