"""Change values in a YAML file that people wrote, and leave every other byte as it is.

The change is worked out from the data: what differs between the file and the wanted data is edited at its
place in the text, nothing else is touched, and the result is read back and compared with what was wanted. A
round trip through a YAML library keeps comments too, but folds long lines, moves indentation and requotes.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import BaseModel, JsonValue

from inventory.imports.errors import EditRefusedError
from inventory.imports.yaml_spans import Span, read_spans
from inventory.loaders.yaml_source import YAMLProblemsError, YAMLSource
from inventory.models import Device, Model, Server
from inventory.writers.yaml_scalar import render_text
from inventory.writers.yaml_text import WIDTH, render_item

_PLAIN_NUMBERS = re.compile(r"(\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?|\d{4}-\d\d-\d\d)\Z")
_PARAGRAPHS = (Device, Server)

Path = tuple[str | int, ...]


def edit_yaml(file: str, text: str, wanted: dict[str, JsonValue], model: type[Model]) -> str:
    """Return the text with exactly the changes that make it hold the wanted data.

    Args:
        file: the file's name, for messages.
        text: what it holds; empty for a file that does not exist yet.
        wanted: the data that it shall hold, in the form of ``YAMLSource.data()``.
        model: the document of the file, whose models tell how new objects are written.

    Raises:
        EditRefusedError: the file is written in a way that cannot be changed without touching more of it.

    """
    root = read_spans(text)
    old = YAMLSource(file, text).data()
    edits = _Edits(file, text, model)
    if root is None or old is None:
        edits.append_sections(wanted)
    else:
        edits.change(root, old, wanted, ())
    result = edits.applied()
    try:
        read_back = YAMLSource(file, result).data()
    except YAMLProblemsError as error:
        raise EditRefusedError(file, "the file", f"the edit would spoil it ({error})") from error
    if not _same(read_back, wanted):
        raise EditRefusedError(file, "the file", "it is written in a way that cannot be edited safely")
    return result


@dataclass(slots=True)
class _Edits:
    file: str
    text: str
    model: type[Model]
    made: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def applied(self) -> str:
        parts: list[str] = []
        done = 0
        # A stable sort keeps several insertions at one place in their order.
        for start, end, new in sorted(self.made, key=lambda edit: edit[:2]):
            if start < done:
                raise EditRefusedError(self.file, self._place(start), "two changes meet at one place")
            parts += [self.text[done:start], new]
            done = end
        return "".join([*parts, self.text[done:]])

    def change(
        self, span: Span, old: JsonValue, new: JsonValue, path: Path, *, in_flow: bool = False
    ) -> None:
        if _same(old, new):
            return
        if isinstance(old, dict) and isinstance(new, dict) and span.kind == "mapping":
            self._change_mapping(span, old, new, path)
        elif isinstance(old, list) and isinstance(new, list) and span.kind == "sequence":
            self._change_sequence(span, old, new, path)
        else:
            self._replace(span, new, path, in_flow=in_flow)

    def append_sections(self, wanted: Mapping[str, JsonValue]) -> None:
        lead = self.text and not self.text.endswith("\n")
        sections = [self._section(key, value) for key, value in wanted.items()]
        new = (self.newline if lead else "") + f"{self.newline}{self.newline}".join(sections) + self.newline
        self.made.append((len(self.text), len(self.text), new))

    def _change_mapping(
        self, span: Span, old: dict[str, JsonValue], new: dict[str, JsonValue], path: Path
    ) -> None:
        pairs = {key.text: (key, value) for key, value in span.pairs()}
        for key in old.keys() - new.keys():
            self._delete_key(span, key)
        anchor: Span | None = None
        first = next((key for key in new if key in pairs), None)
        for key, value in new.items():
            if key in pairs:
                anchor = pairs[key][1]
                self.change(anchor, old[key], value, (*path, key), in_flow=span.is_flow)
            elif anchor is None and first is None:
                raise EditRefusedError(
                    self.file, self._place(span.start), f"'{key}' has no place to be added"
                )
            else:
                self._insert_key(span, anchor or pairs[first or ""][1], (*path, key), value)

    def _insert_key(self, span: Span, anchor: Span, path: Path, value: JsonValue) -> None:
        key = str(path[-1])
        if span.is_flow:
            self.made.append((anchor.end, anchor.end, f", {key}: {_flow(value)}"))
            return
        at = self._end_of_line(anchor.end)
        if len(path) == 1:
            new = self.newline * 2 + self._section(key, value)
        else:
            new = self.newline + " " * span.column + self._entry(key, value, span.column)
        self.made.append((at, at, new))

    def _delete_key(self, span: Span, name: str) -> None:
        pairs = list(span.pairs())
        at = next(number for number, (key, _) in enumerate(pairs) if key.text == name)
        key, value = pairs[at]
        if span.is_flow:
            if at:
                self.made.append((pairs[at - 1][1].end, value.end, ""))
            else:
                self.made.append((key.start, pairs[1][0].start if len(pairs) > 1 else value.end, ""))
            return
        start = self._start_of_line(key.start)
        if self.text[start : key.start].strip():
            raise EditRefusedError(self.file, self._place(key.start), f"'{name}' stands beside a hyphen")
        self.made.append((start, self._end_of_line(value.end, past_newline=True), ""))

    def _change_sequence(self, span: Span, old: list[JsonValue], new: list[JsonValue], path: Path) -> None:
        pairs = tuple(_aligned(old, new))
        kept = {before for before, _ in pairs if before is not None}
        gone = [number for number in range(len(old)) if number not in kept]
        if not kept or (span.is_flow and len(gone) > 1):
            self._replace(span, new, path, in_flow=span.is_flow)
            return
        for number in gone:
            self._delete_item(span, number)
        anchor: int | None = None
        for number, (before, item) in enumerate(pairs):
            if before is not None:
                anchor = before
                self.change(span.children[before], old[before], item, (*path, number), in_flow=span.is_flow)
            elif anchor is None:
                raise EditRefusedError(
                    self.file, self._place(span.start), "an item would go before all others"
                )
            else:
                self._insert_item(span, anchor, item, path)

    def _insert_item(self, span: Span, anchor: int, item: JsonValue, path: Path) -> None:
        end = span.children[anchor].end
        if span.is_flow:
            self.made.append((end, end, f", {_flow(item)}"))
            return
        at = self._end_of_line(end)
        model = _item_model(self.model, path)
        apart = model in _PARAGRAPHS
        if len(span.children) > 1:
            between = self.text[self._end_of_line(span.children[-2].end) : span.children[-1].start]
            apart = bool(re.match(r"\s*\n[ \t]*\r?\n", between))
        lead = self.newline * 2 if apart else self.newline
        self.made.append((at, at, lead + self._item(item, path, span.column)))

    def _delete_item(self, span: Span, number: int) -> None:
        item = span.children[number]
        if span.is_flow:
            if number:
                self.made.append((span.children[number - 1].end, item.end, ""))
            else:
                after = span.children[1].start if len(span.children) > 1 else item.end
                self.made.append((item.start, after, ""))
            return
        start = self._start_of_line(item.start)
        if self.text[start : item.start].strip() != "-":
            raise EditRefusedError(
                self.file, self._place(item.start), "the item does not begin at its hyphen"
            )
        self.made.append((start, self._end_of_line(item.end, past_newline=True), ""))

    def _replace(self, span: Span, new: JsonValue, path: Path, *, in_flow: bool) -> None:
        if span.kind != "scalar" and not span.is_flow:
            raise EditRefusedError(
                self.file, self._place(span.start), f"'{path[-1] if path else ''}' would be rewritten whole"
            )
        if isinstance(new, list) and len(path) == 1 and _item_model(self.model, path) is not None:
            lines = self._items(new, path, 2)
            start = len(self.text[: span.start].rstrip(" "))
            self.made.append((start, span.end, self.newline + lines))
        elif isinstance(new, list | dict):
            self.made.append((span.start, span.end, _flow(new)))
        else:
            # A key with nothing after it has its value right behind the colon.
            lead = " " if span.start == span.end else ""
            self.made.append((span.start, span.end, lead + _scalar(new, span.style, in_flow=in_flow)))

    def _section(self, key: str, value: JsonValue) -> str:
        if isinstance(value, list) and value and _item_model(self.model, (key,)) is not None:
            return f"{key}:{self.newline}{self._items(value, (key,), 2)}"
        return self._entry(key, value, 0)

    def _entry(self, key: str, value: JsonValue, indent: int) -> str:
        start = f"{key}: "
        if not isinstance(value, list | dict):
            return start + _scalar(value, None, in_flow=False)
        flow = _flow(value)
        if isinstance(value, list) and value and indent + len(start) + len(flow) > WIDTH:
            lead = self.newline + " " * (indent + 2) + "- "
            return start.rstrip() + "".join(lead + _flow(item) for item in value)
        return start + flow

    def _items(self, items: Sequence[JsonValue], path: Path, indent: int) -> str:
        apart = _item_model(self.model, path) in _PARAGRAPHS
        between = self.newline * (2 if apart else 1)
        return between.join(self._item(item, path, indent) for item in items)

    def _item(self, item: JsonValue, path: Path, indent: int) -> str:
        model = _item_model(self.model, path)
        if model is None:
            return f"{' ' * indent}- {_flow(item)}"
        rendered = render_item(model.model_validate_json(json.dumps(item)), indent)
        return rendered.removesuffix("\n").replace("\n", self.newline)

    def _start_of_line(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _end_of_line(self, at: int, *, past_newline: bool = False) -> int:
        end = self.text.find("\n", at)
        if end < 0:
            return len(self.text)
        if past_newline:
            return end + 1
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def _place(self, at: int) -> str:
        return f"line {self.text.count(chr(10), 0, at) + 1}"


def _aligned(old: Sequence[JsonValue], new: Sequence[JsonValue]) -> Iterator[tuple[int | None, JsonValue]]:
    """Yield each new item with the old one that it was: the same name, or else the same place."""
    before, after = [_name(item) for item in old], [_name(item) for item in new]
    unnamed = None in before or None in after or len(set(before)) < len(before)
    renamed = len(before) == len(after) and all(
        one == other or other not in before for one, other in zip(before, after, strict=True)
    )
    if unnamed or renamed:
        yield from ((number if number < len(old) else None, item) for number, item in enumerate(new))
        return
    at = {name: number for number, name in enumerate(before)}
    yield from ((at.get(name), item) for name, item in zip(after, new, strict=True))


def _name(item: JsonValue) -> str | None:
    if not isinstance(item, dict):
        return None
    found = item.get("name", item.get("vlan_id", item.get("prefix")))
    return None if found is None else str(found)


def _same(one: JsonValue, other: JsonValue) -> bool:
    """Return whether two values are alike, and of one type: 1 is neither true nor "1"."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(*pair) for pair in zip(one, other, strict=True))
    return type(one) is type(other) and one == other


def _flow(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value, None, in_flow=True)


def _scalar(value: JsonValue, style: str | None, *, in_flow: bool) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style is None and _PLAIN_NUMBERS.match(value):
        return value
    rendered = render_text(value, in_flow=in_flow)
    return f'"{rendered}"' if style == '"' and rendered == value else rendered


def _item_model(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """Return the model of the items of the list at a path of a document; None where they are no models."""
    current: type[BaseModel] | None = model
    for step in path:
        if isinstance(step, str):
            known = current.model_fields.get(step) if current is not None else None
            current = None if known is None else _model_in(known.annotation)
    return current


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)
