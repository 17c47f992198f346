"""``samdrift devices``: collect, judge, and see what drifted."""

from typing import Annotated

import typer
from rich.table import Table

from api.cli.devices_discover import discover_command
from api.cli.parameters import EXIT_SAID_NO, Inventory, Select, console, programme_for
from compliance.models import Verdict
from migrations.collection import CollectionRun, collect_and_judge
from migrations.drift import DeviceDrifted, find_drift
from migrations.facts import DRIFT_MARKS

app = typer.Typer(no_args_is_help=True, help="Collect from devices, judge them, and see what drifted.")

app.command("discover")(discover_command)

_COUNTED = (Verdict.PASS, Verdict.FAIL, Verdict.WAIVED, Verdict.ERROR, Verdict.NOT_APPLICABLE)


@app.command("collect")
def collect_command(
    inventory: Inventory = None,
    select: Select = "",
    *,
    details: Annotated[bool, typer.Option("--details", help="Show every failing control.")] = False,
) -> None:
    """Collect configurations and judge every control: exit 0 all reached, 1 a device was not."""
    with programme_for(inventory) as programme:
        run = collect_and_judge(programme, selection=select)
    show_verdicts(run, details=details)
    if run.unreached:
        raise typer.Exit(EXIT_SAID_NO)


@app.command("drift")
def drift_command(inventory: Inventory = None, select: Select = "") -> None:
    """Collect again and show what changed since the approved configuration: exit 0 nothing, 1 something."""
    with programme_for(inventory) as programme:
        drifted = find_drift(programme, selection=select)
    show_drift(drifted)
    if any(one.drift is None or one.drift.lines for one in drifted):
        raise typer.Exit(EXIT_SAID_NO)


def show_verdicts(run: CollectionRun, *, details: bool) -> None:
    """Show how every device was judged."""
    table = Table(title=f"{len(run.devices)} devices, run {run.run}")
    table.add_column("Device")
    table.add_column("Role")
    table.add_column("Platform")
    for verdict in _COUNTED:
        table.add_column(verdict.value, justify="right")
    table.add_column("Failing controls")
    for one in run.devices:
        failing = [row.control for row in one.verdicts if row.verdict is Verdict.FAIL]
        told = one.message if one.collection is None else " ".join(failing)
        counts = [sum(row.verdict is verdict for row in one.verdicts) for verdict in _COUNTED]
        table.add_row(one.device.name, one.device.role, one.device.platform, *map(str, counts), told)
    screen = console()
    screen.print(table)
    if details:
        for one in run.devices:
            for row in one.verdicts:
                if row.verdict in {Verdict.FAIL, Verdict.ERROR}:
                    screen.print(f"{row.device} {row.control}: {row.message}", markup=False, highlight=False)


def show_drift(drifted: tuple[DeviceDrifted, ...]) -> None:
    """Show what changed on which device, and where."""
    screen = console()
    for one in drifted:
        if one.drift is None:
            screen.print(f"{one.device}: {one.message}", markup=False, highlight=False)
            continue
        for line in one.drift.lines:
            where = f" [{line.section}]" if line.section else ""
            told = f"{one.device}{where}: {DRIFT_MARKS[line.change]} {line.text}"
            screen.print(told, markup=False, highlight=False)
        if one.drift.lines and one.last_change is not None:
            told = f"{one.device}: last approved was {one.last_change.told()}"
            screen.print(told, markup=False, highlight=False)
    clean = sum(one.drift is not None and not one.drift.lines for one in drifted)
    screen.print(f"{clean} of {len(drifted)} devices are as approved", highlight=False)
