"""An engineer's own use: the official ansible-playbook, the inventory plugin, the playbooks as they lie."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.playbooks.verb_lines import HARDENED

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "norddjurs"
DEVICES = {"ios": "ndj-acc1", "eos": "ndj-core1"}
FAILED = 2

ByHand = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def by_hand(tmp_path: Path) -> ByHand:
    """Run a playbook with nothing of samdrift's around it: no configuration, no run, no request."""

    def run(playbook: str, source: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        told = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(tmp_path / "ansible-home"),
            "ANSIBLE_NOCOLOR": "True",
            "PYTHONPATH": str(ROOT),
        }
        return subprocess.run(
            [
                Path(sys.executable).parent / "ansible-playbook",
                "-i",
                source,
                ROOT / "playbooks" / playbook,
                *words,
            ],
            env=told | environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return run


class Hand:
    """Two twins behind two devices of the example, and the login in the environment."""

    def __init__(self, benches: Any, folder: Path) -> None:
        self.twins = {platform: benches.start(platform, factor=1.0) for platform in DEVICES}
        endpoints = {}
        self.environment: dict[str, str] = {}
        for platform, bench in self.twins.items():
            target = bench.target
            prefix = f"TWIN_{platform.upper()}"
            endpoints[DEVICES[platform]] = {
                "address": target.address,
                "port": target.port,
                "credential": f"env:{prefix}",
                **({} if target.ca_file is None else {"ca_file": target.ca_file}),
                **({} if target.host_key is None else {"host_key": target.host_key}),
            }
            self.environment[f"{prefix}_USERNAME"] = target.credential.username
            self.environment[f"{prefix}_PASSWORD"] = target.credential.password.get_secret_value()
        (folder / "endpoints.yaml").write_text(yaml.safe_dump({"devices": endpoints}), encoding="utf-8")
        self.source = folder / "two.samdrift.yml"
        self.source.write_text(
            f"plugin: samdrift\ninventory: {EXAMPLE}\nselection: name={','.join(DEVICES.values())}\n"
            "endpoints: endpoints.yaml\n",
            encoding="utf-8",
        )

    def passwords(self) -> list[bytes]:
        return [text.encode() for name, text in self.environment.items() if name.endswith("_PASSWORD")]


def test_collecting_by_hand_keeps_masked_configurations_and_a_second_time_changes_nothing(
    benches: Any, by_hand: ByHand, tmp_path: Path
) -> None:
    hand = Hand(benches, tmp_path)
    foreseen = by_hand("collect.yml", hand.source, "--check", "--diff", **hand.environment)
    assert foreseen.returncode == 0, foreseen.stdout + foreseen.stderr
    assert "+hostname acc-01" in foreseen.stdout
    assert not (tmp_path / "collected").exists()

    first = by_hand("collect.yml", hand.source, **hand.environment)
    assert first.returncode == 0, first.stdout + first.stderr
    files = {path.name: path for path in (tmp_path / "collected").iterdir()}
    assert sorted(files) == ["ndj-acc1.cfg", "ndj-core1.cfg"]
    text = files["ndj-acc1.cfg"].read_text(encoding="utf-8")
    assert "hostname acc-01" in text
    # The community of the twin is a secret.
    assert "snmp-server community" in text
    assert "community public" not in text + first.stdout + foreseen.stdout
    assert [path.stat().st_mode & 0o777 for path in files.values()] == [0o600, 0o600]
    assert [line.count("changed=1") for line in first.stdout.splitlines() if "ok=" in line] == [1, 1]

    second = by_hand("collect.yml", hand.source, **hand.environment)
    assert second.returncode == 0, second.stdout + second.stderr
    assert [line.count("changed=0") for line in second.stdout.splitlines() if "ok=" in line] == [1, 1]
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "twins"]
    leaks = [
        path
        for path in kept
        if "ansible-home" in path.parts or "collected" in path.parts
        if any(password in path.read_bytes() for password in hand.passwords())
    ]
    assert leaks == []


def test_previewing_by_hand_shows_the_difference_and_changes_nothing(
    benches: Any, by_hand: ByHand, tmp_path: Path
) -> None:
    hand = Hand(benches, tmp_path)
    (tmp_path / "lines.cfg").write_text(HARDENED["ios"], encoding="utf-8")
    told = by_hand(
        "check.yml",
        hand.source,
        "--diff",
        "-l",
        DEVICES["ios"],
        "-e",
        "device_preview_lines_file=lines.cfg",
        **hand.environment,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "+ transport input ssh" in told.stdout
    assert hand.twins["ios"].twin.state().commits == 0
    without = by_hand("check.yml", hand.source, "-l", DEVICES["ios"], **hand.environment)
    assert without.returncode == FAILED
    assert "name the file with the configuration lines" in without.stdout


@pytest.mark.parametrize("verb", ["backup", "harden", "mirror", "rehome"])
def test_what_needs_a_plan_or_the_vault_says_which_command_does_it(
    verb: str, by_hand: ByHand, tmp_path: Path
) -> None:
    source = tmp_path / "one.samdrift.yml"
    source.write_text(f"plugin: samdrift\ninventory: {EXAMPLE}\nselection: name=ndj-acc1\n", encoding="utf-8")
    told = by_hand(f"{verb}.yml", source)
    assert told.returncode == FAILED, told.stdout + told.stderr
    assert "it is not run by hand; run 'samdrift backup collect'" in told.stdout


def test_a_host_of_another_inventory_is_told_what_is_missing(by_hand: ByHand, tmp_path: Path) -> None:
    source = tmp_path / "hosts.yml"
    source.write_text("all: {hosts: {sw-01: {ansible_connection: local}}}\n", encoding="utf-8")
    told = by_hand("collect.yml", source)
    assert told.returncode == FAILED
    assert "its variables are not those of the inventory plugin samdrift" in told.stdout
