"""The lab as a process: started, asked, disturbed, killed and cleaned up after."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import paramiko
import pytest

from inventory.endpoints import DeviceOverlay, EndpointOverlay, load_endpoint_overlay
from lab.door import Door
from lab.ios.twin import IOSTwin
from lab.lab_record import LabRecord, read_record, write_record
from lab.models import TwinState
from lab.process import LabProcess, stop_lab
from lab.processes import is_alive, live_process
from tests.lab.processes import processes_below

CONFIGURATION = """version 17.9
hostname sw1
interface Vlan99
 ip address 10.0.0.2 255.255.255.0
line vty 0 4
end
"""
LAB_FILE = """twins:
  - {name: sw1, platform: ios, model: C9200L, configuration: sw1.cfg, management_interface: Vlan99}
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="sd-"))
    (made / "sw1.cfg").write_text(CONFIGURATION)
    (made / "lab.yaml").write_text(LAB_FILE)
    try:
        yield made
    finally:
        stop_lab(made / "f")
        shutil.rmtree(made)


def lab(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lab", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def started(folder: Path) -> LabRecord:
    done = lab("up", folder / "lab.yaml", "--folder", folder / "f", "--detach")
    assert done.returncode == 0, done.stderr
    record = read_record(folder / "f")
    assert record is not None
    return record


def published(folder: Path) -> list[str]:
    names = ("endpoints.json", "device-credential.json", "lab.json")
    return [name for name in names if (folder / "f" / name).exists()]


def test_a_detached_lab_is_ready_when_it_returns_and_gone_after_down(folder: Path) -> None:
    record = started(folder)
    overlay = load_endpoint_overlay(folder / "f" / "endpoints.json")
    credential_file = folder / "f" / "device-credential.json"
    port = overlay.devices["sw1"].port
    assert overlay == EndpointOverlay(
        devices={
            "sw1": DeviceOverlay(
                address="127.0.0.1",
                port=port,
                credential=f"file:{credential_file}",
                ca_file=None,
                host_key=overlay.devices["sw1"].host_key,
            )
        },
        # Empty and not left out: in a rehearsal no address is reached that the lab does not stand for.
        addresses={},
    )
    assert stat.S_IMODE(credential_file.stat().st_mode) == 0o600
    credential = json.loads(credential_file.read_text())
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        client.connect(
            "127.0.0.1",
            port or 0,
            credential["username"],
            credential["password"],
            look_for_keys=False,
            allow_agent=False,
        )
        _, output, _ = client.exec_command("show running-config | include hostname", timeout=10)
        assert output.read().decode() == "hostname sw1\n"
    assert (
        "sw1                  ios    reachable, 0 changes, 0 reverts"
        in lab("status", "--folder", folder / "f").stdout
    )
    down = lab("down", "--folder", folder / "f")
    assert (down.returncode, down.stdout) == (0, "lab: stopped\n")
    assert (is_alive(record), published(folder)) == (False, [])
    transcript = (folder / "f" / "transcripts" / "sw1.txt").read_text()
    assert transcript == "show running-config | include hostname\n"
    again = lab("down", "--folder", folder / "f")
    assert (again.returncode, again.stdout) == (0, f"lab: none in {folder / 'f'}\n")
    assert lab("status", "--folder", folder / "f").returncode == 1


def test_a_killed_lab_is_cleaned_up_by_down_and_by_the_next_up(folder: Path) -> None:
    for clean_up in ("down", "up"):
        record = started(folder)
        os.kill(record.pid, signal.SIGKILL)
        assert published(folder) == ["endpoints.json", "device-credential.json", "lab.json"]
        if clean_up == "down":
            assert lab("down", "--folder", folder / "f").returncode == 0
            assert published(folder) == []
    assert started(folder).pid != record.pid


def test_a_second_lab_in_the_same_folder_is_refused_and_the_first_runs_on(folder: Path) -> None:
    record = started(folder)
    for more in ((), ("--detach",)):
        second = lab("up", folder / "lab.yaml", "--folder", folder / "f", *more)
        assert second.returncode == 1
        assert f"a lab (process {record.pid}) runs in" in second.stderr
    assert read_record(folder / "f") == record
    assert is_alive(record)


def test_a_process_that_got_the_number_of_a_dead_lab_is_left_alone(folder: Path) -> None:
    (folder / "f").mkdir()
    this = live_process(os.getpid())
    assert this is not None
    stranger = LabRecord(
        pid=this.pid,
        start_ticks=this.start_ticks + 1,
        state="ready",
        lab_file=str(folder / "lab.yaml"),
        door=None,
    )
    write_record(folder / "f", stranger)
    assert stop_lab(folder / "f") is True
    assert published(folder) == []


def test_a_lab_that_cannot_start_says_why_and_leaves_nothing(folder: Path) -> None:
    (folder / "sw1.cfg").write_text("hostnamex\n")
    failed = lab("up", folder / "lab.yaml", "--folder", folder / "f", "--detach")
    assert failed.returncode == 1
    assert "sw1.cfg:1: IOS refuses 'hostnamex'" in failed.stderr
    assert published(folder) == []


@pytest.mark.parametrize("more", [(), ("--detach",)], ids=["foreground", "detached"])
def test_a_taken_port_is_one_clear_message_and_leaves_nothing_running(
    folder: Path, more: tuple[str, ...]
) -> None:
    with socket.socket() as free, socket.socket() as taken:
        free.bind(("127.0.0.1", 0))
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = (free.getsockname()[1], taken.getsockname()[1])
        free.close()
        line = LAB_FILE.splitlines()[1]
        rows = [
            line.replace("name: sw1", f"name: sw{number}, port: {port}")
            for number, port in enumerate(ports, start=1)
        ]
        (folder / "lab.yaml").write_text("\n".join(["twins:", *rows, ""]))
        failed = lab("up", folder / "lab.yaml", "--folder", folder / "f", *more)
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1] == (
        f"samdrift-lab: twin sw2: cannot listen on loopback port {ports[1]}: Address already in use; "
        "end what holds it, or give the twin another port, or 0 to let the system choose"
    )
    assert "Traceback" not in failed.stderr
    assert (published(folder), processes_below(folder)) == ([], [])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", ports[0]), timeout=2).close()


@pytest.mark.parametrize("detached", [False, True], ids=["foreground", "detached"])
def test_a_clock_that_runs_faster_is_told(folder: Path, *, detached: bool) -> None:
    text = LAB_FILE + LAB_FILE.splitlines()[1].replace("name: sw1", "name: sw2, clock_factor: 6.0") + "\n"
    (folder / "lab.yaml").write_text(text)
    arguments = ("up", folder / "lab.yaml", "--folder", folder / "f")
    told = "lab: the clock of sw2 runs 6 times as fast as real time"
    if detached:
        assert lab(*arguments, "--detach").stdout.splitlines()[1:] == [told]
        assert (folder / "f" / "lab.log").read_text().splitlines()[1:] == [told]
        return
    command = [sys.executable, "-m", "lab", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as up:
        assert up.stdout is not None
        try:
            lines = [up.stdout.readline().strip() for _ in range(2)]
            up.terminate()
            assert (lines[1:], up.wait(timeout=60)) == ([told], 0)
        finally:
            up.kill()


def test_the_command_line_disturbs_and_shows_a_twin(folder: Path) -> None:
    started(folder)
    place = ("--folder", folder / "f")
    assert lab("fault", "sw1", "error-line", "--argument", "location", "--times", "0", *place).returncode == 0
    refused = lab("console", "sw1", "--line", "snmp-server location here", *place)
    assert (refused.returncode, "sw1 refuses" in refused.stderr) == (1, True)
    assert lab("clear", "sw1", *place).returncode == 0
    assert lab("console", "sw1", "--line", "snmp-server location here", *place).returncode == 0
    state = TwinState.model_validate_json(lab("state", "sw1", *place).stdout)
    assert (state.commits, state.faults, "snmp-server location here" in state.running) == (1, (), True)
    unknown = lab("state", "nobody", *place)
    assert (unknown.returncode, unknown.stderr) == (
        1,
        "samdrift-lab: no twin is called nobody; there are sw1\n",
    )
    wrong = lab("fault", "sw1", "explode", *place)
    assert (wrong.returncode, "name: Input should be 'refuse-login'" in wrong.stderr) == (1, True)


def test_a_lab_in_this_process_stops_what_it_started(folder: Path) -> None:
    process = LabProcess(folder / "lab.yaml", folder / "f")
    process.start()
    assert set(process.twins) == {"sw1"}
    process.stop()
    assert published(folder) == []
    failed = lab("status", "--folder", folder / "f")
    assert (failed.returncode, "no lab runs in" in failed.stderr) == (1, True)


def ask(door: Door, method: str, path: str, body: object = None) -> tuple[int, Any]:
    answer = httpx2.request(method, door.address + path, json=body, timeout=10)
    return answer.status_code, answer.json()


@pytest.fixture
def door(ios_twin: IOSTwin) -> Iterator[Door]:
    opened = Door({ios_twin.name: ios_twin})
    opened.start()
    yield opened
    opened.stop()


def test_the_second_door_tells_the_true_state(ios_twin: IOSTwin, door: Door) -> None:
    state = ios_twin.state().model_dump(mode="json")
    assert ask(door, "GET", "/twins/sw-acc1") == (200, state)
    assert ask(door, "GET", "/twins") == (200, {"twins": [state]})
    assert ask(door, "GET", "/twins/sw-acc1/transcript") == (200, {"lines": []})


def test_the_second_door_works_while_management_is_cut_off(ios_twin: IOSTwin, door: Door) -> None:
    status, state = ask(door, "POST", "/twins/sw-acc1/console", {"lines": ["interface Vlan99", "shutdown"]})
    assert (status, state["management_reachable"]) == (200, False)
    assert (
        ask(door, "POST", "/twins/sw-acc1/console", {"lines": ["interface Vlan99", "no shutdown"]})[0] == 200
    )
    assert ios_twin.state().management_reachable is True


def test_faults_go_on_and_off_through_the_second_door(ios_twin: IOSTwin, door: Door) -> None:
    fault = {"name": "delay", "argument": "", "seconds": 2.0, "times": 3, "lines": []}
    assert ask(door, "POST", "/twins/sw-acc1/faults", fault)[1]["faults"] == [fault]
    assert ask(door, "DELETE", "/twins/sw-acc1/faults")[1]["faults"] == []
    assert ios_twin.state().faults == ()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/", None, 404),
        ("GET", "/twins/nobody", None, 404),
        ("GET", "/twins/sw-acc1/faults", None, 405),
        ("POST", "/twins/sw-acc1", {}, 405),
        ("POST", "/twins/sw-acc1/faults", {"name": "explode"}, 422),
        ("POST", "/twins/sw-acc1/faults", {"name": "error-line", "argument": "("}, 422),
        ("POST", "/twins/sw-acc1/console", {"lines": ["bogus"]}, 422),
        ("POST", "/twins/sw-acc1/console", {"line": []}, 422),
        ("DELETE", "/twins/sw-acc1", None, 405),
    ],
)
def test_the_second_door_refuses_what_it_does_not_know(
    door: Door, method: str, path: str, body: object, status: int
) -> None:
    answered, content = ask(door, method, path, body)
    assert (answered, list(content)) == (status, ["error"])
