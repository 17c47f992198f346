"""Where a snapshot comes from: a snapshot file, a folder, or a revision of the inventory in git."""

from pathlib import Path

from pydantic import Field, ValidationError

from inventory.errors import InventoryViolationsError, RevisionError, SnapshotError
from inventory.models import Model
from inventory.revisions import Repository, Revision, find_repository
from inventory.service import LoadedInventory, load_inventory
from inventory.snapshot import Snapshot, take_snapshot

GIT = "git:"


class NamedSnapshot(Model):
    """A snapshot with where it came from."""

    name: str = Field(description="As it was asked for")
    revision: Revision | None = Field(default=None, description="The commit, where it came from git")
    snapshot: Snapshot
    violations: int = Field(default=0, description="How many rules its inventory breaks")


def open_snapshot(name: str, *, inventory: Path) -> NamedSnapshot:
    """Return the snapshot that a name means.

    An inventory that breaks cross-object rules can be compared like any other, and says how many it breaks;
    one with a file of the wrong form cannot, since nobody knows what it says.

    Args:
        name: a snapshot file, a folder, ``git:REVISION``, ``git:REVISION:FOLDER`` or ``REVISION``; what
            exists as a file or folder is not looked up in git.
        inventory: the inventory folder whose repository is meant.

    Raises:
        SnapshotError: there is no such thing, or the file is no snapshot.
        RevisionError: git does not know the revision, or it holds no inventory of this release's form.
        InventoryReadError: the folder cannot be read.
        InventoryViolationsError: a file of it has the wrong form.

    """
    if not name.startswith(GIT):
        path = Path(name)
        if path.is_dir():
            return _of_loaded(name, load_inventory(path), None)
        if path.is_file():
            return NamedSnapshot(name=name, snapshot=read_snapshot(path))
    revision, _, folder = name.removeprefix(GIT).partition(":")
    try:
        repository = find_repository(inventory)
        found = repository.resolve(revision)
    except RevisionError as error:
        if name.startswith(GIT):
            raise
        reason = f"there is no such file or folder, and git has no revision: {error}"
        raise SnapshotError(name, reason, "name a snapshot file, a folder or git:REVISION") from error
    return open_revision(repository, found, name=name, folder=folder or None)


def open_revision(
    repository: Repository, revision: Revision, *, name: str = "", folder: str | None = None
) -> NamedSnapshot:
    """Return the snapshot of a commit.

    Raises:
        RevisionError: it holds no inventory there, or a file of a form that this release does not read.

    """
    with repository.opened(revision, folder) as opened:
        loaded = load_inventory(opened)
    if loaded.inventory is None:
        # Nobody can correct a commit; what helps is the release that wrote it, or another commit.
        first, count = loaded.violations[0].render(), len(loaded.violations)
        reason = f"{count} places of its files have a form of another release, the first: {first}"
        raise RevisionError(revision.commit[:12], reason, "use the release of its time, or name another")
    shown = loaded.model_copy(update={"folder": Path(f"{GIT}{revision.commit[:12]}")})
    return _of_loaded(name or revision.commit[:12], shown, revision)


def read_snapshot(path: Path) -> Snapshot:
    """Return the snapshot that a file holds.

    Raises:
        SnapshotError: it is none, or its digest is not that of its content.

    """
    try:
        snapshot = Snapshot.model_validate_json(path.read_bytes())
    except OSError as error:
        raise SnapshotError(str(path), error.strerror or str(error), "name a readable file") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        reason = f"it is not a snapshot of this release ({where}: {first['msg']})"
        raise SnapshotError(str(path), reason, "write it anew with `samdrift inventory snapshot`") from error
    in_order = take_snapshot(snapshot.inventory)
    if in_order.digest != snapshot.digest:
        reason = "its digest is not that of its content, so somebody altered it or another release wrote it"
        raise SnapshotError(str(path), reason, "write it anew with `samdrift inventory snapshot`")
    return in_order


def _of_loaded(name: str, loaded: LoadedInventory, revision: Revision | None) -> NamedSnapshot:
    if loaded.inventory is None:
        raise InventoryViolationsError(loaded.folder, loaded.violations)
    return NamedSnapshot(
        name=name,
        revision=revision,
        snapshot=take_snapshot(loaded.inventory),
        violations=len(loaded.violations),
    )
