"""``samdrift inventory``: check, show and freeze what exists and what is intended."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import JsonValue
from rich.console import Console
from rich.table import Table

from api.cli.inventory_check import check_command
from api.cli.inventory_connection import connection_command
from api.cli.inventory_diff import diff_command
from api.cli.inventory_generate import generate_command
from api.cli.inventory_import_servers import app as import_app
from api.cli.inventory_reference import reference_command
from api.cli.inventory_register import register_command
from api.cli.inventory_status import status_command
from api.settings import load_settings
from inventory.editor_files import EXTENSION, write_editor_files
from inventory.errors import InventoryError, InventoryReadError, InventoryViolationsError
from inventory.models import Inventory
from inventory.schema import FILES, render_json_schema
from inventory.selection import SelectedDevice, select_devices
from inventory.service import load_checked, take_snapshot

EXIT_VIOLATIONS = 1
EXIT_NOT_READ = 2
_WIDTH_WITHOUT_TERMINAL = 160

app = typer.Typer(no_args_is_help=True, help="Check, show and freeze what exists and what is intended.")


app.command("check")(check_command)
app.command("connection")(connection_command)
app.command("diff")(diff_command)
app.command("generate")(generate_command)
app.command("register")(register_command)
app.command("reference")(reference_command)
app.command("status")(status_command)
app.add_typer(import_app, name="import")


class OutputFormat(StrEnum):
    """How an answer is written."""

    HUMAN = "human"
    JSON = "json"


Folder = Annotated[
    Path | None,
    typer.Argument(metavar="[FOLDER]", help="Folder with samdrift.yaml; the setting 'inventory' by default."),
]
Format = Annotated[OutputFormat, typer.Option("--format", help="human or json")]


@app.command("schema")
def schema_command(
    file: Annotated[str | None, typer.Argument(help=f"One of {', '.join(FILES)}")] = None,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="FOLDER", help="Set up VS Code for the folder that it opens."),
    ] = None,
) -> None:
    """Print the JSON Schema of one file of an inventory, or of all, or set up an editor with them."""
    try:
        if write is not None:
            _write_editor_files(write)
            return
        answer: JsonValue = render_json_schema(file) if file is not None else _every_schema()
    except InventoryError as error:
        _fail(error, EXIT_NOT_READ, OutputFormat.HUMAN)
    _write_json(answer)


@app.command("snapshot")
def snapshot_command(
    folder: Folder = None,
    output: Annotated[Path | None, typer.Option("--output", help="Also write the snapshot here.")] = None,
) -> None:
    """Freeze a checked inventory and print the SHA-256 that names it."""
    snapshot = take_snapshot(_checked(folder, OutputFormat.HUMAN))
    if output is not None:
        try:
            output.write_text(snapshot.model_dump_json(indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            reason = error.strerror or "not writable"
            _fail(InventoryError(f"cannot write {output}: {reason}; name another file"), EXIT_NOT_READ)
    typer.echo(snapshot.digest)


@app.command("show")
def show_command(
    folder: Folder = None,
    select: Annotated[str, typer.Option("--select", help="Such as role=firewall platform!=ios")] = "",
    output: Format = OutputFormat.HUMAN,
) -> None:
    """Show the devices that a selection names; a selection that matches nothing is an error."""
    inventory = _checked(folder, output)
    try:
        selected = select_devices(inventory, select)
    except InventoryError as error:
        _fail(error, EXIT_NOT_READ, output)
    if output is OutputFormat.JSON:
        _write_json([one.model_dump(mode="json") for one in selected])
    else:
        _show_devices(selected)


def _write_editor_files(folder: Path) -> None:
    for path in write_editor_files(folder):
        typer.echo(f"wrote {path}")
    typer.echo(f"{folder}: VS Code completes and checks inventory files with the extension {EXTENSION}")


def _every_schema() -> JsonValue:
    return {name: render_json_schema(name) for name in FILES}


def _checked(folder: Path | None, output: OutputFormat) -> Inventory:
    """Return the inventory, or end the command with what is wrong with it."""
    try:
        return load_checked(folder if folder is not None else load_settings().inventory)
    except InventoryViolationsError as error:
        _fail(error, EXIT_VIOLATIONS, output)
    except InventoryReadError as error:
        _fail(error, EXIT_NOT_READ, output)


def _fail(error: InventoryError, code: int, output: OutputFormat = OutputFormat.HUMAN) -> NoReturn:
    if output is OutputFormat.JSON:
        _write_json({"error": str(error)})
    typer.echo(f"samdrift: {error}", err=True)
    raise typer.Exit(code)


def _write_json(answer: JsonValue) -> None:
    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))


def _console() -> Console:
    """Return a console as wide as its terminal, or wide enough for whole rows where there is none."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)


def _show_devices(selected: tuple[SelectedDevice, ...]) -> None:
    table = Table()
    for title in ("device", "municipality", "site", "role", "platform", "model", "address", "ports"):
        table.add_column(title, overflow="fold")
    for one in selected:
        device = one.device
        table.add_row(
            device.name,
            one.municipality,
            device.site,
            device.role,
            device.platform,
            device.model,
            str(device.management_address),
            str(sum(1 for _ in device.ports())),
        )
    console = _console()
    console.print(table)
    console.print(f"devices: {len(selected)}")
