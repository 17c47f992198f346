"""The values that an inventory folder has under a key, for completion: quick, quiet, and from few files.

Only the files that a key is read from are opened, only of the municipalities that are selected already, and
what was read is kept by the files' size and time. A file that is not right is passed over: completion is no
place to complain. Where a whole country is too much for one answer, what was found in time is answered, and
the next answer goes on from there.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic

from pydantic import TypeAdapter, ValidationError

from inventory.errors import InventoryReadError
from inventory.loaders.documents import MUNICIPALITY_FILES
from inventory.loaders.municipality_folder import FILE_OF, MUNICIPALITIES, MUNICIPALITY_FILE
from inventory.loaders.yaml_source import YAMLProblemsError, read_yaml_source
from inventory.models import Device, Model, Municipality, MunicipalityInventory, Server
from inventory.selection import DEVICE_KEYS, SERVER_KEYS, ObjectT, SelectionKey
from inventory.selection_completion import complete_selection
from inventory.selection_language import Term, Value

_MUNICIPALITY = "municipality"
_FORM = "samdrift-completion-1"


class _KeptValues(Model):
    """What was read of one municipality, and from which files."""

    stamp: tuple[int, ...]
    values: dict[str, tuple[str, ...]]


_KEPT: TypeAdapter[dict[str, _KeptValues]] = TypeAdapter(dict[str, _KeptValues])


def values_of_devices(
    folder: Path, cache_folder: Path | None, *, clock: Callable[[], float], budget_seconds: float
) -> "SelectionValues[Device]":
    """Open the values by which the devices of a folder are selected."""
    cache_file = _cache_file(cache_folder, folder, "devices")
    return SelectionValues(
        folder, DEVICE_KEYS, "devices", cache_file=cache_file, clock=clock, budget_seconds=budget_seconds
    )


def values_of_servers(
    folder: Path, cache_folder: Path | None, *, clock: Callable[[], float], budget_seconds: float
) -> "SelectionValues[Server]":
    """Open the values by which the servers of a folder are selected."""
    cache_file = _cache_file(cache_folder, folder, "servers")
    return SelectionValues(
        folder, SERVER_KEYS, "servers", cache_file=cache_file, clock=clock, budget_seconds=budget_seconds
    )


def _cache_file(cache_folder: Path | None, folder: Path, part: str) -> Path | None:
    if cache_folder is None:
        return None
    name = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
    return cache_folder / f"{name}-{part}.json"


class SelectionValues(Generic[ObjectT]):
    """Looks values up in the files of one inventory folder."""

    def __init__(
        self,
        folder: Path,
        keys: Mapping[str, SelectionKey[ObjectT]],
        part: str,
        *,
        cache_file: Path | None,
        clock: Callable[[], float],
        budget_seconds: float,
    ) -> None:
        """Read nothing yet but what an earlier answer kept.

        Args:
            folder: the inventory folder.
            keys: the keys of what is selected.
            part: the part of a municipality that is selected: ``devices`` or ``servers``.
            cache_file: where to keep what was read; nowhere without it.
            clock: seconds that only grow.
            budget_seconds: after how long no further municipality is read.

        """
        self._folder = folder
        self._keys: Mapping[str, SelectionKey[ObjectT]] = keys
        self._part = part
        self._cache_file = cache_file
        self._clock = clock
        self._until = clock() + budget_seconds
        self._kept = _read_kept(cache_file)
        self._grown = False

    def __call__(self, key: str, terms: tuple[Term, ...]) -> set[str]:
        """Return the values of a key in the municipalities that the terms leave."""
        found: set[str] = set()
        for town in self._towns(terms):
            if key == _MUNICIPALITY:
                found.add(town.name)
            else:
                found.update(self._values(town, self._keys[key].parts).get(key, ()))
        return found

    def complete(self, incomplete: str, *, quote: str = '"') -> tuple[str, ...]:
        """Return every continuation of a selection, each as the whole text with it."""
        return complete_selection(incomplete, keys=tuple(self._keys), values_of=self, quote=quote)

    def keep(self) -> None:
        """Keep what was read for the next answer; a place that cannot be written is passed over."""
        if self._cache_file is None or not self._grown:
            return
        unfinished = self._cache_file.with_name(f".{self._cache_file.name}.{secrets.token_hex(6)}")
        try:
            self._cache_file.parent.mkdir(mode=0o700, exist_ok=True)
            unfinished.write_bytes(f"{_FORM}\n".encode() + _KEPT.dump_json(self._kept))
            unfinished.replace(self._cache_file)
        except OSError:
            unfinished.unlink(missing_ok=True)

    def _towns(self, terms: Iterable[Term]) -> Iterator[Path]:
        own = [term for term in terms if term.key == _MUNICIPALITY]
        wanted = [value for term in own if term.operator == "=" for value in term.values]
        unwanted = [value for term in own if term.operator == "!=" for value in term.values]
        try:
            names = sorted(
                entry.name for entry in os.scandir(self._folder / MUNICIPALITIES) if entry.is_dir()
            )
        except OSError:
            return
        for name in names:
            if (not wanted or _is_one_of(name, wanted)) and not _is_one_of(name, unwanted):
                yield self._folder / MUNICIPALITIES / name

    def _values(self, town: Path, parts: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
        """Return the values of every key that is read from the same parts of a municipality."""
        files = sorted({FILE_OF[part] for part in parts})
        stamp = _stamp(town, files)
        name = f"{town.name}/{'+'.join(parts)}"
        kept = self._kept.get(name)
        if kept is not None and kept.stamp == stamp:
            return kept.values
        if self._clock() > self._until:
            return {}
        read = _read_town(town, files)
        if read is None:
            return {}
        values = {key: _texts(one, read, self._part) for key, one in self._keys.items() if one.parts == parts}
        self._kept[name] = _KeptValues(stamp=stamp, values=values)
        self._grown = True
        return values


def _texts(key: SelectionKey[ObjectT], town: MunicipalityInventory, part: str) -> tuple[str, ...]:
    if key.of_town is not None:
        return (key.of_town(town),)
    read = key.reader(town)
    return tuple(sorted({text for one in getattr(town, part) for text in read(one)}))


def _is_one_of(name: str, values: Iterable[Value]) -> bool:
    return any(value.pattern().fullmatch(name) for value in values)


def _stamp(town: Path, files: Iterable[str]) -> tuple[int, ...]:
    """Return the times and sizes of files; one that is not there counts too."""
    numbers: list[int] = []
    for file in files:
        try:
            status = (town / file).stat()
        except OSError:
            numbers.extend((0, -1))
        else:
            numbers.extend((status.st_mtime_ns, status.st_size))
    return tuple(numbers)


def _read_town(town: Path, files: Iterable[str]) -> MunicipalityInventory | None:
    """Return a municipality of which only some files were read; None where one is not right."""
    # The folder's name is the municipality's, so its own file is opened only for more than that.
    known: dict[str, Any] = {"name": town.name}
    values: dict[str, Any] = {_MUNICIPALITY: Municipality.model_construct(**known)}
    for file in files:
        if not (town / file).exists():
            continue
        try:
            data = read_yaml_source(town, town / file).data()
            document = MUNICIPALITY_FILES[file].model_validate_json(json.dumps(data or {}))
        except (InventoryReadError, YAMLProblemsError, ValidationError):
            return None
        if file == MUNICIPALITY_FILE:
            values[_MUNICIPALITY] = document
        else:
            values |= {name: getattr(document, name) for name in type(document).model_fields}
    return MunicipalityInventory.model_construct(None, **values)


def _read_kept(cache_file: Path | None) -> dict[str, _KeptValues]:
    if cache_file is None:
        return {}
    try:
        head, _, body = cache_file.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if head != _FORM.encode():
        return {}
    try:
        return _KEPT.validate_json(body)
    except ValidationError:
        return {}
