"""Read who is told what administrators do on IOS, EOS and NX-OS."""

from typing import Final

from devices.facts import ConfigLine
from devices.facts.credentials import ActivityLog
from devices.parsers.statements import Statement

Lines = tuple[ConfigLine, ...]

_COMMANDS: Final = ("aaa", "accounting", "commands")


def read_ios_activity(root: Statement, extent: Lines) -> tuple[ActivityLog, ...]:
    """Return the accounting of commands, the log of changes, and whether logs name the user."""
    name = "aaa accounting commands 15 default"
    log = None if (archive := root.last("archive")) is None else archive.last("log", "config")
    logging = None if log is None else log.last("logging", "enable")
    searched = extent if archive is None else archive.section
    userinfo = root.last("logging", "userinfo")
    return (
        _accounting(name, root.last(*_COMMANDS, "15", "default"), 5, extent),
        ActivityLog(
            name="archive log config logging",
            enabled=logging is not None,
            lines=searched if log is None or logging is None else (log.line, logging.line),
        ),
        ActivityLog(
            name="logging userinfo",
            enabled=userinfo is not None,
            lines=extent if userinfo is None else (userinfo.line,),
        ),
    )


def read_eos_activity(root: Statement, extent: Lines) -> tuple[ActivityLog, ...]:
    """Return the accounting of all commands."""
    found = root.last(*_COMMANDS, "all", "default") or root.last(*_COMMANDS, "0-15", "default")
    return (_accounting("aaa accounting commands all default", found, 5, extent),)


def read_nxos_activity(root: Statement, extent: Lines) -> tuple[ActivityLog, ...]:
    """Return the accounting, which is of everything and starts and stops by itself."""
    found = root.last("aaa", "accounting", "default")
    if found is None:
        return (_accounting("aaa accounting default", None, 3, extent),)
    sent = _methods(found.raw[3:])
    return (ActivityLog(name="aaa accounting default", enabled=True, sent_to=sent, lines=(found.line,)),)


def _accounting(name: str, found: Statement | None, at: int, extent: Lines) -> ActivityLog:
    """Return an accounting list, in one line or with what it does in lines of its own."""
    if found is None:
        return ActivityLog(name=name, enabled=False, lines=extent)
    words = list(found.raw[at:])
    for child in found.children:
        words.extend(child.raw[1:] if child.words[0] == "action-type" else child.raw)
    lower = [word.lower() for word in words]
    return ActivityLog(
        name=name,
        enabled="none" not in lower[:1],
        starts_and_stops="start-stop" in lower[:1],
        sent_to=_methods(tuple(words[1:])),
        lines=found.section,
    )


def _methods(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return where records go: groups by their name, and ``logging`` or ``local``."""
    sent: list[str] = []
    in_groups = False
    for word in words:
        lower = word.lower()
        if lower in {"group", "broadcast"}:
            in_groups = in_groups or lower == "group"
        elif lower in {"logging", "local", "none"}:
            in_groups = False
            sent.append(lower)
        elif in_groups:
            sent.append(f"group {word}")
    return tuple(sent)
