"""Named objects of firewalls: which of them stand for every address, or for every port."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Final

_HIGHEST_PORT: Final = 65535
_WHOLE_RANGES: Final = frozenset(
    {("0.0.0.0", "255.255.255.255"), ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")}  # noqa: S104
)


def is_every_address(prefix: str) -> bool:
    """Return whether a prefix, a range or an address with its mask holds all addresses."""
    first, _, last = prefix.partition("-")
    if (first.strip(), last.strip()) in _WHOLE_RANGES:
        return True
    try:
        return ipaddress.ip_network(prefix, strict=False).prefixlen == 0
    except ValueError:
        return False


def are_every_port(ranges: Iterable[str]) -> bool:
    """Return whether ranges such as ``1-1023`` hold every port together; a port 0 makes no difference."""
    parts: list[tuple[int, int]] = []
    for one in ranges:
        first, _, last = one.partition("-")
        if first.isdigit() and (last or first).isdigit():
            parts.append((int(first), int(last or first)))
    reached = 0
    for low, high in sorted(parts):
        if low > reached + 1:
            return False
        reached = max(reached, high)
    return reached >= _HIGHEST_PORT


def with_groups(wide: Iterable[str], groups: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return the names and every group that holds one of them, directly or by other groups."""
    found = set(wide)
    left = {name: set(members) for name, members in groups.items()}
    while added := [name for name, members in left.items() if members & found]:
        for name in added:
            found.add(name)
            del left[name]
    return frozenset(found)


def written_range(prefix: str) -> str:
    """Return a prefix, an address or a range as ``first-last``; what is none of them stays as it is."""
    first, _, last = prefix.partition("-")
    try:
        if last:
            return f"{ipaddress.ip_address(first.strip())}-{ipaddress.ip_address(last.strip())}"
        network = ipaddress.ip_network(prefix.strip(), strict=False)
    except ValueError:
        return prefix
    return f"{network[0]}-{network[-1]}"
