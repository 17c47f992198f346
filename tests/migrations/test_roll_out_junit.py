"""A roll-out as JUnit: every device is a test, and what nobody saw is an error."""

from xml.etree.ElementTree import fromstring

from migrations.planning.device_change_plan import DeviceChangePlan, PlannedChange
from migrations.roll_out import DeviceReport, RollOutReport
from migrations.roll_out_junit import render_roll_out_junit

OUTCOMES = {
    "sw1": ("confirmed", "committed", None),
    "sw2": ("unchanged", "had every line", None),
    "sw3": ("reverted", "not confirmed: password 7 094F471A1A0A", "failure"),
    "sw4": ("refused", "another diff", "failure"),
    "sw5": ("unknown", "nobody saw it", "error"),
    "sw6": ("not touched", "it stopped before", "skipped"),
}


def plan() -> DeviceChangePlan:
    changes = tuple(
        PlannedChange(device=name, platform="ios", lines="a\n", diff="+a", controls=()) for name in OUTCOMES
    )
    return DeviceChangePlan(
        snapshot="0" * 64,
        municipality="norddjurs",
        reason="hardening",
        manual=(),
        revert_after_seconds=300,
        changes=changes,
        batches=(tuple(OUTCOMES),),
    )


def test_every_device_is_a_test_with_its_own_kind_of_end() -> None:
    report = RollOutReport(
        devices=tuple(
            DeviceReport.model_validate({"device": name, "batch": 1, "outcome": outcome, "message": message})
            for name, (outcome, message, _) in OUTCOMES.items()
        ),
        stopped="a device failed",
    )
    suite = fromstring(render_roll_out_junit(plan(), report))[0]  # noqa: S314 - our own text
    found = {
        case.get("name"): (case[0].tag, case[0].get("message")) if len(case) else (None, None)
        for case in suite
    }
    assert {name: kind for name, (kind, _) in found.items()} == {
        name: kind for name, (_, _, kind) in OUTCOMES.items()
    }
    assert found["sw4"] == ("failure", "refused: another diff")
    assert "094F471A1A0A" not in render_roll_out_junit(plan(), report)
    assert {name: suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "harden norddjurs",
        "tests": "6",
        "failures": "2",
        "errors": "1",
        "skipped": "1",
    }
