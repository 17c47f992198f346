"""Read after how many failed logins FortiOS keeps an administrator out."""

from typing import Final

from devices.facts import ConfigLine, LoginLockout
from devices.parsers.fortios.tree import Section, Setting

_DEFAULT_ATTEMPTS: Final = 3


def read_fortios_lockouts(settings: Section, extent: tuple[ConfigLine, ...]) -> tuple[LoginLockout, ...]:
    """Return the lock-out of ``config system global``; three attempts are its default in all releases."""
    threshold = settings.settings.get("admin-lockout-threshold")
    duration = settings.settings.get("admin-lockout-duration")
    stated = tuple(
        ConfigLine(one.number, one.written.split("\n")[0]) for one in (threshold, duration) if one is not None
    )
    header = (ConfigLine(settings.number, settings.written),) if settings.written else extent
    return (
        LoginLockout(
            name="system global admin-lockout",
            attempts=_DEFAULT_ATTEMPTS if threshold is None else _number(threshold),
            seconds=_number(duration),
            lines=stated or header,
        ),
    )


def _number(setting: Setting | None) -> int | None:
    word = "" if setting is None else " ".join(setting.words)
    return int(word) if word.isdigit() else None
