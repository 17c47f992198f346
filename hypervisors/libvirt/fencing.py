"""Fence a machine: mark it, switch its autostart off and rename its disks, so that nothing can start it.

The mark is written first and removed last, so that a fence or its removal that was killed half-way is seen,
still forbids the start, and is completed by the same call again.
"""

from pathlib import Path
from typing import Any

import libvirt
from lxml import etree

from hypervisors.errors import DiskError, FencedError, PlatformRefusedError, WrongStateError
from hypervisors.libvirt.connection import Connection
from hypervisors.libvirt.disk_image import fenced_path, rename_disk
from hypervisors.libvirt.domains import Domains
from hypervisors.libvirt.machine_description import FenceMark, MachineDescription
from hypervisors.libvirt.machine_xml import FENCE_NAMESPACE

_MOVE_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_LONGEST_MOVE = 100


class Fencing:
    """Fences around the machines behind one connection."""

    def __init__(self, connection: Connection, domains: Domains) -> None:
        self._connection = connection
        self._domains = domains

    def fence(self, name: str, *, move: str) -> None:
        """Fence a machine that is off; the same move again completes what a kill interrupted."""
        if not move or len(move) > _LONGEST_MOVE or not _MOVE_CHARACTERS.issuperset(move):
            raise PlatformRefusedError(
                "fencing", name, f"move {move!r} cannot be part of a file name (letters, digits, - and _)"
            )
        handle = self._domains.require(name)
        found = self._domains.description(handle)
        if found.fence is not None and found.fence.move != move:
            raise FencedError(name, move=found.fence.move, action="fencing")
        self._require_off(handle)
        if found.fence is None:
            self._refuse_missing_disks(found)
            with self._connection.doing("look at autostart of", name):
                autostart = bool(handle.autostart())
            self._mark(handle, FenceMark(move=move, autostart=autostart))
        with self._connection.doing("switching off autostart of", name):
            handle.setAutostart(False)
        for disk in found.disks:
            rename_disk(Path(disk.path), fenced_path(Path(disk.path), move))
        self._require_off(handle)

    def unfence(self, name: str, *, move: str) -> None:
        """Undo ``fence`` of the same move; not fenced is no error."""
        handle = self._domains.require(name)
        found = self._domains.description(handle)
        if found.fence is None:
            return
        if found.fence.move != move:
            raise FencedError(name, move=found.fence.move, action="lifting the fence")
        for disk in found.disks:
            rename_disk(fenced_path(Path(disk.path), move), Path(disk.path))
        with self._connection.doing("restoring autostart of", name):
            handle.setAutostart(found.fence.autostart)
        self._mark(handle, None)

    def _require_off(self, handle: Any) -> None:
        state = self._domains.state(handle)
        if state not in {"shut-off", "crashed"}:
            raise WrongStateError(handle.name(), state=state, wanted="shut-off", action="fencing")

    @staticmethod
    def _refuse_missing_disks(found: MachineDescription) -> None:
        for disk in found.disks:
            if not Path(disk.path).exists():
                raise DiskError(disk.path, "is missing", "Restore it from the backup.")

    def _mark(self, handle: Any, mark: FenceMark | None) -> None:
        text = None
        if mark is not None:
            attributes = {"move": mark.move, "autostart": "yes" if mark.autostart else "no"}
            # Without a namespace, which libvirt adds by itself.
            element = etree.Element("fence", attributes)
            text = etree.tostring(element, encoding="unicode")
        with self._connection.doing("marking the fence of", handle.name()):
            handle.setMetadata(
                libvirt.VIR_DOMAIN_METADATA_ELEMENT,
                text,
                "samdrift-fence",
                FENCE_NAMESPACE,
                libvirt.VIR_DOMAIN_AFFECT_CONFIG,
            )
