"""How a device forwards packets between networks, and what it does for itself."""

from dataclasses import dataclass
from typing import Literal

from devices.facts.base import Fact

PathMode = Literal["strict", "loose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardingInterface(Fact):
    """An interface with an IPv4 address that is up and no loopback.

    ``redirects`` and ``proxy_arp`` are None where the platform says them of the whole device, or has none.
    """

    name: str
    redirects: bool | None = None
    proxy_arp: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardingSwitch(Fact):
    """Something that the whole device does or does not: source routing, ICMP redirects."""

    name: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCheck(Fact):
    """Whether the way back to a sender is checked where its packets come in; None is not at all.

    It holds on ``interfaces``, on the whole device where none are named. ``is_port`` tells a port that routes
    from an interface of a VLAN.
    """

    name: str
    mode: PathMode | None
    interfaces: tuple[str, ...] = ()
    is_port: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPlaneLimit(Fact):
    """Something that is to limit what reaches the device itself.

    ``ready`` is the policy that the platform brings along and that could be applied.
    """

    name: str
    limits: bool
    ready: str | None = None
    stated: bool = True
