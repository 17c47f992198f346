"""The data schema: which statements exist and what shape each has.

The schema is written as indented text, one statement per line, children two spaces deeper:

====================  ==========================================================
``host-name =``       one value; ``=a|b`` one of these; ``=#`` a whole number
``members +``         a list of values, ``members [ a b ];``
``unit *``            an entry per key; ``from-zone * to-zone *`` two keys
``as-path *=``        an entry per key with one value after it
``*``                 an entry that is its own keyword, as in ``vlans { blue { … } }``
``name &block``       with the children of a named block
====================  ==========================================================

Flags stand at the end of a line: ``!`` always on one line, ``%`` on one line when it holds a single leaf,
``>`` written in front of each child (``family inet { … }``), ``?`` may stand empty, ``~`` secret,
``:name`` its XML element.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from lab.junos.errors import SchemaError

WILDCARD: Final = "*"
NUMBER: Final = "#"
# These may stand in every container of Junos.
EVERYWHERE: Final = ("apply-groups", "apply-groups-except")


class Kind(Enum):
    """The shape of a statement."""

    CONTAINER = "container"
    LEAF = "leaf"
    LEAF_LIST = "leaf-list"
    ENTRY = "entry"
    ENTRY_VALUE = "entry-value"


@dataclass(slots=True)
class SchemaNode:
    """One statement of the schema; built once and only read afterwards."""

    keyword: str
    kind: Kind = Kind.CONTAINER
    joints: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    inline: bool = False
    inline_single: bool = False
    joined: bool = False
    presence: bool = False
    secret: bool = False
    xml_name: str = ""
    children: dict[str, SchemaNode] = field(default_factory=dict)

    def child(self, word: str) -> SchemaNode | None:
        """Return the schema of the child that ``word`` begins, or None where there is no such child."""
        known = self.children.get(word)
        if known is not None:
            return known
        if word in EVERYWHERE and (self.children or self.kind is Kind.ENTRY):
            return _EVERYWHERE_NODES[word]
        return self.children.get(WILDCARD)

    def position_of(self, keyword: str) -> int:
        """Return where the child stands in the device's order; what may stand everywhere comes first."""
        return -1 if keyword in EVERYWHERE else tuple(self.children).index(keyword)

    @property
    def is_branch(self) -> bool:
        """Return whether statements may stand below this one."""
        return bool(self.children)

    @property
    def may_be_empty(self) -> bool:
        """Return whether the statement says something without anything below it."""
        return self.kind is not Kind.CONTAINER or self.presence or not self.children


_EVERYWHERE_NODES: Final = {name: SchemaNode(name, Kind.LEAF_LIST) for name in EVERYWHERE}
_LINE: Final = re.compile(r"^(?P<indent> *)(?P<head>\S+)(?P<rest>.*)$")


def _read_flags(node: SchemaNode, flags: list[str], blocks: dict[str, SchemaNode]) -> None:
    for flag in flags:
        if flag == "!":
            node.inline = True
        elif flag == "%":
            node.inline_single = True
        elif flag == ">":
            node.joined = True
        elif flag == "?":
            node.presence = True
        elif flag == "~":
            node.secret = True
        elif flag.startswith(":"):
            node.xml_name = flag[1:]
        elif flag.startswith("&") and flag[1:] in blocks:
            node.children.update(blocks[flag[1:]].children)
        else:
            raise SchemaError(f"unknown flag {flag!r} on schema statement {node.keyword!r}")


def _read_shape(node: SchemaNode, words: list[str]) -> list[str]:
    """Set kind, joints and choices from the words behind the keyword and return the flags that are left."""
    flag_marks = "!%>?~:&"
    shape = [word for word in words if word[0] not in flag_marks]
    flags = [word for word in words if word[0] in flag_marks]
    if not shape:
        if node.keyword == WILDCARD:
            node.kind = Kind.ENTRY
        return flags
    first = shape[0]
    if first == "+":
        node.kind = Kind.LEAF_LIST
    elif first.startswith("="):
        node.kind = Kind.LEAF
        node.choices = tuple(first[1:].split("|")) if len(first) > 1 else ()
    elif first == "*=":
        node.kind = Kind.ENTRY_VALUE
    elif first == WILDCARD:
        node.kind = Kind.ENTRY
        joints: list[str] = []
        pending = ""
        for word in shape[1:]:
            if word == WILDCARD:
                joints.append(pending)
                pending = ""
            else:
                pending = word
        node.joints = tuple(joints)
    else:
        raise SchemaError(f"cannot read the shape {shape} of schema statement {node.keyword!r}")
    return flags


def parse_schema(text: str, blocks: dict[str, SchemaNode]) -> SchemaNode:
    """Read schema text into a root node.

    Args:
        text: The schema as described in this module.
        blocks: Named blocks that a line may take its children from.

    Raises:
        SchemaError: A line cannot be read.
    """
    root = SchemaNode("configuration")
    stack: list[list[SchemaNode]] = [[root]]
    for line in text.splitlines():
        if not line.strip():
            continue
        matched = _LINE.match(line)
        if matched is None or len(matched["indent"]) % 2 or len(matched["indent"]) // 2 >= len(stack):
            raise SchemaError(f"cannot read schema line {line!r}")
        depth = len(matched["indent"]) // 2
        parents = stack[depth]
        if matched["head"].startswith("&"):
            for parent in parents:
                _read_flags(parent, [matched["head"]], blocks)
            continue
        nodes: list[SchemaNode] = []
        for keyword in matched["head"].split("|"):
            node = SchemaNode(keyword)
            _read_flags(node, _read_shape(node, matched["rest"].split()), blocks)
            nodes.append(node)
        for parent in parents:
            parent.children.update({node.keyword: node for node in nodes})
        del stack[depth + 1 :]
        stack.append(nodes)
    return root
