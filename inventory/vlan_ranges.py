"""VLAN ranges as people write them: ``100-104,310``."""

from collections.abc import Iterable
from functools import lru_cache

_HIGHEST_VLAN = 4094
_KEPT = 4096
"""Ranges repeat from trunk to trunk; so many of the last ones are not read again."""


def check_vlan_range(text: str) -> str:
    """Return the text unchanged when every number is a VLAN and every span runs upwards.

    Raises:
        ValueError: a number is outside 1-4094, or a span runs downwards.
    """
    for part in text.split(","):
        first, _, last = part.partition("-")
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= _HIGHEST_VLAN:
            msg = f"{part} is not a VLAN or a span of VLANs from 1 to {_HIGHEST_VLAN}"
            raise ValueError(msg)
    return text


@lru_cache(maxsize=_KEPT)
def vlan_ids(text: str) -> frozenset[int]:
    """Return the VLAN numbers of a checked range."""
    numbers: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return frozenset(numbers)


def render_vlan_range(numbers: Iterable[int]) -> str:
    """Return the shortest range that names exactly these VLANs ('' for none)."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)
