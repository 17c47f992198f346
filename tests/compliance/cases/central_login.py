"""Cases of the central login and of communities on the platforms whose lines are not planted."""

from collections.abc import Mapping
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
    context: Mapping[str, object] = {},
    nothing_left: tuple[str, ...] = (),
) -> Case:
    return Case(
        control,
        platform,
        expected,
        text,
        lines or None,
        says=says,
        by_hand=by_hand,
        context=context,
        nothing_left=nothing_left,
    )


_KEYS: Final = "each shares a secret with the device"
_NXOS_SERVERS: Final = "feature tacacs+\ntacacs-server host 10.0.0.1\ntacacs-server host 10.0.0.2\n"
_NXOS_USER: Final = "username breakglass password 5 $5$madeup  role network-admin\n"
_NXOS_GROUP: Final = (
    f"{_NXOS_SERVERS}aaa group server tacacs+ TOWN\n  server 10.0.0.1\n  server 10.0.0.2\n"
    f"  use-vrf management\n{_NXOS_USER}"
)
_NXOS_GOOD: Final = (
    "aaa authentication login default group TOWN\naaa authentication login console group TOWN\n"
)
_AOSCX_SERVERS: Final = (
    "user breakglass group administrators password ciphertext AQBmadeup\n"
    "tacacs-server host 10.0.0.1 key ciphertext AQBmadeup\n"
    "tacacs-server host 10.0.0.2 key ciphertext AQBmadeup\n"
)
_FORTIOS_ADMINS: Final = (
    "config system admin\n"
    '    edit "breakglass"\n        set accprofile "super_admin"\n    next\n'
    '    edit "town"\n        set remote-auth enable\n        set accprofile "super_admin"\n'
    '        set remote-group "ADMINS"\n    next\nend\n'
)
_FORTIOS_GROUP: Final = 'config user group\n    edit "ADMINS"\n        set member "AD"\n    next\nend\n'
_FORTIOS_LDAP: Final = (
    'config user ldap\n    edit "AD"\n        set server "10.0.0.1"\n'
    '        set secondary-server "10.0.0.2"\n'
    '        set cnid "cn"\n        set dn "dc=town"\n        set secure ldaps\n    next\nend\n'
)
_PANOS_GOOD: Final = (
    "set shared server-profile tacplus TOWN server first address 10.0.0.1\n"
    "set shared server-profile tacplus TOWN server second address 10.0.0.2\n"
    "set shared authentication-profile ADMINS method tacplus server-profile TOWN\n"
    "set deviceconfig system authentication-profile ADMINS\n"
)

_LOGINS: Final = (
    _case(
        "AAA-01",
        "nxos",
        "PASS",
        _NXOS_GROUP + _NXOS_GOOD,
        "version 9.3(10) Bios:version",
        "tacacs-server host 10.0.0.1",
        "tacacs-server host 10.0.0.2",
        "aaa group server tacacs+ TOWN",
        "server 10.0.0.1",
        "server 10.0.0.2",
        "use-vrf management",
        "aaa authentication login default group TOWN",
        "aaa authentication login console group TOWN",
        "line vty",
        says="the login list default reaches 2 of the site's AAA servers",
    ),
    _case(
        "AAA-01",
        "nxos",
        "FAIL",
        _NXOS_GROUP + "aaa authentication login default group TOWN\n",
        "version 9.3(10) Bios:version",
        "line vty",
        says="the login list console asks local by default",
    ),
    _case(
        "AAA-01",
        "nxos",
        "FAIL",
        _NXOS_GROUP + _NXOS_GOOD + "no aaa authentication login default fallback error local\n",
        "aaa authentication login default group TOWN",
        "no aaa authentication login default fallback error local",
    ),
    _case("AAA-01", "nxos", "FAIL", _NXOS_SERVERS + _NXOS_USER, says="the login list default asks local"),
    _case(
        "AAA-01",
        "nxos",
        "FAIL",
        "feature tacacs+\ntacacs-server host 10.0.0.1\ntacacs-server host 192.0.2.2\n"
        "aaa group server tacacs+ TOWN\n  server 10.0.0.1\n  server 192.0.2.2\n" + _NXOS_USER + _NXOS_GOOD,
        says="reaches 1 of the site's AAA servers",
        by_hand=f"the AAA servers 10.0.0.2 are missing; {_KEYS}",
    ),
    _case("AAA-01", "nxos", "FAIL", "feature telnet", by_hand="there is no local account to fall back to"),
    _case("AAA-01", "nxos", "ERROR", _NXOS_GROUP, context={"aaa_servers": None}, says="gives no aaa_servers"),
    _case(
        "AAA-01",
        "aoscx",
        "PASS",
        f"{_AOSCX_SERVERS}aaa authentication login default group tacacs local",
        "hostname town",
        "tacacs-server host 10.0.0.1 key ciphertext <secret>",
        "tacacs-server host 10.0.0.2 key ciphertext <secret>",
        "aaa authentication login default group tacacs local",
    ),
    _case(
        "AAA-01",
        "aoscx",
        "FAIL",
        f"{_AOSCX_SERVERS}aaa authentication login default group tacacs",
        "aaa authentication login default group tacacs",
        says="the login list default asks group tacacs",
    ),
    _case(
        "AAA-01",
        "aoscx",
        "FAIL",
        f"{_AOSCX_SERVERS}aaa authentication login default group tacacs local\n"
        "aaa authentication login ssh local",
        "aaa authentication login ssh local",
        says="the login list ssh asks local",
    ),
    _case(
        "AAA-01",
        "aoscx",
        "FAIL",
        "user breakglass group administrators password ciphertext AQBmadeup\n"
        "tacacs-server host 10.0.0.1 key ciphertext AQBmadeup\n"
        "aaa authentication login default group tacacs local",
        says="reaches 1 of the site's AAA servers",
        by_hand=f"the AAA servers 10.0.0.2 are missing; {_KEYS}",
    ),
    _case("AAA-01", "aoscx", "ERROR", _AOSCX_SERVERS, context={"aaa_servers": None}),
    _case(
        "AAA-01",
        "fortios",
        "PASS",
        _FORTIOS_LDAP + _FORTIOS_GROUP + _FORTIOS_ADMINS,
        'set server "10.0.0.1"',
        'set secondary-server "10.0.0.2"',
        "set secure ldaps",
        'edit "ADMINS"',
        'set member "AD"',
        'edit "town"',
        'set remote-group "ADMINS"',
        says="the login list administrators reaches 2 of the site's AAA servers",
    ),
    _case(
        "AAA-01",
        "fortios",
        "PASS",
        'config user radius\n    edit "A"\n        set server "10.0.0.1"\n    next\n'
        '    edit "B"\n        set server "10.0.0.2"\n    next\nend\n'
        'config user group\n    edit "ADMINS"\n        set member "A" "B"\n    next\nend\n' + _FORTIOS_ADMINS,
    ),
    _case(
        "AAA-01",
        "fortios",
        "FAIL",
        _FORTIOS_LDAP.replace("ldaps", "disable") + _FORTIOS_GROUP + _FORTIOS_ADMINS,
        'set server "10.0.0.1"',
        'set secondary-server "10.0.0.2"',
        "set secure disable",
        says="ldap server AD is asked in clear text",
    ),
    _case(
        "AAA-01",
        "fortios",
        "FAIL",
        _FORTIOS_LDAP.replace('        set secondary-server "10.0.0.2"\n', "")
        + _FORTIOS_GROUP
        + _FORTIOS_ADMINS,
        says="reaches 1 of the site's AAA servers",
    ),
    _case(
        "AAA-01",
        "fortios",
        "FAIL",
        _FORTIOS_LDAP + _FORTIOS_GROUP + 'config system admin\n    edit "admin"\n    next\nend\n',
        'edit "admin"',
        says="the login list administrators asks local",
    ),
    # A group that nothing fills is asked in vain.
    _case("AAA-01", "fortios", "FAIL", _FORTIOS_LDAP + _FORTIOS_ADMINS, says="reaches 0 of the site's"),
    # Without a local account nobody comes in while the servers are away.
    _case(
        "AAA-01",
        "fortios",
        "FAIL",
        _FORTIOS_LDAP
        + _FORTIOS_GROUP
        + _FORTIOS_ADMINS.replace(
            '    edit "breakglass"\n        set accprofile "super_admin"\n    next\n', ""
        ),
        says="asks group ADMINS",
    ),
    _case("AAA-01", "fortios", "ERROR", _FORTIOS_LDAP, context={"aaa_servers": None}),
    _case(
        "AAA-01",
        "panos",
        "PASS",
        _PANOS_GOOD,
        "set shared server-profile tacplus TOWN server first address 10.0.0.1",
        "set shared server-profile tacplus TOWN server second address 10.0.0.2",
        "set shared authentication-profile ADMINS method tacplus server-profile TOWN",
        "set deviceconfig system authentication-profile ADMINS",
    ),
    _case(
        "AAA-01",
        "panos",
        "FAIL",
        _PANOS_GOOD.replace("set deviceconfig system authentication-profile ADMINS\n", ""),
        "set mgt-config users town permissions role-based superuser yes",
        says="asks local by default",
    ),
    _case(
        "AAA-01", "panos", "FAIL", _PANOS_GOOD.replace("10.0.0.2", "10.0.0.1"), says="reaches 1 of the site's"
    ),
    _case(
        "AAA-01",
        "panos",
        "FAIL",
        "set shared authentication-profile ADMINS method local-database\n"
        "set deviceconfig system authentication-profile ADMINS",
        "set deviceconfig system authentication-profile ADMINS",
        says="asks local",
    ),
    _case("AAA-01", "panos", "ERROR", _PANOS_GOOD, context={"aaa_servers": None}),
)

_COMMUNITIES: Final = (
    _case("SNMP-01", "nxos", "PASS", "snmp-server location Raadhus", "snmp-server location Raadhus"),
    _case(
        "SNMP-01",
        "nxos",
        "FAIL",
        "snmp-server community hemmelig group network-operator\nsnmp-server community Anden ro",
        "snmp-server community <secret> group network-operator",
        "snmp-server community <secret> ro",
        says="2 SNMP v1/v2c communities",
        nothing_left=("SNMP-02",),
    ),
    _case(
        "SNMP-01",
        "nxos",
        "PASS",
        "snmp-server community hemmelig ro\nno snmp-server community hemmelig",
        says="no SNMP v1/v2c community",
    ),
    _case("SNMP-01", "nxos", "PASS", "banner motd ^\nsnmp-server community public ro\n^"),
    _case("SNMP-01", "fortios", "PASS", "config system snmp sysinfo\n    set status enable\nend"),
    _case(
        "SNMP-01",
        "fortios",
        "FAIL",
        'config system snmp community\n    edit 1\n        set name "hemmelig"\n    next\n'
        '    edit 7\n        set name "anden"\n    next\nend',
        "set name <secret>",
        "set name <secret>",
        says="2 SNMP v1/v2c communities",
        nothing_left=("SNMP-02",),
    ),
    _case(
        "SNMP-01",
        "fortios",
        "PASS",
        'config system snmp community\n    edit 1\n        set name "hemmelig"\n        set status disable\n'
        "    next\nend",
    ),
    _case("SNMP-01", "panos", "PASS", "set deviceconfig system service disable-snmp yes"),
    _case(
        "SNMP-01",
        "panos",
        "FAIL",
        "set deviceconfig system snmp-setting access-setting version v2c snmp-community-string hemmelig",
        "set deviceconfig system snmp-setting access-setting version v2c snmp-community-string <secret>",
        nothing_left=("SNMP-02",),
    ),
    _case(
        "SNMP-01",
        "panos",
        "FAIL",
        "set shared log-settings snmptrap OLD version v2c server one manager 10.0.0.9\n"
        "set shared log-settings snmptrap OLD version v2c server one community hemmelig",
        "set shared log-settings snmptrap OLD version v2c server one community <secret>",
        by_hand="a trap profile bears a community",
    ),
)

CASES: Final = (*_LOGINS, *_COMMUNITIES)
