"""The client's end of an AOS-CX session: echo that wraps at the screen's width, and text from the device."""

from typing import Final

from lab.faults import FaultSwitch
from lab.path_connection import PathConnection
from lab.terminal import Channel, Terminal

_FIRST_WIDTH: Final = 80


class WrappingTerminal(Terminal):
    """A terminal whose echo goes on in a new line, with a carriage return and the letter said twice."""

    def __init__(self, channel: Channel, connection: PathConnection, faults: FaultSwitch) -> None:
        super().__init__(channel, connection, faults)
        self.width = _FIRST_WIDTH
        self._column = 0

    def write(self, text: str) -> None:
        """Send text and remember in which column it ends."""
        super().write(text)
        self._column = len(text.replace("\r", "\n").rpartition("\n")[2]) + (
            0 if "\n" in text or "\r" in text else self._column
        )

    def echo(self, typed: str) -> None:
        """Send back what was typed."""
        out = ""
        column = self._column
        for letter in typed:
            if column == self.width:
                out += f"{letter}\r"
                column = 0
            out += letter
            column += 1
        super().write(out)
        self._column = column
