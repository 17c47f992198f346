"""Writing the statement tree: the curly form and the set form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lab.junos.schema import Kind
from lab.junos.statements import Statement

_BARE: Final = re.compile(r"^[A-Za-z0-9_./:@*+=,%~<>^-]+$")
_HIDDEN_MARK: Final = " ## SECRET-DATA"
_INDENT: Final = "    "


def _quoted(word: str) -> str:
    escaped = word.replace('"', '\\"')
    return f'"{escaped}"'


def quote(word: str) -> str:
    """Return a word as the device writes it, in quotes where it needs them."""
    return word if _BARE.match(word) else _quoted(word)


def _value(statement: Statement, value: str) -> str:
    """Return one value; a secret stands in quotes whatever it is made of."""
    return _quoted(value) if statement.schema.secret else quote(value)


def _values(statement: Statement) -> str:
    if len(statement.values) == 1:
        return _value(statement, statement.values[0])
    return f"[ {' '.join(quote(value) for value in statement.values)} ]"


def _head(statement: Statement) -> str:
    words = " ".join(quote(word) for word in statement.identity)
    return f"{words} {_values(statement)}" if statement.values else words


def _is_inline(statement: Statement) -> bool:
    schema = statement.schema
    if schema.inline:
        return True
    if not schema.inline_single or len(statement.children) != 1:
        return False
    only = statement.children[0]
    return not only.children and not only.inactive


def _inline(statement: Statement) -> str:
    parts = [_head(statement), *(_inline(child) for child in statement.children)]
    return " ".join(parts)


def _is_secret(statement: Statement) -> bool:
    return statement.schema.secret or (_is_inline(statement) and any(map(_is_secret, statement.children)))


def render_statement(statement: Statement, depth: int = 0, prefix: str = "") -> Iterator[str]:
    """Yield the curly lines of one statement.

    Args:
        statement: The statement to write.
        depth: How many levels to indent.
        prefix: Words in front of it, as ``family`` before ``inet``.
    """
    pad = _INDENT * depth
    if statement.schema.joined and statement.children:
        mark = "inactive: " if statement.inactive else ""
        for child in statement.children:
            yield from render_statement(child, depth, f"{prefix}{mark}{_head(statement)} ")
        return
    # The mark stands in front of the whole statement, also where it is written behind its parent's word.
    mark = "inactive: " if statement.inactive else ""
    if not statement.children or _is_inline(statement):
        secret = _HIDDEN_MARK if _is_secret(statement) else ""
        yield f"{pad}{mark}{prefix}{_inline(statement)};{secret}"
        return
    yield f"{pad}{mark}{prefix}{_head(statement)} {{"
    for child in statement.children:
        yield from render_statement(child, depth + 1)
    yield f"{pad}}}"


def render_curly(root: Statement) -> str:
    """Return the whole tree in the curly form."""
    return "".join(f"{line}\n" for child in root.children for line in render_statement(child))


def _set_lines(statement: Statement, path: str, inactive: list[str]) -> Iterator[str]:
    here = " ".join([path, *(quote(word) for word in statement.identity)]).strip()
    if statement.inactive:
        inactive.append(here)
    for value in statement.values:
        yield f"set {here} {_value(statement, value)}"
    if not statement.values and not statement.children:
        yield f"set {here}"
    for child in statement.children:
        yield from _set_lines(child, here, inactive)


def render_set(root: Statement) -> str:
    """Return the whole tree in the set form: every ``set`` line, then every ``deactivate`` line."""
    inactive: list[str] = []
    lines = [line for child in root.children for line in _set_lines(child, "", inactive)]
    return "".join(f"{line}\n" for line in [*lines, *(f"deactivate {path}" for path in inactive)])


def is_leaf(statement: Statement) -> bool:
    """Return whether the statement holds values."""
    return statement.schema.kind in {Kind.LEAF, Kind.LEAF_LIST, Kind.ENTRY_VALUE} and bool(statement.values)
