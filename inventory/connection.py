"""How one device is connected to, for NAPALM and for Ansible: everything but the credential itself.

The credential stays a reference. Whoever opens a connection resolves it at the last moment with
``inventory.credentials.resolve_credential``.
"""

from typing import Final

from pydantic import Field, JsonValue

from inventory.endpoints import DeviceEndpoint, Endpoints, Port
from inventory.models import CredentialReference, Inventory, Model, Platform
from inventory.selection import select_devices

DEFAULT_TIMEOUT_SECONDS: Final = 30.0

_SSH_WITH_PASSWORD: Final[dict[str, JsonValue]] = {"use_keys": False, "allow_agent": False}
_NAPALM: Final[dict[Platform, tuple[str, dict[str, JsonValue]]]] = {
    "ios": ("ios", _SSH_WITH_PASSWORD),
    "nxos": ("nxos_ssh", _SSH_WITH_PASSWORD),
    # Without enforce_verification pyeapi accepts every certificate.
    "eos": ("eos", {"transport": "https", "enforce_verification": True}),
    # What ~/.ssh/config of whoever runs it says must not change where a device is reached.
    "junos": ("junos", {"ssh_config_file": "/dev/null"}),
}
"""The drivers that NAPALM itself has, and what they need besides the port."""


class NAPALMArguments(Model):
    """What a NAPALM driver is made with, by NAPALM's own names, apart from username and password."""

    driver: str = Field(description="For napalm.get_network_driver")
    hostname: str
    timeout: float = Field(gt=0, description="Seconds")
    optional_args: dict[str, JsonValue]


class DeviceConnection(Model):
    """Where and how one device is reached, and where its credential is found."""

    device: str
    platform: Platform
    address: str
    port: Port
    timeout_seconds: float = Field(gt=0)
    credential: CredentialReference
    vault_password_from: str | None = None
    ssh_port: Port | None = Field(
        default=None, description="Of the command line beside the API's, where a platform needs both"
    )
    ca_file: str | None = Field(
        default=None, description="The certificate that the device's TLS is verified against"
    )
    host_key: str | None = Field(default=None, description="The SSH host key that it must show")
    napalm: NAPALMArguments | None = Field(description="Nothing where NAPALM itself has no driver")


def device_connection(
    endpoint: DeviceEndpoint, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
) -> DeviceConnection:
    """Return how the device of an endpoint is connected to."""
    known = _NAPALM.get(endpoint.platform)
    napalm = None
    if known is not None:
        driver, arguments = known
        napalm = NAPALMArguments(
            driver=driver,
            hostname=endpoint.address,
            timeout=timeout_seconds,
            optional_args={"port": endpoint.port, **arguments},
        )
    return DeviceConnection(
        device=endpoint.device,
        platform=endpoint.platform,
        address=endpoint.address,
        port=endpoint.port,
        timeout_seconds=timeout_seconds,
        credential=endpoint.credential,
        vault_password_from=endpoint.vault_password_from,
        ssh_port=endpoint.ssh_port,
        ca_file=endpoint.ca_file,
        host_key=endpoint.host_key,
        napalm=napalm,
    )


def device_connections(
    inventory: Inventory,
    endpoints: Endpoints,
    selection: str = "",
    *,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> tuple[DeviceConnection, ...]:
    """Return how each device of a selection is connected to, in the inventory's order.

    Raises:
        SelectionError: the selection is wrong or matches nothing.

    """
    return tuple(
        device_connection(endpoints.device(one.device.name), timeout_seconds=timeout_seconds)
        for one in select_devices(inventory, selection)
    )


def host_variables(connection: DeviceConnection) -> dict[str, JsonValue]:
    """Return what Ansible knows of a device; the same in an engineer's inventory and in this project's runs.

    Devices are worked on from where Ansible runs, so the connection is local.
    """
    napalm = None if connection.napalm is None else connection.napalm.model_dump(mode="json")
    return {
        "ansible_connection": "local",
        "ansible_host": connection.address,
        "samdrift_platform": connection.platform,
        "samdrift_address": connection.address,
        "samdrift_port": connection.port,
        "samdrift_timeout_seconds": connection.timeout_seconds,
        "samdrift_credential": connection.credential,
        "samdrift_ca_file": connection.ca_file,
        "samdrift_host_key": connection.host_key,
        "samdrift_napalm": napalm,
        # Only where it is another one than the platform's own.
        **({} if connection.ssh_port is None else {"samdrift_ssh_port": connection.ssh_port}),
    }
