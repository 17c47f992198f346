"""Cases of repeated wrong logins."""

from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected


def _case(platform: Platform, expected: Expected, text: str, *lines: str, says: str = "") -> Case:
    return Case("MGT-05", platform, expected, text, lines or None, says=says)


CASES: Final = (
    _case(
        "ios",
        "PASS",
        "login block-for 900 attempts 3 within 120",
        "login block-for 900 attempts 3 within 120",
        says="login block-for stops after 3 failed logins for 900 seconds",
    ),
    _case("ios", "PASS", "login block-for 1800 attempts 2 within 300"),
    _case("ios", "FAIL", "login block-for 900 attempts 5 within 120", says="stops after 5"),
    _case("ios", "FAIL", "login block-for 60 attempts 3 within 120", says="for 60 seconds"),
    _case("ios", "FAIL", "login on-failure log", "version 17.9", "login on-failure log", says="no limit"),
    _case("ios", "FAIL", "login block-for 900 attempts 3 within 120\nno login block-for", says="no limit"),
    _case("ios", "FAIL", "banner motd ^\nlogin block-for 900 attempts 3 within 120\n^", says="no limit"),
    _case("ios", "PASS", "LOGIN BLOCK-FOR 900 ATTEMPTS 3 WITHIN 120"),
    _case(
        "nxos",
        "PASS",
        "ssh login-attempts 3\nsystem login block-for 900 attempts 3 within 120",
        "ssh login-attempts 3",
        "system login block-for 900 attempts 3 within 120",
    ),
    _case("nxos", "PASS", "ssh login attempts 3\nsystem login block-for 900 attempts 3 within 120"),
    _case(
        "nxos",
        "PASS",
        "system login block-for 900 attempts 3 within 120",
        says="ssh login-attempts stops after 3 failed logins by default",
    ),
    _case(
        "nxos",
        "FAIL",
        "ssh login-attempts 10\nsystem login block-for 900 attempts 3 within 120",
        "ssh login-attempts 10",
    ),
    _case("nxos", "FAIL", "ssh login-attempts 3", says="system login block-for sets no limit"),
    _case(
        "eos",
        "PASS",
        "aaa authentication policy lockout failure 3 duration 900",
        "aaa authentication policy lockout failure 3 duration 900",
    ),
    _case("eos", "PASS", "aaa authentication policy lockout failure 3 window 86400 duration 900"),
    _case("eos", "FAIL", "aaa authentication policy lockout failure 3 duration 300", says="for 300 seconds"),
    _case("eos", "FAIL", "aaa authentication policy on-failure log", says="no limit"),
    _case(
        "junos",
        "PASS",
        "set system login retry-options tries-before-disconnect 3\n"
        "set system login retry-options lockout-period 15",
        "set system login retry-options tries-before-disconnect 3",
        "set system login retry-options lockout-period 15",
    ),
    _case(
        "junos",
        "FAIL",
        "set system login retry-options tries-before-disconnect 3",
        "set system login retry-options tries-before-disconnect 3",
        says="states no time for which it keeps out",
    ),
    _case(
        "junos",
        "FAIL",
        "set system login retry-options tries-before-disconnect 3\n"
        "set system login retry-options lockout-period 15\n"
        "delete system login retry-options lockout-period",
        says="states no time",
    ),
    _case(
        "fortios",
        "PASS",
        "config system global\n    set admin-lockout-duration 900\nend",
        "set admin-lockout-duration 900",
        says="stops after 3 failed logins for 900 seconds",
    ),
    _case(
        "fortios",
        "FAIL",
        "config system global\n    set admin-lockout-threshold 3\nend",
        "set admin-lockout-threshold 3",
        says="states no time",
    ),
    _case(
        "fortios",
        "FAIL",
        "config system global\n    set admin-lockout-threshold 10\n    set admin-lockout-duration 900\nend",
    ),
    _case(
        "panos",
        "PASS",
        "set deviceconfig setting management admin-lockout failed-attempts 5\n"
        "set deviceconfig setting management admin-lockout lockout-time 15",
        "set deviceconfig setting management admin-lockout failed-attempts 5",
        "set deviceconfig setting management admin-lockout lockout-time 15",
    ),
    _case(
        "panos",
        "PASS",
        "set deviceconfig setting management admin-lockout failed-attempts 3\n"
        "set deviceconfig setting management admin-lockout lockout-time 0",
        says="until an administrator lets in again",
    ),
    _case(
        "panos",
        "FAIL",
        "set deviceconfig setting management admin-lockout failed-attempts 0\n"
        "set deviceconfig setting management admin-lockout lockout-time 15",
    ),
    _case("panos", "FAIL", "set deviceconfig setting management idle-timeout 10", says="no limit"),
    _case(
        "aoscx",
        "PASS",
        "aaa authentication limit-login-attempts 3 lockout-time 900",
        "aaa authentication limit-login-attempts 3 lockout-time 900",
    ),
    _case("aoscx", "FAIL", "aaa authentication limit-login-attempts 3 lockout-time 300"),
    _case(
        "aoscx",
        "NOT_APPLICABLE",
        "tacacs-server host 10.0.0.1\ntacacs-server host 10.0.0.2\n"
        "aaa authentication login default group tacacs local",
        says="no effect while remote servers",
    ),
)
