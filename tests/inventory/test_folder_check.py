"""Checking a folder in parts gives the answer of reading it whole: from files, cache and workers."""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from inventory.checking.folder_check import FolderCheck, Workers, check_folder
from inventory.checking.reports import WHOLE, render_junit, render_junit_error
from inventory.checking.result_cache import ResultCache, program_digest
from inventory.checking.worker_pool import WORKER, check_in_workers
from inventory.errors import InventoryReadError
from inventory.rules.catalogue import FORM_RULES, INVENTORY_RULES, MUNICIPALITY_RULES
from inventory.service import load_inventory
from tests.inventory.national_folder import write_national
from tests.inventory.planted_mistakes import PLANTED

Plant = Callable[[str, str, str], tuple[str, int]]
RULES = len(FORM_RULES) + len(MUNICIPALITY_RULES) + len(INVENTORY_RULES)
AT_ONCE = Workers(count=2, worth_bytes=0)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_national(tmp_path_factory.mktemp("clean") / "danmark")


@pytest.fixture
def denmark(written: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "danmark"
    shutil.copytree(written, folder)
    return folder


def parsed(document: str) -> Element:
    return fromstring(document)  # noqa: S314 - the document is our own


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def kept(state: Path) -> list[Path]:
    return sorted(state.rglob("*.result"))


@pytest.mark.parametrize(("name", "old", "new", "rule", "message"), PLANTED)
def test_a_check_in_parts_finds_what_reading_the_whole_finds(
    example: Path, plant: Plant, tmp_path: Path, *, name: str, old: str, new: str, rule: str, message: str
) -> None:
    cache = ResultCache(tmp_path / "state", example)
    clean = check_folder(example, cache=cache)
    plant(name, old, new)
    whole = load_inventory(example).violations

    cold, warm = check_folder(example, cache=cache), check_folder(example, cache=cache)

    assert clean.violations == ()
    assert cold.violations == warm.violations == whole
    assert [one.rule for one in warm.violations] == [rule]
    assert message in warm.violations[0].message
    assert warm.unchanged == 1


def test_mistakes_of_form_are_the_same_in_parts_and_as_a_whole(denmark: Path, tmp_path: Path) -> None:
    towns = denmark / "municipalities"
    spoil(denmark, "samdrift.yaml", "name: danmark", "name: Danmark")
    spoil(denmark, "centres/nord.yaml", "title:", "tittle:")
    spoil(denmark, "municipalities/laesoe/municipality.yaml", "code: 825", "code: 0825")
    spoil(denmark, "municipalities/norddjurs/vlans.yaml", "zones:", "zones: &zones")
    spoil(denmark, "municipalities/syddjurs/servers.yaml", "cpus: 2", "cpus: 2\n    cpus: 3")
    (towns / "aarhus" / "municipality.yaml").rename(towns / "aarhus" / "municipalty.yaml")
    (towns / "odense" / "sites.yaml").write_bytes("sites: [{name: skole, title: Sk\xf8le}]".encode("latin-1"))
    (towns / "skive" / "vlans.yaml").write_text(
        "vlans: [{vlan_id: 1, name: a, zone: b, routing_domain: c}]\n"
    )
    spoil(denmark, "municipalities/viborg/municipality.yaml", "name: viborg", "name: vibor")
    cache = ResultCache(tmp_path / "state", denmark)

    whole = load_inventory(denmark)
    cold = check_folder(denmark, cache=cache, workers=AT_ONCE)
    warm = check_folder(denmark, cache=cache)

    assert whole.inventory is None
    assert cold.violations == warm.violations == whole.violations
    assert sorted({one.rule for one in whole.violations}) == [
        "duplicate-key",
        "encoding",
        "file-name",
        "folder-name",
        "missing-key",
        "unknown-key",
        "value",
        "wrong-type",
        "yaml-anchor",
        "zone-undefined",
    ]
    assert warm.unjudged == ("aarhus", "laesoe", "norddjurs", "odense", "syddjurs")
    assert not warm.whole_inventory_judged


def test_a_changed_municipality_is_judged_anew_and_the_others_are_not(denmark: Path, tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "state", denmark)
    cold = check_folder(denmark, cache=cache)
    warm = check_folder(denmark, cache=cache)
    spoil(denmark, "municipalities/laesoe/municipality.yaml", "title: Læsø Kommune", "title: Læsø kommune")
    after = check_folder(denmark, cache=cache)

    assert (cold.unchanged, warm.unchanged, after.unchanged) == (0, 98, 97)
    assert cold.model_copy(update={"unchanged": 98}) == warm
    assert (warm.counts.servers, warm.counts.vlans, len(warm.municipalities)) == (2, 2, 98)
    assert after.violations == ()


def test_a_rule_over_two_municipalities_tells_the_line_in_the_one_that_did_not_change(
    denmark: Path, tmp_path: Path
) -> None:
    cache = ResultCache(tmp_path / "state", denmark)
    check_folder(denmark, cache=cache)
    spoil(denmark, "municipalities/norddjurs/servers.yaml", "name: ndj-app1", "name: syd-app1")
    spoil(denmark, "municipalities/syddjurs/servers.yaml", "[ndj-app1]", "[]")

    (found,) = check_folder(denmark, cache=cache).violations
    again = check_folder(denmark, cache=cache)

    assert (again.violations, again.unchanged) == ((found,), 98)
    assert load_inventory(denmark).violations == (found,)
    assert found.rule == "duplicate-name"
    assert found.location.render() == "municipalities/syddjurs/servers.yaml:3:11"
    assert [one.render() for one in found.related] == ["municipalities/norddjurs/servers.yaml:3:11"]


def test_a_change_of_a_centre_is_judged_with_municipalities_that_did_not_change(
    denmark: Path, tmp_path: Path
) -> None:
    cache = ResultCache(tmp_path / "state", denmark)
    check_folder(denmark, cache=cache)
    spoil(denmark, "centres/midt.yaml", "  - norddjurs\n", "")

    found = check_folder(denmark, cache=cache)

    assert ([one.rule for one in found.violations], found.unchanged) == (["centre-membership"], 98)


def test_a_file_that_came_or_went_is_a_change(example: Path, tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "state", example)
    town = example / "municipalities" / "norddjurs"
    check_folder(example, cache=cache)
    (town / "notes.txt").write_text("", encoding="utf-8")
    came = check_folder(example, cache=cache)
    (town / "notes.txt").unlink()
    (town / "firewalls.yaml").unlink()
    went = check_folder(example, cache=cache)

    assert ([one.rule for one in came.violations], came.unchanged) == (["file-name"], 0)
    assert ([one.rule for one in went.violations], went.unchanged) == (["firewall-cluster"] * 2, 0)


@pytest.mark.parametrize("damage", ["cut", "foreign", "program", "files", "content", "form"])
def test_a_result_that_cannot_be_trusted_is_made_anew(
    example: Path, plant: Plant, tmp_path: Path, *, damage: str
) -> None:
    """The kept result says clean, the files are not: whoever believed the cache would say clean."""
    cache = ResultCache(tmp_path / "state", example)
    assert check_folder(example, cache=cache).violations == ()
    (file,) = kept(tmp_path)
    clean = file.read_bytes()
    plant("sensors.yaml", "    owner: Norddjurs Kommune\n", "")
    assert [one.rule for one in check_folder(example, cache=cache).violations] == ["sensor-owner"]
    spoilt = file.read_bytes()
    head, _, body = clean.partition(b"\n")
    spoilt_head = spoilt.partition(b"\n")[0]
    form, program, files, _ = spoilt_head.split()
    assert program.decode() == program_digest()
    foreign = {
        "cut": spoilt[: len(spoilt) // 2],
        "foreign": b"\x00\xff not ours",
        # All is right for these files and this content, and another program judged them.
        "program": b"%s %s %s %s\n%s"
        % (form, b"0" * 64, files, hashlib.sha256(body).hexdigest().encode(), body),
        "files": head + b"\n" + body,
        "content": spoilt_head + b"\n" + body,
        "form": spoilt_head + b"\n{}",
    }
    file.write_bytes(foreign[damage])

    mended = check_folder(example, cache=cache)

    assert ([one.rule for one in mended.violations], mended.unchanged) == (["sensor-owner"], 0)
    assert file.read_bytes() == spoilt
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_cache_that_cannot_be_written_changes_no_answer(example: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way", encoding="utf-8")
    cache = ResultCache(tmp_path / "state", example)

    check = check_folder(example, cache=cache)

    assert (check.violations, check.unchanged, cache.writable) == ((), 0, False)


def test_the_result_of_a_municipality_that_left_is_removed(denmark: Path, tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "state", denmark)
    check_folder(denmark, cache=cache)
    shutil.rmtree(denmark / "municipalities" / "laesoe")

    assert [one.rule for one in check_folder(denmark, cache=cache).violations] == [
        "centre-member",
        "municipality-missing",
    ]
    assert len(kept(tmp_path)) == 97


def test_workers_find_the_same_and_progress_reaches_the_end(denmark: Path) -> None:
    spoil(denmark, "municipalities/norddjurs/servers.yaml", "vlan: 710", "vlan: 711")
    spoil(denmark, "municipalities/syddjurs/servers.yaml", "[ndj-app1]", "[ndj-app2]")
    told: list[tuple[int, int]] = []

    side_by_side = check_folder(denmark, workers=AT_ONCE, progress=lambda *done: told.append(done))
    alone = check_folder(denmark, workers=Workers(count=1))

    assert side_by_side == alone
    assert [one.rule for one in alone.violations] == ["vlan-undefined", "dependency-undefined"]
    assert told == [(done, 98) for done in range(99)]


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("import sys; sys.stdin.readline(); sys.exit(3)", 3),
        ("import os, signal, sys; sys.stdin.readline(); os.kill(os.getpid(), signal.SIGKILL)", -9),
        ("import sys; sys.stdin.readline(); sys.stdout.write('half a line'); sys.exit(0)", 0),
    ],
)
def test_a_worker_that_dies_is_an_error_and_never_a_clean_result(
    denmark: Path, tmp_path: Path, *, program: str, status: int
) -> None:
    cache = ResultCache(tmp_path / "state", denmark)
    dying = Workers(count=2, worth_bytes=0, command=(sys.executable, "-c", program))

    with pytest.raises(InventoryReadError, match=f"the process that checked it ended with status {status}"):
        check_folder(denmark, cache=cache, workers=dying)
    assert kept(tmp_path) == []


@pytest.mark.parametrize("answer", ["null", '{"digest":"%s","result":%s}'])
def test_files_that_change_while_they_are_checked_are_an_error(denmark: Path, answer: str) -> None:
    clean = {"judged": True, "counts": {}, "violations": [], "outline": None}
    line = answer % ("0" * 64, json.dumps(clean)) if "%" in answer else answer
    program = f"import sys\nfor _ in sys.stdin: print({line!r}, flush=True)"
    other = Workers(count=2, worth_bytes=0, command=(sys.executable, "-c", program))

    with pytest.raises(InventoryReadError, match="its files changed while they were checked"):
        check_folder(denmark, workers=other)


def test_workers_end_when_nobody_wants_their_answers_any_more(denmark: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    program = f"""import os, pathlib, sys, time
pathlib.Path({str(pids)!r}, str(os.getpid())).touch()
sys.stdin.readline(); print("null", flush=True); sys.stdin.readline(); time.sleep(600)"""
    folders = sorted((denmark / "municipalities").iterdir())

    with closing(check_in_workers(folders, workers=2, command=(sys.executable, "-c", program))) as answers:
        assert next(answers)[1] is None
        assert next(answers)[1] is None

    started = [int(path.name) for path in pids.iterdir()]
    assert len(started) == 2
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_worker_answers_null_for_a_folder_that_it_cannot_read(tmp_path: Path) -> None:
    missing = tmp_path / "missing"

    assert list(check_in_workers([missing], workers=1, command=WORKER)) == [(missing, None)]


def test_junit_has_a_case_for_each_rule_of_each_municipality(denmark: Path) -> None:
    spoil(denmark, "municipalities/norddjurs/servers.yaml", "vlan: 710", "vlan: 711")
    spoil(denmark, "municipalities/norddjurs/servers.yaml", "application: esdh", "application: '<b>&\x07'")
    spoil(denmark, "centres/nord.yaml", "routing_domain: nord\n", "routing_domain: nordd\n")

    root = parsed(render_junit(check_folder(denmark)))

    suites = {suite.get("name"): suite for suite in root}
    assert len(suites) == 99
    assert {len(suite) for suite in suites.values()} == {RULES}
    assert root.get("tests") == str(99 * RULES)
    # A file of Norddjurs has the wrong form, so neither its rules nor those over all were judged.
    assert [suites[name].get("skipped") for name in ("norddjurs", "laesoe", WHOLE)] == [
        str(len(MUNICIPALITY_RULES) + len(INVENTORY_RULES)),
        str(len(INVENTORY_RULES)),
        str(len(INVENTORY_RULES)),
    ]
    failed = [case for case in root.iter("testcase") if case.find("failure") is not None]
    assert [(case.get("classname"), case.get("file"), case.get("line")) for case in failed] == [
        ("norddjurs", "municipalities/norddjurs/servers.yaml", "4")
    ]
    assert root.get("failures") == "1"


def test_junit_tells_file_line_and_column_of_every_violation(denmark: Path) -> None:
    spoil(denmark, "municipalities/norddjurs/servers.yaml", "vlan: 710", "vlan: 711")
    spoil(denmark, "centres/nord.yaml", "routing_domain: nord\n", "routing_domain: nordd\n")
    check = check_folder(denmark)

    root = parsed(render_junit(check))

    failed = [case for case in root.iter("testcase") if case.find("failure") is not None]
    told = [(case.get("classname"), (case.findtext("failure") or "").split(": ")[0]) for case in failed]
    assert told == [
        (WHOLE, "centres/nord.yaml:3:17"),
        ("norddjurs", "municipalities/norddjurs/servers.yaml:9:23"),
    ]
    assert [case.findtext("failure") for case in failed] == [one.render() for one in check.violations]
    assert (root.get("failures"), root.get("skipped"), root.get("errors")) == ("2", "0", "0")


def test_junit_of_a_check_that_was_not_possible_has_an_error() -> None:
    root = parsed(render_junit_error("no such folder <x>"))

    assert (root.get("tests"), root.get("errors"), root.get("failures")) == ("1", "1", "0")
    assert [one.get("message") for one in root.iter("error")] == ["no such folder <x>"]


def test_every_planted_mistake_of_form_has_a_case_too(example: Path) -> None:
    town = example / "municipalities" / "norddjurs"
    (town / "municipality.yaml").unlink()
    check: FolderCheck = check_folder(example)

    root = parsed(render_junit(check))

    failed = [case.get("classname") for case in root.iter("testcase") if case.find("failure") is not None]
    assert failed == ["norddjurs"]
