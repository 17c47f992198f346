"""``samdrift compliance evaluate``: a configuration, a folder of them, or all of an inventory."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from compliance.errors import ComplianceError
from compliance.service import (
    DeviceFiles,
    Evaluation,
    evaluate_files,
    files_in_folder,
    files_of_inventory,
    processors,
)
from devices.models import JudgedPlatform
from inventory.errors import InventoryError
from inventory.snapshot_source import open_snapshot

EXIT_NOT_EVALUATED = 2
RESULTS = "compliance-evaluate"


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


class ReportFormatName(StrEnum):
    """How the verdicts are written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"
    CSV = "csv"
    OSCAL = "oscal"


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


def evaluate_command(
    *,
    platform: Annotated[
        PlatformName | None,
        typer.Option("--platform", help="Whose configurations they are; by default what each looks like."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="A configuration as the device shows it.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help="Configurations, each named as its device, with NAME.context.yaml."),
    ] = None,
    context: Annotated[
        Path | None, typer.Option("--context", help="The site values of all that have none beside them.")
    ] = None,
    inventory: Annotated[
        str | None,
        typer.Option("--inventory", help="Snapshot, folder or git:REVISION that gives the site values."),
    ] = None,
    show: Annotated[
        Path | None,
        typer.Option("--show", help="What was answered to commands: show_version.txt; NAME/ for a folder."),
    ] = None,
    output: Annotated[
        ReportFormatName, typer.Option("--format", help="text, json, junit, sarif, csv or oscal")
    ] = ReportFormatName.TEXT,
    device: Annotated[
        str, typer.Option("--device", help="The name in the report; the file's by default.")
    ] = "",
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes side by side; as many as there are processors by default."),
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Judge every configuration of the folder anew, keep nothing.")
    ] = False,
) -> None:
    """Judge configurations: exit 0 nothing fails, 1 something fails, 2 could not evaluate.

    One with --config, a folder of them with --folder; no network and no database is needed. What did not
    change since the last evaluation of a folder is known already and lies in the state folder.
    """
    chosen = None if platform is None else _PLATFORMS[platform]
    try:
        if config is not None and folder is None and inventory is None:
            found = iter([_one(config, context, show, device, chosen)])
        elif folder is not None and config is None and not device:
            found = _many(folder, context, inventory, show, chosen)
        else:
            _fail("name one configuration with --config, or a folder of them with --folder")
        evaluation = Evaluation(
            form=output.value,
            evaluated_at=datetime.now(UTC),
            workers=workers or processors(),
            state_folder=None if folder is None or no_cache else _state_folder(),
            name=str((folder or Path()).resolve()),
        )
        stream = typer.get_binary_stream("stdout")
        done = evaluate_files(found, evaluation, stream.write)
        stream.flush()
    except (ComplianceError, InventoryError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"cannot read {error.filename}: {error.strerror or 'not readable'}; name another file")
    if done.devices == 0:
        _fail(f"there is no configuration in {folder}; name another folder")
    if done.exit_code:
        raise typer.Exit(done.exit_code)


def _one(
    config: Path, context: Path | None, show: Path | None, device: str, platform: JudgedPlatform | None
) -> DeviceFiles:
    if context is None:
        _fail("name the site values of the configuration with --context")
    if not config.is_file():
        config.open("rb").close()
    if show is not None:
        show.stat()
    return DeviceFiles(
        device=device or config.stem,
        config=config,
        context=context.read_bytes(),
        context_name=str(context),
        platform=platform,
        shows=show,
    )


def _many(
    folder: Path,
    context: Path | None,
    inventory: str | None,
    show: Path | None,
    platform: JudgedPlatform | None,
) -> Iterator[DeviceFiles]:
    if inventory is None:
        return files_in_folder(folder, platform=platform, context=context, shows=show)
    if context is not None or platform is not None:
        _fail("the inventory gives platforms and site values; leave --platform and --context out")
    snapshot = open_snapshot(inventory, inventory=Path()).snapshot
    return files_of_inventory(snapshot.inventory, folder, shows=show)


def _state_folder() -> Path:
    # Settings are read where something is kept only: one configuration needs none.
    from api.settings import load_settings  # noqa: PLC0415 - as above

    return load_settings().state_folder / RESULTS


def _fail(message: str) -> NoReturn:
    typer.echo(f"samdrift: {message}", err=True)
    raise typer.Exit(EXIT_NOT_EVALUATED)
