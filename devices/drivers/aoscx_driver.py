"""Aruba AOS-CX over SSH, through a NAPALM driver of our own.

Where a switch leaves things open, and what is done about it:

- It tells no other session that ``checkpoint auto`` runs. A device whose running configuration is not saved
  is therefore treated as one with a pending commit; and a timer that runs is found when ours is refused.
- It takes a change back as soon as the session that made it ends. That session is kept, and kept in use,
  until the change is confirmed in it; nothing else can confirm.
- Confirming does not save. Running is saved after the confirmation, and only then.
- It keeps no two checkpoints of one content. Where one holds the running configuration already, it is used.
"""

import logging
from typing import Any

from napalm.base.exceptions import CommitError
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadException,
    ReadTimeout,
    WriteException,
)
from paramiko.ssh_exception import AuthenticationException, SSHException

from devices.drivers.aoscx_napalm import AOSCXNetworkDriver
from devices.drivers.aoscx_outcomes import (
    ChangedMeanwhile,
    TimerRanOut,
    TimerRunsAlready,
    UnforeseenEffect,
)
from devices.drivers.aoscx_terminal import TerminalQuestion
from devices.drivers.host_keys import require_host_key
from devices.drivers.napalm_driver import NAPALMDriver
from devices.errors import (
    CommandRefused,
    ConnectionLost,
    DeviceError,
    EffectDiffers,
    NotOurCommit,
    PendingCommit,
)

logging.getLogger("netmiko").addHandler(logging.NullHandler())


class AOSCXDriver(NAPALMDriver):
    """One SSH session with an Aruba AOS-CX switch."""

    platform = "aoscx"
    over_ssh = True

    def _make(self) -> Any:
        target = self._target
        return AOSCXNetworkDriver(
            target.address,
            target.credential.username,
            target.credential.password.get_secret_value(),
            timeout=target.timeout_seconds,
            optional_args={"port": target.port, "host_key": require_host_key(target)},
        )

    def _abort_sockets(self) -> None:
        if self._napalm is not None:
            self._napalm.cut()

    def _translate(self, operation: str, error: Exception) -> DeviceError | None:
        if isinstance(error, (NetmikoAuthenticationException, AuthenticationException)):
            return self._login_refused()
        if isinstance(error, ReadTimeout):
            return ConnectionLost(self._device, f"no answer during '{operation}'")
        if isinstance(error, (NetmikoTimeoutException, ReadException, WriteException, SSHException)):
            return ConnectionLost(self._device, f"the connection died during '{operation}'")
        if isinstance(error, TerminalQuestion):
            question = self.device_text(error)
            return CommandRefused(
                self._device, f"'{operation}' was answered with no, for it asked: {question}"
            )
        if isinstance(error, CommitError):
            return CommandRefused(self._device, f"'{operation}' was stopped: {self.device_text(error)}")
        return self._change_error(error)

    def _change_error(self, error: Exception) -> DeviceError | None:
        if isinstance(error, TimerRunsAlready):
            return PendingCommit(
                self._device,
                "an automatic checkpoint of somebody else runs on it; wait for its end and plan again",
            )
        if isinstance(error, ChangedMeanwhile):
            return CommandRefused(
                self._device,
                "its configuration was changed by somebody else after the comparison; run the change again",
            )
        if isinstance(error, UnforeseenEffect):
            return EffectDiffers(
                self._device, f"the lines had another effect than approved: {self.device_text(error)}"
            )
        if isinstance(error, TimerRanOut):
            return NotOurCommit(
                self._device,
                "no commit of this run is pending on it, or no longer; nothing was confirmed or saved",
            )
        return None

    def _show(self, command: str) -> str:
        text = str(self._session().cli([command])[command])
        if text.startswith(("Invalid input", "% ", "Command not supported")):
            raise CommandRefused(self._device, f"'{command}' was refused: {self.device_text(text)}")
        return text

    # Change.

    def _commit(self, seconds: int) -> None:
        self._session().commit_config(revert_in=seconds)

    def _pending(self) -> bool:
        return bool(self._session().has_pending_commit())

    def _owns_pending(self) -> bool:
        return bool(self._session().owns_pending_commit())

    def _confirm(self) -> None:
        self._session().confirm_commit()

    def _save(self) -> None:
        """Save, but not what somebody's timer may take back: ours starts only where none runs."""
        napalm = self._session()
        napalm._arm(1)  # noqa: SLF001 - the driver of ours has no other use for a timer without a change
        napalm._disarm()  # noqa: SLF001 - as above
        napalm.save()

    def _roll_back(self) -> None:
        self._session().rollback()
