"""The NIS2 register: what it lists, and every change with its commit, its day and before and after."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.inventory import app
from inventory.errors import RevisionError
from inventory.models import Inventory
from inventory.nis2_register import RegisterChange, build_register, register_changes
from inventory.revisions import find_repository
from inventory.service import load_checked

RUN = CliRunner()
RANGE = {"prefix": "203.0.113.0/26", "purpose": "Internetadgang og selvbetjening", "provider": "Eksempelnet"}
NEW_RANGE = {"prefix": "198.51.100.0/28", "purpose": "Reserveforbindelse", "provider": None}


def _folder(repository: Any) -> Path:
    folder: Path = repository.top / "drift" / "norddjurs"
    return folder


def _edit(repository: Any, file: str, old: str, new: str) -> None:
    path = _folder(repository) / "municipalities" / "norddjurs" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _add_range(repository: Any) -> None:
    path = _folder(repository) / "municipalities" / "norddjurs" / "public-ranges.yaml"
    more = "  - prefix: 198.51.100.0/28\n    purpose: Reserveforbindelse\n"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")


def _changes(repository: Any, since: date) -> tuple[RegisterChange, ...]:
    folder = _folder(repository)
    return register_changes(load_checked(folder), find_repository(folder), since=since)


def _told(changes: tuple[RegisterChange, ...]) -> list[tuple[str, str, str, str]]:
    return [
        (one.revision.subject if one.revision else "not committed", one.subject, one.name, one.kind)
        for one in changes
    ]


def test_the_register_lists_entity_contacts_and_ranges(inventory: Inventory) -> None:
    (entry,) = build_register(inventory)

    assert (entry.municipality, entry.entity, entry.code) == ("norddjurs", "Norddjurs Kommune", 707)
    assert [one.model_dump(mode="json") for one in entry.public_ranges] == [RANGE]
    assert [(one.name, one.role) for one in entry.contacts] == [
        ("IT-vagten", "vagthavende"),
        ("Informationssikkerhed", "CISO"),
    ]
    assert entry.missing() == ()
    assert entry.model_copy(update={"contacts": (), "public_ranges": ()}).missing() == (
        "contacts",
        "public ranges",
    )


def test_every_change_is_told_with_its_commit_and_day(repository: Any) -> None:
    _add_range(repository)
    commit = repository.commit("Reserve", at="2026-10-10T12:00:00+02:00")
    _edit(repository, "public-ranges.yaml", "provider: Eksempelnet", "provider: Nytnet")
    _edit(repository, "sites.yaml", "Auning Skole", "Auning Ny Skole")
    repository.commit("Ny udbyder", at="2026-10-11T12:00:00+02:00")
    _edit(repository, "municipality.yaml", "00 00 07 02", "00 00 07 03")
    repository.commit("Nyt nummer", at="2026-10-12T12:00:00+02:00")
    _edit(repository, "public-ranges.yaml", "198.51.100.0/28", "198.51.100.0/29")

    changes = _changes(repository, date(2026, 10, 10))

    assert _told(changes) == [
        ("Reserve", "public range", "198.51.100.0/28", "added"),
        ("Ny udbyder", "public range", "203.0.113.0/26", "changed"),
        ("Nyt nummer", "contact", "Informationssikkerhed, CISO", "changed"),
        ("not committed", "public range", "198.51.100.0/28", "removed"),
        ("not committed", "public range", "198.51.100.0/29", "added"),
    ]
    first, second = changes[0], changes[1]
    assert first.revision is not None
    assert (first.revision.commit, first.before, first.after) == (commit, None, NEW_RANGE)
    assert (second.before, second.after) == (RANGE, {**RANGE, "provider": "Nytnet"})
    assert _told(_changes(repository, date(2026, 10, 12))) == _told(changes)[2:]


def test_what_was_there_before_the_day_is_no_change(repository: Any) -> None:
    repository.commit("Intet", at="2026-10-20T12:00:00+02:00")

    assert _changes(repository, date(2026, 10, 2)) == ()
    assert _told(_changes(repository, date(2026, 10, 1))) == [
        ("Begynd", "contact", "IT-vagten, vagthavende", "added"),
        ("Begynd", "contact", "Informationssikkerhed, CISO", "added"),
        ("Begynd", "entity", "norddjurs", "added"),
        ("Begynd", "public range", "203.0.113.0/26", "added"),
    ]


def test_a_change_made_and_taken_back_is_told_twice(repository: Any) -> None:
    _add_range(repository)
    repository.commit("Ind", at="2026-10-10T12:00:00+02:00")
    _edit(
        repository, "public-ranges.yaml", "  - prefix: 198.51.100.0/28\n    purpose: Reserveforbindelse\n", ""
    )
    repository.commit("Ud", at="2026-10-11T12:00:00+02:00")

    assert _told(_changes(repository, date(2026, 10, 10))) == [
        ("Ind", "public range", "198.51.100.0/28", "added"),
        ("Ud", "public range", "198.51.100.0/28", "removed"),
    ]


def test_a_file_that_nobody_could_read_hides_no_change(repository: Any) -> None:
    _add_range(repository)
    _edit(repository, "public-ranges.yaml", "public_ranges:", "public_range:")
    repository.commit("Forkert", at="2026-10-10T12:00:00+02:00")
    _edit(repository, "public-ranges.yaml", "public_range:", "public_ranges:")
    repository.commit("Rettet", at="2026-10-11T12:00:00+02:00")
    path = "drift/norddjurs/municipalities/norddjurs/public-ranges.yaml"

    changes = _changes(repository, date(2026, 10, 10))

    assert _told(changes) == [
        ("Forkert", "file", path, "unreadable"),
        ("Rettet", "public range", "198.51.100.0/28", "added"),
    ]
    assert f"{path}:2:1: unknown key 'public_range'" in str(changes[0].after)


def test_a_municipality_that_goes_is_removed_whole(repository: Any) -> None:
    inventory = load_checked(_folder(repository))
    repository.git("rm", "-r", "--quiet", "drift/norddjurs/municipalities/norddjurs")
    repository.commit("Væk", at="2026-10-10T12:00:00+02:00")

    changes = register_changes(inventory, find_repository(_folder(repository)), since=date(2026, 10, 2))

    kinds = [(one.revision is None, one.kind, one.subject) for one in changes]
    assert sorted(kinds) == sorted(
        [(False, "removed", subject) for subject in ("contact", "contact", "entity", "public range")]
        + [(True, "added", subject) for subject in ("contact", "contact", "entity", "public range")]
    )


def test_a_shallow_clone_does_not_make_up_changes(repository: Any, tmp_path: Path) -> None:
    repository.commit("Senere", at="2026-10-10T12:00:00+02:00")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.top}", str(clone))
    folder = clone / "drift" / "norddjurs"

    with pytest.raises(RevisionError, match="this clone does not hold the commit before that day"):
        register_changes(load_checked(folder), find_repository(folder), since=date(2026, 10, 2))


def test_people_see_the_register_and_what_changed(repository: Any) -> None:
    _edit(repository, "public-ranges.yaml", "provider: Eksempelnet", "provider: Nytnet")
    commit = repository.commit("Ny udbyder", at="2026-10-11T00:30:00+02:00")
    words = ["register", "--inventory", str(_folder(repository)), "--since", "2026-10-02"]

    result = RUN.invoke(app, words)

    assert result.exit_code == 0
    assert result.output == (
        "NIS 2-loven (LOV nr 434 af 06/05/2025) § 10: registration with IP ranges, changes within two weeks\n"
        "\n"
        "Norddjurs Kommune (norddjurs, code 707)\n"
        "  203.0.113.0/26  Internetadgang og selvbetjening, by Nytnet\n"
        "  vagthavende: IT-vagten, +45 00 00 07 01, it-vagt@norddjurs.example\n"
        "  CISO: Informationssikkerhed, +45 00 00 07 02, ciso@norddjurs.example\n"
        "\n"
        "changes since 2026-10-02:\n"
        f"  2026-10-11 {commit[:12]}  norddjurs: public range 203.0.113.0/26 changed: "
        "provider Eksempelnet → Nytnet\n"
    )


def test_json_and_csv_hold_the_same_register(repository: Any) -> None:
    words = ["register", "--inventory", str(_folder(repository)), "--since", "2026-10-02", "--format"]

    as_json = RUN.invoke(app, [*words, "json"])
    as_csv = RUN.invoke(app, [*words, "csv"])

    answer = json.loads(as_json.output)
    assert (answer["since"], answer["changes"]) == ("2026-10-02", [])
    assert answer["entries"][0]["public_ranges"] == [RANGE]
    rows = list(csv.DictReader(io.StringIO(as_csv.output)))
    assert [(row["record"], row["prefix"], row["name"], row["code"]) for row in rows] == [
        ("public range", "203.0.113.0/26", "", "707"),
        ("contact", "", "IT-vagten", "707"),
        ("contact", "", "Informationssikkerhed", "707"),
    ]


def test_without_git_the_register_is_told_and_changes_are_not_guessed(example: Path) -> None:
    result = RUN.invoke(app, ["register", "--inventory", str(example), "--format", "json"])
    asked = RUN.invoke(app, ["register", "--inventory", str(example), "--since", "2026-10-01"])

    assert result.exit_code == 0
    assert json.loads(result.stdout)["changes"] is None
    assert "what changed is not known" in result.stderr
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "it lies in no git repository" in asked.stderr


def test_an_unsound_inventory_or_a_wrong_day_gives_no_register(example: Path, plant: Any) -> None:
    day = RUN.invoke(app, ["register", "--inventory", str(example), "--since", "1. oktober"])
    plant("public-ranges.yaml", "203.0.113.0/26", "203.0.113.1/26")
    unsound = RUN.invoke(app, ["register", "--inventory", str(example), "--format", "json"])

    assert (day.exit_code, day.stdout) == (2, "")
    assert "--since: '1. oktober' is no date; write it as 2026-11-01" in day.stderr
    assert unsound.exit_code == 1
    assert "has 1 violation" in json.loads(unsound.stdout)["error"]
