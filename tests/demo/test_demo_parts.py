"""The demonstration's own parts: oracles that can disagree, commands that end with their parent."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from demo.commands import Commands, DemoFailed
from demo.display import Display
from demo.oracles import look_at_disks, look_at_probe, look_at_twins
from demo.place import ROOT, Place, find_place, renew

HARDENED = """\
version 17.9
hostname ndj-acc1
aaa new-model
ip ssh version 2
logging host 10.70.10.61
logging host 10.70.10.62
banner login ^C
Kun for autoriserede brugere
^C
line vty 0 15
 exec-timeout 10 0
 transport input ssh
ntp server 10.70.10.51
ntp server 10.70.10.52
end"""


def _state(running: str = HARDENED, **changes: Any) -> dict[str, dict[str, Any]]:
    state = {
        "platform": "ios",
        "running": running,
        "startup": running,
        "pending": None,
        "management_reachable": True,
        "reverts": 0,
    }
    return {"ndj-acc1": state | changes}


def _device(*passed: str, drift: list[str] | None = None) -> list[dict[str, Any]]:
    return [
        {
            "name": "ndj-acc1",
            "controls": [{"control": control, "verdict": "PASS"} for control in passed],
            "drift": None
            if drift is None
            else {"lines": [{"change": "added", "text": text} for text in drift]},
        },
    ]


ALL = ("MGT-01", "MGT-02", "MGT-04", "MGT-06", "AAA-01", "SNMP-01", "NTP-01", "LOG-01")


def test_a_hardened_twin_agrees_with_the_summary() -> None:
    look = look_at_twins(_state(), _device(*ALL), drifted={}, reverted=())
    assert look.disagreements == ()
    assert look.seen == "8 passed controls looked up on 1 twins"


@pytest.mark.parametrize(
    ("before", "after", "control"),
    [
        (" transport input ssh", " transport input telnet ssh", "MGT-01"),
        ("ip ssh version 2", "ip domain name x", "MGT-02"),
        (" exec-timeout 10 0", " exec-timeout 0 0", "MGT-04"),
        ("banner login ^C", "banner motd ^C", "MGT-06"),
        ("aaa new-model", "no aaa new-model", "AAA-01"),
        ("ip ssh version 2", "ip ssh version 2\nsnmp-server community public RO", "SNMP-01"),
        ("ntp server 10.70.10.52\n", "", "NTP-01"),
        ("logging host 10.70.10.62\n", "", "LOG-01"),
    ],
)
def test_a_claim_that_the_configuration_does_not_bear_is_told(before: str, after: str, control: str) -> None:
    look = look_at_twins(_state(HARDENED.replace(before, after)), _device(*ALL), drifted={}, reverted=())
    assert look.disagreements == (f"ndj-acc1: {control} is told to pass, its configuration says otherwise",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pending": {"user": "x", "seconds_left": 3}}, "still pending"),
        ({"management_reachable": False}, "cannot be managed"),
        ({"reverts": 1}, "took 1 changes back, 0 expected"),
        ({"startup": "hostname other"}, "would start with another configuration"),
    ],
)
def test_a_twin_that_is_not_as_told_is_told(changes: dict[str, Any], words: str) -> None:
    look = look_at_twins(_state(**changes), _device(), drifted={}, reverted=())
    assert [words in text for text in look.disagreements] == [True]


def test_drift_must_be_told_exactly() -> None:
    drifted = {"ndj-acc1": "ip http server"}
    running = HARDENED + "\nip http server"
    agreed = look_at_twins(_state(running), _device(drift=["ip http server"]), drifted=drifted, reverted=())
    assert agreed.disagreements == ()
    missed = look_at_twins(_state(running), _device(drift=[]), drifted=drifted, reverted=())
    assert len(missed.disagreements) == 1
    invented = look_at_twins(_state(), _device(drift=["ip http server"]), drifted={}, reverted=())
    assert len(invented.disagreements) == 1


def _server(told: int | None = 8000, checksum: str = "a" * 64) -> list[dict[str, Any]]:
    figures = {"downtime_milliseconds": told, "source_checksum": checksum, "target_checksum": checksum}
    return [{"name": "ndj-web1", "figures": figures}]


def _seen(**changes: Any) -> dict[str, Any]:
    seen = {"asked": 900, "both": 0, "centre": 400, "neither_longest_seconds": 7.5}
    return {"servers": {"ndj-web1": seen | changes}}


def test_a_probe_that_saw_a_clean_move_agrees() -> None:
    assert look_at_probe(_seen(), [], _server(), moved=("ndj-web1",)).disagreements == ()


@pytest.mark.parametrize(
    ("seen", "told", "words"),
    [
        ({"both": 1}, 8000, "both sides served 1 times"),
        ({"centre": 0}, 8000, "the centre answered 0 times"),
        ({"neither_longest_seconds": 30.0}, 8000, "it was away 30.0 s, told are 8000 ms"),
        ({}, None, "told are None ms"),
    ],
)
def test_a_probe_that_saw_something_else_disagrees(
    seen: dict[str, Any], told: int | None, words: str
) -> None:
    look = look_at_probe(_seen(**seen), [], _server(told), moved=("ndj-web1",))
    assert [words in text for text in look.disagreements] == [True]


def test_a_probe_that_proves_nothing_disagrees() -> None:
    look = look_at_probe(_seen(), ["the probe looked away"], _server(), moved=("ndj-web1",))
    assert look.disagreements == ("the probe looked away",)


def test_a_disk_that_differs_from_the_summary_is_told(tmp_path: Path) -> None:
    pytest.importorskip("libvirt", reason="QEMU's tools come with the Debian packages of libvirt")
    place = Place(work=tmp_path, lab=tmp_path)
    storage = tmp_path / "storage"
    storage.mkdir()
    place.endpoints.write_text(f'{{"hypervisors": {{"norddjurs": {{"storage_folder": "{storage}"}}}}}}')
    image = storage / "ndj-web1-vda.qcow2.fenced"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(image), "1M"], check=True, timeout=30)
    zeros = "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58"
    agreed = look_at_disks(place, _server(checksum=zeros), moved=("ndj-web1",))
    assert agreed.disagreements == ()
    differs = look_at_disks(place, _server(checksum="a" * 64), moved=("ndj-web1",))
    assert len(differs.disagreements) == 1


def test_an_exit_code_that_was_not_expected_fails_and_names_the_log(tmp_path: Path) -> None:
    commands = Commands(dict(os.environ), tmp_path)
    assert commands.run("sh", "-c", "echo three; exit 3", expect=3) == "three\n"
    with pytest.raises(DemoFailed, match=r"ended with 0 instead of 3; see .*02-sh-c-echo"):
        commands.run("sh", "-c", "echo", expect=3)


def test_no_child_outlives_a_killed_demonstration(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from demo.commands import Commands\n"
        "commands = Commands(dict(os.environ), Path(sys.argv[1]))\n"
        "commands.run('sh', '-c', 'echo $$ > $0; sleep 300', sys.argv[2])\n"
    )
    file = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(file)], cwd=ROOT)
    try:
        for _ in range(200):
            if file.exists() and file.read_text().strip():
                break
            time.sleep(0.05)
        child = int(file.read_text())
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait(timeout=10)
    for _ in range(100):
        if not _alive(child):
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child went on")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


def test_a_renewed_place_is_empty(tmp_path: Path) -> None:
    place = Place(work=tmp_path / "work", lab=tmp_path / "lab")
    renew(place)
    (place.work / "left-over").write_text("x")
    renew(place)
    assert sorted(path.name for path in place.work.iterdir()) == ["keys", "log", "plans"]
    assert len(str(find_place().lab)) < 42


def test_plain_lines_are_shown_where_there_is_no_terminal() -> None:
    output = io.StringIO()
    with Display(("Start the lab",), Console(file=output, width=100)) as display:
        display.begin(0)
        display.say("  lab: ready\n")
        display.end(0, "7 twins")
    lines = output.getvalue().splitlines()
    assert lines[:2] == ["[1/1] Start the lab", "        lab: ready"]
    assert lines[2].startswith("      ✓ 7 twins (")
