"""Each hazard of FortiOS and of the library below its driver, named after what it does to a device."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from napalm.base.exceptions import LockError

from devices.drivers.fortios_driver import SCHEDULE, without_schedules
from devices.errors import (
    CapabilityMissing,
    CommandRefused,
    ConnectionLost,
    LockHeld,
    NotOurCommit,
    PendingCommit,
)
from devices.models import Collection, PostCheckFailure
from devices.profiles import comparable_configuration
from devices.service import collect, preview_change
from lab.models import Fault
from tests.devices.fortios_bench import (
    CONSOLE,
    LAST_SECTION,
    LINES,
    change,
    opened,
    written,
)

if TYPE_CHECKING:
    from tests.devices.conftest import Benches


def test_the_reboot_of_a_revert_is_a_risk_that_must_be_allowed_by_name(benches: Benches) -> None:
    bench = benches.start("fortios")
    result = change(bench, approved={"allowed_risks": frozenset()})
    assert result.outcome == "refused"
    assert "revert-reboots" in result.message
    assert "risk override" in result.message
    assert bench.twin.transcript() == ()
    assert change(bench).outcome == "confirmed"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("config system ha\n    set mode a-p\nend\n", "cluster-member, which no override opens"),
        ("config system global\n    set vdom-mode multi-vdom\nend\n", "divided into VDOMs"),
        ("config system global\n    set cfg-save manual\nend\n", "may wait unsaved"),
        ("config system global\n    set cfg-save revert\nend\n", "may wait unsaved"),
        ("config system global\n    set reboot-upon-config-restore disable\nend\n", "is off"),
    ],
)
def test_a_unit_that_cannot_go_back_by_itself_is_refused_before_anything_is_sent(
    benches: Benches, section: str, said: str
) -> None:
    bench = benches.start("fortios", change=(LAST_SECTION, f"{section}{LAST_SECTION}"))
    result = change(bench)
    assert result.outcome == "refused"
    assert said in result.message
    with pytest.raises(CapabilityMissing, match="cannot take a change back by itself"):
        preview_change(bench.target, LINES, lock=bench.lock)
    assert written(bench) == []
    assert collect(bench.target).running


def test_a_release_without_one_time_triggers_is_refused(benches: Benches) -> None:
    bench = benches.start("fortios", change=("FGT61F-7.4.7-", "FGT61F-7.2.0-"))
    with pytest.raises(CapabilityMissing, match=r"release v7\.2\.0 is older than 7\.2\.1"):
        preview_change(bench.target, LINES, lock=bench.lock)


def test_a_script_that_is_refused_half_way_is_taken_back_by_a_restore(benches: Benches) -> None:
    bench = benches.start("fortios")
    before = bench.twin.state()
    lines = f"{LINES}config system global\n    set hostname fw-02\nend\n"
    bench.twin.switch_fault(Fault(name="error-line", argument="set hostname"))
    result = change(bench, lines, preview_change(bench.target, lines, lock=bench.lock))
    state = bench.twin.state()
    assert result.outcome == "reverted"
    assert "the device refused the configuration" in result.message
    assert (state.running, state.startup, state.pending) == (before.running, before.startup, None)
    assert state.commits == 1, "the first section was live for a while"
    assert sum("config/restore" in line for line in written(bench)) == 1


def test_the_schedule_of_a_pending_commit_is_no_part_of_the_configuration(benches: Benches) -> None:
    bench = benches.start("fortios")
    driver = opened(bench)
    before = driver.running()
    driver.stage(LINES)
    driver.commit(revert_after_seconds=120)
    pending = driver.running()
    driver.close()
    assert SCHEDULE in bench.twin.state().running
    assert SCHEDULE not in pending
    added = set(comparable_configuration("fortios", pending).splitlines()) - set(
        comparable_configuration("fortios", before).splitlines()
    )
    assert added == {"config system snmp sysinfo", '    set location "Grenaa"'}


def test_only_whole_entries_of_our_schedules_are_left_out() -> None:
    text = (
        'config system automation-action\n    edit "a"\n        set script "x"\n    next\n'
        f'    edit "{SCHEDULE}"\n        set script "execute restore config flash 1"\n    next\nend\n'
        f'config firewall address\n    edit "{SCHEDULE}"\n    next\nend\n'
    )
    assert without_schedules(text, (SCHEDULE,)) == (
        'config system automation-action\n    edit "a"\n        set script "x"\n    next\nend\n'
        f'config firewall address\n    edit "{SCHEDULE}"\n    next\nend\n'
    )


def test_leftovers_of_a_killed_run_do_not_block_the_next_and_are_gone_after_it(benches: Benches) -> None:
    bench = benches.start("fortios")
    killed = opened(bench)
    later = datetime(2026, 3, 9, tzinfo=UTC)
    killed._napalm._create_schedule("napalm-clock-0badcafe", "get system status", later)
    killed._napalm._client().post(
        "system/automation-action",
        {"name": SCHEDULE, "action-type": "cli-script", "script": "execute restore config flash 1"},
    )
    killed.close()
    assert "napalm-clock" not in collect(bench.target).running
    assert change(bench).outcome == "confirmed"
    assert "napalm" not in bench.twin.state().running


def test_a_commit_that_broke_off_leaves_no_trace_when_its_session_is_closed(benches: Benches) -> None:
    bench = benches.start("fortios")
    before = bench.twin.state()
    driver = opened(bench)
    driver.stage(LINES)
    bench.twin.switch_fault(Fault(name="delay", seconds=30.0))
    driver._may_leave_traces = True
    later = datetime(2026, 3, 9, tzinfo=UTC)
    with pytest.raises(ConnectionLost):
        driver._run("commit", lambda: driver._napalm._delete_schedule("x"), seconds=0.3)
    bench.twin.clear_faults()
    other = opened(bench)
    other._napalm._create_schedule("napalm-clock-0badcafe", "get system status", later)
    other.close()
    assert "napalm-clock" in bench.twin.state().running
    driver.close()
    assert comparable_configuration("fortios", bench.twin.state().running) == comparable_configuration(
        "fortios", before.running
    )


def test_a_schedule_of_somebody_else_is_never_deleted(benches: Benches) -> None:
    bench = benches.start("fortios")
    ours, theirs = opened(bench), opened(bench)
    ours.stage(LINES)
    theirs.stage(LINES)
    theirs.commit(revert_after_seconds=300)
    pending = bench.twin.state().pending
    with pytest.raises(PendingCommit):
        ours.commit(revert_after_seconds=120)
    # Also where theirs came after we had looked.
    with pytest.raises(LockError):
        ours._napalm._schedule_restore(1, 120, {})
    with pytest.raises(LockHeld):
        ours._run("commit with the revert timer", lambda: ours._napalm._schedule_restore(1, 120, {}))
    assert bench.twin.state().pending == pending
    assert theirs.owns_pending_commit()
    theirs.close()
    ours.close()


def test_a_schedule_that_will_never_fire_is_told_and_nothing_is_committed(benches: Benches) -> None:
    past = (
        f'config system automation-trigger\n    edit "{SCHEDULE}"\n        set trigger-type scheduled\n'
        "        set trigger-frequency once\n        set trigger-datetime 2026-01-01 00:00:00\n"
        "    next\nend\n"
        f'config system automation-action\n    edit "{SCHEDULE}"\n        set action-type cli-script\n'
        '        set script "execute restore config flash 3"\n    next\nend\n'
        f'config system automation-stitch\n    edit "{SCHEDULE}"\n        set trigger "{SCHEDULE}"\n'
        f'        config actions\n            edit 1\n                set action "{SCHEDULE}"\n'
        "            next\n        end\n    next\nend\n"
    )
    bench = benches.start("fortios", change=(LAST_SECTION, f"{past}{LAST_SECTION}"))
    result = change(bench)
    assert result.outcome == "refused"
    assert "is inert" in result.message
    assert written(bench) == []
    assert SCHEDULE in collect(bench.target).running


def test_a_confirmation_in_the_last_half_minute_is_refused_and_the_device_goes_back(benches: Benches) -> None:
    bench = benches.start("fortios")
    before = bench.twin.state()
    driver = opened(bench)
    driver.stage(LINES)
    driver.commit(revert_after_seconds=120)
    bench.clock.sleep(100.0)
    with pytest.raises(NotOurCommit, match="too close to confirm safely"):
        driver.confirm()
    driver.close()
    bench.clock.sleep(80.0)
    state = bench.twin.state()
    assert (state.running, state.startup, state.pending, state.reverts) == (
        before.running,
        before.startup,
        None,
        1,
    )


def test_a_revision_that_was_pushed_out_is_never_reported_as_restored(benches: Benches) -> None:
    bench = benches.start("fortios")
    busy = opened(bench)

    def fill(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
        for _ in range(21):
            busy._napalm._take_revision("backup tool")
        return (PostCheckFailure(check="MGT-01", message="no"),)

    result = change(bench, post_check=fill)
    busy.close()
    assert result.outcome == "unknown"
    assert "look at it by hand" in result.message
    assert "Grenaa" in bench.twin.state().running


def test_a_summer_time_that_begins_meanwhile_moves_no_revert(benches: Benches) -> None:
    bench = benches.start("fortios")
    assert bench.by_hand is not None
    # In fifteen hours, where the driver probes the clock, the device is an hour further.
    bench.by_hand.advance((datetime(2026, 3, 28, 20, tzinfo=UTC) - bench.by_hand.now()).total_seconds())
    driver = opened(bench)
    driver.stage(LINES)
    driver.commit(revert_after_seconds=120)
    pending = bench.twin.state().pending
    driver.close()
    assert pending is not None
    assert timedelta(seconds=pending.seconds_left) == timedelta(seconds=120 + 8)


def test_a_change_whose_confirmation_got_lost_is_saved_once_more(benches: Benches) -> None:
    bench = benches.start("fortios")
    lost = Fault(name="drop-after-commit", times=8)

    def arm(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
        bench.twin.switch_fault(lost)
        return ()

    result = change(bench, post_check=arm)
    state = bench.twin.state()
    assert (result.outcome, state.pending, state.startup == state.running) == ("confirmed", None, True)
    assert "config/save" in written(bench)[-1]


def test_a_reboot_that_cuts_every_connection_is_an_error_and_no_answer(benches: Benches) -> None:
    bench = benches.start("fortios")
    driver = opened(bench)
    driver.stage(LINES)
    driver.commit(revert_after_seconds=60)
    bench.clock.sleep(60 + 8 + 12)
    assert not bench.twin.state().management_reachable
    with pytest.raises(ConnectionLost):
        driver.running()
    driver.close()


def test_a_call_that_hangs_is_ended_by_closing_its_socket(benches: Benches) -> None:
    bench = benches.start("fortios")
    driver = opened(bench)
    bench.twin.switch_fault(Fault(name="delay", seconds=30.0))
    began = time.monotonic()
    with pytest.raises(ConnectionLost, match=r"within 0\.3 s"):
        driver._run("ask", driver._napalm.is_alive, seconds=0.3)
    assert time.monotonic() - began < 10
    # What was given up must not go on behind our back: the library asks again where a request failed.
    asked = len(bench.twin.transcript())
    bench.twin.clear_faults()
    assert driver._napalm.is_alive() == {"is_alive": False}
    assert len(bench.twin.transcript()) == asked
    driver.close()


def test_a_show_command_is_refused_because_the_api_runs_none(benches: Benches) -> None:
    bench = benches.start("fortios")
    driver = opened(bench)
    with pytest.raises(CapabilityMissing, match="runs no 'get system status'"):
        driver.show(("get system status",))
    driver.close()


def test_saving_alone_saves(benches: Benches) -> None:
    bench = benches.start("fortios", change=("set admintimeout", "set cfg-save manual\n    set admintimeout"))
    bench.twin.console(CONSOLE)
    assert bench.twin.state().startup != bench.twin.state().running
    driver = opened(bench)
    driver.save()
    driver.close()
    assert bench.twin.state().startup == bench.twin.state().running


@pytest.mark.parametrize("ending", ["confirm", "save"])
def test_what_a_lost_confirmation_left_of_a_schedule_is_gone_when_the_change_is_kept(
    benches: Benches, ending: str
) -> None:
    bench = benches.start("fortios")
    driver = opened(bench)
    driver.stage(LINES)
    driver.commit(revert_after_seconds=300)
    later = datetime(2026, 3, 9, tzinfo=UTC)
    driver._napalm._create_schedule("napalm-clock-0badcafe", "get system status", later)
    keeping = driver
    if ending == "save":
        # The stitch went, and the answer to that was lost; a fresh session saves what is kept.
        driver._napalm._client().delete(f"system/automation-stitch/{SCHEDULE}")
        keeping = opened(bench)
    getattr(keeping, ending)()
    state = bench.twin.state()
    assert "napalm" not in state.running
    assert (state.pending, state.startup) == (None, state.running)
    keeping.close()
    driver.close()


def test_an_answer_that_is_no_configuration_is_none(benches: Benches) -> None:
    bench = benches.start("fortios")
    driver = opened(bench)
    with pytest.raises(CommandRefused):
        driver._run("read", lambda: driver._napalm._client().cmdb("system/snmp"))
    driver.close()
