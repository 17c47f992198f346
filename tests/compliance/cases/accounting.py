"""Cases of the password policy, of second factors, and of who is told what administrators do."""

from collections.abc import Mapping
from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected

_NOBODY: Final[Mapping[str, object]] = {}
_FIREWALL: Final[Mapping[str, object]] = {"role": "firewall"}


def _case(
    control: str,
    platform: Platform,
    expected: Expected,
    text: str,
    *lines: str,
    says: str = "",
    by_hand: str = "",
    context: Mapping[str, object] = _NOBODY,
) -> Case:
    return Case(control, platform, expected, text, lines or None, says=says, by_hand=by_hand, context=context)


_POLICIES: Final = (
    _case(
        "AAA-04",
        "ios",
        "PASS",
        "aaa new-model\naaa common-criteria policy LOCAL\n min-length 15",
        "aaa common-criteria policy LOCAL",
        "min-length 15",
        says="aaa common-criteria policy LOCAL asks for 15 characters",
    ),
    _case(
        "AAA-04",
        "ios",
        "FAIL",
        "aaa new-model\naaa common-criteria policy LOCAL\n min-length 20\naaa common-criteria policy OLD\n"
        " min-length 8",
        "aaa common-criteria policy OLD",
        "min-length 8",
    ),
    _case("AAA-04", "ios", "FAIL", "aaa new-model", "version 17.9", "aaa new-model", says="states no"),
    _case("AAA-04", "ios", "FAIL", "no aaa new-model", by_hand="AAA is off"),
    _case(
        "AAA-04",
        "ios",
        "FAIL",
        "aaa new-model\naaa common-criteria policy LOCAL\n min-length 15\n"
        "no aaa common-criteria policy LOCAL",
    ),
    _case("AAA-04", "nxos", "PASS", "userpassphrase min-length 16", "userpassphrase min-length 16"),
    _case("AAA-04", "nxos", "FAIL", "userpassphrase min-length 8", "userpassphrase min-length 8"),
    _case(
        "AAA-04",
        "nxos",
        "FAIL",
        "no password strength-check\nuserpassphrase min-length 15",
        "no password strength-check",
        "userpassphrase min-length 15",
        says="asks for 15 characters and is not in force",
    ),
    _case("AAA-04", "nxos", "FAIL", "feature telnet", says="states no minimum length"),
    _case(
        "AAA-04",
        "eos",
        "PASS",
        "management security\n   password minimum length 15",
        "management security",
        "password minimum length 15",
    ),
    _case("AAA-04", "eos", "FAIL", "management security\n   password minimum length 12"),
    _case(
        "AAA-04",
        "eos",
        "FAIL",
        "management security\n   password encryption-key common",
        "management security",
    ),
    _case(
        "AAA-04",
        "eos",
        "FAIL",
        "management security\n   password minimum length 15\n   no password minimum length",
    ),
    _case(
        "AAA-04",
        "junos",
        "PASS",
        "set system login password minimum-length 15",
        "set system login password minimum-length 15",
    ),
    _case("AAA-04", "junos", "FAIL", "set system login password minimum-length 8"),
    _case(
        "AAA-04",
        "junos",
        "FAIL",
        "set system login password minimum-length 15\ndelete system login password minimum-length",
    ),
    _case(
        "AAA-04",
        "fortios",
        "PASS",
        "config system password-policy\n    set status enable\n    set minimum-length 15\nend",
        "set status enable",
        "set minimum-length 15",
    ),
    _case(
        "AAA-04",
        "fortios",
        "FAIL",
        "config system password-policy\n    set minimum-length 15\nend",
        "set minimum-length 15",
        says="is not in force",
    ),
    _case("AAA-04", "fortios", "FAIL", "config system password-policy\n    set status enable\nend"),
    _case(
        "AAA-04",
        "fortios",
        "FAIL",
        "config system password-policy\n    set status enable\n    set apply-to ipsec-preshared-key\n"
        "    set minimum-length 15\nend",
        says="does not hold for administrators",
    ),
    _case(
        "AAA-04",
        "panos",
        "PASS",
        "set mgt-config password-complexity enabled yes\n"
        "set mgt-config password-complexity minimum-length 15",
        "set mgt-config password-complexity enabled yes",
        "set mgt-config password-complexity minimum-length 15",
    ),
    _case(
        "AAA-04",
        "panos",
        "FAIL",
        "set mgt-config password-complexity enabled no\nset mgt-config password-complexity minimum-length 15",
    ),
    _case(
        "AAA-04", "panos", "FAIL", "set mgt-config password-complexity enabled yes", says="no minimum length"
    ),
    _case(
        "AAA-04",
        "aoscx",
        "PASS",
        "password complexity\n    enable\n    minimum-length 15",
        "password complexity",
        "enable",
        "minimum-length 15",
    ),
    _case("AAA-04", "aoscx", "FAIL", "password complexity\n    minimum-length 15", says="is not in force"),
    _case("AAA-04", "aoscx", "FAIL", "ntp enable", says="states no minimum length and is not in force"),
)

_IOS_AAA: Final = "aaa new-model\naaa authentication login default group tacacs+ local\n"
_IOS_LOGS: Final = "archive\n log config\n  logging enable\nlogging userinfo\n"
_IOS_COMMANDS: Final = "aaa accounting commands 15 default start-stop group tacacs+\n"
_PANOS_PROFILE: Final = "set shared log-settings syslog TOWN server one server 10.0.0.21\n"

_ACTIVITY: Final = (
    _case(
        "AAA-05",
        "ios",
        "PASS",
        _IOS_AAA + _IOS_COMMANDS + _IOS_LOGS,
        "aaa accounting commands 15 default start-stop group tacacs+",
        "log config",
        "logging enable",
        "logging userinfo",
    ),
    # The form in which other releases draw the same list.
    _case(
        "AAA-05",
        "ios",
        "PASS",
        _IOS_AAA
        + "aaa accounting commands 15 default\n action-type start-stop\n group tacacs+\n"
        + _IOS_LOGS,
    ),
    _case(
        "AAA-05",
        "ios",
        "PASS",
        _IOS_AAA
        + "aaa accounting commands 15 default start-stop broadcast group tacacs+ group radius\n"
        + _IOS_LOGS,
    ),
    _case("AAA-05", "ios", "FAIL", _IOS_AAA + _IOS_COMMANDS + "archive\n log config\nlogging userinfo"),
    _case("AAA-05", "ios", "FAIL", _IOS_AAA + _IOS_LOGS, says="aaa accounting commands 15 default is not on"),
    _case(
        "AAA-05",
        "ios",
        "FAIL",
        _IOS_AAA + "aaa accounting commands 1 default start-stop group tacacs+\n" + _IOS_LOGS,
    ),
    _case(
        "AAA-05",
        "ios",
        "FAIL",
        _IOS_AAA + _IOS_COMMANDS + _IOS_LOGS + "no logging userinfo",
        says="logging userinfo is not on",
    ),
    _case("AAA-05", "ios", "FAIL", _IOS_COMMANDS + _IOS_LOGS, says="AAA is off", by_hand="AAA is off"),
    _case(
        "AAA-05",
        "ios",
        "FAIL",
        "aaa new-model\naaa authentication login default local\n" + _IOS_LOGS,
        by_hand="no login asks a server group",
    ),
    _case(
        "AAA-05",
        "nxos",
        "PASS",
        "feature tacacs+\ntacacs-server host 10.0.0.1\naaa group server tacacs+ TOWN\n  server 10.0.0.1\n"
        "aaa accounting default group TOWN",
        "aaa accounting default group TOWN",
    ),
    _case(
        "AAA-05",
        "nxos",
        "FAIL",
        "feature tacacs+\ntacacs-server host 10.0.0.1\naaa group server tacacs+ TOWN\n  server 10.0.0.1\n"
        "aaa authentication login default group TOWN",
        says="aaa accounting default is not on",
    ),
    _case(
        "AAA-05",
        "nxos",
        "FAIL",
        "feature tacacs+\naaa group server tacacs+ EMPTY\naaa accounting default group EMPTY",
        "aaa accounting default group EMPTY",
        says="is sent to EMPTY, which holds no server",
        by_hand="no login asks a server group",
    ),
    _case(
        "AAA-05", "nxos", "FAIL", "aaa accounting default local", says="no server", by_hand="no login asks"
    ),
    _case(
        "AAA-05",
        "eos",
        "PASS",
        "aaa accounting commands all default start-stop group tacacs+ logging",
        "aaa accounting commands all default start-stop group tacacs+ logging",
    ),
    _case("AAA-05", "eos", "PASS", "aaa accounting commands all default start-stop logging"),
    _case(
        "AAA-05",
        "eos",
        "FAIL",
        "aaa authentication login default group tacacs+ local\n"
        "aaa accounting commands 15 default start-stop group tacacs+",
        says="aaa accounting commands all default is not on",
    ),
    _case(
        "AAA-05",
        "eos",
        "FAIL",
        "aaa authentication login default group tacacs+ local\n"
        "aaa accounting commands all default stop-only group tacacs+",
        "aaa accounting commands all default stop-only group tacacs+",
        says="does not record start and stop",
    ),
    _case(
        "AAA-05", "eos", "FAIL", "aaa accounting commands all console start-stop logging", by_hand="no login"
    ),
    _case(
        "AAA-05",
        "junos",
        "PASS",
        "set system syslog host 10.0.0.21 any info\n"
        "set system syslog host 10.0.0.21 interactive-commands any",
        "set system syslog host 10.0.0.21 interactive-commands any",
    ),
    _case(
        "AAA-05",
        "junos",
        "FAIL",
        "set system syslog host 10.0.0.21 interactive-commands any\n"
        "set system syslog host 10.0.0.22 any info",
        "set system syslog host 10.0.0.22 any info",
    ),
    # Another's host is no host of the site.
    _case(
        "AAA-05",
        "junos",
        "PASS",
        "set system syslog host 10.0.0.21 interactive-commands any\n"
        "set system syslog host 192.0.2.9 any info",
    ),
    _case("AAA-05", "junos", "FAIL", "set system syslog host 10.0.0.21 interactive-commands error"),
    _case(
        "AAA-05",
        "junos",
        "FAIL",
        "set system syslog host 10.0.0.21 interactive-commands any\n"
        "deactivate system syslog host 10.0.0.21 interactive-commands\n"
        "set system syslog host 10.0.0.22 interactive-commands any\n"
        "set system syslog host 10.0.0.21 any info",
        by_hand="is deactivated",
    ),
    _case(
        "AAA-05", "junos", "FAIL", "set system syslog file messages any any", by_hand="there is no log host"
    ),
    _case(
        "AAA-05",
        "fortios",
        "PASS",
        "config log eventfilter\n    set event enable\nend",
        "set event enable",
    ),
    Case(
        "AAA-05",
        "fortios",
        "FAIL",
        "config log eventfilter\n    set event disable\nend",
        ("set event disable",),
        also=("LOG-03",),
    ),
    _case(
        "AAA-05",
        "panos",
        "PASS",
        _PANOS_PROFILE + "set shared log-settings config match-list ALL send-syslog TOWN",
        "set shared log-settings config match-list ALL send-syslog TOWN",
    ),
    _case("AAA-05", "panos", "FAIL", _PANOS_PROFILE, says="match-list is not on"),
    _case(
        "AAA-05",
        "panos",
        "FAIL",
        _PANOS_PROFILE + "set shared log-settings system match-list ALL send-syslog TOWN",
        says="log-settings config match-list is not on",
    ),
    _case("AAA-05", "panos", "FAIL", "set deviceconfig system hostname x", by_hand="no syslog profile holds"),
    _case(
        "AAA-05",
        "aoscx",
        "PASS",
        "tacacs-server host 10.0.0.1 key ciphertext AQBmadeup\n"
        "aaa accounting all-mgmt default start-stop group tacacs",
        "aaa accounting all-mgmt default start-stop group tacacs",
    ),
    _case(
        "AAA-05",
        "aoscx",
        "FAIL",
        "tacacs-server host 10.0.0.1 key ciphertext AQBmadeup\n"
        "aaa authentication login default group tacacs local\n"
        "aaa accounting all-mgmt default stop-only group tacacs",
    ),
    _case(
        "AAA-05",
        "aoscx",
        "FAIL",
        "tacacs-server host 10.0.0.1 key ciphertext AQBmadeup\n"
        "aaa authentication login default group tacacs local",
        says="is not on",
    ),
)

_PANOS_USED: Final = (
    "set shared authentication-profile ADMINS method radius server-profile TOWN\n"
    "set deviceconfig system authentication-profile ADMINS\n"
)

_FACTORS: Final = (
    _case(
        "AAA-06",
        "fortios",
        "PASS",
        'config system admin\n    edit "a"\n        set two-factor fortitoken\n    next\nend\n'
        'config user local\n    edit "b"\n        set two-factor fortitoken-cloud\n    next\n'
        '    edit "c"\n        set status disable\n    next\nend',
        'edit "a"',
        "set two-factor fortitoken",
        'edit "b"',
        "set two-factor fortitoken-cloud",
        context=_FIREWALL,
    ),
    _case(
        "AAA-06",
        "fortios",
        "FAIL",
        'config system admin\n    edit "a"\n        set two-factor fortitoken\n    next\n'
        '    edit "b"\n    next\nend',
        'edit "b"',
        says="administrator b has no second factor",
        context=_FIREWALL,
    ),
    _case(
        "AAA-06",
        "fortios",
        "FAIL",
        'config user local\n    edit "a"\n        set two-factor sms\n    next\n'
        '    edit "b"\n        set two-factor email\n    next\nend',
        says="user a gets a code by sms, which others can read; user b gets a code by email",
        context=_FIREWALL,
    ),
    _case(
        "AAA-06", "fortios", "ERROR", "config system dns\nend", context={"role": None}, says="gives no role"
    ),
    _case(
        "AAA-06", "fortios", "NOT_APPLICABLE", "config system dns\nend", says="this device is of role edge"
    ),
    _case(
        "AAA-06",
        "panos",
        "PASS",
        _PANOS_USED
        + "set shared authentication-profile ADMINS multi-factor-auth mfa-enable yes\n"
        + "set shared authentication-profile ADMINS multi-factor-auth factors town-mfa",
        "set deviceconfig system authentication-profile ADMINS",
        "set shared authentication-profile ADMINS multi-factor-auth mfa-enable yes",
        "set shared authentication-profile ADMINS multi-factor-auth factors town-mfa",
        context=_FIREWALL,
    ),
    _case("AAA-06", "panos", "FAIL", _PANOS_USED, says="ADMINS has no second factor", context=_FIREWALL),
    _case(
        "AAA-06",
        "panos",
        "FAIL",
        "set shared authentication-profile ADMINS multi-factor-auth mfa-enable yes",
        says="the login of administrators has no second factor",
        context=_FIREWALL,
    ),
    _case("AAA-06", "panos", "ERROR", _PANOS_USED, context={"role": None}),
)

CASES: Final = (*_POLICIES, *_ACTIVITY, *_FACTORS)
