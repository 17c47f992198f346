"""Compare the disks of two machines that are off by the SHA-256 of all their blocks, read through qemu."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from migrations.movers.disk_export import open_image
from migrations.movers.disk_pairs import DiskPair, image_stamp
from migrations.movers.mover import DiskChecksum, ReportProgress, Verification


def compare_disks(
    pairs: tuple[DiskPair, ...], *, label: str, run_folder: Path, report: ReportProgress
) -> Verification:
    """Return the checksums of both sides of every pair.

    The images are opened with qemu's lock, so that nothing can write to them meanwhile.
    """
    began = time.monotonic()
    tally = _tally(report, total_bytes=2 * sum(pair.size_bytes for pair in pairs))
    checksums = tuple(_compare(pair, label=label, run_folder=run_folder, tally=tally) for pair in pairs)
    return Verification(disks=checksums, seconds=time.monotonic() - began)


def _compare(pair: DiskPair, *, label: str, run_folder: Path, tally: Callable[[int], None]) -> DiskChecksum:
    with ExitStack() as stack:
        source, target = (
            stack.enter_context(
                open_image(Path(image), run_folder=run_folder, label=f"{label}-{side}", read_only=True)
            )
            for side, image in (("s", pair.source), ("t", pair.target))
        )
        source_stamp, target_stamp = image_stamp(pair.source), image_stamp(pair.target)
        with ThreadPoolExecutor(max_workers=2) as pool:
            futures = [
                pool.submit(disk.sha256, pair.size_bytes, read_so_far=tally) for disk in (source, target)
            ]
            source_sha256, target_sha256 = (future.result() for future in futures)
    return DiskChecksum(
        disk=pair.name,
        size_bytes=pair.size_bytes,
        source_sha256=source_sha256,
        target_sha256=target_sha256,
        source_stamp=source_stamp,
        target_stamp=target_stamp,
    )


def _tally(report: ReportProgress, *, total_bytes: int) -> Callable[[int], None]:
    lock = threading.Lock()
    done_bytes = 0

    def add(count: int) -> None:
        nonlocal done_bytes
        with lock:
            done_bytes += count
            report(done_bytes, total_bytes)

    return add
