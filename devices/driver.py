"""The protocol that every device driver fulfils, declared beside its user, the safe change."""

from typing import Protocol

from devices.models import Neighbour, ShowOutput


class DeviceDriver(Protocol):
    """One session with one device: collect, stage, commit with a revert timer, confirm or go back.

    A driver object that committed must live until it has confirmed: NAPALM keeps the pending session in it.
    Every method raises children of ``devices.errors.DeviceError`` and nothing else.
    """

    def open(self) -> None:
        """Open the session."""

    def close(self) -> None:
        """End the session without touching a pending commit; an uncommitted candidate is dropped."""

    def running(self) -> str:
        """Return the running configuration."""

    def startup(self) -> str:
        """Return the configuration the device would boot with ('' where the platform has no second one)."""

    def neighbours(self) -> tuple[Neighbour, ...]:
        """Return the LLDP neighbours."""

    def show(self, commands: tuple[str, ...]) -> tuple[ShowOutput, ...]:
        """Return the raw answers to show commands."""

    def stage(self, lines: str) -> None:
        """Load configuration lines as a candidate merge; a line the device refuses is an error."""

    def diff(self) -> str:
        """Return the difference to running, computed by the device itself."""

    def discard(self) -> None:
        """Drop the candidate."""

    def commit(self, *, revert_after_seconds: int) -> None:
        """Commit the candidate; the device reverts by itself unless confirmed in time."""

    def has_pending_commit(self) -> bool:
        """Return whether an unconfirmed commit is waiting on the device."""

    def owns_pending_commit(self) -> bool:
        """Return whether the commit that is pending on the device is the one this object made."""

    def confirm(self) -> None:
        """Confirm the pending commit made by this object and save it for the next boot."""

    def save(self) -> None:
        """Save running for the next boot; nothing to do where the platform has no second configuration."""

    def roll_back(self) -> None:
        """Go back to the configuration before this object's commit."""
