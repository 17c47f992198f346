"""What a device logs, down to which severity, and how it says when something happened."""

from dataclasses import dataclass
from typing import Literal

from devices.facts.base import Fact

Logins = Literal["successful", "failed", "successful and failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLevel(Fact):
    """The least grave messages that are kept in one place: 6 is informational, 7 debugging.

    None by default is not stated; None that a line says is that nothing is kept there. ``size`` and ``file``
    are what its line says of them.
    """

    name: str
    severity: int | None
    size: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStamps(Fact):
    """When a message says that it was written."""

    name: str
    dated: bool
    in_local_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeZone(Fact):
    """The zone of the device's clock."""

    name: str
    is_utc: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRecord(Fact):
    """Whether logins of a kind leave a message; ``name`` is who or what is told to keep it.

    ``server`` is the log server that the message goes to, where it is said for each of them.
    """

    name: str
    logins: Logins
    kept: bool
    server: str | None = None
