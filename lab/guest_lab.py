"""All libvirt hosts and guests of one lab: started together, published as endpoints, ended together."""

import random
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from lab.guest import Guest
from lab.guest_domain import GUEST_PORT, domain_type
from lab.guest_errors import GuestSpecError, HostNotRunningError
from lab.guest_image import BOOT_ARGUMENTS, load_guest_image
from lab.guest_models import (
    GuestImage,
    GuestLabEndpoints,
    GuestSpec,
    HostSpec,
    HypervisorEndpoint,
    ServerEndpoint,
    ServerEndpoints,
)
from lab.guest_ports import LOOPBACK, choose_free_port
from lab.libvirt_host import STORAGE_POOL, LibvirtHost


class GuestLab:
    """The hosts and guests of one lab.

    Args:
        hosts: The libvirt hosts to run.
        guests: The servers to run on them.
        folder: A short folder of this lab alone; each host gets a folder below it.
        cache_folder: Where kernels are kept between runs.
        randomness: Chooses ports among the free ones.

    Raises:
        GuestSpecError: a name occurs twice, or a guest names a host that is not there.
        FolderTooLongError: the folder leaves no room for unix sockets.

    """

    def __init__(
        self,
        hosts: Iterable[HostSpec],
        guests: Iterable[GuestSpec],
        folder: Path,
        *,
        cache_folder: Path,
        randomness: random.Random,
    ) -> None:
        host_specs, guest_specs = tuple(hosts), tuple(guests)
        _check_names(host_specs, guest_specs)
        self.folder = folder
        self._cache_folder = cache_folder
        # Folders are numbered, as a long host name would eat the room that sockets need.
        self.hosts = {
            spec.name: LibvirtHost(spec.name, folder / f"h{number}") for number, spec in enumerate(host_specs)
        }
        self._images: dict[str, GuestImage] = {}
        self._domain_types: dict[str, str] = {}
        self._centre_ports: dict[str, int] = {}
        self.guests: dict[str, Guest] = {}
        self._place_guests(guest_specs, randomness)

    def start(self, *, timeout_seconds: float = 120) -> None:
        """Start every host and guest and return when all serve; on any failure everything is ended.

        Raises:
            LabError: one of its children says what did not start.

        """
        image = load_guest_image(self._cache_folder)
        known_capabilities = self._cache_folder / "capabilities"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        try:
            for host in self.hosts.values():
                host.start(known_capabilities=known_capabilities)
                self._images[host.name] = _place_image(image, host)
                with host.connection() as connection:
                    self._domain_types[host.name] = domain_type(connection)
                host.keep_capabilities(known_capabilities)
            for guest in self.guests.values():
                guest.define(self._images[guest.host.name])
                guest.start()
            self._wait_until_serving(timeout_seconds=timeout_seconds)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every guest and host, also those that a killed lab of the same folder left."""
        for host in self.hosts.values():
            host.stop()

    def endpoints(self) -> GuestLabEndpoints:
        """Return how hosts and servers are reached.

        Raises:
            HostNotRunningError: the lab is not started.

        """
        return GuestLabEndpoints(
            hypervisors={name: self._hypervisor(host) for name, host in self.hosts.items()},
            servers={name: self._server(guest) for name, guest in self.guests.items()},
        )

    def _hypervisor(self, host: LibvirtHost) -> HypervisorEndpoint:
        if host.name not in self._images:
            raise HostNotRunningError(host.name)
        image = self._images[host.name]
        return HypervisorEndpoint(
            uri=host.uri,
            storage_pool=STORAGE_POOL,
            storage_folder=str(host.storage_folder),
            owner_uid=host.owner_uid,
            kernel=str(image.kernel),
            initrd=str(image.initrd),
            boot_arguments=BOOT_ARGUMENTS,
            domain_type=self._domain_types[host.name],
        )

    def _server(self, guest: Guest) -> ServerEndpoints:
        centre_port = self._centre_ports[guest.spec.name]
        return ServerEndpoints(
            text=guest.spec.text,
            host=guest.host.name,
            municipal=ServerEndpoint(address=LOOPBACK, port=guest.port, guest_port=GUEST_PORT),
            centre=ServerEndpoint(
                address=LOOPBACK, port=centre_port, guest_port=guest.spec.centre_guest_port
            ),
        )

    def _place_guests(self, specs: tuple[GuestSpec, ...], randomness: random.Random) -> None:
        taken = {port for spec in specs for port in (spec.municipal_port, spec.centre_port) if port}
        for spec in specs:
            municipal, centre = (
                port or choose_free_port(randomness, taken=taken)
                for port in (spec.municipal_port, spec.centre_port)
            )
            taken |= {municipal, centre}
            self._centre_ports[spec.name] = centre
            self.guests[spec.name] = Guest(spec, self.hosts[spec.host], port=municipal)

    def _wait_until_serving(self, *, timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        for guest in self.guests.values():
            guest.wait_until_serving(timeout_seconds=max(deadline - time.monotonic(), 1))


def _check_names(hosts: tuple[HostSpec, ...], guests: tuple[GuestSpec, ...]) -> None:
    host_names = [spec.name for spec in hosts]
    for names, what in ((host_names, "host"), ([spec.name for spec in guests], "guest")):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise GuestSpecError(f"more than one {what} is called {', '.join(twice)}; give each its own name")
    for spec in guests:
        if spec.host not in host_names:
            raise GuestSpecError(
                f"guest {spec.name} is to run on host {spec.host}, but the lab's hosts are "
                f"{', '.join(host_names) or 'none'}; name one of them"
            )
    ports = [port for spec in guests for port in (spec.municipal_port, spec.centre_port) if port]
    if twice_used := sorted({port for port in ports if ports.count(port) > 1}):
        raise GuestSpecError(f"port {twice_used[0]} is given twice; each side of each guest needs its own")


def _place_image(image: GuestImage, host: LibvirtHost) -> GuestImage:
    """Copy kernel and initial RAM disk to where the daemon's user can read them."""
    placed = GuestImage(
        version=image.version,
        kernel=host.storage_folder / "vmlinuz",
        initrd=host.storage_folder / "initrd.img",
    )
    for source, target in ((image.kernel, placed.kernel), (image.initrd, placed.initrd)):
        shutil.copyfile(source, target)
        target.chmod(0o644)
        host.give_to_owner(target)
    return placed
