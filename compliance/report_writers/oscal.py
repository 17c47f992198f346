"""OSCAL assessment results 1.1.2 as JSON: one result per device, with observations and findings.

A control that does not apply has an observation and no finding; one that could not be judged, and one that is
waived, is not satisfied for another reason, which the finding tells. Identifiers follow from what they name,
so two reports of one evaluation are equal.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from compliance.controls.registry import all_controls
from compliance.evaluation import Judgement
from compliance.models import Verdict
from compliance.report_writers.writer import Counts, DeviceReport

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:samdrift:compliance")
_PROPERTIES: Final = "urn:samdrift:compliance"
_VERSION: Final = "1.1.2"
_STATUS: Final[Mapping[Verdict, tuple[str, str]]] = {
    Verdict.PASS: ("satisfied", "pass"),
    Verdict.FAIL: ("not-satisfied", "fail"),
    Verdict.ERROR: ("not-satisfied", "other"),
    Verdict.WAIVED: ("not-satisfied", "other"),
}


class OSCALWriter:
    """Assessment results; the plan that they follow is the table of controls, named in the back matter."""

    separator = ",\n"

    def __init__(self, evaluated_at: datetime) -> None:
        """Take the time of the evaluation, in UTC."""
        self._at = evaluated_at.isoformat(timespec="seconds")

    def begin(self) -> str:
        """Open the document."""
        metadata = {
            "title": "Hardening of network devices and servers",
            "last-modified": self._at,
            "version": self._at,
            "oscal-version": _VERSION,
        }
        head = {
            "uuid": str(self._uuid("report")),
            "metadata": metadata,
            "import-ap": {"href": f"#{self._uuid('plan')}"},
        }
        opened = json.dumps(head, ensure_ascii=False)[:-1]
        return f'{{"assessment-results": {opened}, "results": [\n'

    def device(self, report: DeviceReport) -> str:
        """Return the result of one device."""
        subject = str(self._uuid(report.device))
        item = {
            "uuid": subject,
            "description": f"{report.device}, read from {report.file}",
            "props": [_property("platform", report.platform)],
        }
        controls = [{"control-id": one.control.id.lower()} for one in report.judgements]
        result: dict[str, object] = {
            "uuid": str(self._uuid(report.device, "result")),
            "title": report.device,
            "description": f"Every control, judged from the configuration of {report.device}.",
            "start": self._at,
            "local-definitions": {"inventory-items": [item]},
            "reviewed-controls": {"control-selections": [{"include-controls": controls}]},
            "observations": [self._observation(report, one, subject) for one in report.judgements],
        }
        findings = [self._finding(report, one) for one in report.judgements if one.verdict in _STATUS]
        if findings:
            result["findings"] = findings
        return json.dumps(result, ensure_ascii=False)

    def end(self, counts: Counts) -> str:  # noqa: ARG002 - OSCAL has no place for sums
        """Close the document with what the results follow."""
        plan = {
            "uuid": str(self._uuid("plan")),
            "title": "Table of controls",
            "description": f"{len(all_controls())} controls for network devices and servers.",
        }
        return f'\n], "back-matter": {{"resources": [{json.dumps(plan)}]}}}}}}\n'

    def _uuid(self, *names: str) -> UUID:
        return uuid5(_NAMESPACE, "\n".join((self._at, *names)))

    def _observation(self, report: DeviceReport, one: Judgement, subject: str) -> dict[str, object]:
        observation: dict[str, object] = {
            "uuid": str(self._uuid(report.device, one.control.id, "observation")),
            "title": one.control.title,
            "description": one.message,
            "props": [
                _property("control", one.control.id),
                _property("verdict", one.verdict.value),
            ],
            "methods": ["TEST"],
            "subjects": [{"subject-uuid": subject, "type": "inventory-item"}],
            "collected": self._at,
        }
        if one.lines:
            observation["relevant-evidence"] = [
                {"description": f"line {line.number}: {line.text}"} for line in one.lines
            ]
        return observation

    def _finding(self, report: DeviceReport, one: Judgement) -> dict[str, object]:
        state, reason = _STATUS[one.verdict]
        status = {"state": state, "reason": reason, "remarks": f"{one.verdict.value}: {one.message}"}
        return {
            "uuid": str(self._uuid(report.device, one.control.id, "finding")),
            "title": f"{one.control.id} {one.control.title}",
            "description": one.message,
            "target": {"type": "objective-id", "target-id": one.control.id.lower(), "status": status},
            "related-observations": [
                {"observation-uuid": str(self._uuid(report.device, one.control.id, "observation"))}
            ],
        }


def _property(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": _PROPERTIES, "value": value}
