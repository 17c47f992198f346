"""When changes are allowed: the maintenance windows and weekly times of a municipality, outside every freeze.

Weekly times of the municipality count, else those of its centre. Where neither is written there is no window:
what needs one is then never done.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from inventory.local_time import LOCAL_ZONE
from inventory.models import Inventory, MunicipalityInventory
from inventory.rules.change_times import Span, change_times_between

_AHEAD = timedelta(days=400)
_AROUND = timedelta(days=2)


def change_window_at(inventory: Inventory, town: MunicipalityInventory, now: datetime) -> Span | None:
    """Return the time in which changes are allowed and in which a moment lies, None where it lies in none."""
    return next((span for span in _windows(inventory, town, now) if span[0] <= now < span[1]), None)


def next_change_window(inventory: Inventory, town: MunicipalityInventory, now: datetime) -> Span | None:
    """Return the next time in which changes are allowed that has not begun, None where none is written."""
    return next((span for span in _windows(inventory, town, now) if span[0] > now), None)


def render_window(span: Span) -> str:
    """Return a span as a person in Denmark reads it."""
    starts_at, ends_at = (moment.astimezone(LOCAL_ZONE) for moment in span)
    return f"{starts_at:%a %Y-%m-%d %H:%M} to {ends_at:%a %Y-%m-%d %H:%M} (Danish time)"


def _windows(inventory: Inventory, town: MunicipalityInventory, now: datetime) -> tuple[Span, ...]:
    centre = next((one for one in inventory.centres if one.name == town.municipality.centre), None)
    times = town.municipality.change_times or (() if centre is None else centre.change_times)
    spans = [(one.starts_at, one.ends_at) for one in town.maintenance_windows]
    spans += change_times_between(now - _AROUND, now + _AHEAD, times)
    frozen = [(one.starts_at, one.ends_at) for one in town.freezes]
    return tuple(_without(_joined(spans), frozen))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that touch as one."""
    joined: list[Span] = []
    for starts_at, ends_at in sorted(spans):
        if joined and starts_at <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends_at))
        else:
            joined.append((starts_at, ends_at))
    return joined


def _without(spans: list[Span], frozen: Iterable[Span]) -> list[Span]:
    """Return what is left of spans outside every freeze."""
    for begins, ends in frozen:
        parts = [
            part
            for starts_at, ends_at in spans
            for part in ((starts_at, min(ends_at, begins)), (max(starts_at, ends), ends_at))
        ]
        # A span that lies before or after the freeze comes out whole on one side and empty on the other.
        spans = sorted({part for part in parts if part[0] < part[1]})
    return spans
