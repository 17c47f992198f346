"""Cases of local accounts, their passwords, second factors, and who is told what administrators do."""

from collections.abc import Mapping
from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected

_NOBODY: Final[Mapping[str, object]] = {}


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


_BY_HAND: Final = "a password is a secret"
_IOS_ON: Final = "service password-encryption\n"
_IOS_ENABLE: Final = "enable secret 9 $9$madeup\n"

_PASSWORDS: Final = (
    _case(
        "AAA-03",
        "ios",
        "PASS",
        f"{_IOS_ON}{_IOS_ENABLE}username breakglass privilege 15 secret 9 $9$madeup",
        "service password-encryption",
        "enable secret 9 <secret>",
        "username breakglass privilege 15 secret 9 <secret>",
        says="username breakglass is kept as a scrypt hash",
    ),
    _case("AAA-03", "ios", "PASS", f"{_IOS_ON}{_IOS_ENABLE}username a secret 8 $8$madeup"),
    _case(
        "AAA-03",
        "ios",
        "FAIL",
        _IOS_ENABLE,
        "version 17.9",
        "enable secret 9 <secret>",
        says="passwords are scrambled when shown: off by default",
    ),
    _case("AAA-03", "ios", "FAIL", f"no service password-encryption\n{_IOS_ENABLE}", says="shown: off"),
    _case(
        "AAA-03",
        "ios",
        "FAIL",
        f"{_IOS_ON}{_IOS_ENABLE}enable password 7 0822455D0A16",
        "enable password 7 <secret>",
        says="enable password is kept so that it can be turned back",
    ),
    _case(
        "AAA-03",
        "ios",
        "FAIL",
        f"{_IOS_ON}{_IOS_ENABLE}username vendor password 7 0822455D0A16",
        "username vendor password 7 <secret>",
        by_hand=f"{_BY_HAND}, which no plan carries; set a strong one by hand for username vendor",
    ),
    _case(
        "AAA-03",
        "ios",
        "FAIL",
        f"{_IOS_ON}{_IOS_ENABLE}USERNAME vendor SECRET 5 $1$abcd$madeup",
        "USERNAME vendor SECRET 5 <secret>",
        says="is kept as an MD5 hash",
        by_hand=_BY_HAND,
    ),
    _case(
        "AAA-03", "ios", "FAIL", f"{_IOS_ON}enable secret 5 $1$a$b", says="enable secret", by_hand=_BY_HAND
    ),
    _case("AAA-03", "ios", "FAIL", _IOS_ON, says="enable secret has no password", by_hand=_BY_HAND),
    _case("AAA-03", "ios", "FAIL", f"{_IOS_ON}{_IOS_ENABLE}username a nopassword", by_hand=_BY_HAND),
    _case(
        "AAA-03",
        "ios",
        "FAIL",
        f"{_IOS_ON}{_IOS_ENABLE}line vty 0 4\n transport input ssh\nline vty 5 15\n password 7 0822455D0A16",
        "line vty 5 15",
        "password 7 <secret>",
        by_hand=_BY_HAND,
    ),
    _case("AAA-03", "ios", "PASS", f"{_IOS_ON}{_IOS_ENABLE}banner motd ^\nusername a password 0 b\n^"),
    _case(
        "AAA-03",
        "ios",
        "PASS",
        f"{_IOS_ON}{_IOS_ENABLE}username a password 0 b\nno username a",
    ),
    _case(
        "AAA-03",
        "ios",
        "ERROR",
        f"{_IOS_ON}{_IOS_ENABLE}username a secret 9 <removed>",
        says="the password of 'username a' was removed from the text",
    ),
    _case(
        "AAA-03",
        "nxos",
        "PASS",
        "username breakglass password 5 $5$madeup  role network-admin",
        "username breakglass password 5 <secret>  role network-admin",
    ),
    _case("AAA-03", "nxos", "FAIL", "username a password 0 b  role network-admin", says="in plain text"),
    _case("AAA-03", "nxos", "FAIL", "username a password 5 $1$a$b  role network-admin", says="MD5"),
    _case("AAA-03", "nxos", "FAIL", "username a password 7 abcdef  role network-admin", says="turned back"),
    _case("AAA-03", "nxos", "ERROR", "username a password 5 <removed>  role network-admin"),
    _case(
        "AAA-03",
        "eos",
        "PASS",
        "username breakglass secret sha512 $6$madeup\nno aaa root",
        "username breakglass secret sha512 <secret>",
    ),
    _case(
        "AAA-03",
        "eos",
        "FAIL",
        "username admin nopassword",
        "username admin nopassword",
        says="has no password",
    ),
    _case("AAA-03", "eos", "FAIL", "username a secret 5 $1$a$b", "username a secret 5 <secret>"),
    _case("AAA-03", "eos", "FAIL", "username a secret 0 b", "username a secret 0 <secret>"),
    _case(
        "AAA-03",
        "eos",
        "FAIL",
        "username a secret sha512 $6$madeup\naaa root nopassword",
        says="aaa root has no",
    ),
    _case("AAA-03", "eos", "ERROR", "username a secret sha512 <removed>"),
    _case("AAA-03", "eos", "NOT_APPLICABLE", "no aaa root", says="no password is kept"),
    _case(
        "AAA-03",
        "junos",
        "PASS",
        'set system root-authentication encrypted-password "$6$madeup"\n'
        'set system login user breakglass authentication encrypted-password "$5$madeup"',
        "set system root-authentication encrypted-password <secret>",
        "set system login user breakglass authentication encrypted-password <secret>",
    ),
    _case(
        "AAA-03", "junos", "FAIL", 'set system root-authentication encrypted-password "$1$a$b"', says="MD5"
    ),
    _case(
        "AAA-03",
        "junos",
        "FAIL",
        'set system root-authentication encrypted-password "$6$madeup"\n'
        'set system login user vendor authentication encrypted-password "$sha1$madeup"',
        "set system login user vendor authentication encrypted-password <secret>",
    ),
    _case("AAA-03", "junos", "ERROR", 'set system root-authentication encrypted-password "<removed>"'),
    _case(
        "AAA-03",
        "fortios",
        "PASS",
        'config system admin\n    edit "breakglass"\n        set password ENC SH2madeup\n    next\nend',
        'edit "breakglass"',
        "set password ENC <secret>",
    ),
    _case(
        "AAA-03",
        "fortios",
        "FAIL",
        'config system admin\n    edit "admin"\n        set accprofile "super_admin"\n    next\nend',
        'edit "admin"',
        says="administrator admin has no password",
    ),
    _case(
        "AAA-03",
        "fortios",
        "FAIL",
        'config user local\n    edit "a"\n        set type password\n        set passwd "b"\n    next\nend',
        'edit "a"',
        "set passwd <secret>",
        says="user a is kept in plain text",
    ),
    _case(
        "AAA-03",
        "fortios",
        "ERROR",
        'config system admin\n    edit "a"\n        set password "FortinetPasswordMask"\n    next\nend',
    ),
    _case(
        "AAA-03",
        "panos",
        "PASS",
        "set mgt-config users town phash $5$madeup",
        "set mgt-config users town phash <secret>",
    ),
    _case(
        "AAA-03",
        "panos",
        "FAIL",
        "set mgt-config users town phash $5$madeup\n"
        "set mgt-config users vendor permissions role-based superuser yes",
        "set mgt-config users vendor permissions role-based superuser yes",
        says="user vendor has no password",
    ),
    # What every firewall comes with.
    _case(
        "AAA-03",
        "panos",
        "FAIL",
        "set mgt-config users town phash $5$madeup\nset mgt-config users admin phash fnRL/G5lXVMug",
        says="user admin is kept as a DES hash",
    ),
    _case("AAA-03", "panos", "ERROR", "set mgt-config users town phash <removed>"),
    _case(
        "AAA-03",
        "aoscx",
        "PASS",
        "user breakglass group administrators password ciphertext AQBmadeup",
        "!export-password: custom",
        "user breakglass group administrators password ciphertext <secret>",
    ),
    _case(
        "AAA-03", "aoscx", "FAIL", "user a group administrators password plaintext b", says="in plain text"
    ),
    _case(
        "AAA-03",
        "aoscx",
        "ERROR",
        "user a group administrators password ciphertext <removed>",
    ),
)

_TWO_IOS: Final = (
    "username breakglass privilege 15 secret 9 $9$madeup\nusername vendor privilege 15 secret 9 $9$madeup"
)
_ADMIN: Final[Mapping[str, object]] = {"login_user": "remote"}
_TWO_FORTIOS: Final = (
    'config system admin\n    edit "breakglass"\n        set password ENC SH2madeup\n    next\n'
    '    edit "vendor"\n        set password ENC SH2madeup\n    next\n'
    '    edit "town"\n        set remote-auth enable\n    next\nend'
)

_ACCOUNTS: Final = (
    _case(
        "AAA-02",
        "ios",
        "PASS",
        "username breakglass privilege 15 secret 9 $9$madeup\nusername breakglass autocommand menu",
        "username breakglass privilege 15 secret 9 <secret>",
        "username breakglass autocommand menu",
        says="breakglass is the only local account",
    ),
    _case("AAA-02", "ios", "PASS", "username other secret 9 $9$madeup", context={"break_glass_user": None}),
    _case(
        "AAA-02",
        "ios",
        "FAIL",
        _TWO_IOS,
        "username breakglass privilege 15 secret 9 <secret>",
        "username vendor privilege 15 secret 9 <secret>",
        says="there are 2 local accounts: breakglass, vendor",
        context=_ADMIN,
    ),
    _case("AAA-02", "ios", "FAIL", _TWO_IOS, by_hand="the context gives no login_user"),
    _case(
        "AAA-02",
        "ios",
        "FAIL",
        _TWO_IOS,
        by_hand="vendor is who logs in for this change",
        context={"login_user": "vendor"},
    ),
    _case(
        "AAA-02",
        "ios",
        "FAIL",
        "username vendor secret 9 $9$madeup",
        says="vendor is no break-glass account of the site",
        by_hand="the break-glass account of the site is not on the device",
    ),
    _case(
        "AAA-02", "ios", "FAIL", "banner motd ^\nusername breakglass secret 9 x\n^", by_hand="the break-glass"
    ),
    _case(
        "AAA-02",
        "ios",
        "FAIL",
        "username breakglass nopassword\nusername vendor secret 9 $9$madeup",
        by_hand="nobody could log in as breakglass alone",
        context=_ADMIN,
    ),
    _case("AAA-02", "ios", "PASS", f"{_TWO_IOS}\nno username vendor"),
    _case(
        "AAA-02",
        "nxos",
        "PASS",
        "username breakglass password 5 $5$madeup  role network-admin\nusername shadow role network-operator",
        "username breakglass password 5 <secret>  role network-admin",
    ),
    _case(
        "AAA-02",
        "nxos",
        "FAIL",
        "username breakglass password 5 $5$madeup  role network-admin\n"
        "username vendor password 5 $5$madeup  role network-admin",
        says="2 local accounts",
        context=_ADMIN,
    ),
    _case(
        "AAA-02",
        "eos",
        "PASS",
        "username breakglass secret sha512 $6$madeup\nusername breakglass ssh-key ssh-ed25519 AAAA",
    ),
    _case(
        "AAA-02",
        "eos",
        "FAIL",
        "username breakglass secret sha512 $6$madeup\nusername vendor secret sha512 $6$madeup",
        context=_ADMIN,
    ),
    _case(
        "AAA-02",
        "eos",
        "FAIL",
        "username admin nopassword",
        says="admin is the account that every such device comes with",
        by_hand="the break-glass account of the site is not",
        context={"break_glass_user": "admin"},
    ),
    _case(
        "AAA-02",
        "junos",
        "PASS",
        'set system login user breakglass authentication encrypted-password "$6$madeup"\n'
        "set system login user breakglass class super-user\nset system login user remote class super-user",
        "set system login user breakglass authentication encrypted-password <secret>",
        "set system login user breakglass class super-user",
    ),
    _case(
        "AAA-02",
        "junos",
        "FAIL",
        'set system root-authentication encrypted-password "$6$madeup"',
        says="there is no local account",
        by_hand="the break-glass account of the site is not on the device",
    ),
    _case(
        "AAA-02",
        "junos",
        "FAIL",
        'set system login user breakglass authentication encrypted-password "$6$madeup"\n'
        "set system login user breakglass class super-user\n"
        'set system login user vendor authentication encrypted-password "$6$madeup"\n'
        "set system login user vendor class super-user",
        says="2 local accounts: breakglass, vendor",
        context=_ADMIN,
    ),
    _case("AAA-02", "fortios", "PASS", _TWO_FORTIOS.replace("vendor", "breakglass"), 'edit "breakglass"'),
    _case(
        "AAA-02",
        "fortios",
        "FAIL",
        _TWO_FORTIOS,
        'edit "breakglass"',
        'edit "vendor"',
        says="2 local accounts: breakglass, vendor",
        context=_ADMIN,
    ),
    _case(
        "AAA-02",
        "panos",
        "PASS",
        "",
        "set mgt-config users town permissions role-based superuser yes",
        context={"break_glass_user": "town"},
    ),
    _case(
        "AAA-02",
        "panos",
        "FAIL",
        "set mgt-config users town phash $5$madeup\nset mgt-config users admin phash $5$madeup",
        says="2 local accounts",
        context={"break_glass_user": "town", "login_user": "town"},
    ),
    _case(
        "AAA-02",
        "aoscx",
        "PASS",
        "user breakglass group administrators password ciphertext AQBmadeup\n"
        "user watcher group operators password ciphertext AQBmadeup",
        "user breakglass group administrators password ciphertext <secret>",
    ),
    _case(
        "AAA-02",
        "aoscx",
        "FAIL",
        "user breakglass group administrators password ciphertext AQBmadeup\n"
        "user vendor group administrators password ciphertext AQBmadeup",
        context=_ADMIN,
    ),
)

CASES: Final = (*_PASSWORDS, *_ACCOUNTS)
