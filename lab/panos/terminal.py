"""The client's end of a terminal: the firewall draws the whole line anew until scripting mode is on."""

from __future__ import annotations

from lab.faults import FaultSwitch
from lab.path_connection import PathConnection
from lab.terminal import Channel, ConnectionLost, Terminal

__all__ = ["ConnectionLost", "PANOSTerminal"]


class PANOSTerminal(Terminal):
    """A terminal whose echo is the prompt with everything typed so far, until scripting mode is on."""

    def __init__(self, channel: Channel, connection: PathConnection, faults: FaultSwitch) -> None:
        super().__init__(channel, connection, faults)
        self._gate = connection
        self._prompt = ""
        self._typed = ""
        self._hides = False
        self.scripting = False

    def write(self, text: str) -> None:
        """Send text once the path is there."""
        if not self._gate.pass_gate():
            raise ConnectionLost
        super().write(text)
        self._prompt, self._typed = (self._prompt + text).replace("\r", "\n").rpartition("\n")[2], ""

    def echo(self, typed: str) -> None:
        """Send back what was typed."""
        if self._hides:
            return
        prompt, line = self._prompt, self._typed + typed
        super().write(typed if self.scripting else f"\r\x1b[K{prompt}{line}")
        self._prompt, self._typed = prompt, line

    def ask_hidden(self, question: str) -> str:
        """Ask for something that is not echoed."""
        self._hides = True
        try:
            return self.ask(question)
        finally:
            self._hides = False
