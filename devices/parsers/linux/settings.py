"""Read files and outputs that are lists of keywords with values."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from devices.facts import ConfigLine
from devices.facts.servers import Setting, Settings
from devices.parsers.linux.collection import Content, Section

_COMMENTS: Final = ("#", ";")
_QUOTES: Final = "\"'"
_WORDS: Final = re.compile(r"[\s=]+")

Reader = Callable[[str, tuple[Content, ...]], Iterator[Setting]]


def read_settings(section: Section | None, reader: Reader) -> Settings | None:
    """Return the settings of a section, None where it was not collected."""
    if section is None:
        return None
    stated = tuple(one for name, lines in section.files for one in reader(name, lines))
    return Settings(stated=stated, present=section.present, lines=(section.heading,))


def words(_file: str, lines: tuple[Content, ...]) -> Iterator[Setting]:
    """Read ``keyword value``, the keyword in any case; what follows a mark of comments is none."""
    for line, text in uncommented(lines):
        name, _, value = text.partition(" ")
        yield Setting(name=name.lower(), value=value.strip(), lines=(line,))


def definitions(_file: str, lines: tuple[Content, ...]) -> Iterator[Setting]:
    """Read ``keyword = value``, ``keyword=value`` and ``keyword value``, keywords as they are written."""
    for line, text in uncommented(lines):
        parts = _WORDS.split(text, maxsplit=1)
        value = parts[1].split("#")[0].strip().strip(_QUOTES) if len(parts) > 1 else ""
        yield Setting(name=parts[0], value=value, lines=(line,))


def in_blocks(_file: str, lines: tuple[Content, ...]) -> Iterator[Setting]:
    """Read ``[block]`` and ``keyword = value`` below it; blocks and keywords in small letters."""
    block: str | None = None
    for line, text in uncommented(lines):
        if text.startswith("[") and text.endswith("]"):
            block = text[1:-1].strip().lower()
            continue
        name, _, value = text.partition("=")
        yield Setting(name=name.strip().lower(), value=value.strip(), block=block, lines=(line,))


def labelled(_file: str, lines: tuple[Content, ...]) -> Iterator[Setting]:
    """Read ``label: value``, the label in small letters."""
    for line, text in uncommented(lines):
        name, colon, value = text.partition(":")
        if colon:
            yield Setting(name=name.strip().lower(), value=value.split("#")[0].strip(), lines=(line,))


def whole(file: str, lines: tuple[Content, ...]) -> Iterator[Setting]:
    """Read a file as one value."""
    if lines:
        text = "\n".join(one.text for one in lines)
        yield Setting(name=file, value=text, lines=tuple(one.line for one in lines))


def uncommented(lines: tuple[Content, ...]) -> Iterator[tuple[ConfigLine, str]]:
    """Yield the lines that say something, with their text in single spaces."""
    for one in lines:
        text = " ".join(one.text.split())
        if text and not text.startswith(_COMMENTS):
            yield one.line, text
