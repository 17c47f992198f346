"""Read after how many failed logins AOS-CX keeps somebody out."""

from typing import Final

from devices.facts import ConfigLine, LoginLockout
from devices.parsers.statements import Statement

_LIMIT: Final = ("aaa", "authentication", "limit-login-attempts")
_ATTEMPTS, _SECONDS = 3, 5


def read_aoscx_lockouts(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[LoginLockout, ...]:
    """Return ``limit-login-attempts COUNT lockout-time SECONDS``, which holds for local logins only."""
    found = root.last(*_LIMIT)
    words = () if found is None else found.words
    return (
        LoginLockout(
            name="limit-login-attempts",
            attempts=_number(words, _ATTEMPTS),
            seconds=_number(words, _SECONDS) if "lockout-time" in words else None,
            local_only=True,
            lines=extent if found is None else (found.line,),
        ),
    )


def _number(words: tuple[str, ...], place: int) -> int | None:
    return int(words[place]) if len(words) > place and words[place].isdigit() else None
