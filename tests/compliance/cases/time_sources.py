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

_IOS: Final = "ntp authenticate\nntp authentication-key 7 hmac-sha2-256 0870 7\nntp trusted-key 7\n"
_EOS: Final = "ntp authentication-key 7 sha1 7 0870\nntp trusted-key 7\nntp authenticate servers\n"
_JUNOS: Final = (
    'set system ntp authentication-key 7 type sha256 value "$9$madeup"\nset system ntp trusted-key 7\n'
)
_AOSCX: Final = "ntp authentication\nntp authentication-key 7 sha1 ciphertext AQB\nntp trusted-key 7\n"


def _proven(slot: str, proof: str) -> str:
    return f"set deviceconfig system ntp-servers {slot}-ntp-server authentication-type {proof}\n"


_KEYED: Final = "symmetric-key key-id 7"
_NO_KEY: Final = "the keys of time servers are secrets"

PROOF: Final = (
    _case(
        "NTP-02",
        "ios",
        "PASS",
        f"{_IOS}ntp server 10.0.0.11 key 7\nntp server vrf M 10.0.0.12 prefer key 7",
        "ntp authentication-key 7 hmac-sha2-256 <secret> 7",
        "ntp trusted-key 7",
        "ntp server 10.0.0.11 key 7",
        "ntp server vrf M 10.0.0.12 prefer key 7",
    ),
    _case(
        "NTP-02", "ios", "PASS", f"{_IOS.replace('trusted-key 7', 'trusted-key 5 - 9')}ntp server t.dk key 7"
    ),
    _case(
        "NTP-02",
        "ios",
        "FAIL",
        f"{_IOS}ntp server 10.0.0.11 key 7\nntp server vrf M 10.0.0.12 prefer",
        "ntp server vrf M 10.0.0.12 prefer",
        says="10.0.0.12 has no key",
    ),
    _case("NTP-02", "ios", "FAIL", f"{_IOS}ntp server 10.0.0.11 key 8", says="key 8, which is not there"),
    _case(
        "NTP-02",
        "ios",
        "FAIL",
        f"{_IOS.replace('ntp trusted-key 7', '')}ntp server 10.0.0.11 key 7",
        says="key 7, which is not trusted",
    ),
    _case(
        "NTP-02",
        "ios",
        "FAIL",
        f"{_IOS}ntp server 10.0.0.11 key 7\nno ntp authenticate",
        says="time servers need not prove who they are",
    ),
    _case("NTP-02", "ios", "FAIL", "ntp server 10.0.0.11\nntp server 10.0.0.12", by_hand=_NO_KEY),
    _case(
        "NTP-02",
        "ios",
        "FAIL",
        f"{_IOS}ntp authentication-key 8 md5 0870 7\nntp trusted-key 8\nntp server 10.0.0.11",
        by_hand="several keys are there",
    ),
    _case("NTP-02", "ios", "FAIL", _IOS, says="no time server", by_hand="mend NTP-01 first"),
    _case(
        "NTP-02",
        "nxos",
        "PASS",
        "ntp authentication-key 7 md5 0870 7\nntp trusted-key 7\nntp authenticate\n"
        "ntp server 10.0.0.11 use-vrf management key 7",
        "ntp authentication-key 7 md5 <secret> 7",
        "ntp trusted-key 7",
        "ntp server 10.0.0.11 use-vrf management key 7",
    ),
    _case(
        "NTP-02",
        "nxos",
        "FAIL",
        "ntp authentication-key 7 md5 0870 7\nntp server 10.0.0.11 prefer use-vrf management",
        says="10.0.0.11 has no key",
    ),
    _case("NTP-02", "nxos", "FAIL", "ntp server 10.0.0.11 key 7\nntp authenticate", by_hand=_NO_KEY),
    _case(
        "NTP-02",
        "eos",
        "PASS",
        f"{_EOS}ntp server 10.0.0.11 key 7",
        "ntp authentication-key 7 sha1 7 <secret>",
        "ntp trusted-key 7",
        "ntp server 10.0.0.11 key 7",
    ),
    _case(
        "NTP-02", "eos", "PASS", f"{_EOS.replace(' servers', '')}ntp server vrf MGMT 10.0.0.11 iburst key 7"
    ),
    _case(
        "NTP-02",
        "eos",
        "FAIL",
        f"{_EOS.replace('ntp authenticate servers', '')}ntp server vrf MGMT 10.0.0.11 iburst",
        says="10.0.0.11 has no key",
    ),
    _case(
        "NTP-02",
        "eos",
        "FAIL",
        f"{_EOS.replace('sha1', 'md5')}ntp server 10.0.0.11 key 7",
        says="whose digest md5 is too weak",
        by_hand=_NO_KEY,
    ),
    _case(
        "NTP-02",
        "junos",
        "PASS",
        f"{_JUNOS}set system ntp server 10.0.0.11 key 7\nset system ntp server 10.0.0.12 key 7",
    ),
    _case(
        "NTP-02",
        "junos",
        "FAIL",
        f"{_JUNOS}set system ntp server 10.0.0.11 key 7\nset system ntp server 10.0.0.12 prefer",
        "set system ntp server 10.0.0.12 prefer",
    ),
    _case(
        "NTP-02",
        "junos",
        "FAIL",
        f"{_JUNOS}set system ntp server 10.0.0.11 key 7\ndelete system ntp trusted-key 7",
        says="key 7, which is not trusted",
    ),
    _case(
        "NTP-02",
        "junos",
        "FAIL",
        f"{_JUNOS.replace('sha256', 'sha1')}set system ntp server 10.0.0.11 key 7",
        says="whose digest sha1 is too weak",
        by_hand=_NO_KEY,
    ),
    _case(
        "NTP-02",
        "fortios",
        "PASS",
        _list('set server "10.0.0.11"\n            set authentication enable\n            set key-id 7'),
        'set server "10.0.0.11"',
        "set authentication enable",
        "set key-id 7",
    ),
    _case(
        "NTP-02",
        "fortios",
        "FAIL",
        _list('set server "10.0.0.11"\n            set key ENC AAA\n            set key-id 7'),
        says="10.0.0.11 has no key",
    ),
    _case("NTP-02", "fortios", "FAIL", _BOTH, says="10.0.0.12 has no key", by_hand=_NO_KEY),
    _case(
        "NTP-02",
        "panos",
        "PASS",
        _slots("10.0.0.11", "10.0.0.12") + _proven("primary", _KEYED) + _proven("secondary", _KEYED),
    ),
    _case(
        "NTP-02",
        "panos",
        "FAIL",
        _slots("10.0.0.11", "10.0.0.12") + _proven("primary", _KEYED),
        "set deviceconfig system ntp-servers secondary-ntp-server ntp-server-address 10.0.0.12",
        says="10.0.0.12 has no key",
    ),
    _case("NTP-02", "panos", "FAIL", _slots("10.0.0.11") + _proven("primary", "autokey")),
    _case(
        "NTP-02",
        "aoscx",
        "PASS",
        f"{_AOSCX}ntp server 10.0.0.11 key 7\nntp server 10.0.0.12 key-id 7 iburst\nntp enable",
    ),
    _case("NTP-02", "aoscx", "FAIL", f"{_AOSCX}ntp server 10.0.0.11 iburst", says="10.0.0.11 has no key"),
    _case(
        "NTP-02",
        "aoscx",
        "FAIL",
        f"{_AOSCX.replace('ntp trusted-key 7', '')}ntp server 10.0.0.11 key 7\nno ntp authentication",
        says="time servers need not prove",
    ),
    _case("NTP-02", "aoscx", "FAIL", "ntp server 10.0.0.11", by_hand=_NO_KEY),
)

CASES: Final = (*SERVERS, *PROOF)
