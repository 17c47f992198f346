"""The status for a past day (R5): from git and the records as they were then, and the same whenever asked."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.inventory import app
from inventory.models import Inventory
from inventory.revisions import Revision
from inventory.service import take_snapshot
from inventory.snapshot_source import NamedSnapshot
from migrations.errors import NothingToDo
from migrations.status_export import AssetCounts, DeadlineStatus, StateCount, build_status_export
from records.models import AssetKind, AssetState
from records.service import Records

RUN = CliRunner()
NIGHT = datetime(2026, 10, 20, 21, 59, 59, tzinfo=UTC)
REVISION = Revision(commit="a" * 40, committed_at=NIGHT, subject="Begynd")


class HandClock:
    """A clock that shows what its hand was set to."""

    def __init__(self) -> None:
        self.now = NIGHT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAMDRIFT_STATE_FOLDER", str(folder))
    return folder


def _take_steps(folder: Path) -> None:
    """Let ndj-acc1 take one step just before midnight in Denmark, and one just after."""
    clock = HandClock()
    records = Records(f"sqlite:///{folder / 'programme.db'}", folder / "evidence", clock=clock)
    try:
        for at, (before, after) in (
            (NIGHT, ("NEW", "DISCOVERED")),
            (datetime(2026, 10, 20, 22, 0, tzinfo=UTC), ("DISCOVERED", "BACKED_UP")),
        ):
            clock.now = at
            with records.writing() as transaction:
                transaction.assets.transition(
                    "ndj-acc1", "device", from_state=before, to_state=after, reason="test"
                )
    finally:
        records.close()


def _run(repository: Any, *words: str) -> Any:
    folder = repository.top / "drift" / "norddjurs"
    return RUN.invoke(app, ["status", "--inventory", str(folder), *words])


def _named(inventory: Inventory) -> NamedSnapshot:
    return NamedSnapshot(name="test", revision=REVISION, snapshot=take_snapshot(inventory))


def _deadlines(
    inventory: Inventory, day: date, states: tuple[AssetState, ...] | None
) -> tuple[DeadlineStatus, ...]:
    export = build_status_export(day=day, revision=REVISION, named=_named(inventory), states=states)
    return export.municipalities[0].deadlines


def _states(inventory: Inventory, state: str) -> tuple[AssetState, ...]:
    town = inventory.municipalities[0]
    assets: list[tuple[AssetKind, str]] = [
        *(("device", one.name) for one in town.devices),
        *(("server", one.name) for one in town.servers),
    ]
    return tuple(
        AssetState(asset=name, kind=kind, state=state, since=NIGHT, reason="test") for kind, name in assets
    )


def test_the_day_decides_about_inventory_and_lifecycle(repository: Any, state_folder: Path) -> None:
    _take_steps(state_folder)
    sites = repository.top / "drift" / "norddjurs" / "municipalities" / "norddjurs" / "sites.yaml"
    more = "  - {name: vejrup, title: Vejrup, kind: other}\n"
    sites.write_text(sites.read_text(encoding="utf-8") + more, encoding="utf-8")
    commit = repository.commit("Et sted mere", at="2026-10-21T00:00:00+02:00")

    before = json.loads(_run(repository, "--date", "2026-10-20", "--format", "json").output)
    after = json.loads(_run(repository, "--date", "2026-10-21", "--format", "json").output)

    assert before["revision"]["subject"] == "Begynd"
    assert after["revision"] == {
        "commit": commit,
        "committed_at": "2026-10-20T22:00:00Z",
        "subject": "Et sted mere",
    }
    assert [told["municipalities"][0]["sites"] for told in (before, after)] == [3, 4]
    assert [told["municipalities"][0]["devices"] for told in (before, after)] == [
        {
            "kind": "device",
            "total": 7,
            "states": [{"state": state, "count": 1}, {"state": "NEW", "count": 6}],
        }
        for state in ("DISCOVERED", "BACKED_UP")
    ]


def test_the_same_day_gives_the_same_answer_later(repository: Any, state_folder: Path) -> None:
    _take_steps(state_folder)
    words = ("--date", "2026-10-20", "--format", "json")
    first = _run(repository, *words).output
    folder = repository.top / "drift" / "norddjurs"
    (folder / "municipalities" / "norddjurs" / "exceptions.yaml").unlink()
    repository.commit("Uden undtagelser", at="2026-10-22T12:00:00+02:00")

    assert _run(repository, *words).output == first


def test_people_see_deadlines_states_exceptions_and_freezes(repository: Any, state_folder: Path) -> None:
    _take_steps(state_folder)
    commit = repository.git("rev-parse", "HEAD")

    result = _run(repository, "--date", "2026-10-20", "--municipality", "norddjurs")

    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == "status at the end of 2026-10-20"
    assert lines[1].startswith(f"commit {commit[:12]} of 2026-10-01 12:00, snapshot ")
    assert lines[2:] == [
        "",
        "Norddjurs Kommune (norddjurs, code 707), centre midt",
        "  R1 by 2027-01-01: met, its centre is midt",
        "  R2 by 2027-12-31: open, 11 of 11 devices and servers are not finalised: 1 DISCOVERED, 10 NEW",
        "  sites: 3",
        "  devices: 7 (1 DISCOVERED, 6 NEW)",
        "  servers: 4 (4 NEW)",
        "  sensors: 1, on both sides: 1",
        "  exception acc3-ubrugte-porte: L2-01, Sundhed og Omsorg, until 2027-06-30",
        "  freeze aarsafslutning: Årsafslutning og lønkørsel, from 2026-12-18 until 2027-01-11",
    ]


def test_csv_has_a_row_for_each_municipality(repository: Any, state_folder: Path) -> None:
    rows = list(
        csv.DictReader(io.StringIO(_run(repository, "--date", "2026-10-20", "--format", "csv").output))
    )

    assert [(row["municipality"], row["title"], row["devices"], row["R1"], row["R2"]) for row in rows] == [
        ("norddjurs", "Norddjurs Kommune", "7", "met", "not known")
    ]


def test_without_a_database_the_lifecycle_is_not_known_and_none_is_made(
    repository: Any, state_folder: Path
) -> None:
    answer = json.loads(_run(repository, "--date", "2026-10-20", "--format", "json").output)

    town = answer["municipalities"][0]
    assert (town["devices"]["states"], town["servers"]["states"]) == (None, None)
    assert town["deadlines"][1]["verdict"] == "not known"
    assert list(state_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--date", "2026-09-30"), "begins on 2026-10-01 with commit"),
        (("--date", "2999-01-01"), "the day is not over"),
        (("--date", "01-11-2026"), "'01-11-2026' is no date; write it as 2026-11-01"),
        (
            ("--date", "2026-10-20", "--municipality", "nordjurs"),
            "had no municipality 'nordjurs'; did you mean 'norddjurs'?",
        ),
    ],
)
def test_what_cannot_be_told_exits_2(
    repository: Any, state_folder: Path, words: tuple[str, ...], reason: str
) -> None:
    human, machine = _run(repository, *words), _run(repository, *words, "--format", "json")

    assert (human.exit_code, human.stdout, machine.exit_code) == (2, "", 2)
    assert reason in human.stderr
    assert reason in json.loads(machine.stdout)["error"]


def test_the_takeover_is_met_by_finalised_assets_alone(inventory: Inventory) -> None:
    told = {
        (state, day): _deadlines(inventory, day, _states(inventory, state))[1].verdict
        for state in ("HYPERCARE", "FINALISED")
        for day in (date(2027, 12, 30), date(2027, 12, 31))
    }

    assert told == {
        ("HYPERCARE", date(2027, 12, 30)): "open",
        ("HYPERCARE", date(2027, 12, 31)): "missed",
        ("FINALISED", date(2027, 12, 30)): "met",
        ("FINALISED", date(2027, 12, 31)): "met",
    }


def test_a_municipality_without_a_centre_misses_the_first_deadline(inventory: Inventory) -> None:
    other = inventory.centres[0].model_copy(update={"municipalities": ("randers",)})
    gone = inventory.model_copy(update={"centres": ()})
    elsewhere = inventory.model_copy(update={"centres": (other,)})

    told = [
        (one.verdict, one.reason)
        for case, day in (
            (gone, date(2027, 1, 1)),
            (gone, date(2027, 1, 2)),
            (elsewhere, date(2027, 1, 2)),
        )
        for one in _deadlines(case, day, None)[:1]
    ]

    assert told == [
        ("open", "the centre midt does not exist"),
        ("missed", "the centre midt does not exist"),
        ("missed", "the centre midt does not name it among its members"),
    ]


def test_an_inventory_without_assets_has_not_taken_anything_over(inventory: Inventory) -> None:
    town = inventory.municipalities[0].model_copy(update={"devices": (), "servers": ()})
    empty = inventory.model_copy(update={"municipalities": (town,)})

    deadline = _deadlines(empty, date(2027, 12, 31), ())[1]

    assert (deadline.verdict, deadline.reason) == (
        "missed",
        "the inventory names no device or server to take over",
    )


def test_a_server_is_not_taken_for_the_device_of_its_name(inventory: Inventory) -> None:
    state = AssetState(asset="ndj-acc1", kind="server", state="READY", since=NIGHT, reason="test")

    export = build_status_export(
        day=date(2026, 10, 20), revision=REVISION, named=_named(inventory), states=(state,)
    )

    assert export.municipalities[0].devices == AssetCounts(
        kind="device", total=7, states=(StateCount(state="NEW", count=7),)
    )


def test_what_ran_out_is_no_longer_open(inventory: Inventory) -> None:
    def told(day: date) -> tuple[int, list[bool]]:
        export = build_status_export(day=day, revision=REVISION, named=_named(inventory), states=None)
        town = export.municipalities[0]
        return len(town.open_exceptions), [freeze.in_force for freeze in town.freezes]

    assert told(date(2026, 12, 17)) == (1, [False])
    assert told(date(2026, 12, 18)) == (1, [True])
    assert told(date(2027, 1, 11)) == (1, [True])
    assert told(date(2027, 1, 12)) == (1, [])
    # An exception no longer waives on the day it expires, here as in the verdicts.
    assert told(date(2027, 6, 29)) == (1, [])
    assert told(date(2027, 6, 30)) == (0, [])


def test_an_unknown_municipality_is_an_error(inventory: Inventory) -> None:
    with pytest.raises(NothingToDo, match="on 2026-10-20 the inventory had no municipality 'randers'"):
        build_status_export(
            day=date(2026, 10, 20),
            revision=REVISION,
            named=_named(inventory),
            states=None,
            municipality="randers",
        )
