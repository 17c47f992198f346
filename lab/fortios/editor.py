"""The command line of FortiOS, a line at a time; what an entry holds becomes live at ``next`` or ``end``."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from lab.fortios.errors import (
    BAD_VALUE,
    IN_USE,
    INCOMPLETE,
    NOT_SET,
    CommandRefused,
    unknown_word,
)
from lab.fortios.references import uses_of
from lab.fortios.schema import Attribute, SectionType
from lab.fortios.statements import Statement, Token
from lab.fortios.tree import Block, Value
from lab.fortios.values import check_name, kept_value

_VERBS: Final = (
    "abort", "append", "clone", "config", "delete", "diagnose", "edit", "end", "execute", "exit", "get",
    "move", "next", "purge", "rename", "set", "show", "unselect", "unset",
)  # fmt: skip
_LOOKS: Final = {"get", "show", "diagnose", "execute", "exit"}


@dataclass(slots=True)
class Frame:
    """A place in the configuration: a table, an entry or an object, and the copy that is worked on."""

    kind: Literal["table", "entry", "object"]
    types: SectionType
    name: str
    holder: Block
    work: Block


class Editor:
    """One session at the command line; it works on the live tree."""

    def __init__(self, root: Block, types: SectionType, on_commit: Callable[[], None]) -> None:
        """Begin outside of every section.

        Args:
            root: The live configuration.
            types: What the firmware knows.
            on_commit: Called after every part that became live.
        """
        self._root = root
        self._types = types
        self._on_commit = on_commit
        self._frames: list[Frame] = []

    @property
    def place(self) -> str:
        """Return what the prompt names in brackets, '' outside of every section."""
        return self._frames[-1].name.rpartition(" ")[2] if self._frames else ""

    @property
    def is_inside(self) -> bool:
        """Return whether a section is open."""
        return bool(self._frames)

    def take(self, statement: Statement) -> None:
        """Take one line.

        Raises:
            CommandRefused: The device does not; what became live before stays.
        """
        verb = _full_verb(statement.verb)
        words = statement.tokens[1:]
        if verb in _LOOKS:
            if verb in {"execute", "diagnose"}:
                raise unknown_word(words[0].text if words else verb)
            return
        action = getattr(self, f"_{verb}")
        allowed: dict[str, tuple[str | None, ...]] = {
            "config": (None, "object", "entry"),
            "end": ("table", "object", "entry"),
            "abort": ("table", "object", "entry"),
            "next": ("entry",),
            "set": ("object", "entry"),
            "unset": ("object", "entry"),
            "append": ("object", "entry"),
            "unselect": ("object", "entry"),
        }
        kind = self._frames[-1].kind if self._frames else None
        if kind not in allowed.get(verb, ("table",)):
            raise CommandRefused("Unknown action 0")
        action(words)

    # Going in and out.

    def _config(self, words: Value) -> None:
        if not words:
            raise CommandRefused("incomplete command in the end", INCOMPLETE)
        parent_types = self._frames[-1].types if self._frames else self._types
        holder = self._frames[-1].work if self._frames else self._root
        types = _child(parent_types, words)
        block = holder.blocks.get(types.header)
        work = Block() if block is None else block.copy()
        kind: Literal["table", "object"] = "table" if types.is_table else "object"
        self._frames.append(Frame(kind, types, types.header, holder, work))

    def _edit(self, words: Value) -> None:
        table = self._frames[-1]
        key = _one(words).text
        if table.types.kind == "id":
            if not key.isdigit():
                raise CommandRefused(f"value parse error before '{key}'", BAD_VALUE)
            key = str(int(key))
            if key == "0":
                key = str(max((int(known) for known in table.work.entries), default=0) + 1)
        elif key not in table.work.entries:
            check_name(key, table.types.longest_name)
        entry = table.work.entries.get(key)
        self._frames.append(
            Frame("entry", table.types, key, table.work, Block() if entry is None else entry.copy())
        )

    def _next(self, _words: Value) -> None:
        entry = self._frames[-1]
        _check_whole(entry)
        self._frames.pop()
        if entry.name not in entry.holder.entries:
            _complete(entry)
        entry.holder.entries[entry.name] = entry.work
        self._go_live()

    def _end(self, _words: Value) -> None:
        if self._frames[-1].kind == "entry":
            self._next(())
        section = self._frames[-1]
        _check_whole(section)
        self._frames.pop()
        self._put(section)
        self._go_live()

    def _abort(self, _words: Value) -> None:
        if self._frames.pop().kind == "entry":
            self._frames.pop()

    def _go_live(self) -> None:
        """Write the tables that are open down to the first entry or object that is not finished."""
        for number, frame in enumerate(self._frames):
            if frame.kind != "table" or number > 0:
                return
            self._put(frame, keep_working=True)
        self._on_commit()

    @staticmethod
    def _put(section: Frame, *, keep_working: bool = False) -> None:
        work = section.work
        # What is in an entry is replaced and never changed, so that the table itself is all to be copied.
        block = Block(work.settings, work.blocks, dict(work.entries)) if keep_working else work
        if block.settings or block.blocks or block.entries or section.name in section.holder.blocks:
            known = section.holder.blocks.setdefault(section.types.header, Block())
            known.become(block)

    # Attributes.

    def _set(self, words: Value) -> None:
        if len(words) < 2:  # noqa: PLR2004 - a name and a value
            raise CommandRefused("incomplete command in the end", INCOMPLETE)
        self._keep(_attribute(self._frames[-1].types, words[0]), words[1:])

    def _append(self, words: Value) -> None:
        if len(words) < 2:  # noqa: PLR2004 - a name and a value
            raise CommandRefused("incomplete command in the end", INCOMPLETE)
        attribute = _attribute(self._frames[-1].types, words[0])
        self._keep(attribute, (*self._effective(attribute), *words[1:]))

    def _unselect(self, words: Value) -> None:
        attribute = _attribute(self._frames[-1].types, _first(words))
        gone = {word.text for word in words[1:]}
        left = tuple(word for word in self._effective(attribute) if word.text not in gone)
        self._keep(attribute, left)

    def _effective(self, attribute: Attribute) -> Value:
        kept = self._frames[-1].work.settings.get(attribute.name)
        return tuple(Token(word) for word in attribute.default.split()) if kept is None else kept

    def _keep(self, attribute: Attribute, words: Value) -> None:
        settings = self._frames[-1].work.settings
        value = kept_value(attribute, words, self._root)
        if value is None:
            settings.pop(attribute.name, None)
        else:
            settings[attribute.name] = value

    def _unset(self, words: Value) -> None:
        attribute = _attribute(self._frames[-1].types, _one(words))
        settings = self._frames[-1].work.settings
        if settings.get(attribute.name) != ():
            settings.pop(attribute.name, None)

    # Entries.

    def _delete(self, words: Value) -> None:
        table, key = self._frames[-1], _one(words).text
        if key not in table.work.entries:
            raise CommandRefused(
                f"entry not found in datasource\n\ndelete table entry {key} unset oper error ret=-3",
                BAD_VALUE,
            )
        used = uses_of(self._root, self._types, table.types.header, key)
        if used:
            raise CommandRefused(f"The entry is used by other {used} entries", IN_USE)
        del table.work.entries[key]
        self._go_live()

    def _purge(self, _words: Value) -> None:
        table = self._frames[-1]
        for key in table.work.entries:
            used = uses_of(self._root, self._types, table.types.header, key)
            if used:
                raise CommandRefused(f"The entry is used by other {used} entries", IN_USE)
        table.work.entries.clear()
        self._go_live()

    def _move(self, words: Value) -> None:
        table = self._frames[-1]
        texts = [word.text for word in words]
        if len(texts) != 3 or texts[1] not in {"before", "after"}:  # noqa: PLR2004 - X before|after Y
            raise CommandRefused("incomplete command in the end", INCOMPLETE)
        entries = table.work.entries
        if texts[0] not in entries or texts[2] not in entries:
            raise CommandRefused("entry not found in datasource", BAD_VALUE)
        order = [key for key in entries if key != texts[0]]
        order.insert(order.index(texts[2]) + (texts[1] == "after"), texts[0])
        table.work.entries = {key: entries[key] for key in order}
        self._go_live()

    def _rename(self, words: Value) -> None:
        table = self._frames[-1]
        texts = [word.text for word in words]
        if len(texts) != 3 or texts[1] != "to":  # noqa: PLR2004 - X to Y
            raise CommandRefused("incomplete command in the end", INCOMPLETE)
        if texts[0] not in table.work.entries:
            raise CommandRefused("entry not found in datasource", BAD_VALUE)
        if uses_of(self._root, self._types, table.types.header, texts[0]):
            raise CommandRefused("The entry is used by other entries", IN_USE)
        check_name(texts[2], table.types.longest_name)
        entries = table.work.entries
        table.work.entries = {texts[2] if key == texts[0] else key: one for key, one in entries.items()}
        self._go_live()

    def _clone(self, words: Value) -> None:
        table = self._frames[-1]
        texts = [word.text for word in words]
        if len(texts) != 3 or texts[1] != "to" or texts[0] not in table.work.entries:  # noqa: PLR2004 - X to Y
            raise CommandRefused("entry not found in datasource", BAD_VALUE)
        check_name(texts[2], table.types.longest_name)
        table.work.entries[texts[2]] = table.work.entries[texts[0]].copy()
        self._go_live()


def _full_verb(word: str) -> str:
    if word in _VERBS:
        return word
    meant = [verb for verb in _VERBS if verb.startswith(word)]
    if len(meant) != 1:
        raise CommandRefused("Unknown action 0")
    return meant[0]


def _first(words: Value) -> Token:
    if not words:
        raise CommandRefused("incomplete command in the end", INCOMPLETE)
    return words[0]


def _one(words: Value) -> Token:
    if len(words) > 1:
        raise unknown_word(words[1].text)
    return _first(words)


def _child(parent: SectionType, words: Value) -> SectionType:
    """Return the section that words name, or refuse the first word that leads nowhere."""
    header = " ".join(str(word) for word in words)
    if header in parent.children:
        return parent.children[header]
    known = [[part.strip('"') for part in name.split()] for name in parent.children]
    texts = [word.text for word in words]
    for number in range(len(texts)):
        if not any(parts[: number + 1] == texts[: number + 1] for parts in known):
            raise unknown_word(texts[number])
    exact = next((name for name in parent.children if name.replace('"', "").split() == texts), None)
    if exact is None:
        raise CommandRefused("incomplete command in the end", INCOMPLETE)
    return parent.children[exact]


def _attribute(types: SectionType, word: Token) -> Attribute:
    if word.text in types.attributes:
        return types.attributes[word.text]
    meant = [name for name in types.attributes if name.startswith(word.text)]
    if len(meant) != 1:
        raise unknown_word(word.text)
    return types.attributes[meant[0]]


def _complete(entry: Frame) -> None:
    """Add what the device itself chooses for a new entry."""
    settings = entry.work.settings
    if "uuid" in entry.types.attributes and "uuid" not in settings:
        settings["uuid"] = (Token(str(uuid.uuid5(uuid.NAMESPACE_OID, f"{entry.types.header} {entry.name}"))),)
    if "snmp-index" in entry.types.attributes and "snmp-index" not in settings:
        taken = [int(one.text_of("snmp-index", "0")) for one in entry.holder.entries.values()]
        settings["snmp-index"] = (Token(str(max(taken, default=0) + 1)),)


def _check_whole(frame: Frame) -> None:
    if frame.kind == "table":
        return
    for attribute in frame.types.attributes.values():
        if attribute.must_be_set and not frame.work.settings.get(attribute.name):
            raise CommandRefused(
                f"node_check_object fail! for {attribute.name} \n\nAttribute '{attribute.name}' MUST be set.",
                NOT_SET,
            )
