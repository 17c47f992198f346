"""Differences between configurations, in the two ways in which a Cisco-like device computes them."""

from collections.abc import Iterator

from lab.cli_dialect import Dialect, Node
from lab.cli_render import ordered
from lab.cli_tree import AppliedLine, ConfigTree, Editor
from lab.errors import LineRefused


def incremental(running: ConfigTree, text: str) -> tuple[str, ...]:
    """Return the lines of a text that the running configuration does not hold, below their sections.

    The device compares lines and does not think ahead: a ``no`` line is one that is not held, and a line that
    it would refuse is listed like any other.
    """
    known = {_folded(path) for path in running.lines()}
    editor = Editor(running.copy())
    listed: list[str] = []
    shown: tuple[str, ...] = ()
    for line in text.splitlines():
        applied = _try(editor, line)
        if editor.ended:
            break
        if applied is None or all(_folded(place) in known for place in applied.places):
            continue
        listed.extend(_opened(running.dialect, shown, applied.sections))
        listed.extend(f"{running.dialect.indent * len(applied.sections)}{_drawn(applied.text)}".split("\n"))
        shown = (*applied.sections, applied.text) if applied.enters else applied.sections
    return tuple(listed)


def _try(editor: Editor, line: str) -> AppliedLine | None:
    try:
        editor.apply(line)
    except LineRefused:
        text = line.strip()
        return AppliedLine(editor.titles, text, ((*editor.path, text),), enters=False)
    return editor.applied


def _folded(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.lower() for part in path)


def _drawn(text: str) -> str:
    """Return a line as it is entered; the two parts of a banner are told apart by their line break."""
    command, newline, body = text.partition("\n")
    return f"{command} ^C{body}^C" if newline else text


def _opened(dialect: Dialect, shown: tuple[str, ...], sections: tuple[str, ...]) -> Iterator[str]:
    """Yield the headings that lead from the section shown last to another."""
    common = 0
    while common < min(len(shown), len(sections)) and shown[common] == sections[common]:
        common += 1
    for depth in range(common, len(sections)):
        yield f"{dialect.indent * depth}{sections[depth]}"


def contextual(before: ConfigTree, after: ConfigTree) -> tuple[str, ...]:
    """Return what leads from one configuration to another, ``+`` and ``-`` below their sections."""
    return tuple(_differences(before.dialect, before.root, after.root, ""))


def _differences(dialect: Dialect, before: Node, after: Node, margin: str) -> Iterator[str]:
    old = {_text(node): node for node in ordered(dialect, before)}
    new = {_text(node): node for node in ordered(dialect, after)}
    for text, node in old.items():
        if text in new:
            below = list(_differences(dialect, node, new[text], margin + dialect.indent))
            yield from [f"{margin}{text}", *below] if below else []
        else:
            yield from _whole(dialect, node, "-", margin)
    for text, node in new.items():
        if text not in old:
            yield from _whole(dialect, node, "+", margin)


def _whole(dialect: Dialect, node: Node, sign: str, margin: str) -> Iterator[str]:
    for line in f"{margin}{_drawn(_text(node))}".split("\n"):
        yield f"{sign}{line}"
    for child in ordered(dialect, node):
        yield from _whole(dialect, child, sign, margin + dialect.indent)


def _text(node: Node) -> str:
    return node.text if node.body is None else f"{node.text}\n{node.body}"
