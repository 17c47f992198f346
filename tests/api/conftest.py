"""The command line as a process of its own, with a folder, an inventory and settings of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.composition import run_folder
from api.settings import Settings

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"

Samdrift = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SAMDRIFT_")}
    return kept | {
        "SAMDRIFT_INVENTORY": str(EXAMPLE),
        "SAMDRIFT_STATE_FOLDER": str(folder / "state"),
        "SAMDRIFT_IDENTITY": "ida@example.dk",
        **more,
    }


@pytest.fixture
def samdrift(tmp_path: Path) -> Iterator[Samdrift]:
    """Return a way to run the command line in a folder of this test."""

    def run(*words: str, prefix: tuple[str, ...] = (), **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*prefix, str(Path(sys.executable).parent / "samdrift"), *words],
            cwd=tmp_path,
            env=environment(tmp_path, **more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    yield run
    shutil.rmtree(run_folder(Settings(state_folder=tmp_path / "state")), ignore_errors=True)
