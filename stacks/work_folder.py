"""The working folder of all stacks: project file, state, passphrase, and the environment of the CLI."""

import json
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

import yaml
from pydantic import ValidationError

from stacks.errors import PassphraseError, ToolchainError
from stacks.models import StackSettings
from stacks.tokens import PACKAGE

PROJECT = "samdrift"
_PASSPHRASE_BYTES = 32
_KEPT_LOGS = 40


def stack_settings(folder: Path, *, toolchain_file: Path, provider_folder: Path) -> StackSettings:
    """Compose the settings of this process from what the set-up wrote down.

    Args:
        folder: Where stacks keep their state; made when it is first used.
        toolchain_file: What the set-up wrote about the Pulumi CLI.
        provider_folder: Where the program ``pulumi-resource-samdrift`` is, usually beside the interpreter.

    Raises:
        ToolchainError: the set-up has not been run, or what it found is gone.

    """
    try:
        found = json.loads(toolchain_file.read_text())
        settings = StackSettings(
            folder=folder.absolute(),
            pulumi=Path(found["pulumi"]),
            pulumi_version=found["version"],
            provider_folder=provider_folder.absolute(),
            passphrase_file=folder.absolute() / "passphrase",
        )
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise ToolchainError(f"the Pulumi CLI is not known ({toolchain_file})") from error
    if not settings.pulumi.is_file():
        raise ToolchainError(f"the Pulumi CLI is not at {settings.pulumi} any more")
    return settings


def make_passphrase(path: Path, *, token: Callable[[int], str] = secrets.token_urlsafe) -> None:
    """Make the passphrase file, which only its owner may read; one that exists is kept.

    Raises:
        PassphraseError: it cannot be written.

    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(token(_PASSPHRASE_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    except OSError as error:
        raise PassphraseError(path, f"cannot be written ({error.strerror}): choose another folder") from error


def require_passphrase(path: Path) -> None:
    """Refuse a passphrase file that is missing, empty or open to others.

    Raises:
        PassphraseError: it is.

    """
    try:
        seen = path.stat()
    except FileNotFoundError as error:
        problem = "is missing: make it (mode 600), or restore the one that the state was encrypted with"
        raise PassphraseError(path, problem) from error
    if stat.S_IMODE(seen.st_mode) & 0o077:
        raise PassphraseError(path, "is open to others: chmod 600 it")
    if seen.st_size == 0:
        raise PassphraseError(path, "is empty: restore the one that the state was encrypted with")


def prepare(settings: StackSettings) -> None:
    """Make the working folder and write the project file, which tells the engine where the provider is.

    Raises:
        ToolchainError: the provider's program is missing.

    """
    program = settings.provider_folder / f"pulumi-resource-{PACKAGE}"
    if not os.access(program, os.X_OK):
        raise ToolchainError(f"the provider's program {program} is missing")
    for folder in (settings.folder, state_folder(settings), settings.folder / "home"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _prune(settings.folder / "home" / "logs")
    project = {
        "name": PROJECT,
        "runtime": "python",
        "description": "Landing zones of municipalities in their centre",
        "plugins": {"providers": [{"name": PACKAGE, "path": str(settings.provider_folder)}]},
    }
    path = settings.folder / "Pulumi.yaml"
    text = yaml.safe_dump(project, sort_keys=False)
    if not path.is_file() or path.read_text() != text:
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(text)
        part.replace(path)


def _prune(logs: Path) -> None:
    """Keep only the newest of the files that the CLI writes about each of its commands."""
    if not logs.is_dir():
        return
    dated = []
    for path in logs.iterdir():
        try:
            dated.append((path.stat().st_mtime_ns, path))
        except FileNotFoundError:
            continue
    for _, path in sorted(dated)[:-_KEPT_LOGS]:
        path.unlink(missing_ok=True)


def state_folder(settings: StackSettings) -> Path:
    """Return the folder of the file state backend."""
    return settings.folder / "state"


def cli_environment(settings: StackSettings) -> dict[str, str]:
    """Return the whole environment of the CLI: it asks nobody on the network and writes only in here."""
    home = str(settings.folder / "home")
    return {
        "PATH": os.defpath,
        "HOME": home,
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PULUMI_HOME": home,
        # Each state would have an attribute file beside it, which is truncated and written in place: a kill
        # in between made the state unreadable ("failed to load checkpoint: EOF").
        "PULUMI_BACKEND_URL": f"file://{state_folder(settings)}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(settings.passphrase_file),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_CI_DETECTION": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
    }
