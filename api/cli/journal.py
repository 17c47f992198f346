"""``samdrift journal``: read and verify what was decided and done."""

from typing import Annotated

import typer
from rich.table import Table

from api.cli.parameters import Inventory, console, settings_with
from records.service import Records

app = typer.Typer(no_args_is_help=True, help="Read and verify the journal.")


def _records(inventory: Inventory) -> Records:
    from api.composition import open_records  # noqa: PLC0415  # loads the whole controller

    return open_records(settings_with(inventory))


@app.command("verify")
def verify_command(inventory: Inventory = None) -> None:
    """Re-hash every entry: exit 0 the chain holds, 2 it does not."""
    records = _records(inventory)
    with records.reading() as transaction:
        count = transaction.journal.verify()
    records.close()
    console().print(f"{count} entries, the chain holds", highlight=False)


@app.command("show")
def show_command(
    inventory: Inventory = None,
    subject: Annotated[str | None, typer.Option("--subject", help="Only one asset or plan.")] = None,
) -> None:
    """Show the journal, oldest first."""
    table = Table()
    for title in ("Nr.", "Time (UTC)", "Who", "What", "Subject", "Why"):
        table.add_column(title)
    records = _records(inventory)
    with records.reading() as transaction:
        for entry in transaction.journal.entries(subject=subject):
            at = f"{entry.at:%Y-%m-%d %H:%M:%S}"
            table.add_row(str(entry.sequence), at, entry.actor, entry.action, entry.subject, entry.why)
    records.close()
    console().print(table)
