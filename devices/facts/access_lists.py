"""Access lists, and what limits from where a device is managed."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, Literal

from devices.facts.base import Fact

Network = IPv4Network | IPv6Network
Family = Literal["ipv4", "ipv6"]
ACLAction = Literal["permit", "deny"]
PortRanges = tuple[tuple[int, int], ...]
Service = tuple[str, int]

ANYWHERE: Final[dict[Family, Network]] = {"ipv4": ip_network("0.0.0.0/0"), "ipv6": ip_network("::/0")}
SSH: Final[Service] = ("tcp", 22)
SNMP: Final[Service] = ("udp", 161)


@lru_cache(maxsize=65_536)
def read_network(text: str) -> Network | None:
    """Return the network that ``10.0.0.0/8``, ``10.0.0.0/255.0.0.0`` or an address is; None for all else.

    Remembered, because the lists of a country repeat a few thousand networks.
    """
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessListEntry(Fact):
    """One entry of an access list.

    ``sources`` are where it matches from but for ``excepted``, ``unresolved`` what of that no network could
    be read from: a name that nothing defines, a wildcard with holes. ``protocol`` and ``ports`` (of the
    destination) are None where the entry matches every one. ``limited`` says that something else narrows what
    it matches: a destination, a source port, a flag; ``established`` that it matches no new connections.
    """

    action: ACLAction
    sources: tuple[Network, ...]
    excepted: tuple[Network, ...] = ()
    unresolved: tuple[str, ...] = ()
    protocol: str | None = None
    ports: PortRanges | None = None
    established: bool = False
    limited: bool = False
    logs: bool = False

    def may_match(self, service: Service) -> bool:
        """Return whether a new connection to the service can match it."""
        protocol, port = service
        if self.established or self.protocol not in {None, protocol}:
            return False
        return self.ports is None or any(first <= port <= last for first, last in self.ports)

    @property
    def from_anywhere(self) -> bool:
        """Return whether it matches every source, whatever else."""
        return not self.limited and any(one.prefixlen == 0 for one in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessList(Fact):
    """An access list, or a firewall filter; its lines are those of its head and entries."""

    name: str
    family: Family
    entries: tuple[AccessListEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementGate(Fact):
    """What decides from where one way of managing the device is reached.

    Either a list by its name (None where no line applies one) or, on platforms that have no lists for it,
    ``sources`` (empty: from everywhere) with what could not be read of them, and all as ``written``.
    ``family`` None is both. Of gates with the same ``either`` one is enough. ``closed``: the way lets nobody
    in. ``place`` is what lines call it.
    """

    name: str
    place: str
    services: tuple[Service, ...] = (SSH,)
    family: Family | None = "ipv4"
    access_list: str | None = None
    sources: tuple[Network, ...] | None = None
    unresolved: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    vrf: str | None = None
    either: str | None = None
    closed: bool = False
