"""Look-up of machines in one libvirt daemon, their state and their description."""

from pathlib import Path
from typing import Any

import libvirt
from pydantic import ValidationError

from hypervisors.errors import DiskError, NotDescribableError, ObjectMissingError
from hypervisors.libvirt.connection import Connection
from hypervisors.libvirt.disk_image import MIB, fenced_path, virtual_size_bytes
from hypervisors.libvirt.machine_description import MachineDescription, describe
from hypervisors.models import DiskSpec, Machine, MachineDisk, MachineSpec, MachineState

_STATES: dict[int, MachineState] = {
    libvirt.VIR_DOMAIN_RUNNING: "running",
    libvirt.VIR_DOMAIN_BLOCKED: "running",
    libvirt.VIR_DOMAIN_PAUSED: "paused",
    libvirt.VIR_DOMAIN_PMSUSPENDED: "paused",
    libvirt.VIR_DOMAIN_SHUTDOWN: "changing",
    libvirt.VIR_DOMAIN_SHUTOFF: "shut-off",
    libvirt.VIR_DOMAIN_CRASHED: "crashed",
}


class Domains:
    """The machines behind one connection, read only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: str) -> Any | None:
        """Return libvirt's handle of a machine, or None."""
        with self._connection.doing("look-up of machine", name):
            try:
                return self._connection.handle.lookupByName(name)
            except libvirt.libvirtError as error:
                if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
                    return None
                raise

    def require(self, name: str) -> Any:
        """Return libvirt's handle of a machine.

        Raises:
            ObjectMissingError: there is none of that name.

        """
        handle = self.find(name)
        if handle is None:
            raise ObjectMissingError("machine", name)
        return handle

    def state(self, handle: Any) -> MachineState:
        """Return what the machine does now."""
        with self._connection.doing("look at the state of", handle.name()):
            state: MachineState = _STATES.get(handle.state()[0], "changing")
            return state

    def xml(self, handle: Any) -> str:
        """Return the stored definition, complete enough to define the machine again."""
        flags = libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE
        with self._connection.doing("description of machine", handle.name()):
            text: str = handle.XMLDesc(flags)
            return text

    def description(self, handle: Any) -> MachineDescription:
        """Return what the stored definition says."""
        return describe(self.xml(handle))

    def machine(self, handle: Any) -> Machine:
        """Return the machine as the platform holds it.

        Raises:
            NotDescribableError: something in it has no place in the project's models.

        """
        found = self.description(handle)
        paths = disk_paths(found)
        sizes = tuple(
            self._size_bytes(found.name, path, disk.image_format, disk.declared_size_mib)
            for path, disk in zip(paths, found.disks, strict=True)
        )
        try:
            spec = MachineSpec.model_validate(
                {
                    "name": found.name,
                    "cpus": found.cpus,
                    "ram_mib": found.ram_mib,
                    "disks": tuple(
                        DiskSpec.model_validate({"name": disk.name, "size_mib": -(-size // MIB)})
                        for disk, size in zip(found.disks, sizes, strict=True)
                    ),
                    "network": found.network,
                    "owner": found.owner,
                    "boot": found.boot,
                    "published_ports": found.published_ports,
                },
            )
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise NotDescribableError(found.name, f"{field}: {first['msg']}") from error
        return Machine(
            object_id=found.object_id,
            spec=spec,
            state=self.state(handle),
            disks=tuple(
                MachineDisk(name=disk.name, path=str(path), size_bytes=size)
                for path, disk, size in zip(paths, found.disks, sizes, strict=True)
            ),
            fenced_by=None if found.fence is None else found.fence.move,
        )

    def all(self) -> tuple[Machine, ...]:
        """Return every machine that can be described, by name."""
        machines = []
        with self._connection.doing("listing", "machines"):
            handles = self._connection.handle.listAllDomains()
        for handle in handles:
            try:
                machines.append(self.machine(handle))
            except (NotDescribableError, DiskError):
                # A machine of somebody else's making, such as one on a disk array; machine() says why.
                continue
        return tuple(sorted(machines, key=lambda machine: machine.spec.name))

    def names_on_network(self, network: str) -> tuple[str, ...]:
        """Return the machines that are on a network."""
        names = []
        with self._connection.doing("listing", "machines"):
            handles = self._connection.handle.listAllDomains()
        for handle in handles:
            try:
                if self.description(handle).network == network:
                    names.append(handle.name())
            except NotDescribableError:
                continue
        return tuple(sorted(names))

    @staticmethod
    def _size_bytes(machine: str, path: Path, image_format: str, declared_size_mib: int | None) -> int:
        size = virtual_size_bytes(path, image_format)
        if size is not None:
            return size
        if declared_size_mib is None:
            raise NotDescribableError(machine, f"its disk {path} is missing")
        return declared_size_mib * MIB


def disk_paths(description: MachineDescription) -> tuple[Path, ...]:
    """Return where the disks lie now: a fence renames them, and a killed fence may have renamed only some."""
    return tuple(_disk_path(Path(disk.path), description) for disk in description.disks)


def _disk_path(path: Path, description: MachineDescription) -> Path:
    if description.fence is None or path.exists():
        return path
    return fenced_path(path, description.fence.move)
