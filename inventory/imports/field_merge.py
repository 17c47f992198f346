"""The three-way decision about one field: what was imported last, what file and source say now."""

from typing import Literal, NamedTuple

from pydantic import JsonValue

from inventory.imports.decisions import Take
from inventory.imports.models import FieldPath
from inventory.imports.provenance import ProvenanceRecord
from inventory.vlan_ranges import vlan_ids

Verdict = Literal["same", "add", "update", "keep", "keep-decided", "conflict"]


class FieldVerdict(NamedTuple):
    """What happens to a field, and why."""

    verdict: Verdict
    reason: str = ""


def same_value(path: FieldPath, one: JsonValue, other: JsonValue) -> bool:
    """Return whether two values mean the same: a null key is a missing one, and so on."""
    if path[-1:] == ("vlans",) and isinstance(one, str) and isinstance(other, str):
        return _vlans(one) == _vlans(other)
    if path == ("ends",) and isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    one, other = _bare(one), _bare(other)
    return type(one) is type(other) and one == other


def judge_field(
    path: FieldPath,
    file_value: JsonValue,
    source_value: JsonValue,
    record: ProvenanceRecord | None,
    decided: Take | None,
) -> FieldVerdict:
    """Return what to do with a field of the file when the source says ``source_value``.

    A person's word is never overwritten without a decision. Where only the person changed something since the
    last import, there is nothing to ask: the source still says what was known then.
    """
    if same_value(path, file_value, source_value):
        return FieldVerdict("same")
    if record is None and file_value is None:
        return FieldVerdict("add")
    if record is not None and (known := _by_record(path, file_value, source_value, record)) is not None:
        return known
    if decided == "file":
        return FieldVerdict("keep-decided", "decided for the file")
    if decided is None:
        who = "a person wrote the file's value" if record is None else "both changed since the last import"
        return FieldVerdict("conflict", who)
    return FieldVerdict("update" if file_value is not None else "add")


def _by_record(
    path: FieldPath, file_value: JsonValue, source_value: JsonValue, record: ProvenanceRecord
) -> FieldVerdict | None:
    source_stands = same_value(path, source_value, record.value)
    if record.state == "kept":
        if source_stands and same_value(path, file_value, record.file_value):
            return FieldVerdict("keep", f"decided for the file at {record.at:%Y-%m-%d %H:%M} UTC")
        return None
    if source_stands:
        return FieldVerdict("keep", "the file was changed since the import, the source was not")
    if record.state == "imported" and same_value(path, file_value, record.value):
        return FieldVerdict("update")
    return None


def _vlans(text: str) -> frozenset[int] | str:
    try:
        return vlan_ids(text)
    except ValueError:
        return text


def _bare(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if item is not None}
    return [_bare(item) for item in value] if isinstance(value, list) else value
