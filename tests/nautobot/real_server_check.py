"""The import against a real Nautobot server with 2,000 devices; only ``make nautobot-check`` runs it.

The server is set up, filled and stopped here. The steps build on each other and run in their order.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pynautobot
import pytest
from pydantic import SecretStr

from inventory.imports.errors import SourceReadError
from inventory.imports.mapping import ImportMapping, load_mapping
from inventory.imports.plan import plan_import
from inventory.imports.provenance import read_provenance
from inventory.imports.write import write_import
from inventory.loaders.dcim.settings import ReadingScope, ServerSettings
from inventory.loaders.nautobot.source import NautobotSource
from inventory.service import load_checked
from lab.nautobot.environment import default_cache_folder
from lab.nautobot.population import DEVICES_OF_TOWN, TOWN, render_content
from lab.nautobot.server import NautobotServer, nautobot_server
from lab.process import stopped_by_signals
from tests.lab.processes import processes_below
from tests.nautobot.expected_town import MAPPING, ExpectedTown, ends_of, ports_apart

pytestmark = pytest.mark.timeout(3600)

SEED = 1
ROOT = {
    "samdrift.yaml": "schema: 1\nscope: municipality\nname: storby-check\n",
    "centres/midt.yaml": (
        "name: midt\ntitle: IT-center Midt\nrouting_domain: midt\n"
        "hypervisor: qemu+ssh://samdrift@hv1.midt.example/system\n"
        "routing_domains:\n  - {name: midt, prefixes: [10.200.0.0/16]}\n"
    ),
    "municipalities/aarhus/municipality.yaml": (
        "name: aarhus\ntitle: Aarhus Kommune\ncode: 751\ncentre: midt\n"
        "hypervisor: qemu+ssh://samdrift@hv1.storby.example/system\n"
    ),
    # Which firewalls are one cluster is in no DCIM server; a person writes it.
    "municipalities/aarhus/firewalls.yaml": (
        "firewall_clusters:\n"
        "  - {name: sto-fw, members: [sto-fw1], inside: ['sto-fw1:port2'], outside: ['sto-fw1:port1']}\n"
    ),
    "municipalities/aarhus/servers.yaml": (
        "applications:\n"
        "  - {name: fagsystem, title: Fagsystemer, owner: IT-afdelingen, criticality: medium}\n"
        "  - {name: omsorg, title: Omsorgsjournal, owner: Sundhed og Omsorg, criticality: vital}\n"
    ),
}
CONTENT = render_content(SEED)
EXPECTED = ExpectedTown(CONTENT)
CHANGED, QUARRELLED = "sto-sw2-1", "sto-sw3-1"


def say(text: str) -> None:
    """Print a line of progress."""
    print(f"nautobot-check: {text}", flush=True)  # noqa: T201  # this runs for minutes and is watched


@pytest.fixture(scope="module")
def server() -> Iterator[NautobotServer]:
    with stopped_by_signals():
        with nautobot_server(default_cache_folder(), say) as running:
            running.fill(CONTENT)
            folder = running.postgres.socket_folder.parent.parent
            assert processes_below(folder)
            yield running
            say("stopping the server")
        assert processes_below(folder) == []
        assert not folder.exists()


class Desk:
    """An inventory folder with nothing but the municipality's name, and the import into it."""

    def __init__(self, place: Path, server: NautobotServer) -> None:
        self.folder = place / "inventory"
        self.mapping = place / "mapping.yaml"
        self.mapping.write_text(MAPPING, encoding="utf-8")
        self.server = server
        for name, text in ROOT.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def source(self, **settings: Any) -> NautobotSource:
        return NautobotSource(
            ServerSettings(address=self.server.url, **settings),
            ReadingScope(locations=(TOWN,)),
            load_mapping(self.mapping),
            token=lambda: SecretStr(self.server.token),
        )

    def samdrift(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line as an engineer does."""
        environment = {**os.environ, "NAUTOBOT_TOKEN": self.server.token}
        command = [str(Path(sys.executable).with_name("samdrift")), "inventory", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    def import_again(self, *more: str) -> tuple[int, Any]:
        started = time.monotonic()
        result = self.samdrift(
            *("import", "nautobot", self.server.url, "--municipality", "aarhus", "--location", TOWN),
            *("--mapping", str(self.mapping), "--inventory", str(self.folder), "--format", "json", *more),
        )
        say(f"samdrift inventory import nautobot: {time.monotonic() - started:.0f} s")
        assert self.server.token not in result.stdout + result.stderr
        assert result.stdout, result.stderr
        return result.returncode, json.loads(result.stdout)


@pytest.fixture(scope="module")
def desk(server: NautobotServer, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("nautobot"), server)


ALL_DEVICES = """
SELECT count(*) FROM dcim_device d JOIN tenancy_tenant t ON t.id = d.tenant_id WHERE t.name = :'town'
"""
TAKEN_PORTS = """
SELECT count(*) FROM dcim_interface i JOIN dcim_device d ON d.id = i.device_id
JOIN tenancy_tenant t ON t.id = d.tenant_id JOIN extras_status s ON s.id = d.status_id
JOIN dcim_platform p ON p.id = d.platform_id JOIN extras_role r ON r.id = d.role_id
WHERE t.name = :'town' AND s.name = 'Active' AND d.primary_ip4_id IS NOT NULL
AND p.network_driver <> '' AND r.name <> 'UPS'
"""
MACHINES = """
SELECT count(*), sum(v.memory) FROM virtualization_virtualmachine v
JOIN tenancy_tenant t ON t.id = v.tenant_id JOIN extras_status s ON s.id = v.status_id
WHERE t.name = :'town' AND s.name = 'Active'
"""
SERIALS = """
SELECT d.name, d.serial FROM dcim_device d JOIN tenancy_tenant t ON t.id = d.tenant_id
WHERE t.name = :'town' AND d.serial <> ''
"""


def rows(server: NautobotServer, query: str) -> list[list[str]]:
    """Ask PostgreSQL itself, past Nautobot and its interface."""
    return [line.split(",") for line in server.postgres.sql(query, town=TOWN).splitlines()]


def test_the_whole_town_is_imported_as_the_database_has_it(desk: Desk) -> None:
    source = desk.source()
    started = time.monotonic()
    facts = source.read()
    say(f"read {TOWN} in {time.monotonic() - started:.0f} s, {source.requests_made} requests")
    taken = [one for one in facts.objects if one.kind == "devices"]
    assert len(taken) == DEVICES_OF_TOWN

    started = time.monotonic()
    plan = plan_import(desk.folder, "aarhus", facts, now=datetime.now(UTC))
    say(f"compared with the files in {time.monotonic() - started:.0f} s")
    assert plan.outcome.conflicts == ()
    assert plan.new_violations == ()
    assert not (desk.folder / "municipalities" / "aarhus" / "devices.yaml").exists()
    started = time.monotonic()
    write_import(plan)
    written = sum(path.stat().st_size for path in desk.folder.rglob("*") if path.is_file())
    say(f"wrote {written / 2**20:.1f} MB in {time.monotonic() - started:.0f} s")

    town = load_checked(desk.folder).municipalities[0]
    # Like access ports may stand as one range; what counts is each port.
    expected = {name: ports_apart(one) for name, one in EXPECTED.devices().items()}
    assert {one.name: ports_apart(one) for one in town.devices} == expected
    assert {one.name: one for one in town.sites} == EXPECTED.sites()
    assert {one.vlan_id: one for one in town.vlans} == EXPECTED.vlans()
    assert {one.name: one for one in town.zones} == EXPECTED.zones()
    assert {one.name: one for one in town.routing_domains} == EXPECTED.routing_domains()
    assert {ends_of(one) for one in town.links} == EXPECTED.links()
    assert {one.name: one for one in town.servers} == EXPECTED.servers()
    skipped = facts.skipped
    assert {one.name for one in skipped if not one.expected} == EXPECTED.not_taken()
    assert {one.name for one in skipped if one.expected} == EXPECTED.left_out()


def test_the_counts_are_those_of_the_database(desk: Desk) -> None:
    town = load_checked(desk.folder).municipalities[0]
    not_taken = EXPECTED.not_taken()
    odd_ports = [name for name in not_taken if ":" in name]
    odd_devices = [name for name in not_taken if ":" not in name and "-srv" not in name]
    devices = len(town.devices) + len(EXPECTED.left_out()) + len(odd_devices)
    assert rows(desk.server, ALL_DEVICES) == [[str(devices)]]
    ports = sum(len(tuple(one.ports())) for one in town.devices) + len(odd_ports)
    assert rows(desk.server, TAKEN_PORTS) == [[str(ports)]]
    memory_mib = sum(one.ram_mib for one in town.servers)
    assert rows(desk.server, MACHINES) == [[str(len(town.servers)), str(memory_mib)]]
    serials = {name: serial for name, serial in rows(desk.server, SERIALS) if name not in not_taken}
    assert {one.name: one.serial_number for one in town.devices} == serials


def test_every_fact_names_its_page_in_the_server(desk: Desk) -> None:
    folder = desk.folder / "municipalities" / "aarhus"
    text = (folder / "provenance.jsonl").read_text(encoding="utf-8")
    records = read_provenance("provenance.jsonl", text)
    devices = [one for key, one in records.items() if key.kind == "devices"]
    assert {one.object for one in devices} == {one.name for one in EXPECTED.taken}
    pages = {one.place for one in devices if one.field[0] != "credential"}
    wanted = re.compile(re.escape(desk.server.url) + r"/api/(dcim|ipam)/[a-z-]+/[0-9a-f-]{36}/$")
    assert pages
    assert [page for page in pages if not wanted.match(page)] == []
    assert desk.server.token not in text


def test_the_result_is_checked_and_has_a_digest(desk: Desk) -> None:
    checked = desk.samdrift("check", str(desk.folder))
    assert (checked.returncode, checked.stderr) == (0, "")
    snapshot = desk.samdrift("snapshot", str(desk.folder))
    assert snapshot.returncode == 0, snapshot.stderr
    assert re.search(r"\b[0-9a-f]{64}\b", snapshot.stdout)


def test_a_second_import_finds_nothing_to_do(desk: Desk) -> None:
    before = {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    code, report = desk.import_again("--write")
    assert code == 1  # the devices that are not taken still need a person
    assert (report["added"], report["changed"], report["conflicts"], report["vanished"]) == ([], [], [], [])
    assert (report["files"], report["written"]) == ([], [])
    assert {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()} == before


def test_one_change_there_is_one_change_here_and_a_persons_value_is_a_conflict(desk: Desk) -> None:
    api = pynautobot.api(desk.server.url, token=desk.server.token)
    for name, serial in ((CHANGED, "NEW0001"), (QUARRELLED, "NEW0002")):
        api.dcim.devices.get(name=name).update({"serial": serial})
    api.http_session.close()
    devices = desk.folder / "municipalities" / "aarhus" / "devices.yaml"
    old = next(one.serial for one in CONTENT.devices if one.name == QUARRELLED)
    earlier = next(one.serial for one in CONTENT.devices if one.name == CHANGED)
    text = devices.read_text(encoding="utf-8")
    assert text.count(old) == 1
    devices.write_text(text.replace(old, "BYHAND01"), encoding="utf-8")

    code, report = desk.import_again()

    assert code == 1
    assert (report["added"], report["vanished"]) == ([], [])
    changed = [(one["key"], one["path"], one["before"], one["after"]) for one in report["changed"]]
    assert changed == [(CHANGED, ["serial_number"], earlier, "NEW0001")]
    conflicts = [
        (one["key"], one["path"], one["file_value"], one["source_value"]) for one in report["conflicts"]
    ]
    assert conflicts == [(QUARRELLED, ["serial_number"], "BYHAND01", "NEW0002")]
    assert "BYHAND01" in devices.read_text(encoding="utf-8")


def test_a_wrong_token_and_a_missing_location_are_told(desk: Desk) -> None:
    def source(token: str, location: str) -> NautobotSource:
        scope = ReadingScope(locations=(location,))
        settings = ServerSettings(address=desk.server.url)
        return NautobotSource(settings, scope, ImportMapping(), token=lambda: SecretStr(token))

    with pytest.raises(SourceReadError, match="token") as wrong:
        source("0" * 40, TOWN).read()
    assert "0" * 40 not in str(wrong.value)
    with pytest.raises(SourceReadError, match="no location called 'Ingensteds'"):
        source(desk.server.token, "Ingensteds").read()
