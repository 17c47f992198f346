"""The AOS-CX twin's terminal over a plain SSH channel: echo, prompts, errors, and what lines make of it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lab.clock import ManualClock
from tests.lab.aoscx_room import PORT_2, SPEC, TEXT, Person, Room


@pytest.fixture
def room(tmp_path: Path, manual_clock: ManualClock) -> Iterator[Room]:
    with ExitStack() as stack:
        yield Room(tmp_path, manual_clock, stack)


def test_a_login_is_greeted_as_on_the_device(room: Room) -> None:
    person = room.enter(room.start())
    assert person.greeting == (
        "Last login: 2026-11-21 12:00:00 from 127.0.0.1\r\n"
        'User "samdrift" has logged in 1 time in the past 30 days\r\nsw-cx1# '
    )


def test_the_running_configuration_comes_with_the_header_of_its_release(room: Room) -> None:
    person = room.enter(room.start())
    shown = person.ask("show running-config")
    assert shown.startswith(
        "Current configuration:\n!\n!Version ArubaOS-CX FL.10.13.1000\n!export-password: default\n"
        "hostname sw-cx1\n"
    )
    assert [line for line in shown.splitlines() if line.strip("!")][2:] == [
        line for line in TEXT.splitlines() if line.strip("!")
    ][2:]


def test_the_echo_of_a_long_line_says_the_letter_at_the_edge_twice(room: Room) -> None:
    person = room.enter(room.start())
    line = "show running-config | include " + "x" * 60
    person.channel.sendall(f"{line}\r".encode())
    column = 80 - len("sw-cx1# ")
    assert person.read("# ").startswith(f"{line[:column]}{line[column]}\r{line[column:]}\r\n")
    person.ask("terminal width 512")
    person.channel.sendall(f"{line}\r".encode())
    assert person.read("# ").startswith(f"{line}\r\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("vlan 10", "Invalid input: vlan"),
        ("show", "% Command incomplete."),
        ("checkpoint auto 61", "Invalid input: 61"),
        ("checkpoint auto 0", "Invalid input: 0"),
        ("show vlan | sort", "Command not supported."),
        ("checkpoint rollback nope", "Checkpoint nope doesn't exist"),
        ("checkpoint diff nope running-config", "No checkpoint with name nope"),
        ("checkpoint diff startup-config running-config", "No difference in configs."),
        ("show running-config | count vlan", "9"),
        ("sh run | include hostname", "hostname sw-cx1"),
        ("", ""),
    ],
)
def test_outside_configuration_mode_lines_are_answered_as_on_the_device(
    room: Room, line: str, said: str
) -> None:
    assert room.enter(room.start()).ask(line) == said


def test_the_prompt_tells_the_section(room: Room) -> None:
    person = room.enter(room.start())
    lines = (
        "configure terminal", "vlan 32", "interface 1/1/2", "interface 1/1/1-1/1/2", "interface vlan 99",
        "mirror session 1", "exit", "end",
    )  # fmt: skip
    assert [person.prompt_after(line) for line in lines] == [
        "sw-cx1(config)# ", "sw-cx1(config-vlan-32)# ", "sw-cx1(config-if)# ",
        "sw-cx1(config-if-<1/1/1-1/1/2>)# ", "sw-cx1(config-if-vlan)# ", "sw-cx1(config-mirror-1)# ",
        "sw-cx1(config)# ", "sw-cx1# ",
    ]  # fmt: skip


def after(room: Room, *lines: str, text: str = TEXT) -> str:
    twin = room.start(text=text)
    assert room.enter(twin).configure(*lines) == []
    return twin.state().running


@pytest.mark.parametrize(
    ("lines", "section"),
    [
        (("vlan access 30",), "    no routing\n    vlan access 30\n"),
        (("no vlan access",), "    no routing\n    vlan access 1\n"),
        (("vlan trunk native 20",), "    vlan trunk native 20\n    vlan trunk allowed all\n"),
        (("vlan trunk allowed 20",), "    vlan trunk native 1\n    vlan trunk allowed 20\n"),
        (("vlan trunk allowed 20", "vlan trunk allowed 30,99"), "    vlan trunk allowed 20,30,99\n"),
        (("vlan trunk allowed 20-22", "no vlan trunk allowed 21"), "    vlan trunk allowed 20,22\n"),
        (("shutdown",), "    shutdown\n    no routing\n    vlan access 20\n"),
        (("lag 7",), "    no shutdown\n    lag 7\n"),
        (("routing", "ip address 198.51.100.33/28"), "    no shutdown\n    ip address 198.51.100.33/28\n"),
    ],
)
def test_a_port_line_changes_what_belongs_to_it(room: Room, lines: tuple[str, ...], section: str) -> None:
    running = after(room, "interface 1/1/2", *lines)
    assert section in running.partition("interface 1/1/2\n")[2].partition("interface 1/1/3\n")[0]


def test_lines_in_another_order_give_the_same_text(room: Room) -> None:
    lines = ("ip dns domain-name x.example", "snmp-server system-contact y", "banner motd ^\rHej\r^")
    one = after(room, *lines)
    assert after(room, *reversed(lines)) == one
    assert one.startswith("hostname sw-cx1\nbanner motd ^\nHej\n^\n")


def test_vlans_without_a_word_about_them_are_drawn_together_since_10_15(room: Room) -> None:
    assert "vlan 1\nvlan 20\n    name Users\nvlan 30\n" in after(room, "vlan 40-42")
    newer = TEXT.replace("ArubaOS-CX FL.10.13.1000", "AOS-CX FL.10.15.1000")
    assert "vlan 1,40-42\nvlan 20\n    name Users\n" in after(room, "vlan 40-42", text=newer)


def test_a_new_lag_is_shut_and_routes_until_it_is_told_otherwise(room: Room) -> None:
    twin = room.start()
    person = room.enter(twin)
    assert person.configure("interface lag 5", "vlan access 20") == [
        "Operation not allowed on a routed interface"
    ]
    assert "interface lag 5\n    shutdown\n" in twin.state().running
    assert person.configure("interface lag 5", "no routing", "no shutdown", "vlan access 20") == []
    assert "interface lag 5\n    no shutdown\n    no routing\n    vlan access 20\n" in twin.state().running


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("frobnicate", "Invalid input: frobnicate"),
        ("interface 1/1/49", "Invalid input: 1/1/49"),
        ("no interface 1/1/2", "Invalid input: 1/1/2"),
        ("vlan 4095", "Invalid input: 4095"),
        ("ntp server", "% Command incomplete."),
        ("no s", "% Ambiguous command."),
        ("no vlan 1", "VLAN 1 cannot be removed"),
    ],
)
def test_a_line_that_the_device_does_not_take_changes_nothing(room: Room, line: str, said: str) -> None:
    twin = room.start()
    before = twin.state().running
    assert room.enter(twin).configure(line) == [said]
    assert twin.state().running == before


def test_a_port_is_put_only_into_a_vlan_that_is_there(room: Room) -> None:
    twin = room.start()
    assert room.enter(twin).configure("interface 1/1/2", "vlan access 77") == ["VLAN 77 doesn't exist"]
    assert PORT_2 in twin.state().running


def test_a_vlan_that_goes_leaves_its_access_ports_in_vlan_1(room: Room) -> None:
    assert PORT_2.replace("access 20", "access 1") in after(room, "no vlan 20")


def test_a_switch_that_cannot_route_knows_no_routing(room: Room) -> None:
    text = TEXT.replace("    no routing\n", "")
    twin = room.start(SPEC.model_copy(update={"model": "JL675A 6100 48G CL4 4SFP+ Swch"}), text)
    assert room.enter(twin).configure("interface 1/1/2", "no routing", "vlan access 30") == [
        "Invalid input: routing"
    ]
    assert "interface 1/1/2\n    no shutdown\n    vlan access 30\n" in twin.state().running


def test_a_secret_in_plain_text_is_shown_enciphered_and_never_written_down(room: Room) -> None:
    twin = room.start()
    room.enter(twin).configure("user op group operators password plaintext hunter2hunter2")
    assert "user op group operators password ciphertext AQBap" in twin.state().running
    assert "hunter2" not in twin.state().running + "".join(twin.transcript())


def test_the_server_of_the_management_vrf_is_on_unless_it_is_denied(room: Room) -> None:
    running = after(room, "no ssh server vrf mgmt", "https-server vrf mgmt", "telnet server vrf mgmt")
    assert [line for line in running.splitlines() if "server vrf" in line and "snmp" not in line] == [
        "ssh server vrf default", "no ssh server vrf mgmt", "telnet server vrf mgmt",
        "https-server vrf default",
    ]  # fmt: skip


def test_tables_follow_from_the_configuration(room: Room) -> None:
    person: Person = room.enter(room.start())
    assert person.ask("show vlan | include Users").split() == [
        "20", "Users", "up", "ok", "static", "1/1/1,1/1/2",
    ]  # fmt: skip
    assert person.ask("show interface brief | include 1/1/3").split()[:6] == [
        "1/1/3", "1", "access", "1GbT", "no", "down",
    ]  # fmt: skip
    assert person.ask("show lldp neighbor-info | include Ethernet3").split()[::5] == ["1/1/1", "core1"]
    person.configure("interface 1/1/1", "shutdown", "mirror session 1", "source interface 1/1/2 both")
    assert "core1" not in person.ask("show lldp neighbor-info")
    assert "Admin Status: disable" in person.ask("show mirror 1")
