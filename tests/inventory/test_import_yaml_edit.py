"""An edit of a file that people wrote changes what it must and leaves every other byte as it was."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from inventory.imports.errors import EditRefusedError
from inventory.imports.yaml_edit import edit_yaml
from inventory.loaders.documents import MUNICIPALITY_FILES, DevicesDocument, ServersDocument, VLANsDocument
from inventory.loaders.yaml_source import YAMLSource

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs" / "municipalities" / "norddjurs"

SERVERS = """\
# Who runs this: IT og Digitalisering
applications:
  - {name: esdh, title: Sager, owner: "Borgmester, kontor", criticality: high}  # old

servers:

  - name: ndj-esdh1   # the big one
    application:   esdh
    environment: 'production'
    owner: "Borgmesterkontoret"
    cpus: 4 # was 2
    ram_mib: 8192
    networks: [{vlan: 710, address: 10.70.71.12}, { vlan: 310 }]
    disks:
    - {name: vda, size_mib: 40960}  # system
    # data comes here
    - name: vdb
      size_mib: 1024
    depends_on: [ndj-sql1, ndj-ad1]

  # This one is strange.
  - name: ndj-sql1
    application: esdh
    environment: production
    owner: Borgmesterkontoret
    cpus: 2
    ram_mib: 4096
    networks:
      - vlan: 710
        address: 10.70.71.13
    disks: [{name: vda, size_mib: 256}]

# The end.
"""


NEW_SERVER = {
    "name": "ndj-new",
    "application": "esdh",
    "environment": "test",
    "owner": "IT",
    "cpus": 1,
    "ram_mib": 512,
    "networks": [{"vlan": 710}],
    "disks": [{"name": "vda", "size_mib": 9}],
}


def _edit(text: str, change: str, model: type = ServersDocument) -> str:
    """Run a change, written as Python on ``data``, through the editor."""
    data = copy.deepcopy(YAMLSource("servers.yaml", text).data())
    exec(change, {"data": data})  # noqa: S102  (the changes are the literals below)
    assert isinstance(data, dict)
    return edit_yaml("servers.yaml", text, data, model)


def _changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that went and the lines that came, as a diff with no context names them."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]


@pytest.mark.parametrize(
    ("change", "gone", "come"),
    [
        ("data['servers'][0]['cpus'] = 8", "    cpus: 4 # was 2\n", "    cpus: 8 # was 2\n"),
        (
            "data['servers'][0]['name'] = 'ndj-x'",
            "  - name: ndj-esdh1   # the big one\n",
            "  - name: ndj-x   # the big one\n",
        ),
        (
            "data['servers'][0]['application'] = 'no'",
            "    application:   esdh\n",
            '    application:   "no"\n',
        ),
        (
            "data['servers'][0]['environment'] = 'test'",
            "    environment: 'production'\n",
            "    environment: 'test'\n",
        ),
        (
            "data['servers'][0]['owner'] = 'Økonomi: løn'",
            '    owner: "Borgmesterkontoret"\n',
            '    owner: "Økonomi: løn"\n',
        ),
        (
            "data['servers'][0]['networks'][0]['address'] = '10.70.71.99'",
            "    networks: [{vlan: 710, address: 10.70.71.12}, { vlan: 310 }]\n",
            "    networks: [{vlan: 710, address: 10.70.71.99}, { vlan: 310 }]\n",
        ),
        (
            "data['servers'][0]['networks'][1]['address'] = '10.70.130.9'",
            "    networks: [{vlan: 710, address: 10.70.71.12}, { vlan: 310 }]\n",
            "    networks: [{vlan: 710, address: 10.70.71.12}, { vlan: 310, address: 10.70.130.9 }]\n",
        ),
        (
            "data['servers'][0]['networks'].append({'vlan': 10})",
            "    networks: [{vlan: 710, address: 10.70.71.12}, { vlan: 310 }]\n",
            "    networks: [{vlan: 710, address: 10.70.71.12}, { vlan: 310 }, {vlan: 10}]\n",
        ),
        (
            "del data['servers'][0]['networks'][0]",
            "    networks: [{vlan: 710, address: 10.70.71.12}, { vlan: 310 }]\n",
            "    networks: [{vlan: 310}]\n",
        ),
        (
            "del data['servers'][0]['depends_on'][0]",
            "    depends_on: [ndj-sql1, ndj-ad1]\n",
            "    depends_on: [ndj-ad1]\n",
        ),
        (
            "data['servers'][0]['disks'][0]['size_mib'] = 51200",
            "    - {name: vda, size_mib: 40960}  # system\n",
            "    - {name: vda, size_mib: 51200}  # system\n",
        ),
        ("data['servers'][0]['disks'][1]['size_mib'] = 1", "      size_mib: 1024\n", "      size_mib: 1\n"),
        (
            "data['applications'][0]['owner'] = 'IT'",
            '  - {name: esdh, title: Sager, owner: "Borgmester, kontor", criticality: high}  # old\n',
            '  - {name: esdh, title: Sager, owner: "IT", criticality: high}  # old\n',
        ),
        (
            "data['servers'][1]['networks'][0]['address'] = '10.70.71.14'",
            "        address: 10.70.71.13\n",
            "        address: 10.70.71.14\n",
        ),
    ],
)
def test_one_changed_value_is_one_changed_line(change: str, gone: str, come: str) -> None:
    assert _changed(SERVERS, _edit(SERVERS, change)) == ([gone], [come])


@pytest.mark.parametrize(
    ("change", "come"),
    [
        (
            "data['servers'][0]['disks'].append({'name': 'vdc', 'size_mib': 5})",
            ["    - {name: vdc, size_mib: 5}\n"],
        ),
        ("data['servers'][0]['operating_system'] = 'Windows 2022'", ["    operating_system: Windows 2022\n"]),
        (
            "data['servers'][1]['networks'].append({'vlan': 310, 'address': '10.0.0.1'})",
            ["      - {vlan: 310, address: 10.0.0.1}\n"],
        ),
        (
            f"data['servers'].append({NEW_SERVER})",
            [
                "  - name: ndj-new\n",
                "    application: esdh\n",
                "    environment: test\n",
                "    owner: IT\n",
                "    cpus: 1\n",
                "    ram_mib: 512\n",
                "    networks: [{vlan: 710}]\n",
                "    disks: [{name: vda, size_mib: 9}]\n",
                "\n",
            ],
        ),
    ],
)
def test_what_is_added_is_added_lines_only(change: str, come: list[str]) -> None:
    assert _changed(SERVERS, _edit(SERVERS, change)) == ([], come)


def test_an_added_field_stands_where_the_wanted_order_has_it() -> None:
    after = _edit(
        SERVERS,
        "one = data['servers'][1]; data['servers'][1] = "
        "{key: one.get(key, 'high') for key in ['name', 'application', 'environment', 'owner', "
        "'criticality', 'cpus', 'ram_mib', 'networks', 'disks']}",
    )

    assert _changed(SERVERS, after) == ([], ["    criticality: high\n"])
    assert "    owner: Borgmesterkontoret\n    criticality: high\n    cpus: 2\n" in after


def test_a_deleted_item_and_a_deleted_key_take_only_their_lines() -> None:
    after = _edit(SERVERS, "del data['servers'][0]['disks'][1]; del data['servers'][1]['disks']")

    assert after == SERVERS.replace("    - name: vdb\n      size_mib: 1024\n", "").replace(
        "    disks: [{name: vda, size_mib: 256}]\n", ""
    )


def test_lines_end_as_they_did_and_new_ones_like_the_others() -> None:
    windows = SERVERS.replace("\n", "\r\n")

    after = _edit(windows, "data['servers'][1]['cpus'] = 3; data['servers'][1]['criticality'] = 'low'")

    assert after == _edit(
        SERVERS, "data['servers'][1]['cpus'] = 3; data['servers'][1]['criticality'] = 'low'"
    ).replace("\n", "\r\n")


def test_a_new_list_is_added_below_and_an_empty_file_gets_its_first() -> None:
    zone: dict[str, JsonValue] = {"zones": [{"name": "care", "sensitivity": "health"}]}
    vlan: JsonValue = [{"vlan_id": 310, "name": "care", "zone": "care", "routing_domain": "ndj"}]
    line = "  - {vlan_id: 310, name: care, zone: care, routing_domain: ndj}\n"
    zones = "zones:\n  - name: care\n    sensitivity: health\n"

    assert edit_yaml("vlans.yaml", "# mine\n", zone, VLANsDocument) == f"# mine\n{zones}"
    assert edit_yaml("vlans.yaml", "", {**zone, "vlans": vlan}, VLANsDocument) == f"{zones}\nvlans:\n{line}"
    assert edit_yaml("v", zones, {**zone, "vlans": vlan}, VLANsDocument) == f"{zones}\nvlans:\n{line}"
    assert edit_yaml("v", "vlans: []  # none\n", {"vlans": vlan}, VLANsDocument) == (
        f"vlans:\n{line.removesuffix(chr(10))}  # none\n"
    )


def test_what_cannot_be_edited_alone_is_refused_with_its_line() -> None:
    text = "devices:\n  -\n    name: a\n  # between\n  - name: b\n"

    with pytest.raises(
        EditRefusedError, match=r"^servers.yaml: line 3: the item does not begin at its hyphen"
    ):
        _edit(text, "del data['devices'][0]", DevicesDocument)
    with pytest.raises(EditRefusedError, match=r"line 3: 'devices' would be rewritten whole|line 2"):
        _edit(text, "data['devices'] = 'none'", DevicesDocument)


def _scalars(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _scalars(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _scalars(item, (*path, number))
    else:
        yield path


@pytest.mark.parametrize("file", sorted(path.name for path in EXAMPLE.glob("*.yaml")))
def test_every_single_value_of_the_example_can_change_in_its_own_line(file: str) -> None:
    text = (EXAMPLE / file).read_text(encoding="utf-8")
    data = YAMLSource(file, text).data()
    assert isinstance(data, dict)
    paths = list(_scalars(data))
    assert paths
    for path in paths:
        wanted = copy.deepcopy(data)
        parent: JsonValue = wanted
        for step in path[:-1]:
            parent = parent[step]  # type: ignore[index]
        assert isinstance(parent, dict | list)
        old = parent[path[-1]]  # type: ignore[index]
        parent[path[-1]] = old + 1 if isinstance(old, int) else f"{old} [x], #y: å"  # type: ignore[index]

        gone, come = _changed(text, edit_yaml(file, text, wanted, MUNICIPALITY_FILES[file]))

        assert (len(gone), len(come)) == (1, 1), path


def test_no_change_is_no_change() -> None:
    assert _edit(SERVERS, "") == SERVERS
