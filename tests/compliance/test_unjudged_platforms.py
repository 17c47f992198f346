"""Cells of the table that no function is proven on: said, never passed."""

from pathlib import Path
from typing import get_args

import pytest

from compliance.controls.registry import JUDGED, Control, judged_controls
from compliance.evaluation import evaluate
from compliance.models import Verdict
from compliance.remediation.remediate import remediate
from compliance.service import assemble
from devices.models import Platform
from devices.parsers import PARSERS, parse
from tests.compliance.conftest import TODAY, site

AOSCX = (Path(__file__).parents[1] / "devices" / "configurations" / "aoscx.cfg").read_text(encoding="utf-8")


def test_every_platform_with_a_driver_has_a_parser_and_so_have_servers() -> None:
    assert set(PARSERS) == {*get_args(Platform), "linux"}


def test_cell_that_is_not_judged_yet_is_an_error_that_says_so() -> None:
    facts = parse("aoscx", AOSCX, device="sw-cx-01")
    verdicts = evaluate("sw-cx-01", facts, site("ios"), (), TODAY)
    lines = {control.id for control in judged_controls() if "aoscx" in control.platforms}
    missing = {control for control in lines if "aoscx" not in JUDGED[control].platforms}
    errors = {one.control: one.message for one in verdicts if one.verdict is Verdict.ERROR}
    assert errors == {
        control: f"{control} is not judged on aoscx yet; judge it by hand" for control in missing
    }
    assert assemble(("sw-cx-01",), verdicts).exit_code == 1
    assert not set(remediate("sw-cx-01", facts, verdicts, site("ios")).controls) & missing


@pytest.mark.parametrize("control", judged_controls(), ids=lambda control: control.id)
def test_no_control_is_judged_where_the_table_holds_no_line(control: Control) -> None:
    assert set(control.platforms) >= JUDGED[control.id].platforms
