"""Read an AOS-CX configuration into statements: sections by indentation, banners apart, comments gone."""

import re
from typing import Final

from devices.parsers.errors import EmptyText, MalformedText, TerminalCapture, TruncatedText
from devices.parsers.statements import Statement

_BANNER: Final = re.compile(r"(?P<command>banner\s+(?:motd|exec))\s+(?P<delimiter>\S)(?P<rest>.*)")
_PROMPT: Final = re.compile(r"[A-Za-z0-9][\w.-]*(?:\([\w<>/,-]+\))?[#>](?:\s+\S.*)?")
_LONGEST_RANGE: Final = 512
_HEADER: Final = re.compile(r"(?:Current|Startup) configuration\s*:")
VERSION: Final = re.compile(r"^!Version (?:ArubaOS|AOS)-CX (?P<release>\S+)", re.MULTILINE)


def read_aoscx(text: str, *, device: str) -> list[Statement]:
    """Return the statements of a whole configuration.

    Known limits:
        AOS-CX writes no last line, so a text that was cut off at the end of a line looks whole.

    Raises:
        EmptyText: there is nothing but the header.
        MalformedText: it does not begin as the device writes it, or a line stands where none can.
        TruncatedText: a banner has no end.
        TerminalCapture: a line is a terminal's prompt.
    """
    if VERSION.search(text) is None:
        raise MalformedText(
            device, "the line '!Version AOS-CX …' is missing; take the whole text of 'show running-config'"
        )
    statements = read_lines(text, device=device)
    if not statements:
        raise EmptyText(device, "there is no configuration line below its header; collect it again")
    return statements


def read_lines(text: str, *, device: str) -> list[Statement]:
    """Return the statements of some lines; raises as ``read_aoscx`` does, but wants no beginning."""
    top: list[Statement] = []
    stack: list[tuple[int, Statement]] = []
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        line = lines[position].rstrip()
        number = position + 1
        position += 1
        stripped = line.strip()
        if not stripped or stripped.startswith("!") or _HEADER.fullmatch(stripped):
            continue
        indent = len(line) - len(line.lstrip())
        if indent == 0 and _PROMPT.fullmatch(stripped):
            raise TerminalCapture(device, f"line {number} is a prompt of a terminal; collect without one")
        body = ""
        if indent == 0 and (banner := _BANNER.fullmatch(stripped)) is not None:
            body, position = _take_banner(lines, position, banner, device=device)
            stripped = banner["command"]
        statement = _statement(number, stripped, body)
        while stack and stack[-1][0] >= indent:
            stack.pop()
        if indent and not stack:
            raise MalformedText(device, f"line {number} is indented below nothing; collect it again")
        (stack[-1][1].children if stack else top).append(statement)
        stack.append((indent, statement))
    return top


def _take_banner(lines: list[str], position: int, banner: re.Match[str], *, device: str) -> tuple[str, int]:
    """Return the text between the delimiters, and the position after it."""
    begun_at, delimiter = position, banner["delimiter"]
    text, found, _ = banner["rest"].partition(delimiter)
    collected = [text]
    while not found:
        if position >= len(lines):
            raise TruncatedText(
                device, f"the banner that begins in line {begun_at} has no end; collect the text again"
            )
        text, found, _ = lines[position].partition(delimiter)
        collected.append(text)
        position += 1
    return "\n".join(collected).strip("\n"), position


def _statement(number: int, text: str, body: str) -> Statement:
    raw = tuple(text.split())
    negated = raw[0].lower() == "no" and len(raw) > 1
    if negated:
        raw = raw[1:]
    return Statement(
        number=number,
        text=text,
        words=tuple(word.lower() for word in raw),
        raw=raw,
        negated=negated,
        body=body,
    )


def read_names(text: str) -> tuple[str, ...]:
    """Return the interfaces of a list such as ``1/1/1-1/1/4,1/1/9`` or ``lag 1``."""
    names: list[str] = []
    for part in text.split(","):
        matched = re.fullmatch(r"(?P<stem>\d+/\d+/)(?P<first>\d+)-(?P=stem)(?P<last>\d+)", part.strip())
        if matched is None:
            names.append(part.strip())
            continue
        first = int(matched["first"])
        numbers = range(first, min(int(matched["last"]), first + _LONGEST_RANGE) + 1)
        names.extend(f"{matched['stem']}{number}" for number in numbers)
    return tuple(names)
