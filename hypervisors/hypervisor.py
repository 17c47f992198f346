"""The protocol that every virtualisation client fulfils."""

from typing import Protocol

from hypervisors.models import Machine, MachineSpec, Network, NetworkSpec


class Hypervisor(Protocol):
    """One connection to one platform. Every method raises children of ``HypervisorError`` and nothing else.

    Create is adopt-or-make: an object with the same name and the same owner is returned as it is, one with
    another owner is refused. That makes a repeated create after a kill safe.
    """

    def close(self) -> None:
        """End the connection."""

    def networks(self) -> tuple[Network, ...]:
        """Return every network that this project made."""

    def network(self, name: str) -> Network | None:
        """Return a network, or None where there is none of that name."""

    def create_network(self, spec: NetworkSpec) -> Network:
        """Make a network or adopt the identical one."""

    def delete_network(self, name: str) -> None:
        """Delete a network; one that is gone already is no error, one in use is."""

    def machines(self) -> tuple[Machine, ...]:
        """Return every machine of the platform that this project can describe."""

    def machine(self, name: str) -> Machine | None:
        """Return a machine, or None where there is none of that name."""

    def create_machine(self, spec: MachineSpec) -> Machine:
        """Define a machine, shut off, with empty disks; or adopt the identical one."""

    def update_machine(self, spec: MachineSpec) -> Machine:
        """Change CPUs, memory and published ports of a machine that is shut off."""

    def delete_machine(self, name: str) -> None:
        """Delete a machine that is shut off, with its disks."""

    def start(self, name: str) -> None:
        """Start a machine; one that is fenced is refused."""

    def shut_down(self, name: str, *, timeout_seconds: float) -> None:
        """Ask the guest to shut down and wait until the machine is off."""

    def power_off(self, name: str) -> None:
        """Cut the power of a machine whose disks are to be discarded; off already is no error."""

    def empty_disks(self, name: str) -> None:
        """Replace the disks of a machine that is off by empty ones of the same size."""

    def free_bytes(self) -> int:
        """Return the free space of the storage folder."""

    def fence(self, name: str, *, move: str) -> None:
        """Make it impossible to start a machine that is off, by whatever means the platform has."""

    def unfence(self, name: str, *, move: str) -> None:
        """Undo ``fence`` of the same move."""
