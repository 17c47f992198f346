"""One planted violation fails exactly its control, and what mends it makes everything pass again.

Every violation starts from a configuration that passes all that applies. It is judged and mended, the lines
are entered into a twin by the twin's own interpreter, and what the twin then holds is judged again.
"""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.context import DeviceContext
from compliance.controls.registry import judged_controls
from compliance.models import ControlVerdict
from compliance.remediation.remediate import MENDERS, remediate
from devices.parsers import parse
from tests.compliance.expected import passing
from tests.compliance.planted import Planted
from tests.compliance.planted_eos import EOS
from tests.compliance.planted_ios import IOS
from tests.compliance.planted_junos import JUNOS

PLANTED = tuple(
    Planted(row[0], platform, *row[1:])
    for platform, rows in (("ios", IOS), ("eos", EOS), ("junos", JUNOS))
    for row in rows
)
_FIXTURES = [HealthCheck.function_scoped_fixture]
MANUAL = {
    ("junos", "L2-01"),
    ("junos", "L2-03"),
    ("junos", "SEN-01"),
    ("junos", "SEN-02"),
    ("junos", "SEN-03"),
}


def plant(planted: Planted, compliant: Callable[[str], str]) -> str:
    text = compliant(planted.platform)
    assert text.count(planted.old) >= 1, f"{planted.old!r} is not in the compliant configuration"
    head, tail = text.rsplit(planted.old, 1)
    return head + planted.new + tail


def outcomes(verdicts: tuple[ControlVerdict, ...]) -> dict[str, str]:
    return {one.control: one.verdict.value for one in verdicts}


def everything_passes(platform: str, **changed: str) -> dict[str, str]:
    return {**passing(platform), **changed}


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
def test_compliant_configuration_passes_every_control(
    platform: str, compliant: Callable[[str], str], judge: Callable[..., tuple[ControlVerdict, ...]]
) -> None:
    assert outcomes(judge(platform, compliant(platform))) == everything_passes(platform)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.label)
def test_planted_violation_fails_exactly_its_control(
    planted: Planted, compliant: Callable[[str], str], judge: Callable[..., tuple[ControlVerdict, ...]]
) -> None:
    verdicts = judge(planted.platform, plant(planted, compliant))

    assert outcomes(verdicts) == everything_passes(
        planted.platform, **dict.fromkeys((planted.control, *planted.also), "FAIL")
    )
    assert all(one.observations for one in verdicts if one.verdict.value in {"PASS", "FAIL"})


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.label)
def test_verdict_shows_lines_as_they_stand_in_the_text(
    planted: Planted, compliant: Callable[[str], str], judge: Callable[..., tuple[ControlVerdict, ...]]
) -> None:
    text = plant(planted, compliant)
    lines = text.splitlines()

    for verdict in judge(planted.platform, text):
        for seen in verdict.observations:
            if "<secret>" not in seen.text:
                assert seen.text == lines[seen.line_number - 1].strip()


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.label)
def test_remediation_mends_exactly_what_was_planted(
    planted: Planted,
    compliant: Callable[[str], str],
    judge: Callable[..., tuple[ControlVerdict, ...]],
    site: Callable[..., DeviceContext],
    apply: Callable[[str, str, str], str],
) -> None:
    text = plant(planted, compliant)
    context = site(planted.platform)
    facts = parse(planted.platform, text)
    remediation = remediate("town", facts, judge(planted.platform, text), context)
    if (planted.platform, planted.control) in MANUAL or "inactive:" in planted.new:
        assert (remediation.lines, remediation.controls) == ("", ())
        assert [item.control for item in remediation.manual] == [planted.control]
        return
    # What the same lines mend as well may be something that alone is left to a person.
    by_hand = {item.control for item in remediation.manual}
    assert planted.control in remediation.controls
    assert {*remediation.controls, *by_hand} == {planted.control, *planted.also}
    if planted.mended_by:
        assert remediation.lines == planted.mended_by

    mended = apply(planted.platform, text, remediation.lines)
    assert outcomes(judge(planted.platform, mended)) == everything_passes(planted.platform)
    again = remediate("town", parse(planted.platform, mended), judge(planted.platform, mended), context)
    assert (again.lines, again.controls, again.manual) == ("", (), ())


def test_every_judged_control_has_a_mender_and_no_other() -> None:
    assert set(MENDERS) == {control.id for control in judged_controls()}


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
@settings(max_examples=20, deadline=None, suppress_health_check=_FIXTURES, derandomize=True)
@given(data=st.data())
def test_any_mixture_of_violations_is_mended_at_once_and_nothing_else_changes(
    *,
    platform: str,
    data: st.DataObject,
    compliant: Callable[[str], str],
    judge: Callable[..., tuple[ControlVerdict, ...]],
    site: Callable[..., DeviceContext],
    apply: Callable[[str, str, str], str],
) -> None:
    rows = [one for one in PLANTED if one.platform == platform and "inactive:" not in one.new]
    text = compliant(platform)
    for planted in data.draw(st.lists(st.sampled_from(rows), min_size=2, max_size=6, unique=True)):
        if planted.old in text:
            head, tail = text.rsplit(planted.old, 1)
            text = head + planted.new + tail
    before = outcomes(judge(platform, text))
    remediation = remediate("town", parse(platform, text), judge(platform, text), site(platform))

    after = outcomes(judge(platform, apply(platform, text, remediation.lines)))

    by_hand = {item.control for item in remediation.manual}
    failing = {control for control, verdict in before.items() if verdict == "FAIL"}
    assert failing == set(remediation.controls) | by_hand
    expected = {**before, **dict.fromkeys(remediation.controls, "PASS")}
    assert {**after, **{one: expected[one] for one in by_hand}} == expected
