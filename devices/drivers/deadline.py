"""A hard time limit around every call into a device library, so that a dead socket cannot hold us."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")

_ABORT_SECONDS = 5.0


class DeadlineExceeded(Exception):
    """The call did not end in time; its sockets were closed under it."""


def run_with_deadline(call: Callable[[], T], *, seconds: float, abort: Callable[[], None]) -> T:
    """Run a blocking call and give it at most ``seconds``.

    The libraries below us each have time limits of their own, but those restart with every byte that comes
    in; a device that sends one byte now and then would hold us for ever.

    Args:
        call: what to run, in a thread of its own.
        seconds: the limit.
        abort: closes the sockets that the call hangs on, so that its thread ends.

    Raises:
        DeadlineExceeded: the limit passed.
        Exception: whatever the call raised.

    """
    results: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            results.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - carried over to the waiting thread and raised there
            results.put((None, error))

    worker = threading.Thread(target=run, name="device-call", daemon=True)
    worker.start()
    try:
        value, error = results.get(timeout=seconds)
    except Empty:
        abort()
        worker.join(_ABORT_SECONDS)
        raise DeadlineExceeded from None
    worker.join()
    if error is not None:
        raise error
    return value  # type: ignore[return-value]  # the call's own value, which may be None
