"""Read a device's own configuration file: what it holds, the firmware knows."""

import re
from dataclasses import dataclass
from typing import Final

from lab.errors import LabFileError
from lab.fortios.schema import LEARNED, Attribute, SectionType
from lab.fortios.statements import Statement, UnendedString, read_statements
from lab.fortios.tree import Block
from lab.models import TwinSpec

_HEADER: Final = re.compile(
    r"^#config-version=(?P<model>\w+)-(?P<release>\d+\.\d+\.\d+)-\w+-build(?P<build>\d+)-(?P<date>\d+)"
    r":opmode=\d:vdom=(?P<vdom>\d)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Firmware:
    """What the first line of a configuration tells of the device that wrote it."""

    model: str = "FGVM64"
    release: str = "7.4.7"
    build: str = "2731"
    date: str = "250120"


def read_firmware(spec: TwinSpec, text: str) -> Firmware:
    """Return the firmware that wrote a configuration.

    Raises:
        LabFileError: It comes from a device that is divided into VDOMs.
    """
    found = _HEADER.search(text)
    if found is None:
        return Firmware()
    if found["vdom"] != "0":
        raise LabFileError(
            f"{spec.name}: the configuration {spec.configuration} is divided into VDOMs, which the twin is "
            "not; give it one without"
        )
    return Firmware(found["model"], found["release"], found["build"], found["date"])


class BootReader:
    """Fills a tree from a configuration file and teaches the firmware what it did not know."""

    def __init__(self, spec: TwinSpec, types: SectionType) -> None:
        self._spec = spec
        self._types = types

    def read(self, text: str) -> Block:
        """Return the tree.

        Raises:
            LabFileError: A line is not one of a FortiOS configuration.
        """
        root = Block()
        stack: list[_Place] = [_Place(root, self._types, "root", [])]
        try:
            for statement in read_statements(text):
                self._take(statement, stack)
        except UnendedString as unended:
            raise LabFileError(
                f"{self._spec.name}: the string that begins in line {unended.number} of "
                f"{self._spec.configuration} never ends; correct it"
            ) from unended
        if len(stack) > 1:
            raise LabFileError(
                f"{self._spec.name}: {self._spec.configuration} ends inside "
                f"'config {stack[1].types.header}'; add what is missing"
            )
        self._types.seen.append([f"config {header}" for header in root.blocks])
        self._types.settle_order()
        return root

    def _take(self, statement: Statement, stack: list["_Place"]) -> None:
        place, words = stack[-1], statement.tokens[1:]
        verb, kind = statement.verb, place.kind
        if verb == "config" and words and kind != "table":
            stack.append(place.enter(" ".join(str(word) for word in words)))
        elif verb == "edit" and len(words) == 1 and kind in {"table", "new"}:
            stack.append(place.edit(words[0].text, quoted=words[0].quoted))
        elif (verb == "next") == (kind == "entry") and verb in {"next", "end"} and len(stack) > 1:
            stack.pop().leave()
        elif verb in {"set", "unset"} and words and kind in {"entry", "object", "new"}:
            place.keep(statement)
        else:
            raise LabFileError(
                f"{self._spec.name}: the twin refuses line {statement.number} of its starting configuration "
                f"{self._spec.configuration}: {statement.written.splitlines()[0]!r}; correct the line"
            )


@dataclass(slots=True)
class _Place:
    """Where the reader is: a block, its type, and what of it came in which order."""

    block: Block
    types: SectionType
    kind: str
    members: list[str]

    def enter(self, header: str) -> "_Place":
        types = self.types.children.get(header)
        kind = "new" if types is None else "table" if types.is_table else "object"
        if types is None:
            types = self.types.children[header] = SectionType(header)
        self.members.append(f"config {header}")
        if self.kind == "new":
            self.kind = "object"
        return _Place(self.block.blocks.setdefault(header, Block()), types, kind, [])

    def edit(self, key: str, *, quoted: bool) -> "_Place":
        if self.kind == "new":
            self.kind = "table"
            self.types.kind = "name" if quoted or not key.isdigit() else "id"
            self.types.key_quoted = quoted
        return _Place(self.block.entries.setdefault(key, Block()), self.types, "entry", [])

    def keep(self, statement: Statement) -> None:
        name, value = statement.tokens[1].text, statement.tokens[2:]
        if self.kind == "new":
            self.kind = "object"
        if name not in self.types.attributes:
            quoted = bool(value) and value[0].quoted
            self.types.attributes[name] = Attribute(name, LEARNED, quoted=quoted)
        self.members.append(f"set {name}")
        self.block.settings[name] = value if statement.verb == "set" else ()

    def leave(self) -> None:
        self.types.seen.append(self.members)
