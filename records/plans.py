"""Plans by digest: what people approve is exactly what is carried out later."""

from collections.abc import Callable
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.canonical_json import canonical_digest
from records.errors import PlanUnknown
from records.models import Plan
from records.tables import PlanTable


def plan_digest(*, kind: str, author: str, body: JsonValue) -> str:
    """Return the digest of a plan; its author is covered, so that nobody can disown it."""
    return canonical_digest({"kind": kind, "author": author, "body": body})


class Plans:
    """The plans inside one transaction."""

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._clock = clock

    def put(self, *, kind: str, author: str, body: JsonValue) -> Plan:
        """Store a plan; the same plan again is the one that is there."""
        digest = plan_digest(kind=kind, author=author, body=body)
        row = self._session.get(PlanTable, digest)
        if row is None:
            row = PlanTable(digest=digest, kind=kind, author=author, created_at=self._clock(), body=body)
            self._session.add(row)
            self._session.flush()
        return _plan(row)

    def get(self, digest: str) -> Plan:
        """Return a plan by its digest or the unique beginning of it, its body re-hashed.

        Raises:
            PlanUnknown: there is none, several begin so, or the stored body was altered.

        """
        rows = self._session.scalars(
            select(PlanTable).where(PlanTable.digest.startswith(digest, autoescape=True)).limit(2),
        ).all()
        if len(rows) != 1:
            found = "several plans begin" if rows else "no plan begins"
            raise PlanUnknown(f"{found} with '{digest}'; `samdrift plan list` shows them")
        plan = _plan(rows[0])
        if plan_digest(kind=plan.kind, author=plan.author, body=plan.body) != plan.digest:
            raise PlanUnknown(
                f"plan {plan.digest[:12]} was altered in the database; make and approve it anew"
            )
        return plan

    def list(self, kind: str | None = None) -> tuple[Plan, ...]:
        """Return the plans of a kind or all, newest first."""
        query = select(PlanTable).order_by(PlanTable.created_at.desc(), PlanTable.digest)
        if kind is not None:
            query = query.where(PlanTable.kind == kind)
        return tuple(_plan(row) for row in self._session.scalars(query))


def _plan(row: PlanTable) -> Plan:
    return Plan(
        digest=row.digest,
        kind=row.kind,
        author=row.author,
        created_at=row.created_at,
        body=row.body,
    )
