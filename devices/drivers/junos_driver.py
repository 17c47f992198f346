"""Junos (SRX, EX) over NETCONF.

What NAPALM's driver leaves open, and what is done about it here:

- Confirming is any commit: NAPALM checks neither that a commit is pending, nor that it is ours, and the lock
  was released at the confirmed commit. Here the database is locked first, the pending revision must be the
  one this object made, the shared candidate must be empty, and only then is it confirmed.
- A commit confirms whatever is pending. Here it is asked once more under the lock whether anything is.
- A failed commit leaves the lock held (napalm#1445). Here the candidate is dropped and the lock released.
- The comment that tells of a pending commit stays after a confirmation by ``commit check``. Here a comment
  whose time has run out no longer counts as pending.
- A merge of curly text is a Junos *load replace*. Here only set-style lines are taken.
- PyEZ reads the operator's SSH configuration and keys. Here it uses the credential it was given, only.

Known limits:
    A confirmation by ``commit check`` of somebody else within the timer still counts as pending until the
    time is over.
"""

import os
import re
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from jnpr.junos.exception import (
    CommitError,
    ConnectAuthError,
    ConnectError,
    LockError,
    RpcError,
    RpcTimeoutError,
    UnlockError,
)
from lxml import etree
from napalm.base.exceptions import MergeConfigException
from napalm.junos.junos import JunOSDriver as NAPALMJunOS
from ncclient.operations.errors import OperationError
from ncclient.transport.errors import AuthenticationError, TransportError
from paramiko.ssh_exception import SSHException

from devices.drivers.host_keys import known_hosts_line, require_host_key
from devices.drivers.napalm_driver import NAPALMDriver
from devices.errors import (
    CommandRefused,
    ConfigurationRefused,
    ConnectionLost,
    DeviceError,
    LockHeld,
    NotOurCommit,
    PendingCommit,
    RevertTimerLost,
    UnexpectedAnswer,
)
from devices.models import DeviceTarget, Model

_SET_STYLE: Final = re.compile(r"(?:set|delete|activate|deactivate|rename|insert|annotate)\s+\S")
_ROLLBACK_IN: Final = re.compile(r"commit confirmed.*rollback in (\d+)\s*min")
# A delete of what is not there is a delete that is done; every other warning stops the load.
_HARMLESS_WARNINGS: Final = ["statement not found", "statement has no contents"]
_COMMIT_SECONDS: Final = 120.0
_LOST: Final = (RpcTimeoutError, ConnectError, TransportError, OperationError, SSHException)


class PendingRevision(Model):
    """The newest commit of a Junos device while its rollback timer runs."""

    revision: str
    seconds_left: int


class JunosDriver(NAPALMDriver):
    """One NETCONF session with a Junos device."""

    platform = "junos"
    over_ssh = True

    def __init__(self, target: DeviceTarget) -> None:
        super().__init__(target)
        self._revision: str | None = None
        self._ssh_settings = os.devnull

    def open(self) -> None:
        """Open the session, with the recorded host key in files that only this session reads."""
        with TemporaryDirectory(prefix="samdrift-") as folder:
            keys, settings = Path(folder, "known_hosts"), Path(folder, "config")
            line = known_hosts_line(self._target.address, self._target.port, require_host_key(self._target))
            keys.write_text(line, encoding="ascii")
            settings.write_text(f"Host *\n  UserKnownHostsFile {keys}\n", encoding="utf-8")
            self._ssh_settings = str(settings)
            super().open()

    def _make(self) -> Any:
        target = self._target
        napalm = NAPALMJunOS(
            target.address,
            target.credential.username,
            target.credential.password.get_secret_value(),
            timeout=target.timeout_seconds,
            optional_args={
                "port": target.port,
                "ignore_warning": _HARMLESS_WARNINGS,
                "ssh_config_file": self._ssh_settings,
            },
        )
        device = napalm.device
        device._conn_open_timeout = target.timeout_seconds  # noqa: SLF001 - NAPALM passes none of these on
        device._look_for_keys = False  # noqa: SLF001 - as above
        device._hostkey_verify = True  # noqa: SLF001 - as above
        device._allow_agent = False  # noqa: SLF001 - as above
        return napalm

    def _abort_sockets(self) -> None:
        connection = getattr(getattr(self._napalm, "device", None), "_conn", None)
        transport = getattr(getattr(connection, "_session", None), "transport", None)
        if transport is not None:
            transport.close()

    def _translate(self, operation: str, error: Exception) -> DeviceError | None:
        if isinstance(error, (ConnectAuthError, AuthenticationError)):
            return self._login_refused()
        if isinstance(error, (MergeConfigException, CommitError)):
            return ConfigurationRefused(self._device, self._rpc_text(error))
        if isinstance(error, (LockError, UnlockError)):
            return LockHeld(
                self._device,
                "its configuration is locked or edited by somebody else; wait and run again",
            )
        if isinstance(error, _LOST):
            return ConnectionLost(self._device, f"the connection died during '{operation}'")
        if isinstance(error, RpcError):
            return CommandRefused(self._device, f"'{operation}' was refused: {self._rpc_text(error)}")
        return None

    def _rpc_text(self, error: Exception) -> str:
        """Return the device's own words from an error that may hold whole replies."""
        errs = getattr(error, "errs", None) or (error.args[0] if error.args else None)
        if isinstance(errs, dict):
            errs = [errs]
        if isinstance(errs, (list, tuple)):
            told = [
                " ".join(
                    str(row[key]).strip() for key in ("edit_path", "message", "bad_element") if row.get(key)
                )
                for row in errs
                if isinstance(row, dict)
            ]
            if any(told):
                return self.device_text("\n".join(dict.fromkeys(told)))
        return self.device_text(getattr(error, "message", "") or type(error).__name__)

    def _checked_configuration(self, text: str) -> str:
        if text.count("{") != text.count("}") or not text.strip() or text.strip() == "None":
            raise UnexpectedAnswer(self._device, "its configuration did not come whole; collect it again")
        return text

    def _show(self, command: str) -> str:
        return str(self._session().device.cli(command, warning=False))

    # Change.

    def _mergeable(self, lines: str) -> str:
        text = super()._mergeable(lines)
        wrong = next((line for line in text.splitlines() if not _SET_STYLE.match(line)), None)
        if wrong is not None:
            raise ConfigurationRefused(
                self._device,
                f"'{self.device_text(wrong)}' is not a set-style line (curly text would replace, not merge)",
            )
        return text

    def _diff(self) -> str:
        text = super()._diff()
        if text == "Unable to parse diff from response!":
            raise UnexpectedAnswer(self._device, "its diff could not be read; look at the device by hand")
        return text

    def _commit(self, seconds: int) -> None:
        napalm = self._session()
        if self._pending() is not None:
            # The lock is ours since the lines were staged: what is pending now came before it.
            napalm.discard_config()
            raise PendingCommit(
                self._device,
                "an unconfirmed commit is pending on it, and ours would confirm it; wait for its end",
            )
        napalm.device.timeout = max(_COMMIT_SECONDS, self._target.timeout_seconds)
        try:
            napalm.commit_config(revert_in=seconds)
        except CommitError:
            napalm.discard_config()
            raise
        finally:
            napalm.device.timeout = self._target.timeout_seconds
        pending = self._pending()
        if pending is None:
            raise RevertTimerLost(
                self._device, "the commit was taken, but its rollback timer does not run; look at it now"
            )
        self._revision = pending.revision

    def _pending(self) -> PendingRevision | None:
        rpc = self._session().device.rpc
        newest = rpc.get_commit_revision_information(detail=True)
        comment = newest.findtext(".//comment") or ""
        match = _ROLLBACK_IN.search(comment)
        if match is None:
            return None
        uptime = rpc.get_system_uptime_information()
        elapsed = _seconds(uptime, ".//current-time/date-time") - _seconds(newest, ".//date-time")
        left = int(match.group(1)) * 60 - elapsed
        timer = self._profile.revert_timer
        if timer is None or left <= -timer.late_seconds:
            return None
        return PendingRevision(revision=newest.findtext(".//revision") or "", seconds_left=max(0, left))

    def _owns_pending(self) -> bool:
        pending = self._pending()
        return pending is not None and self._revision is not None and pending.revision == self._revision

    def _with_lock_on_ours(self, *, take_back: bool) -> None:
        """Lock, make sure that the pending commit is ours and the candidate empty, then end the commit."""
        napalm = self._session()
        config = napalm.device.cu
        napalm.device.timeout = max(_COMMIT_SECONDS, self._target.timeout_seconds)
        config.lock()
        try:
            if not self._owns_pending() or config.diff() is not None:
                raise NotOurCommit(
                    self._device,
                    "the newest commit is not, or no longer, the one this run made, or somebody is editing; "
                    "nothing was committed",
                )
            if take_back:
                config.rollback(rb_id=1)
            config.commit(ignore_warning=_HARMLESS_WARNINGS)
        finally:
            with suppress(UnlockError, RpcError):  # What went wrong before is what counts.
                config.unlock()
            napalm.device.timeout = self._target.timeout_seconds

    def _confirm(self) -> None:
        self._with_lock_on_ours(take_back=False)
        if self._owns_pending():
            raise NotOurCommit(self._device, "the confirmation was not taken: the rollback timer still runs")

    def _save(self) -> None:
        """Do nothing: what is committed is what the device boots with."""

    def _roll_back(self) -> None:
        self._with_lock_on_ours(take_back=True)


def _seconds(reply: Any, path: str) -> int:
    element = reply.find(path)
    if element is None:
        tag = etree.QName(reply).localname
        msg = f"{tag} tells no time"
        raise ValueError(msg)
    return int(element.attrib["seconds"])
