"""The libvirt description of a guest, and which accelerator a host can give it."""

from pathlib import Path

import libvirt
from lxml import etree

from lab.guest_image import BOOT_ARGUMENTS
from lab.guest_models import GuestImage, GuestSpec
from lab.guest_ports import LOOPBACK

_QEMU = "http://libvirt.org/schemas/domain/qemu/1.0"
GUEST_PORT = 80


def domain_type(connection: libvirt.virConnect) -> str:
    """Return ``kvm`` where the daemon's user may use it, else ``qemu`` (emulation)."""
    try:
        connection.getDomainCapabilities(None, "x86_64", None, "kvm")
    except libvirt.libvirtError:
        return "qemu"
    return "kvm"


def render_domain(
    spec: GuestSpec, *, image: GuestImage, disk: Path, console: Path, port: int, virtualisation: str
) -> str:
    """Return the domain XML of a guest.

    Networking is QEMU's user mode with one published port, given as QEMU arguments: an ordinary user's daemon
    has no bridge to plug a guest into.
    """
    network = (
        ("-netdev", f"user,id=hn0,hostfwd=tcp:{LOOPBACK}:{port}-:{GUEST_PORT}"),
        ("-device", "virtio-net-pci,netdev=hn0,addr=0x10,romfile="),
    )
    boot = (
        _element("type", "hvm", arch="x86_64", machine="pc"),
        _element("kernel", str(image.kernel)),
        _element("initrd", str(image.initrd)),
        _element("cmdline", BOOT_ARGUMENTS),
    )
    domain = _element(
        "domain",
        _element("name", spec.name),
        _element("memory", str(spec.ram_mib), unit="MiB"),
        _element("vcpu", str(spec.cpus)),
        _element("os", *boot),
        # Without ACPI there is no power button, hence no clean shutdown.
        _element("features", _element("acpi")),
        _element("clock", offset="utc"),
        _element("on_poweroff", "destroy"),
        _element("on_reboot", "restart"),
        _element("on_crash", "destroy"),
        _render_devices(disk=disk, console=console),
        _element(
            f"{{{_QEMU}}}commandline",
            *(_element(f"{{{_QEMU}}}arg", value=value) for pair in network for value in pair),
        ),
        type=virtualisation,
    )
    return etree.tostring(domain, pretty_print=True, encoding="unicode")


def _render_devices(*, disk: Path, console: Path) -> etree._Element:
    return _element(
        "devices",
        _element(
            "disk",
            _element("driver", name="qemu", type="qcow2"),
            _element("source", file=str(disk)),
            _element("target", dev="vda", bus="virtio"),
            type="file",
            device="disk",
        ),
        _element("controller", type="usb", model="none"),
        _element(
            "serial",
            _element("source", path=str(console), append="on"),
            _element("target", port="0"),
            type="file",
        ),
        _element("memballoon", model="none"),
    )


def _element(tag: str, *content: etree._Element | str, **attributes: str) -> etree._Element:
    element = etree.Element(tag, attributes, nsmap={"qemu": _QEMU})
    for part in content:
        if isinstance(part, str):
            element.text = part
        else:
            element.append(part)
    return element
