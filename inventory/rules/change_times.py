"""Weekly change times in Danish local time, laid over the calendar.

A night such as Saturday 22:00 to Sunday 05:00 is seven hours, but six in the night to summer time and eight
in the night back. Where the clock shows a boundary twice, the allowed time is the shorter one: it begins
with the second and ends with the first. A boundary that the clock skips is the moment of the change.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from inventory.local_time import LOCAL_ZONE
from inventory.models import WEEKDAYS, ChangeTime

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

Span = tuple[datetime, datetime]


def lies_in_change_times(starts_at: datetime, ends_at: datetime, times: Iterable[ChangeTime]) -> bool:
    """Return whether a span lies in allowed times throughout; times that follow each other are one.

    Args:
        starts_at: its beginning, aware.
        ends_at: its end, aware and later.
        times: the weekly times in which changes are allowed.
    """
    reached = starts_at
    for begins, ends in sorted(_occurrences(starts_at, ends_at, tuple(times))):
        if begins > reached:
            break
        reached = max(reached, ends)
    return reached >= ends_at


def change_times_between(starts_at: datetime, ends_at: datetime, times: Iterable[ChangeTime]) -> list[Span]:
    """Return the weekly times that begin or end between two moments, as spans of UTC."""
    return sorted(_occurrences(starts_at, ends_at, tuple(times)))


def render_change_times(times: Iterable[ChangeTime]) -> str:
    """Return weekly times in words."""
    return ", ".join(f"{one.weekday} {one.starts_at:%H:%M}-{one.ends_at:%H:%M}" for one in times)


def _occurrences(starts_at: datetime, ends_at: datetime, times: tuple[ChangeTime, ...]) -> Iterator[Span]:
    """Yield the weekly times around a span as spans of UTC; one may have begun the day before."""
    day = starts_at.astimezone(LOCAL_ZONE).date() - _DAY
    last = ends_at.astimezone(LOCAL_ZONE).date()
    while day <= last:
        for one in times:
            if day.weekday() == WEEKDAYS.index(one.weekday):
                following = day + _DAY if one.ends_at <= one.starts_at else day
                begins, ends = _moment(day, one.starts_at, fold=1), _moment(following, one.ends_at, fold=0)
                if begins < ends:
                    yield begins, ends
        day += _DAY


def _moment(day: date, clock: time, *, fold: int) -> datetime:
    """Return when the clock in Denmark shows a time, in UTC; the change of clocks where it never does."""
    local = datetime.combine(day, clock, LOCAL_ZONE)
    in_utc = local.replace(fold=fold).astimezone(UTC)
    if in_utc.astimezone(LOCAL_ZONE).time() == clock:
        return in_utc
    # In the hour that is skipped, the second reading of the clock lies before the change.
    moment = local.replace(fold=1).astimezone(UTC)
    before = moment.astimezone(LOCAL_ZONE).utcoffset()
    moment = moment.replace(second=0, microsecond=0)
    while moment.astimezone(LOCAL_ZONE).utcoffset() == before:
        moment += _MINUTE
    return moment
