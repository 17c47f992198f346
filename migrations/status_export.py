"""The status of every municipality at the end of a past day (R5): what the inventory said, and what was done.

The inventory is the one of the day's last commit, the lifecycle the one of the records at that moment. Both
only grow, so the same day gives the same answer whenever it is asked, as long as nobody rewrites git's
history.

Known limits: R2 is met by finalised assets alone, and the lifecycle ends in hypercare until a later release
can finalise; an inventory older than a change of its form is refused by the release that changed it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from inventory.models import Inventory, Model, Municipality, MunicipalityInventory
from inventory.revisions import Revision, end_of_day, start_of_day
from inventory.snapshot_source import NamedSnapshot
from inventory.violations import suggest
from migrations.errors import NothingToDo
from records.models import AssetKind, AssetState

CENTRE_DEADLINE = date(2027, 1, 1)
TAKEOVER_DEADLINE = date(2027, 12, 31)
NEW = "NEW"
FINISHED_STATES = frozenset({"FINALISED"})
"""States behind which nothing of a takeover is left to do; hypercare is not one of them."""


class DeadlineStatus(Model):
    """How a municipality stands to a deadline: met, still open, missed, or not known without the records."""

    requirement: Literal["R1", "R2"]
    deadline: date
    verdict: Literal["met", "open", "missed", "not known"]
    reason: str


class StateCount(Model):
    """How many assets stood in one state of their lifecycle."""

    state: str
    count: int


class AssetCounts(Model):
    """How many assets of one kind the inventory had, and in which states."""

    kind: AssetKind
    total: int
    states: tuple[StateCount, ...] | None = Field(description="None where there are no records")


class SensorCounts(Model):
    """How many sensors there were, and how many saw both sides of the firewalls (R14)."""

    total: int
    both_sides: int


class OpenException(Model):
    """A deviation that was granted on that day."""

    name: str
    control: str
    devices: tuple[str, ...]
    owner: str
    expires_on: date


class FreezeStatus(Model):
    """A freeze that was in force on that day, or still to come."""

    name: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    crisis: bool
    in_force: bool


class MunicipalityExport(Model):
    """Where one municipality stood."""

    name: str
    title: str
    code: int
    centre: str
    phase: str
    sites: int
    devices: AssetCounts
    servers: AssetCounts
    sensors: SensorCounts
    deadlines: tuple[DeadlineStatus, ...]
    open_exceptions: tuple[OpenException, ...]
    freezes: tuple[FreezeStatus, ...]


class StatusExport(Model):
    """Where every municipality stood at the end of a day in Denmark."""

    day: date
    revision: Revision = Field(description="The last commit before the end of the day")
    snapshot: str = Field(description="Digest of the inventory at that commit")
    violations: int = Field(description="How many rules the inventory broke, by the rules of this release")
    municipalities: tuple[MunicipalityExport, ...]


def build_status_export(
    *,
    day: date,
    revision: Revision,
    named: NamedSnapshot,
    states: tuple[AssetState, ...] | None,
    municipality: str | None = None,
) -> StatusExport:
    """Return where every municipality, or one, stood at the end of a day.

    Args:
        day: the day.
        revision: its last commit.
        named: the snapshot of that commit.
        states: where every asset stood at the end of the day; None where there are no records.
        municipality: the one that is wanted, if not all.

    Raises:
        NothingToDo: the inventory had no such municipality on that day.

    """
    inventory = named.snapshot.inventory
    towns = inventory.municipalities
    if municipality is not None:
        names = tuple(town.municipality.name for town in towns)
        towns = tuple(town for town in towns if town.municipality.name == municipality)
        if not towns:
            told = f"on {day.isoformat()} the inventory had no municipality '{municipality}'"
            raise NothingToDo(f"{told}; {suggest(municipality, names)}")
    stood = None if states is None else {(one.kind, one.asset): one.state for one in states}
    return StatusExport(
        day=day,
        revision=revision,
        snapshot=named.snapshot.digest,
        violations=named.violations,
        municipalities=tuple(_municipality(town, inventory, day, stood) for town in towns),
    )


_States = Mapping[tuple[AssetKind, str], str] | None


def _municipality(
    town: MunicipalityInventory, inventory: Inventory, day: date, stood: _States
) -> MunicipalityExport:
    own = town.municipality
    devices = _counts("device", (one.name for one in town.devices), stood)
    servers = _counts("server", (one.name for one in town.servers), stood)
    return MunicipalityExport(
        name=own.name,
        title=own.title,
        code=own.code,
        centre=own.centre,
        phase=own.phase,
        sites=len(town.sites),
        devices=devices,
        servers=servers,
        sensors=SensorCounts(
            total=len(town.sensors),
            both_sides=sum(1 for one in town.sensors if one.inside_port and one.outside_port),
        ),
        deadlines=(_centre_deadline(own, inventory, day), _takeover_deadline(town, day, stood)),
        open_exceptions=tuple(
            OpenException(
                name=one.name,
                control=one.control,
                devices=one.devices,
                owner=one.owner,
                expires_on=one.expires_on,
            )
            for one in town.exceptions
            if day < one.expires_on
        ),
        freezes=_freezes(town, day),
    )


def _counts(kind: AssetKind, assets: Iterable[str], stood: _States) -> AssetCounts:
    names = tuple(assets)
    if stood is None:
        return AssetCounts(kind=kind, total=len(names), states=None)
    counted = Counter(stood.get((kind, name), NEW) for name in names)
    states = tuple(StateCount(state=state, count=counted[state]) for state in sorted(counted))
    return AssetCounts(kind=kind, total=len(names), states=states)


def _centre_deadline(own: Municipality, inventory: Inventory, day: date) -> DeadlineStatus:
    """Judge R1: the municipality has a centre from 1 January 2027 on."""
    centre = next((one for one in inventory.centres if one.name == own.centre), None)
    if centre is None:
        reason = f"the centre {own.centre} does not exist"
    elif centre.municipalities and own.name not in centre.municipalities:
        reason = f"the centre {own.centre} does not name it among its members"
    else:
        met = f"its centre is {own.centre}"
        return DeadlineStatus(requirement="R1", deadline=CENTRE_DEADLINE, verdict="met", reason=met)
    verdict: Literal["open", "missed"] = "missed" if day > CENTRE_DEADLINE else "open"
    return DeadlineStatus(requirement="R1", deadline=CENTRE_DEADLINE, verdict=verdict, reason=reason)


def _takeover_deadline(town: MunicipalityInventory, day: date, stood: _States) -> DeadlineStatus:
    """Judge R2: every server and device of the 2027 phase is taken over by 31 December 2027."""
    assets: list[tuple[AssetKind, str]] = [
        *(("device", one.name) for one in town.devices if one.phase == "servers-and-network"),
        *(("server", one.name) for one in town.servers if one.phase == "servers-and-network"),
    ]
    left = Counter(state for asset in assets if (state := _state(asset, stood)) not in FINISHED_STATES)
    verdict: Literal["met", "open", "missed", "not known"] = "missed" if day >= TAKEOVER_DEADLINE else "open"
    if not assets:
        reason = "the inventory names no device or server to take over"
    elif stood is None:
        verdict, reason = "not known", "there is no programme database, so the lifecycle is not known"
    elif left:
        told = ", ".join(f"{left[state]} {state}" for state in sorted(left))
        reason = f"{left.total()} of {len(assets)} devices and servers are not finalised: {told}"
    else:
        verdict, reason = "met", f"all {len(assets)} devices and servers are finalised"
    return DeadlineStatus(requirement="R2", deadline=TAKEOVER_DEADLINE, verdict=verdict, reason=reason)


def _state(asset: tuple[AssetKind, str], stood: _States) -> str:
    return NEW if stood is None else stood.get(asset, NEW)


def _freezes(town: MunicipalityInventory, day: date) -> tuple[FreezeStatus, ...]:
    begin, end = start_of_day(day), end_of_day(day)
    return tuple(
        FreezeStatus(
            name=one.name,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            reason=one.reason,
            crisis=one.crisis,
            in_force=one.starts_at < end,
        )
        for one in town.freezes
        if one.ends_at > begin
    )
