"""Real libvirt daemons for the tests of this room."""

import contextlib
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest

from hypervisors.service import connect

if TYPE_CHECKING:
    from hypervisors.changed_blocks import WarmSource
    from lab.guest_lab import GuestLab
    from lab.libvirt_host import LibvirtHost


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="sd-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def host(short_folder: Path) -> Iterator["LibvirtHost"]:
    """Return a daemon with nothing in it."""
    # The lab needs libvirt's bindings, and some tests of this room are about their absence.
    from lab.libvirt_host import LibvirtHost  # noqa: PLC0415

    host = LibvirtHost("empty", short_folder / "e")
    with contextlib.ExitStack() as stack:
        stack.callback(host.stop)
        host.start()
        yield host


@pytest.fixture
def hypervisor(host: "LibvirtHost") -> Iterator["WarmSource"]:
    """Return a client of the empty daemon; everything a test leaves there is removed behind its back."""
    client = connect(host.uri, storage_folder=host.storage_folder)
    yield client
    client.close()
    with host.connection() as connection:
        for domain in connection.listAllDomains():
            if domain.isActive():
                domain.destroy()
            domain.undefine()
        for network in connection.listAllNetworks():
            if network.isActive():
                network.destroy()
            network.undefine()
    for file in host.storage_folder.iterdir():
        file.unlink()


@pytest.fixture(scope="session")
def guests(short_folder: Path) -> Iterator["GuestLab"]:
    """Return a host with one guest that the project did not define and that writes all the time."""
    from lab.guest_lab import GuestLab  # noqa: PLC0415
    from lab.guest_models import GuestSpec, HostSpec  # noqa: PLC0415

    lab = GuestLab(
        (HostSpec(name="municipal"),),
        (GuestSpec(name="writer", host="municipal", text="writer", size_mib=64, data_mib=8),),
        short_folder / "g",
        cache_folder=platformdirs.user_cache_path("samdrift") / "guest",
        randomness=random.SystemRandom(),
    )
    with contextlib.ExitStack() as stack:
        stack.callback(lab.stop)
        lab.start()
        yield lab


@pytest.fixture
def municipal(guests: "GuestLab") -> Iterator["WarmSource"]:
    """Return a client of the host with the guest."""
    host = guests.hosts["municipal"]
    client = connect(host.uri, storage_folder=host.storage_folder)
    yield client
    client.close()
