"""Plan and apply changes of devices: what hardening would correct, or lines that a person wrote."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from compliance.models import Verdict
from compliance.service import context_for, read_facts, remediate
from devices.errors import DeviceError
from devices.service import roll_out_batches_of
from inventory.models import MunicipalityInventory
from inventory.selection import select_devices
from migrations.approval_rules import require_approval
from migrations.collection import (
    CollectionRun,
    DeviceCollected,
    collect_and_judge,
    hosts_of,
    run_place,
)
from migrations.controller import Controller
from migrations.device_changes import HARDEN
from migrations.errors import NothingToDo, PlanInvalid, PlanStale
from migrations.plan_file import store_plan
from migrations.planning.change_risks import granted_risks, is_closed, missing_grants, risks_of
from migrations.planning.device_change_plan import (
    KIND,
    DeviceChangePlan,
    HeldBack,
    ManualCorrection,
    PlannedChange,
    ReplacedValue,
)
from migrations.programme import Programme
from migrations.roll_out import RollOutOptions
from migrations.runbook.runbook import RunbookResult
from playbooks.service import ChangeVerb, LinesToPreview, preview_changes
from records.models import Plan

_BY_DEFAULT = RollOutOptions()


@dataclass(frozen=True)
class Draft:
    """What one device shall get, before it has said what that would change."""

    device: str
    platform: str
    lines: str
    controls: tuple[str, ...]
    manual: tuple[ManualCorrection, ...]
    replaced: tuple[ReplacedValue, ...] = ()


@dataclass(frozen=True)
class MadePlan:
    """A stored plan, with what it holds and what it left out."""

    plan: Plan
    body: DeviceChangePlan
    unreached: tuple[DeviceCollected, ...]


DraftOf = Callable[[DeviceCollected, MunicipalityInventory], Draft]


def plan_hardening(
    programme: Programme,
    *,
    selection: str,
    author: str,
    path: Path | None,
    revert_after_seconds: int,
    roll_out: RollOutOptions = _BY_DEFAULT,
) -> MadePlan:
    """Plan the smallest correction of every failing control on the selected devices.

    Raises:
        NothingToDo: no device can be reached, or none has a failing control that lines correct.
    """
    part = _one_municipality(programme, selection)
    run = collect_and_judge(programme, selection=selection)
    drafts = [_correct(one, part) for one in run.devices if one.collection is not None]
    return _make(
        programme,
        part,
        run,
        tuple(drafts),
        author=author,
        path=path,
        reason="hardening",
        revert_after_seconds=revert_after_seconds,
        roll_out=roll_out,
    )


def plan_lines(
    programme: Programme,
    *,
    selection: str,
    lines: str,
    author: str,
    path: Path | None,
    revert_after_seconds: int,
    roll_out: RollOutOptions = _BY_DEFAULT,
) -> MadePlan:
    """Plan lines that a person wrote for the selected devices; the same checks and timers guard them."""
    if not lines.strip():
        raise PlanInvalid("the file of lines is empty; write what the devices shall get")
    part = _one_municipality(programme, selection)
    run = collect_and_judge(programme, selection=selection)
    drafts = tuple(
        Draft(one.device.name, one.device.platform, lines, (), ())
        for one in run.devices
        if one.collection is not None
    )
    return _make(
        programme,
        part,
        run,
        drafts,
        author=author,
        path=path,
        reason="lines by hand",
        revert_after_seconds=revert_after_seconds,
        roll_out=roll_out,
    )


def plan_drafts(
    programme: Programme,
    *,
    selection: str,
    draft_of: DraftOf,
    verb: ChangeVerb,
    reason: str,
    author: str,
    path: Path | None,
    revert_after_seconds: int,
    roll_out: RollOutOptions = _BY_DEFAULT,
) -> MadePlan:
    """Plan what a verb gives every selected device that can be reached.

    Raises:
        NothingToDo: no device can be reached, or every one is as it shall be.
    """
    part = _one_municipality(programme, selection)
    run = collect_and_judge(programme, selection=selection)
    drafts = tuple(draft_of(one, part) for one in run.devices if one.collection is not None)
    return _make(
        programme,
        part,
        run,
        drafts,
        author=author,
        path=path,
        verb=verb,
        reason=reason,
        revert_after_seconds=revert_after_seconds,
        roll_out=roll_out,
    )


def apply_plan(
    controller: Controller, plan: Plan, *, verb: ChangeVerb = "harden"
) -> tuple[DeviceChangePlan, RunbookResult]:
    """Apply an approved plan batch by batch.

    Raises:
        PlanInvalid: the plan is one of another verb.
        PlanStale: the inventory has changed since the plan was made.
        ApprovalIncomplete: nobody besides the author has signed it.
    """
    programme = controller.programme
    body = DeviceChangePlan.model_validate(plan.body)
    if body.verb != verb:
        raise PlanInvalid(f"the plan is one to {body.verb}; apply it with 'samdrift {body.verb} apply'")
    if body.snapshot != programme.snapshot.digest:
        raise PlanStale(
            f"the plan was made from inventory {body.snapshot[:12]}, now it is "
            f"{programme.snapshot.digest[:12]}; plan again",
        )
    require_approval(programme, plan, "apply")
    return body, controller.carry_out(HARDEN, body.municipality, plan.digest)


def _one_municipality(programme: Programme, selection: str) -> MunicipalityInventory:
    names = {one.municipality for one in select_devices(programme.snapshot.inventory, selection)}
    if len(names) != 1:
        raise PlanInvalid(f"a plan changes one municipality; this selects {', '.join(sorted(names))}")
    return programme.municipality(names.pop())


def _correct(one: DeviceCollected, part: MunicipalityInventory) -> Draft:
    collection = one.collection
    if collection is None:
        msg = f"{one.device.name} was not collected"
        raise ValueError(msg)
    name = one.device.name
    facts = read_facts(name, collection.platform, collection.running)
    if isinstance(facts, DeviceError):
        failing = tuple(row.control for row in one.verdicts if row.verdict is Verdict.ERROR)
        manual = tuple(ManualCorrection(device=name, control=row, reason=str(facts)) for row in failing)
        return Draft(name, collection.platform, "", (), manual)
    correction = remediate(name, facts, one.verdicts, context_for(name, part))
    manual = tuple(
        ManualCorrection(device=name, control=row.control, reason=row.reason) for row in correction.manual
    )
    return Draft(name, collection.platform, correction.lines, correction.controls, manual)


def _make(
    programme: Programme,
    part: MunicipalityInventory,
    run: CollectionRun,
    drafts: tuple[Draft, ...],
    *,
    author: str,
    path: Path | None,
    verb: ChangeVerb = "harden",
    reason: str,
    revert_after_seconds: int,
    roll_out: RollOutOptions,
) -> MadePlan:
    """Let the devices compute their diffs and store what would change and may."""
    changes, held_back = _permitted(programme, part, run, drafts)
    if not changes:
        told = [f"{one.device.name}: {one.message}" for one in run.unreached]
        told += [
            f"{by_hand.device} {by_hand.control} by hand: {by_hand.reason}"
            for draft in drafts
            for by_hand in draft.manual
        ]
        told += [f"{one.device} is held back: {'; '.join(one.missing)}" for one in held_back]
        raise NothingToDo("; ".join(["no selected device would change", *told, "nothing was planned"]))
    names = tuple(change.device for change in changes)
    batches = roll_out_batches_of(part, names, largest=roll_out.largest_batch)
    body = DeviceChangePlan(
        verb=verb,
        snapshot=programme.snapshot.digest,
        municipality=part.municipality.name,
        reason=reason,
        revert_after_seconds=revert_after_seconds,
        changes=changes,
        batches=tuple(batch.devices for batch in batches),
        manual=tuple(manual for draft in drafts for manual in draft.manual),
        replaced=tuple(one for draft in drafts if draft.device in names for one in draft.replaced),
        held_back=held_back,
        limits=roll_out.limits(batches),
    )
    plan = store_plan(programme.records, path, kind=KIND, author=author, body=body.model_dump(mode="json"))
    return MadePlan(plan, body, run.unreached)


def _permitted(
    programme: Programme, part: MunicipalityInventory, run: CollectionRun, drafts: tuple[Draft, ...]
) -> tuple[tuple[PlannedChange, ...], tuple[HeldBack, ...]]:
    """Return the changes whose risks are granted, and what is held back because one is not."""
    collections = {one.device.name: one.collection for one in run.devices}
    risks = {one.device: risks_of(one.device, one.platform, collections.get(one.device)) for one in drafts}
    wanted = tuple(draft for draft in drafts if draft.lines.strip())
    closed = tuple(one for one in wanted if is_closed(one.device, one.platform, risks[one.device]))
    changes = _preview(programme, tuple(draft for draft in wanted if draft not in closed))
    asked = [(one.device, one.platform, one.diff) for one in changes]
    asked += [(one.device, one.platform, "") for one in closed]
    held_back = [
        HeldBack(device=device, platform=platform, risks=risks[device], missing=missing, diff=diff)
        for device, platform, diff in asked
        if (missing := missing_grants(part, device, platform, risks[device], now=programme.clock()))
    ]
    held = {one.device for one in held_back}
    return tuple(
        change.model_copy(
            update={
                "risks": risks[change.device],
                "granted": granted_risks(part, change.device, risks[change.device], now=programme.clock()),
            }
        )
        for change in changes
        if change.device not in held
    ), tuple(held_back)


def _preview(programme: Programme, drafts: tuple[Draft, ...]) -> tuple[PlannedChange, ...]:
    """Return the changes with each device's own diff; a device that refuses a line stops the plan."""
    if not drafts:
        return ()
    place = run_place(programme)
    try:
        result = preview_changes(
            hosts_of(programme, (draft.device for draft in drafts)),
            tuple(LinesToPreview(device=draft.device, lines=draft.lines) for draft in drafts),
            place,
            progress=lambda host: programme.report(f"previewing {host.device}", 0, 0),
        )
    finally:
        shutil.rmtree(place.folder, ignore_errors=True)
    refused = [f"{host.device}: {host.message}" for host in result.hosts if host.diff is None]
    if refused:
        raise PlanInvalid("; ".join(refused) + "; nothing was planned")
    return tuple(
        PlannedChange(
            device=draft.device,
            platform=draft.platform,
            lines=draft.lines,
            diff=result.host(draft.device).diff or "",
            controls=draft.controls,
        )
        for draft in drafts
        if result.host(draft.device).diff
    )
