"""The token of a DCIM server, resolved from a credential reference at the last moment."""

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from inventory.credentials import resolve_credential
from inventory.errors import CredentialError

_PREFIX = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


def resolve_token(
    reference: str,
    *,
    environment: Mapping[str, str],
    folder: Path | None = None,
    vault_password_from: str | None = None,
) -> SecretStr:
    """Return the token that a reference leads to.

    Args:
        reference: ``env:PREFIX`` reads PREFIX_TOKEN; of a file or vault the password is the token.
        environment: The process's environment, passed in by its entry.
        folder: Where a relative path starts; the working directory by default.
        vault_password_from: The reference to the password of vault files.

    Raises:
        CredentialError: It leads nowhere, or to something that is no token.

    """
    kind, _, rest = reference.partition(":")
    if kind == "env" and _PREFIX.match(rest):
        name = f"{rest}_TOKEN"
        token = environment.get(name, "")
        if not token:
            raise CredentialError(reference, f"{name} is not set", "set it for this process")
    else:
        credential = resolve_credential(
            reference, environment=environment, folder=folder, vault_password_from=vault_password_from
        )
        token = credential.password.get_secret_value()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise CredentialError(reference, "what it holds is no token", "write the token alone, on one line")
    return SecretStr(token)
