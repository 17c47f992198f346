"""``samdrift compliance exceptions`` as a user calls it, on a copy of the example."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.compliance import app
from records.models import VerdictRow
from records.service import Records

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
Run = Callable[..., tuple[int, str]]


@pytest.fixture(name="inventory")
def _inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(EXAMPLE, tmp_path / "inventory")
    monkeypatch.setenv("SAMDRIFT_STATE_FOLDER", str(tmp_path / "state"))
    return tmp_path / "inventory"


def run(inventory: Path, *more: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["exceptions", "--inventory", str(inventory), *more])
    return result.exit_code, result.stdout


def edit(inventory: Path, old: str, new: str) -> None:
    path = inventory / "municipalities" / "norddjurs" / "exceptions.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def remember(state: Path, verdict: str) -> None:
    state.mkdir(mode=0o700)
    records = Records(f"sqlite:///{state / 'programme.db'}", state / "evidence")
    row = VerdictRow.model_validate(
        {
            "run": "collect-1",
            "device": "ndj-acc3",
            "control": "L2-01",
            "verdict": verdict,
            "message": "as seen",
            "lines": ("7: interface Ethernet7",),
            "evidence": None,
            "at": datetime.now(UTC),
        }
    )
    with records.writing() as transaction:
        transaction.verdicts.add([row])
    records.close()


def test_a_sound_exception_exits_zero_before_and_after_the_first_collection(inventory: Path) -> None:
    code, out = run(inventory)
    assert (code, out.splitlines()[-1]) == (0, "1 exceptions, 0 findings")
    assert "waives nothing; not judged yet: ndj-acc3" in out
    remember(inventory.parent / "state", "WAIVED")

    code, out = run(inventory, "--municipality", "norddjurs")
    assert code == 0
    assert out.splitlines()[0].startswith("acc3-ubrugte-porte: L2-01, in force, ends 2027-06-30")
    assert "    waives ndj-acc3" in out.splitlines()


def test_an_exception_that_nothing_needs_exits_one(inventory: Path) -> None:
    remember(inventory.parent / "state", "PASS")

    code, out = run(inventory)
    assert code == 1
    assert "    unused: L2-01 does not need it on ndj-acc3; take what is unused out of it" in out.splitlines()


def test_an_expired_exception_exits_one(inventory: Path) -> None:
    edit(inventory, "granted_on: 2026-11-02", "granted_on: 2026-01-02")
    edit(inventory, "expires_on: 2027-06-30", "expires_on: 2026-11-20")

    code, out = run(inventory)
    assert (code, out.splitlines()[-1]) == (1, "1 exceptions, 1 findings")
    assert "expired: it ended on 2026-11-20, and L2-01 fails again" in out


def test_a_municipality_that_is_not_there_is_refused(inventory: Path) -> None:
    assert run(inventory, "--municipality", "aarhus")[0] == 2
