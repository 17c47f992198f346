"""A Nexus twin as a person at its terminal meets it: prompts, refusals, features, checkpoints and faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.clock import ManualClock
from lab.errors import LabFileError, LineRefused
from lab.models import Fault
from lab.nxos.twin import NXOSTwin
from tests.lab.nxos_room import SPEC, TEXT, Person, nxos_room
from tests.lab.twin_bench import is_refused, wait_until

Room = tuple[NXOSTwin, Person]


@pytest.fixture
def room(tmp_path: Path, manual_clock: ManualClock) -> Iterator[Room]:
    with nxos_room(tmp_path, manual_clock) as made:
        yield made


def body(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("!")]


def test_running_and_startup_are_the_file_that_the_switch_began_with(room: Room) -> None:
    twin, person = room
    state = twin.state()
    assert state.running == state.startup
    assert body(state.running) == body(TEXT)
    assert body(person.ask("show running-config")) == body(TEXT)
    assert body(person.ask("show startup-config")) == body(TEXT)


def test_the_prompt_tells_the_mode(room: Room) -> None:
    _, person = room
    assert person.prompt_after("") == "dc-sw1# "
    assert person.prompt_after("configure terminal") == "dc-sw1(config)# "
    assert person.prompt_after("interface e1/2") == "dc-sw1(config-if)# "
    assert person.prompt_after("line vty") == "dc-sw1(config-line)# "
    assert person.prompt_after("hostname other") == "other(config)# "
    assert person.prompt_after("end") == "other# "


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("shoe running-config", "        ^\n% Invalid command at '^' marker.\n"),
        ("show inventory all", "                       ^\n% Invalid command at '^' marker.\n"),
        ("show running-config interface", "% Incomplete command at '^' marker.\n"),
        ("t width 80", ""),
        ("co", "% Ambiguous command at '^' marker.\n"),
    ],
)
def test_a_refused_command_is_marked_below_its_word(room: Room, line: str, answer: str) -> None:
    _, person = room
    told = person.ask(line)
    assert told == answer or (told.endswith(answer) and told.lstrip().startswith("^"))


def test_a_refused_line_changes_nothing_and_those_around_it_stay(room: Room) -> None:
    twin, person = room
    said = person.configure("ip domain-name one.example", "hostnome other", "ip name-server 192.0.2.5")
    assert [bool(one) for one in said] == [False, True, False]
    assert said[1].endswith("% Invalid command at '^' marker.\n")
    held = body(twin.state().running)
    assert "ip domain-name one.example" in held
    assert "ip name-server 192.0.2.5" in held
    assert twin.state().commits == 1


def test_commands_exist_only_with_their_feature(room: Room) -> None:
    twin, person = room
    lines = ("tacacs-server host 192.0.2.9", "feature tacacs+", "tacacs-server host 192.0.2.9")
    said = person.configure(*lines)
    assert ["Invalid command" in one for one in said] == [True, False, False]
    assert "tacacs-server host 192.0.2.9" in twin.state().running
    person.configure("no feature tacacs+")
    assert "tacacs" not in twin.state().running


def test_an_unknown_feature_is_refused(room: Room) -> None:
    _, person = room
    assert "Invalid command" in person.configure("feature teleport")[0]


def test_a_feature_that_is_switched_off_takes_its_configuration_along(room: Room) -> None:
    twin, person = room
    person.configure("no feature interface-vlan")
    assert "interface Vlan" not in twin.state().running


def test_hidden_defaults_show_only_in_the_whole_configuration(room: Room) -> None:
    _, person = room
    assert "exec-timeout" not in person.ask("show running-config")
    whole = person.ask("show running-config all")
    assert whole.count("  exec-timeout 0\n") == 2
    assert person.configure("line vty", "exec-timeout 10") == ["", ""]
    assert "line vty\n  exec-timeout 10\n" in person.ask("show running-config")
    person.configure("line vty", "exec-timeout 0")
    assert "exec-timeout" not in person.ask("show running-config")


def test_a_port_that_routes_is_shut_until_told_and_loses_its_vlans(room: Room) -> None:
    twin, person = room
    person.configure("interface Ethernet1/2", "no switchport", "ip address 192.0.2.9/24")
    assert "interface Ethernet1/2\n  no switchport\n  ip address 192.0.2.9/24\n\n" in twin.state().running
    person.configure("interface Ethernet1/2", "no shutdown")
    assert "  ip address 192.0.2.9/24\n  no shutdown\n" in twin.state().running
    assert "Invalid" in person.configure("interface Ethernet1/3", "ip address 192.0.2.10/24")[1]


def test_a_bundle_comes_into_being_with_the_lines_of_its_first_member(room: Room) -> None:
    twin, person = room
    person.configure("interface Ethernet1/1", "channel-group 7 mode active")
    running = twin.state().running
    assert (
        "interface port-channel7\n  switchport mode trunk\n  switchport trunk native vlan 30\n"
        "  switchport trunk allowed vlan 20,30\n" in running
    )
    assert "  channel-group 7 mode active\n" in running


def test_a_range_of_interfaces_is_configured_at_once(room: Room) -> None:
    twin, person = room
    person.configure("interface Ethernet1/2-3", "description both")
    assert twin.state().running.count("  description both\n") == 2


def test_hardware_can_neither_be_made_nor_removed(room: Room) -> None:
    _, person = room
    said = person.configure("interface Ethernet9/9", "no interface Ethernet1/1", "no vlan 1")
    assert ["Invalid" in said[0], "Invalid" in said[1], said[2]] == [
        True,
        True,
        "ERROR: Cannot delete default VLAN\n",
    ]


def test_a_weak_password_is_refused_without_any_sign_of_an_error(room: Room) -> None:
    twin, person = room
    (accepted,) = person.configure("username one password 0 weak role network-admin")
    assert accepted == ""
    said = person.configure("password strength-check", "username two password 0 weak role network-admin")
    assert said[1].startswith("password is weak\n")
    assert "%" not in said[1]
    assert "username two" not in twin.state().running


def test_a_password_is_kept_enciphered(room: Room) -> None:
    twin, person = room
    person.configure("username one password 0 Abcdefg1! role network-operator")
    assert "Abcdefg1" not in twin.state().running
    assert "  role network-operator\n" in twin.state().running
    assert not any("Abcdefg1" in line for line in twin.transcript())


def test_nothing_is_saved_until_it_is_copied(room: Room) -> None:
    twin, person = room
    person.configure("ip domain-name one.example")
    assert twin.state().startup != twin.state().running
    assert person.ask("copy running-config startup-config").endswith("Copy complete.\n")
    assert twin.state().startup == twin.state().running


def test_a_rollback_to_a_checkpoint_brings_everything_back(room: Room) -> None:
    twin, person = room
    before = twin.state().running
    assert person.ask("checkpoint one") == "Done\n"
    person.configure("interface Ethernet1/2", "description gone", "no feature telnet", "vlan 40")
    patch = person.ask("show diff rollback-patch running-config checkpoint one")
    assert "no description gone" not in patch
    back = person.ask("show diff rollback-patch checkpoint one running-config")
    assert [line for line in back.splitlines() if line.strip()] == [
        "Collecting Running-Config",
        "#Generating Rollback Patch",
        "!!",
        "no vlan 40",
        "feature telnet",
        "interface Ethernet1/2",
        "  no description gone",
    ]
    told = person.ask("rollback running-config checkpoint one")
    assert "Rollback completed successfully." in told
    assert (twin.state().running, twin.state().commits) == (before, 2)
    assert "Rollback Patch is Empty" in person.ask("show diff rollback-patch checkpoint one running-config")


def test_a_rollback_that_a_line_stops_leaves_everything_as_it_was(room: Room) -> None:
    twin, person = room
    person.ask("checkpoint one")
    person.configure("feature nxapi", "ip domain-name one.example")
    changed = twin.state().running
    twin.switch_fault(Fault(name="error-line", argument="no feature nxapi"))
    told = person.ask("rollback running-config checkpoint one")
    assert ("Rollback failed" in told, "completed" in told) == (True, False)
    assert twin.state().running == changed


def test_checkpoints_have_names_of_their_own_and_ten_at_most(room: Room) -> None:
    _, person = room
    assert [person.ask(f"checkpoint c{number}") for number in range(10)] == ["Done\n"] * 10
    assert "ERROR" in person.ask("checkpoint c1")
    assert "ERROR" in person.ask("checkpoint c10")
    assert person.ask("no checkpoint c1") == ""
    assert "ERROR" in person.ask("no checkpoint c1")
    assert person.ask("checkpoint c10") == "Done\n"
    assert "ERROR" in person.ask("rollback running-config checkpoint nobody")


def test_a_checkpoint_file_is_written_over_after_a_question_only(room: Room) -> None:
    _, person = room
    assert person.ask("checkpoint file one.txt") == "Done\n"
    person.ask("checkpoint file one.txt", end="overwrite it? (y/n) [n] ")
    assert "not written" in person.ask("n")
    person.ask("terminal dont-ask")
    assert person.ask("checkpoint file one.txt") == "Done\n"
    assert "one.txt" in person.ask("dir one.txt")


@pytest.mark.parametrize(
    "lines",
    [
        ("interface mgmt0", "shutdown"),
        ("interface mgmt0", "no ip address"),
        ("no feature ssh",),
    ],
)
def test_a_switch_whose_management_is_cut_answers_nobody_and_stays_so(
    room: Room, manual_clock: ManualClock, lines: tuple[str, ...]
) -> None:
    twin, _ = room
    twin.console(lines)
    assert not twin.state().management_reachable
    wait_until(lambda: is_refused(twin.port))
    manual_clock.advance(7 * 86400)
    assert (twin.state().management_reachable, twin.state().reverts) == (False, 0)


def test_faults_happen_once_and_are_gone(room: Room) -> None:
    twin, person = room
    twin.switch_fault(Fault(name="error-line", argument="domain-name"))
    said = person.configure("ip domain-name one.example", "ip domain-name one.example")
    assert ["Invalid" in one for one in said] == [True, False]
    assert twin.state().faults == ()


def test_the_connection_drops_after_a_change_that_stays(room: Room) -> None:
    twin, person = room
    twin.switch_fault(Fault(name="drop-after-commit"))
    person.ask("configure terminal")
    person.ask("ip domain-name one.example")
    with pytest.raises(AssertionError, match="the session ended"):
        person.ask("end")
    assert "ip domain-name one.example" in twin.state().running


def test_a_reboot_forgets_what_was_not_saved_and_keeps_the_checkpoints(
    room: Room, manual_clock: ManualClock
) -> None:
    twin, person = room
    before = twin.state()
    person.ask("checkpoint one")
    person.configure("ip domain-name one.example")
    twin.switch_fault(Fault(name="reboot", seconds=120))
    wait_until(lambda: is_refused(twin.port))
    manual_clock.advance(120)
    assert (twin.state().running, twin.state().management_reachable) == (before.running, True)


def test_a_full_flash_takes_neither_checkpoints_nor_a_save(room: Room) -> None:
    twin, person = room
    twin.switch_fault(Fault(name="flash-full", times=2))
    assert "No space left" in person.ask("checkpoint one")
    person.configure("ip domain-name one.example")
    assert "aborted" in person.ask("copy running-config startup-config")
    assert twin.state().startup != twin.state().running


def test_the_console_is_refused_as_the_terminal_is(room: Room) -> None:
    twin, _ = room
    with pytest.raises(LineRefused):
        twin.console(("hostnome other",))


def test_a_mirror_session_is_down_until_it_is_opened_and_its_port_is_a_monitor(room: Room) -> None:
    _, person = room
    assert "down (Session admin shut)" in person.ask("show monitor session 1")
    person.configure("monitor session 1", "no shut")
    assert "down (Dst in wrong mode)" in person.ask("show monitor session all")
    person.configure("interface Ethernet1/3", "switchport monitor", "no shutdown")
    assert "state             : up" in person.ask("show monitor session all")


def test_neighbours_are_heard_only_with_the_feature_on_an_open_port(room: Room) -> None:
    _, person = room
    assert "System Name: core1" in person.ask("show lldp neighbors detail")
    assert "Device ID:core1" in person.ask("show cdp neighbors detail")
    person.configure("interface Ethernet1/1", "shutdown")
    assert "core1" not in person.ask("show lldp neighbors")
    person.configure("interface Ethernet1/1", "no shutdown", "no feature lldp")
    assert "Invalid command" in person.ask("show lldp neighbors")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version 10.3(9) Bios:version\n", "", "has no line 'version"),
        ("ip domain-lookup", "ip domain-lookpu", "NX-OS refuses 'ip domain-lookpu'"),
        (
            "interface mgmt0\n  vrf member management\n  ip address 198.51.100.20/24\n",
            "",
            "no interface mgmt0",
        ),
    ],
)
def test_a_wrong_starting_configuration_is_named(
    tmp_path: Path, manual_clock: ManualClock, old: str, new: str, message: str
) -> None:
    assert old in TEXT
    with (
        pytest.raises(LabFileError, match=message),
        nxos_room(tmp_path, manual_clock, text=TEXT.replace(old, new)),
    ):
        pass
    assert SPEC.management_interface == "mgmt0"
