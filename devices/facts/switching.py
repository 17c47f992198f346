"""What guards the ports and VLANs of a switch against those who are plugged into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from devices.facts.base import ConfigLine, Fact, VLANNumbers

PortGuard = Literal[
    "bpdu-guard",
    "edge",
    "root-guard",
    "storm-control",
    "source-guard",
    "snooping-trust",
    "inspection-trust",
    "authentication",
]
"""What guards a port.

``edge`` says that no bridge is expected behind it; a trust lets in what the protection of its VLAN drops;
``authentication`` keeps out whoever has not authenticated.
"""

GuardLines = Mapping[PortGuard, tuple[ConfigLine, ...]]
"""What guards a port, each with the lines that switch it on, which may stand outside of the port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VLANGuard(Fact):
    """A protection that is switched on for some VLANs.

    ``switched_on`` is the switch for the whole device, where there is one. ``defined`` are the VLANs that the
    configuration defines, where the protection can only be stated in such a definition. ``needs_trust`` says
    that answers of servers are dropped on every port that is not trusted. ``proven_by`` is the command whose
    output decides whether it works, where the configuration alone does not.
    """

    switched_on: bool
    vlans: VLANNumbers
    defined: VLANNumbers | None = None
    needs_trust: bool = False
    proven_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VLANInterface(Fact):
    """The device's own interface in a VLAN."""

    name: str
    vlan: int
    shut: bool
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PortAuthentication(Fact):
    """Whether the device authenticates at ports at all."""

    switched_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Switching(Fact):
    """What applies to all ports and VLANs of a switch; None is what the platform does not have there.

    ``source_guard`` is None where ports state it themselves, ``vlans`` (those that are there) where the
    configuration does not tell.
    """

    snooping: VLANGuard
    arp_inspection: VLANGuard
    source_guard: VLANGuard | None = None
    authentication: PortAuthentication | None = None
    vlan_interfaces: tuple[VLANInterface, ...] = ()
    vlans: VLANNumbers | None = None
