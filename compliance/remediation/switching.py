"""Mend switch ports."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.switching import carries, has_bad_native_vlan, trunks, unused_ports
from compliance.remediation.steps import Mender, NotMendable, Step, platform_lines
from devices.facts import ALL_VLANS, DeviceFacts, Port, interface_key
from devices.vlans import subtract_vlans, write_vlans

_LONGEST_LIST: Final = 200


def mend_unused_ports(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """L2-01: park and shut unused ports, and keep the parking VLAN off the trunks.

    Uplinks, bundle members, the sensor's port and the management interface are no unused ports, so none of
    them is ever shut here.
    """
    parking = context.needed_parking_vlan()
    unused = unused_ports(facts, context)
    if any(port.access_vlan != parking for port in unused):
        yield from parking_vlan_steps(facts, parking)
    for port in unused:
        if port.access_vlan != parking:
            yield Step("park-vlan", {"interface": port.name, "vlan": str(parking)})
        if not port.shut:
            yield Step("park-shut", {"interface": port.name})
    for port in trunks(facts):
        if carries(port.trunk_vlans, parking):
            yield _without(facts.platform, port, parking)


def parking_vlan_steps(facts: DeviceFacts, parking: int) -> Iterator[Step]:
    """Yield what makes the parking VLAN where a port can only be put into one that is defined."""
    defined = None if facts.switching is None else facts.switching.snooping.defined
    if defined is not None and not carries(defined, parking):
        yield Step("define-vlan", {"vlan": str(parking)})


def _without(platform: str, port: Port, vlan: int) -> Step:
    """Return the step that takes one VLAN off a trunk; the whole list is written where it is short."""
    lines = platform_lines().get(platform)
    if lines is not None and "trunk-without-vlan" in lines.steps and "trunk-vlans" not in lines.steps:
        # A list is added to there, and nothing says what is left of all VLANs without one.
        if port.trunk_vlans is None:
            raise NotMendable(f"which VLANs {port.name} must carry is not known; list them by hand")
        return Step("trunk-without-vlan", {"interface": port.name, "vlan": str(vlan)})
    current = ALL_VLANS if port.trunk_vlans is None else port.trunk_vlans
    vlans = write_vlans(subtract_vlans(current, ((vlan, vlan),)))
    if len(vlans) <= _LONGEST_LIST:
        return Step("trunk-vlans", {"interface": port.name, "vlans": vlans})
    return Step("trunk-without-vlan", {"interface": port.name, "vlan": str(vlan)})


def mend_native_vlan(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """L2-03: give trunks the site's native VLAN, unless management itself runs untagged over one."""
    if context.native_vlan is None or context.native_vlan == 1:
        raise NotMendable("the site gives no native_vlan other than 1; name one and plan again")
    bad = [port for port in trunks(facts) if has_bad_native_vlan(port, facts, context)]
    management = interface_key(context.management_interface or "")
    for port in bad:
        if management == f"vlan{port.native_vlan}":
            raise NotMendable(
                f"management runs in VLAN {port.native_vlan}, untagged over {port.name}; "
                "move management to a tagged VLAN first"
            )
    # A bundle comes before its members, which take over what it is given.
    for port in sorted(bad, key=lambda one: one.physical):
        yield Step("native-vlan", {"interface": port.name, "vlan": str(context.native_vlan)})


MENDERS: Final[Mapping[str, Mender]] = {
    "L2-01": mend_unused_ports,
    "L2-03": mend_native_vlan,
}
