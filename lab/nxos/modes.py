"""The modes of NX-OS: what the prompt shows in each, and the table of its commands."""

from collections.abc import Mapping
from typing import Final

from lab.cli_dialect import Mode
from lab.cli_grammar import Command, CommandTable
from lab.nxos import section_commands as sections
from lab.nxos.global_commands import GLOBAL
from lab.nxos.interfaces import INTERFACES

_TABLES: Final = (
    ("global", "config", GLOBAL),
    ("vdc", "config-vdc", sections.VDC),
    ("port", "config-if", sections.PORT),
    ("svi", "config-if", sections.SVI),
    ("mgmt", "config-if", sections.MGMT),
    ("loopback", "config-if", sections.LOOPBACK),
    ("nve", "config-if-nve", sections.NVE),
    ("nve-member", "config-if-nve-vni", sections.FREE),
    ("hsrp", "config-if-hsrp", sections.HSRP),
    ("vlan", "config-vlan", sections.VLAN),
    ("vlan-configuration", "config-vlan-config", sections.FREE),
    ("line", "config-line", sections.LINE_MODE),
    ("server-group", "config-sg", sections.SERVER_GROUP),
    ("access-list", "config-acl", sections.ACCESS_LIST),
    ("object-group", "config-ipaddr-ogroup", sections.FREE),
    ("vrf", "config-vrf", sections.VRF),
    ("vrf-family", "config-vrf-af-ipv4", sections.VRF_FAMILY),
    ("router", "config-router", sections.ROUTER),
    ("router-vrf", "config-router-vrf", sections.ROUTER_VRF),
    ("router-family", "config-router-af", sections.ROUTER_FAMILY),
    ("neighbor", "config-router-neighbor", sections.NEIGHBOR),
    ("route-map", "config-route-map", sections.ROUTE_MAP),
    ("key-chain", "config-keychain", sections.KEY_CHAIN),
    ("key", "config-keychain-key", sections.FREE),
    ("class-map", "config-cmap-qos", sections.CLASS_MAP),
    ("policy-map", "config-pmap-qos", sections.POLICY_MAP),
    ("policy-class", "config-pmap-c-qos", sections.FREE),
    ("control-plane", "config-cp", sections.CONTROL_PLANE),
    ("monitor-session", "config-monitor", sections.MONITOR_SESSION),
    ("vpc", "config-vpc-domain", sections.VPC),
    ("applet", "config-applet", sections.FREE),
    ("telemetry", "config-telemetry", sections.FREE),
)
_APART: Final = frozenset({"port", "svi", "mgmt", "loopback", "nve"})

MODES: Final[Mapping[str, Mode]] = {
    name: Mode(
        name=name,
        prompt=prompt,
        table=CommandTable(table, interface_types=INTERFACES.types),
        separated=name in _APART,
        free=table == sections.FREE,
    )
    for name, prompt, table in _TABLES
}


def command_of(mode: str, pattern: str, *, last: bool = False) -> Command:
    """Return the command of a mode with that pattern; the last of several where that is asked for."""
    found = [one for one in MODES[mode].table.commands if one.pattern == pattern]
    return found[-1 if last else 0]
