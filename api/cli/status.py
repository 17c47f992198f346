"""``samdrift status``: where everything stands."""

from typing import Annotated

import typer
from rich.table import Table

from api.cli.parameters import Inventory, console, settings_with
from api.composition import opened_source
from migrations.status import MunicipalityStatus

app = typer.Typer(help="Show where everything stands.")


@app.callback(invoke_without_command=True)
def status_command(
    inventory: Inventory = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Show where every device and server stands."""
    with opened_source(settings_with(inventory)) as source:
        status = source.status()
    if as_json:
        typer.echo(status.model_dump_json(indent=2))
        return
    for municipality in status.municipalities:
        _show(municipality)
    console().print(f"{status.journal_entries} journal entries", highlight=False)


def _show(municipality: MunicipalityStatus) -> None:
    screen = console()
    devices = Table(title=f"{municipality.title}: devices")
    for title in ("Device", "Role", "State", "Controls met: found", "now", "Drifted lines"):
        devices.add_column(title)
    for device in municipality.devices:
        devices.add_row(
            device.name,
            device.role,
            device.state,
            f"{device.found.passed + device.found.waived}/{device.found.judged}",
            f"{device.now.passed + device.now.waived}/{device.now.judged}",
            "-" if device.drift is None else str(len(device.drift.lines)),
        )
    screen.print(devices)
    servers = Table(title=f"{municipality.title}: servers")
    for title in ("Server", "State", "Bytes seeded", "Bytes in deltas", "Downtime s", "Reason"):
        servers.add_column(title)
    for server in municipality.servers:
        figures = server.figures
        downtime = figures.downtime_milliseconds
        servers.add_row(
            server.name,
            server.state,
            str(figures.bytes_seeded),
            f"{figures.bytes_in_deltas} in {figures.deltas}",
            "-" if downtime is None else f"{downtime / 1000:.1f}",
            server.reason,
        )
    screen.print(servers)
