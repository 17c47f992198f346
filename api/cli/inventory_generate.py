"""``samdrift inventory generate``: an invented inventory of the whole country, or of a part, from a seed."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.inventory_answers import AnswerFormat, end_not_possible, write_json
from api.cli.progress import ProgressDisplay
from inventory.errors import InventoryError
from inventory.generator.service import GeneratedInventory, generate_inventory
from inventory.national import municipalities

_BYTES_PER_MB = 1_000_000


def _known_slugs(incomplete: str) -> list[str]:
    return [one.slug for one in municipalities() if one.slug.startswith(incomplete.lower())]


def generate_command(
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")],
    output: Annotated[Path, typer.Option("--output", help="A new or empty folder.")],
    municipality: Annotated[
        list[str] | None,
        typer.Option(
            "--municipality",
            help="Only this one, by name or code; may be repeated for municipalities of one centre.",
            autocompletion=_known_slugs,
        ),
    ] = None,
    form: Annotated[AnswerFormat, typer.Option("--format", help="human or json")] = AnswerFormat.HUMAN,
) -> None:
    """Generate an invented inventory as large and untidy as the real one: exit 0 written, 2 not possible."""
    try:
        with ProgressDisplay() as display:
            made = generate_inventory(seed, output, names=municipality or (), progress=display.report)
    except InventoryError as error:
        end_not_possible(error, as_json=form is AnswerFormat.JSON)
    if form is AnswerFormat.JSON:
        counts = {name: getattr(made, name) for name in _COUNTS}
        size = {"files": made.written.files, "size_bytes": made.written.size_bytes}
        write_json({"folder": str(made.folder), "seed": seed, **counts, **size})
    else:
        typer.echo(_told(made))


_COUNTS = ("municipalities", "sites", "devices", "servers", "sensors")


def _told(made: GeneratedInventory) -> str:
    counts = ", ".join(f"{name}: {getattr(made, name)}" for name in _COUNTS)
    size = f"{made.written.size_bytes / _BYTES_PER_MB:.1f} MB in {made.written.files} files"
    return f"{made.folder}: {counts}; {size}"
