"""Writes the archive format that the kernel unpacks as its first file system (cpio, the "new" ASCII form)."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from lab.models import Model

_DIRECTORY = 0o040755
_REGULAR = 0o100000


class ArchiveFile(Model):
    """One file of the archive; the folders above it are made by themselves."""

    name: str
    content: bytes
    mode: int


def render_archive(files: Iterable[ArchiveFile]) -> bytes:
    """Return the archive: the same files always give the same bytes."""
    members: dict[str, tuple[int, bytes]] = {}
    for file in files:
        path = PurePosixPath(file.name.lstrip("/"))
        for folder in reversed(path.parents[:-1]):
            members.setdefault(str(folder), (_DIRECTORY, b""))
        members[str(path)] = (_REGULAR | file.mode, file.content)
    parts = [
        _render_member(number, name, mode, content)
        for number, (name, (mode, content)) in enumerate(members.items(), start=1)
    ]
    return b"".join(parts) + _render_member(0, "TRAILER!!!", 0, b"")


def _render_member(number: int, name: str, mode: int, content: bytes) -> bytes:
    encoded = name.encode() + b"\0"
    # Number, mode, user, group, links, time, size, device (two), special device (two), name length, checksum.
    fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(encoded), 0)
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(header + encoded) + _padded(content)


def _padded(block: bytes) -> bytes:
    return block + bytes(-len(block) % 4)
