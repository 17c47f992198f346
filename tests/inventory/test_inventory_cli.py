"""``samdrift inventory`` end to end: what a person or a pipeline sees, and the exit code."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from typer.testing import CliRunner

from api.cli.inventory import app
from inventory.models import Inventory
from inventory.schema import FILES
from inventory.service import take_snapshot
from inventory.snapshot import Snapshot
from tests.inventory.national_folder import write_national

RUN = CliRunner()
LOOKED_AT = (
    "scope: municipality, centres: 1, municipalities: 1, sites: 3, vlans: 7, devices: 7, links: 8, "
    "servers: 4, sensors: 1"
)


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the commands a state folder of their own."""
    folder = tmp_path / "state"
    monkeypatch.setenv("SAMDRIFT_STATE_FOLDER", str(folder))
    return folder


def test_a_clean_inventory_exits_0(example: Path) -> None:
    result = RUN.invoke(app, ["check", str(example)])

    assert (result.exit_code, result.output) == (
        0,
        f"{example}: no violations ({LOOKED_AT})\n",
    )


def test_a_planted_mistake_gives_file_line_and_what_to_do(example: Path, plant: Any) -> None:
    file, line = plant("links.yaml", "ndj-core1:Ethernet5", "ndj-core1:Ethernet55")

    result = RUN.invoke(app, ["check", str(example)])

    assert result.exit_code == 1
    assert result.output == (
        f"{file}:{line}:12: the link ends at Ethernet55, which ndj-core1 does not have; "
        "did you mean 'Ethernet5'? allowed: Ethernet1, Ethernet2, Ethernet3, Ethernet4, Ethernet5, "
        "Ethernet6, Ethernet7, Ethernet8, Ethernet9, Ethernet10, Ethernet11, Ethernet12 and 2 more "
        f"[link-end]\nviolations: 1 ({LOOKED_AT})\n"
    )


def test_every_violation_is_shown_also_with_square_brackets_in_it(example: Path, plant: Any) -> None:
    plant("devices.yaml", "site: auning-skole", "site: '[red]skole'")
    plant("servers.yaml", "cpus: 1", "cpus: 0")

    result = RUN.invoke(app, ["check", str(example)])

    assert result.exit_code == 1
    assert "'[red]skole' does not fit" in result.output
    assert "'cpus': '0' does not fit; write a number of at least 1" in result.output
    assert result.output.endswith(
        "the rules over several municipalities were not judged: correct the form of the files first\n"
        "violations: 2 (scope: municipality, centres: 1, municipalities: 1, sites: 0, vlans: 0, devices: 0, "
        "links: 0, servers: 0, sensors: 0)\n"
    )


def test_json_holds_the_same_violations(example: Path, plant: Any) -> None:
    clean = RUN.invoke(app, ["check", str(example), "--format", "json"])
    file, line = plant("sensors.yaml", "sensor: ndj-sensor1", "sensor: ndj-sensor3")
    spoilt = RUN.invoke(app, ["check", str(example), "--format", "json"])

    assert clean.exit_code == 0
    looked_at = {
        "folder": str(example),
        "scope": "municipality",
        "centres": 1,
        "municipalities": ["norddjurs"],
        "unchanged": 0,
        "counts": {"sites": 3, "vlans": 7, "devices": 7, "links": 8, "servers": 4, "sensors": 1},
        "unjudged": [],
        "whole_inventory_judged": True,
    }
    assert json.loads(clean.output) == {**looked_at, "violations": []}
    assert spoilt.exit_code == 1
    assert json.loads(spoilt.output) == {
        **looked_at,
        "violations": [
            {
                "rule": "feed-sensor",
                "location": {"file": file, "line": line, "column": 13},
                "message": "the feed kommunecert is of the sensor ndj-sensor3, which does not exist",
                "action": "did you mean 'ndj-sensor1'? allowed: ndj-sensor1",
                "related": [],
            }
        ],
    }


def test_a_folder_that_cannot_be_read_exits_2(tmp_path: Path) -> None:
    human = RUN.invoke(app, ["check", str(tmp_path / "missing")])
    machine = RUN.invoke(app, ["check", str(tmp_path), "--format", "json"])

    assert human.exit_code == 2
    assert human.stderr == (
        f"samdrift: cannot read the inventory at {tmp_path / 'missing'}: there is no such folder; "
        "name a folder that holds samdrift.yaml\n"
    )
    assert machine.exit_code == 2
    assert "it has no samdrift.yaml" in json.loads(machine.stdout)["error"]


def test_junit_is_all_that_stands_on_the_output(example: Path, plant: Any, tmp_path: Path) -> None:
    clean = RUN.invoke(app, ["check", str(example), "--format", "junit"])
    file, line = plant("sensors.yaml", "sensor: ndj-sensor1", "sensor: ndj-sensor3")
    spoilt = RUN.invoke(app, ["check", str(example), "--format", "junit"])
    missing = RUN.invoke(app, ["check", str(tmp_path / "missing"), "--format", "junit"])

    assert [one.exit_code for one in (clean, spoilt, missing)] == [0, 1, 2]
    found = [etree.fromstring(one.stdout.encode()) for one in (clean, spoilt, missing)]
    assert [[one.get(key) for key in ("failures", "errors")] for one in found] == [
        ["0", "0"],
        ["1", "0"],
        ["0", "1"],
    ]
    assert [one.get("message") for one in found[1].iter("failure")] == [
        f"{file}:{line}:13: the feed kommunecert is of the sensor ndj-sensor3, which does not exist"
    ]


def test_results_are_kept_in_the_state_folder_unless_told_not_to(example: Path, state_folder: Path) -> None:
    alone = RUN.invoke(app, ["check", str(example), "--no-cache"])
    assert (alone.exit_code, state_folder.exists()) == (0, False)

    first, second = (RUN.invoke(app, ["check", str(example)]) for _ in range(2))

    assert [one.suffix for one in state_folder.glob("inventory-check/*/*")] == [".result"]
    assert first.output == alone.output
    assert second.output == f"{example}: no violations ({LOOKED_AT}; unchanged since the last check: 1)\n"


def test_a_state_folder_that_cannot_be_written_is_told_and_changes_no_answer(
    example: Path, state_folder: Path
) -> None:
    state_folder.write_text("in the way", encoding="utf-8")

    result = RUN.invoke(app, ["check", str(example)])

    assert (result.exit_code, result.stdout) == (0, f"{example}: no violations ({LOOKED_AT})\n")
    assert "no result can be kept in" in result.stderr


def test_a_long_check_tells_its_progress_beside_the_answer(tmp_path: Path) -> None:
    folder = write_national(tmp_path / "danmark")

    result = RUN.invoke(app, ["check", str(folder), "--format", "json", "--workers", "2"])

    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["municipalities"]) == 98
    assert result.stderr.splitlines()[0] == "  checking municipalities 0 %"
    assert result.stderr.splitlines()[-1] == "  checking municipalities 100 %"


def test_the_setting_names_the_folder_where_none_is_given(
    example: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMDRIFT_INVENTORY", str(example))

    assert RUN.invoke(app, ["check"]).exit_code == 0
    monkeypatch.setenv("SAMDRIFT_INVENTORY", str(example / "lab"))
    assert RUN.invoke(app, ["check"]).exit_code == 2


def test_a_snapshot_is_named_and_kept(example: Path, tmp_path: Path, inventory: Inventory) -> None:
    kept = tmp_path / "snapshot.json"

    result = RUN.invoke(app, ["snapshot", str(example), "--output", str(kept)])

    assert (result.exit_code, result.output) == (0, f"{take_snapshot(inventory).digest}\n")
    assert Snapshot.model_validate_json(kept.read_bytes()) == take_snapshot(inventory)


def test_a_snapshot_of_a_spoilt_inventory_is_refused(example: Path, plant: Any, tmp_path: Path) -> None:
    plant("servers.yaml", "application: omsorg", "application: omsorgen")
    kept = tmp_path / "snapshot.json"

    result = RUN.invoke(app, ["snapshot", str(example), "--output", str(kept)])

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "has 1 violation; correct and check again" in result.stderr
    assert not kept.exists()


def test_a_snapshot_that_cannot_be_kept_exits_2(example: Path, tmp_path: Path) -> None:
    result = RUN.invoke(app, ["snapshot", str(example), "--output", str(tmp_path / "no" / "folder")])

    assert result.exit_code == 2
    assert "No such file or directory; name another file" in result.stderr


def test_show_lists_the_selected_devices(example: Path) -> None:
    result = RUN.invoke(app, ["show", str(example), "--select", "role=firewall", "--format", "json"])

    assert result.exit_code == 0
    assert [one["device"]["name"] for one in json.loads(result.output)] == ["ndj-fw1", "ndj-fw2"]
    human = RUN.invoke(app, ["show", str(example), "--select", "name=ndj-core1"])
    assert human.exit_code == 0
    assert "ndj-core1" in human.output
    assert human.output.endswith("devices: 1\n")


@pytest.mark.parametrize("selection", ["role=firewal", "role=firewall platform=ios", "rolle=firewall"])
def test_show_of_nothing_is_an_error(example: Path, selection: str) -> None:
    result = RUN.invoke(app, ["show", str(example), "--select", selection])

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"samdrift: selection '{selection}': ")


def test_every_file_has_a_schema(example: Path) -> None:
    result = RUN.invoke(app, ["schema"])

    assert result.exit_code == 0
    schemas = json.loads(result.output)
    assert schemas.keys() == FILES.keys()
    written = {path.name for path in (example / "municipalities" / "norddjurs").glob("*.yaml")}
    assert written == {name.rpartition("/")[2] for name in FILES if name.startswith("municipalities/")}
    devices = json.loads(RUN.invoke(app, ["schema", "municipalities/NAME/devices.yaml"]).output)
    assert devices == schemas["municipalities/NAME/devices.yaml"]
    assert devices["definitions"]["Device"]["properties"]["platform"]["enum"] == [
        "ios",
        "nxos",
        "eos",
        "junos",
        "fortios",
        "aoscx",
        "panos",
        "fortiswitch",
        "other",
    ]


def test_a_schema_of_no_file_is_an_error() -> None:
    result = RUN.invoke(app, ["schema", "municipalities/NAME/device.yaml"])

    assert result.exit_code == 2
    assert "did you mean 'municipalities/NAME/devices.yaml'?" in result.stderr
