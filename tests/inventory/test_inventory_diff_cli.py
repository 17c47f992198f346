"""``samdrift inventory diff`` end to end: what a person and a pipeline see, and the exit code."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.inventory import app
from inventory.models import Inventory
from inventory.service import take_snapshot

RUN = CliRunner()


def _digest(inventory: Inventory) -> str:
    return take_snapshot(inventory).digest


def test_equal_inventories_exit_0(example: Path, inventory: Inventory, tmp_path: Path) -> None:
    kept = tmp_path / "snapshot.json"
    kept.write_text(take_snapshot(inventory).model_dump_json(), encoding="utf-8")

    result = RUN.invoke(app, ["diff", str(kept), str(example)])

    digest = _digest(inventory)[:12]
    assert (result.exit_code, result.output) == (
        0,
        f"before  {kept} (digest {digest})\nafter   {example} (digest {digest})\n\nno difference\n",
    )


def test_people_see_municipality_object_and_values(repository: Any, plant: Any, example: Path) -> None:
    plant("devices.yaml", "site: auning-skole", "site: digterparken")
    plant("devices.yaml", "GigabitEthernet1/0/5-8, role: unused", "GigabitEthernet1/0/5-7, role: unused")
    plant("servers.yaml", "expect: ndj-care1 serves", "expect: '\\e[31m'")
    folder = repository.top / "drift" / "norddjurs"

    result = RUN.invoke(app, ["diff", "git:main", str(example), "--inventory", str(folder)])

    assert result.exit_code == 1
    assert result.output.partition("\n\n")[2] == (
        "norddjurs\n"
        "  ~ devices ndj-acc2\n"
        "      site: auning-skole → digterparken\n"
        "  ~ devices ndj-edge1\n"
        "      interfaces GigabitEthernet1/0/8: - role unused\n"
        "  ~ servers ndj-care1\n"
        "      service_check expect: ndj-care1 serves → \\e[31m\n"
        "\n"
        "objects added: 0, removed: 0, changed: 3\n"
    )


def test_a_municipality_that_went_is_told_by_its_numbers(example: Path, tmp_path: Path, plant: Any) -> None:
    for old, new in (("scope: municipality", "scope: centre"),):
        plant("samdrift.yaml", old, new)
    other = tmp_path / "other"
    (example / "municipalities" / "syddjurs").mkdir()
    (example / "municipalities" / "syddjurs" / "municipality.yaml").write_text(
        "name: syddjurs\ntitle: Syddjurs Kommune\ncode: 706\ncentre: midt\n"
        "hypervisor: qemu+ssh://samdrift@hv1.syddjurs.example/system\n",
        encoding="utf-8",
    )
    (example / "municipalities" / "norddjurs").rename(other)

    kept = tmp_path / "without.json"
    assert RUN.invoke(app, ["snapshot", str(example), "--output", str(kept)]).exit_code == 0
    other.rename(example / "municipalities" / "norddjurs")

    result = RUN.invoke(app, ["diff", str(example), str(kept)])

    assert result.exit_code == 1
    (line,) = [line for line in result.output.splitlines() if "norddjurs (" in line and line.startswith("-")]
    assert line.startswith(
        "- norddjurs (routing_domains: 2, public_ranges: 1, sites: 3, zones: 6, vlans: 7, "
    )


def test_json_holds_sources_summary_and_objects(repository: Any, inventory: Inventory) -> None:
    folder = repository.top / "drift" / "norddjurs"
    sites = folder / "municipalities" / "norddjurs" / "sites.yaml"
    sites.write_text(
        sites.read_text(encoding="utf-8").replace("Auning Skole", "Ålsø Skole"), encoding="utf-8"
    )
    commit = repository.commit("Nyt navn", at="2026-10-20T09:30:00+02:00")

    words = ["diff", "main~1", "main", "--inventory", str(folder), "--format", "json"]
    result = RUN.invoke(app, words)

    answer = json.loads(result.output)
    assert result.exit_code == 1
    assert "Ålsø Skole" in result.output
    assert answer["before"]["digest"] == _digest(inventory)
    assert answer["after"]["revision"] == {
        "commit": commit,
        "committed_at": "2026-10-20T07:30:00Z",
        "subject": "Nyt navn",
    }
    assert (answer["after"]["name"], answer["after"]["violations"]) == ("main", 0)
    assert answer["summary"] == {"added": 0, "removed": 0, "changed": 1}
    assert answer["objects"] == [
        {
            "kind": "changed",
            "municipality": "norddjurs",
            "section": "sites",
            "name": "auning-skole",
            "before": None,
            "after": None,
            "values": [
                {"kind": "changed", "path": ["title"], "before": "Auning Skole", "after": "Ålsø Skole"}
            ],
        }
    ]


def test_an_inventory_that_breaks_rules_is_compared_and_says_so(
    example: Path, plant: Any, tmp_path: Path
) -> None:
    kept = tmp_path / "snapshot.json"
    assert RUN.invoke(app, ["snapshot", str(example), "--output", str(kept)]).exit_code == 0
    plant("servers.yaml", "application: omsorg", "application: omsorgen")

    result = RUN.invoke(app, ["diff", str(kept), str(example)])

    assert result.exit_code == 1
    assert "application: omsorg → omsorgen" in result.stdout
    assert result.stderr == f"samdrift: {example} breaks rules: 1 violations\n"


@pytest.mark.parametrize("output", ["human", "json"])
def test_what_cannot_be_read_exits_2(example: Path, plant: Any, output: str) -> None:
    plant("servers.yaml", "cpus: 1", "cpus: many")

    for name, reason in (
        (str(example), "has 1 violation"),
        ("no-such-thing", "there is no such file or folder"),
    ):
        words = ["diff", name, name, "--inventory", str(example), "--format", output]
        result = RUN.invoke(app, words)

        assert result.exit_code == 2
        assert reason in result.stderr
        assert (reason in json.loads(result.stdout)["error"]) if output == "json" else result.stdout == ""
