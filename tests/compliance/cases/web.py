"""Cases of web servers for management."""

from typing import Final

from devices.models import Platform
from tests.compliance.cases.case import Case, Expected

_TLS: Final = "config system global\n    set admin-https-ssl-versions {}\nend\n"
_INTERFACE: Final = (
    'config system interface\n    edit "wan1"\n        set vdom "root"\n'
    "        set allowaccess {}\n    next\nend"
)
_EAPI: Final = "management api http-commands"
_SRX: Final = "set security zones security-zone trust interfaces ge-0/0/1.0"
_WEB: Final = "set system services web-management"
_HTTPS: Final = f"{_WEB} https system-generated-certificate"


def _case(
    platform: Platform, expected: Expected, text: str, *lines: str, says: str = "", **site: object
) -> Case:
    return Case("MGT-07", platform, expected, text, lines or None, says=says, context=site)


CASES: Final = (
    _case("ios", "PASS", "no ip http server\nip http secure-server", "no ip http server"),
    _case("ios", "FAIL", "ip http server", "ip http server", says="ip http server answers over HTTP"),
    _case("ios", "FAIL", "IP HTTP SERVER", "IP HTTP SERVER"),
    _case("ios", "FAIL", "no ip http server\nip http server", "ip http server"),
    _case("ios", "PASS", "ip http server\nno ip http server", "no ip http server"),
    _case("ios", "FAIL", "ip http server\ndefault ip http server", says="does not state whether it answers"),
    _case("ios", "FAIL", "ip http secure-server", says="does not state whether it answers over HTTP"),
    _case("ios", "PASS", "no ip http server\nbanner motd ^\nip http server\n^", "no ip http server"),
    _case("nxos", "PASS", "", says="feature nxapi does not answer over HTTP by default"),
    _case("nxos", "FAIL", "feature nxapi", "feature nxapi"),
    _case("nxos", "PASS", "feature nxapi\nno feature nxapi", "no feature nxapi"),
    _case("eos", "PASS", "", says="by default"),
    _case("eos", "PASS", f"{_EAPI}\n   no shutdown", _EAPI, "no shutdown"),
    _case("eos", "PASS", f"{_EAPI}\n   protocol http\n   shutdown"),
    _case("eos", "PASS", f"{_EAPI}\n   protocol http localhost\n   no shutdown"),
    _case("eos", "FAIL", f"{_EAPI}\n   protocol http\n   no shutdown", _EAPI, "protocol http"),
    _case("eos", "FAIL", f"{_EAPI}\n   protocol http\n   vrf MGMT\n      no shutdown", says="over HTTP"),
    _case("junos", "PASS", "", says="by default"),
    _case("junos", "PASS", _HTTPS, _HTTPS),
    _case("junos", "FAIL", f"{_WEB} http interface ge-0/0/0.0", f"{_WEB} http interface ge-0/0/0.0"),
    _case("junos", "PASS", f"{_WEB} http\ndelete system services web-management http", says="by default"),
    _case("junos", "PASS", f"{_WEB} http\ndeactivate system services web-management", says="by default"),
    _case(
        "junos",
        "FAIL",
        f"{_SRX}\n{_HTTPS}",
        _HTTPS,
        says="answers over HTTPS on a firewall",
    ),
    _case("junos", "FAIL", f"{_SRX}\n{_WEB} http\n{_WEB} https system-generated-certificate", f"{_WEB} http"),
    _case(
        "fortios",
        "PASS",
        _TLS.format("tlsv1-2 tlsv1-3") + _INTERFACE.format("ping https ssh"),
        "set admin-https-ssl-versions tlsv1-2 tlsv1-3",
        "set allowaccess ping https ssh",
    ),
    _case("fortios", "PASS", _TLS.format("tlsv1-3"), "set admin-https-ssl-versions tlsv1-3"),
    _case("fortios", "FAIL", _INTERFACE.format("https"), says="do not state their TLS versions"),
    _case(
        "fortios",
        "FAIL",
        _TLS.format("tlsv1-1 tlsv1-2"),
        "set admin-https-ssl-versions tlsv1-1 tlsv1-2",
        says="HTTPS sessions take tlsv1-1 tlsv1-2",
    ),
    _case(
        "fortios",
        "FAIL",
        _TLS.format("tlsv1-3") + _INTERFACE.format("ping http https"),
        "set allowaccess ping http https",
        says="system interface wan1 allowaccess answers over HTTP",
    ),
    _case(
        "panos",
        "PASS",
        "set deviceconfig system service disable-http yes",
        "set deviceconfig system service disable-http yes",
    ),
    _case("panos", "FAIL", "", says="does not state whether it answers over HTTP"),
    _case(
        "panos",
        "FAIL",
        "set deviceconfig system service disable-http no",
        "set deviceconfig system service disable-http no",
    ),
    _case(
        "panos",
        "FAIL",
        "set deviceconfig system service disable-http yes\n"
        "set network profiles interface-management-profile open http yes\n"
        "set network interface ethernet ethernet1/1 layer3 interface-management-profile open",
        "set network profiles interface-management-profile open http yes",
        "set network interface ethernet ethernet1/1 layer3 interface-management-profile open",
    ),
    _case(
        "panos",
        "PASS",
        "set deviceconfig system service disable-http yes\n"
        "set network profiles interface-management-profile unused http yes",
        "set deviceconfig system service disable-http yes",
    ),
    _case("aoscx", "PASS", "https-server vrf mgmt", "https-server vrf mgmt"),
    _case("aoscx", "PASS", "", says="by default"),
    _case(
        "aoscx",
        "FAIL",
        "https-server vrf default\nhttps-server vrf mgmt",
        "https-server vrf default",
        says="answers over HTTPS in the VRF default",
    ),
    Case(
        "MGT-07",
        "aoscx",
        "FAIL",
        "https-server vrf default",
        context={"management_interface": "vlan 20"},
        by_hand="may be managed through its VRF default",
    ),
    Case(
        "MGT-07",
        "eos",
        "FAIL",
        f"{_EAPI}\n   no protocol https\n   protocol http\n   no shutdown",
        by_hand="eAPI answers over HTTP only",
    ),
    _case("aoscx", "PASS", "https-server vrf default\nno https-server vrf default", says="by default"),
)  # fmt: skip
