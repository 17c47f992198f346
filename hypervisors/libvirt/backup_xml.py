"""The XML of backups and checkpoints."""

from pathlib import Path

from lxml import etree

EXPORTED_BITMAP = "changed"
EVERYTHING = "base:allocation"
CHANGED = f"qemu:dirty-bitmap:{EXPORTED_BITMAP}"


def render_backup(
    disks: tuple[str, ...], *, socket: Path, scratch: dict[str, Path], since: str | None
) -> str:
    """Return the XML that opens a pull backup over a unix socket."""
    root = etree.Element("domainbackup", {"mode": "pull"})
    if since is not None:
        etree.SubElement(root, "incremental").text = since
    etree.SubElement(root, "server", {"transport": "unix", "socket": str(socket)})
    listed = etree.SubElement(root, "disks")
    for disk in disks:
        attributes = {"name": disk, "backup": "yes", "type": "file", "exportname": disk}
        if since is not None:
            attributes["exportbitmap"] = EXPORTED_BITMAP
        element = etree.SubElement(listed, "disk", attributes)
        etree.SubElement(element, "scratch", {"file": str(scratch[disk])})
    return etree.tostring(root, encoding="unicode")


def render_checkpoint(name: str, disks: tuple[str, ...]) -> str:
    """Return the XML of a checkpoint that records the changes of the disks."""
    root = etree.Element("domaincheckpoint")
    etree.SubElement(root, "name").text = name
    listed = etree.SubElement(root, "disks")
    for disk in disks:
        etree.SubElement(listed, "disk", {"name": disk, "checkpoint": "bitmap"})
    return etree.tostring(root, encoding="unicode")


def backup_socket(text: str) -> str | None:
    """Return the socket of an open backup."""
    server = etree.fromstring(text).find("server")
    return None if server is None else server.get("socket")
