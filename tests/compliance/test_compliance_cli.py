"""``samdrift compliance`` as a user calls it: offline, with its formats and exit codes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from api.cli.compliance import app
from compliance.context import DeviceContext
from compliance.controls.registry import all_controls, judged_controls
from tests.compliance.expected import SHOWN, passing

EVERY_CONTROL = [control.id for control in judged_controls()]


@pytest.fixture(name="files")
def _files(tmp_path: Path, compliant: Callable[[str], str], site: Callable[..., DeviceContext]) -> Path:
    for platform in ("ios", "eos", "junos"):
        (tmp_path / f"{platform}.cfg").write_text(compliant(platform), encoding="utf-8")
        context = site(platform).model_dump_json(exclude_none=True)
        (tmp_path / f"{platform}.json").write_text(context, encoding="utf-8")
        shown = tmp_path / f"{platform}-shown"
        shown.mkdir()
        for command, text in SHOWN.get(platform, {}).items():
            (shown / f"{command.replace(' ', '_')}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def run(files: Path, platform: str, *more: str, config: str = "", context: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(
        app,
        [
            "evaluate",
            *("--platform", platform),
            *("--config", str(files / (config or f"{platform}.cfg"))),
            *("--context", str(files / (context or f"{platform}.json"))),
            *("--show", str(files / f"{platform}-shown")),
            *more,
        ],
    )
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
def test_compliant_configuration_exits_zero(platform: str, files: Path) -> None:
    code, out, _ = run(files, platform, "--format", "json")

    assert code == 0
    rows = json.loads(out)
    assert [(row["device"], row["control"], row["verdict"]) for row in rows] == [
        (platform, control, verdict) for control, verdict in passing(platform).items()
    ]
    assert all(row["message"] for row in rows)
    assert all(row["lines"] for row in rows if row["verdict"] == "PASS")


def test_failure_exits_one_and_names_the_lines(files: Path, compliant: Callable[[str], str]) -> None:
    text = compliant("ios").replace(
        "line vty 5 15\n transport input ssh", "line vty 5 15\n transport input telnet"
    )
    (files / "bad.cfg").write_text(text, encoding="utf-8")
    number = text.splitlines().index(" transport input telnet") + 1

    code, out, _ = run(files, "ios", "--format", "json", "--device", "town", config="bad.cfg")
    assert code == 1
    assert [row for row in json.loads(out) if row["verdict"] == "FAIL"] == [
        {
            "device": "town",
            "control": "MGT-01",
            "verdict": "FAIL",
            "message": "line vty 5 15 admits telnet",
            "lines": [
                {"number": number - 1, "text": "line vty 5 15"},
                {"number": number, "text": "transport input telnet"},
            ],
        }
    ]
    code, out, _ = run(files, "ios", config="bad.cfg")
    assert code == 1
    assert f"line {number}: transport input telnet" in out


def test_missing_site_value_exits_two(files: Path, site: Callable[..., DeviceContext]) -> None:
    context = site("ios", without=("ntp_servers",)).model_dump_json(exclude_none=True)
    (files / "blind.json").write_text(context, encoding="utf-8")

    code, out, _ = run(files, "ios", "--format", "json", context="blind.json")
    assert code == 2
    assert [row["control"] for row in json.loads(out) if row["verdict"] == "ERROR"] == ["NTP-01"]


@pytest.mark.parametrize(
    "data",
    [b"", b"\x7fELF\x02\x00\x00\xff", b"hostname town\nline vty 0 4\n transport inp", b"# ikke en fil\n"],
)
def test_file_that_is_no_configuration_exits_two_and_judges_nothing(files: Path, data: bytes) -> None:
    (files / "odd.cfg").write_bytes(data)

    code, out, _ = run(files, "ios", "--format", "json", config="odd.cfg")
    assert code == 2
    assert {row["verdict"] for row in json.loads(out)} == {"ERROR"}


def test_wrong_platform_is_detected_and_said(files: Path) -> None:
    for platform, other in (("ios", "eos"), ("eos", "junos"), ("junos", "ios")):
        code, out, _ = run(files, platform, "--format", "json", config=f"{other}.cfg")
        assert code == 2
        assert {row["verdict"] for row in json.loads(out)} == {"ERROR"}
        assert f"configuration of {other}, not of {platform}" in out


def test_other_encodings_are_read(files: Path, compliant: Callable[[str], str]) -> None:
    text = compliant("ios").replace("Reception", "Rådhus, øst").replace("\n", "\r\n")
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        (files / "danish.cfg").write_bytes(text.encode(encoding))
        assert run(files, "ios", config="danish.cfg")[0] == 0


def test_context_may_be_yaml(files: Path, site: Callable[..., DeviceContext]) -> None:
    values = json.loads(site("ios").model_dump_json(exclude_none=True))
    values["user_vlans"] = [10, 30]
    (files / "site.yaml").write_text(
        "\n".join(f"{k}: {json.dumps(v)}" for k, v in values.items()), encoding="utf-8"
    )

    assert run(files, "ios", context="site.yaml")[0] == 0


@pytest.mark.parametrize("text", ["{", "role: chief\n", "colour: blue\n", "- role\n", "parking_vlan: 5000\n"])
def test_context_that_cannot_be_read_is_one_clear_message(files: Path, text: str) -> None:
    (files / "odd.json").write_text(text, encoding="utf-8")

    code, out, err = run(files, "ios", context="odd.json")
    assert (code, out) == (2, "")
    assert "odd.json" in err
    assert "Traceback" not in err


def test_missing_file_is_one_clear_message(files: Path) -> None:
    code, out, err = run(files, "ios", config="none.cfg")

    assert (code, out) == (2, "")
    assert "none.cfg: No such file or directory; name another file" in err


def test_junit_counts_what_it_holds(files: Path, compliant: Callable[[str], str]) -> None:
    text = compliant("ios").replace("ntp server 10.0.0.11 key 1\n", "").replace("^C", "\x03")
    (files / "bad.cfg").write_text(text, encoding="utf-8")

    code, out, _ = run(files, "ios", "--format", "junit", config="bad.cfg")
    suite = ET.fromstring(out).find("testsuite")  # noqa: S314 - our own document
    assert code == 1
    assert suite is not None
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": str(len(EVERY_CONTROL)),
        "failures": "1",
        "errors": "0",
        "skipped": str(list(passing("ios").values()).count("NOT_APPLICABLE")),
    }
    failed = [case.get("name", "") for case in suite if case.find("failure") is not None]
    assert [name.split()[0] for name in failed] == ["NTP-01"]


def test_controls_are_listed_with_what_is_judged() -> None:
    result = CliRunner().invoke(app, ["controls"])
    rows = [line.split() for line in result.stdout.splitlines()]

    assert result.exit_code == 0
    assert [row[0] for row in rows] == [control.id for control in all_controls()]
    assert [row[0] for row in rows if row[3] == "judged"] == EVERY_CONTROL


def test_evaluating_loads_no_engine() -> None:
    code = (
        "import sys, api.cli.compliance\n"
        "names = {'fastapi', 'dbos', 'pulumi', 'sqlalchemy', 'napalm', 'ansible'}\n"
        "print(sorted(names & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
