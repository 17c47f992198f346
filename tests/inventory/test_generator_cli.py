"""``samdrift inventory generate`` as a person runs it: what it writes, says and refuses."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.inventory import app as inventory_app

RUN = CliRunner()
ROOT = Path(__file__).parents[2]


def generate(*words: str) -> tuple[int, str, str]:
    result = RUN.invoke(inventory_app, ["generate", *words])
    return result.exit_code, result.stdout, result.stderr


def test_a_municipality_is_written_and_its_size_told(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    code, told, progress = generate("--seed", "1", "--output", str(folder), "--municipality", "Læsø")
    size = sum(path.stat().st_size for path in folder.rglob("*.yaml"))
    files = len(list(folder.rglob("*.yaml")))
    counts = "municipalities: 1, sites: 10, devices: 29, servers: 19, sensors: 2"
    assert (code, told) == (0, f"{folder}: {counts}; {size / 1_000_000:.1f} MB in {files} files\n")
    assert progress == "  generating municipalities 100 %\n"


def test_the_answer_can_be_had_as_json(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    words = ("--seed", "1", "--output", str(folder), "--municipality", "825", "--format", "json")
    code, told, _ = generate(*words)
    assert (code, json.loads(told)) == (
        0,
        {
            "folder": str(folder),
            "seed": 1,
            "municipalities": 1,
            "sites": 10,
            "devices": 29,
            "servers": 19,
            "sensors": 2,
            "files": len(list(folder.rglob("*.yaml"))),
            "size_bytes": sum(path.stat().st_size for path in folder.rglob("*.yaml")),
        },
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--seed", "-1"), "seed -1: it is out of range; name a whole number from 0 to 4294967295"),
        (("--seed", "4294967296"), "it is out of range"),
        (("--seed", "1", "--municipality", "Norddjus"), "did you mean 'norddjurs'?"),
        (
            ("--seed", "1", "--municipality", "Aarhus", "--municipality", "Odense"),
            "they belong to several centres (aarhus of midt, odense of syd)",
        ),
    ],
)
def test_what_cannot_be_generated_is_refused_and_nothing_is_written(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    code, _, error = generate(*words, "--output", str(tmp_path / "out"))
    assert code == 2
    assert told in error
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    code, told, error = generate(
        "--seed", "1", "--output", str(tmp_path), "--municipality", "laesoe", "--format", "json"
    )
    message = f"cannot write the inventory to {tmp_path}: the folder is not empty; "
    message += "name a new folder, or empty this one"
    assert (code, json.loads(told), error) == (2, {"error": message}, f"samdrift: {message}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_a_path_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    code, _, error = generate("--seed", "1", "--output", str(tmp_path / "file" / "out"))
    assert code == 2
    assert "name a folder that you may write" in error


def test_a_killed_run_leaves_no_inventory_and_the_next_one_clears_up(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    program = (
        "import sys; from pathlib import Path; from inventory.generator.service import generate_inventory; "
        "generate_inventory(7, Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            patience = time.monotonic() + 30
            while not list(tmp_path.glob(".out.samdrift-partial/municipalities/*/devices.yaml")):
                assert time.monotonic() < patience, "nothing was written"
                assert process.poll() is None, "it ended by itself"
                time.sleep(0.02)
        finally:
            process.kill()
    assert [path.name for path in tmp_path.iterdir()] == [".out.samdrift-partial"]
    code, _, _ = generate("--seed", "1", "--output", str(folder), "--municipality", "laesoe")
    assert (code, [path.name for path in tmp_path.iterdir()]) == (0, ["out"])
    assert [path.name for path in (folder / "municipalities").iterdir()] == ["laesoe"]


def test_the_same_seed_gives_the_same_bytes_whatever_python_hashes_with(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from inventory.generator.service import generate_inventory; "
        "generate_inventory(7, Path(sys.argv[1]), names=['laesoe'])"
    )
    for name, seed in (("one", "1"), ("two", "2")):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", program, str(tmp_path / name)]
        subprocess.run(command, check=True, env=environment, cwd=ROOT, timeout=60)
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name / "municipalities" / "laesoe").iterdir()}
        for name in ("one", "two")
    )
    assert len(one) >= 12
    assert one == two
