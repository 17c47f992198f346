"""The eAPI of the EOS twin as a bare HTTPS client meets it."""

import json
import secrets
import socket
import threading
from pathlib import Path
from typing import Any

import pyeapi
import pytest

from lab.clock import ManualClock
from lab.errors import LineRefused
from tests.lab.eapi_client import post, run
from tests.lab.twin_bench import CONFIGURATIONS, EOS, START, TwinBench, is_refused, starting_text, twin_bench

RUNNING = (CONFIGURATIONS / EOS.configuration).read_text()


def test_five_sessions_may_be_pending(eos_bench: TwinBench) -> None:
    for number in range(5):
        run(eos_bench, "enable", f"configure session s{number}")
    error = run(eos_bench, "enable", "configure session s5")["error"]
    assert error["data"][-1]["errors"][0].startswith("Maximum number of pending sessions has been reached")
    run(eos_bench, "enable", "configure session s0 abort")
    assert "result" in run(eos_bench, "enable", "configure session s5")


def test_a_session_that_nobody_commits_is_gone_after_a_day(
    eos_bench: TwinBench, manual_clock: ManualClock
) -> None:
    run(eos_bench, "enable", "configure session s", "hostname other")
    manual_clock.advance(24 * 3600 + 1)
    assert run(eos_bench, "enable", "show configuration sessions")["result"][1]["sessions"] == {}


def test_another_session_cannot_commit_while_a_timer_runs(eos_bench: TwinBench) -> None:
    run(eos_bench, "enable", "configure session a", "hostname a", "commit timer 00:01:00")
    error = run(eos_bench, "enable", "configure session b", "hostname b", "commit")["error"]
    assert error["code"] == 1000
    assert "hostname a\n" in eos_bench.twin.state().running


@pytest.mark.parametrize("timer", ["00:00:00", "25:00:00"])
def test_a_timer_outside_its_range_is_refused(eos_bench: TwinBench, timer: str) -> None:
    run(eos_bench, "enable", "configure session a", "hostname a")
    assert run(eos_bench, "enable", f"configure session a commit timer {timer}")["error"]["code"] == 1002
    assert eos_bench.twin.state().running == RUNNING


@pytest.mark.parametrize(
    ("release", "base", "keys"),
    [
        ("4.32.2F", "uptime", {"state": "committed", "top": 120.0}),
        ("4.32.2F", "epoch", {"state": "committed", "top": START.timestamp() + 120.0}),
        ("4.31.1F", "uptime", {"state": "pendingCommitTimer", "row": 120.0}),
    ],
)
def test_a_running_timer_is_told_as_the_release_tells_it(
    tmp_path: Path, manual_clock: ManualClock, release: str, base: str, keys: dict[str, Any]
) -> None:
    text = starting_text(EOS, release=release)
    with twin_bench(EOS, tmp_path, manual_clock, text=text, options={"expiry_base": base}) as eos_bench:
        run(eos_bench, "enable", "configure session a", "hostname a", "commit timer 00:02:00")
        shown = run(eos_bench, "enable", "show configuration sessions detail")["result"][1]
        assert shown["sessions"]["a"]["state"] == keys["state"]
        assert shown["sessions"]["a"].get("commitBy") == keys.get("row")
        assert shown.get("commitTimerExpireTime") == keys.get("top")
        assert shown.get("commitTimerSessionName") == ("a" if "top" in keys else None)
        assert eos_bench.connect().has_pending_commit()


def test_an_older_release_shows_hunks(tmp_path: Path, manual_clock: ManualClock) -> None:
    text = starting_text(EOS, release="4.23.0.1F")
    with twin_bench(EOS, tmp_path, manual_clock, text=text) as eos_bench:
        run(eos_bench, "enable", "configure session a", "interface Ethernet3", "description spare")
        shown = run(eos_bench, "enable", "show session-config named a diffs", form="text")["result"][1][
            "output"
        ]
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


def test_a_wrong_password_is_answered_with_401(eos_bench: TwinBench) -> None:
    assert post(eos_bench, b"{}", password=secrets.token_urlsafe(12)) == (
        401,
        "Unable to authenticate user: Bad username/password combination\n",
    )
    with pytest.raises(pyeapi.eapilib.ConnectionError, match="Unable to authenticate user"):
        eos_bench.new_driver(password=secrets.token_urlsafe(12)).open()


def test_the_console_applies_all_lines_or_none(eos_bench: TwinBench) -> None:
    eos_bench.twin.console(("interface Ethernet3", "shutdown", "snmp-server community private rw"))
    changed = RUNNING.replace("interface Ethernet3\n", "interface Ethernet3\n   shutdown\n").replace(
        "community public ro\n", "community public ro\nsnmp-server community private rw\n"
    )
    assert (eos_bench.twin.state().running, eos_bench.twin.state().commits) == (changed, 1)
    with pytest.raises(LineRefused):
        eos_bench.twin.console(("hostname other", "nonsense"))
    assert eos_bench.twin.state().running == changed


def test_errors_tell_the_results_so_far_and_the_token(eos_bench: TwinBench) -> None:
    assert run(eos_bench, "show hostname", "show nonsense", "show version") == {
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
    assert run(eos_bench, "enable", "wrong", form="text")["error"]["data"] == [
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
def test_lines_of_a_session_are_refused_with_their_token(eos_bench: TwinBench, line: str, error: str) -> None:
    answer = run(eos_bench, "enable", "configure session s", "interface Ethernet1", line)
    assert answer["error"]["data"][-1] == {"errors": [error]}


def test_privilege_is_needed_beyond_a_few_shows(eos_bench: TwinBench) -> None:
    error = run(eos_bench, "show running-config")["error"]
    assert error["data"] == [{"errors": ["Invalid input (privileged mode required)"]}]


def test_a_show_without_json_is_unconverted(eos_bench: TwinBench) -> None:
    error = run(eos_bench, "enable", "show startup-config")["error"]
    assert (error["code"], error["message"]) == (
        1003,
        "CLI command 2 of 2 'show startup-config' failed: unconverted command",
    )


def test_lines_outside_a_session_take_effect_at_the_end(eos_bench: TwinBench) -> None:
    run(eos_bench, "enable", "configure", "hostname other", "end")
    assert (eos_bench.twin.state().running, eos_bench.twin.state().startup) == (
        RUNNING.replace("core1", "other"),
        RUNNING,
    )


def test_a_file_that_is_not_there_cannot_replace(eos_bench: TwinBench) -> None:
    error = run(eos_bench, "enable", "configure replace flash:rollback-0")["error"]
    assert error["code"] == 1000


def test_mirror_vlan_and_port_tables_follow_the_configuration(eos_bench: TwinBench) -> None:
    eos_bench.twin.console(
        (
            "monitor session NDR source Ethernet1 both",
            "monitor session NDR source Ethernet2 rx",
            "monitor session NDR destination Ethernet3",
        )
    )
    result = run(eos_bench, "enable", "show monitor session", "show vlan", "show interfaces status")["result"]
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
    eos_bench.twin.console(("no monitor session NDR",))
    assert eos_bench.twin.state().running == RUNNING


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
def test_malformed_requests_are_answered_with_their_code(
    eos_bench: TwinBench, body: bytes, code: int
) -> None:
    status, text = post(eos_bench, body)
    assert (status, json.loads(text)["error"]["code"]) == (200, code)


def test_other_paths_are_not_found(eos_bench: TwinBench) -> None:
    assert post(eos_bench, b"{}", path="/other")[0] == 404


def test_the_transcript_masks_secrets(eos_bench: TwinBench) -> None:
    run(
        eos_bench,
        "enable",
        "configure session s",
        "username x secret 0 letmein",
        "snmp-server community deep ro",
    )
    text = "\n".join(eos_bench.twin.transcript())
    assert "username x secret 0 ********" in text
    assert "letmein" not in text
    assert "deep" not in text


def test_stop_ends_connections_that_never_spoke(tmp_path: Path, manual_clock: ManualClock) -> None:
    before = threading.active_count()
    with twin_bench(EOS, tmp_path, manual_clock) as bench:
        idle = socket.create_connection(("127.0.0.1", bench.twin.port), timeout=5)
    idle.close()
    assert is_refused(bench.twin.port)
    assert threading.active_count() == before
