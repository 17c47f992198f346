"""One safe change of one device with a revert timer, from the first session to the last look.

After anything unexpected nothing is confirmed and nothing is repaired: the device takes the change back by
itself, and this waits until it has seen that it did, or says that it could not see it.
"""

from contextlib import suppress
from typing import Final

from devices.approved_change import ApprovedChange, Opener, PostCheck, refusal_of
from devices.change_checks import difference_of_diffs, failed, missing_neighbours, unlike_forecast
from devices.clock import Clock
from devices.cluster import risks_found
from devices.collect import collect_from
from devices.differences import configuration_difference
from devices.driver import DeviceDriver
from devices.errors import (
    ConfigurationRefused,
    ConnectionLost,
    DeviceError,
    DeviceUnreachable,
    EffectDiffers,
    NotOurCommit,
    PendingCommit,
    RevertTimerLost,
    UnexpectedAnswer,
)
from devices.models import ChangeOutcome, ChangeResult, Collection, DeviceTarget, PostCheckFailure
from devices.profiles import PROFILES, Risk, comparable_configuration, comparable_diff, longest_change_seconds

_PENDING: Final = "an unconfirmed commit of somebody else is pending on it; wait for its end and plan again"
_CONFIRMED: Final = "committed, checked on a fresh connection, confirmed and saved"
_NOT_SAVED: Final = (
    "running is not what startup holds, and on this platform that may be an unconfirmed commit of somebody "
    "else; have it confirmed and saved, or taken back, and plan again"
)
_AS_BEFORE: Final = "running and startup are what they were"
_MAY_HAVE_BEEN_LIVE: Final = "whether it was in force for a while could not be seen, and it is not now"
_FINISHED: Final = "a run that was killed had changed it and not saved it; checked and saved now"
_NOT_SEEN_BACK: Final = "the device did not show its configuration from before in time: look at it by hand"
_KEPT_WITHOUT_TIMER: Final = (
    "the change is in force, unconfirmed, and nothing takes it back any more, as after a reboot: judge it "
    "and save it, or take it back, by hand"
)
_LEFT_UNSAVED: Final = (
    "a killed run had changed it, and running is still not saved; take it back or save it by hand"
)


class ChangeRun:
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
        self._session_died = False
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

    def refusal(self, found: frozenset[Risk] = frozenset()) -> str:
        """Return why the change is not tried now, '' if it may be; see ``refusal_of``."""
        return refusal_of(self._target.platform, self._change, found, now=self._clock.now())

    # Before the commit: any error means that nothing was changed.

    def _prepare(self, driver: DeviceDriver) -> ChangeResult | None:
        try:
            driver.open()
            self._before = collect_from(driver, self._target, self._clock)
            if driver.has_pending_commit():
                return self._found_pending(driver, self._before)
            refusal = self.refusal(risks_found(self._before))
            if refusal:
                return self.ended("refused", refusal, self._before)
            return self._stage(driver, self._before)
        except DeviceError as error:
            return self.ended("refused", f"nothing was committed: {error.reason}", self._before)

    def _stage(self, driver: DeviceDriver, found: Collection) -> ChangeResult | None:
        """Stage the lines; a result where they end there."""
        driver.stage(self._change.lines)
        self._diff = comparable_diff(self._target.platform, driver.diff())
        approved = comparable_diff(self._target.platform, self._change.approved_diff)
        if self._diff == approved != "":
            refusal = self._last_refusal(found)
            if not refusal:
                return None
            driver.discard()
            return self.ended("refused", refusal, found)
        driver.discard()
        if self._diff == "":
            return self._nothing_to_commit(driver, found)
        return self.ended("refused", difference_of_diffs(approved, self._diff), found)

    def _last_refusal(self, found: Collection) -> str:
        """Return why nothing is committed although the diff is the approved one; time has passed since."""
        return self.refusal(risks_found(found))

    def _found_pending(self, driver: DeviceDriver, found: Collection) -> ChangeResult:
        """Refuse, but where the whole difference is this very change: a killed run confirmed it, unsaved.

        Only a platform that tells nobody of a pending commit is looked at that way. What a running timer of
        somebody else would take back is not saved: the driver finds such a timer before it saves.
        """
        if self._profile.tells_pending or not found.startup:
            return self.ended("refused", pending_on(self._target), found)
        driver.stage(self._change.lines)
        left = driver.diff()
        driver.discard()
        return (not left and self._finish_unsaved(driver, found)) or self.ended(
            "refused", pending_on(self._target), found
        )

    def _finish_unsaved(self, driver: DeviceDriver, found: Collection) -> ChangeResult | None:
        """Judge and save what a killed run left unsaved; None where what is unsaved is not this change."""
        unsaved = configuration_difference(found.platform, found.startup, found.running)
        approved = comparable_diff(found.platform, self._change.approved_diff)
        if comparable_diff(found.platform, unsaved) != approved:
            return None
        self._diff = approved
        self._failures = self._judged(found.model_copy(update={"running": found.startup}), found)
        if self._failures:
            return self.ended("refused", f"{self._told_failures()}; {_LEFT_UNSAVED}", found)
        driver.save()
        self._after = found
        return self._finish_saving(found, _FINISHED)

    def _nothing_to_commit(self, driver: DeviceDriver, found: Collection) -> ChangeResult:
        """Leave the device as it is; what a run that was killed confirmed and did not save is saved."""
        if driver.has_pending_commit():
            return self.ended("refused", pending_on(self._target), found)
        if is_saved(found):
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
            return self._settle(error.reason, was_live=self._taken_back(driver))
        except (ConnectionLost, NotOurCommit, UnexpectedAnswer) as error:
            # It may have been taken, and the device may still be at work on it: one look proves nothing.
            # A timer that was lost proves that it was taken: what shows the old lines has gone back.
            taken = True if isinstance(error, RevertTimerLost) else None
            self._session_died = isinstance(error, ConnectionLost)
            return self._settle(error.reason, was_live=taken, looks_needed=3)
        except DeviceError as error:
            return self._settle(error.reason, was_live=False)
        self._failures = self._look_at_it(driver)
        if self._failures:
            return self._settle(f"not confirmed, {self._told_failures()}", was_live=True)
        return self._confirm(driver)

    def _told_failures(self) -> str:
        return "; ".join(f"{failure.check}: {failure.message}" for failure in self._failures)

    def _taken_back(self, driver: DeviceDriver) -> bool | None:
        """Take back what a refusal left half-done, and say whether there was anything; None if unknown."""
        try:
            if not driver.has_pending_commit():
                return False
        except DeviceError:
            return None
        with suppress(DeviceError):
            driver.roll_back()
        return True

    def _look_at_it(self, driver: DeviceDriver) -> tuple[PostCheckFailure, ...]:
        """Judge the committed device over a fresh connection."""
        until = self._committed_at + self._change.revert_after_seconds / 2
        try:
            self._after = self._collect_fresh(until)
            if not self._is_still_ours(driver):
                return (failed("pending", "the pending commit is not, or no longer, the one of this run"),)
        except DeviceError as error:
            return (failed("reachable", error.reason),)
        return self._judged(self._known_before(), self._after)

    def _is_still_ours(self, driver: DeviceDriver) -> bool:
        return driver.owns_pending_commit()

    def _judged(self, before: Collection, after: Collection) -> tuple[PostCheckFailure, ...]:
        """Return every reason not to keep what is running now."""
        failures = list(missing_neighbours(before, after))
        if self._running_equals(before, after):
            failures.append(failed("effect", "the commit was accepted, but running is what it was before"))
        failures.extend(unlike_forecast(before, after, self._diff))
        try:
            failures.extend(self._post_check(before, after))
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
            return self._settle(error.reason, was_live=True, confirmation_sent=True)
        try:
            last, pending = self._collect_once()
        except DeviceError as error:
            return self._settle(error.reason, was_live=True, confirmation_sent=True)
        return self._confirmed(last, pending=pending)

    def _confirmed(self, last: Collection, *, pending: bool, told: str = _CONFIRMED) -> ChangeResult:
        """Report a confirmation only where the device shows it: kept, not pending, saved."""
        if pending or self._after is None or not self._running_equals(last, self._after):
            return self.ended(
                "unknown", "confirmed, but the device holds something else now; look at it by hand", last
            )
        if not is_saved(last):
            return self.ended(
                "unknown", "confirmed, but startup is not what is running; save it by hand and look why", last
            )
        return self.ended("confirmed", told, last)

    # After anything unexpected: wait for the device, and believe only what it shows.

    def _settle(
        self, why: str, *, was_live: bool | None, confirmation_sent: bool = False, looks_needed: int = 1
    ) -> ChangeResult:
        """Wait until the device shows how it ended: as before, or as after if a confirmation got through.

        Args:
            why: what went wrong.
            was_live: whether the change was in force; None where only the device can tell.
            confirmation_sent: whether it may have been confirmed.
            looks_needed: how many looks in a row must find the configuration from before.
        """
        seconds = longest_change_seconds(self._target.platform, self._change.revert_after_seconds)
        deadline = self._committed_at + seconds + self._change.margin_seconds
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
                    was_live, looks_needed = True, 1
                elif looks_needed <= 1:
                    return self._went_back(why, last, was_live=self._was_live(was_live))
                else:
                    looks_needed -= 1
                    was_live = self._was_live(was_live)
                kept = confirmation_sent and self._running_equals(last, self._after)
                kept_looks = kept_looks + 1 if kept and not pending else 0
                # Behind the deadline no timer can run any more, whether the device tells of it or not.
                if kept_looks > 1 or (kept and over and not self._profile.tells_pending):
                    return self._finish_saving(last)
            self._clock.sleep(0.0 if over else self._change.poll_seconds)
        stays = seen is not None and not seen[1] and self._profile.tells_pending
        return self.ended("unknown", f"{why}; {_KEPT_WITHOUT_TIMER if stays else _NOT_SEEN_BACK}", last)

    def _was_live(self, known: bool | None) -> bool | None:  # noqa: FBT001 - a fact, not a switch
        """Return whether the change was in force, now that the device shows what it held before.

        Before its timer can have fired, nothing but us takes a change back: what is not there never was. A
        session that died tells nothing of that kind, because a device that boots takes it back as well.
        """
        may_have_fired = self._committed_at + self._change.revert_after_seconds
        if known is None and not self._session_died and not self._profile.reverts_with_session:
            return None if self._clock.monotonic_seconds() >= may_have_fired else False
        return known

    def _look(self) -> tuple[Collection, bool] | None:
        try:
            return self._collect_once()
        except DeviceError:
            return None

    def _went_back(self, why: str, last: Collection, *, was_live: bool | None) -> ChangeResult:
        if was_live is None:
            return self.ended("reverted", f"{why}; {_MAY_HAVE_BEEN_LIVE}: {_AS_BEFORE}", last)
        if not was_live:
            return self.ended("refused", f"{why}; the device took nothing of it: {_AS_BEFORE}", last)
        return self.ended("reverted", f"{why}; the device went back: {_AS_BEFORE}", last)

    def _finish_saving(self, last: Collection, told: str = _CONFIRMED) -> ChangeResult:
        """Save a change whose confirmation was taken although its answer was lost."""
        try:
            if not is_saved(last) or PROFILES[self._target.platform].saves_unseen:
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


def pending_on(target: DeviceTarget) -> str:
    """Return what to say of a device on which an unconfirmed commit waits, or may wait."""
    return _PENDING if PROFILES[target.platform].tells_pending else _NOT_SAVED


def is_saved(last: Collection) -> bool:
    """Return whether the next boot takes what is running."""
    if "startup" not in PROFILES[last.platform].capabilities:
        return True
    return comparable_configuration(last.platform, last.running) == comparable_configuration(
        last.platform, last.startup
    )
