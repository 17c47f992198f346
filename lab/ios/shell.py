"""An IOS terminal: echo, prompts, exec and configuration mode, as a client over SSH meets them."""

import contextlib
import hmac
from collections.abc import Callable

from lab.cli_grammar import CommandTable, Match
from lab.errors import LineRefused
from lab.ios.device import ConfigurationSession, IOSDevice
from lab.ios.exec_commands import EXEC
from lab.ios.file_commands import FILE_COMMANDS
from lab.ios.filters import filter_lines
from lab.ios.ranges import INTERFACES
from lab.ios.refusals import refusal_text
from lab.ios.replace_commands import REPLACE_COMMANDS
from lab.ios.show_commands import SHOW_COMMANDS
from lab.ios.terminal import Command
from lab.shell import CommandShell, Transcript
from lab.terminal import ConnectionLost, Terminal

_TABLE = CommandTable(EXEC, interface_types=INTERFACES.types)
_PROMPT_LIMIT = 20
_SECRETS_TRIED = 3
_FOR_EVERYBODY = frozenset({"enable", "disable", "leave", "nothing"})
_NOT_SHOWN_TO_ALL = (
    "show-running",
    "show-startup",
    "show-archive",
    "show-timer",
    "show-incremental",
    "show-differences",
)
_WARNING = """
Rollback Confirmed Change: Rollback will begin in one minute.
Enter "configure confirm" if you wish to keep what you've configured

"""


class Shell(CommandShell):
    """One session on one terminal."""

    def __init__(
        self,
        device: IOSDevice,
        terminal: Terminal,
        user: str,
        transcript: Transcript,
        *,
        enable_secret: str = "",
    ) -> None:
        super().__init__(terminal, user, transcript)
        self._device = device
        self._enable_secret = enable_secret
        self._privileged = not enable_secret
        self._session: ConfigurationSession | None = None
        self._handlers: dict[str, Callable[[Match], str | None]] = {
            "enable": self._enable,
            "disable": self._disable,
            "nothing": lambda _match: "",
            "configure": self._configure,
            "leave": lambda _match: None,
        }

    def leave(self) -> None:
        """Leave configuration mode."""
        if self._session is not None:
            self._device.end_session(self._session)

    def greeting(self) -> str:
        """Return what is shown before the first prompt: the message of the day, then the exec banner."""
        with self._device.lock:
            banners = "".join(
                f"\n{node.body}\n"
                for kind in ("motd", "exec")
                for node in self._device.running.find(f"banner {kind}")
            )
        return f"{banners}\n"

    def prompt(self) -> str:
        """Return the prompt of the present mode."""
        with self._device.lock:
            name = self._device.hostname
            if self._session is None:
                return f"{name}{'#' if self._privileged else '>'}"
            if self._session.editor.reads_text:
                return ""
            return f"{name[:_PROMPT_LIMIT]}({self._session.editor.mode.prompt})#"

    def answer(self, line: str) -> str | None:
        """Return the answer to a line of the present mode, None where it ends the session."""
        if self._session is not None:
            return self._configure_line(self._session, line)
        return self.execute(line)

    def execute(self, line: str) -> str | None:
        """Return the answer to an exec line, None where it ends the session."""
        command, _, pipe = line.partition("|")
        words = command.strip().lstrip("!")
        if not words or command.strip().startswith("!"):
            return ""
        found = _TABLE.match(command)
        if not isinstance(found, Match):
            if found.kind == "incomplete" and "show".startswith(words.lower()):
                return '% Type "show ?" for a list of subcommands\n'
            return refusal_text(LineRefused(line, found.kind, found.column), len(self.prompt()))
        name = found.command.flag("do") or ""
        if not self._privileged and not _is_for_everybody(name):
            return refusal_text(LineRefused(line, "invalid", 0), len(self.prompt()))
        return self._handlers[name](found) if name in self._handlers else self._told(name, found, pipe)

    def _told(self, name: str, found: Match, pipe: str) -> str:
        """Return what a command prints, behind its filter."""
        request = Command(self._device, self._terminal, self._user, found.words)
        text = (SHOW_COMMANDS | FILE_COMMANDS | REPLACE_COMMANDS)[name](request)
        if pipe and text:
            return filter_lines(text, pipe.strip())
        return text

    def _enable(self, _match: Match) -> str:
        if not self._enable_secret or self._privileged:
            self._privileged = True
            return ""
        for _ in range(_SECRETS_TRIED):
            told = self._terminal.ask_secretly("Password: ")
            if hmac.compare_digest(told.encode(), self._enable_secret.encode()):
                self._privileged = True
                return ""
        return "% Bad secrets\n\n"

    def _disable(self, _match: Match) -> str:
        self._privileged = False
        return ""

    def _configure(self, match: Match) -> str:
        text = ""
        if "revert" in match.words:
            minutes = int(match.words[-1])
            try:
                name = self._device.arm(self._user, minutes, self._warn)
            except LineRefused as refusal:
                return refusal.text
            text = f"Rollback Confirmed Change: Backing up current running config to {name}\n\n"
        self._session = self._device.begin_session(self._user)
        return f"{text}Enter configuration commands, one per line.  End with CNTL/Z.\n"

    def _warn(self) -> None:
        """Tell, in the middle of whatever is read or typed, that the change will soon be taken back."""
        # Over a path that is cut nothing is printed, and the clock must not wait for it.
        if self._terminal.is_silent:
            return
        with contextlib.suppress(ConnectionLost):
            self._terminal.write(_crlf(_WARNING))

    def _configure_line(self, session: ConfigurationSession, line: str) -> str:
        text = ""
        words = line.split()
        if words[:1] == ["do"] and len(words) > 1 and not session.editor.reads_text:
            return self.execute(line.strip()[2:].strip()) or ""
        if line == "\x1a":
            line = "end"
        prompt = self.prompt()
        try:
            self._device.apply_line(session, line)
        except LineRefused as refusal:
            text = refusal_text(refusal, len(prompt))
        if session.editor.ended:
            self._device.end_session(session)
            self._session = None
        return text


def _is_for_everybody(name: str) -> bool:
    """Return whether a login without privileges may give a command."""
    return name in _FOR_EVERYBODY or (name.startswith("show-") and not name.startswith(_NOT_SHOWN_TO_ALL))


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")
