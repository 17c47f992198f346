"""Judge many devices from their files in several processes, and write one report as it comes.

The devices are divided into parts of some dozens, always at the same names, so that what is kept of a part
stays good when devices come and go. A worker reads, judges and writes its part; the report is put together in
the order of the devices, and nothing of it stays in memory.
"""

import gc
import hashlib
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from compliance.errors import ReportIncomplete
from compliance.models import Verdict
from compliance.offline.device_files import DeviceFiles
from compliance.offline.judge_files import collected_for, digest_of, judge_files
from compliance.offline.kept_reports import Kept, KeptReports, program_digest
from compliance.report_writers.formats import ReportFormat, writer_of
from compliance.report_writers.writer import Counts, count, exit_code
from inventory.local_time import local_date

_MEAN_PART: Final = 64
_LONGEST_PART: Final = 256
_COLLECT_EVERY: Final = 32
_VERDICTS: Final = tuple(Verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What is to be written, and how: its form, its moment, the processes, and where results are kept."""

    form: ReportFormat
    evaluated_at: datetime
    workers: int = 1
    state_folder: Path | None = None
    name: str = ""


class Evaluated(NamedTuple):
    """How an evaluation ended."""

    devices: int
    counts: Counts
    kept: int

    @property
    def exit_code(self) -> int:
        """Return 1 where something fails, 2 where something could not be judged, else 0."""
        return exit_code(self.counts)


class _Part(NamedTuple):
    counts: tuple[int, ...]
    devices: int
    kept: int
    text: bytes


def evaluate_files(
    devices: Iterable[DeviceFiles], evaluation: Evaluation, write: Callable[[bytes], object]
) -> Evaluated:
    """Judge devices and write the report of them.

    Raises:
        ContextInvalid: the site values of a device cannot be read.
        ReportIncomplete: a device lacks a control, or a worker died.
    """
    writer = writer_of(evaluation.form, evaluation.evaluated_at)
    totals = [0] * len(_VERDICTS)
    told = kept = 0
    parts = tuple(_divided(devices))
    before, separator = writer.begin().encode(), writer.separator.encode()
    for part in _judged(parts, evaluation):
        if told == 0:
            # Site values that cannot be read end the evaluation before anything is written.
            write(before)
            before = b""
        if part.text:
            write(before + part.text)
            before = separator
        totals = [former + now for former, now in zip(totals, part.counts, strict=True)]
        told, kept = told + part.devices, kept + part.kept
    wanted = sum(len(part) for part in parts)
    if told != wanted:
        raise ReportIncomplete(f"{told} of {wanted} devices were judged; evaluate again")
    counts = dict(zip(_VERDICTS, totals, strict=True))
    write(writer.end(counts).encode())
    _forget(parts, evaluation)
    return Evaluated(told, counts, kept)


def _divided(devices: Iterable[DeviceFiles]) -> Iterator[tuple[DeviceFiles, ...]]:
    """Yield the devices in parts; a part ends where the name of its last device says so."""
    part: list[DeviceFiles] = []
    for one in devices:
        part.append(one)
        digest = hashlib.sha256(one.device.encode()).digest()
        if int.from_bytes(digest[:4]) % _MEAN_PART == 0 or len(part) == _LONGEST_PART:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def _judged(parts: Sequence[tuple[DeviceFiles, ...]], evaluation: Evaluation) -> Iterator[_Part]:
    """Yield what is told of every part, in order."""
    program_digest()  # before the processes divide, so that it is made once
    workers = min(evaluation.workers, len(parts))
    if workers <= 1:
        for part in parts:
            yield _judge_part(part, evaluation)
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker) as pool:
        waiting: deque[Future[_Part]] = deque()
        try:
            for part in parts:
                waiting.append(pool.submit(_judge_part, part, evaluation))
                if len(waiting) > workers * 2:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise ReportIncomplete(
                "a process that judged was ended from outside; evaluate again, with --workers 1 there is none"
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_parts_judged = 0


def _begin_worker() -> None:
    # What is read of a configuration holds no cycles; looking for some would take a tenth of the time.
    gc.freeze()
    gc.disable()


def _judge_part(part: tuple[DeviceFiles, ...], evaluation: Evaluation) -> _Part:
    global _parts_judged  # noqa: PLW0603 - how often this process may go on without collecting
    _parts_judged += 1
    if _parts_judged % _COLLECT_EVERY == 0:
        gc.collect()
    today = local_date(evaluation.evaluated_at)
    writer = writer_of(evaluation.form, evaluation.evaluated_at)
    store = _store(evaluation)
    former = {} if store is None else store.find(part[0].device)
    parts: dict[str, Kept] = {}
    found = 0
    for files in part:
        data, shown = _content(files)
        digest = f"{today} {digest_of(files, data, shown)}"
        kept = former.get(files.device)
        if kept is not None and kept.digest == digest:
            found += 1
        else:
            report = judge_files(files, data, shown, today=today)
            counts = count(report)
            text = writer.device(report).encode()
            kept = Kept(digest, tuple(counts[verdict] for verdict in _VERDICTS), text)
        parts[files.device] = kept
    if store is not None and (found < len(part) or len(former) != len(part)):
        store.keep(part[0].device, parts)
    texts = writer.separator.encode().join(one.text for one in parts.values() if one.text)
    sums = tuple(sum(column) for column in zip(*(one.counts for one in parts.values()), strict=True))
    return _Part(sums, len(parts), found, texts)


def _content(files: DeviceFiles) -> tuple[bytes | None, dict[str, bytes]]:
    """Return the configuration of a device and its answers, None where the file cannot be read."""
    try:
        return files.config.read_bytes(), collected_for(files)
    except OSError:
        return None, {}


def _store(evaluation: Evaluation) -> KeptReports | None:
    # The report in OSCAL holds the moment of the evaluation everywhere, so no part of it can be kept.
    if evaluation.state_folder is None or evaluation.form == "oscal":
        return None
    return KeptReports(evaluation.state_folder, f"{evaluation.name}\n{evaluation.form}")


def _forget(parts: Sequence[tuple[DeviceFiles, ...]], evaluation: Evaluation) -> None:
    store = _store(evaluation)
    if store is not None:
        store.forget_others(frozenset(part[0].device for part in parts))


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))
