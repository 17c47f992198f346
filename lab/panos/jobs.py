"""What the firewall remembers of work that it did: its jobs, its locks and its named configurations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Job:
    """A commit, at work or finished one way or the other."""

    number: int
    admin: str
    at: datetime
    succeeded: bool
    lines: tuple[str, ...]
    at_work: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that an administrator holds; it belongs to the person, not to a session."""

    kind: Literal["config", "commit"]
    admin: str
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is logged in."""

    admin: str
    client: Literal["CLI", "Web"]
    since: datetime
