"""The grace of a new control, and that every control has a version."""

from datetime import UTC, date, datetime

import pytest

from compliance.controls.registry import all_controls
from compliance.grace import ControlVersion, control_versions, grace_until
from compliance.history import Turn
from compliance.models import Verdict

VERSION = ControlVersion(control="MGT-01", version=2, introduced_on=date(2027, 3, 1))
UNTIL = date(2027, 3, 31)


def turn(month: int, day: int, verdict: str) -> Turn:
    at = datetime(2027, month, day, 12, tzinfo=UTC)
    return Turn(device="acc1", control="MGT-01", verdict=Verdict(verdict), at=at)


def until(*turns: Turn, today: date = date(2027, 3, 5), grace_days: int = 30) -> date | None:
    return grace_until(turns, VERSION, grace_days=grace_days, today=today)


def test_every_control_has_a_version() -> None:
    assert control_versions().keys() == {control.id for control in all_controls()}


def test_a_new_version_gives_those_a_grace_who_passed_the_old_one() -> None:
    assert until(turn(1, 5, "PASS"), turn(3, 2, "FAIL")) == UNTIL
    assert until(turn(3, 2, "FAIL")) == UNTIL


def test_who_passed_the_new_version_once_has_no_grace() -> None:
    assert until(turn(3, 2, "PASS"), turn(3, 4, "FAIL")) is None


@pytest.mark.parametrize("verdict", ["PASS", "WAIVED", "ERROR", "NOT_APPLICABLE"])
def test_only_a_failure_has_a_grace(verdict: str) -> None:
    assert until(turn(3, 2, verdict)) is None


def test_the_grace_ends_on_its_day_and_begins_with_the_version() -> None:
    failing = turn(3, 2, "FAIL")
    assert until(failing, today=date(2027, 3, 30)) == UNTIL
    assert until(failing, today=UNTIL) is None
    assert until(failing, today=date(2027, 2, 28)) is None
    assert until(failing, grace_days=0) is None
    assert until() is None
