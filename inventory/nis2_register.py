"""The NIS2 register: who answers for which public addresses, and what changed lately.

The Danish NIS 2 act (NIS 2-loven, LOV nr 434 af 06/05/2025) asks in § 10 for a registration that includes the
IP ranges, and for notice of a change within two weeks. The register is made from ``municipality.yaml`` and
``public-ranges.yaml``; what changed is told by git, commit by commit, and what nobody committed yet as well.

Known limits: the authority's own form and its further questions are not known here; this is the part of them
that the inventory can answer. A commit made elsewhere counts with the time of its committer.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Literal, TypeVar

from pydantic import Field, JsonValue

from inventory.errors import RevisionError
from inventory.loaders.documents import PublicRangesDocument
from inventory.loaders.municipality_folder import FormReading
from inventory.loaders.yaml_directory import MUNICIPALITIES
from inventory.loaders.yaml_source import YAMLProblemsError, decode_yaml_source
from inventory.models import Contact, Inventory, Model, Municipality, PublicRange, Slug
from inventory.natural_order import natural_key
from inventory.revisions import Repository, Revision, start_of_day

BASIS = "NIS 2-loven (LOV nr 434 af 06/05/2025) § 10: registration with IP ranges, changes within two weeks"
NOTICE_DAYS = 14
_MUNICIPALITY_FILE, _RANGES_FILE = "municipality.yaml", "public-ranges.yaml"

DocumentT = TypeVar("DocumentT", bound=Model)


class RegisterEntry(Model):
    """What one municipality has to register."""

    municipality: Slug
    entity: str
    code: int
    contacts: tuple[Contact, ...]
    public_ranges: tuple[PublicRange, ...]

    def missing(self) -> tuple[str, ...]:
        """Return what a registration needs and the inventory does not say."""
        told = {"contacts": self.contacts, "public ranges": self.public_ranges}
        return tuple(what for what, values in told.items() if not values)


class RegisterChange(Model):
    """One fact of the register that changed."""

    kind: Literal["added", "removed", "changed", "unreadable"]
    municipality: str
    subject: Literal["entity", "contact", "public range", "file"]
    name: str
    before: JsonValue = None
    after: JsonValue = None
    revision: Revision | None = Field(default=None, description="The commit; None for what is not committed")


class NIS2Register(Model):
    """The register of an inventory, and what changed in it since a day."""

    basis: str = BASIS
    since: date
    entries: tuple[RegisterEntry, ...]
    changes: tuple[RegisterChange, ...] | None = Field(description="None where no git repository tells them")


class _Town(Model):
    """What the two files of one municipality said at one moment."""

    municipality: Municipality | None = None
    ranges: tuple[PublicRange, ...] = ()

    def facts(self) -> dict[tuple[str, str], JsonValue]:
        """Return every fact of the register by its kind and name."""
        facts: dict[tuple[str, str], JsonValue] = {}
        if self.municipality is not None:
            own = self.municipality
            facts["entity", own.name] = {"entity": own.title, "code": own.code}
            for contact in own.contacts:
                key = ("contact", f"{contact.name}, {contact.role}")
                facts[_free(facts, key)] = contact.model_dump(mode="json")
        for one in self.ranges:
            facts[_free(facts, ("public range", str(one.prefix)))] = one.model_dump(mode="json")
        return facts


def build_register(inventory: Inventory) -> tuple[RegisterEntry, ...]:
    """Return what every municipality of an inventory has to register, by name."""
    entries = [
        RegisterEntry(
            municipality=town.municipality.name,
            entity=town.municipality.title,
            code=town.municipality.code,
            contacts=town.municipality.contacts,
            public_ranges=tuple(sorted(town.public_ranges, key=lambda one: one.prefix)),
        )
        for town in inventory.municipalities
    ]
    return tuple(sorted(entries, key=lambda one: natural_key(one.municipality)))


def register_changes(
    inventory: Inventory, repository: Repository, *, since: date
) -> tuple[RegisterChange, ...]:
    """Return every change of the register from the beginning of a day to the inventory as it lies there.

    A file that cannot be read at a commit is told as such; the next one that can is compared with the last
    one that could, so no change is passed over.

    Raises:
        RevisionError: git cannot tell.

    """
    history = _History(repository)
    changes: list[RegisterChange] = []
    for revision in history.begin(start_of_day(since)):
        changes.extend(history.step(revision))
    now = {
        town.municipality.name: _Town(municipality=town.municipality, ranges=town.public_ranges)
        for town in inventory.municipalities
    }
    changes.extend(_compare(history.towns, now, None))
    return tuple(changes)


class _History:
    """Walks along the commits and keeps what the files said last."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._folder = "/".join(part for part in (repository.inventory_folder, MUNICIPALITIES) if part)
        self._blobs: dict[str, str] = {}
        self.towns: dict[str, _Town] = {}

    def begin(self, since: datetime) -> Sequence[Revision]:
        """Stand at the last commit before a moment, and return those behind it, oldest first."""
        commits = self._repository.history(paths=(self._folder,))
        later = next((index for index, one in enumerate(commits) if one.committed_at < since), len(commits))
        if later < len(commits):
            list(self.step(commits[later]))
        elif self._repository.is_shallow():
            reason = "this clone does not hold the commit before that day"
            raise RevisionError(since.date().isoformat(), reason, "fetch the whole history")
        return commits[:later][::-1]

    def step(self, revision: Revision) -> Iterator[RegisterChange]:
        """Take one commit, and yield what it changed."""
        blobs = {
            path: blob
            for path, blob in self._repository.blobs(revision, self._folder).items()
            if PurePosixPath(path).name in (_MUNICIPALITY_FILE, _RANGES_FILE)
        }
        changed = [path for path, blob in blobs.items() if self._blobs.get(path) != blob]
        towns = dict(self.towns)
        for path in self._blobs.keys() - blobs.keys():
            _put(towns, path, None)
        for path, raw in self._repository.files(revision, changed).items():
            yield from _take(towns, path, raw, revision)
        yield from _compare(self.towns, towns, revision)
        self._blobs, self.towns = blobs, towns


def _take(towns: dict[str, _Town], path: str, raw: bytes, revision: Revision) -> Iterator[RegisterChange]:
    reading = FormReading()
    model: type[Model] = Municipality if path.endswith(f"/{_MUNICIPALITY_FILE}") else PublicRangesDocument
    document: Model | None = None
    try:
        document = reading.document(decode_yaml_source(path, raw), model)
    except YAMLProblemsError as problems:
        reading.violations.extend(problems.violations)
    if document is not None:
        _put(towns, path, document)
        return
    yield RegisterChange(
        kind="unreadable",
        municipality=PurePosixPath(path).parent.name,
        subject="file",
        name=path,
        after=reading.violations[0].render() if reading.violations else None,
        revision=revision,
    )


def _put(towns: dict[str, _Town], path: str, document: Model | None) -> None:
    name = PurePosixPath(path).parent.name
    town = towns.get(name, _Town())
    if path.endswith(f"/{_MUNICIPALITY_FILE}"):
        update: dict[str, object] = {"municipality": document}
    else:
        update = {"ranges": document.public_ranges if isinstance(document, PublicRangesDocument) else ()}
    towns[name] = town.model_copy(update=update)


def _compare(
    before: Mapping[str, _Town], after: Mapping[str, _Town], revision: Revision | None
) -> Iterator[RegisterChange]:
    for name in sorted(before.keys() | after.keys(), key=natural_key):
        old, new = before.get(name, _Town()), after.get(name, _Town())
        if old == new:
            continue
        then, now = old.facts(), new.facts()
        for key in sorted(then.keys() | now.keys()):
            if then.get(key) != now.get(key):
                yield RegisterChange.model_validate(
                    {
                        "kind": "added" if key not in then else "removed" if key not in now else "changed",
                        "municipality": name,
                        "subject": key[0],
                        "name": key[1],
                        "before": then.get(key),
                        "after": now.get(key),
                        "revision": revision,
                    }
                )


def _free(facts: Mapping[tuple[str, str], JsonValue], key: tuple[str, str]) -> tuple[str, str]:
    """Return the key, or the key with a number where two facts would share one."""
    number, free = 1, key
    while free in facts:
        number += 1
        free = (key[0], f"{key[1]}#{number}")
    return free
