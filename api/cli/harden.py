"""``samdrift harden``: plan and apply the hardening of devices."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.parameters import EXIT_SAID_NO, Inventory, Output, PlanFile, Select, console, programme_for
from devices.service import mask_secrets
from migrations.controller import Controller
from migrations.errors import PlanInvalid
from migrations.hardening import MadePlan, apply_plan, plan_hardening, plan_lines
from migrations.plan_file import load_plan
from migrations.planning.device_change_plan import KIND

app = typer.Typer(no_args_is_help=True, help="Plan and apply the hardening of devices.")

_SECONDS_A_MINUTE = 60


@app.command("plan")
def plan_command(
    inventory: Inventory = None,
    select: Select = "",
    output: Output = None,
    lines: Annotated[
        Path | None,
        typer.Option("--lines", help="Plan these configuration lines instead of the corrections."),
    ] = None,
    revert_minutes: Annotated[
        int,
        typer.Option("--revert-minutes", min=1, max=120, help="After how long a device takes it back."),
    ] = 5,
) -> None:
    """Collect, judge, and let the devices compute what correcting every failing control would change."""
    with programme_for(inventory) as programme:
        if lines is None:
            made = plan_hardening(
                programme,
                selection=select,
                author=programme.actor,
                path=output,
                revert_after_seconds=revert_minutes * _SECONDS_A_MINUTE,
            )
        else:
            made = plan_lines(
                programme,
                selection=select,
                lines=_read(lines),
                author=programme.actor,
                path=output,
                revert_after_seconds=revert_minutes * _SECONDS_A_MINUTE,
            )
    _show(made)
    if made.unreached:
        raise typer.Exit(EXIT_SAID_NO)


@app.command("apply")
def apply_command(plan: PlanFile, inventory: Inventory = None) -> None:
    """Apply an approved plan: exit 0 every device took it, 1 one did not and the roll-out stopped."""
    with programme_for(inventory) as programme:
        stored = load_plan(programme.records, plan, kind=KIND)
        with Controller(programme) as controller:
            body, result = apply_plan(controller, stored)
    screen = console()
    for step in result.steps:
        if isinstance(step.result, dict):
            for device, outcome in step.result.items():
                screen.print(f"{device}: {outcome}", highlight=False)
        elif step.message:
            screen.print(step.message, markup=False, highlight=False)
    done = sum(step.outcome == "done" for step in result.steps)
    screen.print(f"{done} of {len(body.batches)} batches done", highlight=False)
    if result.outcome != "completed":
        raise typer.Exit(EXIT_SAID_NO)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanInvalid(f"{path} cannot be read ({error}); give a file with configuration lines") from error


def _show(made: MadePlan) -> None:
    screen = console()
    for change in made.body.changes:
        screen.rule(f"{change.device} ({change.platform}) {' '.join(change.controls)}", align="left")
        screen.print(mask_secrets(change.diff), markup=False, highlight=False)
    for manual in made.body.manual:
        screen.print(
            f"by hand: {manual.device} {manual.control}: {manual.reason}", markup=False, highlight=False
        )
    for one in made.unreached:
        screen.print(f"not planned: {one.device.name}: {one.message}", markup=False, highlight=False)
    batches = "  then  ".join(" ".join(batch) for batch in made.body.batches)
    screen.print(f"order: {batches}", highlight=False)
    screen.print(f"plan {made.plan.digest}: {len(made.body.changes)} devices would change", highlight=False)
