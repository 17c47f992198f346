"""Processes that outlive their parent, told apart by pid and start time, and ended without a race.

A pid alone is reused by the kernel, so a record holds the start time as well, and the signal goes through a
pidfd that was opened before the identity was checked.
"""

import os
import select
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from lab.models import Model


class ProcessRecord(Model):
    """One process: its pid and its start in clock ticks since the machine's boot."""

    pid: int
    start_ticks: int


def live_process(pid: int) -> ProcessRecord | None:
    """Return the record of a process, or None where there is none or only its unreaped remains."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command name may hold spaces and parentheses; the fields after the last one are plain.
    fields = stat.rpartition(")")[2].split()
    if fields[0] in {"Z", "X"}:
        return None
    return ProcessRecord(pid=pid, start_ticks=int(fields[19]))


def is_alive(record: ProcessRecord) -> bool:
    """Tell whether that very process still runs."""
    alive = live_process(record.pid)
    return alive is not None and alive.start_ticks == record.start_ticks


def runs_below(pid: int, folder: Path) -> bool:
    """Tell whether a process was started with an argument that names a path below the folder."""
    try:
        command_line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return f"{folder}/".encode() in command_line


def end_processes(records: Iterable[ProcessRecord], *, grace_seconds: float) -> None:
    """Ask processes to end, wait, and kill what is left after the grace time; return when all are gone."""
    handles = {fd: record.pid for record in records if (fd := _open_if_same(record)) is not None}
    try:
        _signal_all(handles, signal.SIGTERM)
        stubborn = _still_running(handles, timeout_seconds=grace_seconds)
        _signal_all(stubborn, signal.SIGKILL)
        _still_running(stubborn, timeout_seconds=10)
    finally:
        for handle, pid in handles.items():
            _reap(pid)
            os.close(handle)


def _open_if_same(record: ProcessRecord) -> int | None:
    try:
        handle = os.pidfd_open(record.pid)
    except ProcessLookupError:
        return None
    if is_alive(record):
        return handle
    os.close(handle)
    return None


def _signal_all(handles: Iterable[int], number: signal.Signals) -> None:
    for handle in handles:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, number)


def _still_running(handles: Iterable[int], *, timeout_seconds: float) -> list[int]:
    """Wait until every handle reports its end, or the time is over; return those that have not."""
    waiting = list(handles)
    deadline = time.monotonic() + timeout_seconds
    while waiting and (left := deadline - time.monotonic()) > 0:
        poll = select.poll()
        for handle in waiting:
            poll.register(handle, select.POLLIN)
        ended = {handle for handle, _ in poll.poll(left * 1000)}
        waiting = [handle for handle in waiting if handle not in ended]
    return waiting


def _reap(pid: int) -> None:
    """Take the exit status of a child of ours, so that no remains stay; others have another parent."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
