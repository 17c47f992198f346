"""Read the access lists of IOS, NX-OS, EOS and AOS-CX: numbered and named, standard and extended."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Final, cast

from devices.facts import ANYWHERE, AccessList, AccessListEntry, ACLAction, Family, Network, read_network
from devices.parsers.statements import Statement

_STANDARD: Final = ((1, 99), (1300, 1999))
_EXTENDED: Final = ((100, 199), (2000, 2699))
_ACTIONS: Final = frozenset({"permit", "deny"})
_EVERY_PROTOCOL: Final = frozenset({"ip", "ipv6", "ipv4", "any"})
_PROTOCOLS: Final[Mapping[str, str]] = {"6": "tcp", "17": "udp"}
_GROUPS: Final = frozenset({"object-group", "addrgroup", "portgroup"})
_LOGS: Final = frozenset({"log", "log-input", "logging"})
_PORT_NAMES: Final[Mapping[str, int]] = {
    "ssh": 22, "telnet": 23, "tacacs": 49, "domain": 53, "www": 80, "http": 80, "ntp": 123, "snmp": 161,
    "snmptrap": 162, "bgp": 179, "https": 443, "syslog": 514,
}  # fmt: skip
_HIGHEST_PORT: Final = 65_535
_UNKNOWN_PORT: Final = -1

Groups = Mapping[str, tuple[tuple[Network, ...], tuple[str, ...]]]


def read_access_lists(root: Statement) -> tuple[AccessList, ...]:
    """Return the lists, each with its entries in the order of their numbers."""
    heads = [*_named(root, "ip", "ipv4"), *_named(root, "ipv6", "ipv6"), *_of_aoscx(root)]
    numbered = _numbered(root)
    if not heads and not numbered:
        return ()
    groups = _read_groups(root)
    found = [
        AccessList(
            name=name,
            family=family,
            entries=tuple(_entries(head.children, family, groups, standard=standard)),
            lines=head.section,
        )
        for head, name, family, standard in heads
    ]
    for name, (standard, statements) in numbered.items():
        found.append(
            AccessList(
                name=name,
                family="ipv4",
                entries=tuple(_entries(statements, "ipv4", groups, standard=standard, skipped=2)),
                lines=tuple(one.line for one in statements),
            )
        )
    return tuple(found)


def _named(root: Statement, word: str, family: Family) -> Iterator[tuple[Statement, str, Family, bool]]:
    for head in root.under(word, "access-list"):
        kind = head.words[2:3]
        if kind in {("standard",), ("extended",)} and len(head.raw) > 3:  # noqa: PLR2004 - the name
            yield head, head.raw[3], family, kind == ("standard",)
        elif len(head.raw) == 3:  # noqa: PLR2004 - the name
            yield head, head.raw[2], family, False


def _of_aoscx(root: Statement) -> Iterator[tuple[Statement, str, Family, bool]]:
    """Yield the lists that are written ``access-list ip NAME``."""
    for family, word in (("ipv4", "ip"), ("ipv6", "ipv6")):
        for head in root.under("access-list", word):
            if len(head.raw) > 2:  # noqa: PLR2004 - the name
                yield head, head.raw[2], cast("Family", family), False


def _numbered(root: Statement) -> dict[str, tuple[bool, list[Statement]]]:
    lists: dict[str, tuple[bool, list[Statement]]] = {}
    for one in root.under("access-list"):
        number = int(one.words[1]) if len(one.words) > 1 and one.words[1].isdigit() else 0
        standard = any(first <= number <= last for first, last in _STANDARD)
        if standard or any(first <= number <= last for first, last in _EXTENDED):
            lists.setdefault(one.words[1], (standard, []))[1].append(one)
    return lists


def _entries(
    statements: Iterable[Statement], family: Family, groups: Groups, *, standard: bool, skipped: int = 0
) -> Iterator[AccessListEntry]:
    """Yield the entries; remarks, statistics and what is negated are none."""
    numbered: list[tuple[int, Statement, tuple[str, ...]]] = []
    number = 0
    for one in statements:
        words = one.raw[skipped:]
        if words[:1] == ("sequence",):
            words = words[1:]
        if words and words[0].isdigit():
            number, words = int(words[0]), words[1:]
        else:
            number += 10
        if not one.negated and not one.defaulted and words and words[0].lower() in _ACTIONS:
            numbered.append((number, one, words))
    for _, one, words in sorted(numbered, key=lambda entry: entry[0]):
        yield _Entry(words, family, groups).read(one, standard=standard)


@dataclass(slots=True)
class _Entry:
    """Reads the words of one entry from left to right."""

    words: tuple[str, ...]
    family: Family
    groups: Groups
    at: int = 1
    unresolved: list[str] = field(default_factory=list)

    def read(self, statement: Statement, *, standard: bool) -> AccessListEntry:
        action = cast("ACLAction", self.words[0].lower())
        protocol, ports, limited = None, None, False
        if not standard:
            protocol = self._protocol()
        sources = self._addresses()
        if not standard:
            limited = self._ports() is not None
            unresolved = list(self.unresolved)
            destinations = self._addresses()
            # A destination narrows what is matched, and cannot make more of it.
            self.unresolved = unresolved
            limited = limited or not any(one.prefixlen == 0 for one in destinations)
            ports = self._ports()
        rest = tuple(word.lower() for word in self.words[self.at :])
        return AccessListEntry(
            action=action,
            sources=sources,
            unresolved=tuple(self.unresolved),
            protocol=protocol,
            ports=ports,
            established="established" in rest,
            limited=limited or any(word not in _LOGS for word in rest),
            logs=any(word in _LOGS for word in rest),
            lines=(statement.line,),
        )

    def _next(self) -> str:
        word = self.words[self.at].lower() if self.at < len(self.words) else ""
        self.at += 1
        return word

    def _protocol(self) -> str | None:
        word = self._next()
        if word in _GROUPS:
            self._next()
            return None
        return None if word in _EVERY_PROTOCOL else _PROTOCOLS.get(word, word)

    def _addresses(self) -> tuple[Network, ...]:
        word = self._next()
        if word in {"any", "any4", "any6"}:
            return (ANYWHERE[self.family],)
        if word in _GROUPS:
            name = self.words[self.at] if self.at < len(self.words) else ""
            self.at += 1
            networks, unresolved = self.groups.get(name, ((), (name,)))
            self.unresolved.extend(unresolved)
            return networks
        text = self._next() if word == "host" else word
        if word != "host" and "/" not in text and self.at < len(self.words):
            mask = self.words[self.at]
            if mask.count(".") == 3:  # noqa: PLR2004 - four parts
                self.at += 1
                text = f"{text}/{_length_of(mask, inverted=True)}"
        network = read_network(text)
        if network is None:
            self.unresolved.append(text)
            return ()
        return (network,)

    def _ports(self) -> tuple[tuple[int, int], ...] | None:
        word = self.words[self.at].lower() if self.at < len(self.words) else ""
        if word in _GROUPS:
            self.at += 2
            return ((0, _HIGHEST_PORT),)
        if word not in {"eq", "range", "gt", "lt", "neq"}:
            return None
        self.at += 1
        first = _port(self._next())
        if word == "range":
            return ((first, _port(self._next())),)
        if word != "eq":
            below, above = ((0, first - 1),), ((first + 1, _HIGHEST_PORT),)
            return {"gt": above, "lt": below, "neq": (*below, *above)}[word]
        found = [(first, first)]
        while self.at < len(self.words) and _is_port(self.words[self.at]):
            port = _port(self._next())
            found.append((port, port))
        return tuple(found)


def _port(word: str) -> int:
    return int(word) if word.isdigit() else _PORT_NAMES.get(word, _UNKNOWN_PORT)


def _is_port(word: str) -> bool:
    return word.isdigit() or word.lower() in _PORT_NAMES


def _length_of(mask: str, *, inverted: bool) -> str:
    """Return the length of a prefix that a mask or wildcard writes, or the mask where it has holes."""
    try:
        number = int(IPv4Address(mask))
    except ValueError:
        return mask
    wild = number if inverted else number ^ 0xFFFF_FFFF
    return f"holes {mask}" if wild & (wild + 1) else str(32 - wild.bit_length())


def _read_groups(root: Statement) -> Groups:
    """Return the networks of every group of addresses, those of groups inside it included."""
    heads: dict[str, Statement] = {}
    for head in root.under("object-group"):
        if head.words[1:2] == ("network",) and len(head.raw) > 2:  # noqa: PLR2004 - the name
            heads[head.raw[2]] = head
        elif head.words[1:3] in {("ip", "address"), ("ipv6", "address")} and len(head.raw) > 3:  # noqa: PLR2004
            heads[head.raw[3]] = head
    return {name: _members(name, heads, ()) for name in heads}


def _members(
    name: str, heads: Mapping[str, Statement], inside: tuple[str, ...]
) -> tuple[tuple[Network, ...], tuple[str, ...]]:
    if name not in heads or name in inside:
        return (), (name,)
    networks: list[Network] = []
    unresolved: list[str] = []
    for child in heads[name].children:
        words = child.raw[1:] if child.words[0].isdigit() and len(child.raw) > 1 else child.raw
        first = words[0].lower()
        if child.negated or first in {"description", "remark"}:
            continue
        if first == "group-object":
            below, missing = _members(words[-1], heads, (*inside, name))
            networks.extend(below)
            unresolved.extend(missing)
            continue
        network = _member(words, wildcards="address" in heads[name].words)
        if network is None:
            unresolved.append(" ".join(words))
        else:
            networks.append(network)
    return tuple(networks), tuple(unresolved)


def _member(words: tuple[str, ...], *, wildcards: bool) -> Network | None:
    if words[0].lower() == "host":
        return read_network(words[-1])
    if words[0].lower() == "any":
        return ANYWHERE["ipv4"]
    if len(words) > 1:
        return read_network(f"{words[0]}/{_length_of(words[1], inverted=wildcards)}")
    return read_network(words[0])
