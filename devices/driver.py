"""The protocol that every device driver fulfils, declared beside its user, the safe change."""

from typing import Protocol

from devices.models import Neighbour, ShowOutput


class DeviceDriver(Protocol):
    """One session with one device: collect, stage, commit with a revert timer, confirm or go back.

    A driver object that committed must live until it has confirmed: NAPALM keeps the pending session in it.
    Every method raises children of ``devices.errors.DeviceError`` and nothing else.

    Where the profile has no capability ``revert-timer`` the safe change calls, in this order:
    ``keep_way_back`` → ``commit_without_timer`` → (looks over a fresh session) → ``save`` →
    ``drop_way_back``; and ``go_back_to`` in place of the last two after a failure, in the same session or in
    any other. Such a driver refuses ``commit`` and ``confirm``, and its ``has_pending_commit`` tells whether
    somebody else's candidate or commit stands in the way. The others refuse these four methods.
    """

    def open(self) -> None:
        """Open the session."""

    def close(self) -> None:
        """End the session without touching a pending commit; an uncommitted candidate is dropped."""

    def running(self) -> str:
        """Return the running configuration."""

    def startup(self) -> str:
        """Return the configuration the device would boot with ('' where the platform has no second one)."""

    def full(self) -> str:
        """Return the running configuration with what its short form hides ('' where there is none)."""

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

    # Platforms without a revert timer.

    def keep_way_back(self) -> str:
        """Keep what is running on the device itself and return its name there.

        Nothing is in force yet and the next boot is not touched. The name begins with ``samdrift``, is new
        for every call, and is enough for any other session to go back.
        """

    def commit_without_timer(self) -> None:
        """Bring the candidate into force without saving it for the next boot.

        A line that is refused is an error (``ConfigurationRefused``), whatever of the lines is in force then.
        """

    def go_back_to(self, way_back: str) -> None:
        """Bring running back to what was kept under a name, from any session, and touch nothing else.

        Returning means that the device said it is done; the safe change looks for itself. Doing it twice does
        no harm. Where a commit also writes what the next boot takes, that goes back with it.
        """

    def drop_way_back(self, way_back: str) -> None:
        """Remove what was kept under a name; a name that is not there any more is no error."""
