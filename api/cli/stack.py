"""``samdrift stack``: preview and build the landing zone in the centre."""

from typing import Annotated

import typer
from rich.table import Table

from api.cli.parameters import Inventory, Output, PlanFile, console, programme_for, settings_with
from api.composition import landing_zones
from migrations.landing_zone import KIND, build_landing_zone, make_landing_zone_plan
from migrations.plan_file import load_plan
from stacks.models import PropertyChange

app = typer.Typer(no_args_is_help=True, help="Preview and build the landing zone in the centre.")

Municipality = Annotated[
    str | None,
    typer.Option("--municipality", "-m", help="Whose landing zone, where the inventory has several."),
]


@app.command("preview")
def preview_command(
    inventory: Inventory = None,
    municipality: Municipality = None,
    output: Output = None,
) -> None:
    """Show what building the landing zone would change, and write that as a plan to approve."""
    zones = landing_zones(settings_with(inventory))
    with programme_for(inventory) as programme:
        plan, body = make_landing_zone_plan(
            programme,
            zones,
            municipality=municipality,
            author=programme.actor,
            path=output,
        )
    table = Table(title=f"Landing zone of {body.municipality}")
    for title in ("What", "Kind", "Name", "Properties"):
        table.add_column(title)
    for change in body.preview.changes:
        told = ", ".join(_property(one) for one in change.properties)
        table.add_row(change.operation, change.kind, change.name, told)
    screen = console()
    screen.print(table)
    screen.print(f"plan {plan.digest}: {len(body.preview.changes)} resources would change", highlight=False)


def _property(change: PropertyChange) -> str:
    if change.before is None:
        return f"{change.key} {change.after}"
    return f"{change.key} {change.before} → {change.after}"


@app.command("up")
def up_command(plan: PlanFile, inventory: Inventory = None) -> None:
    """Build exactly what was approved; anything else is refused before it begins."""
    zones = landing_zones(settings_with(inventory))
    with programme_for(inventory) as programme:
        result = build_landing_zone(programme, zones, load_plan(programme.records, plan, kind=KIND))
    console().print(
        f"{result.stack}: {result.created} created, {result.updated} updated, {result.replaced} replaced, "
        f"{result.deleted} deleted, {result.unchanged} unchanged in {result.seconds:.1f} s",
        highlight=False,
    )
