"""What the REST API of the FortiOS twin answers, and what saving and rebooting do to its configuration."""

from collections.abc import Callable
from typing import Any

import pytest
from napalm.base.exceptions import (
    CommitConfirmException,
)

from lab.clock import ManualClock
from tests.lab.fortios_client import ask, script
from tests.lab.twin_bench import TwinBench, is_refused

CHANGE = "config system global\nset admintimeout 10\nend\n"
REPLACED = ("set admintimeout 15", "set admintimeout 10")
LATE_SECONDS = 8
REBOOT_SECONDS = 43
CUTS = (
    "config system interface\nedit mgmt\nset status down\nend\n",
    "config system interface\nedit mgmt\nunset ip\nend\n",
    "config system interface\nedit mgmt\nset allowaccess ping ssh\nend\n",
    "config system global\nset admin-sport 8443\nend\n",
)


@pytest.fixture
def bench(make_fortios_bench: Callable[..., TwinBench]) -> TwinBench:
    return make_fortios_bench()


def commit(driver: Any, lines: str = CHANGE, **options: int) -> None:
    driver.load_merge_candidate(config=lines)
    driver.commit_config(**options)


def test_a_script_that_fails_half_way_leaves_what_came_before(bench: TwinBench) -> None:
    status, answer = script(bench, f"{CHANGE}config system global\nset hostname x\nset bogus 1\nend\n")
    assert (status, answer["status"], answer["http_status"]) == (500, "error", 500)
    assert answer["cli_error"] == (
        "fg-edge1  config system global\nfg-edge1 (global)  set admintimeout 10\nfg-edge1 (global)  end\n"
        "fg-edge1  config system global\nfg-edge1 (global)  set hostname x\nfg-edge1 (global)  set bogus 1\n"
        "command parse error before 'bogus'\nCommand fail. Return code -61\n"
    )
    running = bench.twin.state().running
    assert (REPLACED[1] in running, 'set hostname "x"' in running) == (True, False)


def test_a_revision_keeps_what_runs_and_the_oldest_of_twenty_goes(bench: TwinBench) -> None:
    for number in range(22):
        assert (
            ask(bench, "POST", "monitor/system/config-revision/save", {"comments": f"no {number}"})[0] == 200
        )
    revisions = ask(bench, "GET", "monitor/system/config-revision")[1]["results"]["revisions"]
    assert [one["id"] for one in revisions] == list(range(22, 2, -1))
    assert revisions[0]["comment"] == "no 21"
    assert (
        ask(bench, "POST", "monitor/system/config/restore", {"source": "revision", "config_id": 1})[0] == 500
    )


def test_unsaved_lines_are_lost_by_a_reboot_and_kept_by_a_save(
    make_fortios_bench: Callable[..., TwinBench], manual_clock: ManualClock
) -> None:
    bench = make_fortios_bench("set admintimeout 15", "set admintimeout 15\n    set cfg-save manual")
    assert script(bench, CHANGE)[0] == 200
    state = bench.twin.state()
    assert (REPLACED[1] in state.running, REPLACED[1] in state.startup) == (True, False)
    manual_clock.advance(3600)
    assert REPLACED[1] in bench.twin.state().running
    assert ask(bench, "POST", "monitor/system/config/save", {})[0] == 200
    assert bench.twin.state().startup == bench.twin.state().running


def test_in_revert_mode_unsaved_lines_are_taken_back_by_a_reboot(
    make_fortios_bench: Callable[..., TwinBench], manual_clock: ManualClock
) -> None:
    bench = make_fortios_bench("set admintimeout 15", "set admintimeout 15\n    set cfg-save revert")
    before = bench.twin.state().running
    assert script(bench, CHANGE)[0] == 200
    manual_clock.advance(599)
    assert REPLACED[1] in bench.twin.state().running
    manual_clock.advance(1)
    assert is_refused(bench.twin.port)
    manual_clock.advance(REBOOT_SECONDS)
    state = bench.twin.state()
    assert (state.running, state.startup, state.reverts) == (before, before, 1)
    assert script(bench, CHANGE)[0] == 200
    assert ask(bench, "POST", "monitor/system/config/save", {})[0] == 200
    manual_clock.advance(3600)
    assert REPLACED[1] in bench.twin.state().running


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "cmdb/system/nothing", None, (404, -651)),
        ("GET", "cmdb/system/snmp", None, (400, None)),
        ("GET", "cmdb/system/interface/port9", None, (404, -3)),
        ("GET", "cmdb/system/global?vdom=other", None, (424, None)),
        ("GET", "monitor/system/nothing", None, (404, None)),
        ("POST", "monitor/system/status", {}, (405, None)),
        ("PATCH", "cmdb/system/global", {}, (501, None)),
        ("POST", "cmdb/firewall/address", {"name": "all"}, (424, -5)),
        ("POST", "cmdb/firewall/address", {"subnet": "10.0.0.0 255.0.0.0"}, (424, -1)),
        ("POST", "cmdb/firewall/address", {"name": "x", "subnet": "10.0.0.0 300"}, (500, -9)),
        ("DELETE", "cmdb/firewall/address/nobody", None, (404, -3)),
        ("DELETE", "cmdb/firewall/address/clients", None, (500, -23)),
        ("PUT", "cmdb/system/interface/port2", {"status": "sideways"}, (500, -3)),
        ("POST", "cmdb/system/automation-stitch", {"name": "x", "trigger": "y"}, (500, -3)),
    ],
)
def test_a_request_that_cannot_be_is_answered_as_the_device_does(
    bench: TwinBench, method: str, path: str, body: object, expected: tuple[int, int | None]
) -> None:
    before = bench.twin.state().running
    found, answer = ask(bench, method, path, body)
    assert (found, answer.get("error") if isinstance(answer, dict) else None) == expected
    assert bench.twin.state().running == before


def test_a_trigger_in_the_past_is_refused_and_a_long_name_is_cut(bench: TwinBench) -> None:
    trigger = {"name": "x" * 50, "trigger-type": "scheduled", "trigger-frequency": "once"}
    past = {**trigger, "trigger-datetime": "2026-11-21 12:59:59"}
    ahead = {**trigger, "trigger-datetime": "2026-11-21 13:00:01"}
    assert ask(bench, "POST", "cmdb/system/automation-trigger", past)[0] == 500
    assert ask(bench, "POST", "cmdb/system/automation-trigger", ahead)[1]["mkey"] == "x" * 35


def test_objects_are_read_and_written_with_their_defaults(bench: TwinBench) -> None:
    status, answer = ask(
        bench, "PUT", "cmdb/firewall/policy/1", {"srcaddr": [{"name": "all"}], "comments": "x"}
    )
    assert (status, answer["mkey"], answer["http_status"]) == (200, "1", 200)
    policy = ask(bench, "GET", "cmdb/firewall/policy/1")[1]["results"][0]
    assert (policy["policyid"], policy["status"], policy["logtraffic"]) == (1, "enable", "utm")
    assert (policy["srcaddr"], policy["comments"]) == ([{"name": "all", "q_origin_key": "all"}], "x")
    schema = ask(bench, "GET", "cmdb/system/interface?action=schema")[1]["results"]
    assert (schema["category"], schema["mkey"]) == ("table", "name")
    assert schema["children"]["status"] == {
        "name": "status",
        "category": "unitary",
        "type": "option",
        "options": [{"name": "up"}, {"name": "down"}],
        "default": "up",
    }


def test_a_member_of_a_cluster_says_so(make_fortios_bench: Callable[..., TwinBench]) -> None:
    bench = make_fortios_bench(
        "config system dns", "config system ha\n    set mode a-p\nend\nconfig system dns"
    )
    assert ask(bench, "GET", "cmdb/system/ha")[1]["results"]["mode"] == "a-p"
    with pytest.raises(CommitConfirmException, match="refused on an HA cluster"):
        commit(bench.connect(), revert_in=60)
    assert bench.twin.state().commits == 0
