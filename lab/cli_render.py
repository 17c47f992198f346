"""Render configuration sections in the device's own order."""

import re
from collections.abc import Iterator

from lab.cli_dialect import Dialect, Node
from lab.cli_grammar import Command, CommandTable

_NUMBERS = re.compile(r"(\d+)")


def _natural(text: str) -> tuple[object, ...]:
    return tuple((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in _NUMBERS.split(text))


def ordered(dialect: Dialect, section: Node) -> list[Node]:
    """Return the children of a section in the device's order."""
    sort_key = dialect.sort_key or _natural

    def key(item: tuple[int, Node]) -> tuple[object, ...]:
        position, node = item
        if node.command is None:
            return (0, (), position)
        within = sort_key(node.text) if node.command.flag("sort") is not None else ()
        return (node.command.row, within, position)

    nodes = [node for _, node in sorted(enumerate(section.children), key=key)]
    return dialect.gather(nodes) if dialect.gather is not None else nodes


def paths(dialect: Dialect, section: Node, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every line below a section."""
    for node in ordered(dialect, section):
        text = node.text if node.body is None else f"{node.text}\n{node.body}"
        yield (*above, text)
        yield from paths(dialect, node, (*above, text))


class Renderer:
    """Writes the lines of a section as the device shows them, with its hidden defaults on demand."""

    def __init__(self, dialect: Dialect, *, defaults: bool) -> None:
        self._dialect = dialect
        self._defaults = defaults

    def lines(self, section: Node, margin: str = "") -> Iterator[str]:
        """Yield the lines of a section's children, with ``!`` where the device draws it."""
        before: Node | None = None
        for node in ordered(self._dialect, self._with_defaults(section)):
            if self._is_apart(before, node, below=bool(margin)):
                yield f"{margin}!"
            yield from self._node(node, margin)
            before = node
        if before is not None and not margin:
            yield "!"

    def _node(self, node: Node, margin: str) -> Iterator[str]:
        if node.body is not None:
            yield from self._banner(node)
            return
        yield f"{margin}{node.text}"
        if node.mode:
            mode = self._dialect.modes[node.mode]
            yield from self.lines(
                node, margin + (self._dialect.indent if mode.indent is None else mode.indent)
            )
            if mode.closing:
                yield f"{margin}{mode.closing}"

    def _banner(self, node: Node) -> Iterator[str]:
        if self._dialect.banner == "eof":
            yield from (node.text, *(node.body or "").split("\n"), "EOF")
        else:
            delimiter = self._dialect.delimiter
            yield from f"{node.text} {delimiter}{node.body or ''}{delimiter}".split("\n")

    def _is_apart(self, before: Node | None, node: Node, *, below: bool) -> bool:
        separated = bool(node.mode) and self._dialect.modes[node.mode].separated
        if below or before is None:
            return separated and below
        block = before.command.block if before.command else 0
        ended = bool(before.mode) and self._dialect.modes[before.mode].separated
        return separated or ended or block != (node.command.block if node.command else 0)

    def _with_defaults(self, section: Node) -> Node:
        if not self._defaults:
            return section
        known = {node.identity for node in section.children}
        added = [
            Node(text, identity, command)
            for command, identity, text in _defaults(self._dialect.modes[section.mode].table)
            if identity not in known
        ]
        return Node(section.text, section.identity, mode=section.mode, children=[*section.children, *added])


def _defaults(table: CommandTable) -> Iterator[tuple[Command, tuple[str, ...], str]]:
    """Yield the lines that a mode holds without showing them."""
    for command in table.commands:
        values = "" if command.flag("on") is not None else command.flag("hide")
        if values is not None:
            for identity in command.literal_identities():
                yield command, identity, " ".join((*identity, values)).strip()
