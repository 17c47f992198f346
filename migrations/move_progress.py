"""A mover's memory in the programme database: it survives the process, and a power cut."""

import json

from migrations.facts import MOVE_PROGRESS
from migrations.movers.mover import MoveState
from records.service import Records


class RecordedProgress:
    """The state of one server's move; fulfils ``MoveProgress``."""

    def __init__(self, records: Records, server: str) -> None:
        self._records = records
        self._server = server

    def load(self) -> MoveState | None:
        """Return the state of this server's latest move, or None."""
        with self._records.reading() as transaction:
            value = transaction.assets.fact(self._server, MOVE_PROGRESS)
        return None if value is None else MoveState.model_validate_json(json.dumps(value))

    def save(self, state: MoveState) -> None:
        """Replace the state."""
        with self._records.writing() as transaction:
            transaction.assets.put_fact(self._server, MOVE_PROGRESS, json.loads(state.model_dump_json()))
