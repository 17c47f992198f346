"""``samdrift inventory import nautobot`` and ``netbox``: facts of a server into a municipality's folder."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr, ValidationError

from api.cli.inventory_answers import AnswerFormat, InventoryOption
from api.cli.inventory_import import (
    AllowOption,
    DecideOption,
    FormatOption,
    ImportRequest,
    MappingOption,
    MunicipalityOption,
    PreferFileOption,
    SourceNameOption,
    WriteOption,
    app,
    run_import,
)
from api.settings import load_settings
from inventory.imports.errors import SourceReadError
from inventory.imports.mapping import ImportMapping
from inventory.imports.source import ImportSource

if TYPE_CHECKING:
    from inventory.loaders.dcim.settings import ReadingScope, ServerSettings

__all__ = ["app"]

AddressArgument = Annotated[
    str, typer.Argument(metavar="URL", help="The server, such as https://dcim.example.dk.")
]
LocationOption = Annotated[
    list[str] | None,
    typer.Option("--location", help="A location (NetBox: region or site) with all in it; may be repeated."),
]
TenantOption = Annotated[
    list[str] | None,
    typer.Option("--tenant", help="A tenant; may be repeated. With --location both must fit."),
]
TokenOption = Annotated[
    str,
    typer.Option(
        "--token", metavar="REFERENCE", help="env:PREFIX reads PREFIX_TOKEN; or file:PATH, vault:PATH."
    ),
]
CAFileOption = Annotated[
    Path | None, typer.Option("--ca-file", help="The authority of the server's certificate (PEM).")
]
TimeoutOption = Annotated[float, typer.Option("--timeout", min=1, help="Seconds that an answer may take.")]
PageOption = Annotated[int, typer.Option("--page-size", min=1, max=1000, help="Objects per request.")]


@app.command("nautobot")
def nautobot_command(
    address: AddressArgument,
    *,
    municipality: MunicipalityOption,
    location: LocationOption = None,
    tenant: TenantOption = None,
    token: TokenOption = "env:NAUTOBOT",  # noqa: S107  (where it is found, not the token)
    ca_file: CAFileOption = None,
    timeout: TimeoutOption = 60,
    page_size: PageOption = 500,
    inventory: InventoryOption = None,
    mapping: MappingOption = None,
    source: SourceNameOption = None,
    decide: DecideOption = None,
    prefer_file: PreferFileOption = False,
    write: WriteOption = False,
    allow_violations: AllowOption = False,
    output: FormatOption = AnswerFormat.HUMAN,
) -> None:
    """Import one municipality's part of a Nautobot server.

    Exit 0 all is well, 1 something needs a person (a conflict, a violation, an object that is not taken),
    2 not possible.
    """

    def open_source(words: ImportMapping) -> ImportSource:
        from inventory.loaders.nautobot.source import NautobotSource  # noqa: PLC0415  (only here)

        settings, scope = _reach(
            address, ca_file, timeout, page_size=page_size, locations=location, tenants=tenant
        )
        return NautobotSource(settings, scope, words, token=lambda: _token(token), name=source)

    request = ImportRequest(
        municipality, inventory, mapping, decide, prefer_file, write, allow_violations, output
    )
    run_import(open_source, request)


@app.command("netbox")
def netbox_command(
    address: AddressArgument,
    *,
    municipality: MunicipalityOption,
    location: LocationOption = None,
    tenant: TenantOption = None,
    token: TokenOption = "env:NETBOX",  # noqa: S107  (where it is found, not the token)
    ca_file: CAFileOption = None,
    timeout: TimeoutOption = 60,
    page_size: PageOption = 500,
    inventory: InventoryOption = None,
    mapping: MappingOption = None,
    source: SourceNameOption = None,
    decide: DecideOption = None,
    prefer_file: PreferFileOption = False,
    write: WriteOption = False,
    allow_violations: AllowOption = False,
    output: FormatOption = AnswerFormat.HUMAN,
) -> None:
    """Import one municipality's part of a NetBox server (proven only against a stand-in of it).

    Exit 0 all is well, 1 something needs a person (a conflict, a violation, an object that is not taken),
    2 not possible.
    """

    def open_source(words: ImportMapping) -> ImportSource:
        from inventory.loaders.netbox.source import NetBoxSource  # noqa: PLC0415  (only here)

        settings, scope = _reach(
            address, ca_file, timeout, page_size=page_size, locations=location, tenants=tenant
        )
        return NetBoxSource(settings, scope, words, token=lambda: _token(token), name=source)

    request = ImportRequest(
        municipality, inventory, mapping, decide, prefer_file, write, allow_violations, output
    )
    run_import(open_source, request)


def _reach(
    address: str,
    ca_file: Path | None,
    timeout_seconds: float,
    *,
    page_size: int,
    locations: list[str] | None,
    tenants: list[str] | None,
) -> "tuple[ServerSettings, ReadingScope]":
    from inventory.loaders.dcim.settings import ReadingScope, ServerSettings  # noqa: PLC0415  (only here)

    try:
        settings = ServerSettings(
            address=address, ca_file=ca_file, timeout_seconds=timeout_seconds, page_size=page_size
        )
        scope = ReadingScope(locations=tuple(locations or ()), tenants=tuple(tenants or ()))
    except ValidationError as error:
        reason = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
        # The address is not repeated: what is wrong with it may be a password inside.
        raise SourceReadError("from that server", reason, "correct the command") from None
    if ca_file is not None and not ca_file.is_file():
        raise SourceReadError(
            settings.address, f"there is no file {ca_file}", "name the authority's PEM file"
        )
    return settings, scope


def _token(reference: str) -> SecretStr:
    from inventory.loaders.dcim.token import resolve_token  # noqa: PLC0415  (only here)

    vault = load_settings().vault_password_from if reference.startswith("vault:") else None
    return resolve_token(reference, environment=os.environ, vault_password_from=vault)
