"""The lines of configuration mode: ``set``, ``delete`` and ``move``, on a candidate tree."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from typing import Final

from lab.panos.errors import InvalidSyntax, PANOSRefused
from lab.panos.schema import NodeType, is_encrypted
from lab.panos.tree import Node, new_child

_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)', re.DOTALL)
_LONGEST_NAME: Final = 63


def split_words(line: str) -> tuple[str, ...]:
    """Return the words of a line; quotes hold words together."""
    return tuple(
        re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2]
        for found in _WORD.finditer(line)
    )


def apply_line(root: Node, line: str) -> None:
    """Carry out one line; a line that is refused changes nothing.

    Raises:
        PANOSRefused: the platform does not take it.
    """
    words = split_words(line)
    verbs = {"set": _set, "delete": _delete, "move": _move}
    if len(words) < 2 or words[0] not in verbs:  # noqa: PLR2004 - a verb and what it is about
        raise InvalidSyntax
    work = root.copy()
    verbs[words[0]](work, words[1:])
    root.children = work.children


def kept_value(kind: NodeType, value: str) -> str:
    """Return a value as it is kept: secrets encrypted, hashes and everything else as they are."""
    if kind.value is None or kind.value.name != "secret" or is_encrypted(value):
        return value
    digest = hashlib.sha1(value.encode(), usedforsecurity=False).digest()
    cipher = hashlib.sha256(b"twin" + value.encode()).digest()
    return f"-AQ=={b64encode(digest).decode()}{b64encode(cipher).decode()}"


def _set(root: Node, words: tuple[str, ...]) -> None:
    node, at = root, 0
    path: tuple[str, ...] = ()
    while at < len(words):
        name = words[at]
        node, path = _below(node, name, path), (*path, name)
        at += 1
        if node.type.shape in {"leaf", "list"}:
            at = _fill(node, words, at, path)
            # What follows on the same line stands beside it.
            path = path[:-1]
            node = _at(root, path)


def _below(node: Node, name: str, path: tuple[str, ...]) -> Node:
    kind = node.type
    if kind.shape == "table":
        if len(name) > _LONGEST_NAME:
            raise PANOSRefused(f"{_told((*path, name))} constraints failed : name is too long")
        return new_child(node, name)
    if name not in kind.children:
        raise InvalidSyntax
    return new_child(node, name)


def _fill(node: Node, words: tuple[str, ...], at: int, path: tuple[str, ...]) -> int:
    """Take the value or the members that follow; return where the line goes on."""
    kind = node.type.value
    if kind is None or at >= len(words):
        raise InvalidSyntax
    if node.type.shape == "leaf":
        _check(node, words[at], path)
        node.value = kept_value(node.type, words[at])
        return at + 1
    end = at + 1
    taken: tuple[str, ...] = words[at:end]
    if words[at] == "[":
        if "]" not in words[at:]:
            raise InvalidSyntax
        end = words.index("]", at) + 1
        taken = words[at + 1 : end - 1]
    for member in taken:
        _check(node, member, path)
        if member not in node.members:
            node.members.append(member)
    return end


def _check(node: Node, value: str, path: tuple[str, ...]) -> None:
    kind = node.type.value
    if kind is not None and not kind.takes(value):
        shown = "" if kind.is_secret else f" '{value}'"
        raise PANOSRefused(f"{_told(path)}{shown} is invalid")


def _told(path: tuple[str, ...]) -> str:
    return " -> ".join(path)


def _at(root: Node, path: tuple[str, ...]) -> Node:
    node = root.find(*path)
    if node is None:
        raise InvalidSyntax
    return node


def _delete(root: Node, words: tuple[str, ...]) -> None:
    parent, node, last = root, root, ""
    for number, name in enumerate(words):
        if node.type.shape in {"list", "leaf"}:
            _delete_member(parent, last, node, words[number:])
            return
        if node.type.shape == "container" and name not in node.type.children:
            raise InvalidSyntax
        below = node.children.get(name)
        if below is None:
            raise PANOSRefused("Object doesn't exist", code=7)
        parent, node, last = node, below, name
    del parent.children[last]


def _delete_member(parent: Node, name: str, node: Node, words: tuple[str, ...]) -> None:
    if len(words) != 1 or node.type.shape == "leaf":
        raise InvalidSyntax
    if words[0] not in node.members:
        raise PANOSRefused("Object doesn't exist", code=7)
    node.members.remove(words[0])
    if not node.members:
        del parent.children[name]


def _move(root: Node, words: tuple[str, ...]) -> None:
    """Carry out ``move rulebase … rules NAME top|bottom|before OTHER|after OTHER``."""
    wheres = {"top": 1, "bottom": 1, "before": 2, "after": 2}
    where = next((len(words) - size for word, size in wheres.items() if words[-size:][:1] == (word,)), 0)
    if where < 2:  # noqa: PLR2004 - a table and the name of an entry
        raise InvalidSyntax
    table, name = root.find(*words[: where - 1]), words[where - 1]
    if table is None or table.type.shape != "table" or name not in table.children:
        raise PANOSRefused("Object doesn't exist", code=7)
    order = [one for one in table.children if one != name]
    place = {"top": 0, "bottom": len(order)}.get(words[where])
    if place is None:
        other = words[where + 1]
        if other not in order:
            raise PANOSRefused("Object doesn't exist", code=7)
        place = order.index(other) + (words[where] == "after")
    order.insert(place, name)
    table.children = {one: table.children[one] for one in order}
