"""Cases of logs: who is sent them, what is kept, how it is dated, and that logins are in them."""

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
    return Case(control, platform, expected, text, lines or None, says=says, by_hand=by_hand)


def _slot(number: str, address: str, mode: str = "reliable", status: str = "enable") -> str:
    """Return a slot of a FortiOS device for a log server."""
    return (
        f"config log syslogd{number} setting\n    set status {status}\n"
        f'    set server "{address}"\n    set mode {mode}\nend\n'
    )


def _server(address: str, profile: str = "site") -> str:
    return f"set shared log-settings syslog {profile} server s-{address[-2:]} server {address}\n"


def _match(kind: str, profile: str = "site", chosen: str = "All Logs") -> str:
    at = f"set shared log-settings {kind} match-list all"
    return f'{at} filter "{chosen}"\n{at} send-syslog {profile}\n'


_BOTH_SLOTS: Final = _slot("", "10.0.0.21") + _slot("2", "10.0.0.22")
_BOTH_SERVERS: Final = _server("10.0.0.21") + _server("10.0.0.22")
_ALL: Final = _match("system") + _match("config")

SERVERS: Final = (
    _case(
        "LOG-01",
        "nxos",
        "PASS",
        "logging server 10.0.0.21 6 use-vrf management\nlogging server 10.0.0.22 7",
        "logging server 10.0.0.21 6 use-vrf management",
        "logging server 10.0.0.22 7",
        says="2 of the site's log servers",
    ),
    _case(
        "LOG-01",
        "nxos",
        "FAIL",
        "logging server 10.0.0.21 6 use-vrf management\nlogging server 10.0.0.22 use-vrf management",
        says="10.0.0.22 is not sent informational messages",
    ),
    _case(
        "LOG-01", "nxos", "FAIL", "logging server 10.0.0.21 6\nlogging server 10.0.0.21 7", says="1 of the"
    ),
    _case(
        "LOG-01", "nxos", "FAIL", "logging server 10.0.0.21 6\nlogging server 192.0.2.1 6", says="1 of the"
    ),
    _case(
        "LOG-01",
        "nxos",
        "FAIL",
        "logging server 10.0.0.21 6\nlogging server 10.0.0.22 6\nno logging server 10.0.0.22 6",
        "logging server 10.0.0.21 6",
    ),
    _case(
        "LOG-01",
        "nxos",
        "FAIL",
        "banner motd ^\nlogging server 10.0.0.21 6\nlogging server 10.0.0.22 6\n^",
        says="0 of the",
    ),
    Case("LOG-01", "nxos", "ERROR", "logging server 10.0.0.21 6", context={"log_servers": None}),
    _case(
        "LOG-01",
        "fortios",
        "PASS",
        _BOTH_SLOTS,
        'set server "10.0.0.21"',
        "set mode reliable",
        'set server "10.0.0.22"',
        "set mode reliable",
    ),
    _case("LOG-01", "fortios", "PASS", _slot("3", "10.0.0.21") + _slot("4", "10.0.0.22")),
    _case(
        "LOG-01",
        "fortios",
        "FAIL",
        _slot("", "10.0.0.21") + _slot("2", "10.0.0.22", "udp"),
        says="10.0.0.22 is not sent messages over a reliable transport",
    ),
    _case(
        "LOG-01",
        "fortios",
        "FAIL",
        _slot("", "10.0.0.21") + _slot("2", "10.0.0.22").replace("    set mode reliable\n", ""),
        says="10.0.0.22 is not sent messages over a reliable transport",
    ),
    _case("LOG-01", "fortios", "FAIL", _slot("", "10.0.0.21") + _slot("2", "10.0.0.22", status="disable")),
    _case(
        "LOG-01",
        "fortios",
        "FAIL",
        f"{_BOTH_SLOTS}config log syslogd2 filter\n    set severity warning\nend",
        says="10.0.0.22 is not sent informational messages",
    ),
    _case("LOG-01", "fortios", "FAIL", "config system settings\n    set opmode nat\nend", says="0 of the"),
    _case(
        "LOG-01",
        "fortios",
        "FAIL",
        "".join(_slot(number, f"192.0.2.{place}") for place, number in enumerate(("", "2", "3", "4"))),
        by_hand="all places for log servers are taken",
    ),
    _case(
        "LOG-01",
        "panos",
        "PASS",
        _BOTH_SERVERS + _ALL,
        says="2 of the site's log servers",
    ),
    Case(
        "LOG-01",
        "panos",
        "FAIL",
        _BOTH_SERVERS + _match("system"),
        says="10.0.0.21 is not sent all config messages",
        also=("AAA-05",),
    ),
    Case(
        "LOG-01",
        "panos",
        "FAIL",
        _BOTH_SERVERS + _match("system") + _match("config", chosen="(severity geq high)"),
        says="10.0.0.22 is not sent all config messages",
        also=("AAA-05",),
    ),
    _case("LOG-01", "panos", "FAIL", _server("10.0.0.21") + _ALL, says="1 of the site's log servers"),
    Case(
        "LOG-01",
        "panos",
        "FAIL",
        _BOTH_SERVERS,
        says="0 of the site's log servers",
        also=("LOG-03", "AAA-05"),
    ),
    _case(
        "LOG-01",
        "aoscx",
        "PASS",
        "logging 10.0.0.21 severity info include-auditable-events\nlogging 10.0.0.22 tls severity debug",
        "logging 10.0.0.21 severity info include-auditable-events",
        "logging 10.0.0.22 tls severity debug",
    ),
    _case(
        "LOG-01",
        "aoscx",
        "FAIL",
        "logging 10.0.0.21 severity info include-auditable-events vrf mgmt",
        "logging 10.0.0.21 severity info include-auditable-events vrf mgmt",
        says="1 of the",
    ),
    _case(
        "LOG-01",
        "aoscx",
        "FAIL",
        "logging 10.0.0.21 include-auditable-events\n"
        "logging 10.0.0.22 severity warning include-auditable-events",
        says="10.0.0.22 is not sent informational messages",
    ),
)

_IOS: Final = "service timestamps log datetime msec\nlogging buffered 64000 informational\n"
_EOS: Final = "logging buffered 64000 informational\nlogging trap informational\n"
_YEAR: Final = "set system syslog time-format year\n"

QUALITY: Final = (
    _case(
        "LOG-02",
        "ios",
        "PASS",
        _IOS,
        "version 17.9",
        "service timestamps log datetime msec",
        "logging buffered 64000 informational",
        says="logging trap keeps severity 6 and graver by default",
    ),
    _case("LOG-02", "ios", "PASS", "service timestamps log datetime localtime\nlogging buffered 4096"),
    _case("LOG-02", "ios", "PASS", f"{_IOS}logging trap debugging\nclock timezone UTC 0 0"),
    _case("LOG-02", "ios", "PASS", f"{_IOS.upper()}"),
    _case("LOG-02", "ios", "FAIL", f"{_IOS}no logging trap", "no logging trap", says="trap is switched off"),
    _case("LOG-02", "ios", "FAIL", f"{_IOS}logging trap 4", "logging trap 4", says="trap keeps severity 4"),
    _case(
        "LOG-02",
        "ios",
        "FAIL",
        _IOS.replace("informational", "warnings"),
        "logging buffered 64000 warnings",
        says="buffered keeps severity 4 and graver",
    ),
    _case("LOG-02", "ios", "FAIL", f"{_IOS}no logging buffered", "no logging buffered", says="switched off"),
    _case("LOG-02", "ios", "FAIL", "service timestamps log datetime", says="buffered is not stated"),
    _case("LOG-02", "ios", "FAIL", _IOS.replace("datetime msec", "uptime"), "service timestamps log uptime"),
    _case("LOG-02", "ios", "FAIL", f"{_IOS}no service timestamps log", says="does not date messages"),
    _case(
        "LOG-02",
        "ios",
        "FAIL",
        f"{_IOS.replace('msec', 'localtime')}clock timezone CET 1 0\n"
        "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00",
        "clock timezone CET 1 0",
        "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00",
        says="the clock is in CET 1 0 with summer time",
    ),
    _case("LOG-02", "ios", "FAIL", f"{_IOS}clock timezone UTC 1", "clock timezone UTC 1"),
    _case(
        "LOG-02",
        "ios",
        "FAIL",
        f"{_IOS}clock timezone WET 0 0\nclock summer-time WEST recurring",
        says="the clock is in WET 0 0 with summer time",
    ),
    _case(
        "LOG-02",
        "ios",
        "FAIL",
        "service timestamps log datetime\nbanner motd ^\nlogging buffered 64000 informational\n^",
        says="buffered is not stated",
    ),
    _case(
        "LOG-02",
        "nxos",
        "PASS",
        "logging logfile messages 6 size 4194304\nclock timezone UTC 0 0",
        "logging logfile messages 6 size 4194304",
        "clock timezone UTC 0 0",
    ),
    _case("LOG-02", "nxos", "PASS", "logging logfile router.log 7", says="the clock is in UTC by default"),
    _case(
        "LOG-02",
        "nxos",
        "FAIL",
        "logging logfile router.log 5 size 4096",
        "logging logfile router.log 5 size 4096",
        says="logging logfile keeps severity 5",
    ),
    _case("LOG-02", "nxos", "FAIL", "clock timezone UTC 0 0", says="severity 5 and graver by default"),
    _case("LOG-02", "nxos", "FAIL", "logging logfile messages 6\nno logging logfile", says="switched off"),
    _case(
        "LOG-02",
        "nxos",
        "FAIL",
        "logging logfile messages 6\nclock timezone CET 1 0",
        "clock timezone CET 1 0",
        says="the clock is in CET 1 0",
    ),
    _case(
        "LOG-02",
        "eos",
        "PASS",
        _EOS,
        "hostname town",
        "logging buffered 64000 informational",
        "logging trap informational",
    ),
    _case("LOG-02", "eos", "FAIL", "logging buffered 64000 errors\nlogging trap informational"),
    _case("LOG-02", "eos", "FAIL", "logging buffered informational", says="logging trap is not stated"),
    _case("LOG-02", "eos", "FAIL", f"{_EOS}no logging trap", "no logging trap", says="switched off"),
    _case("LOG-02", "eos", "FAIL", f"{_EOS}clock timezone Europe/Copenhagen", says="in Europe/Copenhagen"),
    _case(
        "LOG-02",
        "junos",
        "PASS",
        f"set system time-zone UTC\n{_YEAR}",
        "set system time-zone UTC",
        "set system syslog time-format year",
    ),
    _case("LOG-02", "junos", "PASS", _YEAR, says="the clock is in UTC by default"),
    _case("LOG-02", "junos", "FAIL", "set system time-zone UTC", says="does not date messages in full"),
    _case("LOG-02", "junos", "FAIL", "set system syslog time-format millisecond"),
    _case(
        "LOG-02", "junos", "FAIL", f"{_YEAR}set system time-zone Europe/Copenhagen", says="in Europe/Copenh"
    ),
    _case("LOG-02", "junos", "FAIL", f"{_YEAR}delete system syslog time-format year"),
    _case(
        "LOG-02",
        "fortios",
        "NOT_APPLICABLE",
        "config system settings\n    set opmode nat\nend",
        says="left to the site's policy",
    ),
    _case(
        "LOG-02",
        "panos",
        "PASS",
        "set deviceconfig system timezone UTC",
        "set deviceconfig system timezone UTC",
    ),
    _case("LOG-02", "panos", "FAIL", "set deviceconfig system timezone Europe/Copenhagen"),
    _case("LOG-02", "panos", "FAIL", "set deviceconfig system locale en", says="US/Pacific by default"),
    _case("LOG-02", "aoscx", "PASS", "clock timezone utc", "clock timezone utc"),
    _case("LOG-02", "aoscx", "PASS", "ntp enable", says="the clock is in UTC by default"),
    _case("LOG-02", "aoscx", "FAIL", "clock timezone europe/copenhagen", "clock timezone europe/copenhagen"),
)

_LOGINS_IOS: Final = "login on-failure log\nlogin on-success log\n"
_LOGINS_EOS: Final = "aaa authentication policy on-success log\naaa authentication policy on-failure log\n"

LOGINS: Final = (
    _case("LOG-03", "ios", "PASS", _LOGINS_IOS, "login on-failure log", "login on-success log"),
    _case("LOG-03", "ios", "PASS", "login on-failure log every 1\nlogin on-success log"),
    _case("LOG-03", "ios", "FAIL", "login on-failure log", "login on-failure log", says="login on-success"),
    _case("LOG-03", "ios", "FAIL", _LOGINS_IOS.replace("failure log", "failure log every 3"), says="not all"),
    _case("LOG-03", "ios", "FAIL", _LOGINS_IOS.replace("failure log", "failure trap")),
    _case("LOG-03", "ios", "FAIL", f"{_LOGINS_IOS}no login on-success log", "login on-failure log"),
    _case("LOG-03", "ios", "FAIL", f"banner motd ^\n{_LOGINS_IOS}^"),
    _case("LOG-03", "nxos", "PASS", "logging level authpriv 5", "logging level authpriv 5"),
    _case("LOG-03", "nxos", "PASS", "logging level authpri 6"),
    _case("LOG-03", "nxos", "FAIL", "logging level authpriv 3", "logging level authpriv 3"),
    _case("LOG-03", "nxos", "FAIL", "logging level auth 6", "logging level auth 6", says="is not stated"),
    _case(
        "LOG-03",
        "eos",
        "PASS",
        _LOGINS_EOS,
        "aaa authentication policy on-success log",
        "aaa authentication policy on-failure log",
    ),
    _case("LOG-03", "eos", "FAIL", "aaa authentication policy on-failure log", says="successful logins"),
    _case("LOG-03", "eos", "FAIL", f"{_LOGINS_EOS}no aaa authentication policy on-failure log"),
    _case(
        "LOG-03",
        "junos",
        "PASS",
        "set system syslog host 10.0.0.21 authorization info\nset system syslog host 10.0.0.22 any any",
        "set system syslog host 10.0.0.21 authorization info",
        "set system syslog host 10.0.0.22 any any",
    ),
    _case(
        "LOG-03",
        "junos",
        "FAIL",
        "set system syslog host 10.0.0.21 authorization info\nset system syslog host 10.0.0.22 any warning",
        "set system syslog host 10.0.0.22 any warning",
    ),
    _case(
        "LOG-03",
        "junos",
        "FAIL",
        "set system syslog host 10.0.0.21 any info\nset system syslog host 10.0.0.21 authorization none",
    ),
    Case(
        "LOG-03",
        "junos",
        "FAIL",
        "set system syslog file messages authorization info",
        ("set system syslog file messages authorization info",),
        says="syslog host is not stated",
        also=("LOG-01", "AAA-05"),
    ),
    _case(
        "LOG-03",
        "fortios",
        "PASS",
        "config log eventfilter\n    set event enable\nend",
        "set event enable",
    ),
    Case(
        "LOG-03",
        "fortios",
        "FAIL",
        "config log eventfilter\n    set event disable\nend",
        also=("AAA-05",),
    ),
    Case(
        "LOG-03",
        "fortios",
        "FAIL",
        "config log eventfilter\n    set system enable\nend",
        ("set system enable",),
        says="not stated",
        also=("AAA-05",),
    ),
    _case(
        "LOG-03",
        "fortios",
        "FAIL",
        "config log eventfilter\n    set event enable\n    set system disable\nend",
        "set event enable",
        "set system disable",
    ),
    _case("LOG-03", "panos", "PASS", _server("10.0.0.21") + _match("system")),
    _case("LOG-03", "panos", "PASS", _server("10.0.0.21") + _match("system", chosen="(subtype eq auth)")),
    _case("LOG-03", "panos", "FAIL", _server("10.0.0.21") + _match("config")),
    _case("LOG-03", "panos", "FAIL", _server("10.0.0.21") + _match("system", chosen="(severity eq high)")),
    Case("LOG-03", "panos", "FAIL", _BOTH_SERVERS, also=("LOG-01", "AAA-05")),
    _case(
        "LOG-03",
        "aoscx",
        "PASS",
        "logging 10.0.0.21 severity info include-auditable-events",
        "logging 10.0.0.21 severity info include-auditable-events",
    ),
    _case(
        "LOG-03",
        "aoscx",
        "FAIL",
        "logging 10.0.0.21 include-auditable-events\nlogging 10.0.0.22 severity info vrf mgmt",
        "logging 10.0.0.22 severity info vrf mgmt",
    ),
    Case("LOG-03", "aoscx", "FAIL", "logging facility local7", says="is not stated", also=("LOG-01",)),
)

CASES: Final = (*SERVERS, *QUALITY, *LOGINS)
