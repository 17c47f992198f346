"""Options that several commands share, and how a command opens its programme."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.cli.progress import ProgressDisplay
from api.settings import Settings, load_settings
from migrations.programme import Programme

EXIT_SAID_NO = 1
_WIDTH_WITHOUT_TERMINAL = 160

Inventory = Annotated[
    Path | None,
    typer.Option("--inventory", "-i", help="Inventory folder; the setting 'inventory' by default."),
]
Select = Annotated[
    str,
    typer.Option("--select", "-s", help="Selection such as 'role=access platform!=eos'; all by default."),
]
PlanFile = Annotated[Path, typer.Option("--plan", "-p", help="Plan file.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write the plan file here.")]


def console() -> Console:
    """Return a console for answers: as wide as the terminal, and wide enough for a log file."""
    made = Console()
    return made if made.is_terminal else Console(width=_WIDTH_WITHOUT_TERMINAL)


def settings_with(inventory: Path | None) -> Settings:
    """Return the settings, with an inventory folder from the command line if one is given."""
    settings = load_settings()
    return settings if inventory is None else settings.model_copy(update={"inventory": inventory})


@contextmanager
def programme_for(inventory: Path | None) -> Iterator[Programme]:
    """Open the programme of a command, with progress on the screen."""
    # Only commands that need the whole controller pay for loading it.
    from api.composition import opened_programme  # noqa: PLC0415

    settings = settings_with(inventory)
    with ProgressDisplay() as display, opened_programme(settings, display.report) as programme:
        yield programme
