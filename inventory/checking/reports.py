"""What a check of a folder found, for a pipeline: JUnit, one case for each rule and municipality."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from inventory.checking.folder_check import FolderCheck
from inventory.loaders.yaml_directory import MUNICIPALITIES
from inventory.rules.catalogue import FORM_RULES, INVENTORY_RULES, MUNICIPALITY_RULES
from inventory.violations import Violation

WHOLE = "inventory"
"""The suite of what lies in no municipality's folder: the root file, the centres and the approvers."""

_TITLE = "samdrift inventory"
_RULES: Mapping[str, str] = MappingProxyType({**FORM_RULES, **MUNICIPALITY_RULES, **INVENTORY_RULES})
# What XML 1.0 cannot hold.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(check: FolderCheck) -> str:
    """Return a JUnit document: a suite for the whole and one for each municipality, a case for each rule.

    A rule that could not run because a file has the wrong form is skipped, and says so; it never passes.
    """
    found: dict[tuple[str, str], list[Violation]] = {}
    for violation in check.violations:
        found.setdefault((_suite_of(violation), violation.rule), []).append(violation)
    root = Element("testsuites", name=_TITLE)
    for name in (WHOLE, *check.municipalities):
        suite = SubElement(root, "testsuite", name=_xml(name))
        for rule, title in _RULES.items():
            broken = found.pop((name, rule), [])
            _case(suite, rule, title, broken, None if broken else _reason_to_skip(check, name, rule))
        _count(suite)
    _count(root)
    if found:
        msg = f"no case for {sorted(found)}"
        raise LookupError(msg)
    return _written(root)


def render_junit_error(message: str) -> str:
    """Return a JUnit document of a check that was not possible: one case, and its error."""
    root = Element("testsuites", name=_TITLE)
    suite = SubElement(root, "testsuite", name=WHOLE)
    case = SubElement(suite, "testcase", classname=WHOLE, name="the inventory can be read")
    SubElement(case, "error", message=_xml(message))
    for element in (suite, root):
        _count(element)
    return _written(root)


def _suite_of(violation: Violation) -> str:
    folder, _, below = violation.location.file.partition("/")
    name, slash, _ = below.partition("/")
    # What is missing in a municipality's folder is told at the folder itself.
    whole_folder = violation.rule == "no-municipality"
    return name if folder == MUNICIPALITIES and name and (slash or whole_folder) else WHOLE


def _reason_to_skip(check: FolderCheck, suite: str, rule: str) -> str | None:
    if rule in MUNICIPALITY_RULES and suite in check.unjudged:
        return "not judged: a file of this municipality has the wrong form"
    if rule in INVENTORY_RULES and not check.whole_inventory_judged:
        return "not judged: a file of the inventory has the wrong form"
    return None


def _case(suite: Element, rule: str, title: str, broken: list[Violation], skipped: str | None) -> None:
    case = SubElement(suite, "testcase", classname=suite.get("name", ""), name=f"{rule} ({title})")
    if broken:
        first = broken[0]
        case.set("file", _xml(first.location.file))
        case.set("line", str(first.location.line))
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        message = f"{first.location.render()}: {first.message}{more}"
        failure = SubElement(case, "failure", type=rule, message=_xml(message))
        failure.text = _xml("\n".join(one.render() for one in broken))
    elif skipped is not None:
        SubElement(case, "skipped", message=skipped)


def _count(element: Element) -> None:
    counts = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for name, kind in counts.items():
        element.set(name, str(_number_of(element.iter(kind))))


def _number_of(elements: Iterable[Element]) -> int:
    return sum(1 for _ in elements)


def _written(root: Element) -> str:
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
