r"""The language of selections: terms such as ``role=firewall`` as text and as values, in both directions.

Terms stand side by side. A value with spaces, commas or other signs of the language stands in quotes, as in a
shell: ``owner="Sundhed og Omsorg"`` or ``owner='Sundhed og Omsorg'``; in double quotes a backslash stands
before ``"`` and ``\``. Outside quotes ``*`` stands for any text and ``?`` for one character.
"""

import re
from typing import Literal, NamedTuple

from inventory.errors import SelectionError

Operator = Literal["=", "!="]

HEAD = re.compile(r"(?P<key>[^\s=!,\"']+)(?P<operator>!=|=)")
"""The key and the operator with which a term begins."""

_WORD = re.compile(r"\S+")
_SPACE = re.compile(r"\s*")
_PLAIN = re.compile(r"[^\s=!,\"']+")
_QUOTED = re.compile(r'"(?P<double>(?:[^"\\]|\\.)*)"|\'(?P<single>[^\']*)\'', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
_NEEDS_QUOTES = re.compile(r"[\s=!,\"'*?]")
_HOW_TO_WRITE = "write key=value or key!=value, and quotes around a value with spaces"


class Value(NamedTuple):
    """A value of a term; ``wildcards`` are the positions of ``*`` and ``?`` that stand for other text."""

    text: str
    wildcards: frozenset[int] = frozenset()

    def pattern(self) -> re.Pattern[str]:
        """Return what a whole text must look like to be meant."""
        signs = {"*": ".*", "?": "."}
        parts = (
            signs[letter] if position in self.wildcards else re.escape(letter)
            for position, letter in enumerate(self.text)
        )
        return re.compile("".join(parts), re.DOTALL)


class Term(NamedTuple):
    """One condition: the key has, or has not, one of the values."""

    key: str
    operator: Operator
    values: tuple[Value, ...]


def parse_selection(selection: str) -> tuple[Term, ...]:
    """Return the terms of a selection, in the order in which they are written.

    Raises:
        SelectionError: a part of it is not a term, or a quote is not closed.

    """
    terms: list[Term] = []
    at = _skip_space(selection, 0)
    while at < len(selection):
        term, at = _parse_term(selection, at)
        terms.append(term)
        at = _skip_space(selection, at)
    return tuple(terms)


def render_selection(terms: tuple[Term, ...]) -> str:
    """Return the text of terms; reading it again gives the same terms."""
    return " ".join(
        f"{term.key}{term.operator}{','.join(render_value(value) for value in term.values)}" for term in terms
    )


def render_value(value: Value) -> str:
    """Return a value as it is written in a selection, quoted where it must be."""
    if not value.text:
        return '""'
    parts: list[str] = []
    literal = ""
    for position, letter in enumerate(value.text):
        if position in value.wildcards:
            parts.extend((_quoted(literal), letter))
            literal = ""
        else:
            literal += letter
    return "".join((*parts, _quoted(literal)))


def _quoted(text: str) -> str:
    if not _NEEDS_QUOTES.search(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _skip_space(selection: str, at: int) -> int:
    found = _SPACE.match(selection, at)
    return at if found is None else found.end()


def _parse_term(selection: str, start: int) -> tuple[Term, int]:
    head = HEAD.match(selection, start)
    if head is None:
        raise _not_a_term(selection, start)
    values: list[Value] = []
    at = head.end()
    while True:
        value, end = _parse_value(selection, at)
        if end == at:
            raise _not_a_term(selection, start)
        values.append(value)
        if selection[end : end + 1] != ",":
            break
        at = end + 1
    if end < len(selection) and not selection[end].isspace():
        raise _not_a_term(selection, start)
    operator: Operator = "!=" if head["operator"] == "!=" else "="
    return Term(head["key"], operator, tuple(values)), end


def _parse_value(selection: str, start: int) -> tuple[Value, int]:
    """Return a value of plain and quoted pieces, and where it ends; where it starts if there is none."""
    text, at = "", start
    wildcards: set[int] = set()
    while at < len(selection):
        plain = _PLAIN.match(selection, at)
        quoted = _QUOTED.match(selection, at)
        if plain is not None:
            wildcards.update(len(text) + place for place, letter in enumerate(plain[0]) if letter in "*?")
            text, at = text + plain[0], plain.end()
        elif quoted is not None:
            inside = quoted["single"]
            text += _ESCAPED.sub(r"\1", quoted["double"]) if inside is None else inside
            at = quoted.end()
        elif selection[at] in "\"'":
            reason = f"the quote before '{selection[at + 1 : at + 21]}' is not closed"
            raise SelectionError(selection, reason, f"close it with {selection[at]}")
        else:
            break
    return Value(text, frozenset(wildcards)), at


def _not_a_term(selection: str, start: int) -> SelectionError:
    word = _WORD.match(selection, start)
    text = selection[start:] if word is None else word[0]
    return SelectionError(selection, f"'{text}' is not a term", _HOW_TO_WRITE)
