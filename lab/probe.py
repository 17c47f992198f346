"""An observer that asks both sides of every server ten times a second and knows nothing of any controller.

Each turn asks every side at the same moment, whether or not earlier questions are still open, so that a slow
guest does not slow the probe. A turn that comes too late is left out and counted.

Known limits: an answer may take ``timeout_seconds``; two sides that serve one after the other within that
time can count as both. That errs on the safe side.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from lab.guest_answer import LARGEST_RESPONSE_BYTES, REQUEST, serves_text
from lab.guest_errors import ProbeError
from lab.guest_models import ServerEndpoint, ServerEndpoints
from lab.guest_probe_record import ProbeEnd, ProbeRow, ProbeStart, ProbeSummary, ServerSummary, summarise

__all__ = ["RECORD_NAME", "Probe", "ProbeSummary", "ServerSummary", "load_probe_summary", "summarise"]

RECORD_NAME = "probe.jsonl"
"""The name of the probe's record in the folder of a lab."""

_RATE_PER_SECOND = 10.0
_TIMEOUT_SECONDS = 1.0


def load_probe_summary(folder: Path) -> ProbeSummary:
    """Return what the probe of the lab in a folder has seen.

    Raises:
        ProbeError: there is no record, or it is no probe's.

    """
    return summarise(folder / RECORD_NAME)


class Probe:
    """The observer, in a thread of its own between ``start`` and ``stop``.

    Args:
        servers: Both sides of every server, by server name.
        record: The file that rows are added to.
        rate_per_second: How often each side is asked.
        timeout_seconds: How long an answer may take to count.
        now: The time of the first turn, an aware datetime.

    Raises:
        ProbeError: there is no server to ask.

    """

    def __init__(
        self,
        servers: Mapping[str, ServerEndpoints],
        record: Path,
        *,
        rate_per_second: float = _RATE_PER_SECOND,
        timeout_seconds: float = _TIMEOUT_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
    ) -> None:
        if not servers:
            raise ProbeError("the probe has no server to ask, and a record of nothing proves nothing")
        self._servers = dict(servers)
        self._record = record
        self._rate_per_second = rate_per_second
        self._timeout_seconds = timeout_seconds
        self._now = now
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None

    def start(self) -> None:
        """Open the record and begin to ask.

        Raises:
            ProbeError: the record cannot be written, or the probe runs already.

        """
        if self._thread is not None:
            raise ProbeError("the probe runs already; stop it before it is started again")
        try:
            record = self._record.open("a", encoding="utf-8")
        except OSError as error:
            raise ProbeError(f"the probe cannot write its record {self._record}: {error}") from error
        self._stopping.clear()
        self._failure = None
        self._thread = threading.Thread(target=self._run, args=(record,), name="probe", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wait for the open questions, write the last line and end; not running is no error.

        Raises:
            ProbeError: the probe had broken off before; its record has no end then.

        """
        if self._thread is None:
            return
        self._stopping.set()
        self._thread.join()
        self._thread = None
        if self._failure is not None:
            raise ProbeError(f"the probe broke off: {self._failure!r}") from self._failure

    def _run(self, record: TextIO) -> None:
        try:
            with record:
                asyncio.run(self._observe(record))
        except Exception as error:  # noqa: BLE001 - the edge of a thread; stop() raises it where it is seen
            self._failure = error

    async def _observe(self, record: TextIO) -> None:
        began, began_at = time.monotonic(), self._now()
        period_seconds = 1 / self._rate_per_second
        _write(
            record,
            ProbeStart(
                time=began_at,
                rate_per_second=self._rate_per_second,
                timeout_seconds=self._timeout_seconds,
                servers=tuple(self._servers),
            ),
        )
        turn = missed = 0
        async with asyncio.TaskGroup() as questions:
            while not self._stopping.is_set():
                late_seconds = time.monotonic() - began - turn * period_seconds
                if late_seconds >= period_seconds:
                    skipped = int(late_seconds / period_seconds)
                    turn, missed = turn + skipped, missed + skipped
                asked_at = began_at + timedelta(seconds=time.monotonic() - began)
                for name, server in self._servers.items():
                    questions.create_task(self._ask_both(record, name, server, asked_at))
                turn += 1
                await asyncio.sleep(max(0.0, began + turn * period_seconds - time.monotonic()))
            ended_at = began_at + timedelta(seconds=time.monotonic() - began)
        _write(record, ProbeEnd(time=ended_at, missed=missed))

    async def _ask_both(self, record: TextIO, name: str, server: ServerEndpoints, asked_at: datetime) -> None:
        municipal, centre = await asyncio.gather(
            self._ask(server.municipal, server.text), self._ask(server.centre, server.text)
        )
        _write(record, ProbeRow(time=asked_at, server=name, municipal=municipal, centre=centre))

    async def _ask(self, side: ServerEndpoint, text: str) -> bool | None:
        """Return whether a side serves, or None where the question could not be put."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return serves_text(await _fetch(side), text)
        except (TimeoutError, ConnectionError):
            return False
        except OSError:
            # This machine's own trouble, such as too many open files: it must not read as "does not serve".
            return None


async def _fetch(side: ServerEndpoint) -> bytes:
    reader, writer = await asyncio.open_connection(side.address, side.port)
    try:
        writer.write(REQUEST)
        response = bytearray()
        while (part := await reader.read(4096)) and len(response) < LARGEST_RESPONSE_BYTES:
            response += part
        return bytes(response)
    finally:
        # Abort rather than close: nothing is left to send, and no closed connection lingers by the hundred.
        writer.transport.abort()


def _write(record: TextIO, line: ProbeStart | ProbeRow | ProbeEnd) -> None:
    record.write(line.model_dump_json() + "\n")
    record.flush()
