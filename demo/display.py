"""What the demonstration shows while it runs: a live list at a terminal, plain lines elsewhere."""

import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

_MARKS = {"waiting": "·", "done": "✓", "failed": "✗"}
_STYLES = {"waiting": "dim", "running": "bold", "done": "green", "failed": "bold red"}
_LINES_BELOW = 6


@dataclass
class _Row:
    title: str
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    began: float = 0.0
    seconds: float = 0.0
    note: str = ""
    spinner: Spinner = field(default_factory=lambda: Spinner("dots"))


class Display:
    """The stages of the demonstration, how far they are, and the last lines of what is being said."""

    def __init__(self, titles: tuple[str, ...], console: Console) -> None:
        self.console = console
        self._rows = [_Row(title) for title in titles]
        self._said: list[str] = []
        self._live = (
            Live(get_renderable=self._draw, console=console, refresh_per_second=8, transient=False)
            if console.is_terminal
            else None
        )

    def __enter__(self) -> Self:
        """Start drawing."""
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last picture standing."""
        self._said.clear()
        if self._live is not None:
            self._live.stop()

    def begin(self, number: int) -> None:
        """Show that a stage has begun."""
        row = self._rows[number]
        row.state, row.began = "running", time.monotonic()
        if self._live is None:
            self.console.print(f"[{number + 1}/{len(self._rows)}] {row.title}", markup=False, highlight=False)

    def end(self, number: int, note: str, *, failed: bool = False) -> float:
        """Show how a stage ended and return its seconds."""
        row = self._rows[number]
        row.state, row.note = ("failed" if failed else "done"), note
        row.seconds = time.monotonic() - row.began
        self._said.clear()
        if self._live is None:
            mark = _MARKS[row.state]
            self.console.print(f"      {mark} {note} ({row.seconds:.1f} s)", markup=False, highlight=False)
        return row.seconds

    def say(self, line: str) -> None:
        """Show one line of what is going on."""
        text = line.rstrip()
        if not text:
            return
        if self._live is None:
            self.console.print(f"      {text}", markup=False, highlight=False, soft_wrap=True)
            return
        self._said = [*self._said, text][-_LINES_BELOW:]

    def _draw(self) -> Group:
        table = Table.grid(padding=(0, 1))
        for row in self._rows:
            running = row.state == "running"
            mark = row.spinner if running else Text(_MARKS[row.state], style=_STYLES[row.state])
            seconds = time.monotonic() - row.began if running else row.seconds
            clock = f"{seconds:5.1f} s" if seconds else ""
            table.add_row(mark, Text(row.title, style=_STYLES[row.state]), clock, Text(row.note, style="dim"))
        width = self.console.width - 4
        return Group(table, *(Text(f"    {line[:width]}", style="dim") for line in self._said))
