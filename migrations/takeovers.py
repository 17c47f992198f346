"""Plan what a takeover gives devices besides hardening: mirrors for the sensors, management of the centre."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from compliance.service import DeviceContext, DeviceFacts, Undertaking, context_for, place_mirrors, read_facts
from compliance.service import rehome_management as rehome
from devices.errors import DeviceError
from inventory.models import MunicipalityInventory
from migrations.collection import DeviceCollected
from migrations.hardening import Draft, MadePlan, plan_drafts
from migrations.planning.device_change_plan import ManualCorrection, ReplacedValue
from migrations.programme import Programme
from migrations.roll_out import RollOutOptions

Undertake = Callable[[str, DeviceFacts, str, DeviceContext], Undertaking]


def plan_mirrors(
    programme: Programme,
    *,
    selection: str,
    author: str,
    path: Path | None,
    revert_after_seconds: int,
    roll_out: RollOutOptions,
) -> MadePlan:
    """Plan the mirror sessions that the inventory intends; nothing that is there already is removed.

    Raises:
        NothingToDo: no device can be reached, or every sensor is fed already.
    """
    return plan_drafts(
        programme,
        selection=selection,
        draft_of=partial(_draft, place_mirrors, "mirror"),
        verb="mirror",
        reason="mirrors for the sensors",
        author=author,
        path=path,
        revert_after_seconds=revert_after_seconds,
        roll_out=roll_out,
    )


def plan_rehoming(
    programme: Programme,
    *,
    selection: str,
    author: str,
    path: Path | None,
    revert_after_seconds: int,
    roll_out: RollOutOptions,
) -> MadePlan:
    """Plan the centre's servers for time, logs and login in place of the old ones, which the plan lists.

    Raises:
        NothingToDo: no device can be reached, or every one is managed from the centre already.
    """
    return plan_drafts(
        programme,
        selection=selection,
        draft_of=partial(_draft, rehome, "rehome"),
        verb="rehome",
        reason="management by the centre",
        author=author,
        path=path,
        revert_after_seconds=revert_after_seconds,
        roll_out=roll_out,
    )


def _draft(undertake: Undertake, verb: str, one: DeviceCollected, part: MunicipalityInventory) -> Draft:
    collection, name = one.collection, one.device.name
    if collection is None:
        msg = f"{name} was not collected"
        raise ValueError(msg)
    facts = read_facts(name, collection.platform, collection.running)
    if isinstance(facts, DeviceError):
        unread = ManualCorrection(device=name, control=verb, reason=str(facts))
        return Draft(name, collection.platform, "", (), (unread,))
    found = undertake(name, facts, collection.running, context_for(name, part))
    return Draft(
        device=name,
        platform=collection.platform,
        lines=found.lines,
        controls=(),
        manual=tuple(
            ManualCorrection(device=name, control=row.control, reason=row.reason) for row in found.manual
        ),
        replaced=tuple(ReplacedValue(device=name, topic=row.topic, value=row.value) for row in found.old),
    )
