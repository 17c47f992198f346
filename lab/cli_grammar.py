r"""Match lines of a Cisco-like CLI against a table of accepted commands, and say where a bad one goes wrong.

A mode of the CLI is a table in plain text: one command a row, in the order in which the device renders them;
a blank row stands where the device draws ``!``::

    hostname = WORD

    interface IF -> interface ; sort
    exec-timeout = <0-35791> [<0-2147483>] ; hide 10 0

Pattern elements:

- a literal word, abbreviated by any unambiguous beginning
- ``{a|b}`` one of several words, ``[...]`` something optional
- ``<1-4094>`` a number, ``A.B.C.D`` an address, ``A.B.C.D/L`` a prefix, ``IF`` an interface, ``VLANS`` a list
  of VLANs, ``PORT`` an interface like ``1/1/2``, ``PORTS`` a list of them, ``WORD`` any word, ``LINE`` the
  rest of the line, ``...`` the rest or nothing
- ``=`` ends the identity of the command: a line with the same words before it replaces the older one, and
  ``no`` needs no more than them. Without it the whole line is the identity.

``-> mode`` names the mode that the command enters. Flags after ``;``:

- ``on``: the default of a switch is on; only ``no ...`` is rendered
- ``shown``: ``no ...`` is rendered as well as the command itself
- ``hide VALUES``: the command with these words after its identity is the default and is not rendered
- ``negative LINE``: ``no ...`` stores this line
- ``wipe``: only ``no ...`` exists; it removes everything that begins with these words
- ``do NAME``, ``select NAME``: the dialect's own action or selector takes over
- ``sort``: the lines of this row are rendered in natural order, not in the order of their entry
- ``same``: its lines stand among those of the row above, in the order of their entry
- ``banner``: a text with a delimiter follows
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from typing import Literal

RefusalKind = Literal["invalid", "incomplete", "ambiguous"]

_TOKEN = re.compile(r"\S+")
_ELEMENT = re.compile(r"\{[^}]*\}|[^\s\[\]]+|[\[\]]")
_RANGE = re.compile(r"<(\d+)-(\d+)>$")
_INTERFACE = re.compile(r"(?:(?P<type>[A-Za-z][A-Za-z-]*?) ?)(?P<number>\d+(?:/\d+)*(?:\.\d+)?)$")
_VLANS = re.compile(r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$")
_PORT = r"\d+/\d+/\d+"
_PORTS = re.compile(rf"{_PORT}(?:-{_PORT})?(?:,{_PORT}(?:-{_PORT})?)*$")
_HIGHEST_VLAN = 4094


@dataclass(frozen=True, slots=True)
class Command:
    """One row of a mode's table."""

    pattern: str
    block: int
    row: int
    identity_length: int | None
    enters: str = ""
    flags: tuple[tuple[str, str], ...] = ()

    def literal_identities(self) -> Iterator[tuple[str, ...]]:
        """Yield every identity that the command can have where it is made of keywords alone."""
        parts = _parts(self.pattern.partition(" = ")[0])
        yield from (words for words in _expansions(parts) if not any(_is_slot(word) for word in words))

    def flag(self, name: str) -> str | None:
        """Return the value of a flag ('' for one without a value), None where it is not set."""
        return dict(self.flags).get(name)


@dataclass(frozen=True, slots=True)
class Match:
    """A line that a mode accepts, with every keyword written out."""

    command: Command
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the line as the device renders it."""
        return " ".join(self.words)

    @property
    def identity(self) -> tuple[str, ...]:
        """Return the words that tell this line from others."""
        return self.words[: self.command.identity_length]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why and from which column (0 is the first) a line cannot be matched."""

    kind: RefusalKind
    column: int


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    column: int


@dataclass(slots=True)
class _State:
    """A node of the tree of words that a mode's patterns make together."""

    literals: dict[str, "_State"] = field(default_factory=dict)
    slots: dict[str, "_State"] = field(default_factory=dict)
    command: Command | None = None
    stop: Command | None = None


class CommandTable:
    """The commands of one mode."""

    def __init__(self, text: str, *, interface_types: tuple[str, ...] = ()) -> None:
        self._root = _State()
        self._interface_types = interface_types
        self.commands = tuple(_read_table(text))
        for command in self.commands:
            for elements in _expansions(_parts(command.pattern.replace(" = ", " "))):
                self._insert(command, elements)

    def match(
        self, line: str, *, start: int = 0, negated: bool = False, exact: bool = False
    ) -> Match | Refusal:
        """Match a line from a column on.

        Args:
            line: The whole line.
            start: Where the command begins.
            negated: Whether ``no`` or ``default`` stands before it.
            exact: Take no abbreviated keyword.

        """
        tokens = [_Token(found.group(), found.start()) for found in _TOKEN.finditer(line, start)]
        return _Walk(self, line, negated=negated, exact=exact).run(self._root, tokens, ())

    def _insert(self, command: Command, elements: tuple[str, ...]) -> None:
        state = self._root
        for depth, element in enumerate(elements):
            if command.identity_length == depth and state.stop is None:
                state.stop = command
            branch = state.slots if _is_slot(element) else state.literals
            state = branch.setdefault(element, _State())
        if state.command is None:
            state.command = command

    def interface_name(self, text: str) -> str | None:
        """Return the full name of an interface, None where no type or several begin so."""
        found = _INTERFACE.match(text)
        if found is None:
            return None
        begun = [kind for kind in self._interface_types if kind.lower().startswith(found["type"].lower())]
        exact = [kind for kind in begun if kind.lower() == found["type"].lower()]
        chosen = exact or begun
        return f"{chosen[0]}{found['number']}" if len(chosen) == 1 or exact else None


class _Walk:
    """One attempt to match a line."""

    def __init__(self, table: CommandTable, line: str, *, negated: bool, exact: bool) -> None:
        self._table = table
        self._line = line
        self._negated = negated
        self._exact = exact

    def run(self, state: _State, tokens: list[_Token], words: tuple[str, ...]) -> Match | Refusal:
        """Match the tokens from a state on, trying every branch until one takes the whole line."""
        if not tokens:
            return _ending(state, self._line, words, negated=self._negated)
        token = tokens[0]
        refusals: list[Refusal] = []
        for branch, taken, count in self._branches(state, tokens):
            found = self.run(branch, tokens[count:], (*words, *taken))
            if isinstance(found, Match):
                return found
            refusals.append(found)
        begun = [word for word in state.literals if word.startswith(token.text.lower())]
        if len(begun) > 1 and token.text.lower() not in begun:
            refusals.append(Refusal("ambiguous", token.column))
        if refusals:
            return max(refusals, key=lambda refusal: refusal.column)
        if self._exact:
            # An abbreviated keyword may still be meant; where the line goes wrong is told by the next try.
            return Refusal("invalid", token.column)
        return Refusal("invalid", token.column + _longest_beginning(token.text, state.literals))

    def _branches(self, state: _State, tokens: list[_Token]) -> Iterator[tuple[_State, tuple[str, ...], int]]:
        """Yield what the next word may be: the keyword itself, a value, then an abbreviated keyword."""
        word = tokens[0].text.lower()
        if word in state.literals:
            yield state.literals[word], (word,), 1
        for slot, branch in state.slots.items():
            taken = self._take(slot, tokens)
            if taken is not None:
                yield branch, taken[0], taken[1]
        if word not in state.literals and not self._exact:
            begun = [literal for literal in state.literals if literal.startswith(word)]
            if len(begun) == 1:
                yield state.literals[begun[0]], (begun[0],), 1

    def _take(self, slot: str, tokens: list[_Token]) -> tuple[tuple[str, ...], int] | None:
        if slot in ("LINE", "..."):
            return (self._line[tokens[0].column :].rstrip(),), len(tokens)
        if slot == "IF":
            return self._take_interface(tokens)
        word = tokens[0].text
        return ((word,), 1) if _accepts(slot, word) else None

    def _take_interface(self, tokens: list[_Token]) -> tuple[tuple[str, ...], int] | None:
        for count in (1, 2):
            if len(tokens) < count:
                break
            name = self._table.interface_name(" ".join(token.text for token in tokens[:count]))
            if name is not None:
                return (name,), count
        return None


def _ending(state: _State, line: str, words: tuple[str, ...], *, negated: bool) -> Match | Refusal:
    command = state.command or (state.stop if negated else None)
    if command is None or (command.flag("wipe") is not None and not negated):
        return Refusal("incomplete", len(line.rstrip()))
    return Match(command, words)


def _read_table(text: str) -> Iterator[Command]:
    block = row = 0
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            block += 1
            continue
        rule, *flags = (part.strip() for part in line.split(" ; "))
        pattern, _, enters = (part.strip() for part in rule.partition(" -> "))
        row += " ; same" not in line
        before, equals, _after = f"{pattern} ".partition(" = ")
        yield Command(
            pattern=pattern.removesuffix(" ="),
            block=block,
            row=row,
            identity_length=len(_parts(before)) if equals else None,
            enters=enters,
            flags=tuple((flag.partition(" ")[0], flag.partition(" ")[2]) for flag in flags),
        )


def _parts(pattern: str) -> list[str]:
    return _ELEMENT.findall(pattern)


def _expansions(parts: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield every flat sequence of elements that a pattern stands for."""
    if not parts:
        yield ()
        return
    head, rest = parts[0], parts[1:]
    if head == "[":
        inner, rest = _optional(rest)
        yield from (a + b for a in _expansions(inner) for b in _expansions(rest))
        yield from _expansions(rest)
    elif head == "...":
        yield ("...",)
        yield ()
    else:
        choices = head[1:-1].split("|") if head.startswith("{") else [head]
        yield from ((choice, *tail) for choice in choices for tail in _expansions(rest))


def _optional(parts: list[str]) -> tuple[list[str], list[str]]:
    """Split what follows an opening bracket at the bracket that closes it."""
    depth = 1
    for position, part in enumerate(parts):
        depth += {"[": 1, "]": -1}.get(part, 0)
        if depth == 0:
            return parts[:position], parts[position + 1 :]
    message = f"command table: a bracket is not closed in {' '.join(parts)!r}"
    raise ValueError(message)


def _is_slot(element: str) -> bool:
    return element in _SLOTS or element in ("LINE", "...", "IF") or _RANGE.match(element) is not None


def _is_address(word: str) -> bool:
    try:
        IPv4Address(word)
    except AddressValueError:
        return False
    return True


def _is_prefix(word: str) -> bool:
    address, slash, length = word.partition("/")
    return bool(slash) and _is_address(address) and length.isdecimal() and int(length) <= 32  # noqa: PLR2004 - bits of IPv4


def _is_vlans(word: str) -> bool:
    numbers = [int(number) for number in re.findall(r"\d+", word)]
    return _VLANS.match(word) is not None and all(1 <= number <= _HIGHEST_VLAN for number in numbers)


_SLOTS: dict[str, Callable[[str], bool]] = {
    "WORD": lambda _word: True,
    "A.B.C.D": _is_address,
    "A.B.C.D/L": _is_prefix,
    "VLANS": _is_vlans,
    "PORT": lambda word: re.fullmatch(_PORT, word) is not None,
    "PORTS": lambda word: _PORTS.match(word) is not None,
}


def _accepts(slot: str, word: str) -> bool:
    bounds = _RANGE.match(slot)
    if bounds is None:
        return _SLOTS[slot](word)
    return word.isdecimal() and int(bounds[1]) <= int(word) <= int(bounds[2])


def _longest_beginning(word: str, literals: dict[str, _State]) -> int:
    """Return how many letters of a word some keyword begins with."""
    lowered = word.lower()
    for length in range(len(lowered), 0, -1):
        if any(literal.startswith(lowered[:length]) for literal in literals):
            return length
    return 0
