"""Import from NetBox, proven against a stand-in of its REST interface and nothing more (``lab.netbox``)."""

import json
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from api.cli.inventory import app
from inventory.imports.errors import SourceReadError
from inventory.imports.mapping import ImportMapping, load_mapping
from inventory.imports.models import ImportedFacts
from inventory.loaders.dcim.settings import ReadingScope, ServerSettings
from inventory.loaders.nautobot.source import NautobotSource
from inventory.loaders.netbox.source import NetBoxSource
from inventory.models import VLAN, Device, Disk, Interface, NetworkAdapter, Server
from inventory.service import load_checked
from lab.netbox.rest_server import RESTServer
from lab.netbox.town import REGION, STATUS, TENANT, fill, put_port

RUN = CliRunner()
TOKEN = "0123456789abcdef0123456789abcdef01234567"
MAPPING = """\
translations:
  site_kind: {Administration: administration, Skole: school}
  device_role: {Kantrouter: edge, Kerneswitch: core, Adgangsswitch: access}
defaults:
  devices: {credential: "env:LIL_DEVICES"}
  servers: {owner: IT, environment: production, application: fagsystem}
rules:
  - {kind: zones, when: {name: undervisning}, set: {sensitivity: open}}
  - {kind: zones, when: {name: drift}, set: {sensitivity: confidential}}
"""


@pytest.fixture
def server() -> Iterator[RESTServer]:
    with RESTServer(token=TOKEN, status=STATUS) as running:
        fill(running)
        yield running


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "inventory"
    files = {
        "samdrift.yaml": "schema: 1\nscope: municipality\nname: lilleby-check\n",
        "centres/midt.yaml": (
            "name: midt\ntitle: IT-center Midt\nrouting_domain: midt\n"
            "hypervisor: qemu+ssh://samdrift@hv1.midt.example/system\n"
            "routing_domains:\n  - {name: midt, prefixes: [10.200.0.0/16]}\n"
        ),
        "municipalities/laesoe/municipality.yaml": (
            "name: laesoe\ntitle: Læsø Kommune\ncode: 825\ncentre: midt\n"
            "hypervisor: qemu+ssh://samdrift@hv1.lilleby.example/system\n"
        ),
        "municipalities/laesoe/servers.yaml": (
            "applications:\n  - {name: fagsystem, title: Fagsystem, owner: IT, criticality: medium}\n"
        ),
    }
    for name, text in files.items():
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return made


def read(
    server: RESTServer, mapping: Path, scope: ReadingScope | None = None, **settings: Any
) -> ImportedFacts:
    source = NetBoxSource(
        ServerSettings(address=server.url, retries=0, **settings),
        scope or ReadingScope(locations=(REGION,)),
        load_mapping(mapping),
        token=lambda: SecretStr(TOKEN),
    )
    return source.read()


def run(
    server: RESTServer, folder: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch, *more: str
) -> tuple[int, Any]:
    monkeypatch.setenv("NETBOX_TOKEN", TOKEN)
    arguments = ["import", "netbox", server.url, "--municipality", "laesoe", "--location", REGION]
    arguments += ["--inventory", str(folder), "--mapping", str(mapping), "--format", "json", *more]
    result = RUN.invoke(app, arguments)
    assert TOKEN not in result.output
    return result.exit_code, json.loads(result.stdout)


def test_a_town_is_imported_checked_and_not_changed_again(
    server: RESTServer, folder: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, shown = run(server, folder, mapping, monkeypatch)
    assert not (folder / "municipalities/laesoe/devices.yaml").exists()
    assert (code, shown["conflicts"], shown["new_violations"]) == (1, [], [])
    assert "the import from NetBox is proven only against a stand-in of its REST interface" in shown["notes"]

    _, written = run(server, folder, mapping, monkeypatch, "--write")
    town = load_checked(folder).municipalities[0]
    assert [one.name for one in town.devices] == ["lil-acc1", "lil-core1", "lil-edge1"]
    assert written["written"] == written["files"] != []

    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    _, again = run(server, folder, mapping, monkeypatch, "--write")
    assert (again["added"], again["changed"], again["written"]) == ([], [], [])
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_whole_town_is_what_the_rows_say(
    server: RESTServer, folder: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(server, folder, mapping, monkeypatch, "--write")
    town = load_checked(folder).municipalities[0]
    assert town.devices[0] == Device(
        name="lil-acc1",
        site="soeskolen",
        role="access",
        platform="ios",
        model="C9200L-24T-4X",
        management_address=IPv4Address("10.80.10.13"),
        management_interface="Vlan10",
        routing_domain="lilleby",
        credential="env:LIL_DEVICES",
        serial_number="LIL00003",
        interfaces=(
            Interface(name="GigabitEthernet1/0/1", role="access", vlan=210),
            Interface(name="GigabitEthernet1/0/2", role="unused"),
            Interface(name="TenGigabitEthernet1/1/1", role="trunk", vlans="10,210"),
            Interface(name="Vlan10", role="management", address=IPv4Interface("10.80.10.13/24")),
        ),
    )
    assert [(one.ends, one.end, one.provider) for one in town.links] == [
        (("lil-acc1:TenGigabitEthernet1/1/1", "lil-core1:Ethernet1"), None, None),
        (None, "lil-edge1:GigabitEthernet1/0/1", "Eksempelnet"),
    ]
    assert town.vlans[1] == VLAN(
        vlan_id=210,
        name="skoler",
        zone="undervisning",
        routing_domain="lilleby",
        prefix=IPv4Network("10.80.64.0/22"),
    )
    assert town.servers == (
        Server(
            name="lil-web1",
            application="fagsystem",
            environment="production",
            owner="IT",
            cpus=2,
            ram_mib=4096,
            operating_system="Debian 12",
            networks=(NetworkAdapter(vlan=710, address=IPv4Address("10.80.71.11")),),
            disks=(Disk(name="vda", size_mib=20480), Disk(name="vdb", size_mib=40960)),
        ),
    )
    assert {site.name: site.kind for site in town.sites} == {
        "raadhuset": "administration",
        "soeskolen": "school",
    }


def test_the_one_machine_that_is_off_is_told(server: RESTServer, mapping: Path) -> None:
    facts = read(server, mapping)
    assert [(one.name, one.reason) for one in facts.skipped] == [("lil-old1", "it is switched off")]


def test_only_the_chosen_site_is_read(server: RESTServer, mapping: Path) -> None:
    facts = read(server, mapping, ReadingScope(locations=("Søskolen",)))
    assert [one.key for one in facts.objects if one.kind == "devices"] == ["lil-acc1"]
    assert {one.query.get("site_id") for one in server.asked if one.path == "dcim/devices"} == {("2",)}


def test_a_tenant_alone_is_a_scope(server: RESTServer, mapping: Path) -> None:
    facts = read(server, mapping, ReadingScope(tenants=(TENANT,)))
    assert len([one for one in facts.objects if one.kind == "devices"]) == 3
    assert {one.query.get("tenant_id") for one in server.asked if one.path == "dcim/devices"} == {("1",)}


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (ReadingScope(locations=("Ingensteds",)), "no regions or sites called 'Ingensteds'"),
        (ReadingScope(tenants=("Ingen",)), "no tenants called 'Ingen'"),
    ],
)
def test_a_scope_that_is_not_there_is_told(
    server: RESTServer, mapping: Path, scope: ReadingScope, said: str
) -> None:
    with pytest.raises(SourceReadError, match=said):
        read(server, mapping, scope)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"nautobot-version": "3.2.7"}, "this is a Nautobot server"),
        ({"hello": "x"}, "this is no NetBox server"),
        ({"netbox-version": "3.7.8"}, "it is NetBox 3.7.8, and what is read are 4.2 and later"),
        ({"netbox-version": "next"}, "it is NetBox next"),
    ],
)
def test_another_server_is_told_apart(mapping: Path, status: dict[str, str], said: str) -> None:
    with RESTServer(token=TOKEN, status=status) as other, pytest.raises(SourceReadError, match=said):
        read(other, mapping)


def test_a_netbox_address_given_to_nautobot_is_told(server: RESTServer) -> None:
    source = NautobotSource(
        ServerSettings(address=server.url),
        ReadingScope(locations=(REGION,)),
        ImportMapping(),
        token=lambda: SecretStr(TOKEN),
    )
    with pytest.raises(SourceReadError, match="this is a NetBox server"):
        source.read()


def test_a_row_of_another_shape_is_told_with_its_id(server: RESTServer, mapping: Path) -> None:
    put_port(server, 77, 3, "GigabitEthernet1/0/7", mgmt_only="perhaps")
    with pytest.raises(SourceReadError, match="dcim/interfaces 77: 'mgmt_only' is neither true nor false"):
        read(server, mapping)


def test_half_a_processor_is_told_and_not_rounded(server: RESTServer, mapping: Path) -> None:
    row = dict(server.rows("virtualization/virtual-machines")[0])
    server.put("virtualization/virtual-machines", row | {"vcpus": 0.5}, site_id=1, tenant_id=1)
    with pytest.raises(SourceReadError, match=r"'vcpus' is 0.5, and an inventory counts whole ones"):
        read(server, mapping)


def test_two_devices_of_one_name_import_nothing(
    server: RESTServer, folder: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = dict(server.rows("dcim/devices")[0])
    address = {"id": 90, "address": "10.80.10.90/24"}
    server.put("dcim/devices", row | {"id": 9, "primary_ip4": address}, site_id=1, tenant_id=1)
    put_port(server, 91, 9, "Vlan10")
    held = {"assigned_object_type": "dcim.interface", "assigned_object_id": 91, "vrf": None}
    server.put("ipam/ip-addresses", address | held, device_id=9)
    before = sorted(folder.rglob("*"))
    code, report = run(server, folder, mapping, monkeypatch, "--write")
    assert code == 2
    assert "devices: 'lil-edge1' comes from" in json.dumps(report)
    assert sorted(folder.rglob("*")) == before


def test_pages_are_as_large_as_asked_and_few(server: RESTServer, mapping: Path) -> None:
    read(server, mapping)
    lists = [one.path for one in server.asked]
    assert len(lists) == len(set(lists)) + 1  # only addresses are asked for twice: of devices and of machines
    server.asked.clear()
    read(server, mapping, page_size=1)
    assert len(server.asked) > len(lists)


def test_a_broken_reading_writes_nothing(
    server: RESTServer, folder: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.grow_after_first_page("dcim/devices", 1)
    before = sorted(folder.rglob("*"))
    code, report = run(server, folder, mapping, monkeypatch, "--write", "--page-size", "2")
    assert code == 2
    assert "changed while it was read" in json.dumps(report)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://netbox.example.dk", "--location", "x"], "use https"),
        (["https://u:hidden@netbox.example.dk", "--location", "x"], "no credentials"),
        (["https://netbox.example.dk"], "at least one location or tenant"),
        (
            ["https://netbox.example.dk", "--location", "x", "--ca-file", "/nowhere.pem"],
            "no file /nowhere.pem",
        ),
        (
            ["https://netbox.example.dk", "--location", "x", "--token", "env:NOBODYS"],
            "NOBODYS_TOKEN is not set",
        ),
    ],
)
def test_a_wrong_command_is_told_before_anything_is_sent(
    folder: Path, arguments: list[str], said: str
) -> None:
    command = ["import", "netbox", *arguments, "--municipality", "laesoe", "--inventory", str(folder)]
    result = RUN.invoke(app, command)
    assert result.exit_code == 2
    shown = " ".join(result.output.split())
    assert said in shown
    assert "hidden" not in shown
