"""A real libvirt daemon, the real Pulumi CLI, and the landing zones between them."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hypervisors.models import DiskSpec, MachineSpec, NetworkSpec, PublishedPort
from hypervisors.service import connect
from stacks.models import LandingZoneArgs, StackSettings
from stacks.service import LandingZones
from stacks.work_folder import make_passphrase, stack_settings

if TYPE_CHECKING:
    from hypervisors.hypervisor import Hypervisor
    from lab.libvirt_host import LibvirtHost

TOOLCHAIN = Path(__file__).resolve().parents[2] / ".samdrift" / "toolchain.json"
OWNER = "landing-zone/norddjurs"


@pytest.fixture(scope="session")
def centre_host() -> Iterator["LibvirtHost"]:
    from lab.libvirt_host import LibvirtHost  # noqa: PLC0415  # unit tests run without libvirt's bindings

    folder = Path(tempfile.mkdtemp(prefix="sd-"))
    folder.chmod(0o711)
    host = LibvirtHost("centre", folder / "c")
    try:
        host.start()
        yield host
    finally:
        host.stop()
        shutil.rmtree(folder)


@pytest.fixture
def centre(centre_host: "LibvirtHost") -> Iterator["Hypervisor"]:
    """Return a client of the centre; what a test leaves there is removed behind everybody's back."""
    client = connect(centre_host.uri, storage_folder=centre_host.storage_folder)
    yield client
    client.close()
    with centre_host.connection() as connection:
        for domain in connection.listAllDomains():
            domain.undefine()
        for network in connection.listAllNetworks():
            if network.isActive():
                network.destroy()
            network.undefine()
    for file in centre_host.storage_folder.iterdir():
        file.unlink()


def _settings(folder: Path) -> StackSettings:
    if not TOOLCHAIN.is_file():
        pytest.skip("no Pulumi CLI is known here: run `make setup`")
    made = stack_settings(folder, toolchain_file=TOOLCHAIN, provider_folder=Path(sys.prefix) / "bin")
    make_passphrase(made.passphrase_file)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> StackSettings:
    return _settings(tmp_path / "stacks")


@pytest.fixture
def zones(settings: StackSettings) -> LandingZones:
    return LandingZones(settings, lock_wait_seconds=1)


@pytest.fixture(scope="session")
def wanted(centre_host: "LibvirtHost") -> LandingZoneArgs:
    """Return two networks and two machines; the second network carries no machine."""
    disks = (DiskSpec(name="vda", size_mib=16), DiskSpec(name="vdb", size_mib=8))
    ports = (PublishedPort(host_port=18_471, guest_port=80),)
    machine = MachineSpec(
        name="norddjurs-app-1",
        cpus=1,
        ram_mib=96,
        disks=disks[:1],
        network="norddjurs-vlan-10",
        owner=OWNER,
        published_ports=ports,
    )
    other = machine.model_copy(update={"name": "norddjurs-db-1", "disks": disks, "published_ports": ()})
    return LandingZoneArgs(
        municipality="norddjurs",
        uri=centre_host.uri,
        storage_folder=str(centre_host.storage_folder),
        snapshot_digest="0f" * 32,
        networks=tuple(
            NetworkSpec(name=f"norddjurs-vlan-{n}", vlan_id=n, routing_domain="norddjurs", owner=OWNER)
            for n in (10, 20)
        ),
        machines=(machine, other),
    )


@pytest.fixture(scope="session")
def built_once(
    wanted: LandingZoneArgs, centre_host: "LibvirtHost", tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the stacks' folder right after the wanted zone was applied; the zone itself is removed again."""
    folder = tmp_path_factory.mktemp("built") / "stacks"
    zones = LandingZones(_settings(folder))
    zones.apply(wanted, approved_digest=zones.preview(wanted).digest)
    client = connect(centre_host.uri, storage_folder=centre_host.storage_folder)
    for machine in wanted.machines:
        client.delete_machine(machine.name)
    for network in wanted.networks:
        client.delete_network(network.name)
    client.close()
    return folder


@pytest.fixture
def built(
    wanted: LandingZoneArgs, centre: "Hypervisor", settings: StackSettings, built_once: Path
) -> LandingZoneArgs:
    """Return the wanted zone once it is there: the recorded state, and the same objects on the platform."""
    shutil.copytree(built_once, settings.folder, dirs_exist_ok=True)
    for network in wanted.networks:
        centre.create_network(network)
    for machine in wanted.machines:
        centre.create_machine(machine)
    return wanted


@pytest.fixture
def state_of(settings: StackSettings) -> Callable[[], dict[str, object]]:
    """Return a reader of the recorded state that shares no code with the room."""

    def read() -> dict[str, object]:
        path = settings.folder / "state" / ".pulumi" / "stacks" / "samdrift" / "norddjurs.json"
        latest: dict[str, object] = json.loads(path.read_text())["checkpoint"]["latest"]
        return latest

    return read


@pytest.fixture
def processes_of(settings: StackSettings) -> Callable[[], list[int]]:
    """Return a finder of the processes that work in the stacks' folder."""

    def find() -> list[int]:
        home = f"PULUMI_HOME={settings.folder / 'home'}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if home in environment:
                found.append(int(entry.name))
        return sorted(found)

    return find
