"""SARIF 2.1.0: what fails and what could not be judged, with rule, help, file and line.

What passes or does not apply is left out, because viewers show every result as an alert. A waived failure is
a result that is suppressed, with the exception as its justification.
"""

import hashlib
import inspect
import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from compliance.controls.registry import JUDGED, Control, all_controls
from compliance.controls.servers.judges import ON_SERVERS
from compliance.evaluation import Judgement
from compliance.models import Verdict
from compliance.report_writers.writer import Counts, DeviceReport
from devices.facts import ConfigLine

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[Mapping[str, str]] = {"high": "error", "medium": "warning", "low": "note"}
_SECURITY: Final[Mapping[str, str]] = {"high": "8.0", "medium": "5.0", "low": "2.0"}
_TOLD: Final = frozenset({Verdict.FAIL, Verdict.WAIVED, Verdict.ERROR})
_EXAMPLE: Final = "\n\nExample"


class SARIFWriter:
    """A log with one run."""

    separator = ",\n"

    def __init__(self) -> None:
        self._places = {control.id: at for at, control in enumerate(_rules())}

    def begin(self) -> str:
        """Open the run with its tool and rules."""
        driver = {"name": "samdrift", "rules": [_rule(control) for control in _rules()]}
        tool = json.dumps({"driver": driver}, ensure_ascii=False)
        return (
            f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{"tool": {tool},\n'
            '"columnKind": "unicodeCodePoints", "results": [\n'
        )

    def device(self, report: DeviceReport) -> str:
        """Return the results of one device."""
        return ",\n".join(
            json.dumps(self._result(report, one), ensure_ascii=False)
            for one in report.judgements
            if one.verdict in _TOLD
        )

    def end(self, counts: Counts) -> str:
        """Close the run, and say whether every control could be judged."""
        judged = "false" if counts[Verdict.ERROR] else "true"
        return f'\n], "invocations": [{{"executionSuccessful": {judged}}}]}}]}}\n'

    def _result(self, report: DeviceReport, one: Judgement) -> dict[str, object]:
        failed = one.verdict is not Verdict.ERROR
        result: dict[str, object] = {
            "ruleId": one.control.id,
            "ruleIndex": self._places[one.control.id],
            "kind": "fail" if failed else "open",
            "level": _LEVELS[one.control.severity] if failed else "none",
            "message": {"text": f"{report.device}: {one.message}"},
            "locations": [_location(report, one.lines[0] if one.lines else None)],
            "partialFingerprints": {"deviceAndControl/v1": _fingerprint(report, one)},
        }
        if len(one.lines) > 1:
            result["relatedLocations"] = [_location(report, line) for line in one.lines[1:]]
        if one.verdict is Verdict.WAIVED:
            suppression = {"kind": "external", "status": "accepted", "justification": one.message}
            result["suppressions"] = [suppression]
        return result


def _rules() -> tuple[Control, ...]:
    return tuple(one for one in all_controls() if one.id in JUDGED or one.id in ON_SERVERS)


def _rule(control: Control) -> dict[str, object]:
    judged = JUDGED.get(control.id)
    judge = ON_SERVERS[control.id] if judged is None else judged.judge
    help_text = (inspect.getdoc(judge) or control.title).partition(_EXAMPLE)[0]
    return {
        "id": control.id,
        "name": "".join(word.capitalize() for word in control.title.split() if word.isalnum()),
        "shortDescription": {"text": control.title},
        "fullDescription": {"text": help_text.partition("\n")[0]},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _LEVELS[control.severity]},
        "properties": {
            "tags": ["security", control.function, *(["basic"] if control.basic else [])],
            "security-severity": _SECURITY[control.severity],
            **{name: value for name, value in control.references.model_dump().items() if value},
        },
    }


def _location(report: DeviceReport, line: ConfigLine | None) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": quote(report.file)}}
    if line is not None:
        place["region"] = {"startLine": line.number, "snippet": {"text": line.text}}
    return {
        "physicalLocation": place,
        "logicalLocations": [{"name": report.device, "kind": "resource"}],
    }


def _fingerprint(report: DeviceReport, one: Judgement) -> str:
    return hashlib.sha256(f"{report.device}\n{one.control.id}".encode()).hexdigest()
