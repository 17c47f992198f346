"""One municipality's folder: its files as bytes, the models in them, and where each part came from."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from inventory.loaders.documents import MUNICIPALITY_FILES, PROVENANCE_FILE
from inventory.loaders.form_violations import form_violations
from inventory.loaders.yaml_source import (
    YAMLProblemsError,
    YAMLSource,
    decode_yaml_source,
    read_file_bytes,
)
from inventory.models import Model, Municipality, MunicipalityInventory
from inventory.violations import Location, ModelPath, Violation, suggest

MUNICIPALITIES = "municipalities"
MUNICIPALITY_FILE = "municipality.yaml"
_MUNICIPALITY = "municipality"

FILE_OF: Mapping[str, str] = MappingProxyType(
    {_MUNICIPALITY: MUNICIPALITY_FILE}
    | {
        key: file
        for file, model in MUNICIPALITY_FILES.items()
        if model is not Municipality
        for key in model.model_fields
    }
)
"""The file that holds each part of a municipality."""

DocumentT = TypeVar("DocumentT", bound=Model)


@dataclass(frozen=True, slots=True)
class MunicipalityFiles:
    """The files of one municipality, read once: what is judged is what was read."""

    name: str
    contents: Mapping[str, bytes]
    strangers: tuple[str, ...] = ()

    def digest(self) -> str:
        """Return the SHA-256 over the names and bytes of all files."""
        digest = hashlib.sha256()
        for name in (self.name, *self.strangers):
            digest.update(f"{len(name.encode())}:{name}\n".encode())
        for name, raw in self.contents.items():
            digest.update(f"{len(name.encode())}:{name} {len(raw)}\n".encode())
            digest.update(raw)
        return digest.hexdigest()

    def source(self, name: str) -> YAMLSource:
        """Return one of the files as text.

        Raises:
            YAMLProblemsError: it is not UTF-8 text.
        """
        return decode_yaml_source(f"{MUNICIPALITIES}/{self.name}/{name}", self.contents[name])


@dataclass(slots=True)
class FormReading:
    """Reads files as their models and collects what is wrong with their form."""

    violations: list[Violation] = field(default_factory=list)

    def document(self, source: YAMLSource, model: type[DocumentT]) -> DocumentT | None:
        """Return a file as its model; what is wrong with its form is noted and gives None."""
        try:
            data = source.data()
        except YAMLProblemsError as problems:
            self.violations.extend(problems.violations)
            return None
        try:
            return model.model_validate_json(json.dumps({} if data is None else data))
        except ValidationError as error:
            self.violations.extend(form_violations(source, model, error))
            return None

    def note(self, file: str, rule: str, message: str, action: str) -> None:
        """Note something about a file as a whole."""
        location = Location(file=file, line=1, column=1)
        self.violations.append(Violation(rule=rule, location=location, message=message, action=action))

    def compare_name(self, source: YAMLSource, wanted: str, name: str) -> None:
        """Note a name that is not the one of the folder or file it lies in."""
        if name != wanted:
            self.violations.append(
                Violation(
                    rule="folder-name",
                    location=source.locate(("name",)),
                    message=f"the name is '{name}' but it lies under '{wanted}'",
                    action="give both the same name",
                )
            )


def place_in_file(path: ModelPath) -> tuple[str, ModelPath]:
    """Return the name of the file that holds a value of a municipality, and the value's way in that file.

    Args:
        path: the way through the municipality's models, such as ``("devices", 2, "site")``.
    """
    return FILE_OF[str(path[0])], path[1:] if path[0] == _MUNICIPALITY else path


def yaml_files(folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return the YAML files of a folder, and what else lies there that nobody would read."""
    files: list[Path] = []
    strangers: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix == ".md" or path.name == PROVENANCE_FILE:
            continue
        (files if path.suffix == ".yaml" and path.is_file() else strangers).append(path)
    return tuple(files), tuple(strangers)


def read_municipality_files(folder: Path) -> MunicipalityFiles:
    """Read the files of one municipality's folder.

    Raises:
        InventoryReadError: a file cannot be opened or is far too large.
        OSError: the folder cannot be listed.
    """
    files, strangers = yaml_files(folder)
    contents = {path.name: read_file_bytes(path) for path in files}
    return MunicipalityFiles(folder.name, contents, tuple(path.name for path in strangers))


def read_municipality(
    files: MunicipalityFiles,
) -> tuple[MunicipalityInventory | None, tuple[Violation, ...]]:
    """Return a municipality if all of its files have the right form, and everything wrong with the form."""
    reading = FormReading()
    values = dict(_parts(reading, files))
    if reading.violations:
        return None, tuple(reading.violations)
    if _MUNICIPALITY not in values:
        folder = f"{MUNICIPALITIES}/{files.name}"
        reading.note(folder, "no-municipality", "municipality.yaml is missing", "add it")
        return None, tuple(reading.violations)
    town = MunicipalityInventory.model_construct(None, **values)
    reading.compare_name(files.source(MUNICIPALITY_FILE), files.name, town.municipality.name)
    return town, tuple(reading.violations)


def _parts(reading: FormReading, files: MunicipalityFiles) -> Iterator[tuple[str, Any]]:
    parent = f"{MUNICIPALITIES}/{files.name}"
    for name in files.strangers:
        reading.note(
            f"{parent}/{name}", "file-name", f"'{name}' is not read", "name it NAME.yaml or remove it"
        )
    for name in files.contents:
        model = MUNICIPALITY_FILES.get(name)
        if model is None:
            known = suggest(name, tuple(MUNICIPALITY_FILES))
            reading.note(f"{parent}/{name}", "file-name", f"'{name}' is not read", known)
            continue
        try:
            document = reading.document(files.source(name), model)
        except YAMLProblemsError as problems:
            reading.violations.extend(problems.violations)
            continue
        if isinstance(document, Municipality):
            yield _MUNICIPALITY, document
        elif document is not None:
            yield from ((key, getattr(document, key)) for key in model.model_fields)
