"""Moves of real guests between two real libvirt daemons, in order and out of order, killed and spoiled."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
import pytest

from hypervisors.changed_blocks import WarmSource
from hypervisors.errors import CheckpointLostError, FencedError, GuestStaysOnError, SpaceShortError
from hypervisors.models import DirectBoot, DiskSpec, MachineSpec, NetworkSpec, PublishedPort
from hypervisors.service import connect
from lab.guest import Guest
from lab.guest_lab import GuestLab
from lab.guest_models import GuestSpec, HostSpec
from migrations.movers.errors import (
    ChecksumMismatchError,
    DisksDifferError,
    MoveBusyError,
    SideNotSafeError,
    SourceChangedError,
    SpaceRunsOutError,
    StepOrderError,
)
from migrations.movers.libvirt_warm import LibvirtWarmMover
from migrations.movers.mover import MoveState

pytestmark = pytest.mark.libvirt

MIB = 1024 * 1024
SIZE_MIB = 64
NAMES = ("plain", "returns", "killed", "spoiled", "crashed")
SHUT_DOWN_SECONDS = 40
# Each step is killed here and there, at ever later lines of these files, until it completes.
FIRST_KILL, KILL_STRIDE = 17, 71
KILLED_IN = (
    *("libvirt_warm.py", "replication.py", "disk_export.py", "comparison.py", "disk_pairs.py"),
    *("fencing.py", "backups.py", "checkpoints.py", "machines.py", "test_movers_libvirt.py"),
)


class FileProgress:
    """Keeps the state of one move in a file that survives a kill."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> MoveState | None:
        return MoveState.model_validate_json(self.path.read_text()) if self.path.exists() else None

    def save(self, state: MoveState) -> None:
        part = self.path.with_suffix(".part")
        with part.open("w") as file:
            file.write(state.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path)


class Town:
    """A municipal host with guests, a centre with empty machines of the same names, and a mover for each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lab = GuestLab(
            (HostSpec(name="municipal"), HostSpec(name="centre")),
            tuple(
                GuestSpec(
                    name=name,
                    host="municipal",
                    text=f"page of {name}",
                    size_mib=SIZE_MIB,
                    data_mib=16,
                    write_kib_per_second=128,
                )
                for name in NAMES
            ),
            folder,
            cache_folder=platformdirs.user_cache_path("samdrift") / "guest",
            randomness=random.SystemRandom(),
        )

    def start(self) -> None:
        self.lab.start()
        self.endpoints = self.lab.endpoints()
        self.source, self.target = self.connect("municipal"), self.connect("centre")
        self.target.create_network(
            NetworkSpec(name="servers", vlan_id=120, routing_domain="norddjurs", owner="stack-a")
        )
        for name in NAMES:
            self.target.create_machine(self.target_spec(name))

    def connect(self, host: str) -> WarmSource:
        endpoint = self.endpoints.hypervisors[host]
        return connect(endpoint.uri, storage_folder=Path(endpoint.storage_folder))

    def target_spec(self, name: str) -> MachineSpec:
        host, server = self.endpoints.hypervisors["centre"], self.endpoints.servers[name]
        return MachineSpec(
            name=name,
            cpus=1,
            ram_mib=96,
            disks=(DiskSpec(name="vda", size_mib=SIZE_MIB),),
            network="servers",
            owner="stack-a",
            boot=DirectBoot(kernel=host.kernel, initrd=host.initrd, arguments=host.boot_arguments),
            published_ports=(
                PublishedPort(host_port=server.centre.port, guest_port=server.centre.guest_port),
            ),
        )

    def progress(self, name: str) -> FileProgress:
        return FileProgress(self.folder / f"{name}.json")

    def mover(self, name: str, *, target_machine: str | None = None) -> LibvirtWarmMover:
        return LibvirtWarmMover(
            self.source,
            self.target,
            name,
            target_machine=target_machine,
            run_folder=self.folder / "run",
            progress=self.progress(name),
            clock=lambda: datetime.now(UTC),
        )

    def phase(self, name: str) -> str | None:
        state = self.progress(name).load()
        return None if state is None else state.phase

    def municipal_guest(self, name: str) -> Guest:
        return self.lab.guests[name]

    def centre_guest(self, name: str) -> Guest:
        server = self.endpoints.servers[name]
        return Guest(self.lab.guests[name].spec, self.lab.hosts["centre"], port=server.centre.port)

    def running(self, name: str) -> tuple[str, ...]:
        """Return the hosts on which a server runs, asked of libvirt itself."""
        found = []
        for host in self.lab.hosts.values():
            with host.connection() as connection:
                if connection.lookupByName(name).isActive():
                    found.append(host.name)
        return tuple(found)

    def images(self, host: str, name: str) -> list[str]:
        folder = self.lab.hosts[host].storage_folder
        return sorted(path.name for path in folder.glob(f"{name}*") if "qcow2" in path.name)

    def leftovers(self, name: str) -> list[str]:
        """Return sockets and scratch files of a move, and processes that still serve its disks."""
        folders = [host.storage_folder for host in self.lab.hosts.values()] + [self.folder / "run"]
        found = [path.name for folder in folders for path in folder.glob("*.sock")]
        found += [path.name for folder in folders for path in folder.glob(f"{name}*.scratch")]
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = process.read_bytes().decode(errors="replace")
                if "qemu-nbd" in words and str(self.folder) in words:
                    found.append(words)
        return found


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    folder = Path(tempfile.mkdtemp(prefix="sd-"))
    town = Town(folder)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        stack.callback(town.lab.stop)
        town.start()
        yield town


def identical(one: Path, other: Path) -> bool:
    """Compare what guests would read, by a program that shares nothing with the mover."""
    command = ["qemu-img", "compare", "-q", "-f", "qcow2", "-F", "qcow2", str(one), str(other)]
    return subprocess.run(command, check=False, timeout=60).returncode == 0


def fenced_images(town: Town, name: str) -> tuple[Path, Path]:
    source, target = town.source.machine(name), town.target.machine(name)
    assert source is not None
    assert target is not None
    return Path(source.disks[0].path), Path(target.disks[0].path)


def wait_for_writes(guest: Guest, *, more: int = 2) -> None:
    first = guest.wait_until_serving().counter
    deadline = time.monotonic() + 30
    while guest.wait_until_serving().counter < first + more:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_server_moves_while_it_is_written_to_and_serves_on_the_other_side(town: Town) -> None:
    mover, guest = town.mover("plain"), town.municipal_guest("plain")
    assert mover.state() is None
    told: list[tuple[int, int]] = []

    seed = mover.seed(report=lambda done, total: told.append((done, total)))

    assert seed.kind == "seed"
    assert 16 * MIB <= seed.bytes_copied < SIZE_MIB * MIB
    assert told[-1] == (seed.bytes_copied, seed.bytes_copied)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    with pytest.raises(FencedError, match="start of machine 'plain' is refused"):
        town.target.start("plain")

    wait_for_writes(guest)
    first = mover.sync()
    wait_for_writes(guest)
    second = mover.sync()
    for round_ in (first, second):
        assert round_.kind == "sync"
        assert 0 < round_.bytes_copied < seed.bytes_copied
    assert len(town.source.checkpoints("plain")) == 1

    before = guest.wait_until_serving()
    freeze = mover.freeze(timeout_seconds=SHUT_DOWN_SECONDS)
    assert town.running("plain") == ()
    final = mover.final_delta()
    verification = mover.verify()
    assert verification.differing == ()
    assert verification.disks[0].size_bytes == SIZE_MIB * MIB
    assert identical(*fenced_images(town, "plain"))

    mover.fence_source()
    assert town.running("plain") == ()
    mover.start_target()
    assert town.running("plain") == ("centre",)
    answer = town.centre_guest("plain").wait_until_serving()
    assert (answer.boots, answer.counter >= before.counter) == (before.boots + 1, True)
    with pytest.raises(FencedError, match="start of machine 'plain' is refused"):
        town.source.start("plain")

    mover.release()
    state = mover.state()
    assert state is not None
    assert (state.phase, state.rounds, state.freeze) == ("released", (seed, first, second, final), freeze)
    assert (state.bytes_seeded, state.deltas) == (seed.bytes_copied, 3)
    assert state.bytes_in_deltas == sum(one.bytes_copied for one in (first, second, final))
    assert town.source.checkpoints("plain") == ()
    assert town.images("municipal", "plain") == [f"plain.qcow2.fenced-{state.move}"]
    assert town.images("centre", "plain") == ["plain-vda.qcow2"]
    assert town.leftovers("plain") == []
    # What is over is neither repeated nor taken back.
    assert (mover.seed(), mover.final_delta(), mover.verify()) == (seed, final, verification)
    mover.start_target()
    with pytest.raises(StepOrderError, match="going back of server 'plain' is not possible"):
        mover.go_back()
    assert town.running("plain") == ("centre",)


def test_server_goes_back_and_can_be_moved_again(town: Town) -> None:
    mover, guest = town.mover("returns"), town.municipal_guest("returns")
    before = guest.wait_until_serving()
    seed = mover.seed()
    mover.freeze(timeout_seconds=SHUT_DOWN_SECONDS)
    mover.final_delta()
    mover.verify()
    mover.fence_source()
    mover.start_target()
    town.centre_guest("returns").wait_until_serving()

    mover.go_back()

    assert town.running("returns") == ("municipal",)
    answer = guest.wait_until_serving()
    assert (answer.boots, answer.counter >= before.counter) == (before.boots + 1, True)
    assert (town.phase("returns"), town.leftovers("returns")) == ("gone-back", [])
    assert town.source.checkpoints("returns") == ()
    assert town.images("municipal", "returns") == ["returns.qcow2"]
    target = town.target.machine("returns")
    assert target is not None
    assert (target.spec, target.state, target.fenced_by) == (town.target_spec("returns"), "shut-off", None)
    assert Path(target.disks[0].path).stat().st_size < MIB

    mover.go_back()
    assert town.running("returns") == ("municipal",)
    again = mover.seed()
    state = mover.state()
    assert state is not None
    assert (again != seed, state.phase, state.rounds) == (True, "synced", (again,))
    mover.go_back()
    assert (town.running("returns"), town.phase("returns")) == (("municipal",), "gone-back")


def test_spoiled_target_is_found_and_nothing_is_fenced_or_started(town: Town) -> None:
    mover = town.mover("spoiled")
    mover.seed()
    mover.freeze(timeout_seconds=SHUT_DOWN_SECONDS)
    mover.final_delta()
    source, target = fenced_images(town, "spoiled")
    spoil(target)

    with pytest.raises(ChecksumMismatchError, match="the checksums of vda differ"):
        mover.verify()

    assert not identical(source, target)
    for step in (mover.fence_source, mover.start_target, mover.release):
        with pytest.raises(StepOrderError, match="while its move is copied"):
            step()
    found = town.source.machine("spoiled")
    assert found is not None
    assert (found.fenced_by, town.running("spoiled")) == (None, ())
    mover.go_back()
    town.municipal_guest("spoiled").wait_until_serving()
    assert town.running("spoiled") == ("municipal",)


def test_image_written_to_after_the_comparison_stops_the_fence(town: Town) -> None:
    mover = town.mover("spoiled")
    mover.seed()
    mover.freeze(timeout_seconds=SHUT_DOWN_SECONDS)
    mover.final_delta()
    mover.verify()
    town.source.start("spoiled")
    with pytest.raises(SideNotSafeError, match="its source is running"):
        mover.fence_source()
    town.municipal_guest("spoiled").wait_until_serving()
    town.source.shut_down("spoiled", timeout_seconds=SHUT_DOWN_SECONDS)

    with pytest.raises(SourceChangedError, match="vda changed after the comparison"):
        mover.fence_source()

    assert town.phase("spoiled") == "frozen"
    # What was written meanwhile is in the source's record of changes and reaches the target.
    assert mover.final_delta().bytes_copied > 0
    assert mover.verify().differing == ()
    assert identical(*fenced_images(town, "spoiled"))
    mover.go_back()
    assert town.running("spoiled") == ("municipal",)


def test_two_disks_move_onto_larger_ones_of_a_machine_with_another_name(town: Town) -> None:
    spec = town.target_spec("plain").model_copy(
        update={"name": "two-disks", "boot": None, "published_ports": ()}
    )
    town.source.create_network(
        NetworkSpec(name="servers", vlan_id=120, routing_domain="norddjurs", owner="stack-a")
    )
    made = town.source.create_machine(spec.model_copy(update={"disks": disks_of(8, 16)}))
    larger = {"name": "norddjurs-two-disks", "disks": disks_of(8, 24)}
    town.target.create_machine(spec.model_copy(update=larger))
    for disk in made.disks:
        spoil(Path(disk.path))
    town.source.start("two-disks")
    mover = town.mover("two-disks", target_machine="norddjurs-two-disks")

    assert mover.seed().bytes_copied > 0
    assert mover.sync().bytes_copied == 0
    # Nothing in it listens to the power button.
    town.source.power_off("two-disks")
    mover.freeze(timeout_seconds=1)
    mover.final_delta()
    verification = mover.verify()

    assert [(disk.disk, disk.size_bytes) for disk in verification.disks] == [
        ("vda", 8 * MIB),
        ("vdb", 16 * MIB),
    ]
    assert verification.differing == ()
    source, target = town.source.machine("two-disks"), town.target.machine("norddjurs-two-disks")
    assert source is not None
    assert target is not None
    # qemu-img takes the end of the longer image for equal where it is zero.
    for one, other in zip(source.disks, target.disks, strict=True):
        assert identical(Path(one.path), Path(other.path))
    mover.go_back()
    town.source.power_off("two-disks")


def disks_of(first_mib: int, second_mib: int) -> tuple[DiskSpec, ...]:
    return (DiskSpec(name="vda", size_mib=first_mib), DiskSpec(name="vdb", size_mib=second_mib))


def test_source_that_crashes_instead_of_shutting_down_is_found_by_the_last_delta(town: Town) -> None:
    mover, guest = town.mover("spoiled"), town.municipal_guest("spoiled")
    guest.wait_until_serving()
    mover.seed()
    kill_guest(guest)
    mover.freeze(timeout_seconds=SHUT_DOWN_SECONDS)

    with pytest.raises(CheckpointLostError, match="Seed the server again"):
        mover.final_delta()

    mover.go_back()
    guest.wait_until_serving()
    assert (town.running("spoiled"), town.source.checkpoints("spoiled")) == (("municipal",), ())


def test_full_storage_on_either_side_stops_the_copy_and_the_source_serves_on(town: Town) -> None:
    # The kernel's own file systems have no free space.
    full = Path("/proc")
    hosts = town.endpoints.hypervisors
    progress, run_folder = town.progress("spoiled"), town.folder / "run"
    source = connect(hosts["municipal"].uri, storage_folder=full)
    target = connect(hosts["centre"].uri, storage_folder=full)

    def mover_between(source: WarmSource, target: WarmSource) -> LibvirtWarmMover:
        return LibvirtWarmMover(
            source,
            target,
            "spoiled",
            run_folder=run_folder,
            progress=progress,
            clock=lambda: datetime.now(UTC),
        )

    with pytest.raises(SpaceShortError, match="the target's storage: 0 bytes are free"):
        mover_between(town.source, target).seed()
    with pytest.raises(SpaceRunsOutError, match="storage has 0 bytes free"):
        mover_between(source, town.target).seed()
    for client in (source, target):
        client.close()

    assert (town.phase("spoiled"), town.leftovers("spoiled")) == ("seeding", [])
    assert town.municipal_guest("spoiled").answer() is not None
    town.mover("spoiled").go_back()
    assert (town.running("spoiled"), town.source.checkpoints("spoiled")) == (("municipal",), ())


def kill_guest(guest: Guest) -> None:
    """Kill a guest's process and wait until libvirt has seen it."""
    pid_file = guest.host.folder / "r" / "libvirt" / "qemu" / "run" / f"{guest.spec.name}.pid"
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while guest.is_running():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def spoil(image: Path) -> None:
    command = ["qemu-io", "-f", "qcow2", "-c", "write -P 0xa5 5M 4k", str(image)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def test_crash_of_the_source_loses_the_record_of_changes_and_seeding_again_works(town: Town) -> None:
    mover, guest = town.mover("crashed"), town.municipal_guest("crashed")
    first = mover.seed()
    kill_guest(guest)
    town.source.start("crashed")
    guest.wait_until_serving()

    with pytest.raises(CheckpointLostError, match="Seed the server again"):
        mover.sync()

    assert town.phase("crashed") == "seeding"
    assert mover.seed() != first
    assert mover.sync().kind == "sync"


def test_steps_out_of_order_and_a_second_process_are_refused(town: Town) -> None:
    mover = town.mover("crashed")
    for step in (mover.final_delta, mover.verify, mover.fence_source, mover.start_target, mover.release):
        with pytest.raises(StepOrderError, match="Carry out the steps in their order"):
            step()
    busy: list[str] = []

    def meanwhile(_done: int, _total: int) -> None:
        with pytest.raises(MoveBusyError, match="another process is moving server 'crashed' now"):
            town.mover("crashed").go_back()
        busy.append("refused")

    wait_for_writes(town.municipal_guest("crashed"))
    mover.sync(report=meanwhile)
    assert busy
    assert town.running("crashed") == ("municipal",)


def test_guest_that_shuts_down_too_late_for_the_freeze_is_started_again(town: Town) -> None:
    mover, guest = town.mover("crashed"), town.municipal_guest("crashed")
    before = guest.wait_until_serving()
    with pytest.raises(GuestStaysOnError):
        mover.freeze(timeout_seconds=0.05)
    assert town.phase("crashed") == "synced"

    mover.go_back()

    assert town.phase("crashed") == "gone-back"
    assert guest.wait_until_serving().boots == before.boots + 1


def test_smaller_target_stops_the_move_before_it_begins(town: Town) -> None:
    target = town.connect("centre")
    target.delete_machine("crashed")
    spec = town.target_spec("crashed")
    target.create_machine(spec.model_copy(update={"disks": (DiskSpec(name="vda", size_mib=SIZE_MIB - 1),)}))
    with pytest.raises(DisksDifferError, match="target disk vda has 66060288 bytes, the source 67108864"):
        town.mover("crashed").seed()
    found = target.machine("crashed")
    assert found is not None
    assert found.fenced_by is None
    town.mover("crashed").go_back()
    target.delete_machine("crashed")
    target.create_machine(spec)
    target.close()


# What follows kills movers in processes of their own: this file is their program too.


def trace_kill(at: int) -> Callable[..., object]:
    """Return a trace function that kills this process at the given line of the mover and its client."""
    seen = 0

    def trace(frame: object, event: str, _argument: object) -> object:
        nonlocal seen
        code = frame.f_code  # type: ignore[attr-defined]
        if not code.co_filename.endswith(KILLED_IN):
            return None
        if event == "line":
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def work(settings: dict[str, str], step: str, kill_at_line: int, kill_at_report: int) -> None:
    """Carry out one step in this process and kill it where that is asked for."""
    reports = 0

    def report(_done: int, _total: int) -> None:
        nonlocal reports
        reports += 1
        if reports == kill_at_report:
            os.kill(os.getpid(), signal.SIGKILL)

    mover = LibvirtWarmMover(
        connect(settings["source"], storage_folder=Path(settings["source_storage"])),
        connect(settings["target"], storage_folder=Path(settings["target_storage"])),
        settings["server"],
        run_folder=Path(settings["run_folder"]),
        progress=FileProgress(Path(settings["progress"])),
        clock=lambda: datetime.now(UTC),
    )
    arguments: dict[str, object] = {}
    if step in {"seed", "sync", "final_delta", "verify"}:
        arguments["report"] = report
    if step == "freeze":
        arguments["timeout_seconds"] = SHUT_DOWN_SECONDS
    if kill_at_line:
        sys.settrace(trace_kill(kill_at_line))  # type: ignore[arg-type]
    getattr(mover, step)(**arguments)
    sys.settrace(None)


def run_step(town: Town, name: str, step: str, *, kill_at_line: int = 0, kill_at_report: int = 0) -> int:
    """Carry out a step in a process of its own and return its exit code."""
    hosts = town.endpoints.hypervisors
    settings = {
        "server": name,
        "source": hosts["municipal"].uri,
        "source_storage": hosts["municipal"].storage_folder,
        "target": hosts["centre"].uri,
        "target_storage": hosts["centre"].storage_folder,
        "run_folder": str(town.folder / "run"),
        "progress": str(town.progress(name).path),
    }
    command = [sys.executable, __file__, json.dumps(settings), step, str(kill_at_line), str(kill_at_report)]
    answer = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert answer.returncode in (0, -signal.SIGKILL), answer.stderr
    return answer.returncode


def kill_until_done(town: Town, name: str, step: str) -> int:
    """Kill a step at ever later lines until it completes; return how often it was killed."""
    kills = 0
    line = FIRST_KILL
    while run_step(town, name, step, kill_at_line=line) != 0:
        kills += 1
        line += KILL_STRIDE
        assert len(town.running(name)) <= 1, f"both sides run after a kill in {step}"
    return kills


def test_mover_killed_in_every_step_has_each_effect_exactly_once(town: Town) -> None:
    guest = town.municipal_guest("killed")
    assert run_step(town, "killed", "seed", kill_at_report=9) == -signal.SIGKILL
    assert town.phase("killed") == "seeding"
    with town.lab.hosts["municipal"].connection() as connection:
        # The backup of the dead mover is still open.
        assert connection.lookupByName("killed").backupGetXMLDesc()
    kills = {"seed": kill_until_done(town, "killed", "seed")}
    wait_for_writes(guest)
    assert run_step(town, "killed", "sync", kill_at_report=1) == -signal.SIGKILL
    wait_for_writes(guest)
    kills["sync"] = kill_until_done(town, "killed", "sync")
    before = guest.wait_until_serving()
    for step in ("freeze", "final_delta", "verify"):
        kills[step] = kill_until_done(town, "killed", step)
    assert identical(*fenced_images(town, "killed"))
    for step in ("fence_source", "start_target"):
        kills[step] = kill_until_done(town, "killed", step)
    assert town.running("killed") == ("centre",)
    answer = town.centre_guest("killed").wait_until_serving()
    assert (answer.boots, answer.counter >= before.counter) == (before.boots + 1, True)

    kills["go_back"] = kill_until_done(town, "killed", "go_back")

    assert (town.running("killed"), town.phase("killed")) == (("municipal",), "gone-back")
    assert guest.wait_until_serving().boots == before.boots + 1
    assert (town.source.checkpoints("killed"), town.leftovers("killed")) == ((), [])
    assert town.images("municipal", "killed") == ["killed.qcow2"]
    assert town.images("centre", "killed") == ["killed-vda.qcow2"]
    assert all(count >= 1 for count in kills.values()), kills


if __name__ == "__main__":
    work(json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
