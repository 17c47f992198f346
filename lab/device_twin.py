"""What every device twin does the same way: its port, its state, its transcript and its faults."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import ClassVar, Final, Protocol

from lab.device_clock import DeviceClock
from lab.errors import FaultUnknown, LineRefused
from lab.faults import FaultSwitch
from lab.management_path import ManagementPath
from lab.masking import mask
from lab.models import Fault, FaultName, PendingCommit, TwinSpec, TwinState, TwinSummary
from lab.path_connection import PathConnection
from lab.twin import Clock, ScheduledCall, TwinCredential

EVERY_TWIN: Final[frozenset[FaultName]] = frozenset(
    {"refuse-login", "drop-after-commit", "error-line", "delay", "reboot"}
)
OTHER_USER: Final = "helpdesk"


class Device(Protocol):
    """What a twin needs of the device that it stands for; every method may be called from any thread."""

    commits: int
    reverts: int
    on_change: Callable[[], None]

    @property
    def lock(self) -> AbstractContextManager[bool]:
        """Return what is held while something is read or changed that belongs together."""

    def pending(self) -> PendingCommit | None:
        """Return the unconfirmed commit."""

    def boot(self) -> None:
        """Forget what only memory holds and run what was saved."""

    def stop(self) -> None:
        """Let no timer fire any more."""


class DeviceTwin(ABC):
    """The part of a ``Twin`` that no platform changes; each adds its device and its protocol."""

    possible_faults: ClassVar[frozenset[FaultName]] = EVERY_TWIN
    """The faults that a twin of the platform can have."""

    _device: Device

    def __init__(self, spec: TwinSpec, credential: TwinCredential, clock: Clock) -> None:
        self._spec = spec
        self._credential = credential
        self._clock = DeviceClock(clock, spec.clock_factor)
        self._faults = FaultSwitch()
        self._path = ManagementPath(spec.name, spec.port, self._serve, spec.latency)
        self._transcript: list[str] = []
        self._transcript_lock = threading.Lock()
        self._coming_back: ScheduledCall | None = None
        self._is_away = False

    @property
    def name(self) -> str:
        """Return the device name."""
        return self._spec.name

    @property
    def port(self) -> int:
        """Return the loopback port of its management protocol; known after ``start``."""
        return self._path.port

    def start(self) -> None:
        """Bind and serve in threads of its own.

        Raises:
            LabRunError: The port is taken.
        """
        self._path.start()
        self._device.on_change = self._follow_path
        with self._device.lock:
            self._follow_path()

    def stop(self) -> None:
        """Close every socket and thread."""
        if self._coming_back is not None:
            self._coming_back.cancel()
        self._device.stop()
        self._path.stop()

    def state(self) -> TwinState:
        """Return a consistent copy of the true state."""
        with self._device.lock:
            return TwinState(
                **dict(self.summary()), running=self._running_text(), startup=self._startup_text()
            )

    def summary(self) -> TwinSummary:
        """Return how the twin is, without its configurations."""
        device = self._device
        with device.lock:
            return TwinSummary(
                name=self.name,
                platform=self._spec.platform,
                pending=device.pending(),
                commits=device.commits,
                reverts=device.reverts,
                management_reachable=not self._is_away and self._is_reachable() and self._takes_logins(),
                sessions=self._path.sessions(),
                faults=self._faults.active(),
            )

    def transcript(self) -> tuple[str, ...]:
        """Return every request line or body as received, in order, with passwords masked."""
        with self._transcript_lock:
            return tuple(self._transcript)

    def cut_sessions(self) -> None:
        """End every session as a broken path does; new ones can be opened."""
        self._path.drop_connections()
        self._path.join_connections()

    # -- what each platform adds -----------------------------------------------------------------------------

    @abstractmethod
    def _serve(self, connection: PathConnection) -> None:
        """Serve an accepted connection to its end."""

    @abstractmethod
    def _running_text(self) -> str:
        """Return the running configuration."""

    @abstractmethod
    def _startup_text(self) -> str:
        """Return what the device would boot with."""

    @abstractmethod
    def _is_reachable(self) -> bool:
        """Return whether the running configuration leaves the management path open."""

    def _takes_logins(self) -> bool:
        """Return whether new sessions are taken over an open path."""
        return True

    def _enter_as_other(self, fault: Fault) -> None:
        """Enter the lines of a fault as another user does, with a revert timer where the fault says so.

        Raises:
            LineRefused: The device does not let the other user.
        """
        raise LineRefused(fault.name, "refused", 0, f"a twin of {self._spec.platform} knows no other user")

    # -- faults ----------------------------------------------------------------------------------------------

    def switch_fault(self, fault: Fault) -> None:
        """Switch a fault on; a reboot begins at once.

        Raises:
            FaultUnknown: A twin of this platform cannot fail in that way.
        """
        if fault.name not in self.possible_faults:
            possible = ", ".join(sorted(self.possible_faults))
            raise FaultUnknown(
                f"{self.name}: a twin of {self._spec.platform} cannot have the fault {fault.name}; "
                f"choose one of {possible}"
            )
        self._faults.switch(fault)
        if fault.name == "reboot":
            self._reboot(fault.seconds)

    def clear_faults(self) -> None:
        """Switch every fault off; a device that reboots comes back in its own time."""
        self._faults.clear()

    def _reboot(self, seconds: float) -> None:
        with self._device.lock:
            if self._is_away:
                return
            self._is_away = True
            self._follow_path()
        self._path.drop_connections()
        # Whatever a session had begun happens before the device goes down, and nothing of it afterwards.
        self._path.join_connections()
        with self._device.lock:
            self._device.boot()
        self._coming_back = self._clock.call_after(seconds, self._come_back)

    def _come_back(self) -> None:
        with self._device.lock:
            self._is_away = False
            self._faults.end("reboot")
            self._follow_path()

    def _follow_path(self) -> None:
        is_open = not self._is_away and self._is_reachable()
        self._path.switch(is_open=is_open, takes_new=self._takes_logins())

    # -- what clients do -------------------------------------------------------------------------------------

    def _accepts(self, username: str, password: str) -> bool:
        """Return whether a login is right; a fault may refuse every one."""
        if self._faults.use("refuse-login") is not None:
            return False
        return self._credential.matches(username, password)

    def _receive(self, request: str) -> None:
        """Write a request down, and let another user act before it where a fault says so."""
        self._write_down(mask(request, (self._credential.password,)))
        for name in ("other-user-change", "other-user-pending"):
            fault = self._faults.use_for(name, request)
            if fault is not None:
                self._let_other_act(fault)

    def _let_other_act(self, fault: Fault) -> None:
        try:
            self._enter_as_other(fault)
        except LineRefused as refusal:
            self._write_down(f"! {OTHER_USER} was refused: {refusal}")
        else:
            self._write_down(f"! {OTHER_USER} acted: {fault.name}")

    def _write_down(self, request: str) -> None:
        """Add a request to the transcript; its passwords are masked already."""
        with self._transcript_lock:
            self._transcript.append(request)
