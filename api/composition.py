"""Compose a programme from the settings: the one place where the parts of a process are chosen."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from api.settings import Settings
from inventory.approvers import render_allowed_signers
from inventory.endpoints import load_endpoints
from inventory.service import load_checked, take_snapshot
from migrations.programme import Programme, Report
from records.service import Records, utc_now
from stacks.service import LandingZones
from stacks.work_folder import make_passphrase, stack_settings

_TOOLCHAIN_FILE = Path(__file__).parents[1] / ".samdrift" / "toolchain.json"


def say_nothing(_what: str, _done: int, _total: int) -> None:
    """Take progress and tell nobody."""


def open_records(settings: Settings) -> Records:
    """Open the records in the state folder."""
    folder = settings.state_folder.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Records(f"sqlite:///{folder / 'programme.db'}", folder / "evidence")


def run_folder(settings: Settings) -> Path:
    """Return the short folder of this state folder's sockets and runs; another state has another.

    Unix sockets allow 108 bytes, so it lies in the temporary directory and its name is a short digest.
    """
    name = sha256(os.fsencode(settings.state_folder.absolute())).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"sd-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def opened_programme(settings: Settings, report: Report = say_nothing) -> Iterator[Programme]:
    """Open everything that an undertaking works with, and close it again.

    Raises:
        InventoryError: the inventory is not clean.
        RecordsError: the records cannot be opened.
    """
    inventory = load_checked(settings.inventory, extra_approvers=settings.allowed_signers)
    endpoints = load_endpoints(inventory, settings.endpoints)
    records = open_records(settings)
    try:
        state = settings.state_folder.absolute()
        signers = state / "allowed_signers"
        signers.write_text(render_allowed_signers(inventory.approvers), encoding="utf-8")
        yield Programme(
            snapshot=take_snapshot(inventory),
            records=records,
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
