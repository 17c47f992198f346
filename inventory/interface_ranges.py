"""Ranges of ports as people write them: ``GigabitEthernet1/0/1-24`` is twenty-four interfaces.

A range stands for ports that are all alike. Only the last number runs, and only after letters alone or after
a slash, so that a name such as ``ge-0/0/1`` is never read as a range.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_RANGE = re.compile(r"^(?P<stem>[A-Za-z]+|.*/)(?P<first>\d+)(-(?P<last>\d+))?$")
_KEPT = 8192
"""Names repeat from device to device; so many of the last ones are not read again."""
LONGEST_RANGE = 512
"""More ports than any chassis has in one slot; a longer range is a slip of the pen."""


class InterfaceRange(NamedTuple):
    """The ports ``stem`` + ``first`` to ``stem`` + ``last``, both included."""

    stem: str
    first: int
    last: int

    def render(self) -> str:
        """Return the shortest way to write it."""
        one = f"{self.stem}{self.first}"
        return one if self.first == self.last else f"{one}-{self.last}"

    def names(self) -> tuple[str, ...]:
        """Return the name of each port."""
        return tuple(f"{self.stem}{number}" for number in range(self.first, self.last + 1))


@lru_cache(maxsize=_KEPT)
def is_range(name: str) -> bool:
    """Return whether the name stands for several ports."""
    match = _RANGE.match(name)
    return match is not None and match["last"] is not None


@lru_cache(maxsize=_KEPT)
def read_range(name: str) -> InterfaceRange | None:
    """Return the stem and the numbers of a name that ends in a number; None where no range can be meant.

    A number with leading zeros is a name like any other: ``port01`` and ``port1`` are different ports.
    """
    match = _RANGE.match(name)
    if match is None:
        return None
    first, last = match["first"], match["last"] or match["first"]
    if str(int(first)) != first or str(int(last)) != last:
        return None
    return InterfaceRange(match["stem"], int(first), int(last))


def check_range(name: str) -> None:
    """Refuse a range that cannot be meant.

    Raises:
        ValueError: it runs downwards, is too long or counts with leading zeros.
    """
    if not is_range(name):
        return
    ports = read_range(name)
    if ports is None or not 0 < ports.last - ports.first < LONGEST_RANGE:
        msg = f"the range {name} must run upwards, without leading zeros, over at most {LONGEST_RANGE} ports"
        raise ValueError(msg)


@lru_cache(maxsize=_KEPT)
def interface_names(name: str) -> tuple[str, ...]:
    """Return the ports that a checked name stands for: itself, or each port of its range."""
    if not is_range(name):
        return (name,)
    ports = read_range(name)
    return (name,) if ports is None else ports.names()


def merge_ranges(ranges: Iterable[InterfaceRange]) -> tuple[InterfaceRange, ...]:
    """Return the fewest ranges that name exactly these ports of one stem, none longer than a range may be."""
    merged: list[InterfaceRange] = []
    for ports in sorted(ranges):
        if merged and merged[-1].last == ports.first - 1:
            merged[-1] = merged[-1]._replace(last=ports.last)
        else:
            merged.append(ports)
    return tuple(
        InterfaceRange(ports.stem, first, min(first + LONGEST_RANGE - 1, ports.last))
        for ports in merged
        for first in range(ports.first, ports.last + 1, LONGEST_RANGE)
    )
