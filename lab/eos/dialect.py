"""The EOS dialects: modes with their tables, one order of them per generation of releases."""

from functools import cache
from typing import Final

from lab.cli_access_list import change_access_entry
from lab.cli_dialect import Dialect, Mode, Node
from lab.cli_grammar import CommandTable, Match
from lab.cli_vlans import change_trunk_vlans, enter_vlans
from lab.eos import section_commands as sections
from lab.eos.global_commands import NEW_GLOBAL, OLD_GLOBAL
from lab.eos.ranges import INTERFACES, enter_interfaces, gather_vlans, read_interfaces

_FIRST_OF_NEW_ORDER: Final = (4, 29)


def _mode(name: str, table: str, *, separated: bool = True) -> Mode:
    return Mode(
        name=name,
        prompt="config" if name == "global" else f"config-{name}",
        table=CommandTable(table, interface_types=INTERFACES.types),
        separated=separated,
        free=table == sections.FREE,
    )


_SECTIONS: Final = (
    _mode("interface", sections.INTERFACE),
    _mode("interface-defaults", sections.INTERFACE_DEFAULTS),
    _mode("interface-defaults-ethernet", sections.INTERFACE_DEFAULTS_ETHERNET, separated=False),
    _mode("vlan", sections.VLAN),
    _mode("vrf", sections.VRF),
    _mode("old-vrf", sections.VRF),
    _mode("mst", sections.MST),
    _mode("system-l1", sections.SYSTEM_L1),
    _mode("server-group", sections.SERVER_GROUP),
    _mode("access-list", sections.ACCESS_LIST),
    _mode("prefix-list", sections.PREFIX_LIST),
    _mode("peer-filter", sections.PEER_FILTER),
    _mode("mlag", sections.MLAG),
    _mode("control-plane", sections.CONTROL_PLANE),
    _mode("route-map", sections.ROUTE_MAP),
    _mode("bgp", sections.BGP),
    _mode("bgp-vlan", sections.BGP_VLAN),
    _mode("bgp-bundle", sections.BGP_BUNDLE),
    _mode("bgp-family", sections.BGP_FAMILY),
    _mode("bgp-vrf", sections.BGP_VRF),
    _mode("ospf", sections.OSPF),
    _mode("multicast", sections.MULTICAST),
    _mode("multicast-vrf", sections.MULTICAST_VRF),
    _mode("multicast-family", sections.MULTICAST_FAMILY, separated=False),
    _mode("pim", sections.MULTICAST),
    _mode("role", sections.ROLE),
    _mode("http-commands", sections.HTTP_COMMANDS),
    _mode("http-vrf", sections.HTTP_VRF),
    _mode("management-console", sections.MANAGEMENT_CONSOLE),
    _mode("management-security", sections.MANAGEMENT_SECURITY),
    _mode("ssl-profile", sections.SSL_PROFILE),
    _mode("management-ssh", sections.MANAGEMENT_SSH),
    _mode("ssh-vrf", sections.SSH_VRF),
    _mode("management-telnet", sections.MANAGEMENT_TELNET),
    _mode("daemon", sections.DAEMON),
    _mode("free", sections.FREE),
)


def _refuse(root: Node, _section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    """Refuse hardware that the device does not have and the removal of hardware that it has."""
    if match.command.flag("select") != "interfaces":
        return None
    hardware = [name for name in read_interfaces(match.words[-1]) or [] if INTERFACES.is_hardware(name)]
    if any(root.child(("interface", name)) is None for name in hardware):
        return ""
    return "Removal of physical interfaces is not permitted" if negative and hardware else None


@cache
def eos_dialect(release: tuple[int, int], *, boots: bool) -> Dialect:
    """Return the dialect of a release.

    Args:
        release: The major and minor number, as (4, 29).
        boots: Read a first configuration: the interfaces it names become the device's hardware.
    """
    table = NEW_GLOBAL if release >= _FIRST_OF_NEW_ORDER else OLD_GLOBAL
    modes = (_mode("global", table), *_SECTIONS)
    return Dialect(
        modes={mode.name: mode for mode in modes},
        indent="   ",
        banner="eof",
        actions={"trunk-vlans": change_trunk_vlans, "access-entry": change_access_entry},
        selectors={"interfaces": enter_interfaces, "vlans": enter_vlans},
        guard=None if boots else _refuse,
        sort_key=INTERFACES.sort_key,
        gather=gather_vlans,
    )
