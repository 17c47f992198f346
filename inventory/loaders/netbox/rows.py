"""What the rows of NetBox's REST interface mean; related objects come along in brief, with their names."""

from collections.abc import Mapping
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
from inventory.loaders.dcim.rows import (
    RowShapeError,
    choice,
    flag,
    reference,
    reference_id,
    reference_ids,
    text,
    whole,
)

GLOBAL = "Global"
"""What NetBox calls the table of addresses that are in no VRF."""

_FAR_KINDS: Mapping[str, FarKind] = {
    "dcim.interface": "interface",
    "circuits.circuittermination": "circuit",
}


def name_of(row: Row, key: str) -> str | None:
    """Return the name of what a row refers to."""
    found = reference(row, key)
    return None if found is None else str(found.get("name") or found.get("display") or "")


def status_of(row: Row) -> str:
    """Return the state of an object, by the word that NetBox stores."""
    return choice(row, "status") or ""


def tags_of(row: Row) -> tuple[str, ...]:
    """Return the names of a row's tags."""
    tags = row.get("tags")
    if not isinstance(tags, list):
        raise RowShapeError("'tags' is no list")
    return tuple(str(one.get("name", "")) for one in tags if isinstance(one, dict))


def region(row: Row) -> HeldPlace:
    """Return a region."""
    parent = reference_id(row, "parent")
    return HeldPlace(
        id=f"region:{row['id']}",
        url=text(row, "url"),
        name=text(row, "name"),
        parent=None if parent is None else f"region:{parent}",
        kind=None,
    )


def site(row: Row) -> HeldPlace:
    """Return a site; its kind is the name of its group."""
    around = reference_id(row, "region")
    return HeldPlace(
        id=f"site:{row['id']}",
        url=text(row, "url"),
        name=text(row, "name"),
        parent=None if around is None else f"region:{around}",
        kind=name_of(row, "group"),
        tenant=name_of(row, "tenant"),
        is_site=True,
    )


def vlan(row: Row) -> HeldVLAN:
    """Return a VLAN."""
    return HeldVLAN(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        vid=whole(row, "vid") or 0,
        group=name_of(row, "group"),
        role=name_of(row, "role"),
        status=status_of(row),
        tenant=name_of(row, "tenant"),
        tags=tags_of(row),
    )


def prefix(row: Row) -> HeldPrefix:
    """Return a prefix."""
    return HeldPrefix(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "prefix"),
        namespace=name_of(row, "vrf") or GLOBAL,
        vlan=reference_id(row, "vlan"),
        status=status_of(row),
    )


def address(row: Row) -> HeldAddress:
    """Return an address."""
    written = text(row, "address")
    return HeldAddress(
        id=str(row["id"]),
        url=text(row, "url"),
        name=written,
        address=ip_interface(written),
        namespace=name_of(row, "vrf") or GLOBAL,
    )


def device(row: Row) -> HeldDevice:
    """Return a device."""
    kind = reference(row, "device_type") or {}
    platform = reference(row, "platform") or {}
    return HeldDevice(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        place=f"site:{reference_id(row, 'site')}",
        role=name_of(row, "role") or "",
        platform=name_of(row, "platform"),
        driver=str(platform.get("slug", "")).replace("-", "_") or None,
        manufacturer=name_of(kind, "manufacturer") if kind.get("manufacturer") else None,
        model=str(kind.get("model", "")),
        serial=text(row, "serial"),
        status=status_of(row),
        software=None,
        tenant=name_of(row, "tenant"),
        primary=reference_id(row, "primary_ip4"),
        tags=tags_of(row),
    )


def interface(row: Row, held: Mapping[str, tuple[str, ...]]) -> HeldInterface:
    """Return a port of a device; ``held`` tells the addresses of each."""
    cable = row.get("cable")
    return HeldInterface(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        device=reference_id(row, "device") or "",
        mode=choice(row, "mode"),
        untagged=reference_id(row, "untagged_vlan"),
        tagged=reference_ids(row, "tagged_vlans"),
        addresses=held.get(str(row["id"]), ()),
        role=None,
        mgmt_only=flag(row, "mgmt_only"),
        lag=reference_id(row, "lag"),
        description=text(row, "description"),
        cable_url=text(cable, "url") if isinstance(cable, dict) else None,
        far=_far(row),
    )


def machine(row: Row, disks: tuple[int, ...]) -> HeldMachine:
    """Return a virtual machine; without disks of its own, its one size is one disk."""
    size = whole(row, "disk")
    return HeldMachine(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        cluster=name_of(row, "cluster"),
        role=name_of(row, "role"),
        status=status_of(row),
        platform=name_of(row, "platform"),
        tenant=name_of(row, "tenant"),
        cpus=whole(row, "vcpus"),
        ram_mib=whole(row, "memory"),
        disks_mib=disks or (() if size is None else (size,)),
        tags=tags_of(row),
    )


def adapter(row: Row, held: Mapping[str, tuple[str, ...]]) -> HeldAdapter:
    """Return a network adapter of a virtual machine; ``held`` tells the addresses of each."""
    return HeldAdapter(
        id=str(row["id"]),
        url=text(row, "url"),
        name=text(row, "name"),
        machine=reference_id(row, "virtual_machine") or "",
        untagged=reference_id(row, "untagged_vlan"),
        addresses=held.get(str(row["id"]), ()),
    )


def _far(row: Row) -> FarEnd | None:
    """Return where the cable of a port leads in the end; one that splits leads to nothing single."""
    ends = row.get("connected_endpoints")
    if not ends:
        return None
    if not isinstance(ends, list) or not all(isinstance(one, dict) and "id" in one for one in ends):
        raise RowShapeError("'connected_endpoints' is no list of references")
    kind = _FAR_KINDS.get(text(row, "connected_endpoints_type"), "other") if len(ends) == 1 else "other"
    return FarEnd(
        kind=kind, id=str(ends[0]["id"]), connected=row.get("connected_endpoints_reachable") is True
    )
