"""The global configuration commands that the IOS twin takes, in the order in which IOS renders them."""

GLOBAL = """
version = WORD
service timestamps {debug|log} = ...
service password-encryption ; do shown-before-16
service {tcp-keepalives-in|tcp-keepalives-out|sequence-numbers|nagle}
service {unsupported-transceiver|compress-config|linenumber|internal|call-home}
service {dhcp|pad} ; on
service {tcp-small-servers|udp-small-servers|finger|config}
platform punt-keepalive disable-kernel-core ; shown
platform LINE
file prompt = {quiet|alert|noisy} ; hide alert

hostname = WORD

boot-start-marker
boot-end-marker

vrf definition WORD -> vrf

logging buffered = ... ; shown
logging {console|monitor} = ... ; shown
logging userinfo

aaa new-model ; shown
aaa group server {radius|tacacs+} WORD -> server-group
aaa authentication login WORD = LINE
aaa authentication enable default = LINE
aaa authentication {dot1x|ppp} WORD = LINE
aaa authentication {attempts|banner|fail-message|password-prompt|username-prompt} LINE
aaa authorization {exec|network|auth-proxy} WORD = LINE
aaa authorization commands <0-15> WORD = LINE
aaa authorization {console|config-commands}
aaa accounting system guarantee-first ; on
aaa accounting {exec|network|system|connection} WORD LINE
aaa accounting {exec|network|system|connection} WORD -> accounting
aaa accounting commands <0-15> WORD LINE
aaa accounting commands <0-15> WORD -> accounting
aaa accounting update = LINE
aaa common-criteria policy WORD -> password-policy
aaa session-id = {common|unique}
aaa local authentication LINE
aaa server radius dynamic-author -> radius-dynamic

ip vrf WORD -> old-vrf
clock timezone = WORD LINE
clock summer-time = WORD LINE
clock {calendar-valid|save} ...
boot system LINE
boot network LINE
switch <1-16> provision = WORD
system mtu = LINE
mmi polling-interval = <0-100000>
mmi {auto-configure|pvc} ; shown
mmi snmp-timeout = <0-100000>
ip icmp rate-limit unreachable = ... ; shown
ip source-route ; on
ip routing
ip {gratuitous-arps|bootp server|finger} ; on
ip arp {proxy disable|gratuitous none}
ip arp inspection LINE
ip dhcp snooping ...
ip dhcp {excluded-address|relay|bootp} LINE
ip dhcp pool WORD -> dhcp-pool
ip name-server ...
ip bootp server ; on
ip identd
ip finger
ip domain lookup ; on
ip domain-lookup ; on
ip domain name = LINE
ip domain-name = WORD
ip domain list WORD
ip multicast-routing ...
ip cef ; shown
ipv6 unicast-routing
ipv6 cef ; shown
login {block-for|delay|quiet-mode|on-failure|on-success} ...
call-home -> call-home
subscriber templating
multilink bundle-name = WORD
domain default
vtp {domain|mode|version|password|file|interface} = LINE
vtp pruning
device-tracking LINE
dot1x LINE
crypto pki trustpoint WORD -> trustpoint
crypto pki certificate chain WORD -> chain
crypto key LINE
license LINE
diagnostic LINE
memory LINE
archive -> archive
port-channel LINE
spanning-tree mode = {pvst|rapid-pvst|mst}
spanning-tree {logging|loopguard default|uplinkfast|backbonefast}
spanning-tree portfast {bpduguard|bpdufilter|edge|trunk|default} ...
spanning-tree extend system-id
spanning-tree mst configuration -> mst
spanning-tree {mst|vlan|pathcost} LINE
errdisable {recovery|detect} LINE

enable secret = LINE
enable password = LINE

username WORD = ...
transceiver type WORD -> transceiver
redundancy -> redundancy
cdp {run|advertise-v2} ; on
cdp {timer|holdtime} = <5-255>
cdp log mismatch duplex ; on
lldp run
lldp {holdtime|timer|reinit} = <0-65535>
lldp tlv-select LINE

vlan internal allocation policy = {ascending|descending}
vlan VLANS -> vlan ; select vlans ; sort
vlan access-map WORD <0-65535> -> access-map
vlan filter LINE
track <1-1000> LINE

ip tcp LINE
crypto keyring WORD -> keyring
crypto isakmp policy <1-10000> -> isakmp-policy
crypto isakmp {keepalive|key|invalid-spi-recovery|enable} ...
crypto isakmp profile WORD -> isakmp-profile
crypto ikev2 {policy|proposal|profile|keyring} LINE -> crypto-section
crypto ipsec security-association LINE
crypto ipsec transform-set LINE -> transform-set
crypto ipsec {df-bit|fragmentation|nat-transparency} LINE
crypto ipsec profile WORD -> ipsec-profile
class-map LINE -> class-map
policy-map LINE -> policy-map

interface IF -> interface ; sort
interface range LINE -> interface ; select interfaces

router eigrp WORD -> router
router ospf <1-65535> [vrf WORD] -> router
router {rip|isis} ... -> router
router bgp WORD -> router

virtual-service WORD -> virtual-service
ip local policy LINE
ip default-gateway = A.B.C.D
ip forward-protocol LINE
ip http server ; shown
ip http {authentication|port|secure-port|access-class|max-connections|timeout-policy} = LINE
ip http {client|path|secure-ciphersuite|session-module-list} LINE
ip http {secure-active-session-modules|active-session-modules} LINE
ip http secure-server ; shown
ip http tls-version = WORD
ip ftp {source-interface|username|password} = ...
ip tftp source-interface = IF
ip tacacs source-interface = IF
ip radius source-interface = IF
ip route LINE
ip nat LINE

ip extcommunity-list LINE
ip bgp-community new-format
ip as-path access-list LINE
ip community-list LINE
ip ssh {time-out|authentication-retries|version|source-interface|port|rsa|logging|dh|window-size} = LINE
ip ssh {server|client} algorithm {encryption|mac|kex|hostkey|publickey|authentication} = LINE
ip ssh bulk-mode ...
ip ssh pubkey-chain -> pubkey-chain
ip scp server enable
ip scp username LINE

ip prefix-list LINE
ip access-list {standard|extended} WORD -> access-list
ip access-list {logging|log-update} LINE
ip sla <1-2147483647> -> sla
ip sla LINE
ip radius LINE
logging host WORD = ...
logging A.B.C.D
logging {trap|facility|history|rate-limit|count|queue-limit|origin-id|source-interface} = ...
logging on ; on
logging {discriminator|event|alarm|persistent|file|exception|esm} LINE
access-list <1-2699> LINE
ipv6 ioam LINE
ipv6 {route|prefix-list|nd|dhcp} LINE
ipv6 access-list WORD -> access-list

route-map WORD {permit|deny} <0-65535> -> route-map
route-map WORD -> route-map

snmp-server ; wipe
snmp-server engineID LINE
snmp-server group LINE
snmp-server user LINE
snmp-server view WORD LINE
snmp-server community WORD = ...
snmp-server {location|contact|chassis-id|trap-source|packetsize|queue-length|ifindex|ip|system-shutdown} = ...
snmp-server trap {link|authentication|timeout} ...
snmp-server enable traps ...
snmp-server host LINE
snmp-server {tftp-server-list|cache|manager|source-interface|file-transfer} ...
snmp mib LINE -> snmp-mib
snmp ifmib ifindex persist

tacacs server WORD -> tacacs-server
tacacs-server {key|timeout|directed-request|administration} = ...
tacacs-server host WORD = ...
radius server WORD -> radius-server
radius-server {key|timeout|retransmit|deadtime|dead-criteria} = LINE
radius-server attribute LINE
radius-server host WORD = ...

control-plane [host] -> control-plane
mgcp LINE
macro LINE

banner {exec|incoming|login|motd|prompt-timeout|slip-ppp} = LINE ; banner

alias LINE
privilege LINE
line {con|console} <0-0> -> line
line aux <0-0> -> line
line vty <0-1509> [<0-1509>] -> line ; select vty ; sort
line default -> line

monitor session <1-66> type WORD -> monitor-session
monitor session <1-66> {source|destination} LINE ; do mirror
monitor session <1-66> filter LINE
monitor session <1-66> ; wipe
scheduler allocate ... ; shown
scheduler {interval|max-task-time} LINE

ntp ; wipe
ntp authenticate
ntp authentication-key <1-65535> = ...
ntp trusted-key LINE
ntp source = IF
ntp access-group {peer|query-only|serve|serve-only} = ...
ntp {logging|update-calendar|max-associations|broadcastdelay|master|clock-period} ...
ntp {server|peer} vrf WORD WORD = ...
ntp {server|peer} WORD = ...
ntp allow mode {control|private} ...
wsma agent {exec|config|filesys|notify}
netconf-yang
netconf LINE
restconf
event manager LINE
telemetry LINE
mac address-table LINE
udld {enable|aggressive}
authentication mac-move LINE
"""
