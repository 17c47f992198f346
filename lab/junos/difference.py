"""The difference of two statement trees, written as ``show | compare`` writes it."""

from __future__ import annotations

from collections.abc import Iterator

from lab.junos.render import render_statement
from lab.junos.statements import Statement

_GUTTER = "   "


def _marked(mark: str, statement: Statement, prefix: str = "") -> Iterator[str]:
    for line in render_statement(statement, 0, prefix):
        yield f"{mark}{_GUTTER}{line}"


def _stub(statement: Statement, prefix: str) -> str:
    """Return the statement as one line that hides what is below it."""
    bare = Statement(statement.schema, statement.identity, statement.values)
    line = next(render_statement(bare, 0, prefix)).removesuffix(";")
    return f"{line} {{ ... }}" if statement.children else f"{line};"


def _moved(before: list[Statement], after: list[Statement]) -> list[Statement]:
    """Return the statements that stand in both but in another order, except the longest run that kept it."""
    old = {statement.identity: index for index, statement in enumerate(before)}
    common = [statement for statement in after if statement.identity in old]
    kept: list[list[Statement]] = []
    for index, statement in enumerate(common):
        runs = [
            kept[earlier]
            for earlier in range(index)
            if old[kept[earlier][-1].identity] < old[statement.identity]
        ]
        kept.append([*max(runs, key=len, default=[]), statement])
    longest = max(kept, key=len, default=[])
    return [statement for statement in common if statement not in longest]


def _changed(old: Statement, new: Statement, prefix: str) -> Iterator[str]:
    """Yield what changed about a statement that stands in both, without what is below it."""
    if old.inactive != new.inactive:
        yield f"!{_GUTTER}{'inactive' if new.inactive else 'active'}: {_stub(new, prefix)}"
    if (old.values != new.values or old.schema.inline) and _text(old) != _text(new):
        yield from _marked("-", _plain(old), prefix)
        yield from _marked("+", _plain(new), prefix)


def _compare(before: Statement, after: Statement, path: str, prefix: str) -> Iterator[str]:
    """Yield one section per level that differs, outer levels first."""
    here: list[str] = []
    deeper: list[tuple[Statement, Statement]] = []
    for old in before.children:
        new = after.find(old.identity)
        if new is None:
            here.extend(_marked("-", old, prefix))
            continue
        here.extend(_changed(old, new, prefix))
        if old.values == new.values and not old.schema.inline:
            deeper.append((old, new))
    for new in after.children:
        if before.find(new.identity) is None:
            here.extend(_marked("+", new, prefix))
    here.extend(f"!{_GUTTER}{_stub(moved, prefix)}" for moved in _moved(before.children, after.children))
    if here:
        yield f"[edit{path}]"
        yield from here
    for old, new in deeper:
        words = " ".join(old.identity)
        if old.schema.joined:
            yield from _compare(old, new, path, f"{words} ")
        else:
            yield from _compare(old, new, f"{path} {prefix}{words}", "")


def _plain(statement: Statement) -> Statement:
    copy = statement.copy()
    copy.inactive = False
    return copy


def _text(statement: Statement) -> list[str]:
    return list(render_statement(_plain(statement)))


def compare(before: Statement, after: Statement) -> str:
    """Return what leads from one tree to the other, or '' where nothing does.

    Known limits: in ordered lists the device also shows unchanged neighbours of a changed entry.
    """
    return "".join(f"{line}\n" for line in _compare(before, after, "", ""))
