"""``samdrift inventory diff``: what differs between two snapshots, folders or revisions."""

import json
from collections import Counter
from itertools import groupby
from typing import Annotated

import typer
from pydantic import JsonValue

from api.cli.inventory_answers import (
    EXIT_DIFFERENT,
    AnswerFormat,
    InventoryOption,
    end_not_possible,
    inventory_folder,
    write_json,
)
from inventory.errors import InventoryError
from inventory.snapshot_diff import ChangeKind, ObjectChange, SnapshotDiff, ValueChange, diff_snapshots
from inventory.snapshot_source import NamedSnapshot, open_snapshot

_SIGNS: dict[ChangeKind, str] = {"added": "+", "removed": "-", "changed": "~"}
_DIGITS_SHOWN = 12

Source = Annotated[
    str,
    typer.Argument(help="A snapshot file, a folder, git:REVISION, git:REVISION:FOLDER, or a revision."),
]


def diff_command(
    before: Source,
    after: Source,
    inventory: InventoryOption = None,
    output: Annotated[AnswerFormat, typer.Option("--format", help="human or json")] = AnswerFormat.HUMAN,
) -> None:
    """Tell what differs between two snapshots, folders or git revisions: exit 0 equal, 1 different.

    Exit 2 when one of them cannot be read. Revisions are those of the repository of the inventory folder.
    """
    try:
        folder = inventory_folder(inventory)
        old, new = open_snapshot(before, inventory=folder), open_snapshot(after, inventory=folder)
    except InventoryError as error:
        end_not_possible(error, as_json=output is AnswerFormat.JSON)
    diff = diff_snapshots(old.snapshot, new.snapshot)
    for side in (old, new):
        if side.violations:
            typer.echo(f"samdrift: {side.name} breaks rules: {side.violations} violations", err=True)
    if output is AnswerFormat.JSON:
        write_json(_report(old, new, diff))
    else:
        typer.echo("\n".join(_lines(old, new, diff)))
    if diff.objects:
        raise typer.Exit(EXIT_DIFFERENT)


def _report(old: NamedSnapshot, new: NamedSnapshot, diff: SnapshotDiff) -> JsonValue:
    return {
        "before": _side(old),
        "after": _side(new),
        "summary": {kind: diff.count(kind) for kind in _SIGNS},
        "objects": [one.model_dump(mode="json") for one in diff.objects],
    }


def _side(side: NamedSnapshot) -> JsonValue:
    return {
        "name": side.name,
        "revision": None if side.revision is None else side.revision.model_dump(mode="json"),
        "digest": side.snapshot.digest,
        "violations": side.violations,
    }


def _lines(old: NamedSnapshot, new: NamedSnapshot, diff: SnapshotDiff) -> list[str]:
    lines = [f"before  {_heading(old)}", f"after   {_heading(new)}"]
    for municipality, objects in groupby(diff.objects, lambda one: one.municipality):
        lines += ["", *_municipality_lines(municipality, list(objects))]
    counts = ", ".join(f"{kind}: {diff.count(kind)}" for kind in _SIGNS)
    return [*lines, "", f"objects {counts}" if diff.objects else "no difference"]


def _municipality_lines(municipality: str | None, objects: list[ObjectChange]) -> list[str]:
    whole: ChangeKind = next((one.kind for one in objects if one.section == "municipality"), "changed")
    if whole != "changed":
        # A municipality that came or went is told by its numbers; JSON holds every object of it.
        counts = Counter(one.section for one in objects if one.section != "municipality")
        told = ", ".join(f"{section}: {count}" for section, count in counts.items())
        return [f"{_SIGNS[whole]} {municipality} ({told or 'nothing else in it'})"]
    lines = [municipality or "centres and the whole"]
    for one in objects:
        lines.append(f"  {_SIGNS[one.kind]} {_named(one)}")
        lines.extend(f"      {_value(value)}" for value in one.values)
    return lines


def _heading(side: NamedSnapshot) -> str:
    commit = "" if side.revision is None else f"commit {side.revision.commit[:_DIGITS_SHOWN]}, "
    return f"{_printable(side.name)} ({commit}digest {side.snapshot.digest[:_DIGITS_SHOWN]})"


def _named(one: ObjectChange) -> str:
    if one.section in (one.name, "municipality"):
        return one.section
    return f"{one.section} {_printable(one.name)}"


def _value(value: ValueChange) -> str:
    path = _printable(" ".join(value.path)) or "everything"
    if value.kind == "added":
        return f"{path}: + {_short(value.after)}"
    if value.kind == "removed":
        return f"{path}: - {_short(value.before)}"
    return f"{path}: {_short(value.before)} → {_short(value.after)}"


def _short(value: JsonValue) -> str:
    """Return a value on one line; parts that say nothing are left out."""
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, dict):
        told = [f"{key} {_short(part)}" for key, part in value.items() if part not in (None, [], {})]
        return ", ".join(told)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return _printable(", ".join(str(item) for item in value)) or "nothing"
    return _printable(json.dumps(value, ensure_ascii=False))


def _printable(text: str) -> str:
    """Return the text without control characters, which a file could smuggle to a terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
