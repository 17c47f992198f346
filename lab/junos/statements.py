"""The statement tree: what a configuration database holds, and the edits that change it.

A statement is its identity (``("unit", "0")``), its values and the statements below it. Both the curly and
the set form are read into this tree, and every edit is one walk along the words of a statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lab.junos.errors import ConfigurationRefused
from lab.junos.schema import NUMBER, WILDCARD, Kind, SchemaNode

SYNTAX_ERROR: Final = "syntax error"
NOT_FOUND: Final = "statement not found"

Word = str | tuple[str, ...]
"""A word of a statement; a tuple is a bracketed list."""


@dataclass(slots=True)
class Statement:
    """One statement with everything below it."""

    schema: SchemaNode
    identity: tuple[str, ...]
    values: tuple[str, ...] = ()
    children: list[Statement] = field(default_factory=list)
    inactive: bool = False

    def copy(self) -> Statement:
        """Return a deep copy."""
        return Statement(
            self.schema, self.identity, self.values, [child.copy() for child in self.children], self.inactive
        )

    def find(self, identity: tuple[str, ...]) -> Statement | None:
        """Return the child with this identity."""
        return next((child for child in self.children if child.identity == identity), None)

    def get(self, *words: str) -> Statement | None:
        """Return the active statement at a path of identities of one or two words, or None.

        Entries are named by their words joined with a blank: ``get("interfaces", "fxp0", "unit 0")``.
        """
        node: Statement | None = self
        for word in words:
            if node is None:
                return None
            wanted = tuple(word.split(" "))
            node = next((child for child in node.active() if child.identity == wanted), None)
        return node

    def active(self) -> Iterator[Statement]:
        """Yield the children that take effect."""
        return (child for child in self.children if not child.inactive)

    def value(self, *words: str) -> str | None:
        """Return the first value of the active leaf at a path."""
        node = self.get(*words)
        return node.values[0] if node is not None and node.values else None

    def add(self, schema: SchemaNode, identity: tuple[str, ...], *, ordered: bool) -> Statement:
        """Return the child with this identity, made where it does not stand yet.

        Args:
            schema: The child's schema.
            identity: The child's words.
            ordered: Put a new child where the device's own order has it; otherwise behind the others.
        """
        found = self.find(identity)
        if found is not None:
            return found
        child = Statement(schema, identity)
        place = len(self.children)
        if ordered:
            mine = self.schema.position_of(schema.keyword)
            while place and self.schema.position_of(self.children[place - 1].schema.keyword) > mine:
                place -= 1
        self.children.insert(place, child)
        return child

    def is_empty(self) -> bool:
        """Return whether nothing would be left to say by this statement."""
        if self.children or self.values:
            return False
        return self.schema.kind in {Kind.LEAF, Kind.LEAF_LIST} or not self.schema.may_be_empty


@dataclass(frozen=True, slots=True)
class Step:
    """One statement named by the words of a line."""

    schema: SchemaNode
    identity: tuple[str, ...]
    values: tuple[str, ...]
    is_value: bool


def _one(words: Sequence[Word], index: int, line: str) -> str:
    if index >= len(words):
        last = words[-1] if words else ""
        raise ConfigurationRefused(f"{SYNTAX_ERROR}, expecting <value>", str(last), line)
    word = words[index]
    if not isinstance(word, str):
        raise ConfigurationRefused(SYNTAX_ERROR, "[", line)
    return word


def _check_value(schema: SchemaNode, value: str, line: str) -> None:
    if schema.choices == (NUMBER,):
        if not value.isascii() or not value.isdigit():
            raise ConfigurationRefused(f"Invalid numeric value: '{value}'", value, line)
    elif schema.choices and value not in schema.choices:
        raise ConfigurationRefused(SYNTAX_ERROR, value, line)


def _read_entry(
    schema: SchemaNode, words: Sequence[Word], index: int, line: str
) -> tuple[tuple[str, ...], int]:
    identity = [_one(words, index, line)]
    index += 1
    if schema.keyword == WILDCARD:
        return tuple(identity), index
    identity.append(_one(words, index, line))
    index += 1
    for joint in schema.joints:
        if joint:
            if _one(words, index, line) != joint:
                raise ConfigurationRefused(SYNTAX_ERROR, _one(words, index, line), line)
            identity.append(joint)
            index += 1
        identity.append(_one(words, index, line))
        index += 1
    return tuple(identity), index


def read_step(parent: SchemaNode, words: Sequence[Word], index: int, line: str) -> tuple[Step, int]:
    """Read the statement that begins at ``index`` below ``parent``.

    Returns:
        The statement and the index behind it.

    Raises:
        ConfigurationRefused: The device knows no such statement here, or a word is missing or wrong.
    """
    keyword = _one(words, index, line)
    schema = parent.child(keyword)
    if schema is None:
        raise ConfigurationRefused(SYNTAX_ERROR, keyword, line)
    if schema.kind in {Kind.ENTRY, Kind.ENTRY_VALUE}:
        identity, index = _read_entry(schema, words, index, line)
        if schema.kind is Kind.ENTRY:
            return Step(schema, identity, (), is_value=False), index
        return Step(schema, identity, (_one(words, index, line),), is_value=True), index + 1
    values, index = _read_values(schema, words, index + 1, line)
    return Step(schema, (keyword,), values, is_value=bool(values)), index


def _read_values(
    schema: SchemaNode, words: Sequence[Word], index: int, line: str
) -> tuple[tuple[str, ...], int]:
    """Read the values behind a keyword that has no key; a container has none."""
    if schema.kind is Kind.CONTAINER:
        return (), index
    following = words[index] if index < len(words) else ""
    if schema.kind is Kind.LEAF_LIST and not isinstance(following, str):
        return following, index + 1
    if schema.children and isinstance(following, str) and (not following or following in schema.children):
        return (), index
    value = _one(words, index, line)
    if schema.kind is Kind.LEAF:
        _check_value(schema, value, line)
    return (value,), index + 1


def put(root: Statement, words: Sequence[Word], line: str, *, ordered: bool = True) -> Statement:
    """Set a statement along its words and return the deepest one that was named.

    After a leaf or a plain word the line may go on with its siblings, as Junos accepts it.

    Raises:
        ConfigurationRefused: A word is refused, or (as a warning) the statement says nothing.
    """
    node = root
    index = 0
    while index < len(words):
        step, index = read_step(node.schema, words, index, line)
        child = node.add(step.schema, step.identity, ordered=ordered)
        if step.is_value:
            child.children.clear()
            kept = child.values if step.schema.kind is Kind.LEAF_LIST else ()
            child.values = kept + tuple(value for value in step.values if value not in kept)
        elif step.schema.kind is Kind.LEAF:
            child.values = ()
            node = child
        elif step.schema.is_branch:
            node = child
    return node


def _resolve(root: Statement, words: Sequence[Word], line: str) -> tuple[list[Statement], tuple[str, ...]]:
    """Return the chain of existing statements that the words name, and the values named of the last one."""
    chain = [root]
    index = 0
    while index < len(words):
        keyword = words[index]
        parent = chain[-1]
        # A leaf may be named without its value.
        if index == len(words) - 1 and isinstance(keyword, str):
            schema = parent.schema.child(keyword)
            if schema is None:
                raise ConfigurationRefused(SYNTAX_ERROR, keyword, line)
            if schema.kind in {Kind.LEAF, Kind.LEAF_LIST}:
                found = parent.find((keyword,))
                if found is None:
                    raise ConfigurationRefused(NOT_FOUND, keyword, line, warning=True)
                return [*chain, found], ()
        step, index = read_step(parent.schema, words, index, line)
        found = parent.find(step.identity)
        if found is None or not set(step.values) <= set(found.values):
            raise ConfigurationRefused(NOT_FOUND, step.identity[-1], line, warning=True)
        chain.append(found)
        if step.is_value:
            if index < len(words):
                raise ConfigurationRefused(SYNTAX_ERROR, str(words[index]), line)
            return chain, step.values
    return chain, ()


def _prune(chain: list[Statement]) -> None:
    for parent, child in zip(reversed(chain[:-1]), reversed(chain[1:]), strict=True):
        if not child.is_empty():
            return
        parent.children.remove(child)


def _delete_all_of(root: Statement, words: Sequence[Word]) -> bool:
    """Delete every entry of a keyword that was named without its key, such as ``delete snmp community``."""
    if not words or not isinstance(words[-1], str):
        return False
    try:
        chain, _ = _resolve(root, words[:-1], "")
    except ConfigurationRefused:
        return False
    schema = chain[-1].schema.children.get(words[-1])
    if schema is None or schema.kind not in {Kind.ENTRY, Kind.ENTRY_VALUE}:
        return False
    kept = [child for child in chain[-1].children if child.schema is not schema]
    removed = len(kept) != len(chain[-1].children)
    chain[-1].children[:] = kept
    _prune(chain)
    return removed


def delete(root: Statement, words: Sequence[Word], line: str) -> None:
    """Delete a statement with everything below it.

    Raises:
        ConfigurationRefused: A word is refused, or (as a warning) the statement does not stand.
    """
    if not words:
        root.children.clear()
        return
    if _delete_all_of(root, words):
        return
    chain, values = _resolve(root, words, line)
    target = chain[-1]
    if values and target.schema.kind is Kind.LEAF_LIST and set(values) != set(target.values):
        target.values = tuple(value for value in target.values if value not in values)
        return
    chain[-2].children.remove(target)
    _prune(chain[:-1])


def switch_active(root: Statement, words: Sequence[Word], line: str, *, active: bool) -> None:
    """Activate or deactivate a statement.

    Raises:
        ConfigurationRefused: A word is refused, or (as a warning) the statement does not stand.
    """
    chain, _ = _resolve(root, words, line)
    chain[-1].inactive = not active


def rename(root: Statement, words: Sequence[Word], line: str) -> None:
    """Give an entry another key: ``rename <path> <key> to <keyword> <key>``.

    Raises:
        ConfigurationRefused: The line has no ``to``, the entry does not stand, or the new key is taken.
    """
    if "to" not in words:
        raise ConfigurationRefused(SYNTAX_ERROR, "rename", line)
    split = len(words) - 1 - list(reversed(words)).index("to")
    chain, _ = _resolve(root, words[:split], line)
    step, _ = read_step(chain[-2].schema, words[split + 1 :], 0, line)
    if step.schema is not chain[-1].schema or chain[-2].find(step.identity) is not None:
        raise ConfigurationRefused(SYNTAX_ERROR, step.identity[-1], line)
    chain[-1].identity = step.identity


def insert(root: Statement, words: Sequence[Word], line: str) -> None:
    """Move an entry before or after another of its kind.

    Raises:
        ConfigurationRefused: The line has neither ``before`` nor ``after``, or one of the two does not stand.
    """
    where = next((word for word in reversed(words) if word in {"before", "after"}), None)
    if where is None:
        raise ConfigurationRefused(SYNTAX_ERROR, "insert", line)
    split = len(words) - 1 - list(reversed(words)).index(where)
    chain, _ = _resolve(root, words[:split], line)
    parent, moved = chain[-2], chain[-1]
    step, _ = read_step(parent.schema, words[split + 1 :], 0, line)
    anchor = parent.find(step.identity)
    if anchor is None:
        raise ConfigurationRefused(NOT_FOUND, step.identity[-1], line)
    if anchor is moved:
        return
    parent.children.remove(moved)
    parent.children.insert(parent.children.index(anchor) + (where == "after"), moved)
