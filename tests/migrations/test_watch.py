"""Scheduled collection over twins: on time, one at a time, resumed, stopped in order, and its events."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from migrations.collection import collect_and_judge
from migrations.errors import NothingToDo
from migrations.event_delivery import EventDelivery
from migrations.programme import Programme
from migrations.verdict_history import standing_failures
from migrations.watch import WatchOptions, WatchRound, watch
from records.errors import LockHeld
from tests.migrations.twin_devices import Devices

NAME = "ndj-core1"
TOWN = "norddjurs"
SOON = WatchOptions(interval_seconds=3600, jitter_seconds=600, seed=7, rounds=1)
ENTRY = "from api.cli.watch import app; app(prog_name='samdrift watch')"


@pytest.fixture(scope="module")
def devices(make_rehearsal: Any) -> Iterator[Devices]:
    """One twin in a municipality that has nothing else, with its configuration accepted as right."""
    made = Devices(make_rehearsal(), names=(NAME,))
    with contextlib.ExitStack() as stack:
        made.start(stack)
        with made.rehearsal.programme() as programme:
            run = collect_and_judge(programme, selection=f"name={NAME}")
            with programme.records.writing() as transaction:
                seen = transaction.configurations.newest(NAME, approved=False)
                assert seen is not None
                transaction.configurations.add(
                    NAME,
                    seen.platform,
                    evidence=seen.evidence,
                    approved=True,
                    reason=run.run,
                    backup=seen.backup,
                )
        yield made


def look(programme: Programme, *, options: WatchOptions = SOON) -> tuple[int, list[WatchRound]]:
    told: list[WatchRound] = []
    delivery = EventDelivery(programme.records, (), programme.clock)
    done = watch(programme, (TOWN,), options, delivery, stop=threading.Event(), tell=told.append)
    return done, told


def schedule(devices: Devices) -> tuple[int, bool]:
    """Return the rounds that began, and whether the next one is due later than now."""
    with devices.rehearsal.programme() as programme, programme.records.reading() as transaction:
        row = transaction.watches.get(TOWN)
        assert row is not None
        return row.rounds, row.next_due_at > programme.clock()


def make_due(devices: Devices) -> None:
    with devices.rehearsal.programme() as programme, programme.records.writing() as transaction:
        row = transaction.watches.get(TOWN)
        if row is not None:
            now = programme.clock()
            transaction.watches.end(TOWN, run=row.last_run, at=now, next_due_at=now)


def test_jitter_is_bounded_and_the_same_for_the_same_seed() -> None:
    pauses = [SOON.pause_seconds(TOWN, number) for number in range(50)]
    assert pauses == [SOON.pause_seconds(TOWN, number) for number in range(50)]
    assert 3600 <= min(pauses) < max(pauses) <= 4200
    assert len({SOON.pause_seconds(name, 1) for name in (TOWN, "randers", "favrskov")}) == 3


def test_a_round_finds_the_change_once_as_an_event_and_is_due_again_after_its_pause(
    devices: Devices,
) -> None:
    make_due(devices)
    devices.twins[NAME].console(("ntp server 192.0.2.7",))
    with devices.rehearsal.programme() as programme:
        before = programme.clock()
        done, (one,) = look(programme)
        assert done == 1
        assert [device.device for device in one.differing] == [NAME]
        assert one.message == ""
        pause = SOON.pause_seconds(TOWN, one.number)
        assert timedelta(seconds=pause) < one.next_due_at - before
        make_due(devices)
        look(programme)
        with programme.records.reading() as transaction:
            events = transaction.events.all()
        assert [(event.kind, event.subject) for event in events] == [("unauthorised-change", NAME)]
        unreached = {device.device for device in one.drifted if device.drift is None}
        assert unreached == {device.name for device in programme.municipality(TOWN).devices} - {NAME}
    assert schedule(devices)[1]


def test_a_failure_stands_since_it_was_first_seen_and_is_told_with_its_grace(devices: Devices) -> None:
    with devices.rehearsal.programme() as programme:
        with programme.records.reading() as transaction:
            first = {
                row.control: row.at
                for row in transaction.verdicts.first()
                if (row.device, row.verdict) == (NAME, "FAIL")
            }
        found = {row.control: row for row in standing_failures(programme, TOWN) if row.device == NAME}
    assert first
    assert first.keys() <= found.keys()
    assert {name: found[name].since for name in first} == first
    assert {row.last_change for row in found.values()} == {None}


def test_a_second_process_cannot_watch_the_same_municipality(devices: Devices) -> None:
    make_due(devices)
    with (
        devices.rehearsal.programme() as programme,
        programme.records.locks.hold(f"watch {TOWN}"),
        pytest.raises(LockHeld),
    ):
        look(programme)


def test_a_municipality_that_is_not_there_and_none_at_all_are_refused(devices: Devices) -> None:
    with devices.rehearsal.programme() as programme:
        delivery = EventDelivery(programme.records, (), programme.clock)
        for names in ((), ("aarhus",)):
            with pytest.raises(NothingToDo):
                watch(programme, names, SOON, delivery, stop=threading.Event(), tell=lambda _: None)


def start(devices: Devices, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", ENTRY, *words],
        cwd=Path(__file__).parents[2],
        env=devices.rehearsal.environment(SOC_PASSWORD="a long random secret"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_interrupted_watch_ends_in_order_and_the_next_one_waits_for_its_time(
    devices: Devices, tmp_path: Path
) -> None:
    make_due(devices)
    with devices.rehearsal.programme() as programme, programme.records.writing() as transaction:
        transaction.events.add(key="proof", kind="unauthorised-change", subject=NAME, body={})
        events = len(transaction.events.all())
    with socket.create_server(("127.0.0.1", 0)) as away:
        port = away.getsockname()[1]
    receivers = tmp_path / "receivers.yaml"
    receivers.write_text(
        json.dumps(
            {
                "receivers": [
                    {"kind": "json-file", "name": "file", "path": str(tmp_path / "events.jsonl")},
                    {
                        "kind": "webhook",
                        "name": "soc",
                        "url": f"http://127.0.0.1:{port}/",
                        "secret": "env:SOC",
                    },
                ]
            }
        )
    )
    words = ("--municipality", TOWN, "--receivers", str(receivers), "--every-minutes", "60")
    for expected in (1, 0):
        process = start(devices, *words)
        try:
            out = ""
            assert process.stdout is not None
            if expected:
                while f"{TOWN} round" not in out:
                    line = process.stdout.readline()
                    assert line, process.communicate()
                    out += line
            else:
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(timeout=6)
            process.send_signal(signal.SIGINT)
            rest, err = process.communicate(timeout=60)
        finally:
            process.kill()
            process.wait()
        assert process.returncode == 0, err
        assert (out + rest).splitlines()[-1] == f"{expected} rounds done"
    assert len((tmp_path / "events.jsonl").read_text().splitlines()) == events
    status = start(devices, "status")
    told, _ = status.communicate(timeout=60)
    assert status.returncode == 1
    assert told.splitlines()[-1] == f"{events} events, {events} deliveries wait"


def test_a_killed_round_is_done_again(devices: Devices) -> None:
    with devices.rehearsal.programme() as programme:
        make_due(devices)
        with programme.records.writing() as transaction:
            number = transaction.watches.begin(TOWN, now=programme.clock())
        with programme.records.reading() as transaction:
            row = transaction.watches.get(TOWN)
        assert row is not None
        assert row.next_due_at <= programme.clock()
        done, (one,) = look(programme)
    assert (done, one.number) == (1, number + 1)


def test_a_round_that_could_compare_nothing_is_told_and_is_no_success(make_rehearsal: Any) -> None:
    rehearsal = make_rehearsal()
    rehearsal.write_endpoints({"devices": {}})
    told = rehearsal.run("watch", "--rounds", "1", "--municipality", TOWN)
    assert told.returncode == 1, told
    assert "0 of 0 compared devices differ from what was approved, 7 could not be compared" in told.stdout
