"""What the packet filter of a server lets in."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Final, Literal

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import Judge
from compliance.controls.servers.told import no_ssh_server, server_of, told, unit_runs
from compliance.errors import MissingContext
from devices.facts import ConfigLine, DeviceFacts, ServerFacts
from devices.facts.nft import FilterChain, FilterRule, Networks, Ruleset

Protocol = Literal["ip", "ip6"]
PROTOCOLS: Final[tuple[Protocol, ...]] = ("ip", "ip6")
_SAID: Final = {"ip": "IPv4", "ip6": "IPv6"}
_DEEPEST: Final = 16
_SSH: Final = 22
_ALMOST_ALL: Final = 60_000


def openings(
    ruleset: Ruleset, chain: FilterChain, protocol: Protocol, port: int | None, inside: Networks
) -> tuple[tuple[FilterRule, ...], bool]:
    """Return the rules of a chain that may let a stranger in, and whether all others are dropped.

    A stranger is whoever is not of the networks ``inside``. A condition that is not understood may hold in a
    rule that accepts, and may not hold in one that drops.

    Args:
        ruleset: Where the chain jumps to.
        chain: The chain that is asked.
        protocol: Of which protocol the connection is.
        port: Its port; None is one that no rule names.
        inside: Who is no stranger.
    """
    return _walk(ruleset, chain, _Asked(protocol, port, inside), 0)


class _Asked:
    """A connection that is asked about."""

    def __init__(self, protocol: Protocol, port: int | None, inside: Networks) -> None:
        self.protocol, self.port, self.inside = protocol, port, inside

    def may_match(self, rule: FilterRule) -> bool:
        if rule.never or (rule.ports is not None and not self._on_port(rule)):
            return False
        if rule.beyond is not None and not self._of_protocol(rule.beyond):
            return False
        if rule.sources is None:
            return True
        own = self._of_protocol(rule.sources)
        return any(not _is_inside(one, self.inside) for one in own)

    def surely_matches(self, rule: FilterRule) -> bool:
        if rule.others or rule.never or rule.sources is not None:
            return False
        if rule.ports is not None and not self._on_port(rule):
            return False
        if rule.beyond is None:
            return True
        own = self._of_protocol(rule.beyond)
        return bool(own) and all(_is_inside(one, self.inside) for one in own)

    def _on_port(self, rule: FilterRule) -> bool:
        if self.port is None:
            return any(last - first >= _ALMOST_ALL for first, last in rule.ports or ())
        return any(first <= self.port <= last for first, last in rule.ports or ())

    def _of_protocol(self, networks: Networks) -> Networks:
        version = 4 if self.protocol == "ip" else 6
        return tuple(one for one in networks if one.version == version)


def _is_inside(network: object, inside: Networks) -> bool:
    if not isinstance(network, IPv4Network):
        return network in inside
    return any(isinstance(one, IPv4Network) and network.subnet_of(one) for one in inside)


def _walk(
    ruleset: Ruleset, chain: FilterChain, asked: _Asked, depth: int
) -> tuple[tuple[FilterRule, ...], bool]:
    """Return the rules that may accept, and whether nobody is left whom no rule has surely decided about."""
    found: list[FilterRule] = []
    may_return = False
    for rule in chain.rules:
        if not asked.may_match(rule):
            continue
        sure = asked.surely_matches(rule)
        ended = rule.verdict in {"accept", "drop"}
        if rule.verdict == "accept":
            found.append(rule)
        elif rule.verdict in {"jump", "goto"}:
            inner, ended = _follow(ruleset, chain, rule, asked, depth)
            found.extend(inner)
        leaves = rule.verdict == "return" or (rule.verdict == "goto" and not ended)
        if leaves and sure:
            return tuple(found), chain.policy == "drop"
        may_return = may_return or leaves
        if ended and sure:
            return tuple(found), not may_return or chain.policy == "drop"
    return tuple(found), chain.policy == "drop"


def _follow(
    ruleset: Ruleset, chain: FilterChain, rule: FilterRule, asked: _Asked, depth: int
) -> tuple[tuple[FilterRule, ...], bool]:
    target = ruleset.chains.get((chain.family, chain.table, rule.chain or ""))
    if target is None or depth == _DEEPEST:
        # Where it leads cannot be seen: it may accept.
        return (rule,), False
    return _walk(ruleset, target, asked, depth + 1)


def judge_ssh_from_management(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """MGT-03: only the management network reaches SSH.

    Passes when the packet filter drops what comes to sshd's ports from anywhere but the site's management
    prefixes, for IPv4 and IPv6. Fails when a rule may let a stranger in: one without sources, with other
    sources, or with a condition that says nothing about where from (an interface). Without an SSH server
    there is nothing to judge.

    Example:
        >>> linux("[ufw status verbose] absent")
        'PASS'
        >>> linux("[nft list ruleset]", "table inet filter {", "chain input {",
        ...     "type filter hook input priority filter; policy drop;", "tcp dport 22 accept", "}", "}")
        'FAIL'
    """
    server = server_of(facts)
    sshd = told(server.sshd, "sshd -T")
    if not sshd.present:
        return no_ssh_server()
    ruleset = told(server.ruleset, "nft list ruleset")
    if not context.management_prefixes:
        raise MissingContext("management_prefixes")
    ports = [int(one.value) for one in sshd.all("port") if one.value.isdecimal()] or [_SSH]
    return conclude(
        (
            _reach(ruleset, protocol, port, tuple(context.management_prefixes))
            for port in dict.fromkeys(ports)
            for protocol in _protocols(server)
        ),
        nothing="",
    )


def _reach(ruleset: Ruleset, protocol: Protocol, port: int, inside: Networks) -> Observed:
    where = f"port {port} over {_SAID[protocol]}"
    leaking: list[FilterRule] = []
    chains = _input_chains(ruleset, protocol)
    for chain in chains:
        rules, ended = openings(ruleset, chain, protocol, port, inside)
        if not rules and ended:
            said = f"{where} is reached from the management network only"
            return Observed(good=True, message=said, lines=(*chain.lines, *_named(chain, port)))
        leaking.extend(rules)
    if leaking:
        lines = tuple(line for one in leaking for line in one.lines)
        return Observed(good=False, message=f"{where} may be reached from elsewhere", lines=lines)
    lines = tuple(line for one in chains for line in one.lines) or ruleset.lines
    return Observed(good=False, message=f"nothing keeps strangers from {where}", lines=lines)


def _named(chain: FilterChain, port: int) -> tuple[ConfigLine, ...]:
    rules = (one for one in chain.rules if one.ports is not None and one.verdict == "accept")
    return tuple(
        line for one in rules if any(a <= port <= b for a, b in one.ports or ()) for line in one.lines
    )


def _input_chains(ruleset: Ruleset, protocol: Protocol) -> list[FilterChain]:
    return [one for one in ruleset.chains.values() if one.on_input and one.family in {protocol, "inet"}]


def _protocols(server: ServerFacts) -> tuple[Protocol, ...]:
    """Return the protocols that the server speaks; IPv6 is off where the kernel says so for all."""
    off = None
    if server.kernel_settings is not None:
        off = server.kernel_settings.last("net.ipv6.conf.all.disable_ipv6")
    return ("ip",) if off is not None and off.value == "1" else PROTOCOLS


def judge_default_deny(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """SRV-01: the packet filter is on, also after a boot, and drops whatever no rule lets in.

    Passes when, for IPv4 and IPv6, a chain on the hook of what comes in drops new connections that no rule
    names, and ufw or nftables loads it at boot. Where ufw is installed and active, its status must say that
    incoming is denied. Fails otherwise.

    Example:
        >>> linux("[ufw status verbose]", "Status: active",
        ...     "Default: deny (incoming), allow (outgoing), disabled (routed)",
        ...     "[+units]", "ufw.service enabled active")
        'PASS'
        >>> linux("[ufw status verbose]", "Status: active",
        ...     "Default: allow (incoming), allow (outgoing), disabled (routed)")
        'FAIL'
        >>> linux("[nft list ruleset]", "table ip filter {", "}")
        'FAIL'
    """
    server = server_of(facts)
    ruleset = told(server.ruleset, "nft list ruleset")
    observed = [_denies(ruleset, protocol) for protocol in _protocols(server)]
    return conclude((*observed, *_loaded(server)), nothing="")


def _denies(ruleset: Ruleset, protocol: Protocol) -> Observed:
    chains = _input_chains(ruleset, protocol)
    wide: list[FilterRule] = []
    for chain in chains:
        rules, ended = openings(ruleset, chain, protocol, None, ())
        wide.extend(one for one in rules if _is_wide(one))
        if ended and not any(_is_wide(one) for one in rules):
            said = f"what no rule lets in is dropped over {_SAID[protocol]}"
            return Observed(good=True, message=said, lines=chain.lines)
    lines = tuple(line for one in wide or chains for line in one.lines) or ruleset.lines
    return Observed(good=False, message=f"nothing denies by default over {_SAID[protocol]}", lines=lines)


def _is_wide(rule: FilterRule) -> bool:
    return rule.sources is None or any(one.prefixlen == 0 for one in rule.sources)


def _loaded(server: ServerFacts) -> Iterator[Observed]:
    ufw = told(server.ufw, "ufw status verbose")
    units = told(server.units, "units")
    status, default = ufw.last("status"), ufw.last("default")
    if status is None or status.value != "active":
        yield unit_runs(units, "nftables.service")
        return
    yield unit_runs(units, "ufw.service")
    denied = default is not None and default.value.startswith(("deny (incoming)", "reject (incoming)"))
    said = "ufw denies incoming by default" if denied else "ufw does not deny incoming by default"
    yield Observed(good=denied, message=said, lines=status.lines if default is None else default.lines)


ON_SERVERS: Final[Mapping[str, Judge]] = {
    "MGT-03": judge_ssh_from_management,
    "SRV-01": judge_default_deny,
}
