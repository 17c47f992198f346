"""What a DCIM server holds, made small: the tests of what it means share it."""

from ipaddress import ip_interface
from typing import Any

from pydantic import JsonValue

from inventory.imports.mapping import ImportMapping, MappingRule
from inventory.imports.models import ImportedFacts, ObjectKind, SourceIdentity
from inventory.loaders.dcim.content import (
    HeldAdapter,
    HeldAddress,
    HeldContent,
    HeldDevice,
    HeldInterface,
    HeldMachine,
    HeldPlace,
    HeldPrefix,
    HeldVLAN,
)
from inventory.loaders.dcim.facts import import_facts

SOURCE = SourceIdentity(kind="nautobot", name="dcim.example.dk")
MAPPING = ImportMapping(
    translations={
        "site_kind": {"Skole": "school"},
        "device_role": {"Adgangsswitch": "access"},
        "zone": {"Undervisning": "Skoler"},
        "status": {"I drift": "active"},
    },
    rules=(MappingRule(kind="zones", when={"name": "*"}, set={"sensitivity": "open"}),),
)


def page(one: str) -> str:
    return f"https://dcim.example.dk/{one}/"


def port(one: str, name: str, **more: Any) -> HeldInterface:
    given: dict[str, Any] = {
        "mode": None,
        "untagged": None,
        "tagged": (),
        "addresses": (),
        "role": None,
        "mgmt_only": False,
        "lag": None,
        "description": "",
        "cable_url": None,
        "far": None,
    }
    return HeldInterface(id=one, url=page(one), name=name, **({"device": "d1"} | given | more))


def device(one: str = "d1", name: str = "SW1", **more: Any) -> HeldDevice:
    given: dict[str, Any] = {
        "place": "room",
        "role": "Adgangsswitch",
        "platform": "Cisco IOS-XE",
        "driver": "cisco_xe",
        "manufacturer": "Cisco",
        "model": "C9200L",
        "serial": "FOC1",
        "status": "Active",
        "software": "17.9.5",
        "tenant": None,
        "primary": "a1",
    }
    return HeldDevice(id=one, url=page(one), name=name, **(given | more))


def vlan(one: str, vid: int, name: str, **more: Any) -> HeldVLAN:
    given: dict[str, Any] = {"group": "A", "role": "Undervisning", "status": "Active", "tenant": None}
    return HeldVLAN(id=one, url=page(one), name=name, vid=vid, **(given | more))


def prefix(one: str, name: str, vlan_id: str | None = None, **more: Any) -> HeldPrefix:
    given: dict[str, Any] = {"namespace": "Global", "status": "Active"}
    return HeldPrefix(id=one, url=page(one), name=name, vlan=vlan_id, **(given | more))


def address(one: str, name: str, namespace: str = "Global") -> HeldAddress:
    return HeldAddress(id=one, url=page(one), name=name, address=ip_interface(name), namespace=namespace)


def machine(one: str = "m1", name: str = "web1", **more: Any) -> HeldMachine:
    given: dict[str, Any] = {
        "cluster": "klynge",
        "role": None,
        "status": "Active",
        "platform": "Debian 12",
        "tenant": None,
        "cpus": 2,
        "ram_mib": 2048,
        "disks_mib": (20480, 40960),
    }
    return HeldMachine(id=one, url=page(one), name=name, **(given | more))


def adapter(one: str = "n1", name: str = "eth0", **more: Any) -> HeldAdapter:
    given: dict[str, Any] = {"machine": "m1", "untagged": "v1", "addresses": ()}
    return HeldAdapter(id=one, url=page(one), name=name, **(given | more))


PLACES = (
    HeldPlace(id="school", url=page("school"), name="Søskolen", parent=None, kind="Skole"),
    HeldPlace(id="room", url=page("room"), name="Krydsfelt 1", parent="school", kind="Krydsfelt"),
)
MANAGED = port("p0", "Vlan10", addresses=("a1",))


def content(**more: Any) -> HeldContent:
    given: dict[str, Any] = {
        "places": PLACES,
        "vlans": (vlan("v1", 210, "Elever"),),
        "prefixes": (prefix("x0", "10.0.0.0/8"), prefix("x1", "10.2.0.0/16", "v1")),
        "addresses": (address("a1", "10.1.0.5/24"),),
        "devices": (device(),),
        "interfaces": (MANAGED,),
        "machines": (),
        "adapters": (),
    }
    return HeldContent(**(given | more))


def read(held: HeldContent, mapping: ImportMapping = MAPPING) -> ImportedFacts:
    return import_facts(held, mapping, SOURCE)


def fields(facts: ImportedFacts, kind: ObjectKind, key: str) -> dict[str, JsonValue]:
    found = [one for one in facts.objects if (one.kind, one.key) == (kind, key)]
    assert len(found) == 1, [(one.kind, one.key) for one in facts.objects]
    return {".".join(one.path): one.value for one in found[0].fields}


def keys(facts: ImportedFacts, kind: ObjectKind) -> list[str]:
    return [one.key for one in facts.objects if one.kind == kind]


def reasons(facts: ImportedFacts) -> dict[str, str]:
    return {one.name: one.reason for one in facts.skipped}
