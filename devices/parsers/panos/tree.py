"""A PAN-OS configuration as a tree of words, read from its XML form or from its ``set`` form.

Both forms give the same tree: an element is a word below its parent's, an entry goes by its name, a value or
member is a word below the element that holds it. What stands under the one device and, where there is only
one, under its virtual system begins at the top, as it does in ``set`` lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from devices.facts import ConfigLine
from devices.parsers.errors import MalformedText, TruncatedText

Path = tuple[str, ...]

_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)', re.DOTALL)
_UNFINISHED: Final = frozenset(
    {
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    }
)
_DEEPEST: Final = 60
_DEVICE: Final = ("devices", "localhost.localdomain")


@dataclass(slots=True)
class Word:
    """A word with its line and the words below it."""

    line: ConfigLine
    below: dict[str, "Word"] = field(default_factory=dict)

    def at(self, *path: str) -> "Word | None":
        """Return the word at a path, None where there is none."""
        word: Word | None = self
        for name in path:
            word = word.below.get(name) if word is not None else None
        return word

    def names(self, *path: str) -> Path:
        """Return the words below a path."""
        word = self.at(*path)
        return () if word is None else tuple(word.below)

    def value(self, *path: str) -> str | None:
        """Return the value at a path, None where nothing states one."""
        return next(iter(self.names(*path)), None)

    def entries(self, *path: str) -> Iterator[tuple[str, "Word"]]:
        """Yield the words below a path with what they hold."""
        word = self.at(*path)
        yield from word.below.items() if word is not None else ()

    def ends(self, path: Path = ()) -> Iterator[tuple[Path, "Word"]]:
        """Yield the whole path to every last word."""
        for name, word in self.below.items():
            if word.below:
                yield from word.ends((*path, name))
            else:
                yield (*path, name), word


def read_panos(text: str, *, device: str) -> Word:
    """Return the tree of a configuration in either form.

    Raises:
        MalformedText: it is in neither form.
        TruncatedText: its end is missing.
    """
    return _read_xml(text, device) if text.lstrip().startswith("<") else _read_lines(text, device)


def _read_lines(text: str, device: str) -> Word:
    root = Word(ConfigLine(1, text.split("\n", 1)[0]))
    number = 0
    lines = iter(text.split("\n"))
    for line in lines:
        number += 1
        first, written = number, line
        while _open_quote(written):
            more = next(lines, None)
            if more is None:
                raise TruncatedText(
                    device, f"the text that begins in line {first} never ends; collect it again"
                )
            number, written = number + 1, f"{written}\n{more}"
        if not written.strip() or written.startswith("#"):
            continue
        words = [
            re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2]
            for found in _WORD.finditer(written)
        ]
        if words[0] != "set" or len(words) == 1 or len(_path_of(words)) > _DEEPEST:
            raise MalformedText(device, f"line {first} is none of a PAN-OS configuration; collect it again")
        _add(root, words[1:], ConfigLine(first, line.strip()))
    return root


def _open_quote(written: str) -> bool:
    return written.replace('\\"', "").count('"') % 2 == 1


def _path_of(words: list[str]) -> list[str]:
    """Return the words before members in brackets, all of them where there are none."""
    return words[: words.index("[")] if "[" in words and words[-1] == "]" else words


def _add(root: Word, words: list[str], line: ConfigLine) -> None:
    """Add a line; members in brackets stand side by side."""
    path = _path_of(words)
    members = words[len(path) + 1 : -1] if len(path) < len(words) else [""]
    if path[:1] == ["vsys"] and len(path) > 2 and path[1] == "vsys1":  # noqa: PLR2004 - vsys and its name
        path = path[2:]
    for member in members:
        word = root
        for name in (*path, *([member] if member else [])):
            word = word.below.setdefault(name, Word(line))


class _XMLReader:
    """Builds the tree while the text goes by."""

    def __init__(self, text: str, device: str) -> None:
        self._device = device
        self._lines = text.split("\n")
        self._path: list[str] = []
        self._words: list[Word] = [Word(self._line(1))]
        self._value: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._value.append
        self._parser.EntityDeclHandler = self._refuse_entity

    def read(self, text: str) -> Word:
        """Return the word ``config`` with everything below it."""
        try:
            self._parser.Parse(text, True)  # noqa: FBT003 - expat's signature
        except expat.ExpatError as error:
            told = f"line {error.lineno} ends it ({expat.ErrorString(error.code)}); collect it again"
            kind = TruncatedText if expat.ErrorString(error.code) in _UNFINISHED else MalformedText
            raise kind(self._device, f"the XML is not whole: {told}") from None
        except UnicodeEncodeError:
            raise MalformedText(self._device, "the XML holds what is no text; collect it again") from None
        top = self._words[0]
        config = top.at("config") or top.at("response", "result", "config")
        if config is None:
            raise MalformedText(self._device, "the XML holds no <config>; name the right file")
        return config

    def _line(self, number: int) -> ConfigLine:
        # A carriage return counts as a line for the reader of XML, and for nobody else.
        return ConfigLine(number, self._lines[min(number, len(self._lines)) - 1].strip())

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = attributes.get("name", "") if tag == "entry" else tag
        self._value.clear()
        self._path.append(tag)
        if len(self._path) > _DEEPEST:
            raise MalformedText(self._device, "the XML is deeper than any configuration; name the right file")
        parent = self._words[-1]
        if tag == "member":
            self._words.append(parent)
            return
        self._words.append(parent.below.setdefault(name, Word(self._line(self._parser.CurrentLineNumber))))

    def _end(self, tag: str) -> None:
        word = self._words.pop()
        self._path.pop()
        value = "".join(self._value)
        self._value.clear()
        if value.strip() and (tag == "member" or not word.below):
            word.below.setdefault(value, Word(self._line(self._parser.CurrentLineNumber)))

    def _refuse_entity(self, *_declared: object) -> None:
        raise MalformedText(
            self._device, "the XML declares entities, which no firewall writes; collect it again"
        )


def _read_xml(text: str, device: str) -> Word:
    config = _XMLReader(text, device).read(text)
    root = Word(config.line, {name: word for name, word in config.below.items() if name != "devices"})
    held = config.at(*_DEVICE)
    for name, word in held.below.items() if held is not None else ():
        if name == "vsys" and tuple(word.below) == ("vsys1",):
            root.below.update(word.below["vsys1"].below)
        else:
            root.below[name] = word
    return root
