"""The commands of the configuration modes below the global one, in the order in which IOS renders them."""

INTERFACE = """
description = LINE
switchport ; on
switchport access vlan = <1-4094> ; hide 1
switchport trunk encapsulation = {dot1q|isl|negotiate}
switchport trunk native vlan = {tag|<1-4094>} ; hide 1
switchport trunk allowed vlan {add|remove|except} VLANS ; do trunk-vlans
switchport trunk allowed vlan = {all|none|VLANS} ; hide all
switchport trunk pruning vlan = LINE
switchport mode = dynamic {auto|desirable} ; hide dynamic auto
switchport mode = {access|trunk|dot1q-tunnel|private-vlan} [{host|promiscuous|trunk}]
switchport nonegotiate
switchport voice vlan = {<1-4094>|dot1p|none|untagged}
switchport block {unicast|multicast}
switchport protected
switchport port-security
switchport port-security {maximum|violation|mac-address|aging} LINE
vrf forwarding = WORD
ip vrf forwarding = WORD
encapsulation {dot1Q|dot1q} LINE
ip address = {dhcp|negotiated} ; shown
ip address = A.B.C.D A.B.C.D ; shown
ip address A.B.C.D A.B.C.D secondary
ip helper-address LINE
ip access-group {WORD|<1-2699>} {in|out}
ip {redirects|unreachables|proxy-arp|mroute-cache|route-cache} ; on
ip mtu = <68-9216>
ip nat {inside|outside}
ip pim LINE
ip igmp LINE
ip flow LINE
ip verify LINE
ip dhcp snooping {trust|limit} ...
ip arp inspection {trust|limit} ...
ip policy route-map = WORD
ip tcp adjust-mss = <500-1460>
ip router LINE
ip summary-address LINE
ip bandwidth-percent LINE
ip authentication LINE
ip hello-interval LINE
ip hold-time LINE
ip source binding LINE
ip device tracking LINE
ip split-horizon ...
ip ospf LINE
ipv6 LINE
bandwidth = <1-10000000>
delay = <1-16777215>
mtu = <64-9216>
load-interval = <30-600>
carrier-delay = LINE
logging event LINE
snmp trap link-status ; on
cdp enable ; on
lldp {transmit|receive} ; on
lldp LINE
shutdown
tunnel {source|mode|destination|key|vrf|protection} = LINE
ip virtual-reassembly ...
duplex = {auto|full|half}
speed = {10|100|1000|10000|auto|nonegotiate} ...
media-type = WORD
negotiation = {auto} ; shown
mdix auto ; on
flowcontrol {receive|send} = WORD
power inline = LINE
mop {enabled|sysid} ; shown
keepalive = ... ; shown
authentication {host-mode|order|priority|port-control|periodic|violation|event|timer} ...
mab ...
dot1x {pae|timeout|max-req|max-reauth-req} ...
access-session LINE
device-tracking ...
source template WORD
storm-control {broadcast|multicast|unicast|action} = LINE
channel-group <1-255> = mode LINE
channel-protocol = {lacp|pagp}
lacp LINE
auto qos LINE
mls LINE
srr-queue LINE
priority-queue LINE
trust LINE
udld port ...
spanning-tree portfast = ...
spanning-tree {bpduguard|bpdufilter} = {enable|disable}
spanning-tree guard = {root|loop|none}
spanning-tree {link-type|cost|port-priority} = LINE
spanning-tree {vlan|mst} LINE
standby LINE
vrrp LINE
glbp LINE
service-policy {input|output} = WORD
crypto LINE
zone-member LINE
xconnect LINE
hold-queue LINE
private-vlan LINE
macro description LINE
isis LINE
mpls LINE
"""

LINE_MODE = """
session-timeout = <0-35791> ...
access-class = {WORD|<1-2699>} in [vrf-also]
access-class {WORD|<1-2699>} out
ipv6 access-class = WORD in
ipv6 access-class WORD out
exec-timeout = <0-35791> [<0-2147483>] ; do exec-timeout ; hide 10 0
exec-banner ; on
motd-banner ; on
vacant-message ...
privilege level = <0-15> ; hide 1
password = LINE
logging synchronous ...
authorization {exec|commands|reverse-access} LINE
accounting {exec|commands|connection} LINE
login = {local|tacacs} ; shown
login ; shown
login authentication = WORD
length = <0-512> ; hide 24
width = <0-512>
history size = <0-256>
rotary <0-100> ...
absolute-timeout = <0-10000>
lockable
escape-character LINE
exec ; on
flowcontrol LINE
modem LINE
monitor
notify
transport preferred = {all|none|ssh|telnet}
transport input = {all|none} ; negative transport input none
transport input = {ssh|telnet|rlogin|pad} [{ssh|telnet|rlogin|pad}] ; negative transport input none
transport output = {all|none|ssh|telnet} [{ssh|telnet}]
databits = <5-8>
parity = WORD
speed = <0-115200>
rxspeed = LINE
txspeed = LINE
stopbits = {1|1.5|2}
autocommand LINE
"""

VLAN = """
name = LINE
state = {active|suspend} ; hide active
shutdown
remote-span
private-vlan LINE
media LINE
mtu LINE
"""

VRF = """
description = LINE
rd = WORD
vpn id = WORD
address-family {ipv4|ipv6} [{unicast|multicast}] -> vrf-family
route-target {export|import|both} WORD ...
"""

VRF_FAMILY = """
import LINE
export LINE
route-target {export|import|both} WORD ...
maximum LINE
bgp LINE
mdt LINE
"""

OLD_VRF = """
description = LINE
rd = WORD
import LINE
export LINE
route-target {export|import|both} WORD ...
"""

ARCHIVE = """
log config -> archive-log
path = LINE
maximum = <1-14> ; hide 10
write-memory
time-period = <1-525600>
rollback {filter|retry} LINE
"""

LOGIN_POLICY = """
min-length = <1-127> ; hide 1
max-length = <1-127> ; hide 127
numeric-count = <1-127>
upper-case = <1-127>
lower-case = <1-127>
special-case = <1-127>
char-changes = <1-64> ; hide 4
char-repetition = <1-127>
lifetime = LINE
"""

ARCHIVE_LOG = """
logging enable
logging size = <1-1000>
logging persistent ...
record rc
notify syslog ...
hidekeys
"""

ACCESS_LIST = """
<1-2147483647> = {permit|deny|remark|evaluate} LINE ; sort
{permit|deny|evaluate} LINE ; do access-entry
remark LINE
sequence <1-2147483647> LINE
"""

MONITOR_SESSION = """
description = LINE
shutdown
source interface LINE
source vlan LINE
filter LINE
destination -> monitor-destination
destination interface LINE
"""

MONITOR_DESTINATION = """
erspan-id = <1-1023>
ip address = A.B.C.D
origin ip address = A.B.C.D ...
ip {ttl|prec|dscp} = <0-255>
mtu = <64-9216>
vrf = WORD
"""

TACACS_SERVER = """
address {ipv4|ipv6} = WORD
key = LINE
port = <1-65535>
timeout = <1-1000>
single-connection
"""

RADIUS_SERVER = """
address {ipv4|ipv6} = LINE
key = LINE
timeout = <1-1000>
retransmit = <0-100>
automate-tester LINE
pac key LINE
"""

SERVER_GROUP = """
server name WORD
server-private LINE
server A.B.C.D ...
ip {vrf|tacacs|radius} LINE
deadtime = <0-1440>
load-balance LINE
"""

_ROUTER_WORDS = (
    "bgp|router-id|ospf|eigrp|isis|net|is-type|metric-style|version|auto-summary|synchronization|network|"
    "redistribute|neighbor|area|auto-cost|timers|distance|default-information|default-metric|maximum-paths|"
    "aggregate-address|log-adjacency-changes|distribute-list|summary-address|offset-list|variance|template|"
    "max-metric|nsf|nsr|capability|limit|prefix-suppression|traffic-share|default|stub|shutdown|compatible|"
    "discard-route|fast-reroute|metric|key-chain|import|export|table-map|maximum-prefix|snmp|route-target"
)

_ROUTER_LINES = f"""
{{{_ROUTER_WORDS}}} ...
passive-interface WORD ; do passive ; same
"""

ROUTER = f"""
{_ROUTER_LINES}
address-family LINE -> router-family
"""

ROUTER_FAMILY = f"""
af-interface WORD -> af-interface

topology base -> topology
{_ROUTER_LINES}
"""

ROUTE_MAP = """
description = LINE
match LINE
continue ...
set LINE
"""

POLICY_MAP = """
description = LINE
class WORD ... -> policy-class
"""

FREE = """
LINE
"""
"""Sections such as call-home or a policy class, in which the twin takes any line."""
