"""Cases of how SNMP version 3 is protected."""

from collections.abc import Mapping
from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected

_NOTHING: Final[Mapping[str, str]] = {}


def _case(
    platform: Platform,
    expected: Expected,
    text: str,
    *lines: str,
    says: str = "",
    shows: Mapping[str, str] = _NOTHING,
) -> Case:
    return Case("SNMP-02", platform, expected, text, lines or None, says=says, shows=shows)


def _users(*rows: tuple[str, str, str]) -> Mapping[str, str]:
    """Return what IOS shows of users: name, authentication and privacy of each."""
    blocks = (
        f"User name: {name}\nEngine ID: 800000090300001122334455\nstorage-type: nonvolatile\t active\n"
        f"Authentication Protocol: {authentication}\nPrivacy Protocol: {privacy}\nGroup-name: OPS\n"
        for name, authentication, privacy in rows
    )
    return {"show snmp user": "\n" + "\n".join(blocks) + "\n"}


_GROUP: Final = "snmp-server group OPS v3 priv"
_EOS_USER: Final = "snmp-server user ops ops v3 auth sha madeup priv aes madeup"
_JUNOS_USER: Final = "set snmp v3 usm local-engine user ops"
_PANOS_USER: Final = "set deviceconfig system snmp-setting access-setting version v3 users ops"

CASES: Final = (
    _case(
        "ios",
        "PASS",
        _GROUP,
        _GROUP,
        says="the SNMPv3 user ops is protected by SHA and AES128",
        shows=_users(("ops", "SHA", "AES128")),
    ),
    _case(
        "ios", "FAIL", _GROUP, shows=_users(("ops", "SHA", "AES256"), ("old", "MD5", "DES")), says="user old"
    ),
    _case("ios", "FAIL", _GROUP, shows=_users(("ops", "SHA", "None")), says="SHA and no encryption"),
    _case("ios", "ERROR", _GROUP, says="the output of 'show snmp user' is needed"),
    _case("ios", "ERROR", _GROUP, shows={"show snmp user": "% Invalid input"}, says="cannot be read"),
    _case(
        "ios",
        "FAIL",
        f"{_GROUP}\nsnmp-server group OLD v3 auth",
        "snmp-server group OLD v3 auth",
        says="group OLD demands auth",
    ),
    _case("ios", "FAIL", "snmp-server community hemmelig RO", says="SNMP is asked without version 3"),
    _case(
        "ios", "NOT_APPLICABLE", "snmp-server location Raadhus", says="nobody can ask the device over SNMP"
    ),
    _case("ios", "NOT_APPLICABLE", _GROUP, shows={"show snmp user": ""}, says="there is no SNMPv3 user"),
    _case("ios", "NOT_APPLICABLE", "snmp-server group OLD v3 auth\nno snmp-server group OLD v3 auth"),
    _case(
        "nxos",
        "PASS",
        "snmp-server user ops network-operator auth sha 0x1 priv aes-128 0x2 localizedkey",
        "snmp-server user ops network-operator auth sha <secret> priv aes-128 <secret> localizedkey",
    ),
    # What the switch makes of every local account by itself.
    _case(
        "nxos",
        "FAIL",
        "snmp-server user admin network-admin auth md5 0x1 priv 0x2 localizedkey",
        says="the SNMPv3 user admin is protected by md5 and des",
    ),
    _case(
        "nxos",
        "FAIL",
        "snmp-server user ops network-operator auth sha 0x1 localizedkey",
        says="no encryption",
    ),
    _case("nxos", "NOT_APPLICABLE", "snmp-server contact it"),
    _case(
        "eos",
        "PASS",
        f"snmp-server group ops v3 priv\n{_EOS_USER}",
        "snmp-server group ops v3 priv",
        _EOS_USER.replace("madeup", "<secret>"),
    ),
    _case("eos", "FAIL", f"snmp-server group ops v3 noauth\n{_EOS_USER}", says="group ops demands noauth"),
    _case(
        "eos", "FAIL", f"snmp-server group ops v3 priv\n{_EOS_USER.replace('aes', 'des')}", says="sha and des"
    ),
    _case("eos", "FAIL", f"snmp-server group ops v3 priv\n{_EOS_USER.replace('sha', 'md5')}", says="by md5"),
    _case("eos", "NOT_APPLICABLE", "snmp-server group ops v3 priv", says="no SNMPv3 user"),
    _case(
        "junos",
        "PASS",
        f'{_JUNOS_USER} authentication-sha authentication-key "$9$madeup"\n'
        f'{_JUNOS_USER} privacy-aes128 privacy-key "$9$madeup"',
        f"{_JUNOS_USER} authentication-sha authentication-key <secret>",
        f"{_JUNOS_USER} privacy-aes128 privacy-key <secret>",
    ),
    _case(
        "junos",
        "FAIL",
        f'{_JUNOS_USER} authentication-md5 authentication-key "$9$madeup"\n'
        f'{_JUNOS_USER} privacy-aes128 privacy-key "$9$madeup"',
        says="protected by md5 and aes128",
    ),
    _case(
        "junos",
        "FAIL",
        f'{_JUNOS_USER} authentication-sha authentication-key "$9$madeup"\n{_JUNOS_USER} privacy-none',
        says="no encryption",
    ),
    _case(
        "junos",
        "FAIL",
        f'{_JUNOS_USER} authentication-sha authentication-key "$9$madeup"\n'
        f'{_JUNOS_USER} privacy-aes128 privacy-key "$9$madeup"\n'
        "set snmp v3 vacm access group OPS default-context-prefix security-model usm security-level "
        "authentication read-view all",
        says="group OPS demands auth",
    ),
    _case("junos", "NOT_APPLICABLE", "set snmp location Raadhus"),
    _case(
        "fortios",
        "PASS",
        'config system snmp user\n    edit "ops"\n        set security-level auth-priv\n'
        "        set auth-proto sha256\n    next\nend",
        'edit "ops"',
        "set security-level auth-priv",
        "set auth-proto sha256",
    ),
    _case(
        "fortios",
        "FAIL",
        'config system snmp user\n    edit "ops"\n        set security-level auth-priv\n'
        "        set auth-proto sha\n    next\nend",
        says="protected by sha and aes",
    ),
    _case(
        "fortios",
        "FAIL",
        'config system snmp user\n    edit "ops"\n        set auth-proto sha256\n    next\nend',
        says="no authentication and no encryption",
    ),
    _case(
        "fortios",
        "FAIL",
        'config system snmp user\n    edit "ops"\n        set security-level auth-priv\n'
        "        set auth-proto sha512\n        set priv-proto des\n    next\nend",
    ),
    _case("fortios", "NOT_APPLICABLE", "config system snmp sysinfo\n    set status disable\nend"),
    _case(
        "panos",
        "PASS",
        f"{_PANOS_USER} authpwd -AQ==madeup\n{_PANOS_USER} privpwd -AQ==madeup",
        f"{_PANOS_USER} authpwd <secret>",
        f"{_PANOS_USER} privpwd <secret>",
    ),
    _case("panos", "FAIL", f"{_PANOS_USER} authpwd -AQ==madeup", says="no encryption"),
    _case(
        "panos",
        "FAIL",
        "set deviceconfig system snmp-setting access-setting version v2c snmp-community-string hemmelig",
        says="without version 3",
    ),
    _case("panos", "NOT_APPLICABLE", "set deviceconfig system service disable-snmp yes"),
    _case(
        "aoscx",
        "PASS",
        "snmpv3 security-level auth-privacy\n"
        "snmpv3 user ops auth sha auth-pass ciphertext AQBmadeup priv aes priv-pass ciphertext AQBmadeup",
        "snmpv3 security-level auth-privacy",
        "snmpv3 user ops auth sha auth-pass ciphertext <secret> priv aes priv-pass ciphertext <secret>",
    ),
    _case(
        "aoscx",
        "FAIL",
        "snmpv3 security-level auth\n"
        "snmpv3 user ops auth sha auth-pass ciphertext AQBmadeup priv aes priv-pass ciphertext AQBmadeup",
        "snmpv3 security-level auth",
    ),
    _case(
        "aoscx",
        "FAIL",
        "snmpv3 security-level auth-privacy\n"
        "snmpv3 user ops auth md5 auth-pass ciphertext AQBmadeup priv des priv-pass ciphertext AQBmadeup",
        says="protected by md5 and des",
    ),
    _case("aoscx", "NOT_APPLICABLE", "snmp-server system-contact it"),
)
