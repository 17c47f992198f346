"""The smallest pieces of a switch that cases put together, in the words of each platform."""

from typing import Final

from devices.models import Platform

HOST: Final[dict[Platform, str]] = {
    "ios": "GigabitEthernet1/0/5",
    "nxos": "Ethernet1/5",
    "eos": "Ethernet5",
    "junos": "ge-0/0/5",
    "aoscx": "1/1/5",
}
TRUNK: Final[dict[Platform, str]] = {
    "ios": "GigabitEthernet1/0/6",
    "nxos": "Ethernet1/6",
    "eos": "Ethernet6",
    "junos": "ge-0/0/6",
    "aoscx": "1/1/6",
}
_INDENT: Final[dict[Platform, str]] = {"ios": " ", "nxos": "  ", "eos": "   ", "aoscx": "    "}
_NAMES: Final = {10: "users", 20: "printers", 999: "parking"}


def section(platform: Platform, header: str, *lines: str) -> str:
    """Return a section with its lines indented as the platform does."""
    return "\n".join((header, *(f"{_INDENT[platform]}{line}" for line in lines)))


def host(platform: Platform, *lines: str, vlan: int = 10, name: str | None = None) -> str:
    """Return a host port in a VLAN, with further lines; on Junos those are whole statements."""
    port = HOST[platform] if name is None else name
    if platform == "junos":
        ether = f"set interfaces {port} unit 0 family ethernet-switching"
        at = (f"{ether} interface-mode access", f"{ether} vlan members {_NAMES[vlan]}")
        return "\n".join((*at, f"set vlans {_NAMES[vlan]} vlan-id {vlan}", *lines))
    if platform == "aoscx":
        own = section(
            platform, f"interface {port}", "no shutdown", "no routing", f"vlan access {vlan}", *lines
        )
        return own if vlan == 1 else f"vlan {vlan}\n{own}"
    stated = (f"switchport access vlan {vlan}", "switchport mode access")
    return section(platform, f"interface {port}", *stated[: 2 if platform == "ios" else 1], *lines)


def trunk(platform: Platform, *lines: str, vlans: str | None = "10,20", name: str | None = None) -> str:
    """Return a trunk that carries VLANs (None is all of them), with further lines."""
    port = TRUNK[platform] if name is None else name
    if platform == "junos":
        ether = f"set interfaces {port} unit 0 family ethernet-switching"
        members = "all" if vlans is None else f"[ {vlans.replace(',', ' ')} ]"
        return "\n".join((f"{ether} interface-mode trunk", f"{ether} vlan members {members}", *lines))
    if platform == "aoscx":
        own = ("vlan trunk native 998", f"vlan trunk allowed {vlans or 'all'}")
        return section(platform, f"interface {port}", "no shutdown", "no routing", *own, *lines)
    own = () if vlans is None else (f"switchport trunk allowed vlan {vlans}",)
    return section(
        platform,
        f"interface {port}",
        "switchport trunk native vlan 998",
        *own,
        "switchport mode trunk",
        *lines,
    )
