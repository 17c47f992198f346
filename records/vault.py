"""The vault: whole configurations with their secrets, encrypted on their way to the disk.

The evidence store holds what people may read, with secrets masked. A backup that is to be restored needs the
secrets, so it is kept apart: sealed with a key that lies in a file of its own, outside every export.
"""

import contextlib
import os
import stat
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from records.errors import VaultKeyUnusable, VaultSealBroken
from records.evidence import EvidenceStore


class Vault:
    """Texts sealed with Fernet (AES-128-CBC with HMAC-SHA256), named by the SHA-256 of what is on the disk.

    The key file holds one key in a line. The first seals, all of them open: a new first line rotates the key,
    and older backups stay readable as long as their key stays in the file.
    """

    def __init__(self, folder: Path, key_file: Path) -> None:
        """Keep the places; nothing is read or made before the first text is sealed or opened."""
        self._folder = folder
        self._key_file = key_file
        self._store = EvidenceStore(folder)
        self._keys: MultiFernet | None = None

    def seal(self, text: str) -> str:
        """Store a text encrypted and return the digest that names it.

        Raises:
            VaultKeyUnusable: the key file is missing though something was sealed with it, or open to others.
            DatabaseReadOnly: the vault's folder cannot be written.

        """
        return self._store.put(self._opened().encrypt(text.encode()))

    def unseal(self, digest: str) -> str:
        """Return a text as it was sealed.

        Raises:
            VaultKeyUnusable: the key file is missing, open to others or holds no key.
            VaultSealBroken: none of the keys opens it.
            EvidenceMissing, EvidenceAltered: what was stored is gone or no longer what it was.

        """
        sealed = self._store.get(digest)
        try:
            return self._opened().decrypt(sealed).decode()
        except InvalidToken as error:
            reason = "it was sealed with a key that is no longer in the file; add that key as another line"
            raise VaultSealBroken(
                f"backup {digest} cannot be opened with {self._key_file}: {reason}"
            ) from error

    def _opened(self) -> MultiFernet:
        if self._keys is None:
            self._keys = self._read_keys()
        return self._keys

    def _read_keys(self) -> MultiFernet:
        if not self._key_file.exists():
            if self._folder.exists() and any(self._folder.iterdir()):
                raise VaultKeyUnusable(
                    f"the backup key {self._key_file} is missing and backups are sealed with it; bring it "
                    "back from where it is kept safe. A new key would leave every backup unreadable"
                )
            _make_key(self._key_file)
        found = self._key_file.stat()
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise VaultKeyUnusable(f"the backup key {self._key_file} is open to others; run chmod 600 on it")
        lines = self._key_file.read_text(encoding="ascii", errors="replace").split()
        try:
            return MultiFernet([Fernet(line) for line in lines])
        except ValueError as error:
            # The cause is left out of the message: it may repeat a part of the key.
            raise VaultKeyUnusable(
                f"the backup key {self._key_file} holds no usable key; each line is one Fernet key, 32 bytes "
                "in URL-safe base64"
            ) from error


def _make_key(path: Path) -> None:
    """Make the key whole or not at all; of two processes that try, one makes it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)
