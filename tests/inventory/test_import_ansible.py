"""An Ansible inventory of somebody else is read by ansible-core, and nothing in it runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.inventory import app
from inventory.imports.errors import MappingError, NameCollisionError, SourceReadError
from inventory.imports.mapping import ImportMapping, load_mapping
from inventory.imports.models import ImportedFacts
from inventory.loaders import ansible_inventory
from inventory.loaders.ansible_inventory import AnsibleInventory
from inventory.service import load_checked

MAPPING = """\
names: {domains: [norddjurs.local]}
prefixes: [10.70.10.0/24]
columns:
  devices:
    ansible_host: management_address
    ansible_network_os: platform
    hw_model: model
    serial: serial_number
defaults:
  devices: {routing_domain: norddjurs, credential: "env:NDJ_DEVICES", management_interface: Vlan10}
rules:
  - {kind: devices, when: {group: access}, set: {role: access}}
  - {kind: devices, when: {group: auning}, set: {site: auning-skole}}
  - {kind: devices, when: {group: core}, set: {role: core, site: grenaa-raadhus}}
leave_out:
  - {kind: devices, when: {group: linux}, reason: servers come from RVTools}
"""

HOSTS = """\
[access]
NDJ-ACC8.norddjurs.local ansible_host=10.70.10.28 serial=FCW1
ndj-acc9 ansible_host=10.70.10.29 ansible_password=hemmelig1

[core]
ndj-core9 ansible_host=10.70.10.39 ansible_network_os=arista.eos.eos hw_model=DCS-7050

[linux]
ndj-jump1 ansible_host=10.70.10.99

[auning:children]
access
"""


@pytest.fixture
def mapping(tmp_path: Path) -> ImportMapping:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return load_mapping(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _folder(tmp_path)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> ImportedFacts:
    """Return what one reading of the whole folder gives; each reading starts a process."""
    place = tmp_path_factory.mktemp("shared")
    (place / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    return AnsibleInventory(_folder(place), "devices", load_mapping(place / "mapping.yaml")).read()


def _folder(place: Path) -> Path:
    folder = place / "ansible"
    (folder / "group_vars" / "core").mkdir(parents=True)
    (folder / "host_vars").mkdir()
    (folder / "hosts.ini").write_text(HOSTS, encoding="utf-8")
    (folder / "group_vars" / "access.yml").write_text(
        "ansible_network_os: cisco.ios.ios\nhw_model: C9200L\nsnmp_community: hemmelig2\n", encoding="utf-8"
    )
    (folder / "group_vars" / "core" / "vault.yml").write_text(
        "$ANSIBLE_VAULT;1.1;AES256\n3633\n", encoding="utf-8"
    )
    (folder / "host_vars" / "ndj-acc9.yml").write_text("serial: FCW2\n", encoding="utf-8")
    return folder


def test_hosts_become_devices_by_their_groups_and_variables(facts: ImportedFacts) -> None:
    defaults = {
        "routing_domain": "norddjurs",
        "credential": "env:NDJ_DEVICES",
        "management_interface": "Vlan10",
    }
    assert {
        one.key: {".".join(field.path): field.value for field in one.fields} for one in facts.objects
    } == {
        "ndj-acc8": {
            "management_address": "10.70.10.28",
            "platform": "ios",
            "model": "C9200L",
            "serial_number": "FCW1",
            "role": "access",
            "site": "auning-skole",
            "interfaces.Vlan10.role": "management",
            "interfaces.Vlan10.address": "10.70.10.28/24",
            **defaults,
        },
        "ndj-acc9": {
            "management_address": "10.70.10.29",
            "platform": "ios",
            "model": "C9200L",
            "serial_number": "FCW2",
            "role": "access",
            "site": "auning-skole",
            "interfaces.Vlan10.role": "management",
            "interfaces.Vlan10.address": "10.70.10.29/24",
            **defaults,
        },
        "ndj-core9": {
            "management_address": "10.70.10.39",
            "platform": "eos",
            "model": "DCS-7050",
            "role": "core",
            "site": "grenaa-raadhus",
            "interfaces.Vlan10.role": "management",
            "interfaces.Vlan10.address": "10.70.10.39/24",
            **defaults,
        },
    }
    assert [(one.name, one.reason) for one in facts.skipped] == [("ndj-jump1", "servers come from RVTools")]


def test_secrets_are_named_and_never_read(facts: ImportedFacts) -> None:
    assert "hemmelig" not in facts.model_dump_json()
    told = "it was not read; give a credential reference in the mapping"
    assert facts.notes == (
        "ansible/group_vars/core/vault.yml is encrypted with Ansible Vault and was not read",
        f"ansible_password holds a secret for ndj-acc9: {told}",
        f"snmp_community holds a secret for NDJ-ACC8.norddjurs.local, ndj-acc9: {told}",
    )


def test_the_reader_prints_no_secret_whoever_asks(folder: Path) -> None:
    reader = Path(ansible_inventory.__file__).with_name("ansible_reader.py")
    wanted = ["ansible_password", "snmp_community", "serial"]
    (folder / "group_vars" / "core" / "vault.yml").unlink()

    done = subprocess.run(
        [sys.executable, "-I", str(reader), str(folder), *wanted],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "ANSIBLE_RUN_VARS_PLUGINS": "start"},
        capture_output=True,
        check=True,
    )

    hosts = json.loads(done.stdout)
    assert hosts["ndj-acc9"]["values"] == {"serial": "FCW2"}
    assert hosts["ndj-acc9"]["secrets"] == ["ansible_password", "snmp_community"]
    assert b"hemmelig" not in done.stdout


def test_a_single_file_brings_the_variables_beside_it(folder: Path, mapping: ImportMapping) -> None:
    facts = AnsibleInventory(folder / "hosts.ini", "devices", mapping).read()

    assert {one.key for one in facts.objects} == {"ndj-acc8", "ndj-acc9", "ndj-core9"}
    by_name = {one.key: one for one in facts.objects}
    assert [field.value for field in by_name["ndj-acc8"].fields[:2]] == ["10.70.10.28", "ios"]


def test_a_yaml_inventory_is_read_too(tmp_path: Path, mapping: ImportMapping) -> None:
    path = tmp_path / "hosts.yml"
    path.write_text(
        "core:\n  hosts:\n    ndj-core8: {ansible_host: 10.70.10.38, ansible_network_os: eos, hw_model: X}\n",
        encoding="utf-8",
    )

    (one,) = AnsibleInventory(path, "devices", mapping).read().objects

    assert (one.key, one.fields[0].value, one.origin) == (
        "ndj-core8",
        "10.70.10.38",
        "hosts.yml host ndj-core8",
    )


def test_a_program_is_refused_and_does_not_run(folder: Path, tmp_path: Path, mapping: ImportMapping) -> None:
    trace = tmp_path / "it-ran"
    program = folder / "dynamic.sh"
    program.write_text(f"#!/bin/sh\ntouch {trace}\necho '{{}}'\n", encoding="utf-8")
    program.chmod(0o755)

    with pytest.raises(SourceReadError, match=r"ansible/dynamic.sh: it is a program \(a dynamic inventory\)"):
        AnsibleInventory(folder, "devices", mapping).read()
    program.chmod(0o644)
    with pytest.raises(SourceReadError, match=r"dynamic.sh: it is a program"):
        AnsibleInventory(program, "devices", mapping).read()
    assert not trace.exists()


def test_plugins_and_configuration_of_the_folder_do_not_run(
    folder: Path, tmp_path: Path, mapping: ImportMapping
) -> None:
    """Their ansible.cfg names plugins that would leave a trace."""
    trace = tmp_path / "it-ran"
    code = f"open({str(trace)!r}, 'w').close()\n"
    for name in ("inventory_plugins", "vars_plugins", "lookup_plugins", "cache_plugins", "callback_plugins"):
        (folder / name).mkdir()
        (folder / name / "evil.py").write_text(code, encoding="utf-8")
    (folder / "ansible.cfg").write_text(
        "[defaults]\ninventory_plugins = ./inventory_plugins\nvars_plugins = ./vars_plugins\n"
        "vars_plugins_enabled = evil\n[inventory]\nenable_plugins = evil, constructed, script\n",
        encoding="utf-8",
    )
    (folder / "host_vars" / "ndj-acc9.yml").write_text(
        f"serial: \"{{{{ lookup('pipe', 'touch {trace}') }}}}\"\n", encoding="utf-8"
    )

    with pytest.raises(SourceReadError, match="cannot read it as a plain INI or YAML inventory"):
        AnsibleInventory(folder, "devices", mapping).read()
    facts = AnsibleInventory(folder / "hosts.ini", "devices", mapping).read()

    assert not trace.exists()
    assert [(one.name, one.reason) for one in facts.skipped if not one.expected] == [
        ("ndj-acc9", "serial: it is a template")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "plugin: ansible.builtin.constructed\nstrict: false\npassword: hemmelig3\n",
        "all: {hosts: [a, b]}\n",
        "",
    ],
)
def test_what_is_no_plain_inventory_is_one_clear_error_without_its_text(
    tmp_path: Path, mapping: ImportMapping, text: str
) -> None:
    path = tmp_path / "hosts.yml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(
        SourceReadError, match=r"^cannot import hosts.yml: (ansible-core cannot|it has no hosts)"
    ) as e:
        AnsibleInventory(path, "devices", mapping).read()
    assert "hemmelig" not in str(e.value)


def test_a_link_out_of_the_folder_is_not_followed(
    folder: Path, tmp_path: Path, mapping: ImportMapping
) -> None:
    secret = tmp_path / "elsewhere" / "shadow.yml"
    secret.parent.mkdir()
    secret.write_text("serial: outside\n", encoding="utf-8")
    (folder / "host_vars" / "ndj-core9.yml").symlink_to(secret)

    with pytest.raises(SourceReadError, match=r"host_vars/ndj-core9.yml: it leads out of the inventory"):
        AnsibleInventory(folder, "devices", mapping).read()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "ndj-x1 ansible_host=switch.norddjurs.local",
            "ansible_host: 'switch.norddjurs.local': Expected 4 octets",
        ),
        ("ndj-x1 ansible_network_os=vendor.weird.os", "ansible_network_os: 'os': Input should be 'ios'"),
    ],
)
def test_a_host_that_does_not_fit_is_left_out_whole(
    tmp_path: Path, mapping: ImportMapping, line: str, reason: str
) -> None:
    path = tmp_path / "hosts.ini"
    path.write_text(f"[core]\n{line}\n", encoding="utf-8")

    facts = AnsibleInventory(path, "devices", mapping).read()

    assert facts.objects == ()
    assert facts.skipped[0].reason.startswith(reason)


def test_names_that_become_one_are_both_named(tmp_path: Path, mapping: ImportMapping) -> None:
    path = tmp_path / "hosts.ini"
    path.write_text("[core]\nndj-core9\nNDJ-CORE9.norddjurs.local\n", encoding="utf-8")

    with pytest.raises(
        NameCollisionError, match=r"host ndj-core9 and from hosts.ini host NDJ-CORE9.norddjurs.local"
    ):
        AnsibleInventory(path, "devices", mapping).read()


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"ansible_password": "serial_number"}, "'ansible_password' holds a secret and is never read"),
        ({"x": "credential"}, "no variable may go to 'credential'"),
        ({"--help": "model"}, "'--help' is no name of a variable"),
        ({"x": "modell"}, "devices have no field 'modell'; did you mean 'model'"),
    ],
)
def test_a_mapping_cannot_ask_for_secrets(
    folder: Path, mapping: ImportMapping, columns: dict[str, str], message: str
) -> None:
    with pytest.raises(MappingError, match=message):
        AnsibleInventory(
            folder, "devices", mapping.model_copy(update={"columns": {"devices": columns}})
        ).read()


def test_devices_of_an_inventory_go_into_the_files_and_pass_every_rule(
    folder: Path, example: Path, mapping: ImportMapping, tmp_path: Path
) -> None:
    options = ["--kind", "devices", "--municipality", "norddjurs", "--inventory", str(example)]
    options += ["--mapping", str(tmp_path / "mapping.yaml"), "--write"]

    result = CliRunner().invoke(app, ["import", "ansible", str(folder), *options])

    assert result.exit_code == 0, result.output
    assert {one.name for one in load_checked(example).municipalities[0].devices} >= {"ndj-acc8", "ndj-core9"}
    assert "hemmelig" not in (example / "municipalities/norddjurs/provenance.jsonl").read_text(
        encoding="utf-8"
    )
