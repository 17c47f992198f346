"""Read what limits from where it is managed."""

from collections.abc import Iterator
from typing import Final

from devices.facts import ConfigLine, Family, ManagementGate, read_network
from devices.parsers.statements import Statement

_FAMILIES: Final[tuple[tuple[Family, str], ...]] = (("ipv4", "ip"), ("ipv6", "ipv6"))


def read_aoscx_gates(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[ManagementGate, ...]:
    """Return what guards SSH in every VRF: a list on the control plane, which wins, or one of addresses."""
    return tuple(_gates(root, extent))


def _gates(root: Statement, extent: tuple[ConfigLine, ...]) -> Iterator[ManagementGate]:
    allowed = root.last("ssh", "server", "allow-list")
    enabled = allowed is not None and allowed.last("enable") is not None
    for vrf, line in _vrfs(root, extent).items():
        applied = _applied(root, vrf)
        if not applied and allowed is not None:
            yield _of_addresses(allowed, vrf, enabled=enabled)
            continue
        families = _FAMILIES if _has_ipv6(root) else _FAMILIES[:1]
        for family, _ in families:
            own = applied.get(family)
            yield ManagementGate(
                name=f"control-plane vrf {vrf}",
                place="control-plane",
                family=family,
                vrf=vrf,
                access_list=None if own is None else own.raw[3],
                lines=line if own is None else (own.line,),
            )


def _vrfs(root: Statement, extent: tuple[ConfigLine, ...]) -> dict[str, tuple[ConfigLine, ...]]:
    """Return the VRFs that SSH runs in; in that of the management port it does unless it is denied."""
    servers = [one for one in root.under("ssh", "server", "vrf") if len(one.raw) > 3]  # noqa: PLR2004 - its name
    found: dict[str, tuple[ConfigLine, ...]] = {one.raw[3]: (one.line,) for one in servers}
    if root.denied("ssh", "server", "vrf", "mgmt") is None:
        found.setdefault("mgmt", extent)
    return found


def _applied(root: Statement, vrf: str) -> dict[Family, Statement]:
    """Return the lists on the control plane: ``apply access-list ip NAME control-plane vrf VRF``."""
    return {
        family: one
        for family, word in _FAMILIES
        for one in root.under("apply", "access-list", word)
        if one.words[4:6] == ("control-plane", "vrf") and one.raw[6:] == (vrf,)
    }


def _of_addresses(allowed: Statement, vrf: str, *, enabled: bool) -> ManagementGate:
    entries = [
        one
        for one in allowed.children
        if not one.negated and one.words[0] in {"ip", "ipv6"} and len(one.raw) > 1
    ]
    networks = [(one.raw[1], read_network(one.raw[1])) for one in entries]
    return ManagementGate(
        name=f"ssh server allow-list for vrf {vrf}",
        place="allow-list",
        family=None,
        vrf=vrf,
        # A list that is not enabled lets everybody in.
        sources=tuple(network for _, network in networks if network is not None and enabled),
        unresolved=tuple(text for text, network in networks if network is None and enabled),
        written=tuple(f"{one.words[0]} {one.raw[1]}" for one in entries),
        lines=allowed.section,
    )


def _has_ipv6(root: Statement) -> bool:
    return any(
        next(section.under("ipv6", "address"), None) is not None for section in root.under("interface")
    )
