"""Parts of reports that are kept, by what they were made from: the files, the program, the day and the form.

A part is found again only for exactly the same files, judged by exactly the same program on the same day. A
file that is cut off, altered or of another program is passed over and written anew.
"""

import hashlib
import json
import os
import platform
import secrets
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

_FORM: Final = "samdrift-verdicts-1"
_ROOT: Final = Path(__file__).parents[2]
_JUDGES: Final = ("compliance", "devices", "inventory")
_LIBRARIES: Final = ("pydantic", "pyyaml", "textfsm", "ntc-templates", "lxml")
_QUICKLY: Final = 1
_SUFFIX: Final = ".part"


class Kept(NamedTuple):
    """What was told of one device: how often each verdict was given, and its part of the report."""

    digest: str
    counts: tuple[int, ...]
    text: bytes


class KeptReports:
    """Keeps the newest parts of the reports of one folder of files in one form."""

    def __init__(self, state_folder: Path, key: str) -> None:
        """Name the place; nothing is made before the first part is kept.

        Args:
            state_folder: where the parts of all reports lie.
            key: what tells this report from the others, such as its folder and its form.
        """
        self._folder = state_folder / hashlib.sha256(key.encode()).hexdigest()[:16]

    def find(self, first_device: str) -> dict[str, Kept]:
        """Return what is kept of the devices that begin with one, by device."""
        try:
            raw = self._path(first_device).read_bytes()
        except OSError:
            return {}
        head, _, body = raw.partition(b"\n")
        if head != _head(body):
            return {}
        index_line, _, texts = zlib.decompress(body).partition(b"\n")
        found: dict[str, Kept] = {}
        place = 0
        for device, digest, counts, length in json.loads(index_line):
            found[device] = Kept(digest, tuple(counts), texts[place : place + length])
            place += length
        return found

    def keep(self, first_device: str, parts: Mapping[str, Kept]) -> None:
        """Keep the parts of some devices in place of the earlier; where nothing can be written, none."""
        index = [(device, one.digest, one.counts, len(one.text)) for device, one in parts.items()]
        texts = json.dumps(index).encode() + b"\n" + b"".join(one.text for one in parts.values())
        body = zlib.compress(texts, _QUICKLY)
        path = self._path(first_device)
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished.write_bytes(_head(body) + b"\n" + body)
            unfinished.replace(path)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()

    def forget_others(self, first_devices: frozenset[str]) -> None:
        """Remove parts that begin with devices which are no longer there or begin none."""
        known = {self._path(one).name for one in first_devices}
        with suppress(OSError):
            for entry in os.scandir(self._folder) if self._folder.is_dir() else ():
                if entry.name.endswith(_SUFFIX) and entry.name not in known:
                    Path(entry.path).unlink(missing_ok=True)

    def _path(self, device: str) -> Path:
        return self._folder / f"{hashlib.sha256(device.encode()).hexdigest()[:24]}{_SUFFIX}"


def _head(body: bytes) -> bytes:
    return f"{_FORM} {program_digest()} {hashlib.sha256(body).hexdigest()}".encode()


@cache
def program_digest() -> str:
    """Return the digest of all that decides a verdict besides the files: the program and its libraries."""
    digest = hashlib.sha256()
    for package in _JUDGES:
        for path in sorted((_ROOT / package).rglob("*")):
            if path.is_file() and path.suffix not in {".pyc", ".pyo"}:
                digest.update(f"{path.relative_to(_ROOT).as_posix()}\n".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    versions = (platform.python_version(), *(f"{name} {version(name)}" for name in _LIBRARIES))
    digest.update(" ".join(versions).encode())
    return digest.hexdigest()
