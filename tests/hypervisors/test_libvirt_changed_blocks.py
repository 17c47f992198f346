"""Backups and checkpoints of a real guest that writes to its disk all the time."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import libvirt
import pytest

from hypervisors.changed_blocks import Backup, BackupDisk, WarmSource
from hypervisors.errors import ChangedBlocksError, CheckpointLostError, WrongStateError
from lab.guest import Guest
from lab.guest_lab import GuestLab

pytestmark = pytest.mark.libvirt


@pytest.fixture
def writer(municipal: WarmSource, guests: GuestLab) -> Iterator[Guest]:
    """Return the guest, serving and without checkpoints, and leave it so."""
    guest = guests.guests["writer"]
    if not guest.is_running():
        guest.start()
    guest.wait_until_serving()
    municipal.recover("writer", keep=None)
    yield guest
    municipal.recover("writer", keep=None)


def extents(disk: BackupDisk) -> list[dict[str, int]]:
    """Ask the open backup by another program than the project's own."""
    uri = f"nbd+unix:///{disk.export}?socket={disk.socket}"
    command = ["nbdinfo", f"--map={disk.context}", "--json", uri]
    answer: list[dict[str, int]] = json.loads(
        subprocess.run(command, check=True, capture_output=True, timeout=30).stdout
    )
    return answer


def wait_for_end_of_backup(domain: libvirt.virDomain) -> None:
    deadline = time.monotonic() + 20
    with contextlib.suppress(libvirt.libvirtError):
        while domain.backupGetXMLDesc():
            assert time.monotonic() < deadline
            time.sleep(0.05)


def leftovers(guest: Guest) -> list[str]:
    ours = {"vmlinuz", "initrd.img", guest.disk.name, guest.console.name}
    return sorted(path.name for path in guest.host.storage_folder.iterdir() if path.name not in ours)


def test_full_backup_offers_the_whole_disk_and_leaves_a_checkpoint(
    municipal: WarmSource, writer: Guest
) -> None:
    backup = municipal.begin_backup("writer", checkpoint="samdrift-1", since=None)

    socket = backup.disks[0].socket
    assert backup == Backup(
        machine="writer",
        checkpoint="samdrift-1",
        since=None,
        disks=(
            BackupDisk(
                name="vda", size_bytes=64 << 20, socket=socket, export="vda", context="base:allocation"
            ),
        ),
    )
    assert sum(extent["length"] for extent in extents(backup.disks[0])) == 64 << 20
    municipal.end_backup("writer")
    assert (municipal.checkpoints("writer"), leftovers(writer)) == (("samdrift-1",), [])


def test_incremental_backup_offers_only_what_the_guest_wrote_since(
    municipal: WarmSource, writer: Guest
) -> None:
    municipal.begin_backup("writer", checkpoint="samdrift-1", since=None)
    municipal.end_backup("writer")
    first = writer.wait_until_serving()
    deadline = time.monotonic() + 20
    while writer.wait_until_serving().counter == first.counter:
        assert time.monotonic() < deadline
        time.sleep(0.1)

    backup = municipal.begin_backup("writer", checkpoint="samdrift-2", since="samdrift-1")
    changed = [extent["length"] for extent in extents(backup.disks[0]) if extent["type"] == 1]
    municipal.end_backup("writer")

    assert 0 < sum(changed) < 16 << 20
    assert municipal.checkpoints("writer") == ("samdrift-1", "samdrift-2")


def test_recovery_closes_the_backup_and_keeps_only_the_named_checkpoint(
    municipal: WarmSource, writer: Guest
) -> None:
    municipal.begin_backup("writer", checkpoint="samdrift-1", since=None)
    municipal.end_backup("writer")
    municipal.begin_backup("writer", checkpoint="samdrift-2", since="samdrift-1")

    municipal.recover("writer", keep="samdrift-1")
    municipal.recover("writer", keep="samdrift-1")

    assert (municipal.checkpoints("writer"), leftovers(writer)) == (("samdrift-1",), [])
    municipal.begin_backup("writer", checkpoint="samdrift-3", since="samdrift-1")
    municipal.end_backup("writer")


def test_scratch_and_socket_of_a_killed_backup_are_removed(municipal: WarmSource, writer: Guest) -> None:
    backup = municipal.begin_backup("writer", checkpoint="samdrift-1", since=None)
    municipal.end_backup("writer")
    socket = Path(backup.disks[0].socket)
    scratch = writer.host.storage_folder / "writer-vda.scratch"
    socket.write_text("left over")
    scratch.write_bytes(b"\0" * 4096)

    municipal.begin_backup("writer", checkpoint="samdrift-2", since="samdrift-1")
    municipal.end_backup("writer")

    assert leftovers(writer) == []


def test_second_backup_is_refused_before_it_can_hang(municipal: WarmSource, writer: Guest) -> None:
    municipal.begin_backup("writer", checkpoint="samdrift-1", since=None)
    began = time.monotonic()
    with pytest.raises(ChangedBlocksError, match="a backup is open already"):
        municipal.begin_backup("writer", checkpoint="samdrift-2", since=None)
    assert time.monotonic() - began < 5
    assert municipal.checkpoints("writer") == ("samdrift-1",)


def test_backup_and_checkpoint_of_another_program_are_left_alone(
    municipal: WarmSource, writer: Guest
) -> None:
    socket = writer.host.storage_folder / "other.sock"
    with writer.host.connection() as connection:
        domain = connection.lookupByName("writer")
        domain.backupBegin(
            f"<domainbackup mode='pull'><server transport='unix' socket='{socket}'/></domainbackup>",
            "<domaincheckpoint><name>nightly</name></domaincheckpoint>",
        )
        try:
            with pytest.raises(ChangedBlocksError, match="another program has a backup open"):
                municipal.recover("writer", keep=None)
            assert str(socket) in domain.backupGetXMLDesc()
        finally:
            domain.abortJob()
            wait_for_end_of_backup(domain)
        assert municipal.checkpoints("writer") == ()
        municipal.recover("writer", keep=None)
        assert [checkpoint.getName() for checkpoint in domain.listAllCheckpoints()] == ["nightly"]
        domain.checkpointLookupByName("nightly").delete()
    socket.unlink(missing_ok=True)


def test_unknown_checkpoint_is_lost(municipal: WarmSource, writer: Guest) -> None:
    with pytest.raises(
        CheckpointLostError, match=r"checkpoint 'samdrift-0' is lost .* Seed the server again"
    ):
        municipal.begin_backup("writer", checkpoint="samdrift-1", since="samdrift-0")
    assert municipal.checkpoints("writer") == ()


def test_checkpoint_without_the_projects_prefix_is_refused(municipal: WarmSource, writer: Guest) -> None:
    with pytest.raises(ChangedBlocksError, match="does not begin with 'samdrift-'"):
        municipal.begin_backup("writer", checkpoint="nightly", since=None)


def test_machine_that_is_off_has_no_backup_and_forgets_its_checkpoints(
    municipal: WarmSource, writer: Guest
) -> None:
    municipal.begin_backup("writer", checkpoint="samdrift-1", since=None)
    municipal.end_backup("writer")
    municipal.shut_down("writer", timeout_seconds=30)

    with pytest.raises(WrongStateError, match="backup of machine 'writer' needs it running"):
        municipal.begin_backup("writer", checkpoint="samdrift-2", since="samdrift-1")
    assert bitmaps(writer.disk) == ["samdrift-1"]
    municipal.forget_checkpoints("writer")
    assert (municipal.checkpoints("writer"), bitmaps(writer.disk)) == ((), [])
    municipal.start("writer")


def bitmaps(disk: Path) -> list[str]:
    command = ["qemu-img", "info", "--output=json", str(disk)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return [bitmap["name"] for bitmap in answer["format-specific"]["data"].get("bitmaps", [])]


def test_crash_of_the_guests_process_loses_the_checkpoint_and_a_new_seed_works(
    municipal: WarmSource, writer: Guest
) -> None:
    municipal.begin_backup("writer", checkpoint="samdrift-1", since=None)
    municipal.end_backup("writer")
    pid_file = writer.host.folder / "r" / "libvirt" / "qemu" / "run" / "writer.pid"
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while writer.is_running():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    municipal.start("writer")

    with pytest.raises(CheckpointLostError, match="checkpoint 'samdrift-1' is lost"):
        municipal.begin_backup("writer", checkpoint="samdrift-2", since="samdrift-1")
    municipal.recover("writer", keep=None)
    assert municipal.checkpoints("writer") == ()
    municipal.begin_backup("writer", checkpoint="samdrift-3", since=None)
    municipal.end_backup("writer")
    assert municipal.checkpoints("writer") == ("samdrift-3",)
