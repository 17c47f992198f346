"""Backups of real twins: kept at every change, sealed, opened, and restored to a twin of the same kind."""

import contextlib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from lab.clock import SystemClock
from lab.lab_file import load_lab_file
from lab.platforms import twin_class
from migrations.backups import export_backups, open_backup, reveal_backup, verify_backups
from migrations.collection import collect_and_judge
from migrations.drift import find_drift
from migrations.errors import BackupNotWritten
from migrations.facts import DriftLine
from records.errors import BackupUnknown, VaultKeyUnusable
from records.models import BackupRow
from tests.migrations.twin_devices import OFF, TWINS, Devices

ON = f"name={','.join(TWINS)}"
NEW_SECRET = "$9$aaaaaaaaaaaaaa$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"


@pytest.fixture(scope="module")
def devices(make_rehearsal: Any) -> Iterator[Devices]:
    made = Devices(make_rehearsal())
    with contextlib.ExitStack() as stack:
        made.start(stack)
        with made.rehearsal.programme() as programme:
            collect_and_judge(programme, selection=f"{ON},{OFF}")
        yield made


def newest(programme: Any, device: str) -> BackupRow:
    with programme.records.reading() as transaction:
        row: BackupRow = transaction.backups.newest(device)
    return row


def test_a_second_collection_of_the_same_configuration_makes_no_second_backup(devices: Devices) -> None:
    with devices.rehearsal.programme() as programme:
        before = {name: newest(programme, name) for name in TWINS}
        run = collect_and_judge(programme, selection=ON)
        with programme.records.reading() as transaction:
            assert {name: transaction.backups.of_device(name) for name in TWINS} == {
                name: (row,) for name, row in before.items()
            }
            assert transaction.backups.of_device(OFF) == ()
    assert run.unreached == ()


def test_a_device_without_a_backup_is_a_failed_check(devices: Devices) -> None:
    with devices.rehearsal.programme() as programme:
        checks = {one.device: one for one in verify_backups(programme, selection=f"{ON},{OFF}")}
    assert {name: check.is_restorable for name, check in checks.items()} == {
        **dict.fromkeys(TWINS, True),
        OFF: False,
    }
    assert checks[OFF].message == "there is no backup; collect from it"


@pytest.mark.parametrize("name", TWINS)
def test_a_backup_restored_to_a_new_twin_is_the_configuration_that_was_running(
    devices: Devices, name: str, tmp_path: Path
) -> None:
    file = tmp_path / "restored.cfg"
    with devices.rehearsal.programme() as programme:
        row = reveal_backup(programme, newest(programme, name).number, file)
        with programme.records.reading() as transaction:
            entry = transaction.journal.latest(1)[0]
    assert (entry.action, entry.subject, entry.after) == (
        "reveal backup",
        name,
        {"backup": row.number, "sealed": row.sealed},
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lab = load_lab_file(devices.rehearsal.inventory / "lab" / "lab.yaml")
    spec = next(one for one in lab.twins if one.name == name)
    folder = tmp_path / "twin"
    folder.mkdir()
    restored = twin_class(spec.platform)(spec, file.read_text(), devices.credential, folder, SystemClock())
    restored.start()
    try:
        assert restored.state().running == devices.twins[name].state().running
    finally:
        restored.stop()


def test_a_changed_password_alone_is_a_new_backup_and_drift_without_being_shown(devices: Devices) -> None:
    twin = devices.twins["ndj-acc1"]
    before = next(line for line in twin.state().running.splitlines() if line.startswith("username nodadgang"))
    with devices.rehearsal.programme() as programme:
        first = newest(programme, "ndj-acc1")
        with programme.records.writing() as transaction:
            transaction.configurations.add(
                "ndj-acc1",
                "ios",
                evidence=first.evidence,
                approved=True,
                reason="as it was found",
                backup=first.number,
            )
        twin.console((f"username nodadgang privilege 15 secret 9 {NEW_SECRET}",))
        try:
            drifted = find_drift(programme, selection="name=ndj-acc1")
            second = newest(programme, "ndj-acc1")
            assert NEW_SECRET in open_backup(programme, second)
        finally:
            twin.console((before,))
    masked = "username nodadgang privilege 15 secret 9 <secret>"
    assert second.number > first.number
    assert [one.drift.lines for one in drifted if one.drift is not None] == [
        (
            DriftLine(change="removed", section="", text=masked),
            DriftLine(change="added", section="", text=masked),
        )
    ]
    assert devices.holding(NEW_SECRET) == []


def test_the_export_is_masked_and_the_same_file_again_for_the_same_configuration(
    devices: Devices, tmp_path: Path
) -> None:
    with devices.rehearsal.programme() as programme:
        written = export_backups(programme, tmp_path, selection=f"{ON},{OFF}")
        texts = {path: path.read_bytes() for path in written}
        assert export_backups(programme, tmp_path, selection=ON) == written
    assert written == tuple(tmp_path / "norddjurs" / f"{name}.cfg" for name in TWINS)
    assert {path: path.read_bytes() for path in written} == texts
    assert all(b"<secret>" in text and b"$9$" not in text and b"$6$" not in text for text in texts.values())


def test_what_cannot_be_given_out_is_refused(devices: Devices, tmp_path: Path) -> None:
    taken = tmp_path / "taken.cfg"
    taken.write_text("mine")
    with devices.rehearsal.programme() as programme:
        with pytest.raises(BackupUnknown, match="there is no backup 4711"):
            reveal_backup(programme, 4711, tmp_path / "new.cfg")
        with pytest.raises(BackupNotWritten, match=r"taken\.cfg: File exists"):
            reveal_backup(programme, newest(programme, "ndj-acc1").number, taken)
    assert (taken.read_text(), (tmp_path / "new.cfg").exists()) == ("mine", False)


def test_a_lost_or_foreign_key_is_told_and_never_replaced(devices: Devices) -> None:
    key = devices.rehearsal.folder / "state" / "backup.key"
    kept = key.read_bytes()
    key.unlink()
    try:
        with devices.rehearsal.programme() as programme:
            with pytest.raises(VaultKeyUnusable, match="is missing and backups are sealed with it"):
                collect_and_judge(programme, selection="name=ndj-acc1")
            assert not key.exists()
            key.touch(mode=0o600)
            key.write_bytes(Fernet.generate_key())
            (check,) = verify_backups(programme, selection="name=ndj-acc1")
        assert "sealed with a key that is no longer in the file" in check.message
    finally:
        key.write_bytes(kept)
        key.chmod(0o600)


def test_the_commands_say_what_there_is(devices: Devices, tmp_path: Path) -> None:
    listed = devices.rehearsal.run("backup", "list", "--device", "ndj-core1")
    missing = devices.rehearsal.run("backup", "list", "--device", OFF)
    verified = devices.rehearsal.run("backup", "verify", "--select", ON)
    failed = devices.rehearsal.run("backup", "verify", "--select", f"name={OFF}")
    exported = devices.rehearsal.run("backup", "export", str(tmp_path / "git"), "--select", ON)

    assert (listed.returncode, "1 backups" in listed.stdout) == (0, True)
    assert missing.returncode == 1
    assert (verified.returncode, verified.stdout) == (0, "3 of 3 devices have a readable backup\n")
    assert (failed.returncode, failed.stdout.splitlines()[0]) == (
        1,
        f"{OFF}: there is no backup; collect from it",
    )
    assert exported.returncode == 0
    assert len(list((tmp_path / "git").rglob("*.cfg"))) == len(TWINS)
