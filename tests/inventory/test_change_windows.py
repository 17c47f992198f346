"""When changes are allowed: windows and weekly times of a municipality, outside every freeze."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from inventory.change_windows import change_window_at, next_change_window, render_window
from inventory.models import Freeze, Inventory, MaintenanceWindow, MunicipalityInventory
from inventory.service import load_checked

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """Return the example: Saturday 22:00 to Sunday 05:00, two windows inside, a freeze until 11 January."""
    return load_checked(EXAMPLE)


def town(
    inventory: Inventory, *, windows: tuple[MaintenanceWindow, ...] = (), freezes: tuple[Freeze, ...] = ()
) -> MunicipalityInventory:
    return inventory.municipalities[0].model_copy(update={"maintenance_windows": windows, "freezes": freezes})


def without_times(inventory: Inventory) -> Inventory:
    centres = tuple(one.model_copy(update={"change_times": ()}) for one in inventory.centres)
    return inventory.model_copy(update={"centres": centres})


def test_a_weekly_time_of_the_centre_is_a_window_from_its_first_minute_to_its_last(
    inventory: Inventory,
) -> None:
    night = (utc(3, 20, 21), utc(3, 21, 4))
    quiet = town(inventory)
    assert change_window_at(inventory, quiet, utc(3, 20, 20, 59)) is None
    assert change_window_at(inventory, quiet, utc(3, 20, 21)) == night
    assert change_window_at(inventory, quiet, utc(3, 21, 3, 59)) == night
    assert change_window_at(inventory, quiet, utc(3, 21, 4)) is None


def test_the_next_window_is_the_one_that_has_not_begun(inventory: Inventory) -> None:
    quiet = town(inventory)
    assert next_change_window(inventory, quiet, utc(3, 20, 20)) == (utc(3, 20, 21), utc(3, 21, 4))
    # The night to summer time is an hour shorter.
    assert next_change_window(inventory, quiet, utc(3, 20, 21)) == (utc(3, 27, 21), utc(3, 28, 3))


def test_a_window_counts_where_no_weekly_time_is_written(inventory: Inventory) -> None:
    window = MaintenanceWindow(name="ugedag", starts_at=utc(3, 3, 18), ends_at=utc(3, 3, 20))
    alone, none = without_times(inventory), town(inventory, windows=(window,))
    assert change_window_at(alone, none, utc(3, 3, 19)) == (utc(3, 3, 18), utc(3, 3, 20))
    assert next_change_window(alone, none, utc(3, 3, 19)) is None


def test_without_windows_and_times_nothing_is_open_and_none_is_next(inventory: Inventory) -> None:
    alone, none = without_times(inventory), town(inventory)
    assert change_window_at(alone, none, utc(3, 6, 22)) is None
    assert next_change_window(alone, none, utc(3, 6, 22)) is None


def test_a_freeze_closes_what_lies_in_it_and_cuts_what_reaches_into_it(inventory: Inventory) -> None:
    freeze = Freeze(name="valg", starts_at=utc(3, 20, 23), ends_at=utc(3, 21, 1), reason="Valg")
    frozen = town(inventory, freezes=(freeze,))
    assert change_window_at(inventory, frozen, utc(3, 20, 22)) == (utc(3, 20, 21), utc(3, 20, 23))
    assert change_window_at(inventory, frozen, utc(3, 21, 0)) is None
    assert next_change_window(inventory, frozen, utc(3, 21, 0)) == (utc(3, 21, 1), utc(3, 21, 4))
    whole = Freeze(name="valg", starts_at=utc(3, 19, 0), ends_at=utc(3, 23, 0), reason="Valg")
    closed = town(inventory, freezes=(freeze, whole))
    assert change_window_at(inventory, closed, utc(3, 20, 22)) is None
    assert next_change_window(inventory, closed, utc(3, 20, 22)) == (utc(3, 27, 21), utc(3, 28, 3))


def test_windows_that_touch_are_one(inventory: Inventory) -> None:
    later = MaintenanceWindow(name="formiddag", starts_at=utc(3, 21, 4), ends_at=utc(3, 21, 9))
    long = town(inventory, windows=(later,))
    assert change_window_at(inventory, long, utc(3, 21, 8)) == (utc(3, 20, 21), utc(3, 21, 9))


def test_a_window_is_told_as_people_in_denmark_read_it() -> None:
    assert (
        render_window((utc(7, 3, 20), utc(7, 4, 3)))
        == "Sat 2027-07-03 22:00 to Sun 2027-07-04 05:00 (Danish time)"
    )
