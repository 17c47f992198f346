"""The configurations of generated devices: as their platform writes them, with what a takeover finds."""

import random
from typing import Final

_PLACES: Final = ("Grenaa", "Auning", "Glesborg", "Trustrup", "Allingaabro", "Oerum")
_VLANS: Final = (("20", "users"), ("30", "printers"), ("40", "voice"), ("50", "building"), ("60", "guests"))


def _mask_address(address: str) -> str:
    return f"{address} 255.255.255.0"


def _gateway(address: str) -> str:
    return f"{address.rpartition('.')[0]}.1"


def ios_text(name: str, address: str, ports: int, chance: random.Random) -> str:
    """Return the configuration of an access switch."""
    vlans = "".join(f"vlan {number}\n name {title}\n!\n" for number, title in _VLANS)
    interfaces = "".join(
        f"interface GigabitEthernet1/0/{port}\n description outlet {chance.randrange(1000):03d}\n"
        f" switchport access vlan {chance.choice(_VLANS)[0]}\n switchport mode access\n"
        f"{' spanning-tree portfast' + chr(10) if chance.choice((True, False)) else ''}!\n"
        for port in range(2, ports + 1)
    )
    return (
        "version 17.9\nservice timestamps log datetime msec\n!\n"
        f"hostname {name}\n!\nno aaa new-model\nno ip domain lookup\n!\n"
        "archive\n path flash:archive\n maximum 14\n!\nspanning-tree mode rapid-pvst\nlldp run\n!\n"
        f"vlan 10\n name management\n!\n{vlans}"
        "interface GigabitEthernet1/0/1\n description uplink\n switchport mode trunk\n!\n"
        f"{interfaces}interface Vlan10\n ip address {_mask_address(address)}\n!\n"
        f"ip default-gateway {_gateway(address)}\nip http server\nip scp server enable\n!\n"
        f"logging host 192.0.2.51\n!\nsnmp-server community public RO\n"
        f"snmp-server location {chance.choice(_PLACES)}\nntp server 192.0.2.123\n!\n"
        "line con 0\nline vty 0 4\n transport input telnet ssh\n!\nend\n"
    )


def aoscx_text(name: str, address: str, ports: int, chance: random.Random) -> str:
    """Return the configuration of an access switch."""
    vlans = "".join(f"vlan {number}\n    name {title}\n" for number, title in _VLANS)
    interfaces = "".join(
        f"interface 1/1/{port}\n    description outlet {chance.randrange(1000):03d}\n    no shutdown\n"
        f"    no routing\n    vlan access {chance.choice(_VLANS)[0]}\n"
        for port in range(2, ports + 1)
    )
    return (
        "Current configuration:\n!\n!Version ArubaOS-CX FL.10.13.1000\n!export-password: default\n"
        f"hostname {name}\nclock timezone utc\nntp server 192.0.2.123\nntp enable\n!\n!\n"
        "ssh server vrf default\ntelnet server vrf default\nvlan 1\nvlan 10\n    name management\n"
        f"{vlans}spanning-tree\ninterface mgmt\n    shutdown\n    ip dhcp\n"
        "interface 1/1/1\n    description uplink\n    no shutdown\n    no routing\n"
        f"    vlan trunk native 1\n    vlan trunk allowed 10,20,30,40,50,60\n{interfaces}"
        f"interface vlan 10\n    ip address {address}/24\nsnmp-server vrf default\n"
        f"snmp-server system-location {chance.choice(_PLACES)}\nip route 0.0.0.0/0 {_gateway(address)}\n"
        "!\n!\nhttps-server vrf default\n"
    )


def eos_text(name: str, address: str, ports: int, chance: random.Random) -> str:
    """Return the configuration of a distribution switch."""
    vlans = "".join(f"vlan {number}\n   name {title}\n!\n" for number, title in _VLANS)
    interfaces = "".join(
        f"interface Ethernet{port}\n   description link {chance.randrange(1000):03d}\n"
        f"   switchport access vlan {chance.choice(_VLANS)[0]}\n!\n"
        for port in range(1, ports + 1)
    )
    return (
        f"! device: {name} (DCS-7050TX3-48C8, EOS-4.31.2F)\n!\nno aaa root\n!\n"
        "transceiver qsfp default-mode 4x10G\n!\nservice routing protocols model multi-agent\n!\n"
        f"hostname {name}\n!\nlogging host 192.0.2.51\n!\nntp server 192.0.2.123\n!\n"
        f"snmp-server location {chance.choice(_PLACES)}\n!\nspanning-tree mode mstp\n!\n{vlans}{interfaces}"
        f"interface Management1\n   ip address {address}/24\n!\nno ip routing\n!\n"
        "management api http-commands\n   no shutdown\n!\nmanagement telnet\n   no shutdown\n!\nend\n"
    )


def junos_text(name: str, address: str, ports: int, chance: random.Random) -> str:
    """Return the configuration of a firewall at a site's edge."""
    interfaces = "".join(
        f"set interfaces ge-0/0/{port} description link-{chance.randrange(1000):03d}\n"
        f"set interfaces ge-0/0/{port} unit 0 family inet address 198.18.{port}.{chance.randint(1, 254)}/24\n"
        for port in range(ports)
    )
    # Nobody has the password of this hash; it is drawn like everything else.
    drawn = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=40))
    return (
        "set version 22.4R3-S2.11\n"
        f"set system host-name {name}\n"
        f'set system root-authentication encrypted-password "$6$generated${drawn}"\n'
        "set system services ssh\nset system services telnet\nset system services netconf ssh\n"
        "set system ntp server 192.0.2.123\nset system syslog host 192.0.2.51 any notice\n"
        f"{interfaces}set interfaces fxp0 unit 0 family inet address {address}/24\n"
        f"set snmp location {chance.choice(_PLACES)}\nset protocols lldp interface all\n"
    )


def fortios_text(name: str, address: str, ports: int, chance: random.Random) -> str:
    """Return the configuration of a firewall at a site's edge."""
    interfaces = "".join(
        f'    edit "port{port}"\n        set vdom "root"\n'
        f"        set ip 198.18.{port}.{chance.randint(1, 254)} 255.255.255.0\n"
        "        set allowaccess ping\n        set type physical\n"
        f"        set snmp-index {port + 1}\n    next\n"
        for port in range(1, ports + 1)
    )
    addresses = "".join(
        f'    edit "net-{number}"\n        set subnet 10.{number}.0.0 255.255.0.0\n    next\n'
        for number in range(1, chance.randint(10, 40))
    )
    return (
        "#config-version=FGT61F-7.4.7-FW-build2731-250120:opmode=1:vdom=0:user=admin\n"
        "#conf_file_ver=100000\n#buildno=2731\n#global_vdom=1\n"
        'config system global\n    set alias "FortiGate-61F"\n'
        f'    set hostname "{name}"\n    set lldp-reception enable\n'
        '    set timezone "Europe/Copenhagen"\nend\n'
        'config system interface\n    edit "mgmt"\n        set vdom "root"\n'
        f"        set ip {_mask_address(address)}\n        set allowaccess ping https ssh\n"
        f"        set type physical\n        set snmp-index 1\n    next\n{interfaces}end\n"
        "config system dns\n    set primary 192.0.2.53\nend\nconfig system settings\nend\n"
        'config log syslogd setting\n    set status enable\n    set server "192.0.2.51"\nend\n'
        f"config firewall address\n{addresses}end\n"
    )
