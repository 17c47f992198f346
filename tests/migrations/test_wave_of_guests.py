"""Waves of real guests between two real libvirt daemons, in process and by a command line that is killed."""

import contextlib
import dataclasses
import json
import random
import shutil
import signal
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from hypervisors.errors import UnreachableError
from lab.guest import Guest
from lab.guest_lab import GuestLab
from lab.guest_models import GuestSpec, HostSpec
from lab.guest_probe_record import summarise
from lab.probe import Probe
from migrations.controller import Controller
from migrations.errors import GateClosed, NothingToDo, RunInterrupted
from migrations.facts import MOVE, MoveFigures
from migrations.landing_zone import _args
from migrations.lifecycle import Lifecycle
from migrations.programme import Programme
from migrations.status import build_status
from migrations.wave import ServerOutcome, cut_over_wave, make_wave_plan, seed_wave
from records.errors import ApprovalIncomplete
from records.models import Plan

pytestmark = pytest.mark.libvirt

Rehearsal = Any
SIZE_MIB = 64
# Each test has a server of its own; ndj-file1's port in the centre was forgotten.
SERVERS = ("ndj-web1", "ndj-esdh1", "ndj-care1", "ndj-file1")
LIMITS = {"sync_rounds": 1, "freeze_seconds": 60, "service_check_seconds": 60, "return_seconds": 180}
SHORT = LIMITS | {"service_check_seconds": 45}


class Town:
    """The municipality's host with its servers, the centre's with empty machines, and a probe of both."""

    def __init__(self, folder: Path, rehearsal: Rehearsal) -> None:
        self.folder = folder
        self.rehearsal = rehearsal
        self.lab = GuestLab(
            (HostSpec(name="norddjurs"), HostSpec(name="midt")),
            tuple(
                GuestSpec(
                    name=name,
                    host="norddjurs",
                    text=f"{name} serves",
                    size_mib=SIZE_MIB,
                    data_mib=16,
                    centre_guest_port=8080 if name == "ndj-file1" else 80,
                )
                for name in SERVERS
            ),
            folder,
            cache_folder=platformdirs.user_cache_path("samdrift") / "guest",
            randomness=random.SystemRandom(),
        )

    def start(self) -> None:
        self.lab.start()
        servers = self.rehearsal.town / "servers.yaml"
        text = servers.read_text(encoding="utf-8").replace("size_mib: 256", f"size_mib: {SIZE_MIB}")
        servers.write_text(text.replace("    depends_on: [ndj-esdh1]\n", ""), encoding="utf-8")
        endpoints = self.lab.endpoints()
        self.rehearsal.write_endpoints(
            {
                "hypervisors": {
                    name: {
                        "uri": one.uri,
                        "storage_folder": one.storage_folder,
                        "boot": {"kernel": one.kernel, "initrd": one.initrd, "arguments": one.boot_arguments},
                    }
                    for name, one in endpoints.hypervisors.items()
                },
                "servers": {
                    name: one.model_dump(mode="json", include={"municipal", "centre"})
                    for name, one in endpoints.servers.items()
                },
            },
        )
        self.probe = Probe(endpoints.servers, self.folder / "probe.jsonl")
        self.probe.start()

    def build_targets(self, programme: Programme) -> None:
        """Make what the stack would: the landing zone's networks and machines, straight on the platform."""
        args = _args(programme, programme.municipality("norddjurs"))
        with programme.hypervisor("midt") as centre:
            for network in args.networks:
                centre.create_network(network)
            for machine in args.machines:
                centre.create_machine(machine)

    def running(self, server: str) -> tuple[str, ...]:
        """Return the hosts on which a server runs, asked of libvirt itself."""
        found = []
        for name, machine in (("norddjurs", server), ("midt", f"norddjurs-{server}")):
            with self.lab.hosts[name].connection() as connection:
                if connection.lookupByName(machine).isActive():
                    found.append(name)
        return tuple(found)

    def centre_guest(self, server: str) -> Guest:
        port = self.lab.endpoints().servers[server].centre.port
        return Guest(self.lab.guests[server].spec, self.lab.hosts["midt"], port=port)

    def plan(self, programme: Programme, server: str, limits: dict[str, int], *, approved: bool) -> Plan:
        path = self.rehearsal.folder / f"{server.replace(' ', '-')}.json"
        plan = make_wave_plan(
            programme, selection=f"name={server}", author=programme.actor, path=path, **limits
        )
        if approved:
            self.rehearsal.approve(programme, plan, "wave-plan", "anna", "bo")
            self.rehearsal.approve(programme, plan, "cutover", "anna", "bo")
        return plan

    def journal(self, server: str) -> list[str]:
        """Return what the journal says was done to a server, read past the code that wrote it."""
        if not self.rehearsal.database.exists():
            return []
        connection = sqlite3.connect(f"file:{self.rehearsal.database}?mode=ro", uri=True)
        with contextlib.closing(connection):
            rows = connection.execute("SELECT content FROM journal ORDER BY sequence").fetchall()
        entries = [json.loads(row[0]) for row in rows]
        return [
            f"to {entry['after']}" if entry["action"] == "advance" else entry["action"]
            for entry in entries
            if entry["subject"] == server
        ]

    def command(self, verb: str, server: str) -> tuple[str, ...]:
        return ("wave", verb, "--plan", str(self.rehearsal.folder / f"{server}.json"))

    def kill_in(self, verb: str, server: str, action: str, *, later_seconds: float = 0.0) -> None:
        """Run a command and kill it without warning once the journal has one more line of this action."""
        before = self.journal(server).count(action)
        process = self.rehearsal.start(*self.command(verb, server))
        try:
            deadline = time.monotonic() + 90
            while self.journal(server).count(action) == before:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline, f"{action} was never begun"
                time.sleep(0.01)
            time.sleep(later_seconds)
        finally:
            process.kill()
            process.communicate()
        assert process.returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def town(make_rehearsal: Any) -> Iterator[Town]:
    folder = Path(tempfile.mkdtemp(prefix="sd-"))
    town = Town(folder, make_rehearsal())
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        stack.callback(town.lab.stop)
        town.start()
        stack.callback(town.probe.stop)
        yield town


def state_of(programme: Programme, server: str) -> str:
    return Lifecycle(programme.records, "server", "test").state(server)


def test_seed_without_a_landing_zone_is_refused_and_begins_nothing(town: Town) -> None:
    with town.rehearsal.programme() as programme, Controller(programme) as controller:
        plan = town.plan(programme, "ndj-web1", LIMITS, approved=True)
        with pytest.raises(GateClosed, match=r"norddjurs-ndj-web1.*samdrift stack"):
            seed_wave(controller, plan)
        assert state_of(programme, "ndj-web1") == "NEW"
    assert town.journal("ndj-web1") == []


def test_one_server_arrives_and_the_one_with_the_forgotten_port_serves_again(town: Town) -> None:
    both = "ndj-web1,ndj-file1"
    with town.rehearsal.programme() as programme, Controller(programme) as controller:
        town.build_targets(programme)
        plan = town.plan(programme, both, SHORT, approved=False)
        with pytest.raises(ApprovalIncomplete):
            seed_wave(controller, plan)
        town.rehearsal.approve(programme, plan, "wave-plan", "anna")
        with pytest.raises(ApprovalIncomplete):
            seed_wave(controller, plan)
        town.rehearsal.approve(programme, plan, "wave-plan", "bo")
        town.rehearsal.approve(programme, plan, "cutover", "anna", "bo")
        with pytest.raises(GateClosed, match="ndj-file1 is NEW, ndj-web1 is NEW; `samdrift wave seed`"):
            cut_over_wave(controller, plan)
        assert town.running("ndj-web1") == ("norddjurs",)

        assert seed_wave(controller, plan) == (
            ServerOutcome("ndj-file1", "completed", ""),
            ServerOutcome("ndj-web1", "completed", ""),
        )
        assert (town.running("ndj-web1"), town.running("ndj-file1")) == (("norddjurs",), ("norddjurs",))

        first = {one.server: one for one in cut_over_wave(controller, plan)}
        assert first["ndj-web1"] == ServerOutcome("ndj-web1", "completed", "")
        assert first["ndj-file1"].outcome == "gone back"
        assert "does not serve in the centre" in first["ndj-file1"].message
        assert (town.running("ndj-web1"), town.running("ndj-file1")) == (("midt",), ("norddjurs",))
        assert town.centre_guest("ndj-web1").wait_until_serving().boots == 2
        assert town.lab.guests["ndj-file1"].wait_until_serving().boots == 2

        # Asked again nothing is done: the one stays where it came, the other where it went back to.
        again = {one.server: one.outcome for one in cut_over_wave(controller, plan)}
        assert again == {"ndj-web1": "completed", "ndj-file1": "gone back"}
        assert town.lab.guests["ndj-file1"].wait_until_serving().boots == 2
        assert town.centre_guest("ndj-web1").wait_until_serving().boots == 2

        status = build_status(programme.snapshot, programme.records, now=programme.clock())
        servers = {one.name: one for one in status.municipalities[0].servers}
        assert (servers["ndj-web1"].state, servers["ndj-file1"].state) == ("HYPERCARE", "ROLLED_BACK")
        figures = servers["ndj-web1"].figures
        assert figures.bytes_seeded >= 16 * 1024 * 1024
        assert figures.deltas == 3
        assert figures.source_checksum == figures.target_checksum != ""
        assert figures.downtime_milliseconds is not None
        assert 500 < figures.downtime_milliseconds < 60_000
        assert "8080" in servers["ndj-file1"].reason or "gave no answer" in servers["ndj-file1"].reason
        with programme.records.reading() as transaction:
            assert transaction.journal.verify() > 40


def test_a_wave_that_has_moved_says_that_there_is_nothing_to_do(town: Town) -> None:
    with town.rehearsal.programme() as programme, Controller(programme) as controller:
        plan = town.plan(programme, "ndj-web1", LIMITS, approved=True)
        with pytest.raises(NothingToDo, match="moved already"):
            cut_over_wave(controller, plan)
        assert [one.message for one in seed_wave(controller, plan)] == ["is HYPERCARE already"]


def test_a_controller_killed_in_seeding_and_cutover_finishes_with_one_effect(town: Town) -> None:
    server = "ndj-esdh1"
    with town.rehearsal.programme() as programme:
        town.build_targets(programme)
        town.plan(programme, server, LIMITS, approved=True)
    town.kill_in("seed", server, "begin seed", later_seconds=0.1)
    seeded = town.rehearsal.run(*town.command("seed", server))
    assert (seeded.returncode, seeded.stdout) == (0, f"{server}: completed: is SYNCED already\n"), seeded

    town.kill_in("cutover", server, "begin freeze", later_seconds=0.1)
    town.kill_in("cutover", server, "begin start")
    moved = town.rehearsal.run(*town.command("cutover", server))
    # The controller finishes what was left before it looks at what is asked of it.
    assert (moved.returncode, moved.stdout) == (0, f"{server}: completed: moved already\n"), moved

    assert town.running(server) == ("midt",)
    answer = town.centre_guest(server).wait_until_serving()
    assert answer.boots == 2
    states = Counter(line for line in town.journal(server) if line.startswith("to "))
    assert set(states.values()) == {1}
    assert {"to SYNCED", "to CUTTING_OVER", "to VERIFYING", "to HYPERCARE"} <= set(states)
    with town.rehearsal.programme() as programme, programme.records.reading() as transaction:
        figures = MoveFigures.model_validate(transaction.assets.fact(server, MOVE))
        assert figures.source_checksum == figures.target_checksum != ""
        transaction.journal.verify()


def test_a_controller_killed_while_it_goes_back_brings_the_server_back(town: Town) -> None:
    server = "ndj-file1"
    with town.rehearsal.programme() as programme, Controller(programme) as controller:
        town.build_targets(programme)
        plan = town.plan(programme, server, SHORT | {"service_check_seconds": 3}, approved=True)
        assert [one.outcome for one in seed_wave(controller, plan)] == ["completed"]
    before = town.lab.guests[server].wait_until_serving().boots
    town.kill_in("cutover", server, "begin go back")
    back = town.rehearsal.run(*town.command("cutover", server))
    assert back.returncode == 1, back
    assert back.stdout.startswith(f"{server}: gone back")
    assert town.running(server) == ("norddjurs",)
    assert town.lab.guests[server].wait_until_serving().boots == before + 1
    with town.rehearsal.programme() as programme:
        assert state_of(programme, server) == "ROLLED_BACK"


def test_a_server_that_is_stuck_on_its_way_back_is_brought_back_by_the_next_command(town: Town) -> None:
    server = "ndj-file1"
    with town.rehearsal.programme() as programme, Controller(programme) as controller:
        town.build_targets(programme)
        # No guest boots in a second: the check fails in the centre, and again where the server came from.
        plan = town.plan(
            programme, server, LIMITS | {"service_check_seconds": 1, "return_seconds": 1}, approved=True
        )
        assert [one.outcome for one in seed_wave(controller, plan)] == ["completed"]
        assert [one.outcome for one in cut_over_wave(controller, plan)] == ["stuck"]
        assert state_of(programme, server) == "ROLLING_BACK"
        assert [one.outcome for one in seed_wave(controller, plan)] == ["stuck"]
        boots = town.lab.guests[server].wait_until_serving().boots
        assert [one.outcome for one in cut_over_wave(controller, plan)] == ["gone back"]
        assert (state_of(programme, server), town.running(server)) == ("ROLLED_BACK", ("norddjurs",))
        assert town.lab.guests[server].wait_until_serving().boots == boots


def test_an_error_that_nobody_expected_leaves_a_server_that_the_next_command_brings_back(town: Town) -> None:
    server = "ndj-care1"
    broken_in = [f"{server}: compare", f"{server}: go back"]

    def report(what: str, _done: int, _total: int) -> None:
        if what in broken_in:
            broken_in.remove(what)
            raise ZeroDivisionError(f"a fault of the code in {what}")

    with town.rehearsal.programme() as programme:
        town.build_targets(programme)
        plan = town.plan(programme, server, LIMITS, approved=True)
        faulty = dataclasses.replace(programme, report=report)
        with Controller(faulty) as controller:
            assert [one.outcome for one in seed_wave(controller, plan)] == ["completed"]
            with pytest.raises(RunInterrupted, match="a fault of the code"):
                cut_over_wave(controller, plan)
        assert (state_of(programme, server), town.running(server), broken_in) == ("CUTTING_OVER", (), [])
        with Controller(programme) as controller:
            moved = cut_over_wave(controller, plan)
        assert moved == (ServerOutcome(server, "completed", ""),)
        assert town.running(server) == ("midt",)
        assert town.centre_guest(server).wait_until_serving().boots == 2


def test_libvirt_that_is_not_reachable_gives_one_message_and_changes_nothing(
    town: Town, make_rehearsal: Any
) -> None:
    other = make_rehearsal()
    shutil.copytree(town.rehearsal.inventory, other.inventory, dirs_exist_ok=True)
    overlay = json.loads(town.rehearsal.endpoints.read_text())
    overlay["hypervisors"]["norddjurs"]["uri"] = f"qemu+unix:///session?socket={other.folder}/none"
    other.write_endpoints(overlay)
    with other.programme() as programme:
        path = other.folder / "plan.json"
        plan = make_wave_plan(
            programme, selection="name=ndj-esdh1", author=programme.actor, path=path, **LIMITS
        )
        other.approve(programme, plan, "wave-plan", "anna", "bo")
        with pytest.raises(UnreachableError), Controller(programme) as controller:
            seed_wave(controller, plan)
    told = other.run("wave", "seed", "--plan", str(path))
    assert told.returncode == 2
    assert told.stdout == ""
    (message,) = [line for line in told.stderr.splitlines() if line.startswith("samdrift: ")]
    assert "is not reachable" in message
    with other.programme() as programme:
        assert state_of(programme, "ndj-esdh1") == "NEW"


def test_the_probe_never_saw_a_server_on_both_sides(town: Town) -> None:
    town.probe.stop()
    summary = summarise(town.folder / "probe.jsonl")
    assert {name: server.both for name, server in summary.servers.items()} == dict.fromkeys(SERVERS, 0)
    assert {name: server.unknown for name, server in summary.servers.items()} == dict.fromkeys(SERVERS, 0)
    assert all(server.municipal > 0 for server in summary.servers.values())
    assert [name for name, server in summary.servers.items() if server.centre == 0] == ["ndj-file1"]
    assert summary.ended
