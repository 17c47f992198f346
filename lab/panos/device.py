"""The state of one firewall: candidate, running, named configurations, locks, jobs and sessions."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from typing import Final, Literal

from lab.device_clock import DeviceClock
from lab.errors import LabFileError, LineRefused
from lab.faults import FaultSwitch
from lab.models import PendingCommit, TwinSpec
from lab.panos.editor import apply_line
from lab.panos.errors import PANOSRefused
from lab.panos.jobs import Job, Lock, Session
from lab.panos.line_form import difference
from lab.panos.schema import load_schema
from lab.panos.tree import Node
from lab.panos.validation import problems
from lab.panos.xml_form import read_xml, render, to_element

RUNNING_FILE: Final = "running-config.xml"
VERSION: Final = "11.1.0"
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOCKS: Final = ("config", "commit")


class PANOSDevice:
    """What the API, the command line and the second door act on; any thread may call any method."""

    def __init__(self, spec: TwinSpec, configuration: str, clock: DeviceClock, faults: FaultSwitch) -> None:
        """Boot from a configuration, written as XML or as ``set`` lines.

        Raises:
            LabFileError: it holds what no firewall writes.
        """
        self.spec = spec
        self.clock = clock
        self.faults = faults
        self.lock = threading.RLock()
        self.running = _boot(spec, configuration)
        self.candidate = self.running.copy()
        self.saved: dict[str, Node] = {}
        self.locks: dict[str, Lock] = {}
        self.jobs: list[Job] = []
        self.sessions: list[Session] = []
        self.commits = 0
        self.reverts = 0
        self.on_change: Callable[[], None] = lambda: None
        self._last_editor = ""

    @property
    def hostname(self) -> str:
        """Return the name that runs."""
        return self.running.text("deviceconfig", "system", "hostname", default="PA-VM")

    def text(self, root: Node) -> str:
        """Return a configuration as the file that a firewall keeps."""
        return render(to_element(root, VERSION))

    # The candidate.

    def edit(self, admin: str, line: str) -> None:
        """Carry out a line of configuration mode on the candidate.

        Raises:
            PANOSRefused: it is not taken; the candidate is what it was.
        """
        with self.lock:
            if self.faults.use_for("error-line", line) is not None:
                raise PANOSRefused("Server error : set failed, may need to override template object")
            self._refuse_locked("config", admin)
            apply_line(self.candidate, line)
            self._last_editor = admin

    def has_changes(self) -> bool:
        """Return whether the candidate is not what runs."""
        with self.lock:
            return not self.candidate.says_the_same(self.running)

    def difference(self) -> tuple[str, ...]:
        """Return what the candidate would change."""
        with self.lock:
            return difference(self.running, self.candidate)

    def dirty(self) -> dict[tuple[str, ...], dict[str, str]]:
        """Return how the candidate marks what was touched since the last commit."""
        marks = {"admin": self._last_editor, "dirtyId": str(len(self.jobs) + 1)}
        marks["time"] = f"{self.clock.now():%Y/%m/%d %H:%M:%S}"
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for path, node in self.candidate.walk():
            other = self.running.find(*path)
            if other is None or not other.says_the_same(node):
                found[path] = marks
        return found

    # Named configurations.

    def save(self, name: str) -> None:
        """Keep the candidate, and not what runs, under a name; what was kept under it is gone.

        Raises:
            PANOSRefused: the name is none for a file.
        """
        if _FILE_NAME.fullmatch(name) is None or name == RUNNING_FILE:
            raise PANOSRefused(f"{name} is not a valid file name", code=12)
        with self.lock:
            self.saved[name] = self.candidate.copy()

    def keep(self, name: str, text: str) -> None:
        """Keep a file that was sent.

        Raises:
            PANOSRefused: it is no configuration, or the name is none for a file.
        """
        root = read_xml(text)
        if _FILE_NAME.fullmatch(name) is None or name == RUNNING_FILE:
            raise PANOSRefused(f"{name} is not a valid file name", code=12)
        with self.lock:
            self.saved[name] = root

    def load(self, admin: str, name: str) -> None:
        """Make a kept configuration, or what runs, the candidate.

        Raises:
            PANOSRefused: there is none of that name, or somebody else holds the lock.
        """
        with self.lock:
            self._refuse_locked("config", admin)
            found = self.running if name == RUNNING_FILE else self.saved.get(name)
            if found is None:
                raise PANOSRefused(f"{name} does not exist", code=7)
            self.candidate = found.copy()
            self._last_editor = admin

    def forget(self, name: str) -> None:
        """Delete what is kept under a name.

        Raises:
            PANOSRefused: there is nothing of that name.
        """
        with self.lock:
            if self.saved.pop(name, None) is None:
                raise PANOSRefused(f"{name} does not exist", code=7)

    # Locks.

    def take_lock(self, kind: Literal["config", "commit"], admin: str, comment: str) -> None:
        """Take a lock.

        Raises:
            PANOSRefused: somebody holds it already.
        """
        with self.lock:
            held = self.locks.get(kind)
            if held is not None and held.admin == admin:
                raise PANOSRefused(f"You already own a {kind} lock for scope shared")
            if held is not None:
                raise PANOSRefused(f"Config for scope shared is currently locked by {held.admin}")
            self.locks[kind] = Lock(kind, admin, comment, self.clock.now())

    def release_lock(self, kind: Literal["config", "commit"], admin: str) -> None:
        """Give a lock back.

        Raises:
            PANOSRefused: this administrator does not hold it.
        """
        with self.lock:
            held = self.locks.get(kind)
            if held is None or held.admin != admin:
                config = "Config is not currently locked for scope shared"
                raise PANOSRefused(
                    config if kind == "config" else f"Commit lock is not currently held by {admin}"
                )
            del self.locks[kind]

    def _refuse_locked(self, kind: str, admin: str) -> None:
        held = self.locks.get(kind)
        if held is not None and held.admin != admin:
            what = (
                "Configuration is locked by"
                if kind == "config"
                else "Other administrators are holding commit locks :"
            )
            raise PANOSRefused(f"{what} {held.admin}")

    # The commit.

    def commit(self, admin: str) -> Job | None:
        """Bring the candidate into force; None where it is what runs already.

        Raises:
            PANOSRefused: somebody else holds a lock, or the candidate names what is not there.
        """
        with self.lock:
            for kind in _LOCKS:
                self._refuse_locked(kind, admin)
            if self.candidate.says_the_same(self.running):
                return None
            found = problems(self.candidate)
            if found:
                raise PANOSRefused("\n".join(("Validation Error:", *(f" {one}" for one in found))))
            fails = self.faults.use_for("error-line", "commit") is not None
            lines = ("Error: commit is not possible now", "(Module: device)", "Commit failed")
            job = Job(
                number=len(self.jobs) + 2,
                admin=admin,
                at=self.clock.now(),
                succeeded=not fails,
                lines=lines if fails else ("Configuration committed successfully",),
            )
            self.jobs.append(job)
            if job.succeeded:
                self.running = self.candidate.copy()
                self.commits += 1
                held = self.locks.get("commit")
                if held is not None and held.admin == admin:
                    del self.locks["commit"]
        self.on_change()
        return job

    def begin_commit(self, admin: str) -> None:
        """Let a commit of somebody be at work; it ends with ``end_commit``."""
        with self.lock:
            number = len(self.jobs) + 2
            self.jobs.append(Job(number, admin, self.clock.now(), succeeded=False, lines=(), at_work=True))

    def end_commit(self) -> None:
        """End the commit that is at work and bring the candidate into force."""
        with self.lock:
            begun = next(job for job in self.jobs if job.at_work)
            self.jobs.remove(begun)
            self.commit(begun.admin)

    def console(self, lines: Iterable[str]) -> None:
        """Bring lines into force as a person at the console does; all or none.

        Raises:
            LineRefused: the firewall does not take a line.
        """
        with self.lock:
            running, candidate = self.running.copy(), self.candidate.copy()
            for line in lines:
                try:
                    apply_line(running, line)
                    apply_line(candidate, line)
                except PANOSRefused as refusal:
                    raise LineRefused(line, "refused", 0, refusal.text) from refusal
            self.commits += not running.says_the_same(self.running)
            self.running, self.candidate = running, candidate
        self.on_change()

    def pending(self) -> PendingCommit | None:
        """Return None: a firewall knows no commit that has to be confirmed."""
        return None

    def boot(self) -> None:
        """Begin again with what runs; what nobody committed or saved is gone."""
        with self.lock:
            self.candidate = self.running.copy()

    def stop(self) -> None:
        """Have nothing to stop: no timer runs here."""

    # Sessions.

    def begin(self, admin: str, client: Literal["CLI", "Web"]) -> Session:
        """Note that somebody logged in."""
        session = Session(admin, client, self.clock.now())
        with self.lock:
            self.sessions.append(session)
        return session

    def end(self, session: Session) -> None:
        """Note that somebody left."""
        with self.lock:
            self.sessions = [one for one in self.sessions if one is not session]


def _boot(spec: TwinSpec, configuration: str) -> Node:
    try:
        if configuration.lstrip().startswith("<"):
            root = read_xml(configuration)
        else:
            root = Node(load_schema())
            for number, line in enumerate(configuration.splitlines(), start=1):
                if line.strip() and not line.startswith("#"):
                    try:
                        apply_line(root, line)
                    except PANOSRefused as refusal:
                        raise PANOSRefused(f"line {number} '{line}': {refusal.text}") from refusal
        missing = problems(root)
    except PANOSRefused as refusal:
        raise LabFileError(f"twin {spec.name}: {spec.configuration}: {refusal.text}; correct it") from refusal
    if missing:
        raise LabFileError(f"twin {spec.name}: {spec.configuration}: {'; '.join(missing)}; correct it")
    return root
