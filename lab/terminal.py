"""The client's end of a session on a command line: lines in with their echo, text out."""

from typing import Protocol

from lab.faults import FaultSwitch
from lab.path_connection import PathConnection


class ConnectionLost(Exception):
    """The client is gone, or was cut off on purpose."""


class Channel(Protocol):
    """What a terminal needs of an SSH channel."""

    def recv(self, nbytes: int) -> bytes:
        """Return what arrived, nothing at the end."""

    def sendall(self, s: bytes) -> None:
        """Send everything."""


class Terminal:
    """Reads lines and echoes them as they are typed."""

    def __init__(self, channel: Channel, connection: PathConnection, faults: FaultSwitch) -> None:
        self._channel = channel
        self._connection = connection
        self._faults = faults
        self._buffer = ""
        self._line_feed_may_follow = False
        self._echo_seconds = 0.0
        self._echoes = True

    @property
    def is_silent(self) -> bool:
        """Return whether nothing that is written would arrive."""
        return self._connection.is_silent

    def write(self, text: str) -> None:
        """Send text."""
        try:
            self._channel.sendall(text.encode())
        except (OSError, EOFError) as error:
            raise ConnectionLost from error

    def echo(self, typed: str) -> None:
        """Send back what was typed."""
        if self._echoes:
            self.write(typed)

    def wait_as_told(self) -> None:
        """Let an answer wait where a fault says so.

        Raises:
            ConnectionLost: The session ended meanwhile.
        """
        fault = self._faults.use("delay")
        if fault is not None:
            self._wait(fault.seconds)

    def _wait(self, seconds: float) -> None:
        if self._connection.wait_ended(seconds):
            raise ConnectionLost

    def ask(self, question: str) -> str:
        """Send a question and return the answer."""
        self.write(question)
        answer = self.read_line()
        if answer is None:
            raise ConnectionLost
        return answer

    def ask_secretly(self, question: str) -> str:
        """Send a question and return the answer, which is not echoed."""
        self._echoes = False
        try:
            return self.ask(question)
        finally:
            self._echoes = True

    def read_line(self) -> str | None:
        """Return the next line after echoing it, None at the end of the session."""
        typed = ""
        while True:
            if not self._buffer and not self._fill():
                return None
            letter, self._buffer = self._buffer[0], self._buffer[1:]
            if letter == "\n" and self._line_feed_may_follow:
                self._line_feed_may_follow = False
                continue
            self._line_feed_may_follow = letter == "\r"
            if letter in "\r\n":
                return self._ended(typed)
            typed = self._type(typed, letter)
            if letter == "\x1a":
                return self._ended(letter)

    def _ended(self, line: str) -> str:
        """Return a whole line, unless the device went away before it read so far."""
        if self._connection.has_ended:
            raise ConnectionLost
        self.write("\r\n")
        return line

    def _type(self, typed: str, letter: str) -> str:
        if letter in "\x08\x7f":
            if typed:
                self.write("\x08 \x08")
            return typed[:-1]
        if letter in "\x03\x15":
            return ""
        if letter < " " and letter != "\t":
            return typed
        if not typed:
            fault = self._faults.use("slow-echo")
            self._echo_seconds = 0.0 if fault is None else fault.seconds
        run = self._plain_run(letter)
        self._echo(run)
        return typed + run

    def _echo(self, run: str) -> None:
        """Echo at once, or letter by letter where the device is slow."""
        if not self._echo_seconds:
            self.echo(run)
            return
        for letter in run:
            self._wait(self._echo_seconds)
            self.echo(letter)

    def _plain_run(self, letter: str) -> str:
        """Take the letters that arrived together with this one, up to the next that means something."""
        length = 0
        while length < len(self._buffer) and self._buffer[length] >= " " and self._buffer[length] != "\x7f":
            length += 1
        run, self._buffer = letter + self._buffer[:length], self._buffer[length:]
        return run

    def _fill(self) -> bool:
        try:
            data = self._channel.recv(4096)
        except (OSError, EOFError) as error:
            raise ConnectionLost from error
        self._buffer += data.decode(errors="replace")
        return bool(data)
