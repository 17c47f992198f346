"""The role that collects servers: a whole document for the offline evaluation, and no other."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from compliance.service import DeviceContext, evaluate_file
from devices.parsers import parse

PLAYBOOKS = Path(__file__).parents[2] / "playbooks" / "servers"
ROLE = PLAYBOOKS / "roles" / "server_collect"
TODAY = date(2026, 11, 22)
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="collecting a server needs root")


def run(tmp_path: Path, playbook: Path, *options: str, **variables: Any) -> subprocess.CompletedProcess[str]:
    """Run a playbook on this system."""
    host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, **variables}
    (tmp_path / "hosts.yml").write_text(
        yaml.safe_dump({"all": {"hosts": {"srv-01": host}}}), encoding="utf-8"
    )
    return subprocess.run(
        [Path(sys.executable).parent / "ansible-playbook", "-i", tmp_path / "hosts.yml", *options, playbook],
        env={
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(tmp_path / "ansible-home"),
            "ANSIBLE_NOCOLOR": "True",
            "ANSIBLE_ROLES_PATH": str(PLAYBOOKS / "roles"),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@AS_ROOT
@pytest.mark.parametrize("options", [(), ("--check",)])
def test_playbook_brings_a_document_that_is_judged_and_changes_no_server(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    folder = tmp_path / "collected"
    values = {"server_collect_folder": str(folder), "server_collect_become": False}
    done = run(tmp_path, PLAYBOOKS / "collect.yml", *options, **values)
    assert done.returncode == 0, done.stdout
    document = folder / "srv-01.txt"
    assert document.stat().st_mode & 0o777 == 0o600
    facts = parse("linux", document.read_text(encoding="utf-8"), device="srv-01")
    assert facts.hostname == os.uname().nodename
    verdicts = evaluate_file("srv-01", "linux", document.read_bytes(), DeviceContext(), today=TODAY)
    assert "MGT-01" in {one.control for one in verdicts if one.verdict.value in {"PASS", "FAIL"}}


@pytest.mark.parametrize(
    ("stdout", "whole"),
    [
        (f"@samdrift-server-collection 1\n@host a\n@collected-at b\n@end 3 {'0' * 64}", True),
        (f"@samdrift-server-collection 1\n@host a\n@collected-at b\n@end 4 {'0' * 64}", False),
        ("@samdrift-server-collection 1\n@host a\n@collected-at b\n@section x", False),
        (f"motd\n@samdrift-server-collection 1\n@host a\n@end 3 {'0' * 64}", False),
    ],
)
def test_verify_tasks_pass_a_whole_document_and_nothing_else(
    tmp_path: Path, stdout: str, *, whole: bool
) -> None:
    result = {"stdout": stdout, "stdout_lines": stdout.splitlines()}
    tasks = [
        {
            "name": "Verify",
            "ansible.builtin.include_role": {
                "name": "server_collect",
                "tasks_from": "verify",
                "rolespec_validate": False,
            },
        }
    ]
    play = [
        {
            "hosts": "all",
            "gather_facts": False,
            "vars": {"server_collect_result": result},
            "tasks": tasks,
        }
    ]
    path = tmp_path / "play.yml"
    path.write_text(yaml.safe_dump(play), encoding="utf-8")
    done = run(tmp_path, path)
    assert (done.returncode == 0) == whole, done.stdout
    assert ("no whole collection of a server" in done.stdout) == (not whole)


def test_role_says_what_it_takes() -> None:
    options = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    arguments = options["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text(encoding="utf-8"))
    assert {key: one["default"] for key, one in arguments.items()} == defaults
    assert all(key.startswith("server_collect_") for key in arguments)
