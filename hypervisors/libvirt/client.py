"""The libvirt client behind the project's protocols."""

from pathlib import Path

from hypervisors.changed_blocks import Backup
from hypervisors.libvirt.backups import Backups
from hypervisors.libvirt.connection import Connection
from hypervisors.libvirt.disk_image import free_bytes
from hypervisors.libvirt.domains import Domains
from hypervisors.libvirt.fencing import Fencing
from hypervisors.libvirt.machines import Machines
from hypervisors.libvirt.networks import Networks
from hypervisors.libvirt.power import Power
from hypervisors.models import Machine, MachineSpec, Network, NetworkSpec


class LibvirtHypervisor:
    """One libvirt daemon, of a user or of the system; fulfils ``Hypervisor`` and ``ChangedBlocks``.

    Args:
        uri: Where the daemon is, such as ``qemu:///system``.
        storage_folder: Where new disks are made, written as the daemon sees it too.

    Raises:
        UnreachableError: the daemon does not answer.

    """

    def __init__(self, uri: str, *, storage_folder: Path) -> None:
        self._storage_folder = storage_folder.absolute()
        self._connection = Connection(uri)
        self._domains = Domains(self._connection)
        self._networks = Networks(self._connection, self._domains)
        self._machines = Machines(
            self._connection, self._domains, self._networks, storage_folder=self._storage_folder
        )
        self._power = Power(self._connection, self._domains)
        self._fencing = Fencing(self._connection, self._domains)
        self._backups = Backups(self._connection, self._domains, storage_folder=self._storage_folder)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def networks(self) -> tuple[Network, ...]:
        """Return every network that this project made."""
        return self._networks.all()

    def network(self, name: str) -> Network | None:
        """Return a network, or None where there is none of that name."""
        return self._networks.get(name)

    def create_network(self, spec: NetworkSpec) -> Network:
        """Make a network or adopt the identical one."""
        return self._networks.create(spec)

    def delete_network(self, name: str) -> None:
        """Delete a network; one that is gone already is no error, one in use is."""
        self._networks.delete(name)

    def machines(self) -> tuple[Machine, ...]:
        """Return every machine of the platform that this project can describe."""
        return self._domains.all()

    def machine(self, name: str) -> Machine | None:
        """Return a machine, or None where there is none of that name."""
        handle = self._domains.find(name)
        return None if handle is None else self._domains.machine(handle)

    def create_machine(self, spec: MachineSpec) -> Machine:
        """Define a machine, shut off, with empty disks; or adopt the identical one."""
        return self._machines.create(spec)

    def update_machine(self, spec: MachineSpec) -> Machine:
        """Change CPUs, memory and published ports of a machine that is shut off."""
        return self._machines.update(spec)

    def delete_machine(self, name: str) -> None:
        """Delete a machine that is shut off, with its disks."""
        self._machines.delete(name)

    def start(self, name: str) -> None:
        """Start a machine; one that is fenced is refused."""
        self._power.start(name)

    def shut_down(self, name: str, *, timeout_seconds: float) -> None:
        """Ask the guest to shut down and wait until the machine is off."""
        self._power.shut_down(name, timeout_seconds=timeout_seconds)

    def power_off(self, name: str) -> None:
        """Cut the power of a machine."""
        self._power.power_off(name)

    def empty_disks(self, name: str) -> None:
        """Replace the disks of a machine that is off by empty ones of the same size."""
        self._machines.empty_disks(name)

    def free_bytes(self) -> int:
        """Return the free space of the storage folder."""
        return free_bytes(self._storage_folder)

    def fence(self, name: str, *, move: str) -> None:
        """Mark a machine that is off, switch its autostart off and rename its disks."""
        self._fencing.fence(name, move=move)

    def unfence(self, name: str, *, move: str) -> None:
        """Undo ``fence`` of the same move."""
        self._fencing.unfence(name, move=move)

    def begin_backup(self, name: str, *, checkpoint: str, since: str | None) -> Backup:
        """Open a backup of a running machine and set a new checkpoint at the same instant."""
        return self._backups.begin(name, checkpoint=checkpoint, since=since)

    def end_backup(self, name: str) -> None:
        """Close the open backup; none open is no error."""
        self._backups.end(name)

    def checkpoints(self, name: str) -> tuple[str, ...]:
        """Return the checkpoints of a machine, oldest first."""
        return self._backups.checkpoints(name)

    def recover(self, name: str, *, keep: str | None) -> None:
        """Clean up after a kill and remove every checkpoint but ``keep``."""
        self._backups.recover(name, keep=keep)

    def forget_checkpoints(self, name: str) -> None:
        """Remove every checkpoint of a machine, on or off."""
        self._backups.forget_checkpoints(name)
