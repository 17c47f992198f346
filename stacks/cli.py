"""The Pulumi CLI as the Automation API starts it: a given program in a given environment and nothing else.

The stock command passes the whole environment of this process on, so that an operator's own Pulumi settings
would reach the run, and a Ctrl-C at the terminal would kill it halfway. Here the child lives in a session of
its own; when this process is interrupted, it is asked to stop, finishes what it is doing and gives its lock
back.
"""

import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from stacks.errors import ToolchainError

OnOutput = Callable[[str], object]


class CLI(PulumiCommand):
    """One Pulumi CLI."""

    def __init__(self, binary: Path, version: str) -> None:  # the base class would look on PATH
        if not binary.is_file():
            raise ToolchainError(f"the Pulumi CLI is not at {binary}")
        self.command = str(binary)
        self.version = VersionInfo.parse(version)

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run a command to its end; the environment is exactly what is given.

        Raises:
            CommandError: it ended with an error.
            ToolchainError: it could not be started.

        """
        environment = {**additional_env, "PULUMI_AUTOMATION_API": "true"}
        try:
            child = subprocess.Popen(
                [self.command, "--non-interactive", *args],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env=environment,
                encoding="utf-8",
                start_new_session=True,
            )
        except OSError as error:
            raise ToolchainError(f"the Pulumi CLI {self.command} does not start: {error.strerror}") from error
        with child:
            out, err = _Reader(child.stdout or (), on_output), _Reader(child.stderr or (), on_error)
            code = _wait(child)
            result = CommandResult(out.text(), err.text(), code)
        if code != 0:
            raise create_command_error(result)
        return result


class _Reader:
    """Collect the lines of a stream in a thread of its own, so that no pipe fills up."""

    def __init__(self, stream: Iterable[str], on_line: OnOutput | None) -> None:
        self._stream = stream
        self._on_line = on_line
        self._lines: list[str] = []
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def text(self) -> str:
        """Return everything, once the stream has ended."""
        self._thread.join()
        return "\n".join(self._lines)

    def _read(self) -> None:
        for line in self._stream:
            self._lines.append(line.rstrip())
            if self._on_line is not None:
                self._on_line(line.rstrip())


def _wait(child: subprocess.Popen[str]) -> int:
    try:
        return child.wait()
    except BaseException:
        # The engine lets the running operations finish and gives the stack's lock back.
        child.send_signal(signal.SIGINT)
        child.wait()
        raise
