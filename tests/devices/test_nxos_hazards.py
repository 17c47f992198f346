"""Each hazard of NX-OS and of its NAPALM driver, named after what it does to a change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from napalm.base.exceptions import MergeConfigException

from devices.drivers.nxos_driver import NXOSDriver
from devices.drivers.nxos_terminal import EntryRefused
from devices.errors import (
    CapabilityMissing,
    CommandRefused,
    ConfigurationRefused,
)
from devices.nxos_difference import MARK
from devices.parsers.cisco.nxos import read_lines
from devices.profiles import PROFILES
from devices.service import ApprovedChange, apply_change
from lab.models import Fault
from tests.devices.nxos_changes import (
    LINE,
    SEVERAL,
    assert_untouched,
    change,
    checkpoints,
    library_session,
    nothing_to_say,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.devices.conftest import Bench, Benches


REFUSED = {
    "unknown": ("hostnome other", "Invalid command"),
    "incomplete": ("ip domain-name", "Incomplete command"),
    "ambiguous": ("co x", "Ambiguous command"),
    "without its feature": ("tacacs-server host 192.0.2.9", "Invalid command"),
    "error": ("no vlan 1", "ERROR: Cannot delete default VLAN"),
    "wrong kind of port": ("interface Ethernet1/2\n  ip address 192.0.2.9/24", "Invalid command"),
}


@pytest.fixture
def bench(benches: Benches) -> Bench:
    return benches.start("nxos")


@pytest.fixture
def driver(bench: Bench) -> Iterator[NXOSDriver]:
    made = NXOSDriver(bench.target)
    made.open()
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def napalm(bench: Bench) -> Iterator[Any]:
    """NAPALM's own driver, to show what it does."""
    session = library_session(bench)
    try:
        yield session
    finally:
        session.close()


def test_nxos_merge_is_never_sent_at_compare(bench: Bench, driver: NXOSDriver) -> None:
    before = bench.twin.state()
    driver.stage(SEVERAL)
    assert driver.diff().startswith(MARK)
    driver.discard()
    assert_untouched(bench.twin.state(), before)
    assert set(bench.twin.transcript()) & set(SEVERAL.split("\n")) <= {""}


def test_nxos_difference_of_the_library_takes_a_removal_for_something_missing(
    bench: Bench, driver: NXOSDriver, napalm: Any
) -> None:
    napalm.load_merge_candidate(config="no feature nxapi\n")
    assert napalm.compare_config() == "no feature nxapi"
    driver.stage("no feature nxapi\n")
    assert driver.diff() == ""
    assert bench.twin.state().commits == 0


def test_nxos_difference_says_that_it_is_a_forecast_and_the_profile_that_it_is_ours(
    driver: NXOSDriver,
) -> None:
    driver.stage("interface Ethernet1/2\n  description printer\n  switchport access vlan 30\n")
    assert driver.diff().splitlines() == [
        MARK,
        " interface Ethernet1/2",
        "-    switchport access vlan 20",
        "+    description printer",
        "+    switchport access vlan 30",
    ]
    assert "device-diff" not in PROFILES["nxos"].capabilities


def test_nxos_difference_that_was_wrongly_foreseen_is_taken_back(bench: Bench) -> None:
    # A bundle takes over what its first member had; an abbreviated name is another section to the forecast.
    before = bench.twin.state()
    result = change(bench, "interface Eth1/2\n  description printer\n")
    assert (result.outcome, result.failures[0].check) == ("reverted", "forecast")
    assert_untouched(bench.twin.state(), before)


def test_nxos_change_without_its_risk_allowed_is_refused_with_the_reason(bench: Bench) -> None:
    before = bench.twin.state()
    result = apply_change(
        bench.target,
        ApprovedChange(lines=LINE, approved_diff="", revert_after_seconds=60),
        lock=bench.lock,
        post_check=nothing_to_say,
        clock=bench.clock,
    )
    assert (result.outcome, "no-own-revert" in result.message) == ("refused", True)
    assert bench.twin.transcript() == ()
    assert_untouched(bench.twin.state(), before)


def test_nxos_driver_refuses_a_timer_a_confirmation_and_a_rollback_of_what_waits(driver: NXOSDriver) -> None:
    driver.stage(LINE)
    for refused in (lambda: driver.commit(revert_after_seconds=120), driver.confirm, driver.roll_back):
        with pytest.raises(CapabilityMissing):
            refused()
    assert (driver.has_pending_commit(), driver.owns_pending_commit()) == (False, False)


def test_nxos_library_saves_before_anybody_has_looked_and_ours_does_not(
    bench: Bench, driver: NXOSDriver, napalm: Any
) -> None:
    napalm.load_merge_candidate(config=LINE)
    napalm.commit_config()
    assert "Grenaa" in bench.twin.state().startup
    driver.stage("snmp-server location Odder\n")
    driver.commit_without_timer()
    assert "Odder" in bench.twin.state().running
    assert "Odder" not in bench.twin.state().startup
    driver.save()
    assert bench.twin.state().startup == bench.twin.state().running


@pytest.mark.parametrize("name", REFUSED)
def test_nxos_refused_line_is_noticed_and_everything_before_it_goes_back(
    bench: Bench, driver: NXOSDriver, name: str
) -> None:
    line, words = REFUSED[name]
    before = bench.twin.state()
    driver.stage(f"snmp-server location Grenaa\n{line}\n")
    way_back = driver.keep_way_back()
    with pytest.raises(ConfigurationRefused, match=words):
        driver.commit_without_timer()
    assert "Grenaa" in bench.twin.state().running
    driver.go_back_to(way_back)
    assert_untouched(bench.twin.state(), before)


def test_nxos_library_notices_only_invalid_commands(bench: Bench, napalm: Any) -> None:
    napalm.load_merge_candidate(config="snmp-server location Grenaa\nip domain-name\nno vlan 1\n")
    napalm.commit_config()
    assert "Grenaa" in bench.twin.state().startup
    napalm.load_merge_candidate(config="hostnome other\n")
    with pytest.raises(MergeConfigException):
        napalm.commit_config()


def test_nxos_refusal_without_any_sign_of_an_error_is_one_too(benches: Benches) -> None:
    bench = benches.start("nxos", change=("no password strength-check\n", ""))
    driver = NXOSDriver(bench.target)
    driver.open()
    try:
        with pytest.raises(EntryRefused, match="password is weak"):
            driver._terminal().enter(
                tuple(read_lines("username bob password 0 weak role network-admin\n", device="sw")),
                seconds=10,
            )
    finally:
        driver.close()


def test_nxos_nothing_more_is_entered_after_a_refused_line(bench: Bench, driver: NXOSDriver) -> None:
    driver.stage("hostnome other\nsnmp-server location Grenaa\n")
    with pytest.raises(ConfigurationRefused, match="hostnome other"):
        driver.commit_without_timer()
    assert "snmp-server location Grenaa" not in bench.twin.transcript()
    assert bench.twin.state().commits == 0


def test_nxos_line_that_opens_no_section_is_refused_before_what_stands_below_it(
    bench: Bench, driver: NXOSDriver
) -> None:
    driver.stage("ip domain-name one.example\n  exec-timeout 5\n")
    with pytest.raises(ConfigurationRefused, match="opens no section"):
        driver.commit_without_timer()
    assert "exec-timeout 5" not in bench.twin.transcript()


def test_nxos_line_behind_a_section_is_entered_outside_of_it(bench: Bench) -> None:
    # Inside of an interface `mtu` or `name` mean something else than outside.
    result = change(bench, "vlan 40\nip domain-name one.example\ninterface Vlan20\n  description users\n")
    assert result.outcome == "confirmed"
    sent = [line for line in bench.twin.transcript() if line]
    assert sent[sent.index("vlan 40") + 1] == "exit"


def test_nxos_rollback_that_did_not_complete_is_no_rollback(bench: Bench, driver: NXOSDriver) -> None:
    driver.stage("feature nxapi\n")
    name = driver.keep_way_back()
    driver.commit_without_timer()
    bench.twin.switch_fault(Fault(name="error-line", argument="no feature nxapi"))
    with pytest.raises(CommandRefused, match="did not complete"):
        driver.go_back_to(name)
    assert "feature nxapi" in bench.twin.state().running
    driver.go_back_to(name)
    assert "feature nxapi" not in bench.twin.state().running
    driver.go_back_to(name)


def test_nxos_way_back_is_a_checkpoint_of_its_own_name_that_holds_what_runs(
    bench: Bench, driver: NXOSDriver
) -> None:
    driver.stage(LINE)
    names = {driver.keep_way_back(), driver.keep_way_back()}
    assert len(names) == 2
    assert all(re.fullmatch(r"samdrift-[0-9a-f]{12}", name) for name in names)
    assert set(checkpoints(driver)) == names
    for name in names:
        driver.drop_way_back(name)
        driver.drop_way_back(name)
    assert checkpoints(driver) == []
    assert bench.twin.state().commits == 0


def test_nxos_checkpoints_that_are_full_refuse_the_change_before_it_begins(
    bench: Bench, driver: NXOSDriver
) -> None:
    driver.stage(LINE)
    for _ in range(10):
        driver.keep_way_back()
    before = bench.twin.state()
    result = change(bench)
    assert (result.outcome, "no way back could be kept" in result.message) == ("refused", True)
    assert_untouched(bench.twin.state(), before)


def test_nxos_question_before_a_file_is_written_over_is_never_met(bench: Bench, napalm: Any) -> None:
    # The library's file has one name for everybody; without its `terminal dont-ask` the switch asks.
    napalm.device.send_command("checkpoint file rollback_config.txt")
    asked = napalm.device.send_command("checkpoint file rollback_config.txt", expect_string=r"\[n\] $")
    assert "overwrite" in asked
    napalm.device.send_command("n")
    assert change(bench).outcome == "confirmed"
    assert not [line for line in bench.twin.transcript() if "checkpoint file samdrift" in line]


@pytest.mark.parametrize("when", ["before the way back", "before the lines"])
def test_nxos_change_of_somebody_else_after_the_comparison_stops_ours(
    bench: Bench, driver: NXOSDriver, when: str
) -> None:
    driver.stage(LINE)
    if when == "before the lines":
        driver.keep_way_back()
    bench.twin.console(("snmp-server contact somebody",))
    act: Callable[[], object] = (
        driver.commit_without_timer if when == "before the lines" else driver.keep_way_back
    )
    with pytest.raises(CommandRefused, match="changed by somebody else"):
        act()
    assert "Grenaa" not in bench.twin.state().running


def test_nxos_connection_that_drops_after_the_lines_ends_as_before(bench: Bench) -> None:
    before = bench.twin.state()
    bench.twin.switch_fault(Fault(name="drop-after-commit"))
    result = change(bench)
    assert result.outcome == "reverted"
    assert_untouched(bench.twin.state(), before)


def test_nxos_cut_path_stays_cut_and_is_told_as_unknown(bench: Bench) -> None:
    before = bench.twin.state()
    impatient = replace(bench, target=bench.target.model_copy(update={"timeout_seconds": 3.0}))
    result = change(impatient, "interface mgmt0\n  shutdown\n")
    assert (result.outcome, "samdrift-" in result.message) == ("unknown", True)
    state = bench.twin.state()
    assert (state.management_reachable, state.startup) == (False, before.startup)


def test_nxos_show_command_that_is_refused_is_an_error_and_no_output(driver: NXOSDriver) -> None:
    with pytest.raises(CommandRefused, match="Invalid command"):
        driver.show(("show nonsense",))
