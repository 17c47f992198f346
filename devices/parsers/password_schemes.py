"""Tell the form of a stored password by how it begins."""

import re
from functools import lru_cache
from typing import Final

from devices.facts.credentials import PasswordScheme

_PREFIXES: Final[tuple[tuple[str, PasswordScheme], ...]] = (
    ("$1$", "md5"),
    ("$5$", "sha256"),
    ("$6$", "sha512"),
    ("$8$", "pbkdf2"),
    ("$9$", "scrypt"),
    ("$14$", "scrypt"),
    ("$nx-pbkdf2$", "pbkdf2"),
    ("$nx-scrypt$", "scrypt"),
    ("$pbkdf2", "pbkdf2"),
    ("$sha1$", "sha1"),
    ("$2", "bcrypt"),
    ("$y$", "yescrypt"),
)
_REMOVED: Final = re.compile(
    r"[<\[({/*\s]*(?:removed|redacted|secret(?:-data|-hidden)?|hidden|masked|sanitized|sanitised|scrubbed"
    r"|fortinetpasswordmask|filtered)[>\])}/*\s]*|x{3,}|\*{3,}|\.{3,}",
    re.IGNORECASE,
)
_DES: Final = re.compile(r"[./0-9A-Za-z]{13}")


@lru_cache(maxsize=4096)
def read_scheme(value: str) -> PasswordScheme:
    """Return the form of a hash as Unix, Cisco, Arista and Palo Alto write it."""
    word = value.strip().strip('"')
    if not word or _REMOVED.fullmatch(word):
        return "removed"
    for prefix, scheme in _PREFIXES:
        if word.startswith(prefix):
            rest = word[len(prefix) :]
            return "removed" if _REMOVED.fullmatch(rest) else scheme
    if word in {"*", "!", "!!", "x"}:
        return "locked"
    return "des" if _DES.fullmatch(word) else "unknown"


def is_removed(value: str) -> bool:
    """Return whether somebody took the secret out of the text."""
    return read_scheme(value) == "removed"
