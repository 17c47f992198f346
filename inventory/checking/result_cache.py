"""Results of earlier checks, kept by what they were made from: the bytes of the files and the program itself.

A result is found again only for exactly the same files, judged by exactly the same program. A file of the
cache that is cut off, foreign, or of another program is passed over and written anew.
"""

import hashlib
import os
import platform
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from inventory.checking.municipality_check import MunicipalityResult
from inventory.local_time import LOCAL_ZONE

_FORM = "samdrift-inventory-check-1"
_PACKAGE = Path(__file__).parents[1]
_JUDGES = ("pydantic", "pydantic-core", "pyyaml")
_WEEKS = 52 * 15
_SUFFIX = ".result"


class ResultCache:
    """Keeps the newest result of each municipality of one inventory folder."""

    def __init__(self, state_folder: Path, inventory_folder: Path) -> None:
        """Name the place of the results; nothing is made before the first one is kept.

        Args:
            state_folder: where the caches of all inventory folders lie.
            inventory_folder: the folder that is checked.
        """
        name = hashlib.sha256(str(inventory_folder.resolve()).encode()).hexdigest()[:16]
        self._folder = state_folder / name
        self.writable = True

    def find(self, municipality: str, files_digest: str) -> MunicipalityResult | None:
        """Return the result that exactly these files gave to exactly this program."""
        try:
            raw = self._path(municipality).read_bytes()
        except OSError:
            return None
        head, _, body = raw.partition(b"\n")
        if head != _head(files_digest, body):
            return None
        try:
            return MunicipalityResult.model_validate_json(body)
        except ValidationError:
            return None

    def keep(self, municipality: str, files_digest: str, result: MunicipalityResult) -> None:
        """Keep a result in place of the earlier one; a folder that cannot be written is noted, no more."""
        body = result.model_dump_json().encode()
        path = self._path(municipality)
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished.write_bytes(_head(files_digest, body) + b"\n" + body)
            unfinished.replace(path)
        except OSError:
            self.writable = False
            with suppress(OSError):
                unfinished.unlink()

    def forget_others(self, municipalities: frozenset[str]) -> None:
        """Remove the results of municipalities that the folder no longer has."""
        known = {self._path(name).name for name in municipalities}
        try:
            for entry in os.scandir(self._folder) if self._folder.is_dir() else ():
                if entry.name.endswith(_SUFFIX) and entry.name not in known:
                    Path(entry.path).unlink(missing_ok=True)
        except OSError:
            self.writable = False

    def _path(self, municipality: str) -> Path:
        # The name of a folder may be anything; its digest is always a name that a file can have.
        return self._folder / f"{hashlib.sha256(municipality.encode()).hexdigest()[:24]}{_SUFFIX}"


def _head(files_digest: str, body: bytes) -> bytes:
    content = hashlib.sha256(body).hexdigest()
    return f"{_FORM} {program_digest()} {files_digest} {content}".encode()


@cache
def program_digest() -> str:
    """Return the digest of all that decides a result besides the files.

    That is this package with its tables, the versions of what parses and validates, and what the clock in
    Denmark shows in the coming years, which is data of the machine.
    """
    digest = hashlib.sha256()
    for path in sorted((*_PACKAGE.rglob("*.py"), *(_PACKAGE / "data").rglob("*"))):
        if path.is_file():
            digest.update(f"{path.relative_to(_PACKAGE).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    versions = [platform.python_version(), *(f"{name} {version(name)}" for name in _JUDGES)]
    digest.update(" ".join(versions).encode())
    first = datetime(2024, 1, 7, 12, tzinfo=UTC)
    offsets = ((first + timedelta(weeks=week)).astimezone(LOCAL_ZONE).utcoffset() for week in range(_WEEKS))
    digest.update(" ".join(str(offset) for offset in offsets).encode())
    return digest.hexdigest()
