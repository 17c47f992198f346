"""A roll-out over three switches of one site, one at a time: failures, a bad canary, and two kills."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.models import Fault
from migrations.device_changes import progress_of
from migrations.plan_file import load_plan
from migrations.planning.device_change_plan import DeviceChangePlan, RollOutLimits
from records.models import Plan
from tests.migrations.twin_devices import Devices

Rehearsal = Any
CANARY, SECOND, THIRD = SWITCHES = ("ndj-acc1", "ndj-acc2", "ndj-acc3")
LINE = "snmp-server location rolled out"
PAUSE_SECONDS = 2
_WAIT_SECONDS = 120


def at_one_slow_site(rehearsal: Rehearsal) -> None:
    """Put the three access switches behind one line that bears one change at a time."""
    for name, changes in {
        "devices.yaml": {
            "site: auning-skole": "site: grenaa-raadhus",
            "site: digterparken": "site: grenaa-raadhus",
        },
        "sites.yaml": {
            "    title: Grenaa Rådhus\n": "    title: Grenaa Rådhus\n    devices_at_once: 1\n"
            f"    pause_between_batches_seconds: {PAUSE_SECONDS}\n"
        },
    }.items():
        file = rehearsal.town / name
        text = file.read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def devices(make_rehearsal: Any) -> Iterator[Devices]:
    rehearsal = make_rehearsal()
    at_one_slow_site(rehearsal)
    made = Devices(rehearsal, names=SWITCHES)
    with contextlib.ExitStack() as stack:
        made.start(stack)
        yield made


@pytest.fixture(scope="module")
def plan_path(devices: Devices) -> Path:
    """Plan one line for all three, to stop at two failures, and have it signed."""
    rehearsal = devices.rehearsal
    path: Path = rehearsal.folder / "plan.json"
    lines: Path = rehearsal.folder / "lines.txt"
    lines.write_text(LINE + "\n", encoding="utf-8")
    made = rehearsal.run(
        *("harden", "plan", "--select", f"name={','.join(SWITCHES)}", "--lines", str(lines)),
        *("--stop-at-failures", "2", "--stop-at-percent", "60", "--revert-minutes", "2"),
        *("--output", str(path)),
    )
    assert made.returncode == 0, made.stderr
    assert f"order: {CANARY}  then  (2 s) {SECOND}  then  (2 s) {THIRD}\n" in made.stdout
    assert (
        "it stops at 2 failed devices or 60 percent of those touched, and at a failed canary" in made.stdout
    )
    with rehearsal.programme() as programme:
        plan = load_plan(programme.records, path, kind="device-change")
        rehearsal.approve(programme, plan, "apply", "bo")
    return path


def stored(devices: Devices, path: Path) -> Plan:
    with devices.rehearsal.programme() as programme:
        return load_plan(programme.records, path, kind="device-change")


def apply(devices: Devices, path: Path) -> tuple[int, list[str]]:
    told = devices.rehearsal.run("harden", "apply", "--plan", str(path))
    return told.returncode, told.stdout.splitlines()


def until(true: Callable[[], bool], process: Any) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while not true():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def killed_when(devices: Devices, path: Path, true: Callable[[], bool]) -> None:
    process = devices.rehearsal.start("harden", "apply", "--plan", str(path))
    try:
        until(true, process)
    finally:
        process.kill()
        process.communicate()


def test_the_plan_holds_its_limits_and_they_are_in_its_digest(devices: Devices, plan_path: Path) -> None:
    plan = stored(devices, plan_path)
    body = DeviceChangePlan.model_validate(plan.body)
    assert body.batches == ((CANARY,), (SECOND,), (THIRD,))
    assert body.limits == RollOutLimits(
        stop_at_failures=2,
        stop_at_percent=60,
        canary_batches=1,
        pauses_seconds=(0, PAUSE_SECONDS, PAUSE_SECONDS),
    )
    text = plan_path.read_text(encoding="utf-8")
    altered = plan_path.with_name("altered.json")
    assert text.count('"stop_at_failures": 2') == 1
    altered.write_text(text.replace('"stop_at_failures": 2', '"stop_at_failures": 9'), encoding="utf-8")
    told = devices.rehearsal.run("harden", "apply", "--plan", str(altered))
    assert told.returncode == 2
    assert devices.commits() == dict.fromkeys(SWITCHES, 0)


def test_a_failure_below_the_threshold_is_told_and_the_rest_goes_on(
    devices: Devices, plan_path: Path
) -> None:
    devices.twins[SECOND].switch_fault(Fault(name="refuse-login", times=None))
    try:
        code, lines = apply(devices, plan_path)
    finally:
        devices.twins[SECOND].clear_faults()
    assert code == 1
    assert [lines[0], lines[2], lines[3]] == [
        f"{CANARY}: confirmed",
        f"{THIRD}: confirmed",
        "2 of 3 batches done",
    ]
    assert lines[1].startswith(f"{SECOND}: refused: ")
    assert {name: LINE in twin.state().running for name, twin in devices.twins.items()} == {
        CANARY: True,
        SECOND: False,
        THIRD: True,
    }
    with devices.rehearsal.programme() as programme, programme.records.reading() as transaction:
        ended = [one for one in transaction.journal.entries() if one.action == "end roll-out"]
    assert [(one.subject, one.why) for one in ended] == [("norddjurs", "")]
    assert ended[0].after == {
        "plan": stored(devices, plan_path).digest,
        "outcomes": {CANARY: "confirmed", SECOND: "refused", THIRD: "confirmed"},
    }


def test_a_failed_canary_stops_and_every_device_behind_it_is_told_as_not_touched(
    devices: Devices, plan_path: Path
) -> None:
    before = {name: twin.state() for name, twin in devices.twins.items()}
    devices.twins[CANARY].switch_fault(Fault(name="refuse-login", times=None))
    try:
        code, lines = apply(devices, plan_path)
    finally:
        devices.twins[CANARY].clear_faults()
    why = f"not touched: the canary {CANARY} did not take the change"
    assert (code, lines[1:]) == (1, [f"{SECOND}: {why}", f"{THIRD}: {why}", "0 of 3 batches done"])
    assert lines[0].startswith(f"{CANARY}: refused: ")
    after = {name: twin.state() for name, twin in devices.twins.items()}
    assert {name: (one.running, one.commits) for name, one in after.items()} == {
        name: (one.running, one.commits) for name, one in before.items()
    }


def test_a_roll_out_killed_between_batches_and_inside_one_ends_as_if_nobody_had_killed_it(
    devices: Devices, plan_path: Path
) -> None:
    before = {name: twin.state() for name, twin in devices.twins.items()}
    digest = stored(devices, plan_path).digest
    with devices.rehearsal.programme() as programme:

        def in_the_pause() -> bool:
            progress = progress_of(programme, digest)
            return progress.begun == (CANARY,) and CANARY in progress.ends

        killed_when(devices, plan_path, in_the_pause)
        assert devices.twins[SECOND].state().commits == before[SECOND].commits
    killed_when(devices, plan_path, lambda: devices.twins[SECOND].state().pending is not None)
    code, lines = apply(devices, plan_path)
    assert (code, lines) == (
        0,
        [f"{CANARY}: unchanged", f"{SECOND}: confirmed", f"{THIRD}: unchanged", "3 of 3 batches done"],
    )
    after = {name: twin.state() for name, twin in devices.twins.items()}
    assert {name: (one.running.count(LINE), one.startup.count(LINE)) for name, one in after.items()} == (
        dict.fromkeys(SWITCHES, (1, 1))
    )
    for name in (CANARY, THIRD):
        assert (after[name].commits, after[name].reverts) == (before[name].commits, before[name].reverts)
    assert (after[SECOND].reverts, after[SECOND].pending) == (before[SECOND].reverts + 1, None)
    with devices.rehearsal.programme() as programme, programme.records.reading() as transaction:
        assert transaction.journal.verify() > 0
        actions = [one.action for one in transaction.journal.entries(subject="norddjurs")]
    # Three roll-outs, of which the last was killed twice and begun once.
    assert actions == ["begin roll-out", "end roll-out"] * 3
