"""A Nexus terminal over netmiko: whole answers to commands, and lines that must be taken without a word."""

import re
from typing import Any, Final

from devices.parsers.statements import Statement

_EXEC: Final = r"(?:^|[\r\n])[\w.\-]{1,64}# ?$"
_ANY: Final = r"(?:^|[\r\n])[\w.\-]{1,64}(?:\([\w\-]+\))?# ?$"
_PROMPT: Final = re.compile(r"(?P<name>[\w.\-]{1,64})(?:\((?P<mode>[\w\-]+)\))?# ?$")
_NOTICES: Final = re.compile(r"(?i)^\s*(?:warning:|note:|please |\[#*\s*\]\s*\d+%)")
_REFUSAL: Final = re.compile(r"(?m)^\s*(?:%|\^\s*$|ERROR\b)")


class EntryRefused(Exception):
    """The switch answered a configuration line; the text holds the line and the answer."""


class NXOSTerminal:
    """One terminal; after every call it is back where commands are taken."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._mode = ""

    def ask(self, command: str, *, seconds: float) -> str:
        """Return the whole answer to a command."""
        answer = self._send(command, self._prompt_of_this_switch(), seconds)
        return answer.rpartition("\n")[0] if _PROMPT.search(answer) else answer

    def enter(self, statements: tuple[Statement, ...], *, seconds: float) -> None:
        """Enter configuration lines; the first that is answered with more than its prompt ends it.

        Raises:
            EntryRefused: the switch said something about a line; those before it are in force.
        """
        self._entered("configure terminal", seconds)
        try:
            for statement in statements:
                self._enter(statement, seconds)
        except EntryRefused:
            self.leave_configuration(seconds=seconds)
            raise
        self.leave_configuration(seconds=seconds)

    def leave_configuration(self, *, seconds: float) -> None:
        """Go back to where commands are taken, wherever a refusal left the terminal."""
        answer = self._send("end", _EXEC, seconds)
        # The name may have changed, and with it the prompt that ends every answer.
        found = _PROMPT.search(answer)
        if found is not None:
            self._connection.base_prompt = found["name"]

    def _enter(self, statement: Statement, seconds: float) -> None:
        before = self._mode
        answer = self._entered(_typed(statement), seconds, has_text=bool(statement.body))
        self._refuse_answered(statement, answer)
        opened = self._mode != before
        if statement.children and not opened:
            raise EntryRefused(f"{statement.text}: it opens no section, and lines stand below it")
        for child in statement.children:
            self._enter(child, seconds)
        if opened:
            self._entered("exit", seconds)

    def _entered(self, line: str, seconds: float, *, has_text: bool = False) -> str:
        """Enter a line, remember the mode that follows, and return what stands between it and the prompt."""
        answer = self._send(line, _ANY, seconds, echoes=not has_text)
        found = _PROMPT.search(answer)
        self._mode = (found["mode"] if found is not None else "") or ""
        body = answer[: found.start()] if found is not None else answer
        return body if has_text else body.replace(line.strip(), "", 1)

    @staticmethod
    def _refuse_answered(statement: Statement, answer: str) -> None:
        said = [line for line in answer.splitlines() if line.strip()]
        if statement.body:
            # The text itself is echoed; only what no text looks like counts.
            said = [line for line in said if _REFUSAL.match(line)]
        told = [line for line in said if not _NOTICES.match(line)]
        if told:
            raise EntryRefused("\n".join([statement.text, *told]))

    def _send(self, line: str, until: str, seconds: float, *, echoes: bool = True) -> str:
        return str(
            self._connection.send_command(
                line,
                expect_string=until,
                read_timeout=seconds,
                strip_prompt=False,
                strip_command=echoes,
                cmd_verify=echoes,
            )
        )

    def _prompt_of_this_switch(self) -> str:
        """Return what ends an answer: the name of this switch alone on a line, whatever was cut off of it."""
        return rf"(?:^|[\r\n]){re.escape(str(self._connection.base_prompt))}[\w.\-]*# ?$"


def _typed(statement: Statement) -> str:
    """Return a line as it is typed; the text of a banner stands between two marks that it does not hold."""
    if not statement.body:
        return statement.text
    mark = next(one for one in "#@~%|^" if one not in statement.body)
    return f"{' '.join(statement.raw[:2])} {mark}{statement.body}{mark}"
