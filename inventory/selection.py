"""The one language that selects devices and servers: ``municipality=norddjurs role=firewall platform!=ios``.

Terms stand side by side and must all hold. ``key=a,b`` takes either value, a key written twice takes either
of its values too, and ``key!=a`` leaves out. ``name=ndj-acc*`` is a pattern, ``vlan=700-719`` a range of
VLANs, ``end_of_support=..2026-12-31`` a range of days, and ``operating_system=""`` what has no such value; a
pattern or a range never means what has no value. An empty selection selects everything.

A selection that matches nothing is an error: a run over nothing must never look like a success. So is a
value, a pattern or a range that nothing in the whole inventory has, also behind ``!=``: it is misspelt.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Generic, Literal, TypeVar

from inventory.cycle_collection import cycle_collection_paused
from inventory.errors import SelectionError
from inventory.models import Device, Inventory, Model, MunicipalityInventory, Server
from inventory.selection_language import Term, Value, parse_selection, render_value
from inventory.violations import suggest

__all__ = [
    "DEVICE_KEYS",
    "SERVER_KEYS",
    "SelectedDevice",
    "SelectedServer",
    "SelectionKey",
    "select_devices",
    "select_servers",
]

Texts = tuple[str, ...]
"""The values that one object has under a key; an empty text is a value that is not set."""

ObjectT = TypeVar("ObjectT", Device, Server)

_UNSET: Texts = ("",)
_VLAN_RANGE = re.compile(r"(\d{1,4})-(\d{1,4})")
_DAYS = ".."


class SelectedDevice(Model):
    """A device with the municipality and centre it belongs to."""

    municipality: str
    centre: str
    device: Device


class SelectedServer(Model):
    """A server with the municipality and centre it belongs to."""

    municipality: str
    centre: str
    server: Server


@dataclass(frozen=True, slots=True)
class SelectionKey(Generic[ObjectT]):
    """A key of the language: how its values are read, and from which parts of a municipality.

    ``reader`` is called once for each municipality and returns what reads one of its objects. A key with an
    ``of_town`` has that one value for everything in a municipality.
    """

    reader: Callable[[MunicipalityInventory], Callable[[ObjectT], Texts]]
    parts: tuple[str, ...]
    kind: Literal["text", "vlan", "day"] = "text"
    of_town: Callable[[MunicipalityInventory], str] | None = None


def _of_object(read: Callable[[ObjectT], str | None], part: str) -> SelectionKey[ObjectT]:
    def reader(_town: MunicipalityInventory) -> Callable[[ObjectT], Texts]:
        return lambda one: (read(one) or "",)

    return SelectionKey(reader, (part,))


def _of_town(read: Callable[[MunicipalityInventory], str], parts: tuple[str, ...]) -> SelectionKey[ObjectT]:
    def reader(town: MunicipalityInventory) -> Callable[[ObjectT], Texts]:
        texts = (read(town),)
        return lambda _one: texts

    return SelectionKey(reader, parts, of_town=read)


def _device_day(read: Callable[[Device], date | None]) -> SelectionKey[Device]:
    def reader(_town: MunicipalityInventory) -> Callable[[Device], Texts]:
        def texts(device: Device) -> Texts:
            day = read(device)
            return _UNSET if day is None else (day.isoformat(),)

        return texts

    return SelectionKey(reader, ("devices",), "day")


def _site_kinds(town: MunicipalityInventory) -> Callable[[Device], Texts]:
    kinds: dict[str, Texts] = {site.name: (site.kind,) for site in town.sites}
    return lambda device: kinds.get(device.site, _UNSET)


def _weaknesses(_town: MunicipalityInventory) -> Callable[[Device], Texts]:
    return lambda device: device.known_weaknesses or _UNSET


def _criticalities(town: MunicipalityInventory) -> Callable[[Server], Texts]:
    by_application: dict[str, str] = {one.name: one.criticality for one in town.applications}
    return lambda server: (server.criticality or by_application.get(server.application, ""),)


def _server_vlans(_town: MunicipalityInventory) -> Callable[[Server], Texts]:
    return lambda server: tuple(str(adapter.vlan) for adapter in server.networks)


DEVICE_KEYS: Mapping[str, SelectionKey[Device]] = {
    "municipality": _of_town(lambda town: town.municipality.name, ()),
    "centre": _of_town(lambda town: town.municipality.centre, ("municipality",)),
    "name": _of_object(lambda device: device.name, "devices"),
    "site": _of_object(lambda device: device.site, "devices"),
    "site_kind": SelectionKey(_site_kinds, ("devices", "sites")),
    "role": _of_object(lambda device: device.role, "devices"),
    "platform": _of_object(lambda device: device.platform, "devices"),
    "model": _of_object(lambda device: device.model, "devices"),
    "software_version": _of_object(lambda device: device.software_version, "devices"),
    "phase": _of_object(lambda device: device.phase, "devices"),
    "weakness": SelectionKey(_weaknesses, ("devices",)),
    "end_of_support": _device_day(lambda device: device.end_of_support),
    "unreachable_since": _device_day(lambda device: device.unreachable_since),
}
"""By what devices are selected."""

SERVER_KEYS: Mapping[str, SelectionKey[Server]] = {
    "municipality": _of_town(lambda town: town.municipality.name, ()),
    "centre": _of_town(lambda town: town.municipality.centre, ("municipality",)),
    "name": _of_object(lambda server: server.name, "servers"),
    "application": _of_object(lambda server: server.application, "servers"),
    "criticality": SelectionKey(_criticalities, ("servers", "applications")),
    "environment": _of_object(lambda server: server.environment, "servers"),
    "owner": _of_object(lambda server: server.owner, "servers"),
    "operating_system": _of_object(lambda server: server.operating_system, "servers"),
    "phase": _of_object(lambda server: server.phase, "servers"),
    "vlan": SelectionKey(_server_vlans, ("servers",), "vlan"),
}
"""By what servers are selected."""


def select_devices(inventory: Inventory, selection: str) -> tuple[SelectedDevice, ...]:
    """Return the devices that a selection names, in the inventory's order.

    Raises:
        SelectionError: it cannot be understood, names something that does not exist, or matches nothing.

    """
    with cycle_collection_paused():
        everything = tuple((town, town.devices) for town in inventory.municipalities)
        return tuple(
            SelectedDevice(
                municipality=town.municipality.name, centre=town.municipality.centre, device=device
            )
            for town, device in _select("devices", DEVICE_KEYS, everything, selection)
        )


def select_servers(inventory: Inventory, selection: str) -> tuple[SelectedServer, ...]:
    """Return the servers that a selection names, in the inventory's order.

    Raises:
        SelectionError: it cannot be understood, names something that does not exist, or matches nothing.

    """
    with cycle_collection_paused():
        everything = tuple((town, town.servers) for town in inventory.municipalities)
        return tuple(
            SelectedServer(
                municipality=town.municipality.name, centre=town.municipality.centre, server=server
            )
            for town, server in _select("servers", SERVER_KEYS, everything, selection)
        )


def _select(
    what: str,
    keys: Mapping[str, SelectionKey[ObjectT]],
    everything: tuple[tuple[MunicipalityInventory, tuple[ObjectT, ...]], ...],
    selection: str,
) -> list[tuple[MunicipalityInventory, ObjectT]]:
    """Keep what every term of a selection lets through; each key that is named is read once."""
    terms = parse_selection(selection)
    for term in terms:
        _refuse_unknown_key(selection, what, term.key, tuple(keys))
    kept = [(town, one) for town, objects in everything for one in objects]
    count = len(kept)
    holds = [True] * count
    for name in dict.fromkeys(term.key for term in terms):
        key = keys[name]
        column = [texts for town, objects in everything for texts in map(key.reader(town), objects)]
        lets_through = _condition(selection, key, [term for term in terms if term.key == name], column)
        holds = [so_far and lets_through(texts) for so_far, texts in zip(holds, column, strict=True)]
    selected = [row for row, held in zip(kept, holds, strict=True) if held]
    if not selected:
        reason = f"it matches none of the {count} {what}"
        raise SelectionError(selection, reason, "drop a term, or select something that exists together")
    return selected


def _condition(
    selection: str, key: SelectionKey[ObjectT], terms: list[Term], column: list[Texts]
) -> Callable[[Texts], bool]:
    """Return the condition that all terms of one key make together."""
    known = set(chain.from_iterable(column))
    wanted: set[str] = set()
    unwanted: set[str] = set()
    for term in terms:
        into = wanted if term.operator == "=" else unwanted
        for value in term.values:
            into |= _meant(selection, key, term.key, value, known)
    anything = all(term.operator == "!=" for term in terms)
    return lambda texts: (anything or not wanted.isdisjoint(texts)) and unwanted.isdisjoint(texts)


def _meant(selection: str, key: SelectionKey[ObjectT], name: str, value: Value, known: set[str]) -> set[str]:
    """Return the texts of the inventory that a value means; none is an error."""
    vlans = _VLAN_RANGE.fullmatch(value.text) if key.kind == "vlan" else None
    if vlans is not None:
        first, last = int(vlans[1]), int(vlans[2])
        found = {text for text in known if first <= int(text) <= last}
    elif value.wildcards:
        pattern = value.pattern()
        found = {text for text in known if text and pattern.fullmatch(text)}
    elif key.kind == "day" and _DAYS in value.text:
        first_day, last_day = _days(selection, name, value.text)
        found = {text for text in known if text and first_day <= text <= last_day}
    else:
        found = {value.text} & known
    if not found:
        allowed = tuple(render_value(Value(text)) for text in known)
        raise SelectionError(selection, f"no {name} is '{value.text}'", suggest(value.text, allowed))
    return found


def _days(selection: str, name: str, text: str) -> tuple[str, str]:
    """Return the first and the last day of a range as texts; a side that is left out has no limit."""
    first, _, last = text.partition(_DAYS)
    try:
        start = date.fromisoformat(first) if first else date.min
        end = date.fromisoformat(last) if last else date.max
    except ValueError as error:
        action = "write FIRST..LAST with days such as 2026-12-31; one of them may be left out"
        raise SelectionError(selection, f"'{text}' is not a range of days for {name}", action) from error
    return start.isoformat(), end.isoformat()


def _refuse_unknown_key(selection: str, what: str, key: str, keys: tuple[str, ...]) -> None:
    if key in keys:
        return
    other = {"devices": ("servers", SERVER_KEYS), "servers": ("devices", DEVICE_KEYS)}[what]
    also = f"; '{key}' selects {other[0]}, and here {what} are selected" if key in other[1] else ""
    raise SelectionError(selection, f"there is no key '{key}'{also}", suggest(key, keys, most=20))
