"""Roll-out batches from a topology; the rules are checked again here by other means than the code's."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.batches import roll_out_batches_of, topology_of
from devices.service import Batch, RollOutDevice, SiteLimit, Topology, roll_out_batches
from inventory.models import MunicipalityInventory
from inventory.service import load_checked
from tests.devices.discovered_lab import EXAMPLE


def device(name: str, *, site: str = "norresundby", platform: str = "ios") -> RollOutDevice:
    return RollOutDevice.model_validate({"name": name, "site": site, "platform": platform})


def names_of(batches: tuple[Batch, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(batch.devices for batch in batches)


SLICE = Topology(
    links=(
        ("edge-01", "fw-01"),
        ("edge-01", "fw-02"),
        ("fw-01", "core-01"),
        ("fw-02", "core-01"),
        ("core-01", "access-01"),
        ("core-01", "access-02"),
        ("core-01", "access-03"),
    ),
    clusters=(("fw-01", "fw-02"),),
    entries=("edge-01",),
)

SLICE_DEVICES = (
    device("edge-01", platform="eos"),
    device("fw-01", platform="junos"),
    device("fw-02", platform="junos"),
    device("core-01", platform="eos"),
    device("access-01"),
    device("access-02"),
    device("access-03"),
)


def test_the_slice_of_a_municipality_rolls_out_from_the_outside_in() -> None:
    assert roll_out_batches(SLICE_DEVICES, SLICE, largest=4) == (
        Batch(kind="canary", devices=("access-01", "fw-01")),
        Batch(kind="canary", devices=("core-01",)),
        Batch(kind="growing", devices=("access-02", "access-03", "fw-02")),
        Batch(kind="growing", devices=("edge-01",)),
    )


def test_canaries_of_different_sites_go_together_when_nothing_hangs_on_them() -> None:
    devices = tuple(
        device(f"{site}-{number}", site=site) for site in ("town-hall", "school") for number in (1, 2, 3)
    )
    topology = Topology(links=tuple(("core", one.name) for one in devices), entries=("core",))
    assert roll_out_batches(devices, topology, largest=10) == (
        Batch(kind="canary", devices=("school-1", "town-hall-1")),
        Batch(kind="growing", devices=("school-2", "school-3", "town-hall-2", "town-hall-3")),
    )


def test_a_batch_never_grows_beyond_the_largest_and_neither_do_the_canaries() -> None:
    devices = tuple(device(f"access-{number:02}") for number in range(12))
    assert [len(batch.devices) for batch in roll_out_batches(devices, Topology(), largest=3)] == [
        *(1, 2, 3, 3, 3),
    ]
    everywhere = tuple(device(f"access-{number}", site=f"school-{number}") for number in range(5))
    assert [(one.kind, len(one.devices)) for one in roll_out_batches(everywhere, Topology(), largest=2)] == [
        ("canary", 2),
        ("canary", 2),
        ("canary", 1),
    ]


def test_two_cores_without_a_declared_pair_never_leave_an_access_switch_alone() -> None:
    topology = Topology(
        links=(
            *(("edge", core) for core in ("core-1", "core-2")),
            *((core, "access") for core in ("core-1", "core-2")),
        ),
        entries=("edge",),
    )
    devices = (device("core-1"), device("core-2", platform="eos"))
    assert names_of(roll_out_batches(devices, topology, largest=9)) == (("core-1",), ("core-2",))


def test_two_edges_that_are_the_only_ways_in_never_change_at_once() -> None:
    topology = Topology(links=(("edge-1", "core"), ("edge-2", "core")), entries=("edge-1", "edge-2"))
    devices = (device("edge-1"), device("edge-2", platform="eos"))
    assert names_of(roll_out_batches(devices, topology, largest=9)) == (("edge-1",), ("edge-2",))


def test_where_nobody_knows_how_management_comes_in_neighbours_never_change_at_once() -> None:
    topology = Topology(links=(("a", "b"), ("b", "c"), ("c", "a")))
    devices = (device("a"), device("b", platform="eos"), device("c", platform="junos"))
    assert names_of(roll_out_batches(devices, topology, largest=9)) == (("a",), ("b",), ("c",))


def test_a_slow_site_has_its_own_measure_and_its_pause() -> None:
    devices = (
        *(device(f"school-{number}", site="school") for number in range(5)),
        *(device(f"hall-{number}", site="hall") for number in range(4)),
    )
    batches = roll_out_batches(
        devices,
        Topology(),
        largest=9,
        limits=(SiteLimit(site="school", devices_at_once=2, pause_seconds=90),),
    )
    assert batches == (
        Batch(kind="canary", devices=("hall-0", "school-0")),
        Batch(kind="growing", devices=("hall-1", "hall-2", "hall-3", "school-1"), pause_seconds=90),
        Batch(kind="growing", devices=("school-2", "school-3"), pause_seconds=90),
        Batch(kind="growing", devices=("school-4",), pause_seconds=90),
    )


def example() -> MunicipalityInventory:
    return load_checked(EXAMPLE).municipalities[0]


def test_the_example_keeps_its_cluster_its_core_and_its_slow_site_apart() -> None:
    town = example()
    sites = tuple(
        site.model_copy(update={"devices_at_once": 1, "pause_between_batches_seconds": 30})
        if site.name == "grenaa-raadhus"
        else site
        for site in town.sites
    )
    town = town.model_copy(update={"sites": sites})
    where = {one.name: one.site for one in town.devices}
    batches = roll_out_batches_of(town, tuple(where), largest=9)
    assert sorted(name for batch in batches for name in batch.devices) == sorted(where)
    assert max(sum(where[name] == "grenaa-raadhus" for name in one.devices) for one in batches) == 1
    at_hall = [one for one in batches if "grenaa-raadhus" in {where[name] for name in one.devices}]
    assert [one.pause_seconds for one in at_hall] == [0, *[30] * (len(at_hall) - 1)]
    assert {one.pause_seconds for one in batches if one not in at_hall} <= {0}


def test_members_of_a_redundancy_group_are_a_cluster() -> None:
    town = example()
    devices = tuple(
        one.model_copy(update={"redundancy_group": "vsx"}) if one.name in {"ndj-acc1", "ndj-acc2"} else one
        for one in town.devices
    )
    town = town.model_copy(update={"devices": devices})
    assert topology_of(town).clusters == (("ndj-fw1", "ndj-fw2"), ("ndj-acc1", "ndj-acc2"))
    batches = roll_out_batches_of(town, ("ndj-acc1", "ndj-acc2"), largest=9)
    assert names_of(batches) == (("ndj-acc1",), ("ndj-acc2",))


def test_without_an_edge_management_comes_in_through_the_firewalls() -> None:
    town = example()
    inner = tuple(one for one in town.devices if one.role != "edge")
    assert topology_of(town).entries == ("ndj-edge1",)
    assert topology_of(town.model_copy(update={"devices": inner})).entries == ("ndj-fw1", "ndj-fw2")


def test_a_device_is_not_named_twice() -> None:
    with pytest.raises(ValueError, match="named twice"):
        roll_out_batches((device("a"), device("a")), Topology(), largest=1)


def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one device"):
        roll_out_batches((device("a"),), Topology(), largest=0)


def test_a_device_that_the_inventory_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the inventory of norddjurs: ndj-acc9"):
        roll_out_batches_of(example(), ("ndj-acc1", "ndj-acc9"), largest=1)


def test_no_devices_give_no_batches() -> None:
    assert roll_out_batches((), Topology(), largest=1) == ()


# What follows decides by drawing every simple path, which the code never does.

NAMES = tuple(f"d{number}" for number in range(7))


def paths_to(topology: Topology, target: str) -> list[frozenset[str]]:
    """Return what every simple way from an entry to a device goes through, the device itself left out."""
    found: list[frozenset[str]] = []
    open_ways: list[tuple[str, tuple[str, ...]]] = [(entry, (entry,)) for entry in topology.entries]
    while open_ways:
        at, way = open_ways.pop()
        if at == target:
            found.append(frozenset(way[:-1]))
            continue
        steps = {b for link in topology.links for a, b in (link, link[::-1]) if a == at and b not in way}
        open_ways += [(step, (*way, step)) for step in steps]
    return found


def loses(ways: list[frozenset[str]], away: frozenset[str]) -> bool:
    return bool(ways) and all(way & away for way in ways)


Towns = tuple[Topology, tuple[RollOutDevice, ...], int, tuple[SiteLimit, ...]]


@st.composite
def towns(draw: st.DrawFn) -> Towns:
    links = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=12))
    cluster = draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
    entries = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
    chosen = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    devices = tuple(
        device(name, site=draw(st.sampled_from("ab")), platform=draw(st.sampled_from(("ios", "eos"))))
        for name in chosen
    )
    at_once = draw(st.none() | st.integers(1, 3))
    limits = (SiteLimit(site="a", devices_at_once=at_once, pause_seconds=draw(st.integers(0, 9))),)
    topology = Topology(links=tuple(links), clusters=(tuple(cluster),), entries=tuple(entries))
    return topology, devices, draw(st.integers(1, 5)), limits


@settings(max_examples=300)
@given(towns())
def test_every_device_changes_once_within_every_limit_whatever_the_order_of_the_devices(town: Towns) -> None:
    topology, devices, largest, limits = town
    batches = roll_out_batches(devices, topology, largest=largest, limits=limits)
    by_name = {one.name: one for one in devices}
    assert sorted(name for batch in batches for name in batch.devices) == sorted(by_name)
    assert roll_out_batches(devices[::-1], topology, largest=largest, limits=limits) == batches
    before: set[str] = set()
    for batch in batches:
        assert len(batch.devices) <= largest
        at_a = [name for name in batch.devices if by_name[name].site == "a"]
        assert len(at_a) <= (limits[0].devices_at_once or largest)
        assert batch.pause_seconds == (limits[0].pause_seconds if at_a and "a" in before else 0)
        before |= {by_name[name].site for name in batch.devices}


@settings(max_examples=300)
@given(towns())
def test_canaries_are_one_of_each_platform_and_site_and_come_first(town: Towns) -> None:
    topology, devices, largest, limits = town
    batches = roll_out_batches(devices, topology, largest=largest, limits=limits)
    by_name = {one.name: one for one in devices}
    kinds = [batch.kind for batch in batches]
    assert kinds == sorted(kinds)
    canaries = [name for batch in batches if batch.kind == "canary" for name in batch.devices]
    assert sorted((by_name[name].site, by_name[name].platform) for name in canaries) == sorted(
        {(one.site, one.platform) for one in devices}
    )


@settings(max_examples=300)
@given(towns())
def test_nobody_changes_with_a_twin_or_the_only_way_in_and_no_third_is_cut_off(town: Towns) -> None:
    topology, devices, largest, limits = town
    ways = {name: paths_to(topology, name) for name in NAMES}
    cluster = set(topology.clusters[0])
    for batch in roll_out_batches(devices, topology, largest=largest, limits=limits):
        together = frozenset(batch.devices)
        assert len(together & cluster) <= 1
        for one, other in combinations(batch.devices, 2):
            if not ways[one]:
                assert (one, other) not in topology.links
                assert (other, one) not in topology.links
        for name in NAMES:
            if name in together:
                assert not loses(ways[name], together - {name})
            elif loses(ways[name], together):
                assert any(loses(ways[name], frozenset({alone})) for alone in together)
