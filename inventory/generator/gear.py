"""The gear that municipalities buy, as frozen data: names of ports, models, versions.

The names of ports and of management interfaces are the platforms' own. Which version runs on which model, and
when its support ends, is drawn and says nothing about a real product.
"""

from typing import NamedTuple

from inventory.models import Platform


class Gear(NamedTuple):
    """A kind of device: how its ports are called, and how many there are."""

    platform: Platform
    model: str
    aged_model: str
    stem: str
    first: int
    ports: int
    management_interface: str
    version: str
    aged_version: str
    uplink_stem: str = ""
    uplink_first: int = 0
    uplinks: int = 0


_IOS = ("17.12.4", "15.2(4)E8")
_JUNOS = ("23.4R2-S3", "15.1R7.9")
_CISCO_48 = Gear(
    *("ios", "C9200L-48P-4X", "WS-C2960S-48FPS-L", "GigabitEthernet1/0/", 1, 48, "Vlan10", *_IOS),
    *("TenGigabitEthernet1/1/", 1, 4),
)
_ARUBA_48 = Gear(
    *("aoscx", "6200F-48G-CL4", "6100-48G-CL4", "1/1/", 1, 48, "vlan10", "10.13.1060", "10.04.0030"),
    *("1/1/", 49, 4),
)
_JUNIPER_48 = Gear(
    *("junos", "EX3400-48P", "EX2200-48P-4G", "ge-0/0/", 0, 48, "irb.10", *_JUNOS),
    *("xe-0/2/", 0, 4),
)
_FORTI_48 = Gear(
    *("fortiswitch", "FS-148F-FPOE", "FS-248D-FPOE", "port", 1, 48, "internal", "7.4.3", "3.6.11"),
    *("port", 49, 4),
)
_OTHER_48 = Gear(
    *("other", "5130-48G-PoE+-4SFP+", "5120-48G-PoE+", "GigabitEthernet1/0/", 1, 48),
    *("Vlan-interface10", "7.1.070", "5.20.99", "Ten-GigabitEthernet1/0/", 49, 4),
)


def _small(gear: Gear) -> Gear:
    """Return the model with 24 ports of the same series."""
    uplink_first = gear.uplink_first - 24 if gear.uplink_first > gear.ports else gear.uplink_first
    return gear._replace(
        model=gear.model.replace("48", "24", 1),
        aged_model=gear.aged_model.replace("48", "24", 1),
        ports=24,
        uplink_first=uplink_first,
    )


ACCESS_SHARES: dict[str, float] = {"Cisco": 40, "Aruba": 35, "Juniper": 10, "FortiSwitch": 10, "other": 5}
"""Percent of municipalities by the vendor of their access switches."""

FIREWALL_SHARES: dict[str, float] = {"Fortinet": 50, "Palo Alto": 25, "SRX": 5, "Cisco": 10, "other": 10}
"""Percent of municipalities by the vendor of their firewalls."""

ACCESS_48: dict[str, Gear] = {
    "Cisco": _CISCO_48,
    "Aruba": _ARUBA_48,
    "Juniper": _JUNIPER_48,
    "FortiSwitch": _FORTI_48,
    "other": _OTHER_48,
}
ACCESS_24: dict[str, Gear] = {vendor: _small(gear) for vendor, gear in ACCESS_48.items()}

CORE: dict[str, Gear] = {
    "Cisco": Gear(
        *("nxos", "N9K-C93180YC-FX", "N5K-C5672UP", "Ethernet1/", 1, 48, "mgmt0", "10.3(5)", "7.1(4)N1(1)")
    ),
    "Aruba": Gear(*("aoscx", "8325-48Y8C", "8320-48P", "1/1/", 1, 48, "mgmt", "10.13.1060", "10.04.0030")),
    "Juniper": Gear(*("junos", "QFX5120-48Y", "EX4550-32F", "xe-0/0/", 0, 48, "em0", *_JUNOS)),
    "FortiSwitch": Gear(
        *("fortiswitch", "FS-1048E", "FS-1048D", "port", 1, 48, "mgmt", "7.4.3", "3.6.11"),
    ),
    "other": Gear(
        *("eos", "DCS-7050SX3-48YC8", "DCS-7050S-52", "Ethernet", 1, 48, "Management1", "4.31.2F", "4.20.15M")
    ),
}

FIREWALLS: dict[str, Gear] = {
    "Fortinet": Gear(
        *("fortios", "FortiGate-600F", "FortiGate-600D", "port", 1, 16, "mgmt", "7.4.5", "6.0.18")
    ),
    "Palo Alto": Gear(
        *("panos", "PA-3410", "PA-3020", "ethernet1/", 1, 12, "management", "11.1.4", "9.1.18"),
    ),
    "SRX": Gear(*("junos", "SRX1500", "SRX550", "ge-0/0/", 0, 16, "fxp0", *_JUNOS)),
    "Cisco": Gear(
        *("other", "FPR-2130", "ASA5545-X", "Ethernet1/", 1, 12, "Management1/1", "7.4.2", "9.8(4)")
    ),
    "other": Gear(*("other", "CP-6200", "CP-4800", "eth", 1, 12, "Mgmt", "R81.20", "R77.30")),
}

_IOS_EDGE = Gear(*("ios", "C9300-24T", "WS-C3560X-24T", "GigabitEthernet1/0/", 1, 24, "Vlan10", *_IOS))
_JUNOS_EDGE = Gear(*("junos", "EX4300-24T", "EX4200-24T", "ge-0/0/", 0, 24, "irb.10", *_JUNOS))
_IOS_ROUTER = Gear(*("ios", "C1111-8P", "CISCO1921/K9", "GigabitEthernet0/1/", 0, 8, "Vlan10", *_IOS))
_JUNOS_ROUTER = Gear(*("junos", "SRX320", "SRX210HE", "ge-0/0/", 0, 8, "irb.10", *_JUNOS))


def edge_gear(access_vendor: str) -> Gear:
    """Return what stands between the firewalls and the internet."""
    return _JUNOS_EDGE if access_vendor == "Juniper" else _IOS_EDGE


def site_router_gear(access_vendor: str) -> Gear:
    """Return the router of a leased line at a site."""
    return _JUNOS_ROUTER if access_vendor == "Juniper" else _IOS_ROUTER
