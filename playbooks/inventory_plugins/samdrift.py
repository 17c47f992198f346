"""Thin inventory plugin: hand the source file to the library and add what it returns."""

import sys
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin

from inventory.ansible_inventory import load_ansible_hosts
from inventory.errors import InventoryError

DOCUMENTATION = """
name: samdrift
short_description: The devices of an inventory folder or snapshot of samdrift
description:
  - Every device is a host with its address, its NAPALM connection data and a reference to its credential.
  - The groups municipality_X, centre_X, site_X, role_X and platform_X hold what the selection KEY=X names.
  - An inventory that is not clean and a selection that matches nothing end the run with exit code 4.
options:
  plugin:
    description: Always samdrift.
    type: str
    required: true
    choices: [samdrift]
  inventory:
    description: Inventory folder, or a snapshot file; a relative path starts where this file lies.
    type: str
    required: true
  selection:
    description: What of it, such as C(municipality=norddjurs role=access platform!=eos).
    type: str
    default: ""
  endpoints:
    description: Overlay of addresses and credentials; a relative path starts where this file lies.
    type: str
  groups:
    description: Further groups, each with a selection.
    type: dict
    default: {}
  timeout_seconds:
    description: How long NAPALM waits for a device.
    type: int
    default: 30
"""

EXAMPLES = """
plugin: samdrift
inventory: ..
selection: municipality=norddjurs phase=servers-and-network
groups:
  school_switches: site_kind=school role=access
"""

_EXIT_NOT_PARSED = 4


class InventoryModule(BaseInventoryPlugin):  # type: ignore[misc]  # Ansible has no types
    """Add the hosts of a source file."""

    NAME = "samdrift"

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:  # noqa: FBT001, FBT002 - Ansible's signature
        """Add hosts, groups and variables; what is wrong ends the run."""
        super().parse(inventory, loader, path, cache)
        written = loader.load_from_file(path, cache="none")
        if not isinstance(written, dict) or written.get("plugin") != self.NAME:
            raise AnsibleParserError(f"{path} is not for the inventory plugin {self.NAME}")
        try:
            hosts = load_ansible_hosts(Path(path))
        except InventoryError as error:
            self.display.error(f"samdrift: {error}", wrap_text=False)
            # Ansible only warns of an inventory that a plugin refuses, and a play over nothing ends with 0:
            # a wrong selection would look like a success.
            raise SystemExit(_EXIT_NOT_PARSED) from error
        for group in sorted({group for host in hosts for group in host.groups}):
            inventory.add_group(group)
        for host in hosts:
            inventory.add_host(host.name)
            for group in host.groups:
                inventory.add_child(group, host.name)
            # Modules run here too, so with what is installed here: NAPALM and its drivers.
            inventory.set_variable(host.name, "ansible_python_interpreter", sys.executable)
            for name, value in host.variables.items():
                inventory.set_variable(host.name, name, value)
