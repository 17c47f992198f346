"""The lab of the example as real twins, and a copy of its inventory to discover into."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lab.process import LabProcess

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
_COMMAND_SECONDS = 120

MAPPING = """\
defaults:
  devices: {routing_domain: norddjurs, role: access, site: grenaa-raadhus}
rules:
  - {kind: devices, when: {name: "*-fw?"}, set: {role: firewall}}
  - {kind: devices, when: {name: "*-core?"}, set: {role: core}}
  - {kind: devices, when: {name: "*-edge?"}, set: {role: edge}}
  - {kind: devices, when: {address: 10.70.10.32}, set: {site: auning-skole}}
  - {kind: devices, when: {address: 10.70.10.33}, set: {site: digterparken}}
"""


class DiscoveredLab:
    """Twins of the example's lab file, with changes, below one folder."""

    def __init__(self, folder: Path, changes: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Copy the example.

        Args:
            folder: an empty folder of this lab's own.
            changes: per twin, keys of its entry in the lab file and their values.

        """
        self.folder = folder
        self.inventory = folder / "inventory"
        shutil.copytree(EXAMPLE, self.inventory)
        lab_file = self.inventory / "lab" / "lab.yaml"
        content = yaml.safe_load(lab_file.read_text(encoding="utf-8"))
        twins = [{**twin, **(changes or {}).get(twin["name"], {})} for twin in content["twins"]]
        lab_file.write_text(yaml.safe_dump({"twins": twins}), encoding="utf-8")
        self.mapping = folder / "mapping.yaml"
        self.mapping.write_text(MAPPING, encoding="utf-8")
        self.lab = LabProcess(lab_file, folder / "lab")

    def at(self, address: str, port: int) -> None:
        """Have one more address lead to a loopback port, with the login of all and the key that answers."""
        path = self.folder / "lab" / "endpoints.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        login = next(iter(content["addresses"].values()))["credential"]
        there = next((one for one in content["devices"].values() if one["port"] == port), {})
        content["addresses"][address] = {
            "address": "127.0.0.1",
            "port": port,
            "credential": login,
            "host_key": there.get("host_key"),
        }
        path.write_text(json.dumps(content), encoding="utf-8")

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start the command as people do."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SAMDRIFT_")}
        return subprocess.Popen(
            [
                str(Path(sys.executable).parent / "samdrift"),
                *("devices", "discover", "--municipality", "norddjurs", "--mapping", str(self.mapping)),
                *("--credential", "env:NDJ_DEVICES", *words),
            ],
            cwd=self.folder,
            env=kept
            | {
                "SAMDRIFT_INVENTORY": str(self.inventory),
                "SAMDRIFT_ENDPOINTS": str(self.folder / "lab" / "endpoints.json"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def discover(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run the command to its end."""
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=_COMMAND_SECONDS)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)
