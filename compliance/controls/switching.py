"""Controls of switch ports."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import SWITCHES, Judged
from devices.facts import ALL_VLANS, DeviceFacts, Port, VLANNumbers, interface_key

DEFAULT_VLAN: Final = 1
_UNUSED = re.compile(
    r"(?<![a-zæøå])(?:unused|not[ _-]used|not[ _-]in[ _-]use|ubrugt|ikke[ _-]i[ _-]brug|ledig)(?![a-zæøå])",
    re.IGNORECASE,
)


def unused_ports(facts: DeviceFacts, context: DeviceContext) -> tuple[Port, ...]:
    """Return the ports that L2-01 calls unused.

    A physical switch port without any line, one described as unused, or one in the parking VLAN; never an
    uplink, the sensor's port, a member of a bundle, the management interface or a port with 802.1X.
    """
    parking = context.needed_parking_vlan()
    spared = {interface_key(name) for name in (*context.needed_uplinks(), *_named(context))}
    return tuple(
        port
        for port in facts.ports
        if port.physical and port.switched and port.bundle is None and not port.dot1x
        if interface_key(port.name) not in spared
        if port.bare or is_called_unused(port) or (port.mode != "trunk" and port.access_vlan == parking)
    )


def _named(context: DeviceContext) -> tuple[str, ...]:
    named = (context.needed_sensor_port(), context.management_interface)
    return tuple(name for name in named if name is not None)


def is_called_unused(port: Port) -> bool:
    """Return whether the description says that the port is unused."""
    return port.description is not None and _UNUSED.search(port.description) is not None


def carries(ranges: VLANNumbers | None, vlan: int) -> bool:
    """Return whether a trunk carries a VLAN; without a list it carries all."""
    return any(first <= vlan <= last for first, last in (ALL_VLANS if ranges is None else ranges))


def trunks(facts: DeviceFacts) -> tuple[Port, ...]:
    """Return the trunks that are up; shut ones do not count."""
    return tuple(port for port in facts.ports if port.mode == "trunk" and not port.shut)


def judge_unused_ports(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """L2-01: unused ports are shut and in the parking VLAN, and no trunk carries that VLAN.

    Passes when every unused port is both and the parking VLAN is on no trunk. Fails with one unused port
    that is not, or one trunk that carries the parking VLAN, also inside a range or because it carries all.
    Uplinks, bundle members, the sensor's port and ports with 802.1X are no unused ports. Without an unused
    port or a trunk there is nothing to judge.

    Example:
        >>> ios("interface GigabitEthernet1/0/5", " switchport access vlan 999", " shutdown")
        'PASS'
        >>> ios("interface GigabitEthernet1/0/5")
        'FAIL'
        >>> ios("interface GigabitEthernet1/0/5", " switchport access vlan 999", " shutdown",
        ...     "interface GigabitEthernet1/0/6", " switchport mode trunk",
        ...     " switchport trunk allowed vlan 10,990-1010")
        'FAIL'
    """
    parking = context.needed_parking_vlan()
    ports = unused_ports(facts, context)
    observed = [_parked(port, parking) for port in ports]
    observed.extend(
        _keeps_out(port, parking) for port in trunks(facts) if carries(port.trunk_vlans, parking) or ports
    )
    return conclude(observed, nothing="no port is unused and no trunk carries the parking VLAN")


def _parked(port: Port, parking: int) -> Observed:
    missing = [] if port.shut else ["not shut"]
    if port.access_vlan != parking:
        missing.append(f"not in the parking VLAN {parking}")
    said = f"is {' and '.join(missing)}" if missing else "is shut and parked"
    return Observed(good=not missing, message=f"unused port {port.name} {said}", lines=port.lines)


def _keeps_out(port: Port, parking: int) -> Observed:
    carried = carries(port.trunk_vlans, parking)
    said = "carries" if carried else "keeps out"
    return Observed(
        good=not carried, message=f"trunk {port.name} {said} the parking VLAN {parking}", lines=port.lines
    )


def has_bad_native_vlan(port: Port, facts: DeviceFacts, context: DeviceContext) -> bool:
    """Return whether L2-03 refuses what the trunk does with untagged frames."""
    if facts.native_tagged or port.native_tagged or port.native_vlan is None:
        return False
    if port.native_vlan == DEFAULT_VLAN:
        return True
    return port.native_may_be_absent and port.native_vlan in _numbers(context.needed_user_vlans())


def _numbers(text: str) -> frozenset[int]:
    numbers: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return frozenset(numbers)


def judge_native_vlan(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """L2-03: untagged frames on trunks do not fall into VLAN 1.

    Passes when every trunk that is up has another native VLAN or tags it. Fails with one trunk in VLAN 1,
    which is also what an absent line means; where the platform takes in nothing untagged without a line, an
    absent one passes and a VLAN of users fails. Without a trunk there is nothing to judge.

    Example:
        >>> ios("interface GigabitEthernet1/0/1", " switchport mode trunk",
        ...     " switchport trunk native vlan 998")
        'PASS'
        >>> ios("interface GigabitEthernet1/0/1", " switchport mode trunk")
        'FAIL'
        >>> ios("interface GigabitEthernet1/0/1", " switchport mode access")
        'NOT_APPLICABLE'
    """
    if any(port.native_may_be_absent for port in trunks(facts)):
        context.needed_user_vlans()
    return conclude(_natives(facts, context), nothing="no trunk is up")


def _natives(facts: DeviceFacts, context: DeviceContext) -> Iterator[Observed]:
    for port in trunks(facts):
        bad = has_bad_native_vlan(port, facts, context)
        if facts.native_tagged or port.native_tagged:
            said = "tags its native VLAN"
        elif port.native_vlan is None:
            said = "takes in nothing untagged by default"
        else:
            said = f"has the native VLAN {port.native_vlan}"
        yield Observed(
            good=not bad, message=f"trunk {port.name} {said}", lines=(*port.lines, *facts.native_tagged)
        )


CONTROLS: Final[Mapping[str, Judged]] = {
    "L2-01": Judged(judge_unused_ports, SWITCHES),
    "L2-03": Judged(judge_native_vlan, SWITCHES),
}
