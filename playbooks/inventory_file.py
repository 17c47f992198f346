"""The inventory file that a run hands to Ansible, and the request files beside it; no secret in either."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import JsonValue

from inventory.connection import device_connection, host_variables
from inventory.endpoints import DeviceEndpoint
from playbooks.models import HostRequest, PlaybookHost


class _Text(str):
    """A text of the inventory: Ansible must never take it for a template, whatever is written in it."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes every text of the inventory with the tag that keeps Ansible from templating it."""


_Dumper.add_representer(_Text, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def write_inventory_file(path: Path, requests: tuple[HostRequest, ...]) -> None:
    """Write the hosts of a run with the paths of their requests."""
    hosts = {request.host.name: run_variables(request.host, path.parent) for request in requests}
    content = {"all": {"hosts": hosts}}
    _write_private(path, yaml.dump(content, Dumper=_Dumper, sort_keys=True))
    for request in requests:
        _write_private(request_path(path.parent, request.host.name), request.model_dump_json())


def run_variables(host: PlaybookHost, folder: Path) -> Mapping[str, Any]:
    """Return what Ansible knows of a host in a run: what every inventory says of it, and its request."""
    endpoint = DeviceEndpoint(
        device=host.name,
        platform=host.platform,
        address=host.address,
        port=host.port,
        credential=host.credential,
        ssh_port=host.ssh_port,
        ca_file=host.ca_file,
        host_key=host.host_key,
        vault_password_from=host.vault_password_from,
    )
    connection = device_connection(endpoint, timeout_seconds=host.timeout_seconds)
    variables = host_variables(connection) | {"samdrift_request": str(request_path(folder, host.name))}
    return {name: _marked(value) for name, value in variables.items()}


def _marked(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items()}
    return _Text(value) if isinstance(value, str) else value


def request_path(folder: Path, device: str) -> Path:
    """Return where the request of a device is kept."""
    return folder / f"{device}.request.json"


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
