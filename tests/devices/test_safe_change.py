"""The safe change against twins over their real protocols, judged by what the twins truly hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from devices import aoscx_difference
from devices.driver import DeviceDriver
from devices.drivers.opening import driver_for
from devices.errors import ConfigurationRefused, DeviceError, LoginRefused, PendingCommit
from devices.fortios_difference import MARK
from devices.models import ChangeResult, Collection, DeviceTarget, Platform, PostCheckFailure
from devices.profiles import PROFILES, comparable_configuration
from devices.safe_change import PostCheck
from devices.service import ApprovedChange, apply_change, collect, preview_change
from lab.models import Fault, TwinState

if TYPE_CHECKING:
    from tests.devices.conftest import Bench, Benches


@dataclass(frozen=True)
class Case:
    """One change per platform: its lines, the diff the device must compute, and its marks in the text."""

    lines: str
    diff: str
    gone: str
    there: str
    refused: str
    cutting: str
    without_neighbours: str


CASES: dict[Platform, Case] = {
    "ios": Case(
        lines="snmp-server location Grenaa\nline vty 0 4\n transport input ssh\n",
        diff="+snmp-server location Grenaa\n+line vty 0 4\n+ transport input ssh",
        gone="transport input telnet ssh",
        there="snmp-server location Grenaa",
        refused=".*location.*",
        cutting="interface Vlan10\n shutdown\n",
        without_neighbours="no lldp run\n",
    ),
    "eos": Case(
        lines="snmp-server location Grenaa\nmanagement telnet\n   shutdown\n",
        diff="+snmp-server location Grenaa\nmanagement telnet\n-   no shutdown",
        gone="management telnet\n   no shutdown",
        there="snmp-server location Grenaa",
        refused=".*location.*",
        cutting="interface Management1\n   no ip address\n",
        without_neighbours="no lldp run\n",
    ),
    "junos": Case(
        lines="delete system services telnet\n",
        diff="[edit system services]\n-   telnet;",
        gone="telnet;",
        there="netconf {",
        refused=".*telnet.*",
        cutting="set interfaces fxp0 disable\n",
        without_neighbours="delete protocols lldp\n",
    ),
    "fortios": Case(
        lines="config system global\n    set admin-telnet disable\nend\n"
        "config firewall policy\n    delete 2\n    edit 1\n        set comments Grenaa\n    next\nend\n",
        diff=f"{MARK}\nconfig firewall policy\n    edit 1\n+        set comments Grenaa\n"
        "-    edit 2\n-        set action accept\n-        set dstaddr all\n-        set dstintf port1\n"
        '-        set name "old telnet"\n-        set schedule always\n-        set service TELNET\n'
        "-        set srcaddr clients\n-        set srcintf port2\n"
        "config system global\n+    set admin-telnet disable",
        gone='set name "old telnet"',
        there='set comments "Grenaa"',
        refused="comments",
        cutting="config system interface\n    edit mgmt\n        set allowaccess ping ssh\n    next\nend\n",
        without_neighbours="config system interface\n    edit port1\n"
        "        set lldp-reception disable\n    next\nend\n",
    ),
    "aoscx": Case(
        lines="snmp-server system-location Grenaa\nno telnet server vrf default\n",
        diff=f"{aoscx_difference.MARK}\n-telnet server vrf default\n-snmp-server system-location Odder\n"
        "+snmp-server system-location Grenaa",
        gone="telnet server",
        there="snmp-server system-location Grenaa",
        refused=".*location.*",
        cutting="interface vlan 10\n    shutdown\n",
        without_neighbours="no lldp\n",
    ),
}
PLATFORMS = tuple(CASES)
every_platform = pytest.mark.parametrize("platform", PLATFORMS)
# What no platform has a part in is proven on the one whose sessions open fastest.
one_platform = pytest.mark.parametrize("platform", ["eos"])


def nothing_to_say(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return ()


def change(
    bench: Bench,
    *,
    lines: str | None = None,
    diff: str | None = None,
    post_check: PostCheck = nothing_to_say,
    revert_after_seconds: int = 120,
) -> ChangeResult:
    case = CASES[bench.target.platform]
    return apply_change(
        bench.target,
        ApprovedChange(
            lines=lines or case.lines,
            approved_diff=case.diff if diff is None else diff,
            revert_after_seconds=revert_after_seconds,
            allowed_risks=PROFILES[bench.target.platform].risks,
            margin_seconds=60,
            poll_seconds=60.0,
        ),
        lock=bench.lock,
        post_check=post_check,
        clock=bench.clock,
    )


def assert_untouched(now: TwinState, before: TwinState) -> None:
    assert (now.running, now.startup, now.pending) == (before.running, before.startup, None)


@every_platform
def test_a_change_is_committed_checked_confirmed_and_saved(benches: Benches, platform: Platform) -> None:
    bench, case = benches.start(platform), CASES[platform]
    before = bench.twin.state()
    seen: list[tuple[Collection, Collection]] = []

    def look(old: Collection, new: Collection) -> tuple[PostCheckFailure, ...]:
        assert bench.twin.state().pending is not None
        seen.append((old, new))
        return ()

    result = change(bench, post_check=look)
    state = bench.twin.state()
    assert (result.outcome, result.diff, result.failures) == ("confirmed", case.diff, ())
    assert (state.pending, state.commits, state.reverts) == (None, 1, 0)
    assert state.startup == state.running != before.running
    assert case.there in state.running
    assert case.gone not in state.running
    [(old, new)] = seen
    assert [(one.device, one.remote_interface) for one in new.neighbours] == [("core-01", "Ethernet7")]
    assert (case.gone in old.running, case.gone in new.running) == (True, False)
    assert result.collection is not None
    assert result.running_after == result.collection.running
    # FortiOS shows what it encrypts differently for every reading.
    assert comparable_configuration(platform, result.running_after) == comparable_configuration(
        platform, new.running
    )


@every_platform
def test_a_second_run_changes_nothing(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    assert change(bench).outcome == "confirmed"
    first = bench.twin.state()
    again = change(bench)
    second = bench.twin.state()
    assert (again.outcome, again.diff) == ("unchanged", "")
    assert (second.running, second.startup, second.commits) == (first.running, first.startup, 1)


@pytest.mark.parametrize("platform", ["ios", "eos"])
def test_lines_that_a_killed_run_confirmed_and_did_not_save_are_saved(
    benches: Benches, platform: Platform
) -> None:
    bench, case = benches.start(platform), CASES[platform]
    bench.twin.console(tuple(case.lines.splitlines()))
    before = bench.twin.state()
    assert before.startup != before.running
    result = change(bench)
    state = bench.twin.state()
    assert (result.outcome, result.diff) == ("confirmed", "")
    assert "and had not saved them; saved now" in result.message
    assert (state.running, state.startup, state.commits) == (before.running, before.running, before.commits)


@every_platform
def test_a_preview_changes_nothing_and_leaves_nothing_behind(benches: Benches, platform: Platform) -> None:
    bench, case = benches.start(platform), CASES[platform]
    before = bench.twin.state()
    for _ in range(2):
        assert preview_change(bench.target, case.lines, lock=bench.lock) == case.diff
    assert_untouched(bench.twin.state(), before)
    assert bench.twin.state().commits == 0


@every_platform
def test_a_check_that_fails_lets_the_device_go_back(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    before = bench.twin.state()
    failure = PostCheckFailure(check="MGT-01", message="telnet still answers")
    result = change(bench, post_check=lambda _old, _new: (failure,))
    assert (result.outcome, result.failures) == ("reverted", (failure,))
    assert "telnet still answers" in result.message
    assert_untouched(bench.twin.state(), before)
    assert bench.twin.state().reverts == 1


@one_platform
def test_a_check_that_breaks_counts_as_failed(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    before = bench.twin.state()

    def broken(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        raise KeyError("MGT-01")

    result = change(bench, post_check=broken)
    assert result.outcome == "reverted"
    assert result.failures == (
        PostCheckFailure(check="post-check", message="the check itself failed (KeyError)"),
    )
    assert_untouched(bench.twin.state(), before)


@one_platform
def test_a_lost_neighbour_is_a_reason_to_go_back(benches: Benches, platform: Platform) -> None:
    bench, case = benches.start(platform), CASES[platform]
    before = bench.twin.state()
    diff = preview_change(bench.target, case.without_neighbours, lock=bench.lock)
    result = change(bench, lines=case.without_neighbours, diff=diff)
    assert [failure.check for failure in result.failures] == ["neighbours"]
    assert "core-01 Ethernet7 is no longer seen" in result.failures[0].message
    assert result.outcome == "reverted"
    assert_untouched(bench.twin.state(), before)


@one_platform
def test_another_diff_than_the_approved_one_is_refused(benches: Benches, platform: Platform) -> None:
    bench, case = benches.start(platform), CASES[platform]
    before = bench.twin.state()
    result = change(bench, diff=case.diff + "\n+something else")
    assert result.outcome == "refused"
    assert "approved but not there: '+something else'" in result.message
    assert_untouched(bench.twin.state(), before)
    assert bench.twin.state().commits == 0


@every_platform
def test_a_pending_commit_of_somebody_else_is_left_alone(benches: Benches, platform: Platform) -> None:
    bench, case = benches.start(platform), CASES[platform]
    other = driver_for(bench.target)
    other.open()
    other.stage(case.lines)
    other.commit(revert_after_seconds=300)
    pending = bench.twin.state()
    assert pending.pending is not None
    assert change(bench).outcome == "refused"
    with pytest.raises(PendingCommit):
        preview_change(bench.target, case.lines, lock=bench.lock)
    now = bench.twin.state()
    other.close()
    assert (now.running, now.pending, now.commits) == (pending.running, pending.pending, 1)


@pytest.mark.parametrize("platform", ["ios", "eos", "fortios", "aoscx"])
def test_a_commit_of_somebody_else_that_comes_before_ours_is_not_reported_as_ours_taken_back(
    benches: Benches, platform: Platform
) -> None:
    bench, case = benches.start(platform), CASES[platform]
    others = driver_for(bench.target)

    def opener(target: DeviceTarget) -> DeviceDriver:
        driver = driver_for(target)
        look = driver.diff

        def look_and_come_second() -> str:
            told = look()
            others.open()
            others.stage(case.lines)
            others.commit(revert_after_seconds=300)
            return told

        driver.diff = look_and_come_second  # type: ignore[method-assign]
        return driver

    diff = preview_change(bench.target, case.lines, lock=bench.lock)
    plan = ApprovedChange(
        lines=case.lines,
        approved_diff=diff,
        revert_after_seconds=120,
        allowed_risks=PROFILES[platform].risks,
    )
    result = apply_change(
        bench.target, plan, lock=bench.lock, post_check=nothing_to_say, clock=bench.clock, opener=opener
    )
    pending = bench.twin.state().pending
    others.close()
    assert result.outcome == "refused"
    assert "of somebody else" in result.message or "is pending on it" in result.message
    assert pending is not None


@every_platform
def test_a_refused_login_is_said_and_nothing_is_tried(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    before = bench.twin.state()
    bench.twin.switch_fault(Fault(name="refuse-login", times=None))
    with pytest.raises(LoginRefused) as caught:
        collect(bench.target)
    result = change(bench)
    assert result.outcome == "refused"
    assert "was refused; check the credential" in result.message
    for text in (str(caught.value), result.message):
        assert bench.target.credential.password.get_secret_value() not in text
    assert_untouched(bench.twin.state(), before)


@every_platform
def test_a_connection_dropped_after_the_commit_ends_as_before(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    before = bench.twin.state()
    bench.twin.switch_fault(Fault(name="drop-after-commit"))
    result = change(bench)
    assert (result.outcome, result.running_after != "") == ("reverted", True)
    state = bench.twin.state()
    assert_untouched(state, before)
    assert (state.commits >= 1, state.reverts) == (True, 1)


@every_platform
def test_a_connection_dropped_after_the_confirmation_is_reported_as_it_is(
    benches: Benches, platform: Platform
) -> None:
    bench, case = benches.start(platform), CASES[platform]

    def arm_fault(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        bench.twin.switch_fault(Fault(name="drop-after-commit"))
        return ()

    result = change(bench, post_check=arm_fault)
    state = bench.twin.state()
    assert (result.outcome, state.pending, state.reverts) == ("confirmed", None, 0)
    assert case.there in state.running
    assert state.startup == state.running


@every_platform
def test_a_line_that_the_device_refuses_changes_nothing(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    before = bench.twin.state()
    bench.twin.switch_fault(Fault(name="error-line", argument=CASES[platform].refused, times=None))
    result = change(bench)
    # These look at the lines only when they are taken in: they had begun, and went back.
    assert result.outcome == ("reverted" if platform in {"ios", "fortios", "aoscx"} else "refused")
    assert "the device refused the configuration" in result.message
    assert_untouched(bench.twin.state(), before)


@every_platform
def test_a_change_that_cuts_the_management_path_comes_back_by_itself(
    benches: Benches, platform: Platform
) -> None:
    bench, case = benches.start(platform), CASES[platform]
    before = bench.twin.state()
    diff = preview_change(bench.target, case.cutting, lock=bench.lock)
    with bench.time_passing_while_unreachable(121.0):
        result = change(bench, lines=case.cutting, diff=diff)
    state = bench.twin.state()
    assert (result.outcome, state.management_reachable, state.reverts) == ("reverted", True, 1)
    assert_untouched(state, before)


@one_platform
def test_a_device_that_never_comes_back_is_unknown_and_not_reverted(
    benches: Benches, platform: Platform
) -> None:
    bench = benches.start(platform)

    def power_cut(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        bench.twin.stop()
        return (PostCheckFailure(check="MGT-01", message="no"),)

    result = change(bench, post_check=power_cut)
    assert result.outcome == "unknown"
    assert "look at it by hand" in result.message
    assert result.seconds >= 120 + 60


@every_platform
def test_somebody_elses_change_in_between_is_not_confirmed_as_ours(
    benches: Benches, platform: Platform
) -> None:
    bench = benches.start(platform)
    line = {
        "ios": "snmp-server contact x",
        "eos": "snmp-server contact x",
        "junos": "set snmp contact x",
        "aoscx": "snmp-server system-contact contact x",
        "fortios": 'config system snmp sysinfo\nset contact-info "contact x"\nend',
    }[platform]

    def meddle(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        bench.twin.console((line,))
        return ()

    result = change(bench, post_check=meddle)
    assert result.outcome == "unknown"
    assert "contact x" in bench.twin.state().running


@one_platform
def test_a_device_that_another_run_holds_is_refused(benches: Benches, platform: Platform) -> None:
    bench = benches.start(platform)
    with bench.lock.hold(bench.target.device):
        result = change(bench)
        with pytest.raises(DeviceError, match="another run is at work"):
            preview_change(bench.target, CASES[platform].lines, lock=bench.lock)
    assert (result.outcome, bench.twin.state().commits) == ("refused", 0)
    assert bench.twin.transcript() == ()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("snmp-server location Grenaa\nntp server\n", "Incomplete command"),
        ("snmp-server location Grenaa\nno s\n", "Ambiguous command"),
        ("snmp-server location Grenaa\nfrobnicate\n", "Invalid input"),
    ],
)
def test_ios_lines_that_do_not_take_are_noticed_and_taken_back(
    benches: Benches, lines: str, said: str
) -> None:
    bench = benches.start("ios")
    before = bench.twin.state()
    diff = preview_change(bench.target, lines, lock=bench.lock)
    result = change(bench, lines=lines, diff=diff)
    assert result.outcome == "reverted"
    assert said in result.message
    assert_untouched(bench.twin.state(), before)


def test_ios_without_an_archive_is_refused_before_anything_is_changed(benches: Benches) -> None:
    bench = benches.start("ios", change=("archive\n path flash:archive\n maximum 14\n!\n", ""))
    before = bench.twin.state()
    result = change(bench)
    assert result.outcome == "refused"
    assert "cannot take a change back by itself" in result.message
    assert_untouched(bench.twin.state(), before)
    assert bench.twin.state().commits == 0


def test_ios_keeps_no_trace_of_the_files_prompt(benches: Benches) -> None:
    bench = benches.start("ios")
    change(bench)
    assert "file prompt" not in "".join(bench.twin.transcript())
    assert "file prompt" not in bench.twin.state().running


def test_junos_takes_set_lines_only(benches: Benches) -> None:
    bench = benches.start("junos")
    with pytest.raises(ConfigurationRefused, match="curly text would replace"):
        preview_change(bench.target, "system {\n    host-name x;\n}\n", lock=bench.lock)


def test_junos_leaves_an_edit_of_somebody_else_alone(benches: Benches) -> None:
    bench, case = benches.start("junos"), CASES["junos"]
    other = driver_for(bench.target)
    other.open()
    try:
        other.stage("set system host-name other\n")
        result = change(bench)
    finally:
        other.close()
    assert result.outcome == "refused"
    assert "locked or being edited by somebody else" in result.message
    assert bench.twin.state().commits == 0
    assert preview_change(bench.target, case.lines, lock=bench.lock) == case.diff


def test_junos_delete_of_what_is_not_there_is_done_already(benches: Benches) -> None:
    bench = benches.start("junos")
    assert preview_change(bench.target, "delete snmp location\n", lock=bench.lock) == ""
