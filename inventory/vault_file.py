"""Open an Ansible Vault file with ansible-core's own library; what it holds stays in this process's memory.

Ansible is imported only when a vault is really opened: reading and checking an inventory needs none of it.
"""

import yaml
from pydantic import SecretStr

from inventory.errors import CredentialError
from inventory.violations import suggest


def read_vault_entry(reference: str, content: bytes, key: str, password: SecretStr) -> object:
    """Return what a vault file holds under a key, as plain data.

    Args:
        reference: what led here; errors name it.
        content: the file as it was read.
        key: one of the keys at the top of the YAML mapping in the vault.
        password: what the vault was encrypted with.

    Raises:
        CredentialError: it is no vault, the password does not open it, or it has no such key.

    """
    try:
        entries = yaml.safe_load(_decrypted(reference, content, password))
    except (yaml.YAMLError, ValueError, RecursionError):
        # The cause is left out, here and below: it repeats what was decrypted.
        entries = None
    if not isinstance(entries, dict):
        raise CredentialError(reference, "the vault does not hold a YAML mapping", "write KEY: {...} into it")
    if key not in entries:
        names = tuple(str(name) for name in entries)
        raise CredentialError(reference, f"the vault has no key '{key}'", suggest(key, names))
    return entries[key]


def _decrypted(reference: str, content: bytes, password: SecretStr) -> str:
    from ansible.errors import AnsibleError  # noqa: PLC0415 - Ansible is loaded only where a vault is opened

    try:
        from ansible.parsing.vault import (  # noqa: PLC0415 - as above
            AnsibleVaultFormatError,
            VaultLib,
            VaultSecret,
            parse_vaulttext_envelope,
        )
    except AnsibleError:
        # What Ansible says repeats lines of its configuration, which may hold secrets.
        reason = "Ansible's library cannot be loaded"
        raise CredentialError(reference, reason, "correct the ansible.cfg that is in force here") from None
    if not VaultLib.is_encrypted(content):
        raise CredentialError(reference, "it is not an Ansible Vault file", "run ansible-vault encrypt on it")
    try:
        # The file says under which vault id it was encrypted; there is one password, so it is that id's.
        vault_id = parse_vaulttext_envelope(content)[3]
        vault = VaultLib([(vault_id, VaultSecret(password.get_secret_value().encode()))])
        return bytes(vault.decrypt(content)).decode()
    except (AnsibleVaultFormatError, UnicodeDecodeError):
        raise CredentialError(reference, "the vault file is damaged", "encrypt it anew") from None
    except AnsibleError:
        reason = "the vault password does not open it, or it was changed since it was encrypted"
        raise CredentialError(reference, reason, "correct the setting vault_password_from") from None
