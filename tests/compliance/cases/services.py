"""Cases of the services that a device leans on."""

from typing import Final

from tests.compliance.cases.case import Case

CASES: Final = (
    Case(
        control="SNMP-01",
        platform="aoscx",
        expected="PASS",
        text="snmp-server vrf mgmt\nsnmp-server snmpv3-only",
        lines=("snmp-server vrf mgmt", "snmp-server snmpv3-only"),
    ),
    Case(
        control="SNMP-01",
        platform="aoscx",
        expected="FAIL",
        text="snmp-server vrf mgmt\nsnmp-server community hemmelig\nsnmp-server community anden",
        lines=("snmp-server community <secret>", "snmp-server community <secret>"),
        says="2 SNMP v1/v2c communities",
        nothing_left=("SNMP-02",),
    ),
    Case(
        control="SNMP-01",
        platform="aoscx",
        expected="PASS",
        text="banner motd ^\nsnmp-server community public\n^",
    ),
)
