"""Reading configuration text: the set form and the curly form, both into edits of the statement tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from lab.junos.errors import ConfigurationRefused
from lab.junos.schema import SchemaNode
from lab.junos.statements import (
    NOT_FOUND,
    SYNTAX_ERROR,
    Statement,
    Word,
    delete,
    insert,
    put,
    rename,
    switch_active,
)

_TOKEN: Final = re.compile(
    r"""(?P<blank>\s+|\#[^\n]*|/\*.*?\*/)|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<mark>[{};\[\]])|(?P<word>[^\s{};\[\]"]+)""",
    re.DOTALL,
)
_MODIFIERS: Final = frozenset({"inactive:", "active:", "replace:", "delete:", "protect:"})
_VERSION: Final = "version"


@dataclass(slots=True)
class Block:
    """One statement of the curly form, before it meets the schema."""

    words: list[Word]
    modifiers: set[str] = field(default_factory=set)
    children: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    is_mark: bool


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while position < len(text):
        matched = _TOKEN.match(text, position)
        if matched is None:
            raise ConfigurationRefused(SYNTAX_ERROR, text[position : position + 20])
        position = matched.end()
        if matched["quoted"] is not None:
            found.append(_Token(matched["quoted"].replace('\\"', '"'), is_mark=False))
        elif matched["word"] is not None:
            found.append(_Token(matched["word"], is_mark=False))
        elif matched["mark"] is not None:
            found.append(_Token(matched["mark"], is_mark=True))
    return found


def _words(tokens: Sequence[_Token], line: str) -> list[Word]:
    """Fold bracketed lists of a line's tokens into tuples."""
    words: list[Word] = []
    group: list[str] | None = None
    for token in tokens:
        if not token.is_mark:
            (words if group is None else group).append(token.text)
        elif token.text == "[" and group is None:
            group = []
        elif token.text == "]" and group is not None:
            words.append(tuple(group))
            group = None
        else:
            raise ConfigurationRefused(SYNTAX_ERROR, token.text, line)
    if group is not None:
        raise ConfigurationRefused(SYNTAX_ERROR, "[", line)
    return words


def split_words(line: str) -> list[Word]:
    """Split one set line into words; quotes are taken off and bracketed lists folded.

    Raises:
        ConfigurationRefused: Quotes or brackets do not match.
    """
    return _words(_tokens(line), line)


def parse_curly(text: str) -> list[Block]:
    """Read the curly form into blocks.

    Raises:
        ConfigurationRefused: Braces, brackets or semicolons do not match.
    """
    root = Block([])
    open_blocks = [root]
    pending: list[_Token] = []
    for token in _tokens(text):
        if not token.is_mark or token.text in "[]":
            pending.append(token)
            continue
        if token.text == "}":
            if pending or len(open_blocks) == 1:
                raise ConfigurationRefused(SYNTAX_ERROR, pending[0].text if pending else "}")
            open_blocks.pop()
            continue
        block = _block(pending)
        pending = []
        open_blocks[-1].children.append(block)
        if token.text == "{":
            open_blocks.append(block)
    if pending or len(open_blocks) > 1:
        raise ConfigurationRefused(SYNTAX_ERROR, pending[-1].text if pending else "end of input")
    return root.children


def _block(pending: list[_Token]) -> Block:
    modifiers: set[str] = set()
    while pending and pending[0].text in _MODIFIERS:
        modifiers.add(pending.pop(0).text)
    words = _words(pending, " ".join(token.text for token in pending))
    if not words:
        raise ConfigurationRefused(SYNTAX_ERROR, ";")
    return Block(words, modifiers)


def _apply_block(parent: Statement, block: Block, *, replacing: bool, ordered: bool) -> None:
    line = " ".join(word if isinstance(word, str) else f"[ {' '.join(word)} ]" for word in block.words)
    removes = "delete:" in block.modifiers
    if removes or (replacing and "replace:" in block.modifiers):
        try:
            delete(parent, block.words, line)
        except ConfigurationRefused as refused:
            if removes or refused.message != NOT_FOUND:
                raise
        if removes:
            return
    node = put(parent, block.words, line, ordered=ordered)
    for child in block.children:
        _apply_block(node, child, replacing=replacing, ordered=ordered)
    for modifier, active in (("inactive:", False), ("active:", True)):
        if modifier in block.modifiers:
            switch_active(parent, block.words, line, active=active)


def _drop_empty(node: Statement) -> None:
    for child in list(node.children):
        _drop_empty(child)
        if child.is_empty():
            node.children.remove(child)


def load_blocks(
    root: Statement, blocks: Sequence[Block], *, replacing: bool = False, ordered: bool = True
) -> None:
    """Merge blocks into the tree; with ``replacing`` the ``replace:`` tag takes the old statement out first.

    Raises:
        ConfigurationRefused: A statement is refused; what came before it is already in the tree.
    """
    for block in blocks:
        _apply_block(root, block, replacing=replacing, ordered=ordered)
    _drop_empty(root)


_SET_VERBS: Final[dict[str, Callable[[Statement, Sequence[Word], str], object]]] = {
    "delete": delete,
    "rename": rename,
    "insert": insert,
    "activate": lambda root, words, line: switch_active(root, words, line, active=True),
    "deactivate": lambda root, words, line: switch_active(root, words, line, active=False),
}


def load_set_line(root: Statement, line: str, *, ordered: bool = True) -> None:
    """Apply one line of the set form.

    Raises:
        ConfigurationRefused: The line is refused, or the device only warns.
    """
    words = split_words(line)
    if not words:
        return
    verb, rest = words[0], words[1:]
    if verb == "set":
        node = put(root, rest, line, ordered=ordered)
        if node.is_empty():
            _drop_empty(root)
            raise ConfigurationRefused(
                "statement has no contents; ignored", str(words[-1]), line, warning=True
            )
        return
    edit = _SET_VERBS.get(verb) if isinstance(verb, str) else None
    if edit is None:
        raise ConfigurationRefused("unknown command", str(verb), line)
    edit(root, rest, line)


def read_configuration(text: str, schema: SchemaNode) -> Statement:
    """Read a whole configuration in either form, keeping the order in which it was written.

    Raises:
        ConfigurationRefused: A statement is refused.
    """
    root = Statement(schema, ("configuration",))
    lines = [line.strip() for line in text.splitlines()]
    if any(line.startswith("set ") for line in lines):
        for line in lines:
            # A recorded session shows the routing engine's role below the configuration.
            if line.startswith(("set ", "deactivate ")):
                load_set_line(root, line, ordered=False)
            elif line and not line.startswith(("#", "{master", "{primary", "{backup", "{secondary")):
                raise ConfigurationRefused(SYNTAX_ERROR, line.split()[0], line)
        return root
    load_blocks(root, parse_curly(text), ordered=False)
    return root
