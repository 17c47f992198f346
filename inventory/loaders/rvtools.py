"""Virtual machines from an RVTools workbook: vInfo, vDisk, vNetwork and vPartition.

Known limits: the numbers of columns named MB (RVTools before version 4) are taken as MiB, which can only make
a disk a little larger; an adapter has one address, the primary one of the machine where it is among several.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import JsonValue

from inventory.imports.errors import NameCollisionError, SourceReadError
from inventory.imports.mapping import Attributes, ImportMapping
from inventory.imports.models import (
    FieldPath,
    ImportedFacts,
    ImportedField,
    ImportedObject,
    SkippedObject,
    SourceIdentity,
)
from inventory.imports.table import Row, Table
from inventory.imports.table_values import parse_addresses, parse_size_mib, parse_whole, parse_yes
from inventory.loaders.workbook import Workbook
from inventory.natural_order import natural_key

ATTRIBUTES = (
    "name",
    "vm",
    "dns_name",
    "cluster",
    "datacenter",
    "folder",
    "host",
    "annotation",
    "operating_system",
    "network",
)
"""What the rules of a mapping may ask about a virtual machine."""

_SHEETS = ("vInfo", "vDisk", "vNetwork", "vPartition")
_MOST_DISKS = 26
_LINK_LOCAL = "169.254."
_HEALTHY = ("", "connected")

Value = TypeVar("Value")


class _Sheet(NamedTuple):
    table: Table
    by_machine: dict[str, list[Row]]


class _Unusable(Exception):
    """A machine that is not taken; it becomes a skipped object."""

    def __init__(self, reason: str, action: str, *, expected: bool = False) -> None:
        self.reason = reason
        self.action = action
        self.expected = expected
        super().__init__(reason)


class RVToolsWorkbook:
    """An RVTools export as a source of servers."""

    def __init__(self, path: Path, mapping: ImportMapping, *, name: str | None = None) -> None:
        """Prepare to read a workbook.

        Args:
            path: the .xlsx file.
            mapping: what RVTools cannot know.
            name: what to call the source; the vCenter's name in the workbook by default.

        """
        self._path = path
        self._mapping = mapping
        self._name = name
        self._notes: list[str] = []

    def read(self) -> ImportedFacts:
        """Return the servers of the workbook.

        Raises:
            ImportRefusedError: the file is no whole RVTools export, or two machines get one name.

        """
        self._mapping.require_attributes("servers", ATTRIBUTES)
        self._notes = []
        workbook = Workbook(self._path, _SHEETS)
        info = workbook.required_table("vInfo")
        key = self._key_column(info, workbook)
        reading = _Reading(
            mapping=self._mapping,
            info=info,
            disks=_sheet(workbook.required_table("vDisk"), key),
            networks=_sheet(workbook.required_table("vNetwork"), key),
            partitions=None if (found := workbook.table("vPartition")) is None else _sheet(found, key),
            notes=self._notes,
        )
        if not info.rows:
            raise SourceReadError(
                self._path.name, "vInfo has no machines", "export again with a user who may see them"
            )
        objects: list[ImportedObject] = []
        skipped: list[SkippedObject] = []
        taken: dict[str, str] = {}
        for row in info.rows:
            one = reading.machine(row, key)
            if isinstance(one, SkippedObject):
                skipped.append(one)
                continue
            if one.key in taken:
                raise NameCollisionError("servers", one.key, (taken[one.key], one.origin))
            taken[one.key] = one.origin
            objects.append(one)
        return ImportedFacts(
            source=SourceIdentity(kind="rvtools", name=self._name or _server(info)),
            covers=("servers",),
            objects=tuple(objects),
            skipped=tuple(skipped),
            notes=tuple(self._notes),
        )

    def _key_column(self, info: Table, workbook: Workbook) -> str:
        """Return the column that joins the sheets: the UUID where every sheet has it, the name otherwise."""
        tables = [table for name in _SHEETS if (table := workbook.table(name)) is not None]
        info.column("VM", required=True)
        if all(table.column("VM UUID") and all(row.get("VM UUID") for row in table.rows) for table in tables):
            return "VM UUID"
        first: dict[str, Row] = {}
        for row in info.rows:
            earlier = first.setdefault(row.get("VM"), row)
            if earlier is not row:
                raise NameCollisionError("servers", row.get("VM"), (earlier.place, row.place))
        return "VM"


class _Reading:
    """One reading of a workbook."""

    def __init__(
        self,
        *,
        mapping: ImportMapping,
        info: Table,
        disks: _Sheet,
        networks: _Sheet,
        partitions: _Sheet | None,
        notes: list[str],
    ) -> None:
        self._mapping = mapping
        self._info = info
        self._disks = disks
        self._networks = networks
        self._partitions = partitions
        self._notes = notes
        self._vm = info.column("VM", required=True) or "VM"
        self._power = info.column("Powerstate", required=True)
        self._template = info.column("Template", required=True)
        self._placeholder = info.column("SRM Placeholder")
        self._state = info.column("Connection state")
        self._cpus = info.column("CPUs", required=True)
        self._memory = info.column("Memory", required=True)
        self._size = self._size_column(disks.table, "Capacity")
        self._disk = disks.table.column("Disk", required=True)
        self._network = networks.table.column("Network", required=True)
        self._addresses = networks.table.column("IPv4 Address", "IP Address")
        self._nic = networks.table.column("NIC label", "Adapter")

    def machine(self, row: Row, key: str) -> ImportedObject | SkippedObject:
        """Return a machine as a server, or why it is none."""
        written = row.get(self._vm)
        name = self._mapping.host_name(written)
        attributes = self._attributes(row, name, key)
        try:
            self._refuse(row, attributes)
            return ImportedObject(
                kind="servers", key=name, fields=self._fields(row, attributes, key), origin=row.place
            )
        except _Unusable as error:
            return SkippedObject(
                kind="servers",
                name=written or "(no name)",
                key=name or None,
                origin=row.place,
                reason=error.reason,
                action=error.action,
                expected=error.expected,
            )

    def _refuse(self, row: Row, attributes: Attributes) -> None:
        """Leave out what is no server to take over."""
        if not row.get(self._vm):
            raise _Unusable("it has no name", "name it in vCenter")
        if self._yes(row, self._template):
            raise _Unusable("it is a template", "nothing, unless it is needed as a server", expected=True)
        if self._yes(row, self._placeholder):
            raise _Unusable(
                "it is a placeholder of Site Recovery Manager", "import the side where it runs", expected=True
            )
        if row.get(self._vm).startswith("vCLS"):
            raise _Unusable("it belongs to vSphere itself", "nothing", expected=True)
        if row.get(self._state).lower() not in _HEALTHY:
            state = row.get(self._state)
            raise _Unusable(f"vCenter calls it {state}", "repair or remove it in vCenter")
        reason = self._mapping.reason_to_leave_out("servers", attributes)
        if reason is not None:
            raise _Unusable(reason, "nothing; the mapping leaves it out", expected=True)
        power = row.get(self._power)
        if power.lower() != "poweredon" and self._mapping.powered_off == "leave-out":
            action = "write powered_off: take in the mapping to import it"
            raise _Unusable(f"it is not running ({power})", action, expected=True)

    def _fields(self, row: Row, attributes: Attributes, key: str) -> tuple[ImportedField, ...]:
        set_by_rules = self._mapping.fields_for("servers", (), attributes)
        ruled = {one.path[0] for one in set_by_rules if not one.only_if_missing}
        read: list[ImportedField] = []
        if "cpus" not in ruled:
            read.append(_field(row, self._cpus, ("cpus",), self._number(row, self._cpus, parse_whole)))
        if "ram_mib" not in ruled:
            read.append(_field(row, self._memory, ("ram_mib",), self._number(row, self._memory, parse_whole)))
        system, column = self._operating_system(row)
        if system and "operating_system" not in ruled:
            read.append(_field(row, column, ("operating_system",), system))
        if "networks" not in ruled:
            read += self._adapters(row, key)
        if "disks" not in ruled:
            read += self._disk_fields(row, key)
        return self._mapping.fields_for("servers", tuple(read), attributes)

    def _adapters(self, row: Row, key: str) -> Iterator[ImportedField]:
        rows = self._networks.by_machine.get(row.get(key), [])
        self._count(row, "NICs", "vNetwork", len(rows))
        primary = row.get(self._info.column("Primary IP Address"))
        for number, adapter in enumerate(sorted(rows, key=lambda one: natural_key(one.get(self._nic))), 1):
            network = adapter.get(self._network)
            vlan = self._mapping.vlan_of(network)
            if vlan is None:
                where = f"its adapter {number} is in the network '{network}', whose VLAN is not known"
                raise _Unusable(where, f'add "{network}": VLAN under networks in the mapping')
            yield _field(adapter, self._network, ("networks", str(number), "vlan"), vlan)
            address = self._address(row, adapter, primary)
            if address is not None:
                path = ("networks", str(number), "address")
                yield _field(adapter, self._addresses, path, address)

    def _address(self, row: Row, adapter: Row, primary: str) -> str | None:
        try:
            four, six = parse_addresses(adapter.get(self._addresses))
        except ValueError as error:
            raise _Unusable(f"{adapter.place_of(self._addresses)}: {error}", "correct the address") from error
        usable = [one for one in four if not one.startswith(_LINK_LOCAL)]
        chosen = primary if primary in usable else usable[0] if usable else None
        if len(usable) > 1 and primary not in usable:
            raise _Unusable(
                f"an adapter has the addresses {', '.join(usable)}, none of them primary",
                "say its networks by a rule with set: {networks: [...]} in the mapping",
            )
        dropped = [one for one in (*four, *six) if one != chosen]
        if dropped:
            self._notes.append(
                f"{adapter.place_of(self._addresses)}: {row.get(self._vm)} also has {', '.join(dropped)}, "
                "which the inventory does not hold"
            )
        return chosen

    def _count(self, row: Row, title: str, sheet: str, found: int) -> None:
        """Refuse a machine of which the workbook has only a part."""
        column = self._info.column(title)
        if row.get(column) and (said := self._number(row, column, parse_whole)) != found:
            raise _Unusable(f"vInfo counts {title} {said} and {sheet} has {found}", "export all sheets again")

    def _disk_fields(self, row: Row, key: str) -> Iterator[ImportedField]:
        rows = self._disks.by_machine.get(row.get(key), [])
        if len(rows) > _MOST_DISKS:
            raise _Unusable(f"it has {len(rows)} disks", f"the inventory holds at most {_MOST_DISKS}")
        self._count(row, "Disks", "vDisk", len(rows))
        total = 0
        for number, disk in enumerate(sorted(rows, key=lambda one: natural_key(one.get(self._disk)))):
            size = self._number(disk, self._size, parse_size_mib)
            total += size
            yield _field(disk, self._size, ("disks", f"vd{chr(ord('a') + number)}", "size_mib"), size)
        self._compare_partitions(row, key, total)

    def _compare_partitions(self, row: Row, key: str, disks_mib: int) -> None:
        """Tell of machines whose guest sees more than their disks: storage that this export does not know."""
        rows = self._partitions.by_machine.get(row.get(key), []) if self._partitions is not None else []
        if not rows or self._partitions is None:
            return
        column = self._size_column(self._partitions.table, "Capacity")
        inside = sum(self._number(partition, column, parse_size_mib) for partition in rows)
        if inside > disks_mib + len(rows):
            self._notes.append(
                f"{rows[0].place}: {row.get(self._vm)} sees {inside} MiB in partitions and has "
                f"{disks_mib} MiB of disks; look for storage that is mounted inside the guest"
            )

    def _attributes(self, row: Row, name: str, key: str) -> Attributes:
        adapters = self._networks.by_machine.get(row.get(key), [])
        columns = {
            "dns_name": "DNS Name",
            "cluster": "Cluster",
            "datacenter": "Datacenter",
            "folder": "Folder",
            "host": "Host",
            "annotation": "Annotation",
        }
        told = {word: (row.get(self._info.column(column)),) for word, column in columns.items()}
        return {
            **told,
            "name": (name,),
            "vm": (row.get(self._vm),),
            "operating_system": (self._operating_system(row)[0],),
            "network": tuple(one.get(self._network) for one in adapters),
        }

    def _operating_system(self, row: Row) -> tuple[str, str | None]:
        for title in ("OS according to the VMware Tools", "OS according to the configuration file", "OS"):
            column = self._info.column(title)
            if row.get(column):
                return row.get(column), column
        return "", None

    def _size_column(self, table: Table, word: str) -> str:
        column = table.column(f"{word} MiB", f"{word} MB", required=True) or ""
        if column.endswith("MB"):
            note = f"{table.name} has '{column}' as RVTools before version 4 wrote it; it is taken as MiB"
            if note not in self._notes:
                self._notes.append(note)
        return column

    def _number(self, row: Row, column: str | None, parse: Callable[..., int]) -> int:
        try:
            return parse(row.value(column), self._mapping.decimal)
        except ValueError as error:
            raise SourceReadError(
                row.place_of(column), str(error) or "no number", "correct the cell, or export again"
            ) from error

    def _yes(self, row: Row, column: str | None) -> bool:
        try:
            return parse_yes(row.get(column))
        except ValueError as error:
            raise SourceReadError(row.place_of(column), str(error), "export again") from error


def _sheet(table: Table, key: str) -> _Sheet:
    column = table.column(key, required=True)
    by_machine: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        by_machine[row.get(column)].append(row)
    return _Sheet(table, by_machine)


def _server(info: Table) -> str:
    """Return the vCenter that the workbook is from, so that the next export is known as the same source."""
    column = info.column("VI SDK Server")
    names = sorted({row.get(column) for row in info.rows} - {""})
    return "+".join(names) or "workbook"


def _field(row: Row, column: str | None, path: FieldPath, value: JsonValue) -> ImportedField:
    return ImportedField(path=path, value=value, origin=row.place_of(column))
