"""A session on a command line: it greets, and answers line by line until somebody hangs up."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from lab.terminal import ConnectionLost, Terminal

Transcript = Callable[[str], None]
"""Where every line that a client sends is written down."""


class CommandShell(ABC):
    """What every command line over a terminal does the same way; its platform answers."""

    def __init__(self, terminal: Terminal, user: str, transcript: Transcript) -> None:
        self._terminal = terminal
        self._user = user
        self._transcript = transcript

    def run(self) -> None:
        """Serve until the client leaves or the connection is lost."""
        try:
            self._terminal.write(_as_sent(self.greeting()) + self.prompt())
            while (line := self._terminal.read_line()) is not None:
                self._transcript(line)
                answer = self.answer(line)
                if answer is None:
                    break
                self._terminal.wait_as_told()
                self._terminal.write(_as_sent(answer) + self.prompt())
        except ConnectionLost:
            pass
        finally:
            self.leave()

    @abstractmethod
    def greeting(self) -> str:
        """Return what stands before the first prompt."""

    @abstractmethod
    def prompt(self) -> str:
        """Return the prompt of the present mode."""

    @abstractmethod
    def answer(self, line: str) -> str | None:
        """Return the answer to a line, None where it ends the session."""

    @abstractmethod
    def leave(self) -> None:
        """Give back what the session holds."""


def _as_sent(text: str) -> str:
    return text.replace("\n", "\r\n")
