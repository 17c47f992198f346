"""What the drivers of all platforms share: one session, hard time limits, translated errors."""

import logging
import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar

from napalm.base.exceptions import (
    CommitConfirmException,
    CommitError,
    ConnectionException,
    LockError,
    MergeConfigException,
    NapalmException,
    SessionLockedException,
)

from devices.drivers.deadline import DeadlineExceeded, run_with_deadline
from devices.drivers.host_keys import host_key_error, require_host_key
from devices.errors import (
    CapabilityMissing,
    CommandRefused,
    ConfigurationRefused,
    ConnectionLost,
    DeviceError,
    DeviceUnreachable,
    LockHeld,
    LoginRefused,
    NothingStaged,
    RevertTimerInvalid,
    TLSRefused,
    UnexpectedAnswer,
)
from devices.evidence_commands import evidence_commands
from devices.masking import mask_secrets
from devices.models import DeviceTarget, Neighbour, ShowOutput
from devices.profiles import PROFILES, PlatformProfile, without_header

T = TypeVar("T")

# Their records hold requests, answers and tracebacks; what matters of them is in our errors.
for _name in ("pyeapi", "ncclient", "paramiko", "napalm", "netmiko", "jnpr"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False

_CHANGE_SECONDS: Final = 180.0  # a merge of a large file on a slow flash takes a minute; see napalm#466, #879


_NO_TIMER: Final = "a change of it needs an override of the risk no-own-revert"
_OWN_TIMER: Final = "it takes changes back by itself, so that it is never changed without its timer"


def revert_seconds_for(device: str, profile: PlatformProfile, seconds: int) -> int:
    """Return the revert timer in what the platform can count, never shorter than asked for.

    Raises:
        RevertTimerInvalid: the platform cannot count it.

    """
    timer = profile.revert_timer
    if timer is None:
        raise CapabilityMissing(device, f"{profile.platform} has no revert timer; {_NO_TIMER}")
    counted = -(-seconds // timer.step_seconds) * timer.step_seconds
    if not timer.shortest_seconds <= counted <= timer.longest_seconds or seconds < timer.shortest_seconds:
        raise RevertTimerInvalid(
            device,
            f"a revert timer of {seconds} s is not possible on {profile.platform}; choose "
            f"{timer.shortest_seconds} to {timer.longest_seconds} s",
        )
    return counted


class NAPALMDriver(ABC):
    """One session with one device over a NAPALM driver; children add what their platform needs."""

    platform: ClassVar[str]
    over_ssh: ClassVar[bool] = False
    """Whether its session is SSH, so that the device must show the recorded host key."""

    def __init__(self, target: DeviceTarget) -> None:
        self._target = target
        self._device = target.device
        self._profile = PROFILES[target.platform]
        self._napalm: Any = None
        self._staged = False
        self._committed = False

    # What a platform must say.

    @abstractmethod
    def _make(self) -> Any:
        """Return the NAPALM driver object, not yet opened."""

    @abstractmethod
    def _abort_sockets(self) -> None:
        """Close the sockets under a call that hangs; must not block."""

    @abstractmethod
    def _translate(self, operation: str, error: Exception) -> DeviceError | None:
        """Return what a library's exception means, or None to let the shared rules decide."""

    # The protocol.

    def open(self) -> None:
        """Open the session."""
        if self.over_ssh:
            require_host_key(self._target)
        self._napalm = self._make()
        try:
            self._run("open the session", self._napalm.open, seconds=self._target.timeout_seconds * 3)
        except ConnectionLost as error:
            self._napalm = None
            raise DeviceUnreachable(
                self._device,
                f"no {self._profile.transport} session with {self._target.address} port {self._target.port} "
                "could be opened; check power, address and the path to the device",
            ) from error
        except DeviceError:
            self._napalm = None
            raise

    def close(self) -> None:
        """End the session without touching a pending commit; a session that is dead already is no error."""
        if self._napalm is None:
            return
        napalm, self._napalm = self._napalm, None
        try:
            run_with_deadline(
                lambda: self._end(napalm), seconds=self._target.timeout_seconds, abort=lambda: None
            )
        except Exception as error:  # noqa: BLE001 - nothing depends on a goodbye that was not heard
            logging.getLogger(__name__).debug("%s: session ended by %s", self._device, type(error).__name__)
        # NAPALM's destructor closes again what looks alive; on EOS that would abort a pending commit.
        napalm.is_alive = lambda: {"is_alive": False}

    def running(self) -> str:
        """Return the running configuration."""
        return self._configuration("running")

    def startup(self) -> str:
        """Return the configuration the device would boot with ('' where the platform has no second one)."""
        return self._configuration("startup") if "startup" in self._profile.capabilities else ""

    def full(self) -> str:
        """Return the running configuration with what its short form hides ('' where there is none)."""
        command = evidence_commands(self._target.platform).full
        if command is None:
            return ""
        text = self._run(
            "read the full configuration", lambda: self._read_full(command), seconds=_CHANGE_SECONDS
        )
        return without_header(self._target.platform, self._checked_configuration(text))

    def neighbours(self) -> tuple[Neighbour, ...]:
        """Return the LLDP neighbours."""
        table = self._run("read the LLDP neighbours", lambda: self._session().get_lldp_neighbors())
        found = [
            Neighbour(
                local_interface=self._interface_name(local),
                device=str(entry["hostname"]),
                remote_interface=self._interface_name(str(entry["port"])),
            )
            for local, entries in table.items()
            for entry in entries
        ]
        return tuple(sorted(found, key=lambda n: (n.local_interface, n.device, n.remote_interface)))

    def show(self, commands: tuple[str, ...]) -> tuple[ShowOutput, ...]:
        """Return the raw answers to show commands."""
        return tuple(ShowOutput(command=command, text=self._show_one(command)) for command in commands)

    def ask(self, operation: str, question: Callable[[Any], T]) -> T:
        """Put a question of our own to the library's session, with this session's time limits and errors."""
        return self._run(operation, lambda: question(self._session()))

    def stage(self, lines: str) -> None:
        """Load configuration lines as a candidate merge; a line the device refuses is an error."""
        text = self._mergeable(lines)
        self._run("stage the lines", lambda: self._stage(text), seconds=_CHANGE_SECONDS)
        self._staged = True

    def diff(self) -> str:
        """Return the difference to running, computed by the device itself, with secrets masked."""
        self._require_staged()
        return mask_secrets(self._run("compute the diff", self._diff, seconds=_CHANGE_SECONDS))

    def discard(self) -> None:
        """Drop the candidate."""
        if self._staged and not self._committed:
            self._run("discard the candidate", lambda: self._session().discard_config())
            self._staged = False

    def commit(self, *, revert_after_seconds: int) -> None:
        """Commit the candidate; the device reverts by itself unless confirmed in time."""
        self._require_staged()
        seconds = revert_seconds_for(self._device, self._profile, revert_after_seconds)
        # From here on, also after an error, the candidate may be live: closing must not touch it.
        self._committed = True
        self._run(
            "commit with the revert timer",
            lambda: self._commit(seconds),
            seconds=min(_CHANGE_SECONDS, float(seconds)),
        )

    def has_pending_commit(self) -> bool:
        """Return whether an unconfirmed commit is waiting on the device."""
        return bool(self._run("ask for a pending commit", self._pending))

    def owns_pending_commit(self) -> bool:
        """Return whether the commit that is pending on the device is the one this object made."""
        return bool(self._run("ask for a pending commit", self._owns_pending))

    def confirm(self) -> None:
        """Confirm the pending commit made by this object and save it for the next boot."""
        self._run("confirm the commit", self._confirm, seconds=_CHANGE_SECONDS)

    def save(self) -> None:
        """Save running for the next boot."""
        self._run("save running for the next boot", self._save, seconds=_CHANGE_SECONDS)

    def roll_back(self) -> None:
        """Go back at once to the configuration before this object's commit."""
        self._run("roll back the commit", self._roll_back, seconds=_CHANGE_SECONDS)

    # Platforms without a revert timer override these.

    def keep_way_back(self) -> str:
        """Keep what is running on the device itself and return its name there."""
        raise CapabilityMissing(self._device, _OWN_TIMER)

    def commit_without_timer(self) -> None:
        """Bring the candidate into force without saving it for the next boot."""
        raise CapabilityMissing(self._device, _OWN_TIMER)

    def go_back_to(self, way_back: str) -> None:
        """Bring running back to what was kept under a name, from any session."""
        raise CapabilityMissing(self._device, f"{_OWN_TIMER}; there is no '{way_back}' to go back to")

    def drop_way_back(self, way_back: str) -> None:
        """Remove what was kept under a name."""
        raise CapabilityMissing(self._device, f"{_OWN_TIMER}; there is no '{way_back}' to remove")

    # What children fill in or override.

    @abstractmethod
    def _show(self, command: str) -> str:
        """Return the raw answer to one show command."""

    @abstractmethod
    def _pending(self) -> object:
        """Return what identifies the pending commit, or something empty."""

    @abstractmethod
    def _owns_pending(self) -> bool:
        """Return whether the pending commit is ours."""

    @abstractmethod
    def _confirm(self) -> None:
        """Confirm our commit and save."""

    @abstractmethod
    def _roll_back(self) -> None:
        """Take our commit back."""

    @abstractmethod
    def _save(self) -> None:
        """Save running for the next boot."""

    @abstractmethod
    def _commit(self, seconds: int) -> None:
        """Commit with the timer and remember what identifies the commit."""

    def _mergeable(self, lines: str) -> str:
        """Return the lines in the form that is loaded."""
        text = "\n".join(line.rstrip() for line in lines.splitlines() if line.strip())
        if not text:
            raise NothingStaged(self._device, "there are no lines to stage; plan a change that has some")
        return text + "\n"

    def _stage(self, text: str) -> None:
        self._session().load_merge_candidate(config=text)

    def _diff(self) -> str:
        return str(self._session().compare_config())

    def _end(self, napalm: Any) -> None:
        napalm.close()

    def _read(self, source: str) -> str:
        return str(self._session().get_config(retrieve=source)[source])

    def _read_full(self, command: str) -> str:
        return self._show(command)

    def _interface_name(self, name: str) -> str:
        return name

    def _checked_configuration(self, text: str) -> str:
        """Return a configuration that came whole, or raise ``UnexpectedAnswer``."""
        return text

    # Inside.

    def _show_one(self, command: str) -> str:
        return self._run(f"run '{command}'", lambda: self._show(command))

    def _configuration(self, source: str) -> str:
        text = self._run(
            f"read the {source} configuration",
            lambda: self._read(source),
            seconds=_CHANGE_SECONDS,
        )
        if source == "startup" and not text.strip():
            return ""
        return without_header(self._target.platform, self._checked_configuration(text))

    def _require_staged(self) -> None:
        if not self._staged:
            raise NothingStaged(self._device, "nothing is staged on this session; stage the lines first")

    def _session(self) -> Any:
        if self._napalm is None:
            raise ConnectionLost(self._device, "the session is closed; open a new one")
        return self._napalm

    def _run(self, operation: str, call: Callable[[], T], *, seconds: float | None = None) -> T:
        """Run one call into the library with its time limit, and translate what it raises."""
        limit = seconds if seconds is not None else self._target.timeout_seconds * 2
        try:
            return run_with_deadline(call, seconds=limit, abort=self._abort_sockets)
        except DeviceError:
            raise
        except DeadlineExceeded as error:
            raise ConnectionLost(
                self._device, f"no end of '{operation}' within {limit:g} s; the session was cut"
            ) from error
        except Exception as error:  # noqa: BLE001 - the libraries' own errors end here, whatever they are
            about_key = host_key_error(self._device, error) if self.over_ssh else None
            raise (
                about_key or self._translate(operation, error) or self._shared_translation(operation, error)
            ) from None

    def _shared_translation(self, operation: str, error: Exception) -> DeviceError:
        for kinds, make in self._rules(operation):
            if isinstance(error, kinds):
                return make(error)
        return UnexpectedAnswer(
            self._device,
            f"the answer to '{operation}' could not be read ({type(error).__name__}); look at it by hand",
        )

    def _rules(
        self, operation: str
    ) -> tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Exception], DeviceError]], ...]:
        device = self._device

        def lost(error: Exception) -> DeviceError:
            return ConnectionLost(
                device, f"the connection died during '{operation}' ({type(error).__name__})"
            )

        return (
            (
                ssl.SSLError,
                lambda _: TLSRefused(
                    device,
                    "its TLS certificate is not trusted; give the device's ca_file in the endpoints file",
                ),
            ),
            (
                (LockError, SessionLockedException),
                lambda _: LockHeld(
                    device,
                    "its configuration is locked or being edited by somebody else; wait and run again",
                ),
            ),
            (MergeConfigException, lambda error: ConfigurationRefused(device, self.device_text(error))),
            (
                CommitConfirmException,
                lambda error: CapabilityMissing(
                    device, f"the device cannot take a change back by itself: {self.device_text(error)}"
                ),
            ),
            ((ConnectionException, OSError, EOFError), lost),
            (
                (CommitError, NapalmException),
                lambda error: CommandRefused(device, f"'{operation}' was refused: {self.device_text(error)}"),
            ),
        )

    def device_text(self, error: object) -> str:
        """Return what a device said, on one line, with secrets and the login masked."""
        text = " / ".join(line.strip() for line in mask_secrets(str(error)).splitlines() if line.strip())
        password = self._target.credential.password.get_secret_value()
        return text.replace(password, "<password>")[:600] if password else text[:600]

    def _login_refused(self) -> LoginRefused:
        return LoginRefused(
            self._device,
            f"the login '{self._target.credential.username}' was refused; check the credential it refers to",
        )
