"""A device's own clock: it may run faster than the lab's, and its timers with it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from lab.twin import Clock, ScheduledCall


class DeviceClock:
    """The time as one twin knows it; with a factor of 60 a minute on the device is a second outside."""

    def __init__(self, clock: Clock, factor: float) -> None:
        """Start with the lab's time.

        Args:
            clock: The lab's clock.
            factor: How many times faster the device's time passes.
        """
        self._clock = clock
        self._factor = factor
        self._started = clock.now()

    def now(self) -> datetime:
        """Return the device's time as an aware UTC datetime."""
        return self._started + (self._clock.now() - self._started) * self._factor

    def started(self) -> datetime:
        """Return when the device began to run."""
        return self._started

    def uptime_seconds(self) -> float:
        """Return the device seconds since the twin was made."""
        return (self.now() - self._started).total_seconds()

    def call_after(self, device_seconds: float, action: Callable[[], None]) -> ScheduledCall:
        """Run an action once when so much of the device's time has passed."""
        return self._clock.call_after(device_seconds / self._factor, action)

    def after(self, device_seconds: float) -> datetime:
        """Return the device's time after a span of it."""
        return self.now() + timedelta(seconds=device_seconds)
