"""What readers need of a session, and what they give back."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from devices.discovery.models import Announcement
from devices.models import Model

T = TypeVar("T")


class NotThatPlatform(Exception):
    """What answers is not of the platform that it looked like; the text says what it is."""


class AskedSession(Protocol):
    """An open session that questions can be put to, with its time limits and errors."""

    def ask(self, operation: str, question: Callable[[Any], T]) -> T:
        """Put a question to the library's session."""

    def running(self) -> str:
        """Return the running configuration."""


class Described(Model):
    """What a platform's reader adds to what NAPALM tells of every platform alike."""

    neighbours: tuple[Announcement, ...]
    chassis_ids: tuple[str, ...] = ()
    software_version: str | None = None
    gaps: tuple[str, ...] = ()
