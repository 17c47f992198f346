"""``samdrift inventory import``: facts of other systems into a municipality's folder, diff first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from api.cli.inventory_answers import (
    AnswerFormat,
    InventoryOption,
    end_not_possible,
    inventory_folder,
    write_json,
)
from inventory.errors import InventoryError
from inventory.imports.decisions import EVERYTHING, Decision, Decisions, load_decisions, render_path
from inventory.imports.errors import NewViolationsError, UndecidedConflictsError, printable
from inventory.imports.mapping import ImportMapping, load_mapping
from inventory.imports.models import SkippedObject
from inventory.imports.plan import ImportPlan, plan_import
from inventory.imports.source import ImportSource
from inventory.imports.write import write_import
from inventory.loaders.ansible_inventory import AnsibleInventory, AnsibleKind
from inventory.loaders.csv_table import CSVKind, CSVTable

EXIT_NOT_ALL = 1

app = typer.Typer(
    no_args_is_help=True,
    help="Bring facts of other systems in: shows what would change, and writes with --write.",
)

MunicipalityOption = Annotated[
    str, typer.Option("--municipality", "-m", help="The municipality that the facts are about.")
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", help="Mapping file: VLANs of networks, defaults, rules, names.")
]
SourceNameOption = Annotated[
    str | None,
    typer.Option("--source", help="Name of the source, the same at every import; found in it by default."),
]
DecideOption = Annotated[
    Path | None, typer.Option("--decide", metavar="FILE", help="Decisions about conflicts (YAML).")
]
PreferFileOption = Annotated[
    bool, typer.Option("--prefer-file", help="Keep what is written in every conflict that is not decided.")
]
WriteOption = Annotated[bool, typer.Option("--write", help="Write what is shown; without it nothing is.")]
AllowOption = Annotated[
    bool, typer.Option("--allow-violations", help="Write although the result breaks rules that hold today.")
]
FormatOption = Annotated[AnswerFormat, typer.Option("--format", help="human or json")]


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """The options that every import has."""

    municipality: str
    inventory: Path | None
    mapping: Path | None
    decide: Path | None
    prefer_file: bool
    write: bool
    allow_violations: bool
    output: AnswerFormat


@app.command("rvtools")
def rvtools_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The .xlsx that RVTools exported.")],
    *,
    municipality: MunicipalityOption,
    inventory: InventoryOption = None,
    mapping: MappingOption = None,
    source: SourceNameOption = None,
    decide: DecideOption = None,
    prefer_file: PreferFileOption = False,
    write: WriteOption = False,
    allow_violations: AllowOption = False,
    output: FormatOption = AnswerFormat.HUMAN,
) -> None:
    """Import servers from an RVTools workbook (vInfo, vDisk, vNetwork, vPartition).

    Exit 0 all is well, 1 something needs a person (a conflict, a violation, an object that is not taken),
    2 not possible.
    """
    from inventory.loaders.rvtools import RVToolsWorkbook  # noqa: PLC0415  (only this command needs calamine)

    request = ImportRequest(
        municipality, inventory, mapping, decide, prefer_file, write, allow_violations, output
    )
    run_import(lambda words: RVToolsWorkbook(file, words, name=source), request)


@app.command("csv")
def csv_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The CSV file.")],
    *,
    kind: Annotated[CSVKind, typer.Option("--kind", help="What its rows are: devices or servers.")],
    municipality: MunicipalityOption,
    inventory: InventoryOption = None,
    mapping: MappingOption = None,
    source: SourceNameOption = None,
    decide: DecideOption = None,
    prefer_file: PreferFileOption = False,
    write: WriteOption = False,
    allow_violations: AllowOption = False,
    output: FormatOption = AnswerFormat.HUMAN,
) -> None:
    """Import devices or servers from a CSV file; the mapping names its columns.

    Exit 0 all is well, 1 something needs a person (a conflict, a violation, an object that is not taken),
    2 not possible.
    """
    request = ImportRequest(
        municipality, inventory, mapping, decide, prefer_file, write, allow_violations, output
    )
    run_import(lambda words: CSVTable(file, kind, words, name=source), request)


@app.command("ansible")
def ansible_command(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The inventory file, or its folder.")],
    *,
    kind: Annotated[AnsibleKind, typer.Option("--kind", help="What its hosts are: devices or servers.")],
    municipality: MunicipalityOption,
    inventory: InventoryOption = None,
    mapping: MappingOption = None,
    source: SourceNameOption = None,
    decide: DecideOption = None,
    prefer_file: PreferFileOption = False,
    write: WriteOption = False,
    allow_violations: AllowOption = False,
    output: FormatOption = AnswerFormat.HUMAN,
) -> None:
    """Import devices or servers from an Ansible inventory (INI or YAML); nothing in it is run.

    Exit 0 all is well, 1 something needs a person (a conflict, a violation, an object that is not taken),
    2 not possible.
    """
    request = ImportRequest(
        municipality, inventory, mapping, decide, prefer_file, write, allow_violations, output
    )
    run_import(lambda words: AnsibleInventory(path, kind, words, name=source), request)


def run_import(
    open_source: Callable[[ImportMapping], ImportSource],
    request: ImportRequest,
    *,
    beside: Callable[[], dict[str, JsonValue]] = dict,
) -> None:
    """Read a source, show what it changes, and write that if it was asked for.

    Args:
        open_source: makes the source, given the mapping.
        request: the options.
        beside: what a JSON answer has beside the import, asked for after the source was read.

    """
    as_json = request.output is AnswerFormat.JSON
    try:
        mapping = ImportMapping() if request.mapping is None else load_mapping(request.mapping)
        facts = open_source(mapping).read()
        plan = plan_import(
            inventory_folder(request.inventory),
            request.municipality,
            facts,
            now=datetime.now(UTC).replace(microsecond=0),
            decisions=_decisions(request),
        )
    except InventoryError as error:
        end_not_possible(error, as_json=as_json)
    written: tuple[Path, ...] = ()
    refused: InventoryError | None = None
    if request.write:
        try:
            written = write_import(plan, allow_violations=request.allow_violations)
        except (UndecidedConflictsError, NewViolationsError) as error:
            refused = error
        except InventoryError as error:
            end_not_possible(error, as_json=as_json)
    if as_json:
        write_json({**beside(), **_report(plan, written, refused)})
    else:
        _show(plan, request, written, refused)
    if refused is not None or _needs_a_person(plan, request):
        raise typer.Exit(EXIT_NOT_ALL)


def _decisions(request: ImportRequest) -> Decisions:
    decided = Decisions() if request.decide is None else load_decisions(request.decide)
    if not request.prefer_file:
        return decided
    return Decisions(decisions=(*decided.decisions, Decision(object=EVERYTHING, take="file")))


def _needs_a_person(plan: ImportPlan, request: ImportRequest) -> bool:
    violations = bool(plan.new_violations) and not request.allow_violations
    return bool(plan.outcome.conflicts) or violations or any(not one.expected for one in plan.outcome.skipped)


def _report(
    plan: ImportPlan, written: tuple[Path, ...], refused: InventoryError | None
) -> dict[str, JsonValue]:
    outcome = plan.outcome.model_dump(mode="json")
    return {
        "source": plan.source.model_dump(mode="json"),
        "municipality": plan.municipality,
        "notes": list(plan.notes),
        "added": [one.model_dump(mode="json") for one in plan.outcome.changes if one.action == "added"],
        "changed": [one.model_dump(mode="json") for one in plan.outcome.changes if one.action == "changed"],
        **{key: outcome[key] for key in ("conflicts", "kept", "vanished", "skipped", "unchanged_fields")},
        "new_violations": [one.model_dump(mode="json") for one in plan.new_violations],
        "files": [one.path.name for one in plan.edits],
        "written": [path.name for path in written],
        "refused": None if refused is None else str(refused).splitlines()[0],
    }


def _show(
    plan: ImportPlan, request: ImportRequest, written: tuple[Path, ...], refused: InventoryError | None
) -> None:
    outcome = plan.outcome
    typer.echo(f"{plan.source.render()} into {plan.municipality}")
    _section("read with care", plan.notes)
    _section("added and changed", [one.render() for one in outcome.changes])
    _section("stays as it is", [one.render() for one in outcome.kept])
    _section("vanished from the source, nothing is deleted", [one.render() for one in outcome.vanished])
    _section("left out", [_skipped(one) for one in outcome.skipped if one.expected])
    _section(
        "not taken, something is missing", [_skipped(one) for one in outcome.skipped if not one.expected]
    )
    _section("violations that the result would add", [one.render() for one in plan.new_violations])
    if outcome.conflicts:
        _section("conflicts", [one.render() for one in outcome.conflicts])
        typer.echo("decide in a file for --decide, or keep the files with --prefer-file:")
        typer.echo("  decisions:")
        for one in outcome.conflicts:
            field = render_path(one.path)
            line = f'    - {{object: "{one.kind}/{one.key}", field: "{field}", take: file}}'
            typer.echo(printable(line))
    _conclude(plan, request, written, refused)


def _conclude(
    plan: ImportPlan, request: ImportRequest, written: tuple[Path, ...], refused: InventoryError | None
) -> None:
    names = ", ".join(one.path.name for one in plan.edits)
    outcome = plan.outcome
    typer.echo(
        f"changes: {len(outcome.changes)}, conflicts: {len(outcome.conflicts)}, kept: {len(outcome.kept)}, "
        f"vanished: {len(outcome.vanished)}, skipped: {len(outcome.skipped)}, "
        f"the same: {outcome.unchanged_fields}"
    )
    if refused is not None:
        typer.echo(f"samdrift: {str(refused).splitlines()[0].rstrip(':')}", err=True)
    elif not plan.edits:
        typer.echo("nothing to write")
    elif request.write:
        typer.echo(f"written: {', '.join(path.name for path in written)}")
    else:
        typer.echo(f"nothing was written; --write writes {names}")


def _section(title: str, lines: tuple[str, ...] | list[str]) -> None:
    if lines:
        typer.echo(f"{title}:")
        for line in lines:
            typer.echo(f"  {printable(line)}")


def _skipped(one: SkippedObject) -> str:
    return f"{one.kind} {one.name} ({one.origin}): {one.reason}; {one.action}"
