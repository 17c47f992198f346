"""Read an AOS-CX configuration into statements: sections by indentation, banners apart, comments gone."""

import re
from collections.abc import Iterator
from functools import lru_cache
from sys import intern
from typing import Final

from devices.parsers.errors import EmptyText, MalformedText, TerminalCapture, TruncatedText
from devices.parsers.statements import DEEPEST, Statement

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
    numbered = enumerate(text.split("\n"), start=1)
    for number, line in numbered:
        indent, stripped, words, raw, negated, is_special = _read_line(line)
        if not stripped:
            continue
        body = ""
        if is_special:
            banner = _BANNER.fullmatch(stripped)
            if banner is None:
                raise TerminalCapture(device, f"line {number} is a prompt of a terminal; collect without one")
            body = _take_banner(numbered, number, banner, device=device)
            _, stripped, words, raw, _, _ = _read_line(banner["command"])
        statement = Statement(number, stripped, words, raw, negated, body=body)
        if indent == 0:
            top.append(statement)
            stack = [(0, statement)]
            continue
        while stack and stack[-1][0] >= indent:
            stack.pop()
        if not stack:
            raise MalformedText(device, f"line {number} is indented below nothing; collect it again")
        stack[-1][1].children.append(statement)
        stack.append((indent, statement))
        if len(stack) > DEEPEST:
            raise MalformedText(
                device, f"line {number} is deeper than any configuration goes; collect it again"
            )
    return top


def _take_banner(
    numbered: Iterator[tuple[int, str]], begun_at: int, banner: re.Match[str], *, device: str
) -> str:
    """Return the text between the delimiters, and go on behind it."""
    delimiter = banner["delimiter"]
    text, found, _ = banner["rest"].partition(delimiter)
    collected = [text]
    while not found:
        _, line = next(numbered, (0, None))
        if line is None:
            raise TruncatedText(
                device, f"the banner that begins in line {begun_at} has no end; collect the text again"
            )
        text, found, _ = line.partition(delimiter)
        collected.append(text)
    return "\n".join(collected).strip("\n")


@lru_cache(maxsize=65_536)
def _read_line(written: str) -> tuple[int, str, tuple[str, ...], tuple[str, ...], bool, bool]:
    """Return indentation, text and words of a line, whether it negates, and whether it is banner or prompt.

    A comment has no text. Remembered, because the lines of a country repeat.
    """
    line = written.rstrip()
    stripped = line.strip()
    if not stripped or stripped.startswith("!") or _HEADER.fullmatch(stripped):
        return 0, "", (), (), False, False
    indent = len(line) - len(line.lstrip())
    is_special = indent == 0 and bool(_PROMPT.fullmatch(stripped) or _BANNER.fullmatch(stripped))
    raw = tuple([intern(word) for word in stripped.split()])
    negated = raw[0].lower() == "no" and len(raw) > 1
    if negated:
        raw = raw[1:]
    words = raw if stripped.islower() else tuple([intern(word.lower()) for word in raw])
    return indent, stripped, words, raw, negated, is_special


@lru_cache(maxsize=16_384)
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
