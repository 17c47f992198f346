"""How the further commands of ``samdrift inventory`` answer: formats, exit codes, JSON and errors."""

import json
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import BaseModel, JsonValue

from api.settings import load_settings
from inventory.errors import InventoryError

EXIT_DIFFERENT = 1
EXIT_VIOLATIONS = 1
EXIT_NOT_POSSIBLE = 2


class AnswerFormat(StrEnum):
    """How an answer is written."""

    HUMAN = "human"
    JSON = "json"


class TableFormat(StrEnum):
    """How an export is written."""

    HUMAN = "human"
    JSON = "json"
    CSV = "csv"


InventoryOption = Annotated[
    Path | None,
    typer.Option("--inventory", "-i", help="Inventory folder; the setting 'inventory' by default."),
]


def inventory_folder(given: Path | None) -> Path:
    """Return the inventory folder of the command line, else of the settings."""
    return load_settings().inventory if given is None else given


def write_json(answer: JsonValue | BaseModel) -> None:
    """Write an answer as JSON, Danish letters as they are."""
    value = answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def day_of(text: str, option: str) -> date:
    """Return the day that an option names.

    Raises:
        InventoryError: it is no date.

    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InventoryError(f"{option}: '{text}' is no date; write it as 2026-11-01") from error


def end_not_possible(error: InventoryError, *, as_json: bool, code: int = EXIT_NOT_POSSIBLE) -> NoReturn:
    """End a command that is not possible, with its reason in the format that was asked for."""
    if as_json:
        write_json({"error": str(error)})
    typer.echo(f"samdrift: {error}", err=True)
    raise typer.Exit(code)
