"""A copy of the example that a test may spoil, and a way to spoil it in one place."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class GitRepository:
    """A repository of a test; its commits carry the time that the test says."""

    top: Path

    def git(self, *arguments: str, at: str = "2026-10-01T12:00:00+02:00") -> str:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        person = {
            f"GIT_{role}_{what}": told
            for role in ("AUTHOR", "COMMITTER")
            for what, told in (("NAME", "Anna Ærø"), ("EMAIL", "anna@norddjurs.example"), ("DATE", at))
        }
        options = ("-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always")
        done = subprocess.run(
            ["git", *options, "-C", str(self.top), *arguments],
            capture_output=True,
            check=True,
            text=True,
            env={**environment, **person, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
        )
        return done.stdout.strip()

    def commit(self, message: str, *, at: str) -> str:
        """Commit everything that is there; returns the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message, at=at)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    """Give a repository with the example in the folder ``drift/norddjurs``, committed on 1 October 2026."""
    made = GitRepository(tmp_path / "repository")
    made.top.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    shutil.copytree(EXAMPLE, made.top / "drift" / "norddjurs")
    made.commit("Begynd", at="2026-10-01T12:00:00+02:00")
    return made
