"""``samdrift inventory reference``: the reference of the inventory's files, made from the models."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.inventory_answers import end_not_possible
from inventory.errors import InventoryError
from inventory.reference import render_reference


def reference_command(
    write: Annotated[Path | None, typer.Option("--write", metavar="FILE", help="Write it there.")] = None,
) -> None:
    """Print the reference of the inventory's files as Markdown."""
    text = render_reference()
    if write is None:
        typer.echo(text, nl=False)
        return
    try:
        write.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = InventoryError(f"cannot write {write}: {error.strerror}; name another file")
        end_not_possible(reason, as_json=False)
    typer.echo(f"wrote {write}")
