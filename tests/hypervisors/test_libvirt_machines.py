"""Machines of a real libvirt daemon: made, adopted, changed, started and deleted."""

import json
import socket
import subprocess
from pathlib import Path

import pytest

from hypervisors.changed_blocks import WarmSource
from hypervisors.errors import (
    DiskError,
    GuestStaysOnError,
    NotDescribableError,
    ObjectDiffersError,
    ObjectMissingError,
    ObjectTakenError,
    PortTakenError,
    WrongStateError,
)
from hypervisors.models import (
    DirectBoot,
    DiskSpec,
    MachineDisk,
    MachineSpec,
    NetworkSpec,
    PublishedPort,
)
from lab.guest_lab import GuestLab
from lab.libvirt_host import LibvirtHost

pytestmark = pytest.mark.libvirt

NETWORK = NetworkSpec(name="nor-servers", vlan_id=120, routing_domain="norddjurs", owner="stack-a")


def spec_of(name: str, *, ports: tuple[PublishedPort, ...] = ()) -> MachineSpec:
    return MachineSpec(
        name=name,
        cpus=1,
        ram_mib=64,
        disks=(DiskSpec(name="vda", size_mib=8), DiskSpec(name="vdb", size_mib=16)),
        network="nor-servers",
        owner="stack-a",
        boot=DirectBoot(kernel="/boot/k", initrd="/boot/i", arguments="console=ttyS0 quiet"),
        published_ports=ports,
    )


def without_boot(spec: MachineSpec) -> MachineSpec:
    """Return the machine with its (absent) kernel left out, so that QEMU can start it."""
    return spec.model_copy(update={"boot": None})


@pytest.fixture
def platform(hypervisor: WarmSource) -> WarmSource:
    hypervisor.create_network(NETWORK)
    return hypervisor


def image_info(path: Path) -> dict[str, object]:
    command = ["qemu-img", "info", "-U", "--output=json", str(path)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {key: answer[key] for key in ("format", "virtual-size")}


def test_created_machine_is_off_with_empty_disks_and_reads_back_as_wanted(
    platform: WarmSource, host: LibvirtHost
) -> None:
    spec = spec_of("app-1", ports=(PublishedPort(host_port=18111, guest_port=80),))

    made = platform.create_machine(spec)

    assert made.spec == spec
    assert (made.state, made.fenced_by) == ("shut-off", None)
    folder = host.storage_folder
    assert made.disks == (
        MachineDisk(name="vda", path=str(folder / "app-1-vda.qcow2"), size_bytes=8 << 20),
        MachineDisk(name="vdb", path=str(folder / "app-1-vdb.qcow2"), size_bytes=16 << 20),
    )
    assert image_info(folder / "app-1-vdb.qcow2") == {"format": "qcow2", "virtual-size": 16 << 20}
    assert {file.stat().st_uid for file in folder.iterdir()} == {host.owner_uid}
    assert platform.machines() == (made,)
    assert platform.machine("app-1") == made


def test_repeated_create_adopts_and_leaves_the_disks_alone(platform: WarmSource) -> None:
    made = platform.create_machine(spec_of("app-1"))
    marked = Path(made.disks[0].path)
    before = marked.stat().st_ino

    assert platform.create_machine(spec_of("app-1")) == made
    assert marked.stat().st_ino == before


def test_create_that_was_killed_before_its_disks_is_completed(
    platform: WarmSource, host: LibvirtHost
) -> None:
    made = platform.create_machine(spec_of("app-1"))
    with host.connection() as connection:
        domain = connection.lookupByName("app-1")
        connection.defineXML(domain.XMLDesc(2).replace('complete="yes"', 'complete="no"'))
    Path(made.disks[1].path).unlink()

    assert platform.create_machine(spec_of("app-1")) == made
    assert image_info(Path(made.disks[1].path)) == {"format": "qcow2", "virtual-size": 16 << 20}


def test_create_does_not_put_an_empty_disk_in_place_of_a_lost_one(platform: WarmSource) -> None:
    made = platform.create_machine(spec_of("app-1"))
    Path(made.disks[0].path).unlink()

    with pytest.raises(DiskError, match=r"app-1-vda\.qcow2: is missing"):
        platform.create_machine(spec_of("app-1"))
    assert not Path(made.disks[0].path).exists()


def test_file_of_somebody_else_is_not_overwritten(platform: WarmSource, host: LibvirtHost) -> None:
    taken = host.storage_folder / "app-1-vdb.qcow2"
    taken.write_text("precious")
    with pytest.raises(DiskError, match="lies in the way of a new machine"):
        platform.create_machine(spec_of("app-1"))
    assert (taken.read_text(), platform.machines()) == ("precious", ())


def test_machine_of_another_owner_is_refused(platform: WarmSource) -> None:
    platform.create_machine(spec_of("app-1"))
    with pytest.raises(ObjectTakenError, match="belongs to 'stack-a', not to 'stack-b'"):
        platform.create_machine(spec_of("app-1").model_copy(update={"owner": "stack-b"}))


def test_machine_with_other_properties_is_told_and_not_changed(platform: WarmSource) -> None:
    made = platform.create_machine(spec_of("app-1"))
    with pytest.raises(ObjectDiffersError, match="differs in cpus, ram_mib"):
        platform.create_machine(spec_of("app-1").model_copy(update={"cpus": 2, "ram_mib": 128}))
    assert platform.machine("app-1") == made


def test_update_changes_cpus_memory_and_ports_and_nothing_else(platform: WarmSource) -> None:
    made = platform.create_machine(spec_of("app-1"))
    wanted = spec_of("app-1", ports=(PublishedPort(host_port=18112, guest_port=443),)).model_copy(
        update={"cpus": 2, "ram_mib": 96}
    )

    changed = platform.update_machine(wanted)

    assert changed == made.model_copy(update={"spec": wanted})
    assert platform.update_machine(wanted) == changed


def test_update_of_what_cannot_change_is_refused(platform: WarmSource) -> None:
    made = platform.create_machine(spec_of("app-1"))
    with pytest.raises(ObjectDiffersError, match="differs in disks"):
        platform.update_machine(
            spec_of("app-1").model_copy(update={"disks": (DiskSpec(name="vda", size_mib=9),)})
        )
    assert platform.machine("app-1") == made


def test_running_machine_is_neither_updated_nor_deleted_nor_emptied(platform: WarmSource) -> None:
    spec = without_boot(spec_of("app-1"))
    platform.create_machine(spec)
    platform.start("app-1")
    platform.start("app-1")

    for request in (
        lambda: platform.update_machine(spec.model_copy(update={"ram_mib": 128})),
        lambda: platform.delete_machine("app-1"),
        lambda: platform.empty_disks("app-1"),
        lambda: platform.fence("app-1", move="m-1"),
    ):
        with pytest.raises(WrongStateError, match="needs it shut-off, but it is running"):
            request()
    found = platform.machine("app-1")
    assert found is not None
    assert (found.spec, found.state, found.fenced_by) == (spec, "running", None)


def test_guest_that_ignores_the_power_button_is_an_error_and_power_off_is_not(platform: WarmSource) -> None:
    platform.create_machine(without_boot(spec_of("app-1")))
    platform.start("app-1")

    with pytest.raises(GuestStaysOnError, match=r"did not shut down within 0\.3 s"):
        platform.shut_down("app-1", timeout_seconds=0.3)
    platform.power_off("app-1")
    platform.power_off("app-1")

    found = platform.machine("app-1")
    assert found is not None
    assert found.state == "shut-off"
    platform.shut_down("app-1", timeout_seconds=0.3)


def test_published_port_that_is_taken_is_a_clear_error(platform: WarmSource) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        platform.create_machine(
            without_boot(spec_of("app-1", ports=(PublishedPort(host_port=port, guest_port=80),)))
        )
        with pytest.raises(PortTakenError, match=f"127.0.0.1:{port}.* is in use on the host"):
            platform.start("app-1")
    found = platform.machine("app-1")
    assert found is not None
    assert found.state == "shut-off"


def test_deleted_machine_leaves_nothing_and_may_be_deleted_again(
    platform: WarmSource, host: LibvirtHost
) -> None:
    platform.create_machine(without_boot(spec_of("app-1")))
    platform.start("app-1")
    platform.power_off("app-1")

    platform.delete_machine("app-1")
    platform.delete_machine("app-1")

    assert (platform.machine("app-1"), list(host.storage_folder.iterdir())) == (None, [])


def test_request_for_an_unknown_machine_names_it(platform: WarmSource) -> None:
    for request in (
        lambda: platform.start("nobody"),
        lambda: platform.fence("nobody", move="m-1"),
        lambda: platform.shut_down("nobody", timeout_seconds=1),
        lambda: platform.update_machine(spec_of("nobody")),
    ):
        with pytest.raises(ObjectMissingError, match="there is no machine 'nobody'"):
            request()
    assert platform.machine("nobody") is None


def test_machine_that_the_project_did_not_define_is_described_and_not_deleted(
    municipal: WarmSource, guests: GuestLab
) -> None:
    endpoints = guests.endpoints()
    lab_host = endpoints.hypervisors["municipal"]
    disk = guests.guests["writer"].disk

    found = municipal.machine("writer")

    assert found is not None
    assert found.spec == MachineSpec(
        name="writer",
        cpus=1,
        ram_mib=96,
        disks=(DiskSpec(name="vda", size_mib=64),),
        network="unmanaged",
        owner="(foreign)",
        boot=DirectBoot(kernel=lab_host.kernel, initrd=lab_host.initrd, arguments=lab_host.boot_arguments),
        published_ports=(PublishedPort(host_port=endpoints.servers["writer"].municipal.port, guest_port=80),),
    )
    assert found.disks == (MachineDisk(name="vda", path=str(disk), size_bytes=64 << 20),)
    with pytest.raises(ObjectTakenError):
        municipal.delete_machine("writer")
    with pytest.raises(ObjectTakenError):
        municipal.empty_disks("writer")
    assert disk.exists()


def test_machine_on_something_else_than_files_is_left_out_of_lists_and_explained(
    platform: WarmSource, host: LibvirtHost
) -> None:
    with host.connection() as connection:
        connection.defineXML(
            "<domain type='qemu'><name>array</name><memory unit='MiB'>64</memory>"
            "<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>"
            "<disk type='block'><source dev='/dev/null'/><target dev='vda'/></disk></devices></domain>"
        )
    made = platform.create_machine(spec_of("app-1"))

    assert platform.machines() == (made,)
    with pytest.raises(NotDescribableError, match="'array' cannot be described: disk 'vda' is not a file"):
        platform.machine("array")
