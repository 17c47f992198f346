"""Run the programs of the server: short ones to their end, daemons until they answer, each with a log."""

import contextlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from lab.nautobot.errors import NautobotLabError, log_tail
from lab.processes import ProcessRecord, end_processes, is_alive, live_process

_RECORDS = TypeAdapter(tuple[ProcessRecord, ...])
_BEAT_SECONDS = 15.0
_POLL_SECONDS = 0.1
_SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

Progress = Callable[[str], None]


class RunFolder:
    """One run's folder: what is started in it is on record, so that a later run ends what was left."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self.path = path
        self.progress = progress
        self._records_file = path / "processes.json"

    def run(
        self,
        command: Sequence[str],
        *,
        doing: str,
        environment: Mapping[str, str] | None = None,
        standard_input: str | None = None,
    ) -> str:
        """Run a program to its end and return what it printed.

        Raises:
            NautobotLabError: It did not start or ended with an error; the end of its log is in the message.

        """
        log = self._log(doing)
        with log.open("ab") as errors, (self.path / "output").open("w+") as output:
            child = self._start(
                command, environment, output.fileno(), errors.fileno(), has_input=standard_input is not None
            )
            record = live_process(child.pid)
            with self._recorded(record):
                code = _finish(child, standard_input, lambda s: self.progress(f"{doing}: {s:.0f} s"))
            output.seek(0)
            text = output.read()
        if code != 0:
            with log.open("a") as errors_too:
                errors_too.write(text)
            raise NautobotLabError(doing, f"exit code {code}", f"its last lines were:\n{log_tail(log)}")
        return text

    def start(
        self,
        command: Sequence[str],
        *,
        doing: str,
        answers: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        timeout_seconds: float = 120,
    ) -> ProcessRecord:
        """Start a daemon and wait until it answers.

        Raises:
            NautobotLabError: It ended or stayed silent.

        """
        log = self._log(doing)
        with log.open("ab") as output:
            child = self._start(command, environment, output.fileno(), output.fileno(), has_input=False)
        record = live_process(child.pid)
        if record is not None:
            self._write((*self._records(), record))
        try:
            self._wait(child, doing, answers, timeout_seconds=timeout_seconds)
        except BaseException:
            if record is not None:
                self.end(record)
            child.wait()
            raise
        if record is None:
            child.wait()
            raise NautobotLabError(doing, "it ended at once", f"its last lines were:\n{log_tail(log)}")
        # From here on the record answers for the process.
        child.returncode = 0
        return record

    def _wait(
        self,
        child: subprocess.Popen[bytes],
        doing: str,
        answers: Callable[[], bool],
        *,
        timeout_seconds: float,
    ) -> None:
        log = self._log(doing)
        deadline = time.monotonic() + timeout_seconds
        while not answers():
            if child.poll() is not None:
                raise NautobotLabError(doing, "it ended", f"its last lines were:\n{log_tail(log)}")
            if time.monotonic() > deadline:
                reason = f"no answer within {timeout_seconds:g} s"
                raise NautobotLabError(doing, reason, f"its last lines were:\n{log_tail(log)}")
            time.sleep(_POLL_SECONDS)

    def end(self, record: ProcessRecord, *, grace_seconds: float = 20) -> None:
        """End one daemon and take it off the record."""
        end_processes([record], grace_seconds=grace_seconds)
        self._write(tuple(other for other in self._records() if other != record))

    def remove(self) -> None:
        """End whatever is on record, newest first, and remove the folder."""
        for record in reversed(self._records()):
            if is_alive(record):
                self.end(record)
        shutil.rmtree(self.path, ignore_errors=True)

    @contextlib.contextmanager
    def _recorded(self, record: ProcessRecord | None) -> Iterator[None]:
        if record is None:
            yield
            return
        self._write((*self._records(), record))
        try:
            yield
        finally:
            self.end(record, grace_seconds=5)

    def _start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None,
        output: int,
        errors: int,
        *,
        has_input: bool,
    ) -> subprocess.Popen[bytes]:
        try:
            # Its own session: a Ctrl-C at the terminal reaches the parent alone, which ends it in order.
            return subprocess.Popen(
                list(command),
                env={"PATH": _SYSTEM_PATH, "LC_ALL": "C.UTF-8", **(environment or {})},
                cwd=self.path,
                stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
            )
        except OSError as error:
            raise NautobotLabError(
                f"starting {Path(command[0]).name}", error.strerror or "refused", "look at that program"
            ) from error

    def _log(self, doing: str) -> Path:
        return self.path / f"{doing.replace(' ', '-')}.log"

    def _records(self) -> tuple[ProcessRecord, ...]:
        try:
            return _RECORDS.validate_json(self._records_file.read_bytes())
        except FileNotFoundError:
            return ()

    def _write(self, records: tuple[ProcessRecord, ...]) -> None:
        beside = self._records_file.with_suffix(".part")
        beside.write_bytes(_RECORDS.dump_json(records))
        beside.replace(self._records_file)


def service_user() -> pwd.struct_passwd:
    """Return whom the database runs as: this user, or Debian's postgres where this user is root.

    Raises:
        NautobotLabError: Root runs this, and there is no such user.

    """
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError as error:
        raise NautobotLabError(
            "choosing a user", "PostgreSQL refuses root and there is no user postgres", "install postgresql"
        ) from error


def as_service_user(command: Sequence[str]) -> list[str]:
    """Return a command that runs as the service user."""
    if os.getuid() != 0:
        return list(command)
    user = service_user()
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]


def program(name: str, *, package: str) -> str:
    """Return where a program lies, also where Debian keeps it off the PATH.

    Raises:
        NautobotLabError: It is not installed.

    """
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    folders = [*(str(folder) for folder in reversed(versions)), *_SYSTEM_PATH.split(":")]
    found = shutil.which(name, path=":".join(folders))
    if found is None:
        raise NautobotLabError(
            f"looking for {name}", "it is not installed", f"install Debian's package {package}"
        )
    return found


def _finish(child: subprocess.Popen[bytes], standard_input: str | None, beat: Callable[[float], None]) -> int:
    started = time.monotonic()
    if child.stdin is not None:
        with child.stdin as stream, contextlib.suppress(BrokenPipeError):
            stream.write((standard_input or "").encode())
    while True:
        try:
            return child.wait(timeout=_BEAT_SECONDS)
        except subprocess.TimeoutExpired:
            beat(time.monotonic() - started)
