"""The protocol of platforms that remember which blocks of a running machine's disks changed."""

from typing import Protocol

from hypervisors.hypervisor import Hypervisor
from hypervisors.models import Model

CHECKPOINT_PREFIX = "samdrift-"
"""What the name of every checkpoint of this project begins with."""


class BackupDisk(Model):
    """A disk as a backup offers it.

    ``socket`` is the unix socket of an NBD server and ``export`` the name to ask there; ``context`` is the
    NBD metadata context that tells which blocks to read.
    """

    name: str
    size_bytes: int
    socket: str
    export: str
    context: str


class Backup(Model):
    """An open backup: the disks as they were when it began, while the machine runs on."""

    machine: str
    checkpoint: str
    since: str | None
    disks: tuple[BackupDisk, ...]


class ChangedBlocks(Protocol):
    """Copies of a running machine's disks, whole or only what changed since a checkpoint.

    Only checkpoints and backups that this project made are seen and touched. Every method raises children of
    ``HypervisorError`` and nothing else.
    """

    def begin_backup(self, name: str, *, checkpoint: str, since: str | None) -> Backup:
        """Open a backup of a running machine and set a new checkpoint at the same instant.

        Args:
            name: The machine.
            checkpoint: The new checkpoint; begins with ``CHECKPOINT_PREFIX`` and is new to this machine.
            since: Offer only what changed since this older checkpoint; None offers everything.

        Raises:
            CheckpointLostError: ``since`` is gone or broken; everything has to be copied again.

        """

    def end_backup(self, name: str) -> None:
        """Close the open backup; none open is no error. Its checkpoint stays."""

    def checkpoints(self, name: str) -> tuple[str, ...]:
        """Return the checkpoints of a machine, oldest first."""

    def recover(self, name: str, *, keep: str | None) -> None:
        """Clean up after a kill: close the backup, remove its files and every checkpoint but ``keep``.

        Checkpoints of a machine that is off stay until it runs or ``forget_checkpoints``; they do no harm.
        """

    def forget_checkpoints(self, name: str) -> None:
        """Remove every checkpoint of a machine, on or off, with its record of changed blocks."""


class WarmSource(Hypervisor, ChangedBlocks, Protocol):
    """A hypervisor that remembers changed blocks."""
