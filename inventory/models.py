"""The frozen models of the inventory: what exists in a municipality and what is intended for it.

One word per idea, taken from the field. Every model refuses unknown keys and coercion, collections are
tuples, times are aware. Cross-object rules (a link whose end does not exist, a name used twice) live in
``inventory.rules``; a model only says what can be said about one object.
"""

from datetime import date
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from inventory.local_time import LocalDateTime
from inventory.vlan_ranges import check_vlan_range

_SLUG = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"

Slug = Annotated[str, Field(pattern=_SLUG, description="Lower case name: letters, digits and hyphens")]
Hostname = Annotated[str, Field(pattern=_SLUG, description="Host name without a domain")]
VLANId = Annotated[int, Field(ge=1, le=4094, description="IEEE 802.1Q VLAN number")]
VLANRange = Annotated[
    str,
    Field(pattern=r"^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$", description="VLANs such as 100-104,310"),
    AfterValidator(check_vlan_range),
]
InterfaceName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z][A-Za-z0-9/._:-]*$",
        max_length=64,
        description="Interface name as the device writes it in full, such as GigabitEthernet1/0/1",
    ),
]
LinkEnd = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9-]+:[A-Za-z][A-Za-z0-9/._:-]*$",
        description="device:interface, such as ndj-edge1:GigabitEthernet1/0/2",
    ),
]
CredentialReference = Annotated[
    str,
    Field(
        pattern=r"^(env|file):[^\s]+$",
        description="Where the credential is found at the last moment; never the credential itself",
    ),
]

HypervisorURI = Annotated[
    str,
    Field(
        pattern=r"^qemu(\+[a-z]+)?://([^\s@:/]+@)?[^\s@]*$",
        description="libvirt connection URI without a password",
    ),
]

Platform = Literal["ios", "eos", "junos"]
DeviceRole = Literal["edge", "firewall", "core", "access"]
InterfaceRole = Literal["access", "trunk", "uplink", "routed", "management", "sensor", "unused"]
Sensitivity = Literal["open", "internal", "confidential", "health"]
Criticality = Literal["low", "medium", "high", "vital"]
Environment = Literal["production", "test"]
Phase = Literal["servers-and-network"]
Scope = Literal["national", "centre", "municipality"]


class Model(BaseModel):
    """The common shape: frozen, strict about types, and unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, ser_json_timedelta="float")


class Centre(Model):
    """A regional IT centre that takes over municipalities."""

    name: Slug
    title: str = Field(min_length=1)
    routing_domain: Slug
    hypervisor: HypervisorURI


class HardeningContext(Model):
    """The site values that controls need; a missing one makes exactly those controls an error."""

    management_prefixes: tuple[IPv4Network, ...] = ()
    ntp_servers: tuple[IPv4Address, ...] = ()
    log_servers: tuple[IPv4Address, ...] = ()
    aaa_servers: tuple[IPv4Address, ...] = ()
    break_glass_user: str | None = None
    parking_vlan: VLANId | None = None
    native_vlan: VLANId | None = None
    user_vlans: VLANRange | None = None
    login_banner: str | None = None


class Municipality(Model):
    """A municipality (kommune) with its code from Statistics Denmark and its centre."""

    name: Slug
    title: str = Field(min_length=1)
    code: int = Field(ge=101, le=860)
    centre: Slug
    hypervisor: HypervisorURI
    phase: Phase = "servers-and-network"
    hardening: HardeningContext = HardeningContext()


class RoutingDomain(Model):
    """A space in which an address is unique; municipalities overlap in RFC 1918."""

    name: Slug
    prefixes: tuple[IPv4Network, ...] = Field(min_length=1)


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
    """A port of a device as intended."""

    name: InterfaceName
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


class FirewallCluster(Model):
    """A firewall pair with the interfaces that face inside and outside."""

    name: Slug
    members: tuple[Hostname, ...] = Field(min_length=1)
    inside: tuple[LinkEnd, ...] = ()
    outside: tuple[LinkEnd, ...] = ()


class Sensor(Model):
    """A network sensor owned by the municipality; its ports are the mirror destinations."""

    name: Slug
    owner: str | None = None
    version: str = Field(min_length=1)
    inside_port: LinkEnd | None = None
    outside_port: LinkEnd | None = None


class SensorFeed(Model):
    """What a sensor delivers to whom, and the legal scope it may carry."""

    name: Slug
    sensor: Slug
    recipient: Literal["KommuneCERT", "DCIS Sund", "SOC"]
    legal_scope: Literal["all", "health"]
    vlans: VLANRange


class Application(Model):
    """A service people use, carried by servers."""

    name: Slug
    title: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    criticality: Criticality


class Disk(Model):
    """A disk of a server."""

    name: Literal["vda", "vdb", "vdc", "vdd"]
    size_mib: int = Field(ge=1)


class ServiceCheck(Model):
    """How to see that a server serves: an HTTP request and the text it must answer with."""

    port: int = Field(ge=1, le=65535)
    path: str = Field(pattern=r"^/")
    expect: str = Field(min_length=1)


class Server(Model):
    """A virtual machine that is taken over."""

    name: Hostname
    application: Slug
    environment: Environment
    owner: str = Field(min_length=1)
    cpus: int = Field(ge=1, le=256)
    ram_mib: int = Field(ge=64)
    vlan: VLANId
    address: IPv4Address
    disks: tuple[Disk, ...] = Field(min_length=1)
    depends_on: tuple[Hostname, ...] = ()
    service_check: ServiceCheck


class MaintenanceWindow(Model):
    """When changes are allowed; times carry their offset or are Europe/Copenhagen."""

    name: Slug
    starts_at: LocalDateTime
    ends_at: LocalDateTime

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            msg = "ends_at must be later than starts_at"
            raise ValueError(msg)
        return self


class Freeze(Model):
    """When changes are forbidden, and why."""

    name: Slug
    starts_at: LocalDateTime
    ends_at: LocalDateTime
    reason: str = Field(min_length=1)
    crisis: bool = False

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            msg = "ends_at must be later than starts_at"
            raise ValueError(msg)
        return self


class CostBaseline(Model):
    """The signed yearly cost before the takeover, in whole Danish kroner."""

    year: int = Field(ge=2020, le=2040)
    amount_dkk: int = Field(ge=0)
    signed_by: str = Field(min_length=1)
    signed_on: date


class ControlException(Model):
    """A granted deviation from a control: who, why, what instead, until when."""

    name: Slug
    control: str = Field(pattern=r"^[A-Z0-9]+-\d\d$", description="a control such as MGT-01")
    devices: tuple[Hostname, ...] = Field(min_length=1)
    owner: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    compensating_measure: str = Field(min_length=1)
    expires_on: date


class MunicipalityInventory(Model):
    """Everything in one municipality's folder."""

    municipality: Municipality
    routing_domains: tuple[RoutingDomain, ...] = ()
    sites: tuple[Site, ...] = ()
    zones: tuple[Zone, ...] = ()
    vlans: tuple[VLAN, ...] = ()
    devices: tuple[Device, ...] = ()
    links: tuple[Link, ...] = ()
    firewall_clusters: tuple[FirewallCluster, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    sensor_feeds: tuple[SensorFeed, ...] = ()
    applications: tuple[Application, ...] = ()
    servers: tuple[Server, ...] = ()
    maintenance_windows: tuple[MaintenanceWindow, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    cost_baselines: tuple[CostBaseline, ...] = ()
    exceptions: tuple[ControlException, ...] = ()


class Approver(Model):
    """A person who may approve, by name and public key; one line of an OpenSSH allowed_signers file."""

    principal: str = Field(pattern=r"^[^\s,*?!\"#]+$", description="Who signs, usually an e-mail address")
    key_type: str = Field(pattern=r"^(ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+$")
    public_key: str = Field(pattern=r"^[A-Za-z0-9+/]+={0,2}$", description="The public key in base64")
    comment: str = Field(default="", pattern=r"^[^\r\n]*$")


class Inventory(Model):
    """The whole inventory of one folder, as loaded and checked."""

    scope: Scope
    name: Slug | None = None
    centres: tuple[Centre, ...]
    routing_domains: tuple[RoutingDomain, ...] = ()
    municipalities: tuple[MunicipalityInventory, ...] = Field(min_length=1)
    approvers: tuple[Approver, ...] = ()
