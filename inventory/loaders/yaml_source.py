"""One YAML file as text, plain data and places: every value knows its line and column.

Only the plain part of YAML is accepted: no anchors, no tags, one document, keys written once. Words such as
``no`` and ``on`` are text, numbers are decimal, so nothing changes its meaning behind the writer's back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import JsonValue

from inventory.errors import InventoryReadError
from inventory.violations import Location, ModelPath, Violation

_LARGEST_FILE_BYTES = 16 * 1024 * 1024
_DEEPEST_NESTING = 20
_INTEGER = re.compile(r"^-?(0|[1-9][0-9]{0,15})$")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_CORE_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(
    _CORE_TAG + name
    for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge", "value")
)

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML was built without libyaml; the same language, slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class YAMLProblemsError(Exception):
    """A file is not plain YAML; holds every problem found in it."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        self.violations = violations
        super().__init__("; ".join(violation.render() for violation in violations))


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
        root = self._compose()
        if root is None:
            return None
        problems = tuple(self._problems(root, depth=0, seen=set()))
        if problems:
            raise YAMLProblemsError(problems)
        return _plain(root)

    def locate(self, path: ModelPath, *, at_key: bool = False) -> Location:
        """Return the place of a value, or of the deepest part of its path that exists."""
        node = self._compose()
        if node is None:
            return Location(file=self.file, line=1, column=1)
        key: yaml.Node | None = None
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            key, node = found
        return self._place(key if at_key and key is not None else node)

    def _compose(self) -> yaml.Node | None:
        try:
            loader = _Loader(self.text)
            try:
                node: yaml.Node | None = loader.get_single_node()
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            raise YAMLProblemsError((self._syntax_violation(error),)) from error
        except (yaml.YAMLError, RecursionError) as error:
            reason = str(error).splitlines()[0]
            raise YAMLProblemsError(
                (self._violation(None, "yaml-syntax", reason, "write plain YAML"),)
            ) from error
        return node

    def _problems(self, node: yaml.Node, *, depth: int, seen: set[int]) -> Iterator[Violation]:
        if id(node) in seen:
            yield self._violation(
                node, "yaml-anchor", "anchors and aliases are not used here", "write it out"
            )
            return
        seen.add(id(node))
        if depth > _DEEPEST_NESTING:
            yield self._violation(node, "yaml-depth", "nested too deeply", "write plain YAML")
            return
        if node.tag not in _PLAIN_TAGS:
            yield self._violation(node, "yaml-tag", f"the tag {node.tag} is not used here", "remove the tag")
        if isinstance(node, yaml.MappingNode):
            yield from self._mapping_problems(node, depth=depth, seen=seen)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from self._problems(item, depth=depth + 1, seen=seen)

    def _mapping_problems(self, node: yaml.MappingNode, *, depth: int, seen: set[int]) -> Iterator[Violation]:
        keys: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                yield self._violation(key, "yaml-key", "a key must be a word", "write a plain key")
                continue
            first = keys.setdefault(key.value, key)
            if first is not key:
                line = first.start_mark.line + 1
                yield self._violation(
                    key,
                    "duplicate-key",
                    f"the key '{key.value}' is written twice, first in line {line}",
                    "keep one of them",
                )
            yield from self._problems(value, depth=depth + 1, seen=seen)

    def _syntax_violation(self, error: yaml.MarkedYAMLError) -> Violation:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(part for part in (error.context, error.problem) if part)
        location = Location(
            file=self.file,
            line=mark.line + 1 if mark else 1,
            column=mark.column + 1 if mark else 1,
        )
        return Violation(
            rule="yaml-syntax",
            location=location,
            message=f"not valid YAML: {reason}",
            action="correct the indentation, quotes or colons here or in the line above",
        )

    def _violation(self, node: yaml.Node | None, rule: str, message: str, action: str) -> Violation:
        place = Location(file=self.file, line=1, column=1) if node is None else self._place(node)
        return Violation(rule=rule, location=place, message=message, action=action)

    def _place(self, node: yaml.Node) -> Location:
        mark = node.start_mark
        return Location(file=self.file, line=mark.line + 1, column=mark.column + 1)


def read_yaml_source(folder: Path, path: Path) -> YAMLSource:
    """Read one file of an inventory folder.

    Raises:
        InventoryReadError: the file cannot be opened or is far too large.
        YAMLProblemsError: it is not UTF-8 text.

    """
    file = path.relative_to(folder).as_posix()
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InventoryReadError(
            path, error.strerror or str(error), "check that it is a readable file"
        ) from error
    if len(raw) > _LARGEST_FILE_BYTES:
        raise InventoryReadError(path, f"it has {len(raw)} bytes", "split it: one folder per municipality")
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


def _plain(node: yaml.Node) -> JsonValue:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    text: str = node.value
    if isinstance(node, yaml.ScalarNode) and not node.style:
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.match(text):
            return int(text)
    return text


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None
