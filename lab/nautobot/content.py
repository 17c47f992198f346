"""What is put into the lab's Nautobot server: rows in Nautobot's words, with a municipality's values."""

from lab.models import Model


class PutLocation(Model):
    """A location below another one, or at the top."""

    name: str
    location_type: str
    parent: str | None = None


class PutVLAN(Model):
    """A VLAN of a group, with its prefix where it is routed."""

    vid: int
    name: str
    group: str
    role: str
    location: str
    tenant: str
    namespace: str
    prefix: str | None = None


class PutInterface(Model):
    """A port; ``tagged`` holds VLAN numbers of the device's group."""

    name: str
    mode: str = ""
    untagged: int | None = None
    tagged: tuple[int, ...] = ()
    address: str | None = None
    description: str = ""
    role: str | None = None
    type: str = "1000base-t"
    mgmt_only: bool = False
    lag: str | None = None


class PutDevice(Model):
    """A device with its ports; ``primary`` is the port whose address is the device's primary one."""

    name: str
    location: str
    tenant: str
    role: str
    platform: str | None
    manufacturer: str
    model: str
    status: str
    serial: str
    software: str | None
    vlan_group: str
    namespace: str
    primary: str | None
    interfaces: tuple[PutInterface, ...]


class PutPanel(Model):
    """A patch panel: as many rear ports as front ports, number n behind number n."""

    name: str
    location: str
    tenant: str
    ports: int


class PutCable(Model):
    """A cable; an end is device and port, or None where it is missing."""

    a: tuple[str, str]
    b: tuple[str, str] | None
    status: str = "Connected"


class PutCircuit(Model):
    """A provider's circuit that ends at a port."""

    name: str
    provider: str
    location: str
    end: tuple[str, str]


class PutMachineInterface(Model):
    """A network adapter of a virtual machine."""

    name: str
    vid: int | None
    address: str | None


class PutMachine(Model):
    """A virtual machine."""

    name: str
    cluster: str
    tenant: str
    role: str
    status: str
    platform: str | None
    vcpus: int
    memory_mb: int
    disk_gb: int
    vlan_group: str
    namespace: str
    interfaces: tuple[PutMachineInterface, ...]


class PutContainer(Model):
    """A prefix that holds the VLANs' prefixes."""

    prefix: str
    namespace: str
    location: str
    tenant: str


class Content(Model):
    """Everything."""

    tenants: tuple[str, ...]
    location_types: tuple[tuple[str, str | None], ...]
    locations: tuple[PutLocation, ...]
    statuses: tuple[str, ...]
    platforms: tuple[tuple[str, str], ...]
    clusters: tuple[tuple[str, str], ...]
    containers: tuple[PutContainer, ...]
    vlans: tuple[PutVLAN, ...]
    devices: tuple[PutDevice, ...]
    panels: tuple[PutPanel, ...]
    cables: tuple[PutCable, ...]
    circuits: tuple[PutCircuit, ...]
    machines: tuple[PutMachine, ...]
