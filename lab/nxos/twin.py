"""The NX-OS twin: an SSH server on loopback over the state of one device."""

import socket
import threading
from pathlib import Path
from typing import Final

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from lab.cli_tree import Editor
from lab.device_twin import DeviceTwin
from lab.ios.terminal import Terminal
from lab.loopback_port import LoopbackPort, SilenceableSocket
from lab.masking import mask
from lab.models import TwinSpec, TwinState
from lab.nxos.device import NXOSDevice
from lab.nxos.shell import Shell
from lab.twin import Clock, TwinCredential

_CHANNEL_WAIT_SECONDS: Final = 30.0
_ACCEPT_SECONDS: Final = 0.1
_JOIN_SECONDS: Final = 5.0


class NXOSTwin(DeviceTwin):
    """A Cisco Nexus switch reached over SSH."""

    def __init__(
        self, spec: TwinSpec, configuration: str, credential: TwinCredential, folder: Path, clock: Clock
    ) -> None:
        super().__init__(spec, credential)
        self._folder = folder
        self._device = NXOSDevice(spec, configuration, clock, self._faults)
        self._port: LoopbackPort | None = None
        self._host_key = paramiko.ECDSAKey.generate()
        self._connections: set[_Connection] = set()
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """Return the loopback port of SSH; known after ``start``."""
        if self._port is None:
            raise RuntimeError(f"twin {self.name}: start it before asking for its port")
        return self._port.port

    def start(self) -> None:
        """Bind and serve in threads of its own.

        Raises:
            LabRunError: The port is taken.
        """
        self._port = LoopbackPort(self.name, self._spec.port)
        self._device.on_path = self._follow_path
        self._device.check_path()

    def stop(self) -> None:
        """Close every socket and thread."""
        self._device.on_path = lambda: None
        if self._port is not None:
            self._port.release()
        self.cut_sessions()

    def cut_sessions(self) -> None:
        """End every session as a broken path does; new ones can be opened."""
        with self._lock:
            connections = tuple(self._connections)
        for connection in connections:
            connection.close()
        for connection in connections:
            connection.join()

    def state(self) -> TwinState:
        """Return a consistent copy of the true state."""
        device = self._device
        with self._lock:
            sessions = sum(connection.is_open for connection in self._connections)
        with device.lock:
            return TwinState(
                name=self.name,
                platform="nxos",
                running=device.text(),
                startup=device.startup,
                pending=None,
                commits=device.commits,
                reverts=0,
                management_reachable=self._is_reachable(),
                sessions=sessions,
                faults=self._faults.active(),
            )

    def console(self, lines: tuple[str, ...]) -> None:
        """Apply configuration lines as a person at the console would, past every management path and lock.

        Raises:
            LineRefused: The device does not take a line; those before it stay applied.
        """
        device = self._device
        with device.lock:
            before, editor = device.text(), Editor(device.running)
            try:
                for line in lines:
                    device.apply_line(editor, line)
            finally:
                device.note_change(before)

    def accepts(self, username: str, password: str) -> bool:
        """Return whether a login is right; a fault may refuse every one."""
        if self._faults.use("refuse-login") is not None:
            return False
        return self._credential.matches(username, password)

    def record(self, line: str) -> None:
        """Write a received line down."""
        self._write_down(mask(line, (self._credential.password,)))

    def forget(self, connection: "_Connection") -> None:
        """Drop a connection that has ended."""
        with self._lock:
            self._connections.discard(connection)

    def _is_reachable(self) -> bool:
        return self._device.path.is_set() and self._device.takes_logins()

    def _follow_path(self) -> None:
        if self._port is None:
            return
        if self._is_reachable():
            self._port.open(self._accept)
        else:
            self._port.shut()

    def _accept(self, connection: socket.socket) -> None:
        served = _Connection(self, self._device, connection, self._host_key)
        with self._lock:
            self._connections.add(served)
        served.start()


class _Connection:
    """One SSH connection with its one terminal."""

    def __init__(
        self, twin: NXOSTwin, device: NXOSDevice, connection: socket.socket, host_key: paramiko.PKey
    ) -> None:
        self._twin = twin
        self._device = device
        # A terminal sends letters as they come; held back, every echo would wait for the one before.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = SilenceableSocket(connection, device.path)
        self._host_key = host_key
        self._transport: paramiko.Transport | None = None
        self._thread = threading.Thread(target=self._run, name=f"{twin.name}-ssh", daemon=True)

    @property
    def is_open(self) -> bool:
        """Return whether somebody is logged in."""
        return self._transport is not None and self._transport.is_authenticated()

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.close()
        self._socket.close()

    def join(self) -> None:
        """Wait until the connection's threads have ended."""
        self._thread.join(timeout=_JOIN_SECONDS)
        if self._transport is not None:
            self._transport.join(_JOIN_SECONDS)

    def _run(self) -> None:
        try:
            transport = paramiko.Transport(self._socket)
            self._transport = transport
            transport.local_version = "SSH-2.0-OpenSSH_8.9"  # As NX-OS 9 and later greet.
            transport.add_server_key(self._host_key)
            server = _Server(self._twin)
            transport.start_server(server=server)
            while transport.is_active():
                channel = transport.accept(_ACCEPT_SECONDS)
                if channel is not None and server.requested.wait(_CHANNEL_WAIT_SECONDS):
                    Shell(self._device, Terminal(channel), server.user, self._twin.record).run()
                    break
        except (paramiko.SSHException, OSError, EOFError):
            pass
        finally:
            self.close()
            self._twin.forget(self)


class _Server(paramiko.ServerInterface):
    """What paramiko asks about a connection."""

    def __init__(self, twin: NXOSTwin) -> None:
        self._twin = twin
        self._opened = False
        self.user = ""
        self.requested = threading.Event()

    def get_allowed_auths(self, username: str) -> str:
        """Offer passwords only."""
        return "password" if username else ""

    def check_auth_password(self, username: str, password: str) -> int:
        """Check a login."""
        if not self._twin.accepts(username, password):
            return AUTH_FAILED
        self.user = username
        return AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Open one session and no other on the same connection."""
        if kind == "session" and chanid >= 0 and not self._opened:
            self._opened = True
            return OPEN_SUCCEEDED
        return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(self, *_arguments: object) -> bool:
        """Take any terminal; its width is the device's own, whatever the client asks for."""
        return True

    def check_channel_window_change_request(self, *_arguments: object) -> bool:
        """Take any size."""
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        """Start a shell."""
        self.requested.set()
        return channel is not None
