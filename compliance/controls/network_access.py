"""Controls of what a host port lets in: storms of broadcasts, and hosts that nobody knows."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.host_ports import host_ports
from compliance.controls.judged import SWITCHES, Judged
from compliance.controls.spanning_tree import guarded
from devices.facts import DeviceFacts


def judge_storm_control(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """L2-09: a host port stops a storm of broadcasts.

    Passes when every host port that is up has a limit for broadcasts. Fails with one that has none, or one of
    all the bandwidth. Shut ports, uplinks, bundle members and the sensor's port do not count; unused ports
    are L2-01's.

    Example:
        >>> ios("interface GigabitEthernet1/0/5", " switchport mode access",
        ...     " storm-control broadcast level 5.00")
        'PASS'
        >>> ios("interface GigabitEthernet1/0/5", " switchport mode access",
        ...     " storm-control broadcast level 100.00")
        'FAIL'
    """
    observed = (guarded(port, "storm-control", "limit for broadcasts") for port in host_ports(facts, context))
    return conclude(observed, nothing="no host port is up")


def judge_port_authentication(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """L2-10: a host port lets nobody in who has not authenticated.

    Passes when the device authenticates at ports and every host port that is up asks for it, by 802.1X or by
    the hardware address. Fails with one that lets everybody in, or when the device's switch for it is off.
    Shut ports, uplinks, bundle members and the sensor's port do not count; unused ports are L2-01's.

    Example:
        >>> ios("aaa new-model", "interface GigabitEthernet1/0/5", " switchport mode access",
        ...     " authentication port-control auto", " dot1x pae authenticator")
        'PASS'
        >>> ios("aaa new-model", "interface GigabitEthernet1/0/5", " switchport mode access")
        'FAIL'
    """
    return conclude(_authenticated(facts, context), nothing="no host port is up")


def _authenticated(facts: DeviceFacts, context: DeviceContext) -> Iterator[Observed]:
    ports = host_ports(facts, context)
    switch = None if facts.switching is None else facts.switching.authentication
    if ports and switch is not None:
        said = "authenticates at ports" if switch.switched_on else "authenticates at no port"
        yield Observed(good=switch.switched_on, message=f"the device {said}", lines=switch.lines)
    for port in ports:
        yield guarded(port, "authentication", "authentication of hosts")


CONTROLS: Final[Mapping[str, Judged]] = {
    "L2-09": Judged(judge_storm_control, SWITCHES),
    "L2-10": Judged(judge_port_authentication, SWITCHES - {"nxos"}),
}
