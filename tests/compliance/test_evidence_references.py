"""What the controls are evidence for, and the history of verdicts behind it."""

from datetime import UTC, datetime, timedelta

import pytest

from compliance.controls.registry import References, all_controls
from compliance.errors import ControlTableInvalid, EvidenceIncomplete
from compliance.evidence.models import EvidencePack
from compliance.evidence.references import (
    controls_for_item,
    controls_for_requirement,
    items_of,
    minimum_requirements,
    nis2_items,
    requirements_of,
)
from compliance.exceptions import ExceptionReview
from compliance.history import Mended, Turn, by_cell, median_seconds, mended, standing_since
from compliance.models import Verdict

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def turn(hour: int, verdict: str, *, control: str = "MGT-01") -> Turn:
    return Turn(device="acc1", control=control, verdict=Verdict(verdict), at=NOON + timedelta(hours=hour))


def test_every_control_is_evidence_for_an_item_and_every_item_has_its_words() -> None:
    assert [one.item for one in nis2_items()] == list("abcdefghij")
    assert {item for control in all_controls() for item in items_of(control)} == set("bcefghij")
    assert [control.id for control in controls_for_item("j")] == ["AAA-06"]


def test_requirements_are_numbered_and_a_remark_alone_is_none() -> None:
    assert [one.nr for one in minimum_requirements()] == list(range(1, 30))
    assert controls_for_requirement(1) == ()
    assert [(control.id, note) for control, note in controls_for_requirement(29)] == [
        ("SRV-04", "90 d, internal infrastructure")
    ]
    numbers = {served.number for control in all_controls() for served in requirements_of(control)}
    assert numbers == {11, 12, 16, 25, 26, 27, 28, 29}


@pytest.mark.parametrize("text", ["30", "0", "about logging", "16 and 17"])
def test_a_table_that_names_no_requirement_is_refused(text: str) -> None:
    control = all_controls()[0]
    references = control.references.model_copy(update={"minimum_requirements": text})
    with pytest.raises(ControlTableInvalid):
        requirements_of(control.model_copy(update={"references": references}))


@pytest.mark.parametrize("text", ["", "k", "a b", "ab"])
def test_a_table_that_names_no_item_is_refused(text: str) -> None:
    control = all_controls()[0]
    references = References.model_validate({**control.references.model_dump(), "nis2_21_2": text})
    with pytest.raises(ControlTableInvalid):
        items_of(control.model_copy(update={"references": references}))


def test_a_verdict_stands_since_it_last_became_so_and_an_error_in_between_proves_nothing() -> None:
    turns = (turn(0, "PASS"), turn(1, "FAIL"), turn(2, "ERROR"), turn(3, "FAIL"))
    assert standing_since(turns) == NOON + timedelta(hours=1)
    assert standing_since(turns[:3]) == NOON + timedelta(hours=2)
    assert standing_since((*turns, turn(4, "PASS"))) == NOON + timedelta(hours=4)


def test_the_time_to_fix_runs_from_the_first_failure_to_the_pass_and_a_waiver_does_not_end_it() -> None:
    turns = (turn(0, "FAIL"), turn(1, "WAIVED"), turn(2, "ERROR"), turn(5, "PASS"), turn(6, "FAIL"))
    (one,) = mended(turns)
    assert one == Mended(device="acc1", control="MGT-01", failed_at=NOON, mended_at=NOON + timedelta(hours=5))
    assert one.seconds == 5 * 3600
    assert mended((turn(0, "WAIVED"), turn(1, "PASS"))) == ()


def test_the_middle_time_to_fix_is_one_that_was_seen() -> None:
    ends = [
        Mended(device="a", control="MGT-01", failed_at=NOON, mended_at=NOON + timedelta(seconds=seconds))
        for seconds in (30, 10, 20, 90)
    ]
    assert median_seconds(ends) == 20
    assert median_seconds(ends[:3]) == 20
    assert median_seconds([]) is None


def test_turns_are_kept_apart_by_device_and_control_in_their_order() -> None:
    turns = (turn(0, "FAIL"), turn(0, "PASS", control="MGT-02"), turn(1, "PASS"))
    assert by_cell(turns) == {("acc1", "MGT-01"): (turns[0], turns[2]), ("acc1", "MGT-02"): (turns[1],)}


def test_a_pack_without_every_row_is_refused() -> None:
    with pytest.raises(EvidenceIncomplete):
        EvidencePack(
            municipality="x",
            title="X",
            centre="midt",
            day=NOON.date(),
            snapshot="0",
            version="1",
            journal_sequence=0,
            journal_digest="0",
            controls=("MGT-01",),
            devices=(),
            verdicts=(
                {  # type: ignore[arg-type]
                    "device": "acc1",
                    "control": "MGT-01",
                    "verdict": Verdict.ERROR,
                    "recorded": Verdict.ERROR,
                    "message": "x",
                    "lines": (),
                    "run": "",
                    "seen_at": None,
                    "since": None,
                    "configuration": None,
                },
            ),
            review=ExceptionReview(listed=(), findings=()),
            approvals=(),
            mended=(),
        )
