"""The PAN-OS twin: a firewall with its XML API and its command line on two loopback ports."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import ClassVar, Final

import paramiko

from lab.device_twin import EVERY_TWIN, OTHER_USER
from lab.errors import LineRefused
from lab.https_twin import HTTPAnswer, HTTPRequest, HTTPSTwin
from lab.management_path import ManagementPath
from lab.masking import mask
from lab.models import Fault, FaultName, TwinSpec, TwinState
from lab.panos.device import PANOSDevice
from lab.panos.errors import PANOSRefused
from lab.panos.management import ManagementPort, service_runs
from lab.panos.shell import PANOSShell
from lab.panos.ssh_login import GREETING, LoginServer, host_key
from lab.panos.terminal import PANOSTerminal
from lab.panos.xml_api import XMLAPI
from lab.path_connection import PathConnection
from lab.twin import Clock, TwinCredential

_POLL_SECONDS: Final = 0.1
_JOIN_SECONDS: Final = 5.0


class PANOSTwin(HTTPSTwin):
    """A standalone Palo Alto firewall; ``port`` is that of its API, ``ssh_port`` that of its command line.

    Another user's change is left in the candidate, as PAN-OS does; the line ``commit`` behind it commits.

    Args:
        spec: Name, model, management interface and neighbours.
        configuration: The configuration it boots from, as XML or as ``set`` lines.
        credential: The one administrator.
        folder: Where it writes its certificate and host key.
        clock: The lab's time.

    Raises:
        LabFileError: The configuration holds what no firewall writes.
    """

    methods: ClassVar[frozenset[str]] = frozenset({"GET", "POST"})
    possible_faults: ClassVar[frozenset[FaultName]] = EVERY_TWIN | {"slow-echo", "other-user-change"}

    def __init__(
        self, spec: TwinSpec, configuration: str, credential: TwinCredential, folder: Path, clock: Clock
    ) -> None:
        super().__init__(spec, credential, folder, clock)
        self._firewall = PANOSDevice(spec, configuration, self._clock, self._faults)
        self._device = self._firewall
        self._management = ManagementPort(self._firewall.running)
        self._ssh_path = ManagementPath(f"{spec.name} (SSH)", 0, self._serve_command_line)
        self._host_key = host_key(folder)
        self._api = XMLAPI(self._firewall, self._accepts, credential.username, self._receive)

    @property
    def host_key(self) -> str:
        """Return the public host key of the command line in the form of a known-hosts entry."""
        return f"{self._host_key.get_name()} {self._host_key.get_base64()}"

    @property
    def ssh_port(self) -> int:
        """Return the loopback port of the command line; known after ``start``."""
        return self._ssh_path.port

    def start(self) -> None:
        """Bind both ports and serve in threads of its own.

        Raises:
            LabRunError: A port is taken.
        """
        self._ssh_path.start()
        super().start()

    def stop(self) -> None:
        """Close every socket and thread."""
        super().stop()
        self._ssh_path.stop()

    def state(self) -> TwinState:
        """Return a consistent copy of the true state; those on the command line are sessions too."""
        seen = super().state()
        return seen.model_copy(update={"sessions": seen.sessions + self._ssh_path.sessions()})

    def console(self, lines: tuple[str, ...]) -> None:
        """Bring configuration lines into force as a person at the console does, past paths and locks.

        Raises:
            LineRefused: The firewall does not take a line; nothing was changed.
        """
        self._firewall.console(lines)

    def candidate(self) -> str:
        """Return the true candidate configuration."""
        with self._firewall.lock:
            return self._firewall.text(self._firewall.candidate)

    def state_of_configuration(self) -> str:
        """Return the running configuration of a twin that need not be started."""
        with self._firewall.lock:
            return self._running_text()

    def saved_configurations(self) -> tuple[str, ...]:
        """Return the names of the configurations that it keeps."""
        with self._firewall.lock:
            return tuple(self._firewall.saved)

    def locks(self) -> tuple[str, ...]:
        """Return which locks are held, with who holds them."""
        with self._firewall.lock:
            return tuple(f"{kind} {lock.admin}" for kind, lock in sorted(self._firewall.locks.items()))

    def enter_as(self, admin: str, lines: tuple[str, ...]) -> None:
        """Enter lines as another administrator in a session of their own does; ``commit`` commits.

        Raises:
            LineRefused: the firewall does not take a line; those before it stay in the candidate.
        """
        for line in lines:
            try:
                if line == "commit":
                    self._firewall.commit(admin)
                elif line == "request config-lock add":
                    self._firewall.take_lock("config", admin, "maintenance")
                elif line == "request commit-lock add":
                    self._firewall.take_lock("commit", admin, "maintenance")
                else:
                    self._firewall.edit(admin, line)
            except PANOSRefused as refusal:
                raise LineRefused(line, "refused", 0, refusal.text) from refusal

    def begin_commit(self, admin: str) -> None:
        """Let a commit of another administrator be at work until ``end_commit``."""
        self._firewall.begin_commit(admin)

    def end_commit(self) -> None:
        """End the commit that is at work; what the candidate held is in force then."""
        self._firewall.end_commit()

    def cut_sessions(self) -> None:
        """End every session as a broken path does; new ones can be opened."""
        super().cut_sessions()
        self._ssh_path.drop_connections()
        self._ssh_path.join_connections()

    # What each twin says.

    def _running_text(self) -> str:
        return self._firewall.text(self._firewall.running)

    def _startup_text(self) -> str:
        return self._running_text()

    def _is_reachable(self) -> bool:
        return self._answers("https") and self._answers("ssh")

    def _answers(self, service: str) -> bool:
        running = self._firewall.running
        return self._management.is_reached(running) and service_runs(running, service)

    def _follow_path(self) -> None:
        self._path.switch(is_open=not self._is_away and self._answers("https"))
        self._ssh_path.switch(is_open=not self._is_away and self._answers("ssh"))

    def _reboot(self, seconds: float) -> None:
        self._ssh_path.drop_connections()
        super()._reboot(seconds)

    def _enter_as_other(self, fault: Fault) -> None:
        self.enter_as(OTHER_USER, fault.lines)

    # The two doors.

    def _answer(self, request: HTTPRequest) -> HTTPAnswer:
        return self._api.answer(request)

    def _serve_command_line(self, connection: PathConnection) -> None:
        transport: paramiko.Transport | None = None
        try:
            transport = paramiko.Transport(connection.silence_with_path())
            transport.local_version = GREETING
            transport.add_server_key(self._host_key)
            server = LoginServer(self._accepts, connection)
            transport.start_server(server=server)
            while transport.is_active() and not connection.has_ended:
                channel = transport.accept(_POLL_SECONDS)
                if channel is not None and server.shell_wanted.wait(_JOIN_SECONDS):
                    terminal = PANOSTerminal(channel, connection, self._faults)
                    PANOSShell(self._firewall, terminal, server.user, self._record).run()
                    break
        except (paramiko.SSHException, OSError, EOFError) as broken:
            self._write_down(f"! connection ended: {type(broken).__name__}")
        finally:
            connection.is_logged_in = False
            if transport is not None:
                with contextlib.suppress(OSError, EOFError):
                    transport.close()
                transport.join(_JOIN_SECONDS)

    def _record(self, line: str) -> None:
        self._receive(f"CLI {mask(line, (self._credential.password,))}")
