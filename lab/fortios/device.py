"""The state of a FortiOS device: what runs, what is saved, its revisions, its timers and its reboots."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lab.device_clock import DeviceClock
from lab.errors import LineRefused
from lab.faults import FaultSwitch
from lab.fortios.automation import Stitch, timed_stitches
from lab.fortios.boot import BootReader, read_firmware
from lab.fortios.editor import Editor
from lab.fortios.errors import CommandRefused, unknown_word
from lab.fortios.schema import SectionType, load_schema
from lab.fortios.statements import UnendedString, read_statements
from lab.fortios.tree import Block, render
from lab.models import PendingCommit, TwinSpec
from lab.twin import ScheduledCall

MOST_REVISIONS: Final = 20
# Measured on a virtual FortiGate: the stitch fires 2 to 28 s late, the device falls silent about ten
# seconds after a restore began and answers again about 43 s after it.
STITCH_LATE_SECONDS: Final = 8.0
SILENT_AFTER_SECONDS: Final = 11.0
BACK_AFTER_SECONDS: Final = 43.0
_RESTORE: Final = re.compile(r"execute restore config flash (\d+)")


@dataclass(frozen=True, slots=True)
class Revision:
    """A whole configuration that the device keeps on its flash."""

    number: int
    comment: str
    root: Block
    taken_at: datetime


@dataclass(slots=True)
class Armed:
    """A stitch whose time is ahead."""

    stitch: Stitch
    call: ScheduledCall
    number: int


class FortiOSDevice:
    """What the API and the second door act on; every method may be called from any thread."""

    def __init__(self, spec: TwinSpec, configuration: str, clock: DeviceClock, faults: FaultSwitch) -> None:
        """Boot from a configuration.

        Raises:
            LabFileError: The configuration holds a line that no FortiOS device writes.
        """
        self.spec = spec
        self.clock = clock
        self.lock = threading.RLock()
        self.firmware = read_firmware(spec, configuration)
        self.types: SectionType = load_schema()
        self.running: Block = BootReader(spec, self.types).read(configuration)
        self.saved: Block = self.running.copy()
        self.revisions: list[Revision] = []
        self.fired: dict[str, datetime] = {}
        self.user = ""
        self.commits = 0
        self.reverts = 0
        self.reboots = 0
        self.is_rebooting = False
        self.on_change: Callable[[], None] = lambda: None
        self.on_reboot: Callable[[], None] = lambda: None
        self._faults = faults
        self._armed: dict[str, Armed] = {}
        self._calls: list[ScheduledCall] = []
        self._revert_call: ScheduledCall | None = None
        self._restoring: Block | None = None
        self._stopped = False
        self._number = 0
        self._arm(boots=True)

    @property
    def hostname(self) -> str:
        """Return the configured name; without one it is the serial number."""
        return self.running.section("system global").text_of("hostname", self.serial)

    @property
    def serial(self) -> str:
        """Return the serial number."""
        digits = "".join(str(ord(letter) % 10) for letter in self.spec.name)
        return f"{self.firmware.model[:6]}{digits:0>10.10}"

    @property
    def save_mode(self) -> str:
        """Return whether changes are saved as they are made."""
        return self.running.section("system global").text_of("cfg-save", "automatic")

    def text(self, root: Block, *, salt: bytes = b"", full: bool = False) -> str:
        """Return a configuration as text, without its header."""
        return render(root, self.types, salt=salt, full=full)

    def backup(self, user: str, salt: bytes) -> str:
        """Return the running configuration as a backup file; its secrets read differently every time."""
        one = self.firmware
        with self.lock:
            header = (
                f"#config-version={one.model}-{one.release}-FW-build{one.build}-{one.date}"
                f":opmode=1:vdom=0:user={user}\n#conf_file_ver={self._number + 100000}\n"
                f"#buildno={one.build}\n#global_vdom=1\n"
            )
            return header + self.text(self.running, salt=salt)

    # Changing.

    def run_script(self, text: str, user: str) -> str:
        """Run configuration lines; a line that is refused ends it, and what became live before stays.

        Returns:
            '' where every line was taken, else everything that the command line said.
        """
        with self.lock:
            self.user = user
            before = self.text(self.running)
            said: list[str] = []
            editor = Editor(self.running, self.types, self._became_live)
            try:
                for statement in read_statements(text):
                    place = f" ({editor.place})" if editor.is_inside else ""
                    said.append(f"{self.hostname}{place}  {statement.written}")
                    if self._faults.use_for("error-line", statement.written) is not None:
                        raise unknown_word(statement.verb)
                    editor.take(statement)
            except CommandRefused as refusal:
                said.append(refusal.text)
                return "\n".join(said) + "\n"
            except UnendedString:
                return "\n".join([*said, "Unknown action 0"]) + "\n"
            finally:
                self._settle_saved()
                self.commits += before != self.text(self.running)
            return ""

    def configure(self, lines: Iterable[str]) -> None:
        """Apply lines as a person at the console does; all or none.

        Raises:
            LineRefused: The device does not take a line.
        """
        with self.lock:
            work = self.running.copy()
            editor = Editor(work, self.types, lambda: None)
            for statement in read_statements("\n".join(lines)):
                try:
                    editor.take(statement)
                except CommandRefused as refusal:
                    raise LineRefused(statement.written, "refused", 0, refusal.text) from refusal
            if editor.is_inside:
                raise LineRefused(str(lines), "incomplete", 0)
            self.commits += self.text(work) != self.text(self.running)
            self.running.become(work)
            self._became_live()
            self._settle_saved()

    def edit(self, change: Callable[[Editor], None], user: str) -> None:
        """Change one object through the API; not counted as a change of the configuration.

        Raises:
            CommandRefused: The device does not take it; nothing was changed.
        """
        with self.lock:
            self.user = user
            work = self.running.copy()
            change(Editor(work, self.types, lambda: None))
            self.running.become(work)
            self._became_live()
            self._settle_saved()

    def save(self) -> None:
        """Save what runs for the next boot, and end a revert window of the device's own."""
        with self.lock:
            self.saved = self.running.copy()
            if self._revert_call is not None:
                self._revert_call.cancel()
                self._revert_call = None

    def take_revision(self, comment: str) -> None:
        """Keep what runs as a revision; the oldest goes when there are too many."""
        with self.lock:
            number = self.revisions[-1].number + 1 if self.revisions else 1
            self.revisions.append(Revision(number, comment, self.running.copy(), self.clock.now()))
            del self.revisions[:-MOST_REVISIONS]

    def restore(self, number: int) -> bool:
        """Begin to restore a revision, which ends in a reboot; False where there is none of that number."""
        with self.lock:
            found = next((one for one in self.revisions if one.number == number), None)
            if found is None:
                return False
            self._reboot_into(found.root.copy(), began=0.0)
            return True

    # What becomes live.

    def _became_live(self) -> None:
        self._number += 1
        self._arm(boots=False)
        self.on_change()

    def _settle_saved(self) -> None:
        """Save a change that is complete, or begin to wait for the save, as ``cfg-save`` says."""
        if self.save_mode == "automatic":
            self.save()
        elif self.save_mode == "revert" and self._revert_call is None and not self._is_saved():
            seconds = int(self.running.section("system global").text_of("cfg-revert-timeout", "600"))
            self._revert_call = self.clock.call_after(seconds, self._revert_unsaved)

    def _is_saved(self) -> bool:
        return self.text(self.running) == self.text(self.saved)

    def _revert_unsaved(self) -> None:
        """Reboot into what is saved: ``cfg-save revert``, and nobody saved in time."""
        with self.lock:
            if self._stopped or self._revert_call is None:
                return
            self._revert_call = None
            self.reverts += 1
            self._reboot_into(self.saved.copy(), began=SILENT_AFTER_SECONDS)

    # Timers.

    def _arm(self, *, boots: bool) -> None:
        """Follow the configuration: stitches that are gone or moved are forgotten, new ones are timed."""
        stitches = {one.name: one for one in timed_stitches(self.running)}
        for name, armed in tuple(self._armed.items()):
            if stitches.get(name) != armed.stitch:
                armed.call.cancel()
                del self._armed[name]
        for name in tuple(self.fired):
            if name not in stitches:
                del self.fired[name]
        for name, stitch in stitches.items():
            ahead = (stitch.due - self.clock.now()).total_seconds()
            if name in self._armed or name in self.fired or ahead <= 0:
                continue
            self._number += not boots
            number = self._number
            fire = functools.partial(self._fire, name, number)
            call = self.clock.call_after(ahead + STITCH_LATE_SECONDS, fire)
            self._armed[name] = Armed(stitch, call, number)

    def next_trigger(self, name: str) -> datetime | None:
        """Return when a stitch will fire, None where it never will."""
        with self.lock:
            armed = self._armed.get(name)
            return None if armed is None else armed.stitch.due

    def _fire(self, name: str, number: int) -> None:
        with self.lock:
            armed = self._armed.get(name)
            if self._stopped or armed is None or armed.number != number:
                return
            del self._armed[name]
            self.fired[name] = self.clock.now()
            for script in armed.stitch.scripts:
                found = _RESTORE.search(script)
                if found is not None and self.restore(int(found[1])):
                    self.reverts += 1

    def pending(self) -> PendingCommit | None:
        """Return the change that a restore will take back unless somebody cancels it."""
        with self.lock:
            for armed in self._armed.values():
                if any(_RESTORE.search(script) for script in armed.stitch.scripts):
                    return PendingCommit(user=self.user, seconds_left=armed.call.seconds_left())
            if self._restoring is not None:
                # It has begun to go back, and what runs is still what it was until the reboot.
                return PendingCommit(user=self.user, seconds_left=self._calls[0].seconds_left())
            return None

    # Reboots.

    def reboot(self) -> None:
        """Reboot into what is saved."""
        with self.lock:
            self._reboot_into(self.saved.copy(), began=SILENT_AFTER_SECONDS)

    def boot(self) -> None:
        """Run what was saved, or what a restore that has begun puts in its place; no timer runs yet."""
        with self.lock:
            for call in self._calls:
                call.cancel()
            if self._revert_call is not None:
                self._revert_call.cancel()
                self._revert_call = None
            self.reboots += 1
            self._forget_stitches()
            self.saved = (self._restoring or self.saved).copy()
            self.running.become(self.saved.copy())
            self.is_rebooting, self._restoring = False, None
            self.on_change()

    def wake(self) -> None:
        """Time what the configuration schedules; what was due while the device was away never happens."""
        with self.lock:
            self._arm(boots=True)

    def _forget_stitches(self) -> None:
        for armed in self._armed.values():
            armed.call.cancel()
        self._armed.clear()
        self.fired.clear()

    def _reboot_into(self, root: Block, *, began: float) -> None:
        """Reboot; ``began`` says how many seconds of the way to silence are over already."""
        if self._restoring is not None:
            return
        self._restoring = root
        self.reboots += 1
        silent, back = SILENT_AFTER_SECONDS - began, BACK_AFTER_SECONDS - began
        self._calls = [self.clock.call_after(back, self._come_back)]
        if silent > 0:
            self._calls.append(self.clock.call_after(silent, lambda: self._fall_silent(root)))
        else:
            self._fall_silent(root)

    def _fall_silent(self, root: Block) -> None:
        with self.lock:
            if self._stopped:
                return
            self.is_rebooting = True
            self._forget_stitches()
            self.running.become(root)
            self.saved = root.copy()
            self.on_change()
        self.on_reboot()

    def _come_back(self) -> None:
        with self.lock:
            if self._stopped:
                return
            self.is_rebooting = False
            self._restoring = None
            self._arm(boots=True)
            self.on_change()

    def stop(self) -> None:
        """Let no timer fire any more."""
        with self.lock:
            self._stopped = True
            calls = [*self._calls, *(armed.call for armed in self._armed.values())]
            if self._revert_call is not None:
                calls.append(self._revert_call)
            for call in calls:
                call.cancel()
