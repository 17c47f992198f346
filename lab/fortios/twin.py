"""The FortiOS twin: a FortiGate whose REST API listens on loopback."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

from lab.certificate import make_certificate
from lab.device_clock import DeviceClock
from lab.device_twin import DeviceTwin
from lab.fortios.device import FortiOSDevice
from lab.fortios.management import admin_port, management_reachable
from lab.fortios.rest_api import RESTService
from lab.fortios.rest_server import Listener, serve_connection
from lab.management_path import ManagementPath
from lab.masking import mask
from lab.models import TwinSpec, TwinState
from lab.twin import Clock, TwinCredential


class FortiOSTwin(DeviceTwin):
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

    def __init__(
        self, spec: TwinSpec, configuration: str, credential: TwinCredential, folder: Path, clock: Clock
    ) -> None:
        super().__init__(spec, credential)
        self._device = FortiOSDevice(spec, configuration, DeviceClock(clock, spec.clock_factor), self._faults)
        self._admin_port = admin_port(self._device.running)
        self._path = ManagementPath(spec.name, spec.port, self._serve)
        self._certificate, key = make_certificate(folder, spec.name)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self._certificate, key)
        service = RESTService(self._device, credential, self._faults, self._record)
        self._listener = Listener(service, self._faults, self._path, self._record)

    @property
    def port(self) -> int:
        """Return the loopback port of the API; known after ``start``."""
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
        self._device.on_reboot = self._path.drop_connections

    def stop(self) -> None:
        """Close every socket and thread."""
        self._device.stop()
        self._path.stop()

    def state(self) -> TwinState:
        """Return a consistent copy of the true state; startup is what it would boot with."""
        device = self._device
        with device.lock:
            return TwinState(
                name=self.name,
                platform="fortios",
                running=device.text(device.running),
                startup=device.text(device.saved),
                pending=device.pending(),
                commits=device.commits,
                reverts=device.reverts,
                management_reachable=self._reachable(),
                sessions=self._path.connections(),
                faults=self._faults.active(),
            )

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

    def _reachable(self) -> bool:
        if self._device.is_rebooting:
            return False
        return management_reachable(self._device.running, self._spec.management_interface, self._admin_port)

    def _follow_path(self) -> None:
        self._path.switch(is_open=self._reachable())

    def _serve(self, connection: socket.socket) -> None:
        serve_connection(self._listener, self._tls, connection)

    def _record(self, text: str) -> None:
        self._write_down(mask(text, (self._credential.password,)))
