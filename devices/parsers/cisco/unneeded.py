"""Read the services of IOS, NX-OS and EOS that hardly anybody needs."""

from collections.abc import Iterator
from typing import Final

from devices.facts import ConfigLine, RemoteAccess, SmallService
from devices.parsers.statements import Statement

# Those of IOS, and whether its releases agree that they are off where no line speaks of them.
_IOS: Final = (
    ("service pad", False),
    ("service tcp-small-servers", True),
    ("service udp-small-servers", True),
    ("service finger", True),
    ("ip finger", True),
    ("service config", True),
    ("ip bootp server", False),
    ("ip identd", True),
    ("boot network", True),
)
_NXOS: Final = ("boot poap enable", "feature wccp", "feature dhcp")

Lines = tuple[ConfigLine, ...]


def read_ios_services(root: Statement, extent: Lines) -> tuple[SmallService, ...]:
    """Return the services; ``ip dhcp bootp ignore`` stops BOOTP as ``no ip bootp server`` does."""
    found: list[SmallService] = []
    for name, is_off in _IOS:
        words = tuple(name.split())
        on, off = root.last(*words), root.denied(*words)
        if name == "ip bootp server":
            off = off or root.last("ip", "dhcp", "bootp", "ignore")
            on = None if off is not None and on is None else on
        found.append(_service(name, on, off, extent, off_by_default=is_off))
    return tuple(found)


def _service(
    name: str, on: Statement | None, off: Statement | None, extent: Lines, *, off_by_default: bool
) -> SmallService:
    stated = on or off
    enabled = on is not None if stated is not None or off_by_default else None
    return SmallService(
        name=name,
        enabled=enabled,
        by_default=stated is None and off_by_default,
        lines=extent if stated is None else (stated.line,),
    )


def read_nxos_services(root: Statement, extent: Lines) -> tuple[SmallService, ...]:
    """Return what NX-OS has off unless switched on; DHCP is used where something relays or snoops."""
    found: list[SmallService] = []
    for name in _NXOS:
        words = tuple(name.split())
        on, off = root.last(*words), root.denied(*words)
        used = next(_dhcp_uses(root), None) if name == "feature dhcp" and on is not None else None
        stated = on or off
        lines = extent if stated is None else (stated.line,)
        found.append(
            SmallService(
                name=name,
                enabled=on is not None,
                used=used is not None,
                by_default=stated is None,
                lines=lines if used is None else (*lines, used.line),
            )
        )
    return tuple(found)


def _dhcp_uses(root: Statement) -> Iterator[Statement]:
    """Yield the lines that lean on DHCP; the global switches that a Nexus always shows do not count."""
    for word in ("ip", "ipv6"):
        yield from root.under(word, "dhcp", "snooping")
        for section in root.under("interface"):
            yield from section.under(word, "dhcp", "relay", "address")


def read_eos_services(access: tuple[RemoteAccess, ...]) -> tuple[SmallService, ...]:
    """Return the telnet service of every VRF."""
    return tuple(
        SmallService(name=one.name, enabled=bool(one.protocols), by_default=one.by_default, lines=one.lines)
        for one in access
    )
