"""The inventory in git: the right commit, its very bytes, and a clear word about what cannot be read."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from inventory.errors import RevisionError, SnapshotError
from inventory.revisions import Repository, Revision, end_of_day, find_repository, start_of_day
from inventory.service import load_checked, take_snapshot
from inventory.snapshot_source import open_revision, open_snapshot

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
TOWN = "drift/norddjurs/municipalities/norddjurs"


def _found(repository: Any) -> Repository:
    return find_repository(repository.top / "drift" / "norddjurs")


def _edit(repository: Any, file: str, old: str, new: str) -> None:
    path = repository.top / TOWN / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_revision_is_the_inventory_of_that_commit(repository: Any) -> None:
    before = take_snapshot(load_checked(repository.top / "drift" / "norddjurs"))
    _edit(repository, "sites.yaml", "Auning Skole", "Auning Ny Skole")
    second = repository.commit("Omdøb skolen: ÆØÅ", at="2026-10-20T09:30:00+02:00")
    _edit(repository, "sites.yaml", "Auning Ny Skole", "Something that nobody committed")
    found = _found(repository)

    assert found == Repository(repository.top, "drift/norddjurs")
    assert found.resolve("main") == Revision(
        commit=second,
        committed_at=datetime(2026, 10, 20, 7, 30, tzinfo=UTC),
        subject="Omdøb skolen: ÆØÅ",
    )
    assert open_revision(found, found.resolve("HEAD~1")).snapshot == before
    town = open_revision(found, found.resolve("main")).snapshot.inventory.municipalities[0]
    assert "Auning Ny Skole" in {site.title for site in town.sites}


def test_a_bare_repository_and_a_folder_that_is_gone_are_read_alike(repository: Any, tmp_path: Path) -> None:
    snapshot = take_snapshot(load_checked(repository.top / "drift" / "norddjurs"))
    bare = tmp_path / "norddjurs.git"
    repository.git("clone", "--quiet", "--bare", ".", str(bare))
    shutil.rmtree(repository.top / "drift")

    of_bare = open_snapshot("git:main:drift/norddjurs", inventory=bare)
    of_gone = open_snapshot("git:main", inventory=repository.top / "drift" / "norddjurs")

    assert of_bare.snapshot == of_gone.snapshot == snapshot


def test_danish_letters_in_names_of_files_are_kept(repository: Any) -> None:
    folder = repository.top / "drift" / "Ærøskøbing å"
    (repository.top / "drift" / "norddjurs").rename(folder)
    (folder / "centres" / "Læs mig ø.md").write_text("Hej", encoding="utf-8")
    repository.commit("Flyt", at="2026-10-02T12:00:00+02:00")
    found = find_repository(folder)

    with found.opened(found.resolve("main")) as opened:
        assert (opened / "centres" / "Læs mig ø.md").read_text(encoding="utf-8") == "Hej"
        assert take_snapshot(load_checked(opened)) == take_snapshot(load_checked(folder))


def test_neither_hooks_nor_filters_nor_other_programs_run(repository: Any, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    hooks = repository.top / ".git" / "hooks"
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        shutil.copy(program, hooks / hook)
    (repository.top / ".gitattributes").write_text("*.yaml filter=evil eol=crlf\n", encoding="utf-8")
    repository.commit("Attributter", at="2026-10-03T12:00:00+02:00")
    for key in ("filter.evil.smudge", "core.fsmonitor", "core.pager", "gpg.program", "diff.external"):
        repository.git("config", key, str(program))
    repository.git("config", "log.showSignature", "true")
    marker.unlink(missing_ok=True)
    found = _found(repository)

    revision = found.on_day(date(2026, 10, 5), now=NOW)
    with found.opened(revision) as opened:
        raw = (opened / "samdrift.yaml").read_bytes()

    assert b"\r" not in raw
    assert raw == (repository.top / "drift" / "norddjurs" / "samdrift.yaml").read_bytes()
    assert not marker.exists()


def test_what_a_hook_sets_does_not_lead_to_another_repository(
    repository: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))

    assert _found(repository) == Repository(repository.top, "drift/norddjurs")


def _link(repository: Any) -> None:
    (repository.top / TOWN / "secret.yaml").symlink_to("/etc/passwd")


def _submodule(repository: Any) -> None:
    head = repository.git("rev-parse", "HEAD")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{head},{TOWN}/module")


def _pointer(repository: Any) -> None:
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"
    (repository.top / TOWN / "sites.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("plant", "reason"),
    [
        (_link, f"'{TOWN}/secret.yaml' is a symbolic link; an inventory holds plain files only"),
        (_submodule, f"'{TOWN}/module' is a submodule; an inventory holds plain files only"),
        (_pointer, f"'{TOWN}/sites.yaml' is kept in Git LFS, and only a pointer to it is here"),
    ],
)
def test_what_no_inventory_can_hold_is_refused(repository: Any, plant: Any, reason: str) -> None:
    plant(repository)
    repository.git("add", "drift")
    if plant is _submodule:
        _submodule(repository)
    repository.git("commit", "--quiet", "-m", "Plant")

    with pytest.raises(RevisionError) as caught:
        open_snapshot("git:main", inventory=repository.top / "drift" / "norddjurs")

    assert reason in str(caught.value)


def test_more_than_an_inventory_has_is_refused(repository: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.revisions.LARGEST_INVENTORY_BYTES", 1000)

    with pytest.raises(
        RevisionError, match="are more than an inventory has; name the inventory's own folder"
    ):
        open_snapshot("git:main", inventory=repository.top / "drift" / "norddjurs")


def test_an_unknown_revision_names_the_near_miss(repository: Any) -> None:
    repository.git("tag", "overtagelse-2026")
    folder = repository.top / "drift" / "norddjurs"

    for name in ("git:overtagelse-2027", "git:--output=x", "git:", "git:main~9"):
        with pytest.raises(RevisionError, match="has no such revision"):
            open_snapshot(name, inventory=folder)
    with pytest.raises(RevisionError, match="did you mean 'overtagelse-2026'"):
        open_snapshot("git:overtagelse-2027", inventory=folder)
    with pytest.raises(SnapshotError, match=r"there is no such file or folder.* did you mean 'main'"):
        open_snapshot("mian", inventory=folder)
    with pytest.raises(RevisionError, match=r"the folder 'drift' has no samdrift.yaml at that revision"):
        open_snapshot("git:main:drift", inventory=folder)


def test_a_folder_outside_git_is_told(example: Path) -> None:
    with pytest.raises(RevisionError, match="it lies in no git repository; keep the inventory in git"):
        find_repository(example)


def test_a_file_of_the_wrong_form_at_a_revision_is_named(repository: Any) -> None:
    _edit(repository, "sites.yaml", "kind: school", "kind: skole")
    commit = repository.commit("Forkert", at="2026-10-02T12:00:00+02:00")

    with pytest.raises(RevisionError) as caught:
        open_snapshot("git:main", inventory=repository.top / "drift" / "norddjurs")

    assert f"revision {commit[:12]}: 1 places of its files have a form of another release" in str(
        caught.value
    )
    assert "municipalities/norddjurs/sites.yaml:7:11" in str(caught.value)


def test_an_altered_snapshot_file_is_refused(tmp_path: Path, example: Path) -> None:
    snapshot = take_snapshot(load_checked(example))
    file = tmp_path / "snapshot.json"
    file.write_text(snapshot.model_dump_json(), encoding="utf-8")
    assert open_snapshot(str(file), inventory=example).snapshot == snapshot

    file.write_text(snapshot.model_dump_json().replace("Auning Skole", "Auning skole"), encoding="utf-8")
    with pytest.raises(SnapshotError, match="its digest is not that of its content"):
        open_snapshot(str(file), inventory=example)
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"not a snapshot of this release \(digest: Field required\)"):
        open_snapshot(str(file), inventory=example)


def test_a_day_ends_at_midnight_in_denmark_also_when_clocks_change() -> None:
    assert end_of_day(date(2026, 10, 24)) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert end_of_day(date(2026, 10, 25)) == datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
    assert end_of_day(date(2027, 3, 28)) == datetime(2027, 3, 28, 22, 0, tzinfo=UTC)
    assert start_of_day(date(2026, 10, 25)) == end_of_day(date(2026, 10, 24))


def test_the_last_commit_before_midnight_in_denmark_is_the_one_of_a_day(repository: Any) -> None:
    late = repository.commit("Sent", at="2026-10-25T23:59:59+01:00")
    next_day = repository.commit("Næste dag", at="2026-10-25T23:00:00+00:00")
    found = _found(repository)

    assert found.on_day(date(2026, 10, 25), now=NOW).commit == late
    assert found.on_day(date(2026, 10, 26), now=NOW).commit == next_day
    assert found.on_day(date(2026, 11, 30), now=NOW).commit == next_day
    assert found.on_day(date(2026, 10, 1), now=NOW).subject == "Begynd"


def test_a_day_before_the_first_commit_or_not_over_is_an_error(repository: Any) -> None:
    found = _found(repository)

    with pytest.raises(
        RevisionError, match=r"begins on 2026-10-01 with commit [0-9a-f]{12}; name a later day"
    ):
        found.on_day(date(2026, 9, 30), now=NOW)
    for day in (date(2026, 12, 1), date(2027, 5, 1)):
        with pytest.raises(RevisionError, match="the day is not over"):
            found.on_day(day, now=NOW)


def test_work_on_a_side_branch_counts_from_its_merge(repository: Any) -> None:
    repository.git("switch", "--quiet", "-c", "side")
    repository.commit("Arbejde", at="2026-10-05T12:00:00+02:00")
    repository.git("switch", "--quiet", "main")
    base = repository.commit("Andet", at="2026-10-04T12:00:00+02:00")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Flet", "side", at="2026-10-09T12:00:00+02:00")
    found = _found(repository)

    assert found.on_day(date(2026, 10, 6), now=NOW).commit == base
    assert found.on_day(date(2026, 10, 9), now=NOW).subject == "Flet"
    assert [one.subject for one in found.history()] == ["Flet", "Andet", "Begynd"]


def test_a_shallow_clone_says_that_history_is_missing(repository: Any, tmp_path: Path) -> None:
    repository.commit("Senere", at="2026-11-01T12:00:00+01:00")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.top}", str(clone))

    with pytest.raises(RevisionError, match="this clone is shallow: fetch the whole history"):
        find_repository(clone / "drift" / "norddjurs").on_day(date(2026, 10, 15), now=NOW)
