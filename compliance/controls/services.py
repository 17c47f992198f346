"""Controls of the services a device leans on: central login and SNMP."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import NETWORK, Judged
from devices.facts import AAA, DeviceFacts, LoginMethods

LEAST_SERVERS: Final = 2
_LOCAL: Final = frozenset({"local", "local-case"})
_BUILT_IN: Final = {"tacacs+": "tacacs+", "radius": "radius"}


def is_central_with_local_fallback(methods: LoginMethods) -> bool:
    """Return whether a list asks central servers first, then the local account, and never lets in unasked."""
    names = methods.methods
    if not names or not names[0].startswith("group ") or "none" in names:
        return False
    return any(name in _LOCAL for name in names[1:])


def servers_of(aaa: AAA, methods: LoginMethods) -> tuple[str, ...]:
    """Return the distinct addresses that the groups of a list ask."""
    addresses: list[str] = []
    for method in methods.methods:
        group = method.removeprefix("group ")
        if method == group:
            continue
        protocol = _BUILT_IN.get(group.lower())
        if protocol is not None:
            addresses.extend(one.address for one in aaa.servers if one.protocol == protocol)
        for one in aaa.groups:
            if one.name == group:
                addresses.extend(one.addresses)
    return tuple(dict.fromkeys(addresses))


def judge_central_login(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """AAA-01: administrators log in through at least two central servers, with the local account as fallback.

    Passes when AAA is on, every list that applies to a remote login asks a server group first and the local
    account after it, and its groups hold two or more distinct servers that the context names, none of which
    is asked in clear text. Fails otherwise; a list that ends with ``none`` fails too. FortiOS and PAN-OS ask
    the groups or the profile of their administrators; the local accounts work beside them.

    Example:
        >>> ios("aaa new-model", "aaa authentication login default group tacacs+ local",
        ...     "tacacs server A", " address ipv4 10.0.0.1", "tacacs server B", " address ipv4 10.0.0.2")
        'PASS'
        >>> ios("aaa new-model", "aaa authentication login default group tacacs+ local",
        ...     "tacacs server A", " address ipv4 10.0.0.1", "tacacs server B", " address ipv4 10.0.0.1")
        'FAIL'
    """
    wanted = context.needed_servers("aaa")
    aaa = facts.aaa
    if aaa is None:
        return conclude((), nothing="the platform has no central login")
    if not aaa.enabled:
        return conclude((Observed(good=False, message="AAA is off", lines=aaa.lines),), nothing="")
    on = Observed(good=True, message="AAA is on", lines=aaa.lines)
    return conclude((on, *_lists(aaa, wanted)), nothing="")


def _lists(aaa: AAA, wanted: tuple[str, ...]) -> Iterator[Observed]:
    known = {one.name: one for one in aaa.methods}
    for use in aaa.uses:
        methods = known.get(use.method_list)
        if methods is None:
            message = f"{use.place} uses the login list {use.method_list}, which is not defined"
            yield Observed(good=False, message=message, lines=use.lines)
            continue
        central = is_central_with_local_fallback(methods)
        said = (
            "asks central servers, then the local account"
            if central
            else f"asks {', '.join(methods.methods) or 'nobody'}{' by default' if methods.by_default else ''}"
        )
        yield Observed(good=central, message=f"the login list {methods.name} {said}", lines=methods.lines)
        if central:
            yield _enough(aaa, methods, wanted)
            yield from _in_clear_text(aaa, methods)


def _in_clear_text(aaa: AAA, methods: LoginMethods) -> Iterator[Observed]:
    """Yield the servers of a list that are asked without encryption where the platform can encrypt."""
    asked = set(servers_of(aaa, methods))
    for one in aaa.servers:
        if one.encrypted is False and one.address in asked:
            yield Observed(
                good=False,
                message=f"{one.protocol} server {one.name} is asked in clear text",
                lines=one.lines,
            )


def _enough(aaa: AAA, methods: LoginMethods, wanted: tuple[str, ...]) -> Observed:
    counted = tuple(one for one in servers_of(aaa, methods) if one in wanted)
    lines = [line for one in (*aaa.servers, *aaa.groups) for line in one.lines]
    return Observed(
        good=len(counted) >= LEAST_SERVERS,
        message=f"the login list {methods.name} reaches {len(counted)} of the site's AAA servers",
        lines=(*methods.lines, *lines),
    )


def judge_communities(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """SNMP-01: no SNMP v1 or v2c community is configured.

    Passes when there is none; the SNMP lines, or the whole configuration where there are none either, are
    what was searched. Fails with any community, read-only ones too.

    Example:
        >>> ios("snmp-server group OPS v3 priv")
        'PASS'
        >>> ios("snmp-server community public RO")
        'FAIL'
        >>> ios("snmp-server community public RO", "no snmp-server community public")
        'PASS'
    """
    found = facts.snmp_communities
    if found:
        lines = tuple(line for one in found for line in one.lines)
        bad = Observed(
            good=False, message=f"{len(found)} SNMP v1/v2c communities are configured", lines=lines
        )
        return conclude((bad,), nothing="")
    good = Observed(
        good=True, message="no SNMP v1/v2c community is configured", lines=facts.snmp or facts.extent
    )
    return conclude((good,), nothing="")


CONTROLS: Final[Mapping[str, Judged]] = {
    "AAA-01": Judged(judge_central_login, NETWORK),
    "SNMP-01": Judged(judge_communities, NETWORK),
}
