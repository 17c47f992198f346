"""Many twins in one process: generated, started with few threads, and each with a device of its own."""

import json
import threading
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from lab.clock import SystemClock
from lab.errors import LabFileError
from lab.generator import generate_lab
from lab.lab_file import load_lab_file
from lab.lab_record import read_record
from lab.process import LabProcess
from tests.lab.twin_bench import is_refused, wait_until

TWINS = 20


def content(folder: Path) -> dict[str, str]:
    return {str(one.relative_to(folder)): one.read_text() for one in folder.rglob("*") if one.is_file()}


def test_the_same_seed_writes_the_same_lab_and_another_seed_another(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("again", 7), ("other", 8)):
        generate_lab(tmp_path / name, twins=TWINS, seed=seed)
    assert content(tmp_path / "one") == content(tmp_path / "again")
    assert content(tmp_path / "one") != content(tmp_path / "other")


def test_a_thousand_twins_have_the_shares_of_a_region_and_names_and_addresses_of_their_own(
    tmp_path: Path,
) -> None:
    lab_file = load_lab_file(generate_lab(tmp_path, twins=1000, seed=1, clock_factor=10.0))
    shares = {"ios": 600, "aoscx": 150, "eos": 100, "junos": 100, "fortios": 50}
    assert Counter(twin.platform for twin in lab_file.twins) == shares
    assert len({twin.name for twin in lab_file.twins}) == 1000
    assert len({twin.management_address for twin in lab_file.twins}) == 1000
    assert {twin.clock_factor for twin in lab_file.twins} == {10.0}


def test_links_of_a_generated_lab_are_told_by_both_ends(tmp_path: Path) -> None:
    lab_file = load_lab_file(generate_lab(tmp_path, twins=60, seed=1))
    told = {
        (twin.name, one.local_interface, one.device, one.remote_interface)
        for twin in lab_file.twins
        for one in twin.neighbours
    }
    assert len(told) == 2 * 59
    assert {(far, there, name, here) for name, here, far, there in told} == told


@pytest.mark.parametrize("twins", [0, -1, 60_001])
def test_a_lab_that_cannot_be_is_refused(tmp_path: Path, twins: int) -> None:
    with pytest.raises(LabFileError, match=f"a lab of {twins} twins"):
        generate_lab(tmp_path, twins=twins, seed=1)
    assert content(tmp_path) == {}


def test_twins_that_nobody_talks_to_share_their_threads_and_give_them_back(tmp_path: Path) -> None:
    before = threading.active_count()
    process = LabProcess(generate_lab(tmp_path / "lab", twins=TWINS, seed=1), tmp_path / "run")
    process.start()
    try:
        # One accepts for all of them and one serves the second door.
        assert threading.active_count() == before + 2
        ports = [twin.port for twin in process.twins.values()]
        assert len(set(ports)) == TWINS
        for name, twin in process.twins.items():
            state = twin.state()
            assert (state.management_reachable, state.running.count(name) > 0) == (True, True)
            assert not is_refused(twin.port)
        record = read_record(tmp_path / "run")
        assert record is not None
        with urllib.request.urlopen(f"{record.door}/summary") as answer:  # noqa: S310 - our own door
            told = json.load(answer)["twins"]
        summaries = [twin.summary().model_dump(mode="json") for twin in process.twins.values()]
        assert [(one["name"], one["commits"]) for one in told] == [(one["name"], 0) for one in summaries]
        assert "running" not in told[0]
    finally:
        process.stop()
    assert all(is_refused(port) for port in ports)
    wait_until(lambda: threading.active_count() <= before)


def test_many_timers_wait_in_one_thread_and_none_is_late_for_another(tmp_path: Path) -> None:
    clock, before, release = SystemClock(), threading.active_count(), threading.Event()
    fired = [threading.Event() for _ in range(3)]
    waiting = [clock.call_after(600, tmp_path.touch) for _ in range(200)]
    assert threading.active_count() == before + 1
    clock.call_after(0.02, lambda: release.wait(30) and fired[0].set())
    clock.call_after(0.04, fired[1].set)
    assert fired[1].wait(10), "a call that waits for something held up the next one"
    clock.call_after(0.01, fired[2].set)
    assert fired[2].wait(10)
    assert not fired[0].is_set()
    release.set()
    assert fired[0].wait(10)
    for call in waiting:
        assert call.seconds_left() > 500
        call.cancel()
        assert call.seconds_left() == 0
    wait_until(lambda: threading.active_count() <= before)
