"""The IOS twin: an SSH server on loopback over the state of one device."""

import shlex
import socket
import threading
from pathlib import Path

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from lab.device_twin import DeviceTwin
from lab.ios.device import IOSDevice
from lab.ios.scp_sink import receive_file
from lab.ios.shell import Shell
from lab.ios.terminal import ConnectionLost, Terminal
from lab.loopback_port import LoopbackPort, SilenceableSocket
from lab.masking import mask
from lab.models import TwinSpec, TwinState
from lab.twin import Clock, TwinCredential

_CHANNEL_WAIT_SECONDS = 30.0
_ACCEPT_SECONDS = 0.1
_JOIN_SECONDS = 5.0


class IOSTwin(DeviceTwin):
    """A Cisco IOS device reached over SSH and SCP."""

    def __init__(
        self, spec: TwinSpec, configuration: str, credential: TwinCredential, folder: Path, clock: Clock
    ) -> None:
        super().__init__(spec, credential)
        self._folder = folder
        self._device = IOSDevice(spec, configuration, clock, self._faults)
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
        self._device.confirm()
        if self._port is not None:
            self._port.release()
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
                platform="ios",
                running=f"{device.running.render()}end\n",
                startup=f"{device.startup}end\n",
                pending=device.pending(),
                commits=device.commits,
                reverts=device.reverts,
                management_reachable=self._is_reachable(),
                sessions=sessions,
                faults=self._faults.active(),
            )

    def console(self, lines: tuple[str, ...]) -> None:
        """Apply configuration lines as a person at the console would, past every management path and lock.

        Raises:
            LineRefused: The device does not take a line; those before it stay applied.

        """
        session = self._device.begin_session("console")
        try:
            for line in lines:
                self._device.apply_line(session, line)
        finally:
            self._device.end_session(session)

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
    """One SSH connection: its transport and the thread of each channel."""

    def __init__(
        self, twin: IOSTwin, device: IOSDevice, connection: socket.socket, host_key: paramiko.PKey
    ) -> None:
        self._twin = twin
        self._device = device
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
            transport.local_version = "SSH-2.0-Cisco-1.25"  # As IOS and IOS-XE greet.
            transport.add_server_key(self._host_key)
            server = _Server(self._twin)
            transport.start_server(server=server)
            while transport.is_active():
                channel = transport.accept(_ACCEPT_SECONDS)
                if channel is not None:
                    self._serve(channel, server)
        except (paramiko.SSHException, OSError, EOFError):
            pass
        finally:
            self.close()
            self._twin.forget(self)

    def _serve(self, channel: paramiko.Channel, server: "_Server") -> None:
        """Serve one channel to its end."""
        if not server.requested.wait(_CHANNEL_WAIT_SECONDS):
            return
        server.requested.clear()
        user = server.user
        if server.command is None:
            Shell(self._device, Terminal(channel), user, self._twin.record).run()
            self.close()
            return
        try:
            self._execute(channel, server.command, user)
            channel.close()
        except ConnectionLost:
            self.close()

    def _execute(self, channel: paramiko.Channel, command: str, user: str) -> None:
        self._twin.record(command)
        words = shlex.split(command)
        if words[:1] == ["scp"] and "-t" in words:
            allowed = bool(self._device.running.find("ip scp server enable"))
            receive_file(channel, self._device.files, words[-1], allowed=allowed)
        else:
            answer = Shell(self._device, Terminal(channel), user, self._twin.record).execute(command) or ""
            channel.sendall(answer.encode())
        channel.send_exit_status(0)


class _Server(paramiko.ServerInterface):
    """What paramiko asks about a connection."""

    def __init__(self, twin: IOSTwin) -> None:
        self._twin = twin
        self._opened = False
        self.user = ""
        self.command: str | None = None
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
        """Open one session and, as the device, no other on the same connection."""
        if kind == "session" and chanid >= 0 and not self._opened:
            self._opened = True
            return OPEN_SUCCEEDED
        return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(self, *_arguments: object) -> bool:
        """Take any terminal."""
        return True

    def check_channel_window_change_request(self, *_arguments: object) -> bool:
        """Take any size."""
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        """Start a shell."""
        self.command = None
        self.requested.set()
        return channel is not None

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        """Run one command."""
        self.command = command.decode(errors="replace")
        self.requested.set()
        return channel is not None
