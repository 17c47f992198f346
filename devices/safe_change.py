"""The one sequence that changes a device, the same on every platform, and never loses one.

lock → collect → no pending commit → stage → the device's own diff equals the approved one → commit with
the revert timer → look at it over a fresh connection → confirm on the session that committed → saved → look
again.

After anything unexpected nothing is confirmed and nothing is repaired: the device takes the change back by
itself, and this module waits until it has seen that it did, or says that it could not see it.
"""

from collections.abc import Callable
from typing import Final

from pydantic import Field

from devices.change_checks import difference_of_diffs, failed, missing_neighbours, unlike_forecast
from devices.change_lock import ChangeLock
from devices.clock import Clock, SystemClock
from devices.collect import collect_from
from devices.driver import DeviceDriver
from devices.drivers.opening import driver_for, session
from devices.errors import (
    ConfigurationRefused,
    ConnectionLost,
    DeviceError,
    DeviceUnreachable,
    EffectDiffers,
    LockHeld,
    NotOurCommit,
    PendingCommit,
    UnexpectedAnswer,
)
from devices.models import (
    ChangeOutcome,
    ChangeResult,
    Collection,
    DeviceTarget,
    Model,
    PostCheckFailure,
)
from devices.profiles import PROFILES, Risk, comparable_configuration, comparable_diff

PostCheck = Callable[[Collection, Collection], tuple[PostCheckFailure, ...]]
"""Judges a change by what was collected before it and after it; no failure means that it may be confirmed."""

Opener = Callable[[DeviceTarget], DeviceDriver]

_PENDING: Final = "an unconfirmed commit of somebody else is pending on it; wait for its end and plan again"
_CONFIRMED: Final = "committed, checked on a fresh connection, confirmed and saved"
_NOT_SAVED: Final = (
    "running is not what startup holds, and on this platform that may be an unconfirmed commit of somebody "
    "else; have it confirmed and saved, or taken back, and plan again"
)


class ApprovedChange(Model):
    """What may be done to one device: the lines, the diff that was approved, and how long it may hang."""

    lines: str = Field(min_length=1)
    approved_diff: str
    revert_after_seconds: int = Field(ge=60)
    allowed_risks: frozenset[Risk] = Field(
        default=frozenset(), description="What it may cost, by name; allow it only inside a change window"
    )
    margin_seconds: float = Field(default=120.0, ge=0, description="How long it is waited beyond the timer")
    poll_seconds: float = Field(default=5.0, gt=0)


def preview_change(target: DeviceTarget, lines: str, *, lock: ChangeLock) -> str:
    """Return the difference that lines would make, computed by the device itself; nothing is changed.

    Raises:
        DeviceError: no diff could be had; nothing was changed.

    """
    with lock.hold(target.device), session(target) as driver:
        if driver.has_pending_commit():
            raise PendingCommit(target.device, _pending_on(target))
        driver.stage(lines)
        try:
            return comparable_diff(target.platform, driver.diff())
        finally:
            driver.discard()


def apply_change(
    target: DeviceTarget,
    change: ApprovedChange,
    *,
    lock: ChangeLock,
    post_check: PostCheck,
    clock: Clock | None = None,
    opener: Opener = driver_for,
) -> ChangeResult:
    """Change a device safely and report how it truly ended; raises nothing for what a device does."""
    run = _Run(target, change, post_check, clock or SystemClock(), opener)
    not_allowed = sorted(PROFILES[target.platform].risks - change.allowed_risks)
    if not_allowed:
        return run.ended(
            "refused",
            f"nothing was tried: a change of {target.platform} carries the risk {', '.join(not_allowed)}, "
            "which is not allowed for it; apply it inside a change window that allows this risk",
        )
    try:
        with lock.hold(target.device):
            return run.result()
    except LockHeld as error:
        return run.ended("refused", error.reason)


class _Run:
    """One safe change of one device, from the first session to the last look."""

    def __init__(
        self,
        target: DeviceTarget,
        change: ApprovedChange,
        post_check: PostCheck,
        clock: Clock,
        opener: Opener,
    ) -> None:
        self._target = target
        self._change = change
        self._post_check = post_check
        self._profile = PROFILES[target.platform]
        self._clock = clock
        self._opener = opener
        self._started = clock.monotonic_seconds()
        self._committed_at = self._started
        self._diff = ""
        self._before: Collection | None = None
        self._after: Collection | None = None
        self._failures: tuple[PostCheckFailure, ...] = ()

    def ended(self, outcome: ChangeOutcome, message: str, last: Collection | None = None) -> ChangeResult:
        """Return the result as it stands."""
        return ChangeResult(
            device=self._target.device,
            outcome=outcome,
            diff=self._diff,
            message=message,
            failures=self._failures,
            running_before=self._before.running if self._before else "",
            running_after=last.running if last else "",
            collection=last,
            seconds=max(0.0, self._clock.monotonic_seconds() - self._started),
        )

    def result(self) -> ChangeResult:
        """Run the change."""
        driver = self._opener(self._target)
        try:
            refused = self._prepare(driver)
            return refused or self._commit(driver)
        finally:
            driver.close()

    # Before the commit: any error means that nothing was changed.

    def _prepare(self, driver: DeviceDriver) -> ChangeResult | None:
        try:
            driver.open()
            self._before = collect_from(driver, self._target, self._clock)
            if driver.has_pending_commit():
                return self.ended("refused", _pending_on(self._target), self._before)
            driver.stage(self._change.lines)
            self._diff = comparable_diff(self._target.platform, driver.diff())
            approved = comparable_diff(self._target.platform, self._change.approved_diff)
            if self._diff == "":
                driver.discard()
                return self._nothing_to_commit(driver, self._before)
            if self._diff != approved:
                driver.discard()
                return self.ended("refused", difference_of_diffs(approved, self._diff), self._before)
        except DeviceError as error:
            return self.ended("refused", f"nothing was committed: {error.reason}", self._before)
        return None

    def _nothing_to_commit(self, driver: DeviceDriver, found: Collection) -> ChangeResult:
        """Leave the device as it is; what a run that was killed confirmed and did not save is saved."""
        if driver.has_pending_commit():
            return self.ended("refused", _pending_on(self._target), found)
        if _saved(found):
            return self.ended("unchanged", "the device has every line already; nothing was committed", found)
        self._after = found
        return self._finish_saving(found, "the device had every line and had not saved them; saved now")

    # The commit, and the look at it.

    def _commit(self, driver: DeviceDriver) -> ChangeResult:
        self._committed_at = self._clock.monotonic_seconds()
        try:
            driver.commit(revert_after_seconds=self._change.revert_after_seconds)
        except PendingCommit as error:
            # Somebody else came first, and what they wait for is theirs: nothing of ours is there to go back.
            return self.ended("refused", f"nothing was committed: {error.reason}", self._before)
        except (ConfigurationRefused, EffectDiffers) as error:
            return self._settle(error.reason, seen_live=self._taken_back(driver))
        except (ConnectionLost, NotOurCommit, UnexpectedAnswer) as error:
            # It may have been taken, and the device may still be at work on it: one look proves nothing.
            return self._settle(error.reason, seen_live=True, looks_needed=3)
        except DeviceError as error:
            return self._settle(error.reason, seen_live=False)
        self._failures = self._look_at_it(driver)
        if self._failures:
            told = "; ".join(f"{failure.check}: {failure.message}" for failure in self._failures)
            return self._settle(f"not confirmed, {told}", seen_live=True)
        return self._confirm(driver)

    def _taken_back(self, driver: DeviceDriver) -> bool:
        """Take back what a refusal left half-done, and say whether there was anything."""
        try:
            if not driver.has_pending_commit():
                return False
            driver.roll_back()
        except DeviceError:
            return True
        return True

    def _look_at_it(self, driver: DeviceDriver) -> tuple[PostCheckFailure, ...]:
        """Judge the committed device over a fresh connection."""
        until = self._committed_at + self._change.revert_after_seconds / 2
        try:
            self._after = self._collect_fresh(until)
            if not driver.owns_pending_commit():
                return (failed("pending", "the pending commit is not, or no longer, the one of this run"),)
        except DeviceError as error:
            return (failed("reachable", error.reason),)
        failures = list(missing_neighbours(self._known_before(), self._after))
        if self._same(self._after, self._known_before()):
            failures.append(failed("effect", "the commit was accepted, but running is what it was before"))
        failures.extend(unlike_forecast(self._known_before(), self._after, self._diff))
        try:
            failures.extend(self._post_check(self._known_before(), self._after))
        except Exception as error:  # noqa: BLE001 - a check that breaks must not leave the device unwatched
            failures.append(failed("post-check", f"the check itself failed ({type(error).__name__})"))
        return tuple(failures)

    def _collect_fresh(self, until: float) -> Collection:
        while True:
            try:
                return self._collect_once()[0]
            except (DeviceUnreachable, ConnectionLost):
                if self._clock.monotonic_seconds() + self._change.poll_seconds >= until:
                    raise
            self._clock.sleep(self._change.poll_seconds)

    def _collect_once(self) -> tuple[Collection, bool]:
        """Return what a fresh session sees, and whether a commit is pending (asked before and after)."""
        driver = self._opener(self._target)
        driver.open()
        try:
            pending = driver.has_pending_commit()
            collection = collect_from(driver, self._target, self._clock)
            return collection, pending or driver.has_pending_commit()
        finally:
            driver.close()

    # The confirmation.

    def _confirm(self, driver: DeviceDriver) -> ChangeResult:
        try:
            driver.confirm()
        except DeviceError as error:
            return self._settle(error.reason, seen_live=True, confirmation_sent=True)
        try:
            last, pending = self._collect_once()
        except DeviceError as error:
            return self._settle(error.reason, seen_live=True, confirmation_sent=True)
        return self._confirmed(last, pending=pending)

    def _confirmed(self, last: Collection, *, pending: bool, told: str = _CONFIRMED) -> ChangeResult:
        """Report a confirmation only where the device shows it: kept, not pending, saved."""
        if pending or self._after is None or not self._running_equals(last, self._after):
            return self.ended(
                "unknown", "confirmed, but the device holds something else now; look at it by hand", last
            )
        if not _saved(last):
            return self.ended(
                "unknown", "confirmed, but startup is not what is running; save it by hand and look why", last
            )
        return self.ended("confirmed", told, last)

    # After anything unexpected: wait for the device, and believe only what it shows.

    def _settle(
        self, why: str, *, seen_live: bool, confirmation_sent: bool = False, looks_needed: int = 1
    ) -> ChangeResult:
        """Wait until the device shows how it ended: as before, or as after if a confirmation got through."""
        timer = self._profile.revert_timer
        late = 0 if timer is None else timer.step_seconds + timer.late_seconds
        deadline = self._committed_at + self._change.revert_after_seconds + late + self._change.margin_seconds
        last: Collection | None = None
        kept_looks = 0
        over = False
        while not over:
            # Asked before the look, so that the last look is always one behind the deadline.
            over = self._clock.monotonic_seconds() >= deadline
            seen = self._look()
            if seen is None:
                kept_looks = 0
            else:
                last, pending = seen
                if pending or not self._same(last, self._known_before()):
                    seen_live, looks_needed = True, 1
                elif looks_needed <= 1:
                    return self._went_back(why, last, seen_live=seen_live)
                else:
                    looks_needed -= 1
                kept = confirmation_sent and self._running_equals(last, self._after)
                kept_looks = kept_looks + 1 if kept and not pending else 0
                # Behind the deadline no timer can run any more, whether the device tells of it or not.
                if kept_looks > 1 or (kept and over and not self._profile.tells_pending):
                    return self._finish_saving(last)
            self._clock.sleep(0.0 if over else self._change.poll_seconds)
        return self.ended(
            "unknown",
            f"{why}; the device did not show its configuration from before in time: look at it by hand",
            last,
        )

    def _look(self) -> tuple[Collection, bool] | None:
        try:
            return self._collect_once()
        except DeviceError:
            return None

    def _went_back(self, why: str, last: Collection, *, seen_live: bool) -> ChangeResult:
        if not seen_live:
            return self.ended(
                "refused", f"{why}; nothing was changed: running and startup are what they were", last
            )
        return self.ended(
            "reverted", f"{why}; the device went back: running and startup are what they were", last
        )

    def _finish_saving(self, last: Collection, told: str = _CONFIRMED) -> ChangeResult:
        """Save a change whose confirmation was taken although its answer was lost."""
        try:
            if not _saved(last) or PROFILES[self._target.platform].saves_unseen:
                driver = self._opener(self._target)
                driver.open()
                try:
                    driver.save()
                finally:
                    driver.close()
            last, pending = self._collect_once()
        except DeviceError as error:
            return self.ended(
                "unknown",
                f"confirmed, but saving it could not be seen: {error.reason}; look at it by hand",
                last,
            )
        return self._confirmed(last, pending=pending, told=told)

    # Comparisons.

    def _known_before(self) -> Collection:
        if self._before is None:
            msg = "the change went on without a collection from before"
            raise RuntimeError(msg)
        return self._before

    def _same(self, one: Collection, other: Collection) -> bool:
        startup = comparable_configuration(one.platform, one.startup)
        return self._running_equals(one, other) and startup == comparable_configuration(
            other.platform, other.startup
        )

    def _running_equals(self, one: Collection, other: Collection | None) -> bool:
        return other is not None and comparable_configuration(
            one.platform, one.running
        ) == comparable_configuration(other.platform, other.running)


def _pending_on(target: DeviceTarget) -> str:
    return _PENDING if PROFILES[target.platform].tells_pending else _NOT_SAVED


def _saved(last: Collection) -> bool:
    if "startup" not in PROFILES[last.platform].capabilities:
        return True
    return comparable_configuration(last.platform, last.running) == comparable_configuration(
        last.platform, last.startup
    )
