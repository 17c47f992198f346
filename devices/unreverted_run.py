"""One safe change of a device that takes nothing back by itself, where that risk was allowed.

A way back is kept on the device before anything is in force. The change is brought into force without being
saved, looked at over a fresh connection, and saved when every check holds. Otherwise this process brings the
device back: over the session that committed, else over fresh ones, for a bounded time, until running and
startup are seen to be what they were. Where the path is cut for good, or this process dies, the change stays:
that is the risk, and the result is then *unknown* with what a person does about it.
"""

from collections.abc import Callable
from contextlib import suppress

from devices.change_run import ChangeRun, is_saved
from devices.driver import DeviceDriver
from devices.errors import ConnectionLost, DeviceError, UnexpectedAnswer
from devices.models import ChangeResult, Collection

_UNSAVED_WORK = (
    "startup is not what is running, and startup is the last way back of this platform; save what runs, or "
    "take it back, and plan again"
)


class UnrevertedRun(ChangeRun):
    """The sequence without a timer on the device."""

    def _commit(self, driver: DeviceDriver) -> ChangeResult:
        try:
            way_back = driver.keep_way_back()
        except DeviceError as error:
            return self.ended(
                "refused", f"no way back could be kept, nothing was committed: {error.reason}", self._before
            )
        self._committed_at = self._clock.monotonic_seconds()
        try:
            driver.commit_without_timer()
        except (ConnectionLost, UnexpectedAnswer) as error:
            # The device may still be at work on it: one look proves nothing.
            return self._go_back(driver, way_back, error.reason, looks_needed=3)
        except DeviceError as error:
            return self._go_back(driver, way_back, error.reason)
        self._failures = self._look_at_it(driver)
        if self._failures:
            return self._go_back(driver, way_back, f"not kept, {self._told_failures()}", known_live=True)
        return self._keep(driver, way_back)

    def _last_refusal(self, found: Collection) -> str:
        return super()._last_refusal(found) or ("" if is_saved(found) else _UNSAVED_WORK)

    def _is_still_ours(self, driver: DeviceDriver) -> bool:  # noqa: ARG002 - nothing is pending here
        return True

    def _nothing_to_commit(self, driver: DeviceDriver, found: Collection) -> ChangeResult:
        """Save what a killed run left unsaved only after the checks that it did not come to."""
        if is_saved(found):
            return super()._nothing_to_commit(driver, found)
        return self._finish_unsaved(driver, found) or self.ended("refused", _UNSAVED_WORK, found)

    def _keep(self, driver: DeviceDriver, way_back: str) -> ChangeResult:
        """Save, and believe it when a fresh session shows it."""
        try:
            driver.save()
        except DeviceError as error:
            return self._kept_or_gone_back(driver, way_back, error.reason)
        with suppress(DeviceError):
            driver.drop_way_back(way_back)
        try:
            last, pending = self._collect_once()
        except DeviceError as error:
            return self.ended(
                "unknown",
                f"saved, but it could not be looked at afterwards: {error.reason}; collect it again",
                self._after,
            )
        return self._confirmed(last, pending=pending)

    def _kept_or_gone_back(self, driver: DeviceDriver, way_back: str, why: str) -> ChangeResult:
        """Keep what the device shows as saved after a save without its answer; else bring it back."""
        seen = self._look()
        if seen is not None and self._running_equals(seen[0], self._after) and is_saved(seen[0]):
            with suppress(DeviceError):
                driver.drop_way_back(way_back)
            return self._confirmed(seen[0], pending=seen[1])
        return self._go_back(driver, way_back, why, known_live=True)

    def _go_back(
        self,
        driver: DeviceDriver,
        way_back: str,
        why: str,
        *,
        known_live: bool = False,
        looks_needed: int = 1,
    ) -> ChangeResult:
        """Bring the device back, and say so only when it shows running and startup from before."""
        seconds = self._change.revert_after_seconds + self._change.margin_seconds
        deadline = self._clock.monotonic_seconds() + seconds
        before, last = self._known_before(), self._after
        was_live: bool | None = known_live
        over = False
        while not over:
            # Asked before the look, so that the last look is always one behind the deadline.
            over = self._clock.monotonic_seconds() >= deadline
            seen = None if known_live else self._look()
            known_live = False
            if seen is None:
                was_live = was_live or None
                self._bring_back(driver, way_back)
            elif not self._running_equals(seen[0], before):
                last, was_live = seen[0], True
                self._bring_back(driver, way_back)
            elif not self._same(seen[0], before):
                # A save that failed half-way left the change for the next boot.
                last, was_live = seen[0], True
                self._over_fresh_session(lambda fresh: fresh.save())
            elif looks_needed <= 1:
                self._over_fresh_session(lambda fresh: fresh.drop_way_back(way_back))
                return self._went_back(why, seen[0], was_live=was_live)
            else:
                looks_needed -= 1
            self._clock.sleep(0.0 if over else self._change.poll_seconds)
        return self.ended(
            "unknown",
            f"{why}; it takes nothing back by itself and could not be brought back: go to its console, load "
            f"what is kept there as '{way_back}' or its startup configuration, and collect it again",
            last,
        )

    def _bring_back(self, driver: DeviceDriver, way_back: str) -> None:
        """Ask for the way back over the session that committed, else over a fresh one."""
        try:
            driver.go_back_to(way_back)
        except DeviceError:
            self._over_fresh_session(lambda fresh: fresh.go_back_to(way_back))

    def _over_fresh_session(self, action: Callable[[DeviceDriver], None]) -> None:
        """Try something over a session of its own; whether it had its effect is for the next look to tell."""
        fresh = self._opener(self._target)
        with suppress(DeviceError):
            fresh.open()
            try:
                action(fresh)
            finally:
                fresh.close()
