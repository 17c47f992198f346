"""The difference between two snapshots: the right objects, the right values, never nothing for something."""

from pathlib import Path
from typing import Any

import pytest

from inventory.models import Interface, Inventory, MunicipalityInventory
from inventory.service import ObjectChange, ValueChange, diff_snapshots, load_checked, take_snapshot

_OLD_END = "ndj-acc3:TenGigabitEthernet1/1/1"


def _with(inventory: Inventory, **parts: Any) -> Inventory:
    town = inventory.municipalities[0].model_copy(update=parts)
    return inventory.model_copy(update={"municipalities": (town,)})


def _diff(before: Inventory, after: Inventory) -> tuple[ObjectChange, ...]:
    return diff_snapshots(take_snapshot(before), take_snapshot(after)).objects


def _changed(section: str, name: str, *values: ValueChange) -> ObjectChange:
    return ObjectChange(kind="changed", municipality="norddjurs", section=section, name=name, values=values)


def _port(path: str, *rest: str, before: Any, after: Any) -> ValueChange:
    kind = "added" if before is None else "removed" if after is None else "changed"
    return ValueChange(kind=kind, path=("interfaces", path, *rest), before=before, after=after)


def test_equal_snapshots_have_no_difference(inventory: Inventory) -> None:
    diff = diff_snapshots(take_snapshot(inventory), take_snapshot(inventory))

    assert (diff.objects, diff.before) == ((), diff.after)


@pytest.mark.parametrize(
    ("name", "old", "new", "change"),
    [
        (
            "devices.yaml",
            "site: auning-skole",
            "site: digterparken",
            _changed(
                "devices",
                "ndj-acc2",
                ValueChange(kind="changed", path=("site",), before="auning-skole", after="digterparken"),
            ),
        ),
        (
            "devices.yaml",
            'Ethernet5, role: trunk, vlans: "10,310"',
            'Ethernet5, role: trunk, vlans: "10,210,310"',
            _changed(
                "devices", "ndj-core1", _port("Ethernet5", "vlans", before="10,310", after="10,210,310")
            ),
        ),
        (
            "vlans.yaml",
            "vlan_id: 210, name: schools, zone: schools",
            "vlan_id: 210, name: schools, zone: administration",
            _changed(
                "vlans",
                "210",
                ValueChange(kind="changed", path=("zone",), before="schools", after="administration"),
            ),
        ),
        (
            "economy.yaml",
            "1840000",
            "1840001",
            _changed(
                "cost_baselines",
                "2026",
                ValueChange(kind="changed", path=("amount_dkk",), before=1840000, after=1840001),
            ),
        ),
    ],
)
def test_a_changed_value_is_named_with_before_and_after(
    example: Path, inventory: Inventory, plant: Any, *, name: str, old: str, new: str, change: ObjectChange
) -> None:
    plant(name, old, new)

    assert _diff(inventory, load_checked(example)) == (change,)


def test_a_moved_cable_is_one_link_less_and_one_more(example: Path, inventory: Inventory, plant: Any) -> None:
    plant("links.yaml", f"{_OLD_END}]", "ndj-acc3:GigabitEthernet1/0/1]")

    found = _diff(inventory, load_checked(example))

    assert [(one.kind, one.section, one.name) for one in found] == [
        ("added", "links", "ndj-acc3:GigabitEthernet1/0/1 - ndj-core1:Ethernet5"),
        ("removed", "links", f"{_OLD_END} - ndj-core1:Ethernet5"),
    ]
    assert found[1].before == {"ends": [_OLD_END, "ndj-core1:Ethernet5"], "end": None, "provider": None}


def test_a_whole_municipality_is_told_object_by_object(inventory: Inventory) -> None:
    town = inventory.municipalities[0]
    empty = inventory.model_copy(update={"municipalities": ()})
    objects = sum(
        len(getattr(town, name)) for name in MunicipalityInventory.model_fields if name != "municipality"
    )

    for kind, found in (("added", _diff(empty, inventory)), ("removed", _diff(inventory, empty))):
        assert {one.kind for one in found} == {kind}
        assert {one.municipality for one in found} == {"norddjurs"}
        assert len(found) == 1 + objects
        # The prefix 10.70.0.0/16 is the object of the routing domain norddjurs, whole.
        domain = next(one for one in found if (one.section, one.name) == ("routing_domains", "norddjurs"))
        assert (domain.after if kind == "added" else domain.before) == {
            "name": "norddjurs",
            "prefixes": ["10.70.0.0/16"],
        }


def test_each_object_that_goes_is_told_alone_and_by_its_name(inventory: Inventory) -> None:
    town = inventory.municipalities[0]
    told = 0
    for section in MunicipalityInventory.model_fields:
        objects = () if section == "municipality" else getattr(town, section)
        for gone in objects:
            less = _with(inventory, **{section: tuple(one for one in objects if one is not gone)})

            (change,) = _diff(inventory, less)

            assert (change.kind, change.section, change.after) == ("removed", section, None)
            assert change.before == gone.model_dump(mode="json")
            told += 1
    sections = [name for name in MunicipalityInventory.model_fields if name != "municipality"]
    assert told == sum(len(getattr(town, name)) for name in sections) > len(sections)


def test_ports_that_change_alike_inside_a_range_are_told_as_a_range(inventory: Inventory) -> None:
    town = inventory.municipalities[0]
    switch = next(one for one in town.devices if one.name == "ndj-acc1")
    others = tuple(port for port in switch.interfaces if port.role not in ("access", "unused"))
    before = (*others, Interface(name="Gi1/0/1-24", role="access", vlan=110))
    after = (
        *others,
        Interface(name="Gi1/0/1-4", role="access", vlan=110),
        Interface(name="Gi1/0/5-6", role="access", vlan=210),
        Interface(name="Gi1/0/7-11", role="access", vlan=110),
        Interface(name="Gi1/0/12", role="access", vlan=110, description="Kopirum"),
        Interface(name="Gi1/0/13-23", role="access", vlan=110),
    )

    def having(interfaces: tuple[Interface, ...]) -> Inventory:
        changed = switch.model_copy(update={"interfaces": interfaces})
        return _with(inventory, devices=tuple(changed if one is switch else one for one in town.devices))

    (change,) = _diff(having(before), having(after))

    gone = {
        "role": "access",
        "description": None,
        "vlan": 110,
        "vlans": None,
        "address": None,
        "routing_domain": None,
    }
    assert change == _changed(
        "devices",
        "ndj-acc1",
        _port("Gi1/0/5-6", "vlan", before=110, after=210),
        _port("Gi1/0/12", "description", before=None, after="Kopirum"),
        _port("Gi1/0/24", before=gone, after=None),
    )


def test_a_range_written_port_by_port_is_no_difference(
    example: Path, inventory: Inventory, plant: Any
) -> None:
    plant(
        "devices.yaml",
        "      - {name: GigabitEthernet1/0/5-8, role: unused}\n",
        "      - {name: GigabitEthernet1/0/5, role: unused}\n"
        "      - {name: GigabitEthernet1/0/6-8, role: unused}\n",
    )

    assert _diff(inventory, load_checked(example)) == ()


def test_another_order_that_means_something_is_a_difference(inventory: Inventory) -> None:
    town = inventory.municipalities[0]
    server = town.servers[0]
    second = server.networks[0].model_copy(update={"vlan": 110, "address": None})
    turned = [
        _with(inventory, servers=(server.model_copy(update={"networks": networks}), *town.servers[1:]))
        for networks in ((server.networks[0], second), (second, server.networks[0]))
    ]

    (change,) = _diff(*turned)

    assert [one.path for one in change.values] == [("networks",)]


def test_two_objects_of_one_name_hide_nothing(inventory: Inventory) -> None:
    town = inventory.municipalities[0]
    twins = _with(inventory, sites=(*town.sites, town.sites[0]))

    assert [(one.kind, one.section, one.name) for one in _diff(inventory, twins)] == [
        ("added", "sites", f"{town.sites[0].name}#2")
    ]


def test_centres_and_what_the_folder_is_belong_to_no_municipality(inventory: Inventory) -> None:
    centre = inventory.centres[0].model_copy(update={"title": "IT-center Øst"})
    after = inventory.model_copy(update={"centres": (centre,), "scope": "centre"})

    assert _diff(inventory, after) == (
        ObjectChange(
            kind="changed",
            municipality=None,
            section="inventory",
            name="inventory",
            values=(ValueChange(kind="changed", path=("scope",), before="municipality", after="centre"),),
        ),
        ObjectChange(
            kind="changed",
            municipality=None,
            section="centres",
            name="midt",
            values=(
                ValueChange(kind="changed", path=("title",), before="IT-center Midt", after="IT-center Øst"),
            ),
        ),
    )
