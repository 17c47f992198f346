"""Clocks of the lab: the system's, and one that moves only when it is told to."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the time as an aware UTC datetime."""
        return datetime.now(tz=UTC)

    def call_after(self, seconds: float, action: Callable[[], None]) -> "TimerCall":
        """Run an action once, later, in a thread of its own."""
        return TimerCall(seconds, action)


class TimerCall:
    """A call that a thread of its own makes when its time has come."""

    def __init__(self, seconds: float, action: Callable[[], None]) -> None:
        self._due = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, action)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        """Forget the call; without effect once it has begun."""
        self._timer.cancel()

    def seconds_left(self) -> float:
        """Return the seconds until the call, 0 when it has begun or was cancelled."""
        if self._timer.finished.is_set():
            return 0.0
        return max(0.0, self._due - time.monotonic())


class ManualClock:
    """A clock that stands still until it is advanced; calls run in the thread that advances it."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._calls: list[ManualCall] = []
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the time as an aware UTC datetime."""
        with self._lock:
            return self._now

    def call_after(self, seconds: float, action: Callable[[], None]) -> "ManualCall":
        """Run an action once, when the clock was advanced far enough."""
        with self._lock:
            call = ManualCall(self, self._now + timedelta(seconds=seconds), action)
            self._calls.append(call)
        return call

    def advance(self, seconds: float) -> None:
        """Let time pass; every call that falls due runs, in order, before this returns."""
        with self._lock:
            end = self._now + timedelta(seconds=seconds)
        while True:
            with self._lock:
                due = sorted((call for call in self._calls if call.due <= end), key=lambda call: call.due)
                if not due:
                    self._now = end
                    return
                self._now = due[0].due
                self._calls.remove(due[0])
            due[0].action()

    def forget(self, call: "ManualCall") -> None:
        """Drop a waiting call."""
        with self._lock:
            if call in self._calls:
                self._calls.remove(call)

    def waits(self, call: "ManualCall") -> bool:
        """Return whether a call is still waiting."""
        with self._lock:
            return call in self._calls


class ManualCall:
    """A call that waits on a clock moved by hand."""

    def __init__(self, clock: ManualClock, due: datetime, action: Callable[[], None]) -> None:
        self._clock = clock
        self.due = due
        self.action = action

    def cancel(self) -> None:
        """Forget the call; without effect once it has begun."""
        self._clock.forget(self)

    def seconds_left(self) -> float:
        """Return the seconds until the call, 0 when it has begun or was cancelled."""
        if not self._clock.waits(self):
            return 0.0
        return max(0.0, (self.due - self._clock.now()).total_seconds())
