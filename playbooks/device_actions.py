"""What a plugin does for one device: read the request, call the library, write the payload, map the result.

It runs in a worker that Ansible forked: sockets are opened here and never before, and nothing of it lives on.
The credential is looked up here, at the last moment, and never leaves this process.
"""

import hashlib
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from devices.errors import DeviceError
from devices.models import ChangeResult, DeviceTarget
from devices.service import (
    ApprovedChange,
    FileChangeLock,
    apply_change,
    collect,
    collect_evidence,
    comparable_diff,
    mask_secrets,
    preview_change,
)
from inventory.credentials import resolve_credential
from inventory.errors import InventoryError
from playbooks.errors import RequestUnreadable
from playbooks.models import ChangeToApply, HostPayload, HostRequest, PlaybookHost
from playbooks.post_check import as_held, is_held_already, may_be_held_already, post_check_for
from playbooks.process_end import end_with_parent

_READ: Final = {"collect": "collected", "backup": "handed to the vault"}


def run_action(request_path: str, *, verbs: tuple[str, ...], check_mode: bool) -> dict[str, Any]:
    """Run one device's request and return Ansible's result: changed, diff, failed, msg.

    Args:
        request_path: the file with the request.
        verbs: what the plugin that calls may do; another verb is refused.
        check_mode: whether nothing may be changed.

    """
    end_with_parent(os.getppid(), signal.SIGKILL)
    try:
        request = read_request(request_path)
    except RequestUnreadable as error:
        return refused(str(error))
    if request.verb not in verbs:
        return refused(
            f"{request.host.name}: this play does not do '{request.verb}'; use the playbook of that name"
        )
    payload = perform(request, check_mode=check_mode)
    return _result(payload, _write(payload, request.result_path))


def perform(request: HostRequest, *, check_mode: bool) -> HostPayload:
    """Do what a request asks for and return what came of it; raises nothing for what a device does."""
    try:
        target = target_of(request)
        if request.verb == "collect":
            # Judged by what it shows of its operation too; a backup and a change need the configurations.
            return _payload(request, _READ[request.verb], collection=collect_evidence(target))
        if request.verb == "backup":
            return _payload(request, _READ[request.verb], collection=collect(target))
        lock = FileChangeLock(request.lock_folder)
        if request.verb == "check":
            diff = preview_change(target, request.lines, lock=lock)
            return _payload(request, _told(diff), diff=diff, changed=bool(diff))
        change = change_of(request)
        if check_mode:
            diff = preview_change(target, change.lines, lock=lock)
            if may_be_held_already(change, request.verb, diff, request.host.platform):
                now = collect(target)
                diff = "" if is_held_already(change, request.verb, diff, now) else diff
            return _foreseen(request, change, diff)
        result = apply_change(
            target,
            ApprovedChange(
                lines=change.lines,
                approved_diff=change.approved_diff,
                revert_after_seconds=change.revert_after_seconds,
                allowed_risks=change.allowed_risks,
                allowed_until=change.allowed_until,
                margin_seconds=change.margin_seconds,
                poll_seconds=change.poll_seconds,
            ),
            lock=lock,
            post_check=post_check_for(
                change.device, change.controls_to_pass, change.context, verb=request.verb
            ),
        )
        return _payload_of_change(request, as_held(change, request.verb, result))
    except (DeviceError, InventoryError, RequestUnreadable) as error:
        return _payload(request, str(error), failed=True)


def refused(message: str) -> dict[str, Any]:
    """Return the result of an action that was not tried."""
    return {"failed": True, "changed": False, "msg": message}


def read_request(path: str) -> HostRequest:
    """Return the request that a run wrote for one device.

    Raises:
        RequestUnreadable: there is none, or it has another form.
    """
    if not path:
        raise RequestUnreadable(
            "this playbook carries out what samdrift planned or keeps, so it is not run by hand; "
            "run 'samdrift backup collect', or 'apply' of 'samdrift harden', 'mirror' or 'rehome'"
        )
    try:
        return HostRequest.model_validate_json(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise RequestUnreadable(
            f"the request '{path}' cannot be read ({type(error).__name__}); start the run again"
        ) from error


def _environment_of(runner_pid_path: Path) -> Mapping[str, str]:
    """Return the environment that the runner was started with.

    ansible-runner writes the environment of Ansible into a file, so Ansible's own holds no credential.
    """
    try:
        pid = int(runner_pid_path.read_text(encoding="ascii"))
        text = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="surrogateescape")
    except (OSError, ValueError) as error:
        raise RequestUnreadable("the process that started this run is gone; start the run again") from error
    pairs = (entry.partition("=") for entry in text.split("\0") if "=" in entry)
    return {name: value for name, _, value in pairs}


def target_of(request: HostRequest) -> DeviceTarget:
    """Return how the device of a request is reached, with its credential.

    Raises:
        InventoryError: the credential cannot be resolved.
        RequestUnreadable: the process that holds the credentials is gone.
    """
    environment = _environment_of(request.runner_pid_path)
    return target_with_credential(request.host, environment=environment, folder=request.working_folder)


def target_with_credential(
    host: PlaybookHost, *, environment: Mapping[str, str], folder: Path
) -> DeviceTarget:
    """Return how a device is reached, with its credential looked up.

    Raises:
        InventoryError: the credential cannot be resolved.
    """
    credential = resolve_credential(
        host.credential,
        environment=environment,
        folder=folder,
        vault_password_from=host.vault_password_from,
    )
    return DeviceTarget.model_validate(
        {
            "device": host.name,
            "platform": host.platform,
            "address": host.address,
            "port": host.port,
            "credential": credential.model_dump(),
            "timeout_seconds": host.timeout_seconds,
            "ssh_port": host.ssh_port,
            "ca_file": host.ca_file,
            "host_key": host.host_key,
        }
    )


def change_of(request: HostRequest) -> ChangeToApply:
    """Return the change that a request is about.

    Raises:
        RequestUnreadable: it holds none.
    """
    if request.change is None:
        raise RequestUnreadable(
            f"{request.host.name}: the request to {request.verb} holds no change; plan it again"
        )
    return request.change


def _told(diff: str) -> str:
    return "the device would change" if diff else "the device has every line already"


def _payload(request: HostRequest, message: str, **values: Any) -> HostPayload:
    found = {"failed": False, "changed": False} | values
    return HostPayload(device=request.host.name, verb=request.verb, message=message, **found)


def _foreseen(request: HostRequest, change: ChangeToApply, diff: str) -> HostPayload:
    differs = diff != "" and diff != comparable_diff(request.host.platform, change.approved_diff)
    message = (
        "the device's diff is not the approved one; preview and approve again" if differs else _told(diff)
    )
    return _payload(request, message, diff=diff, changed=bool(diff), failed=differs)


def _payload_of_change(request: HostRequest, result: ChangeResult) -> HostPayload:
    return _payload(
        request,
        f"{result.outcome}: {result.message}",
        failed=result.outcome not in {"confirmed", "unchanged"},
        # What may be live on the device counts as changed; what went back, or was never done, does not.
        changed=result.outcome in {"confirmed", "unknown"},
        diff=result.diff,
        change=result,
        collection=result.collection,
    )


def _write(payload: HostPayload, path: Path) -> str:
    """Write the payload so that it is there whole or not at all; return its digest."""
    data = payload.model_dump_json().encode()
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    draft.rename(path)
    return hashlib.sha256(data).hexdigest()


def _result(payload: HostPayload, digest: str) -> dict[str, Any]:
    """Map a payload to Ansible's result, which is kept in artifacts and shown: secrets are masked in it."""
    running = "" if payload.collection is None else payload.collection.running
    result: dict[str, Any] = {
        "changed": payload.changed,
        "failed": payload.failed,
        # What is said of a change may quote lines of it; masking anything else would only blur it.
        "msg": payload.message if payload.change is None else mask_secrets(payload.message),
        "samdrift_payload": {
            "sha256": digest,
            "device": payload.device,
            "verb": payload.verb,
            "outcome": None if payload.change is None else payload.change.outcome,
            "running_lines": len([line for line in running.splitlines() if line.strip(" !")]),
            "diff_lines": len((payload.diff or "").splitlines()),
        },
    }
    if payload.diff:
        result["diff"] = {"prepared": mask_secrets(payload.diff) + "\n"}
    return result
