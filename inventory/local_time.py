"""Times of the inventory: written with an offset or as Danish local time, kept in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

LOCAL_ZONE = ZoneInfo("Europe/Copenhagen")


def as_utc(moment: datetime) -> datetime:
    """Return the moment in UTC; a time without an offset is Danish local time.

    Raises:
        ValueError: the local time does not exist or exists twice (change to and from summer time).
    """
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    early = moment.replace(tzinfo=LOCAL_ZONE, fold=0)
    late = moment.replace(tzinfo=LOCAL_ZONE, fold=1)
    in_utc = early.astimezone(UTC)
    if in_utc.astimezone(LOCAL_ZONE).replace(tzinfo=None) != moment:
        msg = f"{moment.isoformat()} does not exist in Denmark: clocks go forward; write another time"
        raise ValueError(msg)
    if early.utcoffset() != late.utcoffset():
        msg = f"{moment.isoformat()} exists twice in Denmark: clocks go back; write it with +02:00 or +01:00"
        raise ValueError(msg)
    return in_utc


def local_date(moment: datetime) -> date:
    """Return the day that it is in Denmark."""
    return moment.astimezone(LOCAL_ZONE).date()


def end_of_local_day(day: date) -> datetime:
    """Return the moment, in UTC, at which a Danish day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, LOCAL_ZONE).astimezone(UTC)


LocalDateTime = Annotated[datetime, AfterValidator(as_utc)]
