"""One YAML file as text, plain data and places: every value knows its line and column.

Only the plain part of YAML is accepted: no anchors, no tags, one document, keys written once. Words such as
``no`` and ``on`` are text, numbers are decimal, so nothing changes its meaning behind the writer's back. The
tree is built from the parser's events: PyYAML's own composer recurses in C and dies on deep nesting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import JsonValue

from inventory.errors import InventoryReadError
from inventory.loaders.plain_yaml import (
    DEEPEST_NESTING,
    Loader,
    NotPlainError,
    plain_value,
    read_plain_yaml,
)
from inventory.violations import Location, ModelPath, Violation

_LARGEST_FILE_BYTES = 16 * 1024 * 1024


class YAMLProblemsError(Exception):
    """A file is not plain YAML; holds every problem found in it."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        self.violations = violations
        super().__init__("; ".join(violation.render() for violation in violations))


_NO_CHILDREN: list["_Node"] = []
"""What every scalar shares; a tree has far more scalars than lists and mappings."""


@dataclass(slots=True)
class _Node:
    """A value with its place; the children of a mapping are keys and values in turn."""

    kind: Literal["scalar", "sequence", "mapping"]
    line: int
    column: int
    text: str
    plain: bool
    children: list["_Node"]

    def pairs(self) -> Iterator[tuple["_Node", "_Node"]]:
        """Yield the keys of a mapping with their values."""
        return zip(self.children[::2], self.children[1::2], strict=True)


@dataclass(frozen=True, slots=True)
class YAMLSource:
    """The text of one file of the inventory."""

    file: str
    text: str

    def data(self) -> JsonValue:
        """Return the file's content as plain data.

        Raises:
            YAMLProblemsError: it is not plain YAML.

        """
        try:
            return read_plain_yaml(self.text)
        except NotPlainError:
            return self._data_of_tree()

    def _data_of_tree(self) -> JsonValue:
        root = _composed(self)
        if root is None:
            return None
        try:
            return _plain(root)
        except _OddKeysError:
            raise YAMLProblemsError(tuple(self._key_problems(root))) from None

    def locate(self, path: ModelPath, *, at_key: bool = False) -> Location:
        """Return the place of a value, or of the deepest part of its path that exists."""
        node = _composed(self)
        if node is None:
            return Location(file=self.file, line=1, column=1)
        key: _Node | None = None
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            key, node = found
        place = key if at_key and key is not None else node
        return Location(file=self.file, line=place.line, column=place.column)

    def compose(self) -> _Node | None:
        """Return the tree of the file, None where it is empty."""
        loader = Loader(self.text)
        try:
            root, problems = self._build(loader)
        except yaml.MarkedYAMLError as error:
            raise YAMLProblemsError((self._syntax_violation(error),)) from error
        except yaml.reader.ReaderError as error:
            before = self.text[: error.position] if error.position >= 0 else ""
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            reason = f"not valid YAML: {error.reason}"
            violation = self._violation((line, column), "yaml-syntax", reason, "remove the character")
            raise YAMLProblemsError((violation,)) from error
        finally:
            loader.dispose()
        if problems:
            raise YAMLProblemsError(problems)
        return root

    def _build(self, loader: Loader) -> tuple[_Node | None, tuple[Violation, ...]]:
        """Make the tree from the parser's events; this loop sees every value of the inventory."""
        root: _Node | None = None
        problems: list[Violation] = []
        open_nodes: list[_Node] = []
        get_event, scalar = loader.get_event, yaml.ScalarEvent
        while (event := get_event()) is not None:
            if not isinstance(event, yaml.NodeEvent):
                if isinstance(event, yaml.CollectionEndEvent):
                    open_nodes.pop()
                elif root is not None and isinstance(event, yaml.DocumentStartEvent):
                    problems.append(self._second_document(event))
                    break
                continue
            line, column = _place(event)
            if type(event) is scalar:
                # Written without quotes, a value may be a number or a word; the first flag says that.
                node = _Node("scalar", line, column, event.value, bool(event.implicit[0]), _NO_CHILDREN)
            else:
                node = _Node(_kind_of(event), line, column, "", False, [])  # noqa: FBT003 - as fast as can be
            if event.anchor is not None or getattr(event, "tag", None) is not None:
                problems.extend(self._event_problems(event, node))
            if root is None:
                root = node
            else:
                open_nodes[-1].children.append(node)
            if len(open_nodes) > DEEPEST_NESTING:
                place = (line, column)
                problems.append(self._violation(place, "yaml-depth", "nested too deeply", "write plain YAML"))
                break
            if node.kind != "scalar":
                open_nodes.append(node)
        return root, tuple(problems)

    def _second_document(self, event: yaml.Event) -> Violation:
        return self._violation(_place(event), "yaml-syntax", "a second document begins", "keep one document")

    def _event_problems(self, event: yaml.NodeEvent, node: _Node) -> Iterator[Violation]:
        place = (node.line, node.column)
        if event.anchor is not None:
            yield self._violation(
                place, "yaml-anchor", "anchors and aliases are not used here", "write it out"
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            yield self._violation(place, "yaml-tag", f"the tag {tag} is not used here", "remove the tag")

    def _key_problems(self, node: _Node) -> Iterator[Violation]:
        if node.kind == "mapping":
            keys: dict[str, _Node] = {}
            for key, _ in node.pairs():
                if key.kind != "scalar":
                    place = (key.line, key.column)
                    yield self._violation(place, "yaml-key", "a key must be a word", "write a plain key")
                    continue
                first = keys.setdefault(key.text, key)
                if first is not key:
                    yield self._violation(
                        (key.line, key.column),
                        "duplicate-key",
                        f"the key '{key.text}' is written twice, first in line {first.line}",
                        "keep one of them",
                    )
        for child in node.children:
            yield from self._key_problems(child)

    def _syntax_violation(self, error: yaml.MarkedYAMLError) -> Violation:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(part for part in (error.context, error.problem) if part)
        return self._violation(
            (mark.line + 1, mark.column + 1) if mark else (1, 1),
            "yaml-syntax",
            f"not valid YAML: {reason}",
            "correct the indentation, quotes or colons here or in the line above",
        )

    def _violation(self, place: tuple[int, int], rule: str, message: str, action: str) -> Violation:
        location = Location(file=self.file, line=place[0], column=place[1])
        return Violation(rule=rule, location=location, message=message, action=action)


class _OddKeysError(Exception):
    """A mapping has a key twice, or one that is no word; which one is told by looking again."""


@lru_cache(maxsize=2)
def _composed(source: YAMLSource) -> _Node | None:
    """Return the tree of a file; the last ones are kept, since violations come in bunches."""
    return source.compose()


def read_yaml_source(folder: Path, path: Path) -> YAMLSource:
    """Read one file of an inventory folder.

    Raises:
        InventoryReadError: the file cannot be opened or is far too large.
        YAMLProblemsError: it is not UTF-8 text.

    """
    return decode_yaml_source(path.relative_to(folder).as_posix(), read_file_bytes(path))


def read_file_bytes(path: Path) -> bytes:
    """Read the bytes of one file of an inventory folder.

    Raises:
        InventoryReadError: the file cannot be opened or is far too large.

    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InventoryReadError(
            path, error.strerror or str(error), "check that it is a readable file"
        ) from error
    if len(raw) > _LARGEST_FILE_BYTES:
        raise InventoryReadError(path, f"it has {len(raw)} bytes", "split it: one folder per municipality")
    return raw


def decode_yaml_source(file: str, raw: bytes) -> YAMLSource:
    """Return the text of a file that was read.

    Args:
        file: its path relative to the inventory's folder.
        raw: its bytes.

    Raises:
        YAMLProblemsError: it is not UTF-8 text.

    """
    try:
        return YAMLSource(file, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        location = Location(
            file=file,
            line=before.count(b"\n") + 1,
            column=len(before) - (before.rfind(b"\n") + 1) + 1,
        )
        violation = Violation(
            rule="encoding",
            location=location,
            message=f"byte 0x{raw[error.start]:02x} is not UTF-8",
            action="save the file as UTF-8 (it may be Latin-1)",
        )
        raise YAMLProblemsError((violation,)) from error


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _kind_of(event: yaml.NodeEvent) -> Literal["scalar", "sequence", "mapping"]:
    if isinstance(event, yaml.SequenceStartEvent):
        return "sequence"
    return "mapping" if isinstance(event, yaml.MappingStartEvent) else "scalar"


def _plain(node: _Node) -> JsonValue:
    """Return plain data.

    Raises:
        _OddKeysError: a mapping has a key twice, or one that is no word.
    """
    if node.kind == "scalar":
        return plain_value(node.text) if node.plain else node.text
    if node.kind == "sequence":
        return [_plain(item) for item in node.children]
    keys, values = node.children[::2], node.children[1::2]
    mapping = {key.text: _plain(value) for key, value in zip(keys, values, strict=True)}
    if len(mapping) != len(keys) or any(key.kind != "scalar" for key in keys):
        raise _OddKeysError
    return mapping


def _child(node: _Node, step: str | int) -> tuple[_Node | None, _Node] | None:
    if node.kind == "mapping":
        return next(((key, value) for key, value in node.pairs() if key.text == step), None)
    if node.kind == "sequence" and isinstance(step, int) and step < len(node.children):
        return None, node.children[step]
    return None
