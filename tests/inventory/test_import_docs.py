"""The page about imports is true: its commands give what it shows, and its mappings and decisions load."""

import os
import re
import subprocess
import sys
from pathlib import Path

from inventory.imports.decisions import load_decisions
from inventory.imports.mapping import load_mapping
from inventory.loaders.ansible_inventory import AnsibleInventory
from tests.inventory.rvtools_workbook import town_sheets, write_workbook

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "imports.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(sh|text|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_command_of_the_page_gives_what_it_shows(example: Path) -> None:
    place = example.parent
    write_workbook(place / "export.xlsx", town_sheets())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAMDRIFT_")}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(place),
    }
    blocks = [block for block in _BLOCK.findall(PAGE) if block[0] != "yaml"]
    shown: list[str] = []
    for index, (kind, text) in enumerate(blocks):
        if kind == "text":
            continue
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (0, ""), text
        if index + 1 < len(blocks) and blocks[index + 1][0] == "text":
            shown.append(done.stdout)

    assert shown == [text for kind, text in blocks if kind == "text"]


def test_the_mapping_and_the_decisions_of_the_page_load(tmp_path: Path) -> None:
    mapping, decisions = (text for kind, text in _BLOCK.findall(PAGE) if kind == "yaml")
    (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (tmp_path / "decisions.yaml").write_text(decisions, encoding="utf-8")
    (tmp_path / "hosts.ini").write_text("sw1 ansible_host=10.70.10.9\n", encoding="utf-8")

    loaded = load_mapping(tmp_path / "mapping.yaml")

    assert loaded.columns["servers"]["C-drev (GB)"] == "disks.vda.size_gib"
    assert len(load_decisions(tmp_path / "decisions.yaml").decisions) == 2
    (sw1,) = AnsibleInventory(tmp_path / "hosts.ini", "devices", loaded).read().objects
    assert (sw1.key, sw1.fields[0].value) == ("sw1", "10.70.10.9")
