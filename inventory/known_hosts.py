"""A known_hosts file of OpenSSH: which SSH host key is known for an address and port."""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from inventory.errors import EndpointError

HOST_KEY_FORM: Final = r"^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) (AAAA[A-Za-z0-9+/]+={0,2})$"
"""A public key as known_hosts and ``ssh-keyscan`` write it, in one line."""

_DEFAULT_PORT: Final = 22
_BEST_FIRST: Final = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
)


@dataclass(frozen=True, slots=True)
class KnownHosts:
    """The entries of a file, each with the names it is for; marked ones (revoked, authorities) left out."""

    entries: tuple[tuple[str, str], ...]

    def host_key(self, address: str, port: int) -> str | None:
        """Return the key of a server; of several kinds the strongest, None where none is known."""
        wanted = address if port == _DEFAULT_PORT else f"[{address}]:{port}"
        found = [key for names, key in self.entries if _names(names, wanted)]
        return min(found, key=lambda key: _BEST_FIRST.index(key.split()[0]), default=None)


NO_KNOWN_HOSTS: Final = KnownHosts(())


def load_known_hosts(path: Path) -> KnownHosts:
    """Read a known_hosts file.

    Raises:
        EndpointError: it cannot be read, or a line in it is none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EndpointError(str(path), "it cannot be read", "name a known_hosts file of OpenSSH") from error
    entries: list[tuple[str, str]] = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith(("#", "@")):
            continue
        names, _, rest = text.partition(" ")
        key = " ".join(rest.split()[:2])
        if not re.match(HOST_KEY_FORM, key):
            reason = f"line {number} is no entry of a known host"
            raise EndpointError(str(path), reason, "make it with ssh-keyscan and compare the keys")
        entries.append((names, key))
    return KnownHosts(tuple(entries))


def _names(names: str, wanted: str) -> bool:
    if names.startswith("|1|"):
        return _hashed(names, wanted)
    patterns = names.split(",")
    if any(one.startswith("!") and _matches(one[1:], wanted) for one in patterns):
        return False
    return any(_matches(one, wanted) for one in patterns if not one.startswith("!"))


def _matches(pattern: str, wanted: str) -> bool:
    # A bracket belongs to the address here, and not to a pattern.
    return fnmatchcase(wanted, pattern.replace("[", "[[]"))


def _hashed(names: str, wanted: str) -> bool:
    """Return whether a hashed name is the wanted one."""
    try:
        _, _, salt, digest = names.split("|")
        made = hmac.new(base64.b64decode(salt), wanted.encode(), hashlib.sha1).digest()
        return hmac.compare_digest(made, base64.b64decode(digest))
    except (ValueError, binascii.Error):
        return False
