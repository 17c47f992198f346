"""The XML that defines a machine, written from the project's models.

Known limits: guests have QEMU's user-mode networking, with the published ports on the host's loopback. Real
bridges need a privileged daemon and are not written here.
"""

from pathlib import Path

from lxml import etree

from hypervisors.models import DirectBoot, MachineSpec, PublishedPort

MACHINE_NAMESPACE = "urn:samdrift:machine:1"
FENCE_NAMESPACE = "urn:samdrift:fence:1"
QEMU_NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0"
# libvirt does not know the device that qemu:commandline adds, so its PCI slot must be one that libvirt,
# which counts from 1, does not reach.
_NETWORK_SLOT = "0x10"


def disk_file_name(machine: str, disk: str) -> str:
    """Return the name of a disk's file in the storage folder."""
    return f"{machine}-{disk}.qcow2"


def machine_mark(spec: MachineSpec) -> str:
    """Return the metadata that says whose machine this is and that its disks were made.

    It carries no namespace, because libvirt adds that to metadata which is set on its own.
    """
    return etree.tostring(_mark(spec, tag_prefix="", complete="yes"), encoding="unicode")


def _mark(spec: MachineSpec, *, tag_prefix: str, complete: str) -> etree._Element:
    mark = etree.Element(
        f"{tag_prefix}machine",
        {"owner": spec.owner, "network": spec.network, "complete": complete},
        nsmap={"samdrift": MACHINE_NAMESPACE} if tag_prefix else None,
    )
    for disk in spec.disks:
        etree.SubElement(mark, f"{tag_prefix}disk", {"name": disk.name, "size_mib": str(disk.size_mib)})
    return mark


def render_machine(spec: MachineSpec, *, storage_folder: Path, kvm: bool) -> str:
    """Return the XML that defines a machine whose disks lie in the storage folder."""
    root = etree.Element("domain", {"type": "kvm" if kvm else "qemu"}, nsmap={"qemu": QEMU_NAMESPACE})
    etree.SubElement(root, "name").text = spec.name
    mark = _mark(spec, tag_prefix=f"{{{MACHINE_NAMESPACE}}}", complete="no")
    etree.SubElement(root, "metadata").append(mark)
    etree.SubElement(root, "memory", {"unit": "MiB"}).text = str(spec.ram_mib)
    etree.SubElement(root, "vcpu").text = str(spec.cpus)
    root.append(_boot(spec.boot))
    etree.SubElement(etree.SubElement(root, "features"), "acpi")
    if kvm:
        etree.SubElement(root, "cpu", {"mode": "host-model"})
    etree.SubElement(root, "on_poweroff").text = "destroy"
    etree.SubElement(root, "on_reboot").text = "restart"
    etree.SubElement(root, "on_crash").text = "destroy"
    root.append(_devices(spec, storage_folder))
    root.append(render_published_ports(spec.published_ports))
    return etree.tostring(root, encoding="unicode")


def _boot(boot: DirectBoot | None) -> etree._Element:
    system = etree.Element("os")
    etree.SubElement(system, "type", {"arch": "x86_64", "machine": "pc"}).text = "hvm"
    if boot is None:
        etree.SubElement(system, "boot", {"dev": "hd"})
    else:
        etree.SubElement(system, "kernel").text = boot.kernel
        etree.SubElement(system, "initrd").text = boot.initrd
        etree.SubElement(system, "cmdline").text = boot.arguments
    return system


def _devices(spec: MachineSpec, storage_folder: Path) -> etree._Element:
    devices = etree.Element("devices")
    for disk in spec.disks:
        element = etree.SubElement(devices, "disk", {"type": "file", "device": "disk"})
        etree.SubElement(element, "driver", {"name": "qemu", "type": "qcow2", "discard": "unmap"})
        path = storage_folder / disk_file_name(spec.name, disk.name)
        etree.SubElement(element, "source", {"file": str(path)})
        etree.SubElement(element, "target", {"dev": disk.name, "bus": "virtio"})
    etree.SubElement(devices, "controller", {"type": "usb", "model": "none"})
    serial = etree.SubElement(devices, "serial", {"type": "file"})
    log = storage_folder / f"{spec.name}.serial.log"
    etree.SubElement(serial, "source", {"path": str(log), "append": "on"})
    etree.SubElement(serial, "target", {"port": "0"})
    etree.SubElement(devices, "memballoon", {"model": "none"})
    return devices


def render_published_ports(ports: tuple[PublishedPort, ...]) -> etree._Element:
    """Return the qemu:commandline element: one user-mode network card that forwards the ports."""
    forwards = "".join(
        f",hostfwd=tcp:127.0.0.1:{port.host_port}-:{port.guest_port}"
        for port in sorted(ports, key=_host_port)
    )
    arguments = (
        "-netdev",
        f"user,id=samdrift0{forwards}",
        "-device",
        f"virtio-net-pci,netdev=samdrift0,addr={_NETWORK_SLOT},romfile=",
    )
    commandline = etree.Element(f"{{{QEMU_NAMESPACE}}}commandline", nsmap={"qemu": QEMU_NAMESPACE})
    for argument in arguments:
        etree.SubElement(commandline, f"{{{QEMU_NAMESPACE}}}arg", {"value": argument})
    return commandline


def _host_port(port: PublishedPort) -> int:
    return port.host_port


def change_machine(text: str, spec: MachineSpec) -> str:
    """Return the XML of a machine with the CPUs, memory and published ports of ``spec`` and all else kept."""
    root = etree.fromstring(text)
    for element in root.findall("vcpu"):
        element.text = str(spec.cpus)
        if "current" in element.attrib:
            del element.attrib["current"]
    for tag in ("memory", "currentMemory"):
        for element in root.findall(tag):
            element.text = str(spec.ram_mib)
            element.set("unit", "MiB")
    for element in root.findall(f"{{{QEMU_NAMESPACE}}}commandline"):
        root.remove(element)
    root.append(render_published_ports(spec.published_ports))
    return etree.tostring(root, encoding="unicode")
