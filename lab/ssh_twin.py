"""A device twin that is reached over SSH: its host key, its logins and its channels."""

from __future__ import annotations

import contextlib
import threading
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Literal

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from lab.device_twin import DeviceTwin
from lab.models import TwinSpec
from lab.path_connection import PathConnection
from lab.twin import Clock, TwinCredential

_HOST_KEY_FILE: Final = "ssh_host_key"
_CHANNEL_SECONDS: Final = 30.0
_POLL_SECONDS: Final = 0.1
_JOIN_SECONDS: Final = 5.0

ChannelKind = Literal["shell", "exec", "subsystem"]


@dataclass(frozen=True, slots=True)
class ChannelRequest:
    """What a client wants of a channel; ``command`` is the line of exec or the name of the subsystem."""

    kind: ChannelKind
    command: str = ""


class SSHTwin(DeviceTwin):
    """The part of a twin that every platform over SSH does the same way.

    Args:
        spec: Name, model, management interface and neighbours.
        credential: The one login that it accepts.
        folder: Where it keeps its host key.
        clock: The lab's time.
    """

    greeting: ClassVar[str]
    """The version string that the device's SSH server greets with."""
    one_channel: ClassVar[bool] = True
    """Whether a second session on the same connection is refused."""

    def __init__(self, spec: TwinSpec, credential: TwinCredential, folder: Path, clock: Clock) -> None:
        super().__init__(spec, credential, clock)
        self._host_key = _host_key(folder)

    @property
    def host_key(self) -> str:
        """Return the public host key in the form of a known-hosts entry."""
        return f"{self._host_key.get_name()} {self._host_key.get_base64()}"

    @abstractmethod
    def _takes(self, request: ChannelRequest) -> bool:
        """Return whether the device grants a request."""

    @abstractmethod
    def _serve_channel(
        self, connection: PathConnection, channel: paramiko.Channel, request: ChannelRequest
    ) -> bool:
        """Serve one channel to its end and return whether the connection goes on after it."""

    def _serve(self, connection: PathConnection) -> None:
        transport: paramiko.Transport | None = None
        try:
            transport = paramiko.Transport(connection.silence_with_path())
            transport.local_version = self.greeting
            transport.add_server_key(self._host_key)
            server = _Server(self._accepts, self._takes, connection, one_channel=self.one_channel)
            transport.start_server(server=server)
            self._serve_channels(transport, server, connection)
        except (paramiko.SSHException, OSError, EOFError) as broken:
            self._write_down(f"! connection ended: {type(broken).__name__}")
        finally:
            connection.is_logged_in = False
            if transport is not None:
                with contextlib.suppress(OSError, EOFError):
                    transport.close()
                transport.join(_JOIN_SECONDS)

    def _serve_channels(
        self, transport: paramiko.Transport, server: _Server, connection: PathConnection
    ) -> None:
        while transport.is_active() and not connection.has_ended:
            channel = transport.accept(_POLL_SECONDS)
            if channel is None:
                continue
            request = server.wait_for_request(transport, connection)
            if request is None or not self._serve_channel(connection, channel, request):
                return


class _Server(paramiko.ServerInterface):
    """What paramiko asks about a connection."""

    def __init__(
        self,
        accepts: Callable[[str, str], bool],
        takes: Callable[[ChannelRequest], bool],
        connection: PathConnection,
        *,
        one_channel: bool,
    ) -> None:
        self._accepts = accepts
        self._takes = takes
        self._connection = connection
        self._one_channel = one_channel
        self._opened = False
        self._requested = threading.Event()
        self._request: ChannelRequest | None = None

    def wait_for_request(
        self, transport: paramiko.Transport, connection: PathConnection
    ) -> ChannelRequest | None:
        """Return what the client wants of its channel, None where it says nothing in time."""
        waited = 0.0
        while waited < _CHANNEL_SECONDS and transport.is_active() and not connection.has_ended:
            if self._requested.wait(_POLL_SECONDS):
                self._requested.clear()
                return self._request
            waited += _POLL_SECONDS
        return None

    def get_allowed_auths(self, username: str) -> str:
        """Offer passwords only."""
        return "password" if username else ""

    def check_auth_password(self, username: str, password: str) -> int:
        """Check a login."""
        if not self._accepts(username, password):
            return AUTH_FAILED
        self._connection.is_logged_in = True
        return AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Open one session and, where the device is so, no other on the same connection."""
        if kind == "session" and chanid >= 0 and not (self._opened and self._one_channel):
            self._opened = True
            return OPEN_SUCCEEDED
        return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(self, *_arguments: object) -> bool:
        """Take any terminal where there is a shell; its width may be the device's own all the same."""
        return self._takes(ChannelRequest("shell"))

    def check_channel_window_change_request(self, *_arguments: object) -> bool:
        """Take any size."""
        return self._takes(ChannelRequest("shell"))

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        """Start a shell."""
        return channel is not None and self._begin(ChannelRequest("shell"))

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        """Run one command."""
        return channel is not None and self._begin(ChannelRequest("exec", command.decode(errors="replace")))

    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:
        """Start a subsystem."""
        return channel is not None and self._begin(ChannelRequest("subsystem", name))

    def _begin(self, request: ChannelRequest) -> bool:
        if not self._takes(request):
            return False
        self._request = request
        self._requested.set()
        return True


def _host_key(folder: Path) -> paramiko.ECDSAKey:
    """Return the host key of the folder, made where there is none yet."""
    path = folder / _HOST_KEY_FILE
    if path.exists():
        return paramiko.ECDSAKey.from_private_key_file(str(path))
    key = paramiko.ECDSAKey.generate()
    key.write_private_key_file(str(path))
    return key
