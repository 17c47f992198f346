"""A YAML text as a tree that knows where each value begins and ends, so that one can be changed in place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML was built without libyaml; the same language, slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


@dataclass(slots=True)
class Span:
    """A value and its place: characters ``start`` to ``end`` of the text; the end excludes a comment."""

    kind: Literal["scalar", "sequence", "mapping"]
    start: int
    end: int
    column: int
    is_flow: bool = False
    style: str | None = None
    text: str = ""
    children: list["Span"] = field(default_factory=list)

    def pairs(self) -> Iterator[tuple["Span", "Span"]]:
        """Yield the keys of a mapping with their values."""
        return zip(self.children[::2], self.children[1::2], strict=True)


def read_spans(text: str) -> Span | None:
    """Return the tree of a text that was already read as plain YAML; None where it is empty."""
    loader = _Loader(text)
    root: Span | None = None
    open_spans: list[Span] = []
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.CollectionEndEvent):
                _close(open_spans.pop(), event)
            elif isinstance(event, yaml.NodeEvent):
                span = _span_of(event, text)
                if open_spans:
                    open_spans[-1].children.append(span)
                root = root or span
                if span.kind != "scalar":
                    open_spans.append(span)
    finally:
        loader.dispose()
    return root


def _close(span: Span, event: yaml.CollectionEndEvent) -> None:
    if span.is_flow:
        span.end = _place(event.end_mark)[0]
    elif span.children:
        # A block ends for the parser where the next thing begins; its own text ends with its last value.
        span.end = max(child.end for child in span.children)


def _span_of(event: yaml.NodeEvent, text: str) -> Span:
    (start, column), (end, _) = _place(event.start_mark), _place(event.end_mark)
    if isinstance(event, yaml.ScalarEvent):
        end = start + len(text[start:end].rstrip())
        return Span("scalar", start, end, column, style=event.style or None, text=event.value)
    kind: Literal["sequence", "mapping"] = (
        "sequence" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
    )
    return Span(kind, start, end, column, is_flow=bool(getattr(event, "flow_style", False)))


def _place(mark: Any) -> tuple[int, int]:
    """Return the index and the column of a mark; every event of the parser has both."""
    return mark.index, mark.column
