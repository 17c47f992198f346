"""What is foreseen of lines is what the Nexus twin makes of them, however they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.drivers.nxos_forecast import foresee
from devices.nxos_difference import MARK, difference_of_texts
from lab.cli_tree import ConfigTree, Editor
from lab.errors import LineRefused
from lab.nxos.dialect import BOOT_DIALECT, DIALECT

TEXT = (Path(__file__).parent / "configurations" / "nxos.cfg").read_text(encoding="utf-8")

CASES = {
    "a line that is there already": "feature telnet\n",
    "a feature on": "feature nxapi\n",
    "a feature off": "no feature telnet\n",
    "a feature that owns interfaces off": "no feature interface-vlan\n",
    "the feature that is on by default off": "no feature ssh\n",
    "a name": "hostname other\n",
    "a description": "interface Ethernet1/2\n  description printer\n",
    "a description gone": "interface Ethernet1/1\n  no description\n",
    "another access VLAN": "interface Ethernet1/2\n  switchport access vlan 30\n",
    "the default access VLAN": "interface Ethernet1/2\n  switchport access vlan 1\n",
    "no access VLAN": "interface Ethernet1/2\n  no switchport access vlan\n",
    "a trunk": "interface Ethernet1/3\n  switchport mode trunk\n  switchport trunk allowed vlan 20\n",
    "VLANs added": "interface Ethernet1/1\n  switchport trunk allowed vlan add 40-42\n",
    "VLANs removed": "interface Ethernet1/1\n  switchport trunk allowed vlan remove 20\n",
    "VLANs excepted": "interface Ethernet1/1\n  switchport trunk allowed vlan except 1\n",
    "every VLAN": "interface Ethernet1/1\n  no switchport trunk allowed vlan\n",
    "no VLAN": "interface Ethernet1/1\n  switchport trunk allowed vlan none\n",
    "a port shut": "interface Ethernet1/2\n  shutdown\n",
    "a port opened": "interface Ethernet1/3\n  no shutdown\n",
    "a port that routes": (
        "interface Ethernet1/2\n  no switchport\n  ip address 192.0.2.9/24\n  no shutdown\n"
    ),
    "a port that routes no more": "interface Ethernet1/4\n  switchport\n",
    "a routed port shut": "interface Ethernet1/4\n  shutdown\n",
    "an address exchanged": "interface Vlan20\n  ip address 10.20.0.2/24\n",
    "a second address": "interface Vlan20\n  ip address 10.21.0.1/24 secondary\n",
    "redirects off": "interface Vlan20\n  no ip redirects\n",
    "redirects on": "interface Vlan20\n  ip redirects\n",
    "several ports": "interface Ethernet1/2-3\n  description both\n",
    "a bundle": "interface Ethernet1/1\n  channel-group 7 mode active\n",
    "a VLAN": "vlan 40\n  name Cameras\n",
    "several VLANs": "vlan 40-42\n",
    "a VLAN gone": "no vlan 30\n",
    "a name of a VLAN gone": "vlan 20\n  no name\n",
    "idle sessions end": "line vty\n  exec-timeout 10\nline console\n  exec-timeout 5\n",
    "idle sessions never end": "line vty\n  exec-timeout 0\n",
    "algorithms": "ssh ciphers aes128-ctr aes256-ctr\nssh macs hmac-sha2-256 hmac-sha2-512\n",
    "a banner": "banner motd #Only\n  for us#\n",
    "lookups off": "no ip domain-lookup\n",
    "password strength": "password strength-check\n",
    "a contact gone": "no snmp-server contact\n",
    "a log host exchanged": "logging server 198.51.100.6 5 use-vrf management\n",
    "a log host": "logging server 198.51.100.7 6 use-vrf management\n",
    "a time server": "ntp server 198.51.100.7 use-vrf management\n",
    "a mirror opened": "monitor session 1\n  no shut\n",
    "a mirror gone": "no monitor session 1\n",
    "a mirror": (
        "monitor session 2\n  source interface Ethernet1/4 both\n  destination interface Ethernet1/2\n"
    ),
    "central logins": (
        "feature tacacs+\ntacacs-server host 192.0.2.9\naaa group server tacacs+ ADMIN\n  server 192.0.2.9\n"
        "  use-vrf management\naaa authentication login default group ADMIN\n"
    ),
    "an access list": "ip access-list MGMT\n  permit tcp any any eq 22\n  20 deny ip any any\n",
    "local logins": "aaa authentication login default local\n",
    "no fallback": "no aaa authentication login default fallback error local\n",
    "an interface gone": "no interface loopback0\n",
}


def made_by_twin(lines: str, *, text: str = TEXT) -> tuple[str, str]:
    """Return what the twin renders before and after the lines."""
    tree, refused = ConfigTree.parse(BOOT_DIALECT, text)
    assert refused == ()
    tree.dialect = DIALECT
    before = tree.render()
    editor = Editor(tree)
    for line in lines.splitlines():
        editor.apply(line)
    return before, tree.render()


@pytest.mark.parametrize("name", CASES)
def test_what_is_foreseen_is_what_the_switch_makes_of_it(name: str) -> None:
    before, after = made_by_twin(CASES[name])
    told = foresee(before, CASES[name], device="sw-01").difference
    assert told == difference_of_texts(before, after)
    assert told == "" or told.startswith(f"{MARK}\n")
    assert (told == "") == (before == after)


@pytest.mark.parametrize("name", CASES)
def test_what_was_changed_is_not_changed_again(name: str) -> None:
    _, after = made_by_twin(CASES[name])
    again = foresee(after, CASES[name], device="sw-01").difference
    _, twice = made_by_twin(CASES[name], text=after)
    assert again == difference_of_texts(after, twice)


@settings(max_examples=60, deadline=None)
@given(chosen=st.lists(st.sampled_from(sorted(CASES)), min_size=2, max_size=4))
def test_several_changes_are_foreseen_together(chosen: list[str]) -> None:
    lines = "".join(CASES[name] for name in chosen)
    try:
        before, after = made_by_twin(lines)
    except LineRefused:
        # One took away what the other needs: the switch refuses it, and the change goes back.
        return
    assert foresee(before, lines, device="sw-01").difference == difference_of_texts(before, after)
