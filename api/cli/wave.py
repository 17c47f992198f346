"""``samdrift wave``: move servers."""

from typing import Annotated

import typer
from rich.table import Table

from api.cli.parameters import EXIT_SAID_NO, Inventory, Output, PlanFile, Select, console, programme_for
from migrations.controller import Controller
from migrations.plan_file import load_plan
from migrations.planning.wave_plan import KIND, WavePlan
from migrations.wave import ServerOutcome, cut_over_wave, make_wave_plan, seed_wave

app = typer.Typer(no_args_is_help=True, help="Move servers: plan, seed, cut over, or go back.")


@app.command("plan")
def plan_command(
    inventory: Inventory = None,
    select: Select = "",
    output: Output = None,
    *,
    sync_rounds: Annotated[int, typer.Option(min=0, max=100, help="Deltas sent after the seed.")] = 2,
    freeze_seconds: Annotated[int, typer.Option(min=1, help="How long a source may shut down.")] = 120,
    service_check_seconds: Annotated[int, typer.Option(min=1, help="How long a target may start.")] = 120,
    return_seconds: Annotated[int, typer.Option(min=1, help="How long a source may restart.")] = 300,
) -> None:
    """Put the selected servers in order and write the wave as a plan to approve."""
    with programme_for(inventory) as programme:
        plan = make_wave_plan(
            programme,
            selection=select,
            author=programme.actor,
            path=output,
            sync_rounds=sync_rounds,
            freeze_seconds=freeze_seconds,
            service_check_seconds=service_check_seconds,
            return_seconds=return_seconds,
        )
    wave = WavePlan.model_validate(plan.body)
    table = Table(title=f"Wave of {wave.municipality} to {wave.centre}")
    for title in ("Nr.", "Server", "Disk MiB", "After"):
        table.add_column(title)
    for number, row in enumerate(wave.servers, start=1):
        table.add_row(str(number), row.server, str(row.disk_mib), " ".join(row.depends_on))
    screen = console()
    screen.print(table)
    screen.print(f"plan {plan.digest}: {len(wave.servers)} servers", highlight=False)


@app.command("seed")
def seed_command(plan: PlanFile, inventory: Inventory = None) -> None:
    """Copy the servers of an approved wave while they work: exit 0 all are synced, 1 one is not."""
    with programme_for(inventory) as programme:
        stored = load_plan(programme.records, plan, kind=KIND)
        with Controller(programme) as controller:
            outcomes = seed_wave(controller, stored)
    _show(outcomes)


@app.command("cutover")
def cutover_command(plan: PlanFile, inventory: Inventory = None) -> None:
    """Move an approved wave over, server by server: exit 0 all moved, 1 one went back or stayed."""
    with programme_for(inventory) as programme:
        stored = load_plan(programme.records, plan, kind=KIND)
        with Controller(programme) as controller:
            outcomes = cut_over_wave(controller, stored)
    _show(outcomes)


def _show(outcomes: tuple[ServerOutcome, ...]) -> None:
    screen = console()
    for one in outcomes:
        told = f": {one.message}" if one.message else ""
        screen.print(f"{one.server}: {one.outcome}{told}", markup=False, highlight=False)
    if not all(one.good for one in outcomes):
        raise typer.Exit(EXIT_SAID_NO)
