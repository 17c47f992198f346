"""The inventory as Ansible sees it: hosts with their variables, and groups that are selections.

The group ``role_firewall`` holds what the selection ``role=firewall`` names, and so for each of
``GROUP_KEYS``. Further groups are named in the source file, each with its own selection. No credential is
here, only where it is found.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, JsonValue, ValidationError

from inventory.connection import DEFAULT_TIMEOUT_SECONDS, device_connection, host_variables
from inventory.cycle_collection import cycle_collection_paused
from inventory.endpoints import Endpoints, load_endpoints
from inventory.errors import AnsibleSourceError, InventoryReadError, SelectionError
from inventory.loaders.form_violations import form_violations
from inventory.loaders.yaml_source import YAMLProblemsError, read_yaml_source
from inventory.models import Inventory, Model
from inventory.selection import SelectedDevice, select_devices
from inventory.service import load_checked
from inventory.snapshot_source import read_snapshot

GROUP_KEYS: Final = ("municipality", "centre", "site", "role", "platform")
"""The keys of the selection whose values are groups."""

_GROUP_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED: Final = frozenset({"all", "ungrouped"})


class AnsibleSource(Model):
    """The file that is given to Ansible: ``plugin: samdrift`` and what of which inventory."""

    plugin: Literal["samdrift"]
    inventory: str = Field(min_length=1, description="Folder or snapshot file, from where this file lies")
    selection: str = Field(default="", description="What of it; everything by default")
    endpoints: str | None = Field(
        default=None, min_length=1, description="Overlay of addresses, from where this file lies"
    )
    groups: dict[str, str] = Field(default_factory=dict, description="Further groups, each with a selection")
    timeout_seconds: int = Field(default=int(DEFAULT_TIMEOUT_SECONDS), ge=1)


class AnsibleHost(Model):
    """One device as a host."""

    name: str
    groups: tuple[str, ...]
    variables: dict[str, JsonValue]


def load_ansible_hosts(path: Path) -> tuple[AnsibleHost, ...]:
    """Return the hosts of a source file.

    Raises:
        AnsibleSourceError: the file has another form, or names a group that cannot be.
        InventoryError: the inventory is not clean, or a selection or the overlay is wrong.

    """
    source = load_ansible_source(path)
    overlay = None if source.endpoints is None else path.parent / source.endpoints
    with cycle_collection_paused():
        inventory = load_folder_or_snapshot(path.parent / source.inventory)
        return ansible_hosts(
            inventory,
            load_endpoints(inventory, overlay),
            selection=source.selection,
            groups=source.groups,
            timeout_seconds=source.timeout_seconds,
        )


def load_folder_or_snapshot(origin: Path) -> Inventory:
    """Return the inventory of a folder that breaks no rule, or of a snapshot file.

    Raises:
        InventoryError: it is neither, or breaks rules.

    """
    return read_snapshot(origin).inventory if origin.is_file() else load_checked(origin)


def load_ansible_source(path: Path) -> AnsibleSource:
    """Read a source file.

    Raises:
        AnsibleSourceError: it cannot be read or has another form; every problem is named with its line.

    """
    try:
        source = read_yaml_source(path.parent, path)
        return AnsibleSource.model_validate_json(json.dumps(source.data() or {}))
    except InventoryReadError as error:
        raise AnsibleSourceError(str(path), "it cannot be read", "name a readable file") from error
    except YAMLProblemsError as problems:
        reason = "; ".join(violation.render() for violation in problems.violations)
        raise AnsibleSourceError(str(path), reason, "correct the file") from problems
    except ValidationError as error:
        reason = "; ".join(one.render() for one in form_violations(source, AnsibleSource, error))
        # The cause is left out: a validation error repeats what was written, and that may be a password.
        raise AnsibleSourceError(str(path), reason, "correct the file") from None


def ansible_hosts(
    inventory: Inventory,
    endpoints: Endpoints,
    *,
    selection: str = "",
    groups: Mapping[str, str] | None = None,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> tuple[AnsibleHost, ...]:
    """Return the devices of a selection as hosts, in the inventory's order.

    Raises:
        SelectionError: a selection is wrong or matches nothing.
        AnsibleSourceError: a group cannot have its name.

    """
    selected = select_devices(inventory, selection)
    names = {one.device.name for one in selected}
    own_groups = {one.device.name: _groups_of(one) for one in selected}
    _refuse_names(groups or {}, names, {group for found in own_groups.values() for group in found})
    further: dict[str, list[str]] = {name: [] for name in names}
    for group, wanted in (groups or {}).items():
        members = names & {one.device.name for one in select_devices(inventory, wanted)}
        if not members:
            reason = f"the group {group} would be empty within the selection '{selection}'"
            raise SelectionError(wanted, reason, "widen one of the two, or leave the group out")
        for name in members:
            further[name].append(group)
    return tuple(
        AnsibleHost(
            name=one.device.name,
            groups=(*own_groups[one.device.name], *further[one.device.name]),
            variables=_variables(one, endpoints, timeout_seconds),
        )
        for one in selected
    )


def group_name(key: str, value: str) -> str:
    """Return the name of a group as Ansible allows it; names of the inventory have no underscores."""
    return f"{key}_{value.replace('-', '_')}"


def _groups_of(one: SelectedDevice) -> tuple[str, ...]:
    device = one.device
    values = (one.municipality, one.centre, device.site, device.role, device.platform)
    return tuple(group_name(key, value) for key, value in zip(GROUP_KEYS, values, strict=True))


def _variables(one: SelectedDevice, endpoints: Endpoints, timeout_seconds: float) -> dict[str, JsonValue]:
    device = one.device
    endpoint = endpoints.device(device.name)
    if endpoint.ca_file is not None:
        endpoint = endpoint.model_copy(update={"ca_file": str(Path(endpoint.ca_file).absolute())})
    return host_variables(device_connection(endpoint, timeout_seconds=timeout_seconds)) | {
        "samdrift_municipality": one.municipality,
        "samdrift_centre": one.centre,
        "samdrift_site": device.site,
        "samdrift_role": device.role,
        "samdrift_model": device.model,
    }


def _refuse_names(groups: Mapping[str, str], hosts: set[str], taken: set[str]) -> None:
    for group in groups:
        if not _GROUP_NAME.fullmatch(group) or group in _RESERVED:
            reason = "Ansible allows letters, digits and underscores, and not 'all' or 'ungrouped'"
            raise AnsibleSourceError(f"group '{group}'", reason, "give it another name")
        if group in hosts or group in taken or group.partition("_")[0] in GROUP_KEYS:
            reason = "a host or a group of the inventory's own has that name, or may have it one day"
            raise AnsibleSourceError(f"group '{group}'", reason, "give it another name")
