"""VLAN ranges and Danish times: what they mean, and what is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.local_time import as_utc
from inventory.models import Interface
from inventory.natural_order import natural_key
from inventory.vlan_ranges import check_vlan_range, render_vlan_range, vlan_ids


@given(st.sets(st.integers(min_value=1, max_value=4094), min_size=1, max_size=60))
def test_a_rendered_range_names_exactly_its_vlans(numbers: set[int]) -> None:
    text = render_vlan_range(numbers)

    assert check_vlan_range(text) == text
    assert vlan_ids(text) == numbers


def test_a_range_is_as_short_as_it_can_be() -> None:
    assert render_vlan_range([310, 12, 10, 11, 100, 311, 310]) == "10-12,100,310-311"
    assert render_vlan_range([]) == ""


@pytest.mark.parametrize("text", ["0", "4095", "1-4095", "20-10", "1,0-3"])
def test_a_range_of_no_vlans_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a VLAN or a span of VLANs from 1 to 4094"):
        check_vlan_range(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2027-01-15T22:00", "2027-01-15T21:00+00:00"),
        ("2027-07-15T22:00", "2027-07-15T20:00+00:00"),
        ("2027-07-15T22:00+00:00", "2027-07-15T22:00+00:00"),
        ("2027-03-28T01:59", "2027-03-28T00:59+00:00"),
        ("2027-03-28T03:00", "2027-03-28T01:00+00:00"),
        ("2027-10-31T02:30+02:00", "2027-10-31T00:30+00:00"),
        ("2027-10-31T02:30+01:00", "2027-10-31T01:30+00:00"),
        ("2027-10-31T03:00", "2027-10-31T02:00+00:00"),
    ],
)
def test_danish_time_is_right_across_the_change_of_clocks(written: str, meant: str) -> None:
    assert as_utc(datetime.fromisoformat(written)) == datetime.fromisoformat(meant)
    assert as_utc(datetime.fromisoformat(written)).tzinfo is UTC


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("2027-03-28T02:00", "does not exist in Denmark"),
        ("2027-03-28T02:59", "does not exist in Denmark"),
        ("2027-10-31T02:00", "exists twice in Denmark"),
        ("2027-10-31T02:59", "exists twice in Denmark"),
    ],
)
def test_a_time_without_one_meaning_is_refused(written: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_utc(datetime.fromisoformat(written))


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (
            "GigabitEthernet1/0/9-11",
            ["GigabitEthernet1/0/9", "GigabitEthernet1/0/10", "GigabitEthernet1/0/11"],
        ),
        ("Ethernet6-7", ["Ethernet6", "Ethernet7"]),
        ("ge-0/0/4-5", ["ge-0/0/4", "ge-0/0/5"]),
        ("ge-0/0/4", ["ge-0/0/4"]),
        ("GigabitEthernet1/0/4", ["GigabitEthernet1/0/4"]),
    ],
)
def test_a_range_of_ports_stands_for_each(written: str, names: list[str]) -> None:
    interface = Interface(name=written, role="access", vlan=110, description="outlet")

    assert interface.names() == tuple(names)


@pytest.mark.parametrize(
    ("written", "role", "message"),
    [
        ("Ethernet1-4", "routed", "write routed ports one by one"),
        ("Ethernet1-4", "uplink", "write uplink ports one by one"),
        ("Ethernet4-4", "unused", "must run upwards"),
        ("Ethernet01-04", "unused", "without leading zeros"),
        ("Ethernet1-999999999", "unused", "at most 512 ports"),
    ],
)
def test_a_range_that_means_nothing_is_refused(written: str, role: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Interface.model_validate({"name": written, "role": role})


def test_people_count_ports_by_number() -> None:
    names = ["Ethernet10", "Ethernet2", "Ethernet1/1", "Ethernet1", "Vlan10", "Ethernet1/10", "Ethernet1/2"]

    assert sorted(names, key=natural_key) == [
        "Ethernet1",
        "Ethernet1/1",
        "Ethernet1/2",
        "Ethernet1/10",
        "Ethernet2",
        "Ethernet10",
        "Vlan10",
    ]
