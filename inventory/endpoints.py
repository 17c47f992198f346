"""Where devices, hypervisors and servers are reached: the inventory's own addresses, or an overlay of them.

Production and rehearsal differ in this file and in nothing else. Without it every address is the one that the
inventory names, and every port is the platform's own.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from inventory.errors import EndpointError, InventoryReadError
from inventory.known_hosts import HOST_KEY_FORM, NO_KNOWN_HOSTS, KnownHosts, load_known_hosts
from inventory.loaders.form_violations import form_violations
from inventory.loaders.yaml_source import YAMLProblemsError, read_yaml_source
from inventory.models import CredentialReference, Device, HypervisorURI, Inventory, Model, Platform, Server
from inventory.violations import suggest

DEFAULT_PORTS: dict[Platform, int] = {
    "ios": 22,
    "nxos": 22,
    "eos": 443,
    "junos": 830,
    "fortios": 443,
    "aoscx": 22,
    "panos": 443,
    "fortiswitch": 22,
    "other": 22,
}
"""SSH (22), HTTPS (443) and NETCONF over SSH (830)."""

DEFAULT_STORAGE_FOLDER = "/var/lib/libvirt/images"
"""Where libvirt keeps disks unless told otherwise."""

KnownT = TypeVar("KnownT")

Port = Annotated[int, Field(ge=1, le=65535)]
Address = Annotated[str, Field(min_length=1, pattern=r"^[^\s/@]+$", description="An address or host name")]
AddressAndPort = Annotated[
    str, Field(pattern=r"^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$", description="Such as 10.70.10.5:22")
]
VaultPasswordReference = Annotated[
    str,
    Field(
        pattern=r"^(env|file):\S+$",
        description="Where the password of vault files is found: env:PREFIX (PREFIX_PASSWORD) or file:PATH",
    ),
]


HostKey = Annotated[
    str, Field(pattern=HOST_KEY_FORM, description="The SSH host key it must show, as ssh-keyscan writes it")
]


class DeviceOverlay(Model):
    """What is different about reaching one device; what is absent stays as the inventory has it."""

    address: Address | None = None
    port: Port | None = None
    ssh_port: Port | None = Field(
        default=None, description="Of the command line beside the API's, where a platform needs both (PAN-OS)"
    )
    credential: CredentialReference | None = None
    ca_file: str | None = Field(default=None, min_length=1)
    host_key: HostKey | None = None


class ServerSideOverlay(Model):
    """Where a server is reached on one side of its move, and which port of the guest stands behind it."""

    address: Address | None = None
    port: Port | None = None
    guest_port: Port | None = None


class ServerOverlay(Model):
    """Where a server is reached before and after its move."""

    municipal: ServerSideOverlay = ServerSideOverlay()
    centre: ServerSideOverlay = ServerSideOverlay()


class BootFiles(Model):
    """A kernel beside the machines' disks, for guests without a boot loader of their own."""

    kernel: str = Field(min_length=1)
    initrd: str = Field(min_length=1)
    arguments: str


class HypervisorOverlay(Model):
    """What is different about reaching one hypervisor; what is absent stays as the inventory has it."""

    uri: HypervisorURI | None = None
    storage_folder: str | None = Field(default=None, min_length=1)
    boot: BootFiles | None = None


class AddressOverlay(Model):
    """Where an address with a port is reached instead, for those who know no names yet."""

    address: Address
    port: Port
    ssh_port: Port | None = None
    credential: CredentialReference | None = None
    ca_file: str | None = Field(default=None, min_length=1)
    host_key: HostKey | None = None


class EndpointOverlay(Model):
    """The file: by device, by address, by municipality or centre, and by server."""

    devices: dict[str, DeviceOverlay] = Field(default_factory=dict)
    addresses: dict[AddressAndPort, AddressOverlay] | None = Field(
        default=None,
        description="10.70.10.5:22 and where that is; with this key nothing else is reached by its address",
    )
    known_hosts: str | None = Field(
        default=None,
        min_length=1,
        description="A known_hosts file, from this file's folder; it counts where no host_key is written",
    )
    hypervisors: dict[str, HypervisorOverlay] = Field(default_factory=dict)
    servers: dict[str, ServerOverlay] = Field(default_factory=dict)


class DeviceEndpoint(Model):
    """Where one device is reached, and which credential opens it."""

    device: str
    platform: Platform
    address: str
    port: Port
    credential: CredentialReference
    ssh_port: Port | None = None
    ca_file: str | None = None
    host_key: str | None = None
    vault_password_from: VaultPasswordReference | None = None


class HypervisorEndpoint(Model):
    """Where one hypervisor is reached, where it keeps disks, and what boots its guests."""

    uri: str
    storage_folder: str
    boot: BootFiles | None


class ServerEndpoint(Model):
    """Where one server is reached on one side."""

    address: str
    port: Port
    guest_port: Port


class ServerEndpoints(Model):
    """Where one server is reached before and after its move."""

    server: str
    municipal: ServerEndpoint
    centre: ServerEndpoint


class Endpoints:
    """Every address of an inventory, with an overlay on top."""

    def __init__(
        self,
        inventory: Inventory,
        overlay: EndpointOverlay | None = None,
        *,
        vault_password_from: str | None = None,
        known_hosts: KnownHosts = NO_KNOWN_HOSTS,
    ) -> None:
        self._known_hosts = known_hosts
        self._vault_password_from = vault_password_from
        self._overlay = overlay if overlay is not None else EndpointOverlay()
        self._devices = {device.name: device for town in inventory.municipalities for device in town.devices}
        self._servers = {server.name: server for town in inventory.municipalities for server in town.servers}
        self._hypervisors = {centre.name: centre.hypervisor for centre in inventory.centres} | {
            town.municipality.name: town.municipality.hypervisor for town in inventory.municipalities
        }
        _refuse_unknown("devices", self._overlay.devices, tuple(self._devices))
        _refuse_unknown("servers", self._overlay.servers, tuple(self._servers))
        _refuse_unknown("hypervisors", self._overlay.hypervisors, tuple(self._hypervisors))

    def device(self, name: str) -> DeviceEndpoint:
        """Return where a device is reached.

        Raises:
            EndpointError: the inventory has no such device.

        """
        device: Device = _known("device", name, self._devices)
        overlay = self._overlay.devices.get(name, DeviceOverlay())
        address = overlay.address or str(device.management_address)
        port = overlay.port or DEFAULT_PORTS[device.platform]
        return DeviceEndpoint(
            device=name,
            platform=device.platform,
            address=address,
            port=port,
            credential=overlay.credential or device.credential,
            ssh_port=overlay.ssh_port,
            ca_file=overlay.ca_file,
            host_key=overlay.host_key or self._known_hosts.host_key(address, port),
            vault_password_from=self._vault_password_from,
        )

    def hypervisor(self, name: str) -> HypervisorEndpoint:
        """Return where the hypervisor of a municipality or centre is reached.

        Raises:
            EndpointError: the inventory has no such municipality or centre.

        """
        uri: str = _known("municipality or centre", name, self._hypervisors)
        overlay = self._overlay.hypervisors.get(name, HypervisorOverlay())
        return HypervisorEndpoint(
            uri=overlay.uri or uri,
            storage_folder=overlay.storage_folder or DEFAULT_STORAGE_FOLDER,
            boot=overlay.boot,
        )

    def server(self, name: str) -> ServerEndpoints:
        """Return where a server is reached on both sides of its move.

        Raises:
            EndpointError: the inventory has no such server.

        """
        server: Server = _known("server", name, self._servers)
        overlay = self._overlay.servers.get(name, ServerOverlay())
        return ServerEndpoints(
            server=name,
            municipal=_side(server, overlay.municipal),
            centre=_side(server, overlay.centre),
        )

    def published(self, name: str) -> ServerEndpoint | None:
        """Return where the overlay publishes a server in the centre; None where its own address is used.

        Raises:
            EndpointError: the inventory has no such server.

        """
        return self.server(name).centre if name in self._overlay.servers else None


def load_endpoint_overlay(path: Path) -> EndpointOverlay:
    """Read an overlay, written as JSON or YAML.

    Raises:
        EndpointError: it cannot be read or has another form; every problem is named with its line.

    """
    try:
        source = read_yaml_source(path.parent, path)
        return EndpointOverlay.model_validate_json(json.dumps(source.data() or {}))
    except InventoryReadError as error:
        raise EndpointError(str(path), "it cannot be read", "name a readable JSON or YAML file") from error
    except YAMLProblemsError as problems:
        reason = "; ".join(violation.render() for violation in problems.violations)
        raise EndpointError(str(path), reason, "correct the file") from problems
    except ValidationError as error:
        reason = "; ".join(one.render() for one in form_violations(source, EndpointOverlay, error))
        # The cause is left out: a validation error repeats what was written, and that may be a password.
        raise EndpointError(str(path), reason, "correct the file") from None


def load_endpoints(
    inventory: Inventory, path: Path | None, *, vault_password_from: str | None = None
) -> Endpoints:
    """Return every address of an inventory, with the overlay of a file where one is named.

    Args:
        inventory: what is reached.
        path: the overlay.
        vault_password_from: the reference to the password of vault files, from the settings.

    Raises:
        EndpointError: the file cannot be read, has another form, or names what the inventory does not have.

    """
    overlay = None if path is None else load_endpoint_overlay(path)
    known_hosts = known_hosts_of(overlay, path)
    return Endpoints(inventory, overlay, vault_password_from=vault_password_from, known_hosts=known_hosts)


def known_hosts_of(overlay: EndpointOverlay | None, path: Path | None) -> KnownHosts:
    """Return the known hosts that an overlay names; none where it names no file.

    Raises:
        EndpointError: the file cannot be read.

    """
    if overlay is None or path is None or overlay.known_hosts is None:
        return NO_KNOWN_HOSTS
    return load_known_hosts(path.parent / overlay.known_hosts)


def _side(server: Server, overlay: ServerSideOverlay) -> ServerEndpoint:
    check, address = server.service_check, overlay.address or server.networks[0].address
    if check is None or address is None:
        missing = "service_check" if check is None else "address"
        raise EndpointError(f"server {server.name}", f"it has no {missing}", "add it in servers.yaml")
    port = check.port
    return ServerEndpoint(
        address=str(address),
        port=overlay.port or port,
        guest_port=overlay.guest_port or port,
    )


def _refuse_unknown(what: str, written: Iterable[str], known: tuple[str, ...]) -> None:
    for name in written:
        if name not in known:
            raise EndpointError(what, f"the inventory has no '{name}'", suggest(name, known))


def _known(what: str, name: str, known: Mapping[str, KnownT]) -> KnownT:
    if name not in known:
        raise EndpointError(f"{what} {name}", "the inventory does not have it", suggest(name, tuple(known)))
    return known[name]
