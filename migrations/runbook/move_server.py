"""The runbooks of a server's move: seed it while it works, cut it over or go back, and go back once more.

Each may be begun anew wherever an earlier one ended, also by an error that nobody expected: a step looks at
the lifecycle and at the mover first, and what was done stays done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from hypervisors.errors import HypervisorError
from inventory.models import ServiceCheck
from migrations.errors import StepFailed
from migrations.facts import MOVE, MoveFigures
from migrations.lifecycle import Lifecycle
from migrations.movers.errors import MoverError
from migrations.movers.mover import Mover, MoveState
from migrations.runbook.runbook import Runbook, Step
from migrations.runbook.service_check import wait_until_serving
from records.service import Records

SEED = "seed"
CUTOVER = "cutover"
BACK = "back"
_MILLISECONDS = 1000
_WAYS_BACK = ("fail go back", "fail give up")

Report = Callable[[str, int, int], None]
"""Is told what is going on, and how much of how much is done (0 of 0 where that cannot be said)."""


@dataclass(frozen=True)
class Address:
    """Where a server is asked."""

    host: str
    port: int


@dataclass(frozen=True)
class MoveParts:
    """Everything that the move of one server works with."""

    server: str
    mover: Mover
    lifecycle: Lifecycle
    records: Records
    actor: str
    municipal: Address
    centre: Address
    check: ServiceCheck
    sync_rounds: int
    freeze_seconds: int
    service_check_seconds: int
    return_seconds: int
    clock: Callable[[], datetime]
    report: Report


class MoveServer:
    """Builds the runbooks; every step asks the mover, and so the platform, for the state before it acts."""

    def __init__(self, parts: MoveParts) -> None:
        self._parts = parts

    def seed(self) -> Runbook:
        """Return the runbook that copies a server while it works."""
        rounds = tuple(
            Step(f"sync {number}", self._step(f"sync {number}", self._sync))
            for number in range(1, self._parts.sync_rounds + 1)
        )
        return Runbook(
            SEED,
            self._parts.server,
            (
                Step("prepare", self._step("prepare", self._prepare)),
                Step("seed", self._step("seed", self._seed), self._step("seed: back", self._give_up)),
                *rounds,
                Step("synced", self._step("synced", self._synced)),
            ),
        )

    def cutover(self) -> Runbook:
        """Return the runbook that moves a synced server over, or brings it back."""
        return Runbook(
            CUTOVER,
            self._parts.server,
            (
                Step(
                    "last sync",
                    self._step("last sync", self._last_sync),
                    self._step("give up", self._give_up_sync),
                ),
                Step("approve", self._step("approve", self._approve)),
                Step("freeze", self._step("freeze", self._freeze), self._step("go back", self._go_back)),
                Step("final delta", self._step("final delta", self._final_delta)),
                Step("compare", self._step("compare", self._compare)),
                Step("fence", self._step("fence", self._fence)),
                Step("start", self._step("start", self._start)),
                Step("service check", self._step("service check", self._service_check)),
                Step("release", self._step("release", self._release)),
            ),
        )

    def back(self) -> Runbook:
        """Return the runbook that brings a server back whose cutover could not even do that."""
        return Runbook(BACK, self._parts.server, (Step("go back", self._step("go back", self._go_back)),))

    def _step(self, name: str, act: Callable[[], JsonValue]) -> Callable[[], JsonValue]:
        """Journal the intent before and the outcome after, and turn expected errors into a failed step."""
        parts = self._parts

        def run() -> JsonValue:
            parts.report(f"{parts.server}: {name}", 0, 0)
            self._journal(f"begin {name}", None)
            try:
                result = act()
            except StepFailed as failure:
                self._journal(f"fail {name}", str(failure))
                raise
            except (MoverError, HypervisorError) as error:
                self._journal(f"fail {name}", str(error))
                raise StepFailed(str(error)) from error
            self._journal(f"end {name}", result)
            return result

        return run

    def _journal(self, action: str, after: JsonValue) -> None:
        with self._parts.records.writing() as transaction:
            transaction.journal.append(
                actor=self._parts.actor,
                action=action,
                subject=self._parts.server,
                after=after,
            )

    def _transfer(self, what: str) -> Callable[[int, int], None]:
        return lambda done, total: self._parts.report(f"{self._parts.server}: {what}", done, total)

    def _prepare(self) -> JsonValue:
        lifecycle, server = self._parts.lifecycle, self._parts.server
        if lifecycle.state(server) == "NEW":
            lifecycle.advance(server, "DISCOVERED", reason="in the inventory")
        if lifecycle.state(server) == "DISCOVERED":
            lifecycle.advance(server, "ASSESSED", reason="its target is made")
        if lifecycle.state(server) == "ASSESSED":
            lifecycle.advance(server, "READY", reason="in an approved wave")
        if lifecycle.state(server) in {"ROLLED_BACK", "FAILED"}:
            lifecycle.advance(server, "READY", reason="in an approved wave again")
        lifecycle.require(server, "READY", "SEEDING", "SYNCED")
        return None

    def _seed(self) -> JsonValue:
        if self._parts.lifecycle.state(self._parts.server) == "SYNCED":
            return "seeded before"
        self._parts.lifecycle.advance(self._parts.server, "SEEDING", reason="the wave plan is approved")
        round_ = self._parts.mover.seed(report=self._transfer("seeding"))
        self._measure()
        return {"bytes": round_.bytes_copied, "milliseconds": _milliseconds(round_.copy_seconds)}

    def _give_up(self) -> JsonValue:
        """Leave the source as it is: it never stopped serving; a later seed starts over."""
        self._parts.lifecycle.advance(self._parts.server, "FAILED", reason="it could not be copied")
        return None

    def _sync(self) -> JsonValue:
        round_ = self._parts.mover.sync(report=self._transfer("syncing"))
        self._measure()
        return {"bytes": round_.bytes_copied, "milliseconds": _milliseconds(round_.copy_seconds)}

    def _synced(self) -> JsonValue:
        self._parts.lifecycle.advance(self._parts.server, "SYNCED", reason="the target follows the source")
        return None

    def _last_sync(self) -> JsonValue:
        """Follow the source once more while it serves; a cutover that went on before is past that."""
        state = self._parts.mover.state()
        if state is not None and state.phase not in {"seeding", "synced"}:
            return f"the move is {state.phase}"
        return self._sync()

    def _give_up_sync(self) -> JsonValue:
        """Ask for another seed where the target could not follow; the source never stopped serving."""
        lifecycle, server = self._parts.lifecycle, self._parts.server
        state = lifecycle.state(server)
        if state == "SYNCED":
            lifecycle.advance(server, "FAILED", reason=self._failure())
        if state == "APPROVED":
            lifecycle.advance(server, "CUTTING_OVER", reason="the target does not follow")
            return self._go_back()
        return None

    def _approve(self) -> JsonValue:
        if self._parts.lifecycle.state(self._parts.server) == "SYNCED":
            self._parts.lifecycle.advance(self._parts.server, "APPROVED", reason="the cutover is approved")
        return self._parts.lifecycle.require(self._parts.server, "APPROVED", "CUTTING_OVER", "VERIFYING")

    def _freeze(self) -> JsonValue:
        parts = self._parts
        if parts.lifecycle.state(parts.server) != "VERIFYING":
            parts.lifecycle.advance(parts.server, "CUTTING_OVER", reason="the cutover has begun")
        freeze = parts.mover.freeze(timeout_seconds=parts.freeze_seconds)
        return {"milliseconds": _milliseconds(freeze.seconds or 0)}

    def _final_delta(self) -> JsonValue:
        round_ = self._parts.mover.final_delta(report=self._transfer("last delta"))
        self._measure()
        return {"bytes": round_.bytes_copied, "milliseconds": _milliseconds(round_.copy_seconds)}

    def _compare(self) -> JsonValue:
        verification = self._parts.mover.verify(report=self._transfer("comparing"))
        self._measure()
        return {disk.disk: disk.target_sha256 for disk in verification.disks}

    def _fence(self) -> JsonValue:
        self._parts.mover.fence_source()
        return None

    def _start(self) -> JsonValue:
        parts = self._parts
        parts.mover.start_target()
        parts.lifecycle.advance(parts.server, "VERIFYING", reason="started in the centre")
        return None

    def _service_check(self) -> JsonValue:
        parts = self._parts
        reason = wait_until_serving(
            parts.centre.host,
            parts.centre.port,
            parts.check,
            timeout_seconds=parts.service_check_seconds,
        )
        if reason:
            raise StepFailed(f"it does not serve in the centre: {reason}")
        downtime = self._downtime()
        self._measure(downtime_milliseconds=downtime)
        return {"downtime_milliseconds": downtime}

    def _release(self) -> JsonValue:
        parts = self._parts
        parts.mover.release()
        parts.lifecycle.advance(parts.server, "HYPERCARE", reason="it serves in the centre")
        return None

    def _go_back(self) -> JsonValue:
        parts = self._parts
        state = parts.lifecycle.state(parts.server)
        if state in {"ROLLED_BACK", "HYPERCARE"}:
            return f"is {state}"
        moved = parts.mover.state()
        if moved is not None and moved.phase == "released":
            parts.lifecycle.advance(parts.server, "HYPERCARE", reason="it serves in the centre")
            return "it was released before and stays in the centre"
        parts.lifecycle.advance(parts.server, "ROLLING_BACK", reason=self._failure())
        parts.mover.go_back()
        reason = wait_until_serving(
            parts.municipal.host,
            parts.municipal.port,
            parts.check,
            timeout_seconds=parts.return_seconds,
        )
        if reason:
            raise StepFailed(f"it went back but does not serve: {reason}; a person must look at it now")
        downtime = self._downtime()
        self._measure(downtime_milliseconds=downtime)
        parts.lifecycle.advance(parts.server, "ROLLED_BACK", reason=self._failure())
        return {"downtime_milliseconds": downtime}

    def _failure(self) -> str:
        """Return why this cutover goes back, from the journal: it also knows after a restart."""
        reason = ""
        with self._parts.records.reading() as transaction:
            for entry in transaction.journal.entries(subject=self._parts.server):
                if entry.action == "begin last sync":
                    reason = ""
                elif entry.action.startswith("fail ") and entry.action not in _WAYS_BACK:
                    reason = str(entry.after)
        return reason or "a step of the cutover ended by an error that it did not expect"

    def _downtime(self) -> int | None:
        """Return the milliseconds since the source began to shut down, measured once."""
        state = self._parts.mover.state()
        if state is None or state.freeze is None:
            return None
        return _milliseconds((self._parts.clock() - state.freeze.began_at).total_seconds())

    def _measure(self, *, downtime_milliseconds: int | None = None) -> None:
        """Write what the mover measured where the status reads it."""
        state = self._parts.mover.state()
        if state is None:
            return
        figures = figures_of(state)
        if downtime_milliseconds is not None:
            figures = figures.model_copy(update={"downtime_milliseconds": downtime_milliseconds})
        with self._parts.records.writing() as transaction:
            transaction.assets.put_fact(self._parts.server, MOVE, figures.model_dump(mode="json"))


def _milliseconds(seconds: float) -> int:
    return round(seconds * _MILLISECONDS)


def figures_of(state: MoveState) -> MoveFigures:
    """Return the figures of a move so far; the last seed counts, with the rounds behind it."""
    seeds = [number for number, round_ in enumerate(state.rounds) if round_.kind == "seed"]
    rounds = state.rounds[seeds[-1] :] if seeds else ()
    deltas = [round_ for round_ in rounds if round_.kind != "seed"]
    final = [round_ for round_ in rounds if round_.kind == "final"]
    disks = state.verification.disks if state.verification is not None else ()
    return MoveFigures(
        bytes_seeded=rounds[0].bytes_copied if rounds else 0,
        seed_milliseconds=_milliseconds(rounds[0].copy_seconds) if rounds else 0,
        deltas=len(deltas),
        bytes_in_deltas=sum(round_.bytes_copied for round_ in deltas),
        final_delta_bytes=final[-1].bytes_copied if final else 0,
        source_checksum=" ".join(disk.source_sha256 for disk in disks),
        target_checksum=" ".join(disk.target_sha256 for disk in disks),
    )
