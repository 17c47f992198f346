"""What is foreseen of AOS-CX lines against what the twin, which shares no code with it, makes of them."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from devices.aoscx_difference import MARK, difference_of_texts, net_of_difference, placed_lines
from devices.drivers.aoscx_forecast import foresee
from devices.parsers.errors import MalformedText
from lab.aoscx.checkpoints import difference
from lab.aoscx.dialect import Hardware, settle_vlans
from lab.cli_tree import ConfigTree, Editor
from lab.errors import LineRefused

START = (Path(__file__).parent / "configurations" / "aoscx.cfg").read_text(encoding="utf-8")
HARDWARE = Hardware("JL668A 6300F", "FL.10.13.1000")
NEWER = Hardware("JL668A 6300F", "FL.10.15.1000")

GLOBAL_LINES = (
    "hostname other", "snmp-server system-location Grenaa", "no snmp-server system-location",
    "snmp-server system-contact x y", "snmp-server community public", "no snmp-server community public",
    "ntp server 10.70.10.6 iburst", "ntp server 10.70.10.5 prefer", "no ntp server 10.70.10.5",
    "no ntp enable",
    "telnet server vrf mgmt", "no telnet server vrf default", "no ssh server vrf mgmt", "ssh server vrf mgmt",
    "https-server vrf mgmt", "no https-server vrf default", "https-server session-timeout 10",
    "logging 10.0.0.1 severity info vrf mgmt", "logging 10.0.0.1", "no logging 10.0.0.1",
    "spanning-tree priority 4", "no spanning-tree", "no lldp", "lldp", "no usb", "vlan 40,42-43",
    "no vlan 20",
    "no vlan 30", "no interface lag 5", "tacacs-server host 10.0.0.1 key ciphertext AQB",
    "aaa authentication login default group tacacs local", "no aaa authentication login default",
    "ssh ciphers aes256-ctr", "ssh ciphers aes256-gcm@openssh.com aes256-ctr", "no ssh ciphers",
    "ip route 10.0.0.0/8 10.70.10.2", "no ip route 0.0.0.0/0 10.70.10.1", "ip dns server-address 10.0.0.53",
)  # fmt: skip
PORT_LINES = (
    "description one", "description two words", "no description", "shutdown", "no shutdown", "vlan access 20",
    "vlan access 30", "vlan access 1", "no vlan access", "vlan trunk native 20", "vlan trunk native 20 tag",
    "no vlan trunk native", "vlan trunk allowed 30", "vlan trunk allowed all", "vlan trunk allowed 1,10-20",
    "no vlan trunk allowed 20", "spanning-tree bpdu-guard", "no spanning-tree bpdu-guard",
    "spanning-tree port-type admin-edge", "loop-protect", "no lldp receive", "no trap link-status",
    "rate-limit broadcast 1000 kbps", "rate-limit broadcast 2000 kbps", "lag 5",
)  # fmt: skip
SECTIONS = {
    "interface 1/1/1": PORT_LINES,
    "interface 1/1/2": PORT_LINES,
    "interface 1/1/1-1/1/3": PORT_LINES,
    "interface lag 5": ("no shutdown", "no routing", "lacp mode active", "description bundle", "shutdown"),
    "interface vlan 10": ("ip address 10.70.10.32/24", "description management", "ip mtu 1500"),
    "interface vlan 20": ("ip address 10.70.20.1/24", "ip address 10.70.21.1/24 secondary", "shutdown"),
    "vlan 20": ("name Users and guests", "no name", "description x"),
    "vlan 50": ("name New",),
    "cli-session": ("timeout 10", "timeout 20"),
    "mirror session 1": ("enable", "source interface 1/1/1 both", "source interface 1/1/1 rx",
                         "destination interface 1/1/3", "destination interface 1/1/2"),
    "aaa group server tacacs central": ("server 10.0.0.1", "server 10.0.0.2 vrf mgmt"),
}  # fmt: skip


@st.composite
def changes(draw: st.DrawFn) -> str:
    """Return some lines, those of a section below its header."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 5))):
        header = draw(st.sampled_from((*SECTIONS, *GLOBAL_LINES)))
        lines.append(header)
        if header in SECTIONS:
            count = draw(st.integers(0, 4))
            lines.extend(f"    {draw(st.sampled_from(SECTIONS[header]))}" for _ in range(count))
    return "\n".join(lines) + "\n"


def made_by_twin(hardware: Hardware, lines: str) -> tuple[str, str]:
    """Return the twin's configuration before and after the lines; they must all be taken."""
    tree, refused = ConfigTree.parse(
        hardware.dialect(boots=True), START.removeprefix("Current configuration:\n")
    )
    assert refused == ()
    before = tree.render()
    tree.dialect = hardware.dialect(boots=False)
    editor = Editor(tree)
    for line in lines.splitlines():
        editor.apply(line)
        settle_vlans(tree.root)
    return before, tree.render()


@settings(max_examples=150, deadline=None)
@given(lines=changes(), hardware=st.sampled_from((HARDWARE, NEWER)))
def test_what_is_foreseen_is_what_the_twin_makes_of_it(lines: str, hardware: Hardware) -> None:
    try:
        before, after = made_by_twin(hardware, lines)
    except LineRefused:
        reject()
    forecast = foresee(before, lines, device="sw-01")
    assert forecast.after == placed_lines(after, device="sw-01")
    assert forecast.net == net_of_difference(difference("a", before, "b", after))
    assert forecast.difference == difference_of_texts(before, after)
    assert (forecast.difference == "") == (
        placed_lines(before, device="x") == placed_lines(after, device="x")
    )


@pytest.mark.parametrize("text", [*GLOBAL_LINES, *PORT_LINES])
def test_every_line_of_the_vocabulary_is_taken_by_the_twin(text: str) -> None:
    header = "" if text in GLOBAL_LINES else "interface 1/1/1\n    vlan access 1\n    "
    before, _ = made_by_twin(HARDWARE, f"{header}{text}\n")
    assert before


def test_a_difference_is_told_by_section_with_what_goes_first() -> None:
    lines = (
        "interface 1/1/2\n    vlan access 30\n    description b\nvlan 41-42\nvlan 40\n    name X\n"
        "no ntp server 10.70.10.5\n"
    )
    assert foresee(START, lines, device="sw-01").difference == (
        f"{MARK}\n-ntp server 10.70.10.5\n interface 1/1/2\n-    vlan access 20\n+    description b\n"
        "+    vlan access 30\n+vlan 40\n+    name X\n+vlan 41\n+vlan 42"
    )


def test_lines_that_are_there_already_make_no_difference() -> None:
    lines = "ntp enable\ninterface 1/1/2\n    no shutdown\n    vlan access 20\nvlan 20\n    name Users\n"
    assert foresee(START, lines, device="sw-01").difference == ""


def test_vlans_drawn_together_are_compared_one_by_one() -> None:
    assert net_of_difference("--- a\n+++ b\n@@ -1 +1 @@\n-vlan 1,20\n+vlan 1,20-21\n context\n") == Counter(
        {"vlan 21": 1}
    )


def test_a_line_below_nothing_is_an_error() -> None:
    with pytest.raises(MalformedText, match="line 1 is indented below nothing"):
        foresee(START, "    vlan access 20\n", device="sw-01")
