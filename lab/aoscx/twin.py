"""The AOS-CX twin: an SSH server on loopback over the state of one device."""

from pathlib import Path
from typing import ClassVar, Final

import paramiko

from lab.aoscx.checkpoints import CheckpointRefused
from lab.aoscx.device import AOSCXDevice
from lab.aoscx.shell import Shell
from lab.aoscx.terminal import WrappingTerminal
from lab.cli_tree import Editor
from lab.device_twin import EVERY_TWIN, OTHER_USER
from lab.errors import LineRefused
from lab.models import Fault, FaultName, TwinSpec
from lab.path_connection import PathConnection
from lab.ssh_twin import ChannelRequest, SSHTwin
from lab.twin import Clock, TwinCredential

_SECONDS_PER_MINUTE: Final = 60


class _OtherSession:
    """The session of another user; nobody of ours sees what it is told."""

    user = OTHER_USER

    def tell(self, text: str) -> None:
        """Print a line on a screen that nobody looks at."""


class AOSCXTwin(SSHTwin):
    """An Aruba AOS-CX switch reached over SSH."""

    greeting = "SSH-2.0-OpenSSH_8.9"  # Like most Linux servers.
    possible_faults: ClassVar[frozenset[FaultName]] = EVERY_TWIN | {
        "slow-echo",
        "other-user-change",
        "other-user-pending",
    }
    _device: AOSCXDevice

    def __init__(
        self, spec: TwinSpec, configuration: str, credential: TwinCredential, folder: Path, clock: Clock
    ) -> None:
        super().__init__(spec, credential, folder, clock)
        self._device = AOSCXDevice(spec, configuration, clock, self._faults)

    def console(self, lines: tuple[str, ...]) -> None:
        """Apply configuration lines as a person at the console would, past every management path and lock.

        Raises:
            LineRefused: The device does not take a line; those before it stay applied.
        """
        device = self._device
        with device.lock:
            before, editor = device.running.render(), Editor(device.running)
            try:
                for line in lines:
                    device.apply_line(editor, line)
            finally:
                device.note_change(before)

    def _enter_as_other(self, fault: Fault) -> None:
        with self._device.lock:
            if fault.name == "other-user-pending":
                try:
                    self._device.arm(_OtherSession(), max(1, round(fault.seconds / _SECONDS_PER_MINUTE)))
                except CheckpointRefused as refusal:
                    raise LineRefused("checkpoint auto", "refused", 0, str(refusal)) from refusal
            self.console(fault.lines)

    def _running_text(self) -> str:
        return self._device.running.render()

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
        terminal = WrappingTerminal(channel, connection, self._faults)
        Shell(self._device, terminal, user, self._receive).run()
        return False
