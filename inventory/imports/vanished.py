"""What a source gave before and does not have now; an import tells it and never deletes it."""

from collections.abc import Mapping

from inventory.imports.models import KINDS, ImportedFacts, ObjectKind
from inventory.imports.objects import ObjectData, find_field
from inventory.imports.outcome import Vanished
from inventory.imports.provenance import ProvenanceRecord, Records


def find_vanished(
    facts: ImportedFacts, records: Records, objects: Mapping[ObjectKind, Mapping[str, ObjectData]]
) -> tuple[Vanished, ...]:
    """Return objects, and their ports and disks, that left the source and are still in the files."""
    told = {(one.kind, one.key) for one in facts.objects}
    left_out = {(one.kind, one.key) for one in facts.skipped if one.key is not None}
    items = {
        (one.kind, one.key, *field.path[:2])
        for one in facts.objects
        for field in one.fields
        if len(field.path) > 1 and field.path[0] in KINDS[one.kind].item_lists
    }
    gone: dict[Vanished, None] = {}
    for record in records.values():
        data = objects[record.kind].get(record.object)
        if record.source != facts.source.render() or record.kind not in facts.covers or data is None:
            continue
        name = (record.kind, record.object)
        if name in left_out:
            continue
        if name not in told:
            gone[Vanished(kind=record.kind, key=record.object)] = None
        elif _is_item(record) and (*name, *record.field[:2]) not in items:
            path = record.field[:2]
            if not find_field(record.kind, data, path).missing:
                gone[Vanished(kind=record.kind, key=record.object, path=path)] = None
    return tuple(gone)


def _is_item(record: ProvenanceRecord) -> bool:
    return len(record.field) > 1 and record.field[0] in KINDS[record.kind].item_lists
