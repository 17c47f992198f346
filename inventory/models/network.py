"""Network gear: sites, devices with their ports, links, VLANs, zones and routing domains."""

from collections.abc import Iterator
from datetime import date
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal, Self

from pydantic import Field, model_validator

from inventory.interface_ranges import check_range, interface_names, is_range
from inventory.models.base import (
    CredentialReference,
    Hostname,
    InterfaceName,
    LinkEnd,
    Model,
    Phase,
    Slug,
    VLANId,
    VLANRange,
)

Platform = Literal["ios", "nxos", "eos", "junos", "fortios", "aoscx", "panos", "fortiswitch", "other"]
"""The operating system of a device; which of them can be collected and changed is told by ``devices``."""

DeviceRole = Literal["edge", "firewall", "core", "access"]
InterfaceRole = Literal["access", "trunk", "uplink", "routed", "management", "sensor", "unused"]
RANGE_ROLES: tuple[InterfaceRole, ...] = ("access", "unused")
Sensitivity = Literal["open", "internal", "confidential", "health"]
Weakness = Literal["shared-local-account", "snmp-v2c", "telnet"]


class RoutingDomain(Model):
    """A space in which an address is unique; municipalities overlap in RFC 1918."""

    name: Slug = Field(description="How VLANs, devices and centres refer to it")
    prefixes: tuple[IPv4Network, ...] = Field(
        min_length=1,
        description="The addresses inside it; they are unique here, whatever others use",
    )


class PublicRange(Model):
    """Public addresses that a municipality answers for, as the NIS2 register asks for them."""

    prefix: IPv4Network = Field(description="The public addresses, such as 203.0.113.0/26")
    purpose: str = Field(min_length=1, description="What is reached there, such as citizens' self-service")
    provider: str | None = Field(default=None, description="Who routes it; left out for own address space")


class Site(Model):
    """A place with network gear: town hall, school, nursing home."""

    name: Slug = Field(description="How devices refer to it")
    title: str = Field(min_length=1, description="What people call it")
    kind: Literal["administration", "school", "day-care", "nursing-home", "data-centre", "other"] = Field(
        description="What happens there"
    )
    devices_at_once: int | None = Field(
        default=None,
        ge=1,
        description="How many of its devices are changed at once, for a site behind a slow line; "
        "left out, as many as a batch holds",
    )
    pause_between_batches_seconds: int = Field(
        default=0,
        ge=0,
        le=3600,
        description="How long a roll-out waits before it comes back to this site",
    )


class Zone(Model):
    """A security zone; its sensitivity decides which sensor feeds may carry it."""

    name: Slug = Field(description="How VLANs refer to it")
    sensitivity: Sensitivity = Field(
        description="How sensitive its traffic is; health alone may reach a feed with the legal scope health"
    )


class VLAN(Model):
    """A VLAN with its zone, and its prefix where it is routed."""

    vlan_id: VLANId = Field(description="Its number; unique in the municipality")
    name: Slug = Field(description="Its name, as switches are to show it")
    zone: Slug = Field(description="The zone that it belongs to")
    routing_domain: Slug = Field(description="Where its addresses are unique")
    prefix: IPv4Network | None = Field(
        default=None, description="Its addresses; left out where nobody routes it"
    )


class Interface(Model):
    """A port of a device as intended, or a range of access or unused ports that are all alike."""

    name: InterfaceName = Field(
        description="Interface name in full, or a range of like access ports such as GigabitEthernet1/0/1-24"
    )
    role: InterfaceRole = Field(
        description="What it is for; access names its vlan, trunk its vlans, and controls follow it"
    )
    description: str | None = Field(default=None, description="What is at the other end")
    vlan: VLANId | None = Field(default=None, description="The VLAN of an access port")
    vlans: VLANRange | None = Field(default=None, description="The VLANs that a trunk carries")
    address: IPv4Interface | None = Field(
        default=None, description="Its own address with the prefix length, such as 10.70.10.5/24"
    )
    routing_domain: Slug | None = Field(
        default=None, description="Where the address is unique, if that is not the device's routing domain"
    )

    @model_validator(mode="after")
    def _role_and_vlans_fit(self) -> Self:
        if self.role == "access" and self.vlan is None:
            msg = "an access port names its vlan"
            raise ValueError(msg)
        if self.role == "trunk" and self.vlans is None:
            msg = "a trunk names its vlans"
            raise ValueError(msg)
        if self.role == "unused" and (self.vlan or self.vlans or self.address):
            msg = "an unused port has no vlan, vlans or address; give it the role it is used in"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _range_is_of_like_ports(self) -> Self:
        if is_range(self.name):
            if self.role not in RANGE_ROLES:
                msg = f"a range is for access and unused ports; write {self.role} ports one by one"
                raise ValueError(msg)
            if self.address is not None:
                msg = "an address belongs to one port; write this port alone"
                raise ValueError(msg)
            check_range(self.name)
        return self

    def names(self) -> tuple[str, ...]:
        """Return the name of each port that this entry stands for."""
        return interface_names(self.name) if self.role in RANGE_ROLES else (self.name,)


class Device(Model):
    """A switch, router or firewall."""

    name: Hostname = Field(description="Its host name; unique in the whole inventory")
    site: Slug = Field(description="Where it stands")
    role: DeviceRole = Field(description="What it does in the network")
    platform: Platform = Field(description="Its operating system; decides how it is collected and changed")
    model: str = Field(min_length=1, description="The vendor's model name")
    management_address: IPv4Address = Field(description="The address at which it is managed")
    management_interface: InterfaceName = Field(description="The interface that has this address")
    routing_domain: Slug = Field(description="Where its addresses are unique")
    credential: CredentialReference = Field(description="Its user name and password, by reference")
    interfaces: tuple[Interface, ...] = Field(
        min_length=1, description="Its ports; ranges for like access ports, all others one by one"
    )
    phase: Phase = Field(
        default="servers-and-network",
        description="When the programme takes it over; 2027 for servers and network (R3)",
    )
    redundancy_group: Slug | None = Field(
        default=None,
        description="The pair or stack (MLAG, VSX, vPC) whose members stand in for each other and are never "
        "changed at once; each member names the same; firewalls are in a cluster instead",
    )
    serial_number: str | None = Field(default=None, min_length=1, description="The vendor's serial number")
    software_version: str | None = Field(
        default=None, min_length=1, description="The version that it ran when it was recorded"
    )
    end_of_support: date | None = Field(default=None, description="Last day of the vendor's support")
    unreachable_since: date | None = Field(
        default=None, description="Since when nobody could log in, where that is known before the takeover"
    )
    known_weaknesses: tuple[Weakness, ...] = Field(
        default=(), description="What the municipality itself reported before the first collection"
    )

    def ports(self) -> Iterator[tuple[str, Interface]]:
        """Return each port by its name, with the entry that describes it; ranges are taken apart."""
        for interface in self.interfaces:
            for name in interface.names():
                yield name, interface


class Link(Model):
    """A cable between two interfaces; one end may be outside the inventory (an internet provider)."""

    ends: tuple[LinkEnd, LinkEnd] | None = Field(
        default=None, description="The two interfaces that the cable joins"
    )
    end: LinkEnd | None = Field(
        default=None, description="The interface of a cable that leaves the inventory"
    )
    provider: str | None = Field(
        default=None, description="Who is at the other end of a cable that leaves the inventory"
    )

    @model_validator(mode="after")
    def _one_form_of_two(self) -> Self:
        inside = self.ends is not None and self.end is None and self.provider is None
        leaving = self.ends is None and self.end is not None and self.provider is not None
        if not inside and not leaving:
            msg = "a link has either 'ends' (two interfaces) or 'end' and 'provider'"
            raise ValueError(msg)
        return self

    def named_ends(self) -> tuple[str, ...]:
        """Return the ends that are interfaces of the inventory."""
        if self.ends is not None:
            return self.ends
        return () if self.end is None else (self.end,)
