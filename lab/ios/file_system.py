"""The flash of an IOS device: files with content, sizes, checksums and limited space."""

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime

from lab.faults import FaultSwitch
from lab.twin import Clock

_TOTAL_BYTES = 1_957_167_104
_IMAGE_BYTES = 613_679_104


@dataclass(frozen=True, slots=True)
class FlashFile:
    """A file as it lies on the flash."""

    number: int
    content: bytes
    modified_at: datetime


class FileSystem:
    """``flash:``, the only file system of the twin that holds files."""

    def __init__(
        self, clock: Clock, faults: FaultSwitch | None = None, *, total_bytes: int = _TOTAL_BYTES
    ) -> None:
        self._clock = clock
        self._faults = faults or FaultSwitch()
        self._total_bytes = total_bytes
        self._files: dict[str, FlashFile] = {}
        self._number = 11
        self._lock = threading.Lock()

    @property
    def total_bytes(self) -> int:
        """Return the size of the flash."""
        return self._total_bytes

    @property
    def free_bytes(self) -> int:
        """Return what is left beside the image and the files."""
        if self._faults.is_on("flash-full"):
            return 0
        with self._lock:
            return self._total_bytes - _IMAGE_BYTES - sum(len(file.content) for file in self._files.values())

    def takes(self, size_bytes: int) -> bool:
        """Return whether there is room for a file; being asked counts one use of the fault down."""
        return self._faults.use("flash-full") is None and size_bytes <= self.free_bytes

    def write(self, name: str, content: bytes) -> None:
        """Keep a file in place of one of the same name."""
        now = self._clock.now()
        with self._lock:
            self._number += 1
            self._files[name] = FlashFile(self._number, content, now)

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, None where there is none."""
        with self._lock:
            file = self._files.get(name)
        return file.content if file is not None else None

    def delete(self, name: str) -> bool:
        """Remove a file and return whether there was one."""
        with self._lock:
            return self._files.pop(name, None) is not None

    def md5(self, name: str) -> str | None:
        """Return the checksum that ``verify /md5`` tells."""
        content = self.read(name)
        return None if content is None else hashlib.md5(content, usedforsecurity=False).hexdigest()

    def files(self) -> dict[str, FlashFile]:
        """Return the files by name."""
        with self._lock:
            return dict(self._files)


def flash_name(path: str) -> str | None:
    """Return the file name of a path such as ``flash:/merge_config.txt``, None for another file system."""
    for prefix in ("flash:", "bootflash:"):
        if path.startswith(prefix):
            return path.removeprefix(prefix).lstrip("/")
    return path if ":" not in path and path else None
