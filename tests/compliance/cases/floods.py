"""Cases of what stops floods and scans from the internet."""

from typing import Final

from tests.compliance.cases.perimeter import LINKS, OUTSIDE, PORT, PROVIDER, ROLE, UNTRUST, case, interface

_SCREEN: Final = "set security screen ids-option outside"

_JUNOS_FLOODS: Final = (
    case(
        "FW-04",
        "junos",
        "PASS",
        f"{UNTRUST} screen outside\n{_SCREEN} ip spoofing",
        f"{UNTRUST} screen outside",
        f"{_SCREEN} ip spoofing",
    ),
    case("FW-04", "junos", "FAIL", f"{UNTRUST} screen outside", says="there is no ids-option outside"),
    case(
        "FW-04",
        "junos",
        "FAIL",
        f"{UNTRUST} tcp-rst\n{_SCREEN} ip spoofing",
        f"{UNTRUST} tcp-rst",
        says="nothing protects zone untrust from floods and scans",
    ),
    case(
        "FW-04",
        "junos",
        "FAIL",
        f'{UNTRUST} screen outside\n{_SCREEN} description "ip spoofing"',
        says="ids-option outside looks for nothing",
    ),
    case(
        "FW-04",
        "junos",
        "FAIL",
        f"{UNTRUST} screen outside\n{_SCREEN} ip spoofing\n{_SCREEN} alarm-without-drop",
        says="ids-option outside drops nothing",
    ),
    case(
        "FW-04",
        "junos",
        "FAIL",
        f"{UNTRUST} screen outside\n{_SCREEN} ip spoofing\n{OUTSIDE}",
        f"{PROVIDER} interfaces ge-0/0/0.0",
        says="zone provider",
        **LINKS,
    ),
    case(
        "FW-04",
        "junos",
        "FAIL",
        f"{UNTRUST} screen outside\n{_SCREEN} ip spoofing\ndeactivate {_SCREEN.removeprefix('set ')}",
        says="there is no ids-option outside",
    ),
    case("FW-04", "junos", "ERROR", OUTSIDE, says="uplinks"),
)


def _dos(*anomaly: str, status: str = "", place: str = "port3") -> str:
    """Return a FortiOS configuration with a DoS policy."""
    held = "".join(f"                {one}\n" for one in anomaly)
    return (
        interface(ROLE)
        + f'config firewall DoS-policy\n    edit 1\n{status}        set interface "{place}"\n'
        + '        set srcaddr "all"\n        set dstaddr "all"\n        set service "ALL"\n'
        + f'        config anomaly\n            edit "tcp_syn_flood"\n{held}            next\n        end\n'
        + "    next\nend\n"
    )


_ON: Final = ("set status enable", "set action block")

_FORTIOS_FLOODS: Final = (
    case(
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
    case("FW-04", "fortios", "FAIL", interface(ROLE), 'edit "port3"', ROLE),
    case(
        "FW-04", "fortios", "FAIL", _dos("set threshold 2000"), says="firewall DoS-policy 1 looks for nothing"
    ),
    case("FW-04", "fortios", "FAIL", _dos("set status enable"), says="firewall DoS-policy 1 blocks nothing"),
    case(
        "FW-04",
        "fortios",
        "FAIL",
        _dos(*_ON, status="        set status disable\n"),
        says="firewall DoS-policy 1 is disabled",
    ),
    case("FW-04", "fortios", "FAIL", _dos(*_ON, place="port9"), says="nothing protects interface port3"),
    case("FW-04", "fortios", "ERROR", interface(), says="uplinks"),
)

_ZONE: Final = "set zone provider network zone-protection-profile outside"
_PROTECTION: Final = "set network profiles zone-protection-profile outside"

_PANOS_FLOODS: Final = (
    case(
        "FW-04",
        "panos",
        "PASS",
        f"{_PROTECTION} flood tcp-syn enable yes\n{PORT}{_ZONE}",
        f"{_PROTECTION} flood tcp-syn enable yes",
        _ZONE,
        says="zone-protection-profile outside protects zone provider",
    ),
    case("FW-04", "panos", "FAIL", PORT, "set zone provider network layer3 ethernet1/1"),
    case(
        "FW-04", "panos", "FAIL", f"{_PROTECTION} flood tcp-syn enable yes\n{PORT}", says="nothing protects"
    ),
    case("FW-04", "panos", "FAIL", f"{PORT}{_ZONE}", says="there is no zone-protection-profile outside"),
    case(
        "FW-04",
        "panos",
        "FAIL",
        f"{_PROTECTION} flood tcp-syn enable no\n{_PROTECTION} scan 8001 action alert\n{PORT}{_ZONE}",
        says="zone-protection-profile outside protects from nothing",
    ),
    case("FW-04", "panos", "ERROR", PORT, says="uplinks", uplinks=None, outside_links=None),
)

CASES: Final = (*_JUNOS_FLOODS, *_FORTIOS_FLOODS, *_PANOS_FLOODS)
