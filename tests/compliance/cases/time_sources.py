"""Cases of the time: enough servers, and servers that prove who they are."""

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


def _list(*rows: str, synced: str = "enable", kind: str = "custom") -> str:
    """Return the time servers of a FortiOS device."""
    entries = "".join(
        f"        edit {number}\n            {row}\n        next\n"
        for number, row in enumerate(rows, start=1)
    )
    return (
        f"config system ntp\n    set ntpsync {synced}\n    set type {kind}\n"
        f"    config ntpserver\n{entries}    end\nend\n"
    )


def _slots(first: str, second: str = "") -> str:
    """Return the time servers of a PAN-OS firewall."""
    at = "set deviceconfig system ntp-servers"
    lines = f"{at} primary-ntp-server ntp-server-address {first}\n"
    return lines + (f"{at} secondary-ntp-server ntp-server-address {second}\n" if second else "")


_BOTH: Final = _list('set server "10.0.0.11"', 'set server "10.0.0.12"')

SERVERS: Final = (
    _case(
        "NTP-01",
        "nxos",
        "PASS",
        "ntp server 10.0.0.11 prefer use-vrf management\nntp server 10.0.0.12",
        "ntp server 10.0.0.11 prefer use-vrf management",
        "ntp server 10.0.0.12",
    ),
    _case(
        "NTP-01",
        "nxos",
        "FAIL",
        "ntp server 10.0.0.11 use-vrf management",
        "ntp server 10.0.0.11 use-vrf management",
        says="1 of the",
    ),
    _case("NTP-01", "nxos", "FAIL", "ntp server 10.0.0.11\nntp peer 10.0.0.12", says="1 of the"),
    _case("NTP-01", "nxos", "FAIL", "ntp server 10.0.0.11\nntp server 192.0.2.1", says="1 of the"),
    _case(
        "NTP-01",
        "nxos",
        "FAIL",
        "banner motd ^\nntp server 10.0.0.11\nntp server 10.0.0.12\n^",
        says="0 of the",
    ),
    Case("NTP-01", "nxos", "ERROR", "ntp server 10.0.0.11", context={"ntp_servers": None}),
    _case(
        "NTP-01",
        "fortios",
        "PASS",
        _BOTH,
        "set ntpsync enable",
        "set type custom",
        'set server "10.0.0.11"',
        'set server "10.0.0.12"',
    ),
    _case("NTP-01", "fortios", "FAIL", _list('set server "10.0.0.11"'), says="1 of the"),
    _case(
        "NTP-01",
        "fortios",
        "FAIL",
        _list('set server "10.0.0.11"', 'set server "10.0.0.12"', synced="disable"),
        "set ntpsync disable",
        "set type custom",
        says="the listed time servers are not asked",
    ),
    _case(
        "NTP-01",
        "fortios",
        "FAIL",
        _list('set server "10.0.0.11"', 'set server "10.0.0.12"', kind="fortiguard"),
    ),
    _case(
        "NTP-01",
        "fortios",
        "FAIL",
        _BOTH.replace("    set ntpsync enable\n", ""),
        "set type custom",
        says="the listed time servers are not asked",
    ),
    _case(
        "NTP-01",
        "panos",
        "PASS",
        _slots("10.0.0.11", "10.0.0.12"),
        "set deviceconfig system ntp-servers primary-ntp-server ntp-server-address 10.0.0.11",
        "set deviceconfig system ntp-servers secondary-ntp-server ntp-server-address 10.0.0.12",
    ),
    _case("NTP-01", "panos", "FAIL", _slots("10.0.0.11"), says="1 of the"),
    _case("NTP-01", "panos", "FAIL", _slots("192.0.2.1", "10.0.0.11"), says="1 of the"),
    _case("NTP-01", "panos", "FAIL", _slots("10.0.0.11", "10.0.0.11"), says="1 of the"),
    _case(
        "NTP-01",
        "aoscx",
        "PASS",
        "ntp server 10.0.0.11 iburst\nntp server 10.0.0.12\nntp enable",
        "ntp server 10.0.0.11 iburst",
        "ntp server 10.0.0.12",
        "ntp enable",
    ),
    _case("NTP-01", "aoscx", "FAIL", "ntp server 10.0.0.11\nntp vrf mgmt\nntp enable", says="1 of the"),
    _case(
        "NTP-01",
        "aoscx",
        "FAIL",
        "ntp server 10.0.0.11\nntp server 10.0.0.12",
        says="the listed time servers are not asked",
    ),
    _case("NTP-01", "aoscx", "FAIL", "clock timezone utc", says="0 of the"),
)

CASES: Final = SERVERS
