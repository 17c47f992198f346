"""Disk files: make, measure and rename qcow2 images in a storage folder.

Known limits: the storage folder must be a path on the machine that runs this client, its own disk or a mount.
"""

import json
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
    try:
        part.unlink(missing_ok=True)
        _qemu_img(path, "create", "-q", "-f", "qcow2", str(part), str(size_bytes))
        give_to_folder_owner(part)
        part.replace(path)
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


def bitmaps_of(path: Path) -> tuple[str, ...]:
    """Return the names of the records of changed blocks that a qcow2 file holds."""
    answer = json.loads(_qemu_img(path, "info", "--output=json", str(path)))
    specific = answer.get("format-specific", {}).get("data", {})
    return tuple(bitmap["name"] for bitmap in specific.get("bitmaps", ()))


def remove_bitmap(path: Path, bitmap: str) -> None:
    """Remove a record of changed blocks from the qcow2 file of a machine that is off."""
    _qemu_img(path, "bitmap", "--remove", str(path), bitmap)


def _qemu_img(path: Path, *arguments: str) -> bytes:
    try:
        answer = subprocess.run(
            ["qemu-img", *arguments],
            check=True,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise DiskError(str(path), "cannot be used: qemu-img is missing", "Install qemu-utils.") from error
    except subprocess.TimeoutExpired as error:
        raise DiskError(str(path), "qemu-img did not end", "Look at the load of the storage.") from error
    except subprocess.CalledProcessError as error:
        detail = error.stderr.decode(errors="replace").strip()
        raise DiskError(str(path), f"qemu-img refused: {detail}", "Correct what it names.") from error
    return answer.stdout
