"""Read what limits from where IOS, NX-OS and EOS are managed."""

from collections.abc import Iterator
from typing import Final

from devices.facts import SNMP, SSH, ConfigLine, Family, ManagementGate
from devices.parsers.cisco.terminal_lines import TerminalLine
from devices.parsers.statements import Statement

_FAMILIES: Final[tuple[tuple[Family, str], ...]] = (("ipv4", ""), ("ipv6", "ipv6"))
_VTY: Final = "line vty 0 4"


def has_ipv6(root: Statement) -> bool:
    """Return whether an interface has an IPv6 address."""
    return any(
        child.words[0] == "ipv6" and not child.negated and child.words[1:2] in {("address",), ("enable",)}
        for section in root.under("interface")
        for child in section.children
    )


def read_ios_gates(
    root: Statement, lines: tuple[TerminalLine, ...], extent: tuple[ConfigLine, ...]
) -> tuple[ManagementGate, ...]:
    """Return the ``access-class`` of every range of virtual terminals, for IPv6 too where it is spoken."""
    families = _FAMILIES if has_ipv6(root) else _FAMILIES[:1]
    terminals = [line for line in lines if line.kind == "vty"]
    found = [_ios_gate(line, family, word) for line in terminals for family, word in families]
    if not terminals:
        found.extend(
            ManagementGate(name=_VTY, place=_VTY, family=family, by_default=True, lines=extent)
            for family, _ in families
        )
    return tuple(found)


def _ios_gate(line: TerminalLine, family: Family, word: str) -> ManagementGate:
    words = (word, "access-class") if word else ("access-class",)
    applied = next((one for one in line.body.under(*words) if "in" in one.words[-2:]), None)
    transport = line.body.last("transport", "input")
    closed = transport is not None and transport.words[2:] == ("none",)
    return ManagementGate(
        name=line.name,
        place=line.name,
        family=family,
        access_list=None if applied is None else applied.raw[len(words)],
        closed=closed,
        lines=line.shown(transport if closed else applied),
    )


def read_nxos_gates(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[ManagementGate, ...]:
    """Return the ``access-class`` of the terminals and the group on mgmt0; one of the two is enough."""
    families = _FAMILIES if has_ipv6(root) else _FAMILIES[:1]
    places = (
        (root.last("line", "vty"), "line vty", {"ipv4": ("access-class",), "ipv6": ("ipv6", "access-class")}),
        (
            root.last("interface", "mgmt0"),
            "interface mgmt0",
            {"ipv4": ("ip", "access-group"), "ipv6": ("ipv6", "traffic-filter")},
        ),
    )
    found: list[ManagementGate] = []
    for family, _ in families:
        gates = [_nxos_gate(section, name, family, words[family]) for section, name, words in places]
        found.extend(one for one in gates if one is not None)
        if not any(gates):
            line = places[0][0]
            found.append(
                ManagementGate(
                    name="line vty",
                    place="line vty",
                    family=family,
                    lines=extent if line is None else line.section,
                )
            )
    return tuple(found)


def _nxos_gate(
    section: Statement | None, name: str, family: Family, words: tuple[str, ...]
) -> ManagementGate | None:
    if section is None:
        return None
    applied = next((one for one in section.under(*words) if one.words[-1] == "in"), None)
    if applied is None:
        return None
    return ManagementGate(
        name=name,
        place="line vty",
        family=family,
        services=(SSH,) if name == "line vty" else (SSH, SNMP),
        access_list=applied.raw[len(words)],
        either="line vty or mgmt0",
        lines=(section.line, applied.line),
    )


def read_eos_gates(root: Statement, extent: tuple[ConfigLine, ...]) -> tuple[ManagementGate, ...]:
    """Return the access group of SSH in the default VRF and in every other one that it runs in."""
    families = _FAMILIES if has_ipv6(root) else _FAMILIES[:1]
    ssh = root.last("management", "ssh")
    if ssh is None:
        return tuple(
            ManagementGate(
                name="management ssh", place="management ssh", family=family, by_default=True, lines=extent
            )
            for family, _ in families
        )
    return tuple(gate for family, _ in families for gate in _eos_gates(ssh, family))


def _eos_gates(ssh: Statement, family: Family) -> Iterator[ManagementGate]:
    word = "ip" if family == "ipv4" else "ipv6"
    groups = {_vrf_of(one): one for one in ssh.under(word, "access-group")}
    if ssh.last("shutdown") is None or ssh.denied("shutdown") is not None:
        yield _eos_gate(ssh, None, family, groups.get(None))
    for vrf in ssh.under("vrf"):
        if vrf.denied("shutdown") is not None:
            name = vrf.raw[-1]
            own = next((one for one in vrf.under(word, "access-group")), None) or groups.get(name)
            yield _eos_gate(ssh, name, family, own)


def _vrf_of(group: Statement) -> str | None:
    return group.raw[group.words.index("vrf") + 1] if "vrf" in group.words[:-1] else None


def _eos_gate(ssh: Statement, vrf: str | None, family: Family, applied: Statement | None) -> ManagementGate:
    name = "management ssh" if vrf is None else f"management ssh vrf {vrf}"
    return ManagementGate(
        name=name,
        place="management ssh",
        family=family,
        vrf=vrf,
        access_list=None if applied is None or len(applied.raw) < 3 else applied.raw[2],  # noqa: PLR2004
        lines=ssh.section if applied is None else (ssh.line, applied.line),
    )
