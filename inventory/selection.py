"""The one language that selects devices and servers: ``municipality=norddjurs role=firewall platform!=ios``.

Terms stand side by side and must all hold. ``key=a,b`` takes either value, a key written twice takes either
of its values too, and ``key!=a`` leaves out. An empty selection selects everything. A selection that matches
nothing is an error: a run over nothing must never look like a success.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, Literal, NamedTuple, TypeVar

from inventory.errors import SelectionError
from inventory.models import Device, Inventory, Model, Server
from inventory.violations import suggest

_TERM = re.compile(r"^(?P<key>[^=!\s]+)(?P<operator>!=|=)(?P<values>[^=!\s]+)$")

SelectedT = TypeVar("SelectedT", "SelectedDevice", "SelectedServer")


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


class _Term(NamedTuple):
    key: str
    values: tuple[str, ...]
    operator: Literal["=", "!="]


class _Language(NamedTuple, Generic[SelectedT]):
    """What can be selected of one kind of object, and by which keys."""

    what: str
    keys: Mapping[str, Callable[[SelectedT], str]]


_DEVICES: _Language[SelectedDevice] = _Language(
    "devices",
    {
        "municipality": lambda one: one.municipality,
        "centre": lambda one: one.centre,
        "name": lambda one: one.device.name,
        "site": lambda one: one.device.site,
        "role": lambda one: one.device.role,
        "platform": lambda one: one.device.platform,
        "model": lambda one: one.device.model,
    },
)

_SERVERS: _Language[SelectedServer] = _Language(
    "servers",
    {
        "municipality": lambda one: one.municipality,
        "centre": lambda one: one.centre,
        "name": lambda one: one.server.name,
        "application": lambda one: one.server.application,
        "environment": lambda one: one.server.environment,
        "vlan": lambda one: str(one.server.networks[0].vlan),
    },
)

DEVICE_KEYS = tuple(_DEVICES.keys)
SERVER_KEYS = tuple(_SERVERS.keys)


def select_devices(inventory: Inventory, selection: str) -> tuple[SelectedDevice, ...]:
    """Return the devices that a selection names, in the inventory's order.

    Raises:
        SelectionError: it cannot be understood, names something that does not exist, or matches nothing.

    """
    everything = tuple(
        SelectedDevice(municipality=town.municipality.name, centre=town.municipality.centre, device=device)
        for town in inventory.municipalities
        for device in town.devices
    )
    return _select(_DEVICES, everything, selection)


def select_servers(inventory: Inventory, selection: str) -> tuple[SelectedServer, ...]:
    """Return the servers that a selection names, in the inventory's order.

    Raises:
        SelectionError: it cannot be understood, names something that does not exist, or matches nothing.

    """
    everything = tuple(
        SelectedServer(municipality=town.municipality.name, centre=town.municipality.centre, server=server)
        for town in inventory.municipalities
        for server in town.servers
    )
    return _select(_SERVERS, everything, selection)


def _select(
    language: _Language[SelectedT], everything: tuple[SelectedT, ...], selection: str
) -> tuple[SelectedT, ...]:
    terms = [_parse(selection, text, tuple(language.keys)) for text in selection.split()]
    for term in terms:
        known = tuple(sorted({language.keys[term.key](one) for one in everything}))
        for value in term.values:
            if value not in known:
                raise SelectionError(selection, f"no {term.key} is '{value}'", suggest(value, known))
    selected = tuple(one for one in everything if _matches(language, one, terms))
    if not selected:
        reason = f"it matches none of the {len(everything)} {language.what}"
        raise SelectionError(selection, reason, "drop a term, or select something that exists together")
    return selected


def _parse(selection: str, text: str, keys: tuple[str, ...]) -> _Term:
    match = _TERM.match(text)
    values = tuple(match["values"].split(",")) if match is not None else ()
    if match is None or not all(values):
        raise SelectionError(selection, f"'{text}' is not a term", "write key=value or key!=value")
    if match["key"] not in keys:
        raise SelectionError(selection, f"there is no key '{match['key']}'", suggest(match["key"], keys))
    return _Term(match["key"], values, "=" if match["operator"] == "=" else "!=")


def _matches(language: _Language[SelectedT], one: SelectedT, terms: Iterable[_Term]) -> bool:
    wanted: dict[str, set[str]] = {}
    for term in terms:
        if term.operator == "=":
            wanted.setdefault(term.key, set()).update(term.values)
        elif language.keys[term.key](one) in term.values:
            return False
    return all(language.keys[key](one) in values for key, values in wanted.items())
