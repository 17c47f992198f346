"""Records on a database and folder of their own, and SSH keys made for one test."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from records.service import Records


class SteppingClock:
    """A clock that moves one second at every look."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


@dataclass(frozen=True)
class Signers:
    """Key files by name, and the file that lists some of them as allowed."""

    folder: Path
    allowed: Path

    def key(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'programme.db'}"


@pytest.fixture
def records(tmp_path: Path, database_url: str, clock: SteppingClock) -> Iterator[Records]:
    opened = Records(database_url, tmp_path / "evidence", clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("anna", "bo", "mallory"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)],
            check=True,
        )
    allowed = folder / "allowed_signers"
    allowed.write_text(
        "".join(
            f'{name}@example.dk namespaces="samdrift" {(folder / f"{name}.pub").read_text()}'
            for name in ("anna", "bo")
        ),
    )
    return Signers(folder, allowed)
