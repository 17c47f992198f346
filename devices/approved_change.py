"""What was approved for one device, and why it may not be tried."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import AwareDatetime, Field

from devices.driver import DeviceDriver
from devices.models import Collection, DeviceTarget, Model, Platform, PostCheckFailure
from devices.profiles import PROFILES, Risk, longest_change_seconds

PostCheck = Callable[[Collection, Collection], tuple[PostCheckFailure, ...]]
"""Judges a change by what was collected before it and after it; no failure means that it may be confirmed."""

Opener = Callable[[DeviceTarget], DeviceDriver]


class ApprovedChange(Model):
    """What may be done to one device: the lines, the diff that was approved, and how long it may hang."""

    lines: str = Field(min_length=1)
    approved_diff: str
    revert_after_seconds: int = Field(ge=60)
    allowed_risks: frozenset[Risk] = Field(
        default=frozenset(), description="What it may cost, by name; each by an override that was approved"
    )
    allowed_until: AwareDatetime | None = Field(
        default=None,
        description="When what allows its risks ends; it must be over by then, also where it goes back",
    )
    margin_seconds: float = Field(default=120.0, ge=0, description="How long it is waited beyond the timer")
    poll_seconds: float = Field(default=5.0, gt=0)


def refusal_of(platform: Platform, change: ApprovedChange, found: frozenset[Risk], *, now: datetime) -> str:
    """Return why a change is not tried: a risk that is not allowed, or no more time; '' where it may be.

    Args:
        platform: the platform of the device.
        change: what was approved for it.
        found: the risks that the device itself was found to add to those of its platform.
        now: the time, aware.
    """
    profile = PROFILES[platform]
    carried = profile.risks | found
    closed = sorted(carried & profile.closed_risks)
    if closed:
        return (
            f"nothing was committed: it carries the risk {', '.join(closed)}, which no override opens on "
            f"{platform}; change it by hand"
        )
    missing = sorted(carried - change.allowed_risks)
    if missing:
        return (
            f"nothing was tried: a change of it carries the risk {', '.join(missing)}, which is not allowed; "
            "write a risk override in the inventory, plan again and have that plan approved"
        )
    ends = now + timedelta(seconds=longest_change_seconds(platform, change.revert_after_seconds))
    if change.allowed_until is not None and ends > change.allowed_until:
        return (
            f"nothing was tried: going back may last until {ends:%Y-%m-%d %H:%M:%S} UTC, and what allows the "
            f"risks of this change ends at {change.allowed_until:%Y-%m-%d %H:%M:%S} UTC; apply it in time"
        )
    return ""
