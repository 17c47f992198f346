"""Read who may ask Junos over SNMP version 3."""

from typing import Final

from devices.facts.snmp import SNMPAgent, SNMPLevel, SNMPv3User
from devices.parsers.junos.tree import Tree

_ACCESS: Final = frozenset({"community", "v3", "trap-group"})
_USERS: Final = ("snmp", "v3", "usm", "local-engine", "user")
_LEVELS: Final = {"privacy": "priv", "authentication": "auth", "none": "noauth"}


def read_junos_snmp(tree: Tree) -> SNMPAgent | None:
    """Return what answers over SNMP, None where nothing does."""
    if not _ACCESS & set(tree.values("snmp")):
        return None
    users = []
    for name in tree.values(*_USERS):
        kept = tree.values(*_USERS, name)
        users.append(
            SNMPv3User(
                name=name,
                authentication=_of(kept, "authentication-"),
                privacy=_of(kept, "privacy-"),
                lines=tree.lines(*_USERS, name),
            )
        )
    levels = []
    for leaf in tree.under("snmp", "v3", "vacm", "access", "group"):
        if "security-level" in leaf.path[:-1]:
            at = leaf.path.index("security-level")
            level = _LEVELS.get(leaf.path[at + 1], "")
            levels.append(SNMPLevel(name=f"group {leaf.path[5]}", level=level, lines=(leaf.line,)))
    return SNMPAgent(users=tuple(users), levels=tuple(levels), lines=tree.lines("snmp"))


def _of(words: tuple[str, ...], prefix: str) -> str:
    found = [word.removeprefix(prefix) for word in words if word.startswith(prefix)]
    return "" if not found or found[-1] == "none" else found[-1]
