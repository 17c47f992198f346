"""The commands of the modes below the global one, in the order in which NX-OS renders them."""

FREE = "WORD ..."

PORT = """
description = LINE
switchport ; do switchport
shutdown ; do shutdown
beacon
lacp {rate|port-priority|min-links|max-bundle|suspend-individual} ...
switchport mode = {access|trunk|dot1q-tunnel|fex-fabric} ; hide access
switchport mode private-vlan LINE
switchport access vlan = <1-4094> ; hide 1
switchport voice vlan = LINE
switchport trunk native vlan = {tag|<1-4094>} ; hide 1
switchport trunk allowed vlan {add|remove|except} VLANS ; do trunk-vlans
switchport trunk allowed vlan = {all|none|VLANS} ; hide all
switchport monitor
switchport {block|isolated|port-security} ...
spanning-tree port type = {edge|network|normal} ... ; hide normal
spanning-tree {bpduguard|bpdufilter} = {enable|disable}
spanning-tree guard = {root|loop|none}
spanning-tree {cost|port-priority|link-type|vlan|mst} LINE
speed = WORD
duplex = WORD
speed-group LINE
fec LINE
negotiate auto ...
mtu = <576-9216> ; hide 1500
bandwidth = LINE
delay = LINE
load-interval LINE
logging event port LINE
storm-control {broadcast|multicast|unicast|action} = LINE
priority-flow-control LINE
flowcontrol {receive|send} = LINE
service-policy LINE
udld ...
cdp enable ; on
lldp {transmit|receive} ; on
snmp trap link-status ; on
dot1x LINE
encapsulation dot1q = <1-4094>
vrf member = WORD
ip address = {dhcp|A.B.C.D/L} ...
ip address A.B.C.D/L secondary
ipv6 address LINE
ip {redirects|unreachables} ; on
ip {proxy-arp|forward|unnumbered|policy|port-unreachable|directed-broadcast} ...
ip access-group WORD {in|out}
ip port access-group WORD in
ip arp inspection ...
ip dhcp {snooping|relay} LINE
ip verify LINE
ip {pim|igmp|ospf|eigrp} LINE
isis LINE
ip router LINE
ipv6 {router|nd|link-local|traffic-filter} LINE
hsrp version = <1-2>
hsrp <0-4095> [{ipv4|ipv6}] -> hsrp
vpc {peer-link|orphan-port|<1-4096>} ...
channel-group <1-4096> = ... ; do channel-group
shutdown ; do shutdown
"""

SVI = """
description = LINE
shutdown ; do shutdown
management
mtu = <64-9216> ; hide 1500
bandwidth = LINE
vrf member = WORD
ip {redirects|unreachables} ; on
ip {proxy-arp|forward|unnumbered|policy} ...
ip access-group WORD {in|out}
ip address = {dhcp|A.B.C.D/L}
ip address A.B.C.D/L secondary
ipv6 {address|router|nd|redirects} LINE
ip {pim|igmp|ospf|eigrp|dhcp|verify|arp|router} LINE
isis LINE
fabric forwarding mode LINE
private-vlan LINE
hsrp version = <1-2>
hsrp <0-4095> [{ipv4|ipv6}] -> hsrp
"""

MGMT = """
description = LINE
shutdown
speed = WORD
duplex = WORD
cdp enable ; on
lldp {transmit|receive} ; on
vrf member = WORD
ip access-group WORD {in|out}
ip address = {dhcp|A.B.C.D/L}
ipv6 address LINE
"""

LOOPBACK = """
description = LINE
shutdown
vrf member = WORD
ip address = A.B.C.D/L
ip address A.B.C.D/L secondary
ipv6 {address|router} LINE
ip {router|pim|ospf} LINE
isis LINE
"""

NVE = """
description = LINE
shutdown ; do shutdown
host-reachability protocol = bgp
advertise virtual-rmac
source-interface = IF
global LINE
member vni LINE -> nve-member
"""

HSRP = """
name = WORD
authentication LINE
preempt = ...
priority = LINE
timers LINE
mac-address LINE
ip A.B.C.D ...
track LINE
"""

VLAN = """
name = LINE
state = {active|suspend} ; hide active
shutdown
vn-segment = <4096-16773119>
private-vlan LINE
mode = LINE
"""

VDC = """
limit-resource {vlan|vrf|port-channel|u4route-mem|u6route-mem|m4route-mem|m6route-mem|monitor-session} = LINE
limit-resource LINE
allocate LINE
cpu-share LINE
"""

LINE_MODE = """
exec-timeout = <0-525600> ; hide 0
session-limit = <1-64> ; hide 32
absolute-timeout = <0-10000>
access-class = WORD in
access-class WORD out
ipv6 access-class = WORD in
ipv6 access-class WORD out
logout-warning = LINE
databits = <5-8>
parity = WORD
speed = <0-115200>
stopbits = <1-2>
"""

SERVER_GROUP = """
server WORD
deadtime = <0-1440> ; hide 0
use-vrf = WORD
source-interface = IF
"""

ACCESS_LIST = """
statistics per-entry
fragments LINE
<1-4294967295> = {permit|deny|remark} LINE ; sort
{permit|deny|remark} LINE ; do access-entry
"""

VRF = """
description = LINE
vni <1-16777214> ...
rd = WORD
ip route LINE
ipv6 route LINE
ip {domain-name|name-server|domain-list} LINE
address-family {ipv4|ipv6} unicast -> vrf-family
"""

VRF_FAMILY = """
route-target LINE
import LINE
export LINE
maximum LINE
"""

_ROUTER_WORDS = (
    "router-id|net|is-type|log-neighbor-changes|bestpath|graceful-restart|timers|cluster-id|reconnect-interval|"
    "network|redistribute|maximum-paths|default-information|default-metric|distance|passive-interface|area|"
    "auto-cost|log-adjacency-changes|max-metric|aggregate-address|advertise|advertise-pip|retain|dampening|"
    "remote-as|update-source|description|password|ebgp-multihop|local-as|shutdown|timers|bfd|inherit|"
    "remove-private-as|disable-connected-check|dynamic-capability|capability|"
    "send-community|soft-reconfiguration|next-hop-self|route-map|route-reflector-client|prefix-list|"
    "default-originate|allowas-in|as-override|maximum-prefix|filter-list|weight|nexthop|additional-paths|"
    "authentication|authentication-check|disable-peer-as-check|metric-style|set-overload-bit|autonomous-system|stub|eigrp"
)

_FAMILY = "address-family LINE -> router-family ; same"
_NEIGHBOUR = "neighbor WORD [remote-as WORD] -> neighbor ; same"

ROUTER = f"""
{{{_ROUTER_WORDS}}} ...
{_FAMILY}
template {{peer|peer-policy|peer-session}} WORD -> neighbor ; same
{_NEIGHBOUR}
vrf WORD -> router-vrf ; same
"""

ROUTER_VRF = f"""
{{{_ROUTER_WORDS}}} ...
{_FAMILY}
{_NEIGHBOUR}
"""

NEIGHBOR = f"""
{{{_ROUTER_WORDS}}} ...
{_FAMILY}
"""

ROUTER_FAMILY = f"""
{{{_ROUTER_WORDS}}} ...
"""

ROUTE_MAP = """
description = LINE
match LINE
set LINE
continue ...
"""

KEY_CHAIN = """
key <0-65535> -> key
"""

CLASS_MAP = """
description = LINE
match LINE
"""

POLICY_MAP = """
description = LINE
class LINE -> policy-class
"""

CONTROL_PLANE = """
service-policy input = WORD
scale-factor LINE
"""

MONITOR_SESSION = """
description = LINE
source {interface|vlan|vsan|forward-drops} LINE
destination {interface|ip} LINE
filter LINE
erspan-id = <1-1023>
vrf = WORD
header-type = LINE
ip {ttl|prec|dscp} = <0-255>
mtu = <64-1518>
{shut|shutdown} ; do monitor-shut
"""

VPC = """
role priority = <1-65535>
system-priority = <1-65535>
system-mac = WORD
peer-switch
peer-keepalive destination = LINE
delay restore = LINE
auto-recovery ...
peer-gateway ...
layer3 peer-router
{ip|ipv6} {arp|nd} synchronize
graceful consistency-check ; on
shutdown
"""
