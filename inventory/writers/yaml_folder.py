"""Write an inventory as its folder of YAML files: whole or not at all.

Everything is written into a hidden sibling folder that takes the final name in one step at the end, so that a
process that is killed leaves no half inventory. What it leaves behind, the next run of the same name removes.
The order is the snapshot's: two inventories with one digest give the same bytes.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from inventory.approvers import render_allowed_signers
from inventory.errors import InventoryWriteError
from inventory.loaders.documents import MUNICIPALITY_FILES, CentreDocument, RootDocument
from inventory.loaders.yaml_directory import APPROVERS, CENTRES, MUNICIPALITIES, ROOT_FILE
from inventory.models import (
    Approver,
    Centre,
    Inventory,
    Model,
    Municipality,
    MunicipalityInventory,
    RoutingDomain,
    Scope,
)
from inventory.snapshot import put_in_order
from inventory.writers.yaml_text import render_mapping, render_sections


class WrittenFolder(NamedTuple):
    """What was written."""

    files: int
    size_bytes: int


def dump_inventory(inventory: Inventory, folder: Path) -> WrittenFolder:
    """Write an inventory to a new or empty folder.

    Raises:
        InventoryWriteError: the folder holds something, cannot be written, or the inventory has no form as
            files (no name, two municipalities or centres of one name).

    """
    in_order = put_in_order(inventory)
    with open_inventory_folder(folder) as writer:
        writer.write_root(inventory.scope, inventory.name)
        writer.write_centres(in_order.centres, in_order.routing_domains)
        writer.write_approvers(in_order.approvers)
        for town in in_order.municipalities:
            writer.write_in_order(town)
    return writer.written


def render_municipality(town: MunicipalityInventory) -> dict[str, str]:
    """Return the text of each file of a municipality that holds anything, by the name of the file."""
    return {
        name: render_mapping(values) if isinstance(values, Municipality) else render_sections(values)
        for name, values in _documents(_in_order(town))
    }


class FolderWriter:
    """Writes the parts of one inventory; get it from ``open_inventory_folder``."""

    def __init__(self, folder: Path, final: Path) -> None:
        self._folder = folder
        self._final = final
        self._files = 0
        self._size_bytes = 0

    @property
    def written(self) -> WrittenFolder:
        """Return how much was written so far."""
        return WrittenFolder(self._files, self._size_bytes)

    def write_root(self, scope: Scope, name: str | None, comment: str = "") -> None:
        """Write samdrift.yaml; each line of the comment stands above."""
        if name is None:
            raise InventoryWriteError(self._final, "the inventory has no name", "give it a name")
        root = RootDocument(schema=1, scope=scope, name=name)
        text = "".join(f"# {line}\n" for line in comment.splitlines())
        self._write(ROOT_FILE, text + render_mapping(root))

    def write_centres(self, centres: Iterable[Centre], domains: Iterable[RoutingDomain]) -> None:
        """Write each centre with the routing domain that it uses; other domains go to the first centre."""
        centres = tuple(centres)
        (self._folder / CENTRES).mkdir()
        left = list(domains)
        own: dict[int, list[RoutingDomain]] = {}
        for index, centre in enumerate(centres):
            taken = [domain for domain in left if domain.name == centre.routing_domain]
            left = [domain for domain in left if domain.name != centre.routing_domain]
            own[index] = taken
        if left and not centres:
            raise InventoryWriteError(
                self._final, f"no centre owns the routing domain {left[0].name}", "add a centre"
            )
        for index, centre in enumerate(centres):
            document = CentreDocument.model_construct(
                None,
                **{name: getattr(centre, name) for name in Centre.model_fields},
                routing_domains=(*own[index], *(left if index == 0 else ())),
            )
            self._write(f"{CENTRES}/{centre.name}.yaml", render_mapping(document))

    def write_approvers(self, approvers: Iterable[Approver]) -> None:
        """Write who may approve; no file where nobody may."""
        text = render_allowed_signers(approvers)
        if text:
            (self._folder / APPROVERS).parent.mkdir()
            self._write(APPROVERS, text)

    def write_municipality(self, town: MunicipalityInventory) -> None:
        """Write the folder of one municipality."""
        self.write_in_order(_in_order(town))

    def write_in_order(self, town: MunicipalityInventory) -> None:
        """Write the folder of one municipality that is already in the order of a snapshot."""
        name = town.municipality.name
        try:
            (self._folder / MUNICIPALITIES / name).mkdir(parents=True)
        except FileExistsError as error:
            reason = f"there are two municipalities named {name}"
            raise InventoryWriteError(self._final, reason, "give each a name of its own") from error
        for file, values in _documents(town):
            render = render_mapping if isinstance(values, Municipality) else render_sections
            self._write(f"{MUNICIPALITIES}/{name}/{file}", render(values))

    def _write(self, file: str, text: str) -> None:
        raw = text.encode("utf-8")
        try:
            with (self._folder / file).open("xb") as stream:
                stream.write(raw)
        except FileExistsError as error:
            reason = f"{file} would be written twice"
            raise InventoryWriteError(self._final, reason, "give each a name of its own") from error
        self._files += 1
        self._size_bytes += len(raw)


@contextmanager
def open_inventory_folder(folder: Path) -> Iterator[FolderWriter]:
    """Open a writer whose folder appears under its name when the block ends well, and never otherwise.

    Raises:
        InventoryWriteError: the folder holds something, or cannot be written.

    """
    final = folder.absolute()
    try:
        _refuse_content(final)
        final.parent.mkdir(parents=True, exist_ok=True)
        with _partial_folder(final) as partial:
            yield FolderWriter(partial, final)
            # Onto an empty folder a rename succeeds; onto one that was filled meanwhile it does not.
            partial.rename(final)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InventoryWriteError(final, reason, "name a folder that you may write") from error


def _refuse_content(final: Path) -> None:
    if final.is_dir() and next(final.iterdir(), None) is not None:
        raise InventoryWriteError(final, "the folder is not empty", "name a new folder, or empty this one")
    if final.exists() and not final.is_dir():
        raise InventoryWriteError(final, "it is a file", "name a new folder")


@contextmanager
def _partial_folder(final: Path) -> Iterator[Path]:
    """Yield an empty folder beside the final one that nobody else writes to; whatever is left is removed."""
    partial = final.with_name(f".{final.name}.samdrift-partial")
    partial.mkdir(exist_ok=True)
    handle = os.open(partial, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        reason = "another process is writing it"
        raise InventoryWriteError(final, reason, "wait for it, or name another folder") from error
    try:
        for left in partial.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        os.close(handle)


def _in_order(town: MunicipalityInventory) -> MunicipalityInventory:
    alone = Inventory.model_construct(None, scope="municipality", centres=(), municipalities=(town,))
    return put_in_order(alone).municipalities[0]


def _documents(town: MunicipalityInventory) -> Iterator[tuple[str, Model]]:
    """Yield the files of a municipality that hold anything."""
    for name, model in MUNICIPALITY_FILES.items():
        if model is Municipality:
            yield name, town.municipality
            continue
        values = {key: getattr(town, key) for key in model.model_fields}
        if any(values.values()):
            yield name, model.model_construct(None, **values)
