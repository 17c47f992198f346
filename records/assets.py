"""Where every asset stands in its lifecycle, and what was measured about it.

The allowed steps are rows of a table that every transition refers to, so an illegal one cannot be written,
whoever writes. A transition names the state it leaves: if somebody else moved the asset first it is refused.
"""

from collections.abc import Callable
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records.errors import IllegalTransition, StaleState
from records.models import AssetKind, AssetState
from records.tables import AllowedTransitionTable, AssetFactTable, TransitionTable

UNKNOWN = "NEW"


class Assets:
    """The assets inside one transaction."""

    def __init__(self, session: Session, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._clock = clock

    def state(self, asset: str) -> AssetState | None:
        """Return where an asset stands, or None if it was never seen."""
        row = self._last(asset)
        return None if row is None else _state(row)

    def states(
        self, kind: AssetKind | None = None, *, before: datetime | None = None
    ) -> tuple[AssetState, ...]:
        """Return where every asset stands, by name; with a moment, where it stood just before it."""
        steps = select(TransitionTable.asset, func.max(TransitionTable.number).label("number"))
        if before is not None:
            steps = steps.where(TransitionTable.at < before)
        newest = steps.group_by(TransitionTable.asset).subquery()
        query = (
            select(TransitionTable)
            .join(
                newest,
                (TransitionTable.asset == newest.c.asset) & (TransitionTable.number == newest.c.number),
            )
            .order_by(TransitionTable.asset)
        )
        if kind is not None:
            query = query.where(TransitionTable.kind == kind)
        return tuple(_state(row) for row in self._session.scalars(query))

    def transition(
        self,
        asset: str,
        kind: AssetKind,
        *,
        from_state: str,
        to_state: str,
        reason: str,
    ) -> AssetState:
        """Move an asset one step.

        Raises:
            StaleState: it does not stand in ``from_state``.
            IllegalTransition: the lifecycle has no such step.

        """
        last = self._last(asset)
        current = UNKNOWN if last is None else last.to_state
        if current != from_state:
            raise StaleState(f"{asset} is {current}, not {from_state}; look at its status and try again")
        row = TransitionTable(
            asset=asset,
            kind=kind,
            number=1 if last is None else last.number + 1,
            from_state=from_state,
            to_state=to_state,
            at=self._clock(),
            reason=reason,
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError as error:
            raise IllegalTransition(
                f"{asset}: a {kind} cannot go from {from_state} to {to_state}; "
                f"from there it can go to {', '.join(self.steps(kind, from_state)) or 'nothing'}",
            ) from error
        return _state(row)

    def steps(self, kind: AssetKind, from_state: str) -> tuple[str, ...]:
        """Return the states that a kind of asset can go to from a state."""
        return tuple(
            self._session.scalars(
                select(AllowedTransitionTable.to_state)
                .where(AllowedTransitionTable.kind == kind, AllowedTransitionTable.from_state == from_state)
                .order_by(AllowedTransitionTable.to_state),
            ),
        )

    def put_fact(self, asset: str, name: str, value: JsonValue) -> None:
        """Remember a named fact of an asset; the newest value replaces the one before."""
        row = self._session.get(AssetFactTable, (asset, name))
        if row is None:
            self._session.add(AssetFactTable(asset=asset, name=name, value=value, at=self._clock()))
        else:
            row.value, row.at = value, self._clock()
        self._session.flush()

    def fact(self, asset: str, name: str) -> JsonValue:
        """Return a named fact of an asset, or None."""
        row = self._session.get(AssetFactTable, (asset, name))
        return None if row is None else row.value

    def _last(self, asset: str) -> TransitionTable | None:
        return self._session.scalars(
            select(TransitionTable)
            .where(TransitionTable.asset == asset)
            .order_by(TransitionTable.number.desc())
            .limit(1),
        ).first()


def _state(row: TransitionTable) -> AssetState:
    return AssetState.model_validate(
        {
            "asset": row.asset,
            "kind": row.kind,
            "state": row.to_state,
            "since": row.at,
            "reason": row.reason,
        },
    )
