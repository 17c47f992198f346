"""The control of the network of guests."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.firewall import FIREWALLS, GLOBAL
from compliance.controls.judged import Judged
from compliance.controls.perimeter import WideArea, wide_area
from devices.facts import (
    DeviceFacts,
    Firewall,
    FirewallPolicy,
    FirewallZone,
    RoutedInterface,
    SourceTranslation,
    interface_key,
)

_NO_GUESTS: Final = "the site has no network of guests"


def judge_guests(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """FW-05: guests reach the internet only, from a public address of their own.

    Passes when no policy lets guests into another zone than those outside, when what they send gets
    addresses from a pool that nobody else uses, and, on FortiOS, when their zone states that it keeps its
    members apart. Fails when a policy lets them inside, also one from any or to any zone with no denial
    before it, and when they share an address or have none. IOS passes when the guests' VLAN has no address
    here, or routes in a VRF that holds no other VLAN; the public address is then given by the firewall. Not
    applicable where the site has no guests, or none here.

    Example:
        >>> junos("set security zones security-zone untrust", "set security zones security-zone office",
        ...       "set security zones security-zone guest",
        ...       "set security policies from-zone guest to-zone office policy in then permit",
        ...       role="firewall", guest_zones=("guest",))
        'FAIL'
        >>> junos("set security zones security-zone untrust", "set security zones security-zone guest",
        ...       role="firewall", guest_zones=("guest",))
        'PASS'
    """
    if facts.platform == "ios":
        return _judge_routed_guests(facts, context)
    names = context.needed_guest_zones()
    firewall = facts.firewall
    if not names or firewall is None:
        return Finding(outcome="NOT_APPLICABLE", message=_NO_GUESTS)
    guests = _guests(firewall, {name.lower() for name in names})
    if not guests:
        return Finding(outcome="NOT_APPLICABLE", message=f"no zone here is one of guests: {', '.join(names)}")
    area = wide_area(firewall, context)
    return conclude(_isolation(facts, firewall, guests, area), nothing=_NO_GUESTS)


def _judge_routed_guests(facts: DeviceFacts, context: DeviceContext) -> Finding:
    vlans = context.needed_guest_vlans()
    if not vlans:
        return Finding(outcome="NOT_APPLICABLE", message=_NO_GUESTS)
    return conclude(
        _routed(facts, context, frozenset(vlans)), nothing="no port and no interface here carries guests"
    )


def _routed(facts: DeviceFacts, context: DeviceContext, vlans: frozenset[int]) -> Iterator[Observed]:
    """Yield what routes guests, and what carries them; the latter alone cannot lead them inside."""
    links = {interface_key(name) for name in (*(context.uplinks or ()), *(context.outside_links or ()))}
    links -= {interface_key(name) for name in context.inside_links or ()}
    used = [one for one in facts.routed_interfaces if not one.shut]
    for one in used:
        if one.vlan in vlans:
            others = tuple(
                other
                for other in used
                if other.vrf == one.vrf and other.vlan not in vlans and interface_key(other.name) not in links
            )
            yield _routed_apart(one, others)
    for port in facts.ports:
        carried = port.access_vlan in vlans or any(
            low <= vlan <= high for vlan in vlans for low, high in port.trunk_vlans or ()
        )
        if carried and port.switched and not port.shut:
            lines = (*port.lines[:1], *port.carrying)
            yield Observed(good=True, message=f"{port.name} carries guests", lines=lines)


def _routed_apart(one: RoutedInterface, others: tuple[RoutedInterface, ...]) -> Observed:
    if one.vrf is None:
        message = f"{one.name} routes guests in the table of everybody"
        return Observed(good=False, message=message, lines=one.lines)
    if others:
        names = ", ".join(other.name for other in others)
        lines = (*one.lines, *(line for other in others for line in other.lines))
        return Observed(good=False, message=f"{one.name} routes guests in one VRF with {names}", lines=lines)
    return Observed(good=True, message=f"{one.name} routes guests in a VRF of their own", lines=one.lines)


def _guests(firewall: Firewall, names: set[str]) -> frozenset[str]:
    """Return the zones and interfaces of guests, whichever of the two is named."""
    zones = [zone for zone in firewall.zones if zone.name.lower() in names]
    found = {zone.name for zone in zones} | {member for zone in zones for member in zone.interfaces}
    for one in firewall.interfaces:
        if one.name.lower() in names:
            found |= {one.name} if one.zone is None else {one.name, one.zone}
    return frozenset(found)


def _isolation(
    facts: DeviceFacts, firewall: Firewall, guests: frozenset[str], area: WideArea
) -> Iterator[Observed]:
    outside = frozenset({*area.zones, *(one.name for one in area.interfaces)}) - guests
    for zone in firewall.zones:
        if zone.name in guests:
            yield _members(zone, facts.platform)
    for one in firewall.interfaces:
        if one.name in guests and one.zone is None:
            yield Observed(good=True, message=f"{one.name} is of guests", lines=one.lines)
    leaving: list[FirewallPolicy] = []
    for policy, inside in _into(firewall, facts.platform, guests, outside):
        if inside:
            message = f"policy {policy.name} lets guests into {', '.join(inside)}"
            yield Observed(good=False, message=message, lines=policy.lines)
        else:
            leaving.append(policy)
            message = f"policy {policy.name} lets guests out only"
            yield Observed(good=True, message=message, lines=policy.lines)
    if leaving:
        yield from _addresses(facts, firewall, guests, outside, leaving)


def _members(zone: FirewallZone, platform: str) -> Observed:
    if platform != "fortios" or zone.parts_members:
        return Observed(good=True, message=f"zone {zone.name} is of guests", lines=zone.lines)
    said = "lets its members reach each other"
    if zone.parts_members is None:
        said = "does not state that it keeps its members apart"
    return Observed(good=False, message=f"zone {zone.name} {said}", lines=zone.lines)


def _into(
    firewall: Firewall, platform: str, guests: frozenset[str], outside: frozenset[str]
) -> Iterator[tuple[FirewallPolicy, tuple[str, ...]]]:
    """Yield the policies that let guests pass, and into which zones inside, less those denied before."""
    known = {zone.name for zone in firewall.zones}
    known |= {one.name for one in firewall.interfaces if one.zone is None}
    inside = known - outside - guests
    denied: dict[str, set[str]] = {}
    # On an SRX the global policies are asked after those of a pair of zones.
    asked = sorted(firewall.policies, key=lambda policy: policy.scope == GLOBAL)
    for policy in asked:
        if not policy.enabled or policy.same_zone_only:
            continue
        if policy.from_zones and not guests.intersection(policy.from_zones):
            continue
        before = denied.setdefault("" if platform == "junos" else policy.scope, set())
        targets = set(policy.to_zones) - outside - guests if policy.to_zones else set(inside)
        if policy.allows:
            to_nobody = not policy.to_zones and not inside
            if targets - before or policy.to_zones or to_nobody or before:
                yield policy, tuple(sorted(targets - before))
        elif policy.matches_everything and (not policy.from_zones or guests.issuperset(policy.from_zones)):
            before |= targets


def _addresses(
    facts: DeviceFacts,
    firewall: Firewall,
    guests: frozenset[str],
    outside: frozenset[str],
    leaving: list[FirewallPolicy],
) -> Iterator[Observed]:
    """Yield which addresses guests leave with, and who else has them."""
    leads_out = [
        one for one in firewall.translations if not one.to_zones or outside.intersection(one.to_zones)
    ]
    theirs = [one for one in leads_out if not one.from_zones or guests.intersection(one.from_zones)]
    others = [one for one in leads_out if not one.from_zones or not guests.issuperset(one.from_zones)]
    taken = [ends for one in others for ends in _ends(one, facts, outside)]
    named = {one.name for one in theirs}
    for policy in leaving if facts.platform == "fortios" else leaving[:1]:
        own_name = f"{policy.scope} {policy.name.partition(' ')[0]}"
        central = any("central-snat-map" in name for name in named)
        if not named or (facts.platform == "fortios" and not central and own_name not in named):
            message = f"guests leave by policy {policy.name} without a source address of their own"
            yield Observed(good=False, message=message, lines=policy.lines)
    for one in theirs:
        if one in others or not one.addresses:
            why = "that is not theirs alone"
        elif any(
            low <= last and first <= high for first, last in _ends(one, facts, outside) for low, high in taken
        ):
            why = "that others have too"
        else:
            yield Observed(
                good=True, message=f"{one.name} gives guests an address of their own", lines=one.lines
            )
            continue
        yield Observed(good=False, message=f"{one.name} gives guests an address {why}", lines=one.lines)


def _ends(one: SourceTranslation, facts: DeviceFacts, outside: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the addresses of a translation as numbers; without a pool those of what leads outside."""
    written = list(one.addresses)
    if not written:
        ports = (facts.port(name) or facts.port(name.partition(".")[0]) for name in sorted(outside))
        held = [address.partition("/")[0] for port in ports if port is not None for address in port.addresses]
        written = [f"{address}-{address}" for address in held]
    for text in written:
        first, _, last = text.partition("-")
        try:
            yield int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))
        except ValueError:
            # A name that nothing resolves may be any address, also one of somebody else.
            yield 0, int(ipaddress.ip_address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))


CONTROLS: Final[Mapping[str, Judged]] = {"FW-05": Judged(judge_guests, FIREWALLS | {"ios"})}
