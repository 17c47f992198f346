"""The faults that a change meets: of the device, of the path to it, of other people, and of ourselves."""

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Literal, get_args

from devices.drivers.opening import driver_for
from devices.errors import DeviceError
from devices.models import DeviceTarget, Platform
from lab.models import Fault, FaultName
from lab.platforms import twin_class
from lab.twin import Twin
from tests.fault_run.changes import Change, refusal_in
from tests.fault_run.lab_time import LabTime
from tests.fault_run.points import Point
from tests.fault_run.relay import Relay

FaultKind = Literal[
    "refuse-login",  # the device refuses every password, for a while or for ever
    "drop-after-commit",  # the device drops the connection right after it took the change or its confirmation
    "error-line",  # the device refuses one of the lines
    "delay",  # the device answers late, or too late
    "cut",  # every connection is reset
    "lost-request",  # every connection is reset, and a request with it
    "lost-answer",  # the device does what was asked, and the connection is reset instead of its answer
    "dark",  # nothing gets through to the device, for a while or for ever
    "other-person",  # somebody types a line at the console
    "other-run",  # somebody commits a line with a revert timer, and never confirms it
    "other-user-change",  # another user's line is in force right before the device does what comes next
    "other-user-pending",  # the same, and it goes back by itself
    "reboot",  # the device reboots, and is back after a while with what was saved
    "flash-full",  # the device has no room for files
    "slow-echo",  # the device echoes every letter late
    "killed",  # the process that makes the change is killed
]
FAULTS: Final[tuple[FaultKind, ...]] = get_args(FaultKind)

OTHERS: Final[frozenset[FaultKind]] = frozenset(
    {"other-person", "other-run", "other-user-change", "other-user-pending"}
)
_OTHERS_SECONDS: Final = 240


def faults_of(platform: Platform) -> tuple[FaultKind, ...]:
    """Return what can happen to a change of a platform: everything but what its twin cannot have."""
    possible = twin_class(platform).possible_faults
    return tuple(kind for kind in FAULTS if kind not in get_args(FaultName) or kind in possible)


class FaultHand:
    """Makes one fault happen, and undoes it in time."""

    def __init__(
        self,
        kind: FaultKind,
        change: Change,
        chance: random.Random,
        *,
        twin: Twin,
        target: DeviceTarget,
        relay: Relay,
        time: LabTime,
        revert_after_seconds: int,
    ) -> None:
        self._kind = kind
        self._change = change
        self._chance = chance
        self._twin = twin
        self._target = target
        self._relay = relay
        self._time = time
        self._revert_after_seconds = revert_after_seconds
        self._lasts = chance.choice((60.0, revert_after_seconds / 2, revert_after_seconds + 60.0, None))
        self.happened = False
        self.healed_at: float | None = 0.0

    def strike(self) -> None:
        """Make the fault happen."""
        self.happened = True
        strikes: dict[FaultKind, Callable[[], None]] = {
            "refuse-login": self._refuse_logins,
            "drop-after-commit": lambda: self._twin.switch_fault(Fault(name="drop-after-commit")),
            "error-line": self._refuse_line,
            "delay": self._delay,
            "cut": self._relay.cut,
            "lost-request": self._relay.cut,
            "lost-answer": self._relay.lose_next_answer,
            "dark": self._darken,
            "other-person": lambda: self._twin.console(self._change.others_lines),
            "other-run": self._commit_as_somebody,
            "other-user-change": lambda: self._let_other_act("other-user-change"),
            "other-user-pending": lambda: self._let_other_act("other-user-pending"),
            "reboot": self._reboot,
            "flash-full": lambda: self._twin.switch_fault(
                Fault(name="flash-full", times=self._chance.choice((1, None)))
            ),
            "slow-echo": self._slow_down,
        }
        strikes[self._kind]()

    def undo(self) -> None:
        """Switch everything off."""
        self._twin.clear_faults()
        self._relay.light()

    def hides_device(self, *, patience_seconds: float) -> bool:
        """Return whether the device cannot be seen, or only since a moment ago."""
        if self.healed_at is None:
            return True
        return self.healed_at > 0 and self._time.monotonic_seconds() - self.healed_at < patience_seconds

    def _refuse_logins(self) -> None:
        self._twin.switch_fault(Fault(name="refuse-login", times=None))
        self._heal_in_time(self._twin.clear_faults)

    def _refuse_line(self) -> None:
        argument = refusal_in(self._change.platform, self._chance)
        self._twin.switch_fault(Fault(name="error-line", argument=argument, times=None))

    def _delay(self) -> None:
        # Now and then later than the time limits of the driver.
        seconds, times = self._chance.choice(((0.1, 5), (0.4, 2), (1.0, 1), (6.0, 1)))
        self._twin.switch_fault(Fault(name="delay", seconds=seconds, times=times))

    def _darken(self) -> None:
        self._relay.darken()
        self._heal_in_time(self._relay.light)

    def _commit_as_somebody(self) -> None:
        driver = driver_for(self._target)
        # Where a change waits or somebody edits, the device refuses: that is its answer to the fault.
        with suppress(DeviceError):
            driver.open()
            try:
                driver.stage("\n".join(self._change.others_lines))
                driver.commit(revert_after_seconds=_OTHERS_SECONDS)
            finally:
                driver.close()

    def _let_other_act(self, name: FaultName) -> None:
        self._twin.switch_fault(Fault(name=name, seconds=_OTHERS_SECONDS, lines=self._change.others_lines))

    def _reboot(self) -> None:
        self._lasts = self._chance.choice((20.0, 90.0, self._revert_after_seconds + 60.0))
        self._twin.switch_fault(Fault(name="reboot", seconds=self._lasts))
        self._heal_in_time(lambda: None)

    def _slow_down(self) -> None:
        # Now and then slower than the time limits of the driver.
        seconds, times = self._chance.choice(((0.002, None), (0.01, 10), (0.2, 1)))
        self._twin.switch_fault(Fault(name="slow-echo", seconds=seconds, times=times))

    def _heal_in_time(self, heal: Callable[[], None]) -> None:
        self.healed_at = None
        if self._lasts is None:
            return

        def healed() -> None:
            heal()
            self.healed_at = self._time.monotonic_seconds()

        self._time.call_after(self._lasts, healed)


class StrikingCourse:
    """Lets a fault happen at one point of a change."""

    def __init__(self, point: Point, hand: FaultHand, relay: Relay, requests: int) -> None:
        """Wait for a point; ``requests`` says how far inside it, in portions that the client sends."""
        self._point = point
        self._hand = hand
        self._relay = relay
        self._requests = requests

    def reach(self, point: Point) -> None:
        """Strike at a point that has no inside."""
        if point == self._point:
            self._hand.strike()

    def begin(self, point: Point) -> None:
        """Strike inside."""
        if point == self._point:
            self._relay.arm(self._requests, self._hand.strike)

    def end(self, point: Point) -> None:
        """Strike now at the latest."""
        if point == self._point:
            missed = self._relay.disarm()
            if missed is not None:
                missed()
