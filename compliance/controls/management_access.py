"""The control of from where a device is managed."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import NETWORK, Judged
from devices.facts import AccessList, AccessListEntry, DeviceFacts, ManagementGate, Network, Service

_MOST_SHOWN: Final = 3


def is_inside(network: Network, prefixes: Iterable[IPv4Network]) -> bool:
    """Return whether a network lies in one of the management prefixes."""
    return isinstance(network, IPv4Network) and any(network.subnet_of(one) for one in prefixes)


def fault_of_list(
    access_list: AccessList, services: tuple[Service, ...], prefixes: tuple[IPv4Network, ...]
) -> tuple[str, tuple[AccessListEntry, ...]] | None:
    """Return what MGT-03 has against a list and the entries that say it, None where it has nothing.

    The first entry that matches decides. Whatever is permitted must come from the management prefixes, and
    what nobody permitted must meet a deny that logs it.
    """
    if not access_list.entries:
        return "is empty", ()
    for service in services:
        fault = _fault_for(access_list.entries, service, prefixes)
        if fault is not None:
            return fault
    return None


def _fault_for(
    entries: tuple[AccessListEntry, ...], service: Service, prefixes: tuple[IPv4Network, ...]
) -> tuple[str, tuple[AccessListEntry, ...]] | None:
    for entry in entries:
        if not entry.may_match(service):
            continue
        if entry.action == "permit":
            outside = [str(one) for one in entry.sources if not is_inside(one, prefixes)] + list(
                entry.unresolved
            )
            if outside:
                return f"permits {_shown(outside)}", (entry,)
        elif entry.from_anywhere and all(is_inside(one, prefixes) for one in entry.excepted):
            return None if entry.logs else ("ends with a deny that is not logged", (entry,))
    return "does not end with a logged deny", entries[-1:]


def _shown(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return ", ".join(names[:_MOST_SHOWN]) + more


def judge_gate(gate: ManagementGate, facts: DeviceFacts, prefixes: tuple[IPv4Network, ...]) -> Observed:
    """Return whether one way of managing the device is open to the management prefixes only."""
    if gate.closed:
        return Observed(good=True, message=f"{gate.name} lets nobody in", lines=gate.lines)
    if gate.sources is not None:
        return _judge_sources(gate, gate.sources, prefixes)
    what = f"{gate.name} over IPv6" if gate.family == "ipv6" else gate.name
    if gate.access_list is None:
        return Observed(good=False, message=f"{what} has no access list", lines=gate.lines)
    known = next(
        (one for one in facts.access_lists if (one.name, one.family) == (gate.access_list, gate.family)), None
    )
    if known is None:
        said = f"{what} names the access list {gate.access_list}, which does not exist"
        return Observed(good=False, message=said, lines=gate.lines)
    fault = fault_of_list(known, gate.services, prefixes)
    if fault is None:
        said = f"{what} is open to the management prefixes by {known.name} only"
        return Observed(good=True, message=said, lines=(*gate.lines, *known.lines))
    message, entries = fault
    lines = tuple(line for entry in entries for line in entry.lines) or known.lines
    return Observed(good=False, message=f"{what}: {known.name} {message}", lines=(*gate.lines, *lines))


def _judge_sources(
    gate: ManagementGate, sources: tuple[Network, ...], prefixes: tuple[IPv4Network, ...]
) -> Observed:
    outside = [str(one) for one in sources if not is_inside(one, prefixes)] + list(gate.unresolved)
    if outside:
        return Observed(good=False, message=f"{gate.name} is open to {_shown(outside)}", lines=gate.lines)
    if not sources:
        return Observed(good=False, message=f"{gate.name} is open to everybody", lines=gate.lines)
    return Observed(
        good=True, message=f"{gate.name} is open to the management prefixes only", lines=gate.lines
    )


def judged_gates(
    facts: DeviceFacts, prefixes: tuple[IPv4Network, ...]
) -> Iterator[tuple[ManagementGate, Observed]]:
    """Yield every gate with what is found; where one of several is enough, the good ones if any."""
    found = [(gate, judge_gate(gate, facts, prefixes)) for gate in facts.management_gates]
    enough = {(gate.either, gate.family) for gate, seen in found if seen.good and gate.either is not None}
    for gate, seen in found:
        if seen.good or (gate.either, gate.family) not in enough:
            yield gate, seen


def judge_management_access(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """MGT-03: the device is managed from the management prefixes of its site only.

    Passes when every way in (each range of virtual terminals, SSH in each VRF, each administrator) has a list
    that exists, permits management prefixes only and ends with a deny that is logged; with IPv6 addresses on
    the device one for IPv6, too. On Junos that is the filter of lo0; FortiOS, PAN-OS and the allow-list of
    AOS-CX have no entries that could log. Fails when one is missing, empty or lets somebody else in.

    Example:
        >>> ios("ip access-list standard M", " permit 10.0.20.0 0.0.0.255", " deny any log",
        ...     "line vty 0 4", " access-class M in")
        'PASS'
        >>> ios("ip access-list standard M", " permit any", " deny any log",
        ...     "line vty 0 4", " access-class M in")
        'FAIL'
        >>> ios("line vty 0 4", " access-class M in")
        'FAIL'
        >>> panos("set deviceconfig system permitted-ip 10.0.20.0/24")
        'PASS'
    """
    prefixes = context.needed_management_prefixes()
    return conclude(
        (seen for _, seen in judged_gates(facts, prefixes)), nothing="nobody can log in over the network"
    )


CONTROLS: Final[Mapping[str, Judged]] = {"MGT-03": Judged(judge_management_access, NETWORK)}
