"""The largest memory that a process held together with all it started, with shared pages counted once."""

import subprocess
import threading
from pathlib import Path
from typing import Final

_SAMPLE_SECONDS: Final = 0.2
_KIB_PER_MIB: Final = 1024


class MemoryWatch:
    """Samples a process and its descendants from a thread, by their proportional set size (PSS)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._pid = process.pid
        self._ended = threading.Event()
        self._peak_kib = 0
        self._thread = threading.Thread(target=self._watch, name="memory-watch")
        self._thread.start()

    def peak_mib(self) -> float:
        """Stop sampling and return the largest sum that was seen."""
        self._ended.set()
        self._thread.join()
        return self._peak_kib / _KIB_PER_MIB

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self._peak_kib = max(self._peak_kib, sum(_pss_kib(pid) for pid in _tree(self._pid)))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            children = " ".join((task / "children").read_text(encoding="ascii") for task in tasks)
        except OSError:
            continue
        found.extend(int(child) for child in children.split())
    return found


def _pss_kib(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")), 0)
