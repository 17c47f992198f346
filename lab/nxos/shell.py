"""A Nexus terminal: login text, echo, prompts and both modes, as a client over SSH meets them."""

from collections.abc import Callable, Mapping
from typing import Final

from lab.cli_grammar import CommandTable, Match
from lab.cli_tree import Editor
from lab.errors import LineRefused
from lab.ios.filters import filter_lines
from lab.nxos.checkpoint_commands import Request, carry_out
from lab.nxos.device import NXOSDevice
from lab.nxos.exec_commands import EXEC
from lab.nxos.interfaces import INTERFACES
from lab.nxos.show_commands import SHOW_COMMANDS
from lab.shell import CommandShell, Transcript
from lab.terminal import ConnectionLost, Terminal

_TABLE: Final = CommandTable(EXEC, interface_types=INTERFACES.types)
_GREETING: Final = (
    "\nCisco Nexus Operating System (NX-OS) Software\nTAC support: http://www.cisco.com/tac\n"
    "Copyright (C) 2002-2025, Cisco and/or its affiliates.\nAll rights reserved.\n"
)
_ALSO_IN_CONFIGURATION: Final = frozenset(
    {"show", "copy", "checkpoint", "rollback", "terminal", "dir", "delete"}
)
_KINDS: Final = {"invalid": "Invalid", "incomplete": "Incomplete", "ambiguous": "Ambiguous"}


class Shell(CommandShell):
    """One session on one terminal."""

    def __init__(self, device: NXOSDevice, terminal: Terminal, user: str, transcript: Transcript) -> None:
        super().__init__(terminal, user, transcript)
        self._device = device
        self._editor: Editor | None = None
        self._before = ""
        self._asks = True

    def leave(self) -> None:
        """Leave configuration mode."""
        self._leave_configuration()

    def greeting(self) -> str:
        """Return the banner and whose software this is."""
        with self._device.lock:
            banner = next((node.body or "" for node in self._device.running.find("banner motd")), "")
        return banner + _GREETING

    def prompt(self) -> str:
        """Return the prompt of the present mode, which begins its line anew."""
        bare = self._bare_prompt()
        return f"\r{bare}" if bare else ""

    def _bare_prompt(self) -> str:
        with self._device.lock:
            name = self._device.hostname
            if self._editor is None:
                return f"{name}# "
            if self._editor.reads_text:
                return ""
            return f"{name}({self._editor.mode.prompt})# "

    def answer(self, line: str) -> str | None:
        """Return the answer to a line of the present mode, None where it ends the session."""
        if self._editor is None:
            return self._execute(line)
        words = line.split()
        if not self._editor.reads_text and words:
            if words[0] == "do":
                return self._execute(line.strip()[2:].strip()) or ""
            if words[0] in _ALSO_IN_CONFIGURATION or words[:2] == ["no", "checkpoint"]:
                return self._execute(line) or ""
        return self._configure_line(self._editor, line)

    def _execute(self, line: str) -> str | None:
        command, bar, pipe = line.partition("|")
        words = command.split()
        # Clients send a null letter to see whether the session lives.
        if not words or command.lstrip().startswith("!") or not command.strip("\x00 "):
            return ""
        found = _TABLE.match(command)
        if not isinstance(found, Match):
            return refusal_text(LineRefused(line, found.kind, found.column), len(self._bare_prompt()))
        name = found.command.flag("do") or ""
        if bar and pipe.split() == ["json"]:
            if name != "show-inventory":
                return "Error: JSON output is not supported for this command\n"
            return SHOW_COMMANDS[name](self._device, (*found.words, "json"))
        text = self._carry_out(name, found)
        return filter_lines(text, pipe.strip()) if bar and text else text

    def _carry_out(self, name: str, found: Match) -> str | None:
        own: Mapping[str, Callable[[], str | None]] = {
            "nothing": lambda: "",
            "leave": lambda: None,
            "dont-ask": lambda: self._ask(wanted=False),
            "ask": lambda: self._ask(wanted=True),
            "configure": self._configure,
        }
        if name in own:
            return own[name]()
        if name in SHOW_COMMANDS:
            with self._device.lock:
                return SHOW_COMMANDS[name](self._device, found.words)
        request = Request(self._device, self._terminal, self._user, found.words, asks=self._asks)
        return carry_out(name, request)

    def _ask(self, *, wanted: bool) -> str:
        self._asks = wanted
        return ""

    def _configure(self) -> str:
        with self._device.lock:
            self._editor = Editor(self._device.running)
            self._before = self._device.text()
        return "Enter configuration commands, one per line. End with CNTL/Z.\n"

    def _configure_line(self, editor: Editor, line: str) -> str:
        text = ""
        margin = len(self._bare_prompt())
        try:
            self._device.apply_line(editor, "end" if line == "\x1a" else line)
        except LineRefused as refusal:
            text = refusal_text(refusal, margin)
        changed = editor.ended and self._leave_configuration()
        if changed and self._device.faults.use("drop-after-commit") is not None:
            raise ConnectionLost
        return text

    def _leave_configuration(self) -> bool:
        """Leave configuration mode; return whether anything was changed in it."""
        if self._editor is None:
            return False
        self._editor = None
        return self._device.note_change(self._before)


def refusal_text(refusal: LineRefused, margin: int) -> str:
    """Return what the device says about a line that it does not take, below a prompt of that length."""
    if refusal.kind == "refused":
        return f"{refusal.text}\n"
    return f"{' ' * (margin + refusal.column)}^\n% {_KINDS[refusal.kind]} command at '^' marker.\n"
