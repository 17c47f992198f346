"""Read the time servers of IOS, EOS and NX-OS, the keys that prove them, and the zone of the clock."""

from typing import Final

from devices.facts import ConfigLine, TimeAuthentication, TimeKey, TimeServer, TimeZone
from devices.parsers.statements import Statement

_LAST_KEY: Final = 65_535
_SWITCHES: Final = (("ntp", "authenticate"), ("ntp", "authenticate", "servers"))


def read_time_servers(root: Statement) -> tuple[TimeServer, ...]:
    """Return the NTP servers."""
    servers: list[TimeServer] = []
    for statement in root.under("ntp", "server"):
        words, vrf = statement.raw[2:], None
        if words[:1] and words[0].lower() == "vrf" and len(words) > 1:
            vrf, words = words[1], words[2:]
        if words[:1] and words[0].lower() in {"ip", "ipv6"}:
            words = words[1:]
        if not words:
            continue
        options = tuple(words[1:])
        servers.append(
            TimeServer(
                address=words[0].lower(),
                vrf=vrf or word_after(options, "use-vrf"),
                key=word_after(options, "key"),
                options=options,
                lines=(statement.line,),
            )
        )
    return tuple(servers)


def word_after(words: tuple[str, ...], keyword: str) -> str | None:
    """Return the word that follows a keyword, in any case."""
    lower = [word.lower() for word in words[:-1]]
    return words[lower.index(keyword) + 1] if keyword in lower else None


def read_time_authentication(root: Statement, extent: tuple[ConfigLine, ...]) -> TimeAuthentication:
    """Return whether NTP servers must prove themselves; ``ntp trusted-key 1 - 3,5`` names several keys."""
    switch = next((found for words in _SWITCHES if (found := root.last(*words)) is not None), None)
    trusting: dict[str, list[ConfigLine]] = {}
    for statement in root.under("ntp", "trusted-key"):
        for number in _numbers("".join(statement.words[2:])):
            trusting.setdefault(number, []).append(statement.line)
    keys = tuple(
        TimeKey(
            number=one.words[2],
            algorithm=one.words[3],
            trusted=one.words[2] in trusting,
            lines=(one.line, *trusting.get(one.words[2], ())),
        )
        for one in root.under("ntp", "authentication-key")
        if len(one.words) > 3  # noqa: PLR2004 - its number and algorithm
    )
    stated = tuple(one.line for one in root.under("ntp"))
    return TimeAuthentication(
        enabled=switch is not None,
        keys=keys,
        by_default=switch is None,
        lines=(switch.line,) if switch is not None else stated or extent,
    )


def _numbers(text: str) -> tuple[str, ...]:
    """Return the numbers of a list such as ``1-3,5``."""
    found: list[str] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if dash and first.isdigit() and last.isdigit() and int(last) <= _LAST_KEY:
            found.extend(str(number) for number in range(int(first), int(last) + 1))
        elif part.isdigit():
            found.append(part)
    return tuple(found)


def read_time_zone(root: Statement, extent: tuple[ConfigLine, ...]) -> TimeZone:
    """Return the zone of the clock: UTC unless told, and any name for it that has no offset."""
    summer = root.last("clock", "summer-time")
    stated = root.last("clock", "timezone")
    if stated is None and summer is None:
        return TimeZone(name="UTC", is_utc=True, by_default=True, lines=extent)
    words = () if stated is None else stated.raw[2:]
    offsets = [word for word in words[1:] if word.lstrip("+-").isdigit()]
    plain = not words or _is_utc(words[0], offsets)
    name = " ".join(words) or "UTC"
    return TimeZone(
        name=name if summer is None else f"{name} with summer time",
        is_utc=plain and summer is None,
        lines=tuple(one.line for one in (stated, summer) if one is not None),
    )


def _is_utc(name: str, offsets: list[str]) -> bool:
    if offsets:
        return all(int(offset) == 0 for offset in offsets)
    return name.lower() in {"utc", "gmt", "etc/utc", "etc/gmt", "zulu"}
