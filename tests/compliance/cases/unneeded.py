"""Cases of services that hardly anybody needs."""

from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected

_OFF: Final = "no service pad\nno ip bootp server\n"
_CX: Final = "no usb\nbluetooth disable\naruba-central\n    disable"
_AUTO: Final = (
    "config system auto-install\n    set auto-install-config {}\n    set auto-install-image disable\nend"
)


def _case(
    platform: Platform, expected: Expected, text: str, *lines: str, says: str = "", **more: str
) -> Case:
    also = ("MGT-01",) if "telnet" in text else ()
    return Case("MGT-08", platform, expected, text, lines or None, says=says, also=also, **more)


CASES: Final = (
    _case("ios", "PASS", _OFF, says="service finger is off by default"),
    _case("ios", "PASS", "no service pad\nip dhcp bootp ignore"),
    _case("ios", "FAIL", "no service pad", says="ip bootp server is not stated to be off"),
    _case("ios", "FAIL", "no ip bootp server", says="service pad is not stated to be off"),
    _case("ios", "FAIL", f"{_OFF}service tcp-small-servers", "service tcp-small-servers"),
    _case("ios", "FAIL", f"{_OFF}service udp-small-servers\nservice config", says="service config is on"),
    _case("ios", "FAIL", f"{_OFF}ip identd", "ip identd"),
    _case("ios", "FAIL", f"{_OFF}service pad\nip bootp server", "service pad", "ip bootp server"),
    _case("ios", "PASS", f"{_OFF}service finger\nno service finger"),
    _case("ios", "PASS", f"{_OFF}banner motd ^\nservice finger\n^"),
    _case("nxos", "PASS", "", says="boot poap enable is off by default"),
    _case("nxos", "FAIL", "boot poap enable", "boot poap enable"),
    _case("nxos", "FAIL", "feature wccp\nfeature dhcp", "feature wccp", "feature dhcp"),
    _case("nxos", "PASS", "feature dhcp\nip dhcp snooping", says="feature dhcp is on and used"),
    _case("nxos", "PASS", "feature wccp\nno feature wccp"),
    _case("eos", "PASS", "", says="management telnet is off by default"),
    _case("eos", "FAIL", "management telnet\n   no shutdown", "management telnet", "no shutdown"),
    _case("eos", "FAIL", "management telnet\n   vrf MGMT\n      no shutdown", says="vrf MGMT is on"),
    _case("junos", "PASS", "set system services ssh", says="system services ftp is off by default"),
    _case("junos", "FAIL", "set system services ftp", "set system services ftp"),
    _case("junos", "FAIL", "set system services rest http port 3000", says="system services rest http is on"),
    _case("junos", "PASS", "set system services ftp\ndeactivate system services ftp"),
    _case("junos", "PASS", "set system services finger\ndelete system services finger"),
    _case(
        "fortios",
        "PASS",
        _AUTO.format("disable"),
        "set auto-install-config disable",
        "set auto-install-image disable",
    ),
    _case("fortios", "FAIL", _AUTO.format("enable"), "set auto-install-config enable"),
    _case("fortios", "FAIL", "", says="auto-install-config is not stated to be off"),
    _case("aoscx", "PASS", _CX, "no usb", "bluetooth disable", "aruba-central", "disable"),
    _case("aoscx", "FAIL", "", says="usb is not stated to be off"),
    _case("aoscx", "FAIL", _CX.replace("no usb", "usb"), says="usb is on"),
    _case("aoscx", "FAIL", _CX.replace("bluetooth disable", "bluetooth enable"), "bluetooth enable"),
    _case("aoscx", "FAIL", _CX.replace("\n    disable", ""), "aruba-central", says="aruba-central is on"),
)
