"""The reference is what the models say, and every command of the first day gives what the page shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from api.cli.inventory import app
from inventory import models
from inventory.loaders import documents
from inventory.reference import COMMAND, render_reference
from inventory.rules.catalogue import FORM_RULES, INVENTORY_RULES, MUNICIPALITY_RULES
from inventory.schema import FILES

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference" / "inventory.md"
FIRST_DAY = ROOT / "docs" / "how-to" / "first-day.md"
_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _written(module: object) -> list[type[BaseModel]]:
    """Return the models that people write; the whole and its approvers come from several files."""
    read = (models.Inventory, models.MunicipalityInventory, models.Approver)
    found = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    return [one for one in found if one not in read and one is not models.Model]


def test_the_reference_is_up_to_date() -> None:
    told = f"write it anew: {COMMAND}"

    assert REFERENCE.read_text(encoding="utf-8") == render_reference(), told


def test_the_reference_names_every_file_key_and_rule() -> None:
    text = render_reference()

    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == ["Files", *FILES, "Rules"]
    for model in (*_written(models), *_written(documents)):
        for name, field in model.model_fields.items():
            assert f"| `{field.alias or name}` |" in text, (model, name)
    for rule in (*FORM_RULES, *MUNICIPALITY_RULES, *INVENTORY_RULES):
        assert f"| `{rule}` |" in text


def test_every_link_of_the_reference_leads_to_a_heading() -> None:
    text = render_reference()
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    links = set(re.findall(r"\]\(#([^)]+)\)", text))

    assert links
    assert links <= headings


@pytest.mark.parametrize("model", [*_written(models), *_written(documents)])
def test_every_field_has_a_description_of_its_own(model: type[BaseModel]) -> None:
    assert model.__doc__
    for name, field in model.model_fields.items():
        assert field.description, name
        assert len(field.description.split()) > 1, name


def test_the_reference_is_printed_and_written(tmp_path: Path) -> None:
    written = tmp_path / "inventory.md"

    assert CliRunner().invoke(app, ["reference"]).output == render_reference()
    assert CliRunner().invoke(app, ["reference", "--write", str(written)]).exit_code == 0
    assert written.read_text(encoding="utf-8") == render_reference()
    failed = CliRunner().invoke(app, ["reference", "--write", str(tmp_path / "no" / "file.md")])
    assert (failed.exit_code, "No such file or directory; name another file" in failed.stderr) == (2, True)


def test_every_command_of_the_first_day_gives_what_the_page_shows(tmp_path: Path) -> None:
    blocks = _BLOCK.findall(FIRST_DAY.read_text(encoding="utf-8"))
    scripts = [text for kind, text in blocks if kind == "sh"]
    shown = [text for kind, text in blocks if kind == "text"]
    marked = []
    for index, (kind, text) in enumerate(blocks):
        if kind == "sh":
            told = index + 1 < len(blocks) and blocks[index + 1][0] == "text"
            marked.append(f"echo '<<<{'shown' if told else 'silent'}'\n{text}")
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "SAMDRIFT_"))
    }
    person = {"GIT_AUTHOR_NAME": "Anna", "GIT_AUTHOR_EMAIL": "anna@syddjurs.example"}
    person |= {"GIT_COMMITTER_NAME": "Anna", "GIT_COMMITTER_EMAIL": "anna@syddjurs.example"}
    paths = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "LC_ALL": "C.UTF-8",
    }

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "".join(marked)],
        cwd=tmp_path,
        env={**environment, **person, **paths},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    parts = [part.split("\n", 1) for part in done.stdout.split("<<<")[1:]]
    assert len(parts) == len(scripts)
    assert [text for name, text in parts if name == "shown"] == shown
    assert [text for name, text in parts if name == "silent" and text] == []
