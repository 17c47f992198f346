"""The Junos twin: an SRX that listens on loopback."""

from __future__ import annotations

import itertools
import socket
from pathlib import Path
from typing import Final

import paramiko

from lab.device_clock import DeviceClock
from lab.device_twin import DeviceTwin
from lab.errors import LabFileError, LineRefused
from lab.junos.curly import read_configuration
from lab.junos.database import ConfigurationDatabase
from lab.junos.errors import ConfigurationRefused, DatabaseRefused
from lab.junos.management import management_reachable
from lab.junos.netconf_server import NetconfDevice, serve_connection
from lab.junos.operational import DEFAULT_VERSION
from lab.junos.render import render_curly
from lab.junos.rpc import RPCService
from lab.junos.srx_schema import srx_schema
from lab.junos.statements import Statement, put
from lab.management_path import ManagementPath
from lab.models import PendingCommit, TwinSpec, TwinState
from lab.twin import Clock, TwinCredential

_HOST_KEY_FILE: Final = "ssh_host_key"


def _host_key(folder: Path) -> paramiko.ECDSAKey:
    """Return the host key of the folder, made where there is none yet."""
    path = folder / _HOST_KEY_FILE
    if path.exists():
        return paramiko.ECDSAKey.from_private_key_file(str(path))
    key = paramiko.ECDSAKey.generate()
    key.write_private_key_file(str(path))
    return key


def _first_configuration(spec: TwinSpec, text: str) -> Statement:
    try:
        root = read_configuration(text, srx_schema())
    except ConfigurationRefused as refused:
        raise LabFileError(
            f"{spec.name}: the twin refuses its starting configuration {spec.configuration}: {refused}; "
            "correct the statement or add it to the twin's schema"
        ) from refused
    if root.value("version") is None:
        put(root, ("version", DEFAULT_VERSION), f"set version {DEFAULT_VERSION}")
    return root


class JunosTwin(DeviceTwin):
    """An SRX: NETCONF over SSH on loopback, in front of a real configuration database.

    Args:
        spec: Name, model, management interface and neighbours.
        configuration: The committed configuration to start from, in curly or set form.
        credential: The one login that it accepts.
        folder: Where it keeps its host key.
        clock: The lab's time.
        chunked: Offer NETCONF 1.1 and its chunks, as a device with ``rfc-compliant`` and ``version-1.1``.

    Raises:
        LabFileError: The configuration holds a statement that the twin does not know.
    """

    def __init__(
        self,
        spec: TwinSpec,
        configuration: str,
        credential: TwinCredential,
        folder: Path,
        clock: Clock,
        *,
        chunked: bool = False,
    ) -> None:
        super().__init__(spec, credential)
        root = _first_configuration(spec, configuration)
        device_clock = DeviceClock(clock, spec.clock_factor)
        self._path = ManagementPath(spec.name, spec.port, self._serve)
        self._database = ConfigurationDatabase(root, device_clock, self._running_changed)
        self._device = NetconfDevice(
            credential=credential,
            host_key=_host_key(folder),
            database=self._database,
            service=RPCService(self._database, device_clock, spec, self._faults),
            clock=device_clock,
            faults=self._faults,
            path=self._path,
            record=self._write_down,
            session_numbers=itertools.count(1),
            chunked=chunked,
        )

    @property
    def port(self) -> int:
        """Return the loopback port of NETCONF; known after ``start``."""
        return self._path.port

    @property
    def host_key(self) -> str:
        """Return the public host key in the form of a known-hosts entry."""
        return f"{self._device.host_key.get_name()} {self._device.host_key.get_base64()}"

    def start(self) -> None:
        """Bind and serve in threads of its own.

        Raises:
            LabRunError: The port is taken.
        """
        self._path.start(is_open=self._reachable(self._database.running()))

    def stop(self) -> None:
        """Close every socket and thread."""
        self._database.stop()
        self._path.stop()

    def state(self) -> TwinState:
        """Return a consistent copy of the true state."""
        snapshot = self._database.snapshot()
        text = render_curly(snapshot.running)
        pending = None
        if snapshot.pending is not None:
            pending = PendingCommit(user=snapshot.pending[0], seconds_left=snapshot.pending[1])
        return TwinState(
            name=self.name,
            platform="junos",
            running=text,
            # What is committed is what the device boots with, confirmed or not.
            startup=text,
            pending=pending,
            commits=snapshot.commits,
            reverts=snapshot.reverts,
            management_reachable=self._reachable(snapshot.running),
            sessions=self._path.connections(),
            faults=self._faults.active(),
        )

    def console(self, lines: tuple[str, ...]) -> None:
        """Commit configuration lines of the set form at once, past every management path and lock.

        Raises:
            LineRefused: The device does not take a line or refuses to commit; nothing was changed.
        """
        try:
            self._database.apply_at_console(lines)
        except ConfigurationRefused as refused:
            raise LineRefused(refused.line, "refused", 0, str(refused)) from refused
        except DatabaseRefused as refused:
            raise LineRefused("commit", "refused", 0, str(refused)) from refused

    def _reachable(self, running: Statement) -> bool:
        return management_reachable(running, self._spec.management_interface)

    def _running_changed(self, running: Statement) -> None:
        self._path.switch(is_open=self._reachable(running))

    def _serve(self, connection: socket.socket) -> None:
        serve_connection(self._device, connection)
