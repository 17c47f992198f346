"""Each cross-object rule: planted alone in the clean example it gives exactly one violation, where it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inventory.models import Inventory
from inventory.service import check, load_inventory
from tests.inventory.planted_mistakes import PLANTED, TOLD_ELSEWHERE

Plant = Callable[[str, str, str], tuple[str, int]]


@pytest.mark.parametrize(("name", "old", "new", "rule", "message"), PLANTED)
def test_a_planted_mistake_gives_exactly_that_violation(
    example: Path, plant: Plant, *, name: str, old: str, new: str, rule: str, message: str
) -> None:
    file, line = plant(name, old, new)
    if new in TOLD_ELSEWHERE:
        other, text_there = TOLD_ELSEWHERE[new]
        file = file.replace(name, other or name)
        text = (example / file).read_text(encoding="utf-8")
        line = text[: text.index(text_there)].count("\n") + 1

    found = load_inventory(example).violations

    assert [(one.rule, one.location.file, one.location.line) for one in found] == [(rule, file, line)]
    assert message in found[0].message
    assert found[0].action


def test_a_range_of_ports_is_told_once(example: Path, plant: Plant) -> None:
    plant("devices.yaml", "access, vlan: 310}", "access, vlan: 311}")
    plant(
        "devices.yaml",
        'Ethernet5, role: trunk, vlans: "10,310"',
        'Ethernet5, role: trunk, vlans: "11,310-312"',
    )

    assert [one.message for one in load_inventory(example).violations] == [
        "the VLANs 11, 311, 312 are used by Ethernet5 of ndj-core1 and not defined",
        "VLAN 311 is used by GigabitEthernet1/0/1-6 of ndj-acc3 and not defined",
    ]


def test_ranges_that_share_ports_are_told_once(example: Path, plant: Plant) -> None:
    file, line = plant("devices.yaml", "/0/7-8, role", "/0/4-8, role")

    assert [
        (one.rule, one.location.file, one.location.line, one.message)
        for one in load_inventory(example).violations
    ] == [
        (
            "duplicate-name",
            file,
            line,
            "the interface of ndj-acc1 'GigabitEthernet1/0/4' to 'GigabitEthernet1/0/6' is already used",
        )
    ]


def test_a_duplicate_names_the_first_place_too(example: Path, plant: Plant) -> None:
    file, _ = plant("servers.yaml", "address: 10.70.71.14", "address: 10.70.71.12")
    text = (example / file).read_text(encoding="utf-8")

    (found,) = load_inventory(example).violations

    assert [(one.file, one.line) for one in found.related] == [
        (file, text[: text.index("address: 10.70.71.12")].count("\n") + 1)
    ]


def test_a_circle_of_dependencies_is_told_once_with_its_way(example: Path, plant: Plant) -> None:
    first, _ = plant("servers.yaml", "10.70.71.12}]\n", "10.70.71.12}]\n    depends_on: [ndj-file1]\n")
    plant("servers.yaml", "10.70.71.14}]\n", "10.70.71.14}]\n    depends_on: [ndj-web1]\n")

    found = load_inventory(example).violations

    assert [(one.rule, one.location.file, one.message) for one in found] == [
        (
            "dependency-circle",
            first,
            "servers depend on each other in a circle: ndj-esdh1 -> ndj-file1 -> ndj-web1 -> ndj-esdh1",
        )
    ]


def test_a_server_that_depends_on_itself_is_a_circle(example: Path, plant: Plant) -> None:
    plant("servers.yaml", "[ndj-esdh1]", "[ndj-web1]")

    assert [one.message for one in load_inventory(example).violations] == [
        "servers depend on each other in a circle: ndj-web1 -> ndj-web1"
    ]


def test_a_firewall_without_a_cluster_is_told(example: Path) -> None:
    (example / "municipalities" / "norddjurs" / "firewalls.yaml").unlink()

    assert [(one.rule, one.message) for one in load_inventory(example).violations] == [
        ("firewall-cluster", "the firewall ndj-fw1 is in no cluster"),
        ("firewall-cluster", "the firewall ndj-fw2 is in no cluster"),
    ]


def test_a_scope_holds_no_more_than_it_says(example: Path) -> None:
    towns = example / "municipalities"
    (towns / "syddjurs").mkdir()
    text = (towns / "norddjurs" / "municipality.yaml").read_text(encoding="utf-8").partition("# What")[0]
    text = text.replace("norddjurs", "syddjurs").replace("707", "706")
    (towns / "syddjurs" / "municipality.yaml").write_text(text, encoding="utf-8")
    centre = (example / "centres" / "midt.yaml").read_text(encoding="utf-8").replace("midt", "nord")
    (example / "centres" / "nord.yaml").write_text(centre, encoding="utf-8")

    assert [(one.rule, one.message) for one in load_inventory(example).violations] == [
        ("scope", "the scope allows one of its centres, and there are 2"),
        ("scope", "the scope allows one of its municipalities, and there are 2"),
    ]


def test_the_same_address_in_two_routing_domains_is_no_violation(example: Path, plant: Plant) -> None:
    plant("routing-domains.yaml", "prefixes: [203.0.113.0/26]", "prefixes: [203.0.113.0/26, 10.70.0.0/16]")
    plant("devices.yaml", "address: 203.0.113.2/30", "address: 10.70.71.12/24")

    assert load_inventory(example).violations == ()


def test_every_rule_of_an_inventory_that_did_not_come_from_files_runs(inventory: Inventory) -> None:
    town = inventory.municipalities[0]
    server = town.servers[0].model_copy(update={"application": "nothing", "depends_on": ("nobody",)})
    spoilt = inventory.model_copy(
        update={"municipalities": (town.model_copy(update={"servers": (server, *town.servers[1:])}),)}
    )

    assert check(inventory) == ()
    assert [(one.rule, one.path) for one in check(spoilt)] == [
        ("application-undefined", ("municipalities", 0, "servers", 0, "application")),
        ("dependency-undefined", ("municipalities", 0, "servers", 0, "depends_on", 0)),
    ]
