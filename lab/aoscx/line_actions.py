"""AOS-CX commands that change more than the line they are: VLANs of a port, LAGs, addresses, secrets."""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Final

from lab.aoscx.modes import command_of
from lab.cli_access_list import change_access_entry
from lab.cli_dialect import Action, Node
from lab.cli_grammar import Match
from lab.cli_vlans import read_vlans, write_vlans

ACCESS: Final = ("vlan", "access")
NATIVE: Final = ("vlan", "trunk", "native")
ALLOWED: Final = ("vlan", "trunk", "allowed")
_MANAGEMENT_VRF: Final = "mgmt"


def _put(section: Node, identity: tuple[str, ...], text: str, *, negative: bool = False) -> None:
    """Store a line in place of the one of its identity, where the section's table has it."""
    section.drop(identity)
    command = command_of(section.mode, " ".join(identity))
    section.children.append(Node(text, identity, command, negative=negative))


def change_access_vlan(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Make a port an access port; without a VLAN it is in VLAN 1."""
    section.drop(NATIVE)
    section.drop(ALLOWED)
    _put(section, ACCESS, f"vlan access {'1' if negative else match.words[2]}")


def change_native_vlan(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Make a port a trunk; one that was none carries every VLAN."""
    if negative and section.child(NATIVE) is None:
        return
    section.drop(ACCESS)
    _put(section, NATIVE, "vlan trunk native 1" if negative else match.text)
    if section.child(ALLOWED) is None:
        _put(section, ALLOWED, "vlan trunk allowed all")


def change_allowed_vlans(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Add VLANs to those that a trunk carries, or take some away."""
    existing = section.child(ALLOWED)
    known = existing.text.split()[-1] if existing is not None else ""
    named = match.words[3] if len(match.words) > len(ALLOWED) else "all"
    if negative:
        left = _without(known, named)
        section.drop(ALLOWED)
        if left:
            _put(section, ALLOWED, f"vlan trunk allowed {left}")
        return
    if named != "all" and known not in ("", "all"):
        named = write_vlans(read_vlans(known) | read_vlans(named))
    section.drop(ACCESS)
    if section.child(NATIVE) is None:
        _put(section, NATIVE, "vlan trunk native 1")
    _put(section, ALLOWED, f"vlan trunk allowed {named}")


def _without(known: str, named: str) -> str:
    if named == "all" or not known:
        return ""
    all_vlans = set(range(1, 4095)) if known == "all" else read_vlans(known)
    return write_vlans(all_vlans - read_vlans(named))


def change_routing(_root: Node, section: Node, _match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Make a port of a routing switch a switch port, or a router port again."""
    section.drop(("routing",))
    if not negative:
        for identity in (ACCESS, NATIVE, ALLOWED):
            section.drop(identity)
        return
    _put(section, ("routing",), "no routing", negative=True)
    section.children[:] = [node for node in section.children if node.identity[:2] != ("ip", "address")]
    if section.child(ACCESS) is None and section.child(NATIVE) is None:
        _put(section, ACCESS, "vlan access 1")


def join_lag(root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Put a port into a LAG, whose VLANs are then its own, or take it out."""
    section.drop(("lag",))
    if negative:
        if any(node.find("no routing") for node in root.children) or section.child(("routing",)) is not None:
            return
        _put(section, ACCESS, "vlan access 1")
        return
    for identity in (ACCESS, NATIVE, ALLOWED, ("routing",)):
        section.drop(identity)
    _put(section, ("lag",), match.text)


def change_address(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Give an interface its address in place of the one it has; secondary ones stand beside it."""
    first = ("ip", "address")
    if negative and match.text.split() != (section.child(first) or Node("", ())).text.split():
        return
    section.drop(first)
    section.drop(("ip", "dhcp"))
    if not negative:
        section.children.append(Node(match.text, first, match.command))


def change_management_address(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Address the management port by DHCP or by hand."""
    identity = match.words[:2]
    if negative:
        section.drop(identity)
        return
    section.drop(("ip", "dhcp"))
    section.drop(("ip", "static"))
    section.children.append(Node(match.text, identity, match.command))


def change_vrf_service(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Switch a server of a VRF on or off; that of the management VRF is on unless told."""
    section.drop(match.words)
    by_default = match.words[-1] == _MANAGEMENT_VRF
    if negative == by_default:
        text = f"no {match.text}" if negative else match.text
        section.children.append(Node(text, match.words, match.command, negative=negative))


def store_secret(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Keep a line with a secret, which is shown enciphered however it came."""
    length = match.command.identity_length or 2
    identity = match.words[:length]
    section.drop(identity)
    if not negative:
        text = re.sub(r"\b(plaintext|auth-pass|priv-pass) (?!ciphertext )(\S+)", _enciphered, match.text)
        section.children.append(Node(text.replace("plaintext ", ""), identity, match.command))


def _enciphered(found: re.Match[str]) -> str:
    word = found[1] + " " if found[1] != "plaintext" else ""
    secret = found[2].removeprefix("plaintext ")
    digest = base64.b64encode(hashlib.sha256(secret.encode()).digest()).decode().rstrip("=")
    return f"{word}ciphertext AQBap{digest}"


ACTIONS: Final[Mapping[str, Action]] = {
    "vlan-access": change_access_vlan,
    "trunk-native": change_native_vlan,
    "trunk-allowed": change_allowed_vlans,
    "routing": change_routing,
    "join-lag": join_lag,
    "address": change_address,
    "mgmt-address": change_management_address,
    "vrf-service": change_vrf_service,
    "secret": store_secret,
    "access-entry": change_access_entry,
}
