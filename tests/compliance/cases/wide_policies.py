"""Cases of policies that let too much pass."""

from typing import Final

from tests.compliance.cases.firewall import ACCEPT, AT, CLOSED, WEB, case, pair, policy, rule

_JUNOS_WIDE: Final = (
    case(
        "FW-02",
        "junos",
        "PASS",
        WEB + CLOSED,
        f"{AT} web match source-address any",
        f"{AT} web match destination-address any",
        f"{AT} web match application junos-https",
        f"{AT} web then permit",
    ),
    case(
        "FW-02",
        "junos",
        "FAIL",
        pair("all", "then permit"),
        f"{AT} all match source-address any",
        f"{AT} all match destination-address any",
        f"{AT} all match application any",
        f"{AT} all then permit",
        says="policy all of from-zone trust to-zone untrust lets pass any address to any address with any",
    ),
    case(
        "FW-02",
        "junos",
        "PASS",
        pair("some", "then permit", match="office any any").replace("office", "any-not"),
    ),
    case(
        "FW-02",
        "junos",
        "FAIL",
        "set security address-book global address everybody 0.0.0.0/0\n"
        "set security address-book global address-set offices address everybody\n"
        "set applications application every protocol tcp\n"
        "set applications application every destination-port 1-65535\n"
        "set applications application-set mixed application junos-https\n"
        "set applications application-set mixed application every\n"
        + pair("all", "then permit", match="offices any-ipv4 mixed"),
        says="with mixed",
    ),
    case("FW-02", "junos", "FAIL", pair("all", "then permit", zones="global"), says="policy all of global"),
    case(
        "FW-02",
        "junos",
        "NOT_APPLICABLE",
        pair("all", "then permit") + f"deactivate {AT.removeprefix('set ')} all",
        says="no policy lets anything pass",
    ),
    case(
        "FW-02",
        "junos",
        "NOT_APPLICABLE",
        pair("all", "then permit") + f"delete {AT.removeprefix('set ')} all",
    ),
)

_FORTIOS_WIDE: Final = (
    case(
        "FW-02",
        "fortios",
        "PASS",
        policy(ACCEPT),
        "edit 7",
        "set action accept",
        'set srcaddr "web"',
        'set dstaddr "all"',
        'set service "HTTPS"',
    ),
    case(
        "FW-02",
        "fortios",
        "FAIL",
        policy(ACCEPT, service="ALL"),
        "edit 7",
        "set action accept",
        'set service "ALL"',
        says="lets pass service ALL",
    ),
    case("FW-02", "fortios", "FAIL", policy(ACCEPT, service="ALL_UDP"), says="service ALL_UDP"),
    case("FW-02", "fortios", "FAIL", policy(ACCEPT, service="ALL_TCP"), says="service ALL_TCP"),
    case("FW-02", "fortios", "FAIL", policy(ACCEPT, service="mixed"), says="service mixed"),
    case(
        "FW-02",
        "fortios",
        "FAIL",
        policy(ACCEPT, source="all"),
        "edit 7",
        "set action accept",
        'set srcaddr "all"',
        'set dstaddr "all"',
        says="all addresses to all addresses",
    ),
    case("FW-02", "fortios", "FAIL", policy(ACCEPT, source="offices", destination="everybody")),
    case("FW-02", "fortios", "NOT_APPLICABLE", policy(service="ALL", source="all")),
    case("FW-02", "fortios", "NOT_APPLICABLE", policy("set status disable", ACCEPT, service="ALL")),
    case("FW-02", "fortios", "PASS", policy(ACCEPT, 'set comments "ALL to ALL"')),
)

_PANOS_WIDE: Final = (
    case(
        "FW-02",
        "panos",
        "PASS",
        rule("action allow"),
        "set rulebase security rules out from inside",
        "set rulebase security rules out source web",
        "set rulebase security rules out destination any",
        "set rulebase security rules out application ssl",
        "set rulebase security rules out service application-default",
        "set rulebase security rules out action allow",
    ),
    case("FW-02", "panos", "FAIL", rule("action allow", service="any"), says="lets pass service any"),
    case("FW-02", "panos", "FAIL", rule("action allow", service="mixed"), says="lets pass service mixed"),
    case("FW-02", "panos", "FAIL", rule("action allow", application="any", source="any")),
    case(
        "FW-02",
        "panos",
        "FAIL",
        rule("action allow", application="any", source="offices"),
        says="all addresses to all addresses with any application",
    ),
    case("FW-02", "panos", "PASS", rule("action allow", application="any")),
    case("FW-02", "panos", "NOT_APPLICABLE", rule("action allow", "disabled yes", service="any")),
    case("FW-02", "panos", "NOT_APPLICABLE", rule("action reset-both", service="any")),
)

CASES: Final = (*_JUNOS_WIDE, *_FORTIOS_WIDE, *_PANOS_WIDE)
