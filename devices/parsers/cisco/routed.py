"""Read where IOS routes: interfaces with an address, their VLANs and VRFs."""

from collections.abc import Iterator
from typing import Final

from devices.facts import RoutedInterface, interface_key
from devices.parsers.statements import Statement

_ADDRESSES: Final = frozenset({("ip", "address"), ("ipv6", "address")})

_IN_VRF: Final = frozenset({("vrf", "forwarding"), ("ip", "vrf", "forwarding")})


def read_routed_interfaces(root: Statement) -> tuple[RoutedInterface, ...]:
    """Return the interfaces that have an address; a VLAN is that of an SVI or of a dot1Q subinterface."""
    return tuple(one for section in root.under("interface") for one in _routed(section))


def _routed(section: Statement) -> Iterator[RoutedInterface]:
    said = [one for one in section.children if not one.negated and not one.defaulted]
    addresses = [one for one in said if one.words[:2] in _ADDRESSES]
    if not addresses:
        return
    name = "".join(section.raw[1:])
    key = interface_key(name)
    number = key.removeprefix("vlan")
    tag = next((one.words[2] for one in said if one.words[:2] == ("encapsulation", "dot1q")), "")
    vlan = number if key.startswith("vlan") else tag
    vrf = next((one for one in said if one.words[:-1] in _IN_VRF), None)
    shown = [*addresses, *([] if vrf is None else [vrf])]
    yield RoutedInterface(
        name=name,
        vlan=int(vlan) if vlan.isdigit() else None,
        vrf=None if vrf is None else vrf.raw[-1],
        shut=any(one.words == ("shutdown",) for one in said),
        lines=(section.line, *(one.line for one in sorted(shown, key=lambda one: one.number))),
    )
