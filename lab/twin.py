"""The protocol that every device twin fulfils, declared beside its user, the lab process.

A twin class is constructed as ``(spec, configuration, credential, folder, clock)``; ``folder`` is its own to
keep host keys, certificates and transcripts in.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from lab.models import Fault, FaultName, TwinSpec, TwinState, TwinSummary


@dataclass(frozen=True, slots=True)
class TwinCredential:
    """The login that a twin accepts, made at run time; its password never shows in a representation."""

    username: str
    password: str = field(repr=False)
    enable_secret: str = field(default="", repr=False)
    """Where it is set, a login to IOS has no privileges until this is given."""

    def matches(self, username: str, password: str) -> bool:
        """Return whether a login is this one, in a time that tells nothing about it."""
        right_name = hmac.compare_digest(username.encode(), self.username.encode())
        return hmac.compare_digest(password.encode(), self.password.encode()) and right_name


class ScheduledCall(Protocol):
    """A call that waits for its time."""

    def cancel(self) -> None:
        """Forget the call; without effect once it has begun."""

    def seconds_left(self) -> float:
        """Return the seconds until the call, 0 when it has begun or was cancelled."""


class Clock(Protocol):
    """The time of the lab; ``lab.clock`` holds the system's and one that a test advances by hand."""

    def now(self) -> datetime:
        """Return the time as an aware UTC datetime."""

    def call_after(self, seconds: float, action: Callable[[], None]) -> ScheduledCall:
        """Run an action once, later, in a thread of the clock."""


class Twin(Protocol):
    """A device twin: it listens on loopback, speaks its platform's protocol and keeps true state."""

    @property
    def name(self) -> str:
        """Return the device name."""

    @property
    def possible_faults(self) -> frozenset[FaultName]:
        """Return the faults that a twin of its platform can have."""

    @property
    def port(self) -> int:
        """Return the loopback port of its management protocol; known after ``start``."""

    def start(self) -> None:
        """Bind and serve in threads of its own."""

    def stop(self) -> None:
        """Close every socket and thread."""

    def state(self) -> TwinState:
        """Return a consistent copy of the true state."""

    def summary(self) -> TwinSummary:
        """Return how the twin is, without its configurations."""

    def transcript(self) -> tuple[str, ...]:
        """Return every request line or body as received, in order, with passwords masked."""

    def switch_fault(self, fault: Fault) -> None:
        """Switch a fault on.

        Raises:
            FaultUnknown: It is none of the possible faults.
        """

    def clear_faults(self) -> None:
        """Switch every fault off."""

    def console(self, lines: tuple[str, ...]) -> None:
        """Apply configuration lines as a person at the console would, past every management path and lock."""


class TwinClass(Protocol):
    """How the lab process makes a twin of one platform."""

    @property
    def possible_faults(self) -> frozenset[FaultName]:
        """Return the faults that a twin of the platform can have."""

    def __call__(
        self, spec: TwinSpec, configuration: str, credential: TwinCredential, folder: Path, clock: Clock
    ) -> Twin:
        """Return a twin that is not started yet."""


@runtime_checkable
class CommandLineTwin(Protocol):
    """A twin whose API has one port and whose command line has another."""

    @property
    def ssh_port(self) -> int:
        """Return the loopback port of the command line; known after ``start``."""


@runtime_checkable
class KnownTwin(Protocol):
    """A twin that is reached over SSH."""

    @property
    def host_key(self) -> str:
        """Return the public host key that its clients know it by, as a known_hosts entry has it."""


@runtime_checkable
class CertifiedTwin(Protocol):
    """A twin that is reached over TLS."""

    @property
    def ca_file(self) -> Path:
        """Return the certificate that its clients verify it against; there after ``start``."""
