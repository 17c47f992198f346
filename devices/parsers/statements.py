"""Read a configuration that is written by indentation (IOS, EOS) into what is in force.

Comments vanish, the text of banners is kept apart, and what a later ``no`` or ``default`` takes back is gone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from sys import intern
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
DEEPEST = 60
_FREE_TEXT = frozenset({"description", "remark", "name", "banner", "alias"})


class Statement:
    """One line and what is indented under it. Words are lower case, raw words as written.

    Nothing but the readers of the languages changes one. It is no dataclass, because a country has tens of
    millions of lines, and a frozen one takes three times as long to make.
    """

    __slots__ = ("_index", "body", "children", "defaulted", "negated", "number", "raw", "text", "words")

    def __init__(  # noqa: PLR0917 - by position, it is made for every line of a country
        self,
        number: int,
        text: str,
        words: tuple[str, ...],
        raw: tuple[str, ...],
        negated: bool = False,  # noqa: FBT001, FBT002 - as above
        defaulted: bool = False,  # noqa: FBT001, FBT002 - as above
        body: str = "",
        children: "list[Statement] | None" = None,
    ) -> None:
        self.number = number
        self.text = text
        self.words = words
        self.raw = raw
        self.negated = negated
        self.defaulted = defaulted
        self.body = body
        self.children: list[Statement] = [] if children is None else children
        self._index: dict[str, list[Statement]] | None = None

    def __repr__(self) -> str:
        return f"Statement(number={self.number}, words={self.words[:2]}, children={len(self.children)})"

    @property
    def line(self) -> ConfigLine:
        """Return the line as it may be shown."""
        return ConfigLine(self.number, self.text)

    @property
    def section(self) -> tuple[ConfigLine, ...]:
        """Return the line and every line under it."""
        lines = [ConfigLine(self.number, self.text)]
        for child in self.children:
            if child.children:
                lines.extend(child.section)
            else:
                lines.append(ConfigLine(child.number, child.text))
        return tuple(lines)

    def starts(self, *words: str) -> bool:
        """Return whether the positive statement begins with these words."""
        return not self.negated and not self.defaulted and self.words[: len(words)] == words

    def under(self, *words: str) -> Iterator["Statement"]:
        """Return the positive statements under it that begin with these words."""
        near = self._beginning(words[0])
        if not near:
            return iter(())
        length = len(words)
        return iter(
            [
                child
                for child in near
                if child.words[:length] == words and not child.negated and not child.defaulted
            ]
        )

    def last(self, *words: str) -> "Statement | None":
        """Return the last positive statement under it that begins with these words."""
        near = self._beginning(words[0])
        if near:
            length = len(words)
            for child in reversed(near):
                if child.words[:length] == words and not child.negated and not child.defaulted:
                    return child
        return None

    @property
    def extent(self) -> tuple[ConfigLine, ...]:
        """Return the first and the last line under it: what was searched."""
        ends = (self.children[0], max(self.children, key=lambda child: child.number))
        return tuple({one.number: one.line for one in ends}.values())

    def denied(self, *words: str) -> "Statement | None":
        """Return the ``no`` statement under it of exactly these words."""
        for child in self._beginning(words[0]):
            if child.negated and child.words == words:
                return child
        return None

    def _beginning(self, word: str) -> "list[Statement] | tuple[()]":
        """Return the statements under it that begin with a word; sorted out when first asked."""
        index = self._index
        if index is None:
            index = {}
            for child in self.children:
                first = child.words[0]
                if first in index:
                    index[first].append(child)
                else:
                    index[first] = [child]
            self._index = index
        return index.get(word, ())


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
    read_line = _line_reader(text_block)
    top: list[Statement] = []
    stack: list[tuple[int, Statement]] = []
    ended_at = 0
    numbered = enumerate(text.split("\n"), start=1)
    for number, line in numbered:
        kind, indent, stripped, words, raw, negated, defaulted = read_line(line)
        if kind is _NOTHING:
            continue
        if ended_at:
            raise MalformedText(
                device, f"line {number} follows the end of the configuration in line {ended_at}"
            )
        if kind is _END and extent == "to-end":
            ended_at = number
            continue
        if kind is _PROMPTING:
            raise TerminalCapture(device, f"line {number} is a prompt of a terminal; collect without one")
        block = text_block(stripped) if kind is _BLOCK else None
        body = "" if block is None else _take_text(numbered, number, block, device=device)
        statement = Statement(number, stripped, words, raw, negated, defaulted, body)
        if indent == 0:
            top.append(statement)
            stack = [(0, statement)]
            continue
        _place(stack, top, indent, statement, device)
    _check_whole(top, extent, device=device, ended=bool(ended_at))
    return top


def _place(
    stack: list[tuple[int, Statement]], top: list[Statement], indent: int, statement: Statement, device: str
) -> None:
    """Put an indented statement under the one that it belongs to."""
    while stack and stack[-1][0] >= indent:
        stack.pop()
    (stack[-1][1].children if stack else top).append(statement)
    stack.append((indent, statement))
    if len(stack) > DEEPEST:
        raise MalformedText(
            device, f"line {statement.number} is deeper than any configuration goes; collect it again"
        )


def _check_whole(top: list[Statement], extent: Extent, *, device: str, ended: bool) -> None:
    """Refuse what is cut off, and what is no configuration."""
    if not ended and extent == "to-end":
        raise TruncatedText(
            device, "the closing 'end' is missing; the configuration is cut off: collect it again"
        )
    if extent != "part" and sum(statement.words[0] in _KEYWORDS for statement in top) * 2 <= len(top):
        raise MalformedText(device, "most lines are no configuration commands; name the right file")


def _take_text(numbered: Iterator[tuple[int, str]], begun_at: int, block: FreeText, *, device: str) -> str:
    """Return the free text of a block, and go on behind it."""
    if not block.closes_alone and block.closing in block.beginning:
        return block.beginning.split(block.closing, 1)[0]
    collected = [block.beginning]
    for _, written in numbered:
        line = written.rstrip()
        if line.strip() == block.closing if block.closes_alone else block.closing in line:
            collected.append("" if block.closes_alone else line.split(block.closing, 1)[0])
            return "\n".join(collected).strip("\n")
        collected.append(line)
    raise TruncatedText(
        device, f"the text that begins in line {begun_at} has no end; collect the configuration again"
    )


# What a line is; compared by identity, because every line of a country is.
_NOTHING, _PLAIN, _BLOCK, _END, _PROMPTING = "nothing", "plain", "block", "end", "prompting"

ReadLine = tuple[str, int, str, tuple[str, ...], tuple[str, ...], bool, bool]
_SKIPPED: ReadLine = (_NOTHING, 0, "", (), (), False, False)


@cache
def _line_reader(text_block: TextBlock) -> Callable[[str], ReadLine]:
    """Return what reads a line: its kind, indentation and text, its words, and whether it takes back.

    Remembered, because the lines of a country repeat.
    """

    @lru_cache(maxsize=65_536)
    def read_line(written: str) -> ReadLine:
        line = written.rstrip()
        stripped = line.lstrip()
        if not stripped or stripped[0] == "!":
            return _SKIPPED
        indent = len(line) - len(stripped)
        kind = _PLAIN
        if indent == 0:
            if _HEADER.fullmatch(stripped):
                return _SKIPPED
            if _PROMPT.fullmatch(stripped):
                kind = _PROMPTING
            elif stripped.lower() == "end":
                kind = _END
            elif text_block(stripped) is not None:
                kind = _BLOCK
        raw = tuple([intern(word) for word in stripped.split()])
        first = raw[0].lower()
        marked = first in {"no", "default"} and len(raw) > 1
        if marked:
            raw = raw[1:]
        words = raw if stripped.islower() else tuple([intern(word.lower()) for word in raw])
        return kind, indent, stripped, words, raw, marked and first == "no", marked and first == "default"

    return read_line


def _identity(statement: Statement) -> tuple[str, ...]:
    """Return the words as compared; a community keeps its case, because two may differ in it alone."""
    if statement.words[:2] == ("snmp-server", "community") and len(statement.words) > 2:  # noqa: PLR2004
        return (*statement.words[:2], statement.raw[2], *statement.words[3:])
    return statement.words


def settle(statements: list[Statement]) -> list[Statement]:
    """Return what is in force: nothing that is taken back later, and equal sections as one."""
    settled = statements if _states_each_once(statements) else _merge(_drop_taken_back(statements))
    for statement in settled:
        if statement.children and statement.words[0] not in _FREE_TEXT:
            statement.children[:] = settle(statement.children)
    return settled


def _states_each_once(statements: list[Statement]) -> bool:
    """Return whether nothing is taken back and nothing is said twice, as in most sections."""
    stated: set[tuple[str, ...]] = set()
    taken_back: set[tuple[str, ...]] = set()
    for statement in statements:
        (taken_back if statement.negated or statement.defaulted else stated).add(statement.words)
    if len(stated) + len(taken_back) != len(statements):
        return False
    return not taken_back or {one[0] for one in taken_back}.isdisjoint([one[0] for one in stated])


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
