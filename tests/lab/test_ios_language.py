"""IOS configuration commands whose effect is more than a stored line."""

import pytest

from lab.cli_tree import ConfigTree, Editor
from lab.errors import LineRefused
from lab.ios.dialect import BOOT_DIALECT, DIALECT

BOOT = """version 17.9
hostname sw1
vlan 10
 name clients
interface GigabitEthernet1/0/1
 switchport trunk allowed vlan 10,20,30-32
 switchport mode trunk
interface GigabitEthernet1/0/2
 switchport access vlan 10
interface GigabitEthernet1/0/3
interface GigabitEthernet1/0/4
interface TenGigabitEthernet1/1/1
interface Vlan10
 ip address 10.0.0.1 255.255.255.0
line con 0
line vty 0 4
 transport input telnet ssh
line vty 5 15
end
"""


def booted(text: str = BOOT) -> ConfigTree:
    tree, refused = ConfigTree.parse(BOOT_DIALECT, text)
    assert refused == ()
    tree.dialect = DIALECT
    return tree


def configured(*lines: str, text: str = BOOT) -> ConfigTree:
    tree = booted(text)
    editor = Editor(tree)
    for line in lines:
        editor.apply(line)
    return tree


def texts(tree: ConfigTree, *path: str) -> list[str]:
    return [node.text for node in tree.find(*path)]


def below(tree: ConfigTree, section: str) -> list[str]:
    return [node.text for found in tree.find(section) for node in found.children]


def refused(*lines: str) -> LineRefused:
    editor = Editor(booted())
    for line in lines[:-1]:
        editor.apply(line)
    with pytest.raises(LineRefused) as caught:
        editor.apply(lines[-1])
    return caught.value


def test_an_interface_range_changes_every_interface_of_it() -> None:
    tree = configured("interface range gi1/0/2 - 3 , te1/1/1", "shutdown", "description unused")
    shut = [node.identity[1] for node in tree.find("interface") if node.find("shutdown")]
    assert shut == ["GigabitEthernet1/0/2", "GigabitEthernet1/0/3", "TenGigabitEthernet1/1/1"]
    assert below(tree, "interface GigabitEthernet1/0/4") == []


@pytest.mark.parametrize("line", ["interface GigabitEthernet1/0/99", "interface range gi1/0/4 - 5"])
def test_hardware_that_is_not_there_cannot_be_configured(line: str) -> None:
    assert refused(line).kind == "invalid"


def test_hardware_cannot_be_removed_but_a_virtual_interface_can() -> None:
    assert (
        refused("no interface GigabitEthernet1/0/1").text
        == "% Removal of physical interfaces is not permitted"
    )
    assert texts(configured("no interface Vlan10"), "interface Vlan10") == []


def test_default_takes_an_interface_back_to_nothing() -> None:
    assert below(configured("default interface GigabitEthernet1/0/2"), "interface GigabitEthernet1/0/2") == []


def test_terminal_lines_are_split_where_a_range_cuts_them() -> None:
    tree = configured("line vty 3 6", "transport input ssh")
    assert {node.text: [child.text for child in node.children] for node in tree.find("line vty")} == {
        "line vty 0 2": ["transport input telnet ssh"],
        "line vty 3 4": ["transport input ssh"],
        "line vty 5 6": ["transport input ssh"],
        "line vty 7 15": [],
    }


def test_a_range_over_all_terminal_lines_keeps_their_sections() -> None:
    tree = configured("line vty 0 15", "exec-timeout 5 0", "transport input ssh")
    assert tree.render().partition("line con 0\n")[2] == (
        "line vty 0 4\n exec-timeout 5 0\n transport input ssh\n"
        "line vty 5 15\n exec-timeout 5 0\n transport input ssh\n!\n"
    )


def test_terminal_lines_beyond_those_that_exist_are_made() -> None:
    assert texts(configured("line vty 10 20", "length 0"), "line vty") == [
        "line vty 0 4",
        "line vty 10 15",
        "line vty 5 9",
        "line vty 16 20",
    ]


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (("exec-timeout 5",), ["exec-timeout 5 0"]),
        (("exec-timeout 5 30",), ["exec-timeout 5 30"]),
        (("exec-timeout 5", "exec-timeout 10"), []),
        (("no exec-timeout",), ["exec-timeout 0 0"]),
        (("exec-timeout 0 0",), ["exec-timeout 0 0"]),
        (("transport input ssh", "no transport input"), ["transport input none"]),
        (("login local", "no login"), ["no login"]),
        (("login authentication ADM", "no login authentication"), []),
    ],
)
def test_terminal_line_settings_show_as_the_device_shows_them(
    lines: tuple[str, ...], shown: list[str]
) -> None:
    assert below(configured("line con 0", *lines), "line con 0") == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("switchport trunk allowed vlan 5", ["switchport trunk allowed vlan 5"]),
        ("switchport trunk allowed vlan add 33-40", ["switchport trunk allowed vlan 10,20,30-40"]),
        ("switchport trunk allowed vlan remove 10,31", ["switchport trunk allowed vlan 20,30,32"]),
        ("switchport trunk allowed vlan except 2-4094", ["switchport trunk allowed vlan 1"]),
        ("switchport trunk allowed vlan remove 1-4094", ["switchport trunk allowed vlan none"]),
        ("switchport trunk allowed vlan all", []),
        ("no switchport trunk allowed vlan", []),
    ],
)
def test_the_vlans_of_a_trunk_are_a_set(line: str, shown: list[str]) -> None:
    tree = configured("interface GigabitEthernet1/0/1", line)
    assert texts(tree, "interface GigabitEthernet1/0/1", "switchport trunk allowed vlan") == shown


def test_vlans_are_made_one_by_one_and_drawn_together_when_they_have_no_name() -> None:
    tree = configured("vlan 30,20,21", "exit", "vlan 40", "name forty")
    assert [line for line in tree.render().splitlines() if line.startswith("vlan")] == [
        "vlan 10",
        "vlan 20-21,30",
        "vlan 40",
    ]
    again, lines = ConfigTree.parse(BOOT_DIALECT, tree.render())
    assert (again.render(), lines) == (tree.render(), ())


def test_removing_vlans_removes_those_and_no_others() -> None:
    assert texts(configured("vlan 30-32", "no vlan 10,31"), "vlan") == ["vlan 30", "vlan 32"]


def test_a_mirror_session_gathers_its_sources() -> None:
    tree = configured(
        "monitor session 1 source interface GigabitEthernet1/0/2 both",
        "monitor session 1 source interface gi1/0/1",
        "monitor session 1 source interface gi1/0/3 rx",
        "monitor session 1 destination interface Gi1/0/4",
    )
    assert texts(tree, "monitor session") == [
        "monitor session 1 source interface Gi1/0/1 - 2",
        "monitor session 1 source interface Gi1/0/3 rx",
        "monitor session 1 destination interface Gi1/0/4",
    ]
    Editor(tree).apply("no monitor session 1 source interface Gi1/0/1")
    assert texts(tree, "monitor session 1 source") == [
        "monitor session 1 source interface Gi1/0/3 rx",
        "monitor session 1 source interface Gi1/0/2",
    ]
    Editor(tree).apply("no monitor session 1")
    assert texts(tree, "monitor") == []


def test_a_mirror_of_a_port_that_is_not_there_is_refused() -> None:
    assert refused("monitor session 1 source interface Gi1/0/99").kind == "invalid"


def test_routing_is_off_until_it_is_switched_on_and_stands_before_the_names() -> None:
    lines = ("ip domain name a.example", "no ip gratuitous-arps", "ip routing", "no ip source-route")
    shown = ["no ip source-route", "ip routing", "no ip gratuitous-arps", "ip domain name a.example"]
    rendered = configured(*lines).render().splitlines()
    first = rendered.index(shown[0])
    assert rendered[first : first + len(shown)] == shown
    assert texts(configured("ip routing", "no ip routing"), "ip routing") == []
    assert texts(configured("no ip routing"), "no ip routing") == []


def test_access_entries_are_numbered_from_release_17_on() -> None:
    lines = (
        "ip access-list standard MGMT",
        "permit 10.0.0.0 0.0.0.255",
        "deny any",
        "permit 10.0.0.0 0.0.0.255",
    )
    assert below(configured(*lines), "ip access-list") == ["10 permit 10.0.0.0 0.0.0.255", "20 deny any"]
    older = configured(*lines, text=BOOT.replace("version 17.9", "version 15.2"))
    assert below(older, "ip access-list") == ["deny any", "permit 10.0.0.0 0.0.0.255"]
    assert below(configured(*lines, "no deny any", "15 permit any"), "ip access-list") == [
        "10 permit 10.0.0.0 0.0.0.255",
        "15 permit any",
    ]


def test_the_absence_of_password_encryption_shows_only_before_release_16() -> None:
    line = "no service password-encryption"
    assert texts(configured(line), "no service") == []
    assert texts(configured(line, text=BOOT.replace("version 17.9", "version 15.7")), "no service") == [line]
    assert texts(configured("service password-encryption"), "service") == ["service password-encryption"]


@pytest.mark.parametrize(
    "line",
    [
        "ip http servr",
        "ntp",
        "line vty 0 4 5",
        "snmp-server",
        "aaa new-modell",
        "switchport mode access",
        "vlan 4095",
        "logging host",
    ],
)
def test_what_a_device_refuses_is_refused(line: str) -> None:
    assert refused(line).kind in ("invalid", "incomplete")


def test_a_second_application_changes_nothing() -> None:
    lines = (
        "no ip http server",
        "aaa new-model",
        "line vty 0 15",
        "exec-timeout 5 0",
        "interface range gi1/0/3 - 4",
        "shutdown",
        "banner login #Authorised use only#",
        "ntp server 10.0.0.5",
        "no snmp-server community public",
        "monitor session 1 source interface gi1/0/1",
    )
    once, twice = configured(*lines), configured(*lines, "exit", *lines)
    assert once.render() == twice.render()
