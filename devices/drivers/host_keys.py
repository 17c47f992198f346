"""SSH host keys: a device is talked to only when it proves to be the one whose key is recorded.

The libraries below accept any key unless told otherwise, and would hand the password to whoever answers. Here
the recorded key is compared before a credential is sent. Where none is recorded nothing is sent at all, and
the error tells the key that the device shows, to be compared at its console and recorded.
"""

import base64
import binascii
import hashlib
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import paramiko
from ncclient.transport.errors import SSHUnknownHostError
from netmiko.ssh_dispatcher import CLASS_MAPPER
from paramiko.hostkeys import HostKeyEntry

from devices.errors import DeviceError, DeviceUnreachable, HostKeyChanged, HostKeyUnknown
from devices.models import DeviceTarget

_NOT_KNOWN: Final = ("not found in known_hosts", "no acceptable host key")
_DEFAULT_PORT: Final = 22


def require_host_key(target: DeviceTarget) -> str:
    """Return the recorded key of a target.

    Raises:
        HostKeyUnknown: none is recorded; it tells which one the device shows.
        HostKeyChanged: what is recorded is no host key.
        DeviceUnreachable: none is recorded, and nothing answers either.
    """
    recorded = target.host_key
    if recorded is None:
        shown = shown_host_key(target)
        raise HostKeyUnknown(
            target.device,
            f"no SSH host key is recorded for it, so nothing was sent; it shows '{shown}' "
            f"({fingerprint(shown)}); compare that at its console and record it in the endpoints file",
        )
    if _entry(target.address, recorded) is None:
        raise HostKeyChanged(
            target.device,
            "what is recorded as its host_key is no SSH host key; write it in one line, ssh-ed25519 AAAA...",
        )
    return recorded


def shown_host_key(target: DeviceTarget) -> str:
    """Return the key that a device shows, in the form of a known-hosts entry; no login is begun.

    Raises:
        DeviceUnreachable: nothing there speaks SSH.
    """
    transport: paramiko.Transport | None = None
    try:
        connection = socket.create_connection((target.address, target.port), timeout=target.timeout_seconds)
        transport = paramiko.Transport(connection)
        transport.start_client(timeout=target.timeout_seconds)
        key = transport.get_remote_server_key()
    except (OSError, EOFError, paramiko.SSHException) as error:
        raise DeviceUnreachable(
            target.device,
            f"no SSH session with {target.address} port {target.port} could be opened; check power, address "
            "and the path to the device",
        ) from error
    finally:
        if transport is not None:
            transport.close()
    return f"{key.get_name()} {key.get_base64()}"


def fingerprint(host_key: str) -> str:
    """Return the SHA-256 fingerprint of a key as ``ssh-keygen -l`` writes it."""
    digest = hashlib.sha256(base64.b64decode(host_key.split()[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def known_hosts_line(address: str, port: int, host_key: str) -> str:
    """Return the line of a known_hosts file that a server is looked up by."""
    return f"{_server_name(address, port)} {host_key}\n"


def known(library_class: Any, host_key: str, host: str, port: int) -> Any:
    """Return a class of netmiko that connects to the server with this key and to no other.

    Every further connection that netmiko makes from it (file copies) is checked the same way.
    """
    entry = _entry(_server_name(host, port), host_key)

    class KnownConnection(library_class):  # type: ignore[misc]  # netmiko has no types
        def _build_ssh_client(self) -> paramiko.SSHClient:
            client: paramiko.SSHClient = super()._build_ssh_client()
            return expect_host_key(client, entry)

    return KnownConnection


def open_known_connection(host_key: str, *, device_type: str, host: str, port: int, **options: Any) -> Any:
    """Open a netmiko connection like ``ConnectHandler``, to the server with this key and to no other."""
    made = known(CLASS_MAPPER[device_type], host_key, host, port)
    return made(device_type=device_type, host=host, port=port, **options)


def expect_host_key(client: paramiko.SSHClient, entry: HostKeyEntry | None) -> paramiko.SSHClient:
    """Make a client refuse every server but the one of a known-hosts entry."""
    client.get_host_keys().clear()
    if entry is not None and entry.hostnames and entry.key is not None:
        client.get_host_keys().add(entry.hostnames[0], entry.key.get_name(), entry.key)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    return client


def host_key_error(device: str, error: BaseException) -> DeviceError | None:
    """Return what an exception says about the host key, None where it is about something else."""
    if not any(_is_about_the_key(one) for one in _chain(error)):
        return None
    return HostKeyChanged(
        device,
        "its SSH host key is not the one that is recorded for it, so nothing was sent; find out whether the "
        "device was replaced, compare the key at its console, and correct host_key",
    )


def _is_about_the_key(error: BaseException) -> bool:
    if isinstance(error, (paramiko.BadHostKeyException, SSHUnknownHostError)):
        return True
    return any(text in str(error) for text in _NOT_KNOWN)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = getattr(error, "_orig", None) or error.__cause__ or error.__context__


def _server_name(address: str, port: int) -> str:
    return address if port == _DEFAULT_PORT else f"[{address}]:{port}"


def _entry(name: str, host_key: str) -> HostKeyEntry | None:
    with suppress(paramiko.SSHException, ValueError, binascii.Error, paramiko.hostkeys.InvalidHostKey):
        return HostKeyEntry.from_line(f"{name} {host_key}")
    return None
