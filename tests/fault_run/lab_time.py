"""The time of one device: it runs faster than this machine's, and jumps where a change only waits."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from lab.clock import ManualClock
from lab.twin import ScheduledCall

START: Final = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
_STEP_SECONDS: Final = 0.05


class LabTime:
    """The clock of a twin and of the change of it, so that both agree on how long a minute is."""

    def __init__(self, factor: float) -> None:
        """Stand at the start; ``factor`` is how many times faster time passes while nobody waits for it."""
        self._factor = factor
        self._clock = ManualClock(START)
        self._advancing = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lab-time", daemon=True)

    def start(self) -> None:
        """Let time pass."""
        self._thread.start()

    def stop(self) -> None:
        """Let time stand still."""
        self._ended.set()
        self._thread.join()

    def now(self) -> datetime:
        """Return the aware UTC time."""
        return self._clock.now()

    def monotonic_seconds(self) -> float:
        """Return seconds that never go back."""
        return (self._clock.now() - START).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let time jump; every timer that falls due meanwhile has run when this returns."""
        with self._advancing:
            self._clock.advance(seconds)

    def call_after(self, seconds: float, action: Callable[[], None]) -> ScheduledCall:
        """Run an action once, later."""
        return self._clock.call_after(seconds, action)

    def _run(self) -> None:
        last = time.monotonic()
        while not self._ended.wait(_STEP_SECONDS):
            now = time.monotonic()
            self.sleep((now - last) * self._factor)
            last = now
