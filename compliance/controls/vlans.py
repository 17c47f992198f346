"""Controls of the VLANs that ports and trunks carry."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import SWITCHES, Judged
from compliance.controls.switching import DEFAULT_VLAN, carries
from devices.facts import DeviceFacts, Port, VLANInterface, interface_key


def ports_in_default_vlan(facts: DeviceFacts, context: DeviceContext) -> tuple[Port, ...]:
    """Return the ports that L2-02 refuses: no trunks, and in VLAN 1."""
    return tuple(port for port in _may_hold_hosts(facts, context) if port.access_vlan == DEFAULT_VLAN)


def _may_hold_hosts(facts: DeviceFacts, context: DeviceContext) -> tuple[Port, ...]:
    sensor = context.needed_sensor_port()
    spared = None if sensor is None else interface_key(sensor)
    return tuple(
        port
        for port in facts.ports
        if port.switched and port.mode != "trunk" and port.bundle is None
        if interface_key(port.name) != spared
    )


def default_vlan_interfaces(facts: DeviceFacts) -> tuple[VLANInterface, ...]:
    """Return the device's own interfaces in VLAN 1."""
    if facts.switching is None:
        return ()
    return tuple(one for one in facts.switching.vlan_interfaces if one.vlan == DEFAULT_VLAN)


def judge_default_vlan(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """L2-02: no host is in VLAN 1, and nobody manages the device over it.

    Passes when every port that is no trunk has another VLAN, and the device's interface in VLAN 1 is shut and
    has no address. Fails with one port in VLAN 1, which is also what an absent line means and what a port
    without any line is in, shut or not; or with an interface in VLAN 1 that is up or has an address. The
    sensor's port and members of bundles are no such ports.

    Example:
        >>> ios("interface GigabitEthernet1/0/5", " switchport access vlan 10")
        'PASS'
        >>> ios("interface GigabitEthernet1/0/5", " switchport mode access")
        'FAIL'
        >>> ios("interface Vlan1", " ip address 10.0.0.2 255.255.255.0", " shutdown")
        'FAIL'
    """
    return conclude(_default_vlan(facts, context), nothing="no port can hold a host")


def _default_vlan(facts: DeviceFacts, context: DeviceContext) -> Iterator[Observed]:
    for port in _may_hold_hosts(facts, context):
        inside = port.access_vlan == DEFAULT_VLAN
        said = f"is in VLAN {DEFAULT_VLAN}" if inside else f"is outside VLAN {DEFAULT_VLAN}"
        stated = (port.lines[0], *port.access_lines) if port.access_lines else port.lines
        yield Observed(good=not inside, message=f"port {port.name} {said}", lines=stated)
    for one in default_vlan_interfaces(facts):
        wrong = (["is up"] if not one.shut else []) + (["has an address"] if one.addresses else [])
        said = " and ".join(wrong) or "is shut and has no address"
        yield Observed(good=not wrong, message=f"{one.name} in VLAN {one.vlan} {said}", lines=one.lines)


def trunks_to_judge(facts: DeviceFacts) -> tuple[Port, ...]:
    """Return the ports that are up and are trunks, or may become some by what the other side says."""
    return tuple(port for port in facts.ports if port.mode in {"trunk", "dynamic"} and not port.shut)


def judge_trunks(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """L2-04: trunks are trunks by configuration, and carry the VLANs that are listed, without VLAN 1.

    Passes when every trunk that is up is one whatever the other side says, does not negotiate about it, and
    lists its VLANs without VLAN 1. Fails with one that negotiates, carries all VLANs or carries VLAN 1, and
    with a port that becomes a trunk when the other side asks. Without a trunk there is nothing to judge.

    Example:
        >>> ios("interface GigabitEthernet1/0/1", " switchport mode trunk", " switchport nonegotiate",
        ...     " switchport trunk allowed vlan 10,20")
        'PASS'
        >>> ios("interface GigabitEthernet1/0/1", " switchport mode trunk", " switchport nonegotiate")
        'FAIL'
        >>> ios("interface GigabitEthernet1/0/1", " switchport mode dynamic auto")
        'FAIL'
    """
    return conclude((_static(port) for port in trunks_to_judge(facts)), nothing="no trunk is up")


def _static(port: Port) -> Observed:
    wrong: list[str] = []
    if port.mode == "dynamic":
        wrong.append("becomes a trunk when the other side asks")
    elif port.negotiates:
        wrong.append("negotiates whether it is a trunk")
    if port.mode == "trunk" and port.trunk_vlans is None:
        wrong.append("carries all VLANs")
    elif port.mode == "trunk" and carries(port.trunk_vlans, DEFAULT_VLAN):
        wrong.append(f"carries VLAN {DEFAULT_VLAN}")
    said = " and ".join(wrong) or "carries the VLANs that are listed"
    kind = "trunk" if port.mode == "trunk" else "port"
    return Observed(good=not wrong, message=f"{kind} {port.name} {said}", lines=port.lines)


CONTROLS: Final[Mapping[str, Judged]] = {
    "L2-02": Judged(judge_default_vlan, SWITCHES),
    "L2-04": Judged(judge_trunks, SWITCHES),
}
