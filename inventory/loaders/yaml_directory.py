"""The inventory as a folder of YAML files: one file per topic, one folder per municipality."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from inventory.approvers import parse_signer_files
from inventory.cycle_collection import cycle_collection_paused
from inventory.errors import InventoryReadError
from inventory.loaders.documents import CentreDocument, RootDocument
from inventory.loaders.municipality_folder import (
    MUNICIPALITIES,
    FormReading,
    MunicipalityFiles,
    place_in_file,
    read_municipality,
    read_municipality_files,
    yaml_files,
)
from inventory.loaders.yaml_source import YAMLProblemsError, YAMLSource, read_yaml_source
from inventory.models import (
    Approver,
    Centre,
    Inventory,
    Model,
    MunicipalityInventory,
    RoutingDomain,
)
from inventory.violations import Finding, Location, ModelPath, Violation, near_miss

__all__ = [
    "APPROVERS",
    "CENTRES",
    "MUNICIPALITIES",
    "ROOT_FILE",
    "Frame",
    "Places",
    "ReadFolder",
    "listed_municipality_files",
    "read_folder",
    "read_frame",
]

ROOT_FILE = "samdrift.yaml"
CENTRES = "centres"
APPROVERS = "approvers/allowed_signers"
_ROOT_NAMES = (ROOT_FILE, CENTRES, MUNICIPALITIES, "approvers")

DocumentT = TypeVar("DocumentT", bound=Model)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of the models came from, so that a rule can name a line."""

    frame: Mapping[ModelPath, tuple[YAMLSource, ModelPath]]
    municipalities: tuple[MunicipalityFiles, ...]

    def violations_of(self, findings: Iterable[Finding]) -> tuple[Violation, ...]:
        """Return findings of cross-object rules with their places in the files."""
        told = tuple(findings)
        wanted = {path for finding in told for path in (finding.path, *finding.related)}
        found = self._locate(wanted)
        return tuple(
            Violation(
                rule=finding.rule,
                location=found[finding.path],
                message=finding.message,
                action=finding.action,
                related=tuple(found[path] for path in finding.related),
            )
            for finding in told
        )

    def _locate(self, paths: Iterable[ModelPath]) -> dict[ModelPath, Location]:
        """Return the place of each value; file by file, since finding a line means reading its file."""
        found: dict[ModelPath, Location] = {}
        by_file: dict[tuple[int, str], list[tuple[ModelPath, ModelPath]]] = {}
        for path in paths:
            if path[0] == MUNICIPALITIES and isinstance(path[1], int):
                name, inside = place_in_file(path[2:])
                by_file.setdefault((path[1], name), []).append((path, inside))
            else:
                found[path] = self._locate_in_frame(path)
        for (number, name), wanted in by_file.items():
            source = self.municipalities[number].source(name)
            found.update((path, source.locate(inside)) for path, inside in wanted)
        return found

    def _locate_in_frame(self, path: ModelPath) -> Location:
        for length in range(len(path), -1, -1):
            known = self.frame.get(path[:length])
            if known is not None:
                source, prefix = known
                return source.locate(prefix + path[length:])
        msg = f"no file is known for {path}"
        raise LookupError(msg)


@dataclass(slots=True)
class Frame(FormReading):
    """What stands around the municipalities: the root file, the centres and who may approve.

    A form violation leaves its part out and is noted; ``root`` is None where the root file has one.
    """

    folder: Path = Path()
    root: RootDocument | None = None
    centres: tuple[Centre, ...] = ()
    routing_domains: tuple[RoutingDomain, ...] = ()
    approvers: tuple[Approver, ...] = ()
    municipality_folders: tuple[Path, ...] = ()
    sources: dict[ModelPath, tuple[YAMLSource, ModelPath]] = field(default_factory=dict)

    def file(self, path: Path, model: type[DocumentT]) -> tuple[YAMLSource, DocumentT] | None:
        """Return a file as its model; what is wrong with its form is noted and gives None."""
        try:
            source = read_yaml_source(self.folder, path)
        except YAMLProblemsError as problems:
            self.violations.extend(problems.violations)
            return None
        document = self.document(source, model)
        return None if document is None else (source, document)

    def relative(self, path: Path) -> str:
        """Return a path as violations name it."""
        return path.relative_to(self.folder).as_posix()


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


def read_folder(folder: Path, *, extra_approvers: Path | None = None) -> ReadFolder:
    """Read an inventory folder; every violation of form is collected, none ends the reading.

    Raises:
        InventoryReadError: there is no inventory there, or a file cannot be opened.

    """
    with cycle_collection_paused():
        frame = read_frame(folder, extra_approvers=extra_approvers)
        violations = list(frame.violations)
        read: list[MunicipalityFiles] = []
        towns: list[MunicipalityInventory] = []
        for path in frame.municipality_folders:
            files = listed_municipality_files(path)
            town, wrong = read_municipality(files)
            violations.extend(wrong)
            if town is not None:
                towns.append(town)
                read.append(files)
    places = Places(frame.sources, tuple(read))
    if violations or frame.root is None:
        return ReadFolder(None, tuple(towns), tuple(violations), places)
    inventory = Inventory(
        scope=frame.root.scope,
        name=frame.root.name,
        centres=frame.centres,
        routing_domains=frame.routing_domains,
        municipalities=tuple(towns),
        approvers=frame.approvers,
    )
    return ReadFolder(inventory, tuple(towns), (), places)


def read_frame(folder: Path, *, extra_approvers: Path | None = None) -> Frame:
    """Read what stands around the municipalities.

    Raises:
        InventoryReadError: there is no inventory there, or a file cannot be opened.

    """
    try:
        return _read_frame(folder, extra_approvers)
    except OSError as error:
        raise _unreadable(folder, error) from error


def listed_municipality_files(folder: Path) -> MunicipalityFiles:
    """Read the files of one municipality's folder.

    Raises:
        InventoryReadError: the folder cannot be listed, or a file cannot be opened.

    """
    try:
        return read_municipality_files(folder)
    except OSError as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: Path, error: OSError) -> InventoryReadError:
    reason = error.strerror or str(error)
    return InventoryReadError(folder, reason, "check the permissions of the folder")


def _read_frame(folder: Path, extra_approvers: Path | None) -> Frame:
    if not (folder / ROOT_FILE).is_file():
        reason = "there is no such folder" if not folder.is_dir() else f"it has no {ROOT_FILE}"
        raise InventoryReadError(folder, reason, f"name a folder that holds {ROOT_FILE}")
    frame = Frame(folder=folder)
    _refuse_misspelt_names(frame)
    root = frame.file(folder / ROOT_FILE, RootDocument)
    if root is not None:
        source, frame.root = root
        frame.sources[()] = (source, ())
    _read_centres(frame)
    frame.municipality_folders = _municipality_folders(frame)
    frame.approvers = _read_approvers(frame, extra_approvers)
    return frame


def _refuse_misspelt_names(frame: Frame) -> None:
    for path in sorted(frame.folder.iterdir()):
        close = near_miss(path.name, _ROOT_NAMES)
        # What begins with a dot belongs to tools: .samdrift, .git, .vscode.
        if path.name not in _ROOT_NAMES and close is not None and not path.name.startswith("."):
            frame.note(path.name, "file-name", f"'{path.name}' is not read", f"did you mean '{close}'?")


def _read_centres(frame: Frame) -> None:
    folder = frame.folder / CENTRES
    if not folder.is_dir():
        frame.note(ROOT_FILE, "no-centre", "the folder centres/ is missing", "add centres/NAME.yaml")
        return
    files, strangers = yaml_files(folder)
    for path in strangers:
        action = "name it NAME.yaml or remove it"
        frame.note(frame.relative(path), "file-name", f"'{path.name}' is not read", action)
    centres: list[Centre] = []
    domains: list[RoutingDomain] = []
    for path in files:
        read = frame.file(path, CentreDocument)
        if read is None:
            continue
        source, document = read
        frame.compare_name(source, path.stem, document.name)
        frame.sources["centres", len(centres)] = (source, ())
        for index, domain in enumerate(document.routing_domains):
            frame.sources["routing_domains", len(domains)] = (source, ("routing_domains", index))
            domains.append(domain)
        centres.append(document.centre())
    frame.centres, frame.routing_domains = tuple(centres), tuple(domains)


def _municipality_folders(frame: Frame) -> tuple[Path, ...]:
    parent = frame.folder / MUNICIPALITIES
    folders: list[Path] = []
    for path in sorted(parent.iterdir()) if parent.is_dir() else ():
        if path.is_dir():
            folders.append(path)
        elif not path.name.startswith(".") and path.suffix != ".md":
            action = "put it in a municipality's folder"
            frame.note(frame.relative(path), "file-name", f"'{path.name}' is not read", action)
    if not folders:
        action = "add municipalities/NAME/municipality.yaml"
        frame.note(ROOT_FILE, "no-municipality", "there is no municipality", action)
    return tuple(folders)


def _read_approvers(frame: Frame, extra: Path | None) -> tuple[Approver, ...]:
    for found in sorted((frame.folder / APPROVERS).parent.glob("*")):
        close = near_miss(found.name, (Path(APPROVERS).name,))
        if close is not None and found.name != close:
            action = f"did you mean '{close}'?"
            frame.note(frame.relative(found), "file-name", f"'{found.name}' is not read", action)
    texts: list[tuple[str, str]] = []
    for path, name in ((frame.folder / APPROVERS, APPROVERS), (extra, str(extra))):
        if path is None or (path != extra and not path.is_file()):
            continue
        try:
            texts.append((name, path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            raise InventoryReadError(path, str(error), "name a readable allowed_signers file") from error
    approvers, violations = parse_signer_files(texts)
    frame.violations.extend(violations)
    return approvers
