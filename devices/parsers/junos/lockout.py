"""Read after how many failed logins Junos keeps somebody out."""

from typing import Final

from devices.facts import ConfigLine, LoginLockout
from devices.parsers.junos.tree import Tree

_OPTIONS: Final = ("system", "login", "retry-options")


def read_junos_lockouts(tree: Tree, extent: tuple[ConfigLine, ...]) -> tuple[LoginLockout, ...]:
    """Return the retry options; the period is written in minutes, and without one nobody is kept out."""
    tries = tree.last(*_OPTIONS, "tries-before-disconnect")
    period = tree.last(*_OPTIONS, "lockout-period")
    minutes = None if period is None else _number(period.path[-1])
    return (
        LoginLockout(
            name="system login retry-options",
            attempts=None if tries is None else _number(tries.path[-1]),
            seconds=None if minutes is None else minutes * 60,
            lines=tree.lines(*_OPTIONS) or tree.lines("system", "login") or extent,
        ),
    )


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() else None
