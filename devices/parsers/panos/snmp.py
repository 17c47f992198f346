"""Read who may ask PAN-OS over SNMP version 3."""

from typing import Final

from devices.facts import ConfigLine
from devices.facts.snmp import SNMPAgent, SNMPv3User
from devices.parsers.panos.tree import Word

_VERSION: Final = ("deviceconfig", "system", "snmp-setting", "access-setting", "version")


def read_panos_snmp(root: Word) -> SNMPAgent | None:
    """Return what answers over SNMP, None where nothing does; a firewall protects with SHA and AES."""
    version = root.at(*_VERSION)
    if version is None:
        return None
    users = tuple(
        SNMPv3User(
            name=name,
            authentication=(user.value("authproto") or "sha").lower() if "authpwd" in user.below else "",
            privacy=(user.value("privproto") or "aes").lower() if "privpwd" in user.below else "",
            lines=_lines_of(user),
        )
        for name, user in version.entries("v3", "users")
    )
    return SNMPAgent(users=users, lines=_lines_of(version))


def _lines_of(word: Word) -> tuple[ConfigLine, ...]:
    return tuple(dict.fromkeys((word.line, *(end.line for _, end in word.ends()))))
