"""Plan an import: read the files, merge, edit, and check the result, without writing anything."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import JsonValue

from inventory.errors import InventoryError
from inventory.imports.decisions import Decisions
from inventory.imports.errors import ImportRefusedError, SourceReadError
from inventory.imports.merge import merge
from inventory.imports.models import KINDS, ImportedFacts, SourceIdentity
from inventory.imports.object_merge import MergeInput
from inventory.imports.outcome import ImportOutcome
from inventory.imports.provenance import Records, read_provenance, render_provenance
from inventory.imports.yaml_edit import edit_yaml
from inventory.loaders.documents import MUNICIPALITY_FILES, PROVENANCE_FILE
from inventory.loaders.yaml_directory import MUNICIPALITIES
from inventory.loaders.yaml_source import YAMLProblemsError, YAMLSource
from inventory.service import load_inventory
from inventory.violations import Violation, suggest

UNFINISHED = f".{PROVENANCE_FILE}.unfinished"
"""The provenance of an import that is being written; it stays only where the process was killed."""

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file as it was read, and as it shall be."""

    path: Path
    before: bytes | None
    after: bytes


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import found and would write."""

    folder: Path
    municipality: str
    source: SourceIdentity
    notes: tuple[str, ...]
    outcome: ImportOutcome
    read: tuple[FileEdit, ...]
    """Every file that was read; what is not changed has equal ``before`` and ``after``."""
    new_violations: tuple[Violation, ...]

    @property
    def town_folder(self) -> Path:
        """Return the municipality's folder."""
        return self.folder / MUNICIPALITIES / self.municipality

    @property
    def edits(self) -> tuple[FileEdit, ...]:
        """Return the files that change; provenance is the last."""
        return tuple(one for one in self.read if (one.before or b"") != one.after)


def plan_import(
    folder: Path,
    municipality: str,
    facts: ImportedFacts,
    *,
    now: datetime,
    decisions: Decisions | None = None,
) -> ImportPlan:
    """Work out what an import changes; nothing is written.

    Args:
        folder: the inventory's folder.
        municipality: the municipality that the facts are about.
        facts: what the source told.
        now: when this import runs, for provenance.
        decisions: what was decided about conflicts.

    Raises:
        ImportRefusedError: the files or the facts are not in a state from which anything can be imported.
        InventoryReadError: there is no inventory in the folder.

    """
    town = _town_folder(folder, municipality)
    files = sorted({layout.file for layout in KINDS.values()})
    raw = {name: _read(town / name) for name in (*files, PROVENANCE_FILE)}
    texts = {name: _text(f"{municipality}/{name}", raw[name]) for name in raw}
    given = MergeInput(
        documents={name: _data(f"{municipality}/{name}", texts[name]) for name in files},
        facts=facts,
        records=read_provenance(f"{municipality}/{PROVENANCE_FILE}", texts[PROVENANCE_FILE]),
        decisions=decisions or Decisions(),
        now=now,
        unfinished=_unfinished(town),
    )
    given.decisions.check(facts)
    merged = merge(given)
    read: list[FileEdit] = []
    for name in files:
        old = given.documents[name]
        wanted = {key: value for key, value in merged.documents.get(name, {}).items() if value or key in old}
        after = raw[name] or b""
        if wanted != old:
            bom = _BOM if after.startswith(_BOM.encode()) else ""
            text = edit_yaml(f"{municipality}/{name}", texts[name], wanted, MUNICIPALITY_FILES[name])
            after = (bom + text).encode()
        read.append(FileEdit(town / name, raw[name], after))
    provenance = render_provenance(merged.records.values()).encode()
    read.append(FileEdit(town / PROVENANCE_FILE, raw[PROVENANCE_FILE], provenance))
    return ImportPlan(
        folder=folder,
        municipality=municipality,
        source=facts.source,
        notes=facts.notes,
        outcome=merged.outcome,
        read=tuple(read),
        new_violations=_new_violations(folder, town, tuple(read)),
    )


def _town_folder(folder: Path, municipality: str) -> Path:
    town = folder / MUNICIPALITIES / municipality
    if not (folder / MUNICIPALITIES).is_dir():
        raise ImportRefusedError(f"{folder} has no {MUNICIPALITIES}/; name the folder of an inventory")
    known = tuple(path.name for path in (folder / MUNICIPALITIES).iterdir() if path.is_dir())
    if municipality not in known:
        raise ImportRefusedError(
            f"the inventory has no municipality '{municipality}'; {suggest(municipality, known)}; "
            f"for a new one write {MUNICIPALITIES}/{municipality}/municipality.yaml first"
        )
    return town


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ImportRefusedError(f"cannot read {path}: {error.strerror}; check its permissions") from error


def _text(name: str, raw: bytes | None) -> str:
    try:
        return (raw or b"").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefusedError(f"{name} is not UTF-8; save it as UTF-8 and import again") from error


def _data(name: str, text: str) -> dict[str, JsonValue]:
    try:
        data = YAMLSource(name, text).data()
    except YAMLProblemsError as error:
        raise ImportRefusedError(f"{error}; correct it and import again") from error
    if data is not None and not isinstance(data, dict):
        raise ImportRefusedError(f"{name} is no mapping; correct it and import again")
    return dict(data or {})


def _unfinished(town: Path) -> Records:
    """Return what an import that was killed meant to record; an incomplete file is worth nothing."""
    raw = _read(town / UNFINISHED)
    try:
        return read_provenance(UNFINISHED, _text(UNFINISHED, raw))
    except SourceReadError:
        return {}


def _new_violations(folder: Path, town: Path, read: tuple[FileEdit, ...]) -> tuple[Violation, ...]:
    """Return what the rules say of the result and do not say of the inventory as it is."""
    changed = {one.path.name: one.after for one in read if (one.before or b"") != one.after}
    if not set(changed) - {PROVENANCE_FILE}:
        return ()
    with tempfile.TemporaryDirectory(prefix="samdrift-import-") as made:
        mirror = Path(made)
        for path, target in _mirrored(folder, mirror, town):
            path.symlink_to(target)
        for name, content in changed.items():
            (mirror / MUNICIPALITIES / town.name / name).unlink(missing_ok=True)
            (mirror / MUNICIPALITIES / town.name / name).write_bytes(content)
        try:
            after = load_inventory(mirror).violations
        except InventoryError as error:
            raise ImportRefusedError(f"the result could not be checked: {error}") from error
    if not after:
        # The inventory as it is need not be judged, which for the whole country takes its time.
        return ()
    before = Counter(_meaning(one) for one in load_inventory(folder).violations)
    fresh: list[Violation] = []
    for one in after:
        if before[_meaning(one)]:
            before[_meaning(one)] -= 1
        else:
            fresh.append(one)
    return tuple(fresh)


def _mirrored(folder: Path, mirror: Path, town: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the links that show a folder in a second place, down to the files of one municipality."""
    towns = mirror / MUNICIPALITIES
    (towns / town.name).mkdir(parents=True)
    for path in folder.iterdir():
        if path.name != MUNICIPALITIES:
            yield mirror / path.name, path.resolve()
    for path in (folder / MUNICIPALITIES).iterdir():
        if path.name != town.name:
            yield towns / path.name, path.resolve()
    for path in town.iterdir():
        yield towns / town.name / path.name, path.resolve()


def _meaning(violation: Violation) -> tuple[str, str, str]:
    """Return what a violation says without its line, which moves when something is added above."""
    return violation.rule, violation.location.file, violation.message
