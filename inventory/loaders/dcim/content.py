"""What was read of a DCIM server, in one form for Nautobot and NetBox; nothing of it is judged yet.

Every object keeps its page in the server, which is where its facts came from. Words such as roles and states
are the server's own.
"""

from ipaddress import IPv4Interface, IPv6Interface
from typing import Literal

from pydantic import Field

from inventory.models import Model

FarKind = Literal["interface", "circuit", "other"]


class Held(Model):
    """An object of the server."""

    id: str
    url: str
    name: str


class HeldPlace(Held):
    """A location, a site, or what else a device can stand in."""

    parent: str | None
    kind: str | None
    tenant: str | None = None
    is_site: bool = False
    """Whether the server itself calls it a site."""


class HeldVLAN(Held):
    """A VLAN."""

    vid: int
    group: str | None
    role: str | None
    status: str
    tenant: str | None
    tags: tuple[str, ...] = ()


class HeldPrefix(Held):
    """A prefix; ``name`` is the prefix itself."""

    namespace: str
    vlan: str | None
    status: str


class HeldAddress(Held):
    """An address with its length; ``name`` is the address itself."""

    address: IPv4Interface | IPv6Interface
    namespace: str


class FarEnd(Model):
    """What a cable, or a chain of them, leads to."""

    kind: FarKind
    id: str
    connected: bool


class HeldInterface(Held):
    """A port of a device."""

    device: str
    mode: str | None
    untagged: str | None
    tagged: tuple[str, ...]
    addresses: tuple[str, ...]
    role: str | None
    mgmt_only: bool
    lag: str | None
    description: str
    cable_url: str | None
    far: FarEnd | None


class HeldDevice(Held):
    """A device."""

    place: str
    role: str
    platform: str | None
    driver: str | None
    manufacturer: str | None
    model: str
    serial: str
    status: str
    software: str | None
    tenant: str | None
    primary: str | None
    tags: tuple[str, ...] = ()


class HeldAdapter(Held):
    """A network adapter of a virtual machine."""

    machine: str
    untagged: str | None
    addresses: tuple[str, ...]


class HeldMachine(Held):
    """A virtual machine."""

    cluster: str | None
    role: str | None
    status: str
    platform: str | None
    tenant: str | None
    cpus: int | None
    ram_mib: int | None
    disks_mib: tuple[int, ...]
    tags: tuple[str, ...] = ()


class HeldContent(Model):
    """Everything that was read of one municipality."""

    places: tuple[HeldPlace, ...]
    vlans: tuple[HeldVLAN, ...]
    prefixes: tuple[HeldPrefix, ...]
    addresses: tuple[HeldAddress, ...]
    devices: tuple[HeldDevice, ...]
    interfaces: tuple[HeldInterface, ...]
    machines: tuple[HeldMachine, ...]
    adapters: tuple[HeldAdapter, ...]
    providers: dict[str, str] = Field(default={})
    """By the circuit's end: who routes it."""
