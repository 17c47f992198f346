"""Cases of the side of a firewall that faces the internet: management from there, floods and scans."""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any, Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected


def _case(
    control: str,
    platform: Platform,
    expected: Expected,
    text: str,
    *lines: str,
    says: str = "",
    by_hand: str = "",
    **site: object,
) -> Case:
    context = {"role": "firewall", **site}
    return Case(control, platform, expected, text, lines or None, says=says, context=context, by_hand=by_hand)


_UNTRUST: Final = "set security zones security-zone untrust"
_INBOUND: Final = "host-inbound-traffic system-services"
_OUTSIDE: Final = (
    "set interfaces ge-0/0/0 unit 0 family inet address 203.0.113.2/30\n"
    "set security zones security-zone provider interfaces ge-0/0/0.0\n"
)
_PROVIDER: Final = "set security zones security-zone provider"
_LINKS: Final[Mapping[str, Any]] = {"uplinks": ("ge-0/0/0",), "inside_links": (), "outside_links": ()}

_JUNOS_DOORS: Final = (
    _case(
        "FW-03",
        "junos",
        "PASS",
        f"{_UNTRUST} {_INBOUND} ping\n{_UNTRUST} {_INBOUND} ike",
        f"{_UNTRUST} {_INBOUND} ping",
        f"{_UNTRUST} {_INBOUND} ike",
        says="zone untrust lets no management service in from outside",
    ),
    _case(
        "FW-03",
        "junos",
        "FAIL",
        f"{_UNTRUST} {_INBOUND} ping\n{_UNTRUST} {_INBOUND} ssh",
        f"{_UNTRUST} {_INBOUND} ping",
        f"{_UNTRUST} {_INBOUND} ssh",
        says="zone untrust lets ssh in from outside",
    ),
    _case(
        "FW-03",
        "junos",
        "FAIL",
        f"{_UNTRUST} {_INBOUND} https\n{_UNTRUST} {_INBOUND} snmp",
        says="https, snmp",
    ),
    _case(
        "FW-03", "junos", "FAIL", f"{_UNTRUST} {_INBOUND} all", by_hand="zone untrust lets every service in"
    ),
    # The list of one interface stands instead of that of its zone.
    _case(
        "FW-03",
        "junos",
        "FAIL",
        f"{_UNTRUST} {_INBOUND} ping\n{_UNTRUST} interfaces ge-0/0/0.0\n"
        f"{_UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} http",
        f"{_UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} http",
        says="zone untrust interface ge-0/0/1.0 lets http in",
    ),
    _case(
        "FW-03",
        "junos",
        "PASS",
        f"{_UNTRUST} {_INBOUND} ssh\n{_UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} ping",
        f"{_UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} ping",
    ),
    _case(
        "FW-03",
        "junos",
        "PASS",
        f"set interfaces ge-0/0/1 disable\n{_UNTRUST} interfaces ge-0/0/0.0\n"
        f"{_UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} ssh",
    ),
    _case(
        "FW-03",
        "junos",
        "FAIL",
        _OUTSIDE + f"{_PROVIDER} {_INBOUND} ssh",
        says="zone provider lets ssh",
        **_LINKS,
    ),
    _case(
        "FW-03",
        "junos",
        "FAIL",
        _OUTSIDE + f"{_PROVIDER} {_INBOUND} ssh",
        by_hand="the firewall is managed through ge-0/0/0",
        management_interface="ge-0/0/0",
        **_LINKS,
    ),
    _case(
        "FW-03",
        "junos",
        "PASS",
        f"{_UNTRUST} {_INBOUND} ssh\n{_UNTRUST} {_INBOUND} ping\n"
        f"delete {_UNTRUST.removeprefix('set ')} {_INBOUND} ssh",
    ),
    _case(
        "FW-03",
        "junos",
        "PASS",
        f"{_UNTRUST} {_INBOUND} ssh\n{_UNTRUST} {_INBOUND} ping\n"
        f"deactivate {_UNTRUST.removeprefix('set ')} {_INBOUND} ssh",
    ),
    _case(
        "FW-03",
        "junos",
        "PASS",
        f'{_UNTRUST} description "{_INBOUND} ssh"',
        says="lets no management service in",
    ),
    _case("FW-03", "junos", "ERROR", _OUTSIDE, says="uplinks", uplinks=None, outside_links=None),
    _case("FW-03", "junos", "ERROR", _OUTSIDE, says="uplinks that are interfaces of this firewall"),
    _case(
        "FW-03",
        "junos",
        "NOT_APPLICABLE",
        f"set interfaces ge-0/0/1 unit 0 disable\n{_UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} ssh",
    ),
)


def _interface(*settings: str, name: str = "port3", more: str = "") -> str:
    """Return a FortiOS configuration with one interface."""
    said = ('set vdom "root"', "set ip 203.0.113.2 255.255.255.252", *settings)
    return (
        f'config system interface\n    edit "{name}"\n'
        + "".join(f"        {one}\n" for one in said)
        + more
        + "    next\nend\n"
    )


_SECOND: Final = (
    "        set secondary-IP enable\n        config secondaryip\n            edit 1\n"
    "                set ip 203.0.113.9 255.255.255.252\n                set allowaccess {}\n"
    "            next\n        end\n"
)
_IPV6: Final = "        config ipv6\n            set ip6-allowaccess {}\n        end\n"
_ROLE: Final = "set role wan"

_FORTIOS_DOORS: Final = (
    _case(
        "FW-03",
        "fortios",
        "PASS",
        _interface("set allowaccess ping", _ROLE),
        "set allowaccess ping",
        says="port3 lets no management service in from outside",
    ),
    _case(
        "FW-03",
        "fortios",
        "FAIL",
        _interface("set allowaccess ping snmp ssh", _ROLE),
        "set allowaccess ping snmp ssh",
        says="port3 lets snmp, ssh in from outside",
    ),
    _case(
        "FW-03", "fortios", "FAIL", _interface("set allowaccess ssh", name="wan2"), says="wan2 lets ssh in"
    ),
    _case(
        "FW-03",
        "fortios",
        "FAIL",
        _interface("set allowaccess ssh", 'set alias "WAN-fiber"'),
        says="ssh",
    ),
    _case("FW-03", "fortios", "FAIL", _interface("set allowaccess snmp"), says="snmp", uplinks=("port3",)),
    _case(
        "FW-03",
        "fortios",
        "FAIL",
        _interface("set allowaccess ping", _ROLE, more=_SECOND.format("ping ssh")),
        "set allowaccess ping ssh",
        says="port3 secondaryip 1 lets ssh in",
    ),
    _case(
        "FW-03",
        "fortios",
        "FAIL",
        _interface("set allowaccess ping", _ROLE, more=_IPV6.format("ping snmp ssh")),
        "set ip6-allowaccess ping snmp ssh",
        says="port3 ipv6 lets snmp, ssh in",
    ),
    _case("FW-03", "fortios", "PASS", _interface(_ROLE), 'edit "port3"'),
    _case("FW-03", "fortios", "NOT_APPLICABLE", _interface("set allowaccess ssh", "set status down", _ROLE)),
    _case(
        "FW-03",
        "fortios",
        "ERROR",
        _interface("set allowaccess ssh", name="swan1"),
        says="uplinks that are interfaces of this firewall",
    ),
    _case("FW-03", "fortios", "ERROR", _interface("set allowaccess ssh"), says="uplinks", uplinks=None),
    _case(
        "FW-03",
        "fortios",
        "FAIL",
        _interface("set allowaccess ssh", _ROLE),
        by_hand="the firewall is managed through port3",
        management_interface="port3",
    ),
    _case(
        "FW-03",
        "fortios",
        "FAIL",
        _interface("set allowaccess ssh")
        + 'config system sdwan\n    config members\n        edit 1\n            set interface "port3"\n'
        "        next\n    end\nend\n",
        says="port3 lets ssh in",
    ),
)

_PORT: Final = (
    "set network interface ethernet ethernet1/1 layer3 ip 203.0.113.2/30\n"
    "set zone provider network layer3 ethernet1/1\n"
)
_USED: Final = "set network interface ethernet ethernet1/1 layer3 interface-management-profile doors"
_PROFILE: Final = "set network profiles interface-management-profile doors"

_PANOS_DOORS: Final = (
    _case(
        "FW-03",
        "panos",
        "PASS",
        f"{_PROFILE} ping yes\n{_PORT}{_USED}",
        f"{_PROFILE} ping yes",
        _USED,
        says="lets no management service in from outside",
    ),
    _case("FW-03", "panos", "PASS", _PORT, says="ethernet1/1 lets no management service in"),
    _case(
        "FW-03",
        "panos",
        "FAIL",
        f"{_PROFILE} ping yes\n{_PROFILE} ssh yes\n{_PORT}{_USED}",
        f"{_PROFILE} ping yes",
        f"{_PROFILE} ssh yes",
        _USED,
        says="ethernet1/1 interface-management-profile doors lets ssh in from outside",
    ),
    _case(
        "FW-03",
        "panos",
        "FAIL",
        f"{_PROFILE} https yes\n{_PROFILE} snmp yes\n{_PORT}{_USED}",
        says="https, snmp",
    ),
    _case("FW-03", "panos", "PASS", f"{_PROFILE} https no\n{_PORT}{_USED}"),
    _case(
        "FW-03",
        "panos",
        "FAIL",
        f"{_PROFILE} https yes\n"
        + f"{_PORT}{_USED}\n{_USED}".replace("ethernet1/1", "ethernet1/3").replace("provider", "untrust"),
        says="ethernet1/3 interface",
        uplinks=None,
        outside_links=None,
    ),
    _case(
        "FW-03",
        "panos",
        "FAIL",
        f"{_PROFILE} https yes\n{_PORT}{_USED}\n"
        "set network interface ethernet ethernet1/2 layer3 interface-management-profile doors",
        by_hand="ethernet1/1 interface-management-profile doors is used inside too",
    ),
    _case("FW-03", "panos", "ERROR", _PORT, says="uplinks", uplinks=None, outside_links=None),
)

_LIST: Final = "ip access-list standard ADMIN\n permit 10.0.20.0 0.0.0.255\n deny any log\n"
_LINE: Final = "line vty 0 4\n access-class ADMIN in\n transport input ssh\n"
_PREFIXES: Final[Mapping[str, Any]] = {"management_prefixes": (IPv4Network("10.0.20.0/24"),)}

_IOS_DOORS: Final = (
    _case("FW-03", "ios", "PASS", _LIST + _LINE, says="is open to the management prefixes", **_PREFIXES),
    _case(
        "FW-03", "ios", "FAIL", "line vty 0 4\n transport input ssh", says="has no access list", **_PREFIXES
    ),
    _case("FW-03", "ios", "FAIL", _LINE, says="which does not exist", **_PREFIXES),
    _case(
        "FW-03",
        "ios",
        "FAIL",
        _LIST + _LINE + "line vty 5 15\n transport input ssh",
        says="line vty 5 15 has no access list",
        **_PREFIXES,
    ),
    _case("FW-03", "ios", "ERROR", _LIST + _LINE, says="management_prefixes", management_prefixes=None),
    _case("FW-03", "ios", "NOT_APPLICABLE", _LINE, role="core"),
)

_SCREEN: Final = "set security screen ids-option outside"

_JUNOS_FLOODS: Final = (
    _case(
        "FW-04",
        "junos",
        "PASS",
        f"{_UNTRUST} screen outside\n{_SCREEN} ip spoofing",
        f"{_UNTRUST} screen outside",
        f"{_SCREEN} ip spoofing",
    ),
    _case("FW-04", "junos", "FAIL", f"{_UNTRUST} screen outside", says="there is no ids-option outside"),
    _case(
        "FW-04",
        "junos",
        "FAIL",
        f"{_UNTRUST} tcp-rst\n{_SCREEN} ip spoofing",
        f"{_UNTRUST} tcp-rst",
        says="nothing protects zone untrust from floods and scans",
    ),
    _case(
        "FW-04",
        "junos",
        "FAIL",
        f'{_UNTRUST} screen outside\n{_SCREEN} description "ip spoofing"',
        says="ids-option outside looks for nothing",
    ),
    _case(
        "FW-04",
        "junos",
        "FAIL",
        f"{_UNTRUST} screen outside\n{_SCREEN} ip spoofing\n{_SCREEN} alarm-without-drop",
        says="ids-option outside drops nothing",
    ),
    _case(
        "FW-04",
        "junos",
        "FAIL",
        f"{_UNTRUST} screen outside\n{_SCREEN} ip spoofing\n{_OUTSIDE}",
        f"{_PROVIDER} interfaces ge-0/0/0.0",
        says="zone provider",
        **_LINKS,
    ),
    _case(
        "FW-04",
        "junos",
        "FAIL",
        f"{_UNTRUST} screen outside\n{_SCREEN} ip spoofing\ndeactivate {_SCREEN.removeprefix('set ')}",
        says="there is no ids-option outside",
    ),
    _case("FW-04", "junos", "ERROR", _OUTSIDE, says="uplinks"),
)


def _dos(*anomaly: str, status: str = "", interface: str = "port3") -> str:
    """Return a FortiOS configuration with a DoS policy."""
    held = "".join(f"                {one}\n" for one in anomaly)
    return (
        _interface(_ROLE)
        + f'config firewall DoS-policy\n    edit 1\n{status}        set interface "{interface}"\n'
        + '        set srcaddr "all"\n        set dstaddr "all"\n        set service "ALL"\n'
        + f'        config anomaly\n            edit "tcp_syn_flood"\n{held}            next\n        end\n'
        + "    next\nend\n"
    )


_ON: Final = ("set status enable", "set action block")

_FORTIOS_FLOODS: Final = (
    _case(
        "FW-04",
        "fortios",
        "PASS",
        _dos(*_ON),
        "edit 1",
        'set interface "port3"',
        'edit "tcp_syn_flood"',
        *_ON,
        says="firewall DoS-policy 1 protects interface port3",
    ),
    _case("FW-04", "fortios", "FAIL", _interface(_ROLE), 'edit "port3"', _ROLE),
    _case(
        "FW-04", "fortios", "FAIL", _dos("set threshold 2000"), says="firewall DoS-policy 1 looks for nothing"
    ),
    _case("FW-04", "fortios", "FAIL", _dos("set status enable"), says="firewall DoS-policy 1 blocks nothing"),
    _case(
        "FW-04",
        "fortios",
        "FAIL",
        _dos(*_ON, status="        set status disable\n"),
        says="firewall DoS-policy 1 is disabled",
    ),
    _case("FW-04", "fortios", "FAIL", _dos(*_ON, interface="port9"), says="nothing protects interface port3"),
    _case("FW-04", "fortios", "ERROR", _interface(), says="uplinks"),
)

_ZONE: Final = "set zone provider network zone-protection-profile outside"
_PROTECTION: Final = "set network profiles zone-protection-profile outside"

_PANOS_FLOODS: Final = (
    _case(
        "FW-04",
        "panos",
        "PASS",
        f"{_PROTECTION} flood tcp-syn enable yes\n{_PORT}{_ZONE}",
        f"{_PROTECTION} flood tcp-syn enable yes",
        _ZONE,
        says="zone-protection-profile outside protects zone provider",
    ),
    _case("FW-04", "panos", "FAIL", _PORT, "set zone provider network layer3 ethernet1/1"),
    _case(
        "FW-04", "panos", "FAIL", f"{_PROTECTION} flood tcp-syn enable yes\n{_PORT}", says="nothing protects"
    ),
    _case("FW-04", "panos", "FAIL", f"{_PORT}{_ZONE}", says="there is no zone-protection-profile outside"),
    _case(
        "FW-04",
        "panos",
        "FAIL",
        f"{_PROTECTION} flood tcp-syn enable no\n{_PROTECTION} scan 8001 action alert\n{_PORT}{_ZONE}",
        says="zone-protection-profile outside protects from nothing",
    ),
    _case("FW-04", "panos", "ERROR", _PORT, says="uplinks", uplinks=None, outside_links=None),
)

CASES: Final = (
    *_JUNOS_DOORS,
    *_FORTIOS_DOORS,
    *_PANOS_DOORS,
    *_IOS_DOORS,
    *_JUNOS_FLOODS,
    *_FORTIOS_FLOODS,
    *_PANOS_FLOODS,
)
