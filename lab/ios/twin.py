"""The IOS twin: an SSH server on loopback over the state of one device."""

import shlex
from pathlib import Path
from typing import ClassVar, Final

import paramiko

from lab.device_twin import EVERY_TWIN, OTHER_USER
from lab.ios.device import IOSDevice
from lab.ios.scp_sink import receive_file
from lab.ios.shell import Shell
from lab.models import Fault, FaultName, TwinSpec
from lab.path_connection import PathConnection
from lab.ssh_twin import ChannelRequest, SSHTwin
from lab.terminal import ConnectionLost, Terminal
from lab.twin import Clock, TwinCredential

_SECONDS_PER_MINUTE: Final = 60


class IOSTwin(SSHTwin):
    """A Cisco IOS device reached over SSH and SCP."""

    greeting = "SSH-2.0-Cisco-1.25"  # As IOS and IOS-XE greet.
    possible_faults: ClassVar[frozenset[FaultName]] = EVERY_TWIN | {
        "flash-full",
        "slow-echo",
        "other-user-change",
        "other-user-pending",
    }
    _device: IOSDevice

    def __init__(
        self, spec: TwinSpec, configuration: str, credential: TwinCredential, folder: Path, clock: Clock
    ) -> None:
        super().__init__(spec, credential, folder, clock)
        self._device = IOSDevice(spec, configuration, clock, self._faults)

    def console(self, lines: tuple[str, ...]) -> None:
        """Apply configuration lines as a person at the console would, past every management path and lock.

        Raises:
            LineRefused: The device does not take a line; those before it stay applied.

        """
        self._configure(lines, "console")

    def _configure(self, lines: tuple[str, ...], user: str) -> None:
        session = self._device.begin_session(user)
        try:
            for line in lines:
                self._device.apply_line(session, line)
        finally:
            self._device.end_session(session)

    def _enter_as_other(self, fault: Fault) -> None:
        with self._device.lock:
            if fault.name == "other-user-pending":
                self._device.arm(OTHER_USER, max(1, round(fault.seconds / _SECONDS_PER_MINUTE)))
            self._configure(fault.lines, OTHER_USER)

    def _running_text(self) -> str:
        return f"{self._device.running.render()}end\n"

    def _startup_text(self) -> str:
        return f"{self._device.startup}end\n"

    def _is_reachable(self) -> bool:
        return self._device.is_addressed()

    def _takes_logins(self) -> bool:
        return self._device.takes_logins()

    def _takes(self, request: ChannelRequest) -> bool:
        return request.kind != "subsystem"

    def _serve_channel(
        self, connection: PathConnection, channel: paramiko.Channel, request: ChannelRequest
    ) -> bool:
        user = channel.get_transport().get_username() or ""
        terminal = Terminal(channel, connection, self._faults)
        secret = self._credential.enable_secret
        shell = Shell(self._device, terminal, user, self._receive, enable_secret=secret)
        if request.kind == "shell":
            shell.run()
            return False
        try:
            self._execute(shell, channel, request.command)
        except ConnectionLost:
            return False
        channel.close()
        return True

    def _execute(self, shell: Shell, channel: paramiko.Channel, command: str) -> None:
        self._receive(command)
        words = shlex.split(command)
        if words[:1] == ["scp"] and "-t" in words:
            self._receive_file(channel, words[-1])
        else:
            channel.sendall((shell.execute(command) or "").encode())
        channel.send_exit_status(0)

    def _receive_file(self, channel: paramiko.Channel, path: str) -> None:
        if self._credential.enable_secret:
            # The level that a session is raised to counts for that session only.
            channel.sendall(b"\x02Privilege denied.\n")
            return
        allowed = bool(self._device.running.find("ip scp server enable"))
        receive_file(channel, self._device.files, path, allowed=allowed)
