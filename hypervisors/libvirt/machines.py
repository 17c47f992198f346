"""Machines of one libvirt daemon: adopt or make, change and delete."""

from pathlib import Path
from typing import Any

import libvirt

from hypervisors.errors import (
    DiskError,
    FencedError,
    ObjectDiffersError,
    ObjectMissingError,
    ObjectTakenError,
    WrongStateError,
)
from hypervisors.libvirt.connection import Connection
from hypervisors.libvirt.disk_image import MIB, make_image
from hypervisors.libvirt.domains import Domains, disk_paths
from hypervisors.libvirt.machine_description import MachineDescription
from hypervisors.libvirt.machine_xml import (
    MACHINE_NAMESPACE,
    change_machine,
    disk_file_name,
    machine_mark,
    render_machine,
)
from hypervisors.libvirt.networks import Networks
from hypervisors.models import FOREIGN_OWNER, Machine, MachineSpec, differing_fields

_CHANGEABLE = frozenset({"cpus", "ram_mib", "published_ports"})


class Machines:
    """The machines behind one connection, changed."""

    def __init__(
        self, connection: Connection, domains: Domains, networks: Networks, *, storage_folder: Path
    ) -> None:
        self._connection = connection
        self._domains = domains
        self._networks = networks
        self._storage_folder = storage_folder

    def create(self, spec: MachineSpec) -> Machine:
        """Define a machine with empty disks, or adopt the identical one.

        The definition comes first and says that it is incomplete, so that a repeated call after a kill knows
        which disk files are its own and never takes another's file nor empties a disk that was in use.
        """
        handle = self._domains.find(spec.name)
        if handle is None:
            self._networks.require(spec.network)
            self._refuse_files_in_the_way(spec)
            handle = self._define(
                spec.name,
                render_machine(spec, storage_folder=self._storage_folder, kvm=self._kvm_is_usable()),
            )
        found = self._domains.description(handle)
        if found.owner != spec.owner:
            raise ObjectTakenError("machine", spec.name, owner=found.owner, wanted_owner=spec.owner)
        if not found.complete:
            self._complete(handle, spec)
        else:
            self._refuse_lost_disks(found)
        machine = self._domains.machine(handle)
        if fields := differing_fields(machine.spec, spec):
            raise ObjectDiffersError("machine", spec.name, fields)
        return machine

    def update(self, spec: MachineSpec) -> Machine:
        """Change CPUs, memory and published ports of a machine of this owner that is shut off."""
        handle = self._domains.require(spec.name)
        machine = self._domains.machine(handle)
        if machine.spec.owner != spec.owner:
            raise ObjectTakenError("machine", spec.name, owner=machine.spec.owner, wanted_owner=spec.owner)
        fields = differing_fields(machine.spec, spec)
        if not fields:
            return machine
        if fixed := tuple(field for field in fields if field not in _CHANGEABLE):
            raise ObjectDiffersError("machine", spec.name, fixed)
        if machine.state != "shut-off":
            raise WrongStateError(spec.name, state=machine.state, wanted="shut-off", action="change")
        return self._domains.machine(self._define(spec.name, change_machine(self._domains.xml(handle), spec)))

    def delete(self, name: str) -> None:
        """Delete a machine of this project that is shut off, with its disks.

        The disks go first: a kill in between leaves a definition that a repeated call removes, and no file
        that belongs to nobody.
        """
        handle = self._domains.find(name)
        if handle is None:
            return
        found = self._domains.description(handle)
        if found.owner == FOREIGN_OWNER:
            raise ObjectTakenError("machine", name, owner=found.owner, wanted_owner="this project")
        if found.fence is not None:
            raise FencedError(name, move=found.fence.move, action="deletion")
        self._require_off(handle, "deletion")
        for path in disk_paths(found):
            _remove(path)
        _remove(self._storage_folder / f"{name}.serial.log")
        self._require_off(handle, "deletion")
        flags = (
            libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
            | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
            | libvirt.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA
            | libvirt.VIR_DOMAIN_UNDEFINE_NVRAM
        )
        with self._connection.doing("deletion of machine", name):
            handle.undefineFlags(flags)

    def empty_disks(self, name: str) -> None:
        """Replace the disks of a machine of this project that is off by empty ones of the same size."""
        handle = self._domains.require(name)
        machine = self._domains.machine(handle)
        if machine.spec.owner == FOREIGN_OWNER:
            raise ObjectTakenError("machine", name, owner=FOREIGN_OWNER, wanted_owner="this project")
        self._require_off(handle, "emptying the disks")
        for disk in machine.disks:
            make_image(Path(disk.path), size_bytes=disk.size_bytes)

    def _require_off(self, handle: Any, action: str) -> None:
        state = self._domains.state(handle)
        if state not in {"shut-off", "crashed"}:
            raise WrongStateError(handle.name(), state=state, wanted="shut-off", action=action)

    def _define(self, name: str, text: str) -> Any:
        with self._connection.doing("definition of machine", name):
            return self._connection.handle.defineXML(text)

    def _complete(self, handle: Any, spec: MachineSpec) -> None:
        for disk in spec.disks:
            path = self._storage_folder / disk_file_name(spec.name, disk.name)
            make_image(path, size_bytes=disk.size_mib * MIB)
        with self._connection.doing("marking machine", spec.name):
            handle.setMetadata(
                libvirt.VIR_DOMAIN_METADATA_ELEMENT,
                machine_mark(spec),
                "samdrift",
                MACHINE_NAMESPACE,
                libvirt.VIR_DOMAIN_AFFECT_CONFIG,
            )

    @staticmethod
    def _refuse_lost_disks(found: MachineDescription) -> None:
        """Refuse to adopt a machine without its data; an empty disk in its place would hide the loss."""
        for path in disk_paths(found):
            if not path.exists():
                raise DiskError(str(path), "is missing", "Restore it, or delete the machine.")

    def _refuse_files_in_the_way(self, spec: MachineSpec) -> None:
        if not self._storage_folder.is_dir():
            raise ObjectMissingError("storage folder", str(self._storage_folder))
        for disk in spec.disks:
            path = self._storage_folder / disk_file_name(spec.name, disk.name)
            if path.exists():
                raise DiskError(
                    str(path), "lies in the way of a new machine", "Move it away if nobody needs it."
                )

    def _kvm_is_usable(self) -> bool:
        """Ask the daemon, because its user, not ours, must be able to open the device."""
        with self._connection.doing("look at the capabilities of", self._connection.uri):
            try:
                self._connection.handle.getDomainCapabilities(None, "x86_64", None, "kvm", 0)
            except libvirt.libvirtError as error:
                if error.get_error_code() == libvirt.VIR_ERR_INVALID_ARG:
                    return False
                raise
        return True


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise DiskError(
            str(path), f"cannot be deleted: {error.strerror}", "Check who may write to the storage folder."
        ) from error
