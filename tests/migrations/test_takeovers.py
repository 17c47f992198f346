"""Backing up, mirrors and re-homing from plan to second door, on the example's twins."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from migrations.backup_collection import collect_backups
from migrations.backups import open_backup
from migrations.controller import Controller
from migrations.errors import NothingToDo, PlanInvalid
from migrations.hardening import MadePlan, apply_plan
from migrations.planning.device_change_plan import ReplacedValue
from migrations.roll_out import RollOutOptions
from migrations.takeovers import plan_mirrors, plan_rehoming
from tests.migrations.twin_devices import OFF, TWINS, Devices

LONG_SECONDS = 1200
OLD_TIME_SERVER = "192.0.2.123"


@pytest.fixture(scope="module")
def devices(make_rehearsal: Any) -> Iterator[Devices]:
    made = Devices(make_rehearsal())
    with contextlib.ExitStack() as stack:
        made.start(stack)
        made.twins["ndj-core1"].console((f"ntp server {OLD_TIME_SERVER}",))
        yield made


def planned(programme: Any, plan: Any, selection: str, path: Path | None = None) -> MadePlan:
    made: MadePlan = plan(
        programme,
        selection=selection,
        author=programme.actor,
        path=path,
        revert_after_seconds=LONG_SECONDS,
        roll_out=RollOutOptions(),
    )
    return made


def apply(devices: Devices, programme: Any, made: MadePlan) -> None:
    devices.rehearsal.approve(programme, made.plan, "apply", "anna")
    with Controller(programme) as controller:
        _, result = apply_plan(controller, made.plan, verb=made.body.verb)
    assert (result.outcome, result.reason) == ("completed", "")


def test_backing_up_keeps_what_the_list_shows_and_a_second_time_nothing_new(devices: Devices) -> None:
    selection = f"name={','.join((*TWINS, OFF))}"
    with devices.rehearsal.programme() as programme:
        first = collect_backups(programme, selection=selection)
        assert {one.device: (one.backup is not None, one.is_new) for one in first} == {
            **dict.fromkeys(TWINS, (True, True)),
            OFF: (False, False),
        }
        second = collect_backups(programme, selection=selection)
        assert [(one.device, one.is_new) for one in second] == [(one.device, False) for one in first]
        for one in second:
            if one.backup is not None:
                text = open_backup(programme, one.backup)
                assert one.device in text
        with programme.records.reading() as transaction:
            assert transaction.verdicts.latest() == ()
            kept = [entry.subject for entry in transaction.journal.entries() if entry.action == "back up"]
    assert sorted(kept) == sorted(TWINS)
    listed = devices.rehearsal.run("backup", "list")
    assert listed.returncode == 0, listed.stderr
    assert all(name in listed.stdout for name in TWINS)
    told = devices.rehearsal.run("backup", "collect", "--select", f"name={OFF},ndj-acc1")
    assert told.returncode == 1, told.stderr
    assert "ndj-acc1: backup" in told.stdout
    assert f"{OFF}: no backup: " in told.stdout
    assert "1 of 2 devices are backed up, 0 anew" in told.stdout
    assert devices.secrets_in(devices.rehearsal.folder / "state") == []


def test_mirrors_are_planned_signed_and_placed_and_a_second_plan_has_nothing_to_do(devices: Devices) -> None:
    twin = devices.twins["ndj-core1"]
    before = twin.state()
    assert "monitor session ndr-inside source Ethernet1 rx" in before.running
    with devices.rehearsal.programme() as programme:
        made = planned(programme, plan_mirrors, "name=ndj-core1")
        (change,) = made.body.changes
        assert (made.body.verb, change.controls, made.body.replaced) == ("mirror", (), ())
        with Controller(programme) as controller, pytest.raises(PlanInvalid, match="samdrift mirror apply"):
            apply_plan(controller, made.plan)
        assert twin.state().commits == before.commits
        apply(devices, programme, made)
        with pytest.raises(NothingToDo, match="no selected device would change"):
            planned(programme, plan_mirrors, "name=ndj-core1")
    state = twin.state()
    sources = [line for line in state.running.splitlines() if "monitor session ndr-inside source" in line]
    assert (state.commits, state.pending, state.startup) == (before.commits + 1, None, state.running)
    assert sources == [
        "monitor session ndr-inside source Ethernet1 both",
        "monitor session ndr-inside source Ethernet2 both",
    ]


def test_re_homing_lists_what_it_takes_away_and_a_second_plan_has_nothing_to_do(devices: Devices) -> None:
    twin = devices.twins["ndj-core1"]
    before = twin.state()
    with devices.rehearsal.programme() as programme:
        made = planned(programme, plan_rehoming, "name=ndj-core1")
        assert made.body.verb == "rehome"
        assert made.body.replaced == (ReplacedValue(device="ndj-core1", topic="time", value=OLD_TIME_SERVER),)
        lines = made.body.changes[0].lines.splitlines()
        assert lines == ["ntp server 10.70.10.52", f"no ntp server {OLD_TIME_SERVER}"]
        apply(devices, programme, made)
        with pytest.raises(NothingToDo):
            planned(programme, plan_rehoming, "name=ndj-core1")
    state = twin.state()
    servers = [line for line in state.running.splitlines() if line.startswith("ntp server")]
    assert servers == ["ntp server 10.70.10.51 key 1", "ntp server 10.70.10.52"]
    assert (state.commits, state.reverts, state.pending) == (before.commits + 1, 0, None)
