"""Steps along the lifecycle, written with the journal in one transaction and safe to repeat."""

from typing import Literal

from records.errors import StaleState
from records.models import AssetKind
from records.service import Records

ServerState = Literal[
    "DISCOVERED",
    "ASSESSED",
    "READY",
    "SEEDING",
    "SYNCED",
    "APPROVED",
    "CUTTING_OVER",
    "VERIFYING",
    "HYPERCARE",
    "ROLLING_BACK",
    "ROLLED_BACK",
    "FAILED",
]
DeviceState = Literal[
    "DISCOVERED",
    "BACKED_UP",
    "ASSESSED",
    "APPROVED",
    "HARDENING",
    "VERIFYING",
    "HYPERCARE",
    "ROLLED_BACK",
    "FAILED",
]


class Lifecycle:
    """Moves assets of one kind along; who acts is written into the journal."""

    def __init__(self, records: Records, kind: AssetKind, actor: str) -> None:
        self._records = records
        self._kind = kind
        self._actor = actor

    def state(self, asset: str) -> str:
        """Return where an asset stands; NEW if it was never seen."""
        with self._records.reading() as transaction:
            state = transaction.assets.state(asset)
        return "NEW" if state is None else state.state

    def advance(self, asset: str, to_state: ServerState | DeviceState, *, reason: str) -> bool:
        """Move an asset to a state; one that stands there already stays, and False is returned.

        Raises:
            IllegalTransition: there is no such step from where it stands.
        """
        with self._records.writing() as transaction:
            current = transaction.assets.state(asset)
            from_state = "NEW" if current is None else current.state
            if from_state == to_state:
                return False
            transaction.assets.transition(
                asset,
                self._kind,
                from_state=from_state,
                to_state=to_state,
                reason=reason,
            )
            transaction.journal.append(
                actor=self._actor,
                action="advance",
                subject=asset,
                why=reason,
                before=from_state,
                after=to_state,
            )
        return True

    def require(self, asset: str, *states: ServerState | DeviceState) -> str:
        """Return the state of an asset if it is one of these.

        Raises:
            StaleState: it is another.
        """
        state = self.state(asset)
        if state not in states:
            raise StaleState(
                f"{asset} is {state}, not {' or '.join(states)}; `samdrift status` shows the way"
            )
        return state
