"""Read the firewall filters of Junos, and those that guard its routing engine."""

from collections.abc import Iterator
from typing import Final

from devices.facts import (
    ANYWHERE,
    SNMP,
    SSH,
    AccessList,
    AccessListEntry,
    ACLAction,
    ConfigLine,
    Family,
    ManagementGate,
    Network,
    read_network,
)
from devices.parsers.junos.tree import Leaf, Tree

_FAMILIES: Final[tuple[tuple[Family, str], ...]] = (("ipv4", "inet"), ("ipv6", "inet6"))
_SOURCES: Final = frozenset({"source-address", "address"})
_LISTS: Final = frozenset({"source-prefix-list", "prefix-list"})
_PROTOCOLS: Final = frozenset({"protocol", "next-header", "payload-protocol"})
_PORTS: Final = frozenset({"destination-port", "port"})
_ESTABLISHED: Final = frozenset({"tcp-established"})
_LOGS: Final = frozenset({"log", "syslog"})
_DENIES: Final = frozenset({"discard", "reject"})
_PORT_NAMES: Final = {
    "ssh": 22, "telnet": 23, "http": 80, "https": 443, "snmp": 161, "snmptrap": 162, "bgp": 179, "ntp": 123,
    "domain": 53, "tacacs": 49, "tacacs-ds": 65, "radius": 1812, "radacct": 1813, "syslog": 514,
}  # fmt: skip
_UNKNOWN_PORT: Final = (-1, -1)
_UNLIMITED: Final = _SOURCES | _LISTS | _PROTOCOLS | _PORTS


def read_junos_access_lists(tree: Tree) -> tuple[AccessList, ...]:
    """Return the filters of both families, term by term; ``firewall filter`` is one for IPv4."""
    found: list[AccessList] = []
    for family, word in _FAMILIES:
        at = ("firewall", "family", word, "filter")
        found.extend(_filter(tree, (*at, name), name, family) for name in tree.values(*at))
    found.extend(
        _filter(tree, ("firewall", "filter", name), name, "ipv4")
        for name in tree.values("firewall", "filter")
    )
    return tuple(found)


def _filter(tree: Tree, at: tuple[str, ...], name: str, family: Family) -> AccessList:
    terms: dict[str, list[Leaf]] = {}
    for leaf in tree.under(*at, "term"):
        if len(leaf.path) > len(at) + 1:
            terms.setdefault(leaf.path[len(at) + 1], []).append(leaf)
    entries = tuple(entry for leaves in terms.values() for entry in _term(tree, leaves, len(at) + 2, family))
    return AccessList(name=name, family=family, entries=entries, lines=tree.lines(*at))


def _term(tree: Tree, leaves: list[Leaf], start: int, family: Family) -> Iterator[AccessListEntry]:
    """Yield what a term does, once per protocol; what no line refuses is accepted, save what goes on."""
    parts: dict[str, list[tuple[str, ...]]] = {"from": [], "then": []}
    for leaf in leaves:
        if len(leaf.path) > start + 1 and leaf.path[start] in parts:
            parts[leaf.path[start]].append(leaf.path[start + 1 :])
    then = {one[0] for one in parts["then"]}
    if "next" in then:
        return
    matches = parts["from"]
    action: ACLAction = "deny" if then & _DENIES else "permit"
    sources, excepted, unresolved = _sources(tree, matches, family)
    lines = {leaf.line.number: leaf.line for leaf in leaves}
    protocols = tuple(one[1] for one in matches if one[0] in _PROTOCOLS and len(one) > 1)
    for protocol in protocols or (None,):
        yield AccessListEntry(
            action=action,
            sources=sources,
            excepted=excepted,
            unresolved=unresolved,
            protocol=protocol,
            ports=tuple(_port(one[1]) for one in matches if one[0] in _PORTS and len(one) > 1) or None,
            established=any(one[0] in _ESTABLISHED for one in matches),
            limited=any(one[0] not in _UNLIMITED for one in matches),
            logs=bool(then & _LOGS),
            lines=tuple(lines[number] for number in sorted(lines)),
        )


def _sources(
    tree: Tree, matches: list[tuple[str, ...]], family: Family
) -> tuple[tuple[Network, ...], tuple[Network, ...], tuple[str, ...]]:
    """Return where a term matches from, what of that it leaves out, and what cannot be told."""
    taken: list[Network] = []
    excepted: list[Network] = []
    unresolved: list[str] = []
    stated = False
    for one in matches:
        if one[0] not in _SOURCES | _LISTS or len(one) < 2:  # noqa: PLR2004 - the word and what it names
            continue
        stated = True
        names = (one[1],) if one[0] in _SOURCES else tree.values("policy-options", "prefix-list", one[1])
        networks = [(name, read_network(name)) for name in names]
        unresolved.extend(name for name, network in networks if network is None)
        if not networks:
            unresolved.append(one[1])
        into = excepted if one[-1] == "except" else taken
        into.extend(network for _, network in networks if network is not None)
    if not stated:
        taken.append(ANYWHERE[family])
    return tuple(taken), tuple(excepted), tuple(unresolved)


def _port(word: str) -> tuple[int, int]:
    first, _, last = word.partition("-")
    if first.isdigit() and (not last or last.isdigit()):
        return int(first), int(last or first)
    number = _PORT_NAMES.get(word)
    return _UNKNOWN_PORT if number is None else (number, number)


def read_junos_gates(tree: Tree, extent: tuple[ConfigLine, ...]) -> tuple[ManagementGate, ...]:
    """Return the filters on the loopback interface, which guards the routing engine, per family in use.

    Unit 0 needs one; another unit guards a routing instance of its own and is told where it has one.
    """
    services = (SSH, SNMP) if tree.lines("snmp") else (SSH,)
    found: list[ManagementGate] = []
    for family, word in _FAMILIES:
        if family == "ipv6" and not _has_ipv6(tree):
            continue
        name = f"interfaces lo0 family {word}"
        for unit in dict.fromkeys(("0", *tree.values("interfaces", "lo0", "unit"))):
            filters = [
                leaf
                for keyword in ("input", "input-list")
                for leaf in tree.under("interfaces", "lo0", "unit", unit, "family", word, "filter", keyword)
            ]
            found.extend(
                ManagementGate(
                    name=name,
                    place=word,
                    family=family,
                    services=services,
                    access_list=leaf.path[-1],
                    lines=(leaf.line,),
                )
                for leaf in filters
            )
            if not filters and unit == "0":
                lines = tree.lines("interfaces", "lo0") or extent
                found.append(
                    ManagementGate(name=name, place=word, family=family, services=services, lines=lines)
                )
    return tuple(found)


def _has_ipv6(tree: Tree) -> bool:
    return any("inet6" in leaf.path and "address" in leaf.path for leaf in tree.under("interfaces"))
