"""Whether the running configuration still lets management traffic reach the device."""

from __future__ import annotations

from typing import Final

from lab.junos.groups import inherited
from lab.junos.statements import Statement

_OUT_OF_BAND: Final = ("fxp", "em", "me", "vme")
_ADMITTING: Final = ("all", "any-service", "netconf", "ssh")


def _unit(root: Statement, interface: str) -> Statement | None:
    name, _, number = interface.partition(".")
    port = root.get("interfaces", name)
    if port is None or port.get("disable") is not None:
        return None
    unit = port.get(f"unit {number or '0'}")
    return None if unit is None or unit.get("disable") is not None else unit


def _has_address(unit: Statement) -> bool:
    for family in ("inet", "inet6"):
        node = unit.get("family", family)
        if node is None:
            continue
        if any(
            child.schema.keyword in {"address", "dhcp", "dhcp-client", "dhcpv6-client"}
            for child in node.active()
        ):
            return True
    return False


def _admits(node: Statement) -> bool | None:
    """Return whether host-inbound-traffic below a node admits management; None where it says nothing."""
    services = node.get("host-inbound-traffic", "system-services")
    if services is None:
        return None
    chosen = [services.get(name) for name in _ADMITTING]
    return any(service is not None and service.get("except") is None for service in chosen)


def _zone_admits(root: Statement, interface: str) -> bool:
    """Return whether the zone that holds the interface lets management traffic reach the device itself."""
    zones = root.get("security", "zones")
    if zones is None or interface.startswith(_OUT_OF_BAND):
        return True
    logical = interface if "." in interface else f"{interface}.0"
    functional = zones.get("functional-zone", "management")
    for zone in [*zones.active(), *([functional] if functional is not None else [])]:
        member = zone.get("interfaces", logical)
        if member is None:
            continue
        own = _admits(member)
        return bool(_admits(zone)) if own is None else own
    return False


def management_reachable(root: Statement, interface: str) -> bool:
    """Return whether NETCONF reaches the device through an interface.

    The interface and its unit must be up and have an address, NETCONF over SSH must be configured, and where
    the interface is no out-of-band port its security zone must admit the traffic.

    Args:
        root: The running configuration.
        interface: The management interface, with or without a unit.
    """
    effective = inherited(root)
    unit = _unit(effective, interface)
    if unit is None or not _has_address(unit):
        return False
    if effective.get("system", "services", "netconf", "ssh") is None:
        return False
    return _zone_admits(effective, interface)
