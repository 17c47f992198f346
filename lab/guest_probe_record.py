"""What the probe writes down, line by line, and what the lines say together.

The summary mistrusts the record: a server that was never asked, a lost rate, a question that could not be put
or a record without its end is a problem of its own, and never reads as "it was fine".
"""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from lab.guest_errors import ProbeError
from lab.models import Model

_LEAST_SHARE_OF_RATE = 0.9
_LONGEST_GAP_SECONDS = 1.0
_LONGEST_LAG_SECONDS = 3.0


class ProbeStart(Model):
    """The first line of a run: what is asked, and how often."""

    kind: Literal["start"] = "start"
    time: AwareDatetime
    rate_per_second: float = Field(gt=0)
    timeout_seconds: float = Field(gt=0)
    servers: tuple[str, ...] = Field(min_length=1)


class ProbeRow(Model):
    """One question to both sides of one server, put at the same moment.

    None stands for a question that this machine could not put; it says nothing about the server.
    """

    kind: Literal["row"] = "row"
    time: AwareDatetime
    server: str
    municipal: bool | None
    centre: bool | None


class ProbeEnd(Model):
    """The last line of a run that was ended in order."""

    kind: Literal["end"] = "end"
    time: AwareDatetime
    missed: int = Field(ge=0, description="How many turns the probe was too late for")


ProbeLine = Annotated[ProbeStart | ProbeRow | ProbeEnd, Field(discriminator="kind")]
_LINE: TypeAdapter[ProbeStart | ProbeRow | ProbeEnd] = TypeAdapter(ProbeLine)


class ServerSummary(Model):
    """What the probe saw of one server.

    ``downtime_seconds`` adds up the times between a question that neither side answered and the next that one
    did, counted from the first answer on: booting before that is no outage. An answer counts at the time of
    its question, so an outage may read shorter by up to the probe's time-out.
    """

    asked: int = Field(ge=0)
    municipal: int = Field(ge=0)
    centre: int = Field(ge=0)
    both: int = Field(ge=0)
    neither: int = Field(ge=0)
    unknown: int = Field(ge=0)
    neither_longest_seconds: float = Field(ge=0)
    downtime_seconds: float = Field(ge=0)
    achieved_per_second: float = Field(ge=0)
    longest_gap_seconds: float = Field(ge=0)
    first_both: AwareDatetime | None


class ProbeSummary(Model):
    """What the probe saw of all servers, and whether it looked as often as it was told to."""

    servers: dict[str, ServerSummary]
    rate_per_second: float
    achieved_per_second: float = Field(description="Of the server that was asked least often")
    longest_gap_seconds: float
    missed: int = Field(ge=0)
    last: AwareDatetime
    ended: bool

    def problems(self, *, until: datetime | None = None) -> tuple[str, ...]:
        """Return in words why the record does not prove that no server served twice; empty if it proves it.

        Args:
            until: For a probe that still runs: the time that its record has to reach.

        """
        found = []
        if until is None and not self.ended:
            found.append("the probe was not ended in order, so its record may lack its end")
        if until is not None and (until - self.last).total_seconds() > _LONGEST_LAG_SECONDS:
            found.append(f"the probe's record ends at {self.last}, before {until}")
        if self.achieved_per_second < self.rate_per_second * _LEAST_SHARE_OF_RATE:
            found.append(
                f"the probe asked {self.achieved_per_second:.1f} times a second instead of "
                f"{self.rate_per_second:.1f}"
            )
        if self.longest_gap_seconds > _LONGEST_GAP_SECONDS:
            found.append(f"the probe looked away for {self.longest_gap_seconds:.1f} s")
        for name, server in self.servers.items():
            found += _server_problems(name, server)
        return tuple(found)


def _server_problems(name: str, server: ServerSummary) -> Iterable[str]:
    if server.asked == 0:
        yield f"server {name} was never asked"
    elif server.municipal + server.centre == 0:
        yield f"server {name} never answered on either side"
    if server.both:
        yield f"server {name} served on both sides {server.both} times, first at {server.first_both}"
    if server.unknown:
        yield f"server {name} could not be asked {server.unknown} times"


def summarise(path: Path) -> ProbeSummary:
    """Return what a probe's record says; the record of a running probe may be read.

    Raises:
        ProbeError: the file cannot be read, holds no run or holds a line that is no probe's.

    """
    lines = _load_lines(path)
    starts = [line for line in lines if isinstance(line, ProbeStart)]
    if not starts:
        raise ProbeError(f"{path} holds no run of the probe. Start the lab with its probe first.")
    names = dict.fromkeys(name for start in starts for name in start.servers)
    rows: dict[str, list[ProbeRow]] = {name: [] for name in names}
    for line in lines:
        if isinstance(line, ProbeRow):
            if line.server not in rows:
                raise ProbeError(f"{path} holds a row of server {line.server}, which no run was told to ask")
            rows[line.server].append(line)
    first, last = starts[0], lines[-1]
    # Rows are written when their answers are in, so that only the latest time of all tells the length.
    latest = max(line.time for line in lines)
    turns = max((latest - first.time).total_seconds() * first.rate_per_second, 1.0)
    servers = {
        # The first turn is at the very start, so a short run holds one row more than its length says.
        name: _summarise_server(
            rows[name], achieved_per_second=first.rate_per_second * min(len(rows[name]) / turns, 1.0)
        )
        for name in names
    }
    return ProbeSummary(
        servers=servers,
        rate_per_second=first.rate_per_second,
        achieved_per_second=min(server.achieved_per_second for server in servers.values()),
        longest_gap_seconds=max(server.longest_gap_seconds for server in servers.values()),
        missed=sum(line.missed for line in lines if isinstance(line, ProbeEnd)),
        last=latest,
        ended=isinstance(last, ProbeEnd),
    )


def _load_lines(path: Path) -> list[ProbeStart | ProbeRow | ProbeEnd]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProbeError(f"the probe's record {path} cannot be read: {error}") from error
    lines = text.split("\n")
    # What follows the last line end is a line that a killed probe did not finish.
    found = []
    for number, line in enumerate(lines[:-1], start=1):
        try:
            found.append(_LINE.validate_json(line))
        except ValidationError as error:
            raise ProbeError(f"{path}, line {number} is no line of the probe: {line[:80]}") from error
    return found


def _summarise_server(rows: Sequence[ProbeRow], *, achieved_per_second: float) -> ServerSummary:
    ordered = sorted(rows, key=lambda row: row.time)
    both = [row for row in ordered if row.municipal and row.centre]
    outages = _outages_seconds(ordered)
    gaps = [(after.time - before.time).total_seconds() for before, after in itertools.pairwise(ordered)]
    return ServerSummary(
        asked=len(ordered),
        municipal=sum(row.municipal is True for row in ordered),
        centre=sum(row.centre is True for row in ordered),
        both=len(both),
        neither=sum(row.municipal is False and row.centre is False for row in ordered),
        unknown=sum(row.municipal is None or row.centre is None for row in ordered),
        neither_longest_seconds=max(outages, default=0.0),
        downtime_seconds=sum(outages),
        achieved_per_second=achieved_per_second,
        longest_gap_seconds=max(gaps, default=0.0),
        first_both=both[0].time if both else None,
    )


def _outages_seconds(ordered: Sequence[ProbeRow]) -> list[float]:
    """Return how long each outage was, from the first question without an answer to the next with one."""
    outages: list[float] = []
    served_before = False
    began: ProbeRow | None = None
    for row in ordered:
        if row.municipal or row.centre:
            if began is not None:
                outages.append((row.time - began.time).total_seconds())
            served_before, began = True, None
        elif served_before and began is None:
            began = row
    if began is not None:
        outages.append((ordered[-1].time - began.time).total_seconds())
    return outages
