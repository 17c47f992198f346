"""What lines make of the interfaces and mirror sessions of NX-OS, whose state has a default by its kind."""

from typing import Final

from devices.aoscx_difference import Branch
from devices.facts import ALL_VLANS
from devices.parsers.statements import Statement
from devices.vlans import change_vlans, read_vlans, write_vlans

_SHUT_BY_DEFAULT: Final = ("interface Vlan", "interface nve")
_PORTS: Final = ("interface Ethernet", "interface port-channel")
_OF_ROUTERS: Final = frozenset({"ip", "ipv6", "vrf", "hsrp", "isis"})
_INHERITED: Final = frozenset({"switchport", "spanning-tree", "mtu"})
_TRUNK: Final = ("switchport", "trunk", "allowed", "vlan")
_DEFAULTS: Final = frozenset(
    {
        "switchport access vlan 1",
        "switchport mode access",
        "switchport trunk native vlan 1",
        "switchport trunk allowed vlan all",
    }
)
_SINGLE: Final = (
    ("switchport", "access", "vlan"),
    ("switchport", "mode"),
    ("switchport", "trunk", "native", "vlan"),
    ("switchport", "voice", "vlan"),
)


def is_port_line(section: Branch, statement: Statement) -> bool:
    """Return whether a line of a section is one of those that this module knows."""
    if section.text.startswith("monitor session "):
        return statement.words in {("shut",), ("shutdown",)}
    if not section.text.startswith("interface "):
        return False
    return statement.words[0] == "switchport" or statement.words == ("shutdown",)


def apply_port_line(section: Branch, statement: Statement) -> None:
    """Apply such a line."""
    if section.text.startswith("monitor session "):
        section.drop("no", "shut")
        if statement.negated:
            section.put("no shut")
    elif statement.words == ("shutdown",):
        _set_state(section, shut=not (statement.negated or statement.defaulted))
    elif statement.words == ("switchport",):
        _set_kind(section, routed=statement.negated)
    else:
        _set_switchport(section, statement)


def is_routed(section: Branch) -> bool:
    """Return whether an interface belongs to the router."""
    if not section.text.startswith(_PORTS):
        return True
    return "." in section.text or any(child.text == "no switchport" for child in section.children)


def _is_shut_by_default(section: Branch) -> bool:
    if section.text.startswith(_SHUT_BY_DEFAULT):
        return True
    return section.text.startswith(_PORTS[0]) and is_routed(section)


def _set_state(section: Branch, *, shut: bool) -> None:
    section.drop("shutdown")
    section.drop("no", "shutdown")
    if shut != _is_shut_by_default(section):
        section.put("shutdown" if shut else "no shutdown")


def _set_kind(section: Branch, *, routed: bool) -> None:
    if is_routed(section) == routed:
        return
    section.drop("shutdown")
    section.drop("no", "shutdown")
    section.drop("no", "switchport")
    gone = frozenset({"switchport"}) if routed else _OF_ROUTERS
    section.children[:] = [child for child in section.children if child.text.split()[0] not in gone]
    if routed:
        section.put("no switchport")


def _set_switchport(section: Branch, statement: Statement) -> None:
    words, raw = statement.words, statement.raw
    text = " ".join(raw)
    if words[:4] == _TRUNK:
        _set_trunk(section, statement)
        return
    known_by = next((one for one in _SINGLE if words[: len(one)] == one), words)
    section.drop(*(raw[: len(known_by)]))
    if not (statement.negated or statement.defaulted) and text not in _DEFAULTS:
        section.put(text)


def _set_trunk(section: Branch, statement: Statement) -> None:
    known = section.beginning(_TRUNK)
    listed = known[0].text.split()[-1] if known else "all"
    current = None if listed == "all" else () if listed == "none" else read_vlans(listed)
    section.drop(*_TRUNK)
    if statement.negated or statement.defaulted:
        return
    vlans = change_vlans(current, statement.words[4:])
    if vlans is not None and vlans != ALL_VLANS:
        section.put(f"{' '.join(_TRUNK)} {write_vlans(vlans)}")


def join_bundle(root: Branch, section: Branch, statement: Statement) -> None:
    """Put a port into a bundle, which comes into being with the lines of its first member."""
    section.drop("channel-group")
    if statement.negated or statement.defaulted:
        return
    number, mode = statement.raw[1], " ".join(word for word in statement.raw[2:] if word != "force")
    section.put(f"channel-group {number}" + (f" {mode}" if mode not in ("", "mode on") else ""))
    header = f"interface port-channel{number}"
    if any(child.text == header for child in root.children):
        return
    bundle = root.put(header)
    for child in section.children:
        if child.text.removeprefix("no ").split()[0] in _INHERITED:
            bundle.put(child.text)
