"""Read who may ask IOS, EOS and NX-OS over SNMP version 3."""

from typing import Final

from devices.facts.snmp import SNMPAgent, SNMPLevel, SNMPv3User
from devices.parsers.statements import Statement

_ACCESS: Final = frozenset({"community", "group", "user", "host"})
_LEVELS: Final = frozenset({"priv", "auth", "noauth"})


def read_snmp_agent(root: Statement, *, users_shown_by: str = "", cipher: str = "") -> SNMPAgent | None:
    """Return what answers over SNMP, None where nothing does.

    Args:
        root: The whole configuration.
        users_shown_by: The command that tells the users, where the configuration does not.
        cipher: What protects a user whose line names no cipher.
    """
    found = [one for one in root.under("snmp-server") if len(one.words) > 2 and one.words[1] in _ACCESS]  # noqa: PLR2004
    if not found:
        return None
    users = () if users_shown_by else tuple(_user(one, cipher) for one in found if one.words[1] == "user")
    return SNMPAgent(
        levels=tuple(
            SNMPLevel(name=f"group {one.raw[2]}", level=_level(one), lines=(one.line,))
            for one in found
            if one.words[1] == "group" and "v3" in one.words[3:4]
        ),
        users=users,
        users_shown_by=users_shown_by,
        lines=tuple(one.line for one in found),
    )


def _level(one: Statement) -> str:
    return next((word for word in one.words[4:5] if word in _LEVELS), "")


def _user(one: Statement, cipher: str) -> SNMPv3User:
    words = one.words[3:]
    authentication = _after(words, "auth")
    privacy = _after(words, "priv")
    if privacy and not privacy.startswith(("aes", "des", "3des")):
        privacy = cipher
    return SNMPv3User(name=one.raw[2], authentication=authentication, privacy=privacy, lines=(one.line,))


def _after(words: tuple[str, ...], keyword: str) -> str:
    return words[words.index(keyword) + 1] if keyword in words[:-1] else ""
