"""A mapping says what a source cannot know; a slip in it is told with its line, before any row is read."""

from pathlib import Path

import pytest

from inventory.imports.decisions import load_decisions
from inventory.imports.errors import DecisionsError, MappingError
from inventory.imports.mapping import ImportMapping, NameRules, load_mapping
from inventory.imports.models import ImportedField
from inventory.imports.table_values import (
    parse_addresses,
    parse_number,
    parse_size_mib,
    parse_whole,
    parse_yes,
)


def _load(tmp_path: Path, text: str) -> ImportMapping:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("SRV01.norddjurs.local", "srv01"),
        ("srv01.ADM.Norddjurs.Local", "srv01"),
        ("srv01.other.local", "srv01.other.local"),
        ("SRV_02", "srv-02"),
        (" Web (ny) ", "ndj-web2"),
    ],
)
def test_names_become_host_names(written: str, name: str) -> None:
    names = NameRules(
        domains=("norddjurs.local", "adm.norddjurs.local"),
        replace={"_": "-"},
        rename={"web (NY)": "ndj-web2"},
    )

    assert ImportMapping(names=names).host_name(written) == name


def test_the_first_rule_that_sets_a_field_wins_over_what_was_read_and_over_defaults(tmp_path: Path) -> None:
    mapping = _load(
        tmp_path,
        "defaults: {servers: {owner: IT, criticality: low}}\n"
        "rules:\n"
        '  - {kind: servers, when: {folder: "*/Omsorg/*", name: "*"}, '
        "set: {owner: Sundhed, cpus: 8, networks: [{vlan: 310}]}}\n"
        '  - {kind: servers, when: {folder: "*"}, set: {owner: Andre, application: esdh}}\n'
        "  - {kind: devices, when: {name: '*'}, set: {site: raadhus}}\n",
    )
    read = tuple(
        ImportedField(path=path, value=value, origin="x")
        for path, value in ((("cpus",), 4), (("ram_mib",), 1), (("networks", "1", "vlan"), 10))
    )

    fields = mapping.fields_for("servers", read, {"folder": ("DC/omsorg/x",), "name": ("a",)})

    assert {".".join(one.path): (one.value, one.origin, one.only_if_missing) for one in fields} == {
        "cpus": (8, "mapping.yaml rule 1", False),
        "ram_mib": (1, "x", False),
        "networks": ([{"vlan": 310}], "mapping.yaml rule 1", False),
        "owner": ("Sundhed", "mapping.yaml rule 1", False),
        "application": ("esdh", "mapping.yaml rule 2", False),
        "criticality": ("low", "mapping.yaml defaults.servers.criticality", True),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("network: {}\n", "mapping.yaml:1:1: unknown key 'network'; did you mean 'networks'"),
        ("networks: {a: 4095}\n", "mapping.yaml:1:15: "),
        ("defaults:\n  server: {owner: IT}\n", "mapping.yaml:2:11: "),
        (
            "defaults:\n  servers: {ownr: IT}\n",
            "mapping.yaml:2:19: servers have no field 'ownr'; did you mean 'owner'",
        ),
        ("defaults:\n  servers: {environment: prod}\n", "mapping.yaml:2:26: 'environment': Input should be"),
        (
            "rules: [{kind: devices, when: {name: x}, set: {platfrm: ios}}]\n",
            "devices have no field 'platfrm'; did you mean 'platform'",
        ),
        ("rules: [{kind: devices, when: {}, set: {platform: ios}}]\n", "mapping.yaml:1:31: "),
        ("label: x\n", "unknown key 'label'"),
        ("a: &b 1\n", "anchors and aliases are not used here"),
    ],
)
def test_a_slip_in_a_mapping_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(MappingError) as error:
        _load(tmp_path, text)

    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("decisions: [{object: x, take: file}]\n", "'object': 'x' does not fit"),
        ("decision: []\n", "unknown key 'decision'; did you mean 'decisions'"),
        ("decisions: [{object: servers/x, take: both}]\n", "'take': 'both' is not allowed"),
    ],
)
def test_a_slip_in_decisions_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "decisions.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DecisionsError) as error:
        load_decisions(path)

    assert message in str(error.value)
    assert "decisions.yaml:1:" in str(error.value)


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1024", None, 1024),
        ("1024", "comma", 1024),
        ("1.024,50", None, 1024.5),
        ("1,024.50", None, 1024.5),
        ("1.024.000", None, 1024000),
        ("1,024,000", None, 1024000),
        ("1 024", None, 1024),
        ("1\u00a0024,5", None, 1024.5),
        ("0,512", None, 0.512),
        ("0.512", None, 0.512),
        ("1024,5", None, 1024.5),
        ("1024.5", None, 1024.5),
        ("12,50", None, 12.5),
        ("1.024", "comma", 1024),
        ("1.024", "point", 1.024),
        ("1,024", "comma", 1.024),
        ("1,024", "point", 1024),
        (1024.125, "comma", 1024.125),
        ("-5", None, -5),
    ],
)
def test_numbers_are_read_as_danes_and_machines_write_them(
    text: str | float, decimal: object, number: float
) -> None:
    assert parse_number(text, decimal) == number  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "decimal", "message"),
    [
        ("1.024", None, "'1.024' may be 1024 or 1.024; write decimal: comma or decimal: point"),
        ("1,024", None, "'1,024' may be 1024 or 1.024"),
        ("1.02.4", None, "'1.02.4' is no number"),
        ("10 GB", None, "'10GB' is no number"),
        ("", None, "'' is no number"),
        ("1,024.5", "comma", "is no number"),
        ("1.024,5", "point", "is no number"),
        ("nan", None, "is no number"),
        ("1e3", None, "is no number"),
    ],
)
def test_a_number_that_is_none_or_two_is_refused(text: str, decimal: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_number(text, decimal)  # type: ignore[arg-type]


def test_sizes_are_rounded_up_and_counts_are_whole() -> None:
    assert (parse_size_mib("40960,1"), parse_size_mib(40960.0), parse_whole("4,0")) == (40961, 40960, 4)
    with pytest.raises(ValueError, match=r"'4,5' is no whole number"):
        parse_whole("4,5")


def test_yes_and_no_in_two_languages_and_nothing_else() -> None:
    assert [parse_yes(word) for word in ("True", "SAND", "ja", "False", "falsk", "nej", "")] == [True] * 3 + [
        False
    ] * 4
    with pytest.raises(ValueError, match="neither"):
        parse_yes("måske")


def test_addresses_of_a_cell_are_told_apart() -> None:
    assert parse_addresses("10.0.0.1, fe80::1;10.0.0.2") == (("10.0.0.1", "10.0.0.2"), ("fe80::1",))
    with pytest.raises(ValueError, match=r"'10.0.0' is no address"):
        parse_addresses("10.0.0")
