"""Frozen models of the lab's libvirt hosts and guests: what is asked for, and where it answers."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from lab.models import Model

GuestName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Port = Annotated[int, Field(ge=1, le=65535)]
ChosenPort = Annotated[int, Field(ge=0, le=65535, description="0 lets the lab choose a free one")]

LEAST_RAM_MIB = 96
"""The least memory that boots the guest's kernel (measured; 64 did not)."""


class HostSpec(Model):
    """One libvirt host of the lab."""

    name: GuestName


class GuestSpec(Model):
    """One server of the lab: a guest that serves a page and writes to its disk all the time.

    ``centre_guest_port`` is what the centre is told to publish; another number than the guest's own plants a
    forgotten port, so that the service check after the move fails.
    """

    name: GuestName
    host: GuestName
    cpus: int = Field(default=1, ge=1, le=8)
    ram_mib: int = Field(default=LEAST_RAM_MIB, ge=LEAST_RAM_MIB)
    size_mib: int = Field(default=256, ge=32)
    data_mib: int = Field(default=32, ge=0)
    write_kib_per_second: int = Field(default=64, ge=0, le=4096)
    text: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .,:_-]*$", max_length=200)
    municipal_port: ChosenPort = 0
    centre_port: ChosenPort = 0
    centre_guest_port: Port = 80


class GuestImage(Model):
    """What boots every guest: a kernel and an initial RAM disk beside the machines' disks."""

    version: str
    kernel: Path
    initrd: Path


class ServerEndpoint(Model):
    """Where a server's page is published, and which port of the guest stands behind it."""

    address: str
    port: Port
    guest_port: Port


class ServerEndpoints(Model):
    """Both sides of one server: where it answers now, and where it is to answer after its move."""

    text: str
    host: str
    municipal: ServerEndpoint
    centre: ServerEndpoint


class HypervisorEndpoint(Model):
    """How a client reaches one libvirt host, and which files on it boot a guest."""

    uri: str
    storage_pool: str
    storage_folder: str
    owner_uid: int
    kernel: str
    initrd: str
    boot_arguments: str
    domain_type: str


class GuestLabEndpoints(Model):
    """Everything that a client has to know of a started guest lab."""

    hypervisors: dict[str, HypervisorEndpoint]
    servers: dict[str, ServerEndpoints]
