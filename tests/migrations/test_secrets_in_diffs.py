"""Canaries for secrets: no command that shows a difference, a configuration or its history tells them.

They are planted at the console of three platforms, and in lines that a person plans; then everything that
prints or writes for people is run and searched. That the lines themselves were shown, masked, proves that
the search looked at the right places.
"""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrations.collection import collect_and_judge
from migrations.plan_file import load_plan
from tests.migrations.twin_devices import TWINS, Devices

ON = f"name={','.join(TWINS)}"
PLANNED = "ndj-acc1"
Answer = Any


def canary() -> str:
    return f"kanarie{secrets.token_hex(8)}"


CONSOLE = {
    "ndj-acc1": ("snmp-server community {} RO", "tacacs server sikker", " address ipv4 10.0.0.9", " key {}"),
    "ndj-core1": ("snmp-server community {} ro", "tacacs-server key 0 {}"),
    "ndj-fw1": ("set snmp community {} authorization read-only",),
}
LINES = "snmp-server community {} RO\ntacacs server reserve\n address ipv4 10.0.0.8\n key {}\n"


@pytest.fixture(scope="module")
def devices(make_rehearsal: Any) -> Iterator[Devices]:
    made = Devices(make_rehearsal())
    with contextlib.ExitStack() as stack:
        made.start(stack)
        yield made


def approve_as_found(devices: Devices) -> None:
    """Call what was first collected approved, so that drift has something to compare with."""
    with devices.rehearsal.programme() as programme:
        collect_and_judge(programme, selection=ON)
        for name in TWINS:
            with programme.records.writing() as transaction:
                row = transaction.backups.newest(name)
                assert row is not None
                transaction.configurations.add(
                    name,
                    row.platform,
                    evidence=row.evidence,
                    approved=True,
                    reason="as it was found",
                    backup=row.number,
                )


def plan_and_apply(devices: Devices, lines: str) -> dict[str, Answer]:
    rehearsal = devices.rehearsal
    file, path = rehearsal.folder / "lines.txt", rehearsal.folder / "plan.json"
    file.write_text(lines, encoding="utf-8")
    planned = rehearsal.run(
        "harden", "plan", "--select", f"name={PLANNED}", "--lines", str(file), "--output", str(path)
    )
    assert planned.returncode == 0, planned
    with rehearsal.programme() as programme:
        rehearsal.approve(programme, load_plan(programme.records, path), "apply", "bo")
    return {
        "plan": planned,
        "apply": rehearsal.run("harden", "apply", "--plan", str(path)),
    }


def shown_afterwards(devices: Devices, folder: Path) -> dict[str, Answer]:
    commands = {
        "drift": ("devices", "drift", "--select", ON),
        "collect": ("devices", "collect", "--select", ON),
        "backup list": ("backup", "list", "--device", PLANNED),
        "backup export": ("backup", "export", str(folder / "git"), "--select", ON),
        "offline pack": ("backup", "offline-pack", "norddjurs", "--output", str(folder / "pack")),
        "status": ("status", "--json"),
        "journal": ("journal", "show"),
    }
    return {name: devices.rehearsal.run(*words) for name, words in commands.items()}


def test_no_command_tells_a_secret_and_the_lines_around_it_are_shown(
    devices: Devices, tmp_path: Path
) -> None:
    planted: list[str] = []

    def fill(line: str) -> str:
        planted.append(canary())
        return line.replace("{}", planted[-1])

    approve_as_found(devices)
    for name, lines in CONSOLE.items():
        devices.twins[name].console(tuple(fill(line) if "{}" in line else line for line in lines))
    for name, twin in devices.twins.items():
        assert "kanarie" in twin.state().running, name
    answers = plan_and_apply(devices, "".join(fill(line) for line in LINES.splitlines(keepends=True)))
    answers |= shown_afterwards(devices, tmp_path)

    assert {name: one.returncode for name, one in answers.items() if one.returncode not in {0, 1}} == {}
    for name, one in answers.items():
        assert [word for word in planted if word in one.stdout + one.stderr] == [], name
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > len(TWINS)
    for path in written:
        assert [word for word in planted if word.encode() in path.read_bytes()] == [], path
    assert "snmp-server community <secret>" in answers["plan"].stdout
    assert answers["apply"].stdout.splitlines()[0] == f"{PLANNED}: confirmed"
    drifted = answers["drift"].stdout
    assert drifted.count("snmp-server community <secret>") >= 1
    assert "community <secret>" in (tmp_path / "git" / "norddjurs" / "ndj-fw1.cfg").read_text(
        encoding="utf-8"
    )
