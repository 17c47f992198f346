"""Offer an image of a machine that is off over NBD, by a qemu-nbd that ends with its one client."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from migrations.movers.errors import DiskExportError
from migrations.movers.nbd_disk import NBDDisk

_FAIL_SECONDS = 1.0
_LOCK_SECONDS = 3.0
_LOCKED = '" lock'
_END_TIMEOUT_SECONDS = 60.0


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
    # What a killed process left behind; its server is gone with it.
    path.unlink(missing_ok=True)
    context = "base:allocation" if bitmap is None else f"qemu:dirty-bitmap:{bitmap}"
    command = _command(image, path, read_only=read_only, bitmap=bitmap)
    with ExitStack() as files:
        files.callback(path.unlink, missing_ok=True)
        with ExitStack() as connection:
            server, disk = _serve(connection, command, path, image=image, context=context)
            files.callback(_end, server)
            yield disk
        _wait_for_end(server, image)


def _command(image: Path, path: Path, *, read_only: bool, bitmap: str | None) -> list[str]:
    """Return a command that cannot outlive this process, killed at whatever moment.

    The kernel ends it with its parent; where the parent was gone before that was arranged, it does not start.
    TERM would not do: qemu-nbd loses one that comes while it starts.
    """
    arguments = ["qemu-nbd", "--format=qcow2", f"--socket={path}"]
    if read_only:
        arguments.append("--read-only")
    else:
        arguments += ["--discard=unmap", "--detect-zeroes=unmap"]
    if bitmap is not None:
        arguments.append(f"--bitmap={bitmap}")
    guarded = ["setpriv", "--pdeathsig", "KILL", "sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"']
    return [*guarded, str(os.getpid()), *arguments, "--", str(image)]


def _serve(
    connection: ExitStack, command: list[str], path: Path, *, image: Path, context: str
) -> tuple[subprocess.Popen[bytes], NBDDisk]:
    """Start qemu-nbd and connect to it; a lock that a dying one still holds is waited for.

    Its socket is there, and takes connections, before it has opened the image, so that only an export which
    answers shows success, and only the server's end shows failure.
    """
    patience = time.monotonic() + _LOCK_SECONDS
    while True:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            disk = connection.enter_context(
                NBDDisk.open(path, export="", context=context, is_starting=partial(_is_alive, server))
            )
        except DiskExportError as error:
            words = _end(server) or error.problem
            if _LOCKED not in words or time.monotonic() > patience:
                raise DiskExportError(str(image), words) from error
            path.unlink(missing_ok=True)
        else:
            return server, disk


def _is_alive(server: subprocess.Popen[bytes]) -> bool:
    return server.poll() is None


def _end(server: subprocess.Popen[bytes]) -> str:
    """Let a server that fails end by itself, end one that does not, and return what it said."""
    try:
        server.wait(_FAIL_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
    return _last_words(server)


def _wait_for_end(server: subprocess.Popen[bytes], image: Path) -> None:
    """Wait until qemu-nbd has closed the image, so that everything is written and the lock is free."""
    try:
        code = server.wait(_END_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise DiskExportError(str(image), "qemu-nbd did not close it") from error
    if code != 0:
        raise DiskExportError(str(image), _last_words(server) or f"qemu-nbd ended with exit code {code}")


def _last_words(server: subprocess.Popen[bytes]) -> str:
    if server.stderr is None or server.stderr.closed:
        return ""
    return server.communicate()[1].decode(errors="replace").strip()
