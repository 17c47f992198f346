"""Sets of VLANs as ranges, and how devices write them."""

import re
from typing import Final

from devices.facts import ALL_VLANS, VLANNumbers

_HIGHEST_VLAN: Final = 4094


def read_vlans(text: str) -> VLANNumbers | None:
    """Return the ranges of a VLAN list such as ``10,20-30``, None where it is not one."""
    ranges: list[tuple[int, int]] = []
    for part in text.replace(" ", "").split(","):
        matched = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if matched is None:
            return None
        first = int(matched[1])
        last = int(matched[2] or first)
        if not 1 <= first <= last <= _HIGHEST_VLAN:
            return None
        ranges.append((first, last))
    return join_vlans(tuple(ranges))


def join_vlans(ranges: VLANNumbers) -> VLANNumbers:
    """Return the ranges sorted, without overlaps and with neighbours joined."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)


def subtract_vlans(ranges: VLANNumbers, removed: VLANNumbers) -> VLANNumbers:
    """Return the ranges without the removed ones."""
    left = ranges
    for low, high in removed:
        cut: list[tuple[int, int]] = []
        for first, last in left:
            if last < low or first > high:
                cut.append((first, last))
                continue
            if first < low:
                cut.append((first, low - 1))
            if last > high:
                cut.append((high + 1, last))
        left = tuple(cut)
    return left


def change_vlans(current: VLANNumbers | None, words: tuple[str, ...]) -> VLANNumbers | None:
    """Return the allowed VLANs after one ``switchport trunk allowed vlan …`` line; None is all of them."""
    if not words:
        return current
    verb, rest = words[0], "".join(words[1:])
    if verb == "all":
        return None
    if verb == "none":
        return ()
    if verb not in {"add", "remove", "except"}:
        return read_vlans("".join(words)) or current
    named = read_vlans(rest) or ()
    if verb == "add":
        return join_vlans((*(current or ()), *named)) if current is not None else None
    return subtract_vlans(ALL_VLANS if verb == "except" or current is None else current, named)


def write_vlans(ranges: VLANNumbers) -> str:
    """Return a VLAN list as devices write it."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges) or "none"
