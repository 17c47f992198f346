"""The protocol of movers and what they remember and report."""

from collections.abc import Callable
from typing import Literal, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

ReportProgress = Callable[[int, int], None]
"""Is told the bytes done and the bytes in all while a part of a step goes on."""


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


RoundKind = Literal["seed", "sync", "final"]

MovePhase = Literal[
    "seeding",  # the target's disks are incomplete
    "synced",  # the target holds the source as it was at the checkpoint; the source serves
    "frozen",  # the source is off
    "copied",  # the last delta is on the target
    "verified",  # the disks were compared and are equal
    "fenced",  # the source cannot be started
    "started",  # the target runs
    "released",  # the move is over; the fenced source stays as a copy
    "going-back",  # the source is being brought back
    "gone-back",  # the source serves as before the move and the target is empty
]


class CopyRound(Model):
    """One round of copying: the whole disks, what changed since, or the last changes of the frozen source."""

    kind: RoundKind
    bytes_copied: int = Field(ge=0)
    prepare_seconds: float = Field(ge=0)
    copy_seconds: float = Field(ge=0)
    finished_at: AwareDatetime


class Freeze(Model):
    """When the source began to shut down, and how long that took."""

    began_at: AwareDatetime
    seconds: float | None = Field(default=None, ge=0)


class DiskChecksum(Model):
    """The SHA-256 of the whole disk as a guest would read it, on both sides.

    A target disk may be larger; it is compared over the source's length. The stamps (size and time of the
    last change of the image files) tell later whether a file changed after the comparison.
    """

    disk: str
    size_bytes: int = Field(ge=0)
    source_sha256: str
    target_sha256: str
    source_stamp: tuple[int, int]
    target_stamp: tuple[int, int]


class Verification(Model):
    """The comparison of all disks."""

    disks: tuple[DiskChecksum, ...] = Field(min_length=1)
    seconds: float = Field(ge=0)

    @property
    def differing(self) -> tuple[str, ...]:
        """Return the disks that are not equal."""
        return tuple(disk.disk for disk in self.disks if disk.source_sha256 != disk.target_sha256)


KEPT_ROUNDS = 20
"""How many of the latest rounds a state holds; a server may stay in sync for weeks."""


class MoveState(Model):
    """What a mover has to remember of one move.

    ``rounds`` holds the latest ones; the totals count all of them, also of a seed that had to be repeated.
    """

    move: str
    server: str
    phase: MovePhase
    checkpoint: str | None = None
    rounds: tuple[CopyRound, ...] = ()
    bytes_seeded: int = Field(default=0, ge=0)
    bytes_in_deltas: int = Field(default=0, ge=0)
    deltas: int = Field(default=0, ge=0)
    freeze: Freeze | None = None
    verification: Verification | None = None
    target_started_at: AwareDatetime | None = None


def with_round(state: MoveState, round_: CopyRound) -> MoveState:
    """Return the state with one more round in its list and its totals."""
    seed = tuple(kept for kept in state.rounds if kept.kind == "seed")[-1:]
    others = tuple(kept for kept in state.rounds if kept.kind != "seed")
    if round_.kind == "seed":
        totals = {"bytes_seeded": state.bytes_seeded + round_.bytes_copied}
        rounds: tuple[CopyRound, ...] = (round_,)
    else:
        totals = {
            "bytes_in_deltas": state.bytes_in_deltas + round_.bytes_copied,
            "deltas": state.deltas + 1,
        }
        rounds = (*seed, *others[1 - KEPT_ROUNDS :], round_)
    return state.model_copy(update={**totals, "rounds": rounds})


class MoveProgress(Protocol):
    """Where a mover's state is kept; what ``save`` took must survive a power cut once it returned."""

    def load(self) -> MoveState | None:
        """Return the state of this server's latest move, or None."""

    def save(self, state: MoveState) -> None:
        """Replace the state."""


def report_nothing(_done_bytes: int, _total_bytes: int) -> None:
    """Take progress and tell nobody."""


class Mover(Protocol):
    """Moves one server. Each step may be killed anywhere and called again and has its effect exactly once.

    The order is seed, sync as often as wanted, freeze, final_delta, verify, fence_source, start_target, and
    then release or go_back. A step that was completed returns what it found the first time; only sync does
    another round. Steps raise children of ``MoverError`` or ``HypervisorError``.
    """

    def state(self) -> MoveState | None:
        """Return what is remembered of the latest move."""

    def seed(self, *, report: ReportProgress = report_nothing) -> CopyRound:
        """Begin the move: fence the target and copy the whole disks while the source serves."""

    def sync(self, *, report: ReportProgress = report_nothing) -> CopyRound:
        """Copy what changed since the last round while the source serves."""

    def freeze(self, *, timeout_seconds: float) -> Freeze:
        """Shut the source down."""

    def final_delta(self, *, report: ReportProgress = report_nothing) -> CopyRound:
        """Copy the frozen source's last changes."""

    def verify(self, *, report: ReportProgress = report_nothing) -> Verification:
        """Compare the whole disks of both sides."""

    def fence_source(self) -> None:
        """Make it impossible to start the source."""

    def start_target(self) -> None:
        """Lift the target's fence and start it."""

    def release(self) -> None:
        """End the move: from here on there is no way back by this mover."""

    def go_back(self, *, settle_seconds: float = 30.0) -> None:
        """Stop and empty the target and let the source serve again.

        A guest that was asked to shut down in vain is watched so long, and started again if it goes off.
        """
