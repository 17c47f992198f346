"""What an earlier demonstration of this checkout left running, told by its environment or working folder."""

import os
import signal
import time
from pathlib import Path

from demo.place import Place

_PATIENCE_SECONDS = 20.0


def find_leftovers(place: Place) -> tuple[int, ...]:
    """Return the processes that run with this place's state, or inside its folders; not this one."""
    mark = f"SAMDRIFT_STATE_FOLDER={place.state}".encode()
    return tuple(
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and int(folder.name) != os.getpid() and _belongs(folder, place, mark)
    )


def end_leftovers(place: Place) -> int:
    """End every process that an earlier demonstration left, and return how many there were."""
    found = find_leftovers(place)
    _signal(found, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and (left := find_leftovers(place)):
        time.sleep(0.1)
        if time.monotonic() > deadline - _PATIENCE_SECONDS / 2:
            _signal(left, signal.SIGKILL)
    return len(found)


def _belongs(folder: Path, place: Place, mark: bytes) -> bool:
    try:
        if mark in (folder / "environ").read_bytes().split(b"\0"):
            return True
        inside = (folder / "cwd").readlink()
    except OSError:
        return False
    return inside.is_relative_to(place.work) or inside.is_relative_to(place.lab)


def _signal(pids: tuple[int, ...], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
