"""The NX-OS twin: an SSH server on loopback over the state of one device."""

from pathlib import Path
from typing import ClassVar

import paramiko

from lab.cli_tree import Editor
from lab.device_twin import EVERY_TWIN
from lab.models import Fault, FaultName, TwinSpec
from lab.nxos.device import NXOSDevice
from lab.nxos.shell import Shell
from lab.path_connection import PathConnection
from lab.ssh_twin import ChannelRequest, SSHTwin
from lab.terminal import Terminal
from lab.twin import Clock, TwinCredential


class NXOSTwin(SSHTwin):
    """A Cisco Nexus switch reached over SSH."""

    greeting = "SSH-2.0-OpenSSH_8.9"  # As NX-OS 9 and later greet.
    possible_faults: ClassVar[frozenset[FaultName]] = EVERY_TWIN | {
        "flash-full",
        "slow-echo",
        "other-user-change",
    }
    _device: NXOSDevice

    def __init__(
        self, spec: TwinSpec, configuration: str, credential: TwinCredential, folder: Path, clock: Clock
    ) -> None:
        super().__init__(spec, credential, folder, clock)
        self._device = NXOSDevice(spec, configuration, clock, self._faults)

    def console(self, lines: tuple[str, ...]) -> None:
        """Apply configuration lines as a person at the console would, past every management path and lock.

        Raises:
            LineRefused: The device does not take a line; those before it stay applied.
        """
        device = self._device
        with device.changing():
            editor = Editor(device.running)
            for line in lines:
                device.apply_line(editor, line)

    def _enter_as_other(self, fault: Fault) -> None:
        self.console(fault.lines)

    def _running_text(self) -> str:
        return self._device.text()

    def _startup_text(self) -> str:
        return self._device.startup

    def _is_reachable(self) -> bool:
        return self._device.is_addressed()

    def _takes_logins(self) -> bool:
        return self._device.takes_logins()

    def _takes(self, request: ChannelRequest) -> bool:
        return request.kind == "shell"

    def _serve_channel(
        self, connection: PathConnection, channel: paramiko.Channel, request: ChannelRequest
    ) -> bool:
        del request  # There is nothing but a shell.
        user = channel.get_transport().get_username() or ""
        terminal = Terminal(channel, connection, self._faults)
        Shell(self._device, terminal, user, self._receive).run()
        return False
