"""The one sequence that changes a device, the same on every platform, and never loses one.

lock → collect → no pending commit → stage → the device's own diff equals the approved one → commit with
the revert timer → look at it over a fresh connection → confirm on the session that committed → saved → look
again.

After anything unexpected nothing is confirmed and nothing is repaired: the device takes the change back by
itself, and it is waited until that was seen, or said that it could not be seen. A platform that takes nothing
back by itself is changed only where that risk was allowed, and brought back from here (``unreverted_run``).
"""

from devices.approved_change import ApprovedChange, Opener, PostCheck
from devices.change_lock import ChangeLock
from devices.change_run import ChangeRun, pending_on
from devices.clock import Clock, SystemClock
from devices.drivers.opening import driver_for, session
from devices.errors import LockHeld, PendingCommit
from devices.models import ChangeResult, DeviceTarget
from devices.profiles import PROFILES, comparable_diff
from devices.unreverted_run import UnrevertedRun

__all__ = ["ApprovedChange", "PostCheck", "apply_change", "preview_change"]


def preview_change(target: DeviceTarget, lines: str, *, lock: ChangeLock) -> str:
    """Return the difference that lines would make, computed by the device itself; nothing is changed.

    Raises:
        DeviceError: no diff could be had; nothing was changed.

    """
    with lock.hold(target.device), session(target) as driver:
        if driver.has_pending_commit():
            raise PendingCommit(target.device, pending_on(target))
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
    sequence = ChangeRun if PROFILES[target.platform].revert_timer is not None else UnrevertedRun
    run = sequence(target, change, post_check, clock or SystemClock(), opener)
    refusal = run.refusal()
    if refusal:
        return run.ended("refused", refusal)
    try:
        with lock.hold(target.device):
            return run.result()
    except LockHeld as error:
        return run.ended("refused", error.reason)
