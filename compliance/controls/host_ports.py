"""Which ports of a switch hosts are plugged into."""

from compliance.context import DeviceContext
from compliance.controls.switching import is_called_unused
from devices.facts import DeviceFacts, Port, VLANNumbers, interface_key
from devices.vlans import read_vlans


def user_vlans(context: DeviceContext) -> VLANNumbers:
    """Return the VLANs of users, or raise MissingContext."""
    return read_vlans(context.needed_user_vlans()) or ()


def uplink_keys(facts: DeviceFacts, context: DeviceContext) -> frozenset[str]:
    """Return the uplinks, and the bundles that they are members of."""
    keys = {interface_key(name) for name in context.needed_uplinks()}
    bundles = {
        interface_key(port.bundle)
        for port in facts.ports
        if port.bundle is not None and interface_key(port.name) in keys
    }
    return frozenset(keys | bundles)


def uplink_ports(facts: DeviceFacts, context: DeviceContext) -> tuple[Port, ...]:
    """Return the uplinks that are up and belong to the switch; of a bundle itself, not its members."""
    keys = uplink_keys(facts, context)
    return tuple(
        port
        for port in facts.ports
        if port.switched and not port.shut and port.bundle is None and interface_key(port.name) in keys
    )


def host_ports(facts: DeviceFacts, context: DeviceContext) -> tuple[Port, ...]:
    """Return the ports that are up and that hosts are plugged into.

    Never a trunk, an uplink, a member of a bundle, the sensor's port or the management interface. A port
    without any line, described as unused or in the parking VLAN is what L2-01 judges.
    """
    named = (context.needed_sensor_port(), context.management_interface)
    spared = uplink_keys(facts, context) | {interface_key(name) for name in named if name is not None}
    return tuple(
        port
        for port in facts.ports
        if port.switched and port.mode != "trunk" and not port.shut and port.bundle is None
        if interface_key(port.name) not in spared and not port.bare and not is_called_unused(port)
        if context.parking_vlan is None or port.access_vlan != context.parking_vlan
    )
