"""Roles: their arguments are checked before a device is asked, and their verify tasks can fail."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ROLES = ROOT / "playbooks" / "roles"
PLAYBOOKS = ROOT / "playbooks"
VERBS = ("collect", "backup", "check", "harden", "mirror", "rehome")
FAILED = 2
OF_TYPE, UNABLE = "is of type", "and we were unable to convert to int"


def play(tmp_path: Path, tasks: list[dict[str, Any]], **variables: Any) -> subprocess.CompletedProcess[str]:
    """Run tasks on one host that nobody is asked for."""
    content = [{"hosts": "all", "gather_facts": False, "vars": variables, "tasks": tasks}]
    path = tmp_path / "play.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = {"all": {"hosts": {"sw-01": host}}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    return subprocess.run(
        [Path(sys.executable).parent / "ansible-playbook", "-i", tmp_path / "hosts.yml", path],
        env={
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(tmp_path / "ansible-home"),
            "ANSIBLE_NOCOLOR": "True",
            "ANSIBLE_ROLES_PATH": str(ROLES),
            "ANSIBLE_ACTION_PLUGINS": str(PLAYBOOKS / "action_plugins"),
            "PYTHONPATH": str(ROOT),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def role(name: str, **words: Any) -> dict[str, Any]:
    return {"name": "Do it", "ansible.builtin.include_role": {"name": name, **words}}


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        (
            "device_change",
            {"device_change_request": "/nowhere", "device_change_verb": "remove"},
            "value of device_change_verb must be one of: harden, mirror, rehome, got: remove",
        ),
        (
            "device_change",
            {"device_change_request": "/nowhere"},
            "missing required arguments: device_change_verb",
        ),
        (
            "device_collect",
            {"device_collect_timeout_seconds": "soon"},
            (
                f"argument 'device_collect_timeout_seconds' {OF_TYPE} str {UNABLE}: "
                "\"'soon'\" cannot be converted to an int"
            ),
        ),
        (
            "device_preview",
            {"device_preview_timeout_seconds": [1, 2]},
            (
                f"argument 'device_preview_timeout_seconds' {OF_TYPE} list {UNABLE}: "
                '"[1, 2]" cannot be converted to an int'
            ),
        ),
    ],
)
def test_a_wrong_argument_fails_with_one_message_before_the_device_is_asked(
    name: str, values: dict[str, Any], message: str, tmp_path: Path
) -> None:
    told = play(tmp_path, [role(name)], **values)
    assert told.returncode == FAILED, told.stdout
    assert f'"argument_errors": {json.dumps([message])}' in told.stdout, told.stdout
    # The check of the arguments is the only task of the role that was reached.
    tasks = [line for line in told.stdout.splitlines() if line.startswith(f"TASK [{name} :")]
    assert len(tasks) == 1
    assert "Validating arguments against arg spec" in tasks[0]


RIGHT: dict[str, dict[str, Any]] = {
    "device_collect": {"verb": "collect", "running_lines": 12, "diff_lines": 0},
    "device_backup": {"verb": "backup", "running_lines": 12, "diff_lines": 0},
    "device_preview": {"verb": "check", "running_lines": 0, "diff_lines": 3},
}
WRONG: dict[str, list[dict[str, Any]]] = {
    "device_collect": [{"device": "sw-02"}, {"verb": "backup"}, {"running_lines": 0}],
    "device_backup": [{"device": "sw-02"}, {"verb": "collect"}, {"running_lines": 0}, {"changed": True}],
    "device_preview": [{"device": "sw-02"}, {"verb": "collect"}, {"diff_lines": 0}],
}


def verified(tmp_path: Path, name: str, cases: list[dict[str, Any]]) -> list[tuple[dict[str, Any], bool]]:
    """Let a role's verify tasks judge typed results; return each with whether it passed."""
    tasks: list[dict[str, Any]] = []
    for number, case in enumerate(cases):
        told = {"device": "sw-01", **RIGHT[name], **{k: v for k, v in case.items() if k != "changed"}}
        changed = case.get("changed", name == "device_preview")
        tasks.append(
            {
                "vars": {f"{name}_result": {"changed": changed, "samdrift_payload": told}},
                "block": [role(name, tasks_from="verify", rolespec_validate=False)],
                "rescue": [
                    {
                        "name": "Tell",
                        "ansible.builtin.copy": {"dest": str(tmp_path / f"failed-{number}"), "content": "x"},
                    }
                ],
            }
        )
    done = play(tmp_path, tasks)
    assert done.returncode == 0, done.stdout
    return [(case, not (tmp_path / f"failed-{number}").exists()) for number, case in enumerate(cases)]


@pytest.mark.parametrize("name", list(RIGHT))
def test_the_verify_tasks_of_a_reading_role_pass_what_is_right_and_nothing_else(
    name: str, tmp_path: Path
) -> None:
    cases = [{}, *WRONG[name]]
    assert verified(tmp_path, name, cases) == [(case, case == {}) for case in cases]


def test_every_verb_has_a_playbook_whose_roles_say_what_they_take() -> None:
    """Both ways: no playbook without a verb, no role without arguments, defaults and a prefix."""
    assert sorted(path.stem for path in PLAYBOOKS.glob("*.yml")) == sorted(VERBS)
    used = {
        one["role"]
        for verb in VERBS
        for part in yaml.safe_load((PLAYBOOKS / f"{verb}.yml").read_text(encoding="utf-8"))
        for one in part["roles"]
    }
    assert used == {path.name for path in ROLES.iterdir()}
    for name in sorted(used):
        options = yaml.safe_load((ROLES / name / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
        arguments = options["argument_specs"]["main"]["options"]
        defaults = yaml.safe_load((ROLES / name / "defaults" / "main.yml").read_text(encoding="utf-8"))
        required = {key for key, option in arguments.items() if option.get("required")}
        assert set(defaults) == set(arguments) - required, name
        # By default a device may take as long as the inventory plugin says; else both say the same.
        said = {key: value for key, value in defaults.items() if not key.endswith("_timeout_seconds")}
        assert {key: arguments[key]["default"] for key in said} == said
        assert all(key.startswith(f"{name}_") for key in arguments), name
    # Changing verbs end with a play of their own that asks the device.
    for verb in ("harden", "mirror", "rehome"):
        parts = yaml.safe_load((PLAYBOOKS / f"{verb}.yml").read_text(encoding="utf-8"))
        assert [one["role"] for part in parts for one in part["roles"]] == ["device_change", "device_verify"]
        assert json.dumps(parts[0]).count(f'"device_change_verb": "{verb}"') == 1
