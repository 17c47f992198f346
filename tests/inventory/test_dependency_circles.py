"""Circles of dependencies: each is told once, however many there are and however they touch."""

from inventory.models import Inventory, MunicipalityInventory
from inventory.outline import inventory_outline
from inventory.rules.servers import dependency_circle


def _with_servers(inventory: Inventory, needs: dict[str, tuple[str, ...]]) -> Inventory:
    town: MunicipalityInventory = inventory.municipalities[0]
    servers = tuple(
        town.servers[0].model_copy(update={"name": name, "depends_on": needed})
        for name, needed in needs.items()
    )
    return inventory.model_copy(update={"municipalities": (town.model_copy(update={"servers": servers}),)})


def _told(inventory: Inventory) -> list[str]:
    return [one.message.partition(": ")[2] for one in dependency_circle(inventory_outline(inventory))]


def test_two_circles_through_one_server_are_both_told(inventory: Inventory) -> None:
    spoilt = _with_servers(inventory, {"a": ("b", "c"), "b": ("a",), "c": ("a", "c")})

    assert sorted(_told(spoilt)) == ["a -> b -> a", "a -> c -> a", "c -> c"]


def test_a_dependency_that_is_written_twice_is_one_circle(inventory: Inventory) -> None:
    assert _told(_with_servers(inventory, {"a": ("b", "b"), "b": ("a", "a")})) == ["a -> b -> a"]


def test_what_only_leads_to_a_circle_or_from_one_is_not_in_it(inventory: Inventory) -> None:
    spoilt = _with_servers(inventory, {"a": ("b",), "b": ("c",), "c": ("b", "d"), "d": ()})

    assert _told(spoilt) == ["b -> c -> b"]


def test_each_of_many_circles_is_told(inventory: Inventory) -> None:
    needs: dict[str, tuple[str, ...]] = {}
    for number in range(2000):
        needs |= {f"a{number}": (f"b{number}",), f"b{number}": (f"a{number}",)}

    assert sorted(_told(_with_servers(inventory, needs))) == sorted(
        f"a{number} -> b{number} -> a{number}" for number in range(2000)
    )


def test_servers_that_depend_on_each_other_in_a_row_are_no_circle(inventory: Inventory) -> None:
    needs = {f"a{number}": (f"a{number + 1}",) for number in range(3000)} | {"a3000": ()}

    assert _told(_with_servers(inventory, needs)) == []
