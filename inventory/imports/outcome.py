"""What an import would do, or did, told for people and as JSON."""

from typing import Literal

from pydantic import JsonValue

from inventory.imports.decisions import render_path
from inventory.imports.errors import printable
from inventory.imports.models import FieldPath, ObjectKind, SkippedObject
from inventory.models import Model

_MOST_SHOWN = 4
"""The longest list of a new object that is shown whole; JSON has all of it."""


class Change(Model):
    """A value that is written: added where there was none, changed where there was another."""

    action: Literal["added", "changed"]
    kind: ObjectKind
    key: str
    path: FieldPath = ()
    """Empty for a whole new object."""
    before: JsonValue = None
    after: JsonValue
    origin: str

    def render(self) -> str:
        """Return one line for people."""
        sign = "+" if self.action == "added" else "~"
        name = f"{sign} {self.kind}/{self.key}"
        if not self.path:
            return f"{name}: {_show_object(self.after)} ({self.origin})"
        values = show(self.after) if self.action == "added" else f"{show(self.before)} -> {show(self.after)}"
        return f"{name} {render_path(self.path)}: {values} ({self.origin})"


class Conflict(Model):
    """A value of the source that differs from what a person, or another source, wrote."""

    kind: ObjectKind
    key: str
    path: FieldPath
    file_value: JsonValue = None
    source_value: JsonValue
    origin: str
    reason: str
    only_file: bool = False
    """Whether the source's value cannot be taken without an edit by hand."""

    def render(self) -> str:
        """Return one line for people."""
        return (
            f"{self.kind}/{self.key} {render_path(self.path)}: the file says {show(self.file_value)}, "
            f"the source {show(self.source_value)} ({self.origin}); {self.reason}"
        )


class Kept(Model):
    """A difference that stays without a question: decided before, or changed by a person since."""

    kind: ObjectKind
    key: str
    path: FieldPath
    file_value: JsonValue = None
    source_value: JsonValue
    reason: str

    def render(self) -> str:
        """Return one line for people."""
        return (
            f"= {self.kind}/{self.key} {render_path(self.path)}: stays {show(self.file_value)}, "
            f"the source says {show(self.source_value)}; {self.reason}"
        )


class Vanished(Model):
    """Something that this source gave before and does not have now; it is never deleted by an import."""

    kind: ObjectKind
    key: str
    path: FieldPath = ()

    def render(self) -> str:
        """Return one line for people."""
        part = f" {render_path(self.path)}" if self.path else ""
        return f"- {self.kind}/{self.key}{part} is no longer in the source; remove it by hand if it is gone"


class ImportOutcome(Model):
    """Everything that an import found, beside the files it would write."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    kept: tuple[Kept, ...] = ()
    vanished: tuple[Vanished, ...] = ()
    skipped: tuple[SkippedObject, ...] = ()
    unchanged_fields: int = 0


def _show_object(value: JsonValue) -> str:
    """Return a new object in one line; a long list, such as the ports of a switch, is counted."""
    if not isinstance(value, dict):
        return show(value)
    parts = (
        f"{key}: {len(item)} of them"
        if isinstance(item, list) and len(item) > _MOST_SHOWN
        else f"{key}: {show(item)}"
        for key, item in value.items()
    )
    return ", ".join(parts)


def show(value: JsonValue) -> str:
    """Return a value in one short line."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "[" + ", ".join(show(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {show(item)}" for key, item in value.items()) + "}"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return printable(text)
