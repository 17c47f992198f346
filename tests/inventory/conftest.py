"""A copy of the example that a test may spoil, and a way to spoil it in one place."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from inventory.models import Inventory
from inventory.service import load_checked

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"

Plant = Callable[[str, str, str], tuple[str, int]]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    folder = tmp_path / "norddjurs"
    shutil.copytree(EXAMPLE, folder)
    return folder


@pytest.fixture
def plant(example: Path) -> Plant:
    """Replace a text that a file of the copy holds; returns the file and the line of the replacement."""

    def _plant(name: str, old: str, new: str) -> tuple[str, int]:
        below_town = not name.startswith(("samdrift", "centres", "approvers"))
        path = example / "municipalities" / "norddjurs" / name if below_town else example / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        shared = 0
        while shared < min(len(old), len(new)) and old[shared] == new[shared]:
            shared += 1
        return path.relative_to(example).as_posix(), text[: text.index(old) + shared].count("\n") + 1

    return _plant


@pytest.fixture(scope="session")
def inventory() -> Inventory:
    return load_checked(EXAMPLE)
