"""Carry a wave out: plan it, seed its servers while they work, cut them over one by one."""

from dataclasses import dataclass
from pathlib import Path

from inventory.selection import select_servers
from migrations.approval_rules import require_approval
from migrations.controller import Controller
from migrations.errors import GateClosed, NothingToDo, PlanInvalid, PlanStale
from migrations.plan_file import store_plan
from migrations.planning.plan_check import check_wave
from migrations.planning.wave_plan import KIND, WavePlan, plan_wave
from migrations.programme import Programme
from migrations.runbook.move_server import CUTOVER, SEED
from migrations.runbook.runbook import RunbookResult
from records.models import Plan

_MOVED = ("HYPERCARE",)
_SEEDED = ("SYNCED", "APPROVED", "CUTTING_OVER", "VERIFYING")


@dataclass(frozen=True)
class ServerOutcome:
    """How one server came out of a part of a wave."""

    server: str
    outcome: str
    message: str

    @property
    def good(self) -> bool:
        """Return whether the server stands where it was to go."""
        return self.outcome == "completed"


def make_wave_plan(
    programme: Programme, *, selection: str, author: str, path: Path | None, **limits: int
) -> Plan:
    """Plan a wave over the selected servers of one municipality and store it.

    Raises:
        SelectionError: nothing is selected.
        PlanInvalid: the servers belong to several municipalities, or depend on each other in a circle.
    """
    selected = select_servers(programme.snapshot.inventory, selection)
    names = {one.municipality for one in selected}
    if len(names) != 1:
        raise PlanInvalid(f"a wave moves one municipality; this selects {', '.join(sorted(names))}")
    part = programme.municipality(names.pop())
    plan = plan_wave(
        part,
        tuple(one.server for one in selected),
        snapshot=programme.snapshot.digest,
        **limits,
    )
    broken = check_wave(plan, part, snapshot=programme.snapshot.digest)
    if broken:
        raise PlanInvalid("the plan breaks rules: " + "; ".join(broken))
    return store_plan(
        programme.records,
        path,
        kind=KIND,
        author=author,
        body=plan.model_dump(mode="json"),
    )


def read_wave_plan(programme: Programme, plan: Plan) -> WavePlan:
    """Return a stored wave plan, checked against the inventory as it is now.

    Raises:
        PlanStale: the inventory has changed, or the plan breaks a rule.
    """
    wave = WavePlan.model_validate(plan.body)
    part = programme.municipality(wave.municipality)
    broken = check_wave(wave, part, snapshot=programme.snapshot.digest)
    if broken:
        raise PlanStale("; ".join(broken))
    return wave


def seed_wave(controller: Controller, plan: Plan) -> tuple[ServerOutcome, ...]:
    """Copy every server of an approved wave while it works; those that are synced already stay.

    Raises:
        ApprovalIncomplete: two people besides the author have not signed the wave plan.
        GateClosed: the landing zone is not built.
    """
    wave = read_wave_plan(controller.programme, plan)
    require_approval(controller.programme, plan, "wave-plan")
    _require_targets(controller.programme, wave)
    outcomes = []
    for row in wave.servers:
        state = controller.moves.lifecycle.state(row.server)
        if state in (*_SEEDED, *_MOVED):
            outcomes.append(ServerOutcome(row.server, "completed", f"is {state} already"))
        else:
            outcomes.append(_outcome(controller.engine.carry_out(SEED, row.server, plan.digest)))
    return tuple(outcomes)


def cut_over_wave(controller: Controller, plan: Plan) -> tuple[ServerOutcome, ...]:
    """Move every synced server of an approved wave over, or back; one that fails stops no other.

    Raises:
        ApprovalIncomplete: two people besides the author have not signed the cutover.
        GateClosed: a server is not synced.
    """
    wave = read_wave_plan(controller.programme, plan)
    require_approval(controller.programme, plan, "wave-plan")
    require_approval(controller.programme, plan, "cutover")
    states = {row.server: controller.moves.lifecycle.state(row.server) for row in wave.servers}
    if all(state in _MOVED for state in states.values()):
        raise NothingToDo(f"every server of plan {plan.digest[:12]} is moved already")
    behind = [name for name, state in states.items() if state not in (*_SEEDED, *_MOVED)]
    if behind:
        told = ", ".join(f"{name} is {states[name]}" for name in behind)
        raise GateClosed(f"{told}; `samdrift wave seed` must bring each to SYNCED first")
    outcomes = []
    for row in wave.servers:
        if states[row.server] in _MOVED:
            outcomes.append(ServerOutcome(row.server, "completed", "moved already"))
            continue
        missing = [name for name in row.depends_on if controller.moves.lifecycle.state(name) not in _MOVED]
        if missing:
            text = f"it depends on {', '.join(missing)}, which did not arrive; it stays where it serves"
            outcomes.append(ServerOutcome(row.server, "held back", text))
            continue
        outcomes.append(_outcome(controller.engine.carry_out(CUTOVER, row.server, plan.digest)))
    return tuple(outcomes)


def _require_targets(programme: Programme, wave: WavePlan) -> None:
    with programme.hypervisor(wave.centre) as target:
        missing = [row.target for row in wave.servers if target.machine(row.target) is None]
    if missing:
        raise GateClosed(
            f"the landing zone in {wave.centre} has no machine for {', '.join(missing)}; "
            "`samdrift stack preview` and `samdrift stack up` build it",
        )


def _outcome(result: RunbookResult) -> ServerOutcome:
    if result.outcome == "completed":
        return ServerOutcome(result.subject, "completed", "")
    return ServerOutcome(result.subject, result.outcome, result.reason)
