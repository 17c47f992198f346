"""Clocks of the lab: the system's, and one that moves only when it is told to."""

import heapq
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time; one thread waits for all calls, however many twins there are."""

    def __init__(self) -> None:
        self._alarm = _Alarm()

    def now(self) -> datetime:
        """Return the time as an aware UTC datetime."""
        return datetime.now(tz=UTC)

    def call_after(self, seconds: float, action: Callable[[], None]) -> "TimerCall":
        """Run an action once, later, in a thread of its own."""
        call = TimerCall(self._alarm, time.monotonic() + seconds, action)
        self._alarm.add(call)
        return call


class TimerCall:
    """A call that is made when its time has come."""

    def __init__(self, alarm: "_Alarm", due: float, action: Callable[[], None]) -> None:
        self.due = due
        self.action = action
        self._alarm = alarm

    def __lt__(self, other: "TimerCall") -> bool:
        """Return whether this one comes first."""
        return self.due < other.due

    def cancel(self) -> None:
        """Forget the call; without effect once it has begun."""
        self._alarm.forget(self)

    def seconds_left(self) -> float:
        """Return the seconds until the call, 0 when it has begun or was cancelled."""
        return max(0.0, self.due - time.monotonic()) if self._alarm.waits(self) else 0.0


class _Alarm:
    """Waits for the earliest of many calls; its thread lives while there is one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._calls: list[TimerCall] = []
        self._waiting: set[TimerCall] = set()
        self._runs = False

    def add(self, call: TimerCall) -> None:
        """Wait for a call too."""
        with self._changed:
            heapq.heappush(self._calls, call)
            self._waiting.add(call)
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._run, name="alarm", daemon=True).start()
            self._changed.notify()

    def forget(self, call: TimerCall) -> None:
        """Wait for a call no more."""
        with self._changed:
            if call in self._waiting:
                self._waiting.remove(call)
                self._changed.notify()

    def waits(self, call: TimerCall) -> bool:
        """Return whether a call is still to come."""
        with self._changed:
            return call in self._waiting

    def _run(self) -> None:
        while (call := self._next()) is not None:
            # What a device does at its time may wait for a session; the next device's time must not.
            threading.Thread(target=call.action, name="timer", daemon=True).start()

    def _next(self) -> TimerCall | None:
        """Wait for the time of the next call and return it; None where none is left."""
        with self._changed:
            while True:
                while self._calls and self._calls[0] not in self._waiting:
                    heapq.heappop(self._calls)
                if not self._calls:
                    self._runs = False
                    return None
                left = self._calls[0].due - time.monotonic()
                if left <= 0:
                    call = heapq.heappop(self._calls)
                    self._waiting.remove(call)
                    return call
                self._changed.wait(left)


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
