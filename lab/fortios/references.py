"""Who refers to an entry of the configuration."""

from lab.fortios.schema import SectionType
from lab.fortios.tree import Block


def uses_of(root: Block, types: SectionType, table: str, key: str) -> int:
    """Return how many settings name an entry of a top table."""
    return sum(_in_block(block, types.children[header], table, key) for header, block in root.blocks.items())


def _in_block(block: Block, types: SectionType, table: str, key: str) -> int:
    found = 0
    for name, value in block.settings.items():
        attribute = types.attributes[name]
        if attribute.kind in {"ref", "refs"} and table in attribute.limits:
            found += any(word.text == key for word in value)
    found += sum(_in_block(entry, types, table, key) for entry in block.entries.values())
    return found + sum(
        _in_block(below, types.children[header], table, key) for header, below in block.blocks.items()
    )
