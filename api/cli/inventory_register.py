"""``samdrift inventory register``: the NIS2 register, and what changed in it lately."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from api.cli.inventory_answers import (
    EXIT_VIOLATIONS,
    InventoryOption,
    TableFormat,
    day_of,
    end_not_possible,
    inventory_folder,
    write_json,
)
from inventory.errors import InventoryError, InventoryViolationsError, RevisionError
from inventory.local_time import LOCAL_ZONE
from inventory.models import Inventory
from inventory.nis2_register import (
    BASIS,
    NOTICE_DAYS,
    NIS2Register,
    RegisterChange,
    RegisterEntry,
    build_register,
    register_changes,
)
from inventory.revisions import find_repository
from inventory.service import load_checked

_COLUMNS = (
    "municipality", "entity", "code", "record", "prefix", "purpose", "provider", "name", "role", "telephone",
    "email",
)  # fmt: skip


def register_command(
    inventory: InventoryOption = None,
    output: Annotated[
        TableFormat, typer.Option("--format", help="human, json or csv; csv holds the register alone")
    ] = TableFormat.HUMAN,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Changes from this day on; two weeks back")
    ] = None,
) -> None:
    """Export the NIS2 register (contacts, public IP ranges) and tell what changed in it, by git.

    Exit 1 when the inventory has violations, 2 when it or its history cannot be read.
    """
    folder = inventory_folder(inventory)
    as_json = output is TableFormat.JSON
    try:
        first_day = _two_weeks_back(datetime.now(UTC)) if since is None else day_of(since, "--since")
        checked = load_checked(folder)
        changes = _changes(checked, folder, first_day, asked=since is not None)
    except InventoryViolationsError as error:
        end_not_possible(error, as_json=as_json, code=EXIT_VIOLATIONS)
    except InventoryError as error:
        end_not_possible(error, as_json=as_json)
    register = NIS2Register(since=first_day, entries=build_register(checked), changes=changes)
    if output is TableFormat.JSON:
        write_json(register)
    elif output is TableFormat.CSV:
        typer.echo(_csv(register.entries), nl=False)
    else:
        typer.echo("\n".join(_lines(register)))


def _two_weeks_back(now: datetime) -> date:
    return now.astimezone(LOCAL_ZONE).date() - timedelta(days=NOTICE_DAYS)


def _changes(
    inventory: Inventory, folder: Path, since: date, *, asked: bool
) -> tuple[RegisterChange, ...] | None:
    """Return the changes; without git the register alone is an answer, unless changes were asked for."""
    try:
        return register_changes(inventory, find_repository(folder), since=since)
    except RevisionError as error:
        if asked:
            raise
        typer.echo(f"samdrift: what changed is not known: {error}", err=True)
        return None


def _csv(entries: tuple[RegisterEntry, ...]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        head = {"municipality": entry.municipality, "entity": entry.entity, "code": entry.code}
        for one in entry.public_ranges:
            writer.writerow({**head, "record": "public range", **one.model_dump(mode="json")})
        for contact in entry.contacts:
            writer.writerow({**head, "record": "contact", **contact.model_dump(mode="json")})
        if not entry.public_ranges and not entry.contacts:
            writer.writerow({**head, "record": "nothing registered"})
    return text.getvalue()


def _lines(register: NIS2Register) -> list[str]:
    lines = [BASIS]
    for entry in register.entries:
        lines += ["", f"{entry.entity} ({entry.municipality}, code {entry.code})"]
        for one in entry.public_ranges:
            by = "own address space" if one.provider is None else f"by {one.provider}"
            lines.append(f"  {one.prefix}  {one.purpose}, {by}")
        for contact in entry.contacts:
            email = "" if contact.email is None else f", {contact.email}"
            lines.append(f"  {contact.role}: {contact.name}, {contact.telephone}{email}")
        lines += [f"  missing: {what}" for what in entry.missing()]
    lines += ["", f"changes since {register.since.isoformat()}:"]
    if register.changes is None:
        return [*lines, "  not known, since git does not tell"]
    return [*lines, *([f"  {_change(one)}" for one in register.changes] or ["  none"])]


def _change(one: RegisterChange) -> str:
    when = "not committed"
    if one.revision is not None:
        day = one.revision.committed_at.astimezone(LOCAL_ZONE).date().isoformat()
        when = f"{day} {one.revision.commit[:12]}"
    told = f"{when}  {one.municipality}: {one.subject} {one.name} {one.kind}"
    if one.kind == "unreadable":
        return f"{told}: {one.after}"
    if isinstance(one.before, dict) and isinstance(one.after, dict):
        after = one.after
        parts = (f"{key} {old} → {after[key]}" for key, old in one.before.items() if after[key] != old)
        return f"{told}: {', '.join(parts)}"
    return told
