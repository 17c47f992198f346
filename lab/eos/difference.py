"""The difference that a session shows: hunks in older releases, lines below their parents in newer ones."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field

_CONTEXT_LINES = 3


@dataclass(slots=True)
class _Line:
    text: str
    below: list[_Line] = field(default_factory=list)


def _tree(lines: list[str]) -> list[_Line]:
    """Return the lines of a configuration below each other by their indentation; a banner holds its text."""
    root = _Line("")
    stack: list[tuple[int, _Line]] = [(-1, root)]
    banner: _Line | None = None
    for text in lines:
        if banner is not None:
            banner.below.append(_Line(text))
            banner = None if text == "EOF" else banner
            continue
        if text.strip() == "!":
            continue
        margin = len(text) - len(text.lstrip())
        while stack[-1][0] >= margin:
            stack.pop()
        line = _Line(text)
        stack[-1][1].below.append(line)
        stack.append((margin, line))
        if text.startswith("banner "):
            banner = line
    return root.below


def _whole(sign: str, line: _Line) -> Iterator[str]:
    yield f"{sign}{line.text}"
    for child in line.below:
        yield from _whole(sign, child)


def _changes(before: list[_Line], after: list[_Line]) -> Iterator[str]:
    old = [line.text for line in before]
    new = [line.text for line in after]
    for verb, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            for one, other in zip(before[i1:i2], after[j1:j2], strict=True):
                below = list(_changes(one.below, other.below))
                yield from [one.text, *below] if below else []
            continue
        for line in before[i1:i2]:
            yield from _whole("-", line)
        for line in after[j1:j2]:
            yield from _whole("+", line)


def session_difference(session: str, running: list[str], candidate: list[str], *, hunks: bool) -> str:
    """Return what a session would change, '' where it changes nothing.

    Args:
        session: The session's name.
        running: The lines of the running configuration.
        candidate: The lines of the session's configuration.
        hunks: Write it with ``@@`` hunks as older releases do.
    """
    if running == candidate:
        return ""
    names = ("system:/running-config", f"session:/{session}-session-config")
    if hunks:
        lines = difflib.unified_diff(running, candidate, *names, n=_CONTEXT_LINES, lineterm="")
    else:
        lines = iter([f"--- {names[0]}", f"+++ {names[1]}", *_changes(_tree(running), _tree(candidate))])
    return "".join(f"{line}\n" for line in lines)
