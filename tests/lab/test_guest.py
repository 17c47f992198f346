import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from lab.guest_archive import ArchiveFile, render_archive
from lab.guest_errors import (
    GuestImageError,
    GuestNotServingError,
    GuestPortError,
    GuestSpecError,
    HostNotRunningError,
)
from lab.guest_image import _needs_loader, default_cache_folder, load_guest_image
from lab.guest_lab import GuestLab
from lab.guest_models import GuestSpec, HostSpec
from lab.guest_ports import choose_free_port
from tests.lab.processes import processes_below

pytestmark = pytest.mark.libvirt

HOSTS = (HostSpec(name="municipal"), HostSpec(name="centre"))
WEB = GuestSpec(
    name="ndj-web1", host="municipal", data_mib=8, size_mib=64, text="ndj-web1 serves", centre_guest_port=8080
)
MAIL = GuestSpec(name="ndj-mail1", host="centre", data_mib=4, size_mib=64, text="ndj-mail1 serves")


def guest_lab(folder: Path, *guests: GuestSpec, hosts: tuple[HostSpec, ...] = HOSTS) -> GuestLab:
    return GuestLab(
        hosts, guests, folder, cache_folder=default_cache_folder(), randomness=random.SystemRandom()
    )


@pytest.fixture
def run_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sd-"))
    yield folder
    guest_lab(folder).stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def lab() -> Iterator[GuestLab]:
    """Give two hosts with one serving guest each; tests leave them serving."""
    folder = Path(tempfile.mkdtemp(prefix="sd-"))
    started = guest_lab(folder, WEB, MAIL)
    try:
        started.start()
        yield started
    finally:
        started.stop()
        shutil.rmtree(folder)


def read_from_disk(disk: Path, name: str, folder: Path) -> str:
    """Read a file of a guest that is off, with programs that share nothing with the guest."""
    raw = folder / "disk.raw"
    subprocess.run(["qemu-img", "convert", "-O", "raw", disk, raw], check=True, timeout=60)
    subprocess.run(["/sbin/e2fsck", "-fn", raw], check=True, timeout=60, capture_output=True)
    command = ["/sbin/debugfs", "-R", f"cat {name}", raw]
    return subprocess.run(command, check=True, timeout=60, capture_output=True, text=True).stdout.strip()


def test_guests_serve_their_own_text_on_their_own_host(lab: GuestLab) -> None:
    answers = {name: guest.wait_until_serving(timeout_seconds=5) for name, guest in lab.guests.items()}
    assert {name: answer.boots for name, answer in answers.items()} == {"ndj-web1": 1, "ndj-mail1": 1}
    for guest in lab.guests.values():
        with guest.host.connection() as connection:
            assert [domain.name() for domain in connection.listAllDomains()] == [guest.spec.name]


def test_endpoints_name_both_sides_and_what_boots_a_guest(lab: GuestLab) -> None:
    endpoints = lab.endpoints()
    web = endpoints.servers["ndj-web1"]
    assert (web.text, web.host) == ("ndj-web1 serves", "municipal")
    assert (web.municipal.guest_port, web.centre.guest_port) == (80, 8080)
    assert (
        len(
            {side.port for server in endpoints.servers.values() for side in (server.municipal, server.centre)}
        )
        == 4
    )
    assert set(endpoints.hypervisors) == {"municipal", "centre"}
    for hypervisor in endpoints.hypervisors.values():
        for file in (hypervisor.kernel, hypervisor.initrd):
            assert Path(file).stat().st_uid == hypervisor.owner_uid


def test_domain_tells_what_a_client_has_to_know(lab: GuestLab) -> None:
    guest = lab.guests["ndj-web1"]
    with guest.host.connection() as connection:
        domain = etree.fromstring(connection.lookupByName("ndj-web1").XMLDesc())
    hypervisor = lab.endpoints().hypervisors["municipal"]
    names = {"qemu": "http://libvirt.org/schemas/domain/qemu/1.0"}
    assert domain.get("type") == hypervisor.domain_type
    assert domain.findtext("vcpu") == "1"
    assert domain.findtext("memory") == str(96 * 1024)
    assert domain.findtext("os/kernel") == hypervisor.kernel
    assert domain.findtext("os/initrd") == hypervisor.initrd
    assert domain.findtext("os/cmdline") == hypervisor.boot_arguments
    assert domain.xpath("string(devices/disk[target/@dev='vda']/source/@file)") == str(guest.disk)
    assert domain.xpath("qemu:commandline/qemu:arg/@value", namespaces=names) == [
        "-netdev",
        f"user,id=hn0,hostfwd=tcp:127.0.0.1:{guest.port}-:80",
        "-device",
        "virtio-net-pci,netdev=hn0,addr=0x10,romfile=",
    ]


def test_power_button_ends_the_guest_cleanly_and_its_disk_goes_on_at_the_next_boot(
    lab: GuestLab, tmp_path: Path
) -> None:
    guest = lab.guests["ndj-web1"]
    before = guest.wait_until_serving()
    time.sleep(2.5)
    later = guest.wait_until_serving()
    assert later.counter > before.counter
    guest.shut_down()
    assert not guest.is_running()
    assert guest.answer() is None
    assert guest.console.read_text().count("guest: disk unmounted") == 1
    written = int(read_from_disk(guest.disk, "/guest/counter", tmp_path))
    assert written >= later.counter
    assert read_from_disk(guest.disk, "/guest/boots", tmp_path) == str(later.boots)
    guest.start()
    again = guest.wait_until_serving()
    assert again.boots == later.boots + 1
    assert again.counter >= written


def test_changing_blocks_change_the_disk_while_the_guest_runs(lab: GuestLab) -> None:
    guest = lab.guests["ndj-mail1"]

    def written_bytes() -> int:
        with guest.host.connection() as connection:
            return int(connection.lookupByName("ndj-mail1").blockStats("vda")[3])

    before = written_bytes()
    time.sleep(4)
    kib_per_second = (written_bytes() - before) / 1024 / 4
    # 64 KiB of blocks a second, at least two turns in four seconds under emulation, and the journal beside.
    assert 30 <= kib_per_second <= 400


def test_guest_survives_the_kill_of_its_daemon_and_is_taken_over(lab: GuestLab) -> None:
    guest = lab.guests["ndj-mail1"]
    host = guest.host
    boots = guest.wait_until_serving().boots
    (daemon,) = [
        pid for pid in processes_below(host.folder) if Path(f"/proc/{pid}/exe").resolve().name == "libvirtd"
    ]
    os.kill(daemon, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while host.is_running() and time.monotonic() < deadline:
        time.sleep(0.02)
    with pytest.raises(HostNotRunningError):
        guest.is_running()
    assert guest.wait_until_serving(timeout_seconds=5).boots == boots
    host.start()
    assert guest.is_running()


def test_guest_that_does_not_serve_in_time_is_an_error_that_names_its_console(lab: GuestLab) -> None:
    stranger = lab.guests["ndj-web1"]
    impostor = type(stranger)(
        stranger.spec.model_copy(update={"text": "ndj-web9 serves"}), stranger.host, port=stranger.port
    )
    with pytest.raises(GuestNotServingError, match=re.escape(str(stranger.console))):
        impostor.wait_until_serving(timeout_seconds=0.5)


@pytest.mark.parametrize("daemon_killed", [False, True], ids=["daemon-alive", "daemon-killed"])
def test_stop_leaves_no_process_of_hosts_and_guests(run_folder: Path, *, daemon_killed: bool) -> None:
    started = guest_lab(run_folder, WEB, hosts=(HostSpec(name="municipal"),))
    started.start()
    pids = processes_below(run_folder)
    assert len(pids) == 2
    if daemon_killed:
        (daemon,) = [pid for pid in pids if Path(f"/proc/{pid}/exe").resolve().name == "libvirtd"]
        os.kill(daemon, signal.SIGKILL)
    # Another object, as after the kill of the process that started the lab.
    guest_lab(run_folder, hosts=(HostSpec(name="municipal"),)).stop()
    assert processes_below(run_folder) == []


def test_port_that_is_taken_is_named_and_the_started_rest_is_ended(run_folder: Path) -> None:
    port = choose_free_port(random.SystemRandom(), taken=())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        taken = WEB.model_copy(update={"municipal_port": port})
        with pytest.raises(GuestPortError, match=f"port {port} of 127.0.0.1 is in use"):
            guest_lab(run_folder, taken, hosts=(HostSpec(name="municipal"),)).start()
    assert processes_below(run_folder) == []


@pytest.mark.parametrize(
    ("guests", "message"),
    [
        ((WEB, WEB), "more than one guest is called ndj-web1"),
        ((WEB.model_copy(update={"host": "moon"}),), "host moon, but the lab's hosts are municipal, centre"),
        (
            (WEB.model_copy(update={"municipal_port": 20001, "centre_port": 20001}),),
            "port 20001 is given twice",
        ),
    ],
    ids=["name-twice", "unknown-host", "port-twice"],
)
def test_guests_that_do_not_fit_together_are_refused(
    tmp_path: Path, guests: tuple[GuestSpec, ...], message: str
) -> None:
    with pytest.raises(GuestSpecError, match=message):
        guest_lab(Path(tempfile.gettempdir()) / tmp_path.name[:8], *guests)


def test_endpoints_of_a_lab_that_is_not_started_are_refused(run_folder: Path) -> None:
    with pytest.raises(HostNotRunningError):
        guest_lab(run_folder, WEB).endpoints()


def test_data_that_does_not_fit_the_disk_is_refused_and_the_rest_is_ended(run_folder: Path) -> None:
    crowded = WEB.model_copy(update={"data_mib": 70})
    with pytest.raises(GuestImageError, match=r"disk of guest ndj-web1 \(64 MiB with 70 MiB of data\)"):
        guest_lab(run_folder, crowded, hosts=(HostSpec(name="municipal"),)).start()
    assert processes_below(run_folder) == []


def test_kernel_that_the_package_lists_do_not_know_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "apt.conf"
    (tmp_path / "lists").mkdir()
    settings.write_text(f'Dir::State::lists "{tmp_path}/lists"; Dir::State::status "/dev/null";\n')
    monkeypatch.setenv("APT_CONFIG", str(settings))
    with pytest.raises(GuestImageError, match="apt-get update"):
        load_guest_image(tmp_path / "cache")
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == ["fetch.lock"]


def test_left_over_of_a_killed_fetch_is_neither_used_nor_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = tmp_path / "cache" / "fetch-killed" / "finished"
    half.mkdir(parents=True)
    (half / "vmlinuz").write_bytes(b"half")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GuestImageError, match="apt-cache was not found"):
        load_guest_image(tmp_path / "cache")
    assert not half.exists()


def test_archive_is_read_by_another_program_as_it_was_written(tmp_path: Path) -> None:
    files = [
        ArchiveFile(name="/etc/acpi/power", content=b"#!/bin/sh\n", mode=0o755),
        ArchiveFile(name="/etc/odd", content=b"12345", mode=0o644),
        ArchiveFile(name="/empty", content=b"", mode=0o600),
    ]
    command = ["busybox", "cpio", "-idm"]
    subprocess.run(
        command, input=render_archive(files), cwd=tmp_path, check=True, capture_output=True, timeout=60
    )
    found = {
        f"/{path.relative_to(tmp_path)}": (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert found == {file.name: (file.content, file.mode) for file in files}


def test_program_that_needs_libraries_is_told_from_a_static_one() -> None:
    assert _needs_loader(Path("/bin/sh").read_bytes())
    assert not _needs_loader(Path("/bin/busybox").read_bytes())


def test_kernel_is_fetched_once_and_the_same_parts_give_the_same_image() -> None:
    first = load_guest_image(default_cache_folder())
    assert load_guest_image(default_cache_folder()) == first
    assert first.kernel.parent.name == first.version
