"""The selection: what it selects, and what it says about a wrong word or an empty answer."""

import pytest

from inventory.errors import SelectionError
from inventory.models import Inventory
from inventory.selection import select_devices, select_servers


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
