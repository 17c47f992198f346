"""Cases of from where a device is managed; the site's prefixes are 10.0.20.0/24 and 10.0.30.0/24."""

from ipaddress import IPv4Address
from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected

_LIST: Final = "ip access-list standard M\n {}\n"
_GOOD: Final = _LIST.format("permit 10.0.20.0 0.0.0.255\n permit host 10.0.30.7\n deny any log")
_VTY: Final = "line vty 0 4\n access-class M in\n"
_EOS_LIST: Final = "ip access-list standard M\n   permit 10.0.20.0/24\n   deny any log\n!\n"
_NXOS_LIST: Final = "ip access-list M\n  10 permit tcp 10.0.20.0/24 any eq 22\n  20 deny ip any any log\n"
_IPV6: Final = "interface Vlan20\n ipv6 address 2001:db8::1/64\n!\n"
_LO0: Final = "set interfaces lo0 unit 0 family inet filter input M\n"
_TERM: Final = "set firewall family inet filter M term"
_PREFIXES: Final = "set policy-options prefix-list P 10.0.20.0/24\n"
_JUNOS: Final = (
    f"{_LO0}{_PREFIXES}{_TERM} a from source-prefix-list P\n{_TERM} a from protocol tcp\n"
    f"{_TERM} a from destination-port ssh\n{_TERM} a then accept\n{_TERM} b from protocol ospf\n"
    f"{_TERM} b then accept\n"
)
_LAST: Final = f"{_TERM} z then log\n{_TERM} z then discard"
_ADMIN: Final = (
    'config system admin\n    edit "town"\n        set accprofile "super_admin"\n        set vdom "root"\n{}'
    "    next\nend"
)
_SYSTEM: Final = "set deviceconfig system permitted-ip"
_PROFILE: Final = "set network profiles interface-management-profile open"
_USED: Final = "set network interface ethernet ethernet1/1 layer3 interface-management-profile open"
_ALLOWED: Final = "ssh server allow-list\n    ip 10.0.20.0/24\n    ip 10.0.30.7\n    enable"
_PLANE: Final = "apply access-list ip M control-plane vrf mgmt"


def _case(
    platform: Platform, expected: Expected, text: str, *lines: str, says: str = "", by_hand: str = ""
) -> Case:
    return Case("MGT-03", platform, expected, text, lines or None, says=says, by_hand=by_hand)


_IOS: Final = (
    _case(
        "ios",
        "PASS",
        _GOOD + _VTY,
        "ip access-list standard M",
        "permit 10.0.20.0 0.0.0.255",
        "permit host 10.0.30.7",
        "deny any log",
        "line vty 0 4",
        "access-class M in",
        says="line vty 0 4 is open to the management prefixes by M only",
    ),
    _case("ios", "FAIL", "line vty 0 4\n transport input ssh", says="line vty 0 4 has no access list"),
    _case("ios", "FAIL", _VTY, "line vty 0 4", "access-class M in", says="which does not exist"),
    _case("ios", "FAIL", f"ip access-list standard M\n!\n{_VTY}", says="M is empty"),
    _case(
        "ios",
        "FAIL",
        f"ip access-list standard M\n remark permit 10.0.20.0 0.0.0.255\n!\n{_VTY}",
        says="is empty",
    ),
    _case("ios", "FAIL", _LIST.format("permit any\n deny any log") + _VTY, says="M permits 0.0.0.0/0"),
    _case(
        "ios",
        "FAIL",
        _LIST.format("permit 10.0.20.0 0.0.0.255\n permit 10.0.0.0 0.255.255.255\n deny any log") + _VTY,
        "permit 10.0.0.0 0.255.255.255",
        "line vty 0 4",
        "access-class M in",
        says="permits 10.0.0.0/8",
    ),
    _case(
        "ios",
        "FAIL",
        _LIST.format("permit 10.0.20.0 0.0.0.255") + _VTY,
        says="does not end with a logged deny",
    ),
    _case("ios", "FAIL", _LIST.format("permit 10.0.20.0 0.0.0.255\n deny any") + _VTY, says="is not logged"),
    _case("ios", "FAIL", _LIST.format("permit 10.0.20.0 0.0.2.255\n deny any log") + _VTY, says="0.0.2.255"),
    _case(
        "ios",
        "FAIL",
        f"{_GOOD}!\n{_VTY}line vty 5 15\n transport input ssh",
        "line vty 5 15",
        "transport input ssh",
        says="line vty 5 15 has no access list",
    ),
    _case(
        "ios",
        "PASS",
        f"{_GOOD}!\n{_VTY}line vty 5 15\n transport input none",
        says="line vty 5 15 lets nobody in",
    ),
    _case(
        "ios",
        "PASS",
        "access-list 10 permit 10.0.20.0 0.0.0.255\naccess-list 10 deny any log\n"
        "line vty 0 4\n access-class 10 in",
    ),
    _case(
        "ios",
        "PASS",
        "ip access-list extended M\n permit icmp any any\n permit tcp 10.0.20.0 0.0.0.255 any eq 22\n"
        f" deny ip any any log\n!\n{_VTY}",
    ),
    _case(
        "ios",
        "FAIL",
        f"ip access-list extended M\n permit tcp any any range 20 30\n deny ip any any log\n!\n{_VTY}",
        says="permits 0.0.0.0/0",
    ),
    _case(
        "ios",
        "PASS",
        "object-group network ADMINS\n 10.0.20.0 255.255.255.0\n host 10.0.30.7\n!\n"
        "ip access-list extended M\n permit tcp object-group ADMINS any eq 22\n"
        f" deny ip any any log\n!\n{_VTY}",
    ),
    _case(
        "ios",
        "FAIL",
        "ip access-list extended M\n permit tcp object-group GONE any eq 22\n deny ip any any log\n!\n"
        + _VTY,
        says="permits GONE",
    ),
    _case("ios", "FAIL", f"{_IPV6}{_GOOD}!\n{_VTY}", says="line vty 0 4 over IPv6 has no access list"),
    _case(
        "ios",
        "PASS",
        f"{_IPV6}{_GOOD}!\nipv6 access-list S\n deny ipv6 any any log\n!\n{_VTY} ipv6 access-class S in",
    ),
    _case("ios", "FAIL", f"{_GOOD}!\nbanner motd ^\n{_VTY}^\nline vty 0 4\n", says="has no access list"),
    _case("ios", "FAIL", f"{_GOOD}!\n{_VTY} no access-class M in", says="has no access list"),
    _case("ios", "FAIL", f"{_GOOD}!\nno ip access-list standard M\n{_VTY}", says="does not exist"),
    _case("ios", "FAIL", f"{_GOOD}!\nline vty 0 4\n access-class M out", says="has no access list"),
    Case(
        "MGT-03",
        "ios",
        "FAIL",
        "line vty 0 4",
        context={"controller_addresses": (IPv4Address("10.0.20.9"), IPv4Address("192.0.2.9"))},
        by_hand="the controller comes from 192.0.2.9, outside the management prefixes",
    ),
    Case(
        "MGT-03",
        "ios",
        "ERROR",
        _GOOD + _VTY,
        context={"management_prefixes": None},
        says="management_prefixes",
    ),
)

_SWITCHES: Final = (
    _case(
        "nxos",
        "PASS",
        f"{_NXOS_LIST}line vty\n  access-class M in",
        "ip access-list M",
        "10 permit tcp 10.0.20.0/24 any eq 22",
        "20 deny ip any any log",
        "line vty",
        "access-class M in",
    ),
    _case(
        "nxos", "PASS", f"{_NXOS_LIST}interface mgmt0\n  ip access-group M in", says="interface mgmt0 is open"
    ),
    _case("nxos", "FAIL", _NXOS_LIST, "line vty", says="line vty has no access list"),
    _case("nxos", "FAIL", "ip access-list M\nline vty\n  access-class M in", says="M is empty"),
    _case(
        "nxos",
        "FAIL",
        "ip access-list M\n  10 permit ip any any\n  20 deny ip any any log\nline vty\n  access-class M in",
        says="M permits 0.0.0.0/0",
    ),
    _case(
        "nxos",
        "FAIL",
        "feature interface-vlan\n"
        + _NXOS_LIST
        + "interface Vlan20\n  ipv6 address 2001:db8::1/64\nline vty\n  access-class M in",
        says="over IPv6",
    ),
    _case(
        "eos",
        "PASS",
        f"{_EOS_LIST}management ssh\n   ip access-group M in",
        "ip access-list standard M",
        "permit 10.0.20.0/24",
        "deny any log",
        "management ssh",
        "ip access-group M in",
    ),
    _case("eos", "FAIL", "", says="management ssh has no access list"),
    _case(
        "eos", "FAIL", f"{_EOS_LIST}management ssh\n   idle-timeout 10", "management ssh", "idle-timeout 10"
    ),
    _case(
        "eos",
        "FAIL",
        f"{_EOS_LIST}management ssh\n   ip access-group M in\n   vrf MGMT\n      no shutdown",
        says="management ssh vrf MGMT has no access list",
    ),
    _case(
        "eos",
        "PASS",
        f"{_EOS_LIST}management ssh\n   shutdown\n   ip access-group M vrf MGMT in\n"
        "   vrf MGMT\n      no shutdown",
        says="management ssh vrf MGMT is open",
    ),
    _case("eos", "NOT_APPLICABLE", "management ssh\n   shutdown", says="nobody can log in"),
    _case("aoscx", "PASS", _ALLOWED, "ssh server allow-list", "ip 10.0.20.0/24", "ip 10.0.30.7", "enable"),
    _case("aoscx", "FAIL", "", says="control-plane vrf mgmt has no access list"),
    _case("aoscx", "FAIL", _ALLOWED.replace("    enable", ""), says="is open to everybody"),
    _case("aoscx", "FAIL", _ALLOWED.replace("10.0.30.7", "10.0.0.0/8"), says="is open to 10.0.0.0/8"),
    _case(
        "aoscx",
        "PASS",
        "access-list ip M\n    10 permit tcp 10.0.20.0/24 any eq 22\n    20 deny any any any log\n" + _PLANE,
        "access-list ip M",
        "10 permit tcp 10.0.20.0/24 any eq 22",
        "20 deny any any any log",
        _PLANE,
    ),
    _case(
        "aoscx",
        "FAIL",
        f"{_ALLOWED}\naccess-list ip M\n    10 permit any any any\n{_PLANE}",
        says="M permits 0.0.0.0/0",
        by_hand="guards the whole control plane",
    ),
    _case("aoscx", "NOT_APPLICABLE", "no ssh server vrf mgmt", says="nobody can log in"),
)

_FIREWALLS: Final = (
    _case(
        "junos",
        "PASS",
        _JUNOS + _LAST,
        says="interfaces lo0 family inet is open to the management prefixes by M",
    ),
    _case("junos", "FAIL", _PREFIXES, says="interfaces lo0 family inet has no access list"),
    _case("junos", "FAIL", _LO0, _LO0.strip(), says="does not exist", by_hand="is the site's own"),
    _case(
        "junos",
        "FAIL",
        f"{_JUNOS}{_TERM} z then accept",
        says="M permits 0.0.0.0/0",
        by_hand="is the site's own",
    ),
    _case("junos", "FAIL", f"{_JUNOS}{_TERM} z then discard", says="not logged", by_hand="is the site's own"),
    _case(
        "junos",
        "FAIL",
        (_JUNOS + _LAST).replace("lo0 unit 0", "lo0 unit 1"),
        says="interfaces lo0 family inet has no access list",
    ),
    _case("junos", "FAIL", _JUNOS, says="does not end with a logged deny", by_hand="is the site's own"),
    _case(
        "junos",
        "FAIL",
        f"{_JUNOS}{_LAST}\ndeactivate interfaces lo0",
        says="has no access list",
        by_hand="deactivated",
    ),
    _case(
        "junos",
        "PASS",
        f"{_LO0}{_PREFIXES}{_TERM} a from source-address 0.0.0.0/0\n"
        f"{_TERM} a from source-prefix-list P except\n"
        f"{_TERM} a from protocol tcp\n{_TERM} a from destination-port [ ssh 830 ]\n{_TERM} a then syslog\n"
        f"{_TERM} a then reject\n{_TERM} z then accept",
    ),
    _case(
        "junos",
        "FAIL",
        f"{_JUNOS}{_LAST}\nset interfaces ge-0/0/0 unit 0 family inet6 address 2001:db8::1/64",
        says="interfaces lo0 family inet6 over IPv6 has no access list",
    ),
    _case(
        "fortios",
        "PASS",
        _ADMIN.format(
            "        set trusthost1 10.0.20.0 255.255.255.0\n"
            "        set trusthost2 10.0.30.7 255.255.255.255\n"
        ),
        'edit "town"',
        "set trusthost1 10.0.20.0 255.255.255.0",
        "set trusthost2 10.0.30.7 255.255.255.255",
    ),
    _case(
        "fortios", "FAIL", _ADMIN.format(""), 'edit "town"', says="administrator town is open to everybody"
    ),
    _case(
        "fortios",
        "FAIL",
        _ADMIN.format("        set trusthost1 10.0.0.0 255.0.0.0\n"),
        says="open to 10.0.0.0/8",
    ),
    _case(
        "fortios",
        "FAIL",
        _ADMIN.format(
            "        set trusthost1 10.0.20.0 255.255.255.0\n"
            "        set trusthost3 192.0.2.1 255.255.255.255\n"
        ),
        says="open to 192.0.2.1/32",
    ),
    _case("fortios", "FAIL", _ADMIN.format("        set trusthost1 0.0.0.0 0.0.0.0\n"), says="0.0.0.0/0"),
    _case("panos", "PASS", f"{_SYSTEM} 10.0.20.0/24", f"{_SYSTEM} 10.0.20.0/24"),
    _case("panos", "FAIL", "", says="deviceconfig system is open to everybody"),
    _case("panos", "FAIL", f"{_SYSTEM} 10.0.20.0/24\n{_SYSTEM} 10.0.0.0/8", says="open to 10.0.0.0/8"),
    _case(
        "panos",
        "FAIL",
        f"{_SYSTEM} 10.0.20.0/24\n{_PROFILE} ssh yes\n{_USED}",
        says="interface-management-profile open is open to everybody",
    ),
    _case("panos", "PASS", f"{_SYSTEM} 10.0.20.0/24\n{_PROFILE} ping yes\n{_USED}"),
)

CASES: Final = (*_IOS, *_SWITCHES, *_FIREWALLS)
