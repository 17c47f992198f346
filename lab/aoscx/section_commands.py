"""The commands of the sections of an AOS-CX configuration, in the order in which the device shows them."""

from typing import Final

_ETHERNET: Final = """
description = LINE
vsx-sync LINE
shutdown = ; shown
trap link-status = ; on
mtu = <46-9198> ; hide 1500
speed = LINE
flow-control = LINE
routing = ; do routing
vrf attach = WORD
ip address A.B.C.D/L ; do address
ip address A.B.C.D/L secondary
ipv6 address WORD
vlan access = <1-4094> ; do vlan-access
vlan trunk native = <1-4094> [tag] ; do trunk-native
vlan trunk allowed = {all|VLANS} ; do trunk-allowed
apply access-list {ip|ipv6|mac} WORD {in|out}
rate-limit {broadcast|multicast|unknown-unicast} = <0-100000000> {kbps|pps}
lldp transmit = ; on
lldp receive = ; on
"""

_SWITCHED: Final = """
spanning-tree bpdu-guard =
spanning-tree root-guard =
spanning-tree port-type = {admin-edge|admin-network}
loop-protect =
dhcpv4-snooping trust =
arp inspection trust =
ipv4 source-lockdown =
"""

PORT: Final = f"""{_ETHERNET}
lag = <1-256> ; do join-lag
lacp port-priority = <1-65535>
{_SWITCHED}
port-access port-security -> port-security
aaa authentication port-access client-limit = <1-256>
aaa authentication port-access dot1x authenticator -> port-dot1x
aaa authentication port-access mac-auth -> port-dot1x
"""

LAG: Final = f"""{_ETHERNET}
lacp mode = {{active|passive}}
lacp rate = {{fast|slow}}
{_SWITCHED}
"""

INTERFACE_VLAN: Final = """
description = LINE
shutdown =
vsx-sync LINE
vrf attach = WORD
ip address A.B.C.D/L ; do address
ip address A.B.C.D/L secondary
ip dhcp = ; shown
ipv6 address WORD
ipv6 dhcp = ; shown
ip mtu = <68-9198>
ip helper-address A.B.C.D
active-gateway {ip|ipv6} LINE
"""

LOOPBACK: Final = """
description = LINE
vrf attach = WORD
ip address A.B.C.D/L ; do address
ipv6 address WORD
"""

MGMT: Final = """
shutdown = ; shown
ip dhcp = ; do mgmt-address
ip static = A.B.C.D/L ; do mgmt-address
default-gateway = A.B.C.D
nameserver = LINE
"""

VLAN: Final = """
name = LINE
description = LINE
voice =
shutdown =
dhcpv4-snooping =
arp inspection =
"""

ACCESS_LIST: Final = """
<1-4294967295> comment LINE
<1-4294967295> = {permit|deny} LINE
{permit|deny} LINE ; do access-entry
"""

MIRROR: Final = """
enable =
comment = LINE
source interface WORD = [{both|rx|tx}]
source interface lag WORD = [{both|rx|tx}]
source vlan WORD = [{both|rx|tx}]
destination interface = LINE
destination tunnel = LINE
destination cpu =
"""

VSX: Final = """
inter-switch-link = LINE
role = {primary|secondary}
keepalive peer = LINE
linkup-delay-timer = <0-600>
system-mac = WORD
vsx-sync LINE
"""

CLI_SESSION: Final = """
timeout = <0-4320> ; hide 30
max-per-user = <1-6>
tracking-range = <1-30>
"""

SERVER_GROUP: Final = "server WORD ..."

COMPLEXITY: Final = """
enable =
minimum-length = <1-32>
lowercase-count = <0-32>
uppercase-count = <0-32>
numeric-count = <0-32>
special-char-count = <0-32>
repeated-char = LINE
history-count = <1-5>
"""

ALLOW_LIST: Final = """
ip WORD
ipv6 WORD
enable =
"""

CENTRAL: Final = """
disable =
enable =
location-override LINE
"""

ENABLED: Final = "enable ="

PORT_SECURITY: Final = """
enable =
client-limit = <1-64>
mac-address WORD ...
"""

PORT_DOT1X: Final = """
cached-reauth =
reauth =
reauth-period = <1-4294967295>
eapol-timeout = <1-65535>
max-eapol-requests = <1-10>
enable =
"""
