"""A lost event is an error, for every verb: of a device that nothing came back from, nothing is believed."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab.models import Fault
from playbooks.service import (
    ChangeToApply,
    ChangeVerb,
    LinesToPreview,
    PlaybookHost,
    PlaybookResult,
    RunPlace,
    apply_changes,
    back_up_devices,
    collect_devices,
    preview_changes,
)

Run = Callable[[PlaybookHost, RunPlace], PlaybookResult]
LINES = "management telnet\n   shutdown\n"
GONE = "no result came back from the run; collect the device and look at it"


def changing(verb: ChangeVerb) -> Run:
    def run(host: PlaybookHost, place: RunPlace) -> PlaybookResult:
        change = ChangeToApply(device=host.name, lines=LINES, approved_diff="x", revert_after_seconds=60)
        return apply_changes((host,), (change,), place, verb=verb)

    return run


VERBS: dict[str, Run] = {
    "collect": lambda host, place: collect_devices((host,), place),
    "backup": lambda host, place: back_up_devices((host,), place),
    "check": lambda host, place: preview_changes(
        (host,), (LinesToPreview(device=host.name, lines=LINES),), place
    ),
    "harden": changing("harden"),
    "mirror": changing("mirror"),
    "rehome": changing("rehome"),
}


def run_folder(verb: str, place: RunPlace) -> Path:
    return place.folder / "batch-001" if verb in {"harden", "mirror", "rehome"} else place.folder


@pytest.mark.parametrize("verb", list(VERBS))
def test_a_run_that_cannot_write_its_artifacts_reports_every_device_as_lost(
    verb: str, place: RunPlace
) -> None:
    host = PlaybookHost(name="sw-01", platform="eos", address="127.0.0.1", port=1, credential="env:NOBODY")
    folder = run_folder(verb, place) / "runner"
    folder.mkdir(parents=True)
    # A file where a folder belongs: nobody can write below it, not even root.
    (folder / "artifacts").write_text("", encoding="utf-8")

    result = VERBS[verb](host, place)

    assert (result.verb, result.status, result.changed) == (verb, "failed", ())
    assert [(one.state, one.message) for one in result.hosts] == [("lost", GONE)]


@pytest.mark.parametrize("verb", list(VERBS))
def test_a_killed_child_reports_every_device_as_lost(
    verb: str, benches: Any, host_of_bench: Any, place: RunPlace
) -> None:
    bench = benches.start("eos", factor=1.0)
    # The device takes its time, so that the run is killed before it has an answer for certain.
    bench.twin.switch_fault(Fault(name="delay", seconds=30.0, times=None))
    pid_file = run_folder(verb, place) / "runner.pid"

    def kill_it() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            text = pid_file.read_text(encoding="ascii") if pid_file.exists() else ""
            if text:
                os.kill(int(text), signal.SIGKILL)
                return
            time.sleep(0.02)

    killer = threading.Thread(target=kill_it)
    killer.start()
    try:
        result = VERBS[verb](host_of_bench(bench), place)
    finally:
        killer.join()

    assert (result.verb, result.status, result.changed) == (verb, "failed", ())
    assert [(one.state, one.message) for one in result.hosts] == [("lost", GONE)]
    assert (bench.twin.state().commits, bench.twin.state().pending) == (0, None)
