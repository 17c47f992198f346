"""A configuration as a tree: every node stands where the language lets it stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.panos.schema import NodeType


@dataclass(slots=True)
class Node:
    """A container with children, a table with entries, a list with members, or a leaf with a value."""

    type: NodeType
    children: dict[str, Node] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    value: str = ""

    def copy(self) -> Node:
        """Return a copy that shares nothing that changes."""
        children = {name: one.copy() for name, one in self.children.items()}
        return Node(self.type, children, list(self.members), self.value)

    def find(self, *path: str) -> Node | None:
        """Return the node at a path, None where there is none."""
        node: Node | None = self
        for name in path:
            node = node.children.get(name) if node is not None else None
        return node

    def text(self, *path: str, default: str = "") -> str:
        """Return the value at a path."""
        node = self.find(*path)
        return default if node is None else node.value

    def listed(self, *path: str) -> tuple[str, ...]:
        """Return the members of the list at a path."""
        node = self.find(*path)
        return () if node is None else tuple(node.members)

    def names(self, *path: str) -> tuple[str, ...]:
        """Return the names of what stands below a path."""
        node = self.find(*path)
        return () if node is None else tuple(node.children)

    def says_the_same(self, other: Node) -> bool:
        """Return whether two nodes mean the same, rules in their order."""
        return (
            (self.value, self.members) == (other.value, other.members)
            and list(self.children) == list(other.children)
            and all(one.says_the_same(other.children[name]) for name, one in self.children.items())
        )

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Yield every node below with its path."""
        for name, one in self.children.items():
            yield (*path, name), one
            yield from one.walk((*path, name))


def new_child(parent: Node, name: str) -> Node:
    """Return the child of that name, made in its place where it is missing.

    What stands instead of it where only one may stand is taken out. Children of a container stand in the
    order of the language, entries of a table in the order in which they came.
    """
    found = parent.children.get(name)
    if found is not None:
        return found
    kind = parent.type
    if kind.entry is not None:
        parent.children[name] = Node(kind.entry)
        return parent.children[name]
    if name in kind.exclusive:
        for other in kind.exclusive:
            parent.children.pop(other, None)
    parent.children[name] = Node(kind.children[name])
    order = list(kind.children)
    parent.children = dict(sorted(parent.children.items(), key=lambda item: order.index(item[0])))
    return parent.children[name]
