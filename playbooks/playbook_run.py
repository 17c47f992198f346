"""One run of one playbook around ansible-runner, with one result for every device that was asked for.

ansible-runner loses an event without a word when it cannot be written, and reports success over an empty or
cut stream. So nothing is believed that is not there twice: the event names the digest of the payload that
the plugin wrote, and a device without both is ``lost``.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from pydantic import ValidationError

from playbooks.errors import RunBroken, RunRefused
from playbooks.inventory_file import write_inventory_file
from playbooks.models import HostEvent, HostPayload, HostRequest, HostResult, PlaybookResult, Verb
from playbooks.runner_child import RunnerSettings

Progress = Callable[[HostResult], None]

_HERE: Final = Path(__file__).parent
_ACTIONS: Final[dict[Verb, str]] = {
    "collect": "samdrift_collect",
    "backup": "samdrift_backup",
    "check": "samdrift_preview",
    "harden": "samdrift_change",
    "mirror": "samdrift_change",
    "rehome": "samdrift_change",
}
_ASKED_AGAIN: Final[frozenset[Verb]] = frozenset({"harden", "mirror", "rehome"})
"""The verbs after which every device is asked again; without that answer a change is not believed."""
_VERIFICATION: Final = "samdrift_verify"
_STOP_SECONDS: Final = 20.0
# Ansible looks for results a thousand times a second; there is no variable of the environment for it.
_CONFIGURATION: Final = "[defaults]\ninternal_poll_interval = 0.005\n"


class PlaybookRun:
    """One run in a folder of its own."""

    def __init__(
        self, requests: tuple[HostRequest, ...], folder: Path, *, forks: int, timeout_seconds: int
    ) -> None:
        """Check the requests; nothing is started yet.

        Raises:
            RunRefused: there is nothing to do, or a device is named twice, or verbs are mixed.

        """
        names = [request.host.name for request in requests]
        if not requests:
            raise RunRefused("no device was selected, so there is nothing to run; widen the selection")
        if len(set(names)) != len(names):
            raise RunRefused("a device is named twice in one run; name each once")
        if len({request.verb for request in requests}) != 1:
            raise RunRefused("one run does one verb; split the requests")
        self._requests = requests
        self._by_name = {request.host.name: request for request in requests}
        self._verb: Verb = requests[0].verb
        self._folder = folder
        self._forks = forks
        self._timeout_seconds = timeout_seconds

    def result(self, *, check_mode: bool = False, progress: Progress | None = None) -> PlaybookResult:
        """Run the playbook and return one result per device.

        Raises:
            RunBroken: the run could not be started, or said nothing at all.

        """
        started = time.monotonic()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = self._settings(check_mode=check_mode)
        found: dict[str, HostResult] = {}
        verified: set[str] = set()
        end: dict[str, Any] = {}
        with self._child(settings) as lines:
            for line in lines:
                told = self._told(line)
                if "end" in told:
                    end = told["end"]
                    continue
                event = HostEvent.model_validate(told["host"])
                if event.host in found:
                    found[event.host] = _seen_again(found[event.host], event)
                    if event.step == "verify" and event.event == "ok":
                        verified.add(event.host)
                    continue
                result = self._host_result(event)
                if result is not None:
                    found[result.device] = result
                    if progress is not None:
                        progress(result)
        if self._verb in _ASKED_AGAIN:
            found = {name: _believed(one, seen=name in verified) for name, one in found.items()}
        return self._whole(found, end, time.monotonic() - started)

    def _whole(self, found: dict[str, HostResult], end: dict[str, Any], seconds: float) -> PlaybookResult:
        hosts = tuple(
            found.get(
                request.host.name,
                HostResult(
                    device=request.host.name,
                    state="lost",
                    message="no result came back from the run; collect the device and look at it",
                ),
            )
            for request in self._requests
        )
        all_ok = all(host.state == "ok" for host in hosts)
        if all_ok and end.get("status") != "successful":
            raise RunBroken(
                f"every device answered, but Ansible ended as '{end.get('status', 'killed')}'; "
                f"read {self._folder / 'runner.log'} and collect again"
            )
        return PlaybookResult(
            verb=self._verb, status="successful" if all_ok else "failed", hosts=hosts, seconds=seconds
        )

    # The child process.

    def _settings(self, *, check_mode: bool) -> Path:
        data = self._folder / "runner"
        for part in ("runner", "results", "ansible", "ansible/tmp"):
            (self._folder / part).mkdir(exist_ok=True, mode=0o700)
        # A result of an earlier run in this folder must not answer for this one.
        shutil.rmtree(data / "artifacts", ignore_errors=True)
        for request in self._requests:
            request.result_path.unlink(missing_ok=True)
        inventory = self._folder / "hosts.yml"
        write_inventory_file(inventory, self._requests)
        configuration = self._folder / "ansible" / "ansible.cfg"
        configuration.write_text(_CONFIGURATION, encoding="utf-8")
        settings = RunnerSettings(
            parent_pid=os.getpid(),
            private_data_folder=str(data),
            playbook=str(_HERE / f"{self._verb}.yml"),
            inventory_file=str(inventory),
            platforms=tuple(sorted({request.host.platform for request in self._requests})),
            task_action=_ACTIONS[self._verb],
            verify_action=_VERIFICATION,
            forks=self._forks,
            timeout_seconds=self._timeout_seconds,
            check_mode=check_mode,
            ansible_settings=_ansible_settings(self._folder / "ansible", configuration),
        )
        path = self._folder / "runner.json"
        path.write_text(settings.model_dump_json(), encoding="utf-8")
        return path

    @contextmanager
    def _child(self, settings: Path) -> Iterator[IO[str]]:
        with (self._folder / "runner.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "playbooks.runner_child", str(settings)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_child_environment(),
                start_new_session=True,
                text=True,
                encoding="utf-8",
            )
            if process.stdout is None:
                raise RunBroken("the runner has no output; start the run again")
            try:
                with process.stdout as lines:
                    yield lines
            finally:
                _end(process)

    def _told(self, line: str) -> dict[str, Any]:
        try:
            told = json.loads(line)
        except json.JSONDecodeError as error:
            raise RunBroken(
                f"the runner said something unreadable; read {self._folder / 'runner.log'}"
            ) from error
        if not isinstance(told, dict) or not {"host", "end"} & told.keys():
            raise RunBroken(f"the runner said something unexpected; read {self._folder / 'runner.log'}")
        return told

    def _host_result(self, event: HostEvent) -> HostResult | None:
        request = self._by_name.get(event.host)
        if request is None or event.event == "skipped":
            return None
        if event.payload_sha256 is None:
            return HostResult(
                device=event.host, state="failed", message=event.message or "no reason was given"
            )
        try:
            data = request.result_path.read_bytes()
            payload = HostPayload.model_validate_json(data)
        except (OSError, ValidationError):
            return _lost(event.host, "its result file cannot be read")
        doubt = _doubt(payload, data, event, request.verb)
        if doubt is not None:
            return _lost(event.host, doubt)
        return HostResult(
            device=payload.device,
            state="failed" if payload.failed else "ok",
            changed=payload.changed,
            message=payload.message,
            collection=payload.collection,
            diff=payload.diff,
            change=payload.change,
        )


def _doubt(payload: HostPayload, data: bytes, event: HostEvent, verb: Verb) -> str | None:
    """Return why a payload is not believed, None where it is."""
    if hashlib.sha256(data).hexdigest() != event.payload_sha256 or payload.device != event.host:
        return "its result file is not the one that was announced"
    if payload.failed != (event.event == "failed") or payload.changed != event.changed:
        return "its result file and its event contradict each other"
    if not _is_whole(payload, verb):
        return "what came back is not what was asked for"
    return None


def _is_whole(payload: HostPayload, verb: Verb) -> bool:
    """Return whether a payload holds what its verb is run for, as the roles verify it by hand."""
    if payload.failed or payload.verb != verb:
        return payload.verb == verb
    if verb in {"collect", "backup"}:
        found = payload.collection
        return found is not None and found.device == payload.device and not payload.changed
    return verb != "check" or (payload.diff is not None and payload.changed == bool(payload.diff))


def _lost(device: str, why: str) -> HostResult:
    return HostResult(device=device, state="lost", message=f"{why}; collect the device and look at it")


def _seen_again(result: HostResult, event: HostEvent) -> HostResult:
    """Return a result after a later event of the same device: what failed afterwards is no success."""
    if event.event in {"ok", "skipped"} or result.state != "ok":
        return result
    message = f"{result.message}; afterwards: {event.message or 'no reason was given'}"
    return result.model_copy(update={"state": "failed", "message": message})


def _believed(result: HostResult, *, seen: bool) -> HostResult:
    """Return a result of a change that nobody looked at afterwards as lost."""
    if seen or result.state != "ok":
        return result
    message = f"{result.message}; nobody saw it afterwards; collect the device and look at it"
    return result.model_copy(update={"state": "lost", "message": message})


def _end(process: subprocess.Popen[str]) -> None:
    """Let the child end; one that is not done is stopped, and what it started with it."""
    if process.poll() is None:
        try:
            process.wait(timeout=1 if sys.exc_info()[0] is None else 0.1)
        except subprocess.TimeoutExpired:
            process.terminate()
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _child_environment() -> dict[str, str]:
    """Return this process's environment without anything that would steer Ansible from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "RUNNER_"))}
    kept["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return kept


def _ansible_settings(folder: Path, configuration: Path) -> dict[str, str]:
    return {
        "ANSIBLE_CONFIG": str(configuration),
        "ANSIBLE_HOME": str(folder),
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_ACTION_PLUGINS": str(_HERE / "action_plugins"),
        "ANSIBLE_STRATEGY_PLUGINS": str(_HERE / "strategy_plugins"),
        "ANSIBLE_STRATEGY": "samdrift",
        # No device has facts of Ansible's own; looking for some costs a millisecond for each task and host.
        "ANSIBLE_INJECT_FACT_VARS": "False",
        "ANSIBLE_ROLES_PATH": str(_HERE / "roles"),
        "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections"),
        "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "False",
        "ANSIBLE_GATHERING": "explicit",
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
        "ANSIBLE_NOCOLOR": "True",
        "ANSIBLE_DEPRECATION_WARNINGS": "False",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "False",
        "ANSIBLE_INVENTORY_ENABLED": "ansible.builtin.yaml",
        "PYTHONUNBUFFERED": "1",
        # Plugins run the code that started them, also where another copy is installed.
        "PYTHONPATH": str(_HERE.parent),
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
    }
