"""The Junos twin: an SRX that listens on loopback."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import ClassVar

import paramiko

from lab.device_twin import EVERY_TWIN, OTHER_USER
from lab.errors import LabFileError, LineRefused
from lab.junos.curly import read_configuration
from lab.junos.database import SECONDS_PER_MINUTE, ConfigurationDatabase
from lab.junos.errors import ConfigurationRefused, DatabaseRefused
from lab.junos.management import management_reachable
from lab.junos.netconf_server import XML_MODE, NetconfDevice, NetconfSession
from lab.junos.operational import DEFAULT_VERSION
from lab.junos.render import render_curly
from lab.junos.rpc import RPCService
from lab.junos.srx_schema import srx_schema
from lab.junos.statements import Statement, put
from lab.models import Fault, FaultName, TwinSpec
from lab.path_connection import PathConnection
from lab.ssh_twin import ChannelRequest, SSHTwin
from lab.twin import Clock, TwinCredential


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


class JunosTwin(SSHTwin):
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

    greeting = "SSH-2.0-OpenSSH_7.5"  # As Junos greets, and others do.
    one_channel = False
    possible_faults: ClassVar[frozenset[FaultName]] = EVERY_TWIN | {
        "flash-full",
        "other-user-change",
        "other-user-pending",
    }
    _device: ConfigurationDatabase

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
        super().__init__(spec, credential, folder, clock)
        root = _first_configuration(spec, configuration)
        self._device = ConfigurationDatabase(root, self._clock, self._faults)
        self._netconf = NetconfDevice(
            database=self._device,
            service=RPCService(self._device, self._clock, spec, self._faults),
            clock=self._clock,
            faults=self._faults,
            receive=self._receive,
            session_numbers=itertools.count(1),
            chunked=chunked,
        )

    def console(self, lines: tuple[str, ...]) -> None:
        """Commit configuration lines of the set form at once, past every management path and lock.

        Raises:
            LineRefused: The device does not take a line or refuses to commit; nothing was changed.
        """
        try:
            self._device.apply_at_console(lines)
        except ConfigurationRefused as refused:
            raise LineRefused(refused.line, "refused", 0, str(refused)) from refused
        except DatabaseRefused as refused:
            raise LineRefused("commit", "refused", 0, str(refused)) from refused

    def _enter_as_other(self, fault: Fault) -> None:
        minutes = max(1, round(fault.seconds / SECONDS_PER_MINUTE))
        try:
            self._device.commit_as_other(
                fault.lines, OTHER_USER, minutes if fault.name == "other-user-pending" else None
            )
        except (ConfigurationRefused, DatabaseRefused) as refused:
            raise LineRefused("commit", "refused", 0, str(refused)) from refused

    def _running_text(self) -> str:
        return render_curly(self._device.running())

    def _startup_text(self) -> str:
        # What is committed is what the device boots with, confirmed or not.
        return self._running_text()

    def _is_reachable(self) -> bool:
        return management_reachable(self._device.running(), self._spec.management_interface)

    def _takes(self, request: ChannelRequest) -> bool:
        return request in {ChannelRequest("subsystem", "netconf"), ChannelRequest("exec", XML_MODE)}

    def _serve_channel(
        self, connection: PathConnection, channel: paramiko.Channel, request: ChannelRequest
    ) -> bool:
        del request  # Both ways in lead to the same session.
        user = channel.get_transport().get_username() or ""
        NetconfSession(self._netconf, connection, channel, user).run()
        return False
