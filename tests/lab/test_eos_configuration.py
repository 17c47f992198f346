"""The EOS dialect: recorded configurations come back, edits land as on the device."""

import re
from pathlib import Path

import pytest

from lab.cli_tree import ConfigTree, Editor
from lab.cli_vlans import read_vlans, write_vlans
from lab.eos.dialect import eos_dialect
from lab.eos.difference import session_difference
from lab.eos.management import management_reachable
from lab.eos.ranges import INTERFACES, read_interfaces
from lab.errors import LineRefused

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora"
RECORDED = sorted((CORPUS / "lab-validation" / "eos").rglob("running-config.txt")) if CORPUS.is_dir() else []
SWITCH = CORPUS / "oxidized" / "eos#DCS-7050SX3-48YC8_4.29.2F#output.txt"
RECORDED_COUNT = 67
RELEASE = re.compile(r"EOS-(\d+)\.(\d+)")
BASE = "interface Ethernet1\n!\ninterface Ethernet2\n!\ninterface Management1\n!\n"


def tree(text: str = BASE, release: tuple[int, int] = (4, 32)) -> ConfigTree:
    made, refused = ConfigTree.parse(eos_dialect(release, boots=True), text)
    assert refused == ()
    made.dialect = eos_dialect(release, boots=False)
    return made


def edited(*lines: str) -> ConfigTree:
    made = tree()
    editor = Editor(made)
    for line in lines:
        editor.apply(line)
    return made


def body(recorded: str) -> list[str]:
    """Return what stands below the header of a recorded configuration.

    Accepted differences: the ``! boot system`` comment belongs to the header; a blank line that the recording
    session put into one file and blanks at line ends (``ip routing ipv6 interfaces``) carry no meaning.
    """
    lines = recorded.splitlines()
    below = lines[lines.index("!") + 1 :]
    if below[0].startswith("! boot system"):
        below = below[2:]
    return [line.rstrip() for line in below if line]


@pytest.mark.corpora
@pytest.mark.skipif(not RECORDED, reason="../shared/corpora is absent")
def test_every_recorded_configuration_loads_and_comes_back_the_same() -> None:
    seen = 0
    for path in [*RECORDED, SWITCH]:
        recorded = path.read_text()
        release = RELEASE.search(recorded)
        assert release is not None, path
        made = tree(recorded, (int(release[1]), int(release[2])))
        assert [*made.render().splitlines(), "end"] == body(recorded), path
        seen += 1
    assert seen == RECORDED_COUNT + 1


@pytest.mark.parametrize(
    ("lines", "rendered"),
    [
        (("hostname a", "hostname b"), "hostname b\n!\n"),
        (("vlan 10-12", "vlan 11", "name middle"), "vlan 10\n!\nvlan 11\n   name middle\n!\nvlan 12\n!\n"),
        (("vlan 10,20",), "vlan 10,20\n!\n"),
        (
            ("ip access-list MGMT", "permit ip 192.0.2.0/24 any", "deny ip any any log"),
            "ip access-list MGMT\n   10 permit ip 192.0.2.0/24 any\n   20 deny ip any any log\n!\n",
        ),
        (("no aaa root",), "no aaa root\n!\n"),
        (("management telnet", "shutdown"), "management telnet\n!\n"),
        (
            ("management api http-commands", "no shutdown", "vrf MGMT", "no shutdown"),
            "management api http-commands\n   no shutdown\n   !\n   vrf MGMT\n      no shutdown\n!\n",
        ),
        (("banner login", "Keep out", "EOF"), "banner login\nKeep out\nEOF\n!\n"),
    ],
)
def test_lines_are_kept_as_the_device_writes_them(lines: tuple[str, ...], rendered: str) -> None:
    assert edited(*lines).render().replace(BASE, "") == rendered


@pytest.mark.parametrize(
    ("lines", "section"),
    [
        (("interface Ethernet1", "switchport access vlan 7"), "   switchport access vlan 7\n"),
        (("interface Et1", "switchport access vlan 7", "no switchport access vlan"), ""),
        (("interface Ethernet1", "no switchport"), "   no switchport\n"),
        (("interface Ethernet1", "no shutdown"), ""),
        (
            (
                "interface Ethernet1",
                "switchport trunk allowed vlan 2-5",
                "switchport trunk allowed vlan remove 3",
            ),
            "   switchport trunk allowed vlan 2,4-5\n",
        ),
        (("interface Ethernet1", "description a", "default description"), ""),
        (("interface Ethernet1", "shutdown", "default interface Ethernet1"), ""),
        (
            ("interface Ethernet1-2", "storm-control broadcast level 1"),
            "   storm-control broadcast level 1\n",
        ),
    ],
)
def test_lines_of_an_interface_are_kept_as_the_device_writes_them(
    lines: tuple[str, ...], section: str
) -> None:
    rendered = edited(*lines).render()
    assert rendered.partition("interface Ethernet1\n")[2].partition("!\n")[0] == section


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("nonsense", "invalid"),
        ("vlan 4095", "invalid"),
        ("interface Ethernet9", "invalid"),
        ("interface Nothing1", "invalid"),
        ("no interface Ethernet1", "refused"),
        ("hostname", "incomplete"),
        ("snmp-server e", "ambiguous"),
    ],
)
def test_what_the_device_does_not_know_is_refused(line: str, kind: str) -> None:
    with pytest.raises(LineRefused) as refused:
        edited(line)
    assert refused.value.kind == kind


def test_the_order_of_a_release_is_its_own() -> None:
    text = "hostname a\nno aaa root\nsnmp-server contact x\nspanning-tree mode mstp\n"
    assert [line for line in tree(text, (4, 23)).render().splitlines() if line != "!"] == [
        "hostname a",
        "snmp-server contact x",
        "spanning-tree mode mstp",
        "no aaa root",
    ]
    assert [line for line in tree(text, (4, 29)).render().splitlines() if line != "!"] == [
        "no aaa root",
        "hostname a",
        "spanning-tree mode mstp",
        "snmp-server contact x",
    ]


def test_equal_configurations_have_no_difference() -> None:
    assert session_difference("s", ["a"], ["a"], hunks=True) == ""
    assert session_difference("s", ["a"], ["a"], hunks=False) == ""


def test_a_difference_stands_below_its_parents() -> None:
    before = ["router bgp 1", "   vrf A", "      rd 1:1", "   !", "   vrf B", "banner motd", "one", "EOF"]
    after = ["router bgp 1", "   vrf A", "      rd 1:2", "   !", "   vrf B", "banner motd", "two", "EOF"]
    assert session_difference("s", before, after, hunks=False) == (
        "--- system:/running-config\n"
        "+++ session:/s-session-config\n"
        "router bgp 1\n"
        "   vrf A\n"
        "-      rd 1:1\n"
        "+      rd 1:2\n"
        "banner motd\n"
        "-one\n"
        "+two\n"
    )


@pytest.mark.parametrize(
    ("lines", "reachable"),
    [
        ((), False),
        (("management api http-commands", "no shutdown"), True),
        (("management api http-commands", "no shutdown", "no protocol https"), False),
        (("management api http-commands", "no shutdown", "interface Management1", "shutdown"), False),
        (("management api http-commands", "no shutdown", "interface Management1", "no ip address"), False),
        (("management api http-commands", "no shutdown", "interface Management1", "vrf M"), False),
        (("management api http-commands", "vrf M", "no shutdown", "interface Management1", "vrf M"), False),
        (
            (
                "management api http-commands",
                "no shutdown",
                "vrf M",
                "no shutdown",
                "interface Management1",
                "vrf M",
            ),
            True,
        ),
    ],
)
def test_management_is_reachable_as_the_configuration_says(
    lines: tuple[str, ...], *, reachable: bool
) -> None:
    made = edited("interface Management1", "ip address 192.0.2.1/24", *lines)
    assert management_reachable(made, "Management1") is reachable


def test_an_interface_that_is_not_there_is_not_reachable() -> None:
    assert not management_reachable(tree(), "Management7")


@pytest.mark.parametrize(
    ("text", "interfaces"),
    [
        ("Ethernet1-3", ["Ethernet1", "Ethernet2", "Ethernet3"]),
        ("Et1/1-2,5", ["Ethernet1/1", "Ethernet1/2", "Ethernet1/5"]),
        ("Vlan10", ["Vlan10"]),
        ("Ethernet1.100", ["Ethernet1.100"]),
        ("Nothing1", None),
        ("Ethernet", None),
    ],
)
def test_interface_lists_are_read(text: str, interfaces: list[str] | None) -> None:
    assert read_interfaces(text) == interfaces


def test_vlan_lists_are_read_and_written() -> None:
    assert write_vlans(read_vlans("7,1-3,4")) == "1-4,7"


def test_short_names_are_the_tables_own() -> None:
    assert [INTERFACES.short_name(name) for name in ("Ethernet1/2", "Port-Channel3", "Tunnel1")] == [
        "Et1/2",
        "Po3",
        "Tunnel1",
    ]
