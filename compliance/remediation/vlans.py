"""Mend which VLANs ports and trunks carry."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.switching import DEFAULT_VLAN, carries, unused_ports
from compliance.controls.vlans import default_vlan_interfaces, ports_in_default_vlan, trunks_to_judge
from compliance.remediation.steps import Mender, NotMendable, Step
from compliance.remediation.switching import parking_vlan_steps
from devices.facts import DeviceFacts, Port, interface_key


def mend_default_vlan(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """L2-02: park unused ports, and shut the device's interface in VLAN 1 where it has no address."""
    parking = context.needed_parking_vlan()
    ports = ports_in_default_vlan(facts, context)
    unused = {interface_key(port.name) for port in unused_ports(facts, context)}
    for port in ports:
        if interface_key(port.name) not in unused:
            raise NotMendable(f"which VLAN the host on {port.name} belongs to is not known; move it by hand")
    interfaces = default_vlan_interfaces(facts)
    for one in interfaces:
        if one.addresses:
            raise NotMendable(f"{one.name} has an address; move what uses it to another VLAN first")
    if ports:
        yield from parking_vlan_steps(facts, parking)
    for port in ports:
        yield Step("park-vlan", {"interface": port.name, "vlan": str(parking)})
    for one in interfaces:
        if not one.shut:
            yield Step("park-shut", {"interface": one.name})


def mend_trunks(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """L2-04: stop negotiating on trunks, and take VLAN 1 off their lists where nobody is left in it."""
    for port in trunks_to_judge(facts):
        if port.mode == "dynamic":
            raise NotMendable(f"whether {port.name} is to be a trunk is not known; say so by hand")
        if port.trunk_vlans is None:
            raise NotMendable(f"which VLANs {port.name} must carry is not known; list them by hand")
        if port.negotiates:
            yield Step("no-negotiation", {"interface": port.name})
        if carries(port.trunk_vlans, DEFAULT_VLAN):
            _check_empty(facts, context, port)
            yield Step("trunk-without-vlan", {"interface": port.name, "vlan": str(DEFAULT_VLAN)})


def _check_empty(facts: DeviceFacts, context: DeviceContext, trunk: Port) -> None:
    """Refuse to take VLAN 1 off a trunk while hosts or management are in it."""
    hosts = any(not port.bare and not port.shut for port in ports_in_default_vlan(facts, context))
    if hosts or any(one.addresses for one in default_vlan_interfaces(facts)):
        raise NotMendable(
            f"hosts or management are still in VLAN {DEFAULT_VLAN}, "
            f"which {trunk.name} carries; move them first"
        )


MENDERS: Final[Mapping[str, Mender]] = {
    "L2-02": mend_default_vlan,
    "L2-04": mend_trunks,
}
