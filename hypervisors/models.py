"""Frozen models of what a virtualisation platform holds: networks, machines, disks, changed blocks."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

ObjectName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]

FOREIGN_OWNER = "(foreign)"
"""The owner of a machine that the project did not define."""

UNMANAGED_NETWORK = "unmanaged"
"""The network of a machine that is on none of the project's networks."""


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NetworkSpec(Model):
    """A network with its VLAN; the routing domain keeps overlapping address space apart."""

    name: ObjectName
    vlan_id: int = Field(ge=1, le=4094)
    routing_domain: str = Field(min_length=1)
    owner: str = Field(min_length=1)


class Network(Model):
    """A network as the platform holds it."""

    object_id: str
    spec: NetworkSpec


class DiskSpec(Model):
    """A disk to be made."""

    name: str = Field(pattern=r"^vd[a-z]$")
    size_mib: int = Field(ge=1)


class DirectBoot(Model):
    """Boot of a kernel that lies beside the machine instead of on its disk."""

    kernel: str
    initrd: str
    arguments: str


class PublishedPort(Model):
    """A guest port that user-mode networking offers on the host's loopback."""

    host_port: int = Field(ge=1, le=65535)
    guest_port: int = Field(ge=1, le=65535)


class MachineSpec(Model):
    """A machine as wanted."""

    name: ObjectName
    cpus: int = Field(ge=1)
    ram_mib: int = Field(ge=64)
    disks: tuple[DiskSpec, ...] = Field(min_length=1)
    network: ObjectName
    owner: str = Field(min_length=1)
    boot: DirectBoot | None = None
    published_ports: tuple[PublishedPort, ...] = ()


MachineState = Literal["running", "shut-off", "paused", "crashed", "changing"]


class MachineDisk(Model):
    """A disk as the platform holds it; size in bytes as the guest sees it."""

    name: str
    path: str
    size_bytes: int = Field(ge=0)


class Machine(Model):
    """A machine as the platform holds it. ``fenced_by`` names the move that forbids its start."""

    object_id: str
    spec: MachineSpec
    state: MachineState
    disks: tuple[MachineDisk, ...]
    fenced_by: str | None = None


def differing_fields(found: Model, wanted: Model) -> tuple[str, ...]:
    """Return the names of the fields in which two models of one kind differ."""
    names = type(wanted).model_fields
    return tuple(name for name in names if getattr(found, name) != getattr(wanted, name))
