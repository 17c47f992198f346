"""The global configuration commands that the NX-OS twin takes, in the order in which NX-OS renders them."""

GLOBAL = """
version = LINE
hostname = WORD ; do hostname
switchname = WORD ; do hostname
vdc WORD id <1-8> -> vdc

cfs {eth|ipv4|ipv6} LINE
nv overlay evpn
feature LINE ; do feature ; sort
install feature-set WORD

mac address-table LINE
password strength-check ; on
userpassphrase {min-length|max-length} = <4-127>
userpassphrase LINE
username WORD password LINE ; do username
username WORD ; do username
username WORD = {role|sshkey|keypair|shell|expire|priv-lvl} LINE
banner motd = LINE ; banner
ssh key rsa = <768-2048> ...
ssh key {dsa|ecdsa} = ...
ssh {ciphers|macs|kexalgos|keytypes} = LINE
ssh login-attempts = <1-10> ; hide 3
ssh login-gracetime = <1-2147483647> ; hide 120
ssh idle-timeout = LINE
ip domain-lookup ; shown
ip domain-name = WORD
ip domain-list WORD
ip name-server LINE
ip host LINE
system login LINE
login {block-for|quiet-mode|on-failure|on-success} LINE
radius-server key = LINE
radius-server {timeout|retransmit|deadtime|directed-request} = LINE
radius-server host WORD = ...
ip radius source-interface = IF
ip tacacs source-interface = IF
tacacs-server key = LINE
tacacs-server {timeout|deadtime|directed-request} = LINE
tacacs-server host WORD = ...
aaa group server {radius|tacacs+} WORD -> server-group
ip access-list WORD -> access-list
ipv6 access-list WORD -> access-list
mac access-list WORD -> access-list
object-group ip {address|port} WORD -> object-group
class-map LINE -> class-map
policy-map LINE -> policy-map
system default switchport ...
system LINE
control-plane -> control-plane
copp profile = {strict|moderate|lenient|dense}
snmp-server source-interface {traps|informs} = IF
snmp-server {contact|location|protocol|aaa-user|globalenforcepriv|tcp-session} = ...
snmp-server user WORD = ...
snmp-server host LINE
snmp-server enable traps ...
snmp-server community WORD = ...
snmp-server {engineid|context|mib|counter|drop|load-mib} LINE
rmon event <1-65535> = LINE
rmon alarm <1-65535> = LINE
ntp {peer|server} WORD = ...
ntp source = A.B.C.D
ntp source-interface = IF
ntp authenticate
ntp authentication-key <1-65535> = LINE
ntp trusted-key <1-65535>
ntp {logging|master|access-group|allow} ...
aaa authentication login {default|console} = {local|none} ; hide local
aaa authentication login {default|console} = group LINE
aaa authentication login {default|console} fallback error local ; on
aaa authentication login {ascii-authentication|error-enable|chap|mschap|mschapv2} ...
aaa authorization {config-commands|commands|ssh-certificate|ssh-publickey} {default|console} = LINE
aaa accounting default = LINE ; hide local
aaa user default-role ; on
logging level WORD = <0-7>

fabric forwarding anycast-gateway-mac = WORD
ip route LINE
ipv6 route LINE
ip source-route ; on
ip {pim|igmp|arp|prefix-list|community-list|as-path|sla|dns} LINE
ip dhcp {snooping|relay|packet} ...
ip dhcp {snooping|relay}
ip {tcp|udp|verify|load-sharing|telnet|ftp|http|icmp} LINE
service {dhcp|unsupported-transceiver|password-recovery} ...
track <1-500> LINE
vlan dot1q tag native ...
vlan VLANS -> vlan ; select vlans ; sort
vlan configuration VLANS -> vlan-configuration

spanning-tree mode = {rapid-pvst|mst} ; hide rapid-pvst
spanning-tree port type {edge|network} ...
spanning-tree {loopguard|pathcost|vlan|mst|bridge|domain} LINE
route-map WORD {permit|deny} <0-65535> -> route-map
key chain WORD -> key-chain
vrf context WORD -> vrf
port-channel LINE
hardware LINE
vpc domain <1-1000> -> vpc
lldp {holdtime|timer|reinit} = <1-65535>
lldp tlv-select LINE
cdp {enable|advertise|format|holdtime|timer} ...
errdisable {recovery|detect} LINE
nxapi {http|https|port|use-vrf|sandbox|certificate|ssl|client} ...
crypto LINE
power LINE

interface LINE -> port ; select interfaces ; sort

icam LINE
clock timezone = LINE
clock summer-time = LINE
clock protocol = LINE
cli alias LINE
feature-set LINE
line console -> line
line vty -> line
line com1 -> line
logging {server|host} WORD = ...
logging logfile = LINE
logging {console|monitor|module} = ... ; shown
logging {timestamp|source-interface|origin-id|rate-limit|event|message|distribute} = ...
boot {nxos|kickstart|system|poap} = LINE
router {bgp|ospf|ospfv3|eigrp|isis|rip} WORD -> router
monitor session <1-48> [type WORD] -> monitor-session
monitor erspan LINE
scheduler {job|schedule|logfile|aaa-authentication} LINE
event manager applet WORD -> applet
telemetry -> telemetry
xml server LINE
"""
