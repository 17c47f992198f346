"""FortiOS over its REST API (HTTPS, with a token).

What the driver of napalm-fortigate leaves open, and what is done about it here:

- Its comparison is the staged text. Here a forecast is computed from what runs, the lines and the firmware's
  own schema, and says that it is one; lines that the device would refuse are found before anything is sent.
- While a commit waits, its own schedule is part of the running configuration. Here that is left out of it.
- Where the schedule cannot be made, it deletes whatever has its name, which may be somebody else's way back.
  Here a name that is taken means that the device is locked.
- A script that timed out and one that was refused raise the same. Here the first is a lost connection.
- It changes units on which unsaved lines of others may wait. Here those, and units with VDOMs, are refused.
- A request has limits for each read, not as a whole. Here its sockets can be closed under it.
- Confirming asks for nobody's ownership. Here only the commit that names our revision is confirmed.
"""

import re
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from napalm.base.exceptions import CommitConfirmException, LockError, ReplaceConfigException
from napalm_fortigate._rest import (
    FortiOSAuthError,
    FortiOSError,
    FortiOSNotFound,
    FortiOSPermissionError,
    FortiOSTransportError,
)
from napalm_fortigate.fortigate import FortiGateDriver

from devices.drivers.fortios_forecast import Forecast, Unforeseeable
from devices.drivers.napalm_driver import NAPALMDriver
from devices.errors import (
    CapabilityMissing,
    CommandRefused,
    ConfigurationRefused,
    ConnectionLost,
    DeviceError,
    LoginRefused,
    NotOurCommit,
    PendingCommit,
    RevertTimerLost,
    TLSRefused,
    UnexpectedAnswer,
)
from devices.models import DeviceTarget
from devices.parsers.errors import ConfigurationTextError
from devices.parsers.fortios.tree import read_tree

SCHEDULE: Final = "napalm-commit-confirm"
_READ_SECONDS: Final = 180.0
_CLOCK_PROBE: Final = "napalm-clock-"
_PARTS: Final = ("automation-stitch", "automation-trigger", "automation-action")
_SCHEDULE_SECTION: Final = re.compile(r"config system automation-(?:action|trigger|stitch)")
_OLDEST_RELEASE: Final = (7, 2, 1)
_LOGIN_BLOCKED: Final = 429


class _KnownSockets:
    """The sockets of a driver, so that a call which hangs can be ended and sends nothing afterwards.

    The library waits and asks again where a request fails; a call that was given up must not go on to change
    the device behind the back of whoever gave it up.
    """

    def __init__(self) -> None:
        self._open: list[socket.socket] = []
        self._given_up = threading.Event()

    def watch(self, client: Any) -> None:
        """Have every connection of a client remembered."""
        known, given_up = self._open, self._given_up
        pools = client._session.get_adapter("https://").poolmanager  # noqa: SLF001 - the library has no other way
        pool_class = pools.pool_classes_by_scheme["https"]

        class Connection(pool_class.ConnectionCls):  # type: ignore[misc, name-defined]  # the HTTP library's own
            def connect(self) -> None:
                if given_up.is_set():
                    msg = "the session was given up"
                    raise OSError(msg)
                super().connect()
                known.append(self.sock)

        pool = type("Pool", (pool_class,), {"ConnectionCls": Connection})
        pools.pool_classes_by_scheme = {**pools.pool_classes_by_scheme, "https": pool}

    def close(self) -> None:
        """Close them all, whatever hangs on them, and open none any more."""
        self._given_up.set()
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)


class _CarefulFortiGate(FortiGateDriver):
    """The library's driver, but nobody else's schedule is touched, and its sockets are known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sockets = _KnownSockets()
        self._watched: Any = None
        super().__init__(*args, **kwargs)

    @property
    def device(self) -> Any:
        """Return the client of the REST API."""
        return self._watched

    @device.setter
    def device(self, client: Any) -> None:
        if client is not None:
            self.sockets.watch(client)
        self._watched = client

    def _create_schedule(self, name: str, script: str, when: Any) -> None:
        if self._parts_there(name):
            raise LockError(f"a schedule called {name} is there already")
        super()._create_schedule(name, script, when)

    def _parts_there(self, name: str) -> tuple[str, ...]:
        """Return which parts of a schedule exist."""
        return tuple(part for part in _PARTS if self._exists(f"system/{part}/{name}"))

    def _exists(self, path: str) -> bool:
        try:
            self._client().cmdb(path)
        except FortiOSNotFound:
            return False
        return True

    def drop_leftovers(self) -> None:
        """Remove what a killed run left: clock probes, and a schedule without the stitch that fires it."""
        for part in _PARTS:
            for row in self._client().cmdb(f"system/{part}") or []:
                name = str(row.get("name", ""))
                if name.startswith(_CLOCK_PROBE):
                    self._delete_schedule(name)
        if self._parts_there(SCHEDULE) and not self._exists(f"system/automation-stitch/{SCHEDULE}"):
            self._delete_schedule(SCHEDULE)


class FortiOSDriver(NAPALMDriver):
    """One conversation with a FortiGate."""

    platform = "fortios"

    def __init__(self, target: DeviceTarget) -> None:
        super().__init__(target)
        self._forecast = ""
        self._may_leave_traces = False
        self._schemas: dict[str, Mapping[str, Any] | None] = {}

    def _make(self) -> Any:
        target = self._target
        return _CarefulFortiGate(
            target.address,
            target.credential.username,
            target.credential.password.get_secret_value(),
            timeout=target.timeout_seconds,
            optional_args={"port": target.port, "ssl_verify": self._trusted()},
        )

    def _trusted(self) -> str | bool:
        """Return the certificates that the device's own is verified against."""
        trusted = self._target.ca_file
        if trusted is None:
            return ssl.get_default_verify_paths().cafile or True
        if not Path(trusted).is_file():
            raise TLSRefused(
                self._device, f"its ca_file '{trusted}' cannot be read as certificates; correct the endpoint"
            )
        return trusted

    def _abort_sockets(self) -> None:
        if self._napalm is not None:
            self._napalm.sockets.close()

    def _translate(self, operation: str, error: Exception) -> DeviceError | None:
        chain = tuple(_chain(error))
        ended = any(isinstance(one, (ssl.SSLEOFError, ssl.SSLZeroReturnError)) for one in chain)
        if ended:
            return ConnectionLost(self._device, f"the connection died during '{operation}'")
        if any(isinstance(one, ssl.SSLError) or "SSLError" in type(one).__name__ for one in chain):
            return TLSRefused(
                self._device,
                "its TLS certificate is not trusted, or it speaks no TLS; name its ca_file in the endpoints",
            )
        answer = next((one for one in chain if isinstance(one, FortiOSError)), None)
        refused = self._answer_refused(operation, answer)
        if refused is not None:
            return refused
        ends_commit = operation in {"confirm the commit", "roll back the commit"}
        if isinstance(error, (CommitConfirmException, ReplaceConfigException)) and ends_commit:
            return NotOurCommit(self._device, self.device_text(error))
        if isinstance(error, FortiOSError):
            return CommandRefused(self._device, f"'{operation}' was refused: {self.device_text(error)}")
        return None

    def _answer_refused(self, operation: str, answer: FortiOSError | None) -> DeviceError | None:
        """Return what the API's own answer means, None where it is about the configuration."""
        if isinstance(answer, FortiOSAuthError):
            return self._login_refused()
        if isinstance(answer, FortiOSTransportError):
            return ConnectionLost(self._device, f"the connection died during '{operation}'")
        if isinstance(answer, FortiOSPermissionError):
            return CommandRefused(
                self._device, f"'{operation}' was refused: the token may not; it needs super_admin"
            )
        if answer is not None and answer.status_code == _LOGIN_BLOCKED:
            return LoginRefused(
                self._device, "it blocks logins after too many wrong ones; wait until it allows them again"
            )
        return None

    # Collecting.

    def _read(self, source: str) -> str:
        text = super()._read(source)
        # Without its stitch the rest is a leftover that does nothing; one that went wrong stays to be seen.
        harmless = self._schedule_kind() in {"pending", "none"}
        return without_schedules(text, (_CLOCK_PROBE, SCHEDULE) if harmless else (_CLOCK_PROBE,))

    def _schedule_kind(self) -> str:
        return str(self._session()._schedule_state().kind)  # noqa: SLF001 - the public form tells less

    def _configuration(self, source: str) -> str:
        """Return it with its first lines: without them the device takes no file back."""
        text = self._run(
            f"read the {source} configuration", lambda: self._read(source), seconds=_READ_SECONDS
        )
        return "\n".join(self._checked_configuration(text).strip("\n").splitlines()) + "\n"

    def _checked_configuration(self, text: str) -> str:
        if not text.lstrip().startswith("#config-version="):
            raise UnexpectedAnswer(
                self._device, "its configuration came without its first line; collect it again"
            )
        try:
            read_tree(text, device=self._device)
        except ConfigurationTextError as error:
            raise UnexpectedAnswer(self._device, error.reason) from error
        return text

    def _show(self, command: str) -> str:
        raise CapabilityMissing(self._device, f"its API runs no '{command}'; ask for a configuration instead")

    # Changing.

    def _stage(self, text: str) -> None:
        self._refuse_what_cannot_go_back()
        running = read_tree(self._read("running"), device=self._device)
        try:
            self._forecast = Forecast(running, self._schema_of).apply(text, device=self._device)
        except (Unforeseeable, ConfigurationTextError) as error:
            raise ConfigurationRefused(self._device, self.device_text(error)) from None
        super()._stage(text)

    def _diff(self) -> str:
        return self._forecast

    def discard(self) -> None:
        """Drop the candidate, and what a run that was killed while it confirmed left of its schedule."""
        may_tidy = self._staged and not self._committed
        super().discard()
        if may_tidy and self._pending() is None:
            self._run("tidy up after a killed run", self._session().drop_leftovers)

    def _refuse_what_cannot_go_back(self) -> None:
        napalm = self._session()
        version = str(napalm.device.request("GET", "monitor", "system/status").get("version", ""))
        numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:3])
        if numbers < _OLDEST_RELEASE:
            raise self._cannot(f"its release {version} is older than 7.2.1")
        mode = napalm._ha_mode()  # noqa: SLF001 - the public form asks only after the commit has begun
        if mode != "standalone":
            raise self._cannot(
                f"it is a member of a cluster (ha mode {mode}): the restore would run on every member"
            )
        settings = napalm._global_settings()  # noqa: SLF001 - as above
        if settings.get("vdom-mode", "no-vdom") != "no-vdom":
            raise self._cannot("it is divided into VDOMs")
        if settings.get("cfg-save", "automatic") != "automatic":
            raise self._cannot(
                "its cfg-save is not automatic, so lines of others may wait unsaved; save them and set it"
            )
        if settings.get("reboot-upon-config-restore", "enable") != "enable":
            raise self._cannot("its reboot-upon-config-restore is off")

    def _cannot(self, why: str) -> CapabilityMissing:
        return CapabilityMissing(self._device, f"the device cannot take a change back by itself: {why}")

    def _schema_of(self, header: str) -> Mapping[str, Any] | None:
        if header not in self._schemas:
            group, _, name = header.rpartition(" ")
            path = f"{group.replace(' ', '.')}/{name}"
            try:
                self._schemas[header] = self._session().device.cmdb(path, action="schema")
            except FortiOSNotFound:
                self._schemas[header] = None
        return self._schemas[header]

    def _commit(self, seconds: int) -> None:
        napalm = self._session()
        if self._pending():
            raise PendingCommit(self._device, "an unconfirmed commit is pending on it; wait for its end")
        self._may_leave_traces = True
        napalm.drop_leftovers()
        napalm.commit_config(revert_in=seconds)
        if not self._owns_pending():
            raise RevertTimerLost(
                self._device, "the lines were applied, but the restore is not scheduled; look at it now"
            )

    def _pending(self) -> int | None:
        napalm = self._session()
        state = napalm._schedule_state()  # noqa: SLF001 - the public form drops the revision
        if state.kind == "none":
            return None
        if state.kind == "pending":
            return int(state.revision)
        raise CommandRefused(
            self._device,
            f"a revert schedule on it is {state.kind}: it will not take anything back any more, or is just "
            f"doing so; look at the automation stitch {SCHEDULE} by hand",
        )

    def _owns_pending(self) -> bool:
        pending = self._pending()
        return pending is not None and pending == self._session()._rollback_revision  # noqa: SLF001 - as above

    def _refuse_what_is_not_ours(self) -> None:
        if not self._owns_pending():
            raise NotOurCommit(
                self._device,
                "the pending commit is not, or no longer, the one this run made; it was left alone",
            )

    def _confirm(self) -> None:
        self._refuse_what_is_not_ours()
        self._session().confirm_commit()
        # The library keeps silent about a trigger or action that it could not delete after the stitch.
        self._session().drop_leftovers()
        if self._pending():
            raise NotOurCommit(self._device, "the confirmation was not taken: the restore is still scheduled")
        # The library takes no notice when the rest of the schedule could not be deleted.
        self._session().drop_leftovers()
        self._may_leave_traces = False

    def _end(self, napalm: Any) -> None:
        """Close, and take away what a commit that went wrong left beside a pending schedule."""
        super()._end(napalm)
        if self._may_leave_traces:
            fresh = self._make()
            fresh.open()
            try:
                fresh.drop_leftovers()
            finally:
                fresh.close()

    def _save(self) -> None:
        self._session().drop_leftovers()
        self._session()._save()  # noqa: SLF001 - NAPALM saves only together with a confirmation

    def _roll_back(self) -> None:
        """Restore the revision from before, which reboots the device."""
        self._refuse_what_is_not_ours()
        self._session().rollback()


def without_schedules(text: str, names: tuple[str, ...]) -> str:
    """Return a configuration without the automation objects whose names begin so."""
    kept: list[str] = []
    inside = hidden = False
    for line in text.splitlines():
        if not line.startswith(" "):
            inside = bool(_SCHEDULE_SECTION.fullmatch(line))
        if inside and line.startswith(tuple(f'    edit "{name}' for name in names)):
            hidden = True
        if not hidden:
            kept.append(line)
        hidden = hidden and line != "    next"
    return "\n".join(kept) + "\n"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
