"""Fences around machines of a real libvirt daemon."""

from pathlib import Path

import libvirt
import pytest

from hypervisors.changed_blocks import WarmSource
from hypervisors.errors import DiskError, FencedError, PlatformRefusedError, WrongStateError
from hypervisors.models import DiskSpec, Machine, MachineSpec, NetworkSpec
from lab.libvirt_host import LibvirtHost

pytestmark = pytest.mark.libvirt

SPEC = MachineSpec(
    name="app-1",
    cpus=1,
    ram_mib=64,
    disks=(DiskSpec(name="vda", size_mib=8), DiskSpec(name="vdb", size_mib=8)),
    network="nor-servers",
    owner="stack-a",
)


@pytest.fixture
def made(hypervisor: WarmSource) -> Machine:
    hypervisor.create_network(
        NetworkSpec(name="nor-servers", vlan_id=120, routing_domain="norddjurs", owner="stack-a")
    )
    return hypervisor.create_machine(SPEC)


def files(host: LibvirtHost) -> list[str]:
    return sorted(path.name for path in host.storage_folder.iterdir())


def set_autostart(host: LibvirtHost) -> None:
    with host.connection() as connection:
        connection.lookupByName("app-1").setAutostart(True)


def autostart(host: LibvirtHost) -> int:
    with host.connection() as connection:
        value: int = connection.lookupByName("app-1").autostart()
        return value


def test_fenced_machine_cannot_be_started_by_anybody(
    hypervisor: WarmSource, host: LibvirtHost, made: Machine
) -> None:
    set_autostart(host)

    hypervisor.fence("app-1", move="m-1")

    assert files(host) == ["app-1-vda.qcow2.fenced-m-1", "app-1-vdb.qcow2.fenced-m-1"]
    assert autostart(host) == 0
    found = hypervisor.machine("app-1")
    assert found is not None
    assert (found.spec, found.state, found.fenced_by) == (made.spec, "shut-off", "m-1")
    assert [Path(disk.path).exists() for disk in found.disks] == [True, True]
    with pytest.raises(FencedError, match="start of machine 'app-1' is refused: move 'm-1' has fenced it"):
        hypervisor.start("app-1")
    with host.connection() as connection, pytest.raises(libvirt.libvirtError, match="No such file"):
        connection.lookupByName("app-1").create()


def test_lifted_fence_leaves_the_machine_as_it_was(
    hypervisor: WarmSource, host: LibvirtHost, made: Machine
) -> None:
    set_autostart(host)
    hypervisor.fence("app-1", move="m-1")

    hypervisor.unfence("app-1", move="m-1")
    hypervisor.unfence("app-1", move="m-1")

    assert (hypervisor.machine("app-1"), autostart(host)) == (made, 1)
    assert files(host) == ["app-1-vda.qcow2", "app-1-vdb.qcow2"]
    hypervisor.start("app-1")


def test_fence_that_was_killed_between_two_disks_forbids_the_start_and_is_completed(
    hypervisor: WarmSource, host: LibvirtHost, made: Machine
) -> None:
    hypervisor.fence("app-1", move="m-1")
    vdb = Path(made.disks[1].path)
    vdb.with_name(vdb.name + ".fenced-m-1").rename(vdb)

    with pytest.raises(FencedError):
        hypervisor.start("app-1")
    found = hypervisor.machine("app-1")
    assert found is not None
    assert [disk.path for disk in found.disks] == [made.disks[0].path + ".fenced-m-1", made.disks[1].path]
    hypervisor.fence("app-1", move="m-1")
    assert files(host) == ["app-1-vda.qcow2.fenced-m-1", "app-1-vdb.qcow2.fenced-m-1"]


def test_lifting_that_was_killed_between_two_disks_is_completed(
    hypervisor: WarmSource, host: LibvirtHost, made: Machine
) -> None:
    hypervisor.fence("app-1", move="m-1")
    vda = Path(made.disks[0].path)
    vda.with_name(vda.name + ".fenced-m-1").rename(vda)

    with pytest.raises(FencedError):
        hypervisor.start("app-1")
    hypervisor.unfence("app-1", move="m-1")

    assert hypervisor.machine("app-1") == made


def test_fence_of_another_move_is_neither_taken_over_nor_lifted(
    hypervisor: WarmSource, host: LibvirtHost, made: Machine
) -> None:
    hypervisor.fence("app-1", move="m-1")
    before = hypervisor.machine("app-1")
    for request in (
        lambda: hypervisor.fence("app-1", move="m-2"),
        lambda: hypervisor.unfence("app-1", move="m-2"),
        lambda: hypervisor.delete_machine("app-1"),
    ):
        with pytest.raises(FencedError, match="move 'm-1' has fenced it"):
            request()
    assert hypervisor.machine("app-1") == before
    assert before is not None
    assert before.spec == made.spec


def test_fence_survives_a_change_of_the_machine(hypervisor: WarmSource, made: Machine) -> None:
    hypervisor.fence("app-1", move="m-1")
    changed = hypervisor.update_machine(SPEC.model_copy(update={"ram_mib": 96}))
    assert (changed.spec.ram_mib, changed.fenced_by, made.spec.ram_mib) == (96, "m-1", 64)
    with pytest.raises(FencedError):
        hypervisor.start("app-1")


def test_running_machine_is_not_fenced(hypervisor: WarmSource, host: LibvirtHost, made: Machine) -> None:
    hypervisor.start("app-1")
    with pytest.raises(WrongStateError, match="fencing of machine 'app-1' needs it shut-off"):
        hypervisor.fence("app-1", move="m-1")
    found = hypervisor.machine("app-1")
    assert found is not None
    assert (found.fenced_by, found.disks) == (None, made.disks)


def test_machine_with_a_lost_disk_is_not_marked_as_fenced(
    hypervisor: WarmSource, host: LibvirtHost, made: Machine
) -> None:
    Path(made.disks[1].path).unlink()
    with pytest.raises(DiskError, match=r"app-1-vdb\.qcow2: is missing"):
        hypervisor.fence("app-1", move="m-1")
    found = hypervisor.machine("app-1")
    assert found is not None
    assert (found.fenced_by, files(host)) == (None, ["app-1-vda.qcow2"])


def test_second_file_beside_a_fenced_disk_is_not_overwritten(
    hypervisor: WarmSource, host: LibvirtHost, made: Machine
) -> None:
    hypervisor.fence("app-1", move="m-1")
    Path(made.disks[0].path).write_text("whose is this?")
    with pytest.raises(DiskError, match="Find out which is the true one"):
        hypervisor.unfence("app-1", move="m-1")
    assert Path(made.disks[0].path).read_text() == "whose is this?"


def test_move_that_cannot_be_a_file_name_is_refused(hypervisor: WarmSource, made: Machine) -> None:
    with pytest.raises(PlatformRefusedError, match="cannot be part of a file name"):
        hypervisor.fence("app-1", move="../../etc")
    assert hypervisor.machine("app-1") == made


def test_emptied_disks_of_a_fenced_machine_stay_fenced(
    hypervisor: WarmSource, host: LibvirtHost, made: Machine
) -> None:
    hypervisor.fence("app-1", move="m-1")
    before = hypervisor.machine("app-1")
    hypervisor.empty_disks("app-1")
    assert hypervisor.machine("app-1") == before
    assert files(host) == ["app-1-vda.qcow2.fenced-m-1", "app-1-vdb.qcow2.fenced-m-1"]
    assert made.fenced_by is None
