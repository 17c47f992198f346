"""The process around ansible-runner: reads its settings file, runs one playbook, tells each host's result.

It writes one JSON object per line to its output: ``{"host": …}`` for a host, ``{"end": …}`` at the end. It
is a process of its own because ``ansible_runner`` may end the process, changes signal handlers and prints.
"""

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

from ansible_runner.interface import init_runner
from pydantic import Field

from devices.models import Platform
from playbooks.models import HostEvent, Model
from playbooks.process_end import end_with_parent

_EVENTS: Final = {
    "runner_on_ok": "ok",
    "runner_on_failed": "failed",
    "runner_on_unreachable": "unreachable",
    "runner_on_skipped": "skipped",
}
# ansible-runner writes the environment it hands on into its artifacts; nothing but these goes there.
_KEPT_VARIABLES: Final = ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TZ", "VIRTUAL_ENV")


# A run judges itself what came back, and its requests are models: what a role does by hand for both, a task
# of its own for each device, is left out ("always" is the tag of Ansible's check of a role's arguments).
_SKIPPED: Final = "--skip-tags always,by_hand"
RUNNER_PID_FILE: Final = "runner.pid"


class RunnerSettings(Model):
    """What the process reads from its settings file."""

    parent_pid: int
    private_data_folder: str
    playbook: str
    inventory_file: str
    platforms: tuple[Platform, ...] = Field(description="Whose drivers the run needs")
    task_action: str = Field(description="The action whose result is the host's result")
    verify_action: str = Field(description="The action that asks the device afterwards")
    forks: int = Field(ge=1)
    timeout_seconds: int = Field(ge=1)
    check_mode: bool
    ansible_settings: dict[str, str]


class _Teller:
    """Passes results on, and asks ansible-runner to stop when this process is asked to."""

    def __init__(self, settings: RunnerSettings, output: IO[str]) -> None:
        self._settings = settings
        self._output = output
        self.cancelled = False

    def cancel(self, _number: int, _frame: FrameType | None) -> None:
        self.cancelled = True

    def is_cancelled(self) -> bool:
        return self.cancelled

    def event(self, data: dict[str, Any]) -> bool:
        kind = _EVENTS.get(str(data.get("event")))
        detail = data.get("event_data") or {}
        action = str(detail.get("task_action", "")).rpartition(".")[2]
        is_step = action in {self._settings.task_action, self._settings.verify_action}
        # Whatever fails is the host's result, whichever task it was.
        if kind is None or not (is_step or kind in {"failed", "unreachable"}):
            return False
        step = "verify" if action == self._settings.verify_action else "act"
        self.tell({"host": _host_event(kind, step, detail).model_dump()})
        return True

    def tell(self, line: dict[str, Any]) -> None:
        self._output.write(json.dumps(line) + "\n")
        self._output.flush()


def _host_event(kind: str, step: str, detail: dict[str, Any]) -> HostEvent:
    result = detail.get("res") or {}
    payload = result.get("samdrift_payload") or {}
    return HostEvent.model_validate(
        {
            "host": str(detail.get("host")),
            "step": step,
            "event": kind,
            "changed": bool(result.get("changed", False)),
            "message": str(result.get("msg", ""))[:2000],
            "payload_sha256": payload.get("sha256"),
        }
    )


def main() -> int:
    """Run the playbook that the settings file names."""
    settings = RunnerSettings.model_validate_json(Path(sys.argv[1]).read_text(encoding="utf-8"))
    # What libraries print must not come between the results.
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    teller = _Teller(settings, output)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, teller.cancel)
    end_with_parent(settings.parent_pid, signal.SIGKILL)
    Path(sys.argv[1]).with_name(RUNNER_PID_FILE).write_text(str(os.getpid()), encoding="ascii")
    runner = init_runner(
        private_data_dir=settings.private_data_folder,
        playbook=settings.playbook,
        inventory=settings.inventory_file,
        forks=settings.forks,
        cmdline=f"--diff {_SKIPPED}{' --check' if settings.check_mode else ''}",
        quiet=True,
        ident="run",
        settings={"pexpect_timeout": 1, "job_timeout": settings.timeout_seconds},
        suppress_env_files=True,
        event_handler=teller.event,
        cancel_callback=teller.is_cancelled,
    )
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    runner_variables = {k: v for k, v in runner.config.env.items() if k not in os.environ}
    runner.config.env = kept | runner_variables | settings.ansible_settings
    platforms = ",".join(settings.platforms)
    bound = [sys.executable, "-m", "playbooks.bound_ansible", str(os.getpid()), platforms]
    runner.config.command = bound + list(runner.config.command)
    runner.run()
    teller.tell({"end": {"status": str(runner.status), "exit_code": int(runner.rc)}})
    return 0


if __name__ == "__main__":
    sys.exit(main())
