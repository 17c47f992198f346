"""Checkpoints of the machines of one libvirt daemon: list and delete them, in whatever state they are."""

from typing import Any

import libvirt

from hypervisors.changed_blocks import CHECKPOINT_PREFIX
from hypervisors.libvirt.connection import Connection
from hypervisors.libvirt.disk_image import bitmaps_of, remove_bitmap
from hypervisors.libvirt.domains import Domains, disk_paths


class Checkpoints:
    """The checkpoints that this project made behind one connection."""

    def __init__(self, connection: Connection, domains: Domains) -> None:
        self._connection = connection
        self._domains = domains

    def names(self, handle: Any) -> tuple[str, ...]:
        """Return the checkpoints of a machine, oldest first."""
        return tuple(checkpoint.getName() for checkpoint in self._list(handle))

    def delete_all_but(self, handle: Any, keep: str | None) -> None:
        """Delete the checkpoints of a running machine; what one recorded goes over to the one before it.

        libvirt stores a broken one's name only; then the name is all that can be deleted.
        """
        for checkpoint in reversed(self._list(handle)):
            name = checkpoint.getName()
            if name == keep:
                continue
            with self._connection.doing("deletion of checkpoint", name):
                try:
                    checkpoint.delete()
                except libvirt.libvirtError as error:
                    if not is_broken(error):
                        raise
                    checkpoint.delete(libvirt.VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY)

    def forget(self, handle: Any) -> None:
        """Delete the checkpoints of a machine that is off, and their records in its disk files."""
        for checkpoint in reversed(self._list(handle)):
            with self._connection.doing("deletion of checkpoint", checkpoint.getName()):
                checkpoint.delete(libvirt.VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY)
        description = self._domains.description(handle)
        for disk, path in zip(description.disks, disk_paths(description), strict=True):
            if disk.image_format != "qcow2":
                continue
            for bitmap in bitmaps_of(path):
                if bitmap.startswith(CHECKPOINT_PREFIX):
                    remove_bitmap(path, bitmap)

    def _list(self, handle: Any) -> list[Any]:
        with self._connection.doing("listing the checkpoints of", handle.name()):
            found = handle.listAllCheckpoints(libvirt.VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL)
        return [checkpoint for checkpoint in found if checkpoint.getName().startswith(CHECKPOINT_PREFIX)]


def is_broken(error: libvirt.libvirtError) -> bool:
    """Return whether the error says that a checkpoint's record of changes is missing or unusable."""
    codes = (libvirt.VIR_ERR_CHECKPOINT_INCONSISTENT, libvirt.VIR_ERR_NO_DOMAIN_CHECKPOINT)
    return error.get_error_code() in codes or "not found in backing chain" in str(error)
