"""Cases of the network of guests: where it leads, and which address it has outside."""

from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected

_GUESTS: Final = ("guest",)
_VLANS: Final = (900,)


def _case(
    platform: Platform, expected: Expected, text: str, *lines: str, says: str = "", **site: object
) -> Case:
    context = {"role": "firewall", "guest_zones": _GUESTS, "guest_vlans": _VLANS, **site}
    return Case("FW-05", platform, expected, text, lines or None, says=says, context=context)


_ZONES: Final = "".join(
    f"set security zones security-zone {zone} interfaces ge-0/0/{number}.0\n"
    for number, zone in enumerate(("untrust", "office", "guest"))
)


def _pair(first: str, second: str, then: str = "permit") -> str:
    at = f"set security policies from-zone {first} to-zone {second} policy {first}-{second}"
    return (
        f"{at} match source-address any\n{at} match destination-address any\n"
        f"{at} match application any\n{at} then {then}\n"
    )


def _source_nat(zone: str, pool: str) -> str:
    at = f"set security nat source rule-set {zone}"
    return (
        f"{at} from zone {zone}\n{at} to zone untrust\n{at} rule out match source-address 0.0.0.0/0\n"
        f"{at} rule out then source-nat {pool}\n"
    )


_POOL: Final = "set security nat source pool guests address 203.0.113.9/32\n"
_OWN: Final = _POOL + _source_nat("guest", "pool guests") + _source_nat("office", "interface")

_JUNOS: Final = (
    _case(
        "junos",
        "PASS",
        _ZONES + _pair("guest", "untrust") + _OWN,
        "set security zones security-zone guest interfaces ge-0/0/2.0",
        "set security policies from-zone guest to-zone untrust policy guest-untrust match source-address any",
        "set security policies from-zone guest to-zone untrust policy guest-untrust then permit",
        "set security nat source pool guests address 203.0.113.9/32",
        "set security nat source rule-set guest rule out then source-nat pool guests",
    ),
    _case("junos", "PASS", _ZONES, says="zone guest is of guests"),
    _case(
        "junos",
        "FAIL",
        _ZONES + _pair("guest", "office"),
        "set security policies from-zone guest to-zone office policy guest-office match source-address any",
        "set security policies from-zone guest to-zone office policy guest-office then permit",
        says="policy guest-office lets guests into office",
    ),
    _case("junos", "PASS", _ZONES + _pair("guest", "office", "deny")),
    _case(
        "junos",
        "FAIL",
        _ZONES
        + "set security policies global policy all match source-address any\n"
        + "set security policies global policy all match destination-address any\n"
        + "set security policies global policy all match application junos-https\n"
        + "set security policies global policy all then permit",
        says="policy all lets guests into office",
    ),
    _case("junos", "FAIL", _ZONES + _pair("guest", "untrust"), says="without a source address of their own"),
    _case(
        "junos",
        "FAIL",
        _ZONES + _pair("guest", "untrust") + _source_nat("guest", "interface"),
        says="guest out gives guests an address that is not theirs alone",
    ),
    _case(
        "junos",
        "FAIL",
        _ZONES
        + _pair("guest", "untrust")
        + _OWN.replace("interface", "pool staff")
        + "set security nat source pool staff address 203.0.113.8/30",
        says="guest out gives guests an address that others have too",
    ),
    # The pool of the guests is the address of the interface that everybody else leaves by.
    _case(
        "junos",
        "FAIL",
        "set interfaces ge-0/0/0 unit 0 family inet address 203.0.113.9/29\n"
        + _ZONES
        + _pair("guest", "untrust")
        + _OWN,
        says="that others have too",
    ),
    _case(
        "junos",
        "PASS",
        _ZONES + _pair("guest", "office") + "deactivate security policies from-zone guest to-zone office",
    ),
    _case("junos", "NOT_APPLICABLE", _ZONES, says="no zone here is one of guests", guest_zones=("visitors",)),
    _case("junos", "NOT_APPLICABLE", _ZONES, says="the site has no network of guests", guest_zones=()),
    _case("junos", "ERROR", _ZONES, says="guest_zones", guest_zones=None),
)


def _fortios(*policies: str, zone: str = "set intrazone deny", pools: str = "") -> str:
    interfaces = "".join(
        f'    edit "{name}"\n        set vdom "root"\n{more}    next\n'
        for name, more in (("wan1", "        set role wan\n"), ("office", ""), ("port7", ""), ("port8", ""))
    )
    members = 'set interface "port7" "port8"'
    return (
        f"config system interface\n{interfaces}end\n"
        f'config system zone\n    edit "guest"\n        {zone}\n        {members}\n    next\nend\n'
        f"config firewall ippool\n{pools}end\n"
        f"config firewall policy\n{''.join(policies)}end\n"
    )


def _entry(number: int, first: str, second: str, *more: str, action: str = "accept") -> str:
    said = (
        f'set srcintf "{first}"',
        f'set dstintf "{second}"',
        f"set action {action}",
        'set srcaddr "all"',
        'set dstaddr "all"',
        'set schedule "always"',
        'set service "ALL"',
        *more,
    )
    return f"    edit {number}\n" + "".join(f"        {one}\n" for one in said) + "    next\n"


_NAT: Final = ("set nat enable", "set ippool enable", 'set poolname "visitors"')
_POOLS: Final = (
    '    edit "visitors"\n        set startip 203.0.113.9\n        set endip 203.0.113.9\n    next\n'
    '    edit "staff"\n        set startip 203.0.113.8\n        set endip 203.0.113.9\n    next\n'
)

_FORTIOS: Final = (
    _case(
        "fortios",
        "PASS",
        _fortios(
            _entry(1, "guest", "wan1", *_NAT), _entry(2, "office", "wan1", "set nat enable"), pools=_POOLS
        ),
        says="zone guest is of guests; policy 1 lets guests out only",
    ),
    _case("fortios", "PASS", _fortios(), 'edit "guest"', "set intrazone deny"),
    _case(
        "fortios",
        "FAIL",
        _fortios(zone="set intrazone allow"),
        'edit "guest"',
        "set intrazone allow",
        says="lets its members reach each other",
    ),
    _case("fortios", "FAIL", _fortios(zone='set description "intrazone deny"'), says="does not state"),
    _case(
        "fortios",
        "FAIL",
        _fortios(_entry(1, "guest", "office")),
        "edit 1",
        "set action accept",
        says="policy 1 lets guests into office",
    ),
    _case("fortios", "FAIL", _fortios(_entry(1, "guest", "any")), says="policy 1 lets guests into office"),
    _case("fortios", "FAIL", _fortios(_entry(1, "any", "office")), says="policy 1 lets guests into office"),
    # What a denial before it keeps out, a policy to any does not let in.
    _case(
        "fortios",
        "PASS",
        _fortios(_entry(1, "guest", "office", action="deny"), _entry(2, "guest", "any", *_NAT), pools=_POOLS),
    ),
    _case(
        "fortios",
        "FAIL",
        _fortios(
            _entry(1, "guest", "office", "set status disable", action="deny"),
            _entry(2, "guest", "any", *_NAT),
            pools=_POOLS,
        ),
    ),
    _case(
        "fortios",
        "FAIL",
        _fortios(_entry(1, "guest", "wan1", action="deny"), _entry(2, "guest", "any", *_NAT), pools=_POOLS),
        says="policy 2 lets guests into office",
    ),
    _case("fortios", "PASS", _fortios(_entry(1, "guest", "office", "set status disable"))),
    _case(
        "fortios",
        "FAIL",
        _fortios(_entry(1, "guest", "wan1"), pools=_POOLS),
        says="guests leave by policy 1 without a source address of their own",
    ),
    _case(
        "fortios",
        "FAIL",
        _fortios(_entry(1, "guest", "wan1", "set nat enable"), pools=_POOLS),
        says="firewall policy 1 gives guests an address that is not theirs alone",
    ),
    _case(
        "fortios",
        "FAIL",
        _fortios(
            _entry(1, "guest", "wan1", *_NAT),
            _entry(2, "office", "wan1", "set nat enable", "set ippool enable", 'set poolname "staff"'),
            pools=_POOLS,
        ),
        says="firewall policy 1 gives guests an address that others have too",
    ),
    _case("fortios", "NOT_APPLICABLE", _fortios(), guest_zones=("visitors",)),
    _case("fortios", "ERROR", _fortios(), says="guest_zones", guest_zones=None),
)

_PANOS_ZONES: Final = "".join(
    f"set zone {zone} network layer3 ethernet1/{number}\n"
    for number, zone in enumerate(("untrust", "office", "guest"), start=1)
)


def _rule(name: str, first: str, second: str, action: str = "allow", *more: str) -> str:
    said = (
        f"from {first}",
        f"to {second}",
        "source any",
        "destination any",
        "application any",
        "service application-default",
        f"action {action}",
        *more,
    )
    return "".join(f"set rulebase security rules {name} {one}\n" for one in said)


def _nat(name: str, zone: str, translation: str) -> str:
    at = f"set rulebase nat rules {name}"
    return (
        f"{at} from {zone}\n{at} to untrust\n{at} source any\n{at} destination any\n{at} service any\n"
        f"{at} source-translation dynamic-ip-and-port {translation}\n"
    )


_OWN_NAT: Final = _nat("visitors", "guest", "translated-address 203.0.113.9")

_PANOS: Final = (
    _case(
        "panos",
        "PASS",
        _PANOS_ZONES
        + _rule("out", "guest", "untrust")
        + _OWN_NAT
        + _nat("staff", "office", "interface-address interface ethernet1/1"),
        says="visitors gives guests an address of their own",
    ),
    _case("panos", "PASS", _PANOS_ZONES, "set zone guest network layer3 ethernet1/3"),
    _case(
        "panos",
        "FAIL",
        _PANOS_ZONES + _rule("in", "guest", "office"),
        "set rulebase security rules in from guest",
        "set rulebase security rules in action allow",
        says="policy in lets guests into office",
    ),
    _case(
        "panos", "FAIL", _PANOS_ZONES + _rule("in", "any", "any"), says="policy in lets guests into office"
    ),
    _case("panos", "PASS", _PANOS_ZONES + _rule("in", "any", "any", "allow", "rule-type intrazone")),
    _case("panos", "PASS", _PANOS_ZONES + _rule("in", "guest", "office", "allow", "disabled yes")),
    _case("panos", "FAIL", _PANOS_ZONES + _rule("out", "guest", "untrust"), says="without a source address"),
    _case(
        "panos",
        "FAIL",
        _PANOS_ZONES + _rule("out", "guest", "untrust") + _OWN_NAT.replace("from guest", "from any"),
        says="visitors gives guests an address that is not theirs alone",
    ),
    _case(
        "panos",
        "FAIL",
        "set address ours ip-netmask 203.0.113.8/29\n"
        + _PANOS_ZONES
        + _rule("out", "guest", "untrust")
        + _OWN_NAT
        + _nat("staff", "office", "translated-address ours"),
        says="visitors gives guests an address that others have too",
    ),
    _case("panos", "NOT_APPLICABLE", _PANOS_ZONES, guest_zones=("visitors",)),
    _case("panos", "ERROR", _PANOS_ZONES, says="guest_zones", guest_zones=None),
)

_SVI: Final = "interface Vlan{}\n{} ip address 10.0.{}.1 255.255.255.0\n"
_IN_VRF: Final = " vrf forwarding guests\n"
_PORT: Final = "interface GigabitEthernet1/0/1\n switchport access vlan 900\n switchport mode access\n"

_IOS: Final = (
    _case(
        "ios",
        "PASS",
        _SVI.format(900, _IN_VRF, 90) + _SVI.format(10, "", 10),
        "interface Vlan900",
        "vrf forwarding guests",
        "ip address 10.0.90.1 255.255.255.0",
        says="Vlan900 routes guests in a VRF of their own",
    ),
    _case(
        "ios",
        "FAIL",
        _SVI.format(900, "", 90),
        "interface Vlan900",
        "ip address 10.0.90.1 255.255.255.0",
        says="Vlan900 routes guests in the table of everybody",
    ),
    _case(
        "ios",
        "FAIL",
        _SVI.format(900, _IN_VRF, 90) + _SVI.format(10, _IN_VRF, 10),
        says="Vlan900 routes guests in one VRF with Vlan10",
    ),
    _case(
        "ios",
        "FAIL",
        "interface GigabitEthernet0/0.900\n encapsulation dot1Q 900\n ip address 10.0.90.1 255.255.255.0",
    ),
    _case("ios", "PASS", _PORT, says="GigabitEthernet1/0/1 carries guests", role="access"),
    _case("ios", "PASS", _PORT + _SVI.format(900, " shutdown\n", 90), role="access"),
    _case("ios", "FAIL", _SVI.format(900, " description vrf forwarding guests\n", 90)),
    _case("ios", "FAIL", _SVI.format(900, _IN_VRF, 90) + "interface Vlan900\n no vrf forwarding guests"),
    _case(
        "ios", "NOT_APPLICABLE", _SVI.format(10, "", 10), says="no port and no interface here carries guests"
    ),
    _case("ios", "ERROR", _PORT, says="guest_vlans", guest_vlans=None),
)

CASES: Final = (*_JUNOS, *_FORTIOS, *_PANOS, *_IOS)
