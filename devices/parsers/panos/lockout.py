"""Read after how many failed logins PAN-OS keeps an administrator out."""

from typing import Final

from devices.facts import ConfigLine, LoginLockout
from devices.parsers.panos.tree import Word

_MANAGEMENT: Final = ("deviceconfig", "setting", "management")


def read_panos_lockouts(root: Word, extent: tuple[ConfigLine, ...]) -> tuple[LoginLockout, ...]:
    """Return ``admin-lockout``; its time is in minutes, and 0 keeps out until somebody is let in again."""
    found = root.at(*_MANAGEMENT, "admin-lockout")
    if found is None:
        searched = root.at(*_MANAGEMENT)
        lines = extent if searched is None else (searched.line,)
        return (LoginLockout(name="admin-lockout", attempts=None, seconds=None, lines=lines),)
    minutes = _number(found.value("lockout-time"))
    return (
        LoginLockout(
            name="admin-lockout",
            attempts=_number(found.value("failed-attempts")),
            seconds=None if minutes is None else minutes * 60,
            until_released=minutes == 0,
            lines=tuple(dict.fromkeys(end.line for _, end in found.ends())),
        ),
    )


def _number(word: str | None) -> int | None:
    return int(word) if word is not None and word.isdigit() else None
