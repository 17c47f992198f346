"""The Ansible inventory plugin, through the real ansible-inventory and ansible-playbook."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inventory.ansible_inventory import GROUP_KEYS, AnsibleSource, group_name
from inventory.endpoints import load_endpoints
from inventory.models import Inventory
from inventory.selection import DEVICE_KEYS, select_devices
from inventory.selection_language import Term, Value, render_selection
from inventory.service import load_checked, take_snapshot
from playbooks.inventory_file import write_inventory_file
from playbooks.models import HostRequest
from playbooks.service import host_of

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "norddjurs"
PLUGINS = ROOT / "playbooks" / "inventory_plugins"
NOT_PARSED = 4
REQUIRED = {"plugin", "inventory"}

Ansible = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ansible(tmp_path: Path) -> Ansible:
    """Run a program of Ansible without any configuration but the one that a test gives it."""

    def run(
        program: str, *words: str | Path, folder: Path = tmp_path, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(tmp_path / "ansible-home"),
            "ANSIBLE_NOCOLOR": "True",
        }
        return subprocess.run(
            [Path(sys.executable).parent / program, *words],
            env=environment | settings,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return load_checked(EXAMPLE)


def write_source(folder: Path, text: str, *, inventory: Path = EXAMPLE) -> Path:
    path = folder / "norddjurs.samdrift.yml"
    path.write_text(f"plugin: samdrift\ninventory: {inventory}\n{text}", encoding="utf-8")
    return path


def without_marks(content: dict[str, Any]) -> Any:
    """Take away how Ansible marks a text that it must not take for a template."""
    return content.get("__ansible_unsafe", content)


def listed(ansible: Ansible, source: Path, **settings: str) -> dict[str, Any]:
    """Return what ansible-inventory lists for a source."""
    told = ansible(
        "ansible-inventory", "--list", "-i", source, ANSIBLE_INVENTORY_PLUGINS=str(PLUGINS), **settings
    )
    assert (told.returncode, told.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(told.stdout, object_hook=without_marks)
    return answer


def test_the_groups_of_the_example_are_its_selections(ansible: Ansible, inventory: Inventory) -> None:
    told = ansible("ansible-inventory", "--list", folder=EXAMPLE / "ansible")

    assert (told.returncode, told.stderr) == (0, "")
    groups = {
        name: content["hosts"]
        for name, content in json.loads(told.stdout).items()
        if name not in {"_meta", "all"}
    }
    town = inventory.municipalities[0]
    expected = {
        group_name(key, text): [
            one.device.name
            for one in select_devices(inventory, render_selection((Term(key, "=", (Value(text),)),)))
        ]
        for key in GROUP_KEYS
        for device in town.devices
        for text in DEVICE_KEYS[key].reader(town)(device)
    }
    expected |= {"school_switches": ["ndj-acc2"], "not_ios": ["ndj-core1", "ndj-fw1", "ndj-fw2"]}
    assert groups == expected
    assert len(expected) == 14


def test_a_host_knows_where_it_is_and_where_its_credential_is_found(ansible: Ansible, tmp_path: Path) -> None:
    overlay = tmp_path / "endpoints.yaml"
    overlay.write_text("devices: {ndj-acc1: {address: 127.0.0.1, port: 2201, credential: 'env:LAB'}}\n")
    source = write_source(
        tmp_path,
        "endpoints: endpoints.yaml\ntimeout_seconds: 12\nselection: role=access site_kind!=school\n",
    )

    answer = listed(ansible, source)

    assert sorted(answer["_meta"]["hostvars"]) == ["ndj-acc1", "ndj-acc3"]
    assert answer["_meta"]["hostvars"]["ndj-acc1"] == {
        "ansible_connection": "local",
        "ansible_host": "127.0.0.1",
        "ansible_python_interpreter": sys.executable,
        "samdrift_address": "127.0.0.1",
        "samdrift_ca_file": None,
        "samdrift_centre": "midt",
        "samdrift_credential": "env:LAB",
        "samdrift_host_key": None,
        "samdrift_model": "C9200L-24T-4X",
        "samdrift_municipality": "norddjurs",
        "samdrift_napalm": {
            "driver": "ios",
            "hostname": "127.0.0.1",
            "timeout": 12,
            "optional_args": {"port": 2201, "use_keys": False, "allow_agent": False},
        },
        "samdrift_platform": "ios",
        "samdrift_port": 2201,
        "samdrift_role": "access",
        "samdrift_site": "grenaa-raadhus",
        "samdrift_timeout_seconds": 12,
    }


def test_a_snapshot_gives_the_same_as_its_folder(
    ansible: Ansible, inventory: Inventory, tmp_path: Path
) -> None:
    kept = tmp_path / "snapshot.json"
    kept.write_text(take_snapshot(inventory).model_dump_json(), encoding="utf-8")
    of_folder = listed(ansible, write_source(tmp_path, "selection: platform!=eos\n"))

    of_snapshot = listed(
        ansible, write_source(tmp_path, "selection: platform!=eos\n", inventory=Path("snapshot.json"))
    )

    assert of_snapshot == of_folder
    assert len(of_folder["_meta"]["hostvars"]) == 6


def test_a_run_of_this_project_and_an_engineer_see_the_same(
    ansible: Ansible, inventory: Inventory, tmp_path: Path
) -> None:
    overlay = tmp_path / "endpoints.yaml"
    overlay.write_text("devices: {ndj-core1: {address: 127.0.0.1, port: 4430, ca_file: core1.pem}}\n")
    endpoints = load_endpoints(inventory, overlay)
    requests = tuple(
        HostRequest(
            verb="collect",
            host=host_of(endpoints.device(one.device.name)).model_copy(
                # The two are started in different folders; each makes the path absolute where it is.
                update={"ca_file": str(tmp_path / "core1.pem") if one.device.name == "ndj-core1" else None}
            ),
            working_folder=tmp_path,
            lock_folder=tmp_path,
            result_path=tmp_path / "result.json",
            runner_pid_path=tmp_path / "runner.pid",
        )
        for one in select_devices(inventory, "")
    )
    hosts = tmp_path / "hosts.yml"
    write_inventory_file(hosts, requests)

    of_run = listed(ansible, hosts)["_meta"]["hostvars"]
    of_engineer = listed(ansible, write_source(tmp_path, "endpoints: endpoints.yaml\n"))["_meta"]["hostvars"]

    own = {"samdrift_request"}
    further = {"ansible_python_interpreter"} | {
        f"samdrift_{name}" for name in ("municipality", "centre", "site", "role", "model")
    }
    assert len(of_run) == 7
    assert {
        name: {key: value for key, value in values.items() if key not in own}
        for name, values in of_run.items()
    } == {
        name: {key: value for key, value in values.items() if key not in further}
        for name, values in of_engineer.items()
    }
    assert all(own <= values.keys() for values in of_run.values())


PLAY = """
- name: Write down what a group knows
  hosts: {hosts}
  connection: local
  gather_facts: false
  tasks:
    - name: Write
      ansible.builtin.copy:
        content: "{{{{ samdrift_napalm.driver }}}} {{{{ samdrift_site }}}}"
        dest: "{folder}/{{{{ inventory_hostname }}}}.txt"
        mode: "0600"
"""


def test_a_play_runs_over_a_group(ansible: Ansible, tmp_path: Path) -> None:
    source = write_source(tmp_path, "groups: {srx: model=SRX*}\n")
    play = tmp_path / "play.yml"
    play.write_text(PLAY.format(hosts="srx", folder=tmp_path), encoding="utf-8")

    told = ansible("ansible-playbook", "-i", source, play, ANSIBLE_INVENTORY_PLUGINS=str(PLUGINS))

    assert told.returncode == 0, told.stdout + told.stderr
    assert {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.txt")} == {
        "ndj-fw1": "junos grenaa-raadhus",
        "ndj-fw2": "junos grenaa-raadhus",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selection: platform=junos role=access\n", "it matches none of the 7 devices"),
        ("selection: role=acces\n", "no role is 'acces'; did you mean 'access'?"),
        (
            "selecton: role=access\n",
            "norddjurs.samdrift.yml:3:1: unknown key 'selecton'; did you mean 'selection'",
        ),
        ("groups: {srx: model=SRX*, school: site_kind=hospital}\n", "no site_kind is 'hospital'"),
        (
            "selection: role=core\ngroups: {srx: model=SRX*}\n",
            "selection 'model=SRX*': the group srx would be empty within the selection 'role=core'",
        ),
        ("groups: {role_core: role=core}\n", "group 'role_core': a host or a group of the inventory's own"),
        ("groups: {my-srx: role=core}\n", "group 'my-srx': Ansible allows letters, digits and underscores"),
        ("groups: {all: role=core}\n", "group 'all': Ansible allows letters, digits and underscores"),
        ("endpoints: missing.yaml\n", "missing.yaml: it cannot be read"),
    ],
)
def test_what_is_wrong_ends_the_run_although_ansible_would_go_on(
    ansible: Ansible, tmp_path: Path, text: str, message: str
) -> None:
    source = write_source(tmp_path, text)

    told = ansible("ansible-inventory", "--list", "-i", source, ANSIBLE_INVENTORY_PLUGINS=str(PLUGINS))

    assert (told.returncode, told.stdout) == (NOT_PARSED, "")
    assert message in " ".join(told.stderr.split())
    assert "Traceback" not in told.stderr


def test_a_play_over_a_wrong_selection_does_not_end_as_a_success(ansible: Ansible, tmp_path: Path) -> None:
    source = write_source(tmp_path, "selection: name=ndj-nothing*\n")
    play = tmp_path / "play.yml"
    play.write_text(PLAY.format(hosts="role_access", folder=tmp_path), encoding="utf-8")

    told = ansible("ansible-playbook", "-i", source, play, ANSIBLE_INVENTORY_PLUGINS=str(PLUGINS))

    assert told.returncode == NOT_PARSED
    assert "no name is 'ndj-nothing*'" in told.stderr
    assert list(tmp_path.glob("*.txt")) == []


def test_an_inventory_that_breaks_a_rule_and_an_altered_snapshot_are_refused(
    ansible: Ansible, inventory: Inventory, tmp_path: Path
) -> None:
    spoilt = tmp_path / "spoilt"
    shutil.copytree(EXAMPLE, spoilt)
    servers = spoilt / "municipalities" / "norddjurs" / "servers.yaml"
    text = servers.read_text(encoding="utf-8")
    servers.write_text(text.replace("application: esdh", "application: edsh", 1), encoding="utf-8")
    altered = tmp_path / "altered.json"
    whole = take_snapshot(inventory).model_dump_json()
    altered.write_text(whole.replace("10.70.10.21", "10.70.10.22", 1), encoding="utf-8")

    for origin, message in ((spoilt, "servers.yaml:"), (altered, "its digest is not that of its content")):
        source = write_source(tmp_path, "", inventory=origin)
        told = ansible("ansible-inventory", "--list", "-i", source, ANSIBLE_INVENTORY_PLUGINS=str(PLUGINS))
        assert (told.returncode, told.stdout) == (NOT_PARSED, "")
        assert message in told.stderr


def test_what_the_inventory_says_is_never_a_template(ansible: Ansible, tmp_path: Path) -> None:
    copy = tmp_path / "norddjurs"
    shutil.copytree(EXAMPLE, copy)
    devices = copy / "municipalities" / "norddjurs" / "devices.yaml"
    text = devices.read_text(encoding="utf-8")
    devices.write_text(text.replace("model: SRX345", 'model: "{{ 40 + 2 }}"'), encoding="utf-8")
    play = tmp_path / "play.yml"
    play.write_text(
        PLAY.format(hosts="role_firewall", folder=tmp_path).replace("samdrift_site", "samdrift_model"),
        encoding="utf-8",
    )
    source = write_source(tmp_path, "", inventory=copy)

    told = ansible("ansible-playbook", "-i", source, play, ANSIBLE_INVENTORY_PLUGINS=str(PLUGINS))

    assert told.returncode == 0, told.stdout + told.stderr
    assert (tmp_path / "ndj-fw1.txt").read_text(encoding="utf-8") == "junos {{ 40 + 2 }}"


def test_a_file_for_another_plugin_is_left_to_it(ansible: Ansible, tmp_path: Path) -> None:
    hosts = tmp_path / "hosts.yml"
    hosts.write_text("all: {hosts: {ndj-other1: {}}}\n", encoding="utf-8")

    answer = listed(ansible, hosts, ANSIBLE_INVENTORY_ENABLED="samdrift,ansible.builtin.yaml")

    assert answer["all"]["children"] == ["ungrouped"]
    assert answer["ungrouped"]["hosts"] == ["ndj-other1"]


def test_the_documentation_names_every_option(ansible: Ansible) -> None:
    told = ansible(
        "ansible-doc", "--json", "-t", "inventory", "samdrift", ANSIBLE_INVENTORY_PLUGINS=str(PLUGINS)
    )

    options = json.loads(told.stdout)["samdrift"]["doc"]["options"]
    fields = AnsibleSource.model_fields
    assert {name: option.get("required", False) for name, option in options.items()} == {
        name: field.is_required() for name, field in fields.items()
    }
    assert {name: option.get("default") for name, option in options.items() if name not in REQUIRED} == {
        name: field.get_default(call_default_factory=True)
        for name, field in fields.items()
        if not field.is_required()
    }
