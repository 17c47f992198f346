"""Run the commands that a user has: watched line by line, logged whole, ended with this process."""

import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

_TIMEOUT_SECONDS = 300


class DemoFailed(Exception):
    """A command or a check did not give what it had to; the message says which and where its log is."""


class Commands:
    """Runs commands one after the other; no child outlives this process, even when it is killed."""

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        self._environment = dict(environment)
        self._logs = logs
        self._say: Callable[[str], None] = lambda _line: None
        self._number = 0
        self._background: list[subprocess.Popen[bytes]] = []

    def listen(self, say: Callable[[str], None]) -> None:
        """Tell every line to somebody from now on."""
        self._say = say

    def run(self, *command: str, expect: int = 0, identity: str | None = None) -> str:
        """Run a command to its end and return what it printed.

        Args:
            command: the program and its arguments.
            expect: the exit code that it must give.
            identity: who acts, where it is not the author.

        Raises:
            DemoFailed: it gave another exit code, or no end.
        """
        self._number += 1
        label = re.sub(r"[^a-z0-9]+", "-", " ".join(command[:3]).lower()).strip("-")[:60]
        log = self._logs / f"{self._number:02}-{label}.txt"
        self._say("$ " + " ".join(_short(word) for word in command))
        environment = self._environment | ({"SAMDRIFT_IDENTITY": identity} if identity else {})
        # setpriv ends the child with us (prctl PR_SET_PDEATHSIG), also when we are killed.
        child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        lines: list[str] = []
        try:
            self._watch(child, lines, time.monotonic() + _TIMEOUT_SECONDS)
            code = child.wait(timeout=30)
        except BaseException:
            _end(child)
            raise
        finally:
            if child.stdout is not None:
                child.stdout.close()
            log.write_text("".join(lines), encoding="utf-8")
        if code != expect:
            told = "".join(lines[-6:]).strip()
            raise DemoFailed(
                f"`{' '.join(command)}` ended with {code} instead of {expect}; see {log}\n{told}"
            )
        return "".join(lines)

    def _watch(self, child: "subprocess.Popen[str]", lines: list[str], deadline: float) -> None:
        """Pass every line on as it comes, until the child closes its output."""
        for line in child.stdout or ():
            lines.append(line)
            self._say(line)
            if time.monotonic() > deadline:
                raise DemoFailed(f"a command did not end in {_TIMEOUT_SECONDS} s; see {self._logs}")

    def start(self, *command: str) -> None:
        """Start a command that runs beside the others until ``stop``."""
        log = self._logs / f"background-{len(self._background)}.txt"
        with log.open("wb") as output:
            self._background.append(
                subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", *command],
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                ),
            )

    def start_for_good(self, *command: str) -> None:
        """Start a command that outlives this process; the next demonstration finds and ends it."""
        with (self._logs / "kept.txt").open("wb") as output:
            subprocess.Popen(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> None:
        """End what runs in the background."""
        for child in self._background:
            _end(child)
        self._background.clear()


def _end(child: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    if child.poll() is not None:
        return
    child.send_signal(signal.SIGINT)
    try:
        child.wait(timeout=15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(timeout=15)


def _short(word: str) -> str:
    """Shorten a path to its name: the line is for reading, the log has it whole."""
    return Path(word).name if word.startswith("/") else word
