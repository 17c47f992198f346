"""The schemas for editors say of every file what the loader says of its form, and VS Code finds them."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from pydantic import JsonValue, ValidationError
from typer.testing import CliRunner

from api.cli.inventory import app
from inventory.editor_files import associations, write_editor_files
from inventory.loaders.yaml_source import read_yaml_source
from inventory.schema import FILES, render_json_schema
from inventory.service import load_checked, take_snapshot

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "norddjurs"
TOWN = "municipalities/norddjurs"


def fits(schema: Any, value: JsonValue) -> bool:
    """Judge a value by its schema."""
    return Draft7Validator(schema).is_valid(value)


def _examples() -> Iterator[tuple[str, str]]:
    for file in FILES:
        path = file.replace("centres/NAME", "centres/midt").replace("NAME", "norddjurs")
        yield file, path


def _data(path: str) -> Any:
    return read_yaml_source(EXAMPLE, EXAMPLE / path).data()


def _errors(file: str, data: JsonValue) -> set[str]:
    """Return the kinds of the loader's errors about the form of a file."""
    try:
        FILES[file].model_validate_json(json.dumps(data))
    except ValidationError as error:
        return {one["type"] for one in error.errors(include_url=False)}
    return set()


@pytest.mark.parametrize(("file", "path"), tuple(_examples()))
def test_the_example_fits_its_schema(file: str, path: str) -> None:
    schema = render_json_schema(file)
    Draft7Validator.check_schema(schema)
    assert fits(schema, _data(path))


def _paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    if isinstance(value, dict):
        for key in value:
            yield from _paths(value[key], (*at, key))
    elif isinstance(value, list):
        # Two objects and their ports show every kind; many more of them would say the same.
        for index, item in enumerate(value[:2] if len(at) == 1 else value[:7]):
            yield from _paths(item, (*at, index))


_ODD: tuple[JsonValue, ...] = (
    None, "", "x", "Not A Slug", "10.70.10.1", "10.70.10.0/24", "10.70.10.0/33", "300.1.1.1", "2027-06-30",
    "2027-13-30", "2027-06-30T22:00", "2027-06-30T22:00+02:00", "2027-06-30 22", "22:00", "24:00", "22:00Z",
    0, -1, 1, 101, 4095, 5000, True, [], ["x"], ["a:b", "c:d"], ["a:b", "c:d", "e:f"], {}, {"name": "x"},
    "110,210-220", "110;210", "Gi1/0/1-4", "ssh-rsa", "health", "trunk", "unused", "access", "env:X", "X",
    "qemu:///system", "L2-01", "vda", "/",
)  # fmt: skip


@pytest.mark.parametrize(("file", "path"), tuple(_examples()))
def test_loader_and_schema_agree_on_every_odd_value_and_missing_or_unknown_key(file: str, path: str) -> None:
    schema, data = render_json_schema(file), _data(path)
    judged = 0
    for where in _paths(data):
        for odd in (*_ODD, ...):
            changed = deepcopy(data)
            parent = changed
            for step in where[:-1]:
                parent = parent[step]
            if odd is ...:
                parent.pop(where[-1])
                if isinstance(parent, dict):
                    assert not fits(schema, _with_unknown_key(data, where[:-1]))
            else:
                parent[where[-1]] = odd
            errors = _errors(file, changed)
            # Validators look at several values, bits and calendars; all else the schema says as well.
            agreed = {False} if not errors else {False, True} if errors == {"value_error"} else {True}
            refused = not fits(schema, changed)
            # Pydantic takes true for the literal 1; an editor may be stricter there.
            assert refused in agreed or (where, odd) == (("schema",), True), (where, odd, errors)
            judged += 1
    assert judged >= len(_ODD) + 1


def _with_unknown_key(data: Any, where: tuple[Any, ...]) -> Any:
    changed = deepcopy(data)
    parent = changed
    for step in where:
        parent = parent[step]
    parent["unknown"] = 1
    return changed


_PORT = {"name": "Gi1/0/1", "role": "access", "vlan": 10}


def _devices(**port: Any) -> tuple[str, JsonValue]:
    device = _data(f"{TOWN}/devices.yaml")["devices"][0]
    told = {key: value for key, value in {**_PORT, **port}.items() if value is not ...}
    return "municipalities/NAME/devices.yaml", {"devices": [{**device, "interfaces": [told]}]}


def _links(**link: Any) -> tuple[str, JsonValue]:
    return "municipalities/NAME/links.yaml", {"links": [link]}


@pytest.mark.parametrize(
    "case",
    [
        (True, _devices()),
        (True, _devices(name="Gi1/0/1-24")),
        (True, _devices(name="ge-0/0/1")),
        (True, _devices(name="Gi1/0/1-24", role="unused", vlan=...)),
        (True, _devices(role="trunk", vlan=..., vlans="10")),
        (True, _devices(role="unused", vlan=None)),
        (False, _devices(vlan=...)),
        (False, _devices(vlan=None)),
        (False, _devices(role="trunk")),
        (False, _devices(role="unused")),
        (False, _devices(role="unused", vlan=..., address="10.0.0.1/24")),
        (False, _devices(name="Gi1/0/1-24", role="trunk", vlans="10")),
        (False, _devices(name="Gi1/0/1-24", address="10.0.0.1/24")),
        (True, _links(ends=["a:b", "c:d"])),
        (True, _links(end="a:b", provider="Eksempelnet")),
        (True, _links(end="a:b", provider="Eksempelnet", ends=None)),
        (False, _links(ends=["a:b", "c:d"], provider="Eksempelnet")),
        (False, _links(ends=["a:b", "c:d"], end="a:b")),
        (False, _links(end="a:b")),
        (False, _links(provider="Eksempelnet")),
        (False, _links(end=None, provider="Eksempelnet")),
        (False, _links()),
    ],
)
def test_what_one_key_asks_of_another_is_in_the_schema(case: tuple[bool, tuple[str, JsonValue]]) -> None:
    right, (file, data) = case

    assert (not _errors(file, data), fits(render_json_schema(file), data)) == (right, right)


def _described(schema: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    for name, part in schema.get("properties", {}).items():
        yield f"{at}{name}", part
    for name, part in schema.get("definitions", {}).items():
        yield from _described(part, f"{name}.")


@pytest.mark.parametrize("file", FILES)
def test_every_key_is_described_and_no_format_is_left_to_the_editor(file: str) -> None:
    schema = render_json_schema(file)
    keys = dict(_described(schema))

    assert keys
    assert [name for name, part in keys.items() if not part.get("description")] == []
    assert '"format"' not in json.dumps(schema)


def test_every_file_is_associated_with_its_schema() -> None:
    told = associations()

    assert sorted(str(glob) for glob in told.values()) == sorted(file.replace("NAME", "*") for file in FILES)
    for schema, glob in told.items():
        written = json.loads((EXAMPLE / schema).read_text(encoding="utf-8"))
        assert written["title"].replace("NAME", "*") == glob


def test_the_example_is_set_up_and_up_to_date(example: Path) -> None:
    assert (example / ".vscode" / "settings.json").is_file()
    assert write_editor_files(example) == ()


def test_the_checkout_itself_uses_the_schemas_of_the_example() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))

    assert settings["yaml.schemas"] == associations("examples/norddjurs/.vscode/samdrift")


def test_the_loader_passes_over_the_files_of_the_editor(example: Path) -> None:
    before = take_snapshot(load_checked(example))
    (example / ".vscode" / "settings.json").unlink()

    assert CliRunner().invoke(app, ["schema", "--write", str(example)]).exit_code == 0
    assert take_snapshot(load_checked(example)) == before


def test_settings_of_a_person_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / ".vscode"
    folder.mkdir()
    own = {
        "editor.rulers": [110],
        "yaml.schemas": {"./own.json": "own.yaml", "./.vscode/samdrift/old.json": "x"},
    }
    (folder / "settings.json").write_text(json.dumps(own), encoding="utf-8")
    (folder / "extensions.json").write_text('{"recommendations": ["a.b"]}', encoding="utf-8")

    write_editor_files(tmp_path)

    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    assert settings == {
        "editor.rulers": [110],
        "yaml.schemas": {"./own.json": "own.yaml", **associations()},
    }
    extensions = json.loads((folder / "extensions.json").read_text(encoding="utf-8"))
    assert extensions == {"recommendations": ["a.b", "redhat.vscode-yaml"]}


@pytest.mark.parametrize("text", ["{} // a comment", "[]", '{"yaml.schemas": []}'])
def test_settings_that_cannot_be_kept_are_left_alone(tmp_path: Path, text: str) -> None:
    settings = tmp_path / ".vscode" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(text, encoding="utf-8")

    result = CliRunner().invoke(app, ["schema", "--write", str(tmp_path)])

    assert result.exit_code == 2
    assert str(settings) in result.stderr
    assert settings.read_text(encoding="utf-8") == text
    assert [path.name for path in settings.parent.iterdir()] == ["settings.json"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["schema", "--write", str(tmp_path / "missing")])

    assert (result.exit_code, "there is no such folder" in result.stderr) == (2, True)
