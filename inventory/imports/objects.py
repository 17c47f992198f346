"""One object as plain data: find a field, set a field, build a new one, and check it against its model."""

import copy
import json
from typing import NamedTuple, cast

from pydantic import BaseModel, JsonValue, ValidationError

from inventory.imports.models import KINDS, FieldPath, ImportedField, ObjectKind
from inventory.interface_ranges import interface_names, is_range
from inventory.models import Disk, Interface, NetworkAdapter

ObjectData = dict[str, JsonValue]

_ITEM_MODELS: dict[str, type[BaseModel]] = {
    "interfaces": Interface,
    "disks": Disk,
    "networks": NetworkAdapter,
}
_IDENTITY = "name"


class InvalidObject(Exception):
    """An object would not fit its model; inside a merge it becomes a skipped object."""

    def __init__(self, reason: str, action: str) -> None:
        self.reason = reason
        self.action = action
        super().__init__(f"{reason}; {action}")


class Found(NamedTuple):
    """A field of an object in the file."""

    value: JsonValue
    written: bool
    """Whether it stands in the file; a default that is left out has a value and is not written."""
    missing: bool
    covered_by: str | None = None
    """The range of ports in which the file describes it."""


def find_field(kind: ObjectKind, data: ObjectData, path: FieldPath) -> Found:
    """Return a field of an object, or a whole named item such as a port."""
    if path[0] not in KINDS[kind].item_lists or len(path) == 1:
        return _find_plain(KINDS[kind].model, data, path)
    item, covered_by = _item(kind, data.get(path[0]), path)
    if item is None:
        return Found(None, written=False, missing=True)
    if len(path) == 2:  # noqa: PLR2004  (the list and the name)
        return Found(item, written=True, missing=False, covered_by=covered_by)
    model = _ITEM_MODELS.get(path[0])
    return _find_plain(model, item, path[2:])._replace(covered_by=covered_by)


def set_field(kind: ObjectKind, data: ObjectData, path: FieldPath, value: JsonValue) -> None:
    """Set a field; a new key goes where its model has it, a new named item to the end of its list."""
    model: type[BaseModel] | None = KINDS[kind].model
    if path[0] in KINDS[kind].item_lists and len(path) > 1:
        _insert(data, path[0], data.get(path[0], []), model)
        items = data[path[0]]
        if not isinstance(items, list):
            raise InvalidObject(f"its {path[0]} in the file are no list", "correct the file")
        item, _ = _item(kind, items, path)
        if item is None:
            item = {_IDENTITY: path[1]} if path[0] in KINDS[kind].named_lists else {}
            if not item and path[1] != str(len(items) + 1):
                raise InvalidObject(
                    f"{path[0]} {path[1]} has no place: there are {len(items)}", "give them in their order"
                )
            items.append(item)
        model, data, path = _ITEM_MODELS.get(path[0]), item, path[2:]
    for step in path[:-1]:
        inner = data.get(step)
        if not isinstance(inner, dict):
            inner = {}
            _insert(data, step, inner, model)
        model, data = None, inner
    if path:
        _insert(data, path[-1], copy.deepcopy(value), model)


def build_object(kind: ObjectKind, fields: tuple[ImportedField, ...], key: str) -> ObjectData:
    """Return a new object as it would be written: complete, checked, without what equals a default.

    Raises:
        InvalidObject: something that every object of the kind needs is missing or does not fit.

    """
    layout = KINDS[kind]
    data: ObjectData = {}
    if layout.identity == "vlan_id" and key.isdecimal():
        data["vlan_id"] = int(key)
    elif kind != "links":
        data[layout.identity] = key
    for one in fields:
        set_field(kind, data, one.path, one.value)
    checked = check_object(kind, data)
    return cast("ObjectData", checked.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def check_object(kind: ObjectKind, data: ObjectData) -> BaseModel:
    """Return an object as its model.

    Raises:
        InvalidObject: it does not fit; the reason names every field.

    """
    try:
        return KINDS[kind].model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        missing = [".".join(map(str, one["loc"])) for one in problems if one["type"] == "missing"]
        wrong = [
            f"{'.'.join(map(str, one['loc'])) or 'the object'}: {one['msg']}"
            for one in problems
            if one["type"] != "missing"
        ]
    named = "' and '".join(missing)
    parts = ([f"nothing says its '{named}'"] if missing else []) + wrong
    what = f"'{missing[0]}' for it" if missing else "a value that fits"
    action = f"give {what} in the source, or by a rule or under defaults.{kind} in the mapping"
    raise InvalidObject("; ".join(parts), action)


def _find_plain(model: type[BaseModel] | None, data: ObjectData, path: FieldPath) -> Found:
    value: JsonValue = data
    for step in path:
        if not isinstance(value, dict) or step not in value:
            default = _default(model, path)
            return Found(default, written=False, missing=True)
        value = value[step]
    return Found(value, written=True, missing=value is None)


def _default(model: type[BaseModel] | None, path: FieldPath) -> JsonValue:
    """Return what a field that is left out means; None where it then means nothing."""
    field = None if model is None or len(path) > 1 else model.model_fields.get(path[0])
    if field is None or field.is_required():
        return None
    default = field.get_default(call_default_factory=True)
    return default if isinstance(default, str | int | bool) else None


def _item(kind: ObjectKind, items: JsonValue, path: FieldPath) -> tuple[ObjectData | None, str | None]:
    if path[0] in KINDS[kind].named_lists:
        return _named_item(items, path[1])
    number = int(path[1]) if path[1].isdecimal() else 0
    found = items[number - 1] if isinstance(items, list) and 0 < number <= len(items) else None
    return (found if isinstance(found, dict) else None), None


def _named_item(items: JsonValue, name: str) -> tuple[ObjectData | None, str | None]:
    covering: tuple[ObjectData | None, str | None] = None, None
    for item in items if isinstance(items, list) else ():
        written = item.get(_IDENTITY) if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(written, str):
            continue
        if written == name:
            return item, None
        if is_range(written) and name in interface_names(written):
            covering = item, written
    return covering


def _insert(data: ObjectData, key: str, value: JsonValue, model: type[BaseModel] | None) -> None:
    """Set a key; a new one goes behind what stands before it in the model."""
    if key in data or model is None:
        data[key] = value
        return
    order = {name: number for number, name in enumerate(model.model_fields)}
    here = order.get(key, len(order))
    before = [number for number, name in enumerate(data) if order.get(name, len(order)) < here]
    pairs = list(data.items())
    pairs.insert(max(before) + 1 if before else 0, (key, value))
    data.clear()
    data.update(pairs)
