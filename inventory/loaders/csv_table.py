"""Devices or servers from a CSV file, by the columns that the mapping names.

The delimiter is the one with which the columns of the mapping are found, not the one that looks frequent; the
encoding is UTF-8 or UTF-16 where the file says so or is so, and Windows-1252 otherwise, which is then told.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from inventory.imports.device_fields import with_management_port
from inventory.imports.errors import MappingError, NameCollisionError, SourceReadError
from inventory.imports.mapping import Attributes, ImportMapping
from inventory.imports.models import (
    ImportedFacts,
    ImportedField,
    ImportedObject,
    SkippedObject,
    SourceIdentity,
)
from inventory.imports.table import Row, Table, make_table
from inventory.imports.typed_values import Target

CSVKind = Literal["devices", "servers"]

_LARGEST_FILE_BYTES = 64 * 1024 * 1024
_DELIMITERS = (";", ",", "\t")
_NAME = "name"


class CSVTable:
    """A CSV file as a source of devices or servers."""

    def __init__(self, path: Path, kind: CSVKind, mapping: ImportMapping, *, name: str | None = None) -> None:
        """Prepare to read a file.

        Args:
            path: the file.
            kind: what its rows are.
            mapping: which column goes to which field, and what the file cannot know.
            name: what to call the source; the file's name by default.

        """
        self._path = path
        self._kind: CSVKind = kind
        self._mapping = mapping
        self._name = name or path.name
        self._notes: list[str] = []

    def read(self) -> ImportedFacts:
        """Return the objects of the file.

        Raises:
            ImportRefusedError: the file is no whole table, the mapping does not fit it, or names collide.

        """
        self._notes = []
        targets = self._targets()
        table = self._table(targets)
        for header in targets:
            table.column(header, required=True)
        unused = [header for header in table.header if header and header.lower() not in _lower(targets)]
        if unused:
            self._notes.append(f"columns that the mapping does not use: {', '.join(unused)}")
        known = (*(target.text for target in targets.values()), *table.header)
        self._mapping.require_attributes(self._kind, tuple(dict.fromkeys(known)))
        objects: list[ImportedObject] = []
        skipped: list[SkippedObject] = []
        taken: dict[str, str] = {}
        for row in table.rows:
            one = self._object(row, table, targets)
            if isinstance(one, SkippedObject):
                skipped.append(one)
                continue
            if one.key in taken:
                raise NameCollisionError(self._kind, one.key, (taken[one.key], one.origin))
            taken[one.key] = one.origin
            objects.append(one)
        return ImportedFacts(
            source=SourceIdentity(kind="csv", name=self._name),
            covers=(self._kind,),
            objects=tuple(objects),
            skipped=tuple(skipped),
            notes=tuple(self._notes),
        )

    def _targets(self) -> dict[str, Target]:
        columns = self._mapping.columns.get(self._kind, {})
        targets = {header: Target(self._kind, text, self._mapping) for header, text in columns.items()}
        texts = [target.text for target in targets.values()]
        if _NAME not in texts:
            reason = f"columns.{self._kind} names no column for 'name'"
            raise MappingError(
                self._mapping.label, reason, f"add columns: {{{self._kind}: {{Hostname: name}}}}"
            )
        twice = next((text for text in texts if texts.count(text) > 1), None)
        if twice is not None:
            reason = f"columns.{self._kind} gives two columns to '{twice}'"
            raise MappingError(self._mapping.label, reason, "keep one of them")
        return targets

    def _table(self, targets: dict[str, Target]) -> Table:
        text = self._text()
        first, _, rest = text.partition("\n")
        delimiters: tuple[str, ...] = _DELIMITERS
        if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
            delimiters, text = (first.strip()[-1],), rest
        cells = self._cells(text, self._delimiter(text, delimiters, targets))
        return make_table(self._path.name, self._path.name, cells)

    def _delimiter(self, text: str, delimiters: tuple[str, ...], targets: dict[str, Target]) -> str:
        def found(delimiter: str) -> int:
            header = next(iter(self._rows(text, delimiter)), [])
            return len({cell.strip().lower() for cell in header} & _lower(targets))

        return max(delimiters, key=found)

    def _cells(self, text: str, delimiter: str) -> list[list[str]]:
        cells: list[list[str]] = []
        for row in self._rows(text, delimiter):
            if cells and any(row):
                row = row[: len(cells[0])] if not any(row[len(cells[0]) :]) else row  # noqa: PLW2901
                if len(row) != len(cells[0]):
                    raise SourceReadError(
                        f"{self._path.name} row {len(cells) + 1}",
                        f"it has {len(row)} cells and the header has {len(cells[0])}",
                        f"look for a '{delimiter}' or a quote that is missing or too many",
                    )
            cells.append(row)
        return cells

    def _rows(self, text: str, delimiter: str) -> Iterator[list[str]]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise SourceReadError(
                f"{self._path.name} line {reader.line_num}",
                f"it is no CSV ({error})",
                "look for a quote that is not closed, or export again",
            ) from error

    def _text(self) -> str:
        try:
            raw = self._path.read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            raise SourceReadError(self._path.name, reason, "name a readable CSV file") from error
        if len(raw) > _LARGEST_FILE_BYTES:
            raise SourceReadError(self._path.name, f"it has {len(raw)} bytes", "export less at a time")
        if raw.startswith(b"PK"):
            raise SourceReadError(self._path.name, "it is a workbook and no CSV", "save it as CSV UTF-8")
        text = self._decoded(raw)
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            action = "save it again as CSV UTF-8"
            raise SourceReadError(f"{self._path.name} line {line}", "it holds a NUL character", action)
        if not text.strip():
            raise SourceReadError(self._path.name, "it is empty", "export it again")
        return text

    def _decoded(self, raw: bytes) -> str:
        encoding = "utf-8-sig"
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            encoding = "utf-16"
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding != "utf-8-sig" or b"\0" in raw:
                raise SourceReadError(
                    self._path.name, f"it is no whole {encoding.upper()} text", "save it as CSV UTF-8"
                ) from error
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError as error:
            raise SourceReadError(
                self._path.name, "it is neither UTF-8 nor Windows-1252", "save it as CSV UTF-8"
            ) from error
        self._notes.append(f"{self._path.name} is read as Windows-1252 (Latin-1); look at its æ, ø and å")
        return text

    def _object(self, row: Row, table: Table, targets: dict[str, Target]) -> ImportedObject | SkippedObject:
        read: list[ImportedField] = []
        key = ""
        attributes: dict[str, tuple[str, ...]] = {name: (row.get(name),) for name in table.header}
        problem: str | None = None
        for header, target in targets.items():
            column = table.column(header, required=True)
            if not row.get(column):
                continue
            try:
                value = target.value(row.get(column))
            except ValueError as error:
                problem = problem or f"{row.place_of(column)}: {error}"
                continue
            attributes[target.text] = (str(value),)
            if target.text == _NAME:
                key = str(value)
            else:
                read.append(ImportedField(path=target.path, value=value, origin=row.place_of(column)))
        if problem is None and not key:
            problem = "it has no name"
        left_out = self._mapping.reason_to_leave_out(self._kind, attributes)
        if problem is not None or left_out is not None:
            return SkippedObject(
                kind=self._kind,
                name=key or row.place,
                key=key or None,
                origin=row.place,
                reason=left_out or problem or "",
                action="nothing; the mapping leaves it out"
                if left_out
                else "correct the cell or the mapping",
                expected=left_out is not None,
            )
        return self._complete(row, key, tuple(read), attributes)

    def _complete(
        self, row: Row, key: str, read: tuple[ImportedField, ...], attributes: Attributes
    ) -> ImportedObject | SkippedObject:
        fields = self._mapping.fields_for(self._kind, read, attributes)
        if self._kind == "devices":
            fields = with_management_port(fields, self._mapping.prefixes)
        if not fields:
            return SkippedObject(
                kind=self._kind,
                name=key,
                key=key,
                origin=row.place,
                reason="it says nothing but its name",
                action="add columns or defaults to the mapping",
            )
        return ImportedObject(kind=self._kind, key=key, fields=fields, origin=row.place)


def _lower(targets: dict[str, Target]) -> set[str]:
    return {header.strip().lower() for header in targets}
