"""Roll-out batches from a topology; the rules are checked again here by other means than the code's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.service import RollOutDevice, Topology, roll_out_batches


def device(name: str, *, site: str = "norresundby", platform: str = "ios") -> RollOutDevice:
    return RollOutDevice.model_validate({"name": name, "site": site, "platform": platform})


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
        ("access-01", "fw-01"),
        ("core-01",),
        ("access-02", "access-03", "fw-02"),
        ("edge-01",),
    )


def test_canaries_of_different_sites_go_together_when_nothing_hangs_on_them() -> None:
    devices = tuple(
        device(f"{site}-{number}", site=site) for site in ("town-hall", "school") for number in (1, 2, 3)
    )
    topology = Topology(links=tuple(("core", one.name) for one in devices), entries=("core",))
    assert roll_out_batches(devices, topology, largest=10) == (
        ("school-1", "town-hall-1"),
        ("school-2", "school-3", "town-hall-2", "town-hall-3"),
    )


def test_a_batch_never_grows_beyond_the_largest() -> None:
    devices = tuple(device(f"access-{number:02}") for number in range(12))
    assert [len(batch) for batch in roll_out_batches(devices, Topology(), largest=3)] == [1, 2, 3, 3, 3]


def test_a_device_is_not_named_twice() -> None:
    with pytest.raises(ValueError, match="named twice"):
        roll_out_batches((device("a"), device("a")), Topology(), largest=1)


def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one device"):
        roll_out_batches((device("a"),), Topology(), largest=0)


def test_no_devices_give_no_batches() -> None:
    assert roll_out_batches((), Topology(), largest=1) == ()


def reachable_without(topology: Topology, removed: str) -> set[str]:
    """Walk the links plainly, as a second opinion."""
    seen = set(topology.entries) - {removed}
    while True:
        more = {
            b
            for link in topology.links
            for a, b in (link, link[::-1])
            if a in seen and b != removed and b not in seen
        }
        if not more:
            return seen
        seen |= more


NAMES = tuple(f"d{number}" for number in range(9))


@given(
    links=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=16),
    cluster=st.lists(st.sampled_from(NAMES), max_size=3, unique=True),
    sites=st.lists(st.sampled_from(("a", "b")), min_size=9, max_size=9),
    largest=st.integers(min_value=1, max_value=5),
)
def test_every_device_changes_once_and_never_with_its_twin_or_its_only_way_out(
    links: list[tuple[str, str]], cluster: list[str], sites: list[str], largest: int
) -> None:
    topology = Topology(links=tuple(links), clusters=(tuple(cluster),), entries=("d0",))
    devices = tuple(device(name, site=site) for name, site in zip(NAMES, sites, strict=True))
    batches = roll_out_batches(devices, topology, largest=largest)
    assert sorted(name for batch in batches for name in batch) == sorted(NAMES)
    reachable = reachable_without(topology, "")
    for batch in batches:
        assert len(set(batch) & set(cluster)) <= 1
        for name in set(batch) & reachable:
            assert not (reachable - reachable_without(topology, name) - {name}) & set(batch)
