"""One worker works on many devices, one after the other: each keeps its own request, result and failure."""

import hashlib
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from devices.models import Collection
from playbooks.models import HostEvent, HostPayload, Verb
from playbooks.playbook_run import _doubt
from playbooks.service import RunPlace, collect_devices


def workers_of(folder: Path) -> list[int]:
    """Return the processes that Ansible forked in a run."""
    runs: dict[int, int] = {}
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if b"playbooks.bound_ansible" in words and str(folder).encode() in words:
                runs[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
    return [pid for pid, parent in runs.items() if parent in runs]


def test_each_of_more_devices_than_workers_has_its_own_result(
    benches: Any, host_of_bench: Any, tmp_path: Path
) -> None:
    names = ["core-21", "core-22", "core-23", "core-24", "core-25"]
    twins = [
        benches.start("eos", factor=1.0, change=("hostname core-01", f"hostname {one}")) for one in names
    ]
    seen: set[int] = set()
    place = RunPlace(tmp_path / "run", tmp_path / "locks", forks=2)

    result = collect_devices(
        tuple(host_of_bench(one) for one in twins),
        place,
        progress=lambda _result: seen.update(workers_of(place.folder)),
    )

    assert [host.state for host in result.hosts] == ["ok"] * len(names)
    found = [host.collection.running.partition("hostname ")[2].split()[0] for host in result.hosts]  # type: ignore[union-attr]  # what is missing fails here
    assert found == names
    assert len(seen) <= 2


def test_a_killed_worker_loses_what_it_had_not_done_and_nothing_counts_as_done(
    benches: Any, host_of_bench: Any, tmp_path: Path
) -> None:
    quick, slow = benches.start("eos", factor=1.0), benches.start("junos", factor=1.0)
    place = RunPlace(tmp_path / "run", tmp_path / "locks", forks=1)
    killed: list[int] = []

    def kill_the_worker(_result: object) -> None:
        killed.extend(workers_of(place.folder))
        for pid in killed:
            os.kill(pid, signal.SIGKILL)

    result = collect_devices((host_of_bench(quick), host_of_bench(slow)), place, progress=kill_the_worker)

    assert len(killed) == 1
    assert (result.status, [host.state for host in result.hosts]) == ("failed", ["ok", "lost"])


COLLECTION = Collection(
    device="sw-01",
    platform="eos",
    collected_at=datetime(2026, 11, 22, tzinfo=UTC),
    running="end\n",
    startup="",
)


@pytest.mark.parametrize(
    ("verb", "values", "believed"),
    [
        ("collect", {"collection": COLLECTION}, True),
        ("collect", {}, False),
        ("collect", {"collection": COLLECTION, "changed": True}, False),
        ("collect", {"collection": COLLECTION.model_copy(update={"device": "sw-02"})}, False),
        ("collect", {"collection": COLLECTION, "verb": "backup"}, False),
        ("backup", {"collection": COLLECTION}, True),
        ("backup", {}, False),
        ("check", {"diff": ""}, True),
        ("check", {"diff": "+x", "changed": True}, True),
        ("check", {"diff": "+x"}, False),
        ("check", {"changed": True, "diff": ""}, False),
        ("check", {}, False),
        ("check", {"failed": True}, True),
        ("check", {"failed": True, "verb": "collect"}, False),
    ],
)
def test_only_a_payload_that_holds_what_its_verb_is_for_is_believed(
    verb: Verb, values: dict[str, Any], *, believed: bool
) -> None:
    whole = {"device": "sw-01", "verb": verb, "failed": False, "changed": False, "message": "m"} | values
    payload = HostPayload(**whole)
    data = payload.model_dump_json().encode()
    event = HostEvent(
        host="sw-01",
        event="failed" if payload.failed else "ok",
        changed=payload.changed,
        message="m",
        payload_sha256=hashlib.sha256(data).hexdigest(),
    )

    doubt = _doubt(payload, data, event, verb)

    assert doubt == (None if believed else "what came back is not what was asked for")
