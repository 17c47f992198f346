"""Two real libvirt daemons with real guests, and a mover for each guest; the tests of moves share it."""

import contextlib
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from hypervisors.changed_blocks import WarmSource
from hypervisors.models import DirectBoot, DiskSpec, MachineSpec, NetworkSpec, PublishedPort
from hypervisors.service import connect
from lab.guest import Guest
from lab.guest_lab import GuestLab
from lab.guest_models import GuestSpec, HostSpec
from migrations.movers.libvirt_warm import LibvirtWarmMover
from migrations.movers.mover import MoveState

SIZE_MIB = 64


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

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self.folder = folder
        self.names = names
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
                for name in names
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
        for name in self.names:
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


@contextlib.contextmanager
def opened_town(*names: str) -> Iterator[Town]:
    """Start a town with these servers, and stop and remove all of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="sd-"))
    town = Town(folder, names)
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
