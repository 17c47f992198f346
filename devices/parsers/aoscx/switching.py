"""Read what guards the ports and VLANs of an AOS-CX switch."""

from typing import Final

from devices.facts import ConfigLine
from devices.facts.switching import PortAuthentication, PortGuard, Switching, VLANGuard, VLANInterface
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


def read_port_guards(section: Statement) -> frozenset[PortGuard]:
    """Return what the lines of one port switch on."""
    found: set[PortGuard] = {
        _GUARDS[child.words] for child in section.children if not child.negated and child.words in _GUARDS
    }
    if any(section.under("rate-limit", "broadcast")):
        found.add("storm-control")
    if _asks(section):
        found.add("authentication")
    return frozenset(found)


def _asks(section: Statement) -> bool:
    return any(
        one.last("enable") is not None for method in _METHODS for one in section.under(*_PORT_ACCESS, *method)
    )


def read_switching(root: Statement, extent: tuple[ConfigLine, ...]) -> Switching:
    """Return what applies to all ports and VLANs; protections are stated in the sections of VLANs."""
    on = root.last("dhcpv4-snooping")
    methods = tuple(line for one in root.under(*_PORT_ACCESS) for line in one.section)
    return Switching(
        snooping=_guard(root, ("dhcpv4-snooping",), extent, switch=on),
        arp_inspection=_guard(root, ("arp", "inspection"), extent),
        authentication=PortAuthentication(
            switched_on=_asks(root), by_default=not methods, lines=methods or extent
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
