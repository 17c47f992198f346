"""NetBox as a source of an import, with the same mapping as Nautobot.

Known limits: proven only against ``lab.netbox``, a stand-in of NetBox's REST interface that was written from
its documentation; no NetBox server has been asked. Read are NetBox 4.2 and later, which tell disks in MB.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial

from pydantic import SecretStr
from pynetbox.core.query import ContentError, Request, RequestError

from inventory.imports.errors import SourceReadError
from inventory.imports.mapping import ImportMapping
from inventory.imports.models import ImportedFacts, SourceIdentity
from inventory.loaders.dcim.connection import Filters, Row, ServerConnection
from inventory.loaders.dcim.content import HeldContent, HeldInterface, HeldMachine, HeldPlace
from inventory.loaders.dcim.facts import import_facts, require_known_attributes
from inventory.loaders.dcim.rows import build_all, reference_id, whole
from inventory.loaders.dcim.settings import ReadingScope, ServerSettings
from inventory.loaders.netbox import rows

_OLDEST = (4, 2)


class NetBoxSource:
    """One municipality's part of a NetBox server."""

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
            scope: Which regions or sites, and which tenants, belong to the municipality.
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
            failures=(RequestError, ContentError),
            order_parameter="ordering",
        ) as connection:
            reading = _Reading(connection, self._scope)
            content = reading.read()
            self.requests_made = connection.requests_made
        source = SourceIdentity(kind="netbox", name=self._name)
        notes = (
            f"read {reading.version} in {self.requests_made} requests",
            "the import from NetBox is proven only against a stand-in of its REST interface",
        )
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
        tenants = self._tenants()
        places, filters = self._places()
        filters = {**filters, **tenants}
        devices = build_all(
            self._server,
            "dcim/devices",
            self._connection.read_all("dcim/devices", {**filters, "exclude": "config_context"}),
            rows.device,
        )
        held = [device.id for device in devices]
        machines = self._machines(filters)
        wanted = [machine.id for machine in machines]
        address_rows = self._address_rows(held, wanted)
        interfaces = self._interfaces(held, _held_by(address_rows, "dcim.interface"))
        by_machine = _held_by(address_rows, "virtualization.vminterface")
        path = "virtualization/interfaces"
        adapter_rows = self._connection.read_in_batches(path, "virtual_machine_id", wanted)
        return HeldContent(
            places=places,
            vlans=build_all(
                self._server, "ipam/vlans", self._connection.read_all("ipam/vlans", filters), rows.vlan
            ),
            prefixes=build_all(
                self._server,
                "ipam/prefixes",
                self._connection.read_all("ipam/prefixes", filters),
                rows.prefix,
            ),
            addresses=build_all(self._server, "ipam/ip-addresses", address_rows, rows.address),
            devices=devices,
            interfaces=interfaces,
            machines=machines,
            adapters=build_all(self._server, path, adapter_rows, partial(rows.adapter, held=by_machine)),
            providers=self._providers(interfaces),
        )

    def _version(self) -> str:
        status = self._connection.read_one("status")
        version = status.get("netbox-version")
        if not isinstance(version, str):
            other = "a Nautobot" if "nautobot-version" in status else "no NetBox"
            raise SourceReadError(self._server, f"this is {other} server", "check the address")
        parts = version.split("-")[0].split(".")[:2]
        if not all(part.isdecimal() for part in parts) or tuple(map(int, parts)) < _OLDEST:
            reason = f"it is NetBox {version}, and what is read are {_OLDEST[0]}.{_OLDEST[1]} and later"
            raise SourceReadError(self._server, reason, "upgrade it, or import a CSV file that it exports")
        return f"NetBox {version}"

    def _places(self) -> tuple[tuple[HeldPlace, ...], dict[str, tuple[str, ...]]]:
        """Return regions and sites, and the filter for what lies in the chosen ones."""
        regions = build_all(
            self._server, "dcim/regions", self._connection.read_all("dcim/regions"), rows.region
        )
        if not self._scope.locations:
            sites = self._connection.read_all("dcim/sites")
            return (*regions, *build_all(self._server, "dcim/sites", sites, rows.site)), {}
        chosen: dict[str, Row] = {}
        for name in self._scope.locations:
            inside = [one for one in regions if one.name == name]
            parameter = {"region_id": inside[0].id.partition(":")[2]} if len(inside) == 1 else {"name": name}
            found = self._connection.read_all("dcim/sites", parameter)
            if len(inside) > 1 or (not inside and len(found) != 1):
                reason = f"it has {len(inside) or len(found) or 'no'} regions or sites called '{name}'"
                raise SourceReadError(self._server, reason, "name one as the server writes it, and one alone")
            chosen |= {str(row["id"]): row for row in found}
        if not chosen:
            raise SourceReadError(
                self._server, "the chosen regions have no site", "name regions or sites that hold devices"
            )
        places = (*regions, *build_all(self._server, "dcim/sites", chosen.values(), rows.site))
        return places, {"site_id": tuple(chosen)}

    def _tenants(self) -> dict[str, tuple[str, ...]]:
        found = []
        for name in self._scope.tenants:
            here = self._connection.read_all("tenancy/tenants", {"name": name})
            if len(here) != 1:
                reason = f"it has {len(here) or 'no'} tenants called '{name}'"
                raise SourceReadError(self._server, reason, "name a tenant as the server writes it")
            found.append(str(here[0]["id"]))
        return {"tenant_id": tuple(found)} if found else {}

    def _machines(self, filters: Filters) -> tuple[HeldMachine, ...]:
        path = "virtualization/virtual-machines"
        found = self._connection.read_all(path, {**filters, "exclude": "config_context"})
        ids = [str(row["id"]) for row in found]
        disks: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for row in self._connection.read_in_batches(
            "virtualization/virtual-disks", "virtual_machine_id", ids
        ):
            disks[reference_id(row, "virtual_machine") or ""].append(
                (str(row.get("name")), whole(row, "size") or 0)
            )
        sizes = {one: tuple(size for _, size in sorted(held)) for one, held in disks.items()}
        return build_all(
            self._server, path, found, lambda row: rows.machine(row, sizes.get(str(row["id"]), ()))
        )

    def _interfaces(self, devices: list[str], held: dict[str, tuple[str, ...]]) -> tuple[HeldInterface, ...]:
        path = "dcim/interfaces"
        found = self._connection.read_in_batches(path, "device_id", devices)
        return build_all(self._server, path, found, partial(rows.interface, held=held))

    def _address_rows(self, devices: list[str], machines: list[str]) -> tuple[Row, ...]:
        path = "ipam/ip-addresses"
        held = {row["id"]: row for row in self._connection.read_in_batches(path, "device_id", devices)}
        held |= {
            row["id"]: row for row in self._connection.read_in_batches(path, "virtual_machine_id", machines)
        }
        return tuple(held.values())

    def _providers(self, interfaces: Iterable[HeldInterface]) -> dict[str, str]:
        """Return who is behind each circuit that a cable leads to."""
        ends = sorted({one.far.id for one in interfaces if one.far is not None and one.far.kind == "circuit"})
        circuit_of = {
            str(row["id"]): reference_id(row, "circuit") or ""
            for row in self._connection.read_in_batches("circuits/circuit-terminations", "id", ends)
        }
        wanted = sorted(set(circuit_of.values()))
        provider_of = {
            str(row["id"]): rows.name_of(row, "provider") or ""
            for row in self._connection.read_in_batches("circuits/circuits", "id", wanted)
        }
        return {end: provider_of[one] for end, one in circuit_of.items() if provider_of.get(one)}


def _held_by(addresses: Iterable[Row], kind: str) -> dict[str, tuple[str, ...]]:
    """Return the addresses of each port, by the port's id."""
    held: dict[str, tuple[str, ...]] = {}
    for row in addresses:
        if row.get("assigned_object_type") == kind:
            port = str(row.get("assigned_object_id"))
            held[port] = (*held.get(port, ()), str(row["id"]))
    return held
