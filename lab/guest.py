"""One server of the lab: a libvirt guest with its disk, started and asked whether it serves."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import libvirt

from lab.guest_answer import ServerAnswer, ask_server
from lab.guest_disk import make_guest_disk
from lab.guest_domain import domain_type, render_domain
from lab.guest_errors import GuestLibvirtError, GuestNotServingError, GuestPortError
from lab.guest_models import GuestImage, GuestSpec
from lab.guest_ports import LOOPBACK, port_is_free
from lab.libvirt_host import STORAGE_POOL, LibvirtHost

_POLL_SECONDS = 0.1


class Guest:
    """A guest on its libvirt host.

    Args:
        spec: What the guest is.
        host: The host that runs it.
        port: The loopback port that publishes its page.

    """

    def __init__(self, spec: GuestSpec, host: LibvirtHost, *, port: int) -> None:
        self.spec = spec
        self.host = host
        self.port = port

    @property
    def disk(self) -> Path:
        """Return the guest's disk on its host."""
        return self.host.storage_folder / f"{self.spec.name}.qcow2"

    @property
    def console(self) -> Path:
        """Return the file that holds what the guest printed."""
        return self.host.storage_folder / f"{self.spec.name}.console"

    def define(self, image: GuestImage) -> None:
        """Make the disk and define the guest, shut off.

        Args:
            image: Kernel and initial RAM disk that the daemon's user can read.

        Raises:
            GuestImageError: the disk could not be made.
            GuestLibvirtError: libvirt refused.

        """
        make_guest_disk(self.spec, self.disk)
        self.host.give_to_owner(self.disk)
        with self._libvirt("define") as connection:
            # A pool lists only what it has seen, and clients look disks up there.
            connection.storagePoolLookupByName(STORAGE_POOL).refresh()
            connection.defineXML(
                render_domain(
                    self.spec,
                    image=image,
                    disk=self.disk,
                    console=self.console,
                    port=self.port,
                    virtualisation=domain_type(connection),
                )
            )

    def start(self) -> None:
        """Power the guest on.

        Raises:
            GuestPortError: something listens on its port.
            GuestLibvirtError: libvirt refused.

        """
        if not port_is_free(self.port):
            raise GuestPortError(
                f"guest {self.spec.name}: port {self.port} of {LOOPBACK} is in use. End what listens there, "
                "or leave the port out of the lab file so that a free one is chosen."
            )
        with self._libvirt("start") as connection:
            connection.lookupByName(self.spec.name).create()

    def is_running(self) -> bool:
        """Tell whether the guest is powered on."""
        with self._libvirt("look up") as connection:
            return bool(connection.lookupByName(self.spec.name).isActive())

    def answer(self, *, timeout_seconds: float = 2) -> ServerAnswer | None:
        """Return what the guest's page tells, or None where it does not serve."""
        return ask_server(LOOPBACK, self.port, text=self.spec.text, timeout_seconds=timeout_seconds)

    def wait_until_serving(self, *, timeout_seconds: float = 90) -> ServerAnswer:
        """Return the first answer of the guest's page.

        Raises:
            GuestNotServingError: none came in time.

        """
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            if answer := self.answer():
                return answer
            time.sleep(_POLL_SECONDS)
        raise GuestNotServingError(
            self.spec.name, address=f"{LOOPBACK}:{self.port}", seconds=timeout_seconds, console=self.console
        )

    def shut_down(self, *, timeout_seconds: float = 30) -> None:
        """Press the power button and wait until the guest is off.

        Raises:
            GuestLibvirtError: libvirt refused, or the guest was still on when the time was over.

        """
        with self._libvirt("shut down") as connection:
            domain = connection.lookupByName(self.spec.name)
            domain.shutdownFlags(libvirt.VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN)
            if not _holds_in_time(lambda: not domain.isActive(), timeout_seconds=timeout_seconds):
                raise GuestLibvirtError(
                    self.spec.name,
                    host=self.host.name,
                    action="shut down",
                    reason=f"still on after {timeout_seconds:.0f} s; read {self.console}",
                )

    @contextmanager
    def _libvirt(self, action: str) -> Iterator[libvirt.virConnect]:
        try:
            with self.host.connection() as connection:
                yield connection
        except libvirt.libvirtError as error:
            raise GuestLibvirtError(
                self.spec.name, host=self.host.name, action=action, reason=str(error)
            ) from error


def _holds_in_time(condition: Callable[[], bool], *, timeout_seconds: float) -> bool:
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(_POLL_SECONDS)
    return condition()
