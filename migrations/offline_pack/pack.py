"""Write a municipality's offline pack: pages, configurations, and a list of checksums."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from migrations.backups import open_backup
from migrations.errors import OfflinePackNotWritten
from migrations.offline_pack.pages import SavedConfiguration, build_view, render_pages
from migrations.programme import Programme

CHECKSUMS = "SHA256SUMS"
_CONFIGURATIONS = "konfigurationer"


@dataclass(frozen=True)
class OfflinePack:
    """What was written, and which devices have no configuration in it."""

    folder: Path
    files: tuple[str, ...]
    without_configuration: tuple[str, ...]


def write_offline_pack(
    programme: Programme, municipality: str, folder: Path, *, with_secrets: bool
) -> OfflinePack:
    """Write the last good configurations, contacts and instructions of a municipality into a new folder.

    The last good configuration is the one that was last approved, else the newest that was seen; the pages
    say which. Without secrets each is replaced by a mark; with them the journal says who took them out.
    ``sha256sum -c SHA256SUMS`` in the folder checks the pack without this software.

    Raises:
        NothingToDo: the inventory has no such municipality.
        OfflinePackNotWritten: the folder is there already, or cannot be written.
        BackupNotWhole, RecordsError: a configuration cannot be read; nothing is written.
    """
    town = programme.municipality(municipality)
    configurations = {
        device.name: saved
        for device in town.devices
        if (saved := _saved(programme, device.name, with_secrets=with_secrets)) is not None
    }
    view = build_view(
        town,
        configurations,
        centre=town.municipality.centre,
        snapshot=programme.snapshot.digest,
        made_at=programme.clock(),
        with_secrets=with_secrets,
    )
    texts = render_pages(view)
    texts |= {f"{_CONFIGURATIONS}/{saved.file()}": saved.text for saved in configurations.values()}
    if with_secrets:
        _remember(programme, municipality, configurations)
    _write(folder, texts)
    return OfflinePack(
        folder=folder,
        files=(*sorted(texts), CHECKSUMS),
        without_configuration=tuple(
            device.name for device in town.devices if device.name not in configurations
        ),
    )


def _saved(programme: Programme, device: str, *, with_secrets: bool) -> SavedConfiguration | None:
    with programme.records.reading() as transaction:
        approved = transaction.configurations.newest(device, approved=True)
        if approved is not None and approved.backup is not None:
            row = transaction.backups.get(approved.backup)
        else:
            newest = transaction.backups.newest(device)
            if newest is None:
                return None
            approved, row = None, newest
    if with_secrets:
        text = open_backup(programme, row)
    else:
        text = programme.records.evidence.get(row.evidence).decode()
    return SavedConfiguration(backup=row, approved=approved is not None, text=text.rstrip("\n") + "\n")


def _remember(programme: Programme, municipality: str, saved: dict[str, SavedConfiguration]) -> None:
    with programme.records.writing() as transaction:
        transaction.journal.append(
            actor=programme.actor,
            action="reveal offline pack",
            subject=municipality,
            why="the configurations of its devices are written out with their secrets",
            after={name: one.backup.number for name, one in saved.items()},
        )


def _write(folder: Path, texts: dict[str, str]) -> None:
    """Write all of it beside its place and put it there in one step; a kill leaves no half pack."""
    if folder.exists():
        raise OfflinePackNotWritten(f"{folder} is there already; name a new folder")
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        for name, text in texts.items():
            path = part / name
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8", newline="\n")
        (part / CHECKSUMS).write_text(_checksums(texts), encoding="utf-8", newline="\n")
        part.replace(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        reason = error.strerror or "it cannot be written"
        raise OfflinePackNotWritten(f"{folder}: {reason}; name a new folder where you may write") from error


def _checksums(texts: dict[str, str]) -> str:
    return "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(texts.items())
    )
