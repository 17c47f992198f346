"""Playbooks through the real ansible-runner against twins over their real protocols."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lab.models import Fault
from playbooks.errors import RunRefused
from playbooks.models import HostEvent, HostRequest
from playbooks.playbook_run import PlaybookRun
from playbooks.service import (
    ChangeToApply,
    LinesToPreview,
    PlaybookHost,
    RunPlace,
    apply_changes,
    collect_devices,
    preview_changes,
)

LINES = {
    "ios": "snmp-server location Grenaa\nline vty 0 4\n transport input ssh\n",
    "eos": "snmp-server location Grenaa\nmanagement telnet\n   shutdown\n",
    "junos": "delete system services telnet\n",
}
DIFFS = {
    "ios": "+snmp-server location Grenaa\n+line vty 0 4\n+ transport input ssh",
    "eos": "+snmp-server location Grenaa\nmanagement telnet\n-   no shutdown",
    "junos": "[edit system services]\n-   telnet;",
}


def approved(host: PlaybookHost, **changes: Any) -> ChangeToApply:
    values: dict[str, Any] = {
        "device": host.name,
        "lines": LINES[host.platform],
        "approved_diff": DIFFS[host.platform],
        "revert_after_seconds": 120,
        "poll_seconds": 0.5,
    }
    return ChangeToApply(**(values | changes))


def files_with(folder: Path, secrets: list[str]) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and any(secret.encode() in path.read_bytes() for secret in secrets)
    ]


def processes_naming(text: str) -> list[int]:
    """Return the processes whose command line names a text."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with suppress(OSError):
                if text.encode() in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
    return found


def test_one_of_each_platform_is_collected_previewed_hardened_and_the_second_run_changes_nothing(
    benches: Any, host_of_bench: Any, place: RunPlace, tmp_path: Path
) -> None:
    twins = {platform: benches.start(platform, factor=1.0) for platform in LINES}
    before = {platform: bench.twin.state() for platform, bench in twins.items()}
    hosts = tuple(host_of_bench(bench) for bench in twins.values())

    collected = collect_devices(hosts, place)
    assert collected.status == "successful"
    assert [host.device for host in collected.hosts] == [host.name for host in hosts]
    for host, result in zip(hosts, collected.hosts, strict=True):
        assert result.collection is not None
        lines = [line for line in before[host.platform].running.splitlines() if line.strip(" !")]
        kept = [line for line in result.collection.running.splitlines() if line.strip(" !")]
        assert [line for line in lines if line not in kept] == []

    previewed = preview_changes(
        hosts, tuple(LinesToPreview(device=host.name, lines=LINES[host.platform]) for host in hosts), place
    )
    assert [host.diff for host in previewed.hosts] == [DIFFS[host.platform] for host in hosts]
    assert all(bench.twin.state().commits == 0 for bench in twins.values())

    changes = tuple(approved(host) for host in hosts)
    told: list[str] = []
    foreseen = apply_changes(hosts, changes, place, check_mode=True)
    assert (foreseen.status, foreseen.changed) == ("successful", tuple(host.name for host in hosts))
    assert all(bench.twin.state().commits == 0 for bench in twins.values())
    first = apply_changes(hosts, changes, place, progress=lambda result: told.append(result.device))
    assert (first.status, first.changed) == ("successful", tuple(host.name for host in hosts))
    assert sorted(told) == sorted(host.name for host in hosts)
    for platform, bench in twins.items():
        state = bench.twin.state()
        assert (state.commits, state.reverts, state.pending) == (1, 0, None)
        assert state.startup == state.running != before[platform].running
    second = apply_changes(hosts, changes, place)
    assert (second.status, second.changed) == ("successful", ())
    assert all(bench.twin.state().commits == 1 for bench in twins.values())
    passwords = [bench.target.credential.password.get_secret_value() for bench in twins.values()]
    assert files_with(tmp_path / "run", passwords) == []


def test_a_change_that_cuts_the_management_path_is_reported_as_reverted(
    benches: Any, host_of_bench: Any, place: RunPlace
) -> None:
    bench = benches.start("ios")
    before = bench.twin.state()
    host = host_of_bench(bench)
    lines = "interface Vlan10\n shutdown\n"
    previewed = preview_changes((host,), (LinesToPreview(device=host.name, lines=lines),), place)
    diff = previewed.hosts[0].diff
    assert diff is not None
    with bench.time_passing_while_unreachable(121.0):
        result = apply_changes((host,), (approved(host, lines=lines, approved_diff=diff),), place)
    state = bench.twin.state()
    assert (result.status, result.changed, result.hosts[0].state) == ("failed", (), "failed")
    assert result.hosts[0].change is not None
    assert result.hosts[0].change.outcome == "reverted"
    assert (state.running, state.startup, state.reverts) == (before.running, before.startup, 1)
    assert state.management_reachable


def test_what_cannot_be_reached_or_opened_fails_by_itself_and_the_others_go_on(
    benches: Any, host_of_bench: Any, place: RunPlace
) -> None:
    good, closed = benches.start("junos", factor=1.0), benches.start("eos", factor=1.0)
    closed.twin.switch_fault(Fault(name="refuse-login", times=None))
    hosts = (
        host_of_bench(good),
        host_of_bench(closed),
        PlaybookHost(
            name="gone", platform="ios", address="127.0.0.1", port=1, credential="env:SAMDRIFT_NOBODY"
        ),
    )
    result = collect_devices(hosts, place)
    assert (result.status, [host.state for host in result.hosts]) == ("failed", ["ok", "failed", "failed"])
    assert "was refused; check the credential" in result.hosts[1].message
    assert "SAMDRIFT_NOBODY_USERNAME" in result.hosts[2].message


def test_a_failed_batch_is_the_last_one(benches: Any, host_of_bench: Any, place: RunPlace) -> None:
    first, second = benches.start("junos", factor=1.0), benches.start("eos", factor=1.0)
    hosts = (host_of_bench(first), host_of_bench(second))
    changes = (approved(hosts[0], approved_diff="+ something else"), approved(hosts[1]))
    result = apply_changes(hosts, changes, place, batches=((hosts[0].name,), (hosts[1].name,)))
    assert [host.state for host in result.hosts] == ["failed", "not-started"]
    assert (first.twin.state().commits, second.twin.state().commits) == (0, 0)
    assert second.twin.transcript() == ()


def test_a_lost_result_is_lost_and_not_a_success(benches: Any, host_of_bench: Any, place: RunPlace) -> None:
    quick, slow = benches.start("junos", factor=1.0), benches.start("eos", factor=1.0)
    slow.twin.switch_fault(Fault(name="delay", seconds=8.0, times=None))
    hosts = (host_of_bench(quick), host_of_bench(slow))

    def kill_the_runner(_result: object) -> None:
        os.kill(int((place.folder / "runner.pid").read_text(encoding="ascii")), signal.SIGKILL)

    result = collect_devices(hosts, place, progress=kill_the_runner)
    assert (result.status, [host.state for host in result.hosts]) == ("failed", ["ok", "lost"])
    assert_gone(str(place.folder))


def assert_gone(text: str) -> None:
    deadline = time.monotonic() + 20
    while processes_naming(text) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert processes_naming(text) == []


def test_a_killed_run_leaves_no_process_and_the_device_goes_back(
    benches: Any, host_of_bench: Any, tmp_path: Path
) -> None:
    bench = benches.start("junos", factor=4.0)
    before = bench.twin.state()
    host = host_of_bench(bench)
    place = RunPlace(tmp_path / "killed", tmp_path / "locks")
    script = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from playbooks.service import ChangeToApply, PlaybookHost, RunPlace, apply_changes\n"
        "host, change, folder, locks = json.loads(sys.argv[1])\n"
        "apply_changes((PlaybookHost.model_validate(host),), (ChangeToApply.model_validate_json(change),),\n"
        "              RunPlace(Path(folder), Path(locks)))\n"
    )
    change = approved(host, revert_after_seconds=60).model_dump_json()
    argument = json.dumps([host.model_dump(), change, str(place.folder), str(place.lock_folder)])
    process = subprocess.Popen([sys.executable, "-c", script, argument])
    try:
        deadline = time.monotonic() + 60
        while bench.twin.state().pending is None and time.monotonic() < deadline:
            time.sleep(0.02)
        # From here on the device takes its time, so that the run is killed in the middle for certain.
        bench.twin.switch_fault(Fault(name="delay", seconds=3.0, times=None))
        assert bench.twin.state().pending is not None
    finally:
        process.kill()
        process.wait()
    assert_gone(str(place.folder))
    bench.twin.clear_faults()
    deadline = time.monotonic() + 30
    while bench.twin.state().pending is not None and time.monotonic() < deadline:
        time.sleep(0.2)
    state = bench.twin.state()
    assert (state.running, state.pending, state.reverts) == (before.running, None, 1)
    again = apply_changes((host,), (approved(host),), RunPlace(tmp_path / "again", tmp_path / "locks"))
    assert again.changed == (host.name,)


def test_what_is_asked_must_fit_the_devices(place: RunPlace) -> None:
    host = PlaybookHost(name="sw-01", platform="ios", address="127.0.0.1", port=1, credential="env:X")
    with pytest.raises(RunRefused, match="no device was selected"):
        collect_devices((), place)
    with pytest.raises(RunRefused, match="named twice"):
        collect_devices((host, host), place)
    with pytest.raises(RunRefused, match="do not fit each other: sw-02"):
        preview_changes(
            (host,),
            (LinesToPreview(device=host.name, lines="a"), LinesToPreview(device="sw-02", lines="a")),
            place,
        )
    with pytest.raises(RunRefused, match="at least one device at once"):
        RunPlace(place.folder, place.lock_folder, forks=0)


def test_a_result_file_that_was_not_announced_is_not_believed(place: RunPlace) -> None:
    host = PlaybookHost(name="sw-01", platform="ios", address="127.0.0.1", port=1, credential="env:X")
    path = place.folder / "results" / "sw-01.json"
    path.parent.mkdir(parents=True)
    request = HostRequest(
        verb="collect",
        host=host,
        working_folder=place.folder,
        lock_folder=place.lock_folder,
        result_path=path,
        runner_pid_path=place.folder / "runner.pid",
    )
    run = PlaybookRun((request,), place.folder, forks=1, timeout_seconds=10)
    event = HostEvent(host="sw-01", event="ok", changed=False, message="collected", payload_sha256="0" * 64)
    missing = run._host_result(event)
    path.write_text(
        '{"device": "sw-01", "verb": "collect", "failed": false, "changed": false, "message": "collected"}',
        encoding="utf-8",
    )
    other = run._host_result(event)
    assert missing is not None
    assert other is not None
    assert (missing.state, other.state) == ("lost", "lost")
    assert "cannot be read" in missing.message
    assert "not the one that was announced" in other.message
