"""``samdrift inventory check``: every violation of an inventory folder, for people and for pipelines."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.cli.progress import ProgressDisplay
from api.settings import load_settings
from inventory.checking.folder_check import FolderCheck, Workers, check_folder
from inventory.checking.reports import render_junit, render_junit_error
from inventory.checking.result_cache import ResultCache
from inventory.errors import InventoryReadError

EXIT_VIOLATIONS = 1
EXIT_NOT_READ = 2
RESULTS = "inventory-check"
_WIDTH_WITHOUT_TERMINAL = 160
_WORTH_PROGRESS = 8


class CheckFormat(StrEnum):
    """How the answer of a check is written."""

    HUMAN = "human"
    JSON = "json"
    JUNIT = "junit"


def check_command(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]", help="Folder with samdrift.yaml; the setting 'inventory' by default."
        ),
    ] = None,
    output: Annotated[CheckFormat, typer.Option("--format", help="human, json or junit")] = CheckFormat.HUMAN,
    *,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Judge every file anew, and keep no result.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes side by side; as many as there are processors by default."),
    ] = None,
) -> None:
    """Check an inventory and name every violation: exit 0 clean, 1 violations, 2 could not be read.

    What did not change since the last check is known already; its results lie in the state folder.
    """
    settings = load_settings()
    extra = settings.allowed_signers if folder is None else None
    folder = settings.inventory if folder is None else folder
    cache = None if no_cache else ResultCache(settings.state_folder / RESULTS, folder)
    try:
        with ProgressDisplay() as display:
            check = check_folder(
                folder,
                extra_approvers=extra,
                cache=cache,
                workers=Workers(count=workers),
                progress=lambda done, total: _report(display, done, total),
            )
    except InventoryReadError as error:
        _end_not_read(error, output)
    if cache is not None and not cache.writable:
        typer.echo(
            f"samdrift: no result can be kept in {settings.state_folder}, so the next check starts anew; "
            "make it writable, or say --no-cache",
            err=True,
        )
    _write(check, output)
    if check.violations:
        raise typer.Exit(EXIT_VIOLATIONS)


def _report(display: ProgressDisplay, done: int, total: int) -> None:
    if total >= _WORTH_PROGRESS:
        display.report("checking municipalities", done, total)


def _write(check: FolderCheck, output: CheckFormat) -> None:
    if output is CheckFormat.JSON:
        typer.echo(json.dumps(check.model_dump(mode="json"), indent=2, ensure_ascii=False))
    elif output is CheckFormat.JUNIT:
        typer.echo(render_junit(check), nl=False)
    else:
        _show(check)


def _end_not_read(error: InventoryReadError, output: CheckFormat) -> NoReturn:
    if output is CheckFormat.JSON:
        typer.echo(json.dumps({"error": str(error)}, indent=2, ensure_ascii=False))
    elif output is CheckFormat.JUNIT:
        typer.echo(render_junit_error(str(error)), nl=False)
    typer.echo(f"samdrift: {error}", err=True)
    raise typer.Exit(EXIT_NOT_READ)


def _looked_at(check: FolderCheck) -> str:
    """Return how much was looked at: a check of nothing must be seen to be one."""
    counts = {
        "centres": check.centres,
        "municipalities": len(check.municipalities),
        **check.counts.model_dump(),
    }
    told = ", ".join(f"{name}: {count}" for name, count in counts.items())
    unchanged = f"; unchanged since the last check: {check.unchanged}" if check.unchanged else ""
    return f"scope: {check.scope or 'unknown'}, {told}{unchanged}"


def _show(check: FolderCheck) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
    if not check.violations:
        console.print(f"{check.folder}: no violations ({_looked_at(check)})", soft_wrap=True, markup=False)
        return
    if console.is_terminal:
        console.print(_table(check))
    else:
        for violation in check.violations:
            console.print(violation.render(), soft_wrap=True, markup=False)
    if not check.whole_inventory_judged:
        console.print(
            "the rules over several municipalities were not judged: correct the form of the files first",
            soft_wrap=True,
            markup=False,
        )
    console.print(f"violations: {len(check.violations)} ({_looked_at(check)})", soft_wrap=True, markup=False)


def _table(check: FolderCheck) -> Table:
    table = Table(title=f"{check.folder}", show_lines=True)
    for title in ("where", "what is wrong", "what to do", "rule"):
        table.add_column(title, overflow="fold")
    for violation in check.violations:
        also = "".join(f"\nsee also {place.render()}" for place in violation.related)
        # Texts of a file may hold square brackets; they are shown, never read as markup.
        cells = (
            violation.location.render(),
            f"{violation.message}{also}",
            violation.action,
            violation.rule,
        )
        table.add_row(*(Text(cell) for cell in cells))
    return table
