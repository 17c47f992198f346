"""Controls of forwarding: nothing that misleads senders, forged senders stopped, the device itself spared."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import Judged
from devices.facts import ControlPlaneLimit, DeviceFacts, ForwardingInterface, PathCheck, interface_key


def judge_misleading_forwarding(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """CP-01: no source routing, no ARP answers for others and no ICMP redirects.

    Judged are interfaces with an address that are up and no loopbacks, and what is said of the whole device.
    Passes when every one of them is quiet; fails when one is not, and by default where nothing is stated.
    Where it is said of interfaces and none of them has an address there is nothing to judge.

    Example:
        >>> ios("no ip source-route", "interface Vlan20", " ip address 10.0.0.1 255.255.255.0",
        ...     " no ip redirects", " no ip proxy-arp")
        'PASS'
        >>> ios("no ip source-route", "interface Vlan20", " ip address 10.0.0.1 255.255.255.0",
        ...     " no ip redirects")
        'FAIL'
        >>> junos("set system no-redirects")
        'PASS'
    """
    return conclude(_misleading(facts), nothing="no interface with an address is up")


def _misleading(facts: DeviceFacts) -> Iterator[Observed]:
    interfaces = facts.forwarding_interfaces
    whole = [facts.redirects]
    if interfaces:
        whole.append(facts.source_routing)
    for switch in whole:
        if switch is not None:
            said = (
                f"{switch.name} is {'on' if switch.on else 'off'}{' by default' if switch.by_default else ''}"
            )
            yield Observed(good=not switch.on, message=said, lines=switch.lines)
    for one in interfaces:
        wrong = misleads(one)
        if wrong or one.redirects is not None:
            said = " and ".join(wrong) if wrong else "neither sends redirects nor answers ARP for others"
            yield Observed(good=not wrong, message=f"{one.name} {said}", lines=one.lines)


def misleads(interface: ForwardingInterface) -> tuple[str, ...]:
    """Return what an interface does that CP-01 forbids."""
    found = []
    if interface.redirects:
        found.append("sends ICMP redirects")
    if interface.proxy_arp:
        found.append("answers ARP for others")
    return tuple(found)


def judge_control_plane(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """CP-02: what reaches the device itself is limited.

    Passes on IOS with a policy on the control plane that is there and drops what is too much, on NX-OS with
    the strict profile or such a policy, on Junos with a filter on lo0 that polices and a limit for ICMP. The
    policy that a Catalyst switch brings along is filled by the switch. Fails otherwise.

    Example:
        >>> nxos("copp profile strict")
        'PASS'
        >>> nxos("copp profile lenient")
        'FAIL'
        >>> ios("control-plane", " service-policy input COPP")
        'FAIL'
    """
    observed = (
        Observed(good=one.limits, message=_said_of_limit(one), lines=one.lines)
        for one in facts.control_plane_limits
    )
    return conclude(observed, nothing="the platform limits it by itself")


def _said_of_limit(limit: ControlPlaneLimit) -> str:
    if limit.limits:
        return f"{limit.name} limits what reaches the device"
    return f"{limit.name} is {'there and limits nothing' if limit.stated else 'not stated'}"


def judge_forged_senders(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """CP-03: an edge device drops packets whose sender could not be reached the way they came.

    Judged are the uplinks that route; where none does, every port that routes, save the management port.
    Passes when each checks strictly; a loose check fails as none does. FortiOS says it for the whole device
    or each VDOM, PAN-OS in the zone protection profile of each zone.

    Example:
        >>> ios("interface Te1/1/1", " no switchport", " ip address 10.0.0.1 255.255.255.0",
        ...     " ip verify unicast source reachable-via rx", role="edge")
        'PASS'
        >>> ios("interface Te1/1/1", " no switchport", " ip address 10.0.0.1 255.255.255.0",
        ...     " ip verify unicast source reachable-via any", role="edge")
        'FAIL'
    """
    checks = edge_checks(facts, context)
    observed = (
        Observed(good=one.mode == "strict", message=_said_of_check(one), lines=one.lines) for one in checks
    )
    return conclude(observed, nothing="no port of this device routes")


def edge_checks(facts: DeviceFacts, context: DeviceContext) -> tuple[PathCheck, ...]:
    """Return what is said of the interfaces at the edge."""
    wanted = {interface_key(name) for name in context.needed_uplinks()}
    management = {interface_key(context.management_interface or "")}
    at_edge = tuple(
        one
        for one in facts.path_checks
        if not one.interfaces or any(_is_one_of(name, wanted) for name in one.interfaces)
    )
    return at_edge or tuple(
        one
        for one in facts.path_checks
        if one.is_port and not any(_is_one_of(name, management) for name in one.interfaces)
    )


def _is_one_of(name: str, wanted: set[str]) -> bool:
    """Return whether an interface, or the port that it is a part of, is wanted."""
    key = interface_key(name)
    return key in wanted or key.partition(".")[0] in wanted


def _said_of_check(check: PathCheck) -> str:
    if check.mode is None:
        return f"{check.name} does not check the way back to a sender"
    return f"{check.name} checks the way back {'strictly' if check.mode == 'strict' else 'loosely'}"


CONTROLS: Final[Mapping[str, Judged]] = {
    "CP-01": Judged(
        judge_misleading_forwarding, frozenset({"ios", "nxos", "eos", "junos", "fortios", "aoscx"})
    ),
    "CP-02": Judged(judge_control_plane, frozenset({"ios", "nxos", "junos"})),
    "CP-03": Judged(judge_forged_senders, frozenset({"ios", "nxos", "eos", "junos", "fortios", "panos"})),
}
