"""The selection: what it selects, and what it says about a wrong word or an empty answer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from inventory.errors import SelectionError
from inventory.models import Inventory, NetworkAdapter
from inventory.selection import select_devices, select_servers

Changes = Mapping[str, Mapping[str, Any]]


def device_names(inventory: Inventory, selection: str) -> list[str]:
    return [one.device.name for one in select_devices(inventory, selection)]


def server_names(inventory: Inventory, selection: str) -> list[str]:
    return [one.server.name for one in select_servers(inventory, selection)]


def with_devices(inventory: Inventory, changes: Changes) -> Inventory:
    """Return the inventory with other values of some devices, by name."""
    town = inventory.municipalities[0]
    devices = tuple(one.model_copy(update=changes.get(one.name, {})) for one in town.devices)
    return inventory.model_copy(update={"municipalities": (town.model_copy(update={"devices": devices}),)})


def with_servers(inventory: Inventory, changes: Changes) -> Inventory:
    """Return the inventory with other values of some servers, by name."""
    town = inventory.municipalities[0]
    servers = tuple(one.model_copy(update=changes.get(one.name, {})) for one in town.servers)
    return inventory.model_copy(update={"municipalities": (town.model_copy(update={"servers": servers}),)})


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (
            "",
            ["ndj-acc1", "ndj-acc2", "ndj-acc3", "ndj-core1", "ndj-edge1", "ndj-fw1", "ndj-fw2"],
        ),
        ("municipality=norddjurs role=firewall platform!=ios", ["ndj-fw1", "ndj-fw2"]),
        ("name=ndj-acc1", ["ndj-acc1"]),
        ("name=ndj-acc1,ndj-acc3", ["ndj-acc1", "ndj-acc3"]),
        ("name=ndj-acc1 name=ndj-core1", ["ndj-acc1", "ndj-core1"]),
        ("platform=ios role!=edge site!=auning-skole", ["ndj-acc1", "ndj-acc3"]),
        ("centre=midt platform=eos", ["ndj-core1"]),
        ("model=SRX345 name!=ndj-fw1", ["ndj-fw2"]),
        ("name=ndj-acc*", ["ndj-acc1", "ndj-acc2", "ndj-acc3"]),
        ("name=*1 name!=*acc?", ["ndj-core1", "ndj-edge1", "ndj-fw1"]),
        ("name=ndj-acc?,ndj-fw1 site_kind!=school", ["ndj-acc1", "ndj-acc3", "ndj-fw1"]),
        ("site_kind=school", ["ndj-acc2"]),
        ("phase=servers-and-network role=core", ["ndj-core1"]),
        ('model="SRX345"', ["ndj-fw1", "ndj-fw2"]),
        ("model='SRX345' name=\"ndj-\"fw1", ["ndj-fw1"]),
        ("  role=firewall \t\n name=ndj-fw2  ", ["ndj-fw2"]),
    ],
)
def test_every_term_must_hold(inventory: Inventory, selection: str, names: list[str]) -> None:
    assert [one.device.name for one in select_devices(inventory, selection)] == names


def test_servers_are_selected_by_the_same_language(inventory: Inventory) -> None:
    selected = select_servers(inventory, "vlan=710 application!=filer")

    assert [(one.municipality, one.centre, one.server.name) for one in selected] == [
        ("norddjurs", "midt", "ndj-esdh1"),
        ("norddjurs", "midt", "ndj-web1"),
    ]


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        ('owner="Sundhed og Omsorg"', ["ndj-care1"]),
        ("owner='IT og'*", ["ndj-file1"]),
        ("criticality=vital,high", ["ndj-care1", "ndj-esdh1"]),
        ("criticality!=medium", ["ndj-care1", "ndj-esdh1"]),
        ("vlan=700-799", ["ndj-esdh1", "ndj-file1", "ndj-web1"]),
        ("vlan=31?", ["ndj-care1"]),
        ('operating_system=""', ["ndj-care1", "ndj-esdh1", "ndj-file1", "ndj-web1"]),
    ],
)
def test_servers_have_keys_of_their_own(inventory: Inventory, selection: str, names: list[str]) -> None:
    assert server_names(inventory, selection) == names


def test_a_star_in_quotes_is_a_star(inventory: Inventory) -> None:
    with pytest.raises(SelectionError, match=r"no owner is 'IT og\*'; allowed: \"IT og"):
        select_servers(inventory, "owner='IT og*'")


def test_a_server_is_critical_as_it_says_itself_and_else_as_its_application(inventory: Inventory) -> None:
    changed = with_servers(inventory, {"ndj-web1": {"criticality": "vital"}})

    assert server_names(changed, "criticality=vital") == ["ndj-care1", "ndj-web1"]
    assert server_names(changed, "criticality=medium") == ["ndj-file1"]


def test_a_server_is_in_the_vlan_of_each_of_its_adapters(inventory: Inventory) -> None:
    both = (NetworkAdapter(vlan=710), NetworkAdapter(vlan=310))
    changed = with_servers(inventory, {"ndj-web1": {"networks": both}})

    assert server_names(changed, "vlan=310") == ["ndj-care1", "ndj-web1"]
    assert server_names(changed, "vlan=310 vlan=710") == server_names(changed, "")
    assert "ndj-web1" not in server_names(changed, "vlan!=310")
    assert server_names(changed, "vlan!=700-799") == ["ndj-care1"]


def test_a_value_that_is_not_set_is_the_empty_one_and_no_pattern(inventory: Inventory) -> None:
    days = {"ndj-acc1": date(2026, 10, 31), "ndj-acc2": date(2027, 10, 31), "ndj-core1": date(2030, 1, 1)}
    changed = with_devices(
        inventory,
        {name: {"end_of_support": day} for name, day in days.items()}
        | {"ndj-fw1": {"software_version": "21.4R3", "known_weaknesses": ("snmp-v2c", "telnet")}},
    )

    assert device_names(changed, "end_of_support=*") == ["ndj-acc1", "ndj-acc2", "ndj-core1"]
    assert device_names(changed, "end_of_support=..2026-12-31") == ["ndj-acc1"]
    assert device_names(changed, "end_of_support=2026-12-31..2029-12-31") == ["ndj-acc2"]
    assert device_names(changed, "end_of_support=2027-*,2030-01-01..") == ["ndj-acc2", "ndj-core1"]
    assert device_names(changed, 'end_of_support="" role=access') == ["ndj-acc3"]
    assert device_names(changed, 'end_of_support!=""') == ["ndj-acc1", "ndj-acc2", "ndj-core1"]
    assert device_names(changed, "software_version=*") == ["ndj-fw1"]
    assert device_names(changed, "weakness=telnet") == ["ndj-fw1"]
    assert device_names(changed, "weakness!=telnet role=firewall") == ["ndj-fw2"]
    with pytest.raises(SelectionError, match=r"no end_of_support is '2031-01-01\.\.'"):
        select_devices(changed, "end_of_support=2031-01-01..")


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ("roel=firewall", "there is no key 'roel'; did you mean 'role'?"),
        (
            "role=firewal",
            "no role is 'firewal'; did you mean 'firewall'? allowed: access, core, edge, firewall",
        ),
        ("name!=ndj-acc9", "no name is 'ndj-acc9'; did you mean 'ndj-acc"),
        ("platform=junos role=access", "it matches none of the 7 devices; drop a term"),
        ("platform!=ios,eos,junos", "it matches none of the 7 devices"),
        ("name=ndj-asc*", "no name is 'ndj-asc*'; did you mean 'ndj-acc"),
        ('name="ndj-acc*"', "no name is 'ndj-acc*'"),
        ("name!=nothing-*", "no name is 'nothing-*'"),
        ("end_of_support=*", "no end_of_support is '*'"),
        ("end_of_support=2026..", "'2026..' is not a range of days for end_of_support; write FIRST..LAST"),
        ("siet_kind=school", "there is no key 'siet_kind'; did you mean 'site_kind'?"),
        (
            "application=esdh",
            "there is no key 'application'; 'application' selects servers, and here devices",
        ),
        ("owner=Sundhed og Omsorg", "'og' is not a term; write key=value or key!=value, and quotes around"),
        ("model='SRX345", "the quote before 'SRX345' is not closed; close it with '"),
        ('model="SRX\\"', 'is not closed; close it with "'),
        ("role=access,", "'role=access,' is not a term"),
        ('role=access""=x', "is not a term"),
        ("=access", "'=access' is not a term"),
        ("ndj-acc1", "'ndj-acc1' is not a term; write key=value or key!=value"),
        ("name=", "'name=' is not a term"),
        ("name=a,,b", "is not a term"),
        ("name==ndj-acc1", "is not a term"),
    ],
)
def test_a_wrong_selection_is_an_error(inventory: Inventory, selection: str, message: str) -> None:
    with pytest.raises(SelectionError) as caught:
        select_devices(inventory, selection)

    assert str(caught.value).startswith(f"selection '{selection}': ")
    assert message in str(caught.value)


def test_nothing_in_the_inventory_is_an_error_and_not_everything(inventory: Inventory) -> None:
    town = inventory.municipalities[0].model_copy(update={"devices": ()})
    empty = inventory.model_copy(update={"municipalities": (town,)})

    with pytest.raises(SelectionError, match="matches none of the 0 devices"):
        select_devices(empty, "")
