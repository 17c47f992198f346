"""What the rows of Nautobot's REST interface mean; related objects are looked up in tables read once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_interface

from inventory.loaders.dcim.connection import Row
from inventory.loaders.dcim.content import (
    FarEnd,
    FarKind,
    HeldAdapter,
    HeldAddress,
    HeldDevice,
    HeldInterface,
    HeldMachine,
    HeldPlace,
    HeldPrefix,
    HeldVLAN,
)
from inventory.loaders.dcim.rows import choice, flag, reference_id, reference_ids, text, whole

_MIB_PER_GB = 1024
_FAR_KINDS: Mapping[str, FarKind] = {
    "dcim.interface": "interface",
    "circuits.circuittermination": "circuit",
}


@dataclass(frozen=True)
class Tables:
    """The small tables that objects refer to, by id; each is read whole."""

    names: Mapping[str, str]
    rows: Mapping[str, Row]

    def name(self, row: Row, key: str) -> str | None:
        """Return the name of what a row refers to."""
        found = reference_id(row, key)
        return None if found is None else self.names.get(found)

    def tags(self, row: Row) -> tuple[str, ...]:
        """Return the names of a row's tags."""
        return tuple(self.names.get(one, one) for one in reference_ids(row, "tags"))

    def referred(self, row: Row, key: str) -> Row | None:
        """Return the row of a table that a row refers to."""
        return self.rows.get(reference_id(row, key) or "")


def make_tables(read: Iterable[Iterable[Row]]) -> Tables:
    """Return the tables; ids are unique over all of them."""
    rows = {str(row["id"]): row for table in read for row in table}
    called = ("name", "model", "version")
    names = {key: next((str(row[word]) for word in called if row.get(word)), "") for key, row in rows.items()}
    return Tables(names, rows)


def place(row: Row, tables: Tables) -> HeldPlace:
    """Return a location."""
    return HeldPlace(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        parent=reference_id(row, "parent"),
        kind=tables.name(row, "location_type"),
        tenant=tables.name(row, "tenant"),
    )


def vlan(row: Row, tables: Tables) -> HeldVLAN:
    """Return a VLAN."""
    return HeldVLAN(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        vid=whole(row, "vid") or 0,
        group=tables.name(row, "vlan_group"),
        role=tables.name(row, "role"),
        status=tables.name(row, "status") or "",
        tenant=tables.name(row, "tenant"),
        tags=tables.tags(row),
    )


def prefix(row: Row, tables: Tables) -> HeldPrefix:
    """Return a prefix."""
    return HeldPrefix(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "prefix"),
        namespace=tables.name(row, "namespace") or "",
        vlan=reference_id(row, "vlan"),
        status=tables.name(row, "status") or "",
    )


def address(row: Row, namespace_of: Mapping[str, str]) -> HeldAddress:
    """Return an address; its namespace is that of the prefix it lies in."""
    written = text(row, "address")
    return HeldAddress(
        id=str(row["id"]),
        url=text(row, "url"),
        name=written,
        address=ip_interface(written),
        namespace=namespace_of.get(reference_id(row, "parent") or "", ""),
    )


def device(row: Row, tables: Tables) -> HeldDevice:
    """Return a device."""
    kind = tables.referred(row, "device_type") or {}
    platform = tables.referred(row, "platform") or {}
    return HeldDevice(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        place=reference_id(row, "location") or "",
        role=tables.name(row, "role") or "",
        platform=tables.name(row, "platform"),
        driver=platform.get("network_driver") or None,
        manufacturer=tables.name(kind, "manufacturer") if kind else None,
        model=tables.name(row, "device_type") or "",
        serial=text(row, "serial"),
        status=tables.name(row, "status") or "",
        software=tables.name(row, "software_version"),
        tenant=tables.name(row, "tenant"),
        primary=reference_id(row, "primary_ip4"),
        tags=tables.tags(row),
    )


def interface(row: Row, tables: Tables) -> HeldInterface:
    """Return a port of a device."""
    cable = row.get("cable")
    return HeldInterface(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        device=reference_id(row, "device") or "",
        mode=choice(row, "mode"),
        untagged=reference_id(row, "untagged_vlan"),
        tagged=reference_ids(row, "tagged_vlans"),
        addresses=reference_ids(row, "ip_addresses"),
        role=tables.name(row, "role"),
        mgmt_only=flag(row, "mgmt_only"),
        lag=reference_id(row, "lag"),
        description=text(row, "description"),
        cable_url=text(cable, "url") if isinstance(cable, dict) else None,
        far=_far(row),
    )


def machine(row: Row, tables: Tables) -> HeldMachine:
    """Return a virtual machine; Nautobot knows one disk size, in GB, for the whole machine."""
    disk = whole(row, "disk")
    return HeldMachine(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        cluster=tables.name(row, "cluster"),
        role=tables.name(row, "role"),
        status=tables.name(row, "status") or "",
        platform=tables.name(row, "platform"),
        tenant=tables.name(row, "tenant"),
        cpus=whole(row, "vcpus"),
        ram_mib=whole(row, "memory"),
        disks_mib=() if disk is None else (disk * _MIB_PER_GB,),
        tags=tables.tags(row),
    )


def adapter(row: Row) -> HeldAdapter:
    """Return a network adapter of a virtual machine."""
    return HeldAdapter(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        machine=reference_id(row, "virtual_machine") or "",
        untagged=reference_id(row, "untagged_vlan"),
        addresses=reference_ids(row, "ip_addresses"),
    )


def _far(row: Row) -> FarEnd | None:
    """Return where the cable of a port leads in the end, also through patch panels."""
    end = reference_id(row, "connected_endpoint")
    if end is None:
        return None
    kind = _FAR_KINDS.get(text(row, "connected_endpoint_type"), "other")
    return FarEnd(kind=kind, id=end, connected=row.get("connected_endpoint_reachable") is True)
