"""Verdicts on what cannot be judged, on exceptions, and the proof that a report is complete."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from compliance.context import DeviceContext
from compliance.controls.finding import conclude
from compliance.controls.registry import JUDGED, all_controls, judged_controls, roles_of
from compliance.errors import ReportIncomplete
from compliance.evaluation import evaluate
from compliance.models import ControlVerdict, Verdict
from compliance.service import assemble, evaluate_configuration
from devices.errors import DeviceUnreachable
from devices.parsers import parse
from inventory.models import ControlException
from tests.compliance.expected import SHOWN, passing

Compliant = Callable[[str], str]
Site = Callable[..., DeviceContext]
Judge = Callable[..., tuple[ControlVerdict, ...]]

TODAY = date(2026, 11, 21)
LATER = TODAY + timedelta(days=30)
PLATFORMS = ("ios", "eos", "junos")
EVERY_CONTROL = tuple(control.id for control in judged_controls())
# Controls that are asked of some roles only.
BY_ROLE = {control.id for control in judged_controls() if roles_of(control) is not None}
# Controls that are asked of switches and not of firewalls.
SWITCH = {one.id for one in judged_controls() if "firewall" not in (roles_of(one) or {"firewall"})}

# What becomes an ERROR when the context does not give a value; everything else stays as it was.
NEEDED_BY = {
    "role": BY_ROLE,
    "management_interface": set(),
    "management_prefixes": {"MGT-03"},
    "controller_addresses": set(),
    "ntp_servers": {"NTP-01"},
    "log_servers": {"LOG-01"},
    "aaa_servers": {"AAA-01"},
    "break_glass_user": set(),
    "parking_vlan": {"L2-01"},
    "native_vlan": set(),
    "uplinks": {"CP-03", "L2-01", "L2-05", "L2-09", "L2-10"},
    "sensor_port": {"L2-01", "L2-02", "L2-05", "L2-09", "L2-10", "SEN-01", "SEN-02", "SEN-03"},
    "login_banner": set(),
}

# Where ports state it themselves, and where answers must come over trusted uplinks.
ALSO_NEEDED_BY = {
    ("ios", "uplinks"): {"L2-07", "L2-08"},
    ("eos", "uplinks"): {"L2-08"},
    ("ios", "sensor_port"): {"L2-08"},
    ("eos", "sensor_port"): {"L2-08"},
}


def needed_by(platform: str, field: str) -> set[str]:
    """Return the controls that cannot be judged on the platform without a site value."""
    asked = {control.id for control in judged_controls() if platform in control.platforms}
    return (NEEDED_BY[field] | ALSO_NEEDED_BY.get((platform, field), set())) & asked


def outcomes(verdicts: tuple[ControlVerdict, ...]) -> dict[str, str]:
    return {one.control: one.verdict.value for one in verdicts}


def granted(*, control: str, device: str = "town", expires_on: date = LATER) -> ControlException:
    return ControlException(
        name="granted",
        control=control,
        devices=(device,),
        owner="IT",
        reason="the port is used for moving house",
        compensating_measure="the rack is locked",
        expires_on=expires_on,
    )


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("field", NEEDED_BY)
def test_missing_site_value_makes_exactly_the_controls_that_need_it_an_error(
    platform: str, field: str, compliant: Compliant, site: Site, judge: Judge
) -> None:
    verdicts = judge(platform, compliant(platform), site(platform, without=(field,)))

    expected = passing(platform)
    expected |= dict.fromkeys(needed_by(platform, field), "ERROR")
    assert outcomes(verdicts) == expected
    missing = [one for one in verdicts if one.control in needed_by(platform, field)]
    assert all(field in one.message for one in missing)


def test_user_vlans_are_needed_where_an_absent_native_vlan_is_allowed(
    compliant: Compliant, site: Site, judge: Judge
) -> None:
    found = {}
    for platform in PLATFORMS:
        context = site(platform, without=("user_vlans",))
        found[platform] = outcomes(judge(platform, compliant(platform), context))["L2-03"]

    assert found == {"ios": "PASS", "eos": "PASS", "junos": "ERROR"}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_mirror_covers_the_uplinks_where_the_site_names_no_firewall_link(
    platform: str, compliant: Compliant, site: Site, judge: Judge
) -> None:
    context = site(platform, without=("inside_links", "outside_links"))
    assert outcomes(judge(platform, compliant(platform), context)) == passing(platform)

    blind = site(platform, without=("inside_links", "outside_links", "uplinks"))
    found = outcomes(judge(platform, compliant(platform), blind))
    assert found == passing(platform) | dict.fromkeys(
        needed_by(platform, "uplinks") | {"SEN-01", "SEN-02"}, "ERROR"
    )


@pytest.mark.parametrize("platform", PLATFORMS)
def test_firewall_is_no_switch(platform: str, compliant: Compliant, site: Site, judge: Judge) -> None:
    found = outcomes(judge(platform, compliant(platform), site(platform, role="firewall")))

    switch = {
        one: verdict for one, verdict in passing(platform).items() if one in SWITCH and verdict == "PASS"
    }
    assert {one: found[one] for one in switch} == dict.fromkeys(switch, "NOT_APPLICABLE")


@pytest.mark.parametrize("role", ["access", "core"])
def test_outside_mirror_is_asked_of_edge_switches_only(
    role: str, compliant: Compliant, site: Site, judge: Judge
) -> None:
    found = outcomes(judge("ios", compliant("ios"), site("ios", role=role)))

    # Both trunks are uplinks, so none leads to the access layer.
    nothing = {one: "NOT_APPLICABLE" for one in found if one == "L2-06"}
    assert found == passing("ios", role=role) | nothing
    assert found["SEN-02"] == "NOT_APPLICABLE"


def test_site_without_a_sensor_or_without_a_firewall_link_has_no_mirror_to_judge(
    compliant: Compliant, site: Site, judge: Judge
) -> None:
    bare = outcomes(judge("ios", compliant("ios"), site("ios", sensor_port=None)))
    apart = outcomes(judge("ios", compliant("ios"), site("ios", inside_links=(), outside_links=())))

    assert {bare[one] for one in ("SEN-01", "SEN-02", "SEN-03")} == {"NOT_APPLICABLE"}
    assert [apart[one] for one in ("SEN-01", "SEN-02", "SEN-03")] == ["NOT_APPLICABLE"] * 2 + ["PASS"]


def test_unreachable_device_is_an_error_not_a_pass(site: Site) -> None:
    lost = DeviceUnreachable("town", "no answer on port 22; check the path")
    verdicts = evaluate("town", lost, site("ios"), (granted(control="MGT-01"),), TODAY)

    assert outcomes(verdicts) == dict.fromkeys(EVERY_CONTROL, "ERROR")
    assert all("no answer on port 22" in one.message for one in verdicts)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("text", ["", "\x00\x01\x02", "hostname town\ninterface Gi0/1\n description x"])
def test_configuration_that_cannot_be_read_is_an_error_on_every_control(
    platform: str, text: str, site: Site
) -> None:
    verdicts = evaluate_configuration("town", platform, text, site(platform), today=TODAY)

    assert outcomes(verdicts) == dict.fromkeys(EVERY_CONTROL, "ERROR")


def test_exception_waives_its_control_on_its_device_until_the_day_it_expires(
    compliant: Compliant, site: Site
) -> None:
    facts = parse("ios", compliant("ios").replace("ntp server 10.0.0.11 key 1\n", ""))

    def verdict_of(exception: ControlException, today: date = TODAY) -> str:
        return outcomes(evaluate("town", facts, site("ios"), (exception,), today))["NTP-01"]

    assert verdict_of(granted(control="NTP-01")) == "WAIVED"
    assert verdict_of(granted(control="NTP-01"), LATER - timedelta(days=1)) == "WAIVED"
    assert verdict_of(granted(control="NTP-01"), LATER) == "FAIL"
    assert verdict_of(granted(control="NTP-01", device="village")) == "FAIL"
    assert verdict_of(granted(control="LOG-01")) == "FAIL"


def test_exception_never_turns_a_pass_or_an_error_into_something_else(
    compliant: Compliant, site: Site
) -> None:
    facts = parse("ios", compliant("ios"), shows=SHOWN["ios"])
    exceptions = tuple(granted(control=one) for one in EVERY_CONTROL)

    verdicts = evaluate("town", facts, site("ios"), exceptions, TODAY)
    assert outcomes(verdicts) == passing("ios")
    blind = evaluate("town", facts, site("ios", without=("ntp_servers",)), exceptions, TODAY)
    assert outcomes(blind)["NTP-01"] == "ERROR"


def test_report_proves_that_every_device_has_every_control_once(compliant: Compliant, judge: Judge) -> None:
    verdicts = judge("ios", compliant("ios"))

    assert len(assemble(("town",), verdicts).verdicts) == len(EVERY_CONTROL)
    for broken in (verdicts[1:], (*verdicts, verdicts[0]), ()):
        with pytest.raises(ReportIncomplete):
            assemble(("town",), broken)
    with pytest.raises(ReportIncomplete):
        assemble(("town", "village"), verdicts)


def test_report_says_that_something_fails_before_it_says_that_something_is_unjudged(
    compliant: Compliant, site: Site, judge: Judge
) -> None:
    good, bad = compliant("ios"), compliant("ios").replace("ntp server 10.0.0.11 key 1\n", "")
    blind = site("ios", without=("log_servers",))

    runs = (judge("ios", good), judge("ios", bad), judge("ios", good, blind), judge("ios", bad, blind))
    assert [assemble(("town",), verdicts).exit_code for verdicts in runs] == [0, 1, 2, 1]


def test_pass_cannot_be_made_without_an_observation() -> None:
    assert conclude((), nothing="nothing was there").outcome == "NOT_APPLICABLE"
    with pytest.raises(ValidationError, match="PASS without an observation"):
        ControlVerdict(device="town", control="MGT-01", verdict=Verdict.PASS, message="fine")


def test_table_names_51_controls_and_those_that_are_judged_are_among_them() -> None:
    assert len(all_controls()) == 51
    assert set(EVERY_CONTROL) == {control.id for control in all_controls()} & JUDGED.keys()
    basic = {control.id for control in judged_controls() if control.basic}
    assert basic >= {"MGT-01", "AAA-01", "SNMP-01", "LOG-01", "L2-01"}
