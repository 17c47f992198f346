"""Ports of switches, and interfaces of routers and firewalls."""

from dataclasses import dataclass, field
from typing import Literal

from devices.facts.base import ConfigLine, Fact, VLANNumbers
from devices.facts.switching import GuardLines

PortMode = Literal["access", "trunk", "dynamic", "routed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Fact):
    """A physical port or bundle. Lines are those of its section, the header first."""

    name: str
    physical: bool
    mode: PortMode
    description: str | None = None
    shut: bool = False
    access_vlan: int | None = None
    access_lines: tuple[ConfigLine, ...] = ()  # lines that state the VLAN of a port that is no trunk
    native_vlan: int | None = None
    native_tagged: bool = False
    native_may_be_absent: bool = False  # without a line the trunk takes in nothing untagged
    trunk_vlans: VLANNumbers | None = None
    bundle: str | None = None
    dot1x: bool = False
    guards: GuardLines = field(default_factory=dict)
    negotiates: bool = False  # asks the other side whether it is a trunk
    addresses: tuple[str, ...] = ()
    bare: bool = False
    carrying: tuple[
        ConfigLine, ...
    ] = ()  # lines that make it carry a VLAN, trunk, address, bundle or authentication
    shutting: tuple[ConfigLine, ...] = ()
    takes_mirrors: bool = False  # a line makes it the end of a mirror, where the platform wants one

    @property
    def switched(self) -> bool:
        """Return whether it belongs to the switch and not to the router."""
        return self.mode != "routed"
