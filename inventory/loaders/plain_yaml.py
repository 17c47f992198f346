"""The quick way from YAML to plain data, for files in which nothing is wrong.

It makes the data straight from the parser's events and notes no places. Whatever is not plain, a tag, an
anchor, a key written twice or anything the parser refuses, makes it give up: then the tree with its places is
built, and what that says is what counts. So this file knows what to accept and never what to report.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import JsonValue

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML was built without libyaml; the same language, slower
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

__all__ = ["DEEPEST_NESTING", "Loader", "NotPlainError", "plain_value", "read_plain_yaml"]

DEEPEST_NESTING = 20
_INTEGER = re.compile(r"^-?(0|[1-9][0-9]{0,15})$")
_BEGINS_A_NUMBER = frozenset("-0123456789")
_WORDS: Mapping[str, bool | None] = MappingProxyType(
    {"true": True, "false": False, "null": None, "~": None, "": None}
)


class NotPlainError(Exception):
    """The text is not plain YAML, or not YAML at all."""


def plain_value(text: str) -> JsonValue:
    """Return what a value means that is written without quotes: a word, a whole number, or text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _BEGINS_A_NUMBER and _INTEGER.match(text):
        return int(text)
    return text


def read_plain_yaml(text: str) -> JsonValue:
    """Return the data of a file, None where it is empty.

    Raises:
        NotPlainError: it cannot be read in the quick way.
    """
    loader = Loader(text)
    reader = _PlainReader()
    accept = reader.accept
    try:
        while (event := loader.get_event()) is not None:
            accept[type(event)](event)
    except (yaml.YAMLError, KeyError) as error:
        raise NotPlainError from error
    finally:
        loader.dispose()
    return reader.root


class _PlainReader:
    """Takes events and builds the data; an event that is not listed is one that nobody may write."""

    def __init__(self) -> None:
        self.root: JsonValue = None
        self.accept: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.StreamStartEvent: self._ignore,
            yaml.StreamEndEvent: self._ignore,
            yaml.DocumentStartEvent: self._document,
            yaml.DocumentEndEvent: self._ignore,
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._mapping,
            yaml.SequenceStartEvent: self._sequence,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
        }
        self._documents = 0
        # Where the next value goes: a mapping with the key that was read, or a list; both None at the root.
        self._mapping_open: dict[str, JsonValue] | None = None
        self._list_open: list[JsonValue] | None = None
        self._key: str | None = None
        self._around: list[tuple[dict[str, JsonValue] | None, list[JsonValue] | None]] = []

    def _ignore(self, event: yaml.Event) -> None:
        pass

    def _document(self, _event: yaml.Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise NotPlainError

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            raise NotPlainError
        text = event.value
        if self._mapping_open is not None and self._key is None:
            if text in self._mapping_open:
                raise NotPlainError
            self._key = text
            return
        self._put(plain_value(text) if event.implicit[0] else text)

    def _mapping(self, event: yaml.MappingStartEvent) -> None:
        made: dict[str, JsonValue] = {}
        self._open(event, made)
        self._mapping_open, self._list_open, self._key = made, None, None

    def _sequence(self, event: yaml.SequenceStartEvent) -> None:
        made: list[JsonValue] = []
        self._open(event, made)
        self._mapping_open, self._list_open, self._key = None, made, None

    def _open(self, event: yaml.CollectionStartEvent, made: dict[str, JsonValue] | list[JsonValue]) -> None:
        if event.anchor is not None or event.tag is not None or len(self._around) > DEEPEST_NESTING:
            raise NotPlainError
        if self._mapping_open is not None and self._key is None:
            # A mapping or list in the place of a key.
            raise NotPlainError
        self._put(made)
        self._around.append((self._mapping_open, self._list_open))

    def _end(self, _event: yaml.Event) -> None:
        self._mapping_open, self._list_open = self._around.pop()
        self._key = None

    def _put(self, value: JsonValue) -> None:
        if self._list_open is not None:
            self._list_open.append(value)
        elif self._mapping_open is not None and self._key is not None:
            self._mapping_open[self._key] = value
            self._key = None
        else:
            self.root = value
