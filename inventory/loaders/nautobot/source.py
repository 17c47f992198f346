"""Nautobot as a source of an import: what of it is read, and in as few requests as its lists allow."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from pydantic import SecretStr
from pynautobot.core.query import ContentError, Request, RequestError, RequestErrorFromException

from inventory.imports.errors import SourceReadError
from inventory.imports.mapping import ImportMapping
from inventory.imports.models import ImportedFacts, SourceIdentity
from inventory.loaders.dcim.connection import Filters, Row, ServerConnection
from inventory.loaders.dcim.content import HeldContent, HeldInterface
from inventory.loaders.dcim.facts import import_facts, require_known_attributes
from inventory.loaders.dcim.rows import build_all
from inventory.loaders.dcim.settings import ReadingScope, ServerSettings
from inventory.loaders.nautobot import rows

T = TypeVar("T")

_TABLES = (
    "extras/statuses",
    "extras/roles",
    "extras/tags",
    "tenancy/tenants",
    "dcim/location-types",
    "dcim/platforms",
    "dcim/manufacturers",
    "dcim/device-types",
    "dcim/software-versions",
    "ipam/namespaces",
    "ipam/vlan-groups",
    "virtualization/clusters",
)
_WITH_MANY_TO_MANY: Filters = {"exclude_m2m": "false"}


class NautobotSource:
    """One municipality's part of a Nautobot server.

    Known limits: the disk of a virtual machine is one number of GB, taken as GiB. A list that changes while
    it is read is noticed by its total; an object that takes another one's place meanwhile is not.
    """

    def __init__(
        self,
        settings: ServerSettings,
        scope: ReadingScope,
        mapping: ImportMapping,
        *,
        token: Callable[[], SecretStr],
        name: str | None = None,
    ) -> None:
        """Keep what a reading needs; the token is resolved when it starts.

        Args:
            settings: Where the server is.
            scope: Which locations and tenants belong to the municipality.
            mapping: How the server's words are said here.
            token: Resolves the token.
            name: What provenance calls the server, the same at every import; its host by default.

        """
        self._settings = settings
        self._scope = scope
        self._mapping = mapping
        self._token = token
        self._name = name or settings.host
        self.requests_made = 0

    def read(self) -> ImportedFacts:
        """Return what the server knows of the municipality.

        Raises:
            ImportRefusedError: The server cannot be read, or what it tells contradicts itself.

        """
        require_known_attributes(self._mapping)
        with ServerConnection(
            self._settings,
            token=self._token,
            request_class=Request,
            failures=(RequestError, ContentError, RequestErrorFromException),
            order_parameter="sort",
        ) as connection:
            reading = _Reading(connection, self._scope)
            content = reading.read()
            self.requests_made = connection.requests_made
        source = SourceIdentity(kind="nautobot", name=self._name)
        notes = (f"read {reading.version} in {self.requests_made} requests",)
        return import_facts(content, self._mapping, source, notes=notes)


class _Reading:
    """One reading under way."""

    def __init__(self, connection: ServerConnection, scope: ReadingScope) -> None:
        self._connection = connection
        self._server = connection.settings.address
        self._scope = scope
        self.version = self._version()

    def read(self) -> HeldContent:
        """Return the content that the scope names."""
        tables = rows.make_tables(self._connection.read_all(path) for path in _TABLES)
        located, tenants = self._located(), self._tenants()
        devices = self._all("dcim/devices", {**_named("location", located), **tenants}, rows.device, tables)
        held = [device.id for device in devices]
        interfaces = self._batches("dcim/interfaces", "device", held, rows.interface, tables)
        filters = {**_named("location", located), **tenants}
        machines = self._all("virtualization/virtual-machines", filters, rows.machine, tables)
        wanted = [machine.id for machine in machines]
        adapters = build_all(
            self._server,
            "virtualization/interfaces",
            self._connection.read_in_batches(
                "virtualization/interfaces", "virtual_machine_id", wanted, _WITH_MANY_TO_MANY
            ),
            rows.adapter,
        )
        filters = {**_named("locations", located), **tenants}
        prefix_rows = self._connection.read_all("ipam/prefixes", filters)
        return HeldContent(
            places=self._places(tables, located, [device.place for device in devices]),
            vlans=self._all("ipam/vlans", filters, rows.vlan, tables),
            prefixes=build_all(
                self._server, "ipam/prefixes", prefix_rows, partial(rows.prefix, tables=tables)
            ),
            addresses=self._addresses(held, wanted, prefix_rows, tables),
            devices=devices,
            interfaces=interfaces,
            machines=machines,
            adapters=adapters,
            providers=self._providers(interfaces),
        )

    def _version(self) -> str:
        status = self._connection.read_one("status")
        version = status.get("nautobot-version")
        if not isinstance(version, str):
            other = "a NetBox" if "netbox-version" in status else "no Nautobot"
            raise SourceReadError(self._server, f"this is {other} server", "check the address")
        return f"Nautobot {version}"

    def _located(self) -> tuple[str, ...]:
        """Return the ids of the chosen locations; each has to be there, and only once."""
        found = []
        for name in self._scope.locations:
            here = self._connection.read_all("dcim/locations", {"name": name})
            found.append(self._only_one("location", name, here))
        return tuple(found)

    def _tenants(self) -> dict[str, tuple[str, ...]]:
        named = [
            self._only_one("tenant", name, self._connection.read_all("tenancy/tenants", {"name": name}))
            for name in self._scope.tenants
        ]
        return _named("tenant", tuple(named))

    def _only_one(self, kind: str, name: str, found: tuple[Row, ...]) -> str:
        if len(found) != 1:
            reason = f"it has {len(found) or 'no'} {kind}{'s' if found else ''} called '{name}'"
            raise SourceReadError(
                self._server, reason, f"name a {kind} as the server writes it, and one alone"
            )
        return str(found[0]["id"])

    def _places(self, tables: rows.Tables, located: tuple[str, ...], used: Iterable[str]) -> tuple[Any, ...]:
        """Return the chosen locations with what is in them; without any, those that devices stand in."""
        if located:
            return self._all("dcim/locations", {"subtree": located}, rows.place, tables)
        found: dict[str, Any] = {}
        missing = sorted(set(used))
        while missing:
            for one in self._batches("dcim/locations", "id", missing, rows.place, tables):
                found[one.id] = one
            missing = sorted({one.parent for one in found.values() if one.parent} - set(found))
        return tuple(found.values())

    def _addresses(
        self, devices: list[str], machines: list[str], prefixes: tuple[Row, ...], tables: rows.Tables
    ) -> tuple[Any, ...]:
        """Return the addresses of devices and machines; prefixes that hold them tell their namespace."""
        path = "ipam/ip-addresses"
        held = {row["id"]: row for row in self._connection.read_in_batches(path, "device_id", devices)}
        held |= {
            row["id"]: row for row in self._connection.read_in_batches(path, "virtual_machine_id", machines)
        }
        namespace_of = {str(row["id"]): tables.name(row, "namespace") or "" for row in prefixes}
        parents = {str(row["parent"]["id"]) for row in held.values() if row.get("parent")}
        outside = sorted(parents - set(namespace_of))
        for row in self._connection.read_in_batches("ipam/prefixes", "id", outside):
            namespace_of[str(row["id"])] = tables.name(row, "namespace") or ""
        return build_all(self._server, path, held.values(), partial(rows.address, namespace_of=namespace_of))

    def _providers(self, interfaces: Iterable[HeldInterface]) -> dict[str, str]:
        """Return who is behind each circuit that a cable leads to."""
        ends = sorted({one.far.id for one in interfaces if one.far is not None and one.far.kind == "circuit"})
        circuit_of = {
            str(row["id"]): str(row["circuit"]["id"])
            for row in self._connection.read_in_batches("circuits/circuit-terminations", "id", ends)
        }
        wanted = sorted(set(circuit_of.values()))
        provider_of = {
            str(row["id"]): str(row["provider"].get("name", ""))
            for row in self._connection.read_in_batches("circuits/circuits", "id", wanted, {"depth": 1})
        }
        return {end: provider_of[one] for end, one in circuit_of.items() if provider_of.get(one)}

    def _all(
        self, path: str, filters: Filters, build: Callable[..., T], tables: rows.Tables
    ) -> tuple[T, ...]:
        found = self._connection.read_all(path, filters)
        return build_all(self._server, path, found, partial(build, tables=tables))

    def _batches(
        self, path: str, parameter: str, values: list[str], build: Callable[..., T], tables: rows.Tables
    ) -> tuple[T, ...]:
        found = self._connection.read_in_batches(path, parameter, values, _WITH_MANY_TO_MANY)
        return build_all(self._server, path, found, partial(build, tables=tables))


def _named(parameter: str, values: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {parameter: values} if values else {}
