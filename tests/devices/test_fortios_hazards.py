"""Hazards of FortiOS and of its API that are not in the tests of its driver, named after what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from devices.drivers.fortios_driver import SCHEDULE, FortiOSDriver
from devices.errors import CommandRefused, ConfigurationRefused, LoginRefused
from devices.models import Credential
from devices.parsers import parse
from devices.profiles import comparable_configuration
from devices.service import collect, preview_change
from tests.devices.fortios_bench import LAST_SECTION, LINES, change, opened, written

if TYPE_CHECKING:
    from tests.devices.conftest import Bench, Benches

LONGEST_KEPT_NAME = 35


def token_of(benches: Benches, profile: str) -> Bench:
    user = f'config system api-user\n    edit "samdrift"\n        set accprofile "{profile}"\n    next\nend\n'
    reader = (
        'config system accprofile\n    edit "reader"\n        set sysgrp read\n    next\nend\n'
        if profile == "reader"
        else ""
    )
    return benches.start("fortios", change=(LAST_SECTION, f"{reader}{user}{LAST_SECTION}"))


@pytest.mark.parametrize(
    "lines",
    [
        "config system interface\nedit port2\nconfig frobnication\nedit 1\nset status down\nend\nnext\nend\n",
        "config system frobnication\nset status down\nend\nconfig system snmp sysinfo\nset location x\nend\n",
        "config vpn ssl frobnication\nedit 1\nset status enable\nnext\nend\n",
    ],
)
def test_fortios_lines_of_an_unknown_section_never_fall_into_the_one_around_it(
    benches: Benches, lines: str
) -> None:
    bench = benches.start("fortios")
    before = bench.twin.state()
    with pytest.raises(ConfigurationRefused, match="frobnication"):
        preview_change(bench.target, lines, lock=bench.lock)
    assert change(bench, lines).outcome == "refused"
    assert written(bench) == []
    assert bench.twin.state().running == before.running


def test_fortios_token_that_may_only_read_gets_no_configuration_and_that_is_said(benches: Benches) -> None:
    bench = token_of(benches, "reader")
    with pytest.raises(CommandRefused, match="the token may not; it needs super_admin"):
        collect(bench.target)
    result = change(bench)
    assert (result.outcome, "the token may not" in result.message) == ("refused", True)
    assert written(bench) == []


def test_fortios_token_that_may_not_restore_leaves_the_way_back_to_the_timer(benches: Benches) -> None:
    bench = token_of(benches, "prof_admin")
    before = bench.twin.state()
    driver = opened(bench)
    driver.stage(LINES)
    driver.commit(revert_after_seconds=120)
    with pytest.raises(CommandRefused, match="the token may not"):
        driver.roll_back()
    driver.close()
    bench.clock.sleep(240.0)
    state = bench.twin.state()
    assert (comparable_configuration("fortios", state.running), state.pending) == (
        comparable_configuration("fortios", before.running),
        None,
    )


def test_fortios_login_that_is_blocked_after_wrong_tokens_is_told_as_that(benches: Benches) -> None:
    bench = benches.start("fortios")
    wrong = bench.target.model_copy(
        update={"credential": Credential(username="x", password=SecretStr("not-the-token"))}
    )
    for _ in range(3):
        with pytest.raises(LoginRefused, match="check the credential"):
            collect(wrong)
    with pytest.raises(LoginRefused, match="blocks logins after too many wrong ones"):
        collect(bench.target)
    bench.clock.sleep(61.0)
    assert collect(bench.target).running


def test_fortios_accounts_that_the_api_hides_are_read_from_the_configuration(benches: Benches) -> None:
    bench = benches.start("fortios")
    facts = parse("fortios", collect(bench.target).running, device="fw-01")
    assert [user.name for user in facts.local_users] == ["admin"]


def test_fortios_name_of_the_schedule_is_kept_whole_by_the_unit(benches: Benches) -> None:
    assert len(SCHEDULE) <= LONGEST_KEPT_NAME
    bench = benches.start("fortios")
    driver = opened(bench)
    driver.stage(LINES)
    driver.commit(revert_after_seconds=120)
    assert driver._session()._parts_there(SCHEDULE) == (
        "automation-stitch",
        "automation-trigger",
        "automation-action",
    )
    driver.confirm()
    driver.close()


def test_fortios_lines_above_a_configuration_are_no_difference(benches: Benches) -> None:
    bench = benches.start("fortios")
    running = collect(bench.target).running
    compared = comparable_configuration("fortios", running)
    for line in ("#config-version=", "#conf_file_ver=", "#buildno=", "#global_vdom="):
        # The device takes no file back without them, so they are kept, and never compared.
        assert line in running
        assert line not in compared
    driver = FortiOSDriver(bench.target)
    driver.open()
    raw = str(driver._session().get_config(retrieve="running")["running"])
    driver.close()
    assert raw.startswith("#config-version=")
    assert comparable_configuration("fortios", raw) == compared
