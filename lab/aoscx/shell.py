"""An AOS-CX terminal: login text, echo, prompts and both modes, as a client over SSH meets them."""

from collections.abc import Callable, Mapping
from typing import Final

from lab.aoscx.checkpoint_commands import CHECKPOINT_COMMANDS
from lab.aoscx.checkpoints import CheckpointRefused
from lab.aoscx.device import AOSCXDevice
from lab.aoscx.exec_commands import EXEC
from lab.aoscx.show_commands import SHOW_COMMANDS
from lab.aoscx.terminal import WrappingTerminal
from lab.cli_grammar import CommandTable, Match
from lab.cli_tree import Editor
from lab.errors import LineRefused
from lab.shell import CommandShell, Transcript
from lab.terminal import ConnectionLost

_TABLE: Final = CommandTable(EXEC)


class Shell(CommandShell):
    """One session on one terminal."""

    _terminal: WrappingTerminal

    def __init__(
        self, device: AOSCXDevice, terminal: WrappingTerminal, user: str, transcript: Transcript
    ) -> None:
        super().__init__(terminal, user, transcript)
        self._device = device
        self._editor: Editor | None = None
        self._before = ""

    @property
    def user(self) -> str:
        """Return who is logged in."""
        return self._user

    def tell(self, text: str) -> None:
        """Print a line between whatever is on the screen; a dead connection is no error."""
        # Over a path that is cut nothing is printed, and whoever tells must not wait for it.
        if self._terminal.is_silent:
            return
        try:
            self._terminal.write(f"\r\n{text}\r\n")
        except ConnectionLost:
            return

    def leave(self) -> None:
        """Leave configuration mode; a timer that this session armed soon takes its change back."""
        self._leave_configuration()
        self._device.session_ended(self)

    def prompt(self) -> str:
        """Return the prompt of the present mode."""
        with self._device.lock:
            name = self._device.hostname
            if self._editor is None:
                return f"{name}# "
            if self._editor.reads_text:
                return ">> "
            return f"{name}({_context(self._editor)})# "

    def greeting(self) -> str:
        """Return the banner and what is told about the last login."""
        now = self._device.clock.now()
        banner = next((node.body or "" for node in self._device.running.find("banner motd")), "")
        return (
            f"{banner}Last login: {now:%Y-%m-%d %H:%M:%S} from 127.0.0.1\n"
            f'User "{self._user}" has logged in 1 time in the past 30 days\n'
        )

    def answer(self, line: str) -> str | None:
        """Return the answer to a line of the present mode, None where it ends the session."""
        if self._editor is not None:
            return self._configure_line(self._editor, line)
        return self._execute(line)

    def _execute(self, line: str) -> str | None:
        command, bar, pipe = line.partition("|")
        if not command.strip():
            return ""
        found = _TABLE.match(command)
        if not isinstance(found, Match):
            return refusal_text(LineRefused(line, found.kind, found.column))
        text = self._carry_out(found)
        if bar and text:
            return filter_lines(text, pipe.split())
        return text

    def _carry_out(self, found: Match) -> str | None:
        name = found.command.flag("do") or ""
        own: Mapping[str, Callable[[Match], str | None]] = {
            "nothing": lambda _match: "",
            "leave": lambda _match: None,
            "width": self._set_width,
            "erase-startup": self._erase_startup,
            "configure": self._configure,
        }
        if name in own:
            return own[name](found)
        if name in SHOW_COMMANDS:
            with self._device.lock:
                return SHOW_COMMANDS[name](self._device, found.words)
        try:
            text = CHECKPOINT_COMMANDS[name](self._device, self, found.words)
        except CheckpointRefused as refusal:
            return f"{refusal}\n"
        if name == "confirm" and self._device.faults.use("drop-after-commit") is not None:
            raise ConnectionLost
        return text

    def _set_width(self, match: Match) -> str:
        self._terminal.width = int(match.words[2])
        return ""

    def _erase_startup(self, _match: Match) -> str:
        answer = self._terminal.ask("Erase startup-config. Do you want to continue (y/n)? ")
        if answer.strip().lower() == "y":
            self._device.erase_startup()
        return ""

    def _configure(self, _match: Match) -> str:
        with self._device.lock:
            self._editor = Editor(self._device.running)
            self._before = self._device.running.render()
        return ""

    def _configure_line(self, editor: Editor, line: str) -> str:
        text = ""
        try:
            self._device.apply_line(editor, line)
        except LineRefused as refusal:
            text = refusal_text(refusal)
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


def _context(editor: Editor) -> str:
    prompt = editor.mode.prompt
    if editor.mode.name in ("vlan", "mirror"):
        listed = editor.titles[-1].split()[-1]
        return f"{prompt}-{listed}" if listed.isdecimal() else f"{prompt}-<{listed}>"
    if editor.mode.name == "port" and "-" in editor.titles[-1]:
        return f"{prompt}-<{editor.titles[-1].split()[-1]}>"
    return prompt


def refusal_text(refusal: LineRefused) -> str:
    """Return what the device says about a line that it does not take."""
    if refusal.kind == "refused":
        return f"{refusal.text}\n"
    if refusal.kind == "incomplete":
        return "% Command incomplete.\n"
    if refusal.kind == "ambiguous":
        return "% Ambiguous command.\n"
    start = refusal.line.rfind(" ", 0, refusal.column + 1) + 1
    return f"Invalid input: {refusal.line[start:].split(maxsplit=1)[0]}\n"


def filter_lines(text: str, words: list[str]) -> str:
    """Return what a pipe lets through."""
    lines = text.splitlines(keepends=True)
    verb, sought = (words[0] if words else ""), " ".join(words[1:])
    if verb == "count":
        return f"{sum(sought in line for line in lines)}\n"
    if not sought or verb not in ("include", "exclude", "begin"):
        return "Command not supported.\n"
    if verb == "begin":
        first = next((number for number, line in enumerate(lines) if sought in line), len(lines))
        return "".join(lines[first:])
    return "".join(line for line in lines if (sought in line) == (verb == "include"))
