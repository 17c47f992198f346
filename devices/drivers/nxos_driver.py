"""Cisco NX-OS over SSH; NX-API stays off, since that is a control.

What NAPALM's driver leaves open, and what is done about it here:

- It sends nothing of a merge before the commit, and compares lines in Python. Here the difference is foreseen
  over the whole configuration, and what the switch holds afterwards must differ by exactly that.
- It compares with hidden defaults and takes a ``no`` line for one that is missing. Here a ``no`` line takes
  out what it denies.
- It looks only for ``Invalid command`` after all lines were entered. Here each line must be answered with
  nothing but its prompt, and nothing more is entered after one that was not.
- It writes its way back into a file of a fixed name, after a question where the file is there. Here the way
  back is a checkpoint of its own name, compared with what runs before anything is entered.
- It saves right after the merge. Here nothing is saved before somebody has looked.
- Any answer with ``completed`` passes for a rollback. Here the checkpoint is compared with what runs.
- netmiko waits for a full read timeout on a channel that the device has closed. Here that is noticed at once.
"""

import re
import secrets
from typing import Any, Final

from napalm.base.helpers import canonical_interface_name
from napalm.nxos_ssh.nxos_ssh import NXOSSSHDriver
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadException,
    ReadTimeout,
    WriteException,
)
from paramiko.ssh_exception import AuthenticationException, SSHException

from devices.drivers.host_keys import open_known_connection, require_host_key
from devices.drivers.live_channel import LiveChannel
from devices.drivers.napalm_driver import NAPALMDriver
from devices.drivers.nxos_forecast import Forecast, foresee
from devices.drivers.nxos_terminal import EntryRefused, NXOSTerminal
from devices.errors import (
    CapabilityMissing,
    CommandRefused,
    ConfigurationRefused,
    ConnectionLost,
    DeviceError,
    UnexpectedAnswer,
)
from devices.models import DeviceTarget
from devices.profiles import comparable_configuration

_PREFIX: Final = "samdrift-"
_WAY_BACK: Final = re.compile(rf"{_PREFIX}[0-9a-f]{{12}}")
_NO_TIMER: Final = "NX-OS takes nothing back by itself; a change of it needs an override of that risk"
_EMPTY: Final = "Rollback Patch is Empty"
_MANAGEMENT: Final = re.compile(r"Management(\d+)")


class NXOSDriver(NAPALMDriver):
    """One SSH session with a Cisco Nexus switch."""

    platform = "nxos"
    over_ssh = True

    def __init__(self, target: DeviceTarget) -> None:
        super().__init__(target)
        self._forecast: Forecast | None = None
        self._staged_on = ""

    def _make(self) -> Any:
        target = self._target
        napalm = _LiveNXOS(
            target.address,
            target.credential.username,
            target.credential.password.get_secret_value(),
            timeout=target.timeout_seconds,
            optional_args={
                "port": target.port,
                "conn_timeout": target.timeout_seconds,
                "banner_timeout": target.timeout_seconds,
                "auth_timeout": target.timeout_seconds,
                "read_timeout_override": None,
                "use_keys": False,
                "allow_agent": False,
            },
        )
        napalm.host_key = require_host_key(target)
        return napalm

    def _abort_sockets(self) -> None:
        connection = getattr(self._napalm, "_netmiko_device", None) if self._napalm is not None else None
        client = getattr(connection, "remote_conn_pre", None)
        if client is not None:
            client.close()

    def _translate(self, operation: str, error: Exception) -> DeviceError | None:
        if isinstance(error, (NetmikoAuthenticationException, AuthenticationException)):
            return self._login_refused()
        if isinstance(error, ReadTimeout):
            return ConnectionLost(self._device, f"no answer during '{operation}'")
        if isinstance(error, (NetmikoTimeoutException, ReadException, WriteException, SSHException)):
            return ConnectionLost(self._device, f"the connection died during '{operation}'")
        if isinstance(error, EntryRefused):
            return ConfigurationRefused(self._device, self.device_text(error))
        return None

    def _interface_name(self, name: str) -> str:
        full = str(canonical_interface_name(name))
        return _MANAGEMENT.sub(r"mgmt\1", full) if name.startswith(("mgmt", "Management")) else full

    def _terminal(self) -> NXOSTerminal:
        return NXOSTerminal(self._session().device)

    def _checked_configuration(self, text: str) -> str:
        if not re.search(r"^version \S", text, re.MULTILINE) or "\nline vty" not in text:
            raise UnexpectedAnswer(
                self._device, "its configuration came without its version or terminal lines; collect it again"
            )
        return text

    def _read(self, source: str) -> str:
        # A switch may think for a long time before it begins to write.
        text = self._terminal().ask(f"show {source}-config", seconds=120)
        return "" if source == "startup" and "No startup configuration" in text else text

    def _read_full(self, command: str) -> str:
        # A line of a configuration may begin like a refusal, so this is not asked as a show command.
        return self._terminal().ask(command, seconds=150)

    def _show(self, command: str) -> str:
        text = self._terminal().ask(command, seconds=self._target.timeout_seconds)
        refusal = next(
            (line for line in text.splitlines() if line.lstrip().startswith(("% ", "ERROR:"))), None
        )
        if refusal is not None:
            raise CommandRefused(self._device, f"'{command}' was refused: {self.device_text(refusal)}")
        return text

    # Change.

    def _stage(self, text: str) -> None:
        running = self._read("running")
        self._forecast = foresee(self._checked_configuration(running), text, device=self._device)
        self._staged_on = comparable_configuration("nxos", running)

    def _diff(self) -> str:
        return "" if self._forecast is None else self._forecast.difference

    def discard(self) -> None:
        """Forget the lines; the switch was told nothing of them."""
        self._staged, self._forecast = False, None

    def keep_way_back(self) -> str:
        """Keep what is running in a checkpoint of its own, compared with what runs, and return its name."""
        self._require_staged()
        return self._run("keep a way back", self._keep_way_back)

    def commit_without_timer(self) -> None:
        """Enter the lines one after another; one that is refused ends the work."""
        self._require_staged()
        self._committed = True
        try:
            self._run("enter the lines", self._enter, seconds=self._target.timeout_seconds * 20)
        except ConnectionLost:
            # Nobody may wait again for a session that left a line without its answer.
            self._abort_sockets()
            raise

    def go_back_to(self, way_back: str) -> None:
        """Go back to a checkpoint, and see that what runs is what it holds."""
        self._run("go back", lambda: self._go_back(way_back), seconds=self._target.timeout_seconds * 20)

    def drop_way_back(self, way_back: str) -> None:
        """Remove a checkpoint; one that is gone already is no error."""
        self._run("remove the way back", lambda: self._drop_way_back(way_back))

    def _keep_way_back(self) -> str:
        self._refuse_what_somebody_changed()
        name = f"{_PREFIX}{secrets.token_hex(6)}"
        answer = self._terminal().ask(f"checkpoint {name}", seconds=60)
        if not re.search(r"^\.*Done\s*$", answer, re.MULTILINE) or not self._holds(name):
            raise CommandRefused(
                self._device,
                f"no checkpoint could be made: {self.device_text(answer)}; remove old ones and run again",
            )
        return name

    def _enter(self) -> None:
        self._refuse_what_somebody_changed()
        if self._forecast is not None:
            self._terminal().enter(self._forecast.statements, seconds=self._target.timeout_seconds)

    def _refuse_what_somebody_changed(self) -> None:
        if comparable_configuration("nxos", self._read("running")) != self._staged_on:
            raise CommandRefused(
                self._device,
                "its configuration was changed by somebody else after the comparison; run the change again",
            )

    def _holds(self, way_back: str) -> bool:
        """Return whether a checkpoint holds what runs, by the switch's own comparison."""
        command = f"show diff rollback-patch checkpoint {way_back} running-config"
        return _EMPTY in self._terminal().ask(command, seconds=120)

    def _go_back(self, way_back: str) -> None:
        self._check_name(way_back)
        terminal = self._terminal()
        terminal.leave_configuration(seconds=self._target.timeout_seconds)
        answer = terminal.ask(f"rollback running-config checkpoint {way_back}", seconds=180)
        if "Rollback completed successfully" not in answer or not self._holds(way_back):
            raise CommandRefused(
                self._device,
                f"the rollback to checkpoint {way_back} did not complete: {self.device_text(answer)}; "
                "look at 'show rollback log exec' on it",
            )

    def _drop_way_back(self, way_back: str) -> None:
        self._check_name(way_back)
        answer = self._terminal().ask(f"no checkpoint {way_back}", seconds=60).strip()
        if answer and "does not exist" not in answer and not re.fullmatch(r"\.*Done", answer):
            raise CommandRefused(
                self._device, f"checkpoint {way_back} could not be removed: {self.device_text(answer)}"
            )

    def _check_name(self, way_back: str) -> None:
        if not _WAY_BACK.fullmatch(way_back):
            raise CommandRefused(self._device, f"'{way_back}' is no checkpoint of ours; nothing was done")

    def _save(self) -> None:
        answer = self._terminal().ask("copy running-config startup-config", seconds=100)
        if not re.search(r"^Copy complete", answer, re.MULTILINE):
            raise CommandRefused(
                self._device,
                f"running could not be saved: {self.device_text(answer)}; check its flash and save by hand",
            )

    # What NX-OS cannot do.

    def _pending(self) -> bool:
        return False

    def _owns_pending(self) -> bool:
        return False

    def _commit(self, seconds: int) -> None:
        raise CapabilityMissing(self._device, f"no timer of {seconds} s: {_NO_TIMER}")

    def _confirm(self) -> None:
        raise CapabilityMissing(self._device, f"nothing waits for a confirmation: {_NO_TIMER}")

    def _roll_back(self) -> None:
        raise CapabilityMissing(self._device, f"nothing is pending that could go back: {_NO_TIMER}")


class _LiveNXOS(NXOSSSHDriver):  # type: ignore[misc]  # NAPALM has no types
    """NAPALM's driver, connected to the known switch on a channel that says at once that it was closed."""

    host_key = ""

    def _netmiko_open(self, device_type: str, netmiko_optional_args: dict[str, Any] | None = None) -> Any:
        """Open netmiko's connection to the switch of the recorded key."""
        self._netmiko_device = open_known_connection(
            self.host_key,
            device_type=device_type,
            host=self.hostname,
            username=self.username,
            password=self.password,
            timeout=self.timeout,
            **(netmiko_optional_args or {}),
        )
        return self._netmiko_device

    def open(self) -> None:
        super().open()
        self.device.channel = LiveChannel(self.device.remote_conn, self.device.encoding)
