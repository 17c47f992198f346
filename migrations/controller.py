"""The controller of one process: it alone schedules work, one at a time, and first finishes what was left."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from migrations.device_changes import HARDEN, DeviceChanges
from migrations.programme import Programme
from migrations.runbook.durable import DurableEngine
from migrations.runbook.move_server import BACK, CUTOVER, SEED
from migrations.runbook.runbook import RunbookResult
from migrations.server_moves import ServerMoves

LOCK = "controller"


class Controller:
    """Holds the controller's lock, the durable engine and every factory of runbooks; used as a context."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.resumed: tuple[str, ...] = ()
        self._stack = ExitStack()
        self.moves = ServerMoves(programme, self._stack)
        self.changes = DeviceChanges(programme)
        self.engine = DurableEngine(
            programme.state_folder / "engine.db",
            {
                SEED: self.moves.seed_book,
                CUTOVER: self.moves.cutover_book,
                BACK: self.moves.back_book,
                HARDEN: self.changes.harden_book,
            },
        )

    def __enter__(self) -> Self:
        """Take the lock, launch the engine and finish what an earlier process left.

        Raises:
            LockHeld: another controller is at work on these records.
        """
        try:
            self._stack.enter_context(self.programme.records.locks.hold(LOCK))
            self._stack.enter_context(self.engine)
            self.resumed = self.engine.interrupted()
            for run in self.resumed:
                self.programme.report(f"going on with {run.rpartition('/')[0]}", 0, 0)
                self.engine.finish(run)
        except BaseException:
            self._stack.close()
            raise
        return self

    def carry_out(self, runbook: str, subject: str, plan: str) -> RunbookResult:
        """Carry a runbook out; one that this process found interrupted is over already and not begun anew.

        Raises:
            RunInterrupted: the run ended by an error that no step expects.
        """
        prefix = f"{runbook}/{subject}/{plan}/"
        taken_up = tuple(run for run in self.resumed if run.startswith(prefix))
        if not taken_up:
            return self.engine.carry_out(runbook, subject, plan)
        self.resumed = tuple(run for run in self.resumed if run not in taken_up)
        return self.engine.finish(taken_up[-1])

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Shut the engine down and give the lock back."""
        self._stack.close()
