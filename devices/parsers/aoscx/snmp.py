"""Read who may ask AOS-CX over SNMP version 3."""

from typing import Final

from devices.facts.snmp import SNMPAgent, SNMPLevel, SNMPv3User
from devices.parsers.statements import Statement

_LEVELS: Final = {"auth-privacy": "priv", "auth": "auth", "no-auth": "noauth"}


def read_aoscx_snmp(root: Statement) -> SNMPAgent | None:
    """Return what answers over SNMP, None where nothing does; the level holds for all users."""
    found = [*root.under("snmp-server", "community"), *root.under("snmp-server", "host")]
    users = [one for one in root.under("snmpv3", "user") if len(one.raw) > 2]  # noqa: PLR2004 - the name
    stated = root.last("snmpv3", "security-level")
    if not found and not users:
        return None
    lines = tuple(one.line for one in (*found, *users))
    level = SNMPLevel(
        name="snmpv3 security-level",
        level="" if stated is None else _LEVELS.get(stated.words[-1], ""),
        lines=lines if stated is None else (stated.line,),
    )
    return SNMPAgent(
        levels=(level,) if users else (),
        users=tuple(
            SNMPv3User(
                name=one.raw[2],
                authentication=_after(one.words, "auth"),
                privacy=_after(one.words, "priv"),
                lines=(one.line,),
            )
            for one in users
        ),
        lines=lines,
    )


def _after(words: tuple[str, ...], keyword: str) -> str:
    return words[words.index(keyword) + 1] if keyword in words[:-1] else ""
