"""The NX-OS dialect: sections of several objects at once, and what is refused although it is well formed."""

import re
from typing import Final

from lab.cli_dialect import Dialect, Node
from lab.cli_grammar import Match
from lab.cli_vlans import enter_vlans, read_vlans, write_vlans
from lab.nxos.features import KNOWN, is_on, needed
from lab.nxos.features import sort_key as feature_sort_key
from lab.nxos.interfaces import INTERFACES, enter_interfaces, is_routed, read_interfaces
from lab.nxos.line_actions import ACTIONS
from lab.nxos.modes import MODES

_CLASSES: Final = ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]")
_CLASSES_NEEDED: Final = 3
_SHORTEST_PASSWORD: Final = 8
_WEAK: Final = (
    "password is weak\n"
    "Password should contain characters from at least three of the following classes: "
    "lower case letters, upper case letters, digits and special characters."
)


def refuse_features(root: Node, section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    """Refuse what needs a feature that is off, and features that there are not."""
    if match.words[0] == "feature":
        return None if match.words[1].strip() in KNOWN else ""
    feature = needed(section.mode, match.text)
    if feature is not None and not is_on(root, feature) and not negative:
        return ""
    return None


def _refuse_interface(root: Node, _section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    """Refuse hardware that the switch does not have and the removal of hardware that it has."""
    if match.words[0] != "interface":
        return None
    names = read_interfaces(match.words[-1])
    if names is None:
        return ""
    hardware = [name for name in names if INTERFACES.is_hardware(name)]
    if any(root.child(("interface", name)) is None for name in hardware):
        return ""
    return "" if negative and hardware else None


def _refuse_kind(_root: Node, section: Node, match: Match, _negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    """Refuse addresses on a switch port, and VLANs on a port of the router."""
    if section.mode != "port":
        return None
    first = match.words[:2]
    if first in (("ip", "address"), ("vrf", "member")) and not is_routed(section):
        return ""
    if match.words[0] == "switchport" and len(match.words) > 1 and is_routed(section):
        return ""
    return None


def _refuse_vlan(_root: Node, _section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    """Refuse the removal of VLAN 1."""
    if match.command.enters == "vlan" and negative and 1 in read_vlans(match.words[1]):
        return "ERROR: Cannot delete default VLAN"
    return None


def _refuse_password(root: Node, _section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    """Refuse a weak password; the words carry no sign of an error."""
    if match.words[0] != "username" or match.words[2:3] != ("password",) or negative:
        return None
    words = match.words[3].split()
    if words[0] == "5" or root.find("no password strength-check"):
        return None
    given = words[1] if words[0] == "0" and len(words) > 1 else words[0]
    classes = sum(re.search(one, given) is not None for one in _CLASSES)
    return None if classes >= _CLASSES_NEEDED and len(given) >= _SHORTEST_PASSWORD else _WEAK


def _refuse(root: Node, section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    rules = (refuse_features, _refuse_interface, _refuse_kind, _refuse_vlan, _refuse_password)
    return next(
        (words for rule in rules if (words := rule(root, section, match, negative)) is not None), None
    )


def _refuse_at_boot(root: Node, section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    """Take the hardware of a first configuration as it comes."""
    if match.words[0] == "interface" and read_interfaces(match.words[-1]) is None:
        return ""
    return refuse_features(root, section, match, negative)


def _gather_vlans(nodes: list[Node]) -> list[Node]:
    """Return all VLANs in one line, and below it the sections of those that say something."""
    vlans = [node for node in nodes if node.mode == "vlan"]
    if not vlans:
        return nodes
    listed = write_vlans(int(node.identity[1]) for node in vlans)
    drawn = Node(f"vlan {listed}", ("vlan", listed), vlans[0].command)
    kept: list[Node] = []
    for node in nodes:
        if node is vlans[0]:
            kept.append(drawn)
        if node.mode != "vlan" or node.children:
            kept.append(node)
    return kept


def _sort_key(text: str) -> tuple[object, ...]:
    if text.startswith(("feature ", "no feature ")):
        return feature_sort_key(text)
    return INTERFACES.sort_key(text)


def _dialect(*, boots: bool) -> Dialect:
    return Dialect(
        modes=MODES,
        indent="  ",
        rewrites=((r"^switchname ", "hostname "),),
        actions=ACTIONS,
        selectors={"vlans": enter_vlans, "interfaces": enter_interfaces},
        guard=_refuse_at_boot if boots else _refuse,
        sort_key=_sort_key,
        gather=_gather_vlans,
    )


BOOT_DIALECT: Final = _dialect(boots=True)
"""The dialect that reads a first configuration: the interfaces it names become the switch's hardware."""

DIALECT: Final = _dialect(boots=False)
"""The dialect of a switch that runs."""
