"""Each hazard of IOS and of the library that drives it, named after what it does to a change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from devices.drivers.ios_driver import IOSDriver, _refusal
from devices.errors import (
    CapabilityMissing,
    CommandRefused,
    NotOurCommit,
    UnexpectedAnswer,
)
from devices.models import Collection, Neighbour, PostCheckFailure
from devices.profiles import comparable_configuration
from devices.service import ApprovedChange, apply_change, collect, preview_change
from lab.models import NeighbourSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devices.models import ChangeResult
    from lab.models import TwinState
    from tests.devices.conftest import Bench, Benches

    Judge = Callable[[Collection, Collection], tuple[PostCheckFailure, ...]]

LINE = "snmp-server location Grenaa\n"
DIFF = "+snmp-server location Grenaa"
RESERVED_BYTES = 613_679_104


def nothing_to_say(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return ()


def no(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return (PostCheckFailure(check="test", message="not wanted"),)


def change(
    bench: Bench, lines: str = LINE, diff: str = DIFF, post_check: Judge = nothing_to_say
) -> ChangeResult:
    return apply_change(
        bench.target,
        ApprovedChange(
            lines=lines, approved_diff=diff, revert_after_seconds=120, margin_seconds=60, poll_seconds=60.0
        ),
        lock=bench.lock,
        post_check=post_check,
        clock=bench.clock,
    )


def assert_untouched(now: TwinState, before: TwinState) -> None:
    assert (now.running, now.startup, now.pending) == (before.running, before.startup, None)


def device_of(bench: Bench) -> Any:
    twin: Any = bench.twin
    return twin._device


@pytest.fixture
def bench(benches: Benches) -> Bench:
    return benches.start("ios")


@pytest.fixture
def driver(bench: Bench) -> Iterator[IOSDriver]:
    opened = IOSDriver(bench.target)
    opened.open()
    yield opened
    opened.close()


# The file that carries a change.


def test_ios_second_connection_for_the_file_is_gone_with_the_session(bench: Bench) -> None:
    for _ in range(3):
        assert preview_change(bench.target, LINE, lock=bench.lock) == DIFF
    deadline = time.monotonic() + 10
    while bench.twin.state().sessions and time.monotonic() < deadline:
        time.sleep(0.02)
    assert bench.twin.state().sessions == 0


def test_ios_file_that_is_there_already_is_not_sent_again_and_is_what_is_committed(
    bench: Bench, driver: IOSDriver
) -> None:
    driver.stage(LINE)
    second = IOSDriver(bench.target)
    second.open()
    second.stage(LINE)
    assert second.diff() == DIFF
    second.commit(revert_after_seconds=120)
    second.confirm()
    second.close()
    assert len([line for line in bench.twin.transcript() if line.startswith("scp ")]) == 1
    assert DIFF[1:] in bench.twin.state().startup


def test_ios_flash_without_room_for_the_file_stops_the_change_before_it_begins(bench: Bench) -> None:
    before = bench.twin.state()
    device_of(bench).files._total_bytes = RESERVED_BYTES + 10
    result = change(bench)
    assert (result.outcome, "space" in result.message) == ("refused", True)
    assert_untouched(bench.twin.state(), before)


def test_ios_lines_with_braces_go_in_as_they_are(bench: Bench) -> None:
    line = "snmp-server location {Grenaa} [2]"
    assert change(bench, f"{line}\n", f"+{line}").outcome == "confirmed"
    assert line in bench.twin.state().running


def test_ios_line_longer_than_the_terminal_is_wide_goes_in_whole(bench: Bench) -> None:
    line = f"snmp-server location {'Grenaa' * 100}"
    assert change(bench, f"{line}\n", f"+{line}").outcome == "confirmed"
    assert line in bench.twin.state().running


def test_ios_discarding_leaves_no_lines_of_ours_and_no_copy_of_running_on_the_flash(
    bench: Bench, driver: IOSDriver
) -> None:
    driver.stage(LINE)
    driver.discard()
    files = {name: file.content for name, file in device_of(bench).files.files().items()}
    assert DIFF[1:].encode() not in b"".join(files.values())
    assert "samdrift_candidate.txt" in files or not any(b"hostname" in one for one in files.values())


# The comparison.


def test_ios_removal_is_shown_as_a_removal(bench: Bench) -> None:
    line = "no snmp-server community public RO"
    diff = preview_change(bench.target, f"{line}\n", lock=bench.lock)
    assert diff == "-no snmp-server community <secret> RO"
    assert change(bench, f"{line}\n", diff).outcome == "confirmed"
    assert "community" not in bench.twin.state().running


def test_ios_lines_without_their_end_are_no_reason_for_its_error_5(benches: Benches) -> None:
    bench = benches.start("ios", change=("version 17.9", "version 12.4"))
    assert preview_change(bench.target, LINE, lock=bench.lock) == DIFF


def test_ios_that_cannot_compare_a_merge_is_refused_and_its_echo_is_no_diff(benches: Benches) -> None:
    bench = benches.start("ios", change=("version 17.9", "version 12.2"))
    before = bench.twin.state()
    with pytest.raises(CapabilityMissing, match=r"12\.4"):
        preview_change(bench.target, LINE, lock=bench.lock)
    result = change(bench)
    assert (result.outcome, "cannot compute the difference" in result.message) == ("refused", True)
    assert_untouched(bench.twin.state(), before)


# The commit.


@pytest.mark.parametrize(
    "line", ["snmp-server", "no ip domain", "interface GigabitEthernet9/0/9", "frobnicate all of it"]
)
def test_ios_lines_before_a_refused_one_are_taken_back_and_nothing_is_saved(bench: Bench, line: str) -> None:
    before = bench.twin.state()
    diff = preview_change(bench.target, f"{LINE}{line}\n", lock=bench.lock)
    result = change(bench, f"{LINE}{line}\n", diff)
    assert result.outcome in {"reverted", "refused"}
    assert "refused the configuration" in result.message
    assert_untouched(bench.twin.state(), before)
    assert not any(sent.startswith("wr") for sent in bench.twin.transcript())


def test_ios_question_about_an_account_is_answered_and_its_line_takes_effect(benches: Benches) -> None:
    bench = benches.start(
        "ios", change=("!\narchive", "!\nusername old privilege 15 secret 9 $9$x\n!\narchive")
    )
    lines = "no username old\nsnmp-server location Grenaa\n"
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert change(bench, lines, diff).outcome == "confirmed"
    state = bench.twin.state()
    assert ("username old" in state.startup, DIFF[1:] in state.startup) == (False, True)


def test_ios_warning_in_the_middle_of_answers_disturbs_no_answer(bench: Bench) -> None:
    def wait(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        bench.clock.sleep(61.0)
        return ()

    assert change(bench, post_check=wait).outcome == "confirmed"
    assert bench.twin.state().startup == bench.twin.state().running


def test_ios_warning_at_once_with_a_timer_of_one_minute_disturbs_no_answer(
    bench: Bench, driver: IOSDriver
) -> None:
    driver.stage(LINE)
    driver.commit(revert_after_seconds=60)
    driver.confirm()
    state = bench.twin.state()
    assert (DIFF[1:] in state.startup, state.pending) == (True, None)


def test_ios_revert_that_leaves_lines_behind_is_told_as_unknown_and_never_as_reverted(bench: Bench) -> None:
    def leave_a_line_behind(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        device = device_of(bench)
        kept = device.running.copy()
        device.timer.backup = kept  # "Rollback aborted after 5 passes": what was committed stays.
        return no(_old, _new)

    result = change(bench, post_check=leave_a_line_behind)
    assert (result.outcome, "the change is in force, unconfirmed" in result.message) == ("unknown", True)
    assert DIFF[1:] in result.running_after


def test_ios_confirmation_saves_what_the_timer_alone_does_not(bench: Bench, driver: IOSDriver) -> None:
    driver.stage(LINE)
    driver.commit(revert_after_seconds=120)
    assert DIFF[1:] not in bench.twin.state().startup
    driver.confirm()
    assert DIFF[1:] in bench.twin.state().startup


def test_ios_timer_of_the_same_login_in_another_session_is_not_ours(bench: Bench, driver: IOSDriver) -> None:
    driver.stage(LINE)
    driver.commit(revert_after_seconds=120)
    driver.confirm()
    bench.clock.sleep(90.0)
    device_of(bench).arm(bench.target.credential.username, 5)
    assert (driver.has_pending_commit(), driver.owns_pending_commit()) == (True, False)
    with pytest.raises(NotOurCommit):
        driver.roll_back()
    assert bench.twin.state().pending is not None


def test_ios_old_backup_on_the_flash_is_never_rolled_back_to(bench: Bench, driver: IOSDriver) -> None:
    before = bench.twin.state()
    device_of(bench).files.write("samdrift_rollback.txt", b"version 17.9\nhostname yesterday\nend\n")
    with pytest.raises(NotOurCommit):
        driver.roll_back()
    assert_untouched(bench.twin.state(), before)
    assert not any(line.startswith("configure replace") for line in bench.twin.transcript())


def test_ios_closing_a_session_changes_nothing(bench: Bench) -> None:
    before = bench.twin.state()
    collect(bench.target)
    preview_change(bench.target, LINE, lock=bench.lock)
    now = bench.twin.state()
    assert (now.running, now.startup, now.commits) == (before.running, before.startup, 0)
    assert not any(line.startswith(("configure", "write")) for line in bench.twin.transcript())


# Prompts and greetings.


def test_ios_name_that_prompts_cut_short_is_no_obstacle(benches: Benches) -> None:
    bench = benches.start("ios", change=("hostname acc-01", "hostname acc-01-kaelder-nord-bygning-7"))
    assert change(bench).outcome == "confirmed"


def test_ios_change_of_the_name_in_the_prompt_is_confirmed(bench: Bench) -> None:
    result = change(bench, "hostname acc-02\n", "+hostname acc-02")
    assert (result.outcome, "hostname acc-02\n" in bench.twin.state().startup) == ("confirmed", True)


@pytest.mark.parametrize("kind", ["motd", "exec"])
def test_ios_banner_that_looks_like_a_prompt_is_none(benches: Benches, kind: str) -> None:
    banner = f"banner {kind} ^C\nacc-01#\n acc-01>  keep out! acc-01(config)#\n^C\nline con 0"
    bench = benches.start("ios", change=("line con 0", banner))
    assert change(bench).outcome == "confirmed"
    assert DIFF[1:] in bench.twin.state().startup


# What is read.


def test_ios_times_above_a_configuration_are_no_difference(bench: Bench) -> None:
    first = collect(bench.target)
    driver = IOSDriver(bench.target)
    driver.open()
    bench.clock.sleep(3600.0)
    bench.twin.console(("snmp-server contact x", "no snmp-server contact"))
    driver.save()
    raw = driver._session().device.send_command("show running-config")
    driver.close()
    assert "! Last configuration change at" in raw
    assert collect(bench.target).running == first.running
    assert comparable_configuration("ios", raw) == comparable_configuration("ios", first.running)


def test_ios_configuration_that_was_cut_off_is_none(bench: Bench) -> None:
    whole = collect(bench.target).running
    driver = IOSDriver(bench.target)
    assert driver._checked_configuration(whole) == whole
    with pytest.raises(UnexpectedAnswer, match="without its last line"):
        driver._checked_configuration(whole[: len(whole) // 2])


def test_ios_neighbour_with_a_long_name_is_told_whole(benches: Benches) -> None:
    name = "core-01-raadhuset-norddjurs.example.dk"
    spec = NeighbourSpec(
        local_interface="GigabitEthernet1/0/1", device=name, remote_interface="GigabitEthernet1/0/48"
    )
    bench = benches.start("ios", neighbours=(spec,))
    assert collect(bench.target).neighbours == (
        Neighbour(
            local_interface="GigabitEthernet1/0/1", device=name, remote_interface="GigabitEthernet1/0/48"
        ),
    )


def test_ios_without_lldp_hears_nobody_and_that_is_no_error(benches: Benches) -> None:
    bench = benches.start("ios", change=("lldp run\n", ""))
    assert collect(bench.target).neighbours == ()


@pytest.mark.parametrize("command", ["show frobnicate", "show", "show i"])
def test_ios_show_command_that_is_refused_is_an_error_and_no_output(driver: IOSDriver, command: str) -> None:
    with pytest.raises(CommandRefused, match="was refused: %"):
        driver.show((command,))


@pytest.mark.parametrize("words", ["Command rejected: Bad VLAN list", "Command authorization failed."])
def test_ios_refusal_without_a_sign_is_one_too(words: str) -> None:
    copied = f"switchport access vlan 9999\n{words}\n120 bytes copied in 0.433 secs (277 bytes/sec)\n"
    assert _refusal(copied) == f"switchport access vlan 9999\n{words}"
    assert _refusal("%Warning: portfast should only be enabled on ports\n[OK]\n") == ""


def test_ios_banner_goes_in_with_its_empty_lines_and_indentation(bench: Bench) -> None:
    body = "\n   Norddjurs\n! authorised only\n\n  (C) 2026\n"
    lines = f"banner motd ^C{body}^C\n{LINE}"
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert change(bench, lines, diff).outcome == "confirmed"
    assert f"banner motd ^C{body}^C" in bench.twin.state().running
