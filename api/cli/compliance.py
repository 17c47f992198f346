"""``samdrift compliance``: judge configurations offline, without network or database."""

import typer

from api.cli.compliance_evaluate import PlatformName, evaluate_command
from api.cli.compliance_exceptions import exceptions_command
from compliance.service import all_controls, judged_controls, server_controls

app = typer.Typer(no_args_is_help=True, help="Judge configurations offline, without network or database.")
app.command("exceptions")(exceptions_command)
app.command("evaluate")(evaluate_command)


@app.command("controls")
def controls_command() -> None:
    """List the controls, and which of them are judged from a configuration."""
    marks = {
        **{control.id: "servers" for control in server_controls()},
        **{control.id: "judged" for control in judged_controls()},
    }
    for control in all_controls():
        mark = marks.get(control.id, "-")
        platforms = " ".join(name for name in control.platforms if name in set(PlatformName)) or "-"
        kind = f"{control.severity:<7} {control.function:<8} {mark:<7} {platforms:<14}"
        typer.echo(f"{control.id:<8} {kind} {control.title}")
