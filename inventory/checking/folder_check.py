"""Check a whole folder: what did not change is known already, the rest is read on every processor."""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from pydantic import Field

from inventory.checking.municipality_check import (
    MunicipalityResult,
    ObjectCounts,
    check_municipality,
)
from inventory.checking.result_cache import ResultCache
from inventory.checking.worker_pool import WORKER, check_in_workers
from inventory.errors import InventoryReadError
from inventory.loaders.municipality_folder import MunicipalityFiles
from inventory.loaders.yaml_directory import Frame, Places, listed_municipality_files, read_frame
from inventory.models import Model, Scope
from inventory.outline import InventoryOutline
from inventory.rules import inventory_findings
from inventory.violations import Violation, in_order_of_files

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Workers:
    """How work is shared among processes.

    Attributes:
        count: how many at most; None for as many as there are processors.
        worth_bytes: fewer bytes than this are checked sooner than a worker process has started.
        command: what starts one.
    """

    count: int | None = None
    worth_bytes: int = 1_000_000
    command: tuple[str, ...] = WORKER


class FolderCheck(Model):
    """What a check looked at, and everything that is wrong."""

    folder: Path
    scope: Scope | None = Field(description="None where samdrift.yaml has the wrong form")
    centres: int
    municipalities: tuple[str, ...] = Field(description="The folders that were looked at, by name")
    unchanged: int = Field(description="How many of them were judged in an earlier check")
    counts: ObjectCounts
    unjudged: tuple[str, ...] = Field(
        description="Municipalities with a file of the wrong form: no rule over several files ran there"
    )
    whole_inventory_judged: bool = Field(
        description="Whether the rules over all municipalities ran; they need every file in the right form"
    )
    violations: tuple[Violation, ...]


def check_folder(
    folder: Path,
    *,
    extra_approvers: Path | None = None,
    cache: ResultCache | None = None,
    workers: Workers = Workers(),
    progress: Progress = lambda _done, _total: None,
) -> FolderCheck:
    """Run every rule over an inventory folder, with the result that ``load_inventory`` gives.

    Args:
        folder: the folder that holds ``samdrift.yaml``.
        extra_approvers: a further allowed_signers file, such as one made for a rehearsal.
        cache: where results of earlier checks are kept; without one every file is judged anew.
        workers: the processes that share the work where there is enough of it.
        progress: told how many of the municipalities are judged.

    Raises:
        InventoryReadError: there is no inventory there, a file cannot be opened or changed meanwhile, or a
            worker process died.
    """
    frame = read_frame(folder, extra_approvers=extra_approvers)
    read = tuple(listed_municipality_files(path) for path in frame.municipality_folders)
    digests = {files.name: files.digest() for files in read}
    results = {} if cache is None else _earlier(cache, digests)
    unchanged = len(results)
    progress(unchanged, len(read))
    todo = sorted((files for files in read if files.name not in results), key=_size, reverse=True)
    for done, (name, result) in enumerate(_judged(frame, todo, digests, workers), unchanged + 1):
        results[name] = result
        progress(done, len(read))
        if cache is not None:
            cache.keep(name, digests[name], result)
    if cache is not None:
        cache.forget_others(frozenset(digests))
    return _together(frame, read, results, unchanged)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def _earlier(cache: ResultCache, digests: Mapping[str, str]) -> dict[str, MunicipalityResult]:
    found = {name: cache.find(name, digest) for name, digest in digests.items()}
    return {name: result for name, result in found.items() if result is not None}


def _size(files: MunicipalityFiles) -> int:
    return sum(len(raw) for raw in files.contents.values())


def _judged(
    frame: Frame, todo: list[MunicipalityFiles], digests: Mapping[str, str], workers: Workers
) -> Iterable[tuple[str, MunicipalityResult]]:
    """Yield the results of municipalities, the largest first so that no worker is left with it alone."""
    count = min(workers.count or processors(), len(todo))
    if count <= 1 or sum(_size(files) for files in todo) < workers.worth_bytes:
        yield from ((files.name, check_municipality(files)) for files in todo)
        return
    by_name = {path.name: path for path in frame.municipality_folders}
    folders = [by_name[files.name].absolute() for files in todo]
    names = dict(zip(folders, (files.name for files in todo), strict=True))
    with closing(check_in_workers(folders, workers=count, command=workers.command)) as answers:
        for path, answer in answers:
            name = names[path]
            if answer is None or answer.digest != digests[name]:
                reason = "its files changed while they were checked"
                raise InventoryReadError(by_name[name], reason, "check again when nobody writes to it")
            yield name, answer.result


def _together(
    frame: Frame,
    read: tuple[MunicipalityFiles, ...],
    results: Mapping[str, MunicipalityResult],
    unchanged: int,
) -> FolderCheck:
    """Judge the whole from the parts."""
    ordered = [results[files.name] for files in read]
    violations = [*frame.violations, *(one for result in ordered for one in result.violations)]
    outlines = tuple(result.outline for result in ordered if result.outline is not None)
    whole = frame.root is not None and not frame.violations and len(outlines) == len(read)
    if whole and frame.root is not None:
        outline = InventoryOutline(frame.root.scope, frame.centres, frame.routing_domains, outlines)
        violations.extend(Places(frame.sources, read).violations_of(inventory_findings(outline)))
    return FolderCheck(
        folder=frame.folder,
        scope=None if frame.root is None else frame.root.scope,
        centres=len(frame.centres),
        municipalities=tuple(files.name for files in read),
        unchanged=unchanged,
        counts=reduce(ObjectCounts.plus, (result.counts for result in ordered), ObjectCounts()),
        unjudged=tuple(files.name for files in read if not results[files.name].judged),
        whole_inventory_judged=whole,
        violations=in_order_of_files(violations),
    )
