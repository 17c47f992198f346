"""``samdrift evidence``: proof for an auditor, as a signed folder, and whether it is whole."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.parameters import EXIT_SAID_NO, Inventory, programme_for, settings_with
from compliance.evidence.service import Verification, verify_pack
from inventory.approvers import render_allowed_signers
from inventory.local_time import local_date
from inventory.service import load_checked

app = typer.Typer(no_args_is_help=True, help="Write and verify evidence for an auditor.")


@app.command("export")
def export_command(
    municipality: Annotated[str, typer.Option("--municipality", help="Its name in the inventory.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A new folder.")],
    key: Annotated[Path, typer.Option("--key", help="Sign with this SSH key of a listed approver.")],
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="As of the end of this day; today by default."),
    ] = None,
    inventory: Inventory = None,
) -> None:
    """Write what was known of a municipality at the end of a day in Denmark; open index.html in a browser.

    Lines, verdicts, exceptions, approvals and versions, by item of NIS2 Article 21(2) and by minimum
    requirement, with a signed list of checksums.
    """
    # Loads the whole controller.
    from migrations.evidence_export import export_evidence  # noqa: PLC0415

    asked = local_date(datetime.now(UTC)) if day is None else day.date()
    with programme_for(inventory) as programme:
        made = export_evidence(programme, municipality, day=asked, key_file=key, folder=output)
    typer.echo(
        f"{made.files} files of {municipality} as of {asked} are in {made.folder}; open index.html\n"
        f"signed by {made.identity}, manifest sha256:{made.manifest_digest}"
    )


@app.command("verify")
def verify_command(
    folder: Annotated[Path, typer.Argument(help="The folder of a pack.")],
    allowed_signers: Annotated[
        Path | None,
        typer.Option("--allowed-signers", help="Who may sign; the inventory's approvers by default."),
    ] = None,
    inventory: Inventory = None,
) -> None:
    """Compare every byte with what was signed: exit 0 whole, 1 altered or not signed by a listed person."""
    if allowed_signers is not None:
        result = verify_pack(folder, allowed_signers)
    else:
        result = _verify_by_inventory(folder, inventory)
    for one in result.differences:
        typer.echo(f"{one.change}: {one.path}: {one.message}")
    if not result.is_whole or result.manifest is None:
        typer.echo(f"{folder} is not as it was signed: {len(result.differences)} differences")
        raise typer.Exit(EXIT_SAID_NO)
    typer.echo(
        f"{len(result.manifest.files)} files of {result.manifest.municipality} as of {result.manifest.day} "
        f"are whole, signed by {result.identity} with {result.key_fingerprint}"
    )


def _verify_by_inventory(folder: Path, inventory: Path | None) -> Verification:
    settings = settings_with(inventory)
    loaded = load_checked(settings.inventory, extra_approvers=settings.allowed_signers)
    with tempfile.TemporaryDirectory() as place:
        signers = Path(place) / "allowed_signers"
        signers.write_text(render_allowed_signers(loaded.approvers), encoding="utf-8")
        return verify_pack(folder, signers)
