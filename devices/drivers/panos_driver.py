"""PAN-OS over its XML API, with the command line for what only that does (lines, diff and commit).

A firewall takes no change back by itself: the library takes ``revert_in`` and never reads it. So this driver
has no revert timer; it keeps what ran under a name of its own on the firewall and goes back to that.

What napalm-panos leaves open beyond that, and what is done about it here:

- Its backup has one name for a day, so that a second change forgets the first one's way back. Here every
  change has a name of its own.
- It looks at no answer to a line. Here a line to which the firewall says anything is refused, and the
  candidate is dropped.
- It edits and commits whatever others left in the candidate. Here a candidate that holds anything is left
  alone, and locks keep others out until the change has ended.
- It waits two minutes for the words ``100%``, which a commit that fails never says. Here every end is known.
- Dropping its candidate loads its backup. Here what runs is loaded.

Known limits:
    Locks belong to the administrator, so a run on another machine with the same login is not kept out by
    them. It does not tell who committed after us: whoever broke our lock loses what they committed when we go
    back. Firewalls that a Panorama manages, and several virtual systems, are not told apart.
"""

import re
import secrets
import time
from typing import Final, Literal
from xml.etree import ElementTree as ET

from pan.xapi import PanXapiError

from devices.drivers.napalm_driver import NAPALMDriver
from devices.drivers.panos_api import CarefulPANOS, meaning, watched_context, written
from devices.drivers.panos_outcomes import translated, without_progress
from devices.drivers.panos_terminal import LineAsks, PANOSTerminal, open_terminal
from devices.errors import (
    CapabilityMissing,
    CommandRefused,
    ConfigurationRefused,
    DeviceError,
    LockHeld,
    UnexpectedAnswer,
)
from devices.models import DeviceTarget

_CHANGE_SECONDS: Final = 180.0
_COMMIT_SECONDS: Final = 900.0  # A small firewall takes minutes, also for one line.
_JOB_POLL_SECONDS: Final = 2.0
_COMMENT: Final = "samdrift"
_DONE: Final = "configuration committed successfully"
_NOTHING: Final = "there are no changes to commit"
_REFUSED: Final = ("commit failed", "validation error", "server error", "invalid syntax")
_LINE: Final = re.compile(r"(?:set|delete|move) \S+")
_OWN_LOCK: Final = re.compile(r"You already own a (?:config|commit) lock", re.IGNORECASE)
_NOT_LOCKED: Final = re.compile(r"not currently (?:locked|held)", re.IGNORECASE)
_GONE: Final = re.compile(r"does not exist|no such file", re.IGNORECASE)
_RUNNING_FILE: Final = "running-config.xml"
_FOREIGN: Final = (
    "its candidate holds changes that somebody has not committed; have them committed or dropped and plan "
    "again"
)
_NO_TIMER: Final = "PAN-OS has no commit that is taken back by itself; use the way back that is kept on it"
LockKind = Literal["config", "commit"]
_LOCKS: Final[tuple[LockKind, ...]] = ("config", "commit")


class PANOSDriver(NAPALMDriver):
    """One conversation with a Palo Alto firewall."""

    platform = "panos"

    def __init__(self, target: DeviceTarget) -> None:
        super().__init__(target)
        self._terminal: PANOSTerminal | None = None
        self._locked: list[LockKind] = []
        self._way_back = ""
        self._way_back_given = False
        self._staged_meaning = ""

    def _make(self) -> CarefulPANOS:
        return CarefulPANOS(self._target, watched_context(self._target))

    def _abort_sockets(self) -> None:
        if self._napalm is not None:
            self._napalm.abort()
        if self._terminal is not None:
            self._terminal.close()

    # What libraries raise.

    def _translate(self, operation: str, error: Exception) -> DeviceError | None:
        return translated(self._target, operation, error, self.device_text)

    # Collecting.

    def _read(self, source: str) -> str:
        return written(self._session().configuration(source))

    def _show(self, command: str) -> str:
        napalm = self._session()
        root = napalm.command(napalm.device.cmd_xml(command))
        ET.indent(root)
        return ET.tostring(root, encoding="unicode") + "\n"

    # Changing.

    def _mergeable(self, lines: str) -> str:
        kept = [line.strip() for line in lines.splitlines() if not line.strip().startswith("#")]
        text = super()._mergeable("\n".join(kept))
        for line in text.splitlines():
            if _LINE.match(line) is None or line.split()[-1] == "password":
                raise ConfigurationRefused(
                    self._device,
                    f"'{self.device_text(line)}' is no line of configuration (set, delete, move)",
                )
        return text

    def _stage(self, text: str) -> None:
        self._refuse_what_others_do()
        self._take_locks()
        if self._has_changes():
            self._release_locks()
            raise LockHeld(self._device, _FOREIGN)
        napalm = self._session()
        before = meaning(napalm.configuration("running"))
        # Before any line, the candidate is what runs: a firewall keeps its candidate, never what runs.
        self._keep(before)
        self._staged = True  # From here on there may be something to drop.
        for line in text.splitlines():
            said = self._configure(line)
            if said:
                self._drop_candidate()
                raise ConfigurationRefused(self._device, self.device_text(f"'{line}': {said}"))
        self._staged_meaning = meaning(napalm.configuration("candidate"))

    def _configure(self, line: str) -> str:
        try:
            return self._command_line().configure(line)
        except LineAsks:
            return "it asks for something that is not in the line"

    def _diff(self) -> str:
        said = self._command_line().operate("show config diff").strip("\n")
        if said.lstrip().lower().startswith(_REFUSED):
            raise CommandRefused(self._device, f"'show config diff' was refused: {self.device_text(said)}")
        runs = meaning(self._session().configuration("running"))
        if (said.strip() == "") != (self._staged_meaning == runs):
            raise UnexpectedAnswer(
                self._device, "its diff is not what makes candidate and running differ; look at it by hand"
            )
        return said

    def discard(self) -> None:
        """Drop the candidate, give the locks back and remove the way back that nobody needs."""
        if self._staged and not self._committed:
            self._run("discard the candidate", self._drop_candidate, seconds=_CHANGE_SECONDS)

    def _drop_candidate(self) -> None:
        self._load(_RUNNING_FILE)
        if self._has_changes():
            raise UnexpectedAnswer(self._device, "its candidate could not be dropped; drop it by hand")
        self._staged = False
        self._staged_meaning = ""
        if self._way_back and not self._way_back_given:
            self._forget(self._way_back)
            self._way_back = ""
        self._release_locks()

    def keep_way_back(self) -> str:
        """Keep what is running on the device itself and return its name there."""
        return self._run("keep the way back", self._keep_way_back, seconds=_CHANGE_SECONDS)

    def _keep_way_back(self) -> str:
        if not self._way_back or self._way_back_given:
            self._refuse_what_others_do()
            self._keep(meaning(self._session().configuration("running")))
        self._way_back_given = True
        return self._way_back

    def _keep(self, before: str) -> None:
        """Save the candidate, which is what runs, under a new name, and look at what was saved."""
        name = f"samdrift-{secrets.token_hex(8)}.xml"
        napalm = self._session()
        napalm.command(f"<save><config><to>{name}</to></config></save>")
        self._way_back, self._way_back_given = name, False
        if meaning(napalm.configuration(name)) != before:
            raise UnexpectedAnswer(
                self._device,
                f"what it kept as '{name}' is not what runs; nothing was changed, look at it by hand",
            )

    def commit_without_timer(self) -> None:
        """Bring the candidate into force; a firewall's next boot takes what runs."""
        self._require_staged()
        self._run("commit", self._commit_staged, seconds=_COMMIT_SECONDS)

    def _commit_staged(self) -> None:
        if meaning(self._session().configuration("candidate")) != self._staged_meaning:
            raise LockHeld(
                self._device, "its candidate was changed by somebody else meanwhile; nothing was committed"
            )
        # From here on, also after an error, the candidate may be live: closing must not touch it.
        self._committed = True
        try:
            self._commit_candidate()
        except ConfigurationRefused:
            self._committed = False
            self._drop_candidate()
            raise

    def _commit_candidate(self) -> None:
        said = self._command_line().commit(f"{_COMMENT} {self._way_back}".strip(), seconds=_COMMIT_SECONDS)
        told = said.lower()
        if any(one in told for one in _REFUSED):
            raise ConfigurationRefused(self._device, self.device_text(without_progress(said)))
        if _DONE not in told and _NOTHING not in told:
            raise UnexpectedAnswer(
                self._device,
                f"its answer to the commit is unknown: {self.device_text(without_progress(said))}",
            )

    def go_back_to(self, way_back: str) -> None:
        """Load what was kept under a name and commit it."""
        self._run("go back", lambda: self._go_back(way_back), seconds=_COMMIT_SECONDS)

    def _go_back(self, way_back: str) -> None:
        # The command line may have died with the commit.
        self._hang_up()
        self._wait_for_jobs()
        was_ours = self._locked or self._take_locks()
        if not was_ours and self._has_changes():
            self._release_locks()
            raise LockHeld(self._device, _FOREIGN)
        self._load(way_back)
        if self._has_changes():
            self._commit_candidate()
            if self._has_changes():
                raise UnexpectedAnswer(
                    self._device, "it said that it went back, and its candidate says otherwise"
                )
        self._staged = False
        self._release_locks()

    def drop_way_back(self, way_back: str) -> None:
        """Remove what was kept under a name, and give the locks back."""
        self._run("remove the way back", lambda: self._forget(way_back))
        self._run("give the locks back", self._release_locks)

    def _save(self) -> None:
        """Have nothing to do: the next boot takes what runs."""

    # What stands in the way.

    def _pending(self) -> object:
        """Return whether somebody else's candidate, lock or commit stands in the way."""
        if self._active_jobs() or self._foreign_locks():
            return True
        return not self._staged and self._has_changes()

    def _refuse_what_others_do(self) -> None:
        holders = self._foreign_locks()
        if holders:
            raise LockHeld(self._device, f"{', '.join(holders)} holds a lock on it; wait and run again")
        if self._active_jobs():
            raise LockHeld(
                self._device, "a commit of somebody else runs on it; wait for its end and run again"
            )
        if not self._staged and self._has_changes():
            raise LockHeld(self._device, _FOREIGN)

    def _has_changes(self) -> bool:
        said = self._session().command("<check><pending-changes></pending-changes></check>")
        answer = (said.findtext("result") or "").strip()
        if answer not in {"yes", "no"}:
            raise UnexpectedAnswer(self._device, "it does not say whether changes wait; look at it by hand")
        return answer == "yes"

    def _foreign_locks(self) -> tuple[str, ...]:
        own = self._target.credential.username
        found: list[str] = []
        for kind in _LOCKS:
            root = self._session().command(f"<show><{kind}-locks></{kind}-locks></show>")
            found += [str(one.get("name")) for one in root.findall(f"result/{kind}-locks/entry")]
        return tuple(sorted({name for name in found if name != own}))

    def _active_jobs(self) -> bool:
        root = self._session().command("<show><jobs><all></all></jobs></show>")
        jobs = root.findall("result/job")
        return any(one.findtext("status") != "FIN" and one.findtext("type") == "Commit" for one in jobs)

    def _wait_for_jobs(self) -> None:
        """Wait until a commit whose answer was lost has ended; the time limit of the call ends this too."""
        while self._active_jobs():
            time.sleep(_JOB_POLL_SECONDS)

    def _take_locks(self) -> bool:
        """Take both locks and return whether a run of ours that was killed held one already."""
        held_before = False
        for kind in _LOCKS:
            take = f"<request><{kind}-lock><add><comment>{_COMMENT}</comment></add></{kind}-lock></request>"
            try:
                self._session().command(take)
            except PanXapiError as refusal:
                if _OWN_LOCK.search(str(refusal)) is None:
                    self._release_locks()
                    raise LockHeld(
                        self._device,
                        f"its {kind} lock is held: {self.device_text(refusal)}; wait and run again",
                    ) from None
                held_before = True
            self._locked.append(kind)
        return held_before

    def _release_locks(self) -> None:
        while self._locked:
            kind = self._locked.pop()
            try:
                self._session().command(f"<request><{kind}-lock><remove></remove></{kind}-lock></request>")
            except PanXapiError as refusal:
                # A commit ends the commit lock by itself.
                if _NOT_LOCKED.search(str(refusal)) is None:
                    raise

    def _load(self, name: str) -> None:
        self._session().command(f"<load><config><from>{name}</from></config></load>")

    def _forget(self, name: str) -> None:
        try:
            self._session().command(f"<delete><config><saved>{name}</saved></config></delete>")
        except PanXapiError as refusal:
            if _GONE.search(str(refusal)) is None:
                raise

    # The command line.

    def _command_line(self) -> PANOSTerminal:
        if self._terminal is None:
            self._terminal = open_terminal(self._target)
        return self._terminal

    def _hang_up(self) -> None:
        if self._terminal is not None:
            self._terminal.close()
            self._terminal = None

    def _end(self, napalm: CarefulPANOS) -> None:
        """Hang up; a candidate that was not committed is dropped, and the locks are given back."""
        self._napalm = napalm
        try:
            if self._staged and not self._committed:
                self._drop_candidate()
            self._release_locks()
        finally:
            self._napalm = None
            self._hang_up()
            napalm.abort()

    # What a platform without a revert timer refuses.

    def _commit(self, seconds: int) -> None:
        raise CapabilityMissing(self._device, f"{_NO_TIMER} (asked for {seconds} s)")

    def _confirm(self) -> None:
        raise CapabilityMissing(self._device, _NO_TIMER)

    def _roll_back(self) -> None:
        raise CapabilityMissing(self._device, _NO_TIMER)

    def _owns_pending(self) -> bool:
        return False
