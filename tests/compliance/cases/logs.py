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
    _case(
        "LOG-01",
        "panos",
        "FAIL",
        _BOTH_SERVERS + _match("system"),
        says="10.0.0.21 is not sent all config messages",
    ),
    _case(
        "LOG-01",
        "panos",
        "FAIL",
        _BOTH_SERVERS + _match("system") + _match("config", chosen="(severity geq high)"),
        says="10.0.0.22 is not sent all config messages",
    ),
    _case("LOG-01", "panos", "FAIL", _server("10.0.0.21") + _ALL, says="1 of the site's log servers"),
    Case("LOG-01", "panos", "FAIL", _BOTH_SERVERS, says="0 of the site's log servers"),
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

CASES: Final = SERVERS
