"""The XML form of the configuration: written for replies, read for ``load-configuration`` and filters."""

from __future__ import annotations

from typing import Final

from lxml import etree

from lab.junos.curly import Block
from lab.junos.errors import ConfigurationRefused
from lab.junos.schema import WILDCARD, Kind, SchemaNode
from lab.junos.statements import SYNTAX_ERROR, Statement

# The keys of an entry that are not called <name>.
_KEY_NAMES: Final = {
    "from-zone": ("from-zone-name", "to-zone-name"),
    "route-filter": ("address",),
    "prefix-list-filter": ("list_name", "choice-ident"),
    "community": ("choice-ident", "community-name"),
}
_NAME: Final = "name"
_ITEM: Final = "item"


def local_name(element: etree._Element) -> str:
    """Return an element's tag without its namespace."""
    return etree.QName(element).localname


def _keys(statement: Statement) -> tuple[str, ...]:
    """Return the words of an entry that are keys."""
    if statement.schema.keyword == WILDCARD:
        return statement.identity
    joints = {joint for joint in statement.schema.joints if joint}
    return tuple(word for word in statement.identity[1:] if word not in joints)


def _key_names(schema: SchemaNode, count: int) -> tuple[str, ...]:
    named = _KEY_NAMES.get(schema.keyword, ())
    return named if len(named) == count else (_NAME,) * count


def _tag(statement: Statement) -> str:
    if statement.schema.xml_name:
        return statement.schema.xml_name
    return _ITEM if statement.schema.keyword == WILDCARD else statement.identity[0]


def _append(parent: etree._Element, statement: Statement) -> None:
    tag = _tag(statement)
    kind = statement.schema.kind
    if kind in {Kind.LEAF, Kind.LEAF_LIST} and statement.values:
        made = [etree.SubElement(parent, tag) for _ in statement.values]
        for element, value in zip(made, statement.values, strict=True):
            element.text = value
    else:
        made = [etree.SubElement(parent, tag)]
        if kind in {Kind.ENTRY, Kind.ENTRY_VALUE}:
            keys = _keys(statement)
            for name, key in zip(_key_names(statement.schema, len(keys)), keys, strict=True):
                etree.SubElement(made[0], name).text = key
        for value in statement.values:
            etree.SubElement(made[0], "value").text = value
        _append_children(made[0], statement)
    if statement.inactive:
        for element in made:
            element.set("inactive", "inactive")


def _is_repeated(statement: Statement) -> bool:
    """Return whether a container stands once per entry, as ``<name-server><name>…</name></name-server>``."""
    return statement.schema.kind is Kind.CONTAINER and any(
        child.schema.keyword == WILDCARD and not child.schema.xml_name for child in statement.children
    )


def _append_children(parent: etree._Element, statement: Statement) -> None:
    for child in statement.children:
        if not _is_repeated(child):
            _append(parent, child)
            continue
        for entry in child.children:
            single = Statement(child.schema, child.identity, (), [], child.inactive)
            if entry.schema.keyword != WILDCARD:
                single.children = [entry]
                _append(parent, single)
                continue
            _append(parent, single)
            etree.SubElement(parent[-1], _NAME).text = entry.identity[0]
            _append_children(parent[-1], entry)
            if entry.inactive:
                parent[-1].set("inactive", "inactive")


def to_xml(root: Statement) -> etree._Element:
    """Return the tree as a ``<configuration>`` element."""
    element = etree.Element("configuration")
    _append_children(element, root)
    return element


def keep_filtered(element: etree._Element, wanted: etree._Element) -> None:
    """Drop from a configuration everything that a subtree filter does not name."""
    named = {local_name(child): child for child in wanted if isinstance(child.tag, str)}
    if not named:
        return
    for child in list(element):
        below = named.get(local_name(child))
        if below is None and local_name(child) != _NAME:
            element.remove(child)
        elif below is not None:
            keep_filtered(child, below)


def _schema_of(schema: SchemaNode, tag: str) -> SchemaNode | None:
    wildcard = schema.children.get(WILDCARD)
    if wildcard is not None and tag in {wildcard.xml_name, _ITEM}:
        return wildcard
    named = next((child for child in schema.children.values() if child.xml_name == tag), None)
    return named or schema.children.get(tag) or schema.child(tag)


def _block(schema: SchemaNode, element: etree._Element) -> Block:
    tag = local_name(element)
    node = _schema_of(schema, tag)
    if node is None:
        raise ConfigurationRefused(SYNTAX_ERROR, tag, tag)
    text = (element.text or "").strip()
    nested = [child for child in element if isinstance(child.tag, str)]
    words: list[str] = [] if node.keyword == WILDCARD else [node.keyword if node.xml_name else tag]
    if node.kind in {Kind.ENTRY, Kind.ENTRY_VALUE}:
        count = 1 if node.keyword == WILDCARD else 1 + len(node.joints)
        keys, nested = (nested[:count], nested[count:]) if nested else ([element], [])
        for index, key in enumerate(keys):
            if index and node.joints[index - 1]:
                words.append(node.joints[index - 1])
            words.append((key.text or "").strip())
        if node.kind is Kind.ENTRY_VALUE and nested:
            words.append((nested.pop(0).text or "").strip())
    elif text and not nested:
        words.append(text)
    block = Block(list(words), _modifiers(element))
    wildcard = node.children.get(WILDCARD)
    if node.kind is Kind.CONTAINER and wildcard is not None and nested and local_name(nested[0]) == _NAME:
        inner = Block([(nested[0].text or "").strip()], block.modifiers)
        inner.children = [_block(wildcard, child) for child in nested[1:]]
        return Block([tag], set(), [inner])
    block.children = [_block(node, child) for child in nested]
    return block


def _modifiers(element: etree._Element) -> set[str]:
    found: set[str] = set()
    operations = {etree.QName(name).localname: str(value) for name, value in element.attrib.items()}
    for name in ("inactive", "active", "replace", "delete"):
        if name in operations:
            found.add(f"{name}:")
    operation = operations.get("operation", "")
    if operation in {"delete", "replace"}:
        found.add(f"{operation}:")
    return found


def to_blocks(schema: SchemaNode, configuration: etree._Element) -> list[Block]:
    """Read a ``<configuration>`` element into blocks.

    Raises:
        ConfigurationRefused: An element stands for nothing in the schema.
    """
    return [_block(schema, child) for child in configuration if isinstance(child.tag, str)]
