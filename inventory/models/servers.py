"""Servers and the applications they carry."""

from ipaddress import IPv4Address
from typing import Literal

from pydantic import Field

from inventory.models.base import Hostname, Model, Phase, Slug, VLANId

Criticality = Literal["low", "medium", "high", "vital"]
Environment = Literal["production", "test"]


class Application(Model):
    """A service people use, carried by servers."""

    name: Slug
    title: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    criticality: Criticality


class Disk(Model):
    """A disk of a server."""

    name: str = Field(pattern=r"^vd[a-z]$", description="vda, vdb and on, in the order of the machine")
    size_mib: int = Field(ge=1)


class NetworkAdapter(Model):
    """A network adapter of a server: the VLAN it is in, and its address where that is fixed."""

    vlan: VLANId
    address: IPv4Address | None = None


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
    criticality: Criticality | None = Field(
        default=None, description="Where it differs from the application's criticality"
    )
    phase: Phase = "servers-and-network"
    cpus: int = Field(ge=1, le=256)
    ram_mib: int = Field(ge=64)
    operating_system: str | None = Field(default=None, min_length=1)
    networks: tuple[NetworkAdapter, ...] = Field(
        min_length=1, description="Adapters in the machine's order; the first is the one that serves"
    )
    disks: tuple[Disk, ...] = Field(min_length=1)
    depends_on: tuple[Hostname, ...] = Field(
        default=(), description="Servers it needs, of any municipality; names are unique in the inventory"
    )
    service_check: ServiceCheck | None = Field(
        default=None, description="Needed before the server can be in a wave"
    )
