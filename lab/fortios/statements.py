"""The words of a FortiOS text: quoted strings may go over several lines."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A word, and whether it stands in quotes; its text is without them and without escapes."""

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        if not self.quoted:
            return self.text
        if not self.text:
            return "''"
        return '"' + self.text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class Statement:
    """One command: its words, the number of its first line and how it was written."""

    number: int
    tokens: tuple[Token, ...]
    written: str

    @property
    def verb(self) -> str:
        """Return the first word."""
        return self.tokens[0].text


class UnendedString(Exception):
    """A text ends inside a quoted string that begins in line ``number``."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number}")
        self.number = number


def read_statements(text: str) -> Iterator[Statement]:
    """Yield the commands of a text; comments and empty lines are left out.

    Raises:
        UnendedString: A quoted string never ends.
    """
    place, number = 0, 1
    while place < len(text):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        if text[place:end].lstrip().startswith("#"):
            place, number = end + 1, number + 1
            continue
        tokens, after = _read_line(text, place, number)
        written = text[place:after]
        if tokens:
            yield Statement(number, tuple(tokens), written.strip())
        number += written.count("\n") + 1
        place = after + 1


def _read_line(text: str, place: int, number: int) -> tuple[list[Token], int]:
    tokens: list[Token] = []
    while place < len(text) and text[place] != "\n":
        letter = text[place]
        if letter in " \t\r":
            place += 1
        elif letter in "\"'":
            token, place = _read_quoted(text, place, number)
            tokens.append(token)
        else:
            begin = place
            while place < len(text) and text[place] not in " \t\r\n":
                place += 1
            tokens.append(Token(text[begin:place]))
    return tokens, place


def _read_quoted(text: str, place: int, number: int) -> tuple[Token, int]:
    mark, letters = text[place], []
    place += 1
    while place < len(text) and text[place] != mark:
        if text[place] == "\\" and mark == '"' and place + 1 < len(text):
            place += 1
        letters.append(text[place])
        place += 1
    if place >= len(text):
        raise UnendedString(number)
    return Token("".join(letters), quoted=True), place + 1
