"""``samdrift compliance``: judge configurations offline, without network or database."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from api.cli.compliance_exceptions import exceptions_command
from compliance.errors import ComplianceError
from compliance.service import (
    ComplianceReport,
    DeviceContext,
    all_controls,
    assemble,
    evaluate_file,
    judged_controls,
    render_json,
    render_junit,
    render_text,
    server_controls,
)
from devices.models import JudgedPlatform

EXIT_NOT_EVALUATED = 2

app = typer.Typer(no_args_is_help=True, help="Judge configurations offline, without network or database.")
app.command("exceptions")(exceptions_command)


class PlatformName(StrEnum):
    """The platforms whose configurations can be judged."""

    IOS = "ios"
    EOS = "eos"
    JUNOS = "junos"
    FORTIOS = "fortios"
    AOSCX = "aoscx"
    NXOS = "nxos"
    PANOS = "panos"
    LINUX = "linux"


class ReportFormat(StrEnum):
    """How the verdicts are written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


_PLATFORMS: dict[PlatformName, JudgedPlatform] = {
    PlatformName.IOS: "ios",
    PlatformName.EOS: "eos",
    PlatformName.JUNOS: "junos",
    PlatformName.FORTIOS: "fortios",
    PlatformName.AOSCX: "aoscx",
    PlatformName.NXOS: "nxos",
    PlatformName.PANOS: "panos",
    PlatformName.LINUX: "linux",
}
_RENDERERS = {
    ReportFormat.TEXT: render_text,
    ReportFormat.JSON: render_json,
    ReportFormat.JUNIT: render_junit,
}


@app.command("evaluate")
def evaluate_command(
    platform: Annotated[PlatformName, typer.Option("--platform", help="Whose configuration it is.")],
    config: Annotated[Path, typer.Option("--config", help="The configuration as the device shows it.")],
    context: Annotated[Path, typer.Option("--context", help="The site values, as JSON or YAML.")],
    output: Annotated[ReportFormat, typer.Option("--format", help="text, json or junit")] = ReportFormat.TEXT,
    device: Annotated[
        str, typer.Option("--device", help="The name in the report; the file's by default.")
    ] = "",
) -> None:
    """Judge a configuration: exit 0 nothing fails, 1 something fails, 2 could not evaluate."""
    name = device or config.stem
    try:
        site = DeviceContext.from_text(_read(context).decode("utf-8-sig"))
    except (ComplianceError, UnicodeDecodeError) as error:
        _fail(f"{context}: {error}")
    verdicts = evaluate_file(name, _PLATFORMS[platform], _read(config), site, today=datetime.now(UTC).date())
    report: ComplianceReport = assemble((name,), verdicts, platform=_PLATFORMS[platform])
    typer.echo(_RENDERERS[output](report), nl=False)
    if report.exit_code:
        raise typer.Exit(report.exit_code)


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


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _fail(f"cannot read {path}: {error.strerror or 'not readable'}; name another file")


def _fail(message: str) -> NoReturn:
    typer.echo(f"samdrift: {message}", err=True)
    raise typer.Exit(EXIT_NOT_EVALUATED)
