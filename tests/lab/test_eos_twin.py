"""The EOS twin over eAPI, driven by the real NAPALM driver and by a bare HTTPS client."""

import base64
import http.client
import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyeapi
import pytest
from napalm import get_network_driver
from napalm.base.exceptions import (
    CommitError,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)

from lab.clock import ManualClock, SystemClock
from lab.eos.twin import EOSTwin
from lab.errors import LabFileError, LabRunError, LineRefused
from lab.models import Fault, NeighbourSpec, TwinSpec
from lab.twin import Clock, TwinCredential

BODY = """\
no aaa root
!
username admin privilege 15 role network-admin secret sha512 $6$salt$hash
!
hostname core1
dns domain example.dk
!
spanning-tree mode mstp
!
snmp-server community public ro
!
vlan 10
   name office
!
interface Ethernet1
   description uplink
   switchport mode trunk
!
interface Ethernet2
   switchport access vlan 10
!
interface Ethernet3
!
interface Management1
   ip address 198.51.100.20/24
!
ip routing
!
management api http-commands
   no shutdown
!
management telnet
   no shutdown
!
"""
RUNNING = f"{BODY}end\n"
HARDENED = RUNNING.replace("management telnet\n   no shutdown\n", "management telnet\n")
HARDEN = "management telnet\n   shutdown"
HARDEN_DIFF = "management telnet\n-   no shutdown"
START = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
USER = "netops"

Connect = Callable[..., Any]
# What each twin of this module was made to accept.
PASSWORDS: dict[EOSTwin, str] = {}
# NAPALM closes a driver when it is collected and aborts its session: too late where the twin has stopped.
DRIVERS: list[Any] = []


def configuration(release: str) -> str:
    return f"! Command: show running-config\n! device: core1 (DCS-7050SX3-48YC8, EOS-{release})\n!\n{RUNNING}"


@contextmanager
def running_twin(
    folder: Path,
    clock: Clock,
    *,
    release: str = "4.32.2F",
    options: dict[str, Any] | None = None,
    **changes: Any,
) -> Iterator[EOSTwin]:
    spec = TwinSpec(
        name="core1",
        platform="eos",
        model="vEOS",
        configuration="core1.cfg",
        management_interface="Management1",
        neighbours=(NeighbourSpec(local_interface="Ethernet1", device="fw1", remote_interface="ge-0/0/0"),),
        **changes,
    )
    credential = TwinCredential(USER, secrets.token_urlsafe(12))
    made = EOSTwin(spec, configuration(release), credential, folder, clock, **(options or {}))
    PASSWORDS[made] = credential.password
    made.start()
    try:
        yield made
    finally:
        made.stop()
        del PASSWORDS[made]
        while DRIVERS:
            DRIVERS.pop().config_session = None


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def twin(tmp_path: Path, clock: ManualClock) -> Iterator[EOSTwin]:
    with running_twin(tmp_path, clock) as made:
        yield made


def new_driver(twin: EOSTwin, *, password: str | None = None, timeout: float = 10) -> Any:
    context = ssl.create_default_context(cafile=str(twin.ca_file))
    made = get_network_driver("eos")(
        "127.0.0.1",
        USER,
        PASSWORDS[twin] if password is None else password,
        timeout=timeout,
        optional_args={"port": twin.port, "context": context},
    )
    DRIVERS.append(made)
    return made


@pytest.fixture
def connect(twin: EOSTwin) -> Connect:
    def connect_driver(**options: Any) -> Any:
        driver = new_driver(twin, **options)
        driver.open()
        return driver

    return connect_driver


def stage(driver: Any, lines: str = HARDEN) -> None:
    driver.load_merge_candidate(config=lines)


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except ConnectionRefusedError:
        return True
    return False


def post(
    twin: EOSTwin, body: bytes, *, path: str = "/command-api", password: str | None = None
) -> tuple[int, str]:
    context = ssl.create_default_context(cafile=str(twin.ca_file))
    client = http.client.HTTPSConnection("127.0.0.1", twin.port, timeout=10, context=context)
    login = f"{USER}:{PASSWORDS[twin] if password is None else password}"
    headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    try:
        client.request("POST", path, body, headers)
        answer = client.getresponse()
        return answer.status, answer.read().decode()
    finally:
        client.close()


def run(twin: EOSTwin, *commands: Any, form: str = "json") -> Any:
    params = {"version": 1, "cmds": list(commands), "format": form}
    body = {"jsonrpc": "2.0", "method": "runCmds", "params": params, "id": "7"}
    status, text = post(twin, json.dumps(body).encode())
    assert status == http.client.OK
    return json.loads(text)


def test_the_driver_reads_configuration_facts_and_neighbours(twin: EOSTwin, connect: Connect) -> None:
    driver = connect()
    header = "! device: core1 (DCS-7050SX3-48YC8, EOS-4.32.2F)\n!\n"
    assert driver.get_config() == {
        "running": f"! Command: show running-config\n{header}{RUNNING}",
        "startup": "! Command: show startup-config\n"
        f"! Startup-config last modified at  Sun Mar  1 22:00:00 2026 by root\n{header}{RUNNING}",
        "candidate": "",
    }
    facts = driver.get_facts()
    assert {
        key: facts[key] for key in ("hostname", "fqdn", "vendor", "model", "os_version", "interface_list")
    } == {
        "hostname": "core1",
        "fqdn": "core1.example.dk",
        "vendor": "Arista",
        "model": "DCS-7050SX3-48YC8",
        "os_version": "4.32.2F",
        "interface_list": ["Ethernet1", "Ethernet2", "Ethernet3", "Management1"],
    }
    assert driver.get_lldp_neighbors() == {"Ethernet1": [{"hostname": "fw1", "port": "ge-0/0/0"}]}
    assert twin.state().running == RUNNING


def test_a_port_that_is_down_tells_no_neighbours(twin: EOSTwin, connect: Connect) -> None:
    twin.console(("interface Ethernet1", "shutdown"))
    assert connect().get_lldp_neighbors() == {}


def test_a_confirmed_change_stays_and_is_saved(twin: EOSTwin, connect: Connect, clock: ManualClock) -> None:
    driver = connect()
    stage(driver)
    assert driver.compare_config() == HARDEN_DIFF
    driver.commit_config(revert_in=120)
    pending = twin.state().pending
    assert pending is not None
    assert (pending.user, pending.seconds_left) == (USER, 120.0)
    assert driver.has_pending_commit()
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    clock.advance(600)
    state = twin.state()
    assert (state.running, state.startup, state.pending) == (HARDENED, HARDENED, None)
    assert (state.commits, state.reverts) == (1, 0)


def test_an_unconfirmed_change_goes_back_with_nobody_connected(
    twin: EOSTwin, connect: Connect, clock: ManualClock
) -> None:
    driver = connect()
    stage(driver)
    driver.commit_config(revert_in=60)
    wait_until(lambda: twin.state().sessions == 0)
    clock.advance(59)
    assert (twin.state().running, twin.state().startup) == (HARDENED, RUNNING)
    clock.advance(2)
    state = twin.state()
    assert (state.running, state.pending, state.commits, state.reverts) == (RUNNING, None, 1, 1)
    assert run(twin, "enable", "show configuration sessions")["result"][1]["sessions"] == {}
    with pytest.raises(CommitError, match="No pending commit-confirm found"):
        driver.confirm_commit()


def test_closing_the_driver_takes_an_unconfirmed_commit_back(twin: EOSTwin, connect: Connect) -> None:
    driver = connect()
    stage(driver)
    driver.commit_config(revert_in=60)
    driver.close()
    state = twin.state()
    assert (state.running, state.pending) == (RUNNING, None)


def test_rollback_takes_a_pending_commit_back(twin: EOSTwin, connect: Connect) -> None:
    driver = connect()
    stage(driver)
    driver.commit_config(revert_in=60)
    driver.rollback()
    state = twin.state()
    assert (state.running, state.startup, state.pending) == (RUNNING, RUNNING, None)


def test_rollback_after_a_plain_commit_goes_back_to_the_startup_of_before(
    twin: EOSTwin, connect: Connect
) -> None:
    driver = connect()
    stage(driver)
    driver.commit_config()
    assert (twin.state().running, twin.state().startup) == (HARDENED, HARDENED)
    driver.rollback()
    assert (twin.state().running, twin.state().startup) == (RUNNING, RUNNING)


def test_discard_leaves_nothing_behind(twin: EOSTwin, connect: Connect) -> None:
    driver = connect()
    stage(driver)
    driver.discard_config()
    stage(driver, "hostname other")
    assert driver.compare_config() == "-hostname core1\n+hostname other"
    driver.discard_config()
    assert (twin.state().running, twin.state().commits) == (RUNNING, 0)


def test_a_refused_line_is_an_error_and_changes_nothing(twin: EOSTwin, connect: Connect) -> None:
    driver = connect()
    with pytest.raises(
        MergeConfigException, match=r"CLI command 4 of 5 'managment telnet' failed: invalid command"
    ):
        stage(driver, "hostname other\nmanagment telnet")
    assert twin.state().running == RUNNING


def test_a_whole_configuration_replaces(twin: EOSTwin, connect: Connect) -> None:
    driver = connect()
    driver.load_replace_candidate(config=HARDENED)
    assert driver.compare_config() == HARDEN_DIFF
    driver.commit_config()
    assert twin.state().running == HARDENED


def test_the_running_text_replaces_without_a_difference(connect: Connect) -> None:
    driver = connect()
    driver.load_replace_candidate(config=driver.get_config()["running"])
    assert driver.compare_config() == ""
    driver.discard_config()


def test_a_whole_configuration_with_an_error_is_refused(connect: Connect) -> None:
    driver = connect()
    with pytest.raises(ReplaceConfigException, match="Invalid input"):
        driver.load_replace_candidate(config=HARDENED.replace("hostname", "hostnam-e"))


def test_a_banner_keeps_its_lines(twin: EOSTwin, connect: Connect) -> None:
    driver = connect()
    stage(driver, "banner login\nAuthorised use only\n  second line\nEOF")
    assert driver.compare_config() == "+banner login\n+Authorised use only\n+second line\n+EOF"
    driver.commit_config()
    assert "!\nbanner login\nAuthorised use only\nsecond line\nEOF\n!\n" in twin.state().running


def test_a_pending_session_of_somebody_else_is_a_lock(
    twin: EOSTwin, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(twin, "enable", "configure session other")
    driver = connect()
    monkeypatch.setattr(driver, "_obtain_lock", lambda **_: driver._lock())
    with pytest.raises(SessionLockedException):
        stage(driver)


def test_five_sessions_may_be_pending(twin: EOSTwin) -> None:
    for number in range(5):
        run(twin, "enable", f"configure session s{number}")
    error = run(twin, "enable", "configure session s5")["error"]
    assert error["data"][-1]["errors"][0].startswith("Maximum number of pending sessions has been reached")
    run(twin, "enable", "configure session s0 abort")
    assert "result" in run(twin, "enable", "configure session s5")


def test_a_session_that_nobody_commits_is_gone_after_a_day(twin: EOSTwin, clock: ManualClock) -> None:
    run(twin, "enable", "configure session s", "hostname other")
    clock.advance(24 * 3600 + 1)
    assert run(twin, "enable", "show configuration sessions")["result"][1]["sessions"] == {}


def test_another_session_cannot_commit_while_a_timer_runs(twin: EOSTwin) -> None:
    run(twin, "enable", "configure session a", "hostname a", "commit timer 00:01:00")
    error = run(twin, "enable", "configure session b", "hostname b", "commit")["error"]
    assert error["code"] == 1000
    assert "hostname a\n" in twin.state().running


@pytest.mark.parametrize("timer", ["00:00:00", "25:00:00"])
def test_a_timer_outside_its_range_is_refused(twin: EOSTwin, timer: str) -> None:
    run(twin, "enable", "configure session a", "hostname a")
    assert run(twin, "enable", f"configure session a commit timer {timer}")["error"]["code"] == 1002
    assert twin.state().running == RUNNING


@pytest.mark.parametrize(
    ("release", "base", "keys"),
    [
        ("4.32.2F", "uptime", {"state": "committed", "top": 120.0}),
        ("4.32.2F", "epoch", {"state": "committed", "top": START.timestamp() + 120.0}),
        ("4.31.1F", "uptime", {"state": "pendingCommitTimer", "row": 120.0}),
    ],
)
def test_a_running_timer_is_told_as_the_release_tells_it(
    tmp_path: Path, clock: ManualClock, release: str, base: str, keys: dict[str, Any]
) -> None:
    with running_twin(tmp_path, clock, release=release, options={"expiry_base": base}) as twin:
        run(twin, "enable", "configure session a", "hostname a", "commit timer 00:02:00")
        shown = run(twin, "enable", "show configuration sessions detail")["result"][1]
        assert shown["sessions"]["a"]["state"] == keys["state"]
        assert shown["sessions"]["a"].get("commitBy") == keys.get("row")
        assert shown.get("commitTimerExpireTime") == keys.get("top")
        assert shown.get("commitTimerSessionName") == ("a" if "top" in keys else None)
        driver = new_driver(twin)
        driver.open()
        assert driver.has_pending_commit()


def test_an_older_release_shows_hunks(tmp_path: Path, clock: ManualClock) -> None:
    with running_twin(tmp_path, clock, release="4.23.0.1F") as twin:
        run(twin, "enable", "configure session a", "interface Ethernet3", "description spare")
        shown = run(twin, "enable", "show session-config named a diffs", form="text")["result"][1]["output"]
        assert shown == (
            "--- system:/running-config\n"
            "+++ session:/a-session-config\n"
            "@@ -20,6 +20,7 @@\n"
            "    switchport access vlan 10\n"
            " !\n"
            " interface Ethernet3\n"
            "+   description spare\n"
            " !\n"
            " interface Management1\n"
            "    ip address 198.51.100.20/24\n"
        )


@pytest.mark.parametrize(
    "cut",
    [
        "interface Management1\nshutdown",
        "interface Management1\nno ip address",
        "management api http-commands\nshutdown",
        "interface Management1\nvrf MGMT",
    ],
)
def test_cutting_the_management_path_reverts_by_itself(
    twin: EOSTwin, connect: Connect, clock: ManualClock, cut: str
) -> None:
    driver = connect(timeout=0.5)
    stage(driver, cut)
    with pytest.raises(pyeapi.eapilib.ConnectionError):
        driver.commit_config(revert_in=60)
    state = twin.state()
    assert (state.management_reachable, state.pending is None) == (False, False)
    assert is_refused(twin.port)
    clock.advance(61)
    assert connect().get_config()["running"].endswith(RUNNING)
    state = twin.state()
    assert (state.running, state.reverts, state.management_reachable) == (RUNNING, 1, True)


def test_a_vrf_that_eapi_serves_is_reachable(twin: EOSTwin, connect: Connect) -> None:
    driver = connect()
    stage(driver, "management api http-commands\nvrf MGMT\nno shutdown\ninterface Management1\nvrf MGMT")
    driver.commit_config()
    assert twin.state().management_reachable


def test_a_request_frozen_by_the_cut_is_answered_after_the_revert(
    twin: EOSTwin, connect: Connect, clock: ManualClock
) -> None:
    driver = connect()
    stage(driver, "interface Management1\nshutdown")
    committing = threading.Thread(target=lambda: driver.commit_config(revert_in=60))
    committing.start()
    wait_until(lambda: not twin.state().management_reachable)
    clock.advance(61)
    committing.join(timeout=10)
    assert not committing.is_alive()
    assert twin.state().running == RUNNING


def test_timers_run_faster_by_the_clock_factor(tmp_path: Path) -> None:
    with running_twin(tmp_path, SystemClock(), clock_factor=120.0) as twin:
        driver = new_driver(twin)
        driver.open()
        stage(driver)
        driver.commit_config(revert_in=60)
        assert driver.has_pending_commit()
        wait_until(lambda: twin.state().reverts == 1, seconds=5)
        assert twin.state().running == RUNNING


def test_a_wrong_password_is_answered_with_401(twin: EOSTwin) -> None:
    assert post(twin, b"{}", password=secrets.token_urlsafe(12)) == (
        401,
        "Unable to authenticate user: Bad username/password combination\n",
    )
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="Unable to authenticate user"):
        new_driver(twin, password=secrets.token_urlsafe(12)).open()


def test_refused_logins_end_when_the_fault_has_counted_down(twin: EOSTwin) -> None:
    twin.switch_fault(Fault(name="refuse-login"))
    with pytest.raises(pyeapi.eapilib.ConnectionError):
        new_driver(twin).open()
    new_driver(twin).open()
    assert twin.state().faults == ()


def test_a_connection_dropped_after_the_commit_leaves_the_commit_pending(
    twin: EOSTwin, connect: Connect, clock: ManualClock
) -> None:
    driver = connect()
    stage(driver)
    twin.switch_fault(Fault(name="drop-after-commit"))
    with pytest.raises((pyeapi.eapilib.ConnectionError, http.client.RemoteDisconnected)):
        driver.commit_config(revert_in=60)
    assert twin.state().running == HARDENED
    clock.advance(61)
    assert twin.state().running == RUNNING


def test_a_line_can_be_made_to_fail(twin: EOSTwin, connect: Connect) -> None:
    twin.switch_fault(Fault(name="error-line", argument="telnet"))
    driver = connect()
    with pytest.raises(MergeConfigException, match="Invalid input"):
        stage(driver)
    stage(driver)
    assert driver.compare_config() == HARDEN_DIFF


def test_answers_can_be_delayed(twin: EOSTwin) -> None:
    twin.switch_fault(Fault(name="delay", seconds=0.4))
    before = time.monotonic()
    run(twin, "show version")
    assert time.monotonic() - before >= 0.4


def test_the_console_changes_the_device_and_refuses_what_it_does_not_know(twin: EOSTwin) -> None:
    twin.console(("interface Ethernet3", "shutdown", "snmp-server community private rw"))
    changed = RUNNING.replace("interface Ethernet3\n", "interface Ethernet3\n   shutdown\n").replace(
        "community public ro\n", "community public ro\nsnmp-server community private rw\n"
    )
    assert (twin.state().running, twin.state().commits) == (changed, 1)
    with pytest.raises(LineRefused):
        twin.console(("hostname other", "nonsense"))
    assert twin.state().running == changed


def test_errors_tell_the_results_so_far_and_the_token(twin: EOSTwin) -> None:
    assert run(twin, "show hostname", "show nonsense", "show version") == {
        "jsonrpc": "2.0",
        "id": "7",
        "error": {
            "code": 1002,
            "message": "CLI command 2 of 3 'show nonsense' failed: invalid command",
            "data": [
                {"hostname": "core1", "fqdn": "core1.example.dk"},
                {"errors": ["Invalid input (at token 1: 'nonsense')"]},
            ],
        },
    }
    assert run(twin, "enable", "wrong", form="text")["error"]["data"] == [
        {"output": ""},
        {
            "output": "% Invalid input (at token 0: 'wrong')\n",
            "errors": ["Invalid input (at token 0: 'wrong')"],
        },
    ]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("switchport access vlan 5000", "Invalid input (at token 3: '5000')"),
        ("switchport access", "Incomplete command (at token 2: None)"),
        ("interface Ethernet99", "Invalid input (at token 1: 'Ethernet99')"),
        ("no interface Ethernet1", "Removal of physical interfaces is not permitted"),
        ("banner login", "Incomplete command (at token 2: None)"),
    ],
)
def test_lines_of_a_session_are_refused_with_their_token(twin: EOSTwin, line: str, error: str) -> None:
    answer = run(twin, "enable", "configure session s", "interface Ethernet1", line)
    assert answer["error"]["data"][-1] == {"errors": [error]}


def test_privilege_is_needed_beyond_a_few_shows(twin: EOSTwin) -> None:
    error = run(twin, "show running-config")["error"]
    assert error["data"] == [{"errors": ["Invalid input (privileged mode required)"]}]


def test_a_show_without_json_is_unconverted(twin: EOSTwin) -> None:
    error = run(twin, "enable", "show startup-config")["error"]
    assert (error["code"], error["message"]) == (
        1003,
        "CLI command 2 of 2 'show startup-config' failed: unconverted command",
    )


def test_lines_outside_a_session_take_effect_at_the_end(twin: EOSTwin) -> None:
    run(twin, "enable", "configure", "hostname other", "end")
    assert (twin.state().running, twin.state().startup) == (RUNNING.replace("core1", "other"), RUNNING)


def test_a_file_that_is_not_there_cannot_replace(twin: EOSTwin) -> None:
    error = run(twin, "enable", "configure replace flash:rollback-0")["error"]
    assert error["code"] == 1000


def test_mirror_vlan_and_port_tables_follow_the_configuration(twin: EOSTwin) -> None:
    twin.console(
        (
            "monitor session NDR source Ethernet1 both",
            "monitor session NDR source Ethernet2 rx",
            "monitor session NDR destination Ethernet3",
        )
    )
    result = run(twin, "enable", "show monitor session", "show vlan", "show interfaces status")["result"]
    assert result[1]["sessions"] == {
        "NDR": {
            "sourceInterfacesRx": ["Ethernet2"],
            "sourceInterfacesTx": [],
            "sourceInterfacesBoth": ["Ethernet1"],
            "targetInterfaces": [{"name": "Ethernet3", "operState": "active"}],
        }
    }
    assert {vlan: (row["name"], sorted(row["interfaces"])) for vlan, row in result[2]["vlans"].items()} == {
        "1": ("default", ["Ethernet1", "Ethernet3"]),
        "10": ("office", ["Ethernet1", "Ethernet2"]),
    }
    assert {name: row["vlanInformation"] for name, row in result[3]["interfaceStatuses"].items()} == {
        "Ethernet1": {"interfaceMode": "trunk", "interfaceForwardingModel": "bridged"},
        "Ethernet2": {"interfaceMode": "bridged", "vlanId": 10, "interfaceForwardingModel": "bridged"},
        "Ethernet3": {"interfaceMode": "bridged", "vlanId": 1, "interfaceForwardingModel": "bridged"},
        "Management1": {"interfaceMode": "routed", "interfaceForwardingModel": "routed"},
    }
    twin.console(("no monitor session NDR",))
    assert twin.state().running == RUNNING


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"[]", -32600),
        (b'{"method": "other"}', -32601),
        (b'{"method": "runCmds", "params": {"cmds": "show version"}}', -32602),
        (b'{"method": "runCmds", "params": {"cmds": [1]}}', -32602),
        (b'{"method": "runCmds", "params": {"cmds": [], "format": "xml"}}', -32602),
    ],
)
def test_malformed_requests_are_answered_with_their_code(twin: EOSTwin, body: bytes, code: int) -> None:
    status, text = post(twin, body)
    assert (status, json.loads(text)["error"]["code"]) == (200, code)


def test_other_paths_are_not_found(twin: EOSTwin) -> None:
    assert post(twin, b"{}", path="/other")[0] == 404


def test_the_certificate_is_verified_by_who_trusts_it_and_by_nobody_else(
    twin: EOSTwin, connect: Connect
) -> None:
    assert connect().is_alive() == {"is_alive": True}
    options = {"port": twin.port, "context": ssl.create_default_context()}
    stranger = get_network_driver("eos")("127.0.0.1", USER, PASSWORDS[twin], 10, options)
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="certificate verify failed"):
        stranger.open()


def test_the_transcript_masks_secrets(twin: EOSTwin) -> None:
    run(twin, "enable", "configure session s", "username x secret 0 letmein", "snmp-server community deep ro")
    text = "\n".join(twin.transcript())
    assert "username x secret 0 ********" in text
    assert "letmein" not in text
    assert "deep" not in text


def test_a_configuration_that_the_twin_does_not_know_is_refused_with_its_line(tmp_path: Path) -> None:
    spec = TwinSpec(
        name="core9",
        platform="eos",
        model="vEOS",
        configuration="core9.cfg",
        management_interface="Management1",
    )
    with pytest.raises(LabFileError, match=r"core9: .*line 2 .*core9.cfg: 'nonsense'"):
        EOSTwin(spec, "hostname core9\nnonsense\n", TwinCredential(USER, "x"), tmp_path, ManualClock(START))


def test_a_taken_port_is_one_clear_error(twin: EOSTwin, tmp_path: Path, clock: ManualClock) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    with (
        pytest.raises(LabRunError, match=f"core1: cannot listen on loopback port {twin.port}"),
        running_twin(folder, clock, port=twin.port),
    ):
        pass


def test_stop_leaves_no_thread_and_no_port(tmp_path: Path, clock: ManualClock) -> None:
    before = threading.active_count()
    with running_twin(tmp_path, clock) as twin:
        driver = new_driver(twin)
        driver.open()
        idle = socket.create_connection(("127.0.0.1", twin.port), timeout=5)
    idle.close()
    assert is_refused(twin.port)
    assert threading.active_count() == before
