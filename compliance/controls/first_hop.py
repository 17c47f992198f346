"""Controls of the first hop: answers of DHCP servers, ARP, and the addresses that hosts send from."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude, needed_output
from compliance.controls.host_ports import host_ports, uplink_ports, user_vlans
from compliance.controls.judged import SWITCHES, Judged
from compliance.controls.spanning_tree import guarded
from compliance.controls.switching import carries
from compliance.errors import MissingOutput
from devices.dhcp_snooping import read_snooping_state
from devices.facts import DeviceFacts, Port, PortGuard, VLANGuard, VLANNumbers
from devices.vlans import subtract_vlans, write_vlans

_NOTHING: Final = "no user VLAN is defined"


def wanted_vlans(guard: VLANGuard, users: VLANNumbers) -> VLANNumbers:
    """Return the user VLANs that a protection must cover; those that are defined, where it stands there."""
    return users if guard.defined is None else both_vlans(users, guard.defined)


def both_vlans(first: VLANNumbers, second: VLANNumbers) -> VLANNumbers:
    """Return the VLANs that are in both."""
    return subtract_vlans(first, subtract_vlans(first, second))


def judge_dhcp_snooping(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """L2-07: DHCP answers reach users only from where the servers are.

    Passes when DHCP snooping is on for every user VLAN, and the uplinks are trusted where the platform drops
    what comes from elsewhere; on EOS the device must also show that it works. Fails when it is off, leaves
    out a user VLAN, drops what comes over an uplink, or does not work. Where a protection stands in the
    definition of a VLAN, user VLANs that are not defined do not count.

    Example:
        >>> ios("ip dhcp snooping", "ip dhcp snooping vlan 10,30-40")
        'PASS'
        >>> ios("ip dhcp snooping", "ip dhcp snooping vlan 10,30-39")
        'FAIL'
        >>> eos("ip dhcp snooping vlan 10,30-40")
        'FAIL'
    """
    users = user_vlans(context)
    if facts.switching is None:
        return conclude((), nothing=_NOTHING)
    guard = facts.switching.snooping
    observed = tuple(_covers(guard, users, "DHCP snooping"))
    if observed and guard.needs_trust:
        observed += tuple(_trusted(uplink_ports(facts, context), "snooping-trust", "trust for DHCP answers"))
    if guard.proven_by is not None and all(one.good for one in observed):
        observed += (_works(facts, guard, users),)
    return conclude(observed, nothing=_NOTHING)


def _covers(guard: VLANGuard, users: VLANNumbers, name: str) -> Iterator[Observed]:
    wanted = wanted_vlans(guard, users)
    if not wanted:
        return
    missing = subtract_vlans(wanted, guard.vlans)
    if not guard.switched_on:
        yield Observed(good=False, message=f"{name} is off", lines=guard.lines)
    elif missing:
        message = f"{name} leaves out the user VLANs {write_vlans(missing)}"
        yield Observed(good=False, message=message, lines=guard.lines)
    else:
        message = f"{name} is on for the user VLANs {write_vlans(wanted)}"
        yield Observed(good=True, message=message, lines=guard.lines)


def _trusted(ports: tuple[Port, ...], guard: PortGuard, name: str) -> Iterator[Observed]:
    for port in ports:
        yield guarded(port, guard, name)


def _works(facts: DeviceFacts, guard: VLANGuard, users: VLANNumbers) -> Observed:
    """Return whether the device shows that it works, for the user VLANs that it has."""
    command = guard.proven_by or ""
    state = read_snooping_state(needed_output(facts, command))
    if state is None:
        raise MissingOutput(command)
    there = None if facts.switching is None else facts.switching.vlans
    wanted = users if there is None else both_vlans(users, there)
    idle = subtract_vlans(wanted, state.vlans)
    if not state.works:
        message = f"'{command}' shows that DHCP snooping does not work"
    elif idle:
        message = f"'{command}' shows that DHCP snooping does not work for the user VLANs {write_vlans(idle)}"
    else:
        message = f"'{command}' shows that DHCP snooping works"
    return Observed(good=state.works and not idle, message=message, lines=guard.lines)


def judge_address_checks(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """L2-08: users can neither answer ARP for others nor send from addresses of others.

    Passes when ARP inspection is on for every user VLAN and IP source guard on every port of users that is up
    (for every user VLAN, where the platform states it there). Fails when one is missing. Ports of users are
    those in a user VLAN; trunks, shut ports, uplinks, bundle members and the sensor's port are none.

    Example:
        >>> ios("ip arp inspection vlan 10,30-40",
        ...     "interface GigabitEthernet1/0/5", " switchport access vlan 10", " ip verify source")
        'PASS'
        >>> ios("ip arp inspection vlan 10,30-40",
        ...     "interface GigabitEthernet1/0/5", " switchport access vlan 10")
        'FAIL'
    """
    users = user_vlans(context)
    if facts.switching is None:
        return conclude((), nothing=_NOTHING)
    return conclude(_address_checks(facts, context, users), nothing=_NOTHING)


def _address_checks(facts: DeviceFacts, context: DeviceContext, users: VLANNumbers) -> Iterator[Observed]:
    if facts.switching is None:
        return
    inspection, source = facts.switching.arp_inspection, facts.switching.source_guard
    covered = tuple(_covers(inspection, users, "ARP inspection"))
    yield from covered
    if covered and inspection.needs_trust:
        yield from _trusted(uplink_ports(facts, context), "inspection-trust", "trust for ARP")
    if source is not None:
        yield from _covers(source, users, "IP source guard")
        return
    for port in host_ports(facts, context):
        if port.access_vlan is not None and carries(users, port.access_vlan):
            yield guarded(port, "source-guard", "IP source guard")


CONTROLS: Final[Mapping[str, Judged]] = {
    "L2-07": Judged(judge_dhcp_snooping, SWITCHES),
    "L2-08": Judged(judge_address_checks, SWITCHES),
}
