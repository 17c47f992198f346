"""Credential references resolved at the last moment; neither the snapshot nor an error ever holds a secret.

``env:PREFIX`` reads PREFIX_USERNAME and PREFIX_PASSWORD. ``file:PATH`` reads a JSON object with ``username``
and ``password`` from a file that nobody but its owner and group can read. ``vault:PATH#KEY`` reads the same
two under a key of the YAML mapping in an Ansible Vault file; the vault's password is a reference itself:
``env:PREFIX`` reads PREFIX_PASSWORD, and ``file:PATH`` the text of a file. An ``enable_secret`` may stand
beside them (PREFIX_ENABLE_SECRET), for devices whose login has no privileges.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError

from inventory.errors import CredentialError
from inventory.models import Model
from inventory.private_file import read_credential_file
from inventory.vault_file import read_vault_entry

_PREFIX = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_CORRECT_SETTING = "correct the setting vault_password_from"


class ResolvedCredential(Model):
    """A login; it lives only as long as the connection that needs it."""

    username: str = Field(min_length=1)
    password: SecretStr = Field(min_length=1)
    enable_secret: SecretStr | None = Field(
        default=None, min_length=1, description="What a login without privileges is raised with (IOS)"
    )


def resolve_credential(
    reference: str,
    *,
    environment: Mapping[str, str],
    folder: Path | None = None,
    vault_password_from: str | None = None,
) -> ResolvedCredential:
    """Return the login that a reference leads to.

    Args:
        reference: ``env:PREFIX``, ``file:PATH`` or ``vault:PATH#KEY``.
        environment: the process's environment, passed in by its entry.
        folder: where a relative PATH starts; the working directory by default.
        vault_password_from: the reference to the password of vault files.

    Raises:
        CredentialError: it leads nowhere, or to a file that others can read.

    """
    kind, _, rest = reference.partition(":")
    if kind == "env" and _PREFIX.match(rest):
        return _from_environment(reference, rest, environment)
    if kind == "file" and rest:
        return _from_file(reference, _path(rest, folder))
    path, _, key = rest.rpartition("#")
    if kind == "vault" and path and key:
        password = _vault_password(reference, vault_password_from, environment, folder)
        return _from_vault(reference, _path(path, folder), key, password)
    # Whatever was written here instead may be the secret itself, so it is not repeated.
    raise CredentialError(
        "reference",
        "it is neither env:PREFIX nor file:PATH nor vault:PATH#KEY",
        "correct it in the inventory",
    )


def resolve_secret(reference: str, *, environment: Mapping[str, str], folder: Path) -> SecretStr:
    """Return a secret that is no login, such as that of a webhook: ``env:PREFIX`` is ``PREFIX_PASSWORD``.

    Args:
        reference: ``env:PREFIX``, or ``file:PATH`` of a file that nobody else can read.
        environment: The environment of the process.
        folder: What a relative path starts from.

    Raises:
        CredentialError: it leads nowhere, or others can read the file.
    """
    kind, _, rest = reference.partition(":")
    if kind == "env" and _PREFIX.match(rest):
        return SecretStr(environment.get(f"{rest}_PASSWORD", ""))
    content = read_credential_file(reference, _path(rest, folder), program=False)
    return SecretStr(content.decode(errors="replace").strip())


def _path(text: str, folder: Path | None) -> Path:
    return (folder or Path()) / Path(text).expanduser()


def _from_environment(reference: str, prefix: str, environment: Mapping[str, str]) -> ResolvedCredential:
    names = (f"{prefix}_USERNAME", f"{prefix}_PASSWORD")
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise CredentialError(reference, f"{' and '.join(missing)} is not set", "set it for this process")
    secret = environment.get(f"{prefix}_ENABLE_SECRET")
    return ResolvedCredential(
        username=environment[names[0]],
        password=SecretStr(environment[names[1]]),
        enable_secret=SecretStr(secret) if secret else None,
    )


def _from_file(reference: str, path: Path) -> ResolvedCredential:
    text = read_credential_file(reference, path)
    try:
        return ResolvedCredential.model_validate_json(text)
    except ValidationError:
        # The cause is left out: it repeats what was read.
        reason = "it is not a JSON object with username and password, both text"
        raise CredentialError(reference, reason, 'write {"username": "...", "password": "..."}') from None


def _from_vault(reference: str, path: Path, key: str, password: SecretStr) -> ResolvedCredential:
    content = read_credential_file(reference, path, encrypted=True)
    entry = read_vault_entry(reference, content, key, password)
    try:
        return ResolvedCredential.model_validate(entry)
    except ValidationError:
        reason = f"'{key}' in the vault is not a mapping with username and password, both text"
        raise CredentialError(
            reference, reason, f'write {key}: {{username: "...", password: "..."}}'
        ) from None


def _vault_password(
    reference: str, source: str | None, environment: Mapping[str, str], folder: Path | None
) -> SecretStr:
    """Return the password of vault files, from the environment or a file of its own."""
    if source is None:
        action = "set vault_password_from to env:PREFIX or file:PATH"
        raise CredentialError(reference, "nothing says where the vault's password is", action)
    kind, _, rest = source.partition(":")
    if kind == "env" and _PREFIX.match(rest):
        found = environment.get(f"{rest}_PASSWORD", "")
        if not found:
            reason = f"the vault's password {rest}_PASSWORD is not set"
            raise CredentialError(reference, reason, "set it for this process")
        return SecretStr(found)
    if kind == "file" and rest:
        return _password_in_file(source, _path(rest, folder))
    reason = "what leads to the vault's password is neither env:PREFIX nor file:PATH"
    raise CredentialError(reference, reason, _CORRECT_SETTING)


def _password_in_file(source: str, path: Path) -> SecretStr:
    content = read_credential_file(source, path, program=False)
    try:
        # ansible-vault strips the end of the line too.
        text = content.decode().strip()
    except UnicodeDecodeError:
        raise CredentialError(source, "it does not hold text", _CORRECT_SETTING) from None
    if not text:
        raise CredentialError(source, "it is empty", "write the vault's password into it")
    return SecretStr(text)
