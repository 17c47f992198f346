"""Every case of every control, and the proof that no cell of the table that is judged goes without."""

from dataclasses import replace

import pytest

from compliance.context import DeviceContext
from compliance.controls.finding import needed_output
from compliance.controls.registry import JUDGED
from compliance.controls.servers.judges import ON_SERVERS
from compliance.errors import MissingOutput
from compliance.evaluation import evaluate
from compliance.models import ControlVerdict
from compliance.remediation.models import Remediation
from compliance.remediation.remediate import remediate
from compliance.service import read_facts
from devices.parsers import parse
from tests.compliance.cases import (
    accounting,
    accounts,
    central_login,
    firewall,
    first_hop,
    floods,
    forwarding,
    guests,
    host_ports,
    lockout,
    logs,
    management,
    management_access,
    mirrors,
    perimeter,
    root_login,
    servers,
    services,
    snmp,
    switching,
    time_sources,
    unneeded,
    vlans,
    web,
    wide_policies,
)
from tests.compliance.cases.case import Case
from tests.compliance.conftest import TODAY, apply, site
from tests.compliance.frames import PLATFORMS, framed
from tests.compliance.manual import MANUAL
from tests.compliance.planted_eos import EOS
from tests.compliance.planted_ios import IOS
from tests.compliance.planted_junos import JUNOS

CASES: tuple[Case, ...] = (
    *vlans.CASES,
    *switching.CASES,
    *mirrors.CASES,
    *host_ports.CASES,
    *first_hop.CASES,
    *accounting.CASES,
    *accounts.CASES,
    *central_login.CASES,
    *lockout.CASES,
    *management.CASES,
    *management_access.CASES,
    *services.CASES,
    *snmp.CASES,
    *web.CASES,
    *unneeded.CASES,
    *firewall.CASES,
    *perimeter.CASES,
    *floods.CASES,
    *wide_policies.CASES,
    *guests.CASES,
    *root_login.CASES,
    *logs.CASES,
    *time_sources.CASES,
    *servers.CASES,
    *forwarding.CASES,
)
PLANTED = {"ios": IOS, "eos": EOS, "junos": JUNOS}
# Cells of the table that a ruling takes out again.
NEVER_JUDGED = {("LOG-02", "fortios")}
CELLS: list[tuple[str, str]] = sorted(
    [
        *((control, platform) for control, judged in JUDGED.items() for platform in judged.platforms),
        *((control, "linux") for control in ON_SERVERS),
    ]
)


def site_of(case: Case) -> DeviceContext:
    """Return the site of a case."""
    gone = tuple(name for name, value in case.context.items() if value is None)
    changed = {name: value for name, value in case.context.items() if value is not None}
    return site(case.platform, without=gone, **changed)


def verdicts_of(case: Case, *, text: str | None = None) -> tuple[ControlVerdict, ...]:
    """Return everything that is said of a case, or of another text at its site."""
    held = framed(case.platform, case.text) if text is None else text
    facts = read_facts("town", case.platform, held, shows=case.shows)
    return evaluate("town", facts, site_of(case), (), TODAY)


def verdict_of(case: Case) -> ControlVerdict:
    """Return what is said of a case."""
    return next(one for one in verdicts_of(case) if one.control == case.control)


def remediation_of(case: Case, text: str, verdicts: tuple[ControlVerdict, ...]) -> Remediation:
    """Return what mends the control of a case, and nothing else."""
    facts = parse(case.platform, text, device="town")
    only = tuple(one for one in verdicts if one.control == case.control)
    return remediate("town", facts, only, site_of(case))


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
    assert found >= ({"NOT_APPLICABLE"} if (control, platform) in NEVER_JUDGED else {"PASS", "FAIL"})


MENDED = [
    case
    for case in CASES
    if case.expected == "FAIL" and (case.control, case.platform) not in MANUAL and not case.by_hand
]


@pytest.mark.parametrize("case", [case for case in CASES if case.by_hand], ids=lambda case: case.label)
def test_what_no_lines_mend_is_left_to_a_person_with_the_reason(case: Case) -> None:
    found = remediation_of(case, framed(case.platform, case.text), verdicts_of(case))
    assert found.lines == ""
    assert [one.control for one in found.manual] == [case.control]
    assert case.by_hand in found.manual[0].reason


@pytest.mark.parametrize("case", MENDED, ids=lambda case: case.label)
def test_what_mends_a_case_is_taken_by_a_twin_and_changes_no_other_verdict(case: Case) -> None:
    """The lines make the control pass, keep every other verdict, and leave nothing to mend."""
    before = framed(case.platform, case.text)
    verdicts = verdicts_of(case)
    lines = remediation_of(case, before, verdicts).lines
    assert lines, "nothing mends it; say why in tests/compliance/manual.py"
    assert case.platform != "linux", "servers have no twin"
    after = apply(case.platform, before, lines)
    later = verdicts_of(case, text=after)
    expected = {one.control: one.verdict.value for one in verdicts}
    expected |= dict.fromkeys((case.control, *case.also), "PASS")
    expected |= dict.fromkeys(case.nothing_left, "NOT_APPLICABLE")
    assert {one.control: one.verdict.value for one in later} == expected
    assert remediation_of(case, after, later).lines == ""


def test_what_is_said_to_be_manual_has_a_failing_case_that_nothing_mends() -> None:
    failing = {(case.control, case.platform): case for case in CASES if case.expected == "FAIL"}
    for cell, reason in MANUAL.items():
        case = failing[cell]
        found = remediation_of(case, framed(case.platform, case.text), verdicts_of(case))
        assert found.lines == ""
        assert [one.control for one in found.manual] == [case.control]
        assert reason in found.manual[0].reason


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("text", ["", "\x00\x01\x02", "% Authorization failed."])
def test_what_cannot_be_read_is_an_error_on_every_control(platform: str, text: str) -> None:
    facts = read_facts("town", platform, text)
    verdicts = evaluate("town", facts, site(platform), (), TODAY)
    assert {one.verdict.value for one in verdicts} == {"ERROR"}
    assert {one.control for one in verdicts} == set(JUDGED)


def test_output_that_was_not_collected_is_an_error_that_names_the_command() -> None:
    facts = parse("ios", framed("ios", "snmp-server group OPS v3 priv"), device="town")
    with pytest.raises(MissingOutput, match="the output of 'show snmp user' is needed"):
        needed_output(facts, "show snmp user")
    shown = replace(facts, shows={"show snmp user": ""})
    assert needed_output(shown, "show snmp user") == ""
