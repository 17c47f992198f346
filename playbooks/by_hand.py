"""What an engineer does with ``ansible-playbook`` and the inventory plugin: collect and preview, by hand.

There is no run around it that keeps records. What is collected goes into a folder with its secrets masked;
whatever changes a device needs an approved plan and is not done by hand.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from pydantic import ValidationError

from devices.errors import DeviceError
from devices.models import Collection, DeviceTarget
from devices.service import (
    FileChangeLock,
    collect,
    comparable_configuration,
    driven_platform,
    mask_secrets,
    preview_change,
)
from inventory.errors import InventoryError
from playbooks.device_actions import refused, target_with_credential
from playbooks.errors import RequestUnreadable
from playbooks.models import Model, PlaybookHost, Verb

_NOT_OURS: Final = (
    "its variables are not those of the inventory plugin samdrift; give an inventory file with "
    "'plugin: samdrift' to -i"
)


class HandVariables(Model):
    """What the inventory plugin says of a host, as Ansible's variables."""

    name: str
    variables: dict[str, Any]
    vault_password_from: str | None
    timeout_seconds: float

    @classmethod
    def from_task(cls, task_vars: Mapping[str, Any], vault_password_from: str, timeout_seconds: int) -> Self:
        """Return the variables of a task's host."""
        names = (
            "platform",
            "address",
            "port",
            "timeout_seconds",
            "credential",
            "ssh_port",
            "ca_file",
            "host_key",
        )
        return cls(
            name=str(task_vars["inventory_hostname"]),
            variables={name: task_vars.get(f"samdrift_{name}") for name in names},
            vault_password_from=vault_password_from or None,
            timeout_seconds=float(timeout_seconds),
        )

    def target(self) -> DeviceTarget:
        """Return how the host is reached; its credential is looked up in this process's environment.

        Raises:
            RequestUnreadable: the variables are not those of the inventory plugin.
            DeviceError: there is no driver for its platform.
            InventoryError: the credential cannot be resolved.
        """
        told = self.variables
        if any(told[name] is None for name in ("platform", "address", "port", "credential")):
            raise RequestUnreadable(f"{self.name}: {_NOT_OURS}")
        try:
            # Ansible tags what it hands over; plain values are what the models are strict about.
            host = PlaybookHost(
                name=self.name,
                platform=driven_platform(self.name, str(told["platform"])),
                address=str(told["address"]),
                port=int(told["port"] or 0),
                credential=str(told["credential"]),
                vault_password_from=self.vault_password_from,
                ssh_port=None if told["ssh_port"] is None else int(told["ssh_port"]),
                ca_file=None if told["ca_file"] is None else str(told["ca_file"]),
                host_key=None if told["host_key"] is None else str(told["host_key"]),
                timeout_seconds=self.timeout_seconds,
            )
        except (ValidationError, ValueError):
            # The cause is left out: a validation error repeats what was written, and that may be a secret.
            raise RequestUnreadable(f"{self.name}: {_NOT_OURS}") from None
        return target_with_credential(host, environment=os.environ, folder=Path.cwd())


def collect_by_hand(variables: HandVariables, *, folder: str, check_mode: bool) -> dict[str, Any]:
    """Collect from a host into ``FOLDER/HOST.cfg``, secrets masked; changed where the file would differ."""
    try:
        collection = collect(variables.target())
    except (DeviceError, InventoryError, RequestUnreadable) as error:
        return refused(str(error))
    path = Path(folder or ".") / f"{variables.name}.cfg"
    text = mask_secrets(comparable_configuration(collection.platform, collection.running)) + "\n"
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if text != before and not check_mode:
            _write(path, text)
    except (OSError, UnicodeDecodeError) as error:
        return refused(f"{path} cannot be written ({error}); name another device_collect_folder")
    result = _result(variables.name, "collect", collection=collection) | {
        "changed": text != before,
        "msg": f"{'would be' if check_mode else 'is'} in {path}, with its secrets masked",
    }
    if text != before:
        headers = {"before_header": str(path), "after_header": variables.name}
        result["diff"] = {"before": before, "after": text, **headers}
    return result


def preview_by_hand(variables: HandVariables, *, lines_file: str, lock_folder: str) -> dict[str, Any]:
    """Let a host compute the difference that the lines of a file would make; nothing is changed."""
    if not lines_file:
        return refused("by hand, name the file with the configuration lines: -e device_preview_lines_file=")
    try:
        lines = Path(lines_file).read_text(encoding="utf-8")
        if not lines.strip():
            return refused(f"{lines_file} is empty; write what the device shall get")
        lock = FileChangeLock(Path(lock_folder or "."))
        diff = preview_change(variables.target(), lines, lock=lock)
    except (OSError, UnicodeDecodeError) as error:
        return refused(f"{lines_file} cannot be read ({error}); give a file with configuration lines")
    except (DeviceError, InventoryError, RequestUnreadable) as error:
        return refused(str(error))
    told = "the device would change" if diff else "the device has every line already"
    result = _result(variables.name, "check", diff=diff) | {"changed": bool(diff), "msg": told}
    if diff:
        result["diff"] = {"prepared": mask_secrets(diff) + "\n"}
    return result


def _result(
    device: str, verb: Verb, *, collection: Collection | None = None, diff: str = ""
) -> dict[str, Any]:
    running = "" if collection is None else collection.running
    return {
        "failed": False,
        "samdrift_payload": {
            "device": device,
            "verb": verb,
            "outcome": None,
            "running_lines": len([line for line in running.splitlines() if line.strip(" !")]),
            "diff_lines": len(diff.splitlines()),
        },
    }


def _write(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all, for this user only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
