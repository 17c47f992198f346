"""The modes of AOS-CX: what the prompt shows in each, and the table of its commands."""

from collections.abc import Mapping
from typing import Final

from lab.aoscx import section_commands as sections
from lab.aoscx.global_commands import GLOBAL
from lab.cli_dialect import Mode
from lab.cli_grammar import Command, CommandTable

_TABLES: Final = (
    ("global", "config", GLOBAL),
    ("port", "config-if", sections.PORT),
    ("lag", "config-lag-if", sections.LAG),
    ("interface-vlan", "config-if-vlan", sections.INTERFACE_VLAN),
    ("loopback", "config-loopback-if", sections.LOOPBACK),
    ("mgmt", "config-if-mgmt", sections.MGMT),
    ("vlan", "config-vlan", sections.VLAN),
    ("access-list", "config-acl-ip", sections.ACCESS_LIST),
    ("mirror", "config-mirror", sections.MIRROR),
    ("vsx", "config-vsx", sections.VSX),
    ("cli-session", "config-cli-session", sections.CLI_SESSION),
    ("server-group", "config-sg", sections.SERVER_GROUP),
    ("password-complexity", "config-pwd-cplx", sections.COMPLEXITY),
    ("allow-list", "config-ssh-al", sections.ALLOW_LIST),
    ("central", "config-aruba-central", sections.CENTRAL),
    ("dot1x", "config-dot1x-auth", sections.ENABLED),
    ("port-dot1x", "config-if-dot1x-auth", sections.PORT_DOT1X),
    ("port-security", "config-if-port-security", sections.PORT_SECURITY),
)

MODES: Final[Mapping[str, Mode]] = {
    name: Mode(name=name, prompt=prompt, table=CommandTable(table), separated=False)
    for name, prompt, table in _TABLES
}


def command_of(mode: str, beginning: str) -> Command:
    """Return the command of a mode whose pattern begins so."""
    return next(one for one in MODES[mode].table.commands if one.pattern.startswith(beginning))
