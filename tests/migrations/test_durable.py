"""A killed controller goes on where it stopped, and a failed step leads back."""

import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import JsonValue

from migrations.errors import RunInterrupted, StepFailed
from migrations.runbook.durable import DurableEngine
from migrations.runbook.runbook import Runbook, RunbookResult, Step, StepRecord


class Ledger:
    """What the steps did to the world."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def act(self, name: str, *, fails: bool = False) -> Callable[[], JsonValue]:
        def run() -> JsonValue:
            self.done.append(name)
            if fails:
                raise StepFailed(f"{name} cannot")
            return len(self.done)

        return run


def _run(tmp_path: Path, steps: tuple[Step, ...]) -> RunbookResult:
    with DurableEngine(tmp_path / "engine.db", {"move": lambda s, _p: Runbook("move", s, steps)}) as engine:
        return engine.carry_out("move", "ndj-web1", "plan-1")


def test_steps_run_in_order_and_tell_what_they_measured(tmp_path: Path) -> None:
    ledger = Ledger()
    result = _run(tmp_path, (Step("seed", ledger.act("seed")), Step("cut over", ledger.act("cut over"))))
    assert result == RunbookResult(
        runbook="move",
        subject="ndj-web1",
        outcome="completed",
        steps=(
            StepRecord(step="seed", outcome="done", result=1),
            StepRecord(step="cut over", outcome="done", result=2),
        ),
    )


def test_a_failed_step_leads_back_through_every_compensation_last_first(tmp_path: Path) -> None:
    ledger = Ledger()
    result = _run(
        tmp_path,
        (
            Step("freeze", ledger.act("freeze"), ledger.act("thaw")),
            Step("compare", ledger.act("compare")),
            Step("check", ledger.act("check", fails=True), ledger.act("stop target")),
            Step("finish", ledger.act("finish")),
        ),
    )
    assert ledger.done == ["freeze", "compare", "check", "stop target", "thaw"]
    assert (result.outcome, result.reason) == ("gone back", "check cannot")


def test_a_compensation_that_fails_leaves_the_run_stuck_and_says_so(tmp_path: Path) -> None:
    ledger = Ledger()
    result = _run(
        tmp_path,
        (
            Step("freeze", ledger.act("freeze"), ledger.act("thaw", fails=True)),
            Step("check", ledger.act("check", fails=True)),
        ),
    )
    assert result.outcome == "stuck"
    assert result.steps[-1] == StepRecord(step="freeze", outcome="not compensated", message="thaw cannot")


def test_a_run_that_has_ended_can_be_asked_for_again(tmp_path: Path) -> None:
    ledger = Ledger()
    steps = (Step("seed", ledger.act("seed")),)
    _run(tmp_path, steps)
    assert _run(tmp_path, steps).outcome == "completed"
    assert ledger.done == ["seed", "seed"]


def test_an_error_that_no_step_expects_is_told(tmp_path: Path) -> None:
    def broken() -> JsonValue:
        raise ZeroDivisionError("a fault of the code")

    with pytest.raises(RunInterrupted, match="ZeroDivisionError"):
        _run(tmp_path, (Step("seed", broken),))


SCRIPT = textwrap.dedent(
    """
    import json, os, signal, sys
    from pathlib import Path
    from migrations.runbook.durable import DurableEngine
    from migrations.runbook.runbook import Runbook, Step

    folder, kill_in = Path(sys.argv[1]), sys.argv[2]

    def step(name):
        def act():
            with (folder / "effects").open("a") as file:
                file.write(name + "\\n")
                file.flush()
                os.fsync(file.fileno())
            if name == kill_in:
                os.kill(os.getpid(), signal.SIGKILL)
            return name
        return Step(name, act)

    steps = tuple(step(name) for name in ("seed", "sync", "freeze"))
    with DurableEngine(folder / "engine.db", {"move": lambda s, p: Runbook("move", s, steps)}) as engine:
        waiting = engine.interrupted()
        assert waiting == (("move/ndj-web1/p/1",) if kill_in == "nothing" else ())
        print(json.dumps(engine.carry_out("move", "ndj-web1", "p").model_dump(mode="json")))
    """,
)


def _process(tmp_path: Path, kill_in: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), kill_in],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_killed_controller_goes_on_with_the_interrupted_step(tmp_path: Path) -> None:
    assert _process(tmp_path, "sync").returncode == -9
    second = _process(tmp_path, "nothing")
    assert second.returncode == 0, second.stderr
    result = json.loads(second.stdout.splitlines()[-1])
    assert (result["outcome"], [s["step"] for s in result["steps"]]) == (
        "completed",
        ["seed", "sync", "freeze"],
    )
    # The interrupted step runs again, the one before it does not: steps run at least once and probe first.
    assert (tmp_path / "effects").read_text().split() == ["seed", "sync", "sync", "freeze"]
