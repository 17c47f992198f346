"""Write a planned import: every file whole or not at all, and safe to kill at any moment.

The order is the safety. First the coming provenance is laid beside the old one under a hidden name, then each
file is replaced in one step, and last the provenance takes its place. A process that is killed in between
leaves whole files, some old and some new; the next import compares with both provenances and carries on.

Known limit: an editor that saves between the last comparison and the replacement of the files is
not noticed, because editors take no lock.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inventory.imports.errors import (
    FolderChangedError,
    ImportRefusedError,
    NewViolationsError,
    UndecidedConflictsError,
)
from inventory.imports.plan import UNFINISHED, FileEdit, ImportPlan
from inventory.loaders.documents import PROVENANCE_FILE

_NEW = ".samdrift-new"


def write_import(plan: ImportPlan, *, allow_violations: bool = False) -> tuple[Path, ...]:
    """Write what was planned and return the files that changed.

    Args:
        plan: what ``plan_import`` found.
        allow_violations: write although the result breaks rules that hold today, so that facts are in and
            ``samdrift inventory check`` can show what is wrong with them.

    Raises:
        UndecidedConflictsError: a conflict is not decided.
        NewViolationsError: the result would break rules.
        FolderChangedError: a file was edited since it was read.
        ImportRefusedError: another import is writing, or a file cannot be written.

    """
    if plan.outcome.conflicts:
        raise UndecidedConflictsError([one.render() for one in plan.outcome.conflicts])
    if plan.new_violations and not allow_violations:
        raise NewViolationsError(plan.new_violations)
    try:
        with _locked(plan.town_folder):
            return _write(plan)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ImportRefusedError(
            f"cannot write {plan.town_folder}: {reason}; make room or give the right, then import again"
        ) from error


def _write(plan: ImportPlan) -> tuple[Path, ...]:
    town, edits = plan.town_folder, plan.edits
    for left in town.glob(f".*{_NEW}"):
        left.unlink()
    try:
        for one in edits:
            _lay_beside(one)
        for one in plan.read:
            if _content(one.path) != one.before:
                raise FolderChangedError(one.path)
        _replace_all(town, edits)
    finally:
        for one in edits:
            _new_name(one.path).unlink(missing_ok=True)
    return tuple(one.path for one in edits)


def _replace_all(town: Path, edits: tuple[FileEdit, ...]) -> None:
    provenance = [one for one in edits if one.path.name == PROVENANCE_FILE]
    for one in provenance:
        _new_name(one.path).replace(town / UNFINISHED)
    for one in edits:
        if one.path.name != PROVENANCE_FILE:
            _new_name(one.path).replace(one.path.resolve())
    _keep_folder(town)
    for one in provenance:
        (town / UNFINISHED).replace(one.path)
    if not provenance:
        (town / UNFINISHED).unlink(missing_ok=True)
    _keep_folder(town)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _new_name(path: Path) -> Path:
    return path.with_name(f".{path.name}{_NEW}")


def _lay_beside(edit: FileEdit) -> None:
    new = _new_name(edit.path)
    with new.open("xb") as stream:
        stream.write(edit.after)
        stream.flush()
        os.fsync(stream.fileno())
    if edit.before is not None:
        shutil.copymode(edit.path, new)


def _keep_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the municipality's folder for one writer; the lock ends with the process."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ImportRefusedError(
                f"another import is writing {folder}; wait for it and import again"
            ) from error
        yield
    finally:
        os.close(handle)
