"""A FortiOS configuration as a tree: sections, entries and settings, each with the line it stands in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from devices.parsers.errors import MalformedText, TruncatedText

_ENCRYPTED_KEY: Final = "-----BEGIN ENCRYPTED PRIVATE KEY-----"
_DEEPEST: Final = 60
_HASHES: Final = ("SH2", "PB2", "AK1")


class Command(NamedTuple):
    """One command: its words without quotes, its first line and how it was written."""

    number: int
    words: tuple[str, ...]
    written: str

    @property
    def verb(self) -> str:
        """Return the first word."""
        return self.words[0]


class Setting(NamedTuple):
    """What an attribute is set to; an attribute that is shown as unset has no words."""

    number: int
    words: tuple[str, ...]
    written: str


@dataclass(slots=True)
class Section:
    """What stands behind ``config`` or ``edit``: settings, sections, and entries where it is a table."""

    number: int = 1
    written: str = ""
    is_table: bool = False
    settings: dict[str, Setting] = field(default_factory=dict)
    sections: dict[str, "Section"] = field(default_factory=dict)
    entries: dict[str, "Section"] = field(default_factory=dict)

    def copy(self) -> "Section":
        """Return a copy that shares nothing that changes."""
        return Section(
            self.number,
            self.written,
            self.is_table,
            dict(self.settings),
            {name: one.copy() for name, one in self.sections.items()},
            {key: one.copy() for key, one in self.entries.items()},
        )

    def at(self, header: str) -> "Section":
        """Return a section below, an empty one where there is none."""
        return self.sections.get(header) or Section()

    def text_of(self, name: str, default: str = "") -> str:
        """Return what an attribute is set to, as one text."""
        setting = self.settings.get(name)
        return default if setting is None else " ".join(setting.words)


def is_secret(setting: Setting) -> bool:
    """Return whether the device shows a value encrypted."""
    return setting.words[:1] == ("ENC",) or any(_ENCRYPTED_KEY in word for word in setting.words)


def is_volatile(setting: Setting) -> bool:
    """Return whether a value reads differently every time: what can be decrypted is, a hash is not."""
    is_hash = len(setting.words) > 1 and setting.words[1].startswith(_HASHES)
    return is_secret(setting) and not is_hash


def read_commands(text: str, *, device: str) -> Iterator[Command]:
    """Yield the commands of a text; a string in quotes may go over several lines.

    Raises:
        TruncatedText: the text ends inside a string.
    """
    lines = text.split("\n")
    at = place = 0  # of the line: its number less one, and where it begins in the text
    while at < len(lines):
        line = lines[at]
        words = _words_of_line(line)
        if words is not None:
            if words:
                yield Command(at + 1, words, line.strip())
            place += len(line) + 1
            at += 1
            continue
        found, after = _words(text, place)
        if after < 0:
            raise TruncatedText(
                device, f"the string that begins in line {at + 1} never ends; collect it again"
            )
        written = text[place:after]
        yield Command(at + 1, tuple(found), written.strip())
        at += written.count("\n") + 1
        place = after + 1


@lru_cache(maxsize=65_536)
def _words_of_line(line: str) -> tuple[str, ...] | None:
    """Return the words of a line, none of a comment; None where it must be read letter by letter.

    Remembered, because the lines of a country repeat.
    """
    written = line.strip()
    if not written or written[0] == "#":
        return ()
    if "\\" in written or "'" in written:
        return None
    if '"' not in written:
        return tuple(written.split())
    parts = written.split('"')
    if len(parts) % 2 == 0:
        return None
    words: list[str] = []
    for at, part in enumerate(parts):
        if at % 2:
            words.append(part)
        elif part:
            if not part[-1].isspace() and at != len(parts) - 1:
                return None
            words.extend(part.split())
    return tuple(words)


def _words(text: str, place: int) -> tuple[list[str], int]:
    """Return the words of the command at a place and where it ends, -1 where it never does."""
    words: list[str] = []
    while place < len(text) and text[place] != "\n":
        if text[place].isspace():
            place += 1
            continue
        begin, mark = place, text[place]
        if mark not in "\"'":
            while place < len(text) and not text[place].isspace():
                place += 1
            words.append(text[begin:place])
            continue
        letters: list[str] = []
        place += 1
        while place < len(text) and text[place] != mark:
            place += text[place] == "\\" and mark == '"'
            letters.append(text[place : place + 1])
            place += 1
        if place >= len(text):
            return words, -1
        words.append("".join(letters))
        place += 1
    return words, place


def read_tree(text: str, *, device: str) -> Section:
    """Return the tree of a configuration.

    Raises:
        MalformedText: a line is none of a FortiOS configuration.
        TruncatedText: its end is missing.
    """
    root = Section()
    places: list[tuple[str, Section]] = [("section", root)]
    kind, here = places[0]
    for number, command, written in read_commands(text, device=device):
        verb = command[0]
        if verb == "set" and len(command) > 1:
            here.settings[command[1]] = Setting(number, command[2:], written)
        elif verb == "edit" and len(command) == 2 and kind == "section":  # noqa: PLR2004 - with its name
            here.is_table = True
            kind, here = "entry", here.entries.setdefault(command[1], Section(number, written))
            places.append((kind, here))
        elif command == (("next",) if kind == "entry" else ("end",)) and len(places) > 1:
            places.pop()
            kind, here = places[-1]
        elif verb == "config" and len(command) > 1:
            kind = "section"
            here = here.sections.setdefault(" ".join(command[1:]), Section(number, written))
            places.append((kind, here))
        elif verb == "unset" and len(command) > 1:
            here.settings[command[1]] = Setting(number, (), written)
        else:
            raise MalformedText(device, f"line {number} is none of a FortiOS configuration; collect it again")
        if len(places) > _DEEPEST:
            raise MalformedText(
                device, f"line {number} is deeper than any configuration goes; collect it again"
            )
    if len(places) > 1:
        raise TruncatedText(
            device, f"the part that begins in line {places[-1][1].number} never ends; collect it again"
        )
    return root
