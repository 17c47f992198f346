"""The FortiOS twin: a FortiGate whose REST API listens on loopback."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import ClassVar

from lab.device_twin import EVERY_TWIN
from lab.fortios.device import FortiOSDevice
from lab.fortios.errors import RESTRefused
from lab.fortios.management import admin_port, management_reachable
from lab.fortios.rest_api import RESTService
from lab.https_twin import HTTPAnswer, HTTPRequest, HTTPSTwin
from lab.models import Fault, FaultName, TwinSpec
from lab.twin import Clock, TwinCredential


class FortiOSTwin(HTTPSTwin):
    """A standalone FortiGate: the REST API over HTTPS, in front of a real command line.

    Known limits:
        It has no VDOMs and no command line over SSH, and it is one device even where its configuration says
        that it is a member of a cluster.

    Args:
        spec: Name, model, management interface and neighbours.
        configuration: The configuration it boots from; the first line tells model and release.
        credential: The administrator of the API; the password is the token.
        folder: Where it writes its certificate.
        clock: The lab's time.

    Raises:
        LabFileError: The configuration holds a line that no FortiOS device writes.
    """

    without_length = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    # It has no commit of its own that could be pending, and what a full flash says is in no recording.
    possible_faults: ClassVar[frozenset[FaultName]] = EVERY_TWIN | {"other-user-change"}
    _device: FortiOSDevice

    def __init__(
        self, spec: TwinSpec, configuration: str, credential: TwinCredential, folder: Path, clock: Clock
    ) -> None:
        super().__init__(spec, credential, folder, clock)
        self._device = FortiOSDevice(spec, configuration, self._clock, self._faults)
        self._admin_port = admin_port(self._device.running)
        self._service = RESTService(
            self._device, self._accepts, credential.username, self._faults, self._receive
        )

    def start(self) -> None:
        """Bind and serve in threads of its own.

        Raises:
            LabRunError: The port is taken.
        """
        super().start()
        self._device.on_reboot = self._path.drop_connections

    def console(self, lines: tuple[str, ...]) -> None:
        """Apply configuration lines as a person at the console would, past every management path.

        Raises:
            LineRefused: The device does not take a line; nothing was changed.
        """
        self._device.configure(lines)

    def full_configuration(self) -> str:
        """Return the configuration with the defaults that ``show`` hides."""
        with self._device.lock:
            return self._device.text(self._device.running, full=True)

    def _enter_as_other(self, fault: Fault) -> None:
        self._device.configure(fault.lines)

    def _come_back(self) -> None:
        self._device.wake()
        super()._come_back()

    def _running_text(self) -> str:
        return self._device.text(self._device.running)

    def _startup_text(self) -> str:
        return self._device.text(self._device.saved)

    def _is_reachable(self) -> bool:
        if self._device.is_rebooting:
            return False
        return management_reachable(self._device.running, self._spec.management_interface, self._admin_port)

    def _answer(self, request: HTTPRequest) -> HTTPAnswer:
        try:
            return self._service.answer(request)
        except RESTRefused as malformed:
            return HTTPAnswer(malformed.status)

    def _date(self) -> str:
        return self._service.date()
