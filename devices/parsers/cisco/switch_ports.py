"""Read the ports of switches that are configured with ``switchport`` lines (IOS, EOS)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from devices.facts import ConfigLine, Port, PortMode, VLANNumbers, interface_key
from devices.parsers.cisco.port_guards import EdgeDefaults, read_guards
from devices.parsers.ranges import read_interfaces
from devices.parsers.repeated_ports import RepeatedPorts
from devices.parsers.statements import Statement, settle
from devices.vlans import change_vlans

_MODES: Final[dict[str, PortMode]] = {"access": "access", "trunk": "trunk", "dynamic": "dynamic"}
# What makes a port carry a VLAN, trunk, address, bundle or authentication, by its first word.
_CARRYING: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "switchport": (
        ("switchport", "access", "vlan"),
        ("switchport", "trunk"),
        ("switchport", "voice"),
        ("switchport", "mode", "trunk"),
        ("switchport", "mode", "dynamic"),
        ("switchport", "mode", "dot1q-tunnel"),
        ("switchport", "phone"),
    ),
    "ip": (("ip", "address"),),
    "ipv6": (("ipv6", "address"),),
    "channel-group": (("channel-group",),),
    "authentication": (("authentication",),),
    "access-session": (("access-session",),),
    "dot1x": (("dot1x",),),
    "mab": (("mab",),),
}


_REPEATED: Final = RepeatedPorts()


@dataclass(frozen=True, slots=True)
class PortGrammar:
    """What tells the ports of one platform apart, by the lower case full name of the interface."""

    physical: re.Pattern[str]
    bundle: re.Pattern[str]
    address_means_routed: bool
    negotiates: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """All that is in force for one interface."""

    name: str
    body: Statement


def read_sections(root: Statement) -> tuple[Section, ...]:
    """Return the interfaces with all their lines, those of interface ranges included."""
    gathered: dict[str, tuple[str, list[Statement], list[Statement]]] = {}
    reset_at: dict[str, int] = {}
    for statement in root.children:
        if statement.words[:1] != ("interface",):
            continue
        words = statement.raw[2:] if statement.words[1:2] == ("range",) else statement.raw[1:]
        for name in read_interfaces(" ".join(words)):
            key = interface_key(name)
            if statement.negated or statement.defaulted:
                reset_at[key] = statement.number
            if not statement.negated:
                _, headers, children = gathered.setdefault(key, (name, [], []))
                headers.append(statement)
                children.extend(statement.children)
    return tuple(
        _section(name, headers, children, reset_at.get(key, 0))
        for key, (name, headers, children) in gathered.items()
        if headers[-1].number >= reset_at.get(key, 0)
    )


def _section(name: str, headers: list[Statement], children: list[Statement], reset_at: int) -> Section:
    first = headers[0]
    if len(headers) == 1 and not reset_at:
        return Section(name=name, body=first)
    # A range and a single section may both speak of a port: the later line wins, whatever section it is in.
    valid = sorted((child for child in children if child.number > reset_at), key=lambda child: child.number)
    body = Statement(
        number=first.number, text=first.text, words=first.words, raw=first.raw, children=settle(valid)
    )
    return Section(name=name, body=body)


def read_ports(
    sections: tuple[Section, ...], grammar: PortGrammar, defaults: EdgeDefaults
) -> tuple[Port, ...]:
    """Return the physical ports and bundles among the interfaces."""
    ports: list[Port] = []
    edges = len(defaults.edge)
    outside = (*defaults.edge, *defaults.bpdu_guard)
    for section in sections:
        name = section.name
        physical = _is_physical(name, grammar)
        if physical is None:
            continue

        def read(
            body: Statement, lines: tuple[ConfigLine, ...], *, name: str = name, physical: bool = physical
        ) -> Port:
            said = EdgeDefaults(lines[:edges], lines[edges:])
            return _port(Section(name, body), grammar, said, physical=physical)

        kind = (grammar.physical.pattern, grammar.address_means_routed, grammar.negotiates, physical, edges)
        ports.append(_REPEATED.port(name, section.body, kind=kind, outside=outside, read=read))
    return tuple(ports)


@lru_cache(maxsize=16_384)
def _is_physical(name: str, grammar: PortGrammar) -> bool | None:
    """Return whether an interface is a port, not a bundle; None where it is neither."""
    key = interface_key(name)
    if grammar.physical.fullmatch(key):
        return True
    return False if grammar.bundle.fullmatch(key) else None


def _port(section: Section, grammar: PortGrammar, defaults: EdgeDefaults, *, physical: bool) -> Port:
    body = section.body
    description = body.last("description")
    shutdown = body.last("shutdown")
    group = body.last("channel-group")
    native = body.last("switchport", "trunk", "native", "vlan")
    addresses = (*body.under("ip", "address"), *body.under("ipv6", "address"))
    mode = _mode(body, grammar)
    access = body.last("switchport", "access", "vlan")
    return Port(
        name=section.name,
        physical=physical,
        mode=mode,
        description=None if description is None else " ".join(description.raw[1:]),
        shut=shutdown is not None,
        access_vlan=_number(access),
        access_lines=() if access is None else (access.line,),
        native_vlan=_number(native),
        native_tagged=native is not None and native.words[-1] == "tag",
        trunk_vlans=_trunk_vlans(body),
        bundle=None if group is None or len(group.words) == 1 else f"Port-channel{group.words[1]}",
        dot1x=_has_dot1x(body),
        guards=read_guards(body, defaults, trunk=mode == "trunk"),
        negotiates=grammar.negotiates
        and mode in {"trunk", "dynamic"}
        and body.last("switchport", "nonegotiate") is None,
        addresses=tuple(" ".join(address.words[2:]) for address in addresses),
        bare=not any(not (child.negated and child.words == ("shutdown",)) for child in body.children),
        carrying=_carrying(body),
        shutting=() if shutdown is None else (shutdown.line,),
        lines=body.section,
    )


def _mode(body: Statement, grammar: PortGrammar) -> PortMode:
    if body.denied("switchport") is not None:
        return "routed"
    addressed = body.denied("ip", "address") is not None or any(body.under("ip", "address"))
    switched = any(child.words == ("switchport",) for child in body.under("switchport"))
    if grammar.address_means_routed and addressed and not switched:
        return "routed"
    mode = body.last("switchport", "mode")
    return "access" if mode is None else _MODES.get(mode.words[2] if len(mode.words) > 2 else "", "access")  # noqa: PLR2004


def _number(statement: Statement | None, *, absent: int = 1) -> int:
    """Return the VLAN that a line ends with; without one both platforms use VLAN 1."""
    if statement is None or not statement.words[-1].isdigit():
        return absent
    return int(statement.words[-1])


def _trunk_vlans(body: Statement) -> VLANNumbers | None:
    allowed: VLANNumbers | None = None
    for statement in body.under("switchport", "trunk", "allowed", "vlan"):
        allowed = change_vlans(allowed, statement.words[4:])
    return allowed


def _has_dot1x(body: Statement) -> bool:
    return any(
        next(body.under(*words), None) is not None
        for words in (
            ("dot1x", "pae", "authenticator"),
            ("dot1x", "port-control", "auto"),
            ("authentication", "port-control", "auto"),
            ("access-session", "port-control", "auto"),
        )
    )


def _carrying(body: Statement) -> tuple[ConfigLine, ...]:
    return tuple(
        child.line
        for child in body.children
        if any(child.starts(*words) for words in _CARRYING.get(child.words[0], ()))
        and child.words not in {("switchport", "access", "vlan", "1"), ("switchport", "trunk")}
    )
