"""Made-up configurations of firewalls: FortiOS with thousands of lines, PAN-OS as the XML that it exports."""

from collections.abc import Iterator
from random import Random

from benchmarks.configuration_texts import Place

_FAULTLESS = 0.9
_ADDRESSES, _SERVICES, _POLICIES, _RULES = 520, 90, 210, 130


def _uuid(draw: Random) -> str:
    digits = f"{draw.randrange(16**32):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def fortios(draw: Random, at: Place) -> str:
    """Return the configuration of a FortiGate: more than 5,000 lines."""
    return "".join(
        (*_forti_system(draw, at), *_forti_objects(draw, at), *_forti_policies(draw), *_forti_rest(at))
    )


def _forti_system(draw: Random, at: Place) -> Iterator[str]:
    yield "#config-version=FG6H0F-7.4.5-FW-build2702-240905:opmode=0:vdom=0:user=admin\n#buildno=2702\n"
    yield "#global_vdom=1\nconfig system global\n"
    if draw.random() < _FAULTLESS:
        yield "    set admin-lockout-duration 900\n    set admin-lockout-threshold 3\n"
    yield f"    set admintimeout {draw.choice((5, 10, 60))}\n"
    yield f'    set hostname "{at.name}"\n    set strong-crypto enable\n'
    yield '    set timezone "Europe/Copenhagen"\nend\nconfig system accprofile\n    edit "prof_admin"\n'
    yield "        set secfabgrp read-write\n        set sysgrp read-write\n"
    yield "    next\nend\nconfig system interface\n"
    for number in range(1, 17):
        access = "ping https ssh" if number == 1 else draw.choice(("ping", "ping", "ping https"))
        yield f'    edit "port{number}"\n        set vdom "root"\n'
        yield f"        set ip 10.{at.second}.{number}.1 255.255.255.0\n"
        yield f"        set allowaccess {access}\n        set type physical\n"
        yield f"        set snmp-index {number}\n    next\n"
    yield 'end\nconfig system admin\n    edit "admin"\n'
    yield '        set accprofile "super_admin"\n        set vdom "root"\n'
    yield "        set trusthost1 10.200.0.0 255.255.0.0\n"
    yield f"        set password ENC SH2{draw.randrange(16**30):030x}=\n"
    yield "    next\nend\nconfig system dns\n    set primary 10.200.0.53\n"
    yield "end\nconfig system ntp\n    set ntpsync enable\n"
    yield "    set type custom\n    config ntpserver\n        edit 1\n"
    yield '            set server "10.200.0.11"\n        next\n    end\nend\n'
    yield 'config log syslogd setting\n    set status enable\n    set server "10.200.0.31"\nend\n'
    yield 'config user tacacs+\n    edit "centre"\n        set server "10.200.0.21"\n'
    yield "        set key ENC kc2Y19I6iAJs\n    next\nend\n"
    yield 'config system replacemsg admin "pre_admin-disclaimer-text"\n'
    yield '    set buffer "Kun for autoriserede brugere.\n'
    yield 'Al adgang logges.\n"\nend\n'


def _forti_objects(draw: Random, at: Place) -> Iterator[str]:
    yield "config firewall address\n"
    for number in range(_ADDRESSES):
        yield f'    edit "{at.name}-net-{number}"\n        set uuid {_uuid(draw)}\n'
        yield f"        set subnet 10.{at.second}.{number % 256}.{draw.randrange(256)} 255.255.255.255\n"
        yield "    next\n"
    yield "end\nconfig firewall service custom\n"
    for number in range(_SERVICES):
        yield f'    edit "TCP-{number}"\n        set uuid {_uuid(draw)}\n        set category "Web Access"\n'
        yield f"        set tcp-portrange {draw.randint(1, 65535)}\n    next\n"
    yield "end\n"


def _forti_policies(draw: Random) -> Iterator[str]:
    yield "config firewall policy\n"
    for number in range(1, _POLICIES + 1):
        logged = "all" if draw.random() < _FAULTLESS else "utm"
        yield f"    edit {number}\n"
        yield f'        set name "rule {number} {draw.choice(("web", "mail", "fagsystem"))}"\n'
        yield f"        set uuid {_uuid(draw)}\n"
        yield f'        set srcintf "port{draw.randint(2, 16)}"\n        set dstintf "port1"\n'
        yield "        set action accept\n"
        yield f'        set srcaddr "net-{draw.randrange(_ADDRESSES)}"\n        set dstaddr "all"\n'
        yield f'        set schedule "always"\n        set service "TCP-{draw.randrange(_SERVICES)}"\n'
        yield '        set utm-status enable\n        set ssl-ssh-profile "certificate-inspection"\n'
        yield f"        set logtraffic {logged}\n    next\n"
    yield "end\n"


def _forti_rest(at: Place) -> Iterator[str]:
    yield "config router static\n"
    for number in range(1, 41):
        yield f"    edit {number}\n        set dst 10.{at.second}.{number}.0 255.255.255.0\n"
        yield f"        set gateway 10.{at.second}.1.2\n"
        yield '        set device "port2"\n    next\n'
    yield "end\n"


def panos(draw: Random, at: Place) -> str:
    """Return the configuration of a Palo Alto firewall, as the XML of an export."""
    return "\n".join((*_pan_system(draw, at), *_pan_vsys(draw, at), ""))


def _pan_system(draw: Random, at: Place) -> Iterator[str]:
    yield '<config version="11.1.0" urldb="paloaltonetworks">\n<mgt-config>\n<users>\n<entry name="admin">'
    yield f"<phash>$5${draw.randrange(16**20):020x}</phash>\n"
    yield "<permissions>\n<role-based>\n<superuser>yes</superuser>"
    yield "</role-based>\n</permissions>\n</entry>\n</users>\n"
    yield '</mgt-config>\n<devices>\n<entry name="localhost.localdomain">'
    yield f"<deviceconfig>\n<system>\n<hostname>{at.name}</hostname>\n"
    yield f"<ip-address>10.{at.second}.{at.third}.2</ip-address>"
    yield '<permitted-ip>\n<entry name="10.200.0.0/16"/>\n'
    yield "</permitted-ip>\n<service>\n<disable-telnet>yes</disable-telnet>"
    yield f"<disable-http>{draw.choice(('yes', 'yes', 'no'))}</disable-http>\n"
    yield "</service>\n<ntp-servers>\n<primary-ntp-server>"
    yield "<ntp-server-address>10.200.0.11</ntp-server-address>\n"
    yield "</primary-ntp-server>\n</ntp-servers>\n</system>\n<setting>"
    yield "<management>\n<idle-timeout>10</idle-timeout>\n</management>\n"
    yield "</setting>\n</deviceconfig>\n<network>\n<interface>"
    yield "<ethernet>"
    for number in range(1, 13):
        yield f'<entry name="ethernet1/{number}">\n<layer3>\n<ip>\n'
        yield f'<entry name="10.{at.second}.{number}.1/24"/>\n</ip>\n</layer3>\n</entry>'
    yield "</ethernet>\n</interface>\n</network>"


def _pan_vsys(draw: Random, at: Place) -> Iterator[str]:
    yield '<vsys>\n<entry name="vsys1">\n<address>'
    for number in range(300):
        yield f'<entry name="{at.name}-{number}">\n'
        yield f"<ip-netmask>10.{at.second}.{number % 256}.{draw.randrange(256)}</ip-netmask>\n</entry>"
    yield "</address>\n<rulebase>\n<security>\n<rules>"
    for number in range(_RULES):
        yield f'<entry name="rule {number}" uuid="{_uuid(draw)}">'
        for tag, value in (
            ("to", "untrust"),
            ("from", draw.choice(("trust", "guest"))),
            ("source", f"{at.name}-{draw.randrange(300)}"),
            ("destination", "any"),
            ("application", draw.choice(("ssl", "web-browsing"))),
            ("service", "application-default"),
        ):
            yield f"<{tag}>\n<member>{value}</member>\n</{tag}>"
        yield "<action>allow</action>\n<log-end>yes</log-end>\n</entry>"
    yield "</rules>\n</security>\n</rulebase>\n</entry>\n</vsys>\n</entry>\n</devices>\n</config>"
