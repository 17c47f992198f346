"""Compose a programme from the settings: the one place where the parts of a process are chosen."""

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from api.errors import SettingsInvalid
from api.programme_source import ProgrammeSource
from api.settings import Settings
from inventory.approvers import render_allowed_signers
from inventory.endpoints import load_endpoints
from inventory.service import load_checked, take_snapshot
from migrations.programme import Programme, Report
from records.service import Records, utc_now
from records.vault import Vault
from stacks.service import LandingZones
from stacks.work_folder import make_passphrase, stack_settings

_DATABASE = "programme.db"
_TOOLCHAIN_FILE = Path(__file__).parents[1] / ".samdrift" / "toolchain.json"


@contextmanager
def _state_folder_trouble(folder: Path) -> Iterator[None]:
    """Tell what is wrong with the state folder as a setting that must be corrected."""
    try:
        yield
    except OSError as error:
        raise SettingsInvalid(
            f"the state folder {folder} cannot be used ({error.strerror}); correct the setting state_folder, "
            "or its permissions",
        ) from error


def say_nothing(_what: str, _done: int, _total: int) -> None:
    """Take progress and tell nobody."""


def has_records(settings: Settings) -> bool:
    """Tell whether the state folder has a programme database already."""
    return (settings.state_folder.absolute() / _DATABASE).is_file()


def open_records(settings: Settings) -> Records:
    """Open the records in the state folder."""
    folder = settings.state_folder.absolute()
    with _state_folder_trouble(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Records(f"sqlite:///{folder / _DATABASE}", folder / "evidence")


def run_folder(settings: Settings) -> Path:
    """Return the short folder of this state folder's sockets and runs; another state has another.

    Unix sockets allow 108 bytes, so it lies in the temporary directory and its name is a short digest.
    """
    name = sha256(os.fsencode(settings.state_folder.absolute())).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"sd-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        # Everybody may make names in the temporary directory; what others can reach is not used.
        raise SettingsInvalid(f"{folder} is not this user's alone; remove it, it is made anew")
    return folder


def _write_signers(path: Path, text: str) -> None:
    """Write who may approve in one step: another command may be reading it, and mostly it is the same."""
    with _state_folder_trouble(path.parent):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return
        part = path.with_name(f".{path.name}.{os.getpid()}")
        part.write_text(text, encoding="utf-8")
        part.replace(path)


@contextmanager
def opened_source(settings: Settings) -> Iterator[ProgrammeSource]:
    """Open what only looks: the inventory and the records, without any way to the world.

    Raises:
        InventoryError: the inventory is not clean.
        RecordsError: the records cannot be opened.
    """
    inventory = load_checked(settings.inventory, extra_approvers=settings.allowed_signers)
    records = open_records(settings)
    try:
        yield ProgrammeSource(take_snapshot(inventory), records, clock=utc_now)
    finally:
        records.close()


@contextmanager
def opened_programme(settings: Settings, report: Report = say_nothing) -> Iterator[Programme]:
    """Open everything that an undertaking works with, and close it again.

    Raises:
        InventoryError: the inventory is not clean.
        RecordsError: the records cannot be opened.
        SettingsInvalid: the state folder cannot be used.
    """
    inventory = load_checked(settings.inventory, extra_approvers=settings.allowed_signers)
    endpoints = load_endpoints(
        inventory, settings.endpoints, vault_password_from=settings.vault_password_from
    )
    records = open_records(settings)
    try:
        state = settings.state_folder.absolute()
        signers = state / "allowed_signers"
        _write_signers(signers, render_allowed_signers(inventory.approvers))
        yield Programme(
            snapshot=take_snapshot(inventory),
            records=records,
            vault=Vault(state / "backups", settings.backup_key or state / "backup.key"),
            endpoints=endpoints,
            state_folder=state,
            run_folder=run_folder(settings),
            actor=settings.identity,
            allowed_signers=signers,
            clock=utc_now,
            report=report,
        )
    finally:
        records.close()


def landing_zones(settings: Settings) -> LandingZones:
    """Return the stacks of the state folder, with the CLI that the set-up found."""
    stacks = stack_settings(
        settings.state_folder.absolute() / "stacks",
        toolchain_file=_TOOLCHAIN_FILE,
        provider_folder=Path(sys.executable).parent,
    )
    make_passphrase(stacks.passphrase_file)
    return LandingZones(stacks)
