"""The commands of the sections that the EOS twin takes, in the order in which EOS renders them."""

from typing import Final

INTERFACE: Final = """
description = LINE
shutdown
load-interval = <0-600>
mtu = <68-65535>
logging event {link-status|congestion-drops|spanning-tree|storm-control} ...
speed = ...
flowcontrol {send|receive} = {on|off|desired}
l2 mtu = <68-65535>
vrf = WORD
vrf forwarding = WORD
switchport access vlan = <1-4094> ; hide 1
switchport trunk native vlan = {tag|WORD} ; hide 1
switchport phone {vlan|trunk} ...
switchport trunk allowed vlan {add|remove|except} VLANS ; do trunk-vlans
switchport trunk allowed vlan = {VLANS|none|all}
switchport mode = {access|trunk|dot1q-tunnel|tap|tool|trunk phone} ; hide access
switchport dot1q ethertype ...
switchport trunk group WORD
switchport vlan translation LINE
switchport port-security ...
switchport backup-link LINE
switchport source-interface tx
switchport ; on
encapsulation dot1q vlan = ...
snmp trap link-change ; on
channel-group = <1-2000> mode {on|active|passive}
lacp {rate|port-priority|timer} = ...
lldp {transmit|receive} ; on
autostate ; on
ip address = {A.B.C.D/L|dhcp}
ip address A.B.C.D/L secondary
ip address virtual = A.B.C.D/L
ip address virtual A.B.C.D/L secondary
ip igmp ...
ip dhcp snooping trust
ip arp inspection trust
ip verify source
ip verify unicast source reachable-via = {rx|any} ...
ip icmp redirect ; on
ip proxy-arp
ip local-proxy-arp
ip helper-address WORD ...
ip virtual-router address WORD
ip access-group WORD {in|out}
ipv6 access-group WORD {in|out}
mac access-group WORD {in|out}
ip ospf {network|cost|priority|hello-interval|dead-interval|authentication} = ...
ip ospf message-digest-key <1-255> = ...
ip ospf area = WORD
ip nat LINE
ipv6 enable
ipv6 address WORD ...
ipv6 nd LINE
arp LINE
bfd {interval|echo} ...
dot1x pae authenticator
dot1x port-control = {auto|force-authorized|force-unauthorized} ; hide force-authorized
dot1x {reauthentication|mac|host-mode|timeout|authentication} ...
pim ipv4 sparse-mode
multicast ipv4 LINE
mlag = <1-2000>
storm-control {all|broadcast|multicast|unknown-unicast} = level ...
spanning-tree portfast ...
spanning-tree bpduguard = {enable|disable}
spanning-tree bpdufilter = {enable|disable}
spanning-tree guard = {loop|root|none}
spanning-tree link-type = {point-to-point|shared}
spanning-tree {cost|port-priority} = <0-200000000>
vxlan source-interface = IF
vxlan virtual-router encapsulation mac-address = LINE
vxlan udp-port = <1024-65535>
vxlan {vlan|vrf} WORD vni = <1-16777294>
vxlan flood vtep LINE
tunnel LINE
service-profile = WORD
qos {trust|cos|dscp} ...
"""

INTERFACE_DEFAULTS: Final = """
ethernet -> interface-defaults-ethernet
mtu = <68-65535>
"""

INTERFACE_DEFAULTS_ETHERNET: Final = """
shutdown
"""

VLAN: Final = """
name = WORD
state = {active|suspend} ; hide active
trunk group WORD
private-vlan LINE
mac address learning ; on
"""

VRF: Final = """
description = LINE
rd = WORD
route-target LINE
"""

MST: Final = """
name = WORD
revision = <0-65535>
instance <0-4094> = vlan VLANS
"""

SYSTEM_L1: Final = """
unsupported speed action = {error|warn}
unsupported error-correction action = {error|warn}
"""

SERVER_GROUP: Final = """
server WORD ...
"""

ACCESS_LIST: Final = """
counters per-entry
statistics per-entry
<1-4294967295> = {permit|deny|remark} LINE ; sort
{permit|deny|remark} LINE ; do access-entry
"""

PREFIX_LIST: Final = """
seq <0-65535> = {permit|deny} LINE ; sort
"""

PEER_FILTER: Final = """
<1-65535> = match as-range LINE ; sort
"""

MLAG: Final = """
domain-id = WORD
heartbeat-interval = <1000-30000>
local-interface = IF
peer-address = A.B.C.D
peer-address heartbeat = ...
peer-link = IF
dual-primary LINE
reload-delay LINE
primary-priority = <1-32767>
"""

CONTROL_PLANE: Final = """
ip access-group WORD [vrf WORD] in
ipv6 access-group WORD [vrf WORD] in
"""

ROUTE_MAP: Final = """
description LINE
match LINE
continue = ...
sub-route-map = WORD
set LINE
"""

BGP: Final = """
router-id = A.B.C.D
bgp default {ipv4-unicast|ipv6-unicast} ; on
timers bgp = LINE
distance bgp = LINE
graceful-restart restart-time = <1-3600>
graceful-restart
maximum-paths = LINE
bgp LINE
update wait-for-convergence
update wait-install
rd = WORD
route-target LINE
neighbor LINE ; shown
aggregate-address LINE
network LINE
redistribute LINE
vlan WORD -> bgp-vlan
vlan-aware-bundle WORD -> bgp-bundle
address-family LINE -> bgp-family
vrf WORD -> bgp-vrf
"""

BGP_VLAN: Final = """
rd = WORD
route-target {both|import|export} LINE
redistribute {learned|static|host-route|router-mac|dot1x}
"""

BGP_BUNDLE: Final = f"""{BGP_VLAN}vlan = VLANS
"""

BGP_FAMILY: Final = """
bgp LINE
neighbor LINE ; shown
network LINE
redistribute LINE
route-target LINE
host-flap detection LINE
"""

BGP_VRF: Final = """
rd = WORD
route-target LINE
router-id = A.B.C.D
bgp LINE
timers bgp = LINE
graceful-restart
maximum-paths = LINE
neighbor LINE ; shown
aggregate-address LINE
network LINE
redistribute LINE
address-family LINE -> bgp-family
"""

OSPF: Final = """
router-id = A.B.C.D
auto-cost reference-bandwidth = <1-4294967>
distance ospf LINE
passive-interface default
passive-interface IF ; shown
redistribute LINE
area LINE
network LINE
max-lsa = ...
timers LINE
log-adjacency-changes ...
maximum-paths = <1-128>
default-information originate ...
graceful-restart ...
"""

MULTICAST: Final = """
ipv4 -> multicast-family
ipv6 -> multicast-family
vrf WORD -> multicast-vrf
"""

MULTICAST_VRF: Final = """
ipv4 -> multicast-family
ipv6 -> multicast-family
"""

MULTICAST_FAMILY: Final = """
routing
rp address LINE
software-forwarding = {kernel|sfe}
"""

ROLE: Final = """
<1-256> = {permit|deny} LINE ; sort
{permit|deny} LINE
"""

HTTP_COMMANDS: Final = """
idle-timeout = <0-86400>
protocol {http|unix-socket} ...
protocol https = ... ; shown
shutdown = ; hide ; shown
default-services
vrf WORD -> http-vrf
"""

HTTP_VRF: Final = """
ip access-group WORD ...
ipv6 access-group WORD ...
shutdown = ; hide ; shown
"""

MANAGEMENT_CONSOLE: Final = """
idle-timeout = <0-86400>
"""

MANAGEMENT_SECURITY: Final = """
entropy source hardware ...
entropy source haveged
password minimum length = <1-32>
password encryption-key common
password encryption reversible aes-256-gcm
password policy WORD -> free
ssl profile WORD -> ssl-profile
session LINE
"""

SSL_PROFILE: Final = """
tls versions = LINE
cipher-list = LINE
certificate LINE
trust certificate LINE
"""

MANAGEMENT_SSH: Final = """
idle-timeout = <0-86400>
authentication mode = {keyboard-interactive|password|public-key}
authentication protocol = LINE
authentication empty-passwords = {auto|deny|permit}
cipher = LINE
key-exchange = LINE
mac = LINE
hostkey server = LINE
hostkey client strict-checking
client-alive {interval|count-max} = <1-1000>
ip access-group = WORD in
ip access-group WORD vrf WORD in
ipv6 access-group = WORD in
ipv6 access-group WORD vrf WORD in
fips restrictions
log-level = WORD
login timeout = <1-600>
server-port = <1-65535>
connection {limit|per-host} = <1-100>
rekey frequency = LINE
shutdown ; shown
vrf WORD -> ssh-vrf
"""

SSH_VRF: Final = """
shutdown ; shown
"""

MANAGEMENT_TELNET: Final = """
idle-timeout = <0-86400>
ip access-group WORD [vrf WORD] in
session-limit = <0-20>
shutdown = ; hide ; shown
vrf WORD -> http-vrf
"""

DAEMON: Final = """
exec = LINE
option WORD value = LINE
heartbeat = <1-300>
shutdown = ; hide ; shown
"""

FREE: Final = """
LINE
"""
"""Sections such as an event handler, in which the twin takes any line."""
