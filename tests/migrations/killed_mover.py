"""A program that carries out one step of a move and is killed by itself where it is told."""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hypervisors.service import connect
from migrations.movers.libvirt_warm import LibvirtWarmMover
from tests.migrations.moving_town import FileProgress

SHUT_DOWN_SECONDS = 40
KILLED_IN = (
    *("libvirt_warm.py", "replication.py", "disk_export.py", "comparison.py", "disk_pairs.py"),
    *("fencing.py", "backups.py", "checkpoints.py", "machines.py", "moving_town.py"),
)


def trace_kill(at: int) -> Callable[..., object]:
    """Return a trace function that kills this process at the given line of the mover and its client."""
    seen = 0

    def trace(frame: object, event: str, _argument: object) -> object:
        nonlocal seen
        code = frame.f_code  # type: ignore[attr-defined]
        if not code.co_filename.endswith(KILLED_IN):
            return None
        if event == "line":
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def work(settings: dict[str, str], step: str, kill_at_line: int, kill_at_report: int) -> None:
    """Carry out one step in this process and kill it where that is asked for."""
    reports = 0

    def report(_done: int, _total: int) -> None:
        nonlocal reports
        reports += 1
        if reports == kill_at_report:
            os.kill(os.getpid(), signal.SIGKILL)

    mover = LibvirtWarmMover(
        connect(settings["source"], storage_folder=Path(settings["source_storage"])),
        connect(settings["target"], storage_folder=Path(settings["target_storage"])),
        settings["server"],
        run_folder=Path(settings["run_folder"]),
        progress=FileProgress(Path(settings["progress"])),
        clock=lambda: datetime.now(UTC),
    )
    arguments: dict[str, object] = {}
    if step in {"seed", "sync", "final_delta", "verify"}:
        arguments["report"] = report
    if step == "freeze":
        arguments["timeout_seconds"] = SHUT_DOWN_SECONDS
    if kill_at_line:
        sys.settrace(trace_kill(kill_at_line))  # type: ignore[arg-type]
    getattr(mover, step)(**arguments)
    sys.settrace(None)


if __name__ == "__main__":
    work(json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
