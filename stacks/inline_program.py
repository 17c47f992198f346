"""A program for the Automation API whose event loop is closed also after a run that failed.

The stock language server leaves its loop open where a task of the failed program ends with an error.
"""

import asyncio
import time
from collections.abc import Callable

_END_SECONDS = 10.0
_LOOK_SECONDS = 0.02


class InlineProgram:
    """Run a function as a Pulumi program; close it when the run has ended."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self._loop: asyncio.AbstractEventLoop | None = None

    def __call__(self) -> None:
        """Register the resources; called in the loop of the language server."""
        self._loop = asyncio.get_running_loop()
        self._function()

    def close(self) -> None:
        """Close what the run left open."""
        loop = self._loop
        if loop is None:
            return
        deadline = time.monotonic() + _END_SECONDS
        while loop.is_running() and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
        if not loop.is_running() and not loop.is_closed():
            loop.close()
