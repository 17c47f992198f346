"""Exceptions: when one holds, what it waives, and what is found wrong with it."""

from datetime import date, timedelta
from typing import Any

import pytest

from compliance.exceptions import (
    ExceptionFinding,
    ends_on,
    holds_on,
    review_exceptions,
    twelve_months_after,
    verdict_on,
)
from compliance.models import Verdict
from inventory.models import ControlException

TODAY = date(2026, 11, 22)
DEVICES = ("acc1", "acc2", "core1")
FAILS = {("acc1", "L2-01"): Verdict.FAIL, ("acc2", "L2-01"): Verdict.PASS}


def granted(**changes: Any) -> ControlException:
    values: dict[str, Any] = {
        "name": "ports",
        "control": "L2-01",
        "devices": ("acc1",),
        "owner": "IT",
        "reason": "rebuilding",
        "compensating_measure": "the rack is locked",
        "granted_on": TODAY - timedelta(days=30),
        "expires_on": TODAY + timedelta(days=30),
    }
    return ControlException.model_validate(values | changes)


def findings(*exceptions: ControlException, known: Any = None, **more: Any) -> list[tuple[str, str]]:
    review = review_exceptions(exceptions, DEVICES, known or FAILS, today=TODAY, **more)
    return [(one.exception, one.kind) for one in review.findings]


def test_a_good_exception_is_listed_with_what_it_waives_and_without_a_finding() -> None:
    review = review_exceptions((granted(),), DEVICES, FAILS, today=TODAY)

    assert review.findings == ()
    assert [(one.state, one.waives, one.idle, one.unjudged) for one in review.listed] == [
        ("in force", ("acc1",), (), ())
    ]


def test_an_exception_that_no_device_needs_is_unused_and_one_never_judged_is_not() -> None:
    assert findings(granted(devices=("acc2",))) == [("ports", "unused")]
    assert findings(granted(devices=("core1",))) == []
    assert findings(granted(), known={("acc1", "L2-01"): Verdict.ERROR}) == []
    review = review_exceptions((granted(devices=("acc1", "acc2")),), DEVICES, FAILS, today=TODAY)
    assert review.findings == (
        ExceptionFinding(
            kind="unused",
            exception="ports",
            message="L2-01 does not need it on acc2; take what is unused out of it",
        ),
    )


def test_of_two_exceptions_for_the_same_the_second_is_unused() -> None:
    assert findings(granted(), granted(name="again")) == [("again", "unused")]


def test_an_exception_ends_on_its_day_and_is_told() -> None:
    over = granted(expires_on=TODAY)
    assert not holds_on(over, TODAY)
    assert holds_on(over, TODAY - timedelta(days=1))
    assert findings(over) == [("ports", "expired")]
    assert review_exceptions((over,), DEVICES, FAILS, today=TODAY).listed[0].waives == ()


def test_an_exception_does_not_hold_before_it_is_granted() -> None:
    early = granted(granted_on=TODAY + timedelta(days=1))
    assert not holds_on(early, TODAY)
    assert review_exceptions((early,), DEVICES, FAILS, today=TODAY).listed[0].state == "not yet granted"


@pytest.mark.parametrize(
    ("granted_on", "expires_on", "kinds"),
    [
        (date(2026, 6, 30), date(2027, 6, 30), []),
        (date(2026, 6, 30), date(2027, 7, 1), [("ports", "too-long")]),
        (None, date(2027, 11, 22), []),
        (None, date(2027, 11, 23), [("ports", "too-long")]),
    ],
)
def test_twelve_months_are_counted_from_the_grant_and_without_one_from_today(
    granted_on: date | None, expires_on: date, kinds: list[tuple[str, str]]
) -> None:
    assert findings(granted(granted_on=granted_on, expires_on=expires_on)) == kinds


def test_a_longer_exception_stops_waiving_after_twelve_months() -> None:
    long = granted(granted_on=date(2025, 11, 22), expires_on=date(2030, 1, 1))

    assert ends_on(long) == TODAY
    assert holds_on(long, TODAY - timedelta(days=1))
    assert not holds_on(long, TODAY)
    assert findings(long) == [("ports", "expired"), ("ports", "too-long")]


def test_what_began_on_a_leap_day_ends_on_the_first_of_march() -> None:
    assert twelve_months_after(date(2028, 2, 29)) == date(2029, 3, 1)
    assert twelve_months_after(date(2027, 2, 28)) == date(2028, 2, 28)


def test_all_devices_of_a_municipality_are_over_broad_also_in_several_exceptions() -> None:
    known = {(name, "L2-01"): Verdict.FAIL for name in DEVICES}
    assert findings(granted(devices=DEVICES), known=known) == [("ports", "over-broad")]
    parts = (granted(devices=("acc1", "acc2")), granted(name="rest", devices=("core1",)))
    assert findings(*parts, known=known) == [("ports", "over-broad"), ("rest", "over-broad")]
    ended = granted(name="rest", devices=("core1",), expires_on=TODAY)
    assert findings(parts[0], ended, known=known) == [("rest", "expired")]


def test_a_device_that_is_excepted_from_many_controls_is_over_broad() -> None:
    several = [granted(name=f"e{number}", control=f"L2-0{number}") for number in (1, 2, 3)]
    known = {("acc1", one.control): Verdict.WAIVED for one in several}
    assert findings(*several, known=known, most_controls=3) == []
    assert findings(*several, known=known, most_controls=2) == [(f"e{n}", "over-broad") for n in (1, 2, 3)]


@pytest.mark.parametrize("text", [" ", "-", "TBD", "n/a", "Ingen."])
def test_an_owner_and_a_measure_are_words(text: str) -> None:
    assert findings(granted(owner=text)) == [("ports", "owner-missing")]
    assert findings(granted(compensating_measure=text)) == [("ports", "measure-missing")]


def test_a_recorded_waiver_is_a_failure_from_the_day_on_which_no_exception_holds() -> None:
    def worth(verdict: Verdict, exceptions: tuple[ControlException, ...], today: date = TODAY) -> Verdict:
        return verdict_on(verdict, device="acc1", control="L2-01", exceptions=exceptions, today=today)

    one = granted()
    assert worth(Verdict.WAIVED, (one,)) is Verdict.WAIVED
    assert worth(Verdict.WAIVED, (one,), one.expires_on) is Verdict.FAIL
    assert worth(Verdict.WAIVED, (granted(devices=("acc2",)),)) is Verdict.FAIL
    assert worth(Verdict.WAIVED, (granted(control="L2-02"),)) is Verdict.FAIL
    assert worth(Verdict.WAIVED, ()) is Verdict.FAIL
    assert worth(Verdict.FAIL, (one,)) is Verdict.FAIL
    assert worth(Verdict.PASS, ()) is Verdict.PASS
