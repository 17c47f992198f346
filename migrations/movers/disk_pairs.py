"""Which source disk goes onto which target disk, and whether they fit."""

from pathlib import Path

from hypervisors.models import Machine
from migrations.movers.errors import DisksDifferError, SideNotSafeError
from migrations.movers.mover import Model

OFF = ("shut-off", "crashed")
"""The states in which a machine does not serve."""


class DiskPair(Model):
    """A disk of the source and the disk of the same name of the target."""

    name: str
    source: str
    target: str
    size_bytes: int


def pair_disks(source: Machine, target: Machine) -> tuple[DiskPair, ...]:
    """Pair the disks by name.

    Raises:
        DisksDifferError: a name has no partner, a target disk is smaller, or both are one file.

    """
    server = source.spec.name
    targets = {disk.name: disk for disk in target.disks}
    names = tuple(disk.name for disk in source.disks)
    if sorted(names) != sorted(targets):
        raise DisksDifferError(
            server, f"the source has disks {', '.join(names)}, the target {', '.join(sorted(targets))}"
        )
    pairs = []
    for disk in source.disks:
        other = targets[disk.name]
        if other.size_bytes < disk.size_bytes:
            problem = f"target disk {disk.name} has {other.size_bytes} bytes, the source {disk.size_bytes}"
            raise DisksDifferError(server, problem)
        if Path(other.path).exists() and Path(other.path).samefile(disk.path):
            raise DisksDifferError(server, f"source and target use the same file {disk.path}")
        pairs.append(
            DiskPair(name=disk.name, source=disk.path, target=other.path, size_bytes=disk.size_bytes)
        )
    return tuple(pairs)


def require_off_and_fenced(machine: Machine, *, side: str, move: str) -> None:
    """Raise ``SideNotSafeError`` unless a machine is off and cannot be started during this move."""
    if machine.state not in OFF:
        raise SideNotSafeError(machine.spec.name, side=side, problem=f"is {machine.state}")
    if machine.fenced_by != move:
        raise SideNotSafeError(machine.spec.name, side=side, problem="is not fenced by this move")


def require_off(machine: Machine, *, side: str) -> None:
    """Raise ``SideNotSafeError`` unless a machine is off."""
    if machine.state not in OFF:
        raise SideNotSafeError(machine.spec.name, side=side, problem=f"is {machine.state}")


def image_stamp(path: str) -> tuple[int, int]:
    """Return size and time of the last change of an image file; any write to it changes them."""
    status = Path(path).stat()
    return status.st_size, status.st_mtime_ns
