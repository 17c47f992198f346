"""``samdrift backup``: the configurations that can be restored, and how they are given out."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.backup_age import age_command
from api.cli.backup_collect import collect_command
from api.cli.parameters import EXIT_SAID_NO, Inventory, Select, console, programme_for
from migrations.backups import export_backups, reveal_backup, verify_backups
from migrations.offline_pack.pack import write_offline_pack

app = typer.Typer(
    no_args_is_help=True, help="Take, show, check, export and reveal the backups of configurations."
)
app.command("collect")(collect_command)
app.command("age")(age_command)


@app.command("list")
def list_command(
    inventory: Inventory = None,
    device: Annotated[str | None, typer.Option("--device", help="Every backup of this device.")] = None,
) -> None:
    """Show the newest backup of every device, or every backup of one: exit 1 when there is none."""
    with programme_for(inventory) as programme, programme.records.reading() as transaction:
        rows = transaction.backups.latest() if device is None else transaction.backups.of_device(device)
    table = Table()
    table.add_column("Backup", justify="right")
    for title in ("Device", "Platform", "Since", "Evidence (masked)", "Why"):
        table.add_column(title)
    for row in rows:
        since = f"{row.at:%Y-%m-%d %H:%M:%S} UTC"
        table.add_row(str(row.number), row.device, row.platform, since, row.evidence[:12], row.reason)
    screen = console()
    screen.print(table)
    screen.print(f"{len(rows)} backups", highlight=False)
    if not rows:
        raise typer.Exit(EXIT_SAID_NO)


@app.command("verify")
def verify_command(inventory: Inventory = None, select: Select = "") -> None:
    """Open the newest backup of every device and read it: exit 0 all can be restored, 1 one cannot."""
    with programme_for(inventory) as programme:
        checks = verify_backups(programme, selection=select)
    screen = console()
    bad = [check for check in checks if not check.is_restorable]
    for check in bad:
        screen.print(f"{check.device}: {check.message}", markup=False, highlight=False)
    screen.print(f"{len(checks) - len(bad)} of {len(checks)} devices have a readable backup", highlight=False)
    if bad:
        raise typer.Exit(EXIT_SAID_NO)


@app.command("export")
def export_command(
    folder: Annotated[Path, typer.Argument(help="Folder, usually of a git repository.")],
    inventory: Inventory = None,
    select: Select = "",
) -> None:
    """Write MUNICIPALITY/DEVICE.cfg for git, secrets masked: a file differs only when its device does."""
    with programme_for(inventory) as programme:
        written = export_backups(programme, folder, selection=select)
    console().print(f"{len(written)} configurations are in {folder}", markup=False, highlight=False)
    if not written:
        raise typer.Exit(EXIT_SAID_NO)


@app.command("offline-pack")
def offline_pack_command(
    municipality: Annotated[str, typer.Argument(help="Its name in the inventory.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A new folder.")],
    inventory: Inventory = None,
    *,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="With every password; the journal remembers who did.")
    ] = False,
) -> None:
    """Write what a municipality needs on the worst day, for people without network and this software.

    Exit 0 every device has a configuration in it, 1 one has none; the pages name it.
    """
    with programme_for(inventory) as programme:
        pack = write_offline_pack(programme, municipality, output, with_secrets=with_secrets)
    screen = console()
    for name in pack.without_configuration:
        screen.print(f"{name}: no configuration was ever collected", markup=False, highlight=False)
    told = f"{len(pack.files)} files are in {pack.folder}; open index.html"
    screen.print(told, markup=False, highlight=False)
    if pack.without_configuration:
        raise typer.Exit(EXIT_SAID_NO)


@app.command("reveal")
def reveal_command(
    number: Annotated[int, typer.Argument(help="Number of the backup, as `backup list` shows it.", min=1)],
    output: Annotated[Path, typer.Option("--output", "-o", help="A new file; only you may read it.")],
    inventory: Inventory = None,
) -> None:
    """Write one backup with its secrets, to restore a device; the journal remembers who did."""
    with programme_for(inventory) as programme:
        row = reveal_backup(programme, number, output)
    told = f"backup {row.number} of {row.device} is in {output} with its secrets; remove it after use"
    console().print(told, markup=False, highlight=False)
