"""The command line of a firewall: operational mode, configuration mode, and the commit with its progress."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from typing import Final

from lab.panos.command_text import command_text
from lab.panos.commands import run_command
from lab.panos.device import PANOSDevice
from lab.panos.editor import split_words
from lab.panos.errors import InvalidSyntax, PANOSRefused
from lab.panos.line_form import indented, set_lines
from lab.panos.terminal import ConnectionLost, PANOSTerminal
from lab.panos.xml_form import render, to_element
from lab.shell import CommandShell, Transcript

_EDIT: Final = "\n[edit]\n"
_FORMATS: Final = ("default", "set", "xml")
_SUBMITTED: Final = "Commit job {number} is in progress. Use Ctrl+C to return to command prompt\n"


class PANOSShell(CommandShell):
    """One session of an administrator on the command line."""

    def __init__(
        self, device: PANOSDevice, terminal: PANOSTerminal, user: str, transcript: Transcript
    ) -> None:
        super().__init__(terminal, user, transcript)
        self._device = device
        self._screen = terminal
        self._configures = False
        self._format = "default"
        self._session = device.begin(user, "CLI")

    def greeting(self) -> str:
        """Return what stands before the first prompt."""
        now = self._device.clock.now()
        return f"Last login: {now:%a %b %d %H:%M:%S %Y} from 127.0.0.1\n\nWelcome {self._user}.\n"

    def prompt(self) -> str:
        """Return the prompt of the present mode; it changes with the host name."""
        return f"{self._user}@{self._device.hostname}{'#' if self._configures else '>'} "

    def leave(self) -> None:
        """End the session; the candidate stays, for it belongs to nobody."""
        self._device.end(self._session)

    def answer(self, line: str) -> str | None:
        """Return the answer to a line, None where it ends the session."""
        words = split_words(line)
        if not words:
            return _EDIT if self._configures else ""
        if words in {("exit",), ("quit",)} and not self._configures:
            return None
        try:
            return self._configure(line, words) if self._configures else self._operate(words)
        except InvalidSyntax as refusal:
            told = (
                refusal.text
                if self._configures or words[0] in _FIRST_WORDS
                else f"Unknown command: {words[0]}"
            )
            return self._ended(f"\n{told}\n")
        except PANOSRefused as refusal:
            return self._ended(_refusal(refusal.text))

    def _ended(self, text: str) -> str:
        return f"{text}{_EDIT}" if self._configures else f"{text}\n"

    # Operational mode.

    def _operate(self, words: tuple[str, ...]) -> str:
        if words[:2] == ("set", "cli"):
            return self._set_cli(words[2:])
        if words == ("configure",):
            self._configures = True
            return f"Entering configuration mode\n{_EDIT.lstrip()}"
        if words[0] == "commit":
            return self._commit(words)
        return f"\n{self._told(words)}\n"

    def _told(self, words: tuple[str, ...]) -> str:
        if words == ("show", "config", "diff"):
            lines = self._device.difference()
            return "".join(f"{line}\n" for line in lines)
        if words[0] not in _FIRST_WORDS:
            raise InvalidSyntax
        try:
            result = run_command(self._device, self._user, words)
        except PANOSRefused as refusal:
            if refusal.code == _UNEXPECTED:
                raise InvalidSyntax from refusal
            raise
        with self._device.lock:
            return command_text(self._device, words, result)

    def _set_cli(self, words: tuple[str, ...]) -> str:
        settings: dict[tuple[str, ...], Callable[[str], None]] = {
            ("scripting-mode",): self._set_scripting,
            ("config-output-format",): self._set_format,
        }
        if words[:1] in settings and len(words) == 2:  # noqa: PLR2004 - the setting and its value
            settings[words[:1]](words[1])
        elif words not in {("pager", "off"), ("pager", "on")} and words[:2] not in {
            ("terminal", "width"),
            ("terminal", "height"),
        }:
            raise InvalidSyntax
        return "\n"

    def _set_scripting(self, value: str) -> None:
        if value not in {"on", "off"}:
            raise InvalidSyntax
        self._screen.scripting = value == "on"

    def _set_format(self, value: str) -> None:
        if value not in _FORMATS:
            raise InvalidSyntax
        self._format = value

    # Configuration mode.

    def _configure(self, line: str, words: tuple[str, ...]) -> str:
        verb = words[0]
        if words in {("exit",), ("quit",)}:
            self._configures = False
            return "Exiting configuration mode\n"
        own: dict[str, Callable[[tuple[str, ...]], str]] = {
            "run": self._run,
            "commit": self._commit,
            "show": lambda told: f"\n{self._shown(told[1:])}",
        }
        if verb in own:
            return self._ended(own[verb](words))
        if verb in {"save", "load", "check"}:
            return self._ended(f"\n{self._told(words)}")
        if verb == "set" and words[-1:] == ("password",) and words[1:3] == ("mgt-config", "users"):
            return self._ended(self._password(words))
        self._device.edit(self._user, line)
        return _EDIT

    def _run(self, words: tuple[str, ...]) -> str:
        if len(words) == 1:
            raise InvalidSyntax
        return f"\n{self._told(words[1:])}"

    def _password(self, words: tuple[str, ...]) -> str:
        first = self._screen.ask_hidden("Enter password   : ")
        if first != self._screen.ask_hidden("Confirm password : "):
            return "\nPasswords do not match\n"
        name = words[3]
        digest = hashlib.sha256(first.encode()).digest()
        salted = f"$5$samelab1${b64encode(digest).decode().rstrip('=')}"
        self._device.edit(self._user, f"set mgt-config users {name} phash {salted}")
        return "\n"

    def _shown(self, path: tuple[str, ...]) -> str:
        with self._device.lock:
            root = self._device.candidate
            found = root.find(*path) if path else root
            if found is None:
                return ""
            if self._format == "xml":
                return render(to_element(root, "11.1.0"))
            if self._format == "set":
                prefix = f"set {' '.join(path)}".strip()
                return "".join(f"{one}\n" for one in set_lines(root) if f"{one} ".startswith(f"{prefix} "))
            return "".join(f"{one}\n" for one in indented(found))

    # The commit.

    def _commit(self, words: tuple[str, ...]) -> str:
        if words[1:] not in {(), ("force",)} and (len(words) != 3 or words[1] != "description"):  # noqa: PLR2004
            raise InvalidSyntax
        job = self._device.commit(self._user)
        if job is None:
            return "\n\nThere are no changes to commit.\n"
        if self._device.faults.use("drop-after-commit") is not None:
            raise ConnectionLost
        progress = "..........55%......75%..98%...........100%" if job.succeeded else "..........55%."
        told = "".join(f"{line}\n" for line in job.lines)
        return f"\n\n{_SUBMITTED.format(number=job.number)}{progress}\n{told}"


_UNEXPECTED: Final = 17
_FIRST_WORDS: Final = frozenset(
    {"show", "set", "check", "save", "load", "delete", "request", "configure", "commit", "exit", "quit"}
)


def _refusal(text: str) -> str:
    if text.startswith(("Validation Error", "Server error")):
        return f"\n{text}\n"
    return "\nServer error : " + text.replace("\n", "\n ") + "\n"
