import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import libvirt
import pytest

from lab.guest_errors import (
    FolderNotUsableError,
    FolderTooLongError,
    HostAlreadyRunningError,
    HostNotRunningError,
    HostStartError,
    ProgramMissingError,
)
from lab.libvirt_host import STORAGE_POOL, LibvirtHost
from tests.lab.processes import daemon_below, processes_below

pytestmark = pytest.mark.libvirt

VOLUME = """<volume><name>probe.qcow2</name><capacity unit='MiB'>8</capacity>
<target><format type='qcow2'/></target></volume>"""


@pytest.fixture
def run_folder() -> Iterator[Path]:
    """Give a folder short enough for unix sockets, which the daemon's user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="sd-"))
    folder.chmod(0o711)
    yield folder
    folder.chmod(0o711)
    for host_folder in folder.iterdir():
        if host_folder.is_dir():
            LibvirtHost("left-over", host_folder).stop()
    shutil.rmtree(folder)


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if (Path("/proc") / str(pid) / "cmdline").read_bytes() == b"":
            return
        time.sleep(0.02)
    pytest.fail(f"process {pid} is still there")


def test_two_hosts_run_at_once_and_are_two_to_libvirt(run_folder: Path) -> None:
    hosts = [LibvirtHost("municipal", run_folder / "m"), LibvirtHost("centre", run_folder / "c")]
    identities = []
    try:
        for host in hosts:
            host.start()
        for host in hosts:
            with host.connection() as connection:
                identities.append(re.findall(r"<uuid>(.+?)</uuid>", connection.getCapabilities())[0])
        assert identities == [host.host_uuid for host in hosts]
        assert len(set(identities)) == 2
        assert len({host.uri for host in hosts}) == 2
    finally:
        for host in hosts:
            host.stop()
    assert processes_below(run_folder) == []
    assert [host.is_running() for host in hosts] == [False, False]


def test_volumes_of_the_storage_pool_belong_to_the_daemons_user(run_folder: Path) -> None:
    host = LibvirtHost("municipal", run_folder / "m")
    host.start()
    try:
        connection = libvirt.open(host.uri)
        volume = Path(connection.storagePoolLookupByName(STORAGE_POOL).createXML(VOLUME).path())
        connection.close()
        assert volume == host.storage_folder / "probe.qcow2"
        assert volume.stat().st_uid == host.owner_uid
    finally:
        host.stop()


def test_daemon_never_runs_as_root(run_folder: Path) -> None:
    host = LibvirtHost("municipal", run_folder / "m")
    host.start()
    try:
        pid = daemon_below(run_folder)
        status = Path(f"/proc/{pid}/status").read_text()
        assert f"\nUid:\t{host.owner_uid}\t{host.owner_uid}\t" in status
        assert host.owner_uid != 0
    finally:
        host.stop()


def test_running_host_is_not_started_twice(run_folder: Path) -> None:
    host = LibvirtHost("municipal", run_folder / "m")
    host.start()
    try:
        with pytest.raises(HostAlreadyRunningError, match="already serves"):
            LibvirtHost("municipal", run_folder / "m").start()
        assert host.is_running()
    finally:
        host.stop()


def test_host_starts_again_after_stop_and_after_kill_of_its_daemon(run_folder: Path) -> None:
    host = LibvirtHost("municipal", run_folder / "m")
    host.start()
    host.stop()
    host.stop()
    host.start()
    pid = daemon_below(run_folder)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    assert not host.is_running()
    with pytest.raises(HostNotRunningError), host.connection():
        pytest.fail("a dead daemon gave a connection")
    host.start()
    with host.connection() as connection:
        assert connection.isAlive()
    host.stop()
    assert processes_below(run_folder) == []


@pytest.mark.parametrize("keeps_record", [True, False], ids=["recorded", "killed-before-the-record"])
def test_another_process_ends_what_a_killed_parent_left(run_folder: Path, *, keeps_record: bool) -> None:
    folder = run_folder / "m"
    program = (
        "import os, signal, sys; from pathlib import Path; from lab.libvirt_host import LibvirtHost; "
        "LibvirtHost('municipal', Path(sys.argv[1])).start(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(folder)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert daemon_below(run_folder) > 0
    if not keeps_record:
        (folder / "daemon.json").write_text('{"pid"')
    LibvirtHost("municipal", folder).stop()
    assert processes_below(run_folder) == []


def test_record_of_a_pid_that_is_another_process_by_now_ends_nobody(run_folder: Path) -> None:
    folder = run_folder / "m"
    folder.mkdir()
    with subprocess.Popen(["sleep", "60"]) as bystander:
        try:
            (folder / "daemon.json").write_text(f'{{"pid": {bystander.pid}, "start_ticks": 1}}')
            runtime = folder / "r" / "libvirt"
            runtime.mkdir(parents=True)
            (runtime / "libvirtd.pid").write_text(str(bystander.pid))
            LibvirtHost("municipal", folder).stop()
            assert bystander.poll() is None
        finally:
            bystander.kill()


def test_folder_too_long_for_sockets_is_refused() -> None:
    longest = Path("/" + "x" * 41)
    assert LibvirtHost("municipal", longest).folder == longest
    with pytest.raises(FolderTooLongError, match="Give a short folder") as refused:
        LibvirtHost("municipal", Path(f"{longest}x"))
    assert refused.value.longest_bytes == 42


def test_folder_that_the_daemons_user_cannot_reach_is_refused(run_folder: Path) -> None:
    closed = run_folder / "closed"
    closed.mkdir(mode=0o600)
    with pytest.raises(FolderNotUsableError) as refused:
        LibvirtHost("municipal", closed / "m").start()
    assert refused.value.obstacle == closed
    assert processes_below(run_folder) == []
    closed.chmod(0o700)


def test_daemon_that_cannot_start_is_reported_with_its_log_and_leaves_nothing(run_folder: Path) -> None:
    host = LibvirtHost("municipal", run_folder / "m")
    (run_folder / "m" / "r").mkdir(parents=True)
    (run_folder / "m" / "r" / "libvirt").write_text("no folder")
    with pytest.raises(HostStartError, match="ended while starting") as refused:
        host.start()
    assert refused.value.log.read_text() != ""
    assert processes_below(run_folder) == []


def test_missing_debian_package_is_named(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(run_folder))
    with pytest.raises(ProgramMissingError, match="Install the Debian package qemu-system-x86"):
        LibvirtHost("municipal", run_folder / "m").start()
