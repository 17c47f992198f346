"""The history of verdicts: since when something stands as it does, and how long it took to mend it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from compliance.models import Model, Verdict


class Turn(Model):
    """From when on a control had a verdict on a device."""

    device: str
    control: str
    verdict: Verdict
    at: datetime


class Mended(Model):
    """A failure that ended: from its first FAIL to the first verdict that was none."""

    device: str
    control: str
    failed_at: datetime
    mended_at: datetime

    @property
    def seconds(self) -> int:
        """Return how long it stood."""
        return int((self.mended_at - self.failed_at).total_seconds())


def standing_since(turns: Sequence[Turn]) -> datetime:
    """Return since when one control on one device has had its newest verdict.

    A device that could not be asked in between proves nothing, so ERROR does not break a verdict that was
    the same before and after it.
    """
    newest = turns[-1]
    since = newest.at
    for turn in reversed(turns[:-1]):
        if turn.verdict is newest.verdict:
            since = turn.at
        elif turn.verdict is not Verdict.ERROR:
            break
    return since


def mended(turns: Sequence[Turn]) -> tuple[Mended, ...]:
    """Return the failures of one control on one device that ended, the oldest first.

    A waiver does not mend; the time runs on until the control passes or no longer applies.
    """
    found: list[Mended] = []
    failed_at: datetime | None = None
    for turn in turns:
        if turn.verdict is Verdict.FAIL and failed_at is None:
            failed_at = turn.at
        elif turn.verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE} and failed_at is not None:
            found.append(
                Mended(device=turn.device, control=turn.control, failed_at=failed_at, mended_at=turn.at)
            )
            failed_at = None
    return tuple(found)


def by_cell(turns: Iterable[Turn]) -> dict[tuple[str, str], tuple[Turn, ...]]:
    """Return the turns of each device and control, the oldest first."""

    def cell(turn: Turn) -> tuple[str, str]:
        return turn.device, turn.control

    # The sort is stable: what was given in order of time stays so.
    return {key: tuple(group) for key, group in groupby(sorted(turns, key=cell), key=cell)}


def median_seconds(ends: Iterable[Mended]) -> int | None:
    """Return the middle of the times, the lower of the two where their count is even; None of none."""
    seconds = sorted(one.seconds for one in ends)
    return seconds[(len(seconds) - 1) // 2] if seconds else None
