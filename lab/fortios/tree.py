"""The configuration of a FortiOS device as a tree, and the text that it shows of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lab.fortios.schema import Attribute, SectionType
from lab.fortios.statements import Token

Value = tuple[Token, ...]
_HASHES = ("SH2", "AK1", "PB2")
_INDENT = "    "


@dataclass(slots=True)
class Block:
    """Settings, sections below and, in a table, entries."""

    settings: dict[str, Value] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    entries: dict[str, Block] = field(default_factory=dict)

    def copy(self) -> Block:
        """Return a copy that shares nothing that changes."""
        return Block(
            dict(self.settings),
            {header: block.copy() for header, block in self.blocks.items()},
            {key: entry.copy() for key, entry in self.entries.items()},
        )

    def become(self, other: Block) -> None:
        """Hold what another holds."""
        self.settings, self.blocks, self.entries = other.settings, other.blocks, other.entries

    def section(self, header: str) -> Block:
        """Return a section, an empty one where there is none."""
        return self.blocks.get(header) or Block()

    def text_of(self, name: str, default: str = "") -> str:
        """Return the value of a setting as one text."""
        value = self.settings.get(name)
        return default if value is None else " ".join(token.text for token in value)


def render(root: Block, types: SectionType, *, full: bool = False, salt: bytes = b"") -> str:
    """Return a configuration as ``show`` writes it.

    Args:
        root: The configuration.
        types: What the firmware knows.
        full: Write hidden defaults too.
        salt: Encrypts what can be decrypted differently for every salt; without one it is always the same.
    """
    return "".join(f"{line}\n" for line in _members(root, types, "", _Form(full=full, salt=salt)))


@dataclass(frozen=True, slots=True)
class _Form:
    full: bool
    salt: bytes


def _members(block: Block, types: SectionType, indent: str, form: _Form) -> Iterator[str]:
    for member in types.order:
        word, _, name = member.partition(" ")
        if word == "set":
            line = _setting(block, types.attributes[name], form)
            if line:
                yield indent + line
        elif name in block.blocks:
            yield from _section(block.blocks[name], types.children[name], indent, form)


def _section(block: Block, types: SectionType, indent: str, form: _Form) -> Iterator[str]:
    yield f"{indent}config {types.header}"
    inside = indent + _INDENT
    if types.is_table:
        for key, entry in block.entries.items():
            yield f"{inside}edit {Token(key, quoted=types.key_quoted)}"
            yield from _members(entry, types, inside + _INDENT, form)
            yield f"{inside}next"
    else:
        yield from _members(block, types, inside, form)
    yield f"{indent}end"


def _setting(block: Block, attribute: Attribute, form: _Form) -> str:
    value = block.settings.get(attribute.name)
    if value is None:
        return _default(attribute) if form.full else ""
    if not value:
        return f"unset {attribute.name}"
    if value[0].text == "ENC" and not value[0].quoted:
        return f"set {attribute.name} ENC {_encrypted(value[1].text, form.salt)}"
    return f"set {attribute.name} {' '.join(str(token) for token in value)}"


def _default(attribute: Attribute) -> str:
    if attribute.default:
        words = attribute.default if not attribute.quoted else f'"{attribute.default}"'
        return f"set {attribute.name} {words}"
    if attribute.quoted:
        return f"set {attribute.name} ''"
    return "" if attribute.is_secret else f"unset {attribute.name}"


def _encrypted(kept: str, salt: bytes) -> str:
    if not salt or kept.startswith(_HASHES):
        return kept
    return base64.b64encode(hashlib.sha512(salt + kept.encode()).digest()).decode()


def encrypted(plain: str, *, one_way: bool) -> Value:
    """Return how the device keeps a secret that was given in the clear."""
    digest = base64.b64encode(hashlib.sha256(plain.encode()).digest()).decode()
    return (Token("ENC"), Token(f"SH2{digest}" if one_way else digest))
