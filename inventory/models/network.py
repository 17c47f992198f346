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

    name: Slug
    prefixes: tuple[IPv4Network, ...] = Field(min_length=1)


class PublicRange(Model):
    """Public addresses that a municipality answers for, as the NIS2 register asks for them."""

    prefix: IPv4Network
    purpose: str = Field(min_length=1, description="What is reached there, such as citizens' self-service")
    provider: str | None = Field(default=None, description="Who routes it; left out for own address space")


class Site(Model):
    """A place with network gear: town hall, school, nursing home."""

    name: Slug
    title: str = Field(min_length=1)
    kind: Literal["administration", "school", "day-care", "nursing-home", "data-centre", "other"]


class Zone(Model):
    """A security zone; its sensitivity decides which sensor feeds may carry it."""

    name: Slug
    sensitivity: Sensitivity


class VLAN(Model):
    """A VLAN with its zone, and its prefix where it is routed."""

    vlan_id: VLANId
    name: Slug
    zone: Slug
    routing_domain: Slug
    prefix: IPv4Network | None = None


class Interface(Model):
    """A port of a device as intended, or a range of access or unused ports that are all alike."""

    name: InterfaceName = Field(
        description="Interface name in full, or a range of like access ports such as GigabitEthernet1/0/1-24"
    )
    role: InterfaceRole
    description: str | None = None
    vlan: VLANId | None = None
    vlans: VLANRange | None = None
    address: IPv4Interface | None = None
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

    name: Hostname
    site: Slug
    role: DeviceRole
    platform: Platform
    model: str = Field(min_length=1)
    management_address: IPv4Address
    management_interface: InterfaceName
    routing_domain: Slug
    credential: CredentialReference
    interfaces: tuple[Interface, ...] = Field(min_length=1)
    phase: Phase = "servers-and-network"
    serial_number: str | None = Field(default=None, min_length=1)
    software_version: str | None = Field(default=None, min_length=1)
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

    ends: tuple[LinkEnd, LinkEnd] | None = None
    end: LinkEnd | None = None
    provider: str | None = None

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
