"""Carry a wave out: plan it, seed its servers while they work, cut them over one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hypervisors.models import Machine
from inventory.selection import select_servers
from migrations.approval_rules import require_approval
from migrations.controller import Controller
from migrations.errors import GateClosed, NothingToDo, PlanInvalid, PlanStale
from migrations.plan_file import store_plan
from migrations.planning.plan_check import check_wave
from migrations.planning.wave_plan import KIND, WavePlan, WaveServer, plan_wave
from migrations.programme import Programme
from migrations.runbook.move_server import BACK, CUTOVER, SEED
from migrations.runbook.runbook import RunbookResult
from records.models import Plan

_MIB = 1024 * 1024
_MOVED = ("HYPERCARE",)
_SEEDED = ("SYNCED", "APPROVED", "CUTTING_OVER", "VERIFYING")
_GOING_BACK = "ROLLING_BACK"
_WENT_BACK = "ROLLED_BACK"


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
        GateClosed: a machine is missing on a side, or its disks do not fit.
    """
    wave = read_wave_plan(controller.programme, plan)
    require_approval(controller.programme, plan, "wave-plan")
    _require_machines(controller, wave)
    outcomes = []
    for row in wave.servers:
        state = controller.moves.lifecycle.state(row.server)
        if state in (*_SEEDED, *_MOVED):
            outcomes.append(ServerOutcome(row.server, "completed", f"is {state} already"))
        elif state == _GOING_BACK:
            outcomes.append(_stuck(row.server))
        else:
            outcomes.append(_outcome(controller.engine.carry_out(SEED, row.server, plan.digest)))
    return tuple(outcomes)


def cut_over_wave(controller: Controller, plan: Plan) -> tuple[ServerOutcome, ...]:
    """Move every synced server of an approved wave over, or back; one that fails stops no other.

    A server that went back stays where it serves until it is seeded again; one that could not even go back is
    brought back.

    Raises:
        ApprovalIncomplete: two people besides the author have not signed the cutover.
        GateClosed: a server is not synced.
        HypervisorError: a host cannot be reached; nothing was done.
    """
    wave = read_wave_plan(controller.programme, plan)
    require_approval(controller.programme, plan, "wave-plan")
    require_approval(controller.programme, plan, "cutover")
    states = {row.server: controller.moves.lifecycle.state(row.server) for row in wave.servers}
    if all(state in _MOVED for state in states.values()) and not controller.resumed:
        raise NothingToDo(f"every server of plan {plan.digest[:12]} is moved already")
    passing = (*_SEEDED, *_MOVED, _GOING_BACK, _WENT_BACK)
    behind = [name for name, state in states.items() if state not in passing]
    if behind:
        told = ", ".join(f"{name} is {states[name]}" for name in behind)
        raise GateClosed(f"{told}; `samdrift wave seed` must bring each to SYNCED first")
    _require_machines(controller, wave)
    return tuple(_cut_over(controller, plan, row) for row in wave.servers)


def _cut_over(controller: Controller, plan: Plan, row: WaveServer) -> ServerOutcome:
    """Move one server over, or back, from wherever an earlier command left it."""
    lifecycle = controller.moves.lifecycle
    state = lifecycle.state(row.server)
    if state in _MOVED:
        return ServerOutcome(row.server, "completed", "moved already")
    if state == _GOING_BACK:
        back = controller.engine.carry_out(BACK, row.server, plan.digest)
        state = _WENT_BACK if back.outcome == "completed" else _GOING_BACK
    if state == _GOING_BACK:
        return _stuck(row.server)
    if state == _WENT_BACK:
        text = "it serves where it did before; `samdrift wave seed` begins anew"
        return ServerOutcome(row.server, "gone back", text)
    missing = [name for name in row.depends_on if lifecycle.state(name) not in _MOVED]
    if state == "SYNCED" and missing:
        text = f"it depends on {', '.join(missing)}, which did not arrive; it stays where it serves"
        return ServerOutcome(row.server, "held back", text)
    return _outcome(controller.engine.carry_out(CUTOVER, row.server, plan.digest))


def _stuck(server: str) -> ServerOutcome:
    text = "it could not go back; look at both sides, then `samdrift wave cutover` brings it back"
    return ServerOutcome(server, "stuck", text)


def _require_machines(controller: Controller, wave: WavePlan) -> None:
    """Close the gate unless every server that is not moved yet is on both sides with disks that fit."""
    programme = controller.programme
    rows = [row for row in wave.servers if controller.moves.lifecycle.state(row.server) not in _MOVED]
    with programme.hypervisor(wave.municipality) as source, programme.hypervisor(wave.centre) as target:
        problems = [
            problem
            for row in rows
            for problem in _unfit(row, source.machine(row.server), target.machine(row.target))
        ]
    if problems:
        raise GateClosed("; ".join(problems))


def _unfit(row: WaveServer, source: Machine | None, target: Machine | None) -> Iterator[str]:
    if source is None:
        yield f"{row.server} is not on the municipality's hypervisor; correct the inventory"
        return
    if target is None:
        yield (
            f"{row.server} has no machine {row.target} in the centre; "
            "`samdrift stack preview` and `samdrift stack up` build it"
        )
        return
    wanted = row.disk_mib * _MIB
    found = sum(disk.size_bytes for disk in source.disks)
    if found != wanted:
        yield f"{row.server} has {found} bytes of disks, the inventory says {wanted}; correct it, plan again"
    room = sum(disk.size_bytes for disk in target.disks)
    if room < found:
        yield f"{row.target} has {room} bytes of disks, {row.server} {found}; build the landing zone again"


def _outcome(result: RunbookResult) -> ServerOutcome:
    if result.outcome == "completed":
        return ServerOutcome(result.subject, "completed", "")
    return ServerOutcome(result.subject, result.outcome, result.reason)
