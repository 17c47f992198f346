"""Servers and the applications they carry."""

from ipaddress import IPv4Address
from typing import Literal

from pydantic import Field

from inventory.models.base import Hostname, Model, Phase, Slug, VLANId

Criticality = Literal["low", "medium", "high", "vital"]
Environment = Literal["production", "test"]


class Application(Model):
    """A service people use, carried by servers."""

    name: Slug = Field(description="How servers refer to it")
    title: str = Field(min_length=1, description="What people call it")
    owner: str = Field(min_length=1, description="Who answers for it")
    criticality: Criticality = Field(description="How much harm it does when it is away")


class Disk(Model):
    """A disk of a server."""

    name: str = Field(pattern=r"^vd[a-z]$", description="vda, vdb and on, in the order of the machine")
    size_mib: int = Field(ge=1, description="Its size in MiB")


class NetworkAdapter(Model):
    """A network adapter of a server: the VLAN it is in, and its address where that is fixed."""

    vlan: VLANId = Field(description="The VLAN that it is in")
    address: IPv4Address | None = Field(
        default=None, description="Its fixed address; left out where it gets one by DHCP"
    )


class ServiceCheck(Model):
    """How to see that a server serves: an HTTP request and the text it must answer with."""

    port: int = Field(ge=1, le=65535, description="The TCP port that is asked")
    path: str = Field(pattern=r"^/", description="The path that is asked for, such as /")
    expect: str = Field(min_length=1, description="The text that the answer must contain")


class Server(Model):
    """A virtual machine that is taken over."""

    name: Hostname = Field(description="Its host name; unique in the whole inventory")
    application: Slug = Field(description="The application that it carries")
    environment: Environment = Field(description="Production, or test, which goes first")
    owner: str = Field(min_length=1, description="Who answers for it")
    criticality: Criticality | None = Field(
        default=None, description="Where it differs from the application's criticality"
    )
    phase: Phase = Field(
        default="servers-and-network",
        description="When the programme takes it over; 2027 for servers and network (R3)",
    )
    cpus: int = Field(ge=1, le=256, description="Number of virtual processors")
    ram_mib: int = Field(ge=64, description="Its memory in MiB")
    operating_system: str | None = Field(
        default=None, min_length=1, description="What it runs, such as Debian 12"
    )
    networks: tuple[NetworkAdapter, ...] = Field(
        min_length=1, description="Adapters in the machine's order; the first is the one that serves"
    )
    disks: tuple[Disk, ...] = Field(min_length=1, description="Its disks; the first one starts it")
    depends_on: tuple[Hostname, ...] = Field(
        default=(), description="Servers it needs, of any municipality; names are unique in the inventory"
    )
    service_check: ServiceCheck | None = Field(
        default=None, description="Needed before the server can be in a wave"
    )
