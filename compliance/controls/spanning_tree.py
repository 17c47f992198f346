"""Controls of the spanning tree."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.host_ports import host_ports, uplink_keys
from compliance.controls.judged import SWITCHES, Judged
from compliance.controls.switching import trunks
from devices.facts import DeviceFacts, Port, PortGuard, interface_key

_SAID: Final[Mapping[PortGuard, str]] = {"bpdu-guard": "BPDU guard", "root-guard": "root guard"}


def guarded(port: Port, guard: PortGuard, name: str) -> Observed:
    """Return whether a port has a guard, and the lines that say so."""
    lines = port.guards.get(guard)
    said = "has" if lines is not None else "has no"
    shown = port.lines if lines is None else (port.lines[0], *lines)
    return Observed(good=lines is not None, message=f"port {port.name} {said} {name}", lines=shown)


def judge_bpdu_guard(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """L2-05: a port that hosts are plugged into is closed when somebody plugs in a bridge.

    Passes when every host port that is up has BPDU guard, by a line of its own or by the default for edge
    ports where it is an edge port. Fails with one that has none; the default does nothing for a port that is
    no edge port. Shut ports, uplinks, bundle members and the sensor's port do not count; unused ports are
    L2-01's.

    Example:
        >>> ios("interface GigabitEthernet1/0/5", " switchport mode access",
        ...     " spanning-tree bpduguard enable")
        'PASS'
        >>> ios("interface GigabitEthernet1/0/5", " switchport mode access")
        'FAIL'
        >>> ios("spanning-tree portfast bpduguard default",
        ...     "interface GigabitEthernet1/0/5", " switchport mode access", " spanning-tree portfast")
        'PASS'
    """
    observed = (guarded(port, "bpdu-guard", _SAID["bpdu-guard"]) for port in host_ports(facts, context))
    return conclude(observed, nothing="no host port is up")


def downlinks(facts: DeviceFacts, context: DeviceContext) -> tuple[Port, ...]:
    """Return the trunks of a core switch that lead to the access layer: those that are no uplinks."""
    uplinks = uplink_keys(facts, context)
    return tuple(
        port for port in trunks(facts) if port.bundle is None and interface_key(port.name) not in uplinks
    )


def judge_root_guard(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """L2-06: no switch of the access layer can become the root of the spanning tree.

    Asked of core switches only. Passes when every trunk that is up and no uplink has root guard; fails with
    one that has none. Of a bundle its own section counts, not those of its members.

    Example:
        >>> ios("interface GigabitEthernet1/0/1", " switchport mode trunk", " spanning-tree guard root")
        'PASS'
        >>> ios("interface GigabitEthernet1/0/1", " switchport mode trunk")
        'FAIL'
        >>> ios("interface GigabitEthernet1/0/1", " switchport mode trunk", role="access")
        'NOT_APPLICABLE'
    """
    role = context.needed_role()
    if role != "core":
        return conclude((), nothing=f"asked of core switches, and this device is of role {role}")
    return conclude(_root_guards(facts, context), nothing="no trunk leads to the access layer")


def _root_guards(facts: DeviceFacts, context: DeviceContext) -> Iterator[Observed]:
    for port in downlinks(facts, context):
        yield guarded(port, "root-guard", _SAID["root-guard"])


CONTROLS: Final[Mapping[str, Judged]] = {
    "L2-05": Judged(judge_bpdu_guard, SWITCHES),
    "L2-06": Judged(judge_root_guard, SWITCHES),
}
