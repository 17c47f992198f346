"""``samdrift mirror``: plan and place the mirror sessions that feed the sensors."""

import typer

from api.cli.takeover import apply_command_of, plan_command_of
from migrations.takeovers import plan_mirrors

app = typer.Typer(no_args_is_help=True, help="Plan and place the mirror sessions that feed the sensors.")
app.command("plan")(
    plan_command_of(
        plan_mirrors,
        "Collect, and let the devices compute what feeding their sensors would change; nothing is removed.",
    )
)
app.command("apply")(apply_command_of("mirror"))
