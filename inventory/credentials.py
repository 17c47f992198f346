"""Credential references resolved at the last moment; neither the snapshot nor an error ever holds a secret.

``env:PREFIX`` reads PREFIX_USERNAME and PREFIX_PASSWORD. ``file:PATH`` reads a JSON object with ``username``
and ``password`` from a file that nobody but its owner and group can read.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError

from inventory.errors import CredentialError
from inventory.models import Model

_PREFIX = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_LARGEST_FILE_BYTES = 64 * 1024


class ResolvedCredential(Model):
    """A login; it lives only as long as the connection that needs it."""

    username: str = Field(min_length=1)
    password: SecretStr = Field(min_length=1)


def resolve_credential(
    reference: str, *, environment: Mapping[str, str], folder: Path | None = None
) -> ResolvedCredential:
    """Return the login that a reference leads to.

    Args:
        reference: ``env:PREFIX`` or ``file:PATH``.
        environment: the process's environment, passed in by its entry.
        folder: where a relative PATH starts; the working directory by default.

    Raises:
        CredentialError: it leads nowhere, or to a file that others can read.

    """
    kind, _, rest = reference.partition(":")
    if kind == "env" and _PREFIX.match(rest):
        return _from_environment(reference, rest, environment)
    if kind == "file" and rest:
        return _from_file(reference, (folder or Path()) / Path(rest).expanduser())
    # Whatever was written here instead may be the secret itself, so it is not repeated.
    raise CredentialError(
        "reference", "it is neither env:PREFIX nor file:PATH", "correct it in the inventory"
    )


def _from_environment(reference: str, prefix: str, environment: Mapping[str, str]) -> ResolvedCredential:
    names = (f"{prefix}_USERNAME", f"{prefix}_PASSWORD")
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise CredentialError(reference, f"{' and '.join(missing)} is not set", "set it for this process")
    return ResolvedCredential(username=environment[names[0]], password=SecretStr(environment[names[1]]))


def _from_file(reference: str, path: Path) -> ResolvedCredential:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise CredentialError(
            reference, error.strerror or "unreadable", "check the path and its owner"
        ) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise CredentialError(reference, "it is not a file", "name a JSON file")
        if status.st_mode & stat.S_IRWXO:
            raise CredentialError(reference, "everybody on this machine can reach it", "run chmod o= on it")
        text = os.read(descriptor, _LARGEST_FILE_BYTES)
    finally:
        os.close(descriptor)
    try:
        return ResolvedCredential.model_validate_json(text)
    except ValidationError:
        # The cause is left out: it repeats what was read.
        reason = "it is not a JSON object with username and password, both text"
        raise CredentialError(reference, reason, 'write {"username": "...", "password": "..."}') from None
