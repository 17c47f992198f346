"""Collecting, hardening and drift on real twins through ansible-runner, judged by the twins' second doors."""

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from compliance.service import judged_controls
from inventory.errors import SelectionError
from lab.models import Fault
from migrations.collection import collect_and_judge
from migrations.controller import Controller
from migrations.drift import find_drift
from migrations.errors import NothingToDo, PlanInvalid, PlanStale
from migrations.facts import DRIFT, DriftLine
from migrations.hardening import apply_plan, plan_hardening, plan_lines
from migrations.plan_file import load_plan
from migrations.programme import Programme
from migrations.status import VerdictCounts, build_status
from records.errors import ApprovalIncomplete, SignerIsAuthor
from tests.migrations.twin_devices import OFF, TWINS, Devices

Rehearsal = Any
ALL = f"name={','.join((*TWINS, OFF))}"
ON = f"name={','.join(TWINS)}"
CONTROLS = tuple(control.id for control in judged_controls())
LONG_SECONDS, SHORT_SECONDS = 1200, 60


@pytest.fixture(scope="module")
def devices(make_rehearsal: Any) -> Iterator[Devices]:
    made = Devices(make_rehearsal())
    with contextlib.ExitStack() as stack:
        made.start(stack)
        yield made


def states(programme: Programme) -> dict[str, str]:
    status = build_status(programme.snapshot, programme.records, now=programme.clock())
    return {one.name: one.state for one in status.municipalities[0].devices}


def test_every_device_has_a_verdict_on_every_control_and_the_unreachable_one_only_errors(
    devices: Devices,
) -> None:
    with devices.rehearsal.programme() as programme:
        run = collect_and_judge(programme, selection=ALL)
        with programme.records.reading() as transaction:
            rows = transaction.verdicts.of_run(run.run)
        assert sorted((row.device, row.control) for row in rows) == sorted(
            (device, control) for device in (*TWINS, OFF) for control in CONTROLS
        )
        assert {row.verdict for row in rows if row.device == OFF} == {"ERROR"}
        assert {row.evidence for row in rows if row.device == OFF} == {None}
        for name in TWINS:
            verdicts = Counter(row.verdict for row in rows if row.device == name)
            assert verdicts["FAIL"] > 0
            assert verdicts["PASS"] > 0
            assert verdicts["ERROR"] == 0
        assert [one.device.name for one in run.unreached] == [OFF]
        found = states(programme)
        assert {name: found[name] for name in (*TWINS, OFF)} == {
            **dict.fromkeys(TWINS, "ASSESSED"),
            OFF: "NEW",
        }
    assert devices.secrets_in(devices.rehearsal.folder / "state") == []


def test_a_selection_of_nothing_is_an_error_and_no_run(devices: Devices) -> None:
    with devices.rehearsal.programme() as programme:
        with programme.records.reading() as transaction:
            before = transaction.journal.latest(1)
        with pytest.raises(SelectionError):
            collect_and_judge(programme, selection="role=edge platform=junos")
        with programme.records.reading() as transaction:
            assert transaction.journal.latest(1) == before


def test_a_device_that_refuses_the_password_is_an_error_on_every_control(devices: Devices) -> None:
    twin = devices.twins["ndj-acc1"]
    twin.switch_fault(Fault(name="refuse-login", times=None))
    try:
        told = devices.rehearsal.run("devices", "collect", "--select", "name=ndj-acc1")
    finally:
        twin.clear_faults()
    assert told.returncode == 1
    with devices.rehearsal.programme() as programme:
        status = build_status(programme.snapshot, programme.records, now=programme.clock())
        (device,) = [one for one in status.municipalities[0].devices if one.name == "ndj-acc1"]
        assert device.now == VerdictCounts(error=len(CONTROLS))
        assert {"login" in control.message for control in device.controls} == {True}
        assert device.found.error == 0


def test_a_plan_changes_nothing_before_somebody_else_has_signed_it(devices: Devices) -> None:
    before = devices.commits()
    path = devices.rehearsal.folder / "harden.json"
    with devices.rehearsal.programme() as programme:
        made = plan_hardening(
            programme,
            selection=ALL,
            author=programme.actor,
            path=path,
            revert_after_seconds=LONG_SECONDS,
        )
        assert [one.device.name for one in made.unreached] == [OFF]
        assert [change.device for change in made.body.changes] == list(TWINS)
        assert sorted(name for batch in made.body.batches for name in batch) == sorted(TWINS)
        assert all(change.diff and change.controls for change in made.body.changes)
        with Controller(programme) as controller, pytest.raises(ApprovalIncomplete):
            apply_plan(controller, made.plan)
        with pytest.raises(SignerIsAuthor):
            devices.rehearsal.approve(programme, made.plan, "apply", "ida")
        # An approval for something else is none for this.
        devices.rehearsal.approve(programme, made.plan, "cutover", "anna", "bo")
        with Controller(programme) as controller, pytest.raises(ApprovalIncomplete):
            apply_plan(controller, made.plan)
    refused = devices.rehearsal.run("harden", "apply", "--plan", str(path))
    assert (refused.returncode, "needs 1 approvals" in refused.stderr) == (2, True)
    assert devices.commits() == before


def test_an_approved_plan_hardens_every_device_and_a_second_one_has_nothing_to_do(devices: Devices) -> None:
    rehearsal, before = devices.rehearsal, devices.commits()
    with rehearsal.programme() as programme:
        plan = load_plan(programme.records, rehearsal.folder / "harden.json", kind="device-change")
        rehearsal.approve(programme, plan, "apply", "anna")
        with Controller(programme) as controller:
            body, result = apply_plan(controller, plan)
        assert (result.outcome, result.reason) == ("completed", "")
        outcomes = {name: how for step in result.steps for name, how in dict(step.result or {}).items()}
        assert outcomes == dict.fromkeys(TWINS, "confirmed")
        assert {name: states(programme)[name] for name in TWINS} == dict.fromkeys(TWINS, "HYPERCARE")
        for name, twin in devices.twins.items():
            true = twin.state()
            assert (true.commits, true.reverts, true.pending) == (before[name] + 1, 0, None)
        with programme.records.reading() as transaction:
            latest = {(row.device, row.control): row.verdict for row in transaction.verdicts.latest()}
        assert {
            (change.device, control): latest[change.device, control]
            for change in body.changes
            for control in change.controls
        } == {(change.device, control): "PASS" for change in body.changes for control in change.controls}
        again = rehearsal.folder / "again.json"
        with pytest.raises(NothingToDo):
            plan_hardening(
                programme, selection=ON, author=programme.actor, path=again, revert_after_seconds=LONG_SECONDS
            )
        assert not again.exists()
    assert "transport input telnet" not in devices.twins["ndj-acc1"].state().running
    assert devices.secrets_in(rehearsal.folder / "state") == []


def test_an_applied_plan_that_is_applied_again_commits_nothing(devices: Devices) -> None:
    before = devices.commits()
    told = devices.rehearsal.run("harden", "apply", "--plan", str(devices.rehearsal.folder / "harden.json"))
    assert told.returncode == 0, told.stdout
    assert Counter(line.rpartition(" ")[2] for line in told.stdout.splitlines() if ": " in line) == {
        "unchanged": len(TWINS)
    }
    assert devices.commits() == before


def test_what_somebody_changed_at_the_console_is_found_and_is_gone_when_they_take_it_back(
    devices: Devices,
) -> None:
    with devices.rehearsal.programme() as programme:
        clean = find_drift(programme, selection="name=ndj-acc1")
        assert [(one.device, one.message, one.drift and one.drift.lines) for one in clean] == [
            ("ndj-acc1", "", ())
        ]
        devices.twins["ndj-acc1"].console(("ip http server",))
        (found,) = find_drift(programme, selection="name=ndj-acc1")
        assert found.drift is not None
        assert DriftLine(change="added", section="", text="ip http server") in found.drift.lines
        (again,) = find_drift(programme, selection="name=ndj-acc1")
        assert again.drift is not None
        assert (again.drift.lines, again.drift.since) == (found.drift.lines, found.drift.since)
        assert again.drift.found_at > found.drift.since[0]
        assert again.last_change is not None
        assert again.last_change.approved_by == ("anna@example.dk",)
        with programme.records.reading() as transaction:
            (event,) = transaction.events.all()
        assert (event.kind, event.subject) == ("unauthorised-change", "ndj-acc1")
        assert isinstance(event.body, dict)
        assert event.body["lines"] == [line.model_dump(mode="json") for line in found.drift.lines]
        assert event.body["last_change"] == again.last_change.model_dump(mode="json")
        devices.twins["ndj-acc1"].console(("no ip http server",))
        (back,) = find_drift(programme, selection="name=ndj-acc1")
        assert back.drift is not None
        assert back.drift.lines == ()
        with programme.records.reading() as transaction:
            fact = transaction.assets.fact("ndj-acc1", DRIFT)
            told = [entry for entry in transaction.journal.entries() if entry.action == "find drift"]
        assert isinstance(fact, dict)
        assert fact["lines"] == []
        assert [entry.subject for entry in told] == ["ndj-acc1"] * 2
        (off,) = find_drift(programme, selection=f"name={OFF}")
        assert off.message.startswith("could not be collected")


def test_lines_that_cut_the_management_path_come_back_by_themselves(devices: Devices) -> None:
    rehearsal, twin = devices.rehearsal, devices.twins["ndj-acc1"]
    before = twin.state()
    path = rehearsal.folder / "cut.json"
    with rehearsal.programme() as programme:
        made = plan_lines(
            programme,
            selection="name=ndj-acc1",
            lines="interface Vlan10\n shutdown\n",
            author=programme.actor,
            path=path,
            revert_after_seconds=SHORT_SECONDS,
        )
        rehearsal.approve(programme, made.plan, "apply", "bo")
    told = rehearsal.run("harden", "apply", "--plan", str(path))
    assert told.returncode == 1, told
    assert "reverted" in told.stdout
    assert "0 of 1 batches done" in told.stdout
    after = twin.state()
    assert (after.running, after.startup) == (before.running, before.startup)
    assert (after.reverts, after.pending, after.management_reachable) == (before.reverts + 1, None, True)
    with rehearsal.programme() as programme, programme.records.reading() as transaction:
        assert states(programme)["ndj-acc1"] == "ROLLED_BACK"
        (ended,) = [
            entry
            for entry in transaction.journal.entries(subject="ndj-acc1")
            if entry.action == "end change" and isinstance(entry.after, dict) and entry.after["running"]
            if entry.after["outcome"] == "reverted"
        ]
        assert "the device went back" in ended.why


def test_a_command_that_is_killed_while_the_commit_hangs_is_finished_by_the_same_command(
    devices: Devices,
) -> None:
    rehearsal, twin = devices.rehearsal, devices.twins["ndj-acc1"]
    path = rehearsal.folder / "killed.json"
    with rehearsal.programme() as programme:
        made = plan_lines(
            programme,
            selection="name=ndj-acc1",
            lines="interface GigabitEthernet1/0/1\n description reception\n",
            author=programme.actor,
            path=path,
            revert_after_seconds=3 * SHORT_SECONDS,
        )
        rehearsal.approve(programme, made.plan, "apply", "bo")
    before = twin.state()
    process = rehearsal.start("harden", "apply", "--plan", str(path))
    try:
        deadline = time.monotonic() + 90
        while twin.state().pending is None:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        process.kill()
        process.communicate()
    again = rehearsal.run("harden", "apply", "--plan", str(path))
    assert "waiting until ndj-acc1 took the interrupted change back" in again.stderr, again
    after = twin.state()
    assert (after.reverts, after.pending) == (before.reverts + 1, None)
    assert after.running.count("description reception") == 1
    assert after.startup.count("description reception") == 1
    with rehearsal.programme() as programme, programme.records.reading() as transaction:
        assert states(programme)["ndj-acc1"] == "HYPERCARE"
        ended = [
            entry.after["outcome"]
            for entry in transaction.journal.entries(subject="ndj-acc1")
            if entry.action == "end change" and isinstance(entry.after, dict)
        ]
    assert ended[-1] in {"confirmed", "unchanged"}


def test_a_line_that_the_device_refuses_is_no_plan(devices: Devices) -> None:
    before = devices.commits()
    path = devices.rehearsal.folder / "refused.json"
    with devices.rehearsal.programme() as programme, pytest.raises(PlanInvalid, match="refused"):
        plan_lines(
            programme,
            selection="name=ndj-core1",
            lines="interface Vlan10\n   such a thing\n",
            author=programme.actor,
            path=path,
            revert_after_seconds=SHORT_SECONDS,
        )
    assert (path.exists(), devices.commits()) == (False, before)


def test_a_plan_from_another_inventory_is_stale_and_changes_nothing(devices: Devices) -> None:
    rehearsal, before = devices.rehearsal, devices.commits()
    file = rehearsal.town / "devices.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Management network", "Management of all", 1), encoding="utf-8")
    try:
        with rehearsal.programme() as programme, Controller(programme) as controller:
            plan = load_plan(programme.records, rehearsal.folder / "harden.json")
            with pytest.raises(PlanStale, match="plan again"):
                apply_plan(controller, plan)
    finally:
        file.write_text(text, encoding="utf-8")
    assert devices.commits() == before
    with rehearsal.programme() as programme, programme.records.reading() as transaction:
        assert transaction.journal.verify() > 0
