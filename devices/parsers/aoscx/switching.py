"""Read what guards the ports and VLANs of an AOS-CX switch."""

from typing import Final

from devices.facts import (
    ConfigLine,
    GuardLines,
    PortAuthentication,
    PortGuard,
    Switching,
    VLANGuard,
    VLANInterface,
)
from devices.parsers.statements import Statement
from devices.vlans import join_vlans, read_vlans

_GUARDS: Final[dict[tuple[str, ...], PortGuard]] = {
    ("spanning-tree", "bpdu-guard"): "bpdu-guard",
    ("spanning-tree", "root-guard"): "root-guard",
    ("spanning-tree", "port-type", "admin-edge"): "edge",
    ("dhcpv4-snooping", "trust"): "snooping-trust",
    ("arp", "inspection", "trust"): "inspection-trust",
    ("ipv4", "source-lockdown"): "source-guard",
}
_METHODS: Final = (("dot1x", "authenticator"), ("mac-auth",))
_PORT_ACCESS: Final = ("aaa", "authentication", "port-access")


def read_port_guards(section: Statement) -> GuardLines:
    """Return what the lines of one port switch on."""
    found: dict[PortGuard, tuple[ConfigLine, ...]] = {
        _GUARDS[child.words]: (child.line,)
        for child in section.children
        if not child.negated and child.words in _GUARDS
    }
    limit = section.last("rate-limit", "broadcast")
    if limit is not None:
        found["storm-control"] = (limit.line,)
    if asking := _asking(section):
        found["authentication"] = asking
    return found


def _asking(section: Statement) -> tuple[ConfigLine, ...]:
    """Return the lines that ask whoever comes, by 802.1X or by hardware address."""
    return tuple(
        line
        for method in _METHODS
        for one in section.under(*_PORT_ACCESS, *method)
        if one.last("enable") is not None
        for line in one.section
    )


def read_switching(root: Statement, extent: tuple[ConfigLine, ...]) -> Switching:
    """Return what applies to all ports and VLANs; protections are stated in the sections of VLANs."""
    on = root.last("dhcpv4-snooping")
    methods = tuple(line for one in root.under(*_PORT_ACCESS) for line in one.section)
    return Switching(
        snooping=_guard(root, ("dhcpv4-snooping",), extent, switch=on),
        arp_inspection=_guard(root, ("arp", "inspection"), extent),
        authentication=PortAuthentication(
            switched_on=bool(_asking(root)), by_default=not methods, lines=methods or extent
        ),
        vlan_interfaces=tuple(
            _vlan_interface(one)
            for one in root.under("interface", "vlan")
            if len(one.words) > 2 and one.words[2].isdigit()  # noqa: PLR2004 - interface vlan N
        ),
        lines=extent,
    )


def _guard(
    root: Statement,
    words: tuple[str, ...],
    extent: tuple[ConfigLine, ...],
    *,
    switch: Statement | None = None,
) -> VLANGuard:
    needs_switch = words == ("dhcpv4-snooping",)
    defined: list[tuple[int, int]] = []
    vlans: list[tuple[int, int]] = []
    lines = [switch.line] if switch is not None else []
    searched: list[ConfigLine] = []
    for section in root.under("vlan"):
        ranges = read_vlans("".join(section.words[1:])) or ()
        defined.extend(ranges)
        searched.append(section.line)
        stated = section.last(*words)
        if stated is not None:
            vlans.extend(ranges)
            lines.extend((section.line, stated.line))
    return VLANGuard(
        switched_on=switch is not None or not needs_switch,
        vlans=join_vlans(tuple(vlans)),
        defined=join_vlans(tuple(defined)),
        needs_trust=True,
        by_default=not lines,
        lines=tuple(lines or searched) or extent,
    )


def _vlan_interface(section: Statement) -> VLANInterface:
    addresses = (
        *section.under("ip", "address"),
        *section.under("ip", "dhcp"),
        *section.under("ipv6", "address"),
    )
    return VLANInterface(
        name=" ".join(section.words[1:3]),
        vlan=int(section.words[2]),
        shut=section.last("shutdown") is not None,
        addresses=tuple(" ".join(one.words[1:]) for one in addresses),
        lines=section.section,
    )
