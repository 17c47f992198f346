"""Runs that are killed or interrupted: what is recorded and what exists agree again, whatever comes next."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stacks.automation import PulumiStack
from stacks.errors import StackLockedError
from stacks.models import LandingZoneArgs, Recovery, StackSettings
from stacks.recovery import recover
from stacks.service import LandingZones

if TYPE_CHECKING:
    from hypervisors.hypervisor import Hypervisor

pytestmark = [pytest.mark.libvirt, pytest.mark.pulumi]

State = Callable[[], dict[str, Any]]
Processes = Callable[[], list[int]]

_APPLY = """
    import sys
    from stacks.models import LandingZoneArgs, StackSettings
    from stacks.service import LandingZones

    settings = StackSettings.model_validate_json(sys.argv[1])
    args = LandingZoneArgs.model_validate_json(sys.argv[2])
    zones = LandingZones(settings)
    digest = zones.preview(args).digest
    print("approved", flush=True)
    zones.apply(args, approved_digest=digest, on_progress=lambda one: print(one.event, one.kind, flush=True))
    print("applied", flush=True)
"""


@contextmanager
def _applying(settings: StackSettings, args: LandingZoneArgs) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", textwrap.dedent(_APPLY)]
    command += [settings.model_dump_json(), args.model_dump_json()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def _wait_for(child: subprocess.Popen[str], line: str) -> None:
    assert child.stdout is not None
    for said in child.stdout:
        if said.strip() == line:
            return
    pytest.fail(f"the run ended before it said {line!r}")


def _kill_all(child: subprocess.Popen[str], processes_of: Processes) -> None:
    """Kill the controller, the engine and the provider in the same moment."""
    for pid in (child.pid, *processes_of()):
        # The preview's own provider may end by itself in this very moment.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    child.wait()
    deadline = time.monotonic() + 10
    while processes_of() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert processes_of() == []


@pytest.fixture
def kill_apply(
    settings: StackSettings, wanted: LandingZoneArgs, processes_of: Processes
) -> Callable[[str], None]:
    """Return a function that starts to apply and kills everything at a moment."""

    def kill(moment: str) -> None:
        with _applying(settings, wanted) as child:
            _wait_for(child, moment)
            _kill_all(child, processes_of)

    return kill


def _specs(centre: "Hypervisor") -> tuple[tuple[object, ...], tuple[object, ...]]:
    return tuple(one.spec for one in centre.networks()), tuple(one.spec for one in centre.machines())


def _plant_state(settings: StackSettings, **changes: object) -> None:
    """Change the recorded state as a killed engine would have left it."""
    path = PulumiStack(settings, "norddjurs").state_file
    whole = json.loads(path.read_text())
    whole["checkpoint"]["latest"] |= changes
    path.write_text(json.dumps(whole))


def _urn_names(state: dict[str, Any]) -> list[str]:
    return sorted(one["urn"].rsplit("::", 1)[-1] for one in state["resources"] if one.get("id"))


@pytest.mark.parametrize("moment", ["started network", "started machine"])
def test_a_killed_apply_is_finished_by_the_next_one_without_doubles(
    moment: str,
    kill_apply: Callable[[str], None],
    zones: LandingZones,
    wanted: LandingZoneArgs,
    centre: "Hypervisor",
) -> None:
    kill_apply(moment)
    zones.recover("norddjurs")
    assert zones.recover("norddjurs") == Recovery()
    result = zones.apply(wanted, approved_digest=zones.preview(wanted).digest)
    assert _specs(centre) == (wanted.networks, wanted.machines)
    assert result.created + result.unchanged == 4


def test_a_killed_apply_can_be_destroyed_and_leaves_no_orphan(
    kill_apply: Callable[[str], None], zones: LandingZones, centre: "Hypervisor"
) -> None:
    kill_apply("started machine")
    zones.destroy("norddjurs", release_protection=True)
    assert _specs(centre) == ((), ())


def test_an_object_whose_creation_was_never_recorded_is_entered_and_one_that_never_was_is_dropped(
    zones: LandingZones,
    settings: StackSettings,
    built: LandingZoneArgs,
    centre: "Hypervisor",
    state_of: State,
) -> None:
    """Build the state that a kill in the middle of two creations leaves, one of which had happened."""
    state = state_of()
    machines = [one for one in state["resources"] if one["type"].endswith("Machine")]
    pending = [
        {"type": "creating", "resource": {key: one[key] for key in one if key not in {"id", "outputs"}}}
        for one in machines
    ]
    rest = [one for one in state["resources"] if one not in machines]
    _plant_state(settings, resources=rest, pending_operations=pending)
    assert len(state_of()["pending_operations"]) == 2
    centre.delete_machine("norddjurs-db-1")

    assert zones.recover("norddjurs") == Recovery(adopted=("norddjurs-app-1", "norddjurs-db-1"))
    assert zones.recover("norddjurs") == Recovery()
    assert [(one.operation, one.name) for one in zones.preview(built).changes] == [
        ("create", "norddjurs-db-1")
    ]
    before = centre.machine("norddjurs-app-1")
    zones.apply(built, approved_digest=zones.preview(built).digest)
    assert centre.machine("norddjurs-app-1") == before
    assert _specs(centre) == (built.networks, built.machines)


def test_a_broken_deletion_or_update_is_only_forgotten(
    zones: LandingZones, settings: StackSettings, built: LandingZoneArgs, state_of: State
) -> None:
    state = state_of()
    machine = next(one for one in state["resources"] if one["urn"].endswith("norddjurs-app-1"))
    pending = [{"type": kind, "resource": machine} for kind in ("deleting", "updating")]
    _plant_state(settings, pending_operations=pending)
    assert zones.recover("norddjurs") == Recovery(forgotten=("norddjurs-app-1", "norddjurs-app-1"))
    assert _urn_names(state_of()) == _urn_names(state)
    assert zones.preview(built).changes == ()


def test_a_killed_controller_alone_does_not_stop_the_next_run(
    zones: LandingZones, settings: StackSettings, wanted: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    with _applying(settings, wanted) as child:
        _wait_for(child, "started network")
        child.kill()
        child.wait()
    patient = LandingZones(settings, lock_wait_seconds=30)
    patient.apply(wanted, approved_digest=patient.preview(wanted).digest)
    assert _specs(centre) == (wanted.networks, wanted.machines)


def test_an_interrupt_ends_a_run_in_order(
    settings: StackSettings,
    wanted: LandingZoneArgs,
    centre: "Hypervisor",
    state_of: State,
    processes_of: Processes,
) -> None:
    with _applying(settings, wanted) as child:
        _wait_for(child, "started network")
        child.send_signal(signal.SIGINT)
        child.wait(timeout=60)
    assert processes_of() == []
    assert state_of().get("pending_operations", []) == []
    assert LandingZones(settings).recover("norddjurs") == Recovery()
    existing = [one.spec.name for one in (*centre.networks(), *centre.machines())]
    recorded = [name for name in _urn_names(state_of()) if name.startswith("norddjurs-")]
    assert sorted(existing) == recorded


def _plant_lock(settings: StackSettings, pid: int, host: str) -> Path:
    folder = PulumiStack(settings, "norddjurs").lock_folder
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "0b1c2d3e-0000-4000-8000-000000000000.json"
    lock = {"pid": pid, "username": "engineer", "hostname": host, "timestamp": "2026-01-01T00:00:00Z"}
    path.write_text(json.dumps(lock))
    return path


def test_the_lock_of_a_dead_process_is_released(
    zones: LandingZones, settings: StackSettings, built: LandingZoneArgs
) -> None:
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    path = _plant_lock(settings, ended.pid, socket.gethostname())
    assert zones.recover("norddjurs") == Recovery(lock_of_dead_process=ended.pid)
    assert not path.exists()


def test_the_lock_of_a_process_number_that_is_another_programs_by_now_is_released(
    zones: LandingZones, settings: StackSettings, built: LandingZoneArgs
) -> None:
    _plant_lock(settings, os.getpid(), socket.gethostname())
    assert zones.recover("norddjurs") == Recovery(lock_of_dead_process=os.getpid())


def test_a_lock_of_a_live_run_or_of_another_machine_is_respected(
    settings: StackSettings, built: LandingZoneArgs, tmp_path: Path
) -> None:
    stack = PulumiStack(settings, "norddjurs")
    program = tmp_path / "pulumi"
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([str(program), "60"]) as live:
        try:
            # The kernel names a process a moment after the call that starts it has returned.
            while Path(f"/proc/{live.pid}/comm").read_text() != "pulumi\n":
                time.sleep(0.01)
            path = _plant_lock(settings, live.pid, socket.gethostname())
            with pytest.raises(StackLockedError, match=f"process {live.pid} on "):
                recover(stack, wait_seconds=0.4)
        finally:
            live.kill()
    assert path.exists()
    _plant_lock(settings, live.pid, "another-machine")
    with pytest.raises(StackLockedError, match="on another-machine: wait until that has ended"):
        recover(stack, wait_seconds=0.4)
    assert path.exists()
