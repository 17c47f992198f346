"""Ask a device after a run whether it is as the run says, over a session of its own."""

import os
import signal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from devices.errors import DeviceError
from devices.models import ChangeResult, Collection
from devices.service import (
    PROFILES,
    FileChangeLock,
    collect,
    comparable_configuration,
    mask_secrets,
    preview_change,
)
from inventory.errors import InventoryError
from playbooks.device_actions import change_of, read_request, refused, target_of
from playbooks.errors import RequestUnreadable
from playbooks.models import HostPayload, HostRequest
from playbooks.post_check import post_check_for
from playbooks.process_end import end_with_parent


def verify_action(request_path: str, *, check_mode: bool) -> dict[str, Any]:
    """Look at a device again and return Ansible's result; it fails where the device is not as was told.

    In check mode the device is asked for the difference again: where it is another one, something changed.

    Args:
        request_path: the file with the request of the change.
        check_mode: whether the run changed nothing.

    """
    end_with_parent(os.getppid(), signal.SIGKILL)
    try:
        request = read_request(request_path)
        payload = _payload_of(request)
        failures = _still_unchanged(request, payload) if check_mode else _still_changed(request, payload)
    except (DeviceError, InventoryError, RequestUnreadable) as error:
        return refused(str(error))
    if failures:
        return refused(mask_secrets(f"{request.host.name}: {'; '.join(failures)}; look at the device"))
    return {"failed": False, "changed": False, "msg": "the device is as the run says"}


def _payload_of(request: HostRequest) -> HostPayload:
    try:
        return HostPayload.model_validate_json(Path(request.result_path).read_bytes())
    except (OSError, ValidationError) as error:
        raise RequestUnreadable(
            f"{request.host.name}: nothing says what the run did ({type(error).__name__}); collect the device"
        ) from error


def _still_unchanged(request: HostRequest, payload: HostPayload) -> tuple[str, ...]:
    lock = FileChangeLock(request.lock_folder)
    diff = preview_change(target_of(request), change_of(request).lines, lock=lock)
    if diff == payload.diff:
        return ()
    return ("nothing was to be changed, and the device computes another difference now",)


def _still_changed(request: HostRequest, payload: HostPayload) -> tuple[str, ...]:
    change, result = change_of(request), payload.change
    if result is None or result.collection is None:
        return ("the run does not say what the device held at its end",)
    now = collect(target_of(request))
    check = post_check_for(change.device, change.controls_to_pass, change.context, verb=request.verb)
    failures = [f"{one.check}: {one.message}" for one in check(result.collection, now)]
    return (*_not_as_left(result, now), *failures)


def _not_as_left(result: ChangeResult, now: Collection) -> tuple[str, ...]:
    running = comparable_configuration(now.platform, now.running)
    if running != comparable_configuration(now.platform, result.running_after):
        return ("its running configuration is not what the change left",)
    saved = comparable_configuration(now.platform, now.startup)
    if "startup" in PROFILES[now.platform].capabilities and saved != running:
        return ("its running configuration is not saved",)
    return ()
