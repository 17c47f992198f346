"""Which risks a change of a device carries, who granted them, and whether they may be taken now."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from devices.models import Collection
from devices.service import (
    PROFILES,
    WINDOW_RISKS,
    Risk,
    driven_platform,
    longest_change_seconds,
    risks_found,
)
from inventory.change_windows import change_window_at, next_change_window, render_window
from inventory.local_time import LOCAL_ZONE, as_utc
from inventory.models import Inventory, MunicipalityInventory
from migrations.planning.device_change_plan import GrantedRisk, PlannedChange


@dataclass(frozen=True)
class Permission:
    """What one change may cost now: which risks, by which overrides, until when; or why it is refused."""

    granted: tuple[GrantedRisk, ...] = ()
    until: datetime | None = None
    refusal: str = ""

    @property
    def risks(self) -> frozenset[Risk]:
        """Return the risks that may be taken."""
        return frozenset() if self.refusal else frozenset(one.risk for one in self.granted)


def risks_of(device: str, platform: str, collection: Collection | None) -> tuple[Risk, ...]:
    """Return the risks that a change of a device carries: its platform's, and what the device itself adds."""
    found = frozenset() if collection is None else risks_found(collection)
    return tuple(sorted(PROFILES[driven_platform(device, platform)].risks | found))


def is_closed(device: str, platform: str, risks: tuple[Risk, ...]) -> bool:
    """Return whether no override opens one of the risks on this platform."""
    return bool(PROFILES[driven_platform(device, platform)].closed_risks.intersection(risks))


def granted_risks(
    town: MunicipalityInventory, device: str, risks: tuple[Risk, ...], *, now: datetime
) -> tuple[GrantedRisk, ...]:
    """Return the overrides of the inventory that grant risks of a device today; of several the longest."""
    granted: list[GrantedRisk] = []
    for risk in risks:
        naming = [one for one in town.risk_overrides if one.risk == risk and device in one.devices]
        valid = [one for one in naming if now < ends_at(one.expires_on)]
        if valid:
            longest = max(valid, key=lambda one: (one.expires_on, one.name))
            granted.append(GrantedRisk.model_validate(longest.model_dump(exclude={"devices"})))
    return tuple(granted)


def missing_grants(
    town: MunicipalityInventory, device: str, platform: str, risks: tuple[Risk, ...], *, now: datetime
) -> tuple[str, ...]:
    """Return for each risk that is not granted what is missing, as a person can act on it."""
    closed = PROFILES[driven_platform(device, platform)].closed_risks
    have = {one.risk for one in granted_risks(town, device, risks, now=now)}
    told: list[str] = []
    for risk in risks:
        if risk in closed:
            told.append(f"{risk}: no override opens it on {platform}; change the device by hand")
        elif risk not in have:
            expired = [one for one in town.risk_overrides if one.risk == risk and device in one.devices]
            why = (
                f"the override {expired[-1].name} ended on {expired[-1].expires_on}"
                if expired
                else "no risk override in exceptions.yaml names it"
            )
            told.append(f"{risk}: {why}; have one granted and plan again")
    return tuple(told)


def permission_for(
    change: PlannedChange,
    inventory: Inventory,
    town: MunicipalityInventory,
    *,
    now: datetime,
    revert_after_seconds: int,
) -> Permission:
    """Return what a planned change may cost now, by the overrides that its plan was signed with."""
    platform = driven_platform(change.device, change.platform)
    carried = PROFILES[platform].risks | frozenset(change.risks)
    closed = sorted(carried & PROFILES[platform].closed_risks)
    if closed:
        return Permission(refusal=f"it carries the risk {', '.join(closed)}, which no override opens")
    by_risk = {one.risk: one for one in change.granted}
    missing = sorted(carried - set(by_risk))
    if missing:
        return Permission(
            refusal=f"it carries the risk {', '.join(missing)}, and the plan holds no override of it; have "
            "one granted in exceptions.yaml, plan again and have that plan approved"
        )
    granted = tuple(by_risk[risk] for risk in sorted(carried))
    ends = now + timedelta(seconds=longest_change_seconds(platform, revert_after_seconds))
    for one in granted:
        if ends_at(one.expires_on) < ends:
            return Permission(
                refusal=f"the override {one.name} of the risk {one.risk} ends or ended on {one.expires_on}; "
                "have another granted in exceptions.yaml, plan again and have that plan approved"
            )
    until = min((ends_at(one.expires_on) for one in granted), default=None)
    if not carried & WINDOW_RISKS:
        return Permission(granted, until)
    return _inside_window(granted, until, inventory, town, now=now, ends=ends)


def ends_at(expires_on: date) -> datetime:
    """Return when a day begins in Denmark: an override holds no more from then on."""
    return as_utc(datetime.combine(expires_on, time()))


def _inside_window(
    granted: tuple[GrantedRisk, ...],
    until: datetime | None,
    inventory: Inventory,
    town: MunicipalityInventory,
    *,
    now: datetime,
    ends: datetime,
) -> Permission:
    """Refuse where no window is open, or the one that is ends before the device may have gone back."""
    risks = ", ".join(sorted({one.risk for one in granted} & WINDOW_RISKS))
    window = change_window_at(inventory, town, now)
    following = next_change_window(inventory, town, now)
    told = f"the next one is {render_window(following)}" if following else "none is written in windows.yaml"
    if window is None:
        return Permission(refusal=f"it carries the risk {risks} and no change window is open; {told}")
    if window[1] < ends:
        return Permission(
            refusal=f"it carries the risk {risks}, and going back may last until {_local(ends)}, after the "
            f"change window ends at {_local(window[1])}; {told}"
        )
    return Permission(granted, min(one for one in (until, window[1]) if one is not None))


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL_ZONE):%a %Y-%m-%d %H:%M}"
