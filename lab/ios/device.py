"""The state of an IOS device: configurations, archive, revert timer and whether it can be reached."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from lab.cli_dialect import Node
from lab.cli_tree import ConfigTree, Editor
from lab.device_clock import DeviceClock
from lab.errors import LabFileError, LineRefused
from lab.faults import FaultSwitch
from lab.ios.dialect import BOOT_DIALECT, DIALECT
from lab.ios.file_system import FileSystem
from lab.ios.ranges import INTERFACES
from lab.models import PendingCommit, TwinSpec
from lab.twin import Clock, ScheduledCall


@dataclass(slots=True)
class RevertTimer:
    """A change that goes back by itself unless it is confirmed."""

    user: str
    minutes: int
    armed_at: datetime
    backup: ConfigTree
    backup_name: str
    call: ScheduledCall
    warn: Callable[[], None]
    warning: ScheduledCall | None = None

    def cancel(self) -> None:
        """Let neither the timer nor its warning come any more."""
        self.call.cancel()
        if self.warning is not None:
            self.warning.cancel()


@dataclass(slots=True)
class ConfigurationSession:
    """A user in configuration mode."""

    user: str
    editor: Editor
    before: str
    refused: list[LineRefused] = field(default_factory=list)


class IOSDevice:
    """What the sessions, the SCP server and the second door act on, one at a time."""

    def __init__(self, spec: TwinSpec, configuration: str, clock: Clock, faults: FaultSwitch) -> None:
        self.spec = spec
        self.clock = DeviceClock(clock, spec.clock_factor)
        self.faults = faults
        self.lock = threading.RLock()
        self.running = _boot(spec, configuration)
        self.startup = self.running.render()
        self.files = FileSystem(self.clock, faults)
        self.archive_names: list[str] = []
        self.timer: RevertTimer | None = None
        self._armed = 0
        self.commits = 0
        self.reverts = 0
        self.log: list[str] = []
        self.booted_at = self.clock.now()
        self.changed: tuple[datetime, str] | None = None
        self.saved: tuple[datetime, str] | None = None
        self.serial = f"JAE{Random(spec.name).randrange(10**8):08d}"  # noqa: S311 - a serial number is no secret
        self.on_change: Callable[[], None] = lambda: None
        self._vlan_defined = bool(self._management_vlan())

    @property
    def hostname(self) -> str:
        """Return the configured name."""
        return next((node.text.split()[1] for node in self.running.find("hostname")), "Router")

    @property
    def archive_path(self) -> str | None:
        """Return where the archive lies, None while the feature is off."""
        return next((node.text.partition(" ")[2] for node in self.running.find("archive", "path")), None)

    @property
    def release(self) -> tuple[int, ...]:
        """Return the numbers of the release that the configuration names; recent ones where it names none."""
        named = next((node.text.split()[1] for node in self.running.find("version")), "17.9")
        return tuple(int(number) for number in named.split("."))

    @property
    def quiet(self) -> bool:
        """Return whether file commands ask nothing."""
        return bool(self.running.find("file prompt quiet"))

    @contextmanager
    def changing(self, user: str) -> Iterator[None]:
        """Hold the device while the running configuration may change, and count it when it did."""
        with self.lock:
            before = self.running.render()
            yield
            self._note_change(before, user)
            self.on_change()

    def _note_change(self, before: str, user: str) -> None:
        after = self.running.render()
        if after == before:
            return
        self.changed = (self.clock.now(), user)
        if _without_prompt(after) != _without_prompt(before):
            self.commits += 1

    def begin_session(self, user: str) -> ConfigurationSession:
        """Enter configuration mode."""
        with self.lock:
            return ConfigurationSession(user, Editor(self.running), self.running.render())

    def apply_line(self, session: ConfigurationSession, line: str) -> None:
        """Apply one line in configuration mode.

        Raises:
            LineRefused: The device does not take it.

        """
        with self.lock:
            self._fault(session.editor, line)
            before = self.running.render()
            session.editor.apply(line)
            if self.running.render() != before:
                self.changed = (self.clock.now(), session.user)
            self.on_change()

    def end_session(self, session: ConfigurationSession) -> None:
        """Leave configuration mode; what was changed in it counts as one change."""
        with self.lock:
            if _without_prompt(self.running.render()) != _without_prompt(session.before):
                self.commits += 1
            stamp = self.clock.now().strftime("%b %e %H:%M:%S.%f")[:-3]
            self.log.append(f"*{stamp}: %SYS-5-CONFIG_I: Configured from console by {session.user} on vty0")

    def merge(self, text: str, user: str) -> list[LineRefused]:
        """Apply a file as ``copy FILE running-config`` does: line by line, past those that are refused."""
        with self.changing(user):
            return self._apply_past_errors(self.running, text)

    def replace(self, target: ConfigTree, user: str) -> bool:
        """Make another configuration the running one and return whether anything differed."""
        with self.changing(user):
            differed = self.running.render() != target.render()
            self.running.replace_with(target)
        return differed

    def read_target(self, text: str) -> tuple[ConfigTree, list[LineRefused]]:
        """Read a complete configuration for this hardware."""
        target = self.running.bare(INTERFACES.is_hardware)
        return target, self._apply_past_errors(target, text)

    def _apply_past_errors(self, tree: ConfigTree, text: str) -> list[LineRefused]:
        """Apply a text up to its end and return what was refused."""
        editor = Editor(tree)
        refused: list[LineRefused] = []
        for line in text.splitlines():
            try:
                self._fault(editor, line)
                editor.apply(line)
            except LineRefused as refusal:
                refused.append(refusal)
            if editor.ended:
                break
        return refused

    def arm(self, user: str, minutes: int, warn: Callable[[], None] = lambda: None) -> str:
        """Start the revert timer over a backup of the running configuration; return the backup's name.

        One minute before its time ``warn`` is called: the terminal that armed it is told.

        Raises:
            LineRefused: There is no archive or no room in it, or a timer runs already.
        """
        with self.lock:
            if self.archive_path is None:
                raise LineRefused("revert timer", "refused", 0, "%Please turn config archive on\n")
            if self.timer is not None:
                raise LineRefused(
                    "revert timer", "refused", 0, "%Rollback Confirmed Change already pending\n"
                )
            if not self.files.takes(len(self.running_file().encode())):
                raise LineRefused(
                    "revert timer", "refused", 0, "%Error writing to the archive (No space left on device)\n"
                )
            name = self.archive_running()
            call = self._start_timer(minutes)
            backup = self.running.copy()
            self.timer = RevertTimer(user, minutes, self.clock.now(), backup, name, call, warn)
            self._warn_in_time(self.timer)
            return name

    def _warn_in_time(self, timer: RevertTimer) -> None:
        if timer.minutes > 1:
            timer.warning = self.clock.call_after((timer.minutes - 1) * 60, timer.warn)
        else:
            timer.warn()

    def rearm(self, minutes: int) -> None:
        """Set a running timer anew."""
        with self.lock:
            if self.timer is None:
                return
            self.timer.cancel()
            self.timer.minutes = minutes
            self.timer.armed_at = self.clock.now()
            self.timer.call = self._start_timer(minutes)
            self._warn_in_time(self.timer)

    def _start_timer(self, minutes: int) -> ScheduledCall:
        self._armed += 1
        armed = self._armed
        return self.clock.call_after(minutes * 60, lambda: self._expire(armed))

    def confirm(self) -> bool:
        """Keep the change; return False where none is pending."""
        with self.lock:
            if self.timer is None:
                return False
            self.timer.cancel()
            self.timer = None
            return True

    def revert(self, user: str) -> RevertTimer | None:
        """Go back at once; return the timer that was pending, None where none was."""
        with self.lock:
            timer, self.timer = self.timer, None
            if timer is not None:
                timer.cancel()
                self.replace(timer.backup, user)
            return timer

    def _expire(self, armed: int) -> None:
        with self.lock:
            # A call that has begun cannot be cancelled: the timer may have been set anew meanwhile.
            if self.timer is None or armed != self._armed:
                return
            timer, self.timer = self.timer, None
            before = self.running.render()
            self.running.replace_with(timer.backup)
            self.reverts += 1
            if self.running.render() != before:
                self.changed = (self.clock.now(), timer.user)
            self.log.append(
                f"%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START: Start rolling to: {timer.backup_name}"
            )
            self.on_change()

    def archive_running(self) -> str:
        """Keep the running configuration in the archive and return the file's name."""
        with self.lock:
            stamp = self.clock.now().strftime("%b-%e-%H-%M-%S.%f").replace(" ", "-")[:-3]
            name = f"{self.archive_path}-{stamp}-{len(self.archive_names)}"
            self.files.write(name.partition(":")[2].lstrip("/"), self.running_file().encode())
            self.archive_names.append(name)
            return name

    def save(self, user: str) -> None:
        """Make the running configuration the one to boot with."""
        with self.lock:
            self.startup = self.running.render()
            self.saved = (self.clock.now(), user)
            if self.archive_path is not None and self.running.find("archive", "write-memory"):
                self.archive_running()

    def running_file(self) -> str:
        """Return the running configuration as it is written to a file."""
        with self.lock:
            return f"{self.header()}{self.running.render()}end\n"

    def header(self) -> str:
        """Return the comments that stand before a configuration."""
        lines = ["!"]
        if self.changed is not None:
            lines.append(f"! Last configuration change at {_time(self.changed[0])} by {self.changed[1]}")
        if self.saved is not None:
            lines.append(f"! NVRAM config last updated at {_time(self.saved[0])} by {self.saved[1]}")
        return "\n".join([*lines, *(["!"] if len(lines) > 1 else []), ""])

    def pending(self) -> PendingCommit | None:
        """Return the unconfirmed change."""
        with self.lock:
            if self.timer is None:
                return None
            return PendingCommit(user=self.timer.user, seconds_left=self.timer.call.seconds_left())

    def boot(self) -> None:
        """Run what was saved; the revert timer and the log were in memory only, the files are still there."""
        with self.lock:
            self.confirm()
            tree, _ = ConfigTree.parse(BOOT_DIALECT, self.startup)
            self.running.replace_with(tree)
            self.log.clear()
            self.changed = None
            self.booted_at = self.clock.now()
            self.on_change()

    def stop(self) -> None:
        """Let no timer fire any more."""
        self.confirm()

    def takes_logins(self) -> bool:
        """Return whether a terminal line accepts SSH."""
        with self.lock:
            for node in self.running.find("line vty"):
                inputs = [child.text.split()[2:] for child in node.find("transport input")]
                if not inputs or {"ssh", "all"} & set(inputs[0]):
                    return True
            return False

    def is_addressed(self) -> bool:
        """Return whether the management interface is up and has an address."""
        interface = self.running.root.child(("interface", self.spec.management_interface))
        if interface is None or interface.find("shutdown"):
            return False
        if self._vlan_defined and not self._management_vlan():
            return False
        return bool(interface.find("ip address"))

    def _management_vlan(self) -> tuple[Node, ...]:
        number = self.spec.management_interface.removeprefix("Vlan")
        return tuple(node for node in self.running.find(f"vlan {number}") if not node.find("shutdown"))

    def _fault(self, editor: Editor, line: str) -> None:
        if line.strip() and not editor.reads_text and self.faults.use_for("error-line", line.strip()):
            raise LineRefused(line, "invalid", len(line) - len(line.lstrip()))


def _boot(spec: TwinSpec, configuration: str) -> ConfigTree:
    tree, refused = ConfigTree.parse(BOOT_DIALECT, configuration)
    if refused:
        first = refused[0]
        raise LabFileError(
            f"twin {spec.name}: {spec.configuration}:{first.number}: IOS refuses "
            f"{first.refusal.line.strip()!r} ({first.refusal.kind}), {len(refused)} line(s) in all; "
            "correct the starting configuration"
        )
    if tree.root.child(("interface", spec.management_interface)) is None:
        raise LabFileError(
            f"twin {spec.name}: {spec.configuration} has no interface {spec.management_interface}, which the "
            "lab file names as the management interface; add it or name another"
        )
    tree.dialect = DIALECT
    return tree


def _without_prompt(text: str) -> str:
    """Leave out what NAPALM switches on and off around its work."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("file prompt"))


def _time(moment: datetime) -> str:
    return moment.strftime("%H:%M:%S UTC %a %b %e %Y").replace("  ", " ")
