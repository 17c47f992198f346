"""Pull backups of running machines with checkpoints, over unix sockets.

Hazards that shaped this (measured): a second backup begun while one is open hangs, so the open one is asked
for first; a full scratch file pauses the source, so its end resumes a machine that stopped on a write error;
the scratch file and the socket survive a kill.

Known limits: the user that runs QEMU must be able to write to the storage folder, where scratch files and the
socket lie. With a system daemon that is a user of its own.
"""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import libvirt

from hypervisors.changed_blocks import CHECKPOINT_PREFIX, Backup, BackupDisk
from hypervisors.errors import ChangedBlocksError, CheckpointLostError, DiskError, WrongStateError
from hypervisors.libvirt.backup_xml import (
    CHANGED,
    EVERYTHING,
    backup_socket,
    render_backup,
    render_checkpoint,
)
from hypervisors.libvirt.checkpoints import Checkpoints, is_broken
from hypervisors.libvirt.connection import Connection, first_line
from hypervisors.libvirt.domains import Domains
from hypervisors.models import Machine

_LONGEST_SOCKET_BYTES = 107
_END_TIMEOUT_SECONDS = 30.0
_POLL_SECONDS = 0.05


class Backups:
    """The backups of the machines behind one connection."""

    def __init__(self, connection: Connection, domains: Domains, *, storage_folder: Path) -> None:
        self._connection = connection
        self._domains = domains
        self._checkpoints = Checkpoints(connection, domains)
        self._storage_folder = storage_folder

    def begin(self, name: str, *, checkpoint: str, since: str | None) -> Backup:
        """Open a backup of a running machine and set a new checkpoint at the same instant."""
        handle = self._domains.require(name)
        machine = self._domains.machine(handle)
        self._refuse_what_cannot_work(handle, machine, checkpoint)
        if since is not None and since not in self._checkpoints.names(handle):
            raise CheckpointLostError(name, since, "libvirt does not know it")
        socket = self._socket(name)
        disks = tuple(disk.name for disk in machine.disks)
        scratch = {disk: self._scratch(name, disk) for disk in disks}
        self._remove_leftovers(name)
        with self._connection.doing("begin of a backup", name):
            try:
                handle.backupBegin(
                    render_backup(disks, socket=socket, scratch=scratch, since=since),
                    render_checkpoint(checkpoint, disks),
                )
            except libvirt.libvirtError as error:
                if since is not None and is_broken(error):
                    raise CheckpointLostError(name, since, first_line(error)) from error
                raise
        return Backup(
            machine=name,
            checkpoint=checkpoint,
            since=since,
            disks=tuple(
                BackupDisk(
                    name=disk.name,
                    size_bytes=disk.size_bytes,
                    socket=str(socket),
                    export=disk.name,
                    context=EVERYTHING if since is None else CHANGED,
                )
                for disk in machine.disks
            ),
        )

    def end(self, name: str) -> None:
        """Close the open backup of this project, remove its files and wake a source that it stopped."""
        handle = self._domains.require(name)
        socket = self._open_socket(handle)
        if socket is not None:
            if socket != str(self._socket(name)):
                raise ChangedBlocksError(
                    name, "another program has a backup open", "Wait until it has ended and repeat."
                )
            self._abort(handle, name)
            self._wake(handle, name)
        self._remove_leftovers(name)

    def checkpoints(self, name: str) -> tuple[str, ...]:
        """Return the checkpoints of a machine, oldest first."""
        return self._checkpoints.names(self._domains.require(name))

    def recover(self, name: str, *, keep: str | None) -> None:
        """Close the backup, remove its files and, of a running machine, every checkpoint but ``keep``."""
        self.end(name)
        handle = self._domains.require(name)
        if self._domains.state(handle) == "running":
            self._checkpoints.delete_all_but(handle, keep)

    def forget_checkpoints(self, name: str) -> None:
        """Remove every checkpoint of a machine, on or off."""
        self.recover(name, keep=None)
        handle = self._domains.require(name)
        if self._domains.state(handle) in {"shut-off", "crashed"}:
            self._checkpoints.forget(handle)

    def _refuse_what_cannot_work(self, handle: Any, machine: Machine, checkpoint: str) -> None:
        name = machine.spec.name
        if not checkpoint.startswith(CHECKPOINT_PREFIX):
            raise ChangedBlocksError(
                name, f"checkpoint {checkpoint!r} does not begin with {CHECKPOINT_PREFIX!r}", "Name it so."
            )
        if machine.state != "running":
            raise WrongStateError(name, state=machine.state, wanted="running", action="backup")
        for disk in self._domains.description(handle).disks:
            if disk.image_format != "qcow2":
                raise DiskError(
                    disk.path,
                    f"is {disk.image_format}, which cannot record changed blocks",
                    "Convert it to qcow2 in a maintenance window.",
                )
        if self._open_socket(handle) is not None:
            raise ChangedBlocksError(name, "a backup is open already", "End it, or recover, and repeat.")

    def _open_socket(self, handle: Any) -> str | None:
        with self._connection.doing("look at the backup of", handle.name()):
            try:
                return backup_socket(handle.backupGetXMLDesc())
            except libvirt.libvirtError as error:
                no_job = (libvirt.VIR_ERR_NO_DOMAIN_BACKUP, libvirt.VIR_ERR_OPERATION_INVALID)
                if error.get_error_code() in no_job:
                    return None
                raise

    def _abort(self, handle: Any, name: str) -> None:
        with self._connection.doing("end of the backup", name):
            try:
                handle.abortJob()
            except libvirt.libvirtError as error:
                # It ended between the look and the abort.
                if error.get_error_code() != libvirt.VIR_ERR_OPERATION_INVALID:
                    raise
        deadline = time.monotonic() + _END_TIMEOUT_SECONDS
        while self._open_socket(handle) is not None:
            if time.monotonic() > deadline:
                raise ChangedBlocksError(
                    name,
                    f"its backup did not end within {_END_TIMEOUT_SECONDS:g} s",
                    "Look at the machine's log and repeat.",
                )
            time.sleep(_POLL_SECONDS)

    def _wake(self, handle: Any, name: str) -> None:
        with self._connection.doing("resume after a write error of", name):
            state, reason = handle.state()
            if (state, reason) == (libvirt.VIR_DOMAIN_PAUSED, libvirt.VIR_DOMAIN_PAUSED_IOERROR):
                handle.resume()

    def _socket(self, name: str) -> Path:
        """Return a socket path of constant length: machine names may be longer than a socket's may."""
        short = hashlib.sha256(name.encode()).hexdigest()[:12]
        path = self._storage_folder / f"backup-{short}.sock"
        if len(os.fsencode(path)) > _LONGEST_SOCKET_BYTES:
            raise ChangedBlocksError(
                name,
                f"the socket's path {path} is longer than {_LONGEST_SOCKET_BYTES} bytes",
                "Use a storage folder with a shorter path.",
            )
        return path

    def _scratch(self, name: str, disk: str) -> Path:
        return self._storage_folder / f"{name}-{disk}.scratch"

    def _remove_leftovers(self, name: str) -> None:
        handle = self._domains.require(name)
        disks = (disk.name for disk in self._domains.description(handle).disks)
        for path in (self._socket(name), *(self._scratch(name, disk) for disk in disks)):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise DiskError(
                    str(path), f"cannot be deleted: {error.strerror}", "Check the storage folder."
                ) from error
