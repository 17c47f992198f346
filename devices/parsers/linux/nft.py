"""Read a ruleset as ``nft list ruleset`` writes it, for one question: which new TCP connections come in."""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, cast, get_args

from devices.facts import ConfigLine
from devices.facts.nft import Family, FilterChain, FilterRule, Networks, Ruleset, Verdict
from devices.parsers.linux.collection import Content, Section

_TOKEN: Final = re.compile(r'"[^"]*"|[{}]|[^\s{};"]+')
_OTHER_PROTOCOLS: Final = frozenset(
    {
        "udp",
        "icmp",
        "icmpv6",
        "sctp",
        "dccp",
        "udplite",
        "esp",
        "ah",
        "igmp",
        "gre",
        "comp",
        "ipv6-icmp",
        "arp",
    }
)
_TCP: Final = frozenset({"tcp", "6"})
_PORTS: Final = {"ssh": 22, "http": 80, "https": 443, "domain": 53, "smtp": 25, "telnet": 23}
_WITHOUT_EFFECT: Final = frozenset({"counter", "log", "comment"})
_ENDS: Final[dict[str, Verdict]] = {
    "accept": "accept", "drop": "drop", "reject": "drop", "return": "return", "queue": "accept",
}  # fmt: skip
_NEW: Final = "new"


@dataclass(slots=True)
class _Chain:
    heading: ConfigLine
    family: Family
    table: str
    name: str
    policy: Literal["accept", "drop"] | None = None
    rules: list[tuple[ConfigLine, str]] = field(default_factory=list)


def read_ruleset(section: Section | None) -> Ruleset | None:
    """Return the chains of the families ip, ip6 and inet; None where the ruleset was not collected."""
    if section is None:
        return None
    chains, sets = _read_tables(section.content)
    read = {
        (one.family, one.table, one.name): FilterChain(
            family=one.family,
            table=one.table,
            name=one.name,
            policy=one.policy,
            rules=tuple(
                _read_rule(line, text, sets.get((one.family, one.table), {})) for line, text in one.rules
            ),
            lines=(one.heading,),
        )
        for one in chains
    }
    return Ruleset(chains=read, present=section.present, lines=(section.heading,))


Sets = dict[str, list[str]]


def _read_tables(content: tuple[Content, ...]) -> tuple[list[_Chain], dict[tuple[str, str], Sets]]:
    chains: list[_Chain] = []
    sets: dict[tuple[str, str], Sets] = {}
    path: list[list[str]] = []
    for line, text in _joined(content):
        words = text.split()
        if text == "}":
            path = path[:-1]
        elif text.endswith("{") and "elements" not in words:
            path.append(words[:-1])
            if _is_chain(path):
                family = cast("Family", path[0][1])
                chains.append(_Chain(heading=line, family=family, table=path[0][2], name=words[1]))
        elif _is_chain(path):
            if words[0] == "type":
                chains[-1].policy = _policy(text)
            else:
                chains[-1].rules.append((line, text))
        elif len(path) > 1 and path[1][0] == "set" and words[0] == "elements":
            inside = text.partition("{")[2].rpartition("}")[0]
            named = sets.setdefault((path[0][1], path[0][2]), {})
            named[path[1][1]] = _tokens(inside)
    return chains, sets


def _tokens(text: str) -> list[str]:
    return [one for one in (found.strip(",") for found in _TOKEN.findall(text)) if one]


def _is_chain(path: list[list[str]]) -> bool:
    table_and_chain = 2
    return len(path) == table_and_chain and path[1][0] == "chain" and path[0][1] in get_args(Family)


def _joined(content: tuple[Content, ...]) -> Iterator[tuple[ConfigLine, str]]:
    """Yield lines, those of a set with many elements or of a rule that goes on as one."""
    first: ConfigLine | None = None
    text = ""
    for one in content:
        said = one.text.strip()
        if not said or said.startswith("#"):
            continue
        text = f"{text} {said}".strip()
        first = first or one.line
        starts_block = said.endswith("{") and "elements" not in said and text == said and said.count("{") == 1
        if text == "}" or starts_block or text.count("{") == text.count("}"):
            yield first, text
            first, text = None, ""


def _policy(text: str) -> Literal["accept", "drop"] | None:
    """Return the policy of a chain on the hook of what comes in; accept where none is stated."""
    if re.search(r"\btype filter hook input\b", text) is None:
        return None
    return "drop" if re.search(r"\bpolicy drop\b", text) else "accept"


@dataclass(slots=True)
class _Rule:
    """A rule while it is read."""

    tokens: list[str]
    sets: Sets
    verdict: Verdict = "continue"
    chain: str | None = None
    sources: Networks | None = None
    beyond: Networks | None = None
    ports: tuple[tuple[int, int], ...] | None = None
    others: bool = False
    never: bool = False

    def next(self) -> str:
        return self.tokens.pop(0) if self.tokens else ""

    def value(self) -> tuple[bool, list[str] | None]:
        """Return whether it is negated, and the values; None where they cannot be known."""
        negated = bool(self.tokens) and self.tokens[0] == "!="
        if self.tokens and self.tokens[0] in {"!=", "=="}:
            self.next()
        word = self.next()
        if word == "{":
            return negated, self.rest_of_set()
        if word.startswith("@"):
            return negated, self.sets.get(word[1:])
        if word == "vmap":
            self.any_verdict()
            return negated, None
        return negated, None if word in {"<", ">", "<=", ">=", "&"} else word.split(",")

    def rest_of_set(self) -> list[str]:
        """Return the values up to the closing brace."""
        values = []
        while (one := self.next()) not in {"}", ""}:
            values.append(one)
        return values

    def any_verdict(self) -> None:
        """Go past a map of verdicts that is not looked into: it may accept."""
        if self.next() == "{":
            self.rest_of_set()
        self.verdict, self.others = "accept", True


def _read_rule(line: ConfigLine, text: str, sets: Sets) -> FilterRule:
    rule = _Rule(_tokens(text), sets)
    while rule.tokens:
        _read_word(rule, rule.next())
    return FilterRule(
        verdict=rule.verdict,
        chain=rule.chain,
        sources=rule.sources,
        beyond=rule.beyond,
        ports=rule.ports,
        others=rule.others,
        never=rule.never,
        lines=(line,),
    )


def _read_word(rule: _Rule, word: str) -> None:
    """Read one condition or verdict; whatever is not known here makes the rule one that may match or not."""
    reader = _READERS.get((word, rule.tokens[0] if rule.tokens else ""))
    if reader is not None:
        rule.next()
        reader(rule)
    elif word in _ENDS:
        rule.verdict = _ENDS[word]
        if word in {"reject", "queue"}:
            rule.tokens.clear()
    elif word in {"jump", "goto"}:
        rule.verdict, rule.chain = ("jump" if word == "jump" else "goto"), rule.next()
    elif word in _WITHOUT_EFFECT:
        _skip(rule, word)
    elif word in {"iif", "iifname"}:
        _read_interface(rule)
    elif word in _OTHER_PROTOCOLS:
        rule.never = True
    else:
        _read_unknown(rule, word)


def _read_unknown(rule: _Rule, word: str) -> None:
    rule.others = True
    if word == "vmap":
        rule.any_verdict()
    elif word == "{":
        rule.rest_of_set()


def _skip(rule: _Rule, word: str) -> None:
    """Go past the words of a statement that decides nothing."""
    if word == "comment":
        rule.next()
        return
    own = {"packets", "bytes", "prefix", "level", "group", "flags", "name", "snaplen", "queue-threshold"}
    while rule.tokens and rule.tokens[0] in own:
        rule.next()
        rule.next()


def _read_state(rule: _Rule) -> None:
    if rule.tokens[:2] == ["vmap", "{"]:
        del rule.tokens[:2]
        says = rule.rest_of_set()
        if _NEW not in says:
            rule.never = True
            return
        verdict = says[says.index(_NEW) + 2 :][:2]
        rule.tokens[:0] = verdict if verdict[0] in {"jump", "goto"} else verdict[:1]
        return
    negated, states = rule.value()
    if states is None:
        rule.others = True
    elif (_NEW in states) is negated:
        rule.never = True


def _read_interface(rule: _Rule) -> None:
    negated, names = rule.value()
    loopback = names is not None and {one.strip('"') for one in names} == {"lo"}
    if not loopback:
        rule.others = True
    elif not negated:
        rule.never = True


def _read_sources(rule: _Rule) -> None:
    negated, values = rule.value()
    networks = None if values is None else _networks(values)
    if networks is None or rule.sources is not None or rule.beyond is not None:
        rule.others = True
    elif negated:
        rule.beyond = networks
    else:
        rule.sources = networks


def _networks(values: list[str]) -> Networks | None:
    try:
        return tuple(network for value in values for network in _networks_of(value))
    except (ValueError, TypeError):
        return None


def _networks_of(value: str) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    first, dash, last = value.partition("-")
    if not dash:
        yield ipaddress.ip_network(value, strict=False)
    elif ":" in value:
        yield from ipaddress.summarize_address_range(
            ipaddress.IPv6Address(first), ipaddress.IPv6Address(last)
        )
    else:
        yield from ipaddress.summarize_address_range(
            ipaddress.IPv4Address(first), ipaddress.IPv4Address(last)
        )


def _read_ports(rule: _Rule) -> None:
    negated, values = rule.value()
    if negated or values is None or rule.ports is not None:
        rule.others = True
        return
    ports = []
    for value in values:
        first, _, last = value.partition("-")
        ends = [_PORTS.get(one, int(one) if one.isdecimal() else -1) for one in (first, last or first)]
        if -1 in ends:
            rule.others = True
            return
        ports.append((ends[0], ends[1]))
    rule.ports = tuple(ports)


def _read_protocol(rule: _Rule) -> None:
    negated, values = rule.value()
    if values is None:
        rule.others = True
    elif bool(_TCP & set(values)) is negated:
        rule.never = True


_READERS: Final[Mapping[tuple[str, str], Callable[[_Rule], None]]] = {
    ("ct", "state"): _read_state,
    ("ip", "saddr"): _read_sources,
    ("ip6", "saddr"): _read_sources,
    ("tcp", "dport"): _read_ports,
    ("th", "dport"): _read_ports,
    ("meta", "l4proto"): _read_protocol,
    ("ip", "protocol"): _read_protocol,
    ("ip6", "nexthdr"): _read_protocol,
}
