"""Maintenance windows: inside the agreed times, outside every freeze, and before the programme's deadline."""

from collections.abc import Iterator
from datetime import datetime

from inventory.local_time import LOCAL_ZONE, as_utc
from inventory.models import Centre, ChangeTime, Freeze, MaintenanceWindow, MunicipalityInventory
from inventory.outline import InventoryOutline, MunicipalityOutline
from inventory.rules.change_times import lies_in_change_times, render_change_times
from inventory.violations import Finding, ModelPath

DEADLINE = as_utc(datetime(2028, 1, 1))  # noqa: DTZ001 - Danish local time
"""Servers and network are taken over by 31 December 2027 (R2)."""


def window_in_change_times(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find windows outside the weekly times of the municipality, or of its centre where it has none."""
    centres = {centre.name: centre for centre in inventory.centres}
    for town, at in inventory.towns():
        times, whose = _change_times(town, centres)
        for index, window in enumerate(town.maintenance_windows):
            if times and not lies_in_change_times(window.starts_at, window.ends_at, times):
                yield Finding(
                    rule="window-outside-change-times",
                    path=(*at, "maintenance_windows", index, "starts_at"),
                    message=f"the window {window.name} ({_told(window)}) "
                    f"is outside the allowed times of {whose}",
                    action=f"move it into {render_change_times(times)}, or write another agreed time",
                )


def window_in_freeze(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find windows that lie in a freeze or reach into one."""
    for index, window in enumerate(town.maintenance_windows):
        for number, freeze in enumerate(town.freezes):
            if window.starts_at >= freeze.ends_at or freeze.starts_at >= window.ends_at:
                continue
            inside = freeze.starts_at <= window.starts_at and window.ends_at <= freeze.ends_at
            yield Finding(
                rule="window-in-freeze",
                path=(*at, "maintenance_windows", index, "starts_at"),
                message=f"the window {window.name} ({_told(window)}) "
                f"{'lies in' if inside else 'reaches into'} the freeze {freeze.name} ({_told(freeze)})",
                action="move the window, or change the freeze with those who asked for it",
                related=((*at, "freezes", number),),
            )


def window_before_deadline(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find windows that end after 31 December 2027, when everything has been taken over."""
    for index, window in enumerate(town.maintenance_windows):
        if window.ends_at > DEADLINE:
            yield Finding(
                rule="window-after-deadline",
                path=(*at, "maintenance_windows", index, "starts_at"),
                message=f"the window {window.name} ({_told(window)}) ends after 31 December 2027",
                action="move it before the deadline of the takeover, or remove it",
            )


def _change_times(
    town: MunicipalityOutline, centres: dict[str, Centre]
) -> tuple[tuple[ChangeTime, ...], str]:
    if town.change_times:
        return town.change_times, town.title
    centre = centres.get(town.centre)
    return ((), "") if centre is None else (centre.change_times, centre.title)


def _told(span: MaintenanceWindow | Freeze) -> str:
    """Return the span as a person in Denmark reads it."""
    starts_at, ends_at = (moment.astimezone(LOCAL_ZONE) for moment in (span.starts_at, span.ends_at))
    return f"{starts_at:%a %Y-%m-%d %H:%M} to {ends_at:%a %Y-%m-%d %H:%M}"
