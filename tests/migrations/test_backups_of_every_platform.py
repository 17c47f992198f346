"""Backups of every platform: collected over its protocol, restored to a fresh twin, compared whole.

The comparison is between the second doors of two twins; nothing that collected, sealed or opened the backup
takes part in it.
"""

import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devices.models import Platform
from devices.service import collect
from lab.clock import ManualClock
from lab.models import TwinSpec
from lab.twin import TwinCredential
from migrations.backup_age import BackupAge, backup_ages
from migrations.backups import export_backups, keep_backup, open_backup
from migrations.programme import Programme
from records.models import BackupRow
from tests.devices.conftest import MANAGEMENT, MODELS, TWINS, Benches

PLATFORMS: tuple[Platform, ...] = ("ios", "eos", "junos", "fortios", "aoscx")
# One more line at the console of each; what it looks like in the configuration is the twin's to say.
CHANGES: dict[Platform, tuple[str, ...]] = {
    "ios": ("snmp-server location cellar",),
    "eos": ("snmp-server location cellar",),
    "junos": ("set snmp location cellar",),
    "fortios": ("config system snmp sysinfo", "set location cellar", "end"),
    "aoscx": ("snmp-server system-location cellar",),
}
# What git shows of it: the line, what it replaces, and the section around it where there was none.
EXPORTED: dict[Platform, list[str]] = {
    "ios": ["+snmp-server location cellar"],
    "eos": ["+snmp-server location cellar", "+!"],
    "junos": ["+snmp {", "+    location cellar;", "+}"],
    "fortios": ["+config system snmp sysinfo", '+    set location "cellar"', "+end"],
    "aoscx": ["-snmp-server system-location Odder", "+snmp-server system-location cellar"],
}
Rehearsal = Any


@pytest.fixture
def benches(tmp_path: Path) -> Iterator[Benches]:
    with ExitStack() as stack:
        yield Benches(tmp_path, stack)


def keep(programme: Programme, device: str, bench: Any) -> BackupRow:
    """Collect from a twin and keep what it said."""
    collection = collect(bench.target)
    with programme.records.writing() as transaction:
        return keep_backup(
            programme,
            transaction,
            device=device,
            platform=bench.target.platform,
            running=collection.running,
            reason="collected",
        )


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_last_good_backup_makes_a_fresh_twin_the_same_device_again(
    platform: Platform, rehearsal: Rehearsal, benches: Benches, tmp_path: Path
) -> None:
    bench = benches.start(platform)
    with rehearsal.programme() as programme:
        first = keep(programme, "ndj-acc1", bench)
        bench.twin.console(CHANGES[platform])
        last = keep(programme, "ndj-acc1", bench)
        assert last.number == first.number + 1
        text = open_backup(programme, last)
        before = open_backup(programme, first)
    fresh = fresh_twin(platform, text, tmp_path / "fresh", bench)
    older = fresh_twin(platform, before, tmp_path / "older", bench)
    wanted = whole(bench.twin.state().running)
    assert "cellar" in wanted
    assert running_of(fresh) == wanted
    assert running_of(older) != wanted


def whole(text: str) -> str:
    """Return a configuration without what a FortiGate encrypts anew whenever it shows it; hashes stay."""
    return re.sub(r"\bENC (?!SH2)\S+", "ENC *", text)


def fresh_twin(platform: Platform, text: str, folder: Path, bench: Any) -> Any:
    folder.mkdir()
    spec = TwinSpec(
        name=bench.twin.name,
        platform=platform,
        model=MODELS[platform],
        configuration="restored",
        management_interface=MANAGEMENT[platform],
    )
    credential = TwinCredential("other", "made-for-this-test")
    return TWINS[platform](spec, text, credential, folder, ManualClock(bench.clock.now()))


def running_of(twin: Any) -> str:
    twin.start()
    try:
        return whole(twin.state().running)
    finally:
        twin.stop()


def test_a_backup_of_a_fortigate_begins_with_the_line_without_which_the_device_takes_no_file_back(
    rehearsal: Rehearsal, benches: Benches
) -> None:
    bench = benches.start("fortios")
    with rehearsal.programme() as programme:
        text = open_backup(programme, keep(programme, "ndj-acc1", bench))
    assert [line.partition("=")[0] for line in text.splitlines()[:5]] == [
        *("#config-version", "#conf_file_ver", "#buildno", "#global_vdom"),
        "config system global",
    ]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_one_commit_of_the_export_shows_one_change_and_no_secret(
    platform: Platform, rehearsal: Rehearsal, benches: Benches, tmp_path: Path
) -> None:
    folder = tmp_path / "git"
    folder.mkdir()
    git(folder, "init", "-q")
    bench = benches.start(platform)
    with rehearsal.programme() as programme:
        keep(programme, "ndj-acc1", bench)
        export_backups(programme, folder, selection="name=ndj-acc1")
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", "as it was found")
        # The same again: some platforms seal their passwords anew every time they are asked.
        keep(programme, "ndj-acc1", bench)
        export_backups(programme, folder, selection="name=ndj-acc1")
        assert git(folder, "status", "--porcelain") == ""
        bench.twin.console(CHANGES[platform])
        keep(programme, "ndj-acc1", bench)
        export_backups(programme, folder, selection="name=ndj-acc1")
    assert git(folder, "diff", "--name-only") == "norddjurs/ndj-acc1.cfg\n"
    lines = git(folder, "diff", "-U0").splitlines()
    changed = [line for line in lines if line[:1] in {"+", "-"} and line[:3] not in {"+++", "---"}]
    assert changed == EXPORTED[platform]
    text = (folder / "norddjurs" / "ndj-acc1.cfg").read_text(encoding="utf-8")
    secrets = [line for line in text.splitlines() if re.search(r"\$[1-9]\$|ENC |ciphertext ", line)]
    assert [line for line in secrets if not re.search(r"<(secret|volatile)>", line)] == []


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=test", "-c", "user.email=test@example.dk")
    return subprocess.run(
        ["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def test_the_age_counts_from_when_the_device_was_last_seen_to_hold_its_backup(
    rehearsal: Rehearsal, benches: Benches
) -> None:
    bench = benches.start("ios")
    with rehearsal.programme() as programme:
        row = keep(programme, "ndj-acc1", bench)
        (young,) = backup_ages(programme, selection="name=ndj-acc1")
        assert keep(programme, "ndj-acc1", bench) == row
        (seen,) = backup_ages(programme, selection="name=ndj-acc1")
        (none,) = backup_ages(programme, selection="name=ndj-acc2")
    assert (young.backup, seen.backup, young.message, seen.message) == (row, row, "", "")
    assert young.seen_at is not None
    assert seen.seen_at is not None
    assert seen.seen_at > young.seen_at >= row.at
    assert none == BackupAge("ndj-acc2", None, None, None, "there is no backup; collect from it")
    assert seen.is_within(timedelta(hours=1))
    assert not seen.is_within(timedelta())
    assert not none.is_within(timedelta(days=9999))
    answers = {
        name: rehearsal.run("backup", "age", "--select", f"name={name}", "--format", "json")
        for name in ("ndj-acc1", "ndj-acc2")
    }
    assert {name: one.returncode for name, one in answers.items()} == {"ndj-acc1": 0, "ndj-acc2": 1}
    assert '"is_good": true' in answers["ndj-acc1"].stdout
    assert '"message": "there is no backup; collect from it"' in answers["ndj-acc2"].stdout


def test_a_broken_newest_backup_is_told_and_the_one_before_it_is_the_newest_that_can_be_restored(
    rehearsal: Rehearsal, benches: Benches
) -> None:
    bench = benches.start("ios")
    with rehearsal.programme() as programme:
        good = keep(programme, "ndj-acc1", bench)
        bench.twin.console(CHANGES["ios"])
        broken = keep(programme, "ndj-acc1", bench)
        (path,) = [one for one in rehearsal.folder.rglob(f"*{broken.sealed[2:]}*") if one.is_file()]
        path.chmod(0o600)
        path.write_bytes(b"rubbish")
        (age,) = backup_ages(programme, selection="name=ndj-acc1")
    assert (age.backup, age.seen_at) == (good, good.at)
    assert age.message
    assert not age.is_within(timedelta(days=1))
    told = rehearsal.run("backup", "age", "--select", "name=ndj-acc1")
    assert (told.returncode, "0 of 1 devices have a backup that can be restored" in told.stdout) == (1, True)
