"""A configuration as ``set`` lines, as indented text, and what makes two of them differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from lab.panos.tree import Node
from lab.panos.xml_form import location

_PLAIN: Final = re.compile(r"[^\s\"\[\];{}]+")
_INDENT: Final = "  "


def quoted(word: str) -> str:
    """Return a word as it is written."""
    if _PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def set_lines(root: Node) -> tuple[str, ...]:
    """Return a configuration as the lines that make it."""
    return tuple(f"set {' '.join(quoted(word) for word in path)}{end}" for path, end in _ends(root, ()))


def _ends(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if node.type.shape == "leaf":
        yield path, f" {quoted(node.value)}"
    elif node.type.shape == "list":
        yield path, f" {_members(node)}"
    elif not node.children:
        yield path, ""
    for name, one in node.children.items():
        yield from _ends(one, (*path, name))


def _members(node: Node) -> str:
    words = [quoted(member) for member in node.members]
    return words[0] if len(words) == 1 else f"[ {' '.join(words)} ]"


def indented(root: Node) -> tuple[str, ...]:
    """Return a configuration as configuration mode shows it."""
    return tuple(_indented("", root, 0)) if root.children else ()


def _indented(name: str, node: Node, depth: int) -> Iterator[str]:
    margin = _INDENT * (depth - 1)
    if node.type.shape == "leaf":
        yield f"{margin}{quoted(name)} {quoted(node.value)};"
    elif node.type.shape == "list":
        yield f"{margin}{quoted(name)} {_members(node)};"
    elif not node.children and depth:
        yield f"{margin}{quoted(name)};"
    else:
        if depth:
            yield f"{margin}{quoted(name)} {{"
        for below, one in node.children.items():
            yield from _indented(below, one, depth + 1)
        if depth:
            yield f"{margin}}}"


def difference(running: Node, candidate: Node) -> tuple[str, ...]:
    """Return what the candidate changes: with its parents, what goes and what comes at the margin."""
    lines: list[str] = []
    open_path: tuple[str, ...] = ()
    tops = [
        name for name in candidate.type.children if name in running.children or name in candidate.children
    ]
    tops.sort(key=lambda name: location(name)[:-1])
    for name in tops:
        changed = tuple(_differences(name, running.children.get(name), candidate.children.get(name)))
        if not changed:
            continue
        above = location(name)[:-1]
        lines.extend(_turn(open_path, above))
        open_path = above
        lines.extend(f"{mark}{_INDENT * len(above)}{text}" for mark, text in changed)
    lines.extend(_turn(open_path, ()))
    return tuple(lines)


def _turn(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines that close one place and open the next."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    for depth in range(len(old) - 1, same - 1, -1):
        yield f" {_INDENT * depth}}}"
    for depth in range(same, len(new)):
        yield f" {_INDENT * depth}{new[depth]} {{"


def _differences(name: str, old: Node | None, new: Node | None) -> Iterator[tuple[str, str]]:
    if old is None or new is None:
        one, mark = (new, "+") if old is None else (old, "-")
        if one is not None:
            yield from ((mark, line) for line in _indented(name, one, 1))
        return
    if old.says_the_same(new):
        return
    if new.type.value is not None:
        yield from (("-", line) for line in _indented(name, old, 1))
        yield from (("+", line) for line in _indented(name, new, 1))
        return
    yield " ", f"{quoted(name)} {{"
    for before, after in _pairs(old, new):
        below = before or after
        for mark, line in _differences(below, old.children.get(before), new.children.get(after)):
            yield mark, _INDENT + line
    yield " ", "}"


def _pairs(old: Node, new: Node) -> Iterator[tuple[str, str]]:
    """Yield what stands on both sides, and '' beside what stands on one only; order counts."""
    before, after = list(old.children), list(new.children)
    for step, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            yield from zip(before[first:last], after[start:end], strict=True)
            continue
        yield from ((name, "") for name in before[first:last])
        yield from (("", name) for name in after[start:end])
