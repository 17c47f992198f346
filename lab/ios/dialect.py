"""The IOS dialect: its modes with their tables, and what the device refuses although it is well formed."""

from lab.cli_dialect import Dialect, Mode, Node
from lab.cli_grammar import CommandTable, Match
from lab.cli_vlans import enter_vlans
from lab.ios import section_commands as sections
from lab.ios.global_commands import GLOBAL
from lab.ios.ranges import INTERFACES, enter_interfaces, enter_vty, gather_vlans, read_interfaces
from lab.ios.special_commands import ACTIONS


def _mode(name: str, prompt: str, table: str, **more: str | bool) -> Mode:
    return Mode(
        name=name,
        prompt=prompt,
        table=CommandTable(table, interface_types=INTERFACES.types),
        closing=str(more.get("closing", "")),
        separated=bool(more.get("separated", True)),
        indent=str(more["indent"]) if "indent" in more else None,
        free=table == sections.FREE,
    )


_FREE_MODES = {
    "accounting": "config-acct-mlist",
    "radius-dynamic": "config-locsvr-da-radius",
    "dhcp-pool": "dhcp-config",
    "call-home": "cfg-call-home",
    "trustpoint": "ca-trustpoint",
    "mst": "config-mst",
    "transceiver": "config-xcvr-type",
    "redundancy": "config-red",
    "access-map": "config-access-map",
    "isakmp-policy": "config-isakmp",
    "crypto-section": "config-crypto",
    "transform-set": "cfg-crypto-trans",
    "ipsec-profile": "ipsec-profile",
    "class-map": "config-cmap",
    "policy-class": "config-pmap-c",
    "virtual-service": "config-virt-serv",
    "pubkey-chain": "conf-ssh-pubkey",
    "sla": "config-ip-sla",
    "control-plane": "config-cp",
}

_MODES = (
    _mode("global", "config", GLOBAL),
    _mode("interface", "config-if", sections.INTERFACE),
    _mode("line", "config-line", sections.LINE_MODE, separated=False),
    _mode("vlan", "config-vlan", sections.VLAN),
    _mode("vrf", "config-vrf", sections.VRF),
    _mode("vrf-family", "config-vrf-af", sections.VRF_FAMILY, closing="exit-address-family"),
    _mode("old-vrf", "config-vrf", sections.OLD_VRF),
    _mode("archive", "config-archive", sections.ARCHIVE),
    _mode("archive-log", "config-archive-log-cfg", sections.ARCHIVE_LOG, separated=False),
    _mode("password-policy", "config-cc-policy", sections.LOGIN_POLICY),
    _mode("access-list", "config-nacl", sections.ACCESS_LIST),
    _mode("monitor-session", "config-mon-erspan-src", sections.MONITOR_SESSION),
    _mode("monitor-destination", "config-mon-erspan-src-dst", sections.MONITOR_DESTINATION, separated=False),
    _mode("tacacs-server", "config-server-tacacs", sections.TACACS_SERVER),
    _mode("radius-server", "config-radius-server", sections.RADIUS_SERVER),
    _mode("server-group", "config-sg", sections.SERVER_GROUP),
    _mode("router", "config-router", sections.ROUTER),
    _mode("router-family", "config-router-af", sections.ROUTER_FAMILY, closing="exit-address-family"),
    _mode("af-interface", "config-router-af-interface", sections.FREE, closing="exit-af-interface"),
    _mode("topology", "config-router-af-topology", sections.FREE, closing="exit-af-topology"),
    _mode("route-map", "config-route-map", sections.ROUTE_MAP),
    _mode("policy-map", "config-pmap", sections.POLICY_MAP),
    _mode("chain", "config-cert-chain", "certificate LINE -> certificate", separated=False),
    _mode("certificate", "config-pubkey", sections.FREE, closing=" \tquit", separated=False),
    _mode("keyring", "conf-keyring", sections.FREE, indent="  "),
    _mode("isakmp-profile", "conf-isa-prof", sections.FREE, indent="   "),
    _mode("snmp-mib", "config-snmp-mib", sections.FREE, indent="  "),
    *(_mode(name, prompt, sections.FREE) for name, prompt in _FREE_MODES.items()),
)

REWRITES = (
    (r"^line console ", "line con "),
    (r"^ip domain-lookup", "ip domain lookup"),
    (r"^ip domain-name ", "ip domain name "),
)


def shown_lines(nodes: list[Node]) -> list[Node]:
    """Return the lines that a configuration shows: VLANs drawn together, and no SNMPv3 user.

    A device keeps those users apart, with their digests; only ``show snmp user`` tells of them. A default
    with two spellings is shown in one.
    """
    unseen = ("snmp-server user ", "ip domain-lookup")
    return gather_vlans([node for node in nodes if not node.text.startswith(unseen)])


BOOT_DIALECT = Dialect(
    modes={mode.name: mode for mode in _MODES},
    rewrites=REWRITES,
    actions=ACTIONS,
    selectors={"interfaces": enter_interfaces, "vlans": enter_vlans, "vty": enter_vty},
    sort_key=INTERFACES.sort_key,
    gather=shown_lines,
)
"""The dialect that reads a first configuration: the interfaces it names become the device's hardware."""


def refuse(root: Node, _section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    """Refuse hardware that the device does not have and the removal of hardware that it has."""
    if match.words[0] != "interface":
        return None
    ranged = match.words[1] == "range"
    names = (read_interfaces(match.words[-1]) or [""]) if ranged else [match.words[1]]
    hardware = [name for name in names if INTERFACES.is_hardware(name)]
    if any(root.child(("interface", name)) is None for name in (names if ranged else hardware)):
        return ""
    if negative and hardware:
        return "% Removal of physical interfaces is not permitted"
    return None


DIALECT = Dialect(
    modes=BOOT_DIALECT.modes,
    rewrites=REWRITES,
    actions=ACTIONS,
    selectors=BOOT_DIALECT.selectors,
    guard=refuse,
    sort_key=INTERFACES.sort_key,
    gather=shown_lines,
)
"""The dialect of a device that runs."""
