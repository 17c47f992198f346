"""The state of an EOS device: configurations, configuration sessions and the commit timer."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from lab.cli_tree import ConfigTree, Editor
from lab.device_clock import DeviceClock
from lab.eos.dialect import eos_dialect
from lab.eos.errors import CommandRefused
from lab.eos.ranges import INTERFACES
from lab.errors import LabFileError
from lab.models import PendingCommit, TwinSpec
from lab.twin import ScheduledCall

DEFAULT_RELEASE: Final = "4.32.2F"
PENDING_LIMIT: Final = 5
COMPLETED_LIMIT: Final = 1
_SESSION_LIFE_SECONDS: Final = 24 * 3600
_HEADER: Final = re.compile(r"^! device: \S+ \((?P<model>[^,]+), EOS-(?P<release>[^ )]+)", re.MULTILINE)
_BOOT_LINE: Final = re.compile(r"^! boot system \S+$", re.MULTILINE)
_NUMBERS: Final = re.compile(r"(\d+)\.(\d+)")

SessionState = Literal["pending", "committed", "aborted"]


@dataclass(slots=True)
class ConfigurationSession:
    """A configuration session; its tree is a copy of what was running when it was opened."""

    name: str
    user: str
    tree: ConfigTree
    opened_at: datetime
    state: SessionState = "pending"
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CommitTimer:
    """A committed session that goes back by itself unless it is committed again."""

    session: str
    user: str
    checkpoint: ConfigTree
    expires_at: datetime
    call: ScheduledCall
    armed: int


class EOSDevice:
    """What the API and the second door act on; every method may be called from any thread."""

    def __init__(self, spec: TwinSpec, configuration: str, clock: DeviceClock) -> None:
        """Boot from a configuration.

        Args:
            spec: The device.
            configuration: Its startup configuration; the header may name model and release.
            clock: The device's own clock and timers.

        Raises:
            LabFileError: The device refuses a line of the configuration.
        """
        header = _HEADER.search(configuration)
        boot_line = _BOOT_LINE.search(configuration)
        self.spec = spec
        self.clock = clock
        self.lock = threading.RLock()
        self.model = header["model"] if header is not None else spec.model
        self.release = header["release"] if header is not None else DEFAULT_RELEASE
        self.boot_line = f"{boot_line[0]}\n!\n" if boot_line is not None else ""
        self.running = self._boot(configuration)
        self.startup = self.text(self.running)
        self.saved: tuple[datetime, str] = (clock.now(), "root")
        self.files: dict[str, str] = {}
        self.sessions: dict[str, ConfigurationSession] = {}
        self.timer: CommitTimer | None = None
        self.log: list[str] = []
        self.commits = 0
        self.reverts = 0
        self.on_change: Callable[[], None] = lambda: None
        self._armed = 0
        self._stopped = False

    @property
    def numbers(self) -> tuple[int, int]:
        """Return the major and minor number of the release."""
        found = _NUMBERS.match(self.release)
        return (int(found[1]), int(found[2])) if found is not None else (0, 0)

    @property
    def hostname(self) -> str:
        """Return the configured name."""
        return next((node.text.split()[1] for node in self.running.find("hostname")), "localhost")

    def _boot(self, configuration: str) -> ConfigTree:
        tree, refused = ConfigTree.parse(eos_dialect(self.numbers, boots=True), configuration)
        if refused:
            first = refused[0]
            raise LabFileError(
                f"{self.spec.name}: the twin refuses line {first.number} of its starting configuration "
                f"{self.spec.configuration}: {first.refusal.line.strip()!r}; "
                "correct the line or add it to the twin's tables"
            )
        tree.dialect = eos_dialect(self.numbers, boots=False)
        return tree

    @staticmethod
    def text(tree: ConfigTree) -> str:
        """Return a configuration as text without its header."""
        return f"{tree.render()}end\n"

    # -- sessions --------------------------------------------------------------------------------------------

    def open_session(self, name: str, user: str) -> ConfigurationSession:
        """Open a session, or go back into one that is pending.

        Raises:
            CommandRefused: The session was completed, or too many are pending.
        """
        with self.lock:
            self._drop_old_sessions()
            known = self.sessions.get(name)
            if known is not None and known.state == "pending":
                return known
            if known is not None and self.timer is not None and self.timer.session == name:
                raise _could_not(f"Cannot enter session {name} (commit timer is pending)")
            if sum(session.state == "pending" for session in self.sessions.values()) >= PENDING_LIMIT:
                raise _could_not(
                    "Maximum number of pending sessions has been reached. Please commit or abort one"
                )
            session = ConfigurationSession(name, user, self.running.copy(), self.clock.now())
            self.sessions[name] = session
            return session

    def clean_session(self, session: ConfigurationSession) -> None:
        """Empty a session's configuration, as ``rollback clean-config`` does."""
        with self.lock:
            session.tree.replace_with(self.running.bare(INTERFACES.is_hardware))

    def commit_session(self, name: str, user: str, timer_seconds: int | None = None) -> None:
        """Commit a session, or confirm it where its timer runs.

        Args:
            name: The session.
            user: Who commits.
            timer_seconds: Go back by itself after so many seconds of the device's time.

        Raises:
            CommandRefused: There is no such pending session, or another session's timer runs.
        """
        with self.lock:
            if self.timer is not None and self.timer.session == name and timer_seconds is None:
                self._note(
                    f"CONFIG_SESSION_COMMIT_SUCCESS: User {user} confirmed configuration session {name}"
                )
                self._forget_timer()
                return
            session = self._pending(name)
            if self.timer is not None:
                raise _could_not(
                    f"Cannot commit session {name}: a commit timer of session {self.timer.session} is pending"
                )
            checkpoint = self.running.copy()
            self._replace_running(session.tree)
            session.state, session.completed_at, session.user = "committed", self.clock.now(), user
            self._keep_completed(name)
            if timer_seconds is not None:
                self._arm(session, checkpoint, timer_seconds)
            self._note(
                f"CONFIG_SESSION_COMMIT_SUCCESS: User {user} committed configuration session {name} "
                "successfully"
            )

    def _arm(self, session: ConfigurationSession, checkpoint: ConfigTree, seconds: int) -> None:
        self._armed += 1
        armed = self._armed
        call = self.clock.call_after(seconds, lambda: self._expire(armed))
        self.timer = CommitTimer(
            session.name, session.user, checkpoint, self.clock.after(seconds), call, armed
        )
        minutes, rest = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        self._note(
            f"CONFIG_SESSION_COMMIT_TIMER_STARTED: User {session.user} committed session {session.name}, "
            f"with timer {hours}:{minutes}:{rest}(hr:min:sec)."
        )

    def abort_session(self, name: str, user: str) -> None:
        """Abort a session; where its timer runs the device goes back to the checkpoint.

        Raises:
            CommandRefused: There is no such session.
        """
        with self.lock:
            timer = self.timer
            if timer is not None and timer.session == name:
                self._forget_timer()
                self._replace_running(timer.checkpoint)
                self._note(
                    f"CONFIG_SESSION_COMMIT_TIMER_CANCELED: The commit timer on session {name} has been "
                    "canceled. The system configuration has been rolled back."
                )
                self.sessions[name].state = "aborted"
                return
            session = self._pending(name)
            session.state, session.completed_at = "aborted", self.clock.now()
            self._keep_completed(name)
            self._note(f"CONFIG_SESSION_ABORTED: User {user} aborted configuration session {name}")

    def list_sessions(self) -> tuple[ConfigurationSession, ...]:
        """Return the sessions that the device still knows."""
        with self.lock:
            self._drop_old_sessions()
            return tuple(self.sessions.values())

    def session(self, name: str) -> ConfigurationSession:
        """Return a session.

        Raises:
            CommandRefused: There is no session of that name.
        """
        with self.lock:
            if name not in self.sessions:
                raise _could_not(f"Session {name} does not exist")
            return self.sessions[name]

    def _pending(self, name: str) -> ConfigurationSession:
        session = self.session(name)
        if session.state != "pending":
            raise _could_not(f"Session {name} is already {session.state}")
        return session

    def _keep_completed(self, newest: str) -> None:
        """Forget completed sessions beyond what the device keeps, but never one whose timer runs."""
        done = [session for session in self.sessions.values() if session.state != "pending"]
        done.sort(key=lambda session: (session.name == newest, session.completed_at or session.opened_at))
        for session in done[: max(0, len(done) - COMPLETED_LIMIT)]:
            if self.timer is None or self.timer.session != session.name:
                del self.sessions[session.name]

    def _drop_old_sessions(self) -> None:
        now = self.clock.now()
        for session in tuple(self.sessions.values()):
            age = (now - session.opened_at).total_seconds()
            if session.state == "pending" and age > _SESSION_LIFE_SECONDS:
                del self.sessions[session.name]

    # -- the running configuration ---------------------------------------------------------------------------

    def configure(self, lines: Iterable[str]) -> None:
        """Apply lines to the running configuration, all or none.

        Raises:
            LineRefused: The device does not take a line.
        """
        with self.lock:
            tree = self.running.copy()
            editor = Editor(tree)
            for line in lines:
                editor.apply(line)
            self._replace_running(tree)

    def replace(self, name: str, user: str) -> None:
        """Replace the running configuration by a file.

        Raises:
            CommandRefused: There is no such file, or the device does not take it.
        """
        with self.lock:
            if name not in self.files:
                raise CommandRefused(
                    "could not run command", (f"Error reading flash:{name}: No such file",), 1000
                )
            tree = self.running.bare(INTERFACES.is_hardware)
            refused = Editor(tree).apply_text(self.files[name])
            if refused:
                line = refused[0].refusal.line.strip()
                raise CommandRefused("could not run command", (f"Invalid input at line: {line}",), 1000)
            self._replace_running(tree)
            self._note(
                f"CONFIG_REPLACE_SUCCESS: User {user} replaced running configuration with flash:{name}"
            )

    def save(self, user: str) -> None:
        """Save the running configuration for the next boot."""
        with self.lock:
            self.startup = self.text(self.running)
            self.saved = (self.clock.now(), user)

    def adopt(self, tree: ConfigTree) -> None:
        """Make a configuration the running one, as leaving ``configure terminal`` does."""
        with self.lock:
            self._replace_running(tree)

    def pending(self) -> PendingCommit | None:
        """Return the commit whose timer runs."""
        with self.lock:
            if self.timer is None:
                return None
            return PendingCommit(user=self.timer.user, seconds_left=self.timer.call.seconds_left())

    def boot(self) -> None:
        """Run what was saved; sessions and the commit timer die with the device, files stay."""
        with self.lock:
            self._forget_timer()
            self.sessions.clear()
            self.log.clear()
            tree, _ = ConfigTree.parse(eos_dialect(self.numbers, boots=True), self.startup)
            self.running.replace_with(tree)
            self.on_change()

    def stop(self) -> None:
        """Let no timer fire any more."""
        with self.lock:
            self._stopped = True
            self._forget_timer()

    def _replace_running(self, tree: ConfigTree) -> None:
        if self.text(tree) != self.text(self.running):
            self.commits += 1
        self.running.replace_with(tree)
        self.on_change()

    def _forget_timer(self) -> None:
        if self.timer is not None:
            self.timer.call.cancel()
            self.timer = None

    def _expire(self, armed: int) -> None:
        """Go back: nobody confirmed in time."""
        with self.lock:
            timer = self.timer
            # A confirmation may have won the race for the lock, or a later commit started a timer of its own.
            if timer is None or self._stopped or timer.armed != armed:
                return
            self.timer = None
            self.running.replace_with(timer.checkpoint)
            self.sessions.pop(timer.session, None)
            self.reverts += 1
            self._note(
                f"CONFIG_SESSION_COMMIT_TIMER_TIMEDOUT: The commit timer on session {timer.session} "
                "has expired."
                "The system configuration will be rolled back."
            )
            self.on_change()

    def _note(self, text: str) -> None:
        self.log.append(f"{self.clock.now():%b %e %H:%M:%S} {self.hostname} ConfigAgent: %SYS-5-{text}")


def _could_not(text: str) -> CommandRefused:
    return CommandRefused("could not run command", (text,), 1000)
