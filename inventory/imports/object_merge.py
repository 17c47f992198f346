"""The merge of one object of a source into the object that the file has, or into a new one."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from pydantic import JsonValue

from inventory.imports.decisions import Decisions
from inventory.imports.field_merge import FieldVerdict, judge_field, same_value
from inventory.imports.models import (
    KINDS,
    FieldPath,
    ImportedFacts,
    ImportedField,
    ImportedObject,
    ObjectKind,
)
from inventory.imports.objects import (
    InvalidObject,
    ObjectData,
    build_object,
    check_object,
    find_field,
    set_field,
)
from inventory.imports.outcome import Change, Conflict, Kept
from inventory.imports.provenance import ProvenanceRecord, RecordKey, Records, State, new_record

_REFERENCE = re.compile(r"(env|file|vault):\S+\Z|env:\Z")

Documents = Mapping[str, Mapping[str, JsonValue]]


@dataclass(frozen=True)
class MergeInput:
    """Everything that decides the result of a merge.

    ``unfinished`` are the records of an import that was killed while it wrote: what the files already hold of
    it is known as imported, not as written by a person.
    """

    documents: Documents
    facts: ImportedFacts
    records: Records
    decisions: Decisions
    now: datetime
    unfinished: Records = field(default_factory=dict)

    @cached_property
    def by_field(self) -> Mapping[tuple[ObjectKind, str, FieldPath], tuple[ProvenanceRecord, ...]]:
        """Return what every source told of a field."""
        found: dict[tuple[ObjectKind, str, FieldPath], tuple[ProvenanceRecord, ...]] = {}
        for key, record in self.records.items():
            name = key.kind, key.key, key.path
            found[name] = (*found.get(name, ()), record)
        return found


class ObjectMerge:
    """The merge of one object; what it found counts only when the whole object is right."""

    def __init__(self, given: MergeInput, one: ImportedObject, data: ObjectData | None) -> None:
        self._given = given
        self.one = one
        self.result = copy.deepcopy(data) if data is not None else None
        self.replaces: ObjectData | None = None
        self.changes: list[Change] = []
        self.conflicts: list[Conflict] = []
        self.kept: list[Kept] = []
        self.records: list[ProvenanceRecord] = []
        self.unchanged = 0

    def merge_fields(self, data: ObjectData) -> None:
        """Merge field by field into an object that the file has."""
        groups: dict[FieldPath, list[ImportedField]] = {}
        for one in self.one.fields:
            if not one.only_if_missing:
                groups.setdefault(one.path[:2] if self._is_named_item(one.path) else one.path, []).append(one)
        for path, fields in groups.items():
            if self._is_named_item(path) and find_field(self.one.kind, data, path).missing:
                self._merge_new_item(path, fields)
                continue
            for one in fields:
                self._merge_field(data, one)
        if self.changes:
            check_object(self.one.kind, self._writable())
        self._remember_defaults()

    def merge_link(self, clash: ObjectData) -> None:
        """Judge a link whose ends the file connects differently."""
        fields = self.one.fields
        known = self._record(fields[0].path)
        value: JsonValue = clash.get("ends") or [clash.get("end"), f"provider {clash.get('provider')}"]
        decided = self._given.decisions.take("links", self.one.key, fields[0].path)
        verdict = judge_field(fields[0].path, value, fields[0].value, known, decided)
        if verdict.verdict == "update":
            self.result = build_object("links", fields, self.one.key)
            self.replaces = clash
            self._note_change(fields[0], "changed", value)
            return
        self._not_taken(fields[0], value, verdict, "the file connects an end of it to something else")

    def add_object(self) -> None:
        """Add an object that the file does not have, unless a person removed it since the last import."""
        given = [one for one in self.one.fields if not one.only_if_missing]
        if self._removed_by_person((), given):
            return
        self.result = build_object(self.one.kind, self.one.fields, self.one.key)
        self.changes.append(
            Change(
                action="added",
                kind=self.one.kind,
                key=self.one.key,
                after=copy.deepcopy(self.result),
                origin=self.one.origin,
            )
        )
        self.records += [self._new(one) for one in self.one.fields]

    def _remember_defaults(self) -> None:
        """Keep the records of defaults that a killed import gave to this object."""
        for one in self.one.fields:
            unfinished = self._given.unfinished.get(self._record_key(one.path))
            if one.only_if_missing and unfinished is not None and self._record(one.path) is None:
                self.records.append(unfinished)

    def _merge_field(self, data: ObjectData, one: ImportedField) -> None:
        found = find_field(self.one.kind, data, one.path)
        if one.path == ("credential",) and not _REFERENCE.match(str(found.value or "env:")):
            # It may be the password itself, and a conflict would show and record it.
            raise InvalidObject(
                "its credential in the file is no reference", "write env:NAME or vault:NAME there"
            )
        record = self._record(one.path)
        decided = self._given.decisions.take(self.one.kind, self.one.key, one.path)
        verdict = judge_field(one.path, found.value, one.value, record, decided)
        if verdict.verdict == "same":
            self._agree(one, record)
        elif verdict.verdict in ("add", "update") and found.covered_by is None:
            self._note_change(one, "changed" if found.written else "added", found.value)
            set_field(self.one.kind, self._writable(), one.path, one.value)
        elif found.covered_by is not None and decided == "file" and verdict.verdict == "add":
            self._not_taken(one, None, FieldVerdict("keep-decided", "decided for the file"), "")
        elif found.covered_by is not None and verdict.verdict not in ("keep", "keep-decided"):
            reason = (
                f"the file describes it within {found.covered_by}; write this port alone, or keep the file"
            )
            self.conflicts.append(self._conflict(one, found.value, reason, only_file=True))
        else:
            self._not_taken(one, found.value, verdict, self._who_wrote(one, found.value) or verdict.reason)

    def _merge_new_item(self, path: FieldPath, fields: list[ImportedField]) -> None:
        """Add a port or disk that the object in the file does not have."""
        if self._removed_by_person(path, fields):
            return
        for one in fields:
            set_field(self.one.kind, self._writable(), one.path, one.value)
            self._note_change(one, "added", None)

    def _removed_by_person(self, path: FieldPath, fields: list[ImportedField]) -> bool:
        """Tell whether it was imported before and a person took it out of the file; then it is not added."""
        records = [self._record(one.path) for one in fields]
        if not any(record is not None for record in records):
            return False
        shown: JsonValue = {".".join(one.path): one.value for one in fields}
        key_field = ImportedField(path=path or ("*",), value=shown, origin=self.one.origin)
        decided = self._given.decisions.take(self.one.kind, self.one.key, key_field.path)
        if decided == "source":
            return False
        stands = all(
            record is not None and judge_field(one.path, None, one.value, record, None).verdict == "keep"
            for one, record in zip(fields, records, strict=True)
        )
        if stands:
            verdict = FieldVerdict("keep", "it was removed from the file since the import")
        else:
            verdict = FieldVerdict("conflict" if decided is None else "keep-decided", "decided for the file")
        reason = "it was removed from the file, and the source changed since"
        if verdict.verdict == "keep-decided":
            self.records += [self._new(one, state="kept") for one in fields]
            self.kept.append(self._keep(key_field, None, verdict.reason))
        else:
            self._not_taken(key_field, None, verdict, reason)
        return True

    def _not_taken(self, one: ImportedField, value: JsonValue, verdict: FieldVerdict, reason: str) -> None:
        if verdict.verdict == "conflict":
            self.conflicts.append(self._conflict(one, value, reason))
            return
        if verdict.verdict == "keep-decided":
            self.records.append(self._new(one, state="kept", file_value=value))
        self.kept.append(self._keep(one, value, verdict.reason))

    def _agree(self, one: ImportedField, record: ProvenanceRecord | None) -> None:
        self.unchanged += 1
        stands = record is not None and same_value(one.path, record.value, one.value)
        if record is not None and stands and record.state != "kept":
            return
        unfinished = self._given.unfinished.get(self._record_key(one.path))
        if unfinished is not None and unfinished.value == one.value and unfinished.state == "imported":
            self.records.append(unfinished)
            return
        self.records.append(self._new(one, state="agreed"))

    def _who_wrote(self, one: ImportedField, value: JsonValue) -> str | None:
        """Return which other source the file's value came from."""
        for record in self._given.by_field.get((self.one.kind, self.one.key, one.path), ()):
            other = record.source != self._given.facts.source.render()
            if other and record.state == "imported" and same_value(one.path, record.value, value):
                return f"the file's value came from {record.source}"
        return None

    def _note_change(self, one: ImportedField, action: str, before: JsonValue) -> None:
        self.changes.append(
            Change(
                action="added" if action == "added" else "changed",
                kind=self.one.kind,
                key=self.one.key,
                path=one.path,
                before=before,
                after=one.value,
                origin=one.origin,
            )
        )
        self.records.append(self._new(one))

    def _writable(self) -> ObjectData:
        if self.result is None:
            self.result = {}
        return self.result

    def _is_named_item(self, path: FieldPath) -> bool:
        return len(path) > 1 and path[0] in KINDS[self.one.kind].item_lists

    def _record_key(self, path: FieldPath) -> RecordKey:
        return RecordKey(self.one.kind, self.one.key, path, self._given.facts.source.render())

    def _record(self, path: FieldPath) -> ProvenanceRecord | None:
        return self._given.records.get(self._record_key(path))

    def _new(
        self, one: ImportedField, *, state: State = "imported", file_value: JsonValue = None
    ) -> ProvenanceRecord:
        given = self._given
        return new_record(
            self.one.kind,
            self.one.key,
            one,
            given.facts.source,
            given.now,
            state=state,
            file_value=file_value,
        )

    def _conflict(
        self, one: ImportedField, value: JsonValue, reason: str, *, only_file: bool = False
    ) -> Conflict:
        return Conflict(
            kind=self.one.kind,
            key=self.one.key,
            path=one.path,
            file_value=value,
            source_value=one.value,
            origin=one.origin,
            reason=reason,
            only_file=only_file,
        )

    def _keep(self, one: ImportedField, value: JsonValue, reason: str) -> Kept:
        return Kept(
            kind=self.one.kind,
            key=self.one.key,
            path=one.path,
            file_value=value,
            source_value=one.value,
            reason=reason,
        )
