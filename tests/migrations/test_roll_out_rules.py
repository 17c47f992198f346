"""When a roll-out stops, and what it reports; pure rules over what every device ended as."""

import pytest
from pydantic import ValidationError

from devices.models import ChangeOutcome
from devices.service import Batch
from migrations.planning.device_change_plan import DeviceChangePlan, PlannedChange, RollOutLimits
from migrations.roll_out import (
    DeviceEnd,
    DeviceReport,
    Progress,
    RollOutOptions,
    RollOutReport,
    report_of,
    stop_reason,
)

NAMES = tuple(f"sw-{number}" for number in range(8))
BATCHES = (NAMES[:2], NAMES[2:5], NAMES[5:])


def plan(*, failures: int = 1, percent: int = 100, canary_batches: int = 1) -> DeviceChangePlan:
    return DeviceChangePlan(
        snapshot="0" * 64,
        municipality="norddjurs",
        reason="hardening",
        revert_after_seconds=60,
        changes=tuple(
            PlannedChange(device=name, platform="ios", lines="no ip http server", diff="-", controls=())
            for name in NAMES
        ),
        batches=BATCHES,
        manual=(),
        limits=RollOutLimits(
            stop_at_failures=failures, stop_at_percent=percent, canary_batches=canary_batches
        ),
    )


def progress(**ends: ChangeOutcome) -> Progress:
    made = Progress()
    for name, outcome in ends.items():
        device = name.replace("_", "-")
        made = made.with_begun(device).with_end(device, DeviceEnd(outcome=outcome, message="told so"))
    return made


def test_nothing_done_and_nothing_failed_goes_on() -> None:
    assert stop_reason(plan(), Progress()) == ""
    assert stop_reason(plan(), progress(sw_0="confirmed", sw_1="unchanged")) == ""


@pytest.mark.parametrize("outcome", ["reverted", "refused"])
def test_a_failed_canary_stops_however_many_failures_are_allowed(outcome: ChangeOutcome) -> None:
    done = progress(sw_0="confirmed", sw_1=outcome)
    assert stop_reason(plan(failures=8), done) == "the canary sw-1 did not take the change"
    assert stop_reason(plan(failures=8, canary_batches=0), done) == ""


def test_the_number_of_failures_stops_exactly_when_it_is_reached() -> None:
    one = progress(sw_0="confirmed", sw_1="confirmed", sw_2="reverted", sw_3="confirmed")
    assert stop_reason(plan(failures=2), one) == ""
    assert stop_reason(plan(failures=1), one) == "1 devices did not take the change, and the plan stops at 1"
    two = one.with_end("sw-3", DeviceEnd(outcome="refused", message="told so"))
    assert stop_reason(plan(failures=2), two) == "2 devices did not take the change, and the plan stops at 2"


def test_the_share_of_failures_stops_exactly_when_it_is_reached() -> None:
    one_of_four = progress(sw_0="confirmed", sw_1="confirmed", sw_2="reverted", sw_3="confirmed")
    assert stop_reason(plan(failures=9, percent=26), one_of_four) == ""
    assert stop_reason(plan(failures=9, percent=25), one_of_four) == (
        "1 of 4 devices did not take the change, and the plan stops at 25 percent"
    )


def test_a_device_whose_end_nobody_saw_stops_everything() -> None:
    why = "nobody saw how sw-2 ended; look at it before anything else is changed"
    assert stop_reason(plan(failures=9), progress(sw_0="confirmed", sw_2="unknown")) == why
    assert stop_reason(plan(failures=9), progress(sw_0="confirmed").with_begun("sw-2")) == why


def test_a_device_that_is_begun_again_has_no_end_until_it_ends_again() -> None:
    again = progress(sw_2="reverted").with_begun("sw-2")
    assert again == Progress(begun=("sw-2",), ends={})
    end = DeviceEnd(outcome="confirmed", message="now")
    assert again.with_end("sw-2", end) == Progress(begun=("sw-2",), ends={"sw-2": end})


def row(device: str, batch: int, outcome: ChangeOutcome | str, message: str) -> DeviceReport:
    return DeviceReport.model_validate(
        {"device": device, "batch": batch, "outcome": outcome, "message": message}
    )


def test_the_report_names_every_device_and_why_it_was_not_touched() -> None:
    done = progress(sw_0="confirmed", sw_1="confirmed", sw_2="confirmed", sw_3="reverted")
    done = done.with_begun("sw-4")
    why = "nobody saw how sw-4 ended; look at it before anything else is changed"
    unseen = "it was begun and no outcome was recorded; collect from it and look at it"
    report = report_of(plan(failures=9), done)
    assert report == RollOutReport(
        devices=(
            row("sw-0", 1, "confirmed", "told so"),
            row("sw-1", 1, "confirmed", "told so"),
            row("sw-2", 2, "confirmed", "told so"),
            row("sw-3", 2, "reverted", "told so"),
            row("sw-4", 2, "unknown", unseen),
            *(row(name, 3, "not touched", why) for name in NAMES[5:]),
        ),
        stopped=why,
    )
    assert not report.is_complete
    assert report.summary() == (
        f"sw-3: reverted: told so; sw-4: unknown: {unseen}; not touched: sw-5, sw-6, sw-7: {why}"
    )


def test_failures_below_the_threshold_make_no_complete_roll_out_and_stop_nothing() -> None:
    outcomes: dict[str, ChangeOutcome] = dict.fromkeys(
        (name.replace("-", "_") for name in NAMES), "confirmed"
    )
    assert report_of(plan(), progress(**outcomes)).is_complete
    report = report_of(plan(failures=9), progress(**{**outcomes, "sw_6": "refused"}))
    assert (report.is_complete, report.stopped, report.not_touched) == (False, "", ())
    assert [one.device for one in report.failed] == ["sw-6"]


def test_a_run_that_broke_is_the_reason_of_what_it_did_not_reach() -> None:
    report = report_of(plan(), progress(sw_0="confirmed"), ended="the runner was killed")
    assert {one.message for one in report.not_touched} == {"the runner was killed"}
    assert report.stopped == "the runner was killed"


def test_the_limits_of_a_plan_come_from_its_batches_and_what_a_person_chose() -> None:
    batches = (
        Batch(kind="canary", devices=("a",)),
        Batch(kind="canary", devices=("b",), pause_seconds=30),
        Batch(kind="growing", devices=("c", "d"), pause_seconds=60),
    )
    assert RollOutOptions(stop_at_failures=3, stop_at_percent=5).limits(batches) == RollOutLimits(
        stop_at_failures=3, stop_at_percent=5, canary_batches=2, pauses_seconds=(0, 30, 60)
    )


@pytest.mark.parametrize(
    "update",
    [
        {"batches": (NAMES[:2], NAMES[2:])[:1]},
        {"batches": (NAMES, NAMES[:1])},
        {"limits": RollOutLimits(pauses_seconds=(1, 2))},
    ],
    ids=["a device left out", "a device twice", "pauses that do not fit"],
)
def test_a_plan_whose_batches_do_not_fit_is_refused(update: dict[str, object]) -> None:
    values = plan().model_dump() | update
    with pytest.raises(ValidationError, match=r"each changed device once|one pause for each batch"):
        DeviceChangePlan.model_validate(values)
