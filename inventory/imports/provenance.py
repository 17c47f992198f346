"""Provenance: for every field that an import gave or confirmed, from where, when, and which value.

``provenance.jsonl`` lies in the municipality's folder, one line per field and source, sorted, so that git
shows which facts an import changed. The loader of the inventory does not read it. A line changes only when
its value or its decision does: importing the same facts again changes no byte.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, Field, JsonValue, ValidationError

from inventory.imports.errors import SourceReadError
from inventory.imports.models import FieldPath, ImportedField, ObjectKind, SourceIdentity
from inventory.models import Model
from inventory.natural_order import natural_key

State = Literal["imported", "agreed", "kept"]


class RecordKey(NamedTuple):
    """What a record is about."""

    kind: ObjectKind
    key: str
    path: FieldPath
    source: str


class ProvenanceRecord(Model):
    """One field of one object, as one source last told it."""

    kind: ObjectKind
    object: str = Field(min_length=1)
    field: FieldPath = Field(min_length=1)
    source: str = Field(min_length=1)
    state: State = Field(
        description="imported: the file's value came from here; agreed: a person wrote it and the source "
        "said the same; kept: they differ, and it was decided to keep the file's"
    )
    value: JsonValue = Field(description="What the source said")
    file_value: JsonValue = Field(default=None, description="kept: what the file said when that was decided")
    place: str = Field(min_length=1, description="Where in the source")
    at: AwareDatetime = Field(description="When the value or the decision came")

    def record_key(self) -> RecordKey:
        """Return what the record is about."""
        return RecordKey(self.kind, self.object, self.field, self.source)


Records = Mapping[RecordKey, ProvenanceRecord]


def read_provenance(file: str, text: str) -> dict[RecordKey, ProvenanceRecord]:
    """Return the records of a file.

    Raises:
        SourceReadError: a line is no record, or stands there twice (as after a merge of two branches).

    """
    records: dict[RecordKey, ProvenanceRecord] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = ProvenanceRecord.model_validate_json(line)
        except ValidationError as error:
            reason = error.errors(include_url=False, include_input=False)[0]["msg"]
            raise SourceReadError(
                f"{file}:{number}", f"it is no record of provenance: {reason}", "restore the line from git"
            ) from error
        if record.record_key() in records:
            raise SourceReadError(
                f"{file}:{number}",
                "the same field and source stand in an earlier line",
                "keep the newer of the two",
            )
        records[record.record_key()] = record
    return records


def render_provenance(records: Iterable[ProvenanceRecord]) -> str:
    """Return the text of the file: one JSON object per line, in natural order."""
    ordered = sorted(records, key=_order)
    return "".join(
        json.dumps(one.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) + "\n"
        for one in ordered
    )


def new_record(
    kind: ObjectKind,
    key: str,
    field: ImportedField,
    source: SourceIdentity,
    now: datetime,
    *,
    state: State = "imported",
    file_value: JsonValue = None,
) -> ProvenanceRecord:
    """Return the record of a field that was just imported or decided."""
    return ProvenanceRecord(
        kind=kind,
        object=key,
        field=field.path,
        source=source.render(),
        state=state,
        value=field.value,
        file_value=file_value,
        place=field.origin,
        at=now,
    )


def _order(record: ProvenanceRecord) -> tuple[object, ...]:
    path = tuple(natural_key(step) for step in record.field)
    return record.kind, natural_key(record.object), path, record.source
