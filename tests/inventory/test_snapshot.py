"""The snapshot: one digest for one meaning, and every difference by its path."""

import random
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.loaders.yaml_source import read_yaml_source
from inventory.models import Approver, Inventory
from inventory.service import diff_snapshots, load_checked, take_snapshot
from inventory.snapshot import put_in_order

_ORDERED = frozenset({"ntp_servers", "log_servers", "aaa_servers", "management_prefixes", "contacts"})
"""Lists whose order a person chose: the first server is preferred, the first contact is called first."""


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
    (change,) = diff_snapshots(take_snapshot(inventory), take_snapshot(other)).objects
    assert (change.kind, change.municipality, change.section) == ("changed", "norddjurs", "municipality")
    assert [(one.path, one.before, one.after) for one in change.values] == [
        (
            ("hardening", "ntp_servers"),
            ["10.70.10.51", "10.70.10.52"],
            ["10.70.10.52", "10.70.10.51"],
        )
    ]


def test_who_may_approve_is_not_part_of_the_digest(inventory: Inventory) -> None:
    approver = Approver(principal="anna@norddjurs.example", key_type="ssh-ed25519", public_key="AAAA")
    more = inventory.model_copy(update={"approvers": (approver,)})

    assert take_snapshot(more).digest == take_snapshot(inventory).digest
