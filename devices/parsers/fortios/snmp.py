"""Read who may ask FortiOS over SNMP version 3."""

from collections.abc import Iterator

from devices.facts import ConfigLine
from devices.facts.snmp import SNMPAgent, SNMPv3User
from devices.parsers.fortios.tree import Section, Setting


def read_fortios_snmp(root: Section) -> SNMPAgent | None:
    """Return what answers over SNMP, None where nothing does or it is switched off."""
    status = root.at("system snmp sysinfo").text_of("status")
    users = tuple(_users(root))
    communities = [
        one for one in root.at("system snmp community").entries.values() if one.text_of("status") != "disable"
    ]
    if status == "disable" or not (status == "enable" or users or communities):
        return None
    lines = tuple(
        _line_of(section) for header, section in root.sections.items() if header.startswith("system snmp ")
    )
    return SNMPAgent(users=users, lines=lines)


def _users(root: Section) -> Iterator[SNMPv3User]:
    """Yield the users that are on; one is not protected unless a line says so, and then by AES."""
    for name, entry in root.at("system snmp user").entries.items():
        if entry.text_of("status") == "disable":
            continue
        level = entry.text_of("security-level")
        stated = [entry.settings.get(word) for word in ("security-level", "auth-proto", "priv-proto")]
        yield SNMPv3User(
            name=name,
            authentication=entry.text_of("auth-proto", "sha") if level.startswith("auth") else "",
            privacy=entry.text_of("priv-proto", "aes") if level == "auth-priv" else "",
            lines=(_line_of(entry), *(_line_of(one) for one in stated if one is not None)),
        )


def _line_of(one: Section | Setting) -> ConfigLine:
    return ConfigLine(number=one.number, text=one.written.split("\n")[0])
