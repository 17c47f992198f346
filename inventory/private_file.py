"""Read the file behind a credential reference: whole, never waited for, never one that others can reach."""

import os
import stat
from pathlib import Path

from inventory.errors import CredentialError

_LARGEST_FILE_BYTES = 64 * 1024


def read_credential_file(
    reference: str, path: Path, *, encrypted: bool = False, program: bool = True
) -> bytes:
    """Return what a file holds.

    Args:
        reference: what led here; errors name it.
        path: the file.
        encrypted: others may read it too, because what it holds is of no use to them.
        program: it may be marked as a program; where Ansible would run one, that is refused instead.

    Raises:
        CredentialError: it cannot be read, is no file, is too large, or others can reach it.

    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise CredentialError(
            reference, error.strerror or "unreadable", "check the path and its owner"
        ) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise CredentialError(reference, "it is not a file", "name a file that holds the credential")
        if status.st_mode & stat.S_IRWXO and not encrypted:
            raise CredentialError(reference, "everybody on this machine can reach it", "run chmod o= on it")
        if status.st_mode & stat.S_IXUSR and not program:
            reason = "it is a program, and no program is run for a password"
            raise CredentialError(reference, reason, "put the password into a file, and run chmod -x on it")
        content = _read(descriptor)
    finally:
        os.close(descriptor)
    if len(content) > _LARGEST_FILE_BYTES:
        reason = f"it is larger than {_LARGEST_FILE_BYTES // 1024} KiB"
        raise CredentialError(reference, reason, "name a file that holds credentials only")
    return content


def _read(descriptor: int) -> bytes:
    """Return the content, or one byte more than is allowed."""
    content = b""
    while len(content) <= _LARGEST_FILE_BYTES:
        part = os.read(descriptor, _LARGEST_FILE_BYTES + 1 - len(content))
        if not part:
            break
        content += part
    return content
