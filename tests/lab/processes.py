"""The processes of this machine, as the kernel lists them."""

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
