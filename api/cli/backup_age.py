"""``samdrift backup age``: how old the newest backup of every device is that can be restored."""

import json
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from api.cli.parameters import EXIT_SAID_NO, Inventory, Select, console, programme_for
from migrations.backup_age import BackupAge, backup_ages

_SECONDS_AN_HOUR = 3600


class AgeFormat(StrEnum):
    """How ages are told."""

    HUMAN = "human"
    JSON = "json"


def age_command(
    inventory: Inventory = None,
    select: Select = "",
    *,
    longest_days: Annotated[int, typer.Option("--max-days", min=0, help="What is older is too old.")] = 7,
    output: Annotated[AgeFormat, typer.Option("--format", help="human or json")] = AgeFormat.HUMAN,
) -> None:
    """Open every device's backups, the newest first: exit 0 all can be restored and are young, 1 one is not.

    The age counts from when the device was last found to hold that configuration (OPS-01).
    """
    with programme_for(inventory) as programme:
        ages = backup_ages(programme, selection=select)
    longest = timedelta(days=longest_days)
    bad = [one for one in ages if not one.is_within(longest)]
    if output is AgeFormat.JSON:
        typer.echo(json.dumps([_told(one, longest) for one in ages], indent=2, ensure_ascii=False))
    else:
        _show(ages, longest)
        good = len(ages) - len(bad)
        console().print(
            f"{good} of {len(ages)} devices have a backup that can be restored and is at most {longest_days} "
            "days old",
            highlight=False,
        )
    if bad:
        raise typer.Exit(EXIT_SAID_NO)


def _show(ages: tuple[BackupAge, ...], longest: timedelta) -> None:
    table = Table()
    for title in ("Device", "Backup", "Since", "Last seen on the device", "Age", "Verdict"):
        table.add_column(title)
    for one in ages:
        if one.backup is None or one.seen_at is None:
            table.add_row(one.device, "", "", "", "", one.message)
            continue
        verdict = one.message or ("restorable" if one.is_within(longest) else "too old; collect from it")
        table.add_row(
            one.device,
            str(one.backup.number),
            f"{one.backup.at:%Y-%m-%d %H:%M} UTC",
            f"{one.seen_at:%Y-%m-%d %H:%M} UTC",
            f"{_hours(one)} h",
            verdict,
        )
    console().print(table)


def _told(one: BackupAge, longest: timedelta) -> dict[str, object]:
    row = one.backup
    return {
        "device": one.device,
        "backup": None if row is None else row.number,
        "taken_at": None if row is None else row.at.isoformat(),
        "seen_at": None if one.seen_at is None else one.seen_at.isoformat(),
        "age_hours": _hours(one),
        "evidence": None if row is None else row.evidence,
        "sealed": None if row is None else row.sealed,
        "is_good": one.is_within(longest),
        "message": one.message,
    }


def _hours(one: BackupAge) -> int | None:
    return None if one.age is None else int(one.age.total_seconds() // _SECONDS_AN_HOUR)
