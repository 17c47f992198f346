"""Read what guards the ports and VLANs of IOS, EOS and NX-OS switches."""

from collections.abc import Iterable
from typing import Final

from devices.facts import ConfigLine, VLANNumbers, interface_key
from devices.facts.switching import PortAuthentication, Switching, VLANGuard, VLANInterface
from devices.models import Platform
from devices.parsers.cisco.switch_ports import Section
from devices.parsers.statements import Statement
from devices.vlans import join_vlans, read_vlans, subtract_vlans

_PROVEN_BY: Final[dict[Platform, str]] = {"eos": "show ip dhcp snooping"}
_NEEDS_TRUST: Final = frozenset({"ios"})
_DEFAULT_VLAN: Final = 1
_SHUT_BY_DEFAULT: Final = frozenset({"nxos"})


def read_switching(
    root: Statement, sections: tuple[Section, ...], extent: tuple[ConfigLine, ...], platform: Platform
) -> Switching:
    """Return what applies to all ports and VLANs."""
    lines = [one for one in root.children if one.words[:1] == ("ip",)]
    snooping = [one for one in lines if one.words[1:3] == ("dhcp", "snooping")]
    inspection = [one for one in lines if one.words[1:4] == ("arp", "inspection", "vlan")]
    stated = tuple(one.line for one in snooping)
    return Switching(
        snooping=VLANGuard(
            switched_on=any(one.starts("ip", "dhcp", "snooping") and len(one.words) == 3 for one in snooping),  # noqa: PLR2004
            vlans=_vlans(one for one in snooping if one.words[3:4] == ("vlan",)),
            needs_trust=platform in _NEEDS_TRUST,
            proven_by=_PROVEN_BY.get(platform),
            by_default=not stated,
            lines=stated or extent,
        ),
        arp_inspection=VLANGuard(
            switched_on=True,
            vlans=_vlans(inspection),
            by_default=not inspection,
            lines=tuple(one.line for one in inspection) or extent,
        ),
        authentication=_authentication(root, extent, platform),
        vlans=_defined(root) if platform == "eos" else None,
        vlan_interfaces=tuple(_vlan_interface(one, platform) for one in sections if _is_vlan(one)),
        lines=extent,
    )


def _defined(root: Statement) -> VLANNumbers:
    """Return the VLANs that have a section; an EOS switch lists all that are there."""
    listed = (one for section in root.under("vlan") for one in read_vlans("".join(section.words[1:])) or ())
    return join_vlans(((_DEFAULT_VLAN, _DEFAULT_VLAN), *listed))


def _vlans(statements: Iterable[Statement]) -> VLANNumbers:
    """Return the VLANs that lines add, without those that later ones take away."""
    vlans: VLANNumbers = ()
    for one in statements:
        listed = read_vlans("".join(one.words[4:5])) or ()
        vlans = subtract_vlans(vlans, listed) if one.negated else join_vlans((*vlans, *listed))
    return vlans


def _authentication(
    root: Statement, extent: tuple[ConfigLine, ...], platform: Platform
) -> PortAuthentication | None:
    if platform == "nxos":
        return None
    words = ("aaa", "new-model") if platform == "ios" else ("dot1x", "system-auth-control")
    found = root.last(*words)
    lines = extent if found is None else (found.line,)
    return PortAuthentication(switched_on=found is not None, by_default=found is None, lines=lines)


def _is_vlan(section: Section) -> bool:
    key = interface_key(section.name)
    return key.startswith("vlan") and key[4:].isdigit()


def _vlan_interface(section: Section, platform: Platform) -> VLANInterface:
    body = section.body
    opened = platform not in _SHUT_BY_DEFAULT or body.denied("shutdown") is not None
    addresses = (*body.under("ip", "address"), *body.under("ipv6", "address"))
    return VLANInterface(
        name=section.name,
        vlan=int(interface_key(section.name)[4:]),
        shut=body.last("shutdown") is not None or not opened,
        addresses=tuple(" ".join(one.words[2:]) for one in addresses),
        lines=body.section,
    )
