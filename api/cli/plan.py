"""``samdrift plan``: show plans and approve them by signature."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.parameters import Inventory, console, programme_for
from migrations.approval_rules import REQUIRED
from migrations.plan_file import load_plan
from records.approvals import render_message, sign
from records.errors import ApprovalRefused
from records.models import Purpose

app = typer.Typer(no_args_is_help=True, help="Show plans and approve them by signature.")

PlanArgument = Annotated[Path, typer.Argument(help="Plan file.")]
PurposeOption = Annotated[
    Purpose,
    typer.Option("--purpose", help="What the approval is for: apply, wave-plan or cutover."),
]


@app.command("list")
def list_command(inventory: Inventory = None) -> None:
    """List the plans that are known, newest first, with who approved what."""
    table = Table()
    for title in ("Plan", "Kind", "Author", "Made (UTC)", "Approvals"):
        table.add_column(title)
    with programme_for(inventory) as programme, programme.records.reading() as transaction:
        for plan in transaction.plans.list():
            told = [
                f"{purpose}: {approval.identity}"
                for purpose in REQUIRED
                for approval in transaction.approvals.of(plan.digest, purpose)
            ]
            made = f"{plan.created_at:%Y-%m-%d %H:%M:%S}"
            table.add_row(plan.digest[:12], plan.kind, plan.author, made, "\n".join(told))
    console().print(table)


@app.command("message")
def message_command(plan: PlanArgument, purpose: PurposeOption, inventory: Inventory = None) -> None:
    """Print the text to sign elsewhere: ssh-keygen -Y sign -n samdrift -f KEY."""
    with programme_for(inventory) as programme:
        stored = load_plan(programme.records, plan)
    typer.echo(render_message(stored.digest, purpose).decode(), nl=False)


@app.command("approve")
def approve_command(
    plan: PlanArgument,
    purpose: PurposeOption,
    key: Annotated[Path | None, typer.Option("--key", help="Sign now with this SSH key.")] = None,
    signature: Annotated[
        Path | None,
        typer.Option("--signature", help="Take a signature made elsewhere over `plan message`."),
    ] = None,
    inventory: Inventory = None,
) -> None:
    """Approve a plan by an SSH signature over its digest; the author's own does not count."""
    if (key is None) == (signature is None):
        raise typer.BadParameter("give either --key or --signature")
    with programme_for(inventory) as programme:
        stored = load_plan(programme.records, plan)
        text = sign(stored.digest, purpose, key_file=key) if key is not None else _read(signature)
        with programme.records.writing() as transaction:
            approval = transaction.approvals.add(
                stored,
                purpose,
                signature=text,
                allowed_signers=programme.allowed_signers,
            )
            transaction.journal.append(
                actor=approval.identity,
                action=f"approve for {purpose}",
                subject=f"plan {stored.digest}",
                after=approval.key_fingerprint,
            )
            have = len(transaction.approvals.of(stored.digest, purpose))
    console().print(
        f"{approval.identity} approves {stored.digest[:12]} for {purpose}: {have} of {REQUIRED[purpose]}",
        highlight=False,
    )


def _read(path: Path | None) -> str:
    try:
        return "" if path is None else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ApprovalRefused(
            f"{path} cannot be read ({error}); give a file made by ssh-keygen -Y sign"
        ) from error
