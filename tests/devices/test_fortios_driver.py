"""Each hazard of FortiOS and of the library below its driver, named after what it does to a device."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from napalm.base.exceptions import LockError

from devices.drivers.fortios_driver import SCHEDULE, FortiOSDriver, without_schedules
from devices.drivers.opening import driver_for
from devices.errors import (
    CapabilityMissing,
    CommandRefused,
    ConfigurationRefused,
    ConnectionLost,
    LockHeld,
    NotOurCommit,
    PendingCommit,
)
from devices.fortios_difference import MARK
from devices.models import ChangeResult, Collection, DeviceTarget, PostCheckFailure
from devices.profiles import PROFILES, comparable_configuration
from devices.service import ApprovedChange, apply_change, collect, preview_change
from lab.models import Fault

if TYPE_CHECKING:
    from devices.driver import DeviceDriver
    from tests.devices.conftest import Bench, Benches

LINES = "config system snmp sysinfo\n    set location Grenaa\nend\n"
DIFF = f"{MARK}\nconfig system snmp sysinfo\n+    set location Grenaa"
CONSOLE = ('config system snmp sysinfo\nset contact-info "somebody"\nend',)
LAST_SECTION = "config router multicast\nend\n"


def nothing_to_say(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return ()


def change(bench: Bench, lines: str = LINES, diff: str = DIFF, **options: Any) -> ChangeResult:
    approved: dict[str, Any] = {"allowed_risks": PROFILES["fortios"].risks, **options.pop("approved", {})}
    return apply_change(
        bench.target,
        ApprovedChange(
            lines=lines,
            approved_diff=diff,
            revert_after_seconds=120,
            margin_seconds=60,
            poll_seconds=60.0,
            **approved,
        ),
        lock=bench.lock,
        post_check=options.pop("post_check", nothing_to_say),
        clock=bench.clock,
        **options,
    )


def opened(bench: Bench) -> FortiOSDriver:
    driver = FortiOSDriver(bench.target)
    driver.open()
    return driver


def written(bench: Bench) -> list[str]:
    """Return what was sent that could change the device."""
    return [line for line in bench.twin.transcript() if not line.startswith(("GET ", "! "))]


def test_the_difference_is_a_forecast_and_its_first_line_says_so(benches: Benches) -> None:
    bench = benches.start("fortios")
    assert "device-diff" not in PROFILES["fortios"].capabilities
    assert preview_change(bench.target, LINES, lock=bench.lock) == DIFF
    assert written(bench) == []


def test_the_reboot_of_a_revert_is_a_risk_that_must_be_allowed_by_name(benches: Benches) -> None:
    bench = benches.start("fortios")
    result = change(bench, approved={"allowed_risks": frozenset()})
    assert result.outcome == "refused"
    assert "revert-reboots" in result.message
    assert "change window" in result.message
    assert bench.twin.transcript() == ()
    assert change(bench).outcome == "confirmed"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("config system ha\n    set mode a-p\nend\n", "member of a cluster"),
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


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("config system snmp sysinfo\nset locaton x\nend\n", "no such attribute"),
        ("config system snmpp\nend\n", "the device has no 'config system snmpp'"),
        ("config system interface\nedit port1\nset status upp\nnext\nend\n", "'upp' is none of up, down"),
        ("execute factoryreset\n", "cannot be foreseen"),
        ("config system global\nset hostname\nend\n", "it has no value"),
        ("config system global\nset hostname x\n", "end inside a section"),
        ("conf system global\nset hostname x\nend\n", "cannot be foreseen"),
        ("set hostname x\n", "no meaning at this place"),
        ("config firewall policy\nedit 0\nnext\nend\n", "name the entry"),
        ("config firewall policy\nedit 1\nset uuid 1\nnext\nend\n", "the device chooses it itself"),
        ("config firewall policy\nmove 1 before 9\nend\n", "one of them is not there"),
        ("config firewall policy\ndelete 2 9\nend\n", "it is not there"),
        ("config user tacacs+\nedit regional\nset key hunter2\nnext\nend\n", "it is set already"),
        ("config system ha\nset mode a-p\nend\n", "may end the way back"),
        ("config system automation-stitch\nend\n", "the way back is an automation stitch"),
        ("config system global\nset cfg-save manual\nend\n", "may end the way back"),
        ("config system global\nset timezone Europe/London\nend\n", "may end the way back"),
    ],
)
def test_a_line_that_would_end_half_way_is_refused_before_anything_is_sent(
    benches: Benches, lines: str, said: str
) -> None:
    bench = benches.start("fortios")
    with pytest.raises(ConfigurationRefused) as caught:
        preview_change(bench.target, lines, lock=bench.lock)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert written(bench) == []


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


def test_a_hidden_default_is_no_difference_and_unsetting_one_is_none_either(benches: Benches) -> None:
    bench = benches.start("fortios")
    lines = (
        "config system interface\nedit port2\nset status up\nset allowaccess https ping\nunset role\n"
        "set ip 10.9.0.1/24\nappend allowaccess ssh\nnext\nend\n"
    )
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert diff == (
        f"{MARK}\nconfig system interface\n    edit port2\n"
        "+        set allowaccess ping https ssh\n+        set ip 10.9.0.1 255.255.255.0"
    )
    assert change(bench, lines, diff).outcome == "confirmed"
    assert change(bench, lines, diff).outcome == "unchanged"


def test_an_order_of_policies_is_foreseen_as_the_device_makes_it(benches: Benches) -> None:
    bench = benches.start("fortios")
    lines = "config firewall policy\nmove 2 before 1\nend\n"
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert diff == f"{MARK}\nconfig firewall policy\n+    # entries in the order 2 1"
    assert change(bench, lines, diff).outcome == "confirmed"
    assert change(bench, lines, diff).outcome == "unchanged"


def test_what_the_device_chooses_for_a_new_entry_is_no_surprise(benches: Benches) -> None:
    bench = benches.start("fortios")
    lines = (
        "config firewall address\nedit printers\nset subnet 10.20.9.0 255.255.255.0\nnext\nend\n"
        "config user tacacs+\nedit second\nset server 192.0.2.50\nset key hunter2\nnext\nend\n"
    )
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert diff == (
        f"{MARK}\nconfig firewall address\n+    edit printers\n"
        "+        set subnet 10.20.9.0 255.255.255.0\nconfig user tacacs+\n+    edit second\n"
        "+        set key <secret>\n+        set server 192.0.2.50"
    )
    result = change(bench, lines, diff)
    assert result.outcome == "confirmed"
    assert "hunter2" not in result.model_dump_json()
    assert "set uuid" in bench.twin.state().running.partition('edit "printers"')[2][:80]


def test_a_secret_reads_differently_every_time_and_is_no_change(benches: Benches) -> None:
    bench = benches.start("fortios")
    one, two = collect(bench.target).running, collect(bench.target).running
    assert one != two
    assert comparable_configuration("fortios", one) == comparable_configuration("fortios", two)
    changed = one.replace("ENC SH2Fh", "ENC SH2xx")
    assert comparable_configuration("fortios", one) != comparable_configuration("fortios", changed)


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


def test_a_change_of_somebody_else_in_the_window_is_seen_and_not_confirmed(benches: Benches) -> None:
    bench = benches.start("fortios")
    before = bench.twin.state()
    opens: list[DeviceTarget] = []

    def meddled(target: DeviceTarget) -> DeviceDriver:
        opens.append(target)
        if len(opens) == 2:
            bench.twin.console(CONSOLE)
        return driver_for(target)

    result = change(bench, opener=meddled)
    assert [failure.check for failure in result.failures] == ["forecast"]
    assert "there but not approved: '+    set contact-info somebody'" in result.message
    # The restore is that of a whole revision: what somebody else did meanwhile is gone too.
    assert result.outcome == "reverted"
    assert bench.twin.state().running == before.running


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


def test_an_answer_that_is_no_configuration_is_none(benches: Benches) -> None:
    bench = benches.start("fortios")
    driver = opened(bench)
    with pytest.raises(CommandRefused):
        driver._run("read", lambda: driver._napalm._client().cmdb("system/snmp"))
    driver.close()
