"""The difference between two snapshots: which objects were added, removed or changed, and how.

The answer is empty exactly when the digests are equal. Ports are compared one by one, however they were
written, and ports that changed alike are told as one range again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar

from pydantic import Field, JsonValue

from inventory.interface_ranges import InterfaceRange, merge_ranges, read_range
from inventory.models import Device, Inventory, Model, MunicipalityInventory
from inventory.natural_order import natural_key
from inventory.snapshot import Snapshot

ChangeKind = Literal["added", "removed", "changed"]
ModelT = TypeVar("ModelT", bound=Model)

_KEYS = ("vlan_id", "name", "year", "prefix")
_INTERFACES = "interfaces"
_SECTIONS = tuple(name for name in MunicipalityInventory.model_fields if name != "municipality")


class ValueChange(Model):
    """One value of an object that differs."""

    kind: ChangeKind
    path: tuple[str, ...] = Field(description="The way to the value inside its object, such as interfaces, 1")
    before: JsonValue = None
    after: JsonValue = None


class ObjectChange(Model):
    """One object that was added, removed or changed."""

    kind: ChangeKind
    municipality: str | None = Field(description="None for what belongs to a centre or to the whole")
    section: str = Field(description="Such as devices, or municipality for the municipality itself")
    name: str
    before: JsonValue = Field(default=None, description="The whole object, where it was removed")
    after: JsonValue = Field(default=None, description="The whole object, where it was added")
    values: tuple[ValueChange, ...] = Field(default=(), description="What changed inside it")


class SnapshotDiff(Model):
    """Everything that differs between two snapshots."""

    before: str = Field(description="Digest of the snapshot before")
    after: str = Field(description="Digest of the snapshot after")
    objects: tuple[ObjectChange, ...]

    def count(self, kind: ChangeKind) -> int:
        """Return how many objects were changed in this way."""
        return sum(1 for one in self.objects if one.kind == kind)


class _Place(NamedTuple):
    municipality: str | None
    section: str


class _InventoryHead(Model):
    scope: str
    name: str | None


def diff_snapshots(before: Snapshot, after: Snapshot) -> SnapshotDiff:
    """Return every object that differs; both snapshots are in order, as ``take_snapshot`` leaves them.

    Whole municipalities and objects are compared before their parts, so the cost grows with what is there and
    most of it with what changed.
    """
    objects: tuple[ObjectChange, ...] = ()
    if before.digest != after.digest:
        objects = tuple(_diff_inventories(before.inventory, after.inventory))
    return SnapshotDiff(before=before.digest, after=after.digest, objects=objects)


def _diff_inventories(before: Inventory, after: Inventory) -> Iterator[ObjectChange]:
    heads = [_head(inventory) for inventory in (before, after)]
    yield from _diff_objects(_Place(None, "inventory"), {"inventory": heads[0]}, {"inventory": heads[1]})
    for section in ("centres", "routing_domains"):
        yield from _diff_section(_Place(None, section), getattr(before, section), getattr(after, section))
    old, new = _keyed(before.municipalities), _keyed(after.municipalities)
    for name in _in_order(old, new):
        yield from _diff_towns(name, old.get(name), new.get(name))


def _diff_towns(
    name: str, before: MunicipalityInventory | None, after: MunicipalityInventory | None
) -> Iterator[ObjectChange]:
    if before == after:
        return
    old = {} if before is None else {name: before.municipality}
    new = {} if after is None else {name: after.municipality}
    yield from _diff_objects(_Place(name, "municipality"), old, new)
    for section in _SECTIONS:
        yield from _diff_section(
            _Place(name, section),
            () if before is None else getattr(before, section),
            () if after is None else getattr(after, section),
        )


def _diff_section(place: _Place, before: Sequence[Model], after: Sequence[Model]) -> Iterator[ObjectChange]:
    if before != after:
        yield from _diff_objects(place, _keyed(before), _keyed(after))


def _diff_objects(
    place: _Place, before: Mapping[str, Model], after: Mapping[str, Model]
) -> Iterator[ObjectChange]:
    for name in _in_order(before, after):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        kind: ChangeKind = "added" if old is None else "removed" if new is None else "changed"
        changed = kind == "changed"
        yield ObjectChange(
            kind=kind,
            municipality=place.municipality,
            section=place.section,
            name=name,
            before=None if old is None or changed else old.model_dump(mode="json"),
            after=None if new is None or changed else new.model_dump(mode="json"),
            values=_diff_values(old, new) if old is not None and new is not None else (),
        )


def _diff_values(before: Model, after: Model) -> tuple[ValueChange, ...]:
    old, new = _facts(before), _facts(after)
    changes = tuple(_compare(old, new, ()))
    if isinstance(before, Device):
        changes = _ports_as_ranges(changes)
    # Two objects that differ are never told to be equal, whatever the comparison by parts overlooks.
    return changes or (
        ValueChange(
            kind="changed",
            path=(),
            before=before.model_dump(mode="json"),
            after=after.model_dump(mode="json"),
        ),
    )


def _facts(model: Model) -> JsonValue:
    facts: dict[str, JsonValue] = model.model_dump(mode="json")
    if isinstance(model, Device):
        entries = {id(entry): entry.model_dump(mode="json", exclude={"name"}) for entry in model.interfaces}
        names = _without_twins([name for name, _ in model.ports()])
        ports = zip(names, model.ports(), strict=True)
        facts[_INTERFACES] = {name: entries[id(entry)] for name, (_, entry) in ports}
    return facts


def _compare(before: JsonValue, after: JsonValue, path: tuple[str, ...]) -> Iterator[ValueChange]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in _in_order(before, after):
            yield from _compare(before.get(key), after.get(key), (*path, key))
        return
    old, new = _by_key(before), _by_key(after)
    if old is not None and new is not None:
        for key in _in_order(old, new):
            yield from _compare(old.get(key), new.get(key), (*path, key))
        return
    kind: ChangeKind = "added" if before is None else "removed" if after is None else "changed"
    yield ValueChange(kind=kind, path=path, before=before, after=after)


def _by_key(value: JsonValue) -> dict[str, JsonValue] | None:
    """Return a list of named objects by name, where their order is the order of the names."""
    if not isinstance(value, list) or not value:
        return None
    keys = [_name_of(item) for item in value]
    if None in keys or len(set(keys)) != len(keys):
        return None
    names = [str(key) for key in keys]
    return dict(zip(names, value, strict=True)) if sorted(names, key=natural_key) == names else None


def _name_of(item: JsonValue) -> str | None:
    if not isinstance(item, dict):
        return None
    return next((str(item[key]) for key in _KEYS if key in item), None)


def _ports_as_ranges(changes: tuple[ValueChange, ...]) -> tuple[ValueChange, ...]:
    """Return the changes with ports that changed alike under one range."""
    others = [change for change in changes if change.path[0] != _INTERFACES]
    of_port: dict[str, list[ValueChange]] = {}
    for change in changes:
        if change.path[0] == _INTERFACES:
            of_port.setdefault(change.path[1], []).append(change)
    alike: dict[str, list[str]] = {}
    for port, found in of_port.items():
        look = "\n".join(
            change.model_copy(update={"path": change.path[2:]}).model_dump_json() for change in found
        )
        alike.setdefault(look, []).append(port)
    for ports in alike.values():
        for name in _as_ranges(ports):
            others.extend(
                change.model_copy(update={"path": (_INTERFACES, name, *change.path[2:])})
                for change in of_port[ports[0]]
            )
    return tuple(others)


def _as_ranges(ports: list[str]) -> list[str]:
    read: dict[str, list[InterfaceRange]] = {}
    alone: list[str] = []
    for port in ports:
        found = read_range(port)
        if found is None:
            alone.append(port)
        else:
            read.setdefault(found.stem, []).append(found)
    merged = [one.render() for ranges in read.values() for one in merge_ranges(ranges)]
    return sorted((*alone, *merged), key=natural_key)


def _head(inventory: Inventory) -> Model:
    return _InventoryHead(scope=inventory.scope, name=inventory.name)


def _keyed(models: Sequence[ModelT]) -> dict[str, ModelT]:
    return dict(zip(_without_twins([_key(one) for one in models]), models, strict=True))


def _without_twins(names: list[str]) -> list[str]:
    """Return the names, a second use of one with its count behind it: no object may hide another."""
    used: dict[str, int] = {}
    told = []
    for name in names:
        used[name] = used.get(name, 0) + 1
        told.append(name if used[name] == 1 else f"{name}#{used[name]}")
    return told


def _key(model: Model) -> str:
    if isinstance(model, MunicipalityInventory):
        return model.municipality.name
    ends = getattr(model, "named_ends", None)
    if ends is not None:
        return " - ".join(ends())
    return next(str(getattr(model, key)) for key in _KEYS if hasattr(model, key))


def _in_order(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return sorted(before.keys() | after.keys(), key=natural_key)
