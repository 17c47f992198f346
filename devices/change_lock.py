"""One run at a time per device: the protocol of the lock, and one that works through a file."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from devices.errors import LockHeld


class ChangeLock(Protocol):
    """Whoever holds a device's lock is the only run that stages, commits or confirms on it."""

    def hold(self, device: str) -> AbstractContextManager[None]:
        """Hold the lock of a device.

        Raises:
            LockHeld: another run holds it.

        """


class FileChangeLock:
    """A lock for the processes of one machine; the system releases it with the process that held it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def hold(self, device: str) -> Iterator[None]:
        """Hold the lock of a device; see ``ChangeLock``."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = hashlib.sha256(device.encode()).hexdigest()[:32]
        with (self._folder / f"{name}.lock").open("w", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LockHeld(
                    device, "another run is at work on it; wait until that run has ended and start again"
                ) from None
            yield
