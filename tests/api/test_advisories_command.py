"""``samdrift advisories check`` as a user calls it, on a copy of the example."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.advisories import app
from compliance.errors import AdvisoryInvalid

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"


def advisory(vendor: str, product: str, versions: str) -> str:
    leaf = {
        "category": "product_version_range",
        "name": versions,
        "product": {"product_id": "a", "name": f"{vendor} {product} {versions}"},
    }
    name = {"category": "product_name", "name": product, "branches": [leaf]}
    return json.dumps(
        {
            "document": {
                "csaf_version": "2.0",
                "title": "A flaw",
                "publisher": {"name": vendor},
                "tracking": {"id": "V-1"},
            },
            "product_tree": {"branches": [{"category": "vendor", "name": vendor, "branches": [name]}]},
            "vulnerabilities": [{"cve": "CVE-2026-1", "product_status": {"known_affected": ["a"]}}],
        }
    )


@pytest.fixture(name="inventory")
def _inventory(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "inventory"))
    path = folder / "municipalities" / "norddjurs" / "devices.yaml"
    text = path.read_text(encoding="utf-8")
    assert "software_version" not in text
    path.write_text(
        text.replace("  - name: ndj-fw1\n", '  - name: ndj-fw1\n    software_version: "21.4R3-S5.4"\n'),
        encoding="utf-8",
    )
    return folder


def run(inventory: Path, text: str, *more: str) -> tuple[int, list[str]]:
    file = inventory.parent / "advisory.json"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(
        app, ["check", str(file), "--inventory", str(inventory), *more], catch_exceptions=False
    )
    return result.exit_code, result.stdout.splitlines()


def test_affected_and_unknown_devices_are_listed(inventory: Path) -> None:
    code, lines = run(inventory, advisory("Juniper Networks", "Junos OS", ">=21.4|<21.4R3-S6"))

    assert code == 1
    assert lines[0] == "V-1: A flaw"
    assert lines[1].startswith("affected: ndj-fw1 (norddjurs, junos 21.4R3-S5.4, ")
    assert {line.partition(":")[0] for line in lines[2:-1]} == {"unknown"}
    assert lines[-1].startswith("7 devices: 1 affected, ")


def test_an_advisory_about_nothing_here_exits_zero(inventory: Path) -> None:
    code, lines = run(
        inventory, advisory("Juniper Networks", "Junos OS", "<12.1"), "--select", "name=ndj-fw1"
    )
    assert (code, lines[-1]) == (
        0,
        "1 devices: 0 affected, 0 unknown, 1 not affected, the others are not named",
    )


def test_json_holds_every_finding(inventory: Path) -> None:
    code, lines = run(inventory, advisory("Juniper Networks", "Junos OS", "*"), "--format", "json")
    found = json.loads("\n".join(lines))
    assert code == 1
    assert found["advisory"] == "V-1"
    assert found["findings"][0]["affected_by"] == ["CVE-2026-1"]


def test_what_is_no_advisory_is_refused(inventory: Path) -> None:
    with pytest.raises(AdvisoryInvalid):
        run(inventory, "{}")
    with pytest.raises(AdvisoryInvalid, match="cannot be read"):
        CliRunner().invoke(app, ["check", str(inventory / "nowhere.json")], catch_exceptions=False)
