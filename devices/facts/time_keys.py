"""Keys that prove a time server."""

from dataclasses import dataclass

from devices.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeKey(Fact):
    """A key for time servers; its value is a secret and not read."""

    number: str
    algorithm: str
    trusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAuthentication(Fact):
    """Whether time servers must prove who they are, and the keys that are there."""

    enabled: bool
    keys: tuple[TimeKey, ...]
