"""The files that make VS Code complete and check an inventory as soon as its folder is opened.

The schemas and the settings lie in ``.vscode`` of the opened folder: nothing to set up but the YAML
extension, which ``extensions.json`` offers to install. A line in each YAML file would work too, but it would
stand in thousands of files and break with every move; settings name each kind of file once. The globs hold at
any depth, so the same files serve a folder that holds the inventory among other things.
"""

import json
from pathlib import Path, PurePosixPath

from pydantic import JsonValue

from inventory.errors import EditorFilesError
from inventory.schema import FILES, render_json_schema

EXTENSION = "redhat.vscode-yaml"
SETTINGS_FILE = ".vscode/settings.json"
EXTENSIONS_FILE = ".vscode/extensions.json"
SCHEMA_FOLDER = ".vscode/samdrift"
_SCHEMAS = "yaml.schemas"
_RECOMMENDATIONS = "recommendations"


def write_editor_files(folder: Path) -> tuple[Path, ...]:
    """Write the schemas and the settings into a folder; returns what was written, nothing if all was right.

    Settings that somebody else wrote are kept: only the associations of these schemas and the recommendation
    of the extension are added or renewed.

    Raises:
        EditorFilesError: the folder is not there, or a file cannot be read as JSON or written.

    """
    if not folder.is_dir():
        raise EditorFilesError(folder, "there is no such folder", "name the folder that the editor opens")
    texts = {folder / file: _render(schema) for file, schema in _schemas().items()}
    settings, extensions = folder / SETTINGS_FILE, folder / EXTENSIONS_FILE
    texts[settings] = _render(_with_associations(settings, _read(settings)))
    texts[extensions] = _render(_with_recommendation(extensions, _read(extensions)))
    written = tuple(path for path, text in texts.items() if _differs(path, text))
    for path in written:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
        except OSError as error:
            raise EditorFilesError(path, error.strerror or str(error), "correct its permissions") from error
    return written


def associations(schema_folder: str = SCHEMA_FOLDER) -> dict[str, JsonValue]:
    """Return which schema belongs to which files, as the setting ``yaml.schemas`` has it."""
    return {f"./{schema_folder}/{_schema_name(file)}": file.replace("NAME", "*") for file in FILES}


def _schemas() -> dict[str, JsonValue]:
    return {f"{SCHEMA_FOLDER}/{_schema_name(file)}": render_json_schema(file) for file in FILES}


def _schema_name(file: str) -> str:
    path = PurePosixPath(file)
    return f"{'centre' if path.stem == 'NAME' else path.stem}.schema.json"


def _with_associations(path: Path, settings: dict[str, JsonValue]) -> dict[str, JsonValue]:
    schemas = settings.get(_SCHEMAS, {})
    if not isinstance(schemas, dict):
        raise EditorFilesError(path, f"'{_SCHEMAS}' is not a mapping", "correct it, and write again")
    ours = associations()
    others = {name: files for name, files in schemas.items() if not name.startswith(f"./{SCHEMA_FOLDER}/")}
    return {**settings, _SCHEMAS: {**others, **ours}}


def _with_recommendation(path: Path, extensions: dict[str, JsonValue]) -> dict[str, JsonValue]:
    named = extensions.get(_RECOMMENDATIONS, [])
    if not isinstance(named, list):
        raise EditorFilesError(path, f"'{_RECOMMENDATIONS}' is not a list", "correct it, and write again")
    return extensions if EXTENSION in named else {**extensions, _RECOMMENDATIONS: [*named, EXTENSION]}


def _read(path: Path) -> dict[str, JsonValue]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise EditorFilesError(path, error.strerror or str(error), "correct its permissions") from error
    except ValueError as error:
        # VS Code allows comments there; they would be lost, so the file is left to the person who wrote it.
        wanted = json.dumps({_SCHEMAS: associations()}, ensure_ascii=False)
        action = f"remove its comments and write again, or add by hand {wanted}"
        raise EditorFilesError(path, "it holds more than plain JSON and is left as it is", action) from error
    if not isinstance(value, dict):
        raise EditorFilesError(path, "it is not a JSON object", "correct it, and write again")
    return value


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_bytes() != text.encode()


def _render(value: JsonValue | dict[str, JsonValue]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
