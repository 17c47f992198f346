"""The client's end of an IOS session: lines in with their echo, text out."""

from dataclasses import dataclass
from typing import Protocol

from lab.ios.device import IOSDevice


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

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._buffer = ""
        self._line_feed_may_follow = False

    def write(self, text: str) -> None:
        """Send text."""
        try:
            self._channel.sendall(text.encode())
        except (OSError, EOFError) as error:
            raise ConnectionLost from error

    def echo(self, typed: str) -> None:
        """Send back what was typed."""
        self.write(typed)

    def ask(self, question: str) -> str:
        """Send a question and return the answer."""
        self.write(question)
        answer = self.read_line()
        if answer is None:
            raise ConnectionLost
        return answer

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
                self.write("\r\n")
                return typed
            typed = self._type(typed, letter)
            if letter == "\x1a":
                self.write("\r\n")
                return letter

    def _type(self, typed: str, letter: str) -> str:
        if letter in "\x08\x7f":
            if typed:
                self.write("\x08 \x08")
            return typed[:-1]
        if letter in "\x03\x15":
            return ""
        if letter < " " and letter != "\t":
            return typed
        run = self._plain_run(letter)
        self.echo(run)
        return typed + run

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


@dataclass(frozen=True, slots=True)
class Command:
    """An exec command with what it may act on."""

    device: IOSDevice
    terminal: Terminal
    user: str
    words: tuple[str, ...]
