"""Named locks that die with their holder: two runs never change the same thing at once."""

import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, delete

from records.database import session_on
from records.errors import LockHeld
from records.tables import LockTable

_START_TIME_FIELD = 19  # of /proc/PID/stat behind the command's closing bracket; proc(5), starttime


def process_start(pid: int) -> str | None:
    """Return when a process of this machine started, in clock ticks after boot; None if it is gone.

    A process id alone may come back with another process; together with its start it does not.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in {"Z", "X"} else fields[_START_TIME_FIELD]


class Locks:
    """The locks of one programme database."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock
        self._host = socket.gethostname()

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Hold a lock; one whose holder on this machine is dead is taken over.

        Raises:
            LockHeld: a living run holds it.

        """
        holder = uuid.uuid4().hex
        self._take(name, holder)
        try:
            yield
        finally:
            with session_on(self._engine, reading=False) as session:
                session.execute(delete(LockTable).where(LockTable.name == name, LockTable.holder == holder))

    def _take(self, name: str, holder: str) -> None:
        with session_on(self._engine, reading=False) as session:
            row = session.get(LockTable, name, with_for_update=True)
            if row is not None:
                if row.host != self._host or process_start(row.pid) == row.process_start:
                    raise LockHeld(
                        f"'{name}' is held by process {row.pid} on {row.host} since "
                        f"{row.taken_at:%Y-%m-%d %H:%M:%S} UTC; wait for it, or stop it",
                    )
                session.delete(row)
                session.flush()
            session.add(
                LockTable(
                    name=name,
                    holder=holder,
                    host=self._host,
                    pid=os.getpid(),
                    process_start=process_start(os.getpid()) or "",
                    taken_at=self._clock(),
                ),
            )
