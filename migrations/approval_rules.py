"""How many different people must have signed before what may be done."""

from typing import Final

from migrations.programme import Programme
from records.models import Approval, Plan, Purpose

REQUIRED: Final[dict[Purpose, int]] = {
    "apply": 1,  # one besides the author: four eyes on a change that the device takes back by itself
    "wave-plan": 2,
    "cutover": 2,  # servers stop serving for a moment: two besides the author
}


def require_approval(programme: Programme, plan: Plan, purpose: Purpose) -> tuple[Approval, ...]:
    """Return the approvals that let a plan through, and journal who gave them.

    Raises:
        ApprovalIncomplete: too few different people besides the author have signed.
    """
    with programme.records.writing() as transaction:
        approvals = transaction.approvals.require(
            plan,
            purpose,
            identities=REQUIRED[purpose],
            allowed_signers=programme.allowed_signers,
        )
        transaction.journal.append(
            actor=programme.actor,
            action=f"use approval for {purpose}",
            subject=f"plan {plan.digest}",
            after=[f"{approval.identity} {approval.key_fingerprint}" for approval in approvals],
        )
    return approvals
