"""Read after how many failed logins IOS, NX-OS and EOS keep somebody out."""

from typing import Final

from devices.facts import ConfigLine, LoginLockout
from devices.parsers.statements import Statement

_DEFAULT_ATTEMPTS: Final = 3


def read_ios_lockouts(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[LoginLockout, ...]:
    """Return ``login block-for SECONDS attempts COUNT within SECONDS``; without it nobody is kept out."""
    return (_block_for(root.last("login", "block-for"), "login block-for", extent),)


def read_nxos_lockouts(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[LoginLockout, ...]:
    """Return what NX-OS counts in one SSH session, three unless told, and whom it keeps out after several."""
    counted = root.last("ssh", "login-attempts") or root.last("ssh", "login", "attempts")
    number = _DEFAULT_ATTEMPTS if counted is None else _number(counted.words[-1])
    session = LoginLockout(
        name="ssh login-attempts",
        attempts=number,
        seconds=None,
        counts_only=True,
        by_default=counted is None,
        lines=extent if counted is None else (counted.line,),
    )
    return session, _block_for(
        root.last("system", "login", "block-for"), "system login block-for", extent, first=3
    )


def read_eos_lockouts(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[LoginLockout, ...]:
    """Return ``aaa authentication policy lockout failure COUNT [window SECONDS] duration SECONDS``."""
    name = "aaa authentication policy lockout"
    found = root.last(*name.split())
    if found is None:
        return (LoginLockout(name=name, attempts=None, seconds=None, lines=extent),)
    attempts, seconds = _after(found.words, "failure"), _after(found.words, "duration")
    return (LoginLockout(name=name, attempts=attempts, seconds=seconds, lines=(found.line,)),)


def _block_for(
    found: Statement | None, name: str, extent: tuple[ConfigLine, ...], *, first: int = 2
) -> LoginLockout:
    if found is None:
        return LoginLockout(name=name, attempts=None, seconds=None, lines=extent)
    seconds = _number(found.words[first]) if len(found.words) > first else None
    return LoginLockout(
        name=name, attempts=_after(found.words, "attempts"), seconds=seconds, lines=(found.line,)
    )


def _after(words: tuple[str, ...], keyword: str) -> int | None:
    if keyword not in words[:-1]:
        return None
    return _number(words[words.index(keyword) + 1])


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() else None
