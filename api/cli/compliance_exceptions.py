"""``samdrift compliance exceptions``: what each granted exception waives today, and what is wrong with it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from compliance.exceptions import MOST_CONTROLS, ExceptionReview, ListedException, review_exceptions
from compliance.models import Verdict
from inventory.local_time import local_date
from inventory.models import Inventory

EXIT_SAID_NO = 1


def exceptions_command(
    inventory: Annotated[
        Path | None,
        typer.Option("--inventory", "-i", help="Inventory folder; the setting 'inventory' by default."),
    ] = None,
    municipality: Annotated[
        str | None, typer.Option("--municipality", help="Only this one; all by default.")
    ] = None,
    most_controls: Annotated[
        int, typer.Option("--max-controls", min=1, help="From how many controls a device may be excepted.")
    ] = MOST_CONTROLS,
) -> None:
    """List the exceptions with what each waives: exit 0 all are sound, 1 one is not.

    Unused, expired, over-broad and too long ones are findings, and those without an owner or a measure. What
    an exception waives is known from the newest collection.
    """
    loaded, known = _known(inventory)
    parts = [one for one in loaded.municipalities if municipality in {None, one.municipality.name}]
    if not parts:
        raise typer.BadParameter(f"the inventory has no municipality '{municipality}'")
    today: date = local_date(datetime.now(UTC))
    reviews = [
        review_exceptions(
            part.exceptions,
            tuple(device.name for device in part.devices),
            known,
            today=today,
            most_controls=most_controls,
        )
        for part in parts
    ]
    for review in reviews:
        _show(review)
    count = sum(len(review.findings) for review in reviews)
    typer.echo(f"{sum(len(review.listed) for review in reviews)} exceptions, {count} findings")
    if count:
        raise typer.Exit(EXIT_SAID_NO)


def _known(inventory: Path | None) -> tuple[Inventory, dict[tuple[str, str], Verdict]]:
    """Return the inventory and the newest verdicts; without records nothing was judged yet."""
    # Judging offline pays neither for settings nor for the database.
    from api.cli.parameters import settings_with  # noqa: PLC0415
    from api.composition import has_records, open_records  # noqa: PLC0415
    from inventory.service import load_checked  # noqa: PLC0415

    settings = settings_with(inventory)
    loaded = load_checked(settings.inventory, extra_approvers=settings.allowed_signers)
    if not has_records(settings):
        return loaded, {}
    records = open_records(settings)
    try:
        with records.reading() as transaction:
            rows = transaction.verdicts.latest()
    finally:
        records.close()
    return loaded, {(row.device, row.control): Verdict(row.verdict) for row in rows}


def _show(review: ExceptionReview) -> None:
    for listed in review.listed:
        one = listed.exception
        typer.echo(f"{one.name}: {one.control}, {listed.state}, ends {listed.ends_on}, {one.owner}")
        typer.echo(f"    because {one.reason}")
        typer.echo(f"    instead {one.compensating_measure}")
        typer.echo(f"    {_told(listed)}")
        for finding in review.findings:
            if finding.exception == one.name:
                typer.echo(f"    {finding.kind}: {finding.message}")


def _told(listed: ListedException) -> str:
    told = [f"waives {', '.join(listed.waives)}"] if listed.waives else ["waives nothing"]
    if listed.idle:
        told.append(f"not needed on {', '.join(listed.idle)}")
    if listed.unjudged:
        told.append(f"not judged yet: {', '.join(listed.unjudged)}")
    return "; ".join(told)
