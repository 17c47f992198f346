"""``samdrift rehome``: plan and apply that devices are managed from the centre."""

import typer

from api.cli.takeover import apply_command_of, plan_command_of
from migrations.takeovers import plan_rehoming

app = typer.Typer(no_args_is_help=True, help="Plan and apply that devices are managed from the centre.")
app.command("plan")(
    plan_command_of(
        plan_rehoming,
        "Collect, and let the devices compute what the centre's time, log and login servers would change.",
    )
)
app.command("apply")(apply_command_of("rehome"))
