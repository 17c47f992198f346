"""The landing zone of a municipality: previewed, approved by its digest, built exactly so."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from hypervisors.models import DirectBoot, PublishedPort
from inventory.models import MunicipalityInventory
from migrations.approval_rules import require_approval
from migrations.errors import NothingToDo, PlanStale
from migrations.plan_file import store_plan
from migrations.programme import Programme
from records.canonical_json import render_canonical
from records.models import Plan
from stacks.errors import StackError
from stacks.landing_zone_args import landing_zone_args
from stacks.models import LandingZoneArgs, StackPreview, StackProgress, StackResult
from stacks.service import LandingZones

KIND = "landing-zone"


class LandingZonePlan(BaseModel):
    """What people approve: the whole preview, named by its digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["landing-zone"] = "landing-zone"
    snapshot: str
    municipality: str
    preview: StackPreview


def make_landing_zone_plan(
    programme: Programme,
    zones: LandingZones,
    *,
    municipality: str | None,
    author: str,
    path: Path | None,
) -> tuple[Plan, LandingZonePlan]:
    """Preview a landing zone and store what would change.

    Raises:
        NothingToDo: it is built as wanted already.
        StackError: it cannot be previewed.
    """
    part = _part(programme, municipality)
    name = part.municipality.name
    preview = zones.preview(_args(programme, part), on_progress=_progress(programme, "previewing"))
    if not preview.changes:
        raise NothingToDo(f"the landing zone of {name} is built as wanted; nothing was planned")
    body = LandingZonePlan(snapshot=programme.snapshot.digest, municipality=name, preview=preview)
    content: JsonValue = body.model_dump(mode="json")
    return store_plan(programme.records, path, kind=KIND, author=author, body=content), body


def build_landing_zone(programme: Programme, zones: LandingZones, plan: Plan) -> StackResult:
    """Build exactly what was approved.

    Raises:
        PlanStale: the inventory has changed since.
        ApprovalIncomplete: nobody besides the author has signed it.
        PreviewChangedError: what would be done now is not what was approved; nothing was changed.
    """
    body = LandingZonePlan.model_validate_json(_text(plan))
    if body.snapshot != programme.snapshot.digest:
        raise PlanStale(
            f"the plan was made from inventory {body.snapshot[:12]}, now it is "
            f"{programme.snapshot.digest[:12]}; preview again",
        )
    require_approval(programme, plan, "apply")
    part = _part(programme, body.municipality)
    subject = f"landing zone {body.municipality}"
    with programme.records.writing() as transaction:
        transaction.journal.append(
            actor=programme.actor,
            action="begin build",
            subject=subject,
            after=body.preview.digest,
        )
    try:
        result = zones.apply(
            _args(programme, part),
            approved_digest=body.preview.digest,
            on_progress=_progress(programme, "building"),
        )
    except StackError as error:
        with programme.records.writing() as transaction:
            transaction.journal.append(
                actor=programme.actor, action="fail build", subject=subject, why=str(error)
            )
        raise
    with programme.records.writing() as transaction:
        transaction.journal.append(
            actor=programme.actor,
            action="end build",
            subject=subject,
            after=result.model_dump(mode="json", exclude={"seconds"}),
        )
    return result


def _text(plan: Plan) -> bytes:
    # Strict models take tuples from JSON text, not from the lists of a parsed body.
    return render_canonical(plan.body)


def _part(programme: Programme, name: str | None) -> MunicipalityInventory:
    parts = programme.snapshot.inventory.municipalities
    if name is None and len(parts) == 1:
        return parts[0]
    if name is None:
        known = ", ".join(part.municipality.name for part in parts)
        raise NothingToDo(f"the inventory has several municipalities; name one of {known}")
    return programme.municipality(name)


def _args(programme: Programme, part: MunicipalityInventory) -> LandingZoneArgs:
    centre = next(one for one in programme.snapshot.inventory.centres if one.name == part.municipality.centre)
    endpoint = programme.endpoints.hypervisor(centre.name)
    boots = {}
    if endpoint.boot is not None:
        boot = DirectBoot(
            kernel=endpoint.boot.kernel,
            initrd=endpoint.boot.initrd,
            arguments=endpoint.boot.arguments,
        )
        boots = {server.name: boot for server in part.servers}
    published = {}
    for server in part.servers:
        place = programme.endpoints.published(server.name)
        if place is not None:
            published[server.name] = (PublishedPort(host_port=place.port, guest_port=place.guest_port),)
    return landing_zone_args(
        part,
        centre,
        storage_folder=endpoint.storage_folder,
        snapshot_digest=programme.snapshot.digest,
        published_ports=published,
        boots=boots,
        uri=endpoint.uri,
    )


def _progress(programme: Programme, verb: str) -> Callable[[StackProgress], None]:
    def progress(event: StackProgress) -> None:
        programme.report(f"{verb} {event.kind} {event.name}", 0, 0)

    return progress
