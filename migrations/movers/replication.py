"""Copy rounds: whole disks of a running source, what changed since, the last changes of a frozen one."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from hypervisors.changed_blocks import Backup, WarmSource
from hypervisors.errors import CheckpointLostError, SpaceShortError
from hypervisors.hypervisor import Hypervisor
from migrations.movers.disk_export import open_image
from migrations.movers.disk_pairs import DiskPair
from migrations.movers.errors import DiskExportError, SpaceRunsOutError
from migrations.movers.mover import CopyRound, ReportProgress, RoundKind
from migrations.movers.nbd_disk import Chunk, NBDDisk, copy_chunks

MIB = 1024 * 1024
_LEAST_RESERVE_BYTES = 64 * MIB
# qcow2 tables and the changes of the first rounds come on top of the copied blocks.
_GROWTH = 1.1

Job = tuple[NBDDisk, NBDDisk, tuple[Chunk, ...]]
"""A source, its target and what to copy."""


class Replication:
    """Copies from one source to one target; remembers nothing.

    Args:
        source: Where the server runs.
        target: Where its target machine is, off and with disks.
        run_folder: Where the sockets of exports lie.
        label: Names those sockets.
        clock: Tells the time that reports carry.

    """

    def __init__(
        self,
        *,
        source: WarmSource,
        target: Hypervisor,
        run_folder: Path,
        label: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._source = source
        self._target = target
        self._run_folder = run_folder
        self._label = label
        self._clock = clock

    def copy_running(
        self,
        server: str,
        pairs: tuple[DiskPair, ...],
        *,
        checkpoint: str,
        since: str | None,
        report: ReportProgress,
    ) -> CopyRound:
        """Copy a running source as it is at this instant, which becomes ``checkpoint``."""
        began = time.monotonic()
        reserve_bytes = self._require_source_space(server, pairs)
        backup = self._source.begin_backup(server, checkpoint=checkpoint, since=since)
        try:
            with ExitStack() as stack:
                jobs = tuple(self._open_running(stack, backup, pair) for pair in pairs)
                round_ = self._copy(
                    "seed" if since is None else "sync",
                    jobs,
                    began=began,
                    report=report,
                    watch=lambda: self._watch_source_space(server, reserve_bytes),
                )
        finally:
            self._source.end_backup(server)
        return round_

    def copy_frozen(
        self, server: str, pairs: tuple[DiskPair, ...], *, since: str, report: ReportProgress
    ) -> CopyRound:
        """Copy what a source that is off changed since a checkpoint, read from the record in its images."""
        began = time.monotonic()
        with ExitStack() as stack:
            jobs = tuple(self._open_frozen(stack, server, pair, since) for pair in pairs)
            return self._copy("final", jobs, began=began, report=report, watch=lambda: None)

    def _open_running(self, stack: ExitStack, backup: Backup, pair: DiskPair) -> Job:
        offered = next(disk for disk in backup.disks if disk.name == pair.name)
        source = stack.enter_context(
            NBDDisk.open(Path(offered.socket), export=offered.export, context=offered.context)
        )
        return self._with_target(stack, source, pair)

    def _open_frozen(self, stack: ExitStack, server: str, pair: DiskPair, since: str) -> Job:
        opened = open_image(
            Path(pair.source),
            run_folder=self._run_folder,
            label=f"{self._label}-{pair.name}-s",
            read_only=True,
            bitmap=since,
        )
        try:
            source = stack.enter_context(opened)
        except DiskExportError as error:
            if "bitmap" in error.problem.lower():
                raise CheckpointLostError(server, since, error.problem) from error
            raise
        return self._with_target(stack, source, pair)

    def _with_target(self, stack: ExitStack, source: NBDDisk, pair: DiskPair) -> Job:
        target = stack.enter_context(
            open_image(
                Path(pair.target),
                run_folder=self._run_folder,
                label=f"{self._label}-{pair.name}-t",
                read_only=False,
            )
        )
        return source, target, source.chunks_to_copy()

    def _copy(
        self,
        kind: RoundKind,
        jobs: tuple[Job, ...],
        *,
        began: float,
        report: ReportProgress,
        watch: Callable[[], None],
    ) -> CopyRound:
        total_bytes = sum(length for _, _, chunks in jobs for _, length in chunks)
        self._require_target_space(total_bytes)
        done_bytes = 0

        def copied(count: int) -> None:
            nonlocal done_bytes
            done_bytes += count
            watch()
            report(done_bytes, total_bytes)

        copying = time.monotonic()
        for source, target, chunks in jobs:
            copy_chunks(source, target, chunks, copied=copied)
        ended = time.monotonic()
        return CopyRound(
            kind=kind,
            bytes_copied=done_bytes,
            prepare_seconds=copying - began,
            copy_seconds=ended - copying,
            finished_at=self._clock(),
        )

    def _require_target_space(self, needed_bytes: int) -> None:
        needed_bytes = int(needed_bytes * _GROWTH)
        free_bytes = self._target.free_bytes()
        if free_bytes < needed_bytes:
            raise SpaceShortError("the target's storage", free_bytes=free_bytes, needed_bytes=needed_bytes)

    def _require_source_space(self, server: str, pairs: tuple[DiskPair, ...]) -> int:
        """Return the reserve: a backup keeps the old content of what the guest overwrites meanwhile."""
        reserve_bytes = max(_LEAST_RESERVE_BYTES, sum(pair.size_bytes for pair in pairs) // 20)
        self._watch_source_space(server, reserve_bytes)
        return reserve_bytes

    def _watch_source_space(self, server: str, reserve_bytes: int) -> None:
        free_bytes = self._source.free_bytes()
        if free_bytes < reserve_bytes:
            raise SpaceRunsOutError(server, free_bytes=free_bytes, reserve_bytes=reserve_bytes)
