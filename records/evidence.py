"""The evidence store: raw output, configurations and reports as files named by their SHA-256."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from records.errors import DatabaseReadOnly, EvidenceAltered, EvidenceMissing

_DIGEST = re.compile(r"^[0-9a-f]{64}$")


class EvidenceStore:
    """Content-addressed files in a folder: written once, never changed, checked at every read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, digest: str) -> Path:
        if not _DIGEST.match(digest):
            raise EvidenceMissing(f"'{digest}' is no SHA-256 digest; give the 64 hexadecimal characters")
        return self._folder / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Store bytes and return their digest; storing the same again changes nothing."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except PermissionError as error:
            raise DatabaseReadOnly(
                f"the evidence store {self._folder} cannot be written; give its folder write permission",
            ) from error
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of a digest.

        Raises:
            EvidenceMissing: nothing is stored under it.
            EvidenceAltered: what is stored is no longer what was put.

        """
        path = self._path(digest)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise EvidenceMissing(
                f"no evidence {digest} in {self._folder}; was the store moved without its files?",
            ) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise EvidenceAltered(f"evidence {digest} was altered; restore {path} from a backup")
        return content
