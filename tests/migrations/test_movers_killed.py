"""Every step of a move is killed at ever later lines, and each effect is there exactly once."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.migrations.moving_town import Town, fenced_images, identical, opened_town, wait_for_writes

pytestmark = pytest.mark.libvirt

ROOT = Path(__file__).parents[2]
# Each step is killed here and there, at ever later lines of the mover's files, until it completes.
FIRST_KILL, KILL_STRIDE = 17, 71


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with opened_town("killed") as town:
        yield town


def run_step(town: Town, name: str, step: str, *, kill_at_line: int = 0, kill_at_report: int = 0) -> int:
    """Carry out a step in a process of its own and return its exit code."""
    hosts = town.endpoints.hypervisors
    settings = {
        "server": name,
        "source": hosts["municipal"].uri,
        "source_storage": hosts["municipal"].storage_folder,
        "target": hosts["centre"].uri,
        "target_storage": hosts["centre"].storage_folder,
        "run_folder": str(town.folder / "run"),
        "progress": str(town.progress(name).path),
    }
    command = [
        sys.executable,
        "-m",
        "tests.migrations.killed_mover",
        json.dumps(settings),
        step,
        str(kill_at_line),
        str(kill_at_report),
    ]
    answer = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert answer.returncode in (0, -signal.SIGKILL), answer.stderr
    return answer.returncode


def kill_until_done(town: Town, name: str, step: str) -> int:
    """Kill a step at ever later lines until it completes; return how often it was killed."""
    kills = 0
    line = FIRST_KILL
    while run_step(town, name, step, kill_at_line=line) != 0:
        kills += 1
        line += KILL_STRIDE
        assert len(town.running(name)) <= 1, f"both sides run after a kill in {step}"
    return kills


def test_mover_killed_in_every_step_has_each_effect_exactly_once(town: Town) -> None:
    guest = town.municipal_guest("killed")
    assert run_step(town, "killed", "seed", kill_at_report=9) == -signal.SIGKILL
    assert town.phase("killed") == "seeding"
    with town.lab.hosts["municipal"].connection() as connection:
        # The backup of the dead mover is still open.
        assert connection.lookupByName("killed").backupGetXMLDesc()
    kills = {"seed": kill_until_done(town, "killed", "seed")}
    wait_for_writes(guest)
    assert run_step(town, "killed", "sync", kill_at_report=1) == -signal.SIGKILL
    wait_for_writes(guest)
    kills["sync"] = kill_until_done(town, "killed", "sync")
    before = guest.wait_until_serving()
    for step in ("freeze", "final_delta", "verify"):
        kills[step] = kill_until_done(town, "killed", step)
    assert identical(*fenced_images(town, "killed"))
    for step in ("fence_source", "start_target"):
        kills[step] = kill_until_done(town, "killed", step)
    assert town.running("killed") == ("centre",)
    answer = town.centre_guest("killed").wait_until_serving()
    assert (answer.boots, answer.counter >= before.counter) == (before.boots + 1, True)

    kills["go_back"] = kill_until_done(town, "killed", "go_back")

    assert (town.running("killed"), town.phase("killed")) == (("municipal",), "gone-back")
    assert guest.wait_until_serving().boots == before.boots + 1
    assert (town.source.checkpoints("killed"), town.leftovers("killed")) == ((), [])
    assert town.images("municipal", "killed") == ["killed.qcow2"]
    assert town.images("centre", "killed") == ["killed-vda.qcow2"]
    assert all(count >= 1 for count in kills.values()), kills
