"""Facts of a source against what people wrote: field by field, three ways."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import JsonValue

from inventory.imports.decisions import Decision, Decisions, Take
from inventory.imports.errors import (
    FolderChangedError,
    ImportRefusedError,
    NameCollisionError,
    SourceReadError,
)
from inventory.imports.models import (
    ImportedFacts,
    ImportedField,
    ImportedObject,
    ObjectKind,
    SkippedObject,
    SourceIdentity,
    SourceKind,
)
from inventory.imports.plan import ImportPlan, plan_import
from inventory.imports.write import write_import
from inventory.service import load_checked, load_inventory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOWN = Path("municipalities") / "norddjurs"


def _object(kind: ObjectKind, key: str, fields: dict[str, JsonValue]) -> ImportedObject:
    told = tuple(
        ImportedField(path=tuple(path.split("|")), value=value, origin=f"somewhere {path}")
        for path, value in fields.items()
    )
    return ImportedObject(kind=kind, key=key, fields=told, origin="somewhere")


def _facts(
    *objects: ImportedObject, source: SourceKind = "nautobot", skipped: tuple[SkippedObject, ...] = ()
) -> ImportedFacts:
    covers: tuple[ObjectKind, ...] = ("sites", "vlans", "devices", "links", "servers")
    name = SourceIdentity(kind=source, name="here")
    return ImportedFacts(source=name, covers=covers, objects=objects, skipped=skipped)


def _plan(folder: Path, facts: ImportedFacts, *decided: tuple[str, str, Take], days: int = 0) -> ImportPlan:
    decisions = Decisions(
        decisions=tuple(Decision(object=name, field=field, take=take) for name, field, take in decided)
    )
    return plan_import(folder, "norddjurs", facts, now=NOW + timedelta(days=days), decisions=decisions)


def _changed_lines(plan: ImportPlan) -> dict[str, list[tuple[str, str]]]:
    """Return the changed lines of each file whose lines keep their number."""
    found: dict[str, list[tuple[str, str]]] = {}
    for edit in plan.edits:
        if edit.path.suffix == ".yaml":
            old = (edit.before or b"").decode().splitlines()
            new = edit.after.decode().splitlines()
            found[edit.path.name] = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    return found


def _conflicts(plan: ImportPlan) -> list[tuple[str, str, str]]:
    return [(one.key, ".".join(one.path), one.reason) for one in plan.outcome.conflicts]


WEB = _object("servers", "ndj-web1", {"cpus": 1, "ram_mib": 96})
PORT = "interfaces|GigabitEthernet1/0/4"
GIGABIT = "name: GigabitEthernet1/0/4"
RANGE = "interfaces|GigabitEthernet1/0/6"


def test_what_agrees_changes_no_file_but_provenance(example: Path) -> None:
    plan = _plan(example, _facts(WEB))

    assert [one.path.name for one in plan.edits] == ["provenance.jsonl"]
    assert (plan.outcome.unchanged_fields, plan.outcome.changes, plan.outcome.conflicts) == (2, (), ())


def test_a_field_that_nobody_wrote_is_filled(example: Path) -> None:
    web = _object("servers", "ndj-web1", {"operating_system": "Debian 12", "phase": "servers-and-network"})

    plan = _plan(example, _facts(web))

    assert [(one.action, one.path, one.after) for one in plan.outcome.changes] == [
        ("added", ("operating_system",), "Debian 12")
    ]
    # A default that is left out in the file is a value like any other.
    assert plan.outcome.unchanged_fields == 1


def test_a_port_is_updated_in_its_line(example: Path) -> None:
    edge = _object("devices", "ndj-edge1", {f"{PORT}|vlan": 710, f"{PORT}|role": "access"})

    refused = _plan(example, _facts(edge))
    plan = _plan(example, _facts(edge), ("devices/ndj-edge1", f"{PORT.replace('|', '.')}.vlan", "source"))

    assert _conflicts(refused) == [
        ("ndj-edge1", "interfaces.GigabitEthernet1/0/4.vlan", "a person wrote the file's value")
    ]
    assert _changed_lines(plan) == {
        "devices.yaml": [
            (
                f"      - {{{GIGABIT}, role: access, vlan: 10, description: Management network}}",
                f"      - {{{GIGABIT}, role: access, vlan: 710, description: Management network}}",
            )
        ]
    }


def test_a_new_port_is_added_at_the_end_of_its_device(example: Path) -> None:
    port = "interfaces|GigabitEthernet1/0/9"
    edge = _object("devices", "ndj-edge1", {f"{port}|vlan": 110, f"{port}|role": "access"})

    write_import(_plan(example, _facts(edge)))

    text = (example / TOWN / "devices.yaml").read_text(encoding="utf-8")
    assert (
        "      - {name: Vlan10, role: management, address: 10.70.10.5/24}\n"
        "      - {name: GigabitEthernet1/0/9, role: access, vlan: 110}\n"
    ) in text
    load_checked(example)


def test_a_port_inside_a_range_agrees_or_must_be_split_by_hand(example: Path) -> None:
    same = _object("devices", "ndj-edge1", {f"{RANGE}|role": "unused"})
    other = _object("devices", "ndj-edge1", {f"{RANGE}|role": "access", f"{RANGE}|vlan": 110})

    assert _plan(example, _facts(same)).outcome.unchanged_fields == 1
    plan = _plan(example, _facts(other), ("devices/ndj-edge1", "*", "source"))
    told = "the file describes it within GigabitEthernet1/0/5-8; write this port alone, or keep the file"
    assert _conflicts(plan) == [
        ("ndj-edge1", "interfaces.GigabitEthernet1/0/6.role", told),
        ("ndj-edge1", "interfaces.GigabitEthernet1/0/6.vlan", told),
    ]
    kept = _plan(example, _facts(other), ("devices/ndj-edge1", "*", "file"))
    assert (kept.outcome.conflicts, len(kept.outcome.kept)) == ((), 2)


def test_vlans_that_are_spanned_are_the_same_vlans(example: Path) -> None:
    port = "interfaces|ge-0/0/1|vlans"

    plan = _plan(example, _facts(_object("devices", "ndj-fw1", {port: "110,210,310,710"})))
    spanned = _plan(example, _facts(_object("devices", "ndj-fw1", {port: "710,310,110,210"})))

    assert (plan.outcome.unchanged_fields, spanned.outcome.unchanged_fields) == (1, 1)


def test_a_cable_is_known_by_its_ends_in_any_order(example: Path) -> None:
    ends: JsonValue = ["ndj-fw1:ge-0/0/1", "ndj-core1:Ethernet1"]
    key = "ndj-core1:Ethernet1 <-> ndj-fw1:ge-0/0/1"

    plan = _plan(example, _facts(_object("links", key, {"ends": ends})))

    assert (plan.outcome.unchanged_fields, plan.outcome.changes) == (1, ())


def test_a_cable_that_is_plugged_elsewhere_is_a_conflict_and_replaces_only_its_line(example: Path) -> None:
    key = "ndj-core1:Ethernet6 <-> ndj-fw1:ge-0/0/1"
    moved = _object("links", key, {"ends": ["ndj-core1:Ethernet6", "ndj-fw1:ge-0/0/1"]})

    refused = _plan(example, _facts(moved))
    plan = _plan(example, _facts(moved), (f"links/{key}", "ends", "source"))
    kept = _plan(example, _facts(moved), (f"links/{key}", "ends", "file"))

    assert _conflicts(refused) == [(key, "ends", "the file connects an end of it to something else")]
    assert _changed_lines(plan) == {
        "links.yaml": [
            (
                "  - ends: [ndj-core1:Ethernet1, ndj-fw1:ge-0/0/1]",
                "  - ends: [ndj-core1:Ethernet6, ndj-fw1:ge-0/0/1]",
            )
        ]
    }
    assert (kept.outcome.changes, len(kept.outcome.kept)) == ((), 1)


def test_a_new_vlan_and_what_stands_on_it_go_into_one_import(example: Path) -> None:
    vlan = _object(
        "vlans",
        "410",
        {"name": "library", "zone": "schools", "routing_domain": "norddjurs", "prefix": "10.70.41.0/24"},
    )
    site = _object("sites", "grenaa-bibliotek", {"title": "Grenaa Bibliotek", "kind": "other"})

    write_import(_plan(example, _facts(vlan, site)))

    town = load_checked(example).municipalities[0]
    assert [one.vlan_id for one in town.vlans][-1] in (410, 999)
    assert "grenaa-bibliotek" in {one.name for one in town.sites}
    text = (example / TOWN / "vlans.yaml").read_text(encoding="utf-8")
    assert text.endswith(
        "  - {vlan_id: 410, name: library, zone: schools, routing_domain: norddjurs, prefix: 10.70.41.0/24}\n"
    )


def test_two_sources_do_not_overwrite_each_other_in_turn(example: Path) -> None:
    new = _object(
        "servers",
        "ndj-new1",
        {
            "application": "esdh",
            "environment": "test",
            "owner": "IT",
            "cpus": 2,
            "ram_mib": 1024,
            "networks|1|vlan": 710,
            "disks|vda|size_mib": 512,
        },
    )
    write_import(_plan(example, _facts(new, source="nautobot")))
    other = _object("servers", "ndj-new1", {"cpus": 4})

    plan = _plan(example, _facts(other, source="rvtools"))
    assert _conflicts(plan) == [("ndj-new1", "cpus", "the file's value came from nautobot here")]

    write_import(_plan(example, _facts(other, source="rvtools"), ("servers/ndj-new1", "cpus", "source")))
    again = _plan(example, _facts(new, source="nautobot"))
    assert (again.outcome.conflicts, again.outcome.changes) == ((), ())
    assert [(one.path, one.file_value, one.source_value) for one in again.outcome.kept] == [(("cpus",), 4, 2)]


def test_a_source_that_does_not_know_an_address_does_not_question_it(example: Path) -> None:
    web = _object("servers", "ndj-web1", {"networks|1|vlan": 710})

    plan = _plan(example, _facts(web))

    assert (plan.outcome.unchanged_fields, plan.outcome.conflicts, plan.outcome.changes) == (1, (), ())


def test_a_second_adapter_is_added_and_a_third_alone_has_no_place(example: Path) -> None:
    second = _object("servers", "ndj-web1", {"networks|2|vlan": 310})
    third = _object("servers", "ndj-web1", {"networks|3|vlan": 310, "cpus": 1})

    assert _changed_lines(_plan(example, _facts(second))) == {
        "servers.yaml": [
            (
                "    networks: [{vlan: 710, address: 10.70.71.11}]",
                "    networks: [{vlan: 710, address: 10.70.71.11}, {vlan: 310}]",
            )
        ]
    }
    plan = _plan(example, _facts(third))
    assert plan.edits == ()
    assert [one.reason for one in plan.outcome.skipped] == ["networks 3 has no place: there are 1"]


def test_a_change_that_does_not_fit_leaves_the_whole_object(example: Path) -> None:
    web = _object("servers", "ndj-web1", {"operating_system": "Debian 12", "criticality": "enormous"})

    plan = _plan(example, _facts(web))

    assert plan.edits == ()
    (one,) = plan.outcome.skipped
    assert one.reason == "criticality: Input should be 'low', 'medium', 'high' or 'vital'"


def test_a_password_in_the_file_is_neither_shown_nor_recorded(example: Path) -> None:
    path = example / TOWN / "devices.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("credential: env:NDJ_DEVICES", "credential: hemmelig1", 1), encoding="utf-8")
    edge = _object("devices", "ndj-edge1", {"credential": "env:NEW", "model": "C9300"})

    plan = _plan(example, _facts(edge), ("*/*", "*", "file"))

    assert [one.reason for one in plan.outcome.skipped] == ["its credential in the file is no reference"]
    assert "hemmelig1" not in plan.outcome.model_dump_json()
    assert plan.edits == ()


def test_what_is_skipped_in_the_source_has_not_vanished(example: Path) -> None:
    write_import(_plan(example, _facts(WEB)))
    skipped = SkippedObject(
        kind="servers", name="WEB1", key="ndj-web1", origin="x", reason="it is off", action="start it"
    )

    assert _plan(example, _facts(skipped=(skipped,))).outcome.vanished == ()
    assert [one.key for one in _plan(example, _facts()).outcome.vanished] == ["ndj-web1"]


def test_two_objects_of_one_key_are_refused(example: Path) -> None:
    with pytest.raises(NameCollisionError, match="'ndj-web1' comes from somewhere and from somewhere"):
        _plan(example, _facts(WEB, WEB))


def test_a_file_that_is_edited_meanwhile_stops_the_writing(example: Path) -> None:
    new = _object("servers", "ndj-web1", {"operating_system": "Debian 12"})
    plan = _plan(example, _facts(new))
    path = example / TOWN / "vlans.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# seen\n", encoding="utf-8")
    before = (example / TOWN / "servers.yaml").read_bytes()

    with pytest.raises(FolderChangedError, match=r"vlans.yaml was changed after it was read; nothing"):
        write_import(plan)

    assert (example / TOWN / "servers.yaml").read_bytes() == before
    assert not list((example / TOWN).glob(".*"))


def test_one_import_at_a_time_writes(example: Path) -> None:
    import fcntl  # noqa: PLC0415  (what stands in for the other process)

    plan = _plan(example, _facts(_object("servers", "ndj-web1", {"operating_system": "Debian 12"})))
    handle = os.open(example / TOWN, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(ImportRefusedError, match="another import is writing"):
            write_import(plan)
    finally:
        os.close(handle)
    assert write_import(plan)


def test_a_file_keeps_its_rights_its_mark_and_its_line_ends(example: Path) -> None:
    path = example / TOWN / "servers.yaml"
    windows = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(windows)
    path.chmod(0o640)

    write_import(_plan(example, _facts(_object("servers", "ndj-web1", {"operating_system": "Debian 12"}))))

    added = b"    operating_system: Debian 12\r\n"
    assert path.read_bytes().replace(added, b"") == windows
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_town_without_servers_gets_its_first_file(example: Path) -> None:
    shutil.move(example / TOWN / "servers.yaml", example / "servers.away")
    (example / "servers.away").unlink()
    application = _object("applications", "esdh", {"title": "Sager", "owner": "IT", "criticality": "high"})

    write_import(_plan(example, _facts(application)))

    assert (example / TOWN / "servers.yaml").read_text(encoding="utf-8") == (
        "applications:\n  - {name: esdh, title: Sager, owner: IT, criticality: high}\n"
    )


def test_provenance_is_no_part_of_the_inventory(example: Path) -> None:
    digest = load_inventory(example).inventory
    write_import(_plan(example, _facts(WEB)))

    assert load_inventory(example).violations == ()
    assert load_inventory(example).inventory == digest


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda text: "<<<<<<< HEAD\n" + text, "norddjurs/provenance.jsonl:1: it is no record of provenance"),
        (
            lambda text: text + text.splitlines()[0] + "\n",
            ":3: the same field and source stand",
        ),
    ],
)
def test_a_spoilt_provenance_is_told_and_not_guessed(example: Path, spoil: object, message: str) -> None:
    write_import(_plan(example, _facts(WEB)))
    path = example / TOWN / "provenance.jsonl"
    assert callable(spoil)
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")

    with pytest.raises(SourceReadError, match=message):
        _plan(example, _facts(WEB))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("servers:\n", "servers: nothing\nold:\n", "servers.yaml: 'servers' is no list; correct it"),
        ("servers:\n", "servers:\nold:\n", "servers.yaml: 'servers' is no list; correct it"),
    ],
)
def test_a_list_that_is_none_is_told(example: Path, old: str, new: str, message: str) -> None:
    path = example / TOWN / "servers.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    fields: dict[str, JsonValue] = {
        "application": "esdh",
        "environment": "test",
        "owner": "IT",
        "cpus": 2,
        "ram_mib": 1024,
        "networks|1|vlan": 710,
        "disks|vda|size_mib": 512,
    }

    with pytest.raises(ImportRefusedError, match=message):
        _plan(example, _facts(_object("servers", "ndj-new1", fields)))


def test_ports_that_are_no_list_leave_the_device(example: Path) -> None:
    path = example / TOWN / "devices.yaml"
    text = path.read_text(encoding="utf-8")
    first = text.index("    interfaces:\n")
    path.write_text(text[:first] + "    interfaces: none\n    old:\n" + text[first + 16 :], encoding="utf-8")

    plan = _plan(example, _facts(_object("devices", "ndj-edge1", {f"{PORT}|vlan": 710})))

    assert [one.reason for one in plan.outcome.skipped] == ["its interfaces in the file are no list"]


def test_an_error_cannot_command_the_terminal() -> None:
    error = SourceReadError("export.xlsx", "'\x1b[2J' is no number", "correct it")

    assert str(error) == "cannot import export.xlsx: '\ufffd[2J' is no number; correct it"


def test_a_file_that_is_no_yaml_is_told_with_its_place(example: Path) -> None:
    (example / TOWN / "servers.yaml").write_text("servers: [", encoding="utf-8")

    with pytest.raises(ImportRefusedError, match=r"norddjurs/servers.yaml:\d+:\d+: not valid YAML"):
        _plan(example, _facts(WEB))


def test_the_time_of_a_value_is_when_it_came_and_not_when_it_was_confirmed(example: Path) -> None:
    new = _object("servers", "ndj-web1", {"operating_system": "Debian 12"})
    write_import(_plan(example, _facts(new)))
    path = example / TOWN / "provenance.jsonl"
    first = path.read_text(encoding="utf-8")

    assert _plan(example, _facts(new), days=30).edits == ()
    newer = _object("servers", "ndj-web1", {"operating_system": "Debian 13"})
    write_import(_plan(example, _facts(newer), days=60))

    assert '"at": "2026-11-22T12:00:00Z"' in first
    assert '"at": "2027-01-21T12:00:00Z"' in path.read_text(encoding="utf-8")
