"""What the FortiOS twin owes to the ``Twin`` protocol, through the real driver and through plain requests."""

import base64
import json
import secrets
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from napalm.base.exceptions import (
    CommitConfirmException,
    CommitError,
    ConnectionException,
    MergeConfigException,
)

from lab.clock import ManualClock, SystemClock
from lab.errors import LabFileError, LabRunError, LineRefused
from lab.fortios.twin import FortiOSTwin
from lab.models import Fault, PendingCommit
from lab.twin import TwinCredential
from tests.lab.twin_bench import FORTIOS, USER, TwinBench, is_refused, starting_text, twin_bench, wait_until

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
def make(tmp_path: Path, manual_clock: ManualClock) -> Iterator[Callable[..., TwinBench]]:
    with ExitStack() as stack:

        def made(*change: str) -> TwinBench:
            text = starting_text(FORTIOS)
            assert not change or text.count(change[0]) == 1
            return stack.enter_context(
                twin_bench(FORTIOS, tmp_path, manual_clock, text=text.replace(*change) if change else text)
            )

        yield made


@pytest.fixture
def bench(make: Callable[..., TwinBench]) -> TwinBench:
    return make()


def commit(driver: Any, lines: str = CHANGE, **options: int) -> None:
    driver.load_merge_candidate(config=lines)
    driver.commit_config(**options)


def ask(
    bench: TwinBench, method: str, path: str, body: object = None, *, token: str | None = None
) -> tuple[int, Any]:
    """Send one request and return its status and what came back."""
    request = urllib.request.Request(
        f"https://127.0.0.1:{bench.twin.port}/api/v2/{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"Authorization": f"Bearer {token or bench.credential.password}"},
    )
    context = ssl.create_default_context(cafile=str(bench.twin.ca_file))
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:  # noqa: S310 - as above
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            text = error.read().decode()
        return error.code, json.loads(text) if text.startswith("{") else text


def script(bench: TwinBench, lines: str) -> tuple[int, Any]:
    content = base64.b64encode(lines.encode()).decode()
    return ask(
        bench, "POST", "monitor/system/config-script/upload", {"filename": "x", "file_content": content}
    )


def test_a_started_twin_holds_its_configuration_and_nothing_is_pending(bench: TwinBench) -> None:
    state = bench.twin.state()
    assert (state.name, state.platform, state.running) == (FORTIOS.name, "fortios", state.startup)
    assert (state.pending, state.commits, state.reverts, state.sessions) == (None, 0, 0, 0)
    assert (state.management_reachable, state.faults, bench.twin.transcript()) == (True, (), ())


def test_the_driver_meets_the_device_of_the_lab_file(bench: TwinBench) -> None:
    driver = bench.connect()
    facts = driver.get_facts()
    assert (facts["hostname"], facts["os_version"], facts["vendor"]) == ("fg-edge1", "7.4.7", "Fortinet")
    assert facts["interface_list"] == ["mgmt", "port1", "port2"]
    assert driver.get_lldp_neighbors() == {"port1": [{"hostname": "core1", "port": "Ethernet9"}]}
    bench.twin.console(("config system interface", "edit port1", "set status down", "end"))
    assert driver.get_lldp_neighbors() == {}


def test_a_confirmed_change_stays_and_is_saved(bench: TwinBench, manual_clock: ManualClock) -> None:
    before = bench.twin.state().running
    driver = bench.connect()
    commit(driver, revert_in=120)
    assert bench.twin.state().pending == PendingCommit(user=USER, seconds_left=120.0 + LATE_SECONDS)
    assert driver.has_pending_commit()
    manual_clock.advance(80)
    driver.confirm_commit()
    manual_clock.advance(3600)
    state = bench.twin.state()
    for section in ("trigger", "action", "stitch"):
        before = before.replace(
            "config system settings\n", f"config system automation-{section}\nend\nconfig system settings\n"
        )
    assert sorted(state.running.splitlines()) == sorted(before.replace(*REPLACED).splitlines())
    assert (state.startup, state.pending, state.commits, state.reverts) == (state.running, None, 1, 0)


def test_an_unconfirmed_change_goes_back_by_a_reboot_with_nobody_connected(
    bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = bench.twin.state().running
    driver = bench.connect()
    commit(driver, revert_in=60)
    bench.leave(driver)
    manual_clock.advance(60 + LATE_SECONDS - 1)
    assert REPLACED[1] in bench.twin.state().running
    manual_clock.advance(1 + 12)
    assert is_refused(bench.twin.port), "it reboots"
    manual_clock.advance(REBOOT_SECONDS)
    state = bench.twin.state()
    assert (state.running, state.startup, state.pending) == (before, before, None)
    assert (state.commits, state.reverts, state.management_reachable) == (1, 1, True)
    assert not bench.connect().has_pending_commit()


def test_a_roll_back_while_the_timer_runs_reboots_at_once(
    bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = bench.twin.state().running
    driver = bench.connect()
    commit(driver, revert_in=60)
    driver.rollback()
    manual_clock.advance(REBOOT_SECONDS)
    assert (bench.twin.state().running, bench.twin.state().pending) == (before, None)
    manual_clock.advance(3600)
    assert (bench.twin.state().running, bench.twin.state().reverts) == (before, 0)


def test_timers_run_faster_by_the_clock_factor(tmp_path: Path) -> None:
    fast = FORTIOS.model_copy(update={"clock_factor": 30.0})
    with twin_bench(fast, tmp_path, SystemClock()) as bench:
        before = bench.twin.state().running
        commit(bench.connect(), revert_in=60)
        wait_until(lambda: bench.twin.state().reverts == 1, seconds=60)
        wait_until(lambda: bench.twin.state().running == before, seconds=60)


@pytest.mark.parametrize("cut", CUTS)
def test_a_change_that_cuts_the_management_path_silences_all_until_it_goes_back(
    bench: TwinBench, manual_clock: ManualClock, cut: str
) -> None:
    before = bench.twin.state().running
    errors: list[Exception] = []

    def try_it(driver: Any) -> None:
        try:
            commit(driver, cut, revert_in=60)
        except MergeConfigException as error:
            errors.append(error)

    committing = threading.Thread(target=try_it, args=(bench.connect(),), daemon=True)
    committing.start()
    wait_until(lambda: not bench.twin.state().management_reachable)
    assert is_refused(bench.twin.port)
    committing.join(timeout=0.3)
    assert committing.is_alive(), "the answer came over a path that is cut"
    manual_clock.advance(60 + LATE_SECONDS + REBOOT_SECONDS)
    committing.join(timeout=10)
    assert not committing.is_alive()
    assert "timed out" in str(errors[0])
    state = bench.twin.state()
    assert (state.running, state.pending, state.reverts, state.management_reachable) == (
        before,
        None,
        1,
        True,
    )
    assert bench.connect().get_facts()["hostname"] == "fg-edge1"


def test_the_console_reaches_a_device_that_nobody_else_does(bench: TwinBench) -> None:
    bench.twin.console(("config system interface", "edit mgmt", "set status down", "next", "end"))
    assert is_refused(bench.twin.port)
    bench.twin.console(("config system interface", "edit mgmt", "set status up", "next", "end"))
    state = bench.twin.state()
    assert (state.commits, state.running, bench.twin.transcript()) == (2, state.startup, ())
    for bogus in ("bogus", "config system globall", "config system global\nset admintimeout 0\nend"):
        with pytest.raises(LineRefused):
            bench.twin.console((bogus,))
    with pytest.raises(LineRefused):
        bench.twin.console(("config system global", "set admintimeout 9"))
    assert bench.twin.state() == state


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


def test_a_line_can_be_made_to_fail_once(bench: TwinBench) -> None:
    bench.twin.switch_fault(Fault(name="error-line", argument="admintimeout"))
    before = bench.twin.state().running
    with pytest.raises(MergeConfigException, match="Return code -61"):
        commit(bench.connect())
    assert (bench.twin.state().running, bench.twin.state().faults) == (before, ())
    commit(bench.connect())
    assert REPLACED[1] in bench.twin.state().running


def test_a_wrong_token_and_refused_logins_are_told(bench: TwinBench) -> None:
    with pytest.raises(ConnectionException, match="401"):
        bench.connect(password=secrets.token_urlsafe(12))
    bench.twin.switch_fault(Fault(name="refuse-login", times=None))
    with pytest.raises(ConnectionException, match="401"):
        bench.connect()
    bench.twin.clear_faults()
    assert bench.connect().is_alive() == {"is_alive": True}


def test_a_connection_dropped_after_the_change_leaves_it_and_its_timer(
    bench: TwinBench, manual_clock: ManualClock
) -> None:
    before = bench.twin.state().running
    driver = bench.connect()
    bench.twin.switch_fault(Fault(name="drop-after-commit"))
    with pytest.raises(MergeConfigException, match="timed out"):
        commit(driver, revert_in=60)
    state = bench.twin.state()
    assert (REPLACED[1] in state.running, state.pending is not None, state.faults) == (True, True, ())
    manual_clock.advance(60 + LATE_SECONDS + REBOOT_SECONDS)
    assert bench.twin.state().running == before


def test_an_answer_can_be_made_to_wait(bench: TwinBench) -> None:
    driver = bench.connect()
    bench.twin.switch_fault(Fault(name="delay", seconds=0.5))
    began = time.monotonic()
    driver.get_config(retrieve="running")
    assert time.monotonic() - began >= 0.5
    assert bench.twin.state().faults == ()


def test_the_transcript_tells_what_was_asked_and_no_token(bench: TwinBench) -> None:
    commit(bench.connect(), "config user tacacs+\nedit regional\nset key hunter2\nend\n")
    text = "\n".join(bench.twin.transcript())
    assert "config user tacacs+" in text
    assert bench.credential.password not in text


def test_two_drivers_cannot_both_hold_a_commit_and_one_that_was_restored_is_not_confirmed(
    bench: TwinBench, manual_clock: ManualClock
) -> None:
    first, second = bench.connect(), bench.connect()
    commit(first, revert_in=60)
    with pytest.raises(CommitError, match="pending"):
        commit(second, revert_in=60)
    manual_clock.advance(60 + LATE_SECONDS + REBOOT_SECONDS)
    with pytest.raises(CommitConfirmException, match="No commit-confirm is pending"):
        first.confirm_commit()


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
    make: Callable[..., TwinBench], manual_clock: ManualClock
) -> None:
    bench = make("set admintimeout 15", "set admintimeout 15\n    set cfg-save manual")
    assert script(bench, CHANGE)[0] == 200
    state = bench.twin.state()
    assert (REPLACED[1] in state.running, REPLACED[1] in state.startup) == (True, False)
    manual_clock.advance(3600)
    assert REPLACED[1] in bench.twin.state().running
    assert ask(bench, "POST", "monitor/system/config/save", {})[0] == 200
    assert bench.twin.state().startup == bench.twin.state().running


def test_in_revert_mode_unsaved_lines_are_taken_back_by_a_reboot(
    make: Callable[..., TwinBench], manual_clock: ManualClock
) -> None:
    bench = make("set admintimeout 15", "set admintimeout 15\n    set cfg-save revert")
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


def test_a_member_of_a_cluster_says_so(make: Callable[..., TwinBench]) -> None:
    bench = make("config system dns", "config system ha\n    set mode a-p\nend\nconfig system dns")
    assert ask(bench, "GET", "cmdb/system/ha")[1]["results"]["mode"] == "a-p"
    with pytest.raises(CommitConfirmException, match="refused on an HA cluster"):
        commit(bench.connect(), revert_in=60)
    assert bench.twin.state().commits == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("config router multicast\nend\n", "nonsense\n"), "refuses line 122.*nonsense"),
        (("config router multicast\nend\n", "config router multicast\n"), "ends inside 'config router multi"),
        (('set device "port1"', 'set device "port1'), "never ends"),
        ((":vdom=0:", ":vdom=1:"), "divided into VDOMs"),
    ],
)
def test_a_starting_configuration_that_cannot_be_is_an_error_that_names_the_twin(
    tmp_path: Path, manual_clock: ManualClock, change: tuple[str, str], said: str
) -> None:
    text = starting_text(FORTIOS)
    assert text.count(change[0]) == 1
    credential = TwinCredential(USER, secrets.token_urlsafe(12))
    with pytest.raises(LabFileError, match=f"fg-edge1.*{said}"):
        FortiOSTwin(FORTIOS, text.replace(*change), credential, tmp_path, manual_clock)


def test_a_taken_port_is_one_clear_error(bench: TwinBench, tmp_path: Path, manual_clock: ManualClock) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    clash = FORTIOS.model_copy(update={"port": bench.twin.port})
    with (
        pytest.raises(LabRunError, match=f"cannot listen on loopback port {bench.twin.port}"),
        twin_bench(clash, folder, manual_clock),
    ):
        pytest.fail("two twins listen on one port")


def test_stop_leaves_no_thread_no_port_and_no_timer(tmp_path: Path, manual_clock: ManualClock) -> None:
    before = threading.active_count()
    with twin_bench(FORTIOS, tmp_path, manual_clock) as bench:
        commit(bench.connect(), revert_in=60)
        port, changed = bench.twin.port, bench.twin.state().running
    assert is_refused(port)
    wait_until(lambda: threading.active_count() <= before)
    manual_clock.advance(3600)
    assert bench.twin.state().running == changed
