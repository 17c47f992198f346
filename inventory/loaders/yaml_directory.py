"""The inventory as a folder of YAML files: one file per topic, one folder per municipality."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from inventory.approvers import parse_signer_files
from inventory.errors import InventoryReadError
from inventory.loaders.documents import MUNICIPALITY_FILES, CentreDocument, RootDocument
from inventory.loaders.form_violations import form_violations
from inventory.loaders.yaml_source import YAMLProblemsError, YAMLSource, read_yaml_source
from inventory.models import Approver, Inventory, Model, Municipality, MunicipalityInventory
from inventory.violations import Finding, Location, ModelPath, Violation, near_miss, suggest

ROOT_FILE = "samdrift.yaml"
CENTRES = "centres"
MUNICIPALITIES = "municipalities"
APPROVERS = "approvers/allowed_signers"
_ROOT_NAMES = (ROOT_FILE, CENTRES, MUNICIPALITIES, "approvers")

DocumentT = TypeVar("DocumentT", bound=Model)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of the models came from, so that a rule can name a line."""

    sources: Mapping[ModelPath, tuple[YAMLSource, ModelPath]]

    def locate(self, path: ModelPath) -> Location:
        """Return the place of a value of the inventory in its file."""
        for length in range(len(path), -1, -1):
            found = self.sources.get(path[:length])
            if found is not None:
                source, prefix = found
                return source.locate(prefix + path[length:])
        msg = f"no file is known for {path}"
        raise LookupError(msg)


@dataclass(frozen=True, slots=True)
class ReadFolder:
    """What a folder holds: the inventory where every file has the right form, and what is wrong.

    ``partial`` holds the municipalities whose own files are right; rules that look at one municipality can
    run on it although a file elsewhere is wrong.
    """

    inventory: Inventory | None
    partial: tuple[MunicipalityInventory, ...]
    violations: tuple[Violation, ...]
    places: Places

    def violation_of(self, finding: Finding) -> Violation:
        """Return a finding of a cross-object rule with its place in the files."""
        return Violation(
            rule=finding.rule,
            location=self.places.locate(finding.path),
            message=finding.message,
            action=finding.action,
            related=tuple(self.places.locate(path) for path in finding.related),
        )


@dataclass(slots=True)
class _Reading:
    folder: Path
    violations: list[Violation] = field(default_factory=list)
    sources: dict[ModelPath, tuple[YAMLSource, ModelPath]] = field(default_factory=dict)

    def document(self, path: Path, model: type[DocumentT]) -> tuple[YAMLSource, DocumentT] | None:
        """Return a file as its model; what is wrong with its form is noted and gives None."""
        try:
            source = read_yaml_source(self.folder, path)
            data = source.data()
        except YAMLProblemsError as problems:
            self.violations.extend(problems.violations)
            return None
        try:
            return source, model.model_validate_json(json.dumps({} if data is None else data))
        except ValidationError as error:
            self.violations.extend(form_violations(source, model, error))
            return None

    def note(self, file: str, rule: str, message: str, action: str) -> None:
        location = Location(file=file, line=1, column=1)
        self.violations.append(Violation(rule=rule, location=location, message=message, action=action))


def read_folder(folder: Path, *, extra_approvers: Path | None = None) -> ReadFolder:
    """Read an inventory folder; every violation of form is collected, none ends the reading.

    Raises:
        InventoryReadError: there is no inventory there, or a file cannot be opened.

    """
    try:
        return _read_folder(folder, extra_approvers)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InventoryReadError(folder, reason, "check the permissions of the folder") from error


def _read_folder(folder: Path, extra_approvers: Path | None) -> ReadFolder:
    if not (folder / ROOT_FILE).is_file():
        reason = "there is no such folder" if not folder.is_dir() else f"it has no {ROOT_FILE}"
        raise InventoryReadError(folder, reason, f"name a folder that holds {ROOT_FILE}")
    reading = _Reading(folder)
    _refuse_misspelt_names(reading)
    root = reading.document(folder / ROOT_FILE, RootDocument)
    centres = _read_centres(reading)
    municipalities = _read_municipalities(reading)
    approvers = _read_approvers(reading, extra_approvers)
    places = Places(reading.sources)
    if reading.violations or root is None:
        return ReadFolder(None, municipalities, tuple(reading.violations), places)
    source, document = root
    reading.sources[()] = (source, ())
    inventory = Inventory(
        scope=document.scope,
        name=document.name,
        centres=tuple(one.centre() for one in centres),
        routing_domains=tuple(domain for one in centres for domain in one.routing_domains),
        municipalities=municipalities,
        approvers=approvers,
    )
    return ReadFolder(inventory, municipalities, (), places)


def _refuse_misspelt_names(reading: _Reading) -> None:
    for path in sorted(reading.folder.iterdir()):
        close = near_miss(path.name, _ROOT_NAMES)
        if path.name not in _ROOT_NAMES and close is not None:
            reading.note(path.name, "file-name", f"'{path.name}' is not read", f"did you mean '{close}'?")


def _yaml_files(reading: _Reading, folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix == ".md":
            continue
        if path.is_file() and path.suffix == ".yaml":
            yield path
        else:
            file = path.relative_to(reading.folder).as_posix()
            reading.note(file, "file-name", f"'{path.name}' is not read", "name it NAME.yaml or remove it")


def _read_centres(reading: _Reading) -> tuple[CentreDocument, ...]:
    folder = reading.folder / CENTRES
    if not folder.is_dir():
        reading.note(ROOT_FILE, "no-centre", "the folder centres/ is missing", "add centres/NAME.yaml")
        return ()
    centres: list[CentreDocument] = []
    domains = 0
    for path in _yaml_files(reading, folder):
        read = reading.document(path, CentreDocument)
        if read is None:
            continue
        source, centre = read
        _compare_name(reading, source, path.stem, centre.name, ("name",))
        reading.sources["centres", len(centres)] = (source, ())
        for index in range(len(centre.routing_domains)):
            reading.sources["routing_domains", domains + index] = (source, ("routing_domains", index))
        domains += len(centre.routing_domains)
        centres.append(centre)
    return tuple(centres)


def _read_municipalities(reading: _Reading) -> tuple[MunicipalityInventory, ...]:
    parent = reading.folder / MUNICIPALITIES
    folders = list(_folders(reading, parent)) if parent.is_dir() else []
    if not folders:
        reading.note(
            ROOT_FILE,
            "no-municipality",
            "there is no municipality",
            "add municipalities/NAME/municipality.yaml",
        )
    municipalities: list[MunicipalityInventory] = []
    for folder in folders:
        municipality = _read_municipality(reading, folder, len(municipalities))
        if municipality is not None:
            municipalities.append(municipality)
    return tuple(municipalities)


def _folders(reading: _Reading, parent: Path) -> Iterator[Path]:
    for path in sorted(parent.iterdir()):
        if path.is_dir():
            yield path
        elif not path.name.startswith(".") and path.suffix != ".md":
            file = path.relative_to(reading.folder).as_posix()
            reading.note(file, "file-name", f"'{path.name}' is not read", "put it in a municipality's folder")


def _read_municipality(reading: _Reading, folder: Path, index: int) -> MunicipalityInventory | None:
    prefix: ModelPath = (MUNICIPALITIES, index)
    before = len(reading.violations)
    values: dict[str, Any] = {}
    for path in _yaml_files(reading, folder):
        model = MUNICIPALITY_FILES.get(path.name)
        if model is None:
            file = path.relative_to(reading.folder).as_posix()
            reading.note(
                file, "file-name", f"'{path.name}' is not read", suggest(path.name, tuple(MUNICIPALITY_FILES))
            )
            continue
        read = reading.document(path, model)
        if read is not None:
            _take(reading, values, prefix, *read)
    if len(reading.violations) > before:
        return None
    file = folder.relative_to(reading.folder).as_posix()
    if "municipality" not in values:
        reading.note(file, "no-municipality", "municipality.yaml is missing", "add it")
        return None
    town = MunicipalityInventory.model_construct(None, **values)
    source, _ = reading.sources[(*prefix, "municipality")]
    _compare_name(reading, source, folder.name, town.municipality.name, ("name",))
    return town


def _take(
    reading: _Reading, values: dict[str, Any], prefix: ModelPath, source: YAMLSource, document: Model
) -> None:
    """Take the parts of one file into a municipality, and remember where each came from."""
    if isinstance(document, Municipality):
        values["municipality"] = document
        reading.sources[(*prefix, "municipality")] = (source, ())
        return
    for key in type(document).model_fields:
        reading.sources[(*prefix, key)] = (source, (key,))
        values[key] = getattr(document, key)


def _compare_name(reading: _Reading, source: YAMLSource, wanted: str, name: str, path: ModelPath) -> None:
    if name != wanted:
        reading.violations.append(
            Violation(
                rule="folder-name",
                location=source.locate(path),
                message=f"the name is '{name}' but it lies under '{wanted}'",
                action="give both the same name",
            )
        )


def _read_approvers(reading: _Reading, extra: Path | None) -> tuple[Approver, ...]:
    for found in sorted((reading.folder / APPROVERS).parent.glob("*")):
        close = near_miss(found.name, (Path(APPROVERS).name,))
        if close is not None and found.name != close:
            file = found.relative_to(reading.folder).as_posix()
            reading.note(file, "file-name", f"'{found.name}' is not read", f"did you mean '{close}'?")
    texts: list[tuple[str, str]] = []
    for path, name in ((reading.folder / APPROVERS, APPROVERS), (extra, str(extra))):
        if path is None or (path != extra and not path.is_file()):
            continue
        try:
            texts.append((name, path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise InventoryReadError(path, str(error), "name a readable allowed_signers file") from error
    approvers, violations = parse_signer_files(texts)
    reading.violations.extend(violations)
    return approvers
