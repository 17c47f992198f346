"""Runs the commands of one eAPI request: exec mode, configuration mode and configuration sessions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from lab.cli_tree import ConfigTree, Editor
from lab.eos.device import ConfigurationSession, EOSDevice
from lab.eos.errors import CommandRefused
from lab.eos.show_commands import ShowCommands
from lab.errors import ConnectionDropped, LineRefused
from lab.faults import FaultSwitch

Format = Literal["json", "text"]
_SESSION_VERB: Final = re.compile(
    r"configure session (?P<name>\S+)(?: (?P<verb>commit|abort)(?: timer (?P<timer>\d+:\d+:\d+))?)?$"
)
_COPIED: Final = "Copy completed successfully.\n"
_PRIVILEGED: Final = (
    "configure",
    "copy ",
    "write",
    "show running-config",
    "show startup-config",
    "show session-config",
    "show configuration sessions",
    "show logging",
)
_LONGEST_TIMER_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a request, with the text that it asks for."""

    text: str
    input: str | None = None


def refused_words(command: str, refusal: LineRefused) -> CommandRefused:
    """Return EOS's words for a line that its command line does not take."""
    if refusal.kind == "refused":
        return CommandRefused("could not run command", (refusal.text,), 1000)
    tokens = command.split()
    margin = len(refusal.line) - len(refusal.line.lstrip())
    index = len(refusal.line[margin : refusal.column].split())
    if refusal.kind == "incomplete":
        error = f"Incomplete command (at token {len(tokens)}: None)"
        return CommandRefused("invalid command", (error,))
    index = min(
        index - (refusal.column > 0 and not refusal.line[refusal.column - 1].isspace()), len(tokens) - 1
    )
    word = tokens[index] if tokens else ""
    kind = "Ambiguous command" if refusal.kind == "ambiguous" else "Invalid input"
    return CommandRefused("invalid command", (f"{kind} (at token {index}: '{word}')",))


class CommandRunner:
    """The state of one request: it begins in exec mode without privilege."""

    def __init__(self, device: EOSDevice, shows: ShowCommands, faults: FaultSwitch, user: str) -> None:
        self._device = device
        self._shows = shows
        self._faults = faults
        self._user = user
        self._enabled = False
        self._editor: Editor | None = None
        self._session: ConfigurationSession | None = None
        self._tree: ConfigTree | None = None

    def run(self, command: Command, form: Format) -> dict[str, Any]:
        """Run one command and return its result.

        Raises:
            CommandRefused: The device refuses the command.
            ConnectionDropped: A fault ends the connection.
        """
        text = command.text.strip()
        if not text or text.startswith("!"):
            return _plain("", form)
        with self._device.lock:
            try:
                if self._editor is not None:
                    return self._configure(self._editor, command, form)
                return self._execute(text, form)
            except LineRefused as refusal:
                raise refused_words(text, refusal) from refusal

    def finish(self) -> None:
        """Leave configuration mode at the end of the request; lines outside a session take effect."""
        self._leave()

    # -- exec mode -------------------------------------------------------------------------------------------

    def _execute(self, text: str, form: Format) -> dict[str, Any]:
        words = " ".join(text.split())
        if not self._enabled and words.startswith(_PRIVILEGED):
            raise CommandRefused("invalid command", ("Invalid input (privileged mode required)",))
        action = self._actions().get(words)
        if action is not None:
            return _plain(action() or "", form)
        verb = _SESSION_VERB.match(words)
        if verb is not None:
            self._use_session(verb["name"], verb["verb"], verb["timer"])
            return _plain("", form)
        copied = self._copy(words)
        if copied is not None:
            return _plain(copied, form)
        if words.startswith("configure replace flash:"):
            self._device.replace(words.removeprefix("configure replace flash:").split()[0], self._user)
            return _plain("", form)
        return self._show(words, form)

    def _actions(self) -> dict[str, Callable[[], str | None]]:
        return {
            "enable": self._enable,
            "configure": self._begin,
            "configure terminal": self._begin,
            "write memory": self._save,
            "write": self._save,
            "end": lambda: None,
            "exit": lambda: None,
        }

    def _enable(self) -> None:
        self._enabled = True

    def _begin(self) -> None:
        self._tree = self._device.running.copy()
        self._editor = Editor(self._tree)

    def _save(self) -> str:
        self._refuse_when_full("flash:/startup-config")
        self._device.save(self._user)
        return _COPIED

    def _refuse_when_full(self, path: str) -> None:
        """Refuse to write a file where the fault says that there is no room for it."""
        if self._faults.use("flash-full") is not None:
            error = f"Error copying system:/running-config to {path} (No space left on device)"
            raise CommandRefused("could not run command", (error,), 1000)

    def _copy(self, words: str) -> str | None:
        parts = words.split()
        if len(parts) != 3 or parts[0] != "copy":  # noqa: PLR2004 - copy, source and destination
            return None
        source, target = parts[1:]
        if source == "running-config" and target == "startup-config":
            return self._save()
        texts = {
            "startup-config": self._device.startup,
            "running-config": self._device.text(self._device.running),
        }
        if source not in texts or not target.startswith("flash:"):
            return None
        self._refuse_when_full(target)
        self._device.files[target.removeprefix("flash:")] = texts[source]
        return _COPIED

    def _use_session(self, name: str, verb: str | None, timer: str | None) -> None:
        if verb is None:
            self._session = self._device.open_session(name, self._user)
            self._editor = Editor(self._session.tree)
        elif verb == "abort":
            self._device.abort_session(name, self._user)
        else:
            self._device.commit_session(name, self._user, _seconds(timer))
            if self._faults.use("drop-after-commit") is not None:
                raise ConnectionDropped("dropped after the commit, as the fault says")

    def _show(self, words: str, form: Format) -> dict[str, Any]:
        shown = self._shows.answer(words)
        if shown is None:
            parts = words.split()
            index = 1 if parts[0] == "show" and len(parts) > 1 else 0
            raise CommandRefused("invalid command", (f"Invalid input (at token {index}: '{parts[index]}')",))
        if form == "json":
            if shown.json is None:
                raise CommandRefused("unconverted command", ("Command cannot be used over JSON",), 1003)
            return shown.json
        if shown.text is None:
            raise CommandRefused("could not run command", ("Command has no text form in this twin",), 1000)
        return {"output": shown.text}

    # -- configuration mode ----------------------------------------------------------------------------------

    def _configure(self, editor: Editor, command: Command, form: Format) -> dict[str, Any]:
        text = command.text.strip()
        if self._faults.use_for("error-line", text) is not None:
            raise CommandRefused("invalid command", (f"Invalid input (at token 0: '{text.split()[0]}')",))
        if self._session is not None and self._session_line(self._session, text):
            return _plain("", form)
        if command.input is not None:
            if text != "comment":
                editor.set_banner(text, command.input.rstrip("\n"))
            return _plain("", form)
        if text.startswith("banner "):
            raise CommandRefused(
                "invalid command", (f"Incomplete command (at token {len(text.split())}: None)",)
            )
        editor.apply(command.text)
        if editor.ended:
            self._leave()
        return _plain("", form)

    def _session_line(self, session: ConfigurationSession, text: str) -> bool:
        """Carry out a line that acts on the session itself; return whether it was one."""
        words = text.split()
        if text == "rollback clean-config":
            self._device.clean_session(session)
            self._editor = Editor(session.tree)
        elif text == "commit" or (words[:2] == ["commit", "timer"] and len(words) == 3):  # noqa: PLR2004 - with its value
            self._drop_mode()
            self._use_session(session.name, "commit", words[2] if words[2:] else None)
        elif text == "abort":
            self._drop_mode()
            self._device.abort_session(session.name, self._user)
        else:
            return False
        return True

    def _drop_mode(self) -> None:
        self._editor = self._session = self._tree = None

    def _leave(self) -> None:
        tree = self._tree
        self._drop_mode()
        if tree is not None:
            self._device.adopt(tree)


def _seconds(timer: str | None) -> int | None:
    if timer is None:
        return None
    hours, minutes, seconds = (int(part) for part in timer.split(":"))
    total = hours * 3600 + minutes * 60 + seconds
    if not 0 < total <= _LONGEST_TIMER_SECONDS:
        raise CommandRefused("invalid command", (f"Invalid input (at token 5: '{timer}')",))
    return total


def _plain(text: str, form: Format) -> dict[str, Any]:
    if form == "text":
        return {"output": text}
    return {"messages": [text]} if text else {}
