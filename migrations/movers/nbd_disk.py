"""One disk behind an NBD server: its extents, its blocks and its checksum."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from migrations.movers.errors import DiskExportError, NBDMissingError

CHUNK_BYTES = 1024 * 1024
# A server may describe at most so much at once in 32-bit lengths, and stays quick to answer.
_ASK_BYTES = 1024 * 1024 * 1024
_PATIENCE_SECONDS = 15.0
_POLL_SECONDS = 0.01
_READS_AS_ZERO = 2
_CHANGED = 1
_ALLOCATION = "base:allocation"

Chunk = tuple[int, int]
"""Offset and length."""


def _never() -> bool:
    return False


class NBDDisk:
    """An open connection to one export; made by ``open``."""

    def __init__(self, handle: Any, *, socket: Path, context: str) -> None:
        self._handle = handle
        self._socket = socket
        self._context = context

    @staticmethod
    @contextmanager
    def open(
        socket: Path, *, export: str, context: str, is_starting: Callable[[], bool] = _never
    ) -> Iterator["NBDDisk"]:
        """Connect to an export that offers the metadata context, and part from it in order.

        Args:
            socket: The server's unix socket.
            export: The export's name.
            context: The metadata context that ``chunks_to_copy`` is to read.
            is_starting: Tells whether a server that does not listen yet is worth waiting for.

        Raises:
            NBDMissingError: libnbd's Python bindings are not installed.
            DiskExportError: the server does not answer, or does not offer the context.

        """
        if find_spec("nbd") is None:
            raise NBDMissingError
        # The bindings are an optional part of an installation.
        import nbd  # noqa: PLC0415

        try:
            handle = _connected(nbd, socket, export=export, context=context, is_starting=is_starting)
            if not handle.can_meta_context(context):
                raise DiskExportError(str(socket), f"its server does not tell {context}")
            yield NBDDisk(handle, socket=socket, context=context)
            handle.shutdown()
        except nbd.Error as error:
            raise DiskExportError(str(socket), str(error)) from error

    def size_bytes(self) -> int:
        """Return the size that a guest sees."""
        size: int = self._handle.get_size()
        return size

    def chunks_to_copy(self) -> tuple[Chunk, ...]:
        """Return what has to be copied: changed blocks, or of a whole disk those that are not zero."""
        size = self.size_bytes()
        chunks: list[Chunk] = []
        offset = 0
        while offset < size:
            for length, flags in self._extents(offset, min(_ASK_BYTES, size - offset)):
                usable = min(length, size - offset)
                wanted = not flags & _READS_AS_ZERO if self._context == _ALLOCATION else flags & _CHANGED
                if wanted:
                    chunks.extend(_cut(offset, usable))
                offset += usable
        return tuple(chunks)

    def _extents(self, offset: int, count: int) -> list[Chunk]:
        entries: list[int] = []

        def take(context: str, _offset: int, pairs: list[int], _error: object) -> int:
            if context == self._context:
                entries.extend(pairs)
            return 0

        self._handle.block_status(count, offset, take)
        extents = list(zip(entries[::2], entries[1::2], strict=True))
        if not extents or any(length <= 0 for length, _ in extents):
            # Taking silence for "nothing changed" would lose blocks.
            raise DiskExportError(str(self._socket), f"its server told nothing of {self._context}")
        return extents

    def read(self, chunk: Chunk) -> bytearray:
        """Return the blocks of a chunk."""
        data: bytearray = self._handle.pread(chunk[1], chunk[0])
        return data

    def write(self, offset: int, data: bytearray) -> None:
        """Write blocks; the server makes holes of zeros."""
        self._handle.pwrite(data, offset)

    def flush(self) -> None:
        """Return when everything written is on stable storage."""
        self._handle.flush()

    def sha256(self, size_bytes: int, *, read_so_far: Callable[[int], None]) -> str:
        """Return the checksum of the first ``size_bytes``, every one of them read."""
        digest = hashlib.sha256()
        for chunk in _cut(0, size_bytes):
            digest.update(self.read(chunk))
            read_so_far(chunk[1])
        return digest.hexdigest()


def _connected(nbd: Any, socket: Path, *, export: str, context: str, is_starting: Callable[[], bool]) -> Any:
    """Connect; a server that is starting and does not listen yet is waited for."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        # A handle whose connection failed cannot be used again.
        handle = nbd.NBD()
        handle.set_export_name(export)
        handle.add_meta_context(context)
        try:
            handle.connect_unix(str(socket))
        except nbd.Error as error:
            not_yet = error.errno in {"ECONNREFUSED", "ENOENT"} and is_starting()
            if not not_yet or time.monotonic() > deadline:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return handle


def _cut(offset: int, length: int) -> Iterator[Chunk]:
    end = offset + length
    while offset < end:
        step = min(CHUNK_BYTES, end - offset)
        yield offset, step
        offset += step


def copy_chunks(
    source: NBDDisk, target: NBDDisk, chunks: tuple[Chunk, ...], *, copied: Callable[[int], None]
) -> None:
    """Copy chunks and return when they are on the target's stable storage."""
    for chunk in chunks:
        target.write(chunk[0], source.read(chunk))
        copied(chunk[1])
    target.flush()
