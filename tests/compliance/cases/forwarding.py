"""Cases of forwarding: what misleads senders, what reaches the device itself, and forged senders."""

from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected

_ROUTING: Final = "a strict check drops what comes another way"
_RATES: Final = "which rates this device needs"


def _case(
    control: str,
    platform: Platform,
    expected: Expected,
    text: str,
    *lines: str,
    says: str = "",
    by_hand: str = "",
) -> Case:
    return Case(control, platform, expected, text, lines or None, says=says, by_hand=by_hand)


def _vlan(number: int, *lines: str, indent: str = " ") -> str:
    """Return an interface of a VLAN on IOS or NX-OS."""
    body = "".join(f"{indent}{line}\n" for line in lines)
    mask = " 255.255.255.0" if indent == " " else "/24"
    return f"interface Vlan{number}\n{indent}ip address 10.0.{number}.1{mask}\n{body}"


_QUIET: Final = ("no ip redirects", "no ip proxy-arp")
_FEATURE: Final = "feature interface-vlan\n"
_OPEN: Final = ("no shutdown", "no ip redirects")


def _interface(name: str, *lines: str) -> str:
    """Return an interface of a FortiOS device."""
    body = "".join(f"        {line}\n" for line in lines)
    return f'    edit "{name}"\n        set vdom "root"\n{body}    next\n'


def _interfaces(*entries: str) -> str:
    return f"config system interface\n{''.join(entries)}end\n"


_PORT: Final = _interface("port1", "set ip 192.0.2.1 255.255.255.0", "set type physical")
_SILENT: Final = _PORT.replace("set type", "set icmp-send-redirect disable\n        set type")

MISLEADING: Final = (
    _case(
        "CP-01",
        "ios",
        "PASS",
        f"no ip source-route\n{_vlan(20, *_QUIET)}",
        "no ip source-route",
        "interface Vlan20",
        "no ip redirects",
        "no ip proxy-arp",
    ),
    _case(
        "CP-01",
        "ios",
        "PASS",
        f"no ip source-route\n{_vlan(20, *_QUIET)}{_vlan(30, 'shutdown')}"
        "interface Loopback0\n ip address 10.9.9.9 255.255.255.255\n",
    ),
    _case(
        "CP-01", "ios", "PASS", f"no ip source-route\nip arp proxy disable\n{_vlan(20, 'no ip redirects')}"
    ),
    _case(
        "CP-01",
        "ios",
        "FAIL",
        f"no ip source-route\n{_vlan(20, *_QUIET)}{_vlan(30, 'no ip redirects')}",
        "interface Vlan30",
        "no ip redirects",
        says="Vlan30 answers ARP for others",
    ),
    _case(
        "CP-01", "ios", "FAIL", f"no ip source-route\n{_vlan(20, *_QUIET, 'ip redirects')}", says="sends ICMP"
    ),
    _case("CP-01", "ios", "FAIL", _vlan(20, *_QUIET), says="ip source-route is on by default"),
    _case(
        "CP-01",
        "ios",
        "FAIL",
        f"no ip source-route\nip source-route\n{_vlan(20, *_QUIET)}",
        says="source-route is",
    ),
    _case(
        "CP-01",
        "ios",
        "FAIL",
        f"banner motd ^\nno ip source-route\n^\n{_vlan(20, *_QUIET)}",
        says="ip source-route is on by default",
    ),
    _case(
        "CP-01",
        "ios",
        "NOT_APPLICABLE",
        "interface GigabitEthernet1/0/1\n switchport access vlan 10",
        says="no interface with an address is up",
    ),
    _case(
        "CP-01",
        "nxos",
        "PASS",
        f"{_FEATURE}no ip source-route\n{_vlan(20, *_OPEN, indent='  ')}{_vlan(30, indent='  ')}",
        "no ip source-route",
        "interface Vlan20",
        "no ip redirects",
        says="Vlan20 neither sends redirects",
    ),
    _case(
        "CP-01",
        "nxos",
        "FAIL",
        f"{_FEATURE}no ip source-route\n"
        + _vlan(20, *_OPEN, indent="  ")
        + _vlan(30, "no shutdown", indent="  "),
        "interface Vlan30",
        says="Vlan30 sends ICMP redirects",
    ),
    _case(
        "CP-01",
        "nxos",
        "FAIL",
        _FEATURE + _vlan(20, *_OPEN, indent="  "),
        says="ip source-route is on by default",
    ),
    _case("CP-01", "eos", "PASS", "no ip icmp redirect", "no ip icmp redirect"),
    _case("CP-01", "eos", "FAIL", "ip routing", says="ip icmp redirect is on by default"),
    _case("CP-01", "eos", "FAIL", "no ip icmp redirect\nip icmp redirect", says="redirect is on"),
    _case("CP-01", "junos", "PASS", "set system no-redirects", "set system no-redirects"),
    _case("CP-01", "junos", "FAIL", "set system time-zone UTC", says="system redirects is on by default"),
    _case("CP-01", "junos", "FAIL", "set system no-redirects\ndelete system no-redirects"),
    _case(
        "CP-01",
        "junos",
        "FAIL",
        "set system no-redirects\ndeactivate system no-redirects",
        by_hand="is deactivated",
    ),
    _case(
        "CP-01",
        "fortios",
        "PASS",
        _interfaces(_SILENT, _interface("port2", "set status down", "set ip 198.51.100.1 255.255.255.0")),
        'edit "port1"',
        "set icmp-send-redirect disable",
    ),
    _case("CP-01", "fortios", "FAIL", _interfaces(_PORT), 'edit "port1"', says="port1 sends ICMP redirects"),
    _case(
        "CP-01",
        "fortios",
        "FAIL",
        _interfaces(_SILENT, _interface("port2", "set mode dhcp", "set type physical")),
        'edit "port2"',
        says="port2 sends ICMP redirects",
    ),
    _case("CP-01", "fortios", "NOT_APPLICABLE", _interfaces(_interface("port2", "set type physical"))),
    _case("CP-01", "aoscx", "PASS", "no ip icmp redirect", "no ip icmp redirect"),
    _case("CP-01", "aoscx", "FAIL", "clock timezone utc", says="ip icmp redirect is on by default"),
)

_COPP: Final = "class-map match-any MGMT\n match access-group name MGMT\npolicy-map COPP\n class MGMT\n"
_USED: Final = "control-plane\n service-policy input COPP\n"
_POLICE: Final = "  police 256000 8000 conform-action transmit exceed-action drop\n"
_NXOS_COPP: Final = (
    "class-map type control-plane match-any CRITICAL\n"
    "policy-map type control-plane OWN\n  class CRITICAL\n    police cir 19000 pps bc 128 packets "
    "conform transmit violate drop\ncontrol-plane\n  service-policy input OWN\n"
)
_RATE: Final = "set system internet-options icmpv4-rate-limit packet-rate 50\n"
_LO0: Final = (
    "set interfaces lo0 unit 0 family inet filter input RE\n"
    "set firewall family inet filter RE term icmp from protocol icmp\n"
    "set firewall family inet filter RE term icmp then policer SMALL\n"
)
_POLICER: Final = (
    "set firewall policer SMALL if-exceeding bandwidth-limit 1m\n"
    "set firewall policer SMALL if-exceeding burst-size-limit 15k\n"
    "set firewall policer SMALL then discard\n"
)

CONTROL_PLANE: Final = (
    _case(
        "CP-02",
        "ios",
        "PASS",
        _COPP + _POLICE + _USED,
        "policy-map COPP",
        "class MGMT",
        "police 256000 8000 conform-action transmit exceed-action drop",
        "service-policy input COPP",
    ),
    _case(
        "CP-02",
        "ios",
        "PASS",
        "policy-map system-cpp-policy\ncontrol-plane\n service-policy input system-cpp-policy",
        "policy-map system-cpp-policy",
        "service-policy input system-cpp-policy",
    ),
    _case("CP-02", "ios", "FAIL", "policy-map system-cpp-policy\ncontrol-plane", says="is not stated"),
    _case("CP-02", "ios", "FAIL", "ip routing", says="is not stated", by_hand=_RATES),
    _case("CP-02", "ios", "FAIL", _COPP + _USED, says="limits nothing", by_hand=_RATES),
    _case(
        "CP-02",
        "ios",
        "FAIL",
        _COPP + _POLICE.replace("drop", "transmit") + _USED,
        says="limits nothing",
        by_hand=_RATES,
    ),
    _case("CP-02", "ios", "FAIL", _USED, "service-policy input COPP", by_hand=_RATES),
    _case("CP-02", "ios", "FAIL", _COPP + _POLICE, says="is not stated", by_hand=_RATES),
    _case("CP-02", "nxos", "PASS", "copp profile strict", "copp profile strict"),
    _case("CP-02", "nxos", "PASS", _NXOS_COPP, says="OWN limits what reaches the device"),
    _case("CP-02", "nxos", "FAIL", "copp profile lenient", "copp profile lenient"),
    _case("CP-02", "nxos", "FAIL", "no copp profile strict", says="copp profile is not stated"),
    _case("CP-02", "nxos", "FAIL", _NXOS_COPP.replace("violate drop", "violate transmit"), by_hand=_RATES),
    _case(
        "CP-02",
        "junos",
        "PASS",
        _LO0 + _POLICER + _RATE,
        "set interfaces lo0 unit 0 family inet filter input RE",
        "set firewall family inet filter RE term icmp then policer SMALL",
        "set system internet-options icmpv4-rate-limit packet-rate 50",
    ),
    _case("CP-02", "junos", "FAIL", _LO0 + _POLICER, says="icmpv4-rate-limit is not stated"),
    _case("CP-02", "junos", "FAIL", _LO0 + _RATE, says="filter on lo0 is there and limits", by_hand=_RATES),
    _case(
        "CP-02",
        "junos",
        "FAIL",
        (_LO0 + _POLICER + _RATE).replace("set interfaces lo0", "set interfaces ge-0/0/0"),
        says="the filter on lo0 is not stated",
        by_hand=_RATES,
    ),
)

_STRICT: Final = "ip verify unicast source reachable-via rx"


def _uplink(*lines: str, name: str = "TenGigabitEthernet1/1/1", indent: str = " ") -> str:
    body = "".join(f"{indent}{line}\n" for line in ("no switchport", *lines))
    return f"interface {name}\n{body}{indent}ip address 192.0.2.1 255.255.255.252\n"


def _zone(name: str, interface: str, profile: str = "") -> str:
    text = f"set zone {name} network layer3 {interface}\n"
    return text + (f"set zone {name} network zone-protection-profile {profile}\n" if profile else "")


_SPOOF: Final = "set network profiles zone-protection-profile edge discard-ip-spoof yes\n"
_LAYER3: Final = "set network interface ethernet {0} layer3 ip 192.0.2.1/30\n"
_ZONES: Final = _LAYER3.format("ethernet1/1") + _LAYER3.format("ethernet1/2").replace(
    "192.0.2.1", "198.51.100.1"
)
_JUNOS_UPLINK: Final = "set interfaces xe-0/1/0 unit 0 family inet address 192.0.2.1/30\n"

FORGED: Final = (
    _case(
        "CP-03",
        "ios",
        "PASS",
        _uplink(_STRICT),
        "interface TenGigabitEthernet1/1/1",
        _STRICT,
    ),
    _case("CP-03", "ios", "PASS", _uplink(f"{_STRICT} allow-default")),
    _case("CP-03", "ios", "PASS", _uplink("ip verify unicast reverse-path")),
    _case(
        "CP-03",
        "ios",
        "FAIL",
        _uplink("ip verify unicast source reachable-via any"),
        says="checks the way back loosely",
    ),
    _case("CP-03", "ios", "FAIL", _uplink(f"description {_STRICT}"), says="does not check the way back"),
    _case("CP-03", "ios", "FAIL", _uplink(_STRICT, f"no {_STRICT}")),
    _case(
        "CP-03",
        "ios",
        "FAIL",
        _uplink(_STRICT) + _uplink(name="TenGigabitEthernet1/1/2"),
        "interface TenGigabitEthernet1/1/2",
    ),
    _case("CP-03", "ios", "FAIL", _uplink(name="GigabitEthernet1/0/9"), "interface GigabitEthernet1/0/9"),
    _case("CP-03", "ios", "NOT_APPLICABLE", _vlan(20, *_QUIET), says="no port of this device routes"),
    _case("CP-03", "ios", "NOT_APPLICABLE", _uplink("shutdown")),
    Case("CP-03", "ios", "NOT_APPLICABLE", _uplink(), context={"role": "access"}),
    Case("CP-03", "ios", "ERROR", _uplink(_STRICT), context={"uplinks": None}),
    _case("CP-03", "nxos", "PASS", _uplink(_STRICT, "no shutdown", name="Ethernet1/49", indent="  ")),
    _case("CP-03", "nxos", "FAIL", _uplink("no shutdown", name="Ethernet1/49", indent="  ")),
    _case("CP-03", "eos", "PASS", _uplink(_STRICT, name="Ethernet1", indent="   ")),
    _case(
        "CP-03",
        "eos",
        "FAIL",
        _uplink("ip verify unicast source reachable-via any", name="Ethernet1", indent="   "),
    ),
    _case(
        "CP-03",
        "junos",
        "PASS",
        f"{_JUNOS_UPLINK}set interfaces xe-0/1/0 unit 0 family inet rpf-check\n",
        "set interfaces xe-0/1/0 unit 0 family inet address 192.0.2.1/30",
        "set interfaces xe-0/1/0 unit 0 family inet rpf-check",
    ),
    _case(
        "CP-03",
        "junos",
        "FAIL",
        f"{_JUNOS_UPLINK}set interfaces xe-0/1/0 unit 0 family inet rpf-check mode loose\n",
        says="loosely",
    ),
    _case("CP-03", "junos", "FAIL", _JUNOS_UPLINK),
    _case(
        "CP-03",
        "fortios",
        "PASS",
        "config system settings\n    set strict-src-check enable\nend",
        "set strict-src-check enable",
    ),
    _case("CP-03", "fortios", "FAIL", "config system settings\n    set opmode nat\nend"),
    _case(
        "CP-03",
        "fortios",
        "FAIL",
        "config vdom\nedit root\nconfig system settings\n    set strict-src-check disable\nend\nnext\n"
        "edit guest\nconfig system settings\n    set strict-src-check enable\nend\nnext\nend",
        "set strict-src-check disable",
        says="vdom root",
    ),
    _case("CP-03", "panos", "PASS", f"{_ZONES}{_SPOOF}{_zone('out', 'ethernet1/1', 'edge')}"),
    _case(
        "CP-03",
        "panos",
        "FAIL",
        f"{_ZONES}{_SPOOF}{_zone('out', 'ethernet1/1')}",
        says="zone out does not check",
    ),
    _case(
        "CP-03",
        "panos",
        "FAIL",
        f"{_ZONES}{_SPOOF.replace('yes', 'no')}{_zone('out', 'ethernet1/1', 'edge')}",
    ),
)

CASES: Final = (*MISLEADING, *CONTROL_PLANE, *FORGED)
