"""Made-up configurations that are as long and as varied as those of a country, one function per language.

Every device has a name, addresses and descriptions of its own; about a tenth of the good lines is missing in
each, drawn from the random numbers that are handed in. Secrets in them are drawn too and open nothing.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

_PLACES = ("Reception", "Klasse", "Kontor", "Depot", "Teknik", "Bibliotek", "Kantine", "Vagtstue")
_THINGS = ("PC", "Printer", "Telefon", "AP", "Kamera", "Skærm")
_FAULTLESS = 0.9
_UNUSED, _PLAIN = 0.15, 0.35
_ROOMS, _OUTLETS = 400, 8


class Place(NamedTuple):
    """What a device is called, where it stands, and the second and third number of its addresses."""

    name: str
    second: int
    third: int


def _good(draw: Random, line: str) -> str:
    return line if draw.random() < _FAULTLESS else ""


def _description(draw: Random) -> str:
    kind = draw.random()
    if kind < _PLAIN:
        return "Bruger"
    room = f"{draw.randrange(_ROOMS):03d}-{draw.randint(1, _OUTLETS)}"
    return f"{draw.choice(_THINGS)} {draw.choice(_PLACES)} {room}"


def _secret(draw: Random) -> str:
    return f"$9${draw.randrange(16**20):020x}"


def _vlans() -> Iterator[tuple[int, str]]:
    for band, name in ((100, "adm"), (200, "skole"), (300, "pleje"), (500, "tale"), (600, "print")):
        for number in range(band, band + 8):
            yield number, f"{name}-{number}"
    yield 998, "native"
    yield 999, "parking"


def _cisco_port(draw: Random, name: str) -> str:
    if draw.random() < _UNUSED:
        parked = _good(draw, " switchport access vlan 999\n")
        return f"interface {name}\n description UNUSED\n{parked} switchport mode access\n shutdown\n!\n"
    return (
        f"interface {name}\n description {_description(draw)}\n"
        f" switchport access vlan {draw.choice((100, 200, 300)) + draw.randrange(8)}\n"
        " switchport mode access\n switchport voice vlan 500\n"
        f"{_good(draw, ' authentication port-control auto' + chr(10))} dot1x pae authenticator\n"
        f"{_good(draw, ' storm-control broadcast level 1.00' + chr(10))} spanning-tree portfast\n"
        f"{_good(draw, ' spanning-tree bpduguard enable' + chr(10))}!\n"
    )


def ios(draw: Random, at: Place) -> str:
    """Return the configuration of a Catalyst access switch."""
    net = f"10.{at.second}.{at.third}"
    lines = [
        "Current configuration : 28412 bytes\n!\nversion 17.12\nservice timestamps log datetime msec\n",
        _good(draw, "service password-encryption\n"),
        f"!\nhostname {at.name}\n!\nboot-start-marker\n",
        f"boot-end-marker\n!\nenable secret 9 {_secret(draw)}\n!\n",
        "aaa new-model\naaa group server tacacs+ centre\n server-private 10.200.0.21 key 7 0822455D0A16\n!\n",
        _good(draw, "aaa authentication login default group tacacs+ local\n"),
        "aaa authorization exec default group tacacs+ local\n",
        "aaa session-id common\nclock timezone CET 1 0\n!\n",
        _good(draw, "login block-for 900 attempts 3 within 120\n"),
        _good(draw, "no ip source-route\n") + _good(draw, "no ip http server\n"),
        _good(draw, "ip dhcp snooping vlan 100-599\nip dhcp snooping\nip arp inspection vlan 100-599\n"),
        f"username breakglass privilege 15 secret 9 {_secret(draw)}\n!\nspanning-tree mode rapid-pvst\n!\n",
    ]
    lines += [f"vlan {number}\n name {name}\n!\n" for number, name in _vlans()]
    lines += [_cisco_port(draw, f"GigabitEthernet1/0/{number}") for number in range(1, 49)]
    for number in (1, 2):
        lines.append(
            f"interface TenGigabitEthernet1/1/{number}\n description uplink {number} core-{at.second:03d}\n"
            f"{_good(draw, ' switchport trunk native vlan 998' + chr(10))}"
            f" switchport trunk allowed vlan {at.third % 90 + 10},100-599\n switchport mode trunk\n"
            f"{_good(draw, ' switchport nonegotiate' + chr(10))} channel-group 1 mode active\n!\n"
        )
    lines += [
        "interface Vlan1\n no ip address\n shutdown\n!\n",
        f"interface Vlan10\n description Management\n ip address {net}.2 255.255.255.0\n!\n",
        f"ip default-gateway {net}.1\nno ip http secure-server\nip ssh version 2\n",
        _good(
            draw,
            "ip ssh server algorithm encryption aes256-ctr aes192-ctr\n"
            "ip ssh server algorithm mac hmac-sha2-256\n",
        ),
        "ip access-list standard MGMT\n 10 permit 10.200.0.0 0.0.255.255\n 20 deny   any log\n!\n",
        _good(draw, "logging host 10.200.0.31\n") + "logging trap informational\n",
        _good(draw, f"no snmp-server community town{at.third}\n")
        or f"snmp-server community town{at.third} RO\n",
        f"snmp-server location {draw.choice(_PLACES)} {at.third}\n",
        "tacacs server tac1\n address ipv4 10.200.0.21\n",
        " key 7 0822455D0A16544541\n!\nbanner login ^C\n",
        "Kun for autoriserede brugere.\nAl adgang logges.\n^C\n!\n",
        "line con 0\n exec-timeout 5 0\n stopbits 1\nline aux 0\n transport input none\n",
        "line vty 0 4\n access-class MGMT in\n",
        f" exec-timeout {draw.choice((5, 10, 30))} 0\n transport input ssh\n",
        f"line vty 5 15\n access-class MGMT in\n transport input {draw.choice(('ssh', 'ssh', 'all'))}\n!\n",
        _good(draw, "ntp server 10.200.0.11\n") + "ntp server 10.200.0.12\n!\nend\n",
    ]
    return "".join(lines)


def eos(draw: Random, at: Place) -> str:
    """Return the configuration of an Arista switch."""
    lines = [
        "! Command: show running-config\n! device: " + at.name + " (DCS-7050SX3-48YC8, EOS-4.31.2F)\n!\n",
        "no aaa root\n!\n",
        f"username breakglass privilege 15 role network-admin secret sha512 {_secret(draw)}\n!\n",
        "transceiver qsfp default-mode 4x10G\n!\nservice routing protocols model multi-agent\n!\n",
        _good(draw, "logging host 10.200.0.31\n") + f"hostname {at.name}\n!\n",
        _good(draw, "ntp server 10.200.0.11\n") + "ntp server 10.200.0.12\n!\nspanning-tree mode mstp\n!\n",
        "tacacs-server host 10.200.0.21\naaa authentication login default group tacacs+ local\n!\n",
    ]
    lines += [f"vlan {number}\n   name {name}\n!\n" for number, name in _vlans()]
    for number in range(1, 57):
        parts = (
            f"   description {_description(draw)} {number}\n",
            f"   switchport access vlan {draw.choice((100, 200, 300)) + draw.randrange(8)}\n",
            _good(draw, "   spanning-tree portfast\n") + _good(draw, "   spanning-tree bpduguard enable\n"),
            _good(draw, "   storm-control broadcast level 1\n"),
            "   no lldp transmit\n   no lldp receive\n",
        )
        lines.append(f"interface Ethernet{number}\n{''.join(parts)}!\n")
    lines += [
        f"interface Management1\n   ip address 10.{at.second}.{at.third}.2/24\n!\nip routing\n!\n",
        "banner login\nKun for autoriserede brugere.\nEOF\n!\nmanagement console\n   idle-timeout 10\n!\n",
        "management ssh\n   idle-timeout 5\n" + _good(draw, "   cipher aes256-ctr aes128-ctr\n") + "!\nend\n",
    ]
    return "".join(lines)


def nxos(draw: Random, at: Place) -> str:
    """Return the configuration of a Nexus core switch."""
    lines = [
        "!Command: show running-config\n!Time: Sun Mar  1 22:00:00 2026\n",
        "\nversion 10.3(5) Bios:version 05.47\n",
        f"hostname {at.name}\nvdc {at.name} id 1\n  limit-resource vlan minimum 16 maximum 4094\n\n",
        _good(draw, "feature tacacs+\n") + "feature interface-vlan\nfeature lacp\nfeature lldp\n\n",
        f"username admin password 5 {_secret(draw)}  role network-admin\n",
        "ip domain-lookup\ncopp profile strict\n",
        _good(draw, "ntp server 10.200.0.11 use-vrf management\n")
        + "ntp server 10.200.0.12 use-vrf management\n",
        "\nvlan 1,100-107,200-207,998,999\n",
    ]
    lines += [f"vlan {number}\n  name {name}\n" for number, name in _vlans()]
    lines.append(f"\nvrf context management\n  ip route 0.0.0.0/0 10.{at.second}.{at.third}.1\n")
    for number in range(1, 55):
        lines.append(
            f"\ninterface Ethernet1/{number}\n  description {_description(draw)} {number}\n"
            f"  switchport mode trunk\n{_good(draw, '  switchport trunk native vlan 998' + chr(10))}"
            f"  switchport trunk allowed vlan 100-107,{200 + draw.randrange(8)}\n"
            f"{_good(draw, '  spanning-tree guard root' + chr(10))}  storm-control broadcast level 1.00\n"
        )
    lines += [
        f"\ninterface mgmt0\n  vrf member management\n  ip address 10.{at.second}.{at.third}.2/24\n",
        "\nline console\n  exec-timeout 5\nline vty\n" + _good(draw, "  exec-timeout 10\n"),
        "boot nxos bootflash:/nxos64-cs.10.3.5.M.bin\n",
        _good(draw, "logging server 10.200.0.31 6 use-vrf management\n"),
    ]
    return "".join(lines)


def aoscx(draw: Random, at: Place) -> str:
    """Return the configuration of an Aruba CX access switch."""
    lines = [
        "Current configuration:\n!\n!Version ArubaOS-CX FL.10.13.1060\n!export-password: default\n",
        f"hostname {at.name}\nuser admin group administrators password ciphertext AQBap{_secret(draw)[3:]}\n",
        "clock timezone europe/copenhagen\n" + _good(draw, "ntp server 10.200.0.11\n"),
        "ntp server 10.200.0.12\nntp enable\n!\n!\ntacacs-server host 10.200.0.21\n!\n",
        _good(draw, "logging 10.200.0.31\n")
        + "ssh server vrf default\n"
        + draw.choice(("", "", "telnet server vrf default\n")),
    ]
    lines += [f"vlan {number}\n    name {name}\n" for number, name in _vlans()]
    lines.append("spanning-tree\ninterface mgmt\n    shutdown\n    ip dhcp\n")
    for number in range(1, 49):
        lines.append(
            f"interface 1/1/{number}\n    description {_description(draw)}\n    no shutdown\n    no routing\n"
            f"    vlan access {draw.choice((100, 200, 300)) + draw.randrange(8)}\n"
            f"{_good(draw, '    rate-limit broadcast 1000 kbps' + chr(10))}"
            f"{_good(draw, '    spanning-tree bpdu-guard' + chr(10))}"
            "    spanning-tree port-type admin-edge\n    loop-protect\n"
        )
    for number in (49, 50):
        lines.append(
            f"interface 1/1/{number}\n    description uplink core-{at.second:03d}\n    no shutdown\n"
            "    no routing\n    vlan trunk native 998\n    vlan trunk allowed 100-107,200-207\n"
        )
    lines += [
        f"interface vlan 10\n    ip address 10.{at.second}.{at.third}.2/24\nsnmp-server vrf default\n",
        _good(draw, "") or f"snmp-server community town{at.third}\n",
        f"snmp-server system-location {draw.choice(_PLACES)}\n",
        f"ip route 0.0.0.0/0 10.{at.second}.{at.third}.1\n",
        "!\n!\nhttps-server vrf default\n",
    ]
    return "".join(lines)


def junos(draw: Random, at: Place) -> str:
    """Return the configuration of a Juniper EX switch, in curly form."""
    lines = [
        "## Last commit: 2026-11-01 11:41:05 UTC by root\nversion 23.4R2-S3;\nsystem {\n",
        f"    host-name {at.name};\n    root-authentication {{\n",
        f'        encrypted-password "$6${_secret(draw)[3:]}"; ## SECRET-DATA\n    }}\n',
        '    login {\n        message "Kun for autoriserede brugere.";\n        retry-options {\n',
        "            tries-before-disconnect 3;\n            lockout-period 15;\n        }\n",
        "        user breakglass {\n            uid 2000;\n            class super-user;\n        }\n    }\n",
        "    services {\n        ssh {\n            protocol-version v2;\n",
        _good(draw, "            ciphers [ aes256-ctr aes192-ctr ];\n") + "        }\n    }\n",
        "    authentication-order [ tacplus password ];\n    tacplus-server {\n        10.200.0.21 {\n",
        f'            secret "{_secret(draw)}"; ## SECRET-DATA\n        }}\n    }}\n    syslog {{\n',
        _good(draw, "        host 10.200.0.31 {\n            any info;\n        }\n"),
        "        file messages {\n            any notice;\n        }\n    }\n    ntp {\n",
        _good(draw, "        server 10.200.0.11;\n")
        + "        server 10.200.0.12;\n    }\n}\ninterfaces {\n",
    ]
    for number in range(48):
        vlan = f"{draw.choice(('adm', 'skole', 'pleje'))}-{draw.randrange(8)}"
        lines.append(
            f'    ge-0/0/{number} {{\n        description "{_description(draw)}";\n        unit 0 {{\n'
            "            family ethernet-switching {\n                interface-mode access;\n"
            f"                vlan {{\n                    members {vlan};\n                }}\n"
            f"{_good(draw, '                storm-control default;' + chr(10))}"
            "            }\n        }\n    }\n"
        )
    lines.append("}\nprotocols {\n    rstp {\n")
    lines += [
        f"        interface ge-0/0/{number} {{\n            edge;\n        }}\n" for number in range(48)
    ]
    lines.append(
        "        bpdu-block-on-edge;\n    }\n    lldp {\n        interface all;\n    }\n}\nvlans {\n"
    )
    lines += [f"    {name} {{\n        vlan-id {number};\n    }}\n" for number, name in _vlans()]
    lines.append("}\n")
    return "".join(lines)


LANGUAGES: dict[str, Callable[[Random, Place], str]] = {
    "ios": ios,
    "eos": eos,
    "nxos": nxos,
    "aoscx": aoscx,
    "junos": junos,
}
