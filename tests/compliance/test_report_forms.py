"""The forms of a report: what a viewer or an auditor's program needs is there, and in the right place."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from api.cli.compliance import app
from compliance.context import DeviceContext
from compliance.controls.registry import all_controls, judged_controls
from tests.compliance.frames import framed

EVERY = [control.id for control in judged_controls()]
TITLES = {control.id: control.title for control in all_controls()}

TEXT: dict[str, Any] = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
}
PLACE: dict[str, Any] = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": r"^[^\s\\]+$"}},
                },
                "region": {
                    "type": "object",
                    "required": ["startLine"],
                    "properties": {"startLine": {"type": "integer", "minimum": 1}, "snippet": TEXT},
                },
            },
            "additionalProperties": False,
        },
        "logicalLocations": {
            "type": "array",
            "items": {"type": "object", "required": ["name", "kind"]},
        },
    },
    "additionalProperties": False,
}
# What SARIF 2.1.0 (OASIS standard, section 3) requires of the properties that are written here.
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id", "shortDescription", "help"],
                                            "properties": {
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": {
                                                    "properties": {
                                                        "level": {"enum": ["note", "warning", "error"]}
                                                    }
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "invocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["executionSuccessful"],
                            "properties": {"executionSuccessful": {"type": "boolean"}},
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId", "ruleIndex", "locations"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "kind": {"enum": ["fail", "open"]},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": TEXT,
                                "locations": {"type": "array", "minItems": 1, "items": PLACE},
                                "relatedLocations": {"type": "array", "items": PLACE},
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                                "suppressions": {
                                    "type": "array",
                                    "items": {
                                        "required": ["kind"],
                                        "properties": {
                                            "kind": {"enum": ["inSource", "external"]},
                                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}

UUID = {
    "type": "string",
    "pattern": "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$",
}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
LINE = {"type": "string", "pattern": r"^\S(.*\S)?$"}
TOKEN = {"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_.\-]*$"}
PROPERTIES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["name", "value"],
        "additionalProperties": False,
        "properties": {"name": TOKEN, "ns": {"type": "string", "format": "uri"}, "value": LINE},
    },
}


def closed(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "additionalProperties": False,
        "properties": properties,
    }


def listed(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": item}


# What the model of assessment results of OSCAL 1.1 requires and permits of the parts that are written here.
OSCAL = closed(
    "assessment-results",
    **{
        "assessment-results": closed(
            "uuid metadata import-ap results",
            uuid=UUID,
            metadata=closed(
                "title last-modified version oscal-version",
                **{
                    "title": LINE,
                    "last-modified": MOMENT,
                    "version": LINE,
                    "oscal-version": {"const": "1.1.2"},
                },
            ),
            **{
                "import-ap": closed("href", href={"type": "string", "pattern": "^#"}),
                "results": listed(
                    closed(
                        "uuid title description start reviewed-controls",
                        uuid=UUID,
                        title=LINE,
                        description=LINE,
                        start=MOMENT,
                        **{
                            "local-definitions": closed(
                                "",
                                **{
                                    "inventory-items": listed(
                                        closed(
                                            "uuid description", uuid=UUID, description=LINE, props=PROPERTIES
                                        )
                                    )
                                },
                            ),
                            "reviewed-controls": closed(
                                "control-selections",
                                **{
                                    "control-selections": listed(
                                        closed(
                                            "",
                                            **{
                                                "include-controls": listed(
                                                    closed("control-id", **{"control-id": TOKEN})
                                                )
                                            },
                                        )
                                    )
                                },
                            ),
                            "observations": listed(
                                closed(
                                    "uuid description methods collected",
                                    uuid=UUID,
                                    title=LINE,
                                    description={"type": "string", "minLength": 1},
                                    props=PROPERTIES,
                                    methods=listed({"enum": ["EXAMINE", "INTERVIEW", "TEST", "UNKNOWN"]}),
                                    subjects=listed(
                                        closed(
                                            "subject-uuid type",
                                            **{"subject-uuid": UUID, "type": {"const": "inventory-item"}},
                                        )
                                    ),
                                    collected=MOMENT,
                                    **{
                                        "relevant-evidence": listed(
                                            closed("description", description={"type": "string"})
                                        )
                                    },
                                )
                            ),
                            "findings": listed(
                                closed(
                                    "uuid title description target",
                                    uuid=UUID,
                                    title=LINE,
                                    description={"type": "string", "minLength": 1},
                                    target=closed(
                                        "type target-id status",
                                        type={"enum": ["statement-id", "objective-id"]},
                                        status=closed(
                                            "state",
                                            state={"enum": ["satisfied", "not-satisfied"]},
                                            reason=TOKEN,
                                            remarks={"type": "string"},
                                        ),
                                        **{"target-id": TOKEN},
                                    ),
                                    **{
                                        "related-observations": listed(
                                            closed("observation-uuid", **{"observation-uuid": UUID})
                                        )
                                    },
                                )
                            ),
                        },
                    )
                ),
                "back-matter": closed(
                    "", resources=listed(closed("uuid", uuid=UUID, title=LINE, description=LINE))
                ),
            },
        )
    },
)


@pytest.fixture(name="report")
def _report(tmp_path: Path, site: Callable[..., DeviceContext]) -> Callable[[str], str]:
    text = framed(
        "ios", 'banner login ^C\nNo \x03 <entry> & "more"\n^C\nline vty 0 4\n transport input telnet'
    )
    (tmp_path / "Rådhus øst.cfg").write_text(text, encoding="utf-8")
    (tmp_path / "site.json").write_text(
        site("ios", without=("log_servers",)).model_dump_json(exclude_unset=True), encoding="utf-8"
    )

    def written(form: str) -> str:
        result = CliRunner().invoke(
            app,
            [
                *("evaluate", "--platform", "ios", "--format", form),
                *("--config", str(tmp_path / "Rådhus øst.cfg"), "--context", str(tmp_path / "site.json")),
            ],
        )
        assert result.exit_code == 1, result.stderr
        return result.stdout

    return written


def of_verdict(report: Callable[[str], str], *verdicts: str) -> list[str]:
    return [row["control"] for row in json.loads(report("json")) if row["verdict"] in verdicts]


def test_sarif_holds_what_fails_and_what_could_not_be_judged_with_rule_file_and_line(
    report: Callable[[str], str],
) -> None:
    log = json.loads(report("sarif"))
    Draft202012Validator.check_schema(SARIF)
    Draft202012Validator(SARIF).validate(log)

    [run] = log["runs"]
    results, rules = run["results"], run["tool"]["driver"]["rules"]
    assert [one["ruleId"] for one in results] == of_verdict(report, "FAIL", "ERROR")
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in results)
    assert {one["ruleId"]: (one["kind"], one["level"]) for one in results}["LOG-01"] == ("open", "none")
    telnet = next(one for one in results if one["ruleId"] == "MGT-01")
    place = telnet["locations"][0]["physicalLocation"]
    assert (telnet["kind"], telnet["level"]) == ("fail", "error")
    assert place["artifactLocation"]["uri"].endswith("/R%C3%A5dhus%20%C3%B8st.cfg")
    assert place["region"] == {"startLine": 6, "snippet": {"text": "line vty 0 4"}}
    assert [one["physicalLocation"]["region"]["startLine"] for one in telnet["relatedLocations"]] == [7]
    assert run["invocations"] == [{"executionSuccessful": False}]
    assert all(len(rule["help"]["text"]) > len(rule["shortDescription"]["text"]) for rule in rules)
    assert not any("Example" in rule["help"]["text"] for rule in rules)


def test_oscal_follows_the_model_and_every_reference_leads_somewhere(report: Callable[[str], str]) -> None:
    document = json.loads(report("oscal"))
    Draft202012Validator.check_schema(OSCAL)
    Draft202012Validator(OSCAL).validate(document)

    told = document["assessment-results"]
    [result] = told["results"]
    observed = {one["uuid"]: one for one in result["observations"]}
    assert [
        one["control-id"] for one in result["reviewed-controls"]["control-selections"][0]["include-controls"]
    ] == [control.lower() for control in EVERY]
    assert len(observed) == len(EVERY)
    [item] = result["local-definitions"]["inventory-items"]
    assert {one["subjects"][0]["subject-uuid"] for one in observed.values()} == {item["uuid"]}
    states = {one["target"]["target-id"].upper(): one["target"]["status"] for one in result["findings"]}
    assert list(states) == of_verdict(report, "PASS", "FAIL", "ERROR", "WAIVED")
    assert (states["MGT-01"]["state"], states["MGT-01"]["reason"]) == ("not-satisfied", "fail")
    assert (states["LOG-01"]["state"], states["LOG-01"]["reason"]) == ("not-satisfied", "other")
    assert {
        one["related-observations"][0]["observation-uuid"] for one in result["findings"]
    } <= observed.keys()
    assert told["import-ap"]["href"] == f"#{told['back-matter']['resources'][0]['uuid']}"


def test_csv_has_a_header_and_one_row_for_every_control(report: Callable[[str], str]) -> None:
    rows = list(csv.DictReader(io.StringIO(report("csv"))))

    assert [row["control"] for row in rows] == EVERY
    assert all(row["title"] == TITLES[row["control"]] and row["device"] == "Rådhus øst" for row in rows)
    telnet = next(row for row in rows if row["control"] == "MGT-01")
    assert (telnet["verdict"], telnet["lines"], telnet["severity"]) == ("FAIL", "6 7", "high")


def test_junit_names_the_file_and_the_line_and_is_well_formed(report: Callable[[str], str]) -> None:
    root = ET.fromstring(report("junit"))  # noqa: S314 - our own document

    cases = {case.get("name", "").split()[0]: case for case in root.iter("testcase")}
    assert list(cases) == EVERY
    assert (cases["MGT-01"].get("file") or "").endswith("Rådhus øst.cfg")
    assert cases["MGT-01"].get("line") == "6"
    failure = cases["MGT-01"].find("failure")
    assert failure is not None
    assert (failure.text or "").splitlines() == ["line 6: line vty 0 4", "line 7: transport input telnet"]


def test_text_ends_with_the_sum_of_the_verdicts(report: Callable[[str], str]) -> None:
    text = report("text")

    assert "Rådhus øst  MGT-01   FAIL" in text
    assert "line 7: transport input telnet" in text
    assert re.fullmatch(rf"{len(EVERY)} verdicts: \d+ PASS, .*", text.splitlines()[-1])
