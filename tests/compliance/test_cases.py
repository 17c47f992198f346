"""Every case of every control, and the proof that no cell of the table that is judged goes without."""

import pytest

from compliance.controls.registry import JUDGED
from compliance.evaluation import evaluate
from compliance.models import ControlVerdict
from compliance.service import read_facts
from tests.compliance.cases import services
from tests.compliance.cases.case import Case
from tests.compliance.conftest import TODAY, site
from tests.compliance.frames import PLATFORMS, framed
from tests.compliance.planted_eos import EOS
from tests.compliance.planted_ios import IOS
from tests.compliance.planted_junos import JUNOS

CASES: tuple[Case, ...] = (*services.CASES,)
PLANTED = {"ios": IOS, "eos": EOS, "junos": JUNOS}
CELLS = sorted((control, platform) for control, judged in JUDGED.items() for platform in judged.platforms)


def verdict_of(case: Case) -> ControlVerdict:
    """Return what is said of a case."""
    gone = tuple(name for name, value in case.context.items() if value is None)
    changed = {name: value for name, value in case.context.items() if value is not None}
    text = framed(case.platform, case.text)
    facts = read_facts("town", case.platform, text, shows=case.shows)
    verdicts = evaluate("town", facts, site(case.platform, without=gone, **changed), (), TODAY)
    return next(one for one in verdicts if one.control == case.control)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_case_gives_its_verdict_by_its_lines(case: Case) -> None:
    verdict = verdict_of(case)
    assert (verdict.verdict.value, verdict.message) == (case.expected, verdict.message)
    assert case.says in verdict.message
    if case.lines is not None:
        assert tuple(one.text for one in verdict.observations) == case.lines


@pytest.mark.parametrize(("control", "platform"), CELLS)
def test_every_judged_cell_has_a_case_that_passes_and_one_that_fails(control: str, platform: str) -> None:
    found = {case.expected for case in CASES if (case.control, case.platform) == (control, platform)}
    if any(row[0] == control for row in PLANTED.get(platform, ())):
        # The compliant configuration passes it, and what is planted there fails it.
        found |= {"PASS", "FAIL"}
    assert found >= {"PASS", "FAIL"}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("text", ["", "\x00\x01\x02", "% Authorization failed."])
def test_what_cannot_be_read_is_an_error_on_every_control(platform: str, text: str) -> None:
    facts = read_facts("town", platform, text)
    verdicts = evaluate("town", facts, site(platform), (), TODAY)
    assert {one.verdict.value for one in verdicts} == {"ERROR"}
    assert {one.control for one in verdicts} == set(JUDGED)
