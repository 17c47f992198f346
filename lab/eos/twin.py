"""The EOS twin: an Arista switch whose eAPI listens on loopback."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

from lab.certificate import make_certificate
from lab.device_clock import DeviceClock
from lab.device_twin import DeviceTwin
from lab.eos.device import EOSDevice
from lab.eos.eapi_server import EAPIService, serve_connection
from lab.eos.management import management_reachable
from lab.eos.show_commands import ExpiryBase, ShowCommands
from lab.management_path import ManagementPath
from lab.masking import mask
from lab.models import TwinSpec, TwinState
from lab.twin import Clock, TwinCredential


class EOSTwin(DeviceTwin):
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
        super().__init__(spec, credential)
        self._device = EOSDevice(spec, configuration, DeviceClock(clock, spec.clock_factor))
        self._path = ManagementPath(spec.name, spec.port, self._serve)
        self._certificate, key = make_certificate(folder, spec.name)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self._certificate, key)
        self._service = EAPIService(
            credential=credential,
            device=self._device,
            shows=ShowCommands(self._device, expiry_base),
            faults=self._faults,
            path=self._path,
            record=self._record,
        )

    @property
    def port(self) -> int:
        """Return the loopback port of eAPI; known after ``start``."""
        return self._path.port

    @property
    def ca_file(self) -> Path:
        """Return the certificate that a client must trust to verify the twin as 127.0.0.1."""
        return self._certificate

    def start(self) -> None:
        """Bind and serve in threads of its own.

        Raises:
            LabRunError: The port is taken.
        """
        self._path.start(is_open=self._reachable())
        self._device.on_change = self._follow_path

    def stop(self) -> None:
        """Close every socket and thread."""
        self._device.stop()
        self._path.stop()

    def state(self) -> TwinState:
        """Return a consistent copy of the true state."""
        device = self._device
        with device.lock:
            return TwinState(
                name=self.name,
                platform="eos",
                running=device.text(device.running),
                startup=device.startup,
                pending=device.pending(),
                commits=device.commits,
                reverts=device.reverts,
                management_reachable=self._reachable(),
                sessions=self._path.connections(),
                faults=self._faults.active(),
            )

    def console(self, lines: tuple[str, ...]) -> None:
        """Apply configuration lines as a person at the console would, past every management path and session.

        Raises:
            LineRefused: The device does not take a line; nothing was changed.
        """
        self._device.configure(lines)

    def _reachable(self) -> bool:
        return management_reachable(self._device.running, self._spec.management_interface)

    def _follow_path(self) -> None:
        self._path.switch(is_open=self._reachable())

    def _serve(self, connection: socket.socket) -> None:
        serve_connection(self._service, self._tls, connection)

    def _record(self, text: str) -> None:
        self._write_down(mask(text, (self._credential.password,)))
