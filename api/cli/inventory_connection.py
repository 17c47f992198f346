"""``samdrift inventory connection``: where and how devices are reached, for NAPALM scripts and for people."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.cli.inventory_answers import AnswerFormat, end_not_possible, write_json
from api.settings import load_settings
from inventory.ansible_inventory import load_folder_or_snapshot
from inventory.connection import DEFAULT_TIMEOUT_SECONDS, DeviceConnection, device_connections
from inventory.endpoints import load_endpoints
from inventory.errors import InventoryError

_WIDTH_WITHOUT_TERMINAL = 160


def connection_command(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="Inventory folder or snapshot file; the setting 'inventory' by default.",
        ),
    ] = None,
    select: Annotated[str, typer.Option("--select", help="Such as role=firewall platform!=ios")] = "",
    endpoints: Annotated[
        Path | None,
        typer.Option("--endpoints", help="Overlay of addresses; the setting 'endpoints' by default."),
    ] = None,
    timeout_seconds: Annotated[
        int, typer.Option("--timeout-seconds", min=1, help="How long NAPALM waits for a device.")
    ] = int(DEFAULT_TIMEOUT_SECONDS),
    output: Annotated[AnswerFormat, typer.Option("--format", help="human or json")] = AnswerFormat.HUMAN,
) -> None:
    """Tell where and how devices are reached, with references to their credentials and never a credential.

    The JSON holds what NAPALM's drivers are made with: driver, hostname, timeout and optional_args.
    """
    settings = load_settings()
    try:
        inventory = load_folder_or_snapshot(settings.inventory if folder is None else folder)
        known = load_endpoints(
            inventory,
            settings.endpoints if endpoints is None else endpoints,
            vault_password_from=settings.vault_password_from,
        )
        connections = device_connections(inventory, known, select, timeout_seconds=timeout_seconds)
    except InventoryError as error:
        end_not_possible(error, as_json=output is AnswerFormat.JSON)
    if output is AnswerFormat.JSON:
        write_json([one.model_dump(mode="json") for one in connections])
    else:
        _show(connections)


def _show(connections: tuple[DeviceConnection, ...]) -> None:
    table = Table()
    for title in ("device", "platform", "NAPALM driver", "address", "port", "credential"):
        table.add_column(title, overflow="fold")
    for one in connections:
        driver = "none" if one.napalm is None else one.napalm.driver
        table.add_row(one.device, one.platform, driver, one.address, str(one.port), one.credential)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
    console.print(table)
    console.print(f"devices: {len(connections)}")
