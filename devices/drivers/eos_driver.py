"""Arista EOS over eAPI (HTTPS).

What NAPALM's driver leaves open, and what is done about it here:

- ``close()`` aborts the configuration session, and with it a commit whose timer runs. Here closing leaves a
  committed session alone; so does the destructor.
- Without a TLS context nothing is verified. Here the certificate is always verified, against ``ca_file``
  where the target names one and the system's trust store otherwise.
- Session names come from a clock and may repeat. Here they are unique and recognisably ours, so a session
  that a killed run left behind is found and dropped instead of blocking the next run for a day.
- ``rollback()`` saves unasked. Here taking a commit back saves nothing.
- Every line is stripped and what begins with ``!`` is dropped, banners too. Here banners go in as they are.
"""

import re
import ssl
import uuid
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from napalm.base.exceptions import CommitError
from napalm.eos.eos import EOSDriver as EOSNAPALMDriver
from pyeapi.eapilib import CommandError
from pyeapi.eapilib import ConnectionError as EAPIConnectionError

from devices.drivers.napalm_driver import NAPALMDriver
from devices.errors import (
    CommandRefused,
    ConfigurationRefused,
    ConnectionLost,
    DeviceError,
    LockHeld,
    LoginRefused,
    NotOurCommit,
    PendingCommit,
    RevertTimerLost,
    TLSRefused,
    UnexpectedAnswer,
)
from devices.models import DeviceTarget

_SESSION_PREFIX: Final = "samdrift_"
_BANNERS: Final = frozenset({"banner login", "banner motd"})
_UNAUTHORISED: Final = re.compile(r"unauthori[sz]ed|unable to authenticate|bad username", re.IGNORECASE)
# A connection that ends in the middle is lost; it says nothing about the certificate.
_CERTIFICATE: Final = re.compile(r"certificate verify failed|\[SSL(?!: UNEXPECTED_EOF)")
_BUSY: Final = re.compile(r"locked|pending commit|commit timer|another session", re.IGNORECASE)


class _TimerKeepingEOS(EOSNAPALMDriver):  # type: ignore[misc]  # NAPALM has no types
    """NAPALM's driver, but its goodbye leaves a committed session alone."""

    keeps_session = False
    banners: Mapping[str, str] = MappingProxyType({})

    def _run_commands(self, commands: Iterable[Any], **kwargs: Any) -> Any:
        """Run commands; NAPALM read the banners without indentation, so their text is put back."""
        whole = [
            {**command, "input": self.banners[command["cmd"]]}
            if isinstance(command, dict) and command["cmd"] in self.banners
            else command
            for command in commands
        ]
        return super()._run_commands(whole, **kwargs)

    def close(self) -> None:
        if self.keeps_session:
            self.config_session = None
        super().close()


class EOSDriver(NAPALMDriver):
    """One eAPI conversation with an Arista EOS device."""

    platform = "eos"

    def __init__(
        self, target: DeviceTarget, session_id: Callable[[], str] = lambda: uuid.uuid4().hex[:10]
    ) -> None:
        super().__init__(target)
        self._session_name = f"{_SESSION_PREFIX}{session_id()}"
        self._banners: dict[str, str] = {}

    def _make(self) -> Any:
        target = self._target
        return _TimerKeepingEOS(
            target.address,
            target.credential.username,
            target.credential.password.get_secret_value(),
            timeout=target.timeout_seconds,
            optional_args={
                "port": target.port,
                "transport": "https",
                "context": self._tls_context(),
                "enforce_verification": True,
            },
        )

    def _tls_context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._target.ca_file)
        except OSError as error:
            raise TLSRefused(
                self._device,
                f"its ca_file '{self._target.ca_file}' cannot be read as certificates; correct the endpoint",
            ) from error

    def _abort_sockets(self) -> None:
        device = getattr(self._napalm, "device", None)
        connection = getattr(device, "connection", None)
        sock = getattr(getattr(connection, "transport", None), "sock", None)
        if sock is not None:
            sock.close()

    def _translate(self, operation: str, error: Exception) -> DeviceError | None:
        if isinstance(error, CommandError):
            return self._command_error(operation, error)
        if isinstance(error, EAPIConnectionError) or type(error).__name__ == "ConnectionException":
            return self._connection_error(operation, error)
        if isinstance(error, CommitError):
            return NotOurCommit(
                self._device,
                "the pending commit is not, or no longer, the one this run made; it was not confirmed",
            )
        return None

    def _command_error(self, operation: str, error: CommandError) -> DeviceError:
        text = self.device_text(error)
        if str(error.error_code) == "1005":
            return LoginRefused(
                self._device, f"the login may not do this: {text}; check its role on the device"
            )
        if operation == "stage the lines":
            return ConfigurationRefused(self._device, text)
        if _BUSY.search(text):
            return LockHeld(self._device, f"'{operation}' was refused: {text}; wait for the other session")
        return CommandRefused(self._device, f"'{operation}' was refused: {text}")

    def _connection_error(self, operation: str, error: Exception) -> DeviceError:
        text = str(error)
        if _UNAUTHORISED.search(text):
            return self._login_refused()
        if _CERTIFICATE.search(text):
            return TLSRefused(
                self._device,
                "its TLS certificate is not trusted, or it speaks no TLS; name its ca_file in the endpoints",
            )
        return ConnectionLost(self._device, f"the connection died during '{operation}'")

    def _checked_configuration(self, text: str) -> str:
        if text.rstrip().rpartition("\n")[2].strip() != "end":
            raise UnexpectedAnswer(
                self._device, "its configuration came without its last line; collect it again"
            )
        return text

    def _commands(self, *commands: str) -> list[str]:
        answers = self._session()._run_commands(list(commands), encoding="text")  # noqa: SLF001 - NAPALM's only raw door
        return [str(answer["output"]) for answer in answers]

    def _show(self, command: str) -> str:
        return self._commands(command)[0]

    # Change.

    def _mergeable(self, lines: str) -> str:
        """Return the lines that are loaded, with the text of banners kept apart as it is."""
        kept: list[str] = []
        self._banners = {}
        rest = lines.splitlines()
        while rest:
            line = rest.pop(0)
            kept.append(line)
            if line.strip() not in _BANNERS:
                continue
            end = next((at for at, one in enumerate(rest) if one.strip() == "EOF"), None)
            if end is None:
                raise ConfigurationRefused(self._device, f"'{line.strip()}' has no line EOF that ends it")
            self._banners[line.strip()] = "\n".join(rest[:end])
            kept.append("EOF")
            rest = rest[end + 1 :]
        return super()._mergeable("\n".join(kept))

    def _stage(self, text: str) -> None:
        self._drop_orphans()
        self._session().banners = self._banners
        self._session().config_session = self._session_name
        super()._stage(text)

    def _drop_orphans(self) -> None:
        """Abort uncommitted sessions of runs that died; the caller's lock says that none is alive."""
        answer = self._session()._run_commands(["show configuration sessions"])[0]  # noqa: SLF001 - as above
        for name, row in answer["sessions"].items():
            if (
                name.startswith(_SESSION_PREFIX)
                and name != self._session_name
                and row.get("state") == "pending"
            ):
                self._commands(f"configure session {name} abort")

    def _commit(self, seconds: int) -> None:
        if self._pending():
            raise PendingCommit(self._device, "an unconfirmed commit is pending on it; wait for its end")
        napalm = self._session()
        napalm.keeps_session = True
        napalm.commit_config(revert_in=seconds)
        if not self._owns_pending():
            raise RevertTimerLost(
                self._device, "the commit was taken, but its revert timer does not run; look at it now"
            )

    def _pending(self) -> dict[str, int]:
        return dict(self._session()._get_pending_commits())  # noqa: SLF001 - NAPALM's public form drops the name

    def _owns_pending(self) -> bool:
        return self._session_name in self._pending()

    def _confirm(self) -> None:
        self._session().confirm_commit()
        if self._pending():
            raise NotOurCommit(self._device, "the confirmation was not taken: a commit timer still runs")

    def _save(self) -> None:
        self._commands("write memory")

    def _roll_back(self) -> None:
        if not self._owns_pending():
            raise NotOurCommit(self._device, "no pending commit of this run; nothing was rolled back")
        self._commands(f"configure session {self._session_name} abort")
