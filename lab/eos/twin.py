"""The EOS twin: an Arista switch whose eAPI listens on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from lab.cli_tree import Editor
from lab.device_twin import EVERY_TWIN, OTHER_USER
from lab.eos.device import EOSDevice
from lab.eos.eapi_server import EAPIService
from lab.eos.errors import CommandRefused
from lab.eos.management import management_reachable
from lab.eos.show_commands import ExpiryBase, ShowCommands
from lab.errors import LineRefused
from lab.https_twin import HTTPAnswer, HTTPRequest, HTTPSTwin
from lab.models import Fault, FaultName, TwinSpec
from lab.twin import Clock, TwinCredential

_OTHERS_SESSION: Final = "change"


class EOSTwin(HTTPSTwin):
    """An Arista switch: eAPI over HTTPS on loopback, in front of real configuration sessions.

    Args:
        spec: Name, model, management interface and neighbours.
        configuration: The startup configuration; a ``! device:`` line in it tells model and release.
        credential: The one login that it accepts.
        folder: Where it writes its certificate.
        clock: The lab's time.
        expiry_base: Whether the API tells the end of a commit timer in uptime or in seconds of the epoch.

    Raises:
        LabFileError: The configuration holds a line that the twin does not know.
    """

    server_name = "nginx"
    methods = frozenset({"POST"})
    possible_faults: ClassVar[frozenset[FaultName]] = EVERY_TWIN | {
        "flash-full",
        "other-user-change",
        "other-user-pending",
    }
    _device: EOSDevice

    def __init__(
        self,
        spec: TwinSpec,
        configuration: str,
        credential: TwinCredential,
        folder: Path,
        clock: Clock,
        *,
        expiry_base: ExpiryBase = "uptime",
    ) -> None:
        super().__init__(spec, credential, folder, clock)
        self._device = EOSDevice(spec, configuration, self._clock)
        self._service = EAPIService(
            accepts=self._accepts,
            device=self._device,
            shows=ShowCommands(self._device, expiry_base),
            faults=self._faults,
            receive=self._receive,
        )

    def console(self, lines: tuple[str, ...]) -> None:
        """Apply configuration lines as a person at the console would, past every management path and session.

        Raises:
            LineRefused: The device does not take a line; nothing was changed.
        """
        self._device.configure(lines)

    def _enter_as_other(self, fault: Fault) -> None:
        if fault.name == "other-user-change":
            self._device.configure(fault.lines)
            return
        with self._device.lock:
            try:
                session = self._device.open_session(_OTHERS_SESSION, OTHER_USER)
                editor = Editor(session.tree)
                for line in fault.lines:
                    editor.apply(line)
                self._device.commit_session(_OTHERS_SESSION, OTHER_USER, max(1, round(fault.seconds)))
            except CommandRefused as refusal:
                raise LineRefused("commit timer", "refused", 0, str(refusal)) from refusal

    def _running_text(self) -> str:
        return self._device.text(self._device.running)

    def _startup_text(self) -> str:
        return self._device.startup

    def _is_reachable(self) -> bool:
        return management_reachable(self._device.running, self._spec.management_interface)

    def _answer(self, request: HTTPRequest) -> HTTPAnswer:
        return self._service.serve(request)
