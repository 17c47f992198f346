"""Each hazard of AOS-CX switches and of what is published for them, named after what it does to a change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from devices.aoscx_difference import MARK
from devices.drivers.aoscx_driver import AOSCXDriver
from devices.drivers.aoscx_napalm import AOSCXNetworkDriver
from devices.drivers.napalm_driver import revert_seconds_for
from devices.errors import (
    CommandRefused,
    ConfigurationRefused,
    ConnectionLost,
    NotOurCommit,
    PendingCommit,
    RevertTimerInvalid,
)
from devices.profiles import PROFILES, comparable_configuration
from devices.service import ApprovedChange, apply_change, preview_change
from lab.aoscx.twin import AOSCXTwin
from lab.models import NeighbourSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devices.models import ChangeResult, Collection, PostCheckFailure
    from devices.safe_change import PostCheck
    from lab.models import TwinState
    from tests.devices.conftest import Bench, Benches

LINE = "snmp-server system-location Grenaa\n"


def nothing_to_say(_before: Collection, _after: Collection) -> tuple[PostCheckFailure, ...]:
    return ()


def change(
    bench: Bench, lines: str = LINE, *, post_check: PostCheck = nothing_to_say, seconds: int = 120
) -> ChangeResult:
    """Preview a change, take what it shows for approved, and apply it."""
    return apply_change(
        bench.target,
        ApprovedChange(
            lines=lines,
            approved_diff=preview_change(bench.target, lines, lock=bench.lock),
            revert_after_seconds=seconds,
            margin_seconds=60,
            poll_seconds=60.0,
        ),
        lock=bench.lock,
        post_check=post_check,
        clock=bench.clock,
    )


def twin_of(bench: Bench) -> AOSCXTwin:
    assert isinstance(bench.twin, AOSCXTwin)
    return bench.twin


def assert_untouched(now: TwinState, before: TwinState) -> None:
    assert (now.running, now.startup, now.pending) == (before.running, before.startup, None)


@pytest.fixture
def bench(benches: Benches) -> Bench:
    return benches.start("aoscx")


@pytest.fixture
def other(bench: Bench) -> Iterator[AOSCXNetworkDriver]:
    """Somebody else at a terminal of the switch."""
    session = session_on(bench)
    try:
        yield session
    finally:
        session.close()


def session_on(bench: Bench, **options: object) -> AOSCXNetworkDriver:
    session = AOSCXNetworkDriver(
        "127.0.0.1",
        bench.target.credential.username,
        bench.target.credential.password.get_secret_value(),
        timeout=10,
        optional_args={"port": bench.target.port, **options},
    )
    session.open()
    return session


# The session that made a change.


def test_aoscx_end_of_the_session_that_armed_takes_the_change_back(bench: Bench) -> None:
    before = bench.twin.state()
    driver = AOSCXDriver(bench.target)
    driver.open()
    driver.stage(LINE)
    driver.commit(revert_after_seconds=1200)
    assert bench.twin.state().running != before.running
    driver.close()
    deadline = time.monotonic() + 10
    while bench.twin.state().sessions and time.monotonic() < deadline:
        time.sleep(0.02)
    bench.clock.sleep(6.0)
    assert_untouched(bench.twin.state(), before)
    assert bench.twin.state().reverts == 1


def test_aoscx_session_that_dies_while_it_waits_ends_the_change_as_reverted(bench: Bench) -> None:
    before = bench.twin.state()

    def cut(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        twin_of(bench).cut_sessions()
        return ()

    result = change(bench, post_check=cut, seconds=1200)
    assert result.outcome == "reverted"
    assert_untouched(bench.twin.state(), before)
    # The timer of twenty minutes was not waited for.
    assert result.seconds < 1200


def test_aoscx_session_that_is_dead_owns_nothing(bench: Bench) -> None:
    driver = AOSCXDriver(bench.target)
    driver.open()
    driver.stage(LINE)
    driver.commit(revert_after_seconds=120)
    twin_of(bench).cut_sessions()
    with pytest.raises(ConnectionLost):
        driver.owns_pending_commit()
    with pytest.raises(ConnectionLost):
        driver.confirm()
    driver.close()


def test_aoscx_session_that_waits_is_kept_in_use(bench: Bench) -> None:
    session = session_on(bench, keep_alive_seconds=0.02)
    session.load_merge_candidate(config=LINE)
    session.commit_config(revert_in=120)
    lines = len(bench.twin.transcript())
    deadline = time.monotonic() + 10
    while len(bench.twin.transcript()) < lines + 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert set(bench.twin.transcript()[lines : lines + 3]) == {""}
    session.confirm_commit()
    session.close()
    assert bench.twin.state().startup == bench.twin.state().running


def test_aoscx_warning_in_the_middle_of_answers_disturbs_no_answer(bench: Bench) -> None:
    def wait(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        bench.clock.sleep(181.0)
        return ()

    result = change(bench, post_check=wait, seconds=300)
    assert result.outcome == "confirmed"
    assert bench.twin.state().reverts == 0


# The timer.


def test_aoscx_timer_of_somebody_else_is_found_when_ours_is_refused(
    bench: Bench, other: AOSCXNetworkDriver
) -> None:
    before = bench.twin.state()
    other.cli(["checkpoint auto 30"])
    pending = bench.twin.state().pending
    driver = AOSCXDriver(bench.target)
    driver.open()
    driver.stage(LINE)
    with pytest.raises(PendingCommit, match="an automatic checkpoint of somebody else runs"):
        driver.commit(revert_after_seconds=120)
    driver.close()
    assert change(bench).outcome == "refused"
    state = bench.twin.state()
    assert (state.running, state.pending, state.commits) == (before.running, pending, 0)
    assert "checkpoint" not in other.cli(["show checkpoint"])["show checkpoint"].partition("\n")[2]


def test_aoscx_running_that_is_not_saved_may_be_a_pending_commit(bench: Bench) -> None:
    bench.twin.console(("snmp-server system-contact somebody",))
    before = bench.twin.state()
    with pytest.raises(PendingCommit, match="running is not what startup holds"):
        preview_change(bench.target, LINE, lock=bench.lock)
    result = apply_change(
        bench.target,
        ApprovedChange(lines=LINE, approved_diff="", revert_after_seconds=120),
        lock=bench.lock,
        post_check=nothing_to_say,
        clock=bench.clock,
    )
    assert (result.outcome, "have it confirmed and saved" in result.message) == ("refused", True)
    now = bench.twin.state()
    assert (now.running, now.startup, now.commits) == (before.running, before.startup, before.commits)


def test_aoscx_confirmation_does_not_save_so_running_is_saved_after_it(bench: Bench) -> None:
    assert change(bench).outcome == "confirmed"
    sent = [line for line in bench.twin.transcript() if line in ("checkpoint auto confirm", "write memory")]
    assert sent == ["checkpoint auto confirm", "write memory"]
    assert bench.twin.state().startup == bench.twin.state().running


@pytest.mark.parametrize(("asked", "counted"), [(60, 60), (61, 120), (3600, 3600)])
def test_aoscx_timer_counts_whole_minutes(asked: int, counted: int) -> None:
    assert revert_seconds_for("sw-01", PROFILES["aoscx"], asked) == counted


@pytest.mark.parametrize("asked", [59, 3601])
def test_aoscx_timer_of_more_than_an_hour_is_refused(asked: int) -> None:
    with pytest.raises(RevertTimerInvalid, match="choose 60 to 3600 s"):
        revert_seconds_for("sw-01", PROFILES["aoscx"], asked)


# Checkpoints.


@pytest.mark.parametrize("release", ["FL.10.13.1000", "FL.10.07.0001"])
def test_aoscx_identical_checkpoint_is_used_and_left_alone(benches: Benches, release: str) -> None:
    bench = benches.start("aoscx", change=("FL.10.13.1000", release))
    other = session_on(bench)
    other.cli(["copy running-config checkpoint monday"])
    assert change(bench).outcome == "confirmed"
    failing = change(bench, "snmp-server system-location Odder\nfrobnicate\n")
    assert (failing.outcome, "frobnicate" in failing.message) == ("reverted", True)
    rows = other.cli(["show checkpoint list all"])["show checkpoint list all"].splitlines()[1:]
    other.close()
    assert [row.split()[0] for row in rows if "User" in row] == ["monday"]


def test_aoscx_checkpoints_of_changes_do_not_fill_the_switch(bench: Bench, other: AOSCXNetworkDriver) -> None:
    for place in ("Grenaa", "Ebeltoft"):
        assert change(bench, f"snmp-server system-location {place}\n").outcome == "confirmed"
    assert other.cli(["show checkpoint"])["show checkpoint"].splitlines()[1:] == []


def test_aoscx_switch_without_room_for_a_checkpoint_is_not_changed(
    bench: Bench, other: AOSCXNetworkDriver
) -> None:
    for number in range(32):
        bench.twin.console((f"snmp-server system-contact c{number}",))
        other.cli([f"copy running-config checkpoint c{number}"])
    bench.twin.console(("snmp-server system-contact last",))
    other.save()
    before = bench.twin.state()
    result = change(bench)
    assert result.outcome == "refused"
    assert "maximum number of checkpoints" in result.message
    assert_untouched(bench.twin.state(), before)


# What lines do.


def test_aoscx_line_is_in_force_at_once_so_those_before_a_refused_one_are_taken_back(bench: Bench) -> None:
    before = bench.twin.state()
    result = change(bench, "snmp-server system-contact x\nvlan 40\n    frobnicate 1\n")
    assert result.outcome == "reverted"
    assert "frobnicate 1 / Invalid input: frobnicate" in result.message
    assert_untouched(bench.twin.state(), before)
    assert bench.twin.state().reverts == 0


def test_aoscx_allowed_vlans_are_added_never_replaced(bench: Bench) -> None:
    lines = "interface 1/1/1\n    vlan trunk allowed 30\n"
    assert preview_change(bench.target, lines, lock=bench.lock) == (
        f"{MARK}\n interface 1/1/1\n-    vlan trunk allowed 10,20\n+    vlan trunk allowed 10,20,30"
    )
    assert change(bench, lines).outcome == "confirmed"


def test_aoscx_new_lag_is_shut_until_a_line_opens_it(bench: Bench) -> None:
    assert preview_change(bench.target, "interface lag 5\n", lock=bench.lock) == (
        f"{MARK}\n+interface lag 5\n+    shutdown"
    )
    lines = "interface lag 5\n    no shutdown\n    no routing\n    vlan trunk allowed 20\n"
    assert change(bench, lines).outcome == "confirmed"


def test_aoscx_port_goes_into_no_vlan_that_is_not_there(bench: Bench) -> None:
    before = bench.twin.state()
    result = change(bench, "interface 1/1/2\n    vlan access 77\n")
    assert (result.outcome, "VLAN 77 doesn't exist" in result.message) == ("reverted", True)
    assert_untouched(bench.twin.state(), before)
    assert change(bench, "vlan 77\ninterface 1/1/2\n    vlan access 77\n").outcome == "confirmed"


def test_aoscx_sections_are_left_before_the_next_line(bench: Bench) -> None:
    lines = (
        "vlan 40\n    name Guests\ninterface 1/1/3\n    port-access port-security\n        enable\n"
        "        client-limit 2\n    vlan access 40\nvlan 41\nmirror session 1\n    enable\n"
        "    source interface 1/1/1 both\n    destination interface 1/1/2\nhostname sw-cx-02\n"
    )
    result = change(bench, lines)
    assert result.outcome == "confirmed"
    running = bench.twin.state().running
    assert running.startswith("hostname sw-cx-02\n")
    assert (
        "    vlan access 40\n    port-access port-security\n        enable\n        client-limit 2\n"
        in running
    )
    assert "vlan 40\n    name Guests\nvlan 41\n" in running


def test_aoscx_banner_of_several_lines_goes_in_whole(bench: Bench) -> None:
    assert change(bench, "banner motd ^\nKun for\nautoriserede!\n^\n").outcome == "confirmed"
    assert "banner motd ^\nKun for\nautoriserede!\n^\n" in bench.twin.state().running


def test_aoscx_greeting_that_looks_like_a_prompt_is_none(benches: Benches) -> None:
    banner = "banner motd ^\nsw-cx-01# \nother> \nadgang forbudt#\n^\n"
    bench = benches.start("aoscx", change=("user samdrift", f"{banner}user samdrift"))
    assert preview_change(bench.target, LINE, lock=bench.lock).splitlines()[1:] == [
        "-snmp-server system-location Odder",
        "+snmp-server system-location Grenaa",
    ]


def test_aoscx_long_line_is_not_broken_by_the_width_of_the_screen(bench: Bench) -> None:
    text = " ".join(["kælder"] * 20)
    assert change(bench, f"interface 1/1/2\n    description {text}\n").outcome == "confirmed"
    assert f"    description {text}\n" in bench.twin.state().running


def test_aoscx_line_longer_than_the_widest_screen_goes_in_whole(bench: Bench) -> None:
    key = "ssh-rsa " + "AAAAB3NzaC1yc2E" * 50 + " admin@example"
    assert change(bench, f"user samdrift authorized-key {key}\n").outcome == "confirmed"
    assert f"user samdrift authorized-key {key}\n" in bench.twin.state().running


def test_aoscx_name_that_came_back_with_the_old_configuration_is_known(bench: Bench) -> None:
    driver = AOSCXDriver(bench.target)
    driver.open()
    driver.stage("hostname other\n")
    driver.commit(revert_after_seconds=60)
    bench.clock.sleep(61.0)
    with pytest.raises(NotOurCommit, match="nothing was confirmed or saved"):
        driver.confirm()
    driver.close()


@pytest.mark.parametrize(
    ("local", "device", "port"),
    [
        ("1/1/2", "core-01.grenaa.example", "Ethernet7"),
        ("1/1/3", "120", "48"),
        ("1/1/3", "", "b4:2e:99:00:00:01"),
    ],
)
def test_aoscx_neighbours_of_any_name_are_read(benches: Benches, local: str, device: str, port: str) -> None:
    seen = NeighbourSpec(local_interface=local, device=device, remote_interface=port)
    bench = benches.start("aoscx", neighbours=(seen,))
    driver = AOSCXDriver(bench.target)
    driver.open()
    [neighbour] = driver.neighbours()
    driver.close()
    assert (neighbour.local_interface, neighbour.remote_interface) == (local, port)
    assert neighbour.device == (device or "e3:b0:c4:42:98:fc")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("snmp-server system-location Grenaa\n    vlan access 30\n", "opened no section"),
        ("interface 1/1/2\n    vlan 30\n        name x\n", "left the section"),
        ("interface 1/1/2\n    snmp-server system-location Grenaa\n", "left the section"),
    ],
)
def test_aoscx_line_in_the_wrong_section_is_taken_back(bench: Bench, lines: str, said: str) -> None:
    before = bench.twin.state()
    result = change(bench, lines)
    assert (result.outcome, said in result.message) == ("reverted", True)
    assert_untouched(bench.twin.state(), before)


def test_aoscx_effect_that_was_not_foreseen_is_taken_back_at_once(bench: Bench) -> None:
    before = bench.twin.state()
    # The switch does not show what is its default, so nothing of it comes into the configuration.
    result = change(bench, LINE + "spanning-tree mode mstp\n")
    assert result.outcome == "reverted"
    assert "had another effect than approved: - spanning-tree mode mstp" in result.message
    assert_untouched(bench.twin.state(), before)
    assert bench.twin.state().reverts == 0


def test_aoscx_change_of_somebody_else_after_the_comparison_stops_the_commit(bench: Bench) -> None:
    driver = AOSCXDriver(bench.target)
    driver.open()
    driver.stage(LINE)
    bench.twin.console(("vlan 99",))
    changed = bench.twin.state()
    with pytest.raises(CommandRefused, match="changed by somebody else after the comparison"):
        driver.commit(revert_after_seconds=120)
    driver.close()
    state = bench.twin.state()
    assert (state.running, state.pending, state.commits) == (changed.running, None, changed.commits)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("user x group operators password plaintext hunter2\n", "give the ciphertext"),
        ("end\n", "no configuration line"),
        ("interface 1/1/2\n    exit\n", "no configuration line"),
        ("write memory\n", "no configuration line"),
        ("checkpoint rollback startup-config\n", "no configuration line"),
    ],
)
def test_aoscx_line_whose_effect_nobody_can_foresee_is_refused_before_it_is_sent(
    bench: Bench, lines: str, said: str
) -> None:
    with pytest.raises(ConfigurationRefused, match=said) as caught:
        preview_change(bench.target, lines, lock=bench.lock)
    assert "hunter2" not in str(caught.value)
    assert not any("hunter2" in line or line == lines.strip() for line in bench.twin.transcript())


def test_aoscx_secrets_are_masked_in_the_diff_that_a_person_sees(bench: Bench) -> None:
    lines = (
        "snmp-server community hunter1\ntacacs-server host 10.0.0.1 key ciphertext hunter2\n"
        "user x group operators password ciphertext hunter3\n"
        "snmp-server host 10.0.0.9 trap version v2c community hunter4\n"
        "snmpv3 user u auth sha auth-pass ciphertext hunter5 priv aes priv-pass ciphertext hunter6\n"
    )
    shown = preview_change(bench.target, lines, lock=bench.lock)
    assert "hunter" not in shown
    assert shown.count("<secret>") == 6


def test_aoscx_question_is_answered_with_no(bench: Bench) -> None:
    before = bench.twin.state()
    driver = AOSCXDriver(bench.target)
    driver.open()
    with pytest.raises(CommandRefused, match=r"answered with no, for it asked: Erase startup-config"):
        driver.show(("erase startup-config",))
    assert driver.show(("show clock",))[0].text
    driver.close()
    assert bench.twin.state().startup == before.startup != ""


def test_aoscx_show_command_that_is_refused_is_an_error(bench: Bench) -> None:
    driver = AOSCXDriver(bench.target)
    driver.open()
    with pytest.raises(CommandRefused, match="Invalid input: frobnicate"):
        driver.show(("show frobnicate",))
    driver.close()


# The safe change around it.


def test_aoscx_other_diff_than_the_approved_one_sends_nothing(bench: Bench) -> None:
    before = bench.twin.state()
    result = apply_change(
        bench.target,
        ApprovedChange(lines=LINE, approved_diff=f"{MARK}\n+something else", revert_after_seconds=120),
        lock=bench.lock,
        post_check=nothing_to_say,
        clock=bench.clock,
    )
    assert (result.outcome, "approved but not there: '+something else'" in result.message) == (
        "refused",
        True,
    )
    assert_untouched(bench.twin.state(), before)
    assert not any(line.startswith(("configure", "copy", "checkpoint")) for line in bench.twin.transcript())


def test_aoscx_switch_that_another_run_holds_is_not_even_asked(bench: Bench) -> None:
    with bench.lock.hold(bench.target.device):
        result = apply_change(
            bench.target,
            ApprovedChange(lines=LINE, approved_diff="", revert_after_seconds=120),
            lock=bench.lock,
            post_check=nothing_to_say,
            clock=bench.clock,
        )
    assert (result.outcome, bench.twin.transcript()) == ("refused", ())


def test_aoscx_lost_neighbour_is_a_reason_to_go_back(bench: Bench) -> None:
    before = bench.twin.state()
    result = change(bench, "interface 1/1/1\n    shutdown\n")
    assert (result.outcome, [failure.check for failure in result.failures]) == ("reverted", ["neighbours"])
    assert_untouched(bench.twin.state(), before)


def test_aoscx_configuration_that_was_upgraded_over_equals_the_one_it_was(benches: Benches) -> None:
    bench = benches.start("aoscx")
    text = bench.twin.state().running
    old, new = (
        f"Current configuration:\n!\n!Version {brand}\n!export-password: default\n{text}"
        for brand in ("ArubaOS-CX FL.10.13.1000", "AOS-CX FL.10.15.1020")
    )
    assert comparable_configuration("aoscx", old) == comparable_configuration("aoscx", new)
    assert comparable_configuration("aoscx", old) != comparable_configuration("aoscx", new + "vlan 99\n")
