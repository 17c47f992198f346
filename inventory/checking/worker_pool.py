"""Worker processes that check municipalities side by side."""

import json
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from pydantic import Field, TypeAdapter

from inventory.checking.municipality_check import MunicipalityResult
from inventory.errors import InventoryReadError
from inventory.models import Model

WORKER = (sys.executable, "-P", "-m", "inventory.checking.worker")
"""The command of a worker; without the current directory, which may hold modules of the same names."""


class WorkerAnswer(Model):
    """What a worker found in one folder, and the digest of the files that it read."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    result: MunicipalityResult


_ANSWER: TypeAdapter[WorkerAnswer | None] = TypeAdapter(WorkerAnswer | None)
_Tasks = SimpleQueue[Path]
_Answers = SimpleQueue[tuple[Path, bytes | int]]


def check_in_workers(
    folders: Sequence[Path], *, workers: int, command: Sequence[str] = WORKER
) -> Generator[tuple[Path, WorkerAnswer | None], None, None]:
    """Yield the answer for each folder as it comes; None where its files could not be read.

    Every worker has ended when this generator has, also when it is closed early or a worker died.

    Args:
        folders: folders of municipalities; the first are begun first.
        workers: how many processes work side by side.
        command: the command of a worker.

    Raises:
        InventoryReadError: a worker died before it answered.
    """
    tasks: _Tasks = SimpleQueue()
    answers: _Answers = SimpleQueue()
    for folder in folders:
        tasks.put(folder)
    processes: list[subprocess.Popen[bytes]] = []
    threads: list[Thread] = []
    try:
        for _ in range(min(workers, len(folders))):
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            processes.append(process)
            threads.append(Thread(target=_feed, args=(process, tasks, answers), daemon=True))
            threads[-1].start()
        for _ in folders:
            folder, line = answers.get()
            if isinstance(line, int):
                reason = f"the process that checked it ended with status {line}"
                raise InventoryReadError(folder, reason, "check again; with --workers 1 there is none")
            yield folder, _ANSWER.validate_json(line)
    finally:
        _end(processes, threads)


def _feed(process: subprocess.Popen[bytes], tasks: _Tasks, answers: _Answers) -> None:
    """Give one worker one folder after the other; a death is answered with the exit status."""
    if process.stdin is None or process.stdout is None:
        return
    while True:
        try:
            folder = tasks.get_nowait()
        except Empty:
            return
        line = b""
        with suppress(OSError):
            process.stdin.write(json.dumps(str(folder)).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        if not line.endswith(b"\n"):
            answers.put((folder, process.wait()))
            return
        answers.put((folder, line))


def _end(processes: Sequence[subprocess.Popen[bytes]], threads: Sequence[Thread]) -> None:
    for process in processes:
        process.kill()
        process.wait()
    for thread in threads:
        thread.join()
    for process in processes:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # What was never read by a dead worker cannot be written any more.
                with suppress(OSError):
                    pipe.close()
