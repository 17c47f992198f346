"""Frozen models of a discovery: what devices say of themselves and of each other, and what follows."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal

from pydantic import Field, field_validator

from devices.discovery.announced_text import one_line
from devices.models import Model, Platform

NeighbourProtocol = Literal["lldp", "cdp"]
Capability = Literal[
    "bridge", "router", "repeater", "telephone", "wlan-access-point", "docsis", "station", "other"
]
PortMode = Literal["access", "trunk", "routed", "other"]


class Announcement(Model):
    """A neighbour as a device heard it; every text is somebody else's and is kept harmless and short."""

    local_interface: str
    protocol: NeighbourProtocol
    system_name: str = ""
    remote_interface: str = ""
    remote_interface_description: str = ""
    chassis_id: str = ""
    management_addresses: tuple[IPv4Address, ...] = ()
    capabilities: frozenset[Capability] = Field(
        default=frozenset(), description="What is switched on; empty where nothing was told"
    )
    description: str = ""

    @field_validator(
        "local_interface", "system_name", "remote_interface", "remote_interface_description", "chassis_id",
        "description",
    )  # fmt: skip
    @classmethod
    def _harmless(cls, text: str) -> str:
        return one_line(text)


class OwnInterface(Model):
    """An interface of a device, with what its configuration says of it."""

    name: str
    mode: PortMode = "other"
    access_vlan: int | None = None
    trunk_vlans: str | None = Field(default=None, description="Such as 10,110-114; None where not limited")
    addresses: tuple[IPv4Interface, ...] = ()

    @field_validator("name")
    @classmethod
    def _harmless(cls, text: str) -> str:
        return one_line(text)


class IdentifiedDevice(Model):
    """What a device said of itself over a session that was logged in."""

    host_name: str = Field(min_length=1)
    platform: Platform
    model: str
    serial_number: str = ""
    software_version: str = ""
    chassis_ids: tuple[str, ...] = ()
    interfaces: tuple[OwnInterface, ...] = ()
    neighbours: tuple[Announcement, ...] = ()
    gaps: tuple[str, ...] = Field(default=(), description="What it should have told and did not")
    opened_by: str = Field(default="", description="The reference of the credential that it took")

    @field_validator("host_name", "model", "serial_number", "software_version")
    @classmethod
    def _harmless(cls, text: str) -> str:
        return one_line(text)

    def addresses(self) -> frozenset[IPv4Address]:
        """Return its own addresses."""
        return frozenset(one.ip for interface in self.interfaces for one in interface.addresses)


NotReachedKind = Literal[
    "silent",  # nothing answers on any port that a driver speaks to
    "unknown-platform",  # something answers that is no device with a driver; no password was sent
    "login-refused",  # every credential was refused, each tried once
    "login-withheld",  # a credential was refused too often elsewhere and is not tried any more
    "failed",  # it is a device, and it could not be asked
    "no-address",  # it is heard of, and nobody says where it is
    "limit",  # as many addresses as were allowed had been tried
    "interrupted",  # the run was stopped before its turn
]


class NotReached(Model):
    """Why an address gave no device."""

    kind: NotReachedKind
    reason: str = Field(min_length=1)


Answer = IdentifiedDevice | NotReached


class CrawlLimits(Model):
    """What a crawl never exceeds."""

    within: tuple[IPv4Network, ...] = Field(min_length=1, description="No address outside is ever tried")
    addresses_at_most: int = Field(default=1000, ge=1)

    def allow(self, address: IPv4Address) -> bool:
        """Return whether an address may be tried."""
        return any(address in prefix for prefix in self.within)


class Visit(Model):
    """An address whose turn it is, with what its neighbours say is there."""

    address: IPv4Address
    descriptions: tuple[str, ...] = ()


class DiscoveredDevice(Model):
    """One device, however many addresses and neighbours led to it."""

    said: IdentifiedDevice
    management_address: IPv4Address
    seen_at: tuple[IPv4Address, ...] = Field(min_length=1, description="Where it answered")

    def management_interface(self) -> str | None:
        """Return the interface that has the management address; None where it told none."""
        return next(
            (
                one.name
                for one in self.said.interfaces
                if any(address.ip == self.management_address for address in one.addresses)
            ),
            None,
        )


class Port(Model):
    """An interface of a discovered device."""

    device: str
    interface: str

    def render(self) -> str:
        """Return it as links name their ends."""
        return f"{self.device}:{self.interface}"


class DiscoveredLink(Model):
    """A cable between two discovered devices."""

    ends: tuple[Port, Port]
    told_by: tuple[str, ...] = Field(min_length=1, description="The devices that tell it: one or both")
    protocols: tuple[NeighbourProtocol, ...]

    def one_sided(self) -> bool:
        """Return whether only one of its ends tells it."""
        return len(self.told_by) == 1


class Unreached(Model):
    """Network gear that is there, or should be, and is not in the result."""

    name: str = Field(description="As it or its neighbours call it; '' where nobody does")
    addresses: tuple[IPv4Address, ...]
    heard_at: tuple[str, ...] = Field(description="Where it was heard: device:interface")
    kind: NotReachedKind
    reason: str = Field(min_length=1)


class OnlySeen(Model):
    """Something that was heard and is not inventoried: a telephone, a printer, somebody else's router."""

    name: str
    addresses: tuple[IPv4Address, ...]
    heard_at: tuple[str, ...]
    description: str
    reason: str = Field(min_length=1)


class DiscoveryConflict(Model):
    """What devices say that cannot all be true; a person has to look, and nothing of it is inventoried."""

    kind: Literal["name", "serial-number", "port"]
    subject: str
    parties: tuple[str, ...]
    message: str = Field(min_length=1)


class Discovery(Model):
    """All that a crawl found; the same whatever the order of the answers was."""

    devices: tuple[DiscoveredDevice, ...]
    links: tuple[DiscoveredLink, ...]
    not_reached: tuple[Unreached, ...]
    only_seen: tuple[OnlySeen, ...]
    conflicts: tuple[DiscoveryConflict, ...]
    gaps: tuple[str, ...] = Field(description="What devices or links lack, told one by one")
    addresses_tried: int = Field(ge=0)

    def is_complete(self) -> bool:
        """Return whether everything was reached and nothing contradicts itself."""
        return not (self.not_reached or self.conflicts or self.gaps)
