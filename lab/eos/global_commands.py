"""The global configuration commands that the EOS twin takes, in the order in which EOS renders them.

EOS moved users and AAA to the front in release 4.29; each release has its own order of the same blocks.
"""

from typing import Final

_ROOT: Final = """
aaa root = ... ; shown

username WORD = ... ; sort
role WORD -> role
"""

_SERVICE_PORTS: Final = """
service interface inactive port-id allocation disabled ; shown
"""

_DAEMON: Final = """
daemon WORD -> daemon
alias WORD = LINE
boot system = LINE
prompt = LINE
load-interval default = <5-600>
"""

_DHCP: Final = """
ip dhcp relay information option ; shown
ip dhcp snooping
ip dhcp snooping information option
ip dhcp snooping bridging
ip dhcp snooping vlan = VLANS
"""

_TRANSCEIVER: Final = """
transceiver qsfp default-mode = WORD
"""

_SERVICE: Final = """
service routing protocols model = {multi-agent|ribd}
service configuration session max {completed|pending} = <0-20>
service unsupported-transceiver ...
"""

_LOGGING: Final = """
logging on ; on
logging {console|monitor|buffered|trap|synchronous} = ...
logging host WORD = ...
logging vrf WORD host WORD = ...
logging vrf WORD {local-interface|source-interface} = ...
logging {facility|level|policy|persistent|repeat-messages} ...
logging format {hostname|timestamp|sequence-numbers} ...
logging {source-interface|local-interface} = ...
logging event {link-status|spanning-tree|congestion-drops} ...
"""

_NAMES: Final = """
hostname = WORD
dns domain = WORD
ip domain-name = WORD
ip domain lookup ...
ip name-server [vrf WORD] WORD
ip name-server [vrf WORD] WORD WORD ...
ip host WORD = ...
"""

_NTP: Final = """
ntp authentication-key <1-65535> = {md5|sha1} ...
ntp trusted-key = LINE
ntp authenticate
ntp authenticate servers
ntp local-interface = ...
ntp server vrf WORD WORD = ...
ntp server WORD = ...
ntp serve ...
"""

_PTP: Final = """
sflow ...
"""

_LLDP: Final = """
lldp run ; on
lldp {timer|hold-time|reinit|timer-reinitialization|holdtime} = <1-65535>
lldp {tlv|management-address|receive} LINE
"""

_SPANNING_TREE: Final = """
spanning-tree mode = {mstp|rstp|rapid-pvst|none|backup}
spanning-tree mst configuration -> mst
spanning-tree {vlan|vlan-id} VLANS ; shown
spanning-tree mst <0-4094> priority = <0-61440>
spanning-tree {vlan|vlan-id} VLANS priority = <0-61440>
spanning-tree priority = <0-61440>
spanning-tree root super
spanning-tree portfast bpduguard default
spanning-tree edge-port bpduguard default
spanning-tree edge-port bpdufilter default
spanning-tree {loopguard|guard} {default|loop default}
spanning-tree bpduguard rate-limit default
errdisable detect cause WORD ; on
errdisable recovery cause WORD
errdisable recovery interval = <30-86400>
"""

_SNMP: Final = """
snmp-server engineID {local|remote} = LINE
snmp-server {contact|location|chassis-id} = LINE
snmp-server {local-interface|source-interface} = ...
snmp-server vrf WORD {local-interface|source-interface} = ...
snmp-server view WORD WORD {included|excluded}
snmp-server community WORD = ...
snmp-server group WORD {v1|v2c|v3} ...
snmp-server user WORD WORD {v1|v2c|v3} = ...
snmp-server host WORD ...
snmp-server enable traps ...
snmp-server vrf WORD ; shown
snmp-server transport tcp
"""

_SYSTEM: Final = """
system l1 -> system-l1
"""

_AAA: Final = """
tacacs-server {key|timeout|policy} = LINE
tacacs-server host WORD ...
radius-server {key|timeout|retransmit|deadtime|attribute} = LINE
radius-server host WORD ...
ip tacacs vrf WORD source-interface = IF
ip tacacs source-interface = IF
ip radius vrf WORD source-interface = IF
ip radius source-interface = IF

aaa group server {radius|tacacs+} WORD -> server-group

aaa authentication login {default|console} = LINE
aaa authentication enable default = LINE
aaa authentication dot1x default = LINE
aaa authentication policy on-success log
aaa authentication policy on-failure log
aaa authentication policy local allow-nopassword-remote-login
aaa authentication policy lockout = failure <1-255> [window <1-4294967295>] duration <1-4294967295>
aaa authorization exec default = LINE
aaa authorization console
aaa authorization serial-console
aaa authorization config-commands ; on
aaa authorization commands {all|WORD} default = LINE
aaa accounting {exec|system|dot1x} {default|console} = LINE
aaa accounting commands {all|WORD} {default|console} = LINE

enable password = LINE
enable secret = LINE
"""

_CLOCK: Final = """
clock timezone = LINE
clock source = LINE
"""

_VLANS: Final = """
vlan internal {order|allocation} LINE
vlan VLANS -> vlan ; select vlans

vrf instance WORD -> vrf
vrf definition WORD -> old-vrf

dot1x system-auth-control
dot1x LINE
bfd multihop = ...
queue-monitor length ...
link tracking group WORD ...
policy-map type WORD WORD -> free
"""

_MONITOR: Final = """
monitor session WORD ; wipe
monitor session WORD source IF = [{rx|tx|both}]
monitor session WORD source {vlan|ip} LINE
monitor session WORD source LINE
monitor session WORD destination IF
monitor session WORD destination LINE
monitor session WORD {truncate|header|ip|rate-limit|forwarding-drop|sample} ...
"""

_INTERFACES: Final = """
interface defaults -> interface-defaults
interface IF -> interface ; select interfaces ; sort
interface LINE -> interface ; select interfaces ; same
"""

_IP_EARLY: Final = """
ip virtual-router mac-address = ...
ip address virtual source-nat vrf WORD = address A.B.C.D

ip access-list standard WORD -> access-list
ip access-list WORD -> access-list
ipv6 access-list WORD -> access-list
mac access-list WORD -> access-list

ip route vrf WORD A.B.C.D/L LINE
ip route A.B.C.D/L LINE
ipv6 route LINE

ip routing ; shown
ip routing vrf WORD ; shown
ip icmp redirect ; on
ip icmp rate-limit-unreachable ...
ip arp inspection LINE
ip source binding LINE
ip verify source
ip http client LINE
ip ftp client LINE
ip ssh client LINE
ip tftp client LINE

ip routing ipv6 interfaces

ipv6 unicast-routing ; shown
ipv6 unicast-routing vrf WORD ; shown

ip prefix-list WORD -> prefix-list
ip prefix-list WORD seq <0-65535> {permit|deny} LINE
ip prefix-list WORD {permit|deny} LINE
ip as-path LINE
ip community-list LINE
ip extcommunity-list LINE

mlag configuration -> mlag

control-plane -> control-plane
system control-plane -> control-plane

route-map WORD {permit|deny} <1-65535> -> route-map

peer-filter WORD -> peer-filter

router bfd -> free
router general -> free
router bgp WORD -> bgp
router multicast -> multicast
router ospf <1-65535> -> ospf
router ospf <1-65535> vrf WORD -> ospf
router ospfv3 ... -> free
router isis WORD -> free
router pim sparse-mode -> pim
router traffic-engineering -> free

traffic-policies -> free
event-handler WORD -> free
"""

_BANNERS: Final = """
banner login ... ; banner

banner motd ... ; banner
"""

_MANAGEMENT: Final = """
management api gnmi -> free
management api http-commands -> http-commands
management api {netconf|restconf|models} -> free
management console -> management-console
management {cvx|dhcp|defaults|tech-support|accounts|sftp|scp} -> free
management security -> management-security
management ssh -> management-ssh
management telnet -> management-telnet
management ssl LINE -> free
management xmpp -> management-telnet
"""

_OLD_ORDER: Final = (
    _DAEMON,
    _DHCP,
    _TRANSCEIVER,
    _SERVICE_PORTS,
    _SERVICE,
    _LOGGING,
    _NAMES,
    _NTP,
    _PTP,
    _LLDP,
    _SNMP,
    _SPANNING_TREE,
    _SYSTEM,
    _AAA,
    _ROOT,
    _CLOCK,
    _VLANS,
    _MONITOR,
    _INTERFACES,
    _IP_EARLY,
    _BANNERS,
    _MANAGEMENT,
)
_NEW_ORDER: Final = (
    _ROOT,
    _DAEMON,
    _DHCP,
    _SERVICE_PORTS,
    _TRANSCEIVER,
    _SERVICE,
    _LOGGING,
    _NAMES,
    _NTP,
    _PTP,
    _LLDP,
    _SPANNING_TREE,
    _SNMP,
    _SYSTEM,
    _AAA,
    _CLOCK,
    _VLANS,
    _MONITOR,
    _INTERFACES,
    _IP_EARLY,
    _BANNERS,
    _MANAGEMENT,
)

OLD_GLOBAL: Final = "\n".join(_OLD_ORDER)
"""Up to release 4.28."""

NEW_GLOBAL: Final = "\n".join(_NEW_ORDER)
"""From release 4.29 on."""
