"""Platforms that devices are driven on before any control is made for them: said, never passed."""

from pathlib import Path
from typing import get_args

import pytest

from compliance.controls.registry import JUDGED_PLATFORMS
from compliance.evaluation import evaluate
from compliance.models import Verdict
from compliance.remediation.remediate import remediate
from compliance.remediation.steps import platform_lines
from compliance.service import assemble, evaluate_configuration
from devices.models import Platform
from devices.parsers import PARSERS, parse
from tests.compliance.conftest import PORTS, TODAY, site

AOSCX = (Path(__file__).parents[1] / "devices" / "configurations" / "aoscx.cfg").read_text(encoding="utf-8")
UNJUDGED = sorted(set(get_args(Platform)) - JUDGED_PLATFORMS)


def test_every_platform_is_judged_on_proven_controls_or_not_at_all() -> None:
    assert set(platform_lines()) == set(PORTS) == JUDGED_PLATFORMS
    assert set(PARSERS) == set(get_args(Platform)) > JUDGED_PLATFORMS


def test_configuration_of_a_platform_without_controls_is_an_error_on_every_control() -> None:
    facts = parse("aoscx", AOSCX, device="sw-cx-01")
    verdicts = evaluate("sw-cx-01", facts, site("ios"), (), TODAY)
    report = assemble(("sw-cx-01",), verdicts)
    assert {one.verdict for one in verdicts} == {Verdict.ERROR}
    assert {one.message for one in verdicts} == {
        "nothing was judged: no control is made for aoscx yet; judge it by hand"
    }
    assert report.exit_code == 2
    assert remediate("sw-cx-01", facts, verdicts, site("ios")).lines == ""


@pytest.mark.parametrize("platform", UNJUDGED)
def test_no_platform_without_controls_ever_passes(platform: Platform) -> None:
    verdicts = evaluate_configuration("new-01", platform, AOSCX, site("ios"), today=TODAY)
    assert {one.verdict for one in verdicts} == {Verdict.ERROR}
    assert all(one.message for one in verdicts)
