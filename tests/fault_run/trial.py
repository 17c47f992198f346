"""One change under one fault, judged by what the twin truly holds."""

import random
import secrets
import tempfile
import time as wall
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, SecretStr

from devices.change_lock import FileChangeLock
from devices.errors import DeviceError
from devices.models import ChangeResult, Collection, Credential, DeviceTarget, Platform, PostCheckFailure
from devices.profiles import PROFILES
from devices.service import ApprovedChange, apply_change, collect, preview_change
from lab.models import TwinState
from lab.twin import CertifiedTwin, KnownTwin, Twin, TwinCredential
from tests.fault_run.changes import Change, change_of, new_twin
from tests.fault_run.faults import OTHERS, FaultHand, FaultKind, StrikingCourse
from tests.fault_run.killed import KillCourse, run_until_killed
from tests.fault_run.lab_time import LabTime
from tests.fault_run.oracle import Ending, violations
from tests.fault_run.points import Course, Opener, Point
from tests.fault_run.relay import Relay
from tests.fault_run.text_forms import without_empty_sections, without_schedule

CLOCK_FACTOR: Final = 10.0
_TIMEOUT_SECONDS: Final = 4.0
_POLL_SECONDS: Final = 150.0
_BOOT_LOOKS: Final = 40
_BOOT_SECONDS: Final = 0.25
VARIANTS: Final = 4
# How many portions of bytes a client sends inside an operation, more or less; a strike that comes too late
# for them comes at its end.
_REQUESTS: Final[dict[Platform, dict[Point, int]]] = {
    "ios": {"inside-stage": 40, "inside-commit": 24, "inside-confirm": 12},
    "eos": {"inside-stage": 6, "inside-commit": 8, "inside-confirm": 8},
    "junos": {"inside-stage": 6, "inside-commit": 8, "inside-confirm": 14},
    "fortios": {"inside-stage": 16, "inside-commit": 40, "inside-confirm": 16},
    "aoscx": {"inside-stage": 2, "inside-commit": 40, "inside-confirm": 10},
}


class Trial(BaseModel):
    """What is tried: everything else about it follows from the seed and this."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    platform: Platform
    fault: FaultKind
    point: Point
    number: int

    @property
    def name(self) -> str:
        """Return what repeats exactly this trial, together with the seed."""
        return f"{self.platform}/{self.fault}/{self.point}/{self.number}"


class TrialReport(BaseModel):
    """How a trial went."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    trial: Trial
    outcome: str
    message: str
    struck: bool
    violations: tuple[str, ...]
    commits: int
    reverts: int
    seconds: float


@dataclass(frozen=True)
class Bench:
    """One twin behind a relay, and the time that it lives in."""

    twin: Twin
    relay: Relay
    time: LabTime
    target: DeviceTarget
    locks: FileChangeLock

    def state(self) -> TwinState:
        """Return what the twin truly holds."""
        state = self.twin.state()
        return (
            state.model_copy(
                update={
                    "running": without_empty_sections(state.running),
                    "startup": without_empty_sections(state.startup),
                }
            )
            if state.platform == "fortios"
            else state
        )


@contextmanager
def bench(platform: Platform) -> Iterator[Bench]:
    """Start a twin with the path to it, and stop them again."""
    credential = TwinCredential("samdrift", secrets.token_urlsafe(12))
    with tempfile.TemporaryDirectory(prefix="fault-run-") as name:
        folder = Path(name)
        time = LabTime(CLOCK_FACTOR)
        twin = new_twin(platform, folder, time, credential)
        twin.start()
        relay = Relay(twin.port)
        relay.start()
        time.start()
        try:
            target = DeviceTarget(
                device=twin.name,
                platform=platform,
                address="127.0.0.1",
                port=relay.port,
                credential=Credential(username=credential.username, password=SecretStr(credential.password)),
                timeout_seconds=_TIMEOUT_SECONDS,
                ca_file=str(twin.ca_file) if isinstance(twin, CertifiedTwin) else None,
                host_key=twin.host_key if isinstance(twin, KnownTwin) else None,
            )
            yield Bench(twin, relay, time, target, FileChangeLock(folder / "locks"))
        finally:
            time.stop()
            relay.stop()
            twin.stop()


Approved = tuple[Change, str]
"""A change with the diff that was approved for it."""


def approve(seed: int, platform: Platform, variant: int) -> Approved:
    """Return a change with the diff that a device without faults computes for it."""
    change = change_of(platform, f"{seed}/{variant}")
    with bench(platform) as place:
        return change, preview_change(place.target, change.lines, lock=place.locks)


def variant_of(trial: Trial) -> int:
    """Return which of the changes of its platform a trial makes: another one in every round."""
    return trial.number % VARIANTS


def run_trial(seed: int, trial: Trial, approved: Approved) -> TrialReport:
    """Change a fresh twin while something goes wrong, and judge how it ended."""
    began = wall.monotonic()
    chance = random.Random(f"{seed}/{trial.name}")  # noqa: S311 - repeatable on purpose
    change, diff = approved
    with bench(trial.platform) as place:
        tried = _killed if trial.fault == "killed" else _struck
        outcome, message, struck, wrong, state = tried(trial, chance, change, diff, place)
    return TrialReport(
        trial=trial,
        outcome=outcome,
        message=message,
        struck=struck,
        violations=wrong,
        commits=state.commits,
        reverts=state.reverts,
        seconds=round(wall.monotonic() - began, 2),
    )


_Tried = tuple[str, str, bool, tuple[str, ...], TwinState]


def _struck(trial: Trial, chance: random.Random, change: Change, diff: str, place: Bench) -> _Tried:
    plan = _approved_change(change, diff, chance)
    hand = FaultHand(
        trial.fault,
        change,
        chance,
        twin=place.twin,
        # Somebody else comes another way than the change does.
        target=place.target.model_copy(update={"port": place.twin.port}),
        relay=place.relay,
        time=place.time,
        revert_after_seconds=plan.revert_after_seconds,
    )
    requests = chance.randint(1, _REQUESTS[trial.platform].get(trial.point, 1))
    course = StrikingCourse(trial.point, hand, place.relay, requests)
    result = _apply(place, plan, course)
    seen = not hand.hides_device(patience_seconds=2 * _POLL_SECONDS)
    then = place.state()
    hand.undo()
    _let_time_pass(place, plan)
    ending = Ending(
        outcome=result.outcome,
        then=then,
        at_last=place.state(),
        seen=seen,
        others_changed_it=trial.fault in OTHERS and hand.happened,
    )
    if trial.fault == "other-run" and then.pending is not None:
        ending = replace(ending, then=_in_effect(then, armed=True))
    if result.outcome == "unknown" and not seen:
        ending = _cut_off(ending)
    if trial.fault == "reboot":
        ending = _without_timer(change, ending)
    if trial.fault == "flash-full":
        ending = _without_room(change, ending)
    wrong = violations(change, ending) + _unreachable(place)
    return result.outcome, result.message, hand.happened, wrong, ending.at_last


def _killed(trial: Trial, chance: random.Random, change: Change, diff: str, place: Bench) -> _Tried:
    plan = _approved_change(change, diff, chance)
    course = KillCourse(trial.point, chance.uniform(0.0, 0.4))
    killed = run_until_killed(place.target, plan, course)
    then = place.state()
    _let_time_pass(place, plan)
    at_last = place.state()
    ending = Ending(outcome=None, then=then, at_last=at_last, seen=True, others_changed_it=False)
    ending = _cut_off(ending)
    wrong = violations(change, ending) + _unreachable(place)
    again = _apply(place, plan, None)
    after = place.state()
    if not killed:
        wrong += ("the process ended before it was killed",)
    message = f"killed; the second run: {again.outcome}: {again.message}"
    if not _may_stay(change, again, at_last, after):
        ending = Ending(again.outcome, after, after, seen=True, others_changed_it=False)
        wrong += violations(change, ending)
        if again.outcome != "confirmed":
            wrong += (f"the second run ended {again.outcome}: {again.message}",)
    return "killed", message, killed, wrong, after


def _cut_off(ending: Ending) -> Ending:
    """Return the ending of a change that nobody could end, without what it left that does nothing."""
    return replace(ending, then=_in_effect(ending.then), at_last=_in_effect(ending.at_last))


def _without_timer(change: Change, ending: Ending) -> Ending:
    """Return the ending of a change whose revert timer a reboot took while the change itself was kept.

    Nothing takes it back any more and nobody confirmed it: only a person can say whether it stays.
    """
    then, last = (_in_effect(state, armed=True) for state in (ending.then, ending.at_last))
    if ending.outcome == "unknown" and last.pending is None and last.running == change.after:
        return replace(ending, then=then, at_last=last, seen=False)
    return ending


def _without_room(change: Change, ending: Ending) -> Ending:
    """Return the ending of a change that was confirmed and cannot be saved until a person makes room."""
    last = ending.at_last
    if ending.outcome == "unknown" and (last.running, last.startup) == (change.after, change.before):
        return replace(ending, seen=False)
    return ending


def _in_effect(state: TwinState, *, armed: bool = False) -> TwinState:
    if state.platform != "fortios":
        return state
    texts = {name: without_schedule(getattr(state, name), armed=armed) for name in ("running", "startup")}
    return state.model_copy(update=texts)


def _may_stay(change: Change, again: ChangeResult, before: TwinState, after: TwinState) -> bool:
    """Return whether a second run was right to leave the device as the killed one left it."""
    before, after = _in_effect(before), _in_effect(after)
    if (after.running, after.startup) != (before.running, before.startup) or after.running != change.after:
        return False
    if again.outcome == "unchanged":
        return after.startup == change.after
    # Where nobody is told of a commit that waits, one that was confirmed and not saved looks the same.
    untold = not PROFILES[change.platform].tells_pending
    return again.outcome == "refused" and untold and after.startup == change.before


def _apply(place: Bench, plan: ApprovedChange, course: Course | None) -> ChangeResult:
    def in_window(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
        if course is not None:
            course.reach("in-window")
        return ()

    opened = {} if course is None else {"opener": Opener(course)}
    return apply_change(
        place.target, plan, lock=place.locks, post_check=in_window, clock=place.time, **opened
    )


def _approved_change(change: Change, diff: str, chance: random.Random) -> ApprovedChange:
    return ApprovedChange(
        lines=change.lines,
        approved_diff=diff,
        revert_after_seconds=chance.choice((300, 420, 600)),
        allowed_risks=PROFILES[change.platform].risks,
        poll_seconds=_POLL_SECONDS,
    )


def _longest(plan: ApprovedChange) -> float:
    return plan.revert_after_seconds + 600.0


def _let_time_pass(place: Bench, plan: ApprovedChange) -> None:
    """Let every timer run out.

    A device that was told to boot first ends its sessions, in wall time, and is away from then on: its time
    begins when that is over.
    """
    place.time.sleep(_longest(plan))
    for _ in range(_BOOT_LOOKS):
        if not any(fault.name == "reboot" for fault in place.state().faults):
            return
        wall.sleep(_BOOT_SECONDS)
        place.time.sleep(_longest(plan))


def _unreachable(place: Bench) -> tuple[str, ...]:
    try:
        collect(place.target, clock=place.time)
    except DeviceError as error:
        return (f"nobody can look at it any more: {error.reason}",)
    return ()
