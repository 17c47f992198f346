"""``samdrift backup collect``: ask devices for their configurations and keep them sealed."""

import typer

from api.cli.parameters import EXIT_SAID_NO, Inventory, Select, console, programme_for
from migrations.backup_collection import collect_backups


def collect_command(inventory: Inventory = None, select: Select = "") -> None:
    """Back every device up, judging nothing: exit 0 every device has its backup, 1 one could not be asked.

    A configuration that is what it was makes no new backup.
    """
    with programme_for(inventory) as programme:
        taken = collect_backups(programme, selection=select)
    screen = console()
    for one in taken:
        if one.backup is None:
            told = f"no backup: {one.message}"
        else:
            told = f"backup {one.backup.number}, {'new' if one.is_new else 'as it was'}"
        screen.print(f"{one.device}: {told}", markup=False, highlight=False)
    kept = sum(one.backup is not None for one in taken)
    new = sum(one.is_new for one in taken)
    screen.print(f"{kept} of {len(taken)} devices are backed up, {new} anew", highlight=False)
    if kept != len(taken):
        raise typer.Exit(EXIT_SAID_NO)
