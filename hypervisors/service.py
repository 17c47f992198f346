"""The door of this room: connect to a virtualisation platform."""

from importlib.util import find_spec
from pathlib import Path

from hypervisors.changed_blocks import WarmSource
from hypervisors.errors import LibraryMissingError


def connect(uri: str, *, storage_folder: Path) -> WarmSource:
    """Open a connection to a libvirt daemon.

    Args:
        uri: Where the daemon is, such as ``qemu:///system``.
        storage_folder: Where new disks are made.

    Raises:
        LibraryMissingError: libvirt's Python bindings are not installed.
        UnreachableError: the daemon does not answer.

    """
    if find_spec("libvirt") is None:
        raise LibraryMissingError
    # The bindings are an optional part of an installation, and only this client needs them.
    from hypervisors.libvirt.client import LibvirtHypervisor  # noqa: PLC0415

    return LibvirtHypervisor(uri, storage_folder=storage_folder)
