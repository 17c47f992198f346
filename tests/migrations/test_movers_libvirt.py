"""Moves of real guests between two real libvirt daemons, in order and out of order, and spoiled."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hypervisors.changed_blocks import WarmSource
from hypervisors.errors import CheckpointLostError, FencedError, GuestStaysOnError, SpaceShortError
from hypervisors.models import DiskSpec, NetworkSpec
from hypervisors.service import connect
from lab.guest import Guest
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
from tests.migrations.moving_town import (
    SIZE_MIB,
    Town,
    fenced_images,
    identical,
    opened_town,
    wait_for_writes,
)

pytestmark = pytest.mark.libvirt

MIB = 1024 * 1024
SHUT_DOWN_SECONDS = 40


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with opened_town("plain", "returns", "spoiled", "crashed") as town:
        yield town


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
