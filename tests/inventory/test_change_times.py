"""Weekly change times over the calendar: Danish local time, also in the two nights in which clocks change."""

from datetime import UTC, datetime, time

import pytest

from inventory.local_time import as_utc
from inventory.models import ChangeTime, Weekday
from inventory.rules.change_times import lies_in_change_times, render_change_times


def weekly(weekday: Weekday, starts_at: str, ends_at: str) -> ChangeTime:
    return ChangeTime(
        weekday=weekday, starts_at=time.fromisoformat(starts_at), ends_at=time.fromisoformat(ends_at)
    )


NIGHT = weekly("saturday", "22:00", "05:00")


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "allowed"),
    [
        ("2027-03-06T22:00", "2027-03-07T05:00", True),
        ("2027-03-07T00:30", "2027-03-07T05:00", True),
        ("2027-03-06T21:59", "2027-03-07T05:00", False),
        ("2027-03-06T22:00", "2027-03-07T05:01", False),
        ("2027-03-07T22:00", "2027-03-08T05:00", False),
        ("2027-07-03T22:00", "2027-07-04T05:00", True),
        # The night to summer time has six hours, the night back has eight; both are allowed throughout.
        ("2027-03-27T22:00", "2027-03-28T05:00", True),
        ("2027-03-27T22:00", "2027-03-28T05:01", False),
        ("2027-10-30T22:00", "2027-10-31T05:00", True),
        ("2027-10-30T22:00", "2027-10-31T05:01", False),
        ("2027-10-31T02:30+02:00", "2027-10-31T02:30+01:00", True),
    ],
)
def test_a_night_from_saturday_to_sunday(starts_at: str, ends_at: str, *, allowed: bool) -> None:
    starts, ends = (as_utc(datetime.fromisoformat(one)) for one in (starts_at, ends_at))

    assert lies_in_change_times(starts, ends, (NIGHT,)) is allowed


@pytest.mark.parametrize(
    ("times", "starts_at", "ends_at", "allowed"),
    [
        # 02:30 is skipped on 28 March: what ends then ends, and what begins then begins, at 01:00 UTC.
        ((weekly("sunday", "00:00", "02:30"),), "2027-03-28T00:30", "2027-03-28T01:00", True),
        ((weekly("sunday", "00:00", "02:30"),), "2027-03-28T00:30", "2027-03-28T01:01", False),
        ((weekly("sunday", "02:30", "06:00"),), "2027-03-28T01:00", "2027-03-28T04:00", True),
        ((weekly("sunday", "02:30", "06:00"),), "2027-03-28T00:59", "2027-03-28T04:00", False),
        # 02:30 is shown twice on 31 October: it ends with the first and begins with the second.
        ((weekly("sunday", "00:00", "02:30"),), "2027-10-30T22:00", "2027-10-31T00:30", True),
        ((weekly("sunday", "00:00", "02:30"),), "2027-10-30T22:00", "2027-10-31T00:31", False),
        ((weekly("sunday", "02:30", "06:00"),), "2027-10-31T01:30", "2027-10-31T05:00", True),
        ((weekly("sunday", "02:30", "06:00"),), "2027-10-31T01:29", "2027-10-31T05:00", False),
    ],
)
def test_a_boundary_that_the_clock_skips_or_shows_twice(
    times: tuple[ChangeTime, ...], starts_at: str, ends_at: str, *, allowed: bool
) -> None:
    starts, ends = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (starts_at, ends_at))

    assert lies_in_change_times(starts, ends, times) is allowed


def test_times_that_follow_each_other_are_one() -> None:
    weekend = (weekly("saturday", "20:00", "00:00"), weekly("sunday", "00:00", "00:00"), NIGHT)
    starts, ends = as_utc(datetime(2027, 5, 1, 20)), as_utc(datetime(2027, 5, 3, 0))  # noqa: DTZ001 - Danish

    assert lies_in_change_times(starts, ends, weekend)
    assert not lies_in_change_times(starts, ends, weekend[:1])
    assert not lies_in_change_times(starts, ends, ())


def test_change_times_in_words() -> None:
    times = (NIGHT, weekly("monday", "00:00", "04:30"))

    assert render_change_times(times) == "saturday 22:00-05:00, monday 00:00-04:30"
