"""NX-OS commands that change more than the line they are: users, ports, bundles, mirror sessions."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

from lab.cli_access_list import change_access_entry
from lab.cli_dialect import Action, Node
from lab.cli_grammar import Match
from lab.cli_vlans import change_trunk_vlans
from lab.nxos.features import change_feature
from lab.nxos.interfaces import is_routed, is_shut_by_default
from lab.nxos.modes import command_of

_SALT: Final = "SAMDRI"
_UNNAMED: Final = "switch"
_INHERITED: Final = ("switchport", "spanning-tree", "mtu")


def change_user(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Keep a local user with the password enciphered, however it came."""
    name = match.words[1]
    identity = ("username", name, "password")
    section.drop(identity)
    if negative:
        section.children[:] = [node for node in section.children if node.identity[:2] != ("username", name)]
        return
    if len(match.words) < 4:  # noqa: PLR2004 - an account comes with its password
        return
    words = match.words[3].split()
    if words[0] == "5":
        stored, rest = words[1], words[2:]
    else:
        given = words[1:] if words[0] == "0" else words
        stored, rest = _enciphered(given[0]), given[1:]
    role = rest[1] if rest[:1] == ["role"] else "network-operator"
    text = f"username {name} password 5 {stored}  role {role}"
    section.children.append(Node(text, identity, match.command))


def _enciphered(password: str) -> str:
    digest = base64.b64encode(hashlib.sha256((_SALT + password).encode()).digest()).decode().rstrip("=")
    return f"$5${_SALT}${digest.replace('+', '.')}"


def change_name(root: Node, _section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Name the switch, and with it the virtual device context that it is itself."""
    name = _UNNAMED if negative else match.words[1]
    root.drop(("hostname",))
    if not negative:
        command = command_of("global", "hostname = WORD")
        root.children.append(Node(f"hostname {name}", ("hostname",), command))
    for node in root.find("vdc"):
        if node.text.endswith(" id 1"):
            node.text = f"vdc {name} id 1"
            node.identity = tuple(node.text.split())


def change_shutdown(_root: Node, section: Node, _match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Shut an interface or open it; only what differs from its kind's default is shown."""
    section.drop(("shutdown",))
    if negative == is_shut_by_default(section):
        text = "no shutdown" if negative else "shutdown"
        command = command_of(section.mode, "shutdown", last=is_routed(section))
        section.children.append(Node(text, ("shutdown",), command, negative=negative))


def change_switchport(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Make a port a router port or a switch port again; what belonged to the other kind is gone."""
    if is_routed(section) == negative:
        return
    section.drop(("shutdown",))
    section.drop(("switchport",))
    gone = ("switchport",) if negative else ("ip", "ipv6", "vrf", "hsrp", "isis")
    section.children[:] = [node for node in section.children if node.text.split()[0] not in gone]
    if negative:
        section.children.append(Node("no switchport", ("switchport",), match.command, negative=True))


def join_bundle(root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Put a port into a bundle, which comes into being with the lines of its first member."""
    identity = ("channel-group", section.identity[-1])
    section.drop(identity)
    if negative:
        return
    number = match.words[1]
    mode = " ".join(match.words[2:]).replace("force", "").strip()
    text = f"channel-group {number}" + (f" {mode}" if mode not in ("", "mode on") else "")
    section.children.append(Node(text, identity, match.command))
    name = ("interface", f"port-channel{number}")
    if root.child(name) is None:
        inherited = [
            node.copy() for node in section.children if node.text.removeprefix("no ").split()[0] in _INHERITED
        ]
        above = root.child(section.identity)
        command = above.command if above is not None else None
        root.children.append(Node(" ".join(name), name, command, mode="port", children=inherited))


def change_monitor_state(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Open a mirror session, which is shut when it is made, or shut it again."""
    section.drop(("shut",))
    if negative:
        section.children.append(Node("no shut", ("shut",), match.command, negative=True))


ACTIONS: Final[Mapping[str, Action]] = {
    "feature": change_feature,
    "hostname": change_name,
    "username": change_user,
    "shutdown": change_shutdown,
    "switchport": change_switchport,
    "trunk-vlans": change_trunk_vlans,
    "channel-group": join_bundle,
    "access-entry": change_access_entry,
    "monitor-shut": change_monitor_state,
}
