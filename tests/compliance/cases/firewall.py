"""Cases of what a firewall lets through, and of what denies the rest."""

from typing import Final

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
) -> Case:
    context = {"role": "firewall"}
    return Case(control, platform, expected, text, lines or None, says=says, context=context, by_hand=by_hand)


def _pair(name: str, then: str, *, zones: str = "trust untrust", match: str = "any any any") -> str:
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


_CLOSED: Final = _pair("rest", "then deny, then log session-init", zones="global")
_WEB: Final = _pair("web", "then permit, then log session-close", match="any any junos-https")
_AT: Final = "set security policies from-zone trust to-zone untrust policy"

_JUNOS_DENY: Final = (
    _case(
        "FW-01",
        "junos",
        "PASS",
        _WEB + _CLOSED,
        "set security policies from-zone trust to-zone untrust policy web match source-address any",
        "set security policies global policy rest match source-address any",
        "set security policies global policy rest then deny",
        "set security policies global policy rest then log session-init",
        says="what no policy matches is denied by default; policy rest denies and logs",
    ),
    _case(
        "FW-01",
        "junos",
        "PASS",
        _WEB
        + _pair("rest", "then reject, then log session-init")
        + "set security policies default-policy deny-all",
        says="between zones that no policy names it is denied without a log",
    ),
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _CLOSED + "set security policies default-policy permit-all",
        "set security policies default-policy permit-all",
        says="policies: what no policy matches is let pass",
        by_hand="the default lets pass",
    ),
    _case(
        "FW-01",
        "junos",
        "PASS",
        "set security policies default-policy permit-all\n"
        + _CLOSED
        + "set security policies default-policy deny-all",
    ),
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _WEB + _pair("rest", "then deny"),
        f"{_AT} rest match source-address any",
        f"{_AT} rest then deny",
        says="policy rest denies without a full log",
    ),
    # The end of a session that never began is not logged.
    _case("FW-01", "junos", "FAIL", _pair("rest", "then deny, then log session-close", zones="global")),
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _WEB,
        says="policies: what is left is denied by the default, which logs nothing",
    ),
    _case("FW-01", "junos", "FAIL", "set security zones security-zone trust", says="which logs nothing"),
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _WEB
        + _pair("in", "then permit", zones="untrust trust", match="any any junos-https")
        + _pair("rest", "then deny, then log session-init"),
        says="from-zone untrust to-zone trust: what is left",
    ),
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _WEB + _CLOSED + "deactivate security policies global policy rest",
        says="which logs nothing",
    ),
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _WEB + _CLOSED + "delete security policies global",
        says="which logs nothing",
    ),
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _pair("all", "then permit", zones="global") + _CLOSED,
        says="policy all lets everything pass",
        by_hand="a policy lets everything pass",
    ),
    # A denial of some applications or at some hours leaves a rest.
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _WEB + _CLOSED + "set security policies global policy rest match dynamic-application junos:FACEBOOK",
        says="which logs nothing",
    ),
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _WEB + _CLOSED + "set security policies global policy rest scheduler-name nights",
        says="which logs nothing",
    ),
    # A description is no configuration, and what limits the closing policy leaves a rest.
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _pair("rest", 'description "then log session-init", then deny', zones="global"),
        says="policy rest denies without a full log",
    ),
    _case(
        "FW-01",
        "junos",
        "FAIL",
        _WEB + _CLOSED + "set security policies global policy rest match from-zone guest",
        says="which logs nothing",
    ),
    _case(
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
        + _WEB,
    ),
    Case("FW-01", "junos", "NOT_APPLICABLE", _WEB, context={"role": "access"}),
    Case("FW-01", "junos", "ERROR", _CLOSED, context={"role": None}, says="role"),
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


def _policy(
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


_ACCEPT: Final = "set action accept"

_FORTIOS_DENY: Final = (
    _case(
        "FW-01",
        "fortios",
        "PASS",
        _LOGGED + _policy(_ACCEPT),
        "set fwpolicy-implicit-log enable",
        "edit 7",
        "set action accept",
        "set logtraffic all",
    ),
    _case("FW-01", "fortios", "PASS", _LOGGED, says="what no policy matches is denied and logged"),
    _case(
        "FW-01",
        "fortios",
        "FAIL",
        _policy(_ACCEPT),
        says="log setting: what no policy matches is denied and not logged",
    ),
    _case(
        "FW-01",
        "fortios",
        "FAIL",
        "config log setting\n    set fwpolicy-implicit-log disable\nend",
        "set fwpolicy-implicit-log disable",
    ),
    _case(
        "FW-01",
        "fortios",
        "FAIL",
        _LOGGED + _policy(_ACCEPT, log="utm"),
        "edit 7",
        "set action accept",
        "set logtraffic utm",
        says="policy 7 (out) lets pass without a full log",
    ),
    _case("FW-01", "fortios", "FAIL", _LOGGED + _policy(_ACCEPT, log=""), "edit 7", "set action accept"),
    _case(
        "FW-01",
        "fortios",
        "FAIL",
        _LOGGED + _policy(log="disable"),
        says="policy 7 (out) denies without a full log",
    ),
    _case("FW-01", "fortios", "PASS", _LOGGED + _policy("set status disable", _ACCEPT, log="")),
    _case("FW-01", "fortios", "FAIL", _policy(_ACCEPT, 'set comments "set fwpolicy-implicit-log enable"')),
    _case(
        "FW-01",
        "fortios",
        "FAIL",
        _LOGGED
        + _policy(_ACCEPT, source="all", service="ALL")
        .replace('set srcintf "internal1"', 'set srcintf "any"')
        .replace('set dstintf "wan1"', 'set dstintf "any"'),
        says="policy 7 (out) lets everything pass, so nothing is denied",
        by_hand="a policy lets everything pass",
    ),
    # Policies of two VDOMs have the same number and are two policies.
    _case(
        "FW-01",
        "fortios",
        "FAIL",
        "config vdom\n    edit root\n"
        + _LOGGED
        + _policy(_ACCEPT, log="utm")
        + "    next\n    edit guests\n"
        + _LOGGED
        + _policy(_ACCEPT)
        + "    next\nend",
        "edit 7",
        "set action accept",
        "set logtraffic utm",
        by_hand="the firewall is divided into virtual ones",
    ),
)

_DEFAULT: Final = "set rulebase default-security-rules rules interzone-default"
_CLOSED_PANOS: Final = f"{_DEFAULT} action deny\n{_DEFAULT} log-end yes\n"


def _rule(
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
    _case(
        "FW-01",
        "panos",
        "PASS",
        _rule("action allow") + _CLOSED_PANOS,
        f"{_DEFAULT} action deny",
        f"{_DEFAULT} log-end yes",
    ),
    _case("FW-01", "panos", "PASS", f"{_DEFAULT} log-end yes", says="is denied by default and logged"),
    _case(
        "FW-01",
        "panos",
        "FAIL",
        f"{_DEFAULT} action allow\n{_DEFAULT} log-end yes",
        f"{_DEFAULT} action allow",
        by_hand="the default lets pass",
    ),
    _case(
        "FW-01", "panos", "FAIL", f"{_DEFAULT} action drop", f"{_DEFAULT} action drop", says="and not logged"
    ),
    _case("FW-01", "panos", "FAIL", _rule("action allow"), says="is denied by default and not logged"),
    _case(
        "FW-01",
        "panos",
        "FAIL",
        _rule("action deny", "log-end no") + _CLOSED_PANOS,
        says="policy out denies without a full log",
    ),
    _case("FW-01", "panos", "PASS", _rule("action deny", "log-end no", "disabled yes") + _CLOSED_PANOS),
    _case("FW-01", "panos", "PASS", _rule("action drop") + _CLOSED_PANOS, says="policy out denies and logs"),
)

_JUNOS_WIDE: Final = (
    _case(
        "FW-02",
        "junos",
        "PASS",
        _WEB + _CLOSED,
        f"{_AT} web match source-address any",
        f"{_AT} web match destination-address any",
        f"{_AT} web match application junos-https",
        f"{_AT} web then permit",
    ),
    _case(
        "FW-02",
        "junos",
        "FAIL",
        _pair("all", "then permit"),
        f"{_AT} all match source-address any",
        f"{_AT} all match destination-address any",
        f"{_AT} all match application any",
        f"{_AT} all then permit",
        says="policy all of from-zone trust to-zone untrust lets pass any address to any address with any",
    ),
    _case(
        "FW-02",
        "junos",
        "PASS",
        _pair("some", "then permit", match="office any any").replace("office", "any-not"),
    ),
    _case(
        "FW-02",
        "junos",
        "FAIL",
        "set security address-book global address everybody 0.0.0.0/0\n"
        "set security address-book global address-set offices address everybody\n"
        "set applications application every protocol tcp\n"
        "set applications application every destination-port 1-65535\n"
        "set applications application-set mixed application junos-https\n"
        "set applications application-set mixed application every\n"
        + _pair("all", "then permit", match="offices any-ipv4 mixed"),
        says="with mixed",
    ),
    _case("FW-02", "junos", "FAIL", _pair("all", "then permit", zones="global"), says="policy all of global"),
    _case(
        "FW-02",
        "junos",
        "NOT_APPLICABLE",
        _pair("all", "then permit") + f"deactivate {_AT.removeprefix('set ')} all",
        says="no policy lets anything pass",
    ),
    _case(
        "FW-02",
        "junos",
        "NOT_APPLICABLE",
        _pair("all", "then permit") + f"delete {_AT.removeprefix('set ')} all",
    ),
)

_FORTIOS_WIDE: Final = (
    _case(
        "FW-02",
        "fortios",
        "PASS",
        _policy(_ACCEPT),
        "edit 7",
        "set action accept",
        'set srcaddr "web"',
        'set dstaddr "all"',
        'set service "HTTPS"',
    ),
    _case(
        "FW-02",
        "fortios",
        "FAIL",
        _policy(_ACCEPT, service="ALL"),
        "edit 7",
        "set action accept",
        'set service "ALL"',
        says="lets pass service ALL",
    ),
    _case("FW-02", "fortios", "FAIL", _policy(_ACCEPT, service="ALL_UDP"), says="service ALL_UDP"),
    _case("FW-02", "fortios", "FAIL", _policy(_ACCEPT, service="ALL_TCP"), says="service ALL_TCP"),
    _case("FW-02", "fortios", "FAIL", _policy(_ACCEPT, service="mixed"), says="service mixed"),
    _case(
        "FW-02",
        "fortios",
        "FAIL",
        _policy(_ACCEPT, source="all"),
        "edit 7",
        "set action accept",
        'set srcaddr "all"',
        'set dstaddr "all"',
        says="all addresses to all addresses",
    ),
    _case("FW-02", "fortios", "FAIL", _policy(_ACCEPT, source="offices", destination="everybody")),
    _case("FW-02", "fortios", "NOT_APPLICABLE", _policy(service="ALL", source="all")),
    _case("FW-02", "fortios", "NOT_APPLICABLE", _policy("set status disable", _ACCEPT, service="ALL")),
    _case("FW-02", "fortios", "PASS", _policy(_ACCEPT, 'set comments "ALL to ALL"')),
)

_PANOS_WIDE: Final = (
    _case(
        "FW-02",
        "panos",
        "PASS",
        _rule("action allow"),
        "set rulebase security rules out from inside",
        "set rulebase security rules out source web",
        "set rulebase security rules out destination any",
        "set rulebase security rules out application ssl",
        "set rulebase security rules out service application-default",
        "set rulebase security rules out action allow",
    ),
    _case("FW-02", "panos", "FAIL", _rule("action allow", service="any"), says="lets pass service any"),
    _case("FW-02", "panos", "FAIL", _rule("action allow", service="mixed"), says="lets pass service mixed"),
    _case("FW-02", "panos", "FAIL", _rule("action allow", application="any", source="any")),
    _case(
        "FW-02",
        "panos",
        "FAIL",
        _rule("action allow", application="any", source="offices"),
        says="all addresses to all addresses with any application",
    ),
    _case("FW-02", "panos", "PASS", _rule("action allow", application="any")),
    _case("FW-02", "panos", "NOT_APPLICABLE", _rule("action allow", "disabled yes", service="any")),
    _case("FW-02", "panos", "NOT_APPLICABLE", _rule("action reset-both", service="any")),
)

CASES: Final = (
    *_JUNOS_DENY,
    *_FORTIOS_DENY,
    *_PANOS_DENY,
    *_JUNOS_WIDE,
    *_FORTIOS_WIDE,
    *_PANOS_WIDE,
)
