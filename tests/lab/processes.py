"""The processes of this machine, as the kernel lists them."""

import time
from pathlib import Path


def processes_below(folder: Path) -> list[int]:
    """Return the numbers of the processes whose command line names something below a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"{folder}/".encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def daemon_below(folder: Path, *, timeout_seconds: float = 10) -> int:
    """Return the one daemon below a folder, once the children that it forks for a moment are gone.

    libvirtd forks to look at the machine and at QEMU; until such a child has become another program it has
    the daemon's command line.
    """
    deadline = time.monotonic() + timeout_seconds
    while len(found := processes_below(folder)) != 1:
        if time.monotonic() > deadline:
            raise AssertionError(f"one daemon was expected below {folder}, there are {found}")
        time.sleep(0.05)
    return found[0]
