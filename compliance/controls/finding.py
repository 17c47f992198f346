"""What a control found; the outcome is computed from what was looked at and never assigned."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from compliance.errors import MissingOutput
from devices.facts import ConfigLine, DeviceFacts


class Observed(NamedTuple):
    """One thing that a control looked at: whether it is as required, what is said about it, its lines."""

    good: bool
    message: str
    lines: tuple[ConfigLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome of a control on one configuration, and the lines that decided it."""

    outcome: Literal["PASS", "FAIL", "NOT_APPLICABLE"]
    message: str
    lines: tuple[ConfigLine, ...] = ()


def needed_output(facts: DeviceFacts, command: str) -> str:
    """Return what the device answered to a command.

    Raises:
        MissingOutput: it was not collected.
    """
    output = facts.shows.get(command)
    if output is None:
        raise MissingOutput(command)
    return output


def conclude(observed: Iterable[Observed], *, nothing: str) -> Finding:
    """Return what follows from everything that was looked at.

    One bad thing fails; nothing to look at is NOT_APPLICABLE, never PASS.

    Args:
        observed: Everything that the control looked at.
        nothing: What to say when there was nothing to look at.
    """
    seen = tuple(observed)
    if not seen:
        return Finding(outcome="NOT_APPLICABLE", message=nothing)
    bad = tuple(one for one in seen if not one.good)
    deciding = bad or seen
    lines = {line.number: line for one in deciding for line in one.lines}
    return Finding(
        outcome="FAIL" if bad else "PASS",
        message="; ".join(dict.fromkeys(one.message for one in deciding)),
        lines=tuple(lines[number] for number in sorted(lines)),
    )
