"""``samdrift advisories``: a CSAF 2.0 document in, the affected devices out (R22)."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.parameters import EXIT_SAID_NO, Inventory, Select, settings_with
from compliance.advisories.service import AdvisoryMatch, match_devices, read_advisory
from compliance.errors import AdvisoryInvalid
from inventory.selection import select_devices
from inventory.service import load_checked

app = typer.Typer(no_args_is_help=True, help="Find the devices that a security advisory is about.")
app.callback()(lambda: None)


class MatchFormat(StrEnum):
    """How the affected devices are told."""

    TEXT = "text"
    JSON = "json"


@app.command("check")
def check_command(
    file: Annotated[Path, typer.Argument(help="A CSAF 2.0 document.")],
    inventory: Inventory = None,
    select: Select = "",
    output: Annotated[MatchFormat, typer.Option("--format", help="text or json")] = MatchFormat.TEXT,
) -> None:
    """List affected devices and those that cannot be told: exit 0 neither, 1 some, 2 the document is no CSAF.

    Offline, from the inventory alone. A device whose version is not known is listed as unknown.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise AdvisoryInvalid(f"{file} cannot be read ({error.strerror}); name another file") from error
    advisory = read_advisory(data)
    settings = settings_with(inventory)
    loaded = load_checked(settings.inventory, extra_approvers=settings.allowed_signers)
    selected = select_devices(loaded, select)
    match = match_devices(advisory, ((one.municipality, one.device) for one in selected))
    if output is MatchFormat.JSON:
        typer.echo(json.dumps(match.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        _show(match, looked_at=len(selected))
    if match.of("affected") or match.of("unknown"):
        raise typer.Exit(EXIT_SAID_NO)


def _show(match: AdvisoryMatch, *, looked_at: int) -> None:
    typer.echo(f"{match.advisory}: {match.title}")
    for one in match.findings:
        runs = f"{one.platform} {one.version or 'of unknown version'}"
        what = f"{one.device} ({one.municipality}, {runs}, {one.model})"
        if one.outcome == "affected":
            typer.echo(f"affected: {what} by {', '.join(one.affected_by)}: {'; '.join(one.reasons)}")
        elif one.outcome == "unknown":
            typer.echo(f"unknown: {what} for {', '.join(one.unknown_for)}: {'; '.join(one.reasons)}")
    for name in match.unmatched_products:
        typer.echo(f"not matched, look yourself: {name}")
    counts = ", ".join(
        f"{len(match.of(outcome))} {outcome}" for outcome in ("affected", "unknown", "not affected")
    )
    typer.echo(f"{looked_at} devices: {counts}, the others are not named")
