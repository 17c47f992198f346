"""Controls of the time: enough servers, and servers that prove who they are."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import NETWORK, Judged
from devices.facts import DeviceFacts, TimeKey, TimeServer

LEAST_SERVERS: Final = 2

# Which digests of keys are weaker than the table's line for a platform; where none is told, any will do.
_WEAK_DIGESTS: Final[Mapping[str, frozenset[str]]] = {
    "eos": frozenset({"md5"}),
    "aoscx": frozenset({"md5"}),
    "junos": frozenset({"md5", "sha1"}),
}


def counted_servers(facts: DeviceFacts, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the distinct time servers that are among those of the site."""
    return tuple(dict.fromkeys(one.address for one in facts.time_servers if one.address in wanted))


def judge_time_servers(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """NTP-01: the device takes its time from at least two of the site's servers.

    Passes with two or more distinct servers that the context names, when NTP is on. Fails with fewer; the
    same address twice is one server, and a list that is not used is none.

    Example:
        >>> ios("ntp server 10.0.0.11", "ntp server 10.0.0.12 prefer")
        'PASS'
        >>> ios("ntp server 10.0.0.11", "ntp server 10.0.0.11 prefer")
        'FAIL'
        >>> ios("ntp server 10.0.0.11", "ntp server 10.0.0.12", "no ntp server 10.0.0.12")
        'FAIL'
    """
    counted = counted_servers(facts, context.needed_servers("ntp"))
    lines = tuple(line for one in facts.time_servers for line in one.lines)
    message = f"{len(counted)} of the site's time servers are configured, {LEAST_SERVERS} are needed"
    observed = [Observed(good=len(counted) >= LEAST_SERVERS, message=message, lines=lines or facts.extent)]
    switch = facts.time_switch
    if switch is not None:
        said = "asked" if switch.enabled else "not asked"
        observed.append(
            Observed(good=switch.enabled, message=f"the listed time servers are {said}", lines=switch.lines)
        )
    return conclude(observed, nothing="")


def judge_time_authentication(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """NTP-02: every time server proves who it is.

    Passes when authentication is on and every server has a key that is there, is trusted and is no weaker
    than the platform's line: SHA-1 on EOS and AOS-CX, SHA-256 on Junos. Fails when one server has none, and
    when there is no server.

    Example:
        >>> ios("ntp authentication-key 1 md5 07 7", "ntp authenticate", "ntp trusted-key 1",
        ...     "ntp server 10.0.0.11 key 1")
        'PASS'
        >>> ios("ntp authentication-key 1 md5 07 7", "ntp authenticate", "ntp trusted-key 1",
        ...     "ntp server 10.0.0.11 key 1", "ntp server 10.0.0.12")
        'FAIL'
    """
    return conclude(_authentication(facts), nothing="")


def _authentication(facts: DeviceFacts) -> Iterator[Observed]:
    proof = facts.time_authentication
    if proof is not None and not proof.enabled:
        yield Observed(good=False, message="time servers need not prove who they are", lines=proof.lines)
    if not facts.time_servers:
        lines = facts.extent if proof is None else proof.lines
        yield Observed(good=False, message="there is no time server that could prove itself", lines=lines)
    for server in facts.time_servers:
        yield _proven(facts, server)


def is_weak(key: TimeKey, platform: str) -> bool:
    """Return whether a key's digest is weaker than the table's line for the platform."""
    return key.algorithm.lower() in _WEAK_DIGESTS.get(platform, ())


def _proven(facts: DeviceFacts, server: TimeServer) -> Observed:
    proof, number = facts.time_authentication, server.key
    if number is None:
        return Observed(good=False, message=f"{server.address} has no key", lines=server.lines)
    if proof is None:
        return Observed(good=True, message=f"{server.address} proves itself", lines=server.lines)
    key = next((one for one in proof.keys if one.number == number), None)
    if key is None:
        message = f"{server.address} has key {number}, which is not there"
        return Observed(good=False, message=message, lines=server.lines)
    lines = (*server.lines, *key.lines)
    if not key.trusted:
        message = f"{server.address} has key {number}, which is not trusted"
        return Observed(good=False, message=message, lines=lines)
    if is_weak(key, facts.platform):
        message = f"{server.address} has key {number}, whose digest {key.algorithm} is too weak"
        return Observed(good=False, message=message, lines=lines)
    return Observed(good=True, message=f"{server.address} proves itself by key {number}", lines=lines)


CONTROLS: Final[Mapping[str, Judged]] = {
    "NTP-01": Judged(judge_time_servers, NETWORK),
    "NTP-02": Judged(judge_time_authentication, NETWORK),
}
