"""Who approved what a device was last changed to."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from migrations.planning.device_change_plan import KIND, DeviceChangePlan
from migrations.roll_out import GOOD, ROLL_OUT, Progress
from records.service import Transaction


class LastChange(BaseModel):
    """The newest approved change that a device took."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: str
    verb: str
    author: str
    approved_by: tuple[str, ...]
    approved_at: datetime | None

    def told(self) -> str:
        """Return it as a sentence for people."""
        names = ", ".join(self.approved_by) or "nobody"
        when = "" if self.approved_at is None else f" on {self.approved_at:%Y-%m-%d %H:%M} UTC"
        return f"plan {self.plan[:12]} to {self.verb} by {self.author}, approved by {names}{when}"


def last_change(transaction: Transaction, device: str) -> LastChange | None:
    """Return the newest approved change that a device took, or None if it never took one."""
    for plan in transaction.plans.list(KIND):
        fact = transaction.assets.fact(plan.digest, ROLL_OUT)
        if fact is None:
            continue
        end = Progress.model_validate(fact).ends.get(device)
        if end is None or end.outcome not in GOOD:
            continue
        approvals = transaction.approvals.of(plan.digest, "apply")
        return LastChange(
            plan=plan.digest,
            verb=DeviceChangePlan.model_validate(plan.body).verb,
            author=plan.author,
            approved_by=tuple(one.identity for one in approvals),
            approved_at=max((one.signed_at for one in approvals), default=None),
        )
    return None
