"""Each hazard of EOS and of the library that drives it, named after what it does to a change."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from devices.drivers.eos_driver import EOSDriver
from devices.errors import CommandRefused, DeviceError, NotOurCommit, UnexpectedAnswer
from devices.models import Collection, PostCheckFailure
from devices.profiles import PROFILES, comparable_configuration
from devices.service import ApprovedChange, apply_change, collect, preview_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devices.models import ChangeResult
    from tests.devices.conftest import Bench, Benches

LINE = "snmp-server location Grenaa\n"
DIFF = "+snmp-server location Grenaa"
BANNER = "   Norddjurs\n! authorised only\n\n  (C) 2026"


def nothing_to_say(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return ()


def change(bench: Bench, lines: str = LINE, diff: str = DIFF) -> ChangeResult:
    return apply_change(
        bench.target,
        ApprovedChange(
            lines=lines, approved_diff=diff, revert_after_seconds=120, margin_seconds=60, poll_seconds=60.0
        ),
        lock=bench.lock,
        post_check=nothing_to_say,
        clock=bench.clock,
    )


@pytest.fixture
def bench(benches: Benches) -> Bench:
    return benches.start("eos")


@pytest.fixture
def driver(bench: Bench) -> Iterator[EOSDriver]:
    opened = EOSDriver(bench.target)
    opened.open()
    yield opened
    opened.close()


def sessions_of(driver: EOSDriver) -> dict[str, str]:
    answer = driver._session()._run_commands(["show configuration sessions"])[0]
    return {name: row["state"] for name, row in answer["sessions"].items()}


# What is loaded.


def test_eos_banner_lines_that_look_like_comments_or_are_indented_are_kept(bench: Bench) -> None:
    lines = f"banner login\n{BANNER}\nEOF\n{LINE}"
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert change(bench, lines, diff).outcome == "confirmed"
    assert f"banner login\n{BANNER}\nEOF\n" in bench.twin.state().running


def test_eos_comment_lines_of_a_plan_are_no_configuration(bench: Bench) -> None:
    assert preview_change(bench.target, f"! why\n{LINE}!\n", lock=bench.lock) == DIFF


def test_eos_refused_line_leaves_nothing_of_the_lines_before_it_and_no_session(
    bench: Bench, driver: EOSDriver
) -> None:
    before = bench.twin.state()
    with pytest.raises(DeviceError, match="frobnicate"):
        driver.stage(f"{LINE}frobnicate\n")
    assert [state for state in sessions_of(driver).values() if state == "pending"] == []
    state = bench.twin.state()
    assert (state.running, state.startup, state.commits) == (before.running, before.startup, 0)


def test_eos_session_names_never_repeat_and_are_known_as_ours(bench: Bench) -> None:
    names = {EOSDriver(bench.target)._session_name for _ in range(200)}
    assert len(names) == 200
    assert all(name.startswith("samdrift_") for name in names)


def test_eos_sessions_that_killed_runs_left_never_fill_the_switch(bench: Bench) -> None:
    killed = EOSDriver(bench.target)
    killed.open()
    for number in range(5):
        killed._session()._run_commands([f"configure session samdrift_killed{number}", "end"])
    assert change(bench).outcome == "confirmed"


def test_eos_session_that_the_switch_dropped_after_a_day_is_not_committed(
    bench: Bench, driver: EOSDriver
) -> None:
    before = bench.twin.state()
    driver.stage(LINE)
    bench.clock.sleep(86_401.0)
    with pytest.raises(DeviceError):
        driver.commit(revert_after_seconds=120)
    bench.clock.sleep(121.0)
    state = bench.twin.state()
    assert (state.running, state.startup, state.pending) == (before.running, before.startup, None)


# The commit and its timer.


def test_eos_object_that_is_forgotten_leaves_its_commit_to_the_timer(bench: Bench) -> None:
    driver = EOSDriver(bench.target)
    driver.open()
    driver.stage(LINE)
    driver.commit(revert_after_seconds=120)
    napalm = driver._session()
    del driver, napalm
    gc.collect()
    state = bench.twin.state()
    assert (state.pending is not None, DIFF[1:] in state.running) == (True, True)


def test_eos_unsaved_lines_of_others_survive_when_ours_are_taken_back(
    bench: Bench, driver: EOSDriver
) -> None:
    bench.twin.console(("snmp-server contact somebody",))
    before = bench.twin.state()
    assert before.running != before.startup
    driver.stage(LINE)
    driver.commit(revert_after_seconds=120)
    driver.roll_back()
    state = bench.twin.state()
    assert (state.running, state.startup) == (before.running, before.startup)
    assert not any("rollback-0" in line and "replace" in line for line in bench.twin.transcript())


@pytest.mark.parametrize("release", ["4.29.2F", "4.31.2F", "4.32.2F"])
@pytest.mark.parametrize("base", ["uptime", "epoch"])
def test_eos_pending_commit_is_seen_in_the_form_of_every_release(
    benches: Benches, release: str, base: str
) -> None:
    bench = benches.start("eos", change=("EOS-4.31.2F", f"EOS-{release}"), options={"expiry_base": base})
    first, second = EOSDriver(bench.target), EOSDriver(bench.target)
    first.open()
    second.open()
    assert not second.has_pending_commit()
    first.stage(LINE)
    first.commit(revert_after_seconds=120)
    assert (first.owns_pending_commit(), second.has_pending_commit(), second.owns_pending_commit()) == (
        True,
        True,
        False,
    )
    first.confirm()
    assert not second.has_pending_commit()
    first.close()
    second.close()


def test_eos_confirmation_of_a_session_that_went_back_makes_no_new_commit(
    bench: Bench, driver: EOSDriver
) -> None:
    before = bench.twin.state()
    driver.stage(LINE)
    driver.commit(revert_after_seconds=120)
    bench.clock.sleep(121.0)
    with pytest.raises(NotOurCommit):
        driver.confirm()
    state = bench.twin.state()
    assert (state.running, state.startup, state.pending) == (before.running, before.startup, None)
    assert sessions_of(driver) == {}


def test_eos_confirmation_saves_what_the_commit_alone_does_not(bench: Bench, driver: EOSDriver) -> None:
    driver.stage(LINE)
    driver.commit(revert_after_seconds=120)
    assert DIFF[1:] not in bench.twin.state().startup
    driver.confirm()
    assert DIFF[1:] in bench.twin.state().startup


def test_eos_timer_of_somebody_else_refuses_our_commit_and_is_left_running(
    bench: Bench, driver: EOSDriver
) -> None:
    other = EOSDriver(bench.target)
    other.open()
    driver.stage(LINE)
    other._session_name = driver._session_name.replace("samdrift_", "maintenance_")
    other._session().lock_disable = True
    other._session().config_session = other._session_name
    other._session().load_merge_candidate(config="snmp-server contact somebody\n")
    other._session().commit_config(revert_in=600)
    other._session().keeps_session = True
    with pytest.raises(DeviceError, match="pending"):
        driver.commit(revert_after_seconds=120)
    state = bench.twin.state()
    assert (state.pending is not None, DIFF[1:] in state.running) == (True, False)
    other.close()


# What is read.


def test_eos_release_that_is_too_old_for_its_driver_is_refused(benches: Benches) -> None:
    bench = benches.start("eos", change=("EOS-4.31.2F", "EOS-4.22.1F"))
    with pytest.raises(DeviceError):
        collect(bench.target)
    assert change(bench).outcome == "refused"
    assert bench.twin.state().commits == 0


def test_eos_diff_of_an_old_release_reads_like_that_of_a_new_one(benches: Benches) -> None:
    lines = "management telnet\n   shutdown\n"
    old, new = (
        benches.start("eos", change=("EOS-4.31.2F", f"EOS-{release}")) for release in ("4.28.0F", "4.32.2F")
    )
    assert "@@" not in preview_change(old.target, lines, lock=old.lock)
    assert "-   no shutdown" in preview_change(old.target, lines, lock=old.lock)
    assert change(old, lines, preview_change(old.target, lines, lock=old.lock)).outcome == "confirmed"
    assert change(new, lines, preview_change(new.target, lines, lock=new.lock)).outcome == "confirmed"


def test_eos_show_command_without_json_is_read_as_text(driver: EOSDriver) -> None:
    [shown] = driver.show(("show logging",))
    assert shown.command == "show logging"
    with pytest.raises(CommandRefused, match="was refused"):
        driver.show(("show frobnicate",))


def test_eos_times_above_a_configuration_are_no_difference(bench: Bench, driver: EOSDriver) -> None:
    first = collect(bench.target)
    bench.clock.sleep(7200.0)
    driver.save()
    second = collect(bench.target)
    assert (second.running, second.startup) == (first.running, first.startup)
    timed = f"! Command: show running-config\n! Time: Sun Nov 22 10:00:00 2026\n{first.running}"
    assert comparable_configuration("eos", timed) == comparable_configuration("eos", first.running)


def test_eos_configuration_that_was_cut_off_is_none(bench: Bench) -> None:
    whole = collect(bench.target).running
    driver = EOSDriver(bench.target)
    assert driver._checked_configuration(whole) == whole
    with pytest.raises(UnexpectedAnswer, match="without its last line"):
        driver._checked_configuration(whole[: len(whole) // 2])


def test_eos_terminal_that_hides_refusals_is_never_used(bench: Bench, driver: EOSDriver) -> None:
    assert (driver._session().transport, PROFILES["eos"].transport) == ("https", "eAPI")
    with pytest.raises(DeviceError, match="frobnicate"):
        driver.stage("frobnicate\n")
    assert bench.twin.state().commits == 0
