"""How a roll-out ended, as JUnit, so that a pipeline shows every device as a test of its own."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from devices.service import mask_secrets
from migrations.planning.device_change_plan import DeviceChangePlan
from migrations.roll_out import DeviceReport, RollOutReport


def render_roll_out_junit(plan: DeviceChangePlan, report: RollOutReport) -> str:
    """Return the report: a failure for a device that does not hold what was planned, skipped where untouched.

    An outcome that nobody could see is an error, not a failure: a person must look at that device.
    """
    root = Element("testsuites")
    suite = SubElement(root, "testsuite", name=f"{plan.verb} {plan.municipality}")
    for name, count in (
        ("tests", len(report.devices)),
        ("failures", sum(_element(one) == "failure" for one in report.devices)),
        ("errors", sum(_element(one) == "error" for one in report.devices)),
        ("skipped", sum(_element(one) == "skipped" for one in report.devices)),
    ):
        suite.set(name, str(count))
    for one in report.devices:
        case = SubElement(suite, "testcase", classname=plan.municipality, name=one.device)
        element = _element(one)
        if element:
            told = mask_secrets(one.message)
            SubElement(case, element, message=f"{one.outcome}: {told}").text = report.stopped or told
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _element(one: DeviceReport) -> str:
    """Return the element that JUnit has for it, '' where it went well."""
    if one.is_good:
        return ""
    if one.outcome == "not touched":
        return "skipped"
    return "error" if one.outcome == "unknown" else "failure"
