"""Read a configuration that is written by indentation (IOS, EOS) into what is in force.

Comments vanish, the text of banners is kept apart, and what a later ``no`` or ``default`` takes back is gone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from devices.facts import ConfigLine
from devices.parsers.errors import MalformedText, TerminalCapture, TruncatedText

_PROMPT = re.compile(r"[A-Za-z0-9][\w.-]*(?:\([\w-]+\))?[#>](?:\s*\S.*)?")
_HEADER = re.compile(r"Building configuration\.\.\.|Current configuration\s*:.*|Using \d+ out of \d+ bytes.*")
# With these begin most lines of every configuration that is written by indentation.
_KEYWORDS = frozenset(
    """
    aaa access-list agent archive arp authentication banner boot boot-end-marker boot-start-marker
    call-home cdp cfs class-map clock control-plane copp crypto cts daemon diagnostic dns dot1x enable
    errdisable event-handler fabric feature flow hardware hostname interface ip ipv6 license line lldp
    logging login mac
    mac-address-table management mls mlag monitor multilink ntp nv nxapi
    object-group password platform policy-map power
    prefix-list process-max-time ptp qos queue-monitor radius radius-server redundancy rmon route-map router
    schedule service snmp-server spanning-tree subscriber switch system tacacs tacacs-server track
    transceiver tunnel username vdc version virtual-service vlan voice vpc vrf vtp wireless
    """.split()  # noqa: SIM905 - a list of quoted words would be three times as long
)
_FREE_TEXT = frozenset({"description", "remark", "name", "banner", "alias"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One line and what is indented under it. Words are lower case, raw words as written."""

    number: int
    text: str
    words: tuple[str, ...]
    raw: tuple[str, ...]
    negated: bool = False
    defaulted: bool = False
    body: str = ""
    children: list["Statement"] = field(default_factory=list)
    index: dict[str, list["Statement"]] | None = field(default=None, repr=False, compare=False)

    @property
    def line(self) -> ConfigLine:
        """Return the line as it may be shown."""
        return ConfigLine(number=self.number, text=self.text)

    @property
    def section(self) -> tuple[ConfigLine, ...]:
        """Return the line and every line under it."""
        return (self.line, *(line for child in self.children for line in child.section))

    def starts(self, *words: str) -> bool:
        """Return whether the positive statement begins with these words."""
        return not self.negated and not self.defaulted and self.words[: len(words)] == words

    def under(self, *words: str) -> Iterator["Statement"]:
        """Return the positive statements under it that begin with these words."""
        return (child for child in self._beginning(words[0]) if child.starts(*words))

    def last(self, *words: str) -> "Statement | None":
        """Return the last positive statement under it that begins with these words."""
        return next((child for child in reversed(self._beginning(words[0])) if child.starts(*words)), None)

    @property
    def extent(self) -> tuple[ConfigLine, ...]:
        """Return the first and the last line under it: what was searched."""
        ends = (self.children[0], max(self.children, key=lambda child: child.number))
        return tuple({one.number: one.line for one in ends}.values())

    def denied(self, *words: str) -> "Statement | None":
        """Return the ``no`` statement under it of exactly these words."""
        found = (child for child in self._beginning(words[0]) if child.negated and child.words == words)
        return next(found, None)

    def _beginning(self, word: str) -> list["Statement"]:
        """Return the statements under it that begin with a word; sorted out when first asked."""
        index = self.index
        if index is None:
            index = {}
            for child in self.children:
                index.setdefault(child.words[0], []).append(child)
            # Frozen for everybody else; this only remembers what follows from the children.
            object.__setattr__(self, "index", index)
        return index.get(word, [])


@dataclass(frozen=True, slots=True)
class FreeText:
    """The beginning of a block of free text: what ends it and what already stands on its first line."""

    closing: str
    beginning: str = ""
    closes_alone: bool = False


Extent = Literal["to-end", "open", "part"]
"""A whole configuration with its closing ``end``, one that closes with nothing, or some of its lines."""

TextBlock = Callable[[str], FreeText | None]
"""Given a top-level line, return the block of free text that it begins, or None."""


def read_statements(text: str, *, device: str, text_block: TextBlock, extent: Extent = "to-end") -> Statement:
    """Return a root statement that holds what is in force; raises as ``read_as_written`` does."""
    return Statement(
        number=1,
        text="",
        words=(),
        raw=(),
        children=settle(read_as_written(text, device=device, text_block=text_block, extent=extent)),
    )


def read_as_written(
    text: str, *, device: str, text_block: TextBlock, extent: Extent = "to-end"
) -> list[Statement]:
    """Return the statements of the text, those that are taken back later too.

    Raises:
        TruncatedText: the closing ``end`` or the end of a banner is missing.
        MalformedText: something follows the closing ``end``.
        TerminalCapture: a line is the prompt of a terminal.
    """
    lines = text.split("\n")
    top: list[Statement] = []
    stack: list[tuple[int, Statement]] = []
    ended_at = 0
    number = 0
    while number < len(lines):
        line = lines[number].rstrip()
        number += 1
        stripped = line.lstrip()
        if not stripped or stripped[0] == "!":
            continue
        indent = len(line) - len(stripped)
        if indent == 0 and _HEADER.fullmatch(stripped):
            continue
        if ended_at:
            raise MalformedText(
                device, f"line {number} follows the end of the configuration in line {ended_at}"
            )
        begun_at, body = number, ""
        if indent == 0:
            if _PROMPT.fullmatch(stripped):
                raise TerminalCapture(device, f"line {number} is a prompt of a terminal; collect without one")
            if extent == "to-end" and stripped.lower() == "end":
                ended_at = number
                continue
            if (block := text_block(stripped)) is not None:
                body, number = _take_text(lines, number, block, device=device)
        statement = _statement(begun_at, stripped, body)
        while stack and stack[-1][0] >= indent:
            stack.pop()
        (stack[-1][1].children if stack else top).append(statement)
        stack.append((indent, statement))
    _check_whole(top, extent, device=device, ended=bool(ended_at))
    return top


def _check_whole(top: list[Statement], extent: Extent, *, device: str, ended: bool) -> None:
    """Refuse what is cut off, and what is no configuration."""
    if not ended and extent == "to-end":
        raise TruncatedText(
            device, "the closing 'end' is missing; the configuration is cut off: collect it again"
        )
    if extent != "part" and sum(statement.words[0] in _KEYWORDS for statement in top) * 2 <= len(top):
        raise MalformedText(device, "most lines are no configuration commands; name the right file")


def _take_text(lines: list[str], position: int, block: FreeText, *, device: str) -> tuple[str, int]:
    """Return the free text of a block, and the position after it."""
    begun_at = position
    if not block.closes_alone and block.closing in block.beginning:
        return block.beginning.split(block.closing, 1)[0], position
    collected = [block.beginning]
    while position < len(lines):
        line = lines[position].rstrip()
        position += 1
        if line.strip() == block.closing if block.closes_alone else block.closing in line:
            collected.append("" if block.closes_alone else line.split(block.closing, 1)[0])
            return "\n".join(collected).strip("\n"), position
        collected.append(line)
    raise TruncatedText(
        device, f"the text that begins in line {begun_at} has no end; collect the configuration again"
    )


@lru_cache(maxsize=65_536)
def _words_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...], bool, bool]:
    """Return the words of a line, lower case and as written, and whether it negates or resets.

    Remembered, because the ports of a country repeat a few thousand lines.
    """
    raw = tuple(text.split())
    first = raw[0].lower()
    marked = first in {"no", "default"} and len(raw) > 1
    if marked:
        raw = raw[1:]
    return tuple(word.lower() for word in raw), raw, marked and first == "no", marked and first == "default"


def _statement(number: int, text: str, body: str) -> Statement:
    words, raw, negated, defaulted = _words_of(text)
    return Statement(number, text, words, raw, negated, defaulted, body)


def _identity(statement: Statement) -> tuple[str, ...]:
    """Return the words as compared; a community keeps its case, because two may differ in it alone."""
    if statement.words[:2] == ("snmp-server", "community") and len(statement.words) > 2:  # noqa: PLR2004
        return (*statement.words[:2], statement.raw[2], *statement.words[3:])
    return statement.words


def settle(statements: list[Statement]) -> list[Statement]:
    """Return what is in force: nothing that is taken back later, and equal sections as one."""
    settled = _merge(_drop_taken_back(statements))
    for statement in settled:
        if statement.children and statement.words[0] not in _FREE_TEXT:
            statement.children[:] = settle(statement.children)
    return settled


def _drop_taken_back(statements: list[Statement]) -> list[Statement]:
    """Read from the end, so that what was taken back is known before what it takes back."""
    if not any(statement.negated or statement.defaulted for statement in statements):
        return statements
    taken_back: set[tuple[str, ...]] = set()
    stated: set[tuple[str, ...]] = set()
    kept: list[Statement] = []
    for statement in reversed(statements):
        words = _identity(statement)
        if statement.negated or statement.defaulted:
            if words not in stated and words not in taken_back:
                kept.append(statement)
            taken_back.add(words)
        elif not any(words[:length] in taken_back for length in range(1, len(words) + 1)):
            kept.append(statement)
            stated.add(words)
    kept.reverse()
    return kept


def _merge(statements: list[Statement]) -> list[Statement]:
    """Put equal sections together; a repeated line takes the place of the former, so that the last wins."""
    merged: dict[tuple[bool, tuple[str, ...]], Statement] = {}
    for statement in statements:
        key = (statement.negated or statement.defaulted, statement.words)
        former = merged.get(key)
        if former is not None and (statement.children or former.children):
            former.children.extend(statement.children)
            continue
        merged.pop(key, None)
        merged[key] = statement
    return list(merged.values())
