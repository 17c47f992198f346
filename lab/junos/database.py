"""The configuration database: candidate, history, exclusive lock and the confirmed commit's timer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lab.device_clock import DeviceClock
from lab.faults import FaultSwitch
from lab.junos.curly import Block, load_blocks, load_set_line
from lab.junos.difference import compare
from lab.junos.errors import ConfigurationRefused, DatabaseRefused
from lab.junos.groups import inherited
from lab.junos.render import render_set
from lab.junos.statements import Statement
from lab.models import PendingCommit
from lab.twin import ScheduledCall

HISTORY_LIMIT: Final = 50
DEFAULT_CONFIRM_MINUTES: Final = 10
SECONDS_PER_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class SessionIdentity:
    """Who speaks to the database."""

    session_id: int
    user: str
    since: datetime
    client: str = "netconf"


@dataclass(frozen=True, slots=True)
class Commit:
    """One entry of the commit history."""

    tree: Statement
    user: str
    client: str
    at: datetime
    revision: str
    comment: str = ""
    log: str = ""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A confirmed commit that waits for its confirmation."""

    user: str
    before: Statement
    call: ScheduledCall
    armed: int


class ConfigurationDatabase:
    """What the device holds; every method may be called from any thread."""

    def __init__(self, root: Statement, clock: DeviceClock, faults: FaultSwitch) -> None:
        """Start from a committed configuration.

        Args:
            root: The first running configuration.
            clock: The device's own clock and timers.
            faults: What may go wrong with a commit.
        """
        self._clock = clock
        self._faults = faults
        # Called after each change of the running configuration, under the database's lock.
        self.on_change: Callable[[], None] = lambda: None
        self.lock = threading.RLock()
        self._serial = 0
        self._history: list[Commit] = []
        self._candidate = root.copy()
        self._holder: SessionIdentity | None = None
        self._unconfirmed: Unconfirmed | None = None
        self._stopped = False
        self.commits = 0
        self.reverts = 0
        self._remember(root, user="root", client="other")

    # -- reading ---------------------------------------------------------------------------------------------

    def running(self) -> Statement:
        """Return a copy of the committed configuration."""
        with self.lock:
            return self._history[0].tree.copy()

    def candidate(self) -> Statement:
        """Return a copy of the candidate."""
        with self.lock:
            return self._candidate.copy()

    def history(self) -> tuple[Commit, ...]:
        """Return the commit history, newest first."""
        with self.lock:
            return tuple(self._history)

    def pending(self) -> PendingCommit | None:
        """Return the unconfirmed commit and the seconds left to confirm it."""
        with self.lock:
            waiting = self._unconfirmed
            if waiting is None:
                return None
            return PendingCommit(user=waiting.user, seconds_left=waiting.call.seconds_left())

    def compare(self, number: int) -> str:
        """Return the difference from a committed configuration to the candidate."""
        with self.lock:
            return compare(self._entry(number).tree, self._candidate)

    # -- the lock --------------------------------------------------------------------------------------------

    def lock_exclusively(self, who: SessionIdentity) -> None:
        """Take the exclusive lock.

        Raises:
            DatabaseRefused: Another session holds it, or the shared candidate has uncommitted changes.
        """
        with self.lock:
            self._refuse_foreign_lock(who)
            if self._holder is None and self._is_modified():
                raise DatabaseRefused("lock-denied", "configuration database modified")
            self._holder = who

    def unlock(self, who: SessionIdentity) -> None:
        """Give the exclusive lock back; uncommitted changes are dropped with it.

        Raises:
            DatabaseRefused: The session does not hold it.
        """
        with self.lock:
            if self._holder is None or self._holder.session_id != who.session_id:
                raise DatabaseRefused("operation-failed", "Configuration database is not open")
            self._release()

    def end_session(self, who: SessionIdentity) -> None:
        """Give back what a session held when it ends, however it ended."""
        with self.lock:
            if self._holder is not None and self._holder.session_id == who.session_id:
                self._release()

    def _release(self) -> None:
        self._holder = None
        self._candidate = self._history[0].tree.copy()

    def _is_modified(self) -> bool:
        return render_set(self._candidate) != render_set(self._history[0].tree)

    def _refuse_foreign_lock(self, who: SessionIdentity) -> None:
        holder = self._holder
        if holder is None or holder.session_id == who.session_id:
            return
        idle = self._clock.now() - holder.since
        minutes, seconds = divmod(int(idle.total_seconds()), SECONDS_PER_MINUTE)
        hours, minutes = divmod(minutes, 60)
        raise DatabaseRefused(
            "lock-denied",
            "configuration database locked by:\n"
            f"  {holder.user} terminal  (pid {holder.session_id}) on since "
            f"{holder.since:%Y-%m-%d %H:%M:%S} UTC, idle {hours:02}:{minutes:02}:{seconds:02}\n"
            "      exclusive ",
            session_id=holder.session_id,
        )

    # -- editing ---------------------------------------------------------------------------------------------

    def load_set(self, who: SessionIdentity, lines: Sequence[str]) -> tuple[ConfigurationRefused, ...]:
        """Apply set lines to the candidate and return what was refused; the other lines are applied."""
        refused: list[ConfigurationRefused] = []
        with self.lock:
            self._refuse_foreign_lock(who)
            for line in lines:
                try:
                    load_set_line(self._candidate, line)
                except ConfigurationRefused as refusal:
                    refused.append(refusal)
        return tuple(refused)

    def load_blocks(self, who: SessionIdentity, blocks: Sequence[Block], action: str) -> None:
        """Load blocks into the candidate: ``merge``, ``replace`` (tags count), ``override`` or ``update``.

        Raises:
            ConfigurationRefused: A statement is refused; with ``override`` the candidate stays as it was.
            DatabaseRefused: Another session holds the lock.
        """
        with self.lock:
            self._refuse_foreign_lock(who)
            if action in {"override", "update"}:
                fresh = Statement(self._candidate.schema, self._candidate.identity)
                load_blocks(fresh, blocks, ordered=False)
                self._candidate = fresh
            else:
                load_blocks(self._candidate, blocks, replacing=action == "replace")

    def roll_back(self, who: SessionIdentity, number: int) -> None:
        """Make the candidate equal to a committed configuration.

        Raises:
            DatabaseRefused: There is no such configuration, or another session holds the lock.
        """
        with self.lock:
            self._refuse_foreign_lock(who)
            self._candidate = self._entry(number).tree.copy()

    def _entry(self, number: int) -> Commit:
        if not 0 <= number < len(self._history):
            raise DatabaseRefused("operation-failed", f"rollback {number}: no such configuration")
        return self._history[number]

    # -- committing ------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Check the candidate.

        Raises:
            DatabaseRefused: A mandatory statement is missing.
        """
        with self.lock:
            effective = inherited(self._candidate)
            if effective.get("system", "root-authentication") is None:
                raise DatabaseRefused(
                    "invalid-value",
                    "mgd: Missing mandatory statement: 'root-authentication'",
                    bad_element="system",
                )

    def check_and_confirm(self, who: SessionIdentity) -> None:
        """Check the candidate as ``commit check`` does; it confirms a pending commit without a new entry.

        Raises:
            DatabaseRefused: The check fails, or another session holds the lock.
        """
        with self.lock:
            self._refuse_foreign_lock(who)
            self.check()
            self._forget_timer()

    def commit(self, who: SessionIdentity, *, log: str = "", confirm_minutes: int | None = None) -> None:
        """Make the candidate the running configuration; this confirms an earlier unconfirmed commit.

        Args:
            who: The session that commits.
            log: The message kept with the entry.
            confirm_minutes: Go back by itself after so many minutes unless another commit confirms.

        Raises:
            DatabaseRefused: The check fails, or another session holds the lock.
        """
        with self.lock:
            self._refuse_foreign_lock(who)
            self.check()
            self._refuse_when_full()
            self._forget_timer()
            before = self._history[0].tree
            comment = f"commit confirmed, rollback in {confirm_minutes}mins" if confirm_minutes else ""
            if self._is_modified():
                self.commits += 1
            self._remember(self._candidate, user=who.user, client=who.client, comment=comment, log=log)
            if confirm_minutes:
                armed = self._serial
                seconds = confirm_minutes * SECONDS_PER_MINUTE
                call = self._clock.call_after(seconds, lambda: self._expire(armed))
                self._unconfirmed = Unconfirmed(who.user, before, call, armed)
            self.on_change()

    def _refuse_when_full(self) -> None:
        """Refuse a commit where the fault says that there is no room for it; what runs stays."""
        if self._faults.use("flash-full") is not None:
            raise DatabaseRefused("operation-failed", "/config/juniper.conf: No space left on device")

    def apply_at_console(self, lines: Sequence[str]) -> None:
        """Commit set lines at once, past every lock; other people's uncommitted edits stay theirs.

        Raises:
            ConfigurationRefused: A line is refused; nothing was committed.
            DatabaseRefused: The check fails; nothing was committed.
        """
        with self.lock:
            before, clean = self._candidate, not self._is_modified()
            self._candidate = self._history[0].tree.copy()
            holder, self._holder = self._holder, None
            try:
                for line in lines:
                    load_set_line(self._candidate, line)
                self.commit(SessionIdentity(0, "root", self._clock.now(), client="cli"))
            except (ConfigurationRefused, DatabaseRefused):
                self._candidate = before
                raise
            finally:
                self._holder = holder
            if not clean:
                self._candidate = before

    def commit_as_other(self, lines: Sequence[str], user: str, confirm_minutes: int | None) -> None:
        """Commit set lines as another user's session does, which respects every lock.

        Raises:
            ConfigurationRefused: A line is refused; nothing was committed.
            DatabaseRefused: Somebody holds the lock, the check fails, or somebody's edits are uncommitted.
        """
        who = SessionIdentity(0, user, self._clock.now(), client="cli")
        with self.lock:
            self.lock_exclusively(who)
            try:
                for line in lines:
                    load_set_line(self._candidate, line)
                self.commit(who, confirm_minutes=confirm_minutes)
            finally:
                self.unlock(who)

    def boot(self) -> None:
        """Run what was committed last; uncommitted edits, locks and the timer were in memory only.

        What becomes of an unconfirmed commit in a reboot is in no recording. The twin takes the worse of the
        possible answers: the commit is on the disk, and nothing will take it back any more.
        """
        with self.lock:
            self._forget_timer()
            self._release()
            self.on_change()

    def stop(self) -> None:
        """Let no timer fire any more."""
        with self.lock:
            self._stopped = True
            self._forget_timer()

    def _remember(self, tree: Statement, *, user: str, client: str, comment: str = "", log: str = "") -> None:
        self._serial += 1
        now = self._clock.now()
        revision = f"re0-{int(now.timestamp())}-{self._serial}"
        self._history.insert(0, Commit(tree.copy(), user, client, now, revision, comment, log))
        del self._history[HISTORY_LIMIT:]

    def _forget_timer(self) -> None:
        if self._unconfirmed is not None:
            self._unconfirmed.call.cancel()
            self._unconfirmed = None

    def _expire(self, armed: int) -> None:
        """Go back: nobody confirmed in time."""
        with self.lock:
            waiting = self._unconfirmed
            # A confirmation may have won the race for the lock, or a later commit started a timer of its own.
            if waiting is None or self._stopped or waiting.armed != armed:
                return
            self._unconfirmed = None
            self._remember(waiting.before, user="root", client="other")
            self._candidate = waiting.before.copy()
            self.reverts += 1
            self.on_change()
