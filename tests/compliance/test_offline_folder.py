"""A folder of configurations, or all of an inventory, judged in one evaluation."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.compliance import app
from compliance.context import DeviceContext
from compliance.controls.registry import judged_controls
from compliance.offline.device_files import command_of, file_of
from devices.evidence_commands import EVIDENCE_COMMANDS
from devices.models import Platform
from tests.compliance.frames import framed

CONTROLS = [control.id for control in judged_controls()]
PLATFORMS: tuple[Platform, ...] = ("aoscx", "eos", "fortios", "ios", "junos", "nxos", "panos")
LINES: dict[Platform, str] = {
    "ios": "line vty 0 4\n transport input ssh",
    "eos": "management ssh\n   idle-timeout 5",
    "junos": "set system services ssh",
    "fortios": "config system interface\n    edit port1\n        set allowaccess ping\n    next\nend",
    "aoscx": "ssh server vrf default",
    "nxos": "feature lldp",
    "panos": "set deviceconfig system service disable-telnet yes",
}
OUTPUT = (
    "DHCP Snooping is enabled\nDHCP Snooping is operational\n"
    "DHCP Snooping is operational on following VLANs:\n  10,30-40\n"
)
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "norddjurs"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, site: Callable[..., DeviceContext], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAMDRIFT_STATE_FOLDER", str(tmp_path / "state"))
    folder = tmp_path / "configurations"
    folder.mkdir()
    for platform in PLATFORMS:
        (folder / f"{platform}.cfg").write_text(framed(platform, LINES[platform]), encoding="utf-8")
        context = site(platform).model_dump_json(exclude_unset=True)
        (folder / f"{platform}.context.json").write_text(context, encoding="utf-8")
    return folder


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["evaluate", *words])
    return result.exit_code, result.stdout, result.stderr


def rows(folder: Path, *words: str) -> list[dict[str, str]]:
    _, out, _ = run("--folder", str(folder), "--format", "csv", *words)
    return list(csv.DictReader(io.StringIO(out)))


def test_every_device_of_a_folder_has_every_control_once_and_its_platform_is_seen(folder: Path) -> None:
    found = rows(folder)

    assert [(row["device"], row["platform"], row["control"]) for row in found] == [
        (platform, platform, control) for platform in PLATFORMS for control in CONTROLS
    ]
    assert "could not be" not in "".join(row["message"] for row in found)


def test_processes_side_by_side_write_the_same_report_as_one(folder: Path) -> None:
    for number in range(150):
        text = framed("ios", f"{LINES['ios']}\nntp server 10.1.0.{number}")
        (folder / f"more-{number:03d}.cfg").write_text(text, encoding="utf-8")
    site = str(folder / "ios.context.json")
    one = run("--folder", str(folder), "--context", site, "--format", "json", "--workers", "1", "--no-cache")
    three = run(
        "--folder", str(folder), "--context", site, "--format", "json", "--workers", "3", "--no-cache"
    )

    assert one == three
    assert len(json.loads(one[1])) == (len(PLATFORMS) + 150) * len(CONTROLS)


def test_changed_file_is_judged_anew_and_the_rest_is_kept(folder: Path, tmp_path: Path) -> None:
    before = rows(folder)
    kept = list((tmp_path / "state").rglob("*.part"))
    assert kept
    (folder / "ios.cfg").write_text(framed("ios", "line vty 0 4\n transport input telnet"), encoding="utf-8")
    after = rows(folder)

    changed = [
        row["control"] for row, old in zip(after, before, strict=True) if row["verdict"] != old["verdict"]
    ]
    assert "MGT-01" in changed
    assert {row["device"] for row, old in zip(after, before, strict=True) if row != old} == {"ios"}
    assert after == rows(folder, "--no-cache")


def test_kept_part_that_was_altered_is_not_believed(folder: Path, tmp_path: Path) -> None:
    right = rows(folder)
    for part in (tmp_path / "state").rglob("*.part"):
        part.write_bytes(part.read_bytes()[:-1])
    assert rows(folder) == right
    for part in (tmp_path / "state").rglob("*.part"):
        part.write_bytes(b"")
    assert rows(folder) == right


def test_changed_site_value_is_judged_anew(folder: Path) -> None:
    before = rows(folder)
    path = folder / "ios.context.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    del values["ntp_servers"]
    path.write_text(json.dumps(values), encoding="utf-8")

    changed = [(row, old) for row, old in zip(rows(folder), before, strict=True) if row != old]
    assert ("ios", "NTP-01", "ERROR") in [
        (new["device"], new["control"], new["verdict"]) for new, _ in changed
    ]
    assert {new["device"] for new, _ in changed} == {"ios"}


def test_context_may_name_the_platform_and_a_wrong_one_is_said(folder: Path) -> None:
    path = folder / "eos.context.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(values | {"platform": "junos"}), encoding="utf-8")

    wrong = [row for row in rows(folder) if row["device"] == "eos"]
    assert {row["verdict"] for row in wrong} == {"ERROR"}
    assert all("a configuration of eos, not of junos" in row["message"] for row in wrong)
    path.write_text(json.dumps(values | {"platform": "vms"}), encoding="utf-8")
    code, out, err = run("--folder", str(folder))
    assert (code, out) == (2, "")
    assert "names no platform that is known here" in err


def test_text_that_is_of_no_platform_is_an_error_and_no_pass(folder: Path) -> None:
    (folder / "eos.cfg").write_text("Kære alle\nhermed referat fra mødet\n", encoding="utf-8")

    found = [row for row in rows(folder) if row["device"] == "eos"]
    assert {row["verdict"] for row in found} == {"ERROR"}
    assert all("looks like no platform" in row["message"] for row in found)


@pytest.mark.parametrize(
    ("name", "said"),
    [("eos.txt", "eos.cfg and eos.txt are both of eos"), ("new.cfg", "new has no site values")],
)
def test_folder_that_leaves_something_open_is_refused(folder: Path, name: str, said: str) -> None:
    (folder / name).write_text(framed("eos", LINES["eos"]), encoding="utf-8")

    code, out, err = run("--folder", str(folder))
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize(
    "words", [(), ("--config", "x", "--folder", "y"), ("--folder", "nowhere"), ("--inventory", "x")]
)
def test_question_that_names_nothing_to_judge_is_one_clear_message(words: tuple[str, ...]) -> None:
    code, out, err = run(*words)

    assert (code, out) == (2, "")
    assert err.startswith("samdrift: ")


def test_empty_folder_is_no_success(tmp_path: Path) -> None:
    code, _, err = run("--folder", str(tmp_path), "--no-cache")

    assert code == 2
    assert "there is no configuration in" in err


def test_inventory_gives_platforms_and_site_values(tmp_path: Path) -> None:
    folder = tmp_path / "configurations"
    folder.mkdir()
    for path in (EXAMPLE / "lab").glob("*.cfg"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "ndj-acc3.cfg").unlink()
    words = ("--inventory", str(EXAMPLE), "--no-cache")
    found = rows(folder, *words)

    devices = {row["device"] for row in found}
    assert {"ndj-acc1", "ndj-acc3", "ndj-core1", "ndj-edge1", "ndj-fw1", "ndj-fw2"} <= devices
    assert len(found) == len(devices) * len(CONTROLS)
    missing = [row for row in found if row["device"] == "ndj-acc3"]
    assert {row["verdict"] for row in missing} == {"ERROR"}
    assert all("is not there or cannot be read" in row["message"] for row in missing)
    assert "FAIL" in {row["verdict"] for row in found if row["device"] == "ndj-acc1"}

    (folder / "stranger.cfg").write_text("!\n", encoding="utf-8")
    code, out, err = run("--folder", str(folder), *words)
    assert (code, out) == (2, "")
    assert "of no device in the inventory, such as stranger" in err


def test_outputs_of_a_device_lie_in_a_folder_of_its_name(folder: Path, tmp_path: Path) -> None:
    text = framed("eos", "ip dhcp snooping\nip dhcp snooping vlan 10,30-40")
    (folder / "eos.cfg").write_text(text, encoding="utf-8")

    def judged(*words: str) -> set[str]:
        return {row["message"] for row in rows(folder, *words) if row["device"] == "eos"}

    needs = "the output of 'show ip dhcp snooping' is needed; collect it and evaluate again"
    assert needs in judged()
    shows = tmp_path / "shows" / "eos"
    shows.mkdir(parents=True)
    (shows / "show_ip_dhcp_snooping.txt").write_text(OUTPUT, encoding="utf-8")
    assert needs not in judged("--show", str(tmp_path / "shows"))


def test_file_name_of_every_collected_command_leads_back_to_it() -> None:
    commands = {one for asked in EVIDENCE_COMMANDS.values() for one in (*asked.shows, asked.full) if one}

    assert commands
    assert {command_of(file_of(one)) for one in commands} == commands
    assert file_of("show interfaces ge-0/0/1") == "show_interfaces_ge-0%2F0%2F1"
    assert command_of("show_interfaces_ge-0%2F0%2F1") == "show interfaces ge-0/0/1"
