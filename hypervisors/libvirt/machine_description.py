"""What a machine's XML says as a plain description, also of machines that the project did not make."""

import re
from pathlib import Path

from lxml import etree
from pydantic import ValidationError

from hypervisors.errors import NotDescribableError
from hypervisors.libvirt.machine_xml import FENCE_NAMESPACE, MACHINE_NAMESPACE, QEMU_NAMESPACE
from hypervisors.models import FOREIGN_OWNER, UNMANAGED_NETWORK, DirectBoot, Model, PublishedPort

_KIB_PER_UNIT = {"KiB": 1, "k": 1, "MiB": 1024, "M": 1024, "GiB": 1024 * 1024, "G": 1024 * 1024}
_FORWARD = re.compile(r"hostfwd=tcp:[^:,]*:(\d+)-[^:,]*:(\d+)")


class DiskDescription(Model):
    """A disk as the XML names it; ``declared_size_mib`` is what the project's own mark remembers."""

    name: str
    path: str
    image_format: str
    declared_size_mib: int | None = None


class FenceMark(Model):
    """The mark that a move left: start is forbidden, and whether autostart was on before."""

    move: str
    autostart: bool


class MachineDescription(Model):
    """Everything that the project reads from a machine's XML."""

    object_id: str
    name: str
    cpus: int
    ram_mib: int
    disks: tuple[DiskDescription, ...]
    boot: DirectBoot | None
    published_ports: tuple[PublishedPort, ...]
    owner: str
    network: str
    complete: bool
    fence: FenceMark | None


def describe(text: str) -> MachineDescription:
    """Read a machine's XML.

    Raises:
        NotDescribableError: something in it has no place in the project's models.

    """
    root = etree.fromstring(text)
    name = root.findtext("name", "")
    mark = root.find(f"metadata/{{{MACHINE_NAMESPACE}}}machine")
    try:
        return MachineDescription(
            object_id=root.findtext("uuid", ""),
            name=name,
            cpus=int(root.findtext("vcpu", "0")),
            ram_mib=_ram_mib(root),
            disks=_disks(root, name, mark),
            boot=_boot(root),
            published_ports=_published_ports(root),
            owner=FOREIGN_OWNER if mark is None else mark.get("owner", FOREIGN_OWNER),
            network=_network(root) if mark is None else mark.get("network", UNMANAGED_NETWORK),
            complete=mark is None or mark.get("complete") == "yes",
            fence=_fence(root),
        )
    except ValidationError as error:
        raise NotDescribableError(name, str(error.errors()[0]["msg"])) from error


def _ram_mib(root: etree._Element) -> int:
    memory = root.find("memory")
    if memory is None or memory.text is None:
        return 0
    return int(memory.text) * _KIB_PER_UNIT.get(memory.get("unit", "KiB"), 1) // 1024


def _disks(root: etree._Element, name: str, mark: etree._Element | None) -> tuple[DiskDescription, ...]:
    sizes = {
        disk.get("name", ""): int(disk.get("size_mib", "0"))
        for disk in (() if mark is None else mark.findall(f"{{{MACHINE_NAMESPACE}}}disk"))
    }
    return tuple(
        _disk(element, name, sizes)
        for element in root.findall("devices/disk")
        if element.get("device", "disk") == "disk"
    )


def _disk(element: etree._Element, machine: str, sizes: dict[str, int]) -> DiskDescription:
    target, source, driver = element.find("target"), element.find("source"), element.find("driver")
    disk = "" if target is None else target.get("dev", "")
    path = None if source is None else source.get("file")
    if path is None:
        raise NotDescribableError(machine, f"disk {disk!r} is not a file")
    return DiskDescription(
        name=disk,
        path=str(Path(path)),
        image_format="raw" if driver is None else driver.get("type", "raw"),
        declared_size_mib=sizes.get(disk),
    )


def _boot(root: etree._Element) -> DirectBoot | None:
    kernel = root.findtext("os/kernel")
    if kernel is None:
        return None
    return DirectBoot(
        kernel=kernel, initrd=root.findtext("os/initrd", ""), arguments=root.findtext("os/cmdline", "")
    )


def _published_ports(root: etree._Element) -> tuple[PublishedPort, ...]:
    arguments = root.findall(f"{{{QEMU_NAMESPACE}}}commandline/{{{QEMU_NAMESPACE}}}arg")
    ports = (
        PublishedPort(host_port=int(host), guest_port=int(guest))
        for argument in arguments
        for host, guest in _FORWARD.findall(argument.get("value", ""))
    )
    return tuple(sorted(ports, key=lambda port: port.host_port))


def _network(root: etree._Element) -> str:
    for source in root.findall("devices/interface/source"):
        if network := source.get("network"):
            return network
    return UNMANAGED_NETWORK


def _fence(root: etree._Element) -> FenceMark | None:
    mark = root.find(f"metadata/{{{FENCE_NAMESPACE}}}fence")
    if mark is None:
        return None
    return FenceMark(move=mark.get("move", ""), autostart=mark.get("autostart") == "yes")
