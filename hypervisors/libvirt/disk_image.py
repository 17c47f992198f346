"""Disk files: make, measure and rename qcow2 images in a storage folder.

Known limits: the storage folder must be a path on the machine that runs this client, its own disk or a mount.
"""

import os
import struct
import subprocess
from pathlib import Path

from hypervisors.errors import DiskError

_QCOW2_MAGIC = b"QFI\xfb"
_QCOW2_VIRTUAL_SIZE = struct.Struct(">24xQ")
_TIMEOUT_SECONDS = 60
MIB = 1024 * 1024


def make_image(path: Path, *, size_bytes: int) -> None:
    """Put an empty qcow2 image of that size at ``path``, in one step and in place of what lies there.

    It belongs to the owner of the folder, who is the user that runs the guests.
    """
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    command = ["qemu-img", "create", "-q", "-f", "qcow2", str(part), str(size_bytes)]
    try:
        subprocess.run(
            command, check=True, capture_output=True, timeout=_TIMEOUT_SECONDS, stdin=subprocess.DEVNULL
        )
        give_to_folder_owner(part)
        part.replace(path)
    except FileNotFoundError as error:
        raise DiskError(
            str(path), "cannot be made: qemu-img is not installed", "Install qemu-utils."
        ) from error
    except subprocess.CalledProcessError as error:
        detail = error.stderr.decode(errors="replace").strip()
        raise DiskError(str(path), f"cannot be made: {detail}", "Check the storage folder.") from error
    except OSError as error:
        raise DiskError(
            str(path), f"cannot be made: {error.strerror}", "Check the storage folder."
        ) from error


def give_to_folder_owner(path: Path) -> None:
    """Give a file that root made to the owner of its folder; other users cannot and need not."""
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def virtual_size_bytes(path: Path, image_format: str) -> int | None:
    """Return the size that a guest sees, or None where the file is not there."""
    try:
        if image_format == "raw":
            return path.stat().st_size
        with path.open("rb") as image:
            header = image.read(_QCOW2_VIRTUAL_SIZE.size)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DiskError(
            str(path), f"cannot be read: {error.strerror}", "Check who may read the storage folder."
        ) from error
    if image_format != "qcow2" or len(header) < _QCOW2_VIRTUAL_SIZE.size or header[:4] != _QCOW2_MAGIC:
        raise DiskError(
            str(path), f"is no readable {image_format} image", "Convert it to qcow2 or raw first."
        )
    size: int = _QCOW2_VIRTUAL_SIZE.unpack(header)[0]
    return size


def fenced_path(path: Path, move: str) -> Path:
    """Return where a disk lies while a move fences its machine."""
    return path.with_name(f"{path.name}.fenced-{move}")


def rename_disk(old: Path, new: Path) -> None:
    """Rename a disk; done already is no error, a file in the way or missing is."""
    if new.exists():
        if old.exists():
            raise DiskError(str(new), f"lies beside {old.name}", "Find out which is the true one.")
        return
    try:
        old.rename(new)
    except FileNotFoundError as error:
        raise DiskError(str(old), "is missing", "Restore it from the backup.") from error
    except OSError as error:
        raise DiskError(
            str(old), f"cannot be renamed: {error.strerror}", "Check who may write to the storage folder."
        ) from error
    folder = os.open(new.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def free_bytes(folder: Path) -> int:
    """Return the space that is free in a folder for its users."""
    try:
        status = os.statvfs(folder)
    except OSError as error:
        raise DiskError(
            str(folder), f"cannot be measured: {error.strerror}", "Check the storage folder."
        ) from error
    return status.f_bavail * status.f_frsize
