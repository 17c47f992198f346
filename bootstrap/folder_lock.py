"""One set-up at a time in a folder; the lock ends with its process and everything that process started."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.progress import Progress


@contextmanager
def folder_lock(path: Path, progress: Progress, what: str) -> Iterator[int]:
    """Hold a lock file; while another process holds it, say so and wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.line(f"another set-up is at work on {what}: waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
