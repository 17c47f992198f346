"""Lists of devices and servers as Danish spreadsheets save them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.inventory import app
from inventory.imports.errors import ImportRefusedError, MappingError, NameCollisionError, SourceReadError
from inventory.imports.mapping import ImportMapping, load_mapping
from inventory.imports.models import ImportedFacts
from inventory.loaders.csv_table import CSVKind, CSVTable
from inventory.service import load_checked

MAPPING = """\
names: {domains: [norddjurs.local]}
networks: {Servere: 710}
prefixes: [10.70.10.0/24]
decimal: comma
translations:
  platform: {Cisco IOS: ios}
  role: {Adgangsswitch: access}
  site: {Auning Skole: auning-skole}
columns:
  devices:
    Navn: name
    Sted: site
    Rolle: role
    System: platform
    Model: model
    Adresse: management_address
    Slut på support: end_of_support
  servers:
    Server: name
    CPU: cpus
    RAM (GB): ram_gib
    C-drev (GB): disks.vda.size_gib
    Net: networks.1.vlan
    IP: networks.1.address
    Afhænger af: depends_on
    Ejer: owner
defaults:
  devices: {routing_domain: norddjurs, credential: "env:NDJ_DEVICES", management_interface: Vlan10}
  servers: {application: esdh, environment: production}
rules:
  - {kind: servers, when: {Server: "*test*"}, set: {environment: test}}
"""

DEVICES = """\
Navn;Sted;Rolle;System;Model;Adresse;Slut på support;Bemærkning
NDJ-ACC9.norddjurs.local;Auning Skole;Adgangsswitch;Cisco IOS;"C9200L-24P
(ny)";10.70.10.29;31-12-2029;"skab 2; på lager"
ndj-acc10;auning-skole;access;eos;720XP;10.70.10.30;2031-06-30;
"""

SERVERS = """\
Server;CPU;RAM (GB);C-drev (GB);Net;IP;Afhænger af;Ejer
ndj-app1;4;7,5;1.024;Servere;10.70.71.31;NDJ-SQL1.norddjurs.local, ndj-esdh1;Økonomi
ndj-sql1-test;2;16;100,5;710;10.70.71.32;;IT
"""


WITH_COMMAS = (
    SERVERS.replace(", ndj", " ndj").replace("7,5", '"7,5"').replace("100,5", '"100,5"').replace(";", ",")
)


@pytest.fixture
def mapping(tmp_path: Path) -> ImportMapping:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return load_mapping(path)


def _read(
    tmp_path: Path, content: str | bytes, mapping: ImportMapping, kind: CSVKind = "servers"
) -> ImportedFacts:
    path = tmp_path / "liste.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CSVTable(path, kind, mapping).read()


def _values(facts: ImportedFacts) -> dict[str, dict[str, Any]]:
    return {one.key: {".".join(field.path): field.value for field in one.fields} for one in facts.objects}


WANTED = {
    "ndj-app1": {
        "cpus": 4,
        "ram_mib": 7680,
        "disks.vda.size_mib": 1048576,
        "networks.1.vlan": 710,
        "networks.1.address": "10.70.71.31",
        "depends_on": ["ndj-sql1", "ndj-esdh1"],
        "owner": "Økonomi",
        "application": "esdh",
        "environment": "production",
    },
    "ndj-sql1-test": {
        "cpus": 2,
        "ram_mib": 16384,
        "disks.vda.size_mib": 102912,
        "networks.1.vlan": 710,
        "networks.1.address": "10.70.71.32",
        "owner": "IT",
        "environment": "test",
        "application": "esdh",
    },
}


def test_rows_become_servers_with_sizes_in_mib_and_translated_words(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    facts = _read(tmp_path, SERVERS, mapping)

    assert (_values(facts), facts.skipped, facts.notes) == (WANTED, (), ())
    assert facts.objects[0].fields[1].origin == "liste.csv row 2 'RAM (GB)'"


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (SERVERS.encode("utf-8-sig"), 0),
        (SERVERS.encode("utf-16"), 0),
        (SERVERS.encode("utf-16-be").join([b"\xfe\xff", b""]), 0),
        (SERVERS.encode("cp1252"), 1),
        (SERVERS.replace("\n", "\r\n").encode(), 0),
        (("sep=;\r\n" + SERVERS).encode(), 0),
        (
            SERVERS.replace("7,5", '"7,5"')
            .replace(", ndj", " ndj")
            .replace("100,5", '"100,5"')
            .replace(";", ","),
            0,
        ),
        (SERVERS.replace(";", "\t"), 0),
        (SERVERS + "\n;;;;;;;\n", 0),
        (SERVERS.replace("IT\n", "IT;;\n"), 0),
    ],
)
def test_every_way_of_saving_gives_the_same_servers(
    tmp_path: Path, mapping: ImportMapping, content: str | bytes, notes: int
) -> None:
    facts = _read(tmp_path, content, mapping)

    assert (_values(facts), len(facts.notes)) == (WANTED, notes)


def test_an_old_encoding_is_said(tmp_path: Path, mapping: ImportMapping) -> None:
    facts = _read(tmp_path, SERVERS.encode("latin-1"), mapping)

    assert facts.notes == ("liste.csv is read as Windows-1252 (Latin-1); look at its æ, ø and å",)


def test_rows_become_devices_with_their_management_port(tmp_path: Path, mapping: ImportMapping) -> None:
    facts = _read(tmp_path, DEVICES, mapping, "devices")

    assert _values(facts)["ndj-acc9"] == {
        "site": "auning-skole",
        "role": "access",
        "platform": "ios",
        "model": "C9200L-24P\n(ny)",
        "management_address": "10.70.10.29",
        "end_of_support": "2029-12-31",
        "routing_domain": "norddjurs",
        "credential": "env:NDJ_DEVICES",
        "management_interface": "Vlan10",
        "interfaces.Vlan10.role": "management",
        "interfaces.Vlan10.address": "10.70.10.29/24",
    }
    assert facts.notes == ("columns that the mapping does not use: Bemærkning",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "liste.csv: it is empty"),
        (b"PK\x03\x04", "it is a workbook and no CSV"),
        (SERVERS.replace("IT\n", "IT;x\n"), "row 3: it has 9 cells and the header has 8"),
        (SERVERS.replace(";;IT", ";IT"), "row 3: it has 7 cells and the header has 8; look for a ';'"),
        (SERVERS.replace("Økonomi", '"Økonomi'), "line 3: it is no CSV \\(unexpected end of data\\)"),
        (SERVERS.replace("Økonomi", "x" * 200_000), "line 2: it is no CSV \\(field larger than field limit"),
        (SERVERS.replace("Økonomi", "\0"), "liste.csv line 2: it holds a NUL character"),
        (SERVERS.encode("utf-16")[:-1], "it is no whole UTF-16 text"),
        (SERVERS.encode("utf-16-le"), "it holds a NUL character|it is no whole UTF-8"),
        (SERVERS.replace("Økonomi", "x").encode() + b"\x81\x8d", "it is neither UTF-8 nor Windows-1252"),
        (SERVERS.replace("CPU", "CPUer"), "no column 'CPU'; is it the column 'CPUer'\\?"),
        (SERVERS.replace("Ejer", "CPU"), "has the column 'CPU' twice"),
        (SERVERS + SERVERS.splitlines()[0], "row 4 repeats the header"),
    ],
)
def test_a_broken_file_is_one_clear_error(
    tmp_path: Path, mapping: ImportMapping, content: str | bytes, message: str
) -> None:
    without_owner = {key: value for key, value in mapping.columns["servers"].items() if key != "Ejer"}
    fitting = mapping.model_copy(update={"columns": {"servers": without_owner}})

    with pytest.raises(SourceReadError, match=message):
        _read(tmp_path, content, fitting if "twice" in message else mapping)


def test_two_rows_of_one_name_are_both_named(tmp_path: Path, mapping: ImportMapping) -> None:
    with pytest.raises(NameCollisionError, match=r"comes from liste.csv row 2 and from liste.csv row 4"):
        _read(tmp_path, SERVERS + "NDJ-APP1.norddjurs.local;1;1;1;710;;;IT\n", mapping)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ndj-app2;to;1;1;710;;;IT", "liste.csv row 4 'CPU': 'to' is no number"),
        (
            "ndj-app2;1;1;1;Ukendt;;;IT",
            "row 4 'Net': the VLAN of 'Ukendt' is not known; add it",
        ),
        ("ndj-app2;1;1;1;5000;;;IT", "row 4 'Net': '5000': Input should be less than or equal to 4094"),
        ("ndj app2;1;1;1;710;;;IT", "row 4 'Server': 'ndj app2': String should match pattern"),
        ("ndj-app2;1;1;1;710;10.70.71;;IT", "row 4 'IP': '10.70.71': Expected 4 octets"),
        (";1;1;1;710;;;IT", "it has no name"),
    ],
)
def test_a_row_that_does_not_fit_is_left_out_whole_and_said(
    tmp_path: Path, mapping: ImportMapping, row: str, reason: str
) -> None:
    facts = _read(tmp_path, f"{SERVERS}{row}\n", mapping)

    assert _values(facts) == WANTED
    (one,) = facts.skipped
    assert reason in one.reason
    assert one.expected is False


def test_a_password_in_the_credential_column_is_never_shown(tmp_path: Path, mapping: ImportMapping) -> None:
    columns = {"devices": {**mapping.columns["devices"], "Bemærkning": "credential"}}
    content = DEVICES.replace('"skab 2; på lager"', "hemmeligt1")

    facts = _read(tmp_path, content, mapping.model_copy(update={"columns": columns}), "devices")

    assert "hemmeligt1" not in facts.model_dump_json()
    assert facts.skipped[0].reason == (
        "liste.csv row 2 'Bemærkning': the credential is no reference such as env:NAME or vault:NAME"
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "names no column for 'name'"),
        ({"Server": "nam"}, "servers have no field 'nam'; did you mean 'name'\\?"),
        ({"Server": "name", "CPU": "disks.vda.size"}, "no field 'disks.vda.size'; did you mean 'size_mib'"),
        ({"Server": "name", "CPU": "cpus", "C": "cpus"}, "gives two columns to 'cpus'"),
    ],
)
def test_columns_that_lead_nowhere_are_refused(
    tmp_path: Path, mapping: ImportMapping, columns: dict[str, str], message: str
) -> None:
    with pytest.raises(MappingError, match=message):
        _read(tmp_path, SERVERS, mapping.model_copy(update={"columns": {"servers": columns}}))


def test_a_file_that_is_not_there_says_so(tmp_path: Path, mapping: ImportMapping) -> None:
    with pytest.raises(ImportRefusedError, match=r"cannot import nothing.csv: No such file"):
        CSVTable(tmp_path / "nothing.csv", "servers", mapping).read()


def test_devices_go_from_a_list_into_the_files_and_pass_every_rule(example: Path, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "enheder.csv").write_bytes(DEVICES.encode("cp1252"))
    before = (example / "municipalities/norddjurs/devices.yaml").read_text(encoding="utf-8")

    result = CliRunner().invoke(
        app,
        [
            "import",
            "csv",
            str(tmp_path / "enheder.csv"),
            *("--kind", "devices", "--municipality", "norddjurs", "--inventory", str(example)),
            *("--mapping", str(tmp_path / "m.yaml"), "--write", "--format", "json"),
        ],
    )

    assert (result.exit_code, json.loads(result.stdout)["written"]) == (
        0,
        ["devices.yaml", "provenance.jsonl"],
    )
    after = (example / "municipalities/norddjurs/devices.yaml").read_text(encoding="utf-8")
    assert after.startswith(before)
    devices = {one.name: one for one in load_checked(example).municipalities[0].devices}
    assert devices["ndj-acc10"].model_dump(mode="json", exclude_defaults=True) == {
        "name": "ndj-acc10",
        "site": "auning-skole",
        "role": "access",
        "platform": "eos",
        "model": "720XP",
        "management_address": "10.70.10.30",
        "management_interface": "Vlan10",
        "routing_domain": "norddjurs",
        "credential": "env:NDJ_DEVICES",
        "interfaces": [{"name": "Vlan10", "role": "management", "address": "10.70.10.30/24"}],
        "end_of_support": "2031-06-30",
    }
