"""Merge the facts of one source into the data of a municipality's files; pure, nothing is written here."""

import copy
from dataclasses import dataclass

from pydantic import JsonValue

from inventory.imports.errors import ImportRefusedError, NameCollisionError
from inventory.imports.models import (
    KINDS,
    ImportedFacts,
    ImportedObject,
    ObjectKind,
    SkippedObject,
    object_key,
)
from inventory.imports.object_merge import MergeInput, ObjectMerge
from inventory.imports.objects import InvalidObject, ObjectData
from inventory.imports.outcome import Change, Conflict, ImportOutcome, Kept
from inventory.imports.provenance import ProvenanceRecord, RecordKey
from inventory.imports.vanished import find_vanished


@dataclass(frozen=True, slots=True)
class Merged:
    """The files' data after the import, its provenance, and what happened."""

    documents: dict[str, dict[str, JsonValue]]
    records: dict[RecordKey, ProvenanceRecord]
    outcome: ImportOutcome


def merge(given: MergeInput) -> Merged:
    """Merge the facts of one source into the files' data.

    Raises:
        NameCollisionError: the source has two objects of one kind and key.

    """
    _refuse_collisions(given.facts)
    merging = _Merging(given)
    for kind in KINDS:
        for one in given.facts.objects:
            if one.kind == kind:
                merging.take(one)
    vanished = find_vanished(given.facts, given.records, merging.objects)
    return Merged(
        documents=merging.documents,
        records=merging.records,
        outcome=ImportOutcome(
            changes=tuple(merging.changes),
            conflicts=tuple(merging.conflicts),
            kept=tuple(merging.kept),
            vanished=vanished,
            skipped=(*given.facts.skipped, *merging.skipped),
            unchanged_fields=merging.unchanged,
        ),
    )


def _refuse_collisions(facts: ImportedFacts) -> None:
    first: dict[tuple[str, str], ImportedObject] = {}
    for one in facts.objects:
        earlier = first.get((one.kind, one.key))
        if earlier is not None:
            raise NameCollisionError(one.kind, one.key, (earlier.origin, one.origin))
        first[one.kind, one.key] = one


class _Merging:
    """One merge under way: the data as it grows, and what was found."""

    def __init__(self, given: MergeInput) -> None:
        self.given = given
        self.documents = {file: dict(copy.deepcopy(data)) for file, data in given.documents.items()}
        self.records = dict(given.records)
        self.changes: list[Change] = []
        self.conflicts: list[Conflict] = []
        self.kept: list[Kept] = []
        self.skipped: list[SkippedObject] = []
        self.unchanged = 0
        self.objects: dict[ObjectKind, dict[str, ObjectData]] = {kind: self._index(kind) for kind in KINDS}

    def take(self, one: ImportedObject) -> None:
        """Merge one object of the source; it is taken whole or not at all."""
        data = self.objects[one.kind].get(one.key)
        step = ObjectMerge(self.given, one, data)
        try:
            if data is not None:
                step.merge_fields(data)
            elif one.kind == "links" and (clash := self._clashing_link(one)) is not None:
                step.merge_link(clash)
            else:
                step.add_object()
        except InvalidObject as error:
            self.skipped.append(
                SkippedObject(
                    kind=one.kind,
                    name=one.key,
                    key=one.key,
                    origin=one.origin,
                    reason=error.reason,
                    action=error.action,
                )
            )
            return
        self._keep(step)

    def _keep(self, step: ObjectMerge) -> None:
        self.changes += step.changes
        self.conflicts += step.conflicts
        self.kept += step.kept
        self.unchanged += step.unchanged
        self.records.update({record.record_key(): record for record in step.records})
        if step.result is None or not step.changes:
            return
        kind, key = step.one.kind, step.one.key
        items = self._list_of(kind)
        old = step.replaces or self.objects[kind].get(key)
        if old is None:
            items.append(step.result)
        else:
            items[next(number for number, item in enumerate(items) if item is old)] = step.result
        if step.replaces is not None:
            del self.objects[kind][next(name for name, item in self.objects[kind].items() if item is old)]
        self.objects[kind][key] = step.result

    def _list_of(self, kind: ObjectKind) -> list[JsonValue]:
        """Return the list in which the objects of a kind stand, made where there is none."""
        file = KINDS[kind].file
        items = self.documents.setdefault(file, {}).setdefault(kind, [])
        if not isinstance(items, list):
            raise ImportRefusedError(f"{file}: '{kind}' is no list; correct it and import again")
        return items

    def _index(self, kind: ObjectKind) -> dict[str, ObjectData]:
        items = self.documents.get(KINDS[kind].file, {}).get(kind)
        found: dict[str, ObjectData] = {}
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and (key := object_key(kind, item)) is not None:
                found.setdefault(key, item)
        return found

    def _clashing_link(self, one: ImportedObject) -> ObjectData | None:
        """Return a link of the file that uses one of the ends of a link of the source."""
        ends = set(one.key.split(" <-> "))
        return next(
            (data for key, data in self.objects["links"].items() if ends & set(key.split(" <-> "))), None
        )
