"""What ``samdrift mirror`` and ``samdrift rehome`` share: plan a verb, apply its approved plan."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Protocol

import typer

from api.cli.harden import JUnitFile, show_end, show_plan, write_junit
from api.cli.parameters import EXIT_SAID_NO, Inventory, Output, PlanFile, Select, console, programme_for
from migrations.controller import Controller
from migrations.device_changes import roll_out_report
from migrations.hardening import MadePlan, apply_plan
from migrations.plan_file import load_plan
from migrations.planning.device_change_plan import KIND
from migrations.programme import Programme
from migrations.roll_out import RollOutOptions
from playbooks.service import ChangeVerb

_SECONDS_A_MINUTE = 60


class PlanVerb(Protocol):
    """How a verb is planned."""

    def __call__(
        self,
        programme: Programme,
        *,
        selection: str,
        author: str,
        path: Path | None,
        revert_after_seconds: int,
        roll_out: RollOutOptions,
    ) -> MadePlan:
        """Store a plan and return it."""


def plan_command_of(plan_verb: PlanVerb, text: str) -> Callable[..., None]:
    """Return the command that plans a verb."""

    def plan_command(
        inventory: Inventory = None,
        select: Select = "",
        output: Output = None,
        revert_minutes: Annotated[
            int,
            typer.Option("--revert-minutes", min=1, max=120, help="After how long a device takes it back."),
        ] = 5,
        largest_batch: Annotated[
            int, typer.Option("--largest-batch", min=1, help="How many devices change at once at most.")
        ] = 20,
    ) -> None:
        with programme_for(inventory) as programme:
            made = plan_verb(
                programme,
                selection=select,
                author=programme.actor,
                path=output,
                revert_after_seconds=revert_minutes * _SECONDS_A_MINUTE,
                roll_out=RollOutOptions(largest_batch=largest_batch),
            )
        show_plan(made)
        for one in made.body.replaced:
            told = f"takes away: {one.device} {one.topic} {one.value}"
            console().print(told, markup=False, highlight=False)
        if made.unreached or made.body.held_back:
            raise typer.Exit(EXIT_SAID_NO)

    plan_command.__doc__ = text
    return plan_command


def apply_command_of(verb: ChangeVerb) -> Callable[..., None]:
    """Return the command that applies an approved plan of a verb."""

    def apply_command(plan: PlanFile, inventory: Inventory = None, *, junit: JUnitFile = None) -> None:
        with programme_for(inventory) as programme:
            stored = load_plan(programme.records, plan, kind=KIND)
            with Controller(programme) as controller:
                body, result = apply_plan(controller, stored, verb=verb)
            report = roll_out_report(programme, stored.digest, body, ended=result.reason)
        show_end(report, batches=len(body.batches))
        write_junit(junit, body, report)
        if result.outcome != "completed":
            raise typer.Exit(EXIT_SAID_NO)

    apply_command.__doc__ = (
        "Apply an approved plan: exit 0 every device took it, 1 one did not or was not touched."
    )
    return apply_command
