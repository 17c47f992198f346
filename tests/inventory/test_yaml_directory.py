"""The form of files: every mistake with file, line, column, what is wrong and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inventory.errors import InventoryReadError, InventoryViolationsError
from inventory.service import load_checked, load_inventory
from inventory.violations import Location, Violation

Plant = Callable[[str, str, str], tuple[str, int]]


def test_the_example_has_no_violations(example: Path) -> None:
    loaded = load_inventory(example)

    assert loaded.violations == ()
    assert loaded.inventory is not None
    town = loaded.inventory.municipalities[0]
    assert [device.name for device in town.devices] == [
        "ndj-acc1",
        "ndj-acc2",
        "ndj-acc3",
        "ndj-core1",
        "ndj-edge1",
        "ndj-fw1",
        "ndj-fw2",
    ]
    assert [server.name for server in town.servers] == ["ndj-care1", "ndj-esdh1", "ndj-file1", "ndj-web1"]


def test_a_range_of_access_ports_is_kept_and_stands_for_each_port(example: Path) -> None:
    town = load_checked(example).municipalities[0]

    acc1 = next(device for device in town.devices if device.name == "ndj-acc1")
    assert [(port.name, port.role, port.vlan) for port in acc1.interfaces] == [
        ("GigabitEthernet1/0/1-6", "access", 110),
        ("GigabitEthernet1/0/7-8", "unused", None),
        ("TenGigabitEthernet1/1/1", "uplink", None),
        ("Vlan10", "management", None),
    ]
    assert [(name, port.role) for name, port in acc1.ports()] == [
        *((f"GigabitEthernet1/0/{number}", "access") for number in range(1, 7)),
        ("GigabitEthernet1/0/7", "unused"),
        ("GigabitEthernet1/0/8", "unused"),
        ("TenGigabitEthernet1/1/1", "uplink"),
        ("Vlan10", "management"),
    ]


def test_an_unknown_key_names_its_place_and_the_near_miss(example: Path, plant: Plant) -> None:
    file, line = plant("devices.yaml", "    platform: ios\n", "    plattform: ios\n")

    assert load_inventory(example).violations == (
        Violation(
            rule="missing-key",
            location=Location(file=file, line=3, column=5),
            message="the key 'platform' is missing",
            action="add 'platform' (Its operating system; decides how it is collected and changed)",
        ),
        Violation(
            rule="unknown-key",
            location=Location(file=file, line=line, column=5),
            message="unknown key 'plattform'",
            action="did you mean 'platform'? allowed: credential, end_of_support, interfaces, "
            "known_weaknesses, management_address, management_interface, model, name, phase, platform, "
            "redundancy_group, role, routing_domain, serial_number, site, software_version, "
            "unreachable_since",
        ),
    )


def test_a_value_that_is_not_allowed_names_the_allowed_ones(example: Path, plant: Plant) -> None:
    file, line = plant("devices.yaml", "role: firewall", "role: firewal")

    assert load_inventory(example).violations == (
        Violation(
            rule="value-not-allowed",
            location=Location(file=file, line=line, column=11),
            message="'role': 'firewal' is not allowed",
            action="did you mean 'firewall'? allowed: access, core, edge, firewall",
        ),
    )


def test_a_wrong_type_says_which_is_wanted(example: Path, plant: Plant) -> None:
    file, line = plant("servers.yaml", "ram_mib: 128", "ram_mib: plenty")

    assert load_inventory(example).violations == (
        Violation(
            rule="wrong-type",
            location=Location(file=file, line=line, column=14),
            message="'ram_mib': 'plenty' has the wrong type",
            action="write a whole number",
        ),
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "rule", "part", "below"),
    [
        ("vlans.yaml", "{vlan_id: 110,", "{vlan_id: '110',", "wrong-type", "write a whole number", 0),
        ("vlans.yaml", "{vlan_id: 110,", "{vlan_id: 1e2,", "wrong-type", "write a whole number", 0),
        ("vlans.yaml", "prefix: 10.70.71.0/24", "prefix: 10.70.71.1/24", "value", "without host bits", 0),
        ("vlans.yaml", "vlan_id: 998", "vlan_id: 4998", "value", "4094", 0),
        ("servers.yaml", "address: 10.70.71.11", "address: 10.70.71.311", "value", "an IPv4 address", 0),
        ("sensors.yaml", "310,710", "710-310", "value", "710-310 is not a VLAN or a span", 0),
        (
            "links.yaml",
            "    provider: Eksempelnet\n",
            "",
            "value",
            "either 'ends' (two interfaces) or 'end' and",
            -1,
        ),
        ("windows.yaml", "ends_at: 2027-03-07T05:00", "ends_at: 2027-03-06T21:00", "value", "later than", -2),
        (
            "windows.yaml",
            "starts_at: 2027-03-06T22:00",
            "starts_at: 2027-03-28T02:30",
            "value",
            "does not exist",
            0,
        ),
        (
            "devices.yaml",
            "{name: GigabitEthernet1/0/5-8",
            "{name: GigabitEthernet1/0/8-5",
            "value",
            "upwards",
            0,
        ),
        ("devices.yaml", "vlan: 110}", "}", "value", "an access port names its vlan", 0),
        ("municipality.yaml", "code: 707", "code: 7070", "value", "860", 0),
        (
            "municipality.yaml",
            "code: 707",
            "code: no",
            "wrong-type",
            "'no' has the wrong type; write a whole",
            0,
        ),
        (
            "municipality.yaml",
            "phase: servers-and-network",
            "phase: users",
            "value-not-allowed",
            "servers-and",
            0,
        ),
        (
            "municipality.yaml",
            "name: norddjurs",
            "name: syddjurs",
            "folder-name",
            "give both the same name",
            0,
        ),
        ("exceptions.yaml", "control: L2-01", "control: l2", "value", "write a control such as MGT-01", 0),
        (
            "devices.yaml",
            "  - name: ndj-fw1",
            "  - name: ndj-fw1\n    name: ndj-fw3",
            "duplicate-key",
            "twice, first in line",
            1,
        ),
        ("devices.yaml", "role: edge", "role: !!python/name:os.system edge", "yaml-tag", "remove the tag", 0),
        ("devices.yaml", "  - name: ndj-fw1", "   - name: ndj-fw1", "yaml-syntax", "indentation", 0),
        ("samdrift.yaml", "schema: 1", "schema: 2", "value-not-allowed", "allowed: 1", 0),
        ("centres/midt.yaml", "title: IT-center Midt", "tittle: IT-center Midt", "unknown-key", "'title'", 0),
    ],
)
def test_a_mistake_of_form_is_found_where_it_is(
    example: Path, plant: Plant, *, name: str, old: str, new: str, rule: str, part: str, below: int
) -> None:
    file, line = plant(name, old, new)

    found = [one for one in load_inventory(example).violations if one.rule == rule]

    assert [(one.location.file, one.rule) for one in found] == [(file, rule)]
    assert part in f"{found[0].message}; {found[0].action}"
    # A rule about a whole object points at the line in which the object begins.
    assert found[0].location.line == line + below


def test_anchors_are_refused(example: Path, plant: Plant) -> None:
    file, line = plant("vlans.yaml", "  - name: management\n", "  - &zone\n    name: management\n")
    _, alias = plant("vlans.yaml", "\nvlans:", "  - *zone\nvlans:")

    found = load_inventory(example).violations

    assert [(one.rule, one.location.file, one.location.line) for one in found] == [
        ("yaml-anchor", file, line),
        ("yaml-anchor", file, alias),
    ]


def test_a_bomb_of_aliases_is_refused_without_being_unfolded(example: Path) -> None:
    lines = ["zones:", "  - &a0 {name: x, sensitivity: open}"]
    lines += [f"  - &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 15)]
    path = example / "municipalities" / "norddjurs" / "vlans.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")

    assert {one.rule for one in load_inventory(example).violations} == {"yaml-anchor"}


def test_deep_nesting_is_refused(example: Path) -> None:
    path = example / "municipalities" / "norddjurs" / "links.yaml"
    path.write_text(f"links: {'[' * 60}{']' * 60}\n", encoding="utf-8")

    assert {one.rule for one in load_inventory(example).violations} == {"yaml-depth"}


def test_nesting_without_end_is_refused(example: Path) -> None:
    path = example / "municipalities" / "norddjurs" / "links.yaml"
    path.write_text(f"links: {'[' * 200_000}\n", encoding="utf-8")

    assert [one.rule for one in load_inventory(example).violations] == ["yaml-depth"]


def test_a_file_in_latin_1_names_the_byte(example: Path) -> None:
    path = example / "municipalities" / "norddjurs" / "sites.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))

    assert load_inventory(example).violations == (
        Violation(
            rule="encoding",
            location=Location(
                file="municipalities/norddjurs/sites.yaml",
                line=3,
                column=20,
            ),
            message="byte 0xe5 is not UTF-8",
            action="save the file as UTF-8 (it may be Latin-1)",
        ),
    )


def test_every_violation_is_told_at_once(example: Path, plant: Plant) -> None:
    plant("devices.yaml", "role: edge", "role: eddge")
    plant("servers.yaml", "cpus: 1", "cpus: one")
    plant("sensors.yaml", "recipient: DCIS Sund", "receiver: DCIS Sund")
    plant("municipality.yaml", "code: 707", "code: 7")
    plant("samdrift.yaml", "scope: municipality", "scope: kommune")

    found = load_inventory(example).violations

    assert [(one.location.file.rpartition("/")[2], one.rule) for one in found] == [
        ("devices.yaml", "value-not-allowed"),
        ("municipality.yaml", "value"),
        ("sensors.yaml", "missing-key"),
        ("sensors.yaml", "unknown-key"),
        ("servers.yaml", "wrong-type"),
        ("samdrift.yaml", "value-not-allowed"),
    ]


def test_a_mistake_in_one_municipality_does_not_hide_the_broken_rule_of_another(example: Path) -> None:
    towns = example / "municipalities"
    second = towns / "syddjurs"
    second.mkdir()
    (second / "municipality.yaml").write_text("name: syddjurs\ntitel: Syddjurs\n", encoding="utf-8")
    links = towns / "norddjurs" / "links.yaml"
    links.write_text(links.read_text(encoding="utf-8").replace("ndj-acc1:", "ndj-acc9:"), encoding="utf-8")

    found = load_inventory(example).violations

    assert {(one.location.file.split("/")[1], one.rule) for one in found} == {
        ("norddjurs", "link-end"),
        ("syddjurs", "missing-key"),
        ("syddjurs", "unknown-key"),
    }


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("municipalities/norddjurs/device.yaml", "'device.yaml' is not read"),
        ("municipalities/norddjurs/more.yml", "'more.yml' is not read"),
        ("centres/nord.yml", "'nord.yml' is not read"),
        ("centre", "'centre' is not read"),
        ("municipalities/devices.yaml", "'devices.yaml' is not read"),
        ("approvers/allowed_signer", "'allowed_signer' is not read"),
    ],
)
def test_a_misspelt_file_name_is_told_and_never_skipped(example: Path, name: str, message: str) -> None:
    (example / name).write_text("", encoding="utf-8")

    assert [(one.rule, one.location.file, one.message) for one in load_inventory(example).violations] == [
        ("file-name", name, message)
    ]


def test_a_municipality_without_its_file_is_told(example: Path) -> None:
    (example / "municipalities" / "norddjurs" / "municipality.yaml").unlink()

    assert [one.rule for one in load_inventory(example).violations] == ["no-municipality"]


def test_a_password_written_in_place_of_a_reference_is_not_repeated(example: Path, plant: Plant) -> None:
    plant("devices.yaml", "credential: env:NDJ_DEVICES", "credential: Hemmelig-1234")
    plant("municipality.yaml", "qemu+ssh://samdrift@", "qemu+ssh://samdrift:Hemmelig-1234@")

    found = load_inventory(example).violations

    assert [one.rule for one in found] == ["value", "value"]
    assert "Hemmelig" not in str(found)


def test_a_folder_that_is_no_inventory_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InventoryReadError, match=r"has no samdrift.yaml; name a folder that holds"):
        load_inventory(tmp_path)
    with pytest.raises(InventoryReadError, match="there is no such folder"):
        load_inventory(tmp_path / "missing")


def test_an_inventory_with_violations_is_never_handed_out(example: Path, plant: Plant) -> None:
    plant("links.yaml", "ndj-acc1:Ten", "ndj-acc1:Tin")

    with pytest.raises(InventoryViolationsError, match=r"links.yaml:\d+:\d+: the link ends at Tin") as caught:
        load_checked(example)
    assert [one.rule for one in caught.value.violations] == ["link-end"]


def test_a_folder_that_may_not_be_listed_cannot_be_read(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may read everything, so the file system's answer is given here.
    def _refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", _refuse)

    with pytest.raises(InventoryReadError, match="Permission denied; check the permissions of the folder"):
        load_inventory(example)


def test_a_control_character_of_a_file_never_reaches_the_terminal(example: Path, plant: Plant) -> None:
    plant("devices.yaml", "site: auning-skole", 'site: "auning\\e[31m\\nskole"')

    (found,) = load_inventory(example).violations

    assert (
        found.message
        == "'site': 'auning\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}skole' does not fit"
    )


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("windows.yaml", "starts_at: 2027-03-06T22:00", "starts_at: 20270306"),
        ("exceptions.yaml", "expires_on: 2027-06-30", "expires_on: 20270630"),
        ("exceptions.yaml", "expires_on: 2027-06-30", "expires_on: 30.06.2027"),
        ("exceptions.yaml", "expires_on: 2027-06-30", "expires_on: 2027-06-30T12:00"),
        ("windows.yaml", "starts_at: 2027-03-06T22:00", "starts_at: 2027-03-06 klokken 22"),
    ],
)
def test_a_time_that_could_mean_something_else_is_refused(
    example: Path, plant: Plant, *, name: str, old: str, new: str
) -> None:
    file, line = plant(name, old, new)

    (found,) = load_inventory(example).violations

    assert (found.location.file, found.location.line) == (file, line)
    assert "such as 2027-" in found.action


def test_what_tools_keep_in_the_folder_is_passed_over(example: Path) -> None:
    (example / ".samdrift").mkdir()
    (example / ".centres").write_text("", encoding="utf-8")

    assert load_inventory(example).violations == ()
