"""Offer an image of a machine that is off over NBD, by a qemu-nbd that ends with its one client."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migrations.movers.errors import DiskExportError
from migrations.movers.nbd_disk import NBDDisk

_START_TIMEOUT_SECONDS = 15.0
_LOCK_SECONDS = 3.0
_END_TIMEOUT_SECONDS = 60.0
_POLL_SECONDS = 0.02


@contextmanager
def open_image(
    image: Path, *, run_folder: Path, label: str, read_only: bool, bitmap: str | None = None
) -> Iterator[NBDDisk]:
    """Open a qcow2 image through qemu, with its lock held, and give it free again.

    Args:
        image: The image; its machine is off.
        run_folder: Where the socket lies.
        label: Names the socket; one export per label at a time.
        read_only: Refuse writes.
        bitmap: Offer this record of changed blocks; qemu-nbd refuses one that is broken.

    Raises:
        DiskExportError: qemu-nbd does not start, most often because another program has the image open.

    """
    path = run_folder / f"{label}.sock"
    end_orphan(path)
    context = "base:allocation" if bitmap is None else f"qemu:dirty-bitmap:{bitmap}"
    server = _start(_command(image, path, read_only=read_only, bitmap=bitmap), path, image)
    try:
        with NBDDisk.open(path, export="", context=context) as disk:
            yield disk
        _wait_for_end(server, image)
    finally:
        if server.poll() is None:
            server.kill()
        server.communicate()
        path.unlink(missing_ok=True)


def end_orphan(path: Path) -> None:
    """End the qemu-nbd of a killed process: it waits for its one client, so be that client and leave."""
    if not path.exists():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_START_TIMEOUT_SECONDS)
        try:
            client.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            pass
        else:
            # Its greeting shows that it took the connection; only then does our leaving end it.
            client.recv(8)
    path.unlink(missing_ok=True)


def _command(image: Path, path: Path, *, read_only: bool, bitmap: str | None) -> list[str]:
    # setpriv ends the server with this process, also where that is killed before it has connected.
    command = ["setpriv", "--pdeathsig", "TERM", "qemu-nbd", "--format=qcow2", f"--socket={path}"]
    if read_only:
        command.append("--read-only")
    else:
        command += ["--discard=unmap", "--detect-zeroes=unmap"]
    if bitmap is not None:
        command.append(f"--bitmap={bitmap}")
    return [*command, "--", str(image)]


def _start(command: list[str], path: Path, image: Path) -> subprocess.Popen[bytes]:
    """Start qemu-nbd and return it when it listens; a lock that a dying one still holds is waited for."""
    deadline = time.monotonic() + _START_TIMEOUT_SECONDS
    server = _spawn(command)
    while not path.exists():
        if server.poll() is not None:
            words = _last_words(server)
            if "lock" not in words or time.monotonic() > deadline - _START_TIMEOUT_SECONDS + _LOCK_SECONDS:
                raise DiskExportError(str(image), words)
            server = _spawn(command)
        if time.monotonic() > deadline:
            server.kill()
            server.communicate()
            raise DiskExportError(str(image), f"qemu-nbd offered nothing in {_START_TIMEOUT_SECONDS:g} s")
        time.sleep(_POLL_SECONDS)
    return server


def _spawn(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _wait_for_end(server: subprocess.Popen[bytes], image: Path) -> None:
    """Wait until qemu-nbd has closed the image, so that everything is written and the lock is free."""
    try:
        code = server.wait(_END_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise DiskExportError(str(image), "qemu-nbd did not close it") from error
    if code != 0:
        raise DiskExportError(str(image), _last_words(server))


def _last_words(server: subprocess.Popen[bytes]) -> str:
    output = server.communicate()[1].decode(errors="replace").strip()
    return output or f"qemu-nbd ended with exit code {server.returncode}"
