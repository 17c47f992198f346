"""The warm move between two libvirt hosts: seed and sync while the server works, then switch it over.

Source and target never both serve: the target is fenced from the first byte until the source is off, compared
and fenced itself. Both fences are on the hosts, so that they hold when this process is dead.

Known limits: going back after the target was started discards what was written there since. Until the target
is released no user has been told to trust it, so nothing that was promised is lost; a return that keeps those
writes needs changed blocks of the target and is another mover. The images of both sides must be paths on the
machine that runs this process.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from hypervisors.changed_blocks import CHECKPOINT_PREFIX, WarmSource
from hypervisors.errors import CheckpointLostError, ObjectMissingError
from hypervisors.hypervisor import Hypervisor
from hypervisors.models import Machine
from migrations.movers.comparison import compare_disks
from migrations.movers.disk_pairs import (
    OFF,
    DiskPair,
    image_stamp,
    pair_disks,
    require_off,
    require_off_and_fenced,
)
from migrations.movers.errors import (
    ChecksumMismatchError,
    MoveBusyError,
    SourceChangedError,
    StepOrderError,
)
from migrations.movers.mover import (
    CopyRound,
    Freeze,
    MovePhase,
    MoveProgress,
    MoveState,
    ReportProgress,
    RoundKind,
    Verification,
    report_nothing,
    with_round,
)
from migrations.movers.replication import Replication

_POLL_SECONDS = 0.2
_ORDER: tuple[MovePhase, ...] = (
    "seeding",
    "synced",
    "frozen",
    "copied",
    "verified",
    "fenced",
    "started",
    "released",
)


class LibvirtWarmMover:
    """Moves one server; fulfils ``Mover``.

    Args:
        source: Where the server runs.
        target: Where the target machine waits, off, with disks at least as large.
        server: The name of the server, and of its machine on the source.
        target_machine: The name of its machine on the target; the server's name without it.
        run_folder: A short folder for unix sockets and the lock that keeps two processes from one move.
        progress: Where the state of this server's move is kept.
        clock: Tells the time, aware and in UTC; names moves and checkpoints, so it must not repeat itself.

    """

    def __init__(
        self,
        source: WarmSource,
        target: Hypervisor,
        server: str,
        *,
        target_machine: str | None = None,
        run_folder: Path,
        progress: MoveProgress,
        clock: Callable[[], datetime],
    ) -> None:
        self._source = source
        self._target = target
        self._server = server
        self._target_machine = target_machine or server
        self._run_folder = run_folder
        self._progress = progress
        self._clock = clock
        # Names may be longer than what a unix socket's path has room for, and two municipalities may each
        # have a server of one name.
        identity = f"{server} {self._target_machine}"
        self._label = "m" + hashlib.sha256(identity.encode()).hexdigest()[:8]
        self._replication = Replication(
            source=source, target=target, run_folder=run_folder, label=self._label, clock=clock
        )

    def state(self) -> MoveState | None:
        """Return what is remembered of the latest move."""
        return self._progress.load()

    def seed(self, *, report: ReportProgress = report_nothing) -> CopyRound:
        """Fence the target, empty its disks and copy the whole source while it serves.

        A seed that was interrupted starts over. After a move that went back this begins a new one.
        """
        with self._alone():
            state = self._progress.load()
            if state is None or state.phase == "gone-back":
                move = f"{self._server}-{self._stamp()}"
                state = self._save(MoveState(move=move, server=self._server, phase="seeding"))
            if state.phase != "seeding":
                return _round(self._require("synced", step="seed"), "seed")
            self._pairs()
            self._target.fence(self._target_machine, move=state.move)
            self._source.recover(self._server, keep=None)
            self._target.empty_disks(self._target_machine)
            checkpoint = self._new_checkpoint()
            round_ = self._replication.copy_running(
                self._server, self._pairs(), checkpoint=checkpoint, since=None, report=report
            )
            self._save(with_round(state, round_), phase="synced", checkpoint=checkpoint)
            return round_

    def sync(self, *, report: ReportProgress = report_nothing) -> CopyRound:
        """Copy what changed since the last recorded round while the source serves.

        Raises:
            CheckpointLostError: the source lost its record of changes, as by a crash; the move is set back so
                that ``seed`` copies everything again.

        """
        with self._alone():
            state = self._require("synced", step="sync", last="synced")
            require_off_and_fenced(self._target_now(), side="target", move=state.move)
            since = _checkpoint(state)
            self._source.recover(self._server, keep=since)
            checkpoint = self._new_checkpoint()
            with self._seeding_again_where_lost(state):
                round_ = self._replication.copy_running(
                    self._server, self._pairs(), checkpoint=checkpoint, since=since, report=report
                )
            # Only now may the older record go: a kill before this line repeats the round from it.
            self._save(with_round(state, round_), checkpoint=checkpoint)
            self._source.recover(self._server, keep=checkpoint)
            return round_

    def freeze(self, *, timeout_seconds: float) -> Freeze:
        """Shut the source down; where its guest does not obey in time the step may be repeated."""
        with self._alone():
            state = self._require("synced", step="freeze")
            if state.phase != "synced":
                return _freeze(state)
            self._source.recover(self._server, keep=_checkpoint(state))
            freeze = state.freeze or Freeze(began_at=self._clock())
            state = self._save(state, freeze=freeze)
            began = time.monotonic()
            self._source.shut_down(self._server, timeout_seconds=timeout_seconds)
            freeze = freeze.model_copy(update={"seconds": time.monotonic() - began})
            self._save(state, phase="frozen", freeze=freeze)
            return freeze

    def final_delta(self, *, report: ReportProgress = report_nothing) -> CopyRound:
        """Copy the frozen source's last changes; the record is read only, so a repetition copies the same."""
        with self._alone():
            state = self._require("frozen", step="last delta")
            if state.phase != "frozen":
                return _round(state, "final")
            require_off(self._source_now(), side="source")
            require_off_and_fenced(self._target_now(), side="target", move=state.move)
            with self._seeding_again_where_lost(state):
                round_ = self._replication.copy_frozen(
                    self._server, self._pairs(), since=_checkpoint(state), report=report
                )
            self._save(with_round(state, round_), phase="copied")
            return round_

    def verify(self, *, report: ReportProgress = report_nothing) -> Verification:
        """Compare the whole disks of both sides.

        Raises:
            ChecksumMismatchError: they are not equal; nothing was fenced or started.

        """
        with self._alone():
            state = self._require("copied", step="comparison")
            if state.phase != "copied":
                return _verification(state)
            require_off(self._source_now(), side="source")
            require_off_and_fenced(self._target_now(), side="target", move=state.move)
            verification = compare_disks(
                self._pairs(), label=self._label, run_folder=self._run_folder, report=report
            )
            if verification.differing:
                self._save(state, verification=verification)
                raise ChecksumMismatchError(self._server, verification.differing)
            self._save(state, phase="verified", verification=verification)
            return verification

    def fence_source(self) -> None:
        """Make it impossible to start the source.

        Raises:
            SourceChangedError: a side was written to after the comparison; the move is set back to before the
                last delta.

        """
        with self._alone():
            state = self._require("verified", step="fencing of the source")
            if state.phase != "verified":
                return
            require_off(self._source_now(), side="source")
            if changed := self._changed_since(_verification(state)):
                self._save(state, phase="frozen", verification=None)
                raise SourceChangedError(self._server, changed)
            self._source.fence(self._server, move=state.move)
            self._save(state, phase="fenced")

    def start_target(self) -> None:
        """Lift the target's fence and start it, with the source off and fenced."""
        with self._alone():
            state = self._require("fenced", step="start of the target")
            if state.phase == "released":
                return
            require_off_and_fenced(self._source_now(), side="source", move=state.move)
            self._target.unfence(self._target_machine, move=state.move)
            self._target.start(self._target_machine)
            if state.phase == "fenced":
                self._save(state, phase="started", target_started_at=self._clock())

    def release(self) -> None:
        """End the move: the fenced source stays as a copy, without its record of changes."""
        with self._alone():
            state = self._require("started", step="release")
            if state.phase == "released":
                return
            require_off_and_fenced(self._source_now(), side="source", move=state.move)
            self._source.forget_checkpoints(self._server)
            self._save(state, phase="released")

    def go_back(self, *, settle_seconds: float = 30.0) -> None:
        """Stop and empty the target and let the source serve again; a move that never began is no error.

        A guest that was asked to shut down and did not in time may still do so after it was found running.
        It is watched for ``settle_seconds``, while it serves, and started again if it goes off.

        The mirror image of the switch: target off, target fenced, source's fence lifted, source started. The
        target is left as it was made: empty, without a fence.
        """
        with self._alone():
            state = self._progress.load()
            if state is None or state.phase == "gone-back":
                return
            if state.phase == "released":
                raise StepOrderError(self._server, step="going back", phase=state.phase)
            state = self._save(state, phase="going-back")
            self._stop_target(state.move)
            self._source.unfence(self._server, move=state.move)
            self._source.end_backup(self._server)
            self._settle_source(state, settle_seconds)
            self._source.start(self._server)
            self._source.recover(self._server, keep=None)
            if self._target.machine(self._target_machine) is not None:
                self._target.empty_disks(self._target_machine)
                self._target.unfence(self._target_machine, move=state.move)
            self._save(state, phase="gone-back", checkpoint=None)

    def _settle_source(self, state: MoveState, settle_seconds: float) -> None:
        if state.freeze is None or state.freeze.seconds is not None:
            return
        deadline = time.monotonic() + settle_seconds
        while self._source_now().state not in OFF and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)

    def _stop_target(self, move: str) -> None:
        """Make sure that the target is off and stays off; one that was deleted is."""
        if self._target.machine(self._target_machine) is None:
            return
        self._target.power_off(self._target_machine)
        self._target.fence(self._target_machine, move=move)
        require_off_and_fenced(self._target_now(), side="target", move=move)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep a second process from working on this server; a dead one's lock is gone with it."""
        self._run_folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._run_folder / f"{self._label}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise MoveBusyError(self._server) from error
            yield
        finally:
            os.close(lock)

    @contextmanager
    def _seeding_again_where_lost(self, state: MoveState) -> Iterator[None]:
        try:
            yield
        except CheckpointLostError:
            self._save(state, phase="seeding", checkpoint=None)
            raise

    def _require(self, phase: MovePhase, *, step: str, last: MovePhase = "released") -> MoveState:
        """Return the state where the move has come as far as ``phase`` and not beyond ``last``."""
        state = self._progress.load()
        allowed = _ORDER[_ORDER.index(phase) : _ORDER.index(last) + 1]
        if state is None or state.phase not in allowed:
            raise StepOrderError(self._server, step=step, phase="not begun" if state is None else state.phase)
        return state

    def _save(self, state: MoveState, **changes: Any) -> MoveState:
        changed = MoveState.model_validate({**dict(state), **changes})
        self._progress.save(changed)
        return changed

    def _source_now(self) -> Machine:
        return _machine(self._source, self._server)

    def _target_now(self) -> Machine:
        return _machine(self._target, self._target_machine)

    def _pairs(self) -> tuple[DiskPair, ...]:
        return pair_disks(self._source_now(), self._target_now())

    def _changed_since(self, verification: Verification) -> tuple[str, ...]:
        stamps = {pair.name: (image_stamp(pair.source), image_stamp(pair.target)) for pair in self._pairs()}
        return tuple(
            disk.disk
            for disk in verification.disks
            if stamps[disk.disk] != (disk.source_stamp, disk.target_stamp)
        )

    def _stamp(self) -> str:
        return self._clock().strftime("%Y%m%dT%H%M%S%f")

    def _new_checkpoint(self) -> str:
        return f"{CHECKPOINT_PREFIX}{self._stamp()}"


def _round(state: MoveState, kind: RoundKind) -> CopyRound:
    return next(round_ for round_ in reversed(state.rounds) if round_.kind == kind)


def _checkpoint(state: MoveState) -> str:
    if state.checkpoint is None:
        raise StepOrderError(state.server, step="copying changes", phase=state.phase)
    return state.checkpoint


def _freeze(state: MoveState) -> Freeze:
    if state.freeze is None:
        raise StepOrderError(state.server, step="freeze", phase=state.phase)
    return state.freeze


def _verification(state: MoveState) -> Verification:
    if state.verification is None:
        raise StepOrderError(state.server, step="comparison", phase=state.phase)
    return state.verification


def _machine(hypervisor: Hypervisor, name: str) -> Machine:
    machine = hypervisor.machine(name)
    if machine is None:
        raise ObjectMissingError("machine", name)
    return machine
