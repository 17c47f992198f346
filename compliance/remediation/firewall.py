"""Mend what a firewall logs and what it lets in to itself; what it lets through is for a person to decide."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.firewall import is_unlogged, opens_everything, unclosed_scopes
from compliance.controls.perimeter import management_services, outside_doors, wide_area
from compliance.remediation.steps import Mender, NotMendable, Step
from devices.facts import DeviceFacts, Door, Firewall, FirewallPolicy, interface_key

_EVERYTHING: Final = frozenset({"all", "any-service"})


def _firewall(facts: DeviceFacts) -> Firewall:
    if facts.firewall is None:
        raise NotMendable("the device has no policies of a firewall; check the role that it has")
    return facts.firewall


def mend_default_deny(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """FW-01: log what is denied; on an SRX deny the rest by a policy, since the default logs nothing.

    A default that permits is left to a person: what passes by it today would stop.
    """
    firewall = _firewall(facts)
    if any(not one.denies for one in firewall.defaults):
        raise NotMendable("the default lets pass what no policy names; write policies for it, then deny")
    if any(opens_everything(policy) for policy in firewall.policies):
        raise NotMendable(
            "a policy lets everything pass; write policies for what is needed, then take it away"
        )
    for policy in firewall.policies:
        if is_unlogged(policy, facts.platform):
            yield _logged(policy, facts.platform)
    for default in firewall.defaults:
        if default.logs is None and unclosed_scopes(firewall):
            taken = {policy.name for policy in firewall.policies}
            yield Step("closing-denial", {"policy": next(one for one in _names() if one not in taken)})
        elif default.logs is False:
            _check_undivided(default.scope)
            yield Step("denial-log")


def _names() -> Iterator[str]:
    yield "deny-and-log"
    yield from (f"deny-and-log-{number}" for number in itertools.count(2))


def _logged(policy: FirewallPolicy, platform: str) -> Step:
    _check_undivided(policy.scope)
    if platform == "fortios":
        return Step("policy-log", {"table": policy.scope, "policy": policy.name.partition(" ")[0]})
    return Step("policy-log", {"scope": policy.scope, "policy": _quoted(policy.name)})


def _check_undivided(scope: str) -> None:
    if scope.startswith(("vdom ", "vsys ")):
        raise NotMendable("the firewall is divided into virtual ones; change it in the one that it concerns")


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def mend_outside_management(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """FW-03: take management services from what faces the internet, unless it is managed there."""
    if facts.platform == "ios":
        raise NotMendable("its terminals are open to others; what mends MGT-03 mends it")
    firewall = _firewall(facts)
    area = wide_area(firewall, context)
    doors = outside_doors(firewall, area)
    outside = {one.name for one in area.interfaces}
    for door in doors:
        closed = management_services(door)
        if closed:
            _check_not_the_way_in(door, firewall, context)
            yield from _closed(facts.platform, door, closed, outside)


def _check_not_the_way_in(door: Door, firewall: Firewall, context: DeviceContext) -> None:
    held = [one for one in firewall.interfaces if door.interface in {None, one.name}]
    names = {one.name for one in held if door.interface is not None or one.zone == door.zone}
    names |= {one.parent for one in held if one.name in names and one.parent is not None}
    way = context.management_interface
    if way is None:
        raise NotMendable("the site names no management_interface; closing this one might cut it off")
    if interface_key(way) in {interface_key(name) for name in names}:
        raise NotMendable(f"the firewall is managed through {way}; give it another way, then plan again")


def _closed(platform: str, door: Door, closed: tuple[str, ...], outside: set[str]) -> Iterator[Step]:
    if _EVERYTHING.intersection(closed):
        raise NotMendable(f"{door.name} lets every service in; name those that VPN and routing need by hand")
    if platform == "fortios":
        yield _fortios_access(door, closed)
        return
    if platform == "panos" and not outside.issuperset(door.shared_with):
        raise NotMendable(f"{door.name} is used inside too; give the outside a profile of its own")
    for service in closed:
        yield Step("close-door", {"holder": door.holder or "", "service": service})


def _fortios_access(door: Door, closed: tuple[str, ...]) -> Step:
    kept = " ".join(one for one in door.services if one not in closed)
    access = f"set {{word}} {kept}" if kept else "unset {word}"
    place = door.holder or ""
    values = {"interface": door.interface or "", "entry": place.removeprefix("secondaryip ")}
    if place == "ipv6":
        return Step("close-ipv6-door", {**values, "access": access.format(word="ip6-allowaccess")})
    name = "close-second-door" if place else "close-door"
    return Step(name, {**values, "access": access.format(word="allowaccess")})


def _by_hand(reason: str) -> Mender:
    """Return what mends nothing, since only a person knows what to do."""

    def mend(_facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
        raise NotMendable(reason)

    return mend


MENDERS: Final[Mapping[str, Mender]] = {
    "FW-01": mend_default_deny,
    "FW-02": _by_hand("what the policy is needed for is not known; name its addresses and services by hand"),
    "FW-03": mend_outside_management,
    "FW-04": _by_hand(
        "thresholds depend on the traffic of the site; measure it and write the profile by hand"
    ),
    "FW-05": _by_hand("who guests reach today is not known; move them and their address pool by hand"),
}
