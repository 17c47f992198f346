"""The features of NX-OS: without one its commands do not exist, and with it goes all that it configured."""

from typing import Final

from lab.cli_dialect import Node
from lab.cli_grammar import Match

KNOWN: Final = (
    "telnet", "ssh", "nxapi", "scp-server", "sftp-server", "bash-shell", "tacacs+", "scheduler", "fex",
    "ospf", "ospfv3", "bgp", "pim", "msdp", "eigrp", "isis", "rip", "fabric forwarding", "netconf",
    "restconf", "grpc", "telemetry", "udld", "interface-vlan", "private-vlan", "netflow", "pbr", "hsrp",
    "vrrp", "lacp", "dhcp", "dot1x", "port-security", "vpc", "lldp", "ptp", "bfd", "sla sender", "macsec",
    "tunnel", "ngoam", "evpn", "wccp", "vn-segment-vlan-based", "nv overlay",
)  # fmt: skip
"""What can be switched on, in the order in which it is shown."""

ON_BY_DEFAULT: Final = "ssh"

_NEEDS: Final[tuple[tuple[str, str, str], ...]] = (
    # The mode (empty: any), the words with which the command begins, and the feature that it needs.
    ("global", "tacacs-server", "tacacs+"),
    ("global", "aaa group server tacacs+", "tacacs+"),
    ("global", "ip tacacs", "tacacs+"),
    ("global", "router bgp", "bgp"),
    ("global", "router ospf", "ospf"),
    ("global", "router ospfv3", "ospfv3"),
    ("global", "router eigrp", "eigrp"),
    ("global", "router isis", "isis"),
    ("global", "router rip", "rip"),
    ("global", "lldp", "lldp"),
    ("global", "nxapi", "nxapi"),
    ("global", "vpc domain", "vpc"),
    ("global", "ip dhcp", "dhcp"),
    ("global", "service dhcp", "dhcp"),
    ("global", "ip arp inspection", "dhcp"),
    ("global", "scheduler", "scheduler"),
    ("global", "telemetry", "telemetry"),
    ("global", "fabric forwarding", "fabric forwarding"),
    ("global", "ip sla", "sla sender"),
    ("port", "hsrp", "hsrp"),
    ("svi", "hsrp", "hsrp"),
    ("port", "vpc", "vpc"),
    ("port", "lldp", "lldp"),
    ("mgmt", "lldp", "lldp"),
    ("port", "lacp", "lacp"),
    ("port", "udld", "udld"),
    ("port", "dot1x", "dot1x"),
    ("port", "ip dhcp", "dhcp"),
    ("svi", "ip dhcp", "dhcp"),
    ("port", "ip arp inspection", "dhcp"),
    ("svi", "fabric forwarding", "fabric forwarding"),
    ("vlan", "vn-segment", "vn-segment-vlan-based"),
    ("", "isis", "isis"),
    ("", "ip router isis", "isis"),
    ("", "ip router ospf", "ospf"),
    ("", "ip router eigrp", "eigrp"),
    ("", "ip pim", "pim"),
)
_INTERFACE_KINDS: Final = (("interface vlan", "interface-vlan"), ("interface nve", "nv overlay"))


def needed(mode: str, text: str) -> str | None:
    """Return the feature that a command of a mode needs, None where it needs none."""
    words = text.split()
    for known_mode, beginning, feature in _NEEDS:
        wanted = beginning.split()
        if known_mode in ("", mode) and words[: len(wanted)] == wanted:
            return feature
    if mode == "port" and words[:1] == ["channel-group"] and words[-1] in ("active", "passive"):
        return "lacp"
    if mode == "global":
        lowered = text.lower()
        return next((name for begin, name in _INTERFACE_KINDS if lowered.startswith(begin)), None)
    return None


def sort_key(text: str) -> tuple[object, ...]:
    """Return where the line of a feature stands among its kind."""
    name = text.removeprefix("no ").removeprefix("feature ")
    return (KNOWN.index(name) if name in KNOWN else len(KNOWN), name)


def is_on(root: Node, feature: str) -> bool:
    """Return whether a feature is switched on."""
    if feature == ON_BY_DEFAULT:
        return root.child(("feature", feature)) is None
    return any(node.text == f"feature {feature}" for node in root.children)


def change_feature(root: Node, _section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Switch a feature on, or off with everything that needs it."""
    name = match.words[1]
    identity = ("feature", name)
    root.drop(identity)
    if negative:
        _drop_dependants(root, "global", name)
    if negative == (name == ON_BY_DEFAULT) or (negative and _shows_telnet(root, name)):
        text = f"no feature {name}" if negative else f"feature {name}"
        root.children.append(Node(text, identity, match.command, negative=negative))


def _shows_telnet(root: Node, name: str) -> bool:
    """Return whether this release says that telnet is off: those before 9 do."""
    version = next((node.text.split()[1] for node in root.find("version")), "10")
    return name == "telnet" and int(version.split("(")[0].split(".")[0]) < 9  # noqa: PLR2004 - a release


def _drop_dependants(section: Node, mode: str, feature: str) -> None:
    section.children[:] = [node for node in section.children if needed(mode, node.text) != feature]
    for node in section.children:
        if node.mode:
            _drop_dependants(node, node.mode, feature)
