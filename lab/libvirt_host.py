"""One stand-in for a libvirt host: a session daemon with folders, user and host identity of its own.

Images are made through libvirt, so that the daemon's user owns them: storage pool ``STORAGE_POOL`` is the
host's ``storage_folder``. A file that root puts there by hand is readable by the daemon only after
``give_to_owner``.

Known limits: user-mode networking only, as an ordinary user's daemon cannot make bridges. Below a folder only
one daemon can run.
"""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import libvirt

from lab.guest_errors import (
    FolderNotUsableError,
    FolderTooLongError,
    HostAlreadyRunningError,
    HostNotRunningError,
    HostStartError,
    ProgramMissingError,
)
from lab.processes import ProcessRecord, end_processes, is_alive, live_process, runs_below

STORAGE_POOL = "servers"
"""The storage pool that every host of the lab offers."""

# The longest path that libvirt makes below the folder: a guest's monitor socket, its name cut to 20 bytes.
_LONGEST_BELOW = "/c/libvirt/qemu/lib/domain-9999-" + "n" * 20 + "/monitor.sock"
_SOCKET_PATH_BYTES = 107
_ORDINARY_USER = "nobody"
_HOST_NAMESPACE = uuid.UUID("5b1f3c0a-8d1e-4a53-9d0c-3f6f2f2f6c11")


class LibvirtHost:
    """A libvirt daemon of the lab; the same folder given again finds and ends what a killed parent left.

    Args:
        name: What messages call the host.
        folder: A short folder of this host alone; made where it is absent.

    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder.absolute()
        longest_bytes = _SOCKET_PATH_BYTES - len(_LONGEST_BELOW)
        if len(os.fsencode(self.folder)) > longest_bytes:
            raise FolderTooLongError(name, folder=self.folder, longest_bytes=longest_bytes)
        self._owner = pwd.getpwnam(_ORDINARY_USER) if os.getuid() == 0 else pwd.getpwuid(os.getuid())

    @property
    def uri(self) -> str:
        """Return the libvirt URI that reaches this daemon."""
        return f"qemu+unix:///session?socket={self._socket}"

    @property
    def storage_folder(self) -> Path:
        """Return the folder of the storage pool; the daemon's user owns it."""
        return self.folder / "s"

    @property
    def owner_uid(self) -> int:
        """Return the user who runs the daemon and its guests."""
        return self._owner.pw_uid

    @property
    def host_uuid(self) -> str:
        """Return the identity that tells libvirt that two daemons are two hosts."""
        return str(uuid.uuid5(_HOST_NAMESPACE, f"{self.name}:{self.folder}"))

    @property
    def log(self) -> Path:
        """Return the file that holds what the daemon printed."""
        return self.folder / "daemon.log"

    def start(self, *, known_capabilities: Path | None = None, timeout_seconds: float = 30) -> None:
        """Start the daemon and its storage pool, and return when it answers.

        Guests that a killed daemon left running are taken over by the new one.

        Args:
            known_capabilities: A folder that ``keep_capabilities`` of a host of this machine filled.
            timeout_seconds: How long the daemon may take to answer.

        Raises:
            ProgramMissingError: a Debian package is not installed.
            FolderNotUsableError: the daemon's user cannot reach the folder.
            HostAlreadyRunningError: a daemon of this folder is alive.
            HostStartError: the daemon died or did not answer in time.

        """
        command = self._command()
        if running := self._daemon_record():
            raise HostAlreadyRunningError(self.name, folder=self.folder, pid=running.pid)
        self._end_orphans()
        self._prepare_folders()
        self._write_configuration()
        if known_capabilities is not None:
            self._take_capabilities(known_capabilities)
        with self.log.open("ab") as output:
            # Its own session, so that a Ctrl-C at the terminal reaches the lab alone, which ends it in order.
            daemon = subprocess.Popen(
                command,
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        record = live_process(daemon.pid)
        # From here on the record answers for the process, also to another LibvirtHost of this folder.
        daemon.returncode = 0
        if record is None:
            raise HostStartError(self.name, reason="the daemon ended at once", log=self.log)
        self._record_file.write_text(record.model_dump_json())
        try:
            self._wait_until_answering(record, timeout_seconds=timeout_seconds)
            self._start_storage_pool()
        except BaseException:
            self.stop()
            raise

    def stop(self, *, grace_seconds: float = 5) -> None:
        """End the daemon and every guest of this host; nothing to end is no error."""
        if record := self._daemon_record():
            end_processes([record], grace_seconds=grace_seconds)
        # Guests after the daemon, so that it can start no further one meanwhile.
        end_processes(self._guest_records(), grace_seconds=grace_seconds)
        self._record_file.unlink(missing_ok=True)

    def is_running(self) -> bool:
        """Tell whether the daemon of this folder is alive."""
        return self._daemon_record() is not None

    @contextmanager
    def connection(self) -> Iterator[libvirt.virConnect]:
        """Open a libvirt connection for the length of a ``with`` block.

        Raises:
            HostNotRunningError: the daemon is not alive.

        """
        if not self.is_running():
            raise HostNotRunningError(self.name)
        # Every libvirt error arrives as an exception; its second copy on stderr would stain the display.
        libvirt.registerErrorHandler(lambda _context, _error: None, None)
        connection = libvirt.open(self.uri)
        try:
            yield connection
        finally:
            connection.close()

    def keep_capabilities(self, folder: Path) -> None:
        """Copy what libvirt found out about QEMU, which is seconds of work, for a later host's start."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self._capabilities.glob("*.xml"):
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".part-", delete=False) as part:
                part.write(file.read_bytes())
            Path(part.name).replace(folder / file.name)

    def _take_capabilities(self, folder: Path) -> None:
        # Libvirt itself takes a file that does not fit its version, user, kernel or QEMU for absent.
        for file in folder.glob("*.xml"):
            target = self._capabilities / file.name
            shutil.copyfile(file, target)
            self.give_to_owner(target)

    def give_to_owner(self, path: Path) -> None:
        """Make a file that the lab wrote readable and writable by the daemon's user."""
        if os.getuid() == 0:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    @property
    def _capabilities(self) -> Path:
        return self.folder / "h" / "libvirt" / "qemu" / "cache" / "capabilities"

    @property
    def _runtime(self) -> Path:
        return self.folder / "r"

    @property
    def _configuration(self) -> Path:
        return self.folder / "c" / "libvirt"

    @property
    def _socket(self) -> Path:
        return self._runtime / "libvirt" / "libvirt-sock"

    @property
    def _record_file(self) -> Path:
        return self.folder / "daemon.json"

    def _command(self) -> list[str]:
        daemon = self._program("libvirtd", package="libvirt-daemon-system")
        self._program("qemu-system-x86_64", package="qemu-system-x86")
        self._program("qemu-img", package="qemu-utils")
        # The file is named on the command line so that the daemon can be recognised by its folder.
        command = [daemon, "--config", str(self._configuration / "libvirtd.conf")]
        if os.getuid() != 0:
            return command
        setpriv = self._program("setpriv", package="util-linux")
        user = [f"--reuid={self._owner.pw_uid}", f"--regid={self._owner.pw_gid}"]
        return [setpriv, *user, "--clear-groups", *command]

    def _program(self, name: str, *, package: str) -> str:
        # Debian keeps daemons in folders that an ordinary user's PATH leaves out.
        found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
        if found is None:
            raise ProgramMissingError(self.name, program=name, package=package)
        return found

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.folder / "h"),
            "TMPDIR": str(self.storage_folder),
            "XDG_RUNTIME_DIR": str(self._runtime),
            "XDG_CONFIG_HOME": str(self.folder / "c"),
            "XDG_DATA_HOME": str(self.folder / "d"),
            "XDG_CACHE_HOME": str(self.folder / "h"),
        }

    def _prepare_folders(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FolderNotUsableError(
                self.name,
                folder=self.folder,
                obstacle=self.folder.parent,
                owner_uid=self.owner_uid,
                reason=f"does not let it be made ({error.strerror})",
            ) from error
        for parent in reversed(self.folder.parents):
            if not self._may_pass(parent):
                raise FolderNotUsableError(
                    self.name,
                    folder=self.folder,
                    obstacle=parent,
                    owner_uid=self.owner_uid,
                    reason="may not be passed through by that user",
                )
        # The host's own folder is passed through but not listed by other users of the machine.
        self.folder.chmod(0o711)
        self.give_to_owner(self.folder)
        cache = reversed(self._capabilities.relative_to(self.folder).parents[:-1])
        names = ["r", "c", "c/libvirt", "d", *map(str, cache), str(self._capabilities)]
        for path, mode in (*((self.folder / name, 0o700) for name in names), (self.storage_folder, 0o755)):
            path.mkdir(exist_ok=True)
            path.chmod(mode)
            self.give_to_owner(path)

    def _may_pass(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self._owner.pw_uid:
            return bool(found.st_mode & stat.S_IXUSR)
        groups = {self._owner.pw_gid} if os.getuid() == 0 else {os.getgid(), *os.getgroups()}
        if found.st_gid in groups:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)

    def _write_configuration(self) -> None:
        files = {
            # Without these a second daemon for logs is started, and labels are set that no ordinary user may.
            "qemu.conf": 'stdio_handler = "file"\nsecurity_driver = "none"\n',
            "libvirtd.conf": f'host_uuid = "{self.host_uuid}"\n',
        }
        for name, text in files.items():
            path = self._configuration / name
            path.write_text(text)
            self.give_to_owner(path)

    def _wait_until_answering(self, record: ProcessRecord, *, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            if not is_alive(record):
                raise HostStartError(self.name, reason="the daemon ended while starting", log=self.log)
            if self._answers():
                return
            time.sleep(0.05)
        raise HostStartError(
            self.name, reason=f"the daemon did not answer within {timeout_seconds:.0f} s", log=self.log
        )

    def _answers(self) -> bool:
        try:
            with self.connection():
                return True
        except libvirt.libvirtError:
            return False

    def _start_storage_pool(self) -> None:
        description = (
            f"<pool type='dir'><name>{STORAGE_POOL}</name>"
            f"<target><path>{self.storage_folder}</path></target></pool>"
        )
        try:
            with self.connection() as connection:
                if STORAGE_POOL in {pool.name() for pool in connection.listAllStoragePools()}:
                    pool = connection.storagePoolLookupByName(STORAGE_POOL)
                else:
                    pool = connection.storagePoolDefineXML(description)
                    pool.setAutostart(1)
                if not pool.isActive():
                    pool.create()
        except libvirt.libvirtError as error:
            reason = f"the storage pool could not be started: {error}"
            raise HostStartError(self.name, reason=reason, log=self.log) from error

    def _daemon_record(self) -> ProcessRecord | None:
        """Return the live daemon of this folder, from our record or, after a kill, from its own pid file."""
        try:
            record = ProcessRecord.model_validate_json(self._record_file.read_text())
        except (FileNotFoundError, ValueError):
            # A parent that was killed between start and record leaves none, or half of one.
            return self._process_of(self._runtime / "libvirt" / "libvirtd.pid")
        if is_alive(record):
            return record
        return self._process_of(self._runtime / "libvirt" / "libvirtd.pid")

    def _guest_records(self) -> tuple[ProcessRecord, ...]:
        """Return the live guests: libvirt writes a pid file for each, whoever asked for it."""
        pid_files = sorted((self._runtime / "libvirt" / "qemu" / "run").glob("*.pid"))
        return tuple(record for file in pid_files if (record := self._process_of(file)) is not None)

    def _end_orphans(self) -> None:
        """End the children that a killed daemon had just forked: they hold its lock until they are gone."""
        configuration = str(self._configuration / "libvirtd.conf").encode()
        records = [
            record
            for folder in Path("/proc").glob("[0-9]*")
            if configuration in _command_line(folder).split(b"\0")
            and (record := live_process(int(folder.name))) is not None
        ]
        end_processes(records, grace_seconds=1)

    def _process_of(self, pid_file: Path) -> ProcessRecord | None:
        try:
            pid = int(pid_file.read_text())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        # A pid file outlives its process and the pid may be another's by now: the folder decides.
        return live_process(pid) if runs_below(pid, self.folder) else None


def _command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
