"""How passwords are kept, what else a login needs, and who is told what administrators do."""

from dataclasses import dataclass
from typing import Literal

from devices.facts.base import Fact

PasswordScheme = Literal[
    "plain",
    "reversible",
    "enciphered",
    "factory-key",
    "des",
    "md5",
    "sha1",
    "unsalted-sha256",
    "sha256",
    "sha512",
    "pbkdf2",
    "scrypt",
    "bcrypt",
    "yescrypt",
    "locked",
    "none",
    "removed",
    "unknown",
]
"""The form in which a password is kept.

``enciphered`` is with the device's own key, ``factory-key`` with one that every device has, ``none`` is no
password at all, ``locked`` one that nobody can give, ``removed`` one that somebody took out of the text.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassword(Fact):
    """A password for logging in or for more rights; ``superseded`` where another one counts instead."""

    owner: str
    scheme: PasswordScheme
    superseded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordScrambling(Fact):
    """Whether the device scrambles the passwords that it would show in plain text."""

    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPolicy(Fact):
    """What new local passwords must be.

    ``enabled`` tells whether it is in force, ``for_administrators`` whether for them. The length
    is None where nothing states one.
    """

    name: str
    minimum_length: int | None
    enabled: bool = True
    for_administrators: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor(Fact):
    """What a login needs beside the password: the factor's name, '' for none."""

    owner: str
    factor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLog(Fact):
    """One thing that must be on for the acts of administrators to be told; and where it is sent.

    ``sent_to`` is None where that is said elsewhere. ``starts_and_stops`` tells whether both are recorded.
    ``candidates`` are destinations that the device knows and could send to.
    """

    name: str
    enabled: bool
    starts_and_stops: bool = True
    sent_to: tuple[str, ...] | None = None
    host: str = ""
    candidates: tuple[str, ...] = ()
