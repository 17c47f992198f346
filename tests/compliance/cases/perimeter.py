"""Cases of the side of a firewall that faces the internet: who manages it from there."""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any, Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected


def case(
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


UNTRUST: Final = "set security zones security-zone untrust"
_INBOUND: Final = "host-inbound-traffic system-services"
OUTSIDE: Final = (
    "set interfaces ge-0/0/0 unit 0 family inet address 203.0.113.2/30\n"
    "set security zones security-zone provider interfaces ge-0/0/0.0\n"
)
PROVIDER: Final = "set security zones security-zone provider"
LINKS: Final[Mapping[str, Any]] = {"uplinks": ("ge-0/0/0",), "inside_links": (), "outside_links": ()}

_JUNOS_DOORS: Final = (
    case(
        "FW-03",
        "junos",
        "PASS",
        f"{UNTRUST} {_INBOUND} ping\n{UNTRUST} {_INBOUND} ike",
        f"{UNTRUST} {_INBOUND} ping",
        f"{UNTRUST} {_INBOUND} ike",
        says="zone untrust lets no management service in from outside",
    ),
    case(
        "FW-03",
        "junos",
        "FAIL",
        f"{UNTRUST} {_INBOUND} ping\n{UNTRUST} {_INBOUND} ssh",
        f"{UNTRUST} {_INBOUND} ping",
        f"{UNTRUST} {_INBOUND} ssh",
        says="zone untrust lets ssh in from outside",
    ),
    case(
        "FW-03",
        "junos",
        "FAIL",
        f"{UNTRUST} {_INBOUND} https\n{UNTRUST} {_INBOUND} snmp",
        says="https, snmp",
    ),
    case("FW-03", "junos", "FAIL", f"{UNTRUST} {_INBOUND} all", by_hand="zone untrust lets every service in"),
    # The list of one interface stands instead of that of its zone.
    case(
        "FW-03",
        "junos",
        "FAIL",
        f"{UNTRUST} {_INBOUND} ping\n{UNTRUST} interfaces ge-0/0/0.0\n"
        f"{UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} http",
        f"{UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} http",
        says="zone untrust interface ge-0/0/1.0 lets http in",
    ),
    case(
        "FW-03",
        "junos",
        "PASS",
        f"{UNTRUST} {_INBOUND} ssh\n{UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} ping",
        f"{UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} ping",
    ),
    case(
        "FW-03",
        "junos",
        "PASS",
        f"set interfaces ge-0/0/1 disable\n{UNTRUST} interfaces ge-0/0/0.0\n"
        f"{UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} ssh",
    ),
    case(
        "FW-03",
        "junos",
        "FAIL",
        OUTSIDE + f"{PROVIDER} {_INBOUND} ssh",
        says="zone provider lets ssh",
        **LINKS,
    ),
    case(
        "FW-03",
        "junos",
        "FAIL",
        OUTSIDE + f"{PROVIDER} {_INBOUND} ssh",
        by_hand="the firewall is managed through ge-0/0/0",
        management_interface="ge-0/0/0",
        **LINKS,
    ),
    case(
        "FW-03",
        "junos",
        "PASS",
        f"{UNTRUST} {_INBOUND} ssh\n{UNTRUST} {_INBOUND} ping\n"
        f"delete {UNTRUST.removeprefix('set ')} {_INBOUND} ssh",
    ),
    case(
        "FW-03",
        "junos",
        "PASS",
        f"{UNTRUST} {_INBOUND} ssh\n{UNTRUST} {_INBOUND} ping\n"
        f"deactivate {UNTRUST.removeprefix('set ')} {_INBOUND} ssh",
    ),
    case(
        "FW-03",
        "junos",
        "PASS",
        f'{UNTRUST} description "{_INBOUND} ssh"',
        says="lets no management service in",
    ),
    case("FW-03", "junos", "ERROR", OUTSIDE, says="uplinks", uplinks=None, outside_links=None),
    case("FW-03", "junos", "ERROR", OUTSIDE, says="uplinks that are interfaces of this firewall"),
    case(
        "FW-03",
        "junos",
        "NOT_APPLICABLE",
        f"set interfaces ge-0/0/1 unit 0 disable\n{UNTRUST} interfaces ge-0/0/1.0 {_INBOUND} ssh",
    ),
)


def interface(*settings: str, name: str = "port3", more: str = "") -> str:
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
ROLE: Final = "set role wan"

_FORTIOS_DOORS: Final = (
    case(
        "FW-03",
        "fortios",
        "PASS",
        interface("set allowaccess ping", ROLE),
        "set allowaccess ping",
        says="port3 lets no management service in from outside",
    ),
    case(
        "FW-03",
        "fortios",
        "FAIL",
        interface("set allowaccess ping snmp ssh", ROLE),
        "set allowaccess ping snmp ssh",
        says="port3 lets snmp, ssh in from outside",
    ),
    case("FW-03", "fortios", "FAIL", interface("set allowaccess ssh", name="wan2"), says="wan2 lets ssh in"),
    case(
        "FW-03",
        "fortios",
        "FAIL",
        interface("set allowaccess ssh", 'set alias "WAN-fiber"'),
        says="ssh",
    ),
    case("FW-03", "fortios", "FAIL", interface("set allowaccess snmp"), says="snmp", uplinks=("port3",)),
    case(
        "FW-03",
        "fortios",
        "FAIL",
        interface("set allowaccess ping", ROLE, more=_SECOND.format("ping ssh")),
        "set allowaccess ping ssh",
        says="port3 secondaryip 1 lets ssh in",
    ),
    case(
        "FW-03",
        "fortios",
        "FAIL",
        interface("set allowaccess ping", ROLE, more=_IPV6.format("ping snmp ssh")),
        "set ip6-allowaccess ping snmp ssh",
        says="port3 ipv6 lets snmp, ssh in",
    ),
    case("FW-03", "fortios", "PASS", interface(ROLE), 'edit "port3"'),
    case("FW-03", "fortios", "NOT_APPLICABLE", interface("set allowaccess ssh", "set status down", ROLE)),
    case(
        "FW-03",
        "fortios",
        "ERROR",
        interface("set allowaccess ssh", name="swan1"),
        says="uplinks that are interfaces of this firewall",
    ),
    case("FW-03", "fortios", "ERROR", interface("set allowaccess ssh"), says="uplinks", uplinks=None),
    case(
        "FW-03",
        "fortios",
        "FAIL",
        interface("set allowaccess ssh", ROLE),
        by_hand="the firewall is managed through port3",
        management_interface="port3",
    ),
    case(
        "FW-03",
        "fortios",
        "FAIL",
        interface("set allowaccess ssh")
        + 'config system sdwan\n    config members\n        edit 1\n            set interface "port3"\n'
        "        next\n    end\nend\n",
        says="port3 lets ssh in",
    ),
)

PORT: Final = (
    "set network interface ethernet ethernet1/1 layer3 ip 203.0.113.2/30\n"
    "set zone provider network layer3 ethernet1/1\n"
)
_USED: Final = "set network interface ethernet ethernet1/1 layer3 interface-management-profile doors"
_PROFILE: Final = "set network profiles interface-management-profile doors"

_PANOS_DOORS: Final = (
    case(
        "FW-03",
        "panos",
        "PASS",
        f"{_PROFILE} ping yes\n{PORT}{_USED}",
        f"{_PROFILE} ping yes",
        _USED,
        says="lets no management service in from outside",
    ),
    case("FW-03", "panos", "PASS", PORT, says="ethernet1/1 lets no management service in"),
    case(
        "FW-03",
        "panos",
        "FAIL",
        f"{_PROFILE} ping yes\n{_PROFILE} ssh yes\n{PORT}{_USED}",
        f"{_PROFILE} ping yes",
        f"{_PROFILE} ssh yes",
        _USED,
        says="ethernet1/1 interface-management-profile doors lets ssh in from outside",
    ),
    case(
        "FW-03",
        "panos",
        "FAIL",
        f"{_PROFILE} https yes\n{_PROFILE} snmp yes\n{PORT}{_USED}",
        says="https, snmp",
    ),
    case("FW-03", "panos", "PASS", f"{_PROFILE} https no\n{PORT}{_USED}"),
    case(
        "FW-03",
        "panos",
        "FAIL",
        f"{_PROFILE} https yes\n"
        + f"{PORT}{_USED}\n{_USED}".replace("ethernet1/1", "ethernet1/3").replace("provider", "untrust"),
        says="ethernet1/3 interface",
        uplinks=None,
        outside_links=None,
    ),
    case(
        "FW-03",
        "panos",
        "FAIL",
        f"{_PROFILE} https yes\n{PORT}{_USED}\n"
        "set network interface ethernet ethernet1/2 layer3 interface-management-profile doors",
        by_hand="ethernet1/1 interface-management-profile doors is used inside too",
    ),
    case("FW-03", "panos", "ERROR", PORT, says="uplinks", uplinks=None, outside_links=None),
)

_LIST: Final = "ip access-list standard ADMIN\n permit 10.0.20.0 0.0.0.255\n deny any log\n"
_LINE: Final = "line vty 0 4\n access-class ADMIN in\n transport input ssh\n"
_PREFIXES: Final[Mapping[str, Any]] = {"management_prefixes": (IPv4Network("10.0.20.0/24"),)}

_IOS_DOORS: Final = (
    case("FW-03", "ios", "PASS", _LIST + _LINE, says="is open to the management prefixes", **_PREFIXES),
    case(
        "FW-03", "ios", "FAIL", "line vty 0 4\n transport input ssh", says="has no access list", **_PREFIXES
    ),
    case("FW-03", "ios", "FAIL", _LINE, says="which does not exist", **_PREFIXES),
    case(
        "FW-03",
        "ios",
        "FAIL",
        _LIST + _LINE + "line vty 5 15\n transport input ssh",
        says="line vty 5 15 has no access list",
        **_PREFIXES,
    ),
    case("FW-03", "ios", "ERROR", _LIST + _LINE, says="management_prefixes", management_prefixes=None),
    case("FW-03", "ios", "NOT_APPLICABLE", _LINE, role="core"),
)

CASES: Final = (*_JUNOS_DOORS, *_FORTIOS_DOORS, *_PANOS_DOORS, *_IOS_DOORS)
