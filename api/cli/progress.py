"""Progress on the screen: a live line at a terminal, plain lines elsewhere."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_PAUSE_SECONDS = 5.0


class ProgressDisplay:
    """Shows what is going on; the same calls for people and for log files."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._live: Progress | None = None
        self._task: TaskID | None = None
        self._last = ("", 0.0)

    def __enter__(self) -> Self:
        """Start the live line where there is a terminal."""
        if self._console.is_terminal:
            self._live = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )
            self._live.start()
            self._task = self._live.add_task("", total=None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the live line away."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def report(self, what: str, done: int, total: int) -> None:
        """Show what is going on, and how much of how much is done (0 of 0 where that cannot be said)."""
        if self._live is not None and self._task is not None:
            self._live.update(self._task, description=what, completed=done, total=total or None)
            return
        self._line(what, done, total)

    def _line(self, what: str, done: int, total: int) -> None:
        """Print a line when the subject changes or ends, and now and then in between."""
        now = time.monotonic()
        last_what, last_at = self._last
        if what == last_what and done != total and now - last_at < _PAUSE_SECONDS:
            return
        if what == last_what and total == 0:
            return
        self._last = (what, now)
        share = f" {100 * done // total} %" if total else ""
        self._console.print(f"  {what}{share}", highlight=False, markup=False)
