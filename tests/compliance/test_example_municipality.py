"""The example municipality: what its devices violate at the takeover, and that it can all be mended."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from compliance.service import context_for, evaluate_configuration, read_facts, remediate
from devices.facts import DeviceFacts
from inventory.models import Device, MunicipalityInventory
from inventory.service import load_checked
from tests.compliance.expected import EXAMPLE_SHOWN, passing

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
TODAY = date(2026, 11, 21)
SWITCH = {"L2-01", "L2-03", "SEN-01", "SEN-02", "SEN-03"}

# What every device starts with; a control that is not named passes where its platform and role are asked.
STARTING = {
    "ndj-edge1": {
        "PASS": {"CP-03"},
        "FAIL": {"MGT-02", "MGT-04", "MGT-06", "LOG-01", "L2-01", "L2-02", "SEN-02", "SEN-03"},
        "NOT_APPLICABLE": {"L2-03", "L2-04", "SEN-01"},
    },
    "ndj-fw1": {"FAIL": {"MGT-01", "MGT-02", "MGT-04", "MGT-06", "NTP-01"}, "NOT_APPLICABLE": SWITCH},
    "ndj-fw2": {"FAIL": {"MGT-02", "AAA-01", "SNMP-01", "LOG-01"}, "NOT_APPLICABLE": SWITCH},
    "ndj-core1": {
        "FAIL": {"MGT-02", "MGT-04", "AAA-01", "NTP-01", "L2-01", "L2-02", "L2-03", "SEN-01"},
        "NOT_APPLICABLE": {"L2-05", "L2-09", "L2-10", "SEN-02"},
    },
    "ndj-acc1": {
        "FAIL": {"MGT-01", "MGT-04", "MGT-06", "AAA-01", "L2-01", "L2-02"},
        "NOT_APPLICABLE": {"SEN-01", "SEN-02", "SEN-03"},
    },
    "ndj-acc2": {
        "FAIL": {"MGT-02", "SNMP-01", "NTP-01", "LOG-01", "L2-03"},
        "NOT_APPLICABLE": {"SEN-01", "SEN-02", "SEN-03"},
    },
    "ndj-acc3": {
        "FAIL": {"MGT-04", "MGT-06", "AAA-01", "SNMP-01", "LOG-01"},
        "WAIVED": {"L2-01"},
        "NOT_APPLICABLE": {"SEN-01", "SEN-02", "SEN-03"},
    },
}


@pytest.fixture(name="town", scope="module")
def _town() -> MunicipalityInventory:
    return load_checked(EXAMPLE).municipalities[0]


def device(town: MunicipalityInventory, name: str) -> Device:
    return next(one for one in town.devices if one.name == name)


def starting_text(name: str) -> str:
    return (EXAMPLE / "lab" / f"{name}.cfg").read_text(encoding="utf-8")


def table(town: MunicipalityInventory, name: str, text: str) -> dict[str, str]:
    verdicts = evaluate_configuration(
        name,
        device(town, name).platform,
        text,
        context_for(name, town),
        shows=EXAMPLE_SHOWN.get(device(town, name).platform),
        exceptions=town.exceptions,
        today=TODAY,
    )
    return {one.control: one.verdict.value for one in verdicts}


def expected(town: MunicipalityInventory, name: str, groups: dict[str, set[str]]) -> dict[str, str]:
    one = device(town, name)
    verdicts = {control: verdict for verdict, controls in groups.items() for control in controls}
    return passing(one.platform, role=one.role) | verdicts


def test_table_covers_every_device_of_the_example(town: MunicipalityInventory) -> None:
    assert set(STARTING) == {one.name for one in town.devices}


@pytest.mark.parametrize("name", STARTING)
def test_starting_configuration_has_exactly_its_violations(name: str, town: MunicipalityInventory) -> None:
    assert table(town, name, starting_text(name)) == expected(town, name, STARTING[name])


@pytest.mark.parametrize("name", STARTING)
def test_remediation_brings_the_device_to_pass_and_a_second_one_is_empty(
    name: str, town: MunicipalityInventory, apply: Callable[[str, str, str], str]
) -> None:
    one, context, text = device(town, name), context_for(name, town), starting_text(name)
    first = remediate(name, _facts(one, text), _verdicts(town, one, text), context)
    assert set(first.controls) == STARTING[name]["FAIL"]
    assert first.manual == ()

    mended = apply(one.platform, text, first.lines)

    assert table(town, name, mended) == expected(town, name, {**STARTING[name], "FAIL": set()})
    second = remediate(name, _facts(one, mended), _verdicts(town, one, mended), context)
    assert (second.lines, second.controls, second.manual) == ("", (), ())


@pytest.mark.parametrize("name", STARTING)
def test_remediation_never_shuts_an_uplink_or_the_sensor_and_holds_no_key(
    name: str, town: MunicipalityInventory
) -> None:
    one, context, text = device(town, name), context_for(name, town), starting_text(name)
    lines = remediate(name, _facts(one, text), _verdicts(town, one, text), context).lines.splitlines()

    kept = {*(context.uplinks or ()), context.sensor_port, context.management_interface}
    assert _shut(lines).isdisjoint({f"interface {port}" for port in kept})
    # The number of a key that is there already is none.
    said = [line.replace(" key 1", "") if "ntp server" in line else line for line in lines]
    assert not [line for line in said if " key " in line or " secret " in line or " password " in line]


def _shut(lines: list[str]) -> set[str]:
    """Return the headers of the sections that hold a ``shutdown``."""
    found: set[str] = set()
    header = ""
    for line in lines:
        if not line.startswith(" "):
            header = line
        elif line.strip() == "shutdown":
            found.add(header)
    return found


def _facts(one: Device, text: str) -> DeviceFacts:
    facts = read_facts(one.name, one.platform, text)
    assert isinstance(facts, DeviceFacts)
    return facts


def _verdicts(town: MunicipalityInventory, one: Device, text: str):  # noqa: ANN202 - as evaluate returns them
    context = context_for(one.name, town)
    return evaluate_configuration(
        one.name,
        one.platform,
        text,
        context,
        shows=EXAMPLE_SHOWN.get(one.platform),
        exceptions=town.exceptions,
        today=TODAY,
    )
