"""An RVTools workbook becomes servers; what is broken is told in one clear error and imports nothing."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import tests.inventory.rvtools_workbook as export
from inventory.imports.errors import ImportRefusedError, MappingError, NameCollisionError, SourceReadError
from inventory.imports.mapping import ImportMapping, load_mapping
from inventory.imports.models import ImportedFacts, SourceIdentity
from inventory.loaders.rvtools import RVToolsWorkbook
from tests.inventory.rvtools_workbook import MAPPING, Sheets, adapter, disk, info, town_sheets, write_workbook


@pytest.fixture
def mapping(tmp_path: Path) -> ImportMapping:
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return load_mapping(path)


def _read(tmp_path: Path, sheets: Sheets, mapping: ImportMapping) -> ImportedFacts:
    return RVToolsWorkbook(write_workbook(tmp_path / "export.xlsx", sheets), mapping).read()


def _values(facts: ImportedFacts) -> dict[str, dict[str, object]]:
    return {
        one.key: {".".join(field.path): field.value for field in one.fields if not field.only_if_missing}
        for one in facts.objects
    }


def test_machines_become_servers_with_disks_in_order_and_vlans_of_port_groups(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    facts = _read(tmp_path, town_sheets(), mapping)

    assert _values(facts) == {
        "ndj-web2": {
            "cpus": 4,
            "ram_mib": 8192,
            "operating_system": "Debian GNU/Linux 12 (64-bit)",
            "networks.1.vlan": 710,
            "networks.1.address": "10.70.71.21",
            "disks.vda.size_mib": 40960,
            "disks.vdb.size_mib": 102400,
        },
        "ndj-care2": {
            "cpus": 2,
            "ram_mib": 4096,
            "operating_system": "Microsoft Windows Server 2019 (64-bit)",
            "networks.1.vlan": 310,
            "networks.1.address": "10.70.130.21",
            "networks.2.vlan": 710,
            "disks.vda.size_mib": 61441,
            "application": "omsorg",
            "owner": "Sundhed og Omsorg",
        },
        "ndj-sql-test1": {
            "cpus": 2,
            "ram_mib": 4096,
            "operating_system": "Microsoft Windows Server 2019 (64-bit)",
            "networks.1.vlan": 710,
            "networks.1.address": "10.70.71.22",
            "disks.vda.size_mib": 1025,
            "application": "esdh",
            "environment": "test",
        },
    }
    assert facts.source == SourceIdentity(kind="rvtools", name="vcenter.norddjurs.example")
    assert facts.covers == ("servers",)


def test_every_field_names_its_cell_or_its_rule(tmp_path: Path, mapping: ImportMapping) -> None:
    facts = _read(tmp_path, town_sheets(), mapping)

    care = next(one for one in facts.objects if one.key == "ndj-care2")
    assert care.origin == "export.xlsx vInfo!3"
    assert {".".join(field.path): field.origin for field in care.fields} == {
        "cpus": "export.xlsx vInfo!G3",
        "ram_mib": "export.xlsx vInfo!H3",
        "operating_system": "export.xlsx vInfo!Q3",
        "networks.1.vlan": "export.xlsx vNetwork!E4",
        "networks.1.address": "export.xlsx vNetwork!H4",
        "networks.2.vlan": "export.xlsx vNetwork!E3",
        "disks.vda.size_mib": "export.xlsx vDisk!E4",
        "application": "mapping.yaml rule 1",
        "owner": "mapping.yaml rule 1",
        "environment": "mapping.yaml defaults.servers.environment",
    }


def test_what_is_no_server_is_left_out_and_said(tmp_path: Path, mapping: ImportMapping) -> None:
    facts = _read(tmp_path, town_sheets(), mapping)

    assert [(one.name, one.reason, one.expected) for one in facts.skipped] == [
        ("Skabelon Windows 2022", "it is a template", True),
        ("ndj-dr1", "it is a placeholder of Site Recovery Manager", True),
        ("ndj-gammel1", "it is not running (poweredOff)", True),
        ("vCLS-1f2e", "it belongs to vSphere itself", True),
    ]
    at, unknown = "export.xlsx v", "which the inventory does not hold"
    look = "look for storage that is mounted inside the guest"
    assert facts.notes == (
        f"{at}Network!H2: NDJ-WEB2.norddjurs.local also has fe80::250:56ff:fe00:1, {unknown}",
        f"{at}Network!H4: NDJ-CARE2 also has 10.70.130.22, 169.254.3.4, {unknown}",
        f"{at}Partition!3: NDJ-CARE2 sees 561000 MiB in partitions and has 61441 MiB of disks; {look}",
    )


def test_a_machine_that_is_off_is_taken_where_the_mapping_says_so(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    sheets = town_sheets()
    sheets["vDisk"].append(disk("ndj-gammel1", 1, 512))
    sheets["vNetwork"].append(adapter("ndj-gammel1", 1, "dvPG Servere"))

    facts = _read(tmp_path, sheets, mapping.model_copy(update={"powered_off": "take"}))

    assert _values(facts)["ndj-gammel1"]["disks.vda.size_mib"] == 512


@pytest.mark.parametrize(
    ("spoil", "reason", "action"),
    [
        (
            lambda sheets: sheets["vNetwork"][1].__setitem__(4, "dvPG Ukendt"),
            "its adapter 1 is in the network 'dvPG Ukendt', whose VLAN is not known",
            'add "dvPG Ukendt": VLAN under networks in the mapping',
        ),
        (
            lambda sheets: sheets["vNetwork"][1].__setitem__(7, "10.70.71.5, 10.70.71.6"),
            "an adapter has the addresses 10.70.71.5, 10.70.71.6, none of them primary",
            "say its networks by a rule with set: {networks: [...]} in the mapping",
        ),
        (
            lambda sheets: sheets["vNetwork"][1].__setitem__(7, "10.70.71.500"),
            "export.xlsx vNetwork!H2: '10.70.71.500' is no address",
            "correct the address",
        ),
        (
            lambda sheets: sheets["vDisk"].pop(1),
            "vInfo counts Disks 2 and vDisk has 1",
            "export all sheets again",
        ),
        (
            lambda sheets: sheets["vNetwork"].pop(1),
            "vInfo counts NICs 1 and vNetwork has 0",
            "export all sheets again",
        ),
        (
            lambda sheets: sheets["vInfo"][1].__setitem__(5, "orphaned"),
            "vCenter calls it orphaned",
            "repair or remove it in vCenter",
        ),
        (
            lambda sheets: sheets["vDisk"].extend(
                disk("NDJ-WEB2.norddjurs.local", number, 1) for number in range(3, 28)
            ),
            "it has 27 disks",
            "the inventory holds at most 26",
        ),
    ],
)
def test_a_machine_that_cannot_be_mapped_is_left_out_whole(
    tmp_path: Path, mapping: ImportMapping, spoil: Callable[[Sheets], None], reason: str, action: str
) -> None:
    sheets = town_sheets()
    spoil(sheets)

    facts = _read(tmp_path, sheets, mapping)

    assert [one.key for one in facts.objects] == ["ndj-care2", "ndj-sql-test1"]
    first = facts.skipped[0]
    assert (first.key, first.reason, first.action, first.expected) == ("ndj-web2", reason, action, False)


def test_a_rule_may_say_the_networks_of_a_machine(tmp_path: Path, mapping: ImportMapping) -> None:
    sheets = town_sheets()
    sheets["vNetwork"][1][4] = "dvPG Ukendt"
    text = MAPPING + "  - {kind: servers, when: {name: ndj-web2}, set: {networks: [{vlan: 710}]}}\n"
    path = tmp_path / "more.yaml"
    path.write_text(text, encoding="utf-8")

    facts = _read(tmp_path, sheets, load_mapping(path))

    assert _values(facts)["ndj-web2"]["networks"] == [{"vlan": 710}]
    assert "networks.1.vlan" not in _values(facts)["ndj-web2"]


def test_an_old_export_names_its_columns_mb_and_its_addresses_otherwise(
    tmp_path: Path, mapping: ImportMapping
) -> None:
    sheets = town_sheets()
    sheets["vDisk"][0] = ["Capacity MB" if name == "Capacity MiB" else name for name in export.VDISK]
    sheets["vNetwork"][0] = ["IP Address" if name == "IPv4 Address" else name for name in export.VNETWORK]

    facts = _read(tmp_path, sheets, mapping)

    assert _values(facts)["ndj-web2"]["disks.vda.size_mib"] == 40960
    assert _values(facts)["ndj-web2"]["networks.1.address"] == "10.70.71.21"
    assert (
        facts.notes[0]
        == "the sheet vDisk has 'Capacity MB' as RVTools before version 4 wrote it; it is taken as MiB"
    )


def test_sheets_are_joined_by_name_where_there_are_no_uuids(tmp_path: Path, mapping: ImportMapping) -> None:
    sheets = town_sheets()
    for name, rows in sheets.items():
        at = [str(cell) for cell in rows[0]].index("VM UUID")
        sheets[name] = [[cell for number, cell in enumerate(row) if number != at] for row in rows]
    with_uuids = _values(_read(tmp_path, town_sheets(), mapping))

    assert _values(_read(tmp_path, sheets, mapping)) == with_uuids
    sheets["vInfo"].append(sheets["vInfo"][1])
    with pytest.raises(
        NameCollisionError, match=r"comes from export.xlsx vInfo!2 and from export.xlsx vInfo!9"
    ):
        _read(tmp_path, sheets, mapping)


def test_two_machines_that_get_one_name_are_both_named(tmp_path: Path, mapping: ImportMapping) -> None:
    sheets = town_sheets()
    sheets["vInfo"].append(info("ndj-web2", VM_UUID="another", Disks=0))
    sheets["vNetwork"].append([*adapter("ndj-web2", 1, "dvPG Servere")[:9], "another", ""])

    with pytest.raises(
        NameCollisionError,
        match=r"servers: 'ndj-web2' comes from export.xlsx vInfo!2 and from export.xlsx vInfo!9; rename one",
    ):
        _read(tmp_path, sheets, mapping)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s: s.__setitem__("vInfos", s.pop("vInfo")), "it has no sheet vInfo; is it 'vInfos'\\?"),
        (lambda s: s.pop("vDisk"), "it has no sheet vDisk; its sheets are vInfo, vNetwork, vPartition"),
        (
            lambda s: s["vInfo"].__setitem__(0, ["CPU" if n == "CPUs" else n for n in export.VINFO]),
            "the sheet vInfo has no column 'CPUs'; is it the column 'CPU'\\?",
        ),
        (
            lambda s: s["vInfo"].__setitem__(0, ["CPUs" if n == "NICs" else n for n in export.VINFO]),
            "the sheet vInfo has the column 'CPUs' twice",
        ),
        (lambda s: s["vInfo"].insert(3, list(export.VINFO)), "vInfo!4 repeats the header; remove that row"),
        (lambda s: s.__setitem__("vInfo", []), "the sheet vInfo has no header row"),
        (lambda s: s.__setitem__("vInfo", [export.VINFO]), "vInfo has no machines"),
        (lambda s: s["vInfo"][1].__setitem__(6, "fire"), "vInfo!G2: 'fire' is no number"),
        (lambda s: s["vInfo"][1].__setitem__(6, ""), "vInfo!G2: '' is no number"),
        (lambda s: s["vInfo"][1].__setitem__(6, 1.5), "vInfo!G2: '1.5' is no whole number"),
        (lambda s: s["vInfo"][1].__setitem__(2, "måske"), "vInfo!C2: 'måske' is neither True nor False"),
    ],
)
def test_a_sheet_that_is_not_as_exported_imports_nothing(
    tmp_path: Path, mapping: ImportMapping, spoil: Callable[[Sheets], None], message: str
) -> None:
    sheets = town_sheets()
    spoil(sheets)

    with pytest.raises(SourceReadError, match=message):
        _read(tmp_path, sheets, mapping)


def test_a_number_that_may_mean_two_things_is_asked_about(tmp_path: Path, mapping: ImportMapping) -> None:
    sheets = town_sheets()
    sheets["vDisk"][-1][4] = "1.024"
    unsaid = mapping.model_copy(update={"decimal": None})

    with pytest.raises(
        SourceReadError,
        match=r"export.xlsx vDisk!E5: '1.024' may be 1024 or 1.024; write decimal: comma or decimal: point",
    ):
        _read(tmp_path, sheets, unsaid)
    assert _values(_read(tmp_path, sheets, mapping))["ndj-sql-test1"]["disks.vda.size_mib"] == 1024


def test_merged_cells_are_refused_with_their_place(tmp_path: Path, mapping: ImportMapping) -> None:
    path = write_workbook(tmp_path / "e.xlsx", town_sheets(), merged=("vInfo", "A12:B13"))

    with pytest.raises(SourceReadError, match=r"e.xlsx: the sheet vInfo has merged cells \(A12:B13\)"):
        RVToolsWorkbook(path, mapping).read()


def test_a_rule_about_something_rvtools_does_not_tell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text("rules: [{kind: servers, when: {foldr: x}, set: {cpus: 1}}]\n", encoding="utf-8")
    mapping = load_mapping(path)

    with pytest.raises(MappingError, match=r"rule 1 asks for 'foldr'.* did you mean 'folder'\?"):
        _read(tmp_path, town_sheets(), mapping)


def _workbook_bytes(tmp_path: Path) -> bytes:
    return write_workbook(tmp_path / "whole.xlsx", town_sheets()).read_bytes()


def _with_part(whole: bytes, name: str, content: bytes) -> bytes:
    return _with_parts(whole, {name: content})


def _with_parts(whole: bytes, parts: dict[str, bytes]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in parts:
                new.writestr(part.filename, old.read(part))
        for name, content in parts.items():
            new.writestr(name, content)
    return result.getvalue()


def _lying_about_its_size(whole: bytes) -> bytes:
    """Return a workbook one of whose parts unpacks to more than its directory says."""
    content = b"<x>" + b" " * 123_456
    said = struct.pack("<L", len(content))
    return _with_part(whole, "xl/worksheets/sheet9.xml", content).replace(said, struct.pack("<L", 10))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda _: b"", "it is no .xlsx file"),
        (lambda _: b"VM;CPUs\nndj-web1;2\n", "it is no .xlsx file"),
        (lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512, "it is protected by a password"),
        (lambda whole: whole[: len(whole) // 2], "it is cut short or damaged"),
        (lambda whole: whole[:-30], "it is cut short or damaged"),
        (
            lambda whole: _with_part(whole, "xl/externalLinks/externalLink1.xml", b"<x/>"),
            "it refers to other files",
        ),
        (
            lambda whole: _with_part(whole, "xl/worksheets/sheet9.xml", b" " * 40_000_000),
            "its part xl/worksheets/sheet9.xml unpacks to far more than an export",
        ),
        (
            _lying_about_its_size,
            "its part xl/worksheets/sheet9.xml is not as long as it says",
        ),
        (
            lambda whole: _with_part(
                whole,
                "xl/worksheets/sheet1.xml",
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
            ),
            "its part xl/worksheets/sheet1.xml has a cell at XFD1048576",
        ),
        (
            lambda whole: _with_part(
                whole, "xl/elsewhere.xml", b"<x>" + b" " * 2_000_000 + b"<c r='XFD1048576'/></x>"
            ),
            "its part xl/elsewhere.xml has a cell at XFD1048576",
        ),
        (
            lambda whole: _with_part(whole, "xl/elsewhere.xml", "<c r='XFD1048576'/>".encode("utf-16")),
            "its part xl/elsewhere.xml is no UTF-8 text",
        ),
        (lambda whole: _with_part(whole, "content.xml", b"<office/>"), "it is no .xlsx file"),
        (
            lambda whole: _with_parts(whole, {f"xl/{n}.xml": b"" for n in range(2_500)}),
            "it would unpack to far more than an export",
        ),
        (
            lambda whole: _with_parts(whole, {f"xl/{n:0200}.xml": b"" for n in range(5_000)}),
            "it has far more parts than an export",
        ),
        (
            lambda whole: _with_part(whole, "xl/workbook.xml", b"<workbook><not closed"),
            "it is no whole workbook|it has no sheet vInfo",
        ),
    ],
)
def test_a_broken_or_hostile_file_is_one_clear_error(
    tmp_path: Path, mapping: ImportMapping, spoil: Callable[[bytes], bytes], message: str
) -> None:
    path = tmp_path / "odd.xlsx"
    path.write_bytes(spoil(_workbook_bytes(tmp_path)))

    with pytest.raises(SourceReadError, match=f"^cannot import odd.xlsx: ({message})"):
        RVToolsWorkbook(path, mapping).read()


def test_a_part_that_is_encrypted_is_refused(tmp_path: Path, mapping: ImportMapping) -> None:
    whole = bytearray(_workbook_bytes(tmp_path))
    at = whole.index(b"PK\x01\x02")
    whole[at + 8] |= 1
    path = tmp_path / "locked.xlsx"
    path.write_bytes(whole)

    with pytest.raises(
        SourceReadError, match=r"its part \[Content_Types\].xml is encrypted; save it without"
    ):
        RVToolsWorkbook(path, mapping).read()


def test_a_file_that_is_not_there_says_so(tmp_path: Path, mapping: ImportMapping) -> None:
    with pytest.raises(ImportRefusedError, match=r"cannot import no.xlsx: No such file"):
        RVToolsWorkbook(tmp_path / "no.xlsx", mapping).read()
