"""A Nexus switch is changed and collected as approved, or is as before and told why."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from devices.change_checks import failed
from devices.drivers.nxos_driver import NXOSDriver
from devices.errors import (
    CommandRefused,
    ConfigurationRefused,
    ConnectionLost,
    LoginRefused,
    NothingStaged,
)
from lab.models import Fault
from tests.devices.nxos_changes import (
    LINE,
    SEVERAL,
    assert_untouched,
    change,
    checkpoints,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devices.models import Collection, PostCheckFailure
    from tests.devices.conftest import Bench, Benches


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


def test_nxos_change_is_entered_looked_at_and_saved(bench: Bench) -> None:
    result = change(bench, SEVERAL)
    assert (result.outcome, result.failures) == ("confirmed", ())
    state = bench.twin.state()
    assert state.running == state.startup
    for line in (
        "  description printer",
        "  exec-timeout 10",
        "feature nxapi",
        "snmp-server location Grenaa",
    ):
        assert f"{line}\n" in state.running
    assert "feature telnet" not in state.running
    assert change(bench, SEVERAL).outcome == "unchanged"


def test_nxos_change_with_a_refused_line_ends_as_before(bench: Bench) -> None:
    before = bench.twin.state()
    result = change(bench, "snmp-server location Grenaa\nhostnome other\n")
    assert (result.outcome, "Invalid command" in result.message) == ("reverted", True)
    assert_untouched(bench.twin.state(), before)


@pytest.mark.parametrize(
    "line", ["end", "exit", "copy running-config startup-config", "reload", "do show users"]
)
def test_nxos_line_that_is_no_configuration_is_never_sent(
    bench: Bench, driver: NXOSDriver, line: str
) -> None:
    with pytest.raises(ConfigurationRefused, match="is no configuration line"):
        driver.stage(f"{line}\n")
    assert line not in bench.twin.transcript()


@pytest.mark.parametrize(
    "line",
    [
        "username bob password 0 Abcdefg1! role network-admin",
        "username bob password Abcdefg1! role network-admin",
        "tacacs-server host 192.0.2.9 key Abcdefg1!",
        "ntp authentication-key 1 md5 Abcdefg1!",
        "snmp-server user bob network-admin auth sha Abcdefg1! priv aes-128 Abcdefg1!",
    ],
)
def test_nxos_secret_in_plain_text_whose_stored_form_nobody_foresees_is_refused(
    driver: NXOSDriver, line: str
) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        driver.stage(f"{line}\n")
    assert "Abcdefg1" not in str(refused.value)


def test_nxos_banner_of_several_lines_goes_in_as_it_is(bench: Bench) -> None:
    result = change(bench, "banner motd @Only for us\n  by #1 appointment\n@\n")
    assert result.outcome == "confirmed"
    assert "banner motd ^COnly for us\n  by #1 appointment^C\n" in bench.twin.state().running


def test_nxos_change_of_the_name_in_the_prompt_is_confirmed(bench: Bench) -> None:
    result = change(bench, "hostname a-name-much-longer-than-sixteen-letters\n")
    assert result.outcome == "confirmed"
    assert "vdc a-name-much-longer-than-sixteen-letters id 1\n" in bench.twin.state().running


def test_nxos_rollback_that_fails_once_is_tried_again_and_seen(bench: Bench) -> None:
    before = bench.twin.state()

    def refuse(_old: Collection, _new: Collection) -> tuple[PostCheckFailure, ...]:
        bench.twin.switch_fault(Fault(name="error-line", argument="no feature nxapi"))
        raise RuntimeError

    result = change(bench, "feature nxapi\n", post_check=refuse)
    assert result.outcome == "reverted"
    assert_untouched(bench.twin.state(), before)


def test_nxos_change_leaves_no_checkpoint_behind(bench: Bench, driver: NXOSDriver) -> None:
    assert change(bench).outcome == "confirmed"
    assert change(bench, "hostnome other\n").outcome == "refused"
    assert checkpoints(driver) == []


def test_nxos_checkpoint_of_somebody_else_is_neither_used_nor_removed(driver: NXOSDriver) -> None:
    driver._terminal().ask("checkpoint theirs", seconds=10)
    for act in (driver.go_back_to, driver.drop_way_back):
        with pytest.raises(CommandRefused, match="no checkpoint of ours"):
            act("theirs")
    assert checkpoints(driver) == ["theirs"]


def test_nxos_way_back_works_from_any_session(bench: Bench, driver: NXOSDriver) -> None:
    before = bench.twin.state()
    driver.stage(SEVERAL)
    name = driver.keep_way_back()
    driver.commit_without_timer()
    other = NXOSDriver(bench.target)
    other.open()
    try:
        other.go_back_to(name)
    finally:
        other.close()
    assert_untouched(bench.twin.state(), before)


def test_nxos_post_check_that_fails_brings_everything_back(bench: Bench, driver: NXOSDriver) -> None:
    before = bench.twin.state()
    result = change(bench, SEVERAL, post_check=lambda _old, _new: (failed("mirror", "it is gone"),))
    assert (result.outcome, "it is gone" in result.message) == ("reverted", True)
    assert_untouched(bench.twin.state(), before)
    assert checkpoints(driver) == []


def test_nxos_neighbour_that_is_lost_brings_everything_back(bench: Bench) -> None:
    before = bench.twin.state()
    result = change(bench, "no feature lldp\n")
    assert (result.outcome, result.failures[0].check) == ("reverted", "neighbours")
    assert_untouched(bench.twin.state(), before)


def test_nxos_times_around_a_configuration_are_no_difference(bench: Bench, driver: NXOSDriver) -> None:
    first = driver.running()
    bench.clock.sleep(3600.0)
    assert driver.running() == first
    assert driver.startup() == first
    assert "!" not in first


def test_nxos_neighbours_are_told_by_their_full_names(driver: NXOSDriver) -> None:
    (neighbour,) = driver.neighbours()
    assert (neighbour.local_interface, neighbour.device, neighbour.remote_interface) == (
        "Ethernet1/1",
        "core-01",
        "Ethernet7",
    )


def test_nxos_without_lldp_hears_nobody_and_that_is_no_error(benches: Benches) -> None:
    bench = benches.start("nxos", change=("feature lldp\n", ""))
    driver = NXOSDriver(bench.target)
    driver.open()
    try:
        assert driver.neighbours() == ()
    finally:
        driver.close()


def test_nxos_refused_login_is_said(bench: Bench) -> None:
    bench.twin.switch_fault(Fault(name="refuse-login", times=None))
    with pytest.raises(LoginRefused):
        NXOSDriver(bench.target).open()


def test_nxos_slow_switch_is_waited_for(bench: Bench, driver: NXOSDriver) -> None:
    bench.twin.switch_fault(Fault(name="delay", seconds=1.5))
    began = time.monotonic()
    assert driver.running().startswith("version ")
    assert time.monotonic() - began >= 1.5


def test_nxos_session_that_ended_is_lost_at_once(bench: Bench, driver: NXOSDriver) -> None:
    driver.stage(LINE)
    bench.twin.stop()
    with pytest.raises(ConnectionLost):
        driver.keep_way_back()


def test_nxos_nothing_is_kept_or_entered_before_it_was_staged(driver: NXOSDriver) -> None:
    for act in (driver.keep_way_back, driver.commit_without_timer, driver.diff):
        with pytest.raises(NothingStaged):
            act()
