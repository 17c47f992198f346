"""Cases of how administrators reach a device: protocols, algorithms, idle sessions, banner."""

from collections.abc import Mapping
from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected

_GLOBAL: Final = "config system global\n{}\nend"
_INTERFACE: Final = (
    'config system interface\n    edit "wan1"\n        set vdom "root"\n'
    "        set allowaccess {}\n    next\nend"
)
_PROFILE: Final = "set deviceconfig system ssh profiles mgmt-profiles server-profiles town"
_USED: Final = "set deviceconfig system ssh mgmt server-profile town"
_DOD: Final = "You are accessing a U.S. Government (USG) Information System"


def _case(
    control: str,
    platform: Platform,
    expected: Expected,
    text: str,
    *lines: str,
    says: str = "",
    **site: object,
) -> Case:
    context: Mapping[str, object] = site
    return Case(control, platform, expected, text, lines or None, says=says, context=context)


def _interface(services: str) -> str:
    return _INTERFACE.format(services)


_PROTOCOLS: Final = (
    _case("MGT-01", "nxos", "PASS", "", says="telnet server admits no telnet by default"),
    _case("MGT-01", "nxos", "FAIL", "feature telnet", "feature telnet", says="telnet server admits telnet"),
    _case("MGT-01", "nxos", "PASS", "feature telnet\nno feature telnet", "no feature telnet"),
    _case("MGT-01", "nxos", "PASS", "banner motd ^\nfeature telnet\n^"),
    _case(
        "MGT-01",
        "fortios",
        "PASS",
        _interface("ping https ssh"),
        "set allowaccess ping https ssh",
        says="wan1",
    ),
    _case("MGT-01", "fortios", "FAIL", _interface("ping ssh telnet"), "set allowaccess ping ssh telnet"),
    _case("MGT-01", "fortios", "FAIL", _interface("telnet"), "set allowaccess telnet"),
    _case(
        "MGT-01",
        "fortios",
        "PASS",
        f"{_GLOBAL.format('    set admin-telnet disable')}\n{_interface('ping telnet')}",
        "set admin-telnet disable",
        "set allowaccess ping telnet",
    ),
    _case(
        "MGT-01",
        "fortios",
        "PASS",
        'config system interface\n    edit "wan1"\n        set vdom "root"\n'
        '        set description "set allowaccess telnet"\n    next\nend',
    ),
    _case("MGT-01", "fortios", "NOT_APPLICABLE", "", says="no way in"),
    _case(
        "MGT-01",
        "panos",
        "PASS",
        "set deviceconfig system service disable-telnet yes",
        "set deviceconfig system service disable-telnet yes",
    ),
    _case("MGT-01", "panos", "FAIL", "", says="does not state whether it admits telnet"),
    _case(
        "MGT-01",
        "panos",
        "FAIL",
        "set deviceconfig system service disable-telnet no",
        "set deviceconfig system service disable-telnet no",
        says="admits telnet",
    ),
    _case(
        "MGT-01",
        "panos",
        "FAIL",
        "set deviceconfig system service disable-telnet yes\n"
        "set network profiles interface-management-profile open telnet yes\n"
        "set network interface ethernet ethernet1/1 layer3 interface-management-profile open",
        "set network profiles interface-management-profile open telnet yes",
        "set network interface ethernet ethernet1/1 layer3 interface-management-profile open",
        says="ethernet1/1 interface-management-profile open admits telnet",
    ),
    _case("MGT-01", "aoscx", "PASS", "", says="telnet server admits no telnet by default"),
    _case("MGT-01", "aoscx", "FAIL", "telnet server vrf mgmt", "telnet server vrf mgmt"),
    _case("MGT-01", "aoscx", "PASS", "banner motd ^\ntelnet server vrf mgmt\n^"),
)

_TELNET_OF_EOS: Final = (
    _case("MGT-01", "eos", "PASS", "", says="management telnet admits no telnet by default"),
    Case(
        "MGT-01",
        "eos",
        "FAIL",
        "management telnet\n   no shutdown",
        ("management telnet", "no shutdown"),
        also=("MGT-08",),
    ),
    Case(
        "MGT-01",
        "eos",
        "FAIL",
        "management telnet\n   vrf MGMT\n      no shutdown",
        says="management telnet vrf MGMT admits telnet",
        also=("MGT-08",),
    ),
)

_ALGORITHMS: Final = (
    _case(
        "MGT-02",
        "nxos",
        "PASS",
        "ssh ciphers aes128-ctr aes256-ctr\nssh macs hmac-sha2-256 hmac-sha2-512",
        "ssh ciphers aes128-ctr aes256-ctr",
        "ssh macs hmac-sha2-256 hmac-sha2-512",
        says="SSH version 2 is enforced by default",
    ),
    _case("MGT-02", "nxos", "FAIL", "", says="the SSH ciphers are not stated"),
    _case(
        "MGT-02",
        "nxos",
        "FAIL",
        "ssh ciphers all\nssh macs hmac-sha2-256",
        "ssh ciphers all",
        says="SSH ciphers hold weak all",
    ),
    _case(
        "MGT-02",
        "nxos",
        "FAIL",
        "ssh ciphers aes128-ctr\nssh macs hmac-sha1 hmac-sha2-256\nssh kexalgos ecdh-sha2-nistp256",
        "ssh macs hmac-sha1 hmac-sha2-256",
    ),
    _case("MGT-02", "nxos", "NOT_APPLICABLE", "no feature ssh", says="runs no SSH server"),
    _case("MGT-02", "fortios", "PASS", "", says="weak algorithms are left out by default"),
    _case(
        "MGT-02",
        "fortios",
        "PASS",
        _GLOBAL.format("    set admin-ssh-v1 disable\n    set strong-crypto enable"),
        "set admin-ssh-v1 disable",
        "set strong-crypto enable",
    ),
    _case(
        "MGT-02",
        "fortios",
        "FAIL",
        _GLOBAL.format("    set strong-crypto disable"),
        "set strong-crypto disable",
        says="weak algorithms are offered",
    ),
    _case(
        "MGT-02",
        "fortios",
        "FAIL",
        _GLOBAL.format("    set admin-ssh-v1 enable"),
        "set admin-ssh-v1 enable",
        says="SSH version 2 is not enforced",
    ),
    _case(
        "MGT-02",
        "fortios",
        "FAIL",
        _GLOBAL.format("    set ssh-enc-algo aes256-ctr aes128-cbc"),
        "set ssh-enc-algo aes256-ctr aes128-cbc",
        says="hold weak aes128-cbc",
    ),
    _case(
        "MGT-02",
        "panos",
        "PASS",
        f"{_PROFILE} ciphers [ aes256-ctr aes256-gcm ]\n{_PROFILE} mac hmac-sha2-512\n"
        f"{_PROFILE} kex ecdh-sha2-nistp521\n{_USED}",
    ),
    _case("MGT-02", "panos", "FAIL", "", says="the SSH ciphers are not stated"),
    _case(
        "MGT-02",
        "panos",
        "FAIL",
        f"{_PROFILE} ciphers aes256-ctr\n{_PROFILE} mac hmac-sha2-512\n{_PROFILE} kex ecdh-sha2-nistp521",
        says="not stated",
    ),
    _case(
        "MGT-02",
        "panos",
        "FAIL",
        f"{_PROFILE} ciphers [ aes256-ctr aes128-cbc ]\n{_PROFILE} mac hmac-sha2-512\n"
        f"{_PROFILE} kex ecdh-sha2-nistp521\n{_USED}",
        f"{_PROFILE} ciphers [ aes256-ctr aes128-cbc ]",
        _USED,
        says="hold weak aes128-cbc",
    ),
    _case(
        "MGT-02",
        "panos",
        "FAIL",
        f"{_PROFILE} ciphers aes256-ctr\n{_PROFILE} mac hmac-sha1\n{_USED}",
        says="hold weak hmac-sha1; the SSH key-exchange are not stated",
    ),
    _case(
        "MGT-02",
        "aoscx",
        "PASS",
        "ssh ciphers aes256-gcm@openssh.com aes256-ctr\nssh macs hmac-sha2-512-etm@openssh.com",
        "ssh ciphers aes256-gcm@openssh.com aes256-ctr",
        "ssh macs hmac-sha2-512-etm@openssh.com",
    ),
    _case("MGT-02", "aoscx", "FAIL", "ssh ciphers aes256-ctr", "ssh ciphers aes256-ctr", says="macs are not"),
    _case(
        "MGT-02",
        "aoscx",
        "FAIL",
        "ssh ciphers aes256-ctr aes128-cbc\nssh macs hmac-sha2-256",
        "ssh ciphers aes256-ctr aes128-cbc",
    ),
    _case("MGT-02", "aoscx", "NOT_APPLICABLE", "no ssh server vrf mgmt", says="runs no SSH server"),
)

_IDLE: Final = (
    _case(
        "MGT-04",
        "nxos",
        "PASS",
        "line console\n  exec-timeout 10\nline vty\n  exec-timeout 5",
        "line console",
        "exec-timeout 10",
        "line vty",
        "exec-timeout 5",
    ),
    _case(
        "MGT-04", "nxos", "FAIL", "", "line console", "line vty", says="never ends idle sessions by default"
    ),
    _case(
        "MGT-04",
        "nxos",
        "FAIL",
        "line console\n  exec-timeout 10\nline vty\n  exec-timeout 0",
        "line vty",
        "exec-timeout 0",
        says="line vty never ends idle sessions",
    ),
    _case("MGT-04", "fortios", "PASS", _GLOBAL.format("    set admintimeout 10"), "set admintimeout 10"),
    _case("MGT-04", "fortios", "PASS", "", says="after 300 seconds by default"),
    _case("MGT-04", "fortios", "FAIL", _GLOBAL.format("    set admintimeout 30"), "set admintimeout 30"),
    _case(
        "MGT-04",
        "panos",
        "PASS",
        "set deviceconfig setting management idle-timeout 10",
        "set deviceconfig setting management idle-timeout 10",
    ),
    _case("MGT-04", "panos", "FAIL", "", says="after 3600 seconds by default"),
    _case(
        "MGT-04",
        "panos",
        "FAIL",
        "set deviceconfig setting management idle-timeout 0",
        "set deviceconfig setting management idle-timeout 0",
        says="never ends idle sessions",
    ),
    _case(
        "MGT-04",
        "aoscx",
        "PASS",
        "cli-session\n    timeout 10\nhttps-server session-timeout 5",
        "cli-session",
        "timeout 10",
        "https-server session-timeout 5",
    ),
    _case(
        "MGT-04",
        "aoscx",
        "FAIL",
        "cli-session\n    timeout 10",
        says="https-server states no idle time-out",
    ),
    _case(
        "MGT-04",
        "aoscx",
        "FAIL",
        "cli-session\n    timeout 0\nhttps-server session-timeout 5",
        "cli-session",
        "timeout 0",
        says="cli-session never ends idle sessions",
    ),
)

_BANNER: Final = (
    _case("MGT-06", "nxos", "PASS", "banner motd ^\nKun for autoriserede\n^", "banner motd ^"),
    _case("MGT-06", "nxos", "FAIL", "", says="no banner"),
    _case("MGT-06", "nxos", "FAIL", f"banner motd ^\n{_DOD}\n^", "banner motd ^", says="DoD"),
    _case(
        "MGT-06",
        "fortios",
        "PASS",
        _GLOBAL.format("    set pre-login-banner enable"),
        "set pre-login-banner enable",
        says="the device's own text is shown by default",
    ),
    _case("MGT-06", "fortios", "FAIL", "", says="no banner"),
    _case("MGT-06", "fortios", "FAIL", _GLOBAL.format("    set post-login-banner enable"), says="no banner"),
    _case(
        "MGT-06",
        "fortios",
        "FAIL",
        f'config system replacemsg admin "pre_admin-disclaimer-text"\n    set buffer "{_DOD}"\nend\n'
        + _GLOBAL.format("    set pre-login-banner enable"),
        says="DoD",
    ),
    _case(
        "MGT-06",
        "panos",
        "PASS",
        'set deviceconfig system login-banner "Kun for autoriserede"',
        'set deviceconfig system login-banner "Kun for autoriserede"',
    ),
    _case("MGT-06", "panos", "FAIL", "", says="no banner"),
    _case("MGT-06", "panos", "FAIL", f'set deviceconfig system login-banner "{_DOD}"', says="DoD"),
    _case("MGT-06", "aoscx", "PASS", "banner motd ^\nKun for autoriserede\n^", "banner motd"),
    _case("MGT-06", "aoscx", "FAIL", "", says="no banner"),
    _case("MGT-06", "aoscx", "FAIL", f"banner motd ^\n{_DOD}\n^", "banner motd", says="DoD"),
)

CASES: Final = (*_PROTOCOLS, *_TELNET_OF_EOS, *_ALGORITHMS, *_IDLE, *_BANNER)
