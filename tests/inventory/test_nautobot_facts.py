"""What the objects of a DCIM server mean for an inventory: pure rules, the same for Nautobot and NetBox."""

from typing import Any

import pytest
from pydantic import JsonValue

from inventory.imports.errors import MappingError
from inventory.imports.mapping import ImportMapping, LeaveOut, MappingRule, NameRules
from inventory.loaders.dcim.content import (
    HeldPlace,
)
from tests.inventory.held_content import (
    MANAGED,
    MAPPING,
    address,
    content,
    device,
    fields,
    keys,
    page,
    port,
    read,
    reasons,
)


def test_a_device_is_taken_with_the_page_of_each_fact() -> None:
    facts = read(content())
    assert fields(facts, "devices", "sw1") == {
        "site": "soeskolen",
        "role": "access",
        "platform": "ios",
        "model": "C9200L",
        "management_address": "10.1.0.5",
        "management_interface": "Vlan10",
        "routing_domain": "global",
        "serial_number": "FOC1",
        "software_version": "17.9.5",
        "interfaces.Vlan10.role": "management",
        "interfaces.Vlan10.address": "10.1.0.5/24",
    }
    (taken,) = [one for one in facts.objects if one.kind == "devices"]
    origins = {".".join(one.path): one.origin for one in taken.fields}
    assert origins["serial_number"] == page("d1")
    assert origins["management_address"] == page("a1")
    assert origins["interfaces.Vlan10.role"] == page("p0")
    assert facts.skipped == ()


def test_a_device_in_a_room_belongs_to_the_site_around_it() -> None:
    assert fields(read(content()), "sites", "soeskolen") == {"title": "Søskolen", "kind": "school"}


def test_a_place_that_is_no_site_is_told_with_its_devices() -> None:
    lone = (HeldPlace(id="room", url=page("room"), name="Lager", parent=None, kind="Depot"),)
    facts = read(content(places=lone))
    assert keys(facts, "devices") == []
    assert reasons(facts) == {
        "Lager": "neither it nor a place around it has a kind that is known (Depot)",
        "SW1": "its place is no site that is imported",
    }


def test_places_in_a_circle_end() -> None:
    ring = tuple(
        HeldPlace(id=one, url=page(one), name=one, parent=other, kind=None)
        for one, other in (("room", "hall"), ("hall", "room"))
    )
    assert keys(read(content(places=ring)), "devices") == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"role": "UPS"}, "its role 'UPS' is not known"),
        ({"platform": "Hjemmelavet", "driver": None}, "its platform 'Hjemmelavet' is not known"),
        ({"platform": None, "driver": None}, "no platform is set"),
        ({"status": "Planned"}, "its state is Planned"),
        ({"primary": None}, "it has no primary IPv4 address on a port of its own"),
        ({"primary": "a9"}, "it has no primary IPv4 address on a port of its own"),
        ({"name": "SW 1"}, "'SW 1' is no host name"),
        ({"name": ""}, "it has no name"),
    ],
)
def test_a_device_that_cannot_be_taken_is_told_with_its_reason(more: dict[str, Any], reason: str) -> None:
    facts = read(content(devices=(device(**more),)))
    assert keys(facts, "devices") == []
    assert [one.reason for one in facts.skipped] == [reason]
    assert facts.skipped[0].origin == page("d1")
    assert not facts.skipped[0].expected


def test_a_primary_address_of_version_6_alone_is_not_enough() -> None:
    facts = read(content(addresses=(address("a1", "2001:db8::5/64"),)))
    assert list(reasons(facts).values()) == ["it has no primary IPv4 address on a port of its own"]


def test_a_state_that_the_mapping_calls_active_is_taken() -> None:
    assert keys(read(content(devices=(device(status="i drift"),))), "devices") == ["sw1"]


def test_a_platform_is_found_by_mapping_then_name_then_driver() -> None:
    mapping = MAPPING.model_copy(
        update={"translations": {**MAPPING.translations, "platform": {"Egen": "eos"}}}
    )

    def platform(**more: Any) -> JsonValue:
        return fields(read(content(devices=(device(**more),)), mapping), "devices", "sw1")["platform"]

    assert platform(platform="Egen", driver="cisco_ios") == "eos"
    assert platform(platform="junos", driver=None) == "junos"
    assert platform(platform="Whatever", driver="aruba_aoscx") == "aoscx"


def test_names_are_cut_and_replaced_as_the_mapping_says() -> None:
    mapping = MAPPING.model_copy(update={"names": NameRules(domains=("by.local",), replace={"_": "-"})})
    facts = read(content(devices=(device(name="SW_1.by.local"),)), mapping)
    assert keys(facts, "devices") == ["sw-1"]


def test_two_devices_of_one_name_are_both_told_so_that_the_import_can_refuse_them() -> None:
    second = port("p9", "Vlan10", device="d2", addresses=("a2",))
    held = content(
        devices=(device(), device("d2", primary="a2")),
        interfaces=(MANAGED, second),
        addresses=(address("a1", "10.1.0.5/24"), address("a2", "10.1.0.6/24")),
    )
    assert keys(read(held), "devices") == ["sw1", "sw1"]


def test_what_the_mapping_leaves_out_is_expected() -> None:
    left = LeaveOut(kind="devices", when={"manufacturer": "cis*"}, reason="sold")
    facts = read(content(), MAPPING.model_copy(update={"leave_out": (left,)}))
    assert [(one.name, one.reason, one.expected) for one in facts.skipped] == [("SW1", "sold", True)]


def test_a_mapping_that_asks_for_what_no_server_tells_is_refused() -> None:
    rule = MappingRule(kind="devices", when={"rackk": "1"}, set={"credential": "env:A"})
    with pytest.raises(MappingError, match="asks for 'rackk'"):
        read(content(), MAPPING.model_copy(update={"rules": (rule,)}))


def test_a_mapping_that_translates_something_unknown_is_refused() -> None:
    mapping = ImportMapping(translations={"device_roles": {"Adgangsswitch": "access"}})
    with pytest.raises(MappingError, match=r"translations.device_roles is nothing.*device_role"):
        read(content(), mapping)
