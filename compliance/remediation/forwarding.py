"""Mend what misleads senders, and what reaches the device itself."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.forwarding import edge_checks
from compliance.remediation.steps import Mender, NotMendable, Step
from devices.facts import DeviceFacts


def mend_misleading_forwarding(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """CP-01: switch off source routing, ARP answers for others and ICMP redirects where they are on."""
    interfaces = facts.forwarding_interfaces
    if interfaces and facts.source_routing is not None and facts.source_routing.on:
        yield Step("no-source-routing")
    if facts.redirects is not None and facts.redirects.on:
        yield Step("no-redirects")
    for one in interfaces:
        if one.redirects:
            yield Step("no-redirects-on", {"interface": one.name})
        if one.proxy_arp:
            yield Step("no-proxy-arp-on", {"interface": one.name})


def mend_control_plane(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """CP-02: apply a limit that the platform brings along; which rates others need a person knows."""
    for one in facts.control_plane_limits:
        if one.limits:
            continue
        if one.name.startswith("copp profile") or one.ready is not None:
            yield Step("control-plane-limit", {"policy": one.ready or ""})
        elif one.name.endswith("icmpv4-rate-limit"):
            yield Step("icmp-limit")
        else:
            raise NotMendable(
                "which rates this device needs for routing and management is not known; write its policy "
                "by hand"
            )


def mend_forged_senders(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """CP-03: nothing; a strict check drops whatever comes back another way than it went."""
    if any(one.mode != "strict" for one in edge_checks(facts, context)):
        raise NotMendable(
            "a strict check drops what comes another way than the answer takes, management too; check the "
            "routing, then set it by hand"
        )
    yield from ()


MENDERS: Final[Mapping[str, Mender]] = {
    "CP-01": mend_misleading_forwarding,
    "CP-02": mend_control_plane,
    "CP-03": mend_forged_senders,
}
