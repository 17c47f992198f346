"""A terminal session with an AOS-CX switch: commands in, answers out, and what the switch says unasked.

What netmiko's driver leaves open, and what is done about it here:

- It ends an answer at any ``#`` or ``>``, and takes the name of the switch from what stands before the first.
  Here the whole prompt, alone on the last line behind the echo of what was typed, ends it.
- It asks whether it is in configuration mode by looking for ``(config)#``, which no section shows, so that it
  leaves a section by nothing. Here the section is read from the prompt, and left by ``exit``.
- The switch wraps its echo at 80 columns. Here the screen is made wide before anything long is sent.
- A restoring switch says so unasked, in the middle of any answer. Here that is taken out and remembered.
- Questions hold an answer up until its time is over. Here a question ends it and is answered with no.
- Two callers on one terminal would read each other's answers. Here one exchange runs at a time.
"""

import contextlib
import re
import threading
import time
from typing import Any, Final

from netmiko.aruba.aruba_aoscx import ArubaCxSSH
from netmiko.exceptions import ReadException, ReadTimeout

from devices.drivers.host_keys import known
from devices.drivers.live_channel import LiveChannel

_NOTICE: Final = re.compile(
    r"(?:\r?\n)?[ \t]*(?P<text>WARNING:? Restoring configuration[^\r\n]*"
    r'|WARNING:? Please "checkpoint auto confirm"[^\r\n]*'
    r"|Restoration (?:successful|failed)[^\r\n]*)\r?\n"
)
_RESTORED: Final = re.compile(r"Restoring configuration|Restoration (?:successful|failed)")
_QUESTION: Final = re.compile(r"[^\r\n]*\(y/n\)\??[ \t]*\Z", re.IGNORECASE)
_NAME: Final = r"[\w.-]{1,64}"
_FIRST_PROMPT: Final = re.compile(rf"(?:^|[\r\n]){_NAME}[#>][ \t]*\Z")
_POLL_SECONDS: Final = 0.01
_COLUMNS: Final = 512


class TerminalQuestion(Exception):
    """The switch asked something that nobody foresaw; it was answered with no."""


class _PlainCX(ArubaCxSSH):
    """netmiko's session without its search for the prompt: a greeting may hold what looks like one."""

    def session_preparation(self) -> None:
        """Wait until the switch has greeted; the first answer tells its name."""
        self.ansi_escape_codes = True
        until, text = time.monotonic() + float(self.conn_timeout), ""
        while not _FIRST_PROMPT.search(text):
            if time.monotonic() > until:
                raise ReadTimeout("nothing that looks like a prompt came")
            time.sleep(_POLL_SECONDS)
            text += self.read_channel()


class AOSCXTerminal:
    """One login with one terminal."""

    def __init__(
        self, host: str, port: int, username: str, password: str, timeout_seconds: float, *, host_key: str
    ) -> None:
        """Log in to the switch with this host key, and make the screen wide.

        Raises:
            Exception: whatever netmiko and paramiko raise; the driver translates it.
        """
        self._timeout_seconds = timeout_seconds
        self._exchange = threading.RLock()
        self._notices: list[str] = []
        connection: Any = known(_PlainCX, host_key, host, port)(
            host=host,
            port=port,
            username=username,
            password=password,
            conn_timeout=timeout_seconds,
            banner_timeout=timeout_seconds,
            auth_timeout=timeout_seconds,
            use_keys=False,
            allow_agent=False,
            device_type="aruba_aoscx",
        )
        connection.channel = LiveChannel(connection.remote_conn, connection.encoding)
        self._connection = connection
        self.hostname, self.context = "", ""
        self._names: set[str] = set()
        self.ask("no page", renames=True)
        self.ask(f"terminal width {_COLUMNS}")

    def ask(self, line: str, *, seconds: float | None = None, renames: bool = False) -> str:
        """Send a line and return what the switch answers, without echo and prompt.

        Args:
            line: What is typed; several lines where a banner follows its command.
            seconds: How long the answer may take.
            renames: Whether the prompt may show another name afterwards.

        Raises:
            ReadTimeout: the answer did not end in time.
            TerminalQuestion: the switch asked something.
        """
        with self._exchange:
            self._drain()
            self._connection.write_channel(line.replace("\n", "\r") + "\r")
            text, question = self._read_answer(line, seconds or self._timeout_seconds, renames=renames)
            if question:
                self._connection.write_channel("n\r")
                self._read_answer("", seconds or self._timeout_seconds, renames=renames)
                raise TerminalQuestion(question.strip())
            return text

    @property
    def restored(self) -> bool:
        """Return whether the switch said on this session that it takes the configuration back."""
        with self._exchange:
            self._drain()
            return any(_RESTORED.search(notice) for notice in self._notices)

    def forget_notices(self) -> None:
        """Forget what was said unasked up to now."""
        with self._exchange:
            self._drain()
            self._notices.clear()

    def keep_in_use(self, stopped: threading.Event, every_seconds: float) -> None:
        """Use a session that waits now and then, or its idle timer would end it, and the change with it."""
        while not stopped.wait(every_seconds):
            if not self._use():
                return

    def _use(self) -> bool:
        """Make the session count as used, unless it is in use; return whether it still is one."""
        if not self._exchange.acquire(blocking=False):
            return True
        try:
            self.ask("")
        except (ReadException, ReadTimeout, OSError, EOFError):
            return False
        finally:
            self._exchange.release()
        return True

    @property
    def is_open(self) -> bool:
        """Return whether the switch has not closed the session."""
        channel = self._connection.remote_conn
        transport = None if channel is None else channel.get_transport()
        alive = transport is not None and transport.is_active()
        return bool(alive and not channel.closed and not channel.eof_received)

    def cut(self) -> None:
        """Close the sockets; must not block."""
        client = getattr(self._connection, "remote_conn_pre", None)
        if client is not None:
            client.close()

    def close(self) -> None:
        """Log out; a switch that hangs up before our own goodbye is no error."""
        with contextlib.suppress(OSError, EOFError):
            if self.is_open:
                self._connection.write_channel("end\rexit\r" if self.context else "exit\r")
        with contextlib.suppress(OSError, EOFError):
            self._connection.paramiko_cleanup()
        # A goodbye that failed halfway leaves the sockets open.
        self.cut()

    def _drain(self) -> None:
        if self._connection.remote_conn is not None and self._connection.remote_conn.recv_ready():
            self._take_notices(self._connection.read_channel())

    def _take_notices(self, text: str) -> str:
        """Return a text without what was said unasked, which is remembered."""
        self._notices.extend(match["text"] for match in _NOTICE.finditer(text))
        return _NOTICE.sub("\n", text)

    def _read_answer(self, line: str, seconds: float, *, renames: bool) -> tuple[str, str]:
        """Return the answer, and the question that ended it ('' where the prompt did)."""
        # A switch that takes a change back may have its old name again.
        name = _NAME if renames else "|".join(re.escape(known) for known in sorted(self._names))
        prompt = re.compile(rf"(?:^|[\r\n])(?P<name>{name})(?P<context>\([^()\r\n]+\))?[#>][ \t]*\Z")
        until = time.monotonic() + seconds
        echo, raw = _echo_of(line.partition("\n")[0]), ""
        while time.monotonic() < until:
            piece = self._connection.read_channel()
            if not piece:
                time.sleep(_POLL_SECONDS)
                continue
            raw += piece
            text = _NOTICE.sub("\n", raw).rstrip("\r\n") if _NOTICE.search(raw) else raw
            # What stands before the echo was said before; a prompt in it ends nothing.
            begun = echo.search(text)
            if begun is None:
                continue
            text = text[begun.end() :]
            ended = prompt.search(text)
            if ended is not None:
                self._take_notices(raw)
                self.hostname, self.context = ended["name"], ended["context"] or ""
                self._names.add(self.hostname)
                return _lines_of(text[: ended.start()]), ""
            asked = _QUESTION.search(text)
            if asked is not None:
                self._take_notices(raw)
                return "", asked[0]
        self._take_notices(raw)
        raise ReadTimeout("the answer has no end")


def _echo_of(typed: str) -> re.Pattern[str]:
    """Return what the echo of a line looks like; at the edge of the screen a letter is said twice."""
    letters = [re.escape(letter) for letter in typed]
    # Behind the last letter a new line begins in any case; what it begins with is no part of the echo.
    inner = "".join(f"{letter}(?:[\\r\\n]+{letter})?" for letter in letters[:-1])
    return re.compile(inner + "".join(letters[-1:]))


def _lines_of(answer: str) -> str:
    """Return an answer with its lines ended as usual, without the end of the echo before it."""
    return answer.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
