"""``samdrift harden``: plan and apply the hardening of devices."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.parameters import EXIT_SAID_NO, Inventory, Output, PlanFile, Select, console, programme_for
from devices.service import mask_secrets
from migrations.controller import Controller
from migrations.device_changes import roll_out_report
from migrations.errors import PlanInvalid
from migrations.hardening import MadePlan, apply_plan, plan_hardening, plan_lines
from migrations.plan_file import load_plan
from migrations.planning.device_change_plan import KIND, DeviceChangePlan
from migrations.roll_out import RollOutOptions, RollOutReport
from migrations.roll_out_junit import render_roll_out_junit

app = typer.Typer(no_args_is_help=True, help="Plan and apply the hardening of devices.")

_SECONDS_A_MINUTE = 60

JUnitFile = Annotated[
    Path | None,
    typer.Option("--junit", help="Write how every device ended as JUnit, for a pipeline."),
]


@app.command("plan")
def plan_command(
    inventory: Inventory = None,
    select: Select = "",
    output: Output = None,
    *,
    lines: Annotated[
        Path | None,
        typer.Option("--lines", help="Plan these configuration lines instead of the corrections."),
    ] = None,
    revert_minutes: Annotated[
        int,
        typer.Option("--revert-minutes", min=1, max=120, help="After how long a device takes it back."),
    ] = 5,
    largest_batch: Annotated[
        int, typer.Option("--largest-batch", min=1, help="How many devices change at once at most.")
    ] = 20,
    stop_at_failures: Annotated[
        int,
        typer.Option("--stop-at-failures", min=1, help="How many failed devices stop it; a canary always."),
    ] = 1,
    stop_at_percent: Annotated[
        int,
        typer.Option("--stop-at-percent", min=1, max=100, help="Which share of failed devices stops it."),
    ] = 20,
) -> None:
    """Collect, judge, and let the devices compute what correcting every failing control would change."""
    roll_out = RollOutOptions(
        largest_batch=largest_batch, stop_at_failures=stop_at_failures, stop_at_percent=stop_at_percent
    )
    with programme_for(inventory) as programme:
        if lines is None:
            made = plan_hardening(
                programme,
                selection=select,
                author=programme.actor,
                path=output,
                revert_after_seconds=revert_minutes * _SECONDS_A_MINUTE,
                roll_out=roll_out,
            )
        else:
            made = plan_lines(
                programme,
                selection=select,
                lines=_read(lines),
                author=programme.actor,
                path=output,
                revert_after_seconds=revert_minutes * _SECONDS_A_MINUTE,
                roll_out=roll_out,
            )
    show_plan(made)
    if made.unreached or made.body.held_back:
        raise typer.Exit(EXIT_SAID_NO)


@app.command("apply")
def apply_command(plan: PlanFile, inventory: Inventory = None, *, junit: JUnitFile = None) -> None:
    """Apply an approved plan: exit 0 every device took it, 1 one did not or was not touched."""
    with programme_for(inventory) as programme:
        stored = load_plan(programme.records, plan, kind=KIND)
        with Controller(programme) as controller:
            body, result = apply_plan(controller, stored)
        report = roll_out_report(programme, stored.digest, body, ended=result.reason)
    show_end(report, batches=len(body.batches))
    write_junit(junit, body, report)
    if result.outcome != "completed":
        raise typer.Exit(EXIT_SAID_NO)


def show_end(report: RollOutReport, *, batches: int) -> None:
    """Tell of every device how it ended, or that and why it was not touched."""
    screen = console()
    for one in report.devices:
        told = one.outcome if one.is_good else f"{one.outcome}: {one.message}"
        screen.print(f"{one.device}: {told}", markup=False, highlight=False)
    undone = {one.batch for one in report.devices if not one.is_good}
    screen.print(f"{batches - len(undone)} of {batches} batches done", highlight=False)


def write_junit(path: Path | None, body: DeviceChangePlan, report: RollOutReport) -> None:
    """Write the report for a pipeline; the devices are changed already, so that it fails is only said."""
    if path is None:
        return
    try:
        path.write_text(render_roll_out_junit(body, report), encoding="utf-8")
    except OSError as error:
        typer.echo(
            f"samdrift: {path} cannot be written ({error.strerror}); the roll-out is journalled", err=True
        )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanInvalid(f"{path} cannot be read ({error}); give a file with configuration lines") from error


def _show_held_back(made: MadePlan) -> None:
    """Show what would change and may not: its diff, its risks, and what is missing for each."""
    screen = console()
    for held in made.body.held_back:
        screen.rule(f"held back: {held.device} ({held.platform})", align="left")
        if held.diff:
            screen.print(mask_secrets(held.diff), markup=False, highlight=False)
        for missing in held.missing:
            screen.print(f"risk {missing}", markup=False, highlight=False)


def show_plan(made: MadePlan) -> None:
    """Show what a plan changes, what it leaves to a person, and in which order."""
    screen = console()
    for change in made.body.changes:
        screen.rule(f"{change.device} ({change.platform}) {' '.join(change.controls)}", align="left")
        screen.print(mask_secrets(change.diff), markup=False, highlight=False)
        for granted in change.granted:
            screen.print(
                f"risk {granted.risk}: granted by {granted.owner} until {granted.expires_on} "
                f"({granted.name}: {granted.reason})",
                markup=False,
                highlight=False,
            )
    _show_held_back(made)
    for manual in made.body.manual:
        screen.print(
            f"by hand: {manual.device} {manual.control}: {manual.reason}", markup=False, highlight=False
        )
    for one in made.unreached:
        screen.print(f"not planned: {one.device.name}: {one.message}", markup=False, highlight=False)
    limits = made.body.limits
    pauses = limits.pauses_seconds or (0,) * len(made.body.batches)
    told = [
        f"({pause} s) {' '.join(batch)}" if pause else " ".join(batch)
        for pause, batch in zip(pauses, made.body.batches, strict=True)
    ]
    screen.print(f"order: {'  then  '.join(told)}", markup=False, highlight=False)
    screen.print(
        f"it stops at {limits.stop_at_failures} failed devices or {limits.stop_at_percent} percent of those "
        "touched, and at a failed canary",
        highlight=False,
    )
    screen.print(f"plan {made.plan.digest}: {len(made.body.changes)} devices would change", highlight=False)
