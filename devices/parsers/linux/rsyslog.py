"""Read where rsyslog sends messages to, and which ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from devices.facts import ConfigLine
from devices.facts.servers import LogTarget, LogTargets
from devices.parsers.linux.collection import Section

FACILITIES: Final = frozenset(
    [
        "auth",
        "authpriv",
        "cron",
        "daemon",
        "ftp",
        "kern",
        "lpr",
        "mail",
        "news",
        "syslog",
        "user",
        "uucp",
        "local0",
        "local1",
        "local2",
        "local3",
        "local4",
        "local5",
        "local6",
        "local7",
    ]
)
_ALIASES: Final = {"security": "auth"}
_LEAST: Final = frozenset({"*", "debug", "info", "7", "6"})
_PARAMETER: Final = re.compile(r'([\w.]+)\s*=\s*"([^"]*)"')
_LEGACY: Final = re.compile(r"(@@?)(?:\([^)]*\))?(\[[^\]]+\]|[^:;\s]+)(?::\d+)?(?:;.*)?")
_SELECTOR: Final = re.compile(r"[\w*,.;=!]+")
_TLS_DRIVERS: Final = frozenset({"gtls", "ossl"})


@dataclass(slots=True)
class _State:
    """What earlier statements set for later ones."""

    driver: str = ""
    legacy_driver: str = ""
    legacy_mode: str = ""
    depth: int = 0
    last: frozenset[str] | None = None
    dropped: set[str] = field(default_factory=set)


def read_log_targets(section: Section | None) -> LogTargets | None:
    """Return the remote hosts, in the order of the files."""
    if section is None:
        return None
    state, found = _State(), []
    for _, content in _in_order(section):
        for lines, text in _statements(content):
            target = _read(text, lines, state)
            if target is not None:
                found.append(target)
    return LogTargets(targets=tuple(found), lines=(section.heading,))


def _in_order(section: Section) -> list[tuple[str, list[tuple[ConfigLine, str]]]]:
    """Return the files as rsyslog reads them: those of rsyslog.d where the main file includes them."""
    files = {name: [(one.line, one.text) for one in content] for name, content in section.files}
    main = files.pop("/etc/rsyslog.conf", None)
    if main is None:
        return []
    included = next((n for n, (_, text) in enumerate(main) if _includes(text)), None)
    if included is None:
        return [("/etc/rsyslog.conf", main)]
    parts = sorted(files.items())
    return [("", main[:included]), *parts, ("", main[included + 1 :])]


def _includes(text: str) -> bool:
    said = text.strip().lower()
    return said.startswith(("$includeconfig", "include(")) and "/etc/rsyslog.d/*.conf" in said


def _statements(content: list[tuple[ConfigLine, str]]) -> Iterator[tuple[tuple[ConfigLine, ...], str]]:
    """Yield statements, one that goes over several lines as one."""
    lines: list[ConfigLine] = []
    text = ""
    for line, written in content:
        said = _without_comment(written).strip()
        if not said and not text:
            continue
        lines.append(line)
        text = f"{text} {said}".strip()
        if text.endswith("\\"):
            text = text[:-1]
            continue
        if text.count("(") > text.count(")"):
            continue
        yield tuple(lines), text
        lines, text = [], ""
    if text:
        yield tuple(lines), text


def _without_comment(text: str) -> str:
    quoted = False
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == "#" and not quoted:
            return text[:at]
    return text


def _read(text: str, lines: tuple[ConfigLine, ...], state: _State) -> LogTarget | None:
    if text.startswith("$"):
        _read_directive(text, state)
        return None
    if text.lower().startswith("global("):
        driver = dict(_parameters(text)).get("defaultnetstreamdriver")
        state.driver = driver or state.driver
        return None
    inside = state.depth > 0
    state.depth += text.count("{") - text.count("}")
    selector, action = _split(text)
    if selector != "&":
        state.last = None if inside or "{" in text else facilities_of(selector)
    if action in {"stop", "~"}:
        state.dropped |= state.last or set()
        return None
    return _target(action, lines, state)


def _read_directive(text: str, state: _State) -> None:
    name, _, value = text[1:].partition(" ")
    value = value.strip().strip('"')
    match name.lower():
        case "defaultnetstreamdriver":
            state.driver = value
        case "actionsendstreamdriver":
            state.legacy_driver = value
        case "actionsendstreamdrivermode":
            state.legacy_mode = value
        case "resetconfigvariables":
            state.legacy_driver = state.legacy_mode = ""
        case _:
            pass


def _split(text: str) -> tuple[str, str]:
    """Return the selector and the action of a statement; no selector takes everything."""
    at = text.lower().find("action(")
    if at >= 0:
        return text[:at].strip() or "*.*", text[at:]
    selector, _, action = text.partition(" ")
    if text.startswith(":") or text.lower().startswith("if "):
        selector, _, action = text.rpartition(" ")
    if not action and selector in {"stop", "~"}:
        return "*.*", selector
    return selector.strip(), action.strip()


def facilities_of(selector: str) -> frozenset[str] | None:
    """Return the facilities that a selector takes down to informational; None for an expression.

    Later parts win, as in ``*.info;mail.none``.
    """
    if _SELECTOR.fullmatch(selector) is None or "." not in selector:
        return None
    taken: set[str] = set()
    for part in filter(None, selector.lower().split(";")):
        names, _, priority = part.partition(".")
        chosen = {_ALIASES.get(one, one) for one in names.split(",")}
        chosen = set(FACILITIES) if "*" in chosen else chosen
        if priority in _LEAST:
            taken |= chosen
        else:
            # A higher least priority in a later part replaces what an earlier one took.
            taken -= chosen
    return frozenset(taken)


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    for name, value in _PARAMETER.findall(text):
        yield name.lower(), value


def _target(action: str, lines: tuple[ConfigLine, ...], state: _State) -> LogTarget | None:
    taken = None if state.last is None else state.last - state.dropped
    if action.lower().startswith("action("):
        said = dict(_parameters(action))
        if said.get("type", "").lower() not in {"omfwd", "omrelp"} or "target" not in said:
            return None
        return LogTarget(
            address=said["target"].lower(),
            encrypted=_is_encrypted(said, state),
            facilities=taken,
            lines=lines,
        )
    legacy = _LEGACY.fullmatch(action)
    if legacy is None:
        return None
    encrypted = legacy[1] == "@@" and state.legacy_mode == "1"
    driver = (state.legacy_driver or state.driver).lower()
    return LogTarget(
        address=legacy[2].strip("[]").lower(),
        encrypted=encrypted and driver in _TLS_DRIVERS,
        facilities=taken,
        lines=lines,
    )


def _is_encrypted(said: dict[str, str], state: _State) -> bool:
    if said["type"].lower() == "omrelp":
        return said.get("tls", "").lower() == "on"
    driver = said.get("streamdriver", said.get("streamdriver.name", state.driver)).lower()
    mode = said.get("streamdrivermode", said.get("streamdriver.mode", ""))
    return said.get("protocol", "udp").lower() == "tcp" and mode == "1" and driver in _TLS_DRIVERS
