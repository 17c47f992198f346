"""Read one Ansible inventory with ansible-core's own reader and print its hosts as JSON.

A program of its own, run by ``inventory.loaders.ansible_inventory`` in a child process whose configuration
lets only the INI and YAML readers run. It gets the names of the variables that are wanted and prints nothing
else; of variables that hold secrets only the names leave this process.

Arguments: the inventory (a file or a folder), then the names of the wanted variables.
"""

import json
import re
import sys

from ansible.inventory.helpers import get_group_vars
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.utils.vars import combine_vars

SECRET = re.compile(
    r"pass(word|wd|phrase)?$|_pass_|secret|token|community|private_?key|credential", re.IGNORECASE
)


def main() -> None:
    """Print the hosts of an inventory."""
    source, *wanted = sys.argv[1:]
    init_plugin_loader([])
    manager = InventoryManager(loader=DataLoader(), sources=[source])
    hosts = {}
    for host in manager.get_hosts():
        groups = host.get_groups()
        values = combine_vars(get_group_vars(groups), host.get_vars())
        secrets = sorted(name for name in values if SECRET.search(name))
        shown = {name: values[name] for name in wanted if name in values and name not in secrets}
        plain = {name: value for name, value in shown.items() if isinstance(value, str | int | float | bool)}
        hosts[str(host.name)] = {
            "groups": sorted(str(group.name) for group in groups),
            "values": {name: str(value) for name, value in plain.items()},
            "unreadable": sorted(set(shown) - set(plain)),
            "secrets": secrets,
        }
    json.dump(hosts, sys.stdout)


if __name__ == "__main__":
    main()
