"""Carry runbooks out on DBOS, so that a killed controller goes on where it stopped.

The engine only executes. What is true is in the programme database and on the platforms; the engine's rows
can be deleted. Its application version is pinned, since it otherwise strands waiting runs after any edit of
the source; its serialiser is JSON, since the default one would unpickle whatever stands in its file.
"""

import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID, WorkflowHandle
from pydantic import JsonValue

from migrations.errors import RunInterrupted, StepFailed
from migrations.runbook.runbook import Runbook, RunbookResult, Step, StepRecord

ENGINE_VERSION = "1"
_EXECUTOR = "controller"
_MAX_THREADS = 8
_UNFINISHED = ("PENDING", "ENQUEUED")

RunbookFactory = Callable[[str, str], Runbook]
"""Builds a runbook for a subject from the digest of the plan it belongs to, also after a restart."""


class JSONSerializer(Serializer):
    """Payloads as JSON; anything else is refused where it is written."""

    def serialize(self, data: Any) -> str:
        """Render JSON; an exception becomes its name and text."""
        if isinstance(data, BaseException):
            data = {"error": type(data).__name__, "message": str(data)}
        return json.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:
        """Read JSON; a stored exception comes back as ``RunInterrupted``."""
        data = json.loads(serialized_data)
        if isinstance(data, dict) and set(data) == {"error", "message"}:
            return RunInterrupted(f"{data['error']}: {data['message']}")
        return data

    def name(self) -> str:
        """Return the name that is stored beside each payload."""
        return "samdrift_json"


def _attempt(act: Callable[[], JsonValue]) -> dict[str, JsonValue]:
    """Run one act; an expected failure is a result, so that the engine records it and goes on."""
    try:
        return {"failed": None, "result": act()}
    except StepFailed as failure:
        return {"failed": str(failure), "result": None}


def _go_back(attempted: list[Step]) -> list[StepRecord]:
    records = []
    for step in reversed(attempted):
        if step.compensate is None:
            continue
        answer = DBOS.run_step({"name": f"{step.name}: back"}, _attempt, step.compensate)
        failed = answer["failed"]
        records.append(
            StepRecord(
                step=step.name,
                outcome="compensated" if failed is None else "not compensated",
                message=str(failed or ""),
                result=answer["result"],
            ),
        )
    return records


def carry_out(runbook: Runbook) -> RunbookResult:
    """Run the steps in order; when one fails, undo it and those before it, last first.

    A step that ends by an error which it does not expect is undone too, and the error goes on.
    """
    records: list[StepRecord] = []
    attempted: list[Step] = []
    for step in runbook.steps:
        attempted.append(step)
        try:
            answer = DBOS.run_step({"name": step.name}, _attempt, step.act)
        except Exception:
            # Nobody expected it and it is told as it is, but what was stopped must not stay so meanwhile.
            _go_back(attempted)
            raise
        if answer["failed"] is not None:
            records.append(StepRecord(step=step.name, outcome="failed", message=str(answer["failed"])))
            back = _go_back(attempted)
            stuck = any(record.outcome == "not compensated" for record in back)
            return RunbookResult(
                runbook=runbook.name,
                subject=runbook.subject,
                outcome="stuck" if stuck else "gone back",
                steps=(*records, *back),
            )
        records.append(StepRecord(step=step.name, outcome="done", result=answer["result"]))
    return RunbookResult(
        runbook=runbook.name,
        subject=runbook.subject,
        outcome="completed",
        steps=tuple(records),
    )


@DBOS.workflow(name="samdrift.carry_out")
def _workflow(runbook: str, subject: str, plan: str) -> dict[str, Any]:
    factory = DurableEngine.factories[runbook]
    return carry_out(factory(subject, plan)).model_dump(mode="json")


class DurableEngine:
    """The engine of one controller process; used as a context, one at a time."""

    factories: ClassVar[dict[str, RunbookFactory]] = {}

    def __init__(self, database_file: Path, factories: Mapping[str, RunbookFactory]) -> None:
        """Prepare an engine on a SQLite file of its own.

        Args:
            database_file: where the engine keeps its rows; made if absent.
            factories: by runbook name, how to build it.

        """
        self._file = database_file
        self._factories = dict(factories)

    def __enter__(self) -> Self:
        """Launch, and let DBOS pick up what an earlier process left unfinished."""
        logging.getLogger("dbos").setLevel(logging.ERROR)
        with sqlite3.connect(self._file) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        config: DBOSConfig = {
            "name": "samdrift",
            "system_database_url": f"sqlite:///{self._file}",
            "application_version": ENGINE_VERSION,
            "executor_id": _EXECUTOR,
            "serializer": JSONSerializer(),
            "max_executor_threads": _MAX_THREADS,
            "log_level": "ERROR",
            "console_log_level": "ERROR",
            "enable_otlp": False,
            "notification_listener_polling_interval_sec": 0.2,
        }
        DurableEngine.factories = self._factories
        DBOS(config=config)
        DBOS.launch()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Shut the engine down; unfinished runs stay to be picked up."""
        DBOS.destroy()
        DurableEngine.factories = {}

    def carry_out(self, runbook: str, subject: str, plan: str) -> RunbookResult:
        """Carry a runbook out, or go on with the same one where it was interrupted.

        Whether there is anything to do is the caller's to say, from the state of the asset: a run that has
        ended is not asked again.

        Args:
            runbook: a name among the factories.
            subject: the asset it is for.
            plan: the digest of the plan it belongs to.

        Raises:
            RunInterrupted: the run ended by an error that no step expects.
        """
        prefix = f"{runbook}/{subject}/{plan}/"
        earlier = DBOS.list_workflows(workflow_id_prefix=prefix)
        running = [status.workflow_id for status in earlier if status.status in _UNFINISHED]
        if running:
            return self._result(running[0])
        run = f"{prefix}{len(earlier) + 1}"
        with SetWorkflowID(run):
            DBOS.start_workflow(_workflow, runbook, subject, plan)
        return self._result(run)

    def interrupted(self) -> tuple[str, ...]:
        """Return the runs that an earlier process left unfinished; they go on since the launch."""
        return tuple(status.workflow_id for status in DBOS.list_workflows(status=list(_UNFINISHED)))

    def finish(self, run: str) -> RunbookResult:
        """Wait for the end of an interrupted run.

        Raises:
            RunInterrupted: the run ended by an error that no step expects.
        """
        return self._result(run)

    def _result(self, run: str) -> RunbookResult:
        handle: WorkflowHandle[Any] = DBOS.retrieve_workflow(run)
        try:
            answer = handle.get_result()
        except RunInterrupted:
            raise
        except Exception as error:
            raise RunInterrupted(f"{run} ended by {type(error).__name__}: {error}") from error
        return RunbookResult.model_validate(answer)
