"""IOS configuration commands whose effect is more than storing a line."""

import re

from lab.cli_access_list import change_access_entry
from lab.cli_dialect import Action, Node
from lab.cli_grammar import Match
from lab.cli_vlans import change_trunk_vlans
from lab.errors import LineRefused
from lab.ios.ranges import read_interfaces, write_interfaces

_FIRST_XE = 16
_FIRST_NUMBERED = 17
_SOURCE = re.compile(r"interface (?P<list>.+?)(?: (?P<direction>rx|tx|both))?$")


def change_password_encryption(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Apply a service whose absence only releases before 16 show."""
    section.drop(match.words)
    if not negative:
        section.children.append(Node(match.text, match.words, match.command))
    elif _release(section) < _FIRST_XE:
        section.children.append(Node(f"no {match.text}", match.words, match.command, negative=True))


def change_exec_timeout(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Apply the idle time-out: ten minutes are not shown, none at all is ``0 0``."""
    minutes, seconds = ((*match.words[1:], "0", "0"))[:2]
    value = "0 0" if negative else f"{int(minutes)} {int(seconds)}"
    section.drop(("exec-timeout",))
    if value != "10 0":
        section.children.append(Node(f"exec-timeout {value}", ("exec-timeout",), match.command))


def change_entry(root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Apply an entry of an access list without a number; releases before 17 give it none."""
    if _release(root) < _FIRST_NUMBERED:
        _change_line(section, match, negative=negative)
    else:
        change_access_entry(root, section, match, negative)


def change_mirror(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Apply the sources and destinations of a local mirror session."""
    session, kind, rest = match.words[2], match.words[3], match.words[4]
    found = _SOURCE.match(rest)
    if found is None or "remote" in rest or "encapsulation" in rest or "ingress" in rest:
        _change_line(section, match, negative=negative)
        return
    interfaces = read_interfaces(found["list"])
    if interfaces is None or not all(section.child(("interface", name)) for name in interfaces):
        raise LineRefused(match.text, "invalid", match.text.index(found["list"]))
    direction = found["direction"] if found["direction"] in ("rx", "tx") else ""
    identity = ("monitor", "session", session, kind, "interface", direction)
    existing = section.child(identity)
    kept = set(_interfaces_of(existing)) if existing is not None else set()
    kept = kept - set(interfaces) if negative else kept | set(interfaces)
    section.drop(identity)
    if kept:
        text = f"monitor session {session} {kind} interface {write_interfaces(kept)} {direction}".rstrip()
        section.children.append(Node(text, identity, match.command))


def change_passive_interface(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Apply ``passive-interface``; beside ``default`` its ``no`` is a line of its own."""
    section.drop(match.words)
    if not negative:
        section.children.append(Node(match.text, match.words, match.command))
    elif section.find("passive-interface default"):
        section.children.append(Node(f"no {match.text}", match.words, match.command, negative=True))


def _release(root: Node) -> int:
    """Return the major release that the configuration names; a recent one where it names none."""
    version = next((node.text.split()[1] for node in root.find("version")), "17")
    return int(version.split(".")[0])


def _interfaces_of(node: Node) -> list[str]:
    found = _SOURCE.search(node.text)
    return (read_interfaces(found["list"]) or []) if found is not None else []


def _change_line(section: Node, match: Match, *, negative: bool) -> None:
    identity = tuple(match.text.split())
    section.drop(identity)
    if not negative:
        section.children.append(Node(match.text, identity, match.command))


ACTIONS: dict[str, Action] = {
    "shown-before-16": change_password_encryption,
    "exec-timeout": change_exec_timeout,
    "trunk-vlans": change_trunk_vlans,
    "access-entry": change_entry,
    "mirror": change_mirror,
    "passive": change_passive_interface,
}
