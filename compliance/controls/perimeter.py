"""Controls of the side of a firewall that faces the internet."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.firewall import FIREWALLS
from compliance.controls.judged import Judged
from compliance.controls.management_access import judged_gates
from compliance.errors import MissingContext
from devices.facts import ConfigLine, DeviceFacts, Door, Firewall, FirewallInterface, interface_key

# Words of a name that say by themselves where it leads.
_SAYS_WAN: Final = frozenset({"wan", "untrust", "untrusted", "internet", "outside"})
_MANAGEMENT: Final = frozenset(
    """
    ssh https http snmp telnet all any-service netconf xnm-clear-text xnm-ssl rlogin rsh webapi-clear-text
    webapi-ssl
    """.split()  # noqa: SIM905 - a list of quoted words would be three times as long
)
_NOTHING: Final = "no interface in use faces a wide-area network"


class WideArea(NamedTuple):
    """The zones and the interfaces in use that face a wide-area network."""

    zones: tuple[str, ...]
    interfaces: tuple[FirewallInterface, ...]


def says_wide_area(name: str) -> bool:
    """Return whether a name says that it leads outside: ``wan1``, ``WAN-fiber``, ``untrust``."""
    return bool(_SAYS_WAN.intersection(re.split(r"[^a-z]+", name.lower())))


def wide_area(firewall: Firewall, context: DeviceContext) -> WideArea:
    """Return what faces a wide-area network.

    That is what has the role or a name of one, what the context calls an uplink or outside link and no inside
    link, the interfaces that stand on such, and every zone with one of them, with all it holds.

    Raises:
        MissingContext: nothing tells it, and the context has no uplinks that are interfaces here.
    """
    inside = {interface_key(name) for name in context.inside_links or ()}
    told = {
        interface_key(name) for name in (*(context.uplinks or ()), *(context.outside_links or ()))
    } - inside
    chosen = {
        one.name
        for one in firewall.interfaces
        if one.role == "wan"
        or says_wide_area(one.name)
        or says_wide_area(one.alias or "")
        or interface_key(one.name) in told
    }
    chosen |= {
        one.name
        for one in firewall.interfaces
        if one.parent is not None
        and (one.parent in chosen or interface_key(one.parent) in told)
        and one.role in {None, "undefined", "wan"}
    }
    zones = tuple(
        zone.name
        for zone in firewall.zones
        if says_wide_area(zone.name) or chosen.intersection(zone.interfaces)
    )
    found = tuple(
        one for one in firewall.interfaces if not one.shut and (one.name in chosen or one.zone in zones)
    )
    if not chosen and not zones:
        raise MissingContext("uplinks that are interfaces of this firewall")
    return WideArea(zones, found)


def management_services(door: Door) -> tuple[str, ...]:
    """Return the services of a door by which the device can be managed."""
    return tuple(one for one in door.services if one in _MANAGEMENT)


def outside_doors(firewall: Firewall, area: WideArea) -> tuple[Door, ...]:
    """Return the doors of the zones and interfaces that face a wide-area network."""
    names = {one.name for one in area.interfaces}
    shut = {one.name for one in firewall.interfaces if one.shut}
    return tuple(
        door
        for door in firewall.doors
        if (door.interface in names if door.zone not in area.zones else door.interface not in shut)
    )


def judge_outside_management(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """FW-03: nobody manages the firewall from the internet.

    Passes when no interface that faces a wide-area network lets SSH, HTTPS, HTTP, SNMP, Telnet or another
    management service in, at none of its addresses; on an SRX neither for its zone nor for itself. IOS passes
    when its terminals are open to the management prefixes only, as MGT-03 asks. Fails when one does. Shut
    interfaces do not count.

    Example:
        >>> fortios("config system interface", "edit wan1", "set allowaccess ping https", "next", "end",
        ...         role="firewall")
        'FAIL'
        >>> junos("set security zones security-zone untrust host-inbound-traffic system-services ping",
        ...       role="firewall")
        'PASS'
    """
    if facts.platform == "ios":
        # Its terminals answer on every interface, so what keeps the outside away is who may reach them.
        gates = judged_gates(facts, context.needed_management_prefixes())
        return conclude((seen for _, seen in gates), nothing="nobody can log in over the network")
    firewall = facts.firewall
    if firewall is None:
        return Finding(outcome="NOT_APPLICABLE", message=_NOTHING)
    area = wide_area(firewall, context)
    return conclude((_door(door) for door in outside_doors(firewall, area)), nothing=_NOTHING)


def _door(door: Door) -> Observed:
    services = ", ".join(management_services(door))
    does = f"lets {services} in" if services else "lets no management service in"
    return Observed(good=not services, message=f"{door.name} {does} from outside", lines=door.lines)


def judge_flood_protection(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """FW-04: floods and scans from the internet are stopped.

    Passes when every zone or interface that faces a wide-area network has a screen, a DoS policy or a zone
    protection profile that exists, is enabled and drops something. Fails when one has none, or one
    that is empty or only tells.

    Example:
        >>> junos("set security zones security-zone untrust screen outside",
        ...       "set security screen ids-option outside ip spoofing", role="firewall")
        'PASS'
        >>> junos("set security zones security-zone untrust screen outside", role="firewall")
        'FAIL'
    """
    firewall = facts.firewall
    if firewall is None:
        return Finding(outcome="NOT_APPLICABLE", message=_NOTHING)
    return conclude(_protected(facts, firewall, wide_area(firewall, context)), nothing=_NOTHING)


def _protected(facts: DeviceFacts, firewall: Firewall, area: WideArea) -> Iterator[Observed]:
    # FortiOS protects interfaces, and takes a zone's name for all that it holds; the others protect zones.
    if facts.platform == "fortios":
        for one in area.interfaces:
            yield _protection(firewall, f"interface {one.name}", (one.name, one.zone or one.name), one.lines)
        return
    for zone in firewall.zones:
        if zone.name in area.zones:
            yield _protection(firewall, f"zone {zone.name}", (zone.name,), zone.lines)
    for one in area.interfaces:
        if one.zone is None:
            yield Observed(
                good=False,
                message=f"interface {one.name} is in no zone, so nothing protects it",
                lines=one.lines,
            )


def _protection(
    firewall: Firewall, place: str, names: tuple[str, ...], lines: tuple[ConfigLine, ...]
) -> Observed:
    found = [one for one in firewall.protections if set(names) & set(one.places)]
    good = next((one for one in found if one.fault is None), None)
    if good is not None:
        return Observed(good=True, message=f"{good.name} protects {place}", lines=good.lines)
    if found:
        faults = ", ".join(one.fault or "" for one in found)
        shown = tuple(line for one in found for line in one.lines)
        return Observed(good=False, message=f"nothing protects {place}: {faults}", lines=shown)
    return Observed(good=False, message=f"nothing protects {place} from floods and scans", lines=lines)


CONTROLS: Final[Mapping[str, Judged]] = {
    "FW-03": Judged(judge_outside_management, FIREWALLS | {"ios"}),
    "FW-04": Judged(judge_flood_protection, FIREWALLS),
}
