"""``samdrift inventory status``: where every municipality stood at the end of a past day."""

import csv
import io
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.inventory_answers import (
    InventoryOption,
    TableFormat,
    day_of,
    end_not_possible,
    write_json,
)
from api.settings import Settings, load_settings
from inventory.errors import InventoryError
from inventory.local_time import LOCAL_ZONE
from inventory.revisions import end_of_day, find_repository
from inventory.snapshot_source import open_revision

if TYPE_CHECKING:
    from migrations.status_export import AssetCounts, MunicipalityExport, StatusExport
    from records.models import AssetState


def status_command(
    day: Annotated[
        str, typer.Option("--date", metavar="DATE", help="A day that is over, such as 2026-11-01")
    ],
    municipality: Annotated[
        str | None, typer.Option("--municipality", "-m", help="One municipality; all by default.")
    ] = None,
    inventory: InventoryOption = None,
    output: Annotated[TableFormat, typer.Option("--format", help="human, json or csv")] = TableFormat.HUMAN,
) -> None:
    """Tell where every municipality stood at the end of a past day in Denmark, from git and the records.

    The same day gives the same answer whenever it is asked.
    """
    # Only this command of the group needs the controller and the database.
    from migrations.errors import NothingToDo  # noqa: PLC0415
    from migrations.status_export import build_status_export  # noqa: PLC0415

    settings = load_settings()
    try:
        wanted = day_of(day, "--date")
        repository = find_repository(settings.inventory if inventory is None else inventory)
        revision = repository.on_day(wanted, now=datetime.now(UTC))
        named = open_revision(repository, revision)
        export = build_status_export(
            day=wanted,
            revision=revision,
            named=named,
            states=_states(settings, wanted),
            municipality=municipality,
        )
    except NothingToDo as error:
        end_not_possible(InventoryError(str(error)), as_json=output is TableFormat.JSON)
    except InventoryError as error:
        end_not_possible(error, as_json=output is TableFormat.JSON)
    _write(export, output)


def _states(settings: Settings, day: date) -> "tuple[AssetState, ...] | None":
    from api.composition import has_records, open_records  # noqa: PLC0415

    if not has_records(settings):
        return None
    records = open_records(settings)
    try:
        with records.reading() as transaction:
            return transaction.assets.states(before=end_of_day(day))
    finally:
        records.close()


def _write(export: "StatusExport", output: TableFormat) -> None:
    if output is TableFormat.JSON:
        write_json(export)
    elif output is TableFormat.CSV:
        typer.echo(_csv(export), nl=False)
    else:
        typer.echo("\n".join(_lines(export)))


def _csv(export: "StatusExport") -> str:
    rows = [_row(export, one) for one in export.municipalities]
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _row(export: "StatusExport", one: "MunicipalityExport") -> dict[str, str | int]:
    row: dict[str, str | int] = {
        "day": export.day.isoformat(),
        "commit": export.revision.commit,
        "municipality": one.name,
        "title": one.title,
        "code": one.code,
        "centre": one.centre,
        "phase": one.phase,
        "sites": one.sites,
        "devices": one.devices.total,
        "device_states": _states_told(one.devices),
        "servers": one.servers.total,
        "server_states": _states_told(one.servers),
        "sensors": one.sensors.total,
        "sensors_both_sides": one.sensors.both_sides,
        "open_exceptions": len(one.open_exceptions),
        "freezes": len(one.freezes),
    }
    for deadline in one.deadlines:
        row[deadline.requirement] = deadline.verdict
        row[f"{deadline.requirement}_reason"] = deadline.reason
    return row


def _states_told(counts: "AssetCounts") -> str:
    if counts.states is None:
        return "not known"
    return ", ".join(f"{state.count} {state.state}" for state in counts.states)


def _lines(export: "StatusExport") -> list[str]:
    at = export.revision.committed_at.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M")
    lines = [
        f"status at the end of {export.day.isoformat()}",
        f"commit {export.revision.commit[:12]} of {at}, snapshot {export.snapshot[:12]}",
    ]
    if export.violations:
        lines.append(f"the inventory broke rules: {export.violations} violations")
    for one in export.municipalities:
        lines += ["", f"{one.title} ({one.name}, code {one.code}), centre {one.centre}"]
        lines += [
            f"  {due.requirement} by {due.deadline.isoformat()}: {due.verdict}, {due.reason}"
            for due in one.deadlines
        ]
        lines += [
            f"  sites: {one.sites}",
            f"  devices: {one.devices.total} ({_states_told(one.devices)})",
            f"  servers: {one.servers.total} ({_states_told(one.servers)})",
            f"  sensors: {one.sensors.total}, on both sides: {one.sensors.both_sides}",
        ]
        lines += [
            f"  exception {granted.name}: {granted.control}, {granted.owner}, until {granted.expires_on}"
            for granted in one.open_exceptions
        ]
        lines += [
            f"  freeze {freeze.name}: {freeze.reason}, "
            + ("in force" if freeze.in_force else f"from {_local_day(freeze.starts_at)}")
            + f" until {_local_day(freeze.ends_at)}"
            for freeze in one.freezes
        ]
    return lines


def _local_day(moment: datetime) -> str:
    return moment.astimezone(LOCAL_ZONE).date().isoformat()
