"""The snapshot: one digest for one meaning, and every difference by its path."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.loaders.yaml_source import read_yaml_source
from inventory.models import Approver, Inventory
from inventory.service import diff_snapshots, load_checked, take_snapshot
from inventory.snapshot import SnapshotChange, put_in_order

_ORDERED = frozenset({"ntp_servers", "log_servers", "aaa_servers", "management_prefixes"})
"""Lists whose order a person chose: the first server is the preferred one."""

_OLD_END = "ndj-acc3:TenGigabitEthernet1/1/1"


def _shuffled(value: Any, chance: random.Random, key: str = "") -> Any:
    if isinstance(value, dict):
        items = [(name, _shuffled(item, chance, name)) for name, item in value.items()]
        chance.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        items = [_shuffled(item, chance) for item in value]
        if key not in _ORDERED:
            chance.shuffle(items)
        return items
    return value


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(min_value=0, max_value=2**32), flow=st.booleans(), width=st.sampled_from([40, 400]))
def test_the_digest_ignores_order_and_formatting(
    example: Path, inventory: Inventory, seed: int, *, flow: bool, width: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - shuffles a file
    for path in example.rglob("*.yaml"):
        if "lab" in path.parts:
            continue
        source = read_yaml_source(example, path)
        text = yaml.safe_dump(
            _shuffled(source.data(), chance),
            default_flow_style=flow,
            width=width,
            allow_unicode=True,
            sort_keys=False,
        )
        path.write_text(f"# {seed}\n{text}", encoding="utf-8")

    assert take_snapshot(load_checked(example)) == take_snapshot(inventory)


def test_a_snapshot_survives_json(inventory: Inventory) -> None:
    snapshot = take_snapshot(inventory)

    assert type(snapshot).model_validate_json(snapshot.model_dump_json()) == snapshot


def test_put_in_order_changes_nothing_a_second_time(inventory: Inventory) -> None:
    assert put_in_order(inventory) == inventory


def test_the_order_of_preferred_servers_is_part_of_the_digest(inventory: Inventory) -> None:
    town = inventory.municipalities[0]
    hardening = town.municipality.hardening
    turned = hardening.model_copy(update={"ntp_servers": hardening.ntp_servers[::-1]})
    municipality = town.municipality.model_copy(update={"hardening": turned})
    other = inventory.model_copy(
        update={"municipalities": (town.model_copy(update={"municipality": municipality}),)}
    )

    assert take_snapshot(other).digest != take_snapshot(inventory).digest
    assert diff_snapshots(take_snapshot(inventory), take_snapshot(other)) == (
        SnapshotChange(
            kind="changed",
            path="municipalities/norddjurs/municipality/hardening/ntp_servers",
            before=["10.70.10.51", "10.70.10.52"],
            after=["10.70.10.52", "10.70.10.51"],
        ),
    )


def test_who_may_approve_is_not_part_of_the_digest(inventory: Inventory) -> None:
    approver = Approver(principal="anna@norddjurs.example", key_type="ssh-ed25519", public_key="AAAA")
    more = inventory.model_copy(update={"approvers": (approver,)})

    assert take_snapshot(more).digest == take_snapshot(inventory).digest


@pytest.mark.parametrize(
    ("name", "old", "new", "changes"),
    [
        (
            "devices.yaml",
            "site: auning-skole",
            "site: digterparken",
            (("changed", "municipalities/norddjurs/devices/ndj-acc2/site", "auning-skole", "digterparken"),),
        ),
        (
            "devices.yaml",
            'Ethernet5, role: trunk, vlans: "10,310"',
            'Ethernet5, role: trunk, vlans: "10,210,310"',
            (
                (
                    "changed",
                    "municipalities/norddjurs/devices/ndj-core1/interfaces/Ethernet5/vlans",
                    "10,310",
                    "10,210,310",
                ),
            ),
        ),
        (
            "links.yaml",
            "ndj-acc3:TenGigabitEthernet1/1/1]",
            "ndj-acc3:GigabitEthernet1/0/1]",
            (
                (
                    "added",
                    "municipalities/norddjurs/links/ndj-acc3:GigabitEthernet1/0/1 - ndj-core1:Ethernet5/ends",
                    None,
                    ["ndj-acc3:GigabitEthernet1/0/1", "ndj-core1:Ethernet5"],
                ),
                (
                    "removed",
                    f"municipalities/norddjurs/links/{_OLD_END} - ndj-core1:Ethernet5/ends",
                    [_OLD_END, "ndj-core1:Ethernet5"],
                    None,
                ),
            ),
        ),
    ],
)
def test_a_change_is_named_by_its_path(
    example: Path, inventory: Inventory, plant: Any, *, name: str, old: str, new: str, changes: Any
) -> None:
    plant(name, old, new)

    after = take_snapshot(load_checked(example))

    found = diff_snapshots(take_snapshot(inventory), after)
    assert [(one.kind, one.path, one.before, one.after) for one in found] == list(changes)


def test_equal_snapshots_have_no_difference(inventory: Inventory) -> None:
    assert diff_snapshots(take_snapshot(inventory), take_snapshot(inventory)) == ()
