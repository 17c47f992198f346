"""Cases of what a firewall lets through, and of what denies the rest."""

from typing import Final

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
) -> Case:
    context = {"role": "firewall"}
    return Case(control, platform, expected, text, lines or None, says=says, context=context, by_hand=by_hand)


def pair(name: str, then: str, *, zones: str = "trust untrust", match: str = "any any any") -> str:
    """Return a policy of an SRX between two zones, or a global one."""
    first, _, second = zones.partition(" ")
    place = f"from-zone {first} to-zone {second}" if second else "global"
    at = f"set security policies {place} policy {name}"
    source, destination, application = match.split(" ")
    said = (
        f"match source-address {source}",
        f"match destination-address {destination}",
        f"match application {application}",
        *then.split(", "),
    )
    return "".join(f"{at} {one}\n" for one in said)


CLOSED: Final = pair("rest", "then deny, then log session-init", zones="global")
WEB: Final = pair("web", "then permit, then log session-close", match="any any junos-https")
AT: Final = "set security policies from-zone trust to-zone untrust policy"

_JUNOS_DENY: Final = (
    case(
        "FW-01",
        "junos",
        "PASS",
        WEB + CLOSED,
        "set security policies from-zone trust to-zone untrust policy web match source-address any",
        "set security policies global policy rest match source-address any",
        "set security policies global policy rest then deny",
        "set security policies global policy rest then log session-init",
        says="what no policy matches is denied by default; policy rest denies and logs",
    ),
    case(
        "FW-01",
        "junos",
        "PASS",
        WEB
        + pair("rest", "then reject, then log session-init")
        + "set security policies default-policy deny-all",
        says="between zones that no policy names it is denied without a log",
    ),
    case(
        "FW-01",
        "junos",
        "FAIL",
        CLOSED + "set security policies default-policy permit-all",
        "set security policies default-policy permit-all",
        says="policies: what no policy matches is let pass",
        by_hand="the default lets pass",
    ),
    case(
        "FW-01",
        "junos",
        "PASS",
        "set security policies default-policy permit-all\n"
        + CLOSED
        + "set security policies default-policy deny-all",
    ),
    case(
        "FW-01",
        "junos",
        "FAIL",
        WEB + pair("rest", "then deny"),
        f"{AT} rest match source-address any",
        f"{AT} rest then deny",
        says="policy rest denies without a full log",
    ),
    # The end of a session that never began is not logged.
    case("FW-01", "junos", "FAIL", pair("rest", "then deny, then log session-close", zones="global")),
    case(
        "FW-01",
        "junos",
        "FAIL",
        WEB,
        says="policies: what is left is denied by the default, which logs nothing",
    ),
    case("FW-01", "junos", "FAIL", "set security zones security-zone trust", says="which logs nothing"),
    case(
        "FW-01",
        "junos",
        "FAIL",
        WEB
        + pair("in", "then permit", zones="untrust trust", match="any any junos-https")
        + pair("rest", "then deny, then log session-init"),
        says="from-zone untrust to-zone trust: what is left",
    ),
    case(
        "FW-01",
        "junos",
        "FAIL",
        WEB + CLOSED + "deactivate security policies global policy rest",
        says="which logs nothing",
    ),
    case(
        "FW-01",
        "junos",
        "FAIL",
        WEB + CLOSED + "delete security policies global",
        says="which logs nothing",
    ),
    case(
        "FW-01",
        "junos",
        "FAIL",
        pair("all", "then permit", zones="global") + CLOSED,
        says="policy all lets everything pass",
        by_hand="a policy lets everything pass",
    ),
    # A denial of some applications or at some hours leaves a rest.
    case(
        "FW-01",
        "junos",
        "FAIL",
        WEB + CLOSED + "set security policies global policy rest match dynamic-application junos:FACEBOOK",
        says="which logs nothing",
    ),
    case(
        "FW-01",
        "junos",
        "FAIL",
        WEB + CLOSED + "set security policies global policy rest scheduler-name nights",
        says="which logs nothing",
    ),
    # A description is no configuration, and what limits the closing policy leaves a rest.
    case(
        "FW-01",
        "junos",
        "FAIL",
        pair("rest", 'description "then log session-init", then deny', zones="global"),
        says="policy rest denies without a full log",
    ),
    case(
        "FW-01",
        "junos",
        "FAIL",
        WEB + CLOSED + "set security policies global policy rest match from-zone guest",
        says="which logs nothing",
    ),
    case(
        "FW-01",
        "junos",
        "PASS",
        "".join(
            f"set groups closed security policies from-zone <*> to-zone <*> policy rest {one}\n"
            for one in (
                "match source-address any",
                "match destination-address any",
                "match application any",
                "then deny",
                "then log session-init",
            )
        )
        + "set apply-groups closed\n"
        + WEB,
    ),
    Case("FW-01", "junos", "NOT_APPLICABLE", WEB, context={"role": "access"}),
    Case("FW-01", "junos", "ERROR", CLOSED, context={"role": None}, says="role"),
)

_LOGGED: Final = "config log setting\n    set fwpolicy-implicit-log enable\nend\n"
_OBJECTS: Final = (
    "config firewall address\n"
    '    edit "web"\n        set subnet 10.0.0.80 255.255.255.255\n    next\n'
    '    edit "everybody"\n        set subnet 0.0.0.0 0.0.0.0\n    next\n'
    '    edit "all"\n    next\nend\n'
    "config firewall addrgrp\n"
    '    edit "offices"\n        set member "web" "everybody"\n    next\nend\n'
    "config firewall service custom\n"
    '    edit "ALL"\n        set protocol IP\n    next\n'
    '    edit "HTTPS"\n        set tcp-portrange 443\n    next\n'
    '    edit "halves"\n        set tcp-portrange 1-1023 1024-65535\n    next\n'
    '    edit "ALL_UDP"\n        set udp-portrange 1-65535\n    next\nend\n'
    "config firewall service group\n"
    '    edit "mixed"\n        set member "HTTPS" "halves"\n    next\nend\n'
)


def policy(
    *settings: str, source: str = "web", destination: str = "all", service: str = "HTTPS", log: str = "all"
) -> str:
    """Return a FortiOS policy with what it needs."""
    said = [
        'set name "out"',
        'set srcintf "internal1"',
        'set dstintf "wan1"',
        *settings,
        f'set srcaddr "{source}"',
        f'set dstaddr "{destination}"',
        'set schedule "always"',
        f'set service "{service}"',
        *([f"set logtraffic {log}"] if log else []),
    ]
    return (
        "config system interface\n"
        '    edit "internal1"\n        set vdom "root"\n    next\n'
        '    edit "wan1"\n        set vdom "root"\n    next\nend\n'
        f"{_OBJECTS}config firewall policy\n    edit 7\n"
        + "".join(f"        {one}\n" for one in said)
        + "    next\nend\n"
    )


ACCEPT: Final = "set action accept"

_FORTIOS_DENY: Final = (
    case(
        "FW-01",
        "fortios",
        "PASS",
        _LOGGED + policy(ACCEPT),
        "set fwpolicy-implicit-log enable",
        "edit 7",
        "set action accept",
        "set logtraffic all",
    ),
    case("FW-01", "fortios", "PASS", _LOGGED, says="what no policy matches is denied and logged"),
    case(
        "FW-01",
        "fortios",
        "FAIL",
        policy(ACCEPT),
        says="log setting: what no policy matches is denied and not logged",
    ),
    case(
        "FW-01",
        "fortios",
        "FAIL",
        "config log setting\n    set fwpolicy-implicit-log disable\nend",
        "set fwpolicy-implicit-log disable",
    ),
    case(
        "FW-01",
        "fortios",
        "FAIL",
        _LOGGED + policy(ACCEPT, log="utm"),
        "edit 7",
        "set action accept",
        "set logtraffic utm",
        says="policy 7 (out) lets pass without a full log",
    ),
    case("FW-01", "fortios", "FAIL", _LOGGED + policy(ACCEPT, log=""), "edit 7", "set action accept"),
    case(
        "FW-01",
        "fortios",
        "FAIL",
        _LOGGED + policy(log="disable"),
        says="policy 7 (out) denies without a full log",
    ),
    case("FW-01", "fortios", "PASS", _LOGGED + policy("set status disable", ACCEPT, log="")),
    case("FW-01", "fortios", "FAIL", policy(ACCEPT, 'set comments "set fwpolicy-implicit-log enable"')),
    case(
        "FW-01",
        "fortios",
        "FAIL",
        _LOGGED
        + policy(ACCEPT, source="all", service="ALL")
        .replace('set srcintf "internal1"', 'set srcintf "any"')
        .replace('set dstintf "wan1"', 'set dstintf "any"'),
        says="policy 7 (out) lets everything pass, so nothing is denied",
        by_hand="a policy lets everything pass",
    ),
    # Policies of two VDOMs have the same number and are two policies.
    case(
        "FW-01",
        "fortios",
        "FAIL",
        "config vdom\n    edit root\n"
        + _LOGGED
        + policy(ACCEPT, log="utm")
        + "    next\n    edit guests\n"
        + _LOGGED
        + policy(ACCEPT)
        + "    next\nend",
        "edit 7",
        "set action accept",
        "set logtraffic utm",
        by_hand="the firewall is divided into virtual ones",
    ),
)

_DEFAULT: Final = "set rulebase default-security-rules rules interzone-default"
_CLOSED_PANOS: Final = f"{_DEFAULT} action deny\n{_DEFAULT} log-end yes\n"


def rule(
    *said: str, source: str = "web", application: str = "ssl", service: str = "application-default"
) -> str:
    """Return a PAN-OS rule with what it needs."""
    at = "set rulebase security rules out"
    needed = (
        "from inside",
        "to outside",
        f"source {source}",
        "destination any",
        f"application {application}",
        f"service {service}",
    )
    zones = (
        "set network interface ethernet ethernet1/1 layer3 ip 203.0.113.2/30\n"
        "set network interface ethernet ethernet1/2 layer3 ip 10.0.0.1/24\n"
        "set zone outside network layer3 ethernet1/1\nset zone inside network layer3 ethernet1/2\n"
    )
    objects = (
        "set address web ip-netmask 10.0.0.80/32\nset address everybody ip-netmask 0.0.0.0/0\n"
        "set address-group offices static [ web everybody ]\n"
        "set service every protocol tcp port 1-65535\nset service-group mixed members every\n"
    )
    return zones + objects + "".join(f"{at} {one}\n" for one in (*needed, *said))


_PANOS_DENY: Final = (
    case(
        "FW-01",
        "panos",
        "PASS",
        rule("action allow") + _CLOSED_PANOS,
        f"{_DEFAULT} action deny",
        f"{_DEFAULT} log-end yes",
    ),
    case("FW-01", "panos", "PASS", f"{_DEFAULT} log-end yes", says="is denied by default and logged"),
    case(
        "FW-01",
        "panos",
        "FAIL",
        f"{_DEFAULT} action allow\n{_DEFAULT} log-end yes",
        f"{_DEFAULT} action allow",
        by_hand="the default lets pass",
    ),
    case(
        "FW-01", "panos", "FAIL", f"{_DEFAULT} action drop", f"{_DEFAULT} action drop", says="and not logged"
    ),
    case("FW-01", "panos", "FAIL", rule("action allow"), says="is denied by default and not logged"),
    case(
        "FW-01",
        "panos",
        "FAIL",
        rule("action deny", "log-end no") + _CLOSED_PANOS,
        says="policy out denies without a full log",
    ),
    case("FW-01", "panos", "PASS", rule("action deny", "log-end no", "disabled yes") + _CLOSED_PANOS),
    case("FW-01", "panos", "PASS", rule("action drop") + _CLOSED_PANOS, says="policy out denies and logs"),
)

CASES: Final = (*_JUNOS_DENY, *_FORTIOS_DENY, *_PANOS_DENY)
