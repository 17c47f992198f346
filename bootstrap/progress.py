"""Run the steps of the set-up with plain progress lines; their full output goes to one log file."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bootstrap.errors import StepFailedError

_BEAT_SECONDS = 10.0
_TAIL_LINES = 15


class Progress:
    """Say what the set-up does, and how long a long step has been running.

    ``lock_fd`` is handed to the children, so that the lock of a set-up that was killed stays taken until
    what it had started has ended.
    """

    def __init__(self, log: Path, *, lock_fd: int | None = None) -> None:
        self.log = log
        self._lock_fds = () if lock_fd is None else (lock_fd,)

    def line(self, text: str) -> None:
        """Print one line."""
        print(f"setup: {text}", flush=True)

    def warn(self, text: str) -> None:
        """Print one line that asks for attention."""
        print(f"setup: {text}", file=sys.stderr, flush=True)

    def run(
        self,
        command: Sequence[str],
        *,
        doing: str,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Run a command to its end.

        Raises:
            StepFailedError: it did not start or ended with an error; its last lines are in the message.

        """
        self.line(doing)
        started = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            log.write(f"\n== {doing}\n".encode())
            log.flush()
            begin = log.tell()
            try:
                child = subprocess.Popen(
                    list(command),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=None if environment is None else dict(environment),
                    cwd=folder,
                    pass_fds=self._lock_fds,
                )
            except OSError as error:
                raise StepFailedError(doing, f"{command[0]}: {error.strerror}") from error
            code = _wait(child, lambda seconds: self.line(f"{doing}: {seconds:.0f} s"))
        if code != 0:
            raise StepFailedError(doing, f"exit code {code}; {self.log} says:\n{_tail(self.log, begin)}")
        seconds = time.monotonic() - started
        if seconds >= _BEAT_SECONDS:
            self.line(f"{doing}: done in {seconds:.0f} s")


def _wait(child: subprocess.Popen[bytes], beat: Callable[[float], None]) -> int:
    """Wait for a child, with a sign of life now and then; take it along when the wait is broken off."""
    started = time.monotonic()
    try:
        while True:
            try:
                return child.wait(timeout=_BEAT_SECONDS)
            except subprocess.TimeoutExpired:
                beat(time.monotonic() - started)
    except BaseException:
        child.terminate()
        child.wait()
        raise


def _tail(log: Path, begin: int) -> str:
    """Return the last lines that a step wrote into the log."""
    with log.open("rb") as stream:
        stream.seek(begin)
        lines = stream.read().decode(errors="replace").splitlines()
    return "\n".join(f"  {line}" for line in lines[-_TAIL_LINES:])
