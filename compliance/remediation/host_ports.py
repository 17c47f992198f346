"""Mend what guards the ports that hosts are plugged into, and the network behind them."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.first_hop import wanted_vlans
from compliance.controls.host_ports import host_ports, uplink_ports, user_vlans
from compliance.remediation.steps import Mender, NotMendable, Step
from devices.facts import DeviceFacts
from devices.vlans import subtract_vlans, write_vlans


def mend_bpdu_guard(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """L2-05: give every host port without it BPDU guard."""
    for port in host_ports(facts, context):
        if "bpdu-guard" not in port.guards:
            yield Step("bpdu-guard", {"interface": port.name})


def mend_root_guard(_facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """L2-06: leave it to a person, who knows which switch is the root."""
    raise NotMendable(
        "root guard cuts a trunk behind which the root is; see that this switch is the root, "
        "then set it by hand"
    )


def mend_dhcp_snooping(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """L2-07: trust the uplinks of an access switch, then switch snooping on for the VLANs of users."""
    if context.needed_role() != "access":
        raise NotMendable(
            "where the DHCP servers are is not known on a switch that is no access switch; "
            "trust their ports, then switch snooping on by hand"
        )
    if facts.switching is None:
        return
    guard, uplinks = facts.switching.snooping, uplink_ports(facts, context)
    if not uplinks:
        raise NotMendable(
            "no uplink is up, so every DHCP answer would be dropped; name the uplinks and plan again"
        )
    if not guard.switched_on:
        yield Step("snooping-ready")
    missing = subtract_vlans(wanted_vlans(guard, user_vlans(context)), guard.vlans)
    if missing:
        yield Step("snooping-vlans", {"vlans": write_vlans(missing)})
    # Before the sections of ports: inside one, the words of these lines begin another command.
    if not guard.switched_on:
        yield Step("snooping-on")
    for port in uplinks:
        if "snooping-trust" not in port.guards:
            yield Step("snooping-trust", {"interface": port.name})


def mend_address_checks(_facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """L2-08: leave it to a person, who knows which hosts have no lease."""
    raise NotMendable(
        "hosts whose lease the switch has not seen would be cut off; let snooping run for one lease time, "
        "enter the hosts with fixed addresses, then switch it on by hand"
    )


def mend_storm_control(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """L2-09: limit broadcasts on every host port that has no limit."""
    for port in host_ports(facts, context):
        if "storm-control" not in port.guards:
            yield Step("storm-limit", {"interface": port.name})


def mend_port_authentication(_facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """L2-10: leave it to a person, who knows which hosts can authenticate."""
    raise NotMendable(
        "hosts that cannot authenticate would be cut off; register them with the RADIUS servers, "
        "then switch it on port by port"
    )


MENDERS: Final[Mapping[str, Mender]] = {
    "L2-05": mend_bpdu_guard,
    "L2-06": mend_root_guard,
    "L2-07": mend_dhcp_snooping,
    "L2-08": mend_address_checks,
    "L2-09": mend_storm_control,
    "L2-10": mend_port_authentication,
}
